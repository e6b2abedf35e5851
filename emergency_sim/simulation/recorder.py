"""The log while it is written: one packed record an event."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.events import EventColumns
from emergency_sim.domain.units import MS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

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


class Names:
    """Numbers for ids and codes, given in the order in which they are first asked for."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __getitem__(self, name: str) -> int:
        """Return the number of ``name``."""
        return self._numbers.setdefault(name, len(self._numbers))

    def all(self) -> tuple[str, ...]:
        """Return every name in order of its number."""
        return tuple(self._numbers)


class Recorder:
    """Takes down events in the order in which they happen.

    Attributes
    ----------
    write
        ``write((time_s, kind, incident, call, mission, actor, place, value, code))``. Ids are numbers
        of ``names``; null is -1, and NaN for ``value``.

    Notes
    -----
    A quarter of the time of ``array("d").extend`` and 54 bytes an event.
    """

    __slots__ = ("_data", "names", "write")

    def __init__(self, names: Names) -> None:
        self._data = bytearray()
        self.write = _writer(self._data)
        self.names = names

    def columns(self) -> EventColumns:
        """Return the log; times are rounded to whole milliseconds."""
        dtype = np.dtype([(name, "=" + kind) for name, _, kind in FORMATS])
        rows: Any = np.frombuffer(bytes(self._data), dtype)
        columns = {name: np.ascontiguousarray(rows[name]) for name, _, _ in FORMATS}
        seconds = columns.pop("time_s")
        return EventColumns(
            time_ms=np.rint(seconds * MS_PER_S).astype(np.int64),
            names=self.names.all(),
            **columns,
        )


def _writer(data: bytearray) -> Callable[[tuple[Any, ...]], None]:
    pack = Struct("=" + "".join(letter for _, letter, _ in FORMATS)).pack
    extend = data.extend

    def write(event: tuple[Any, ...]) -> None:
        extend(pack(*event))

    return write
