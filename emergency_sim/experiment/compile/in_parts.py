"""One replication of a country, part by part: the same tables in a fraction of the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.joined_tables import PartTables, join
from emergency_sim.domain.incident import INCIDENT_COLUMNS, IncidentTable
from emergency_sim.domain.streams import Streams
from emergency_sim.experiment.compile.parts import compile_part, parts_of
from emergency_sim.simulation.replication import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from emergency_sim.analysis.tables import Tables
    from emergency_sim.domain.events import EventColumns
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.experiment.compile.parts import Part

NO_PART = -1


def parts_apart(compiled: Compiled) -> tuple[Part, ...]:
    """Return the parts that are simulated one by one; one: there is nothing to be gained."""
    if compiled.scenario.run.parts != "apart":
        return ()
    return parts_of(compiled.scenario, compiled.ground.zones.area)


class JoinedParts:
    """Takes the logs of parts one by one, keeps their tables, and joins these at the end.

    Parameters
    ----------
    compiled
        The whole scenario.
    replication
        0-based number.
    take
        Called with the event log of each part.
    """

    def __init__(
        self,
        compiled: Compiled,
        replication: int,
        *,
        take: Callable[[EventColumns], None] | None = None,
    ) -> None:
        self._frame = compiled.frame.starting(compiled.horizon(replication).start)
        self._take = take
        self._found: list[PartTables] = []

    def add(self, log: EventColumns) -> None:
        """Take the log of the next part; the order of the parts is that of the rows."""
        if self._take is not None:
            self._take(log)
        self._found.append(PartTables.of(log, self._frame))

    def tables(self) -> Tables:
        """Return the tables of the whole; once only."""
        return join(self._found)


def simulate_in_parts(
    compiled: Compiled,
    parts: Sequence[Part],
    replication: int,
    incidents: list[dict[str, NDArray[Any]]],
    joined: JoinedParts,
) -> None:
    """Simulate one replication part by part.

    Parameters
    ----------
    compiled, replication
        The whole scenario, and the 0-based number.
    parts
        Its parts.
    incidents
        Columns of each part's incidents, see :func:`incidents_by_part`; taken out of the list.
    joined
        Takes the logs.
    """
    for part in parts:
        joined.add(simulate_part(compiled, part, replication, incidents.pop(0)))


def simulate_part(
    compiled: Compiled, part: Part, replication: int, incidents: dict[str, NDArray[Any]]
) -> EventColumns:
    """Return the event log of one part.

    Parameters
    ----------
    compiled, part, replication
        As in :func:`simulate_in_parts`.
    incidents
        Columns of the part's incidents, with the rows of all zones in ``zone``.
    """
    own, rows = compile_part(compiled, part)
    zone = np.full(len(compiled.ground.zones), NO_PART, "int32")
    zone[rows] = np.arange(len(rows), dtype="int32")
    table = IncidentTable(incidents | {"zone": zone[incidents["zone"]]})
    world = own.world(replication)
    streams = Streams(seed=own.scenario.run.seed, replication=replication)
    return run(world, table, streams.lookup(), own.ground.places.roads(world))


def incidents_by_part(
    compiled: Compiled, parts: Sequence[Part], replication: int, reference: Compiled
) -> list[dict[str, NDArray[Any]]]:
    """Return the columns of each part's incidents, drawn some days at a time.

    Parameters
    ----------
    compiled, parts, replication
        As in :func:`simulate_in_parts`.
    reference
        The scenario whose potential incidents are drawn.
    """
    number = {area: n for n, part in enumerate(parts) for area in part.areas}
    part_of_zone = np.array([number[a] for a in compiled.ground.zones.area], "int32")
    pieces: list[dict[str, list[NDArray[Any]]]] = [
        {name: [] for name in INCIDENT_COLUMNS} for _ in parts
    ]
    for table in compiled.stretches(replication, reference):
        of_row = part_of_zone[table["zone"]]
        order = np.argsort(of_row.astype("int16"), kind="stable")
        ends = np.searchsorted(of_row[order], np.arange(len(parts) + 1))
        for name in INCIDENT_COLUMNS:
            column = table[name][order]
            for n, piece in enumerate(pieces):
                piece[name].append(column[ends[n] : ends[n + 1]])
    return [
        {name: np.concatenate(piece.pop(name)) for name in INCIDENT_COLUMNS} for piece in pieces
    ]
