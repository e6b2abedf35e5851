"""What chance has decided, as lists: a stretch of the table at a time, so that a long run stays small."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from emergency_sim.domain.incident import INCIDENT_COLUMNS, IncidentTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Drawn:
    """Some rows of the table of incidents, column by column; slots, because they are read all the time.

    Lists are read one by one in a tenth of the time of arrays, and take five times their place: hence
    not the whole table at once. Whoever needs an incident's numbers holds the stretch that they are in.
    """

    __slots__ = tuple(INCIDENT_COLUMNS)

    def __init__(self, stretch: Stretch) -> None:
        table, begin, end = stretch
        for name in INCIDENT_COLUMNS:
            setattr(self, name, table[name][begin:end].tolist())


class Stretch(NamedTuple):
    """Rows ``begin`` to ``end`` (exclusive) of a table."""

    table: IncidentTable
    begin: int
    end: int


def stretches(tables: Iterable[IncidentTable], rows: int) -> Iterator[Stretch]:
    """Cut tables, each one later than the one before, into stretches of at most so many rows.

    The next table is asked for when the one before is used up.

    Raises
    ------
    ValueError
        A table begins before the end of the one before.
    """
    last = 0.0
    for table in tables:
        time = table["time_s"]
        if not len(time):
            continue
        if time[0] < last:
            raise ValueError(f"incidents at {time[0]:g} s come after others at {last:g} s")
        last = float(time[-1])
        for begin in range(0, len(time), rows):
            yield Stretch(table, begin, min(begin + rows, len(time)))
