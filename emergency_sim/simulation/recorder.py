"""The log while it is written: one flat column of doubles, nine to an event."""

from __future__ import annotations

from array import array
from typing import Final

import numpy as np

from emergency_sim.domain.events import EventColumns
from emergency_sim.domain.units import MS_PER_S

NULL: Final = -1
NAN: Final = float("nan")
FIELDS: Final = 9


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

    Notes
    -----
    ``write((time_s, kind, incident, call, mission, actor, place, value, code))`` is ``array.extend``
    itself: about a quarter of a microsecond an event and 72 bytes. Ids are numbers of ``names``; null is
    -1, and NaN for ``value``.
    """

    __slots__ = ("_data", "names", "write")

    def __init__(self, names: Names) -> None:
        self._data = array("d")
        self.write = self._data.extend
        self.names = names

    def columns(self) -> EventColumns:
        """Return the log; times are rounded to whole milliseconds (contracts.md)."""
        rows = np.frombuffer(self._data, dtype=np.float64).reshape(-1, FIELDS)
        return EventColumns(
            time_ms=np.rint(rows[:, 0] * MS_PER_S).astype(np.int64),
            kind=rows[:, 1].astype(np.int16),
            incident=rows[:, 2].astype(np.int64),
            call=rows[:, 3].astype(np.int64),
            mission=rows[:, 4].astype(np.int64),
            actor=rows[:, 5].astype(np.int32),
            place=rows[:, 6].astype(np.int32),
            value=rows[:, 7].copy(),
            code=rows[:, 8].astype(np.int32),
            names=self.names.all(),
        )
