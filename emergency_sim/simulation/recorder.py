"""The log while it is written: one packed record an event."""

from __future__ import annotations

from itertools import starmap
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.events import EventColumns
from emergency_sim.domain.units import MS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

NULL: Final = -1
NAN: Final = float("nan")

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
    """Takes down events in the order in which they happen.

    Attributes
    ----------
    write
        ``write((time_s, kind, incident, call, mission, actor, place, value, code))``. Ids are numbers
        of ``names``; null is -1, and NaN for ``value``.

    Notes
    -----
    An event is kept as the tuple itself, the cheapest thing to do when it happens; :meth:`pack` turns
    what has come together into 54 bytes an event.
    """

    __slots__ = ("_data", "_rows", "names", "write")

    def __init__(self, names: Names) -> None:
        self._data = bytearray()
        self._rows: list[tuple[Any, ...]] = []
        self.write: Callable[[tuple[Any, ...]], None] = self._rows.append
        self.names = names

    def pack(self) -> None:
        """Make the events so far small; call it now and then during a long run."""
        self._data += b"".join(starmap(_PACK, self._rows))
        self._rows.clear()

    def columns(self, beforehand: NDArray[Any]) -> EventColumns:
        """Return the log; times are rounded to whole milliseconds.

        Parameters
        ----------
        beforehand
            Records of :data:`ROW` in order of time that were known without a run. Of one instant they
            come first.
        """
        self.pack()
        rows: Any = np.frombuffer(self._data, ROW)
        at = np.searchsorted(_ms(rows["time_s"]), _ms(beforehand["time_s"]))
        at += np.arange(len(at))
        then = np.ones(len(rows) + len(beforehand), bool)
        then[at] = False
        # Whole records are moved as lumps of bytes: a tenth of the time of field by field.
        merged: Any = np.empty(len(then), ROW)
        lumps = merged.view(_LUMP)
        lumps[at], lumps[then] = beforehand.view(_LUMP), rows.view(_LUMP)
        columns = {name: np.ascontiguousarray(merged[name]) for name, _, _ in FORMATS}
        return EventColumns(time_ms=_ms(columns.pop("time_s")), names=self.names.all(), **columns)


def _ms(seconds: Any) -> NDArray[np.int64]:
    ms: NDArray[np.int64] = np.rint(seconds * MS_PER_S).astype(np.int64)
    return ms


_PACK: Final = Struct("=" + "".join(letter for _, letter, _ in FORMATS)).pack
