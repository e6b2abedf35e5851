"""One replication: the incidents come, the chain answers, the log is written."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from emergency_sim.domain.events import KeptLog
from emergency_sim.domain.incident import IncidentTable
from emergency_sim.domain.units import DAY, HOUR
from emergency_sim.simulation.beginnings import Beginnings
from emergency_sim.simulation.chain import Chain
from emergency_sim.simulation.drawn import stretches
from emergency_sim.simulation.routes import Roads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emergency_sim.domain.events import EventColumns, LogSink
    from emergency_sim.domain.streams import UniformLookup
    from emergency_sim.simulation.world import World

GRACE_DAYS = 3
PIECE = 40_000
"""Events that are kept as Python objects: enough that handing them on costs little, some 10 MB."""


def run(
    world: World,
    incidents: IncidentTable | Iterable[IncidentTable],
    lookup: UniformLookup,
    roads: Roads | None = None,
) -> EventColumns:
    """Play all incidents against the world and return the whole event log.

    Parameters
    ----------
    world, incidents, lookup, roads
        As in :func:`play`.

    Returns
    -------
    EventColumns
        Every event in order of time.
    """
    kept = KeptLog()
    play(world, incidents, lookup, kept, roads)
    return kept.log()


def play(
    world: World,
    incidents: IncidentTable | Iterable[IncidentTable],
    lookup: UniformLookup,
    sink: LogSink,
    roads: Roads | None = None,
    *,
    piece: int = PIECE,
) -> None:
    """Play all incidents against the world and give the events to ``sink``, piece by piece.

    The run ends when every counted incident has ended; at the latest 3 days after the last demand, and
    what is open then is closed as ``open_at_end``. In a world that goes on ``to_the_end`` it lasts at
    least until the last demand.

    Parameters
    ----------
    world
        The compiled scenario.
    incidents
        The drawn table, or one table after the other in order of time (each is asked for when the one
        before is used up, so a long year never lies in memory); nothing in them is changed.
    lookup
        Uniforms for what depends on the path (R6).
    sink
        Takes the events in order of time.
    roads
        Ways kept from an earlier replication of the same scenario, or None.
    piece
        About so many events are given to the sink at a time, and a tenth as many incidents are made
        ready at a time; the log does not depend on it.
    """
    tables = (incidents,) if isinstance(incidents, IncidentTable) else incidents
    collecting = gc.isenabled()
    gc.disable()  # ended processes leave no cycles: the collector would search in vain
    try:
        _play(world, tables, lookup, sink, roads, piece)
    finally:
        if collecting:
            gc.enable()


def _play(
    world: World,
    incidents: Iterable[IncidentTable],
    lookup: UniformLookup,
    sink: LogSink,
    roads: Roads | None,
    piece: int,
) -> None:
    roads = Roads(world) if roads is None else roads.at_season(world)
    chain = Chain(world, roads, lookup, sink)
    env, horizon, recorder = chain.env, world.horizon, chain.recorder
    chain.open()
    began = Beginnings(chain, stretches(incidents, max(1, piece // 10)))
    env.start(began.arrivals())
    until = 0.0
    while until < horizon.window_end_s:
        until = min(until + HOUR * 6, horizon.window_end_s)
        env.run_to(until)
        if recorder.events >= piece:
            recorder.hand_on(began.rows(), until)
    counted = set(chain.open_cases)
    least = horizon.end_s if world.to_the_end else horizon.window_end_s
    latest = horizon.end_s + GRACE_DAYS * DAY
    while until < latest and (until < least or not counted.isdisjoint(chain.open_cases)):
        until += HOUR
        env.run_to(until)
    for case in list(chain.open_cases.values()):
        case.under_way = 1  # no more: whatever else was begun comes to no end
        case.end("open_at_end")
    recorder.end(began.rows(), until)
