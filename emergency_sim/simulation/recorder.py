"""The log while it is written: one packed record an event, handed on in pieces."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.events import EventColumns
from emergency_sim.domain.units import MS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emergency_sim.domain.events import LogSink

NULL: Final = -1
NAN: Final = float("nan")
INFINITY: Final = float("inf")

FORMATS: Final = (
    ("time_s", "d", "f8"),
    ("kind", "h", "i2"),
    ("incident", "q", "i8"),
    ("call", "q", "i8"),
    ("mission", "q", "i8"),
    ("actor", "i", "i4"),
    ("place", "i", "i4"),
    ("value", "d", "f8"),
    ("code", "i", "i4"),
)
"""Fields of a record: name, struct's letter and numpy's type; machine byte order, no padding."""

ROW: Final = np.dtype([(name, "=" + kind) for name, _, kind in FORMATS])
"""A record as numpy sees it."""
_LUMP: Final = np.dtype(f"V{ROW.itemsize}")
"""Whole records are moved as lumps of bytes: a tenth of the time of field by field."""


class Names(dict[str, int]):
    """Numbers for ids and codes, given in the order in which they are first asked for."""

    __slots__ = ()

    def __missing__(self, name: str) -> int:
        """Give ``name`` the next number."""
        self[name] = number = len(self)
        return number

    def all(self) -> tuple[str, ...]:
        """Return every name in order of its number."""
        return tuple(self)


class Recorder:
    """Takes down events and hands them on in order of time.

    Attributes
    ----------
    write
        ``write((time_s, kind, incident, call, mission, actor, place, value, code))``; ids are numbers
        of ``names``; null is -1, and NaN for ``value``. Several events may be written at once, one
        after the other, and what will happen for certain may be written beforehand.

    Notes
    -----
    Of events at the same time the one that was written first comes first. Fields are kept one after
    the other in one list, the cheapest thing to do when something happens; :meth:`hand_on` turns what
    has come together into columns and gives them to the sink.
    """

    __slots__ = ("_before", "_fields", "_sink", "_then", "names", "write")

    def __init__(self, names: Names, sink: LogSink) -> None:
        self._fields: list[Any] = []
        self.write: Callable[[tuple[Any, ...]], None] = self._fields.extend
        self.names = names
        self._sink = sink
        self._then: Any = np.empty(0, ROW)  # held back, as is what was known before
        self._before: Any = np.empty(0, ROW)

    @property
    def events(self) -> int:
        """How many events have been written since they were last handed on."""
        return len(self._fields) // len(FORMATS)

    def hand_on(self, beforehand: NDArray[Any], until: float = INFINITY) -> None:
        """Give the sink all events of the milliseconds before ``until``; nothing earlier comes later.

        Where a run is cut into pieces has thus no part in the log.

        Parameters
        ----------
        beforehand
            Further records of :data:`ROW` in order of time that were known without a run. Of one
            millisecond they come first.
        until
            Seconds; all that happens before it has been written.
        """
        then = self._rows()
        then, self._then = _parted(then, until)
        before, self._before = _parted(_joined(self._before, beforehand), until)
        if not len(then) + len(before):
            return
        at = np.searchsorted(_ms(then["time_s"]), _ms(before["time_s"]))
        at += np.arange(len(at))
        others = np.ones(len(then) + len(before), bool)
        others[at] = False
        merged: Any = np.empty(len(others), ROW)
        lumps = merged.view(_LUMP)
        lumps[at], lumps[others] = before.view(_LUMP), then.view(_LUMP)
        columns = {name: np.ascontiguousarray(merged[name]) for name, _, _ in FORMATS}
        time_ms = _ms(columns.pop("time_s"))
        self._sink.take(EventColumns(time_ms=time_ms, names=self.names.all(), **columns))

    def end(self, beforehand: NDArray[Any], now: float) -> None:
        """Give the sink what is left; what was to happen after ``now`` does not."""
        then = self._rows()
        self._then = then[: np.searchsorted(then["time_s"], now, side="right")]
        self.hand_on(beforehand)

    def _rows(self) -> Any:
        """Return what is held back and what has come since, in order of time."""
        rows = _joined(self._then, self._packed())
        times = np.ascontiguousarray(rows["time_s"])
        if not (times[1:] < times[:-1]).any():
            return rows
        return rows.view(_LUMP)[np.argsort(times, kind="stable")].view(ROW)

    def _packed(self) -> NDArray[Any]:
        """Return the fields that were written since the last time, as records."""
        fields = self._fields
        whole = len(fields) - len(fields) % len(_SHEET)
        parts = [_PACK_SHEET(*fields[k : k + len(_SHEET)]) for k in range(0, whole, len(_SHEET))]
        rest = Struct("=" + _LETTERS * ((len(fields) - whole) // len(FORMATS)))
        parts.append(rest.pack(*fields[whole:]))
        fields.clear()
        return np.frombuffer(b"".join(parts), ROW)


def _joined(first: NDArray[Any], second: NDArray[Any]) -> Any:
    return np.concatenate((first.view(_LUMP), second.view(_LUMP))).view(ROW)


def _parted(rows: NDArray[Any], until: float) -> tuple[Any, Any]:
    """Return the records before the millisecond of ``until``, and the others."""
    at = len(rows) if until == INFINITY else int(_ms(rows["time_s"]).searchsorted(_ms(until)))
    return rows[:at], rows[at:].copy()


def _ms(seconds: Any) -> NDArray[np.int64]:
    ms: NDArray[np.int64] = np.rint(seconds * MS_PER_S).astype(np.int64)
    return ms


_LETTERS: Final = "".join(letter for _, letter, _ in FORMATS)
_SHEET: Final = _LETTERS * 250
"""Events that are packed in one go: a third of the time of one by one."""
_PACK_SHEET: Final = Struct("=" + _SHEET).pack
