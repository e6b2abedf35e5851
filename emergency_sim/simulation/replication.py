"""One replication: the incidents come, the chain answers, the log is written."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from emergency_sim.domain.units import DAY, HOUR
from emergency_sim.simulation import kinds
from emergency_sim.simulation.beginnings import Beginnings
from emergency_sim.simulation.chain import Chain
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.routes import Roads

if TYPE_CHECKING:
    from emergency_sim.domain.events import EventColumns
    from emergency_sim.domain.incident import IncidentTable
    from emergency_sim.domain.streams import UniformLookup
    from emergency_sim.simulation.world import World

GRACE_DAYS = 3


def run(
    world: World, incidents: IncidentTable, lookup: UniformLookup, roads: Roads | None = None
) -> EventColumns:
    """Play all incidents against the world and return the event log.

    Parameters
    ----------
    world
        The compiled scenario.
    incidents
        The drawn table; nothing in it is changed.
    lookup
        Uniforms for what depends on the path (R6).
    roads
        Ways kept from an earlier replication of the same scenario, or None.

    Returns
    -------
    EventColumns
        Every event in order of time. The run ends when every counted incident has ended; at the
        latest 3 days after the last demand, and what is open then is closed as ``open_at_end``.
    """
    collecting = gc.isenabled()
    gc.disable()  # ended processes leave no cycles: the collector would search in vain
    try:
        return _run(world, incidents, lookup, roads)
    finally:
        if collecting:
            gc.enable()


def _run(
    world: World, incidents: IncidentTable, lookup: UniformLookup, roads: Roads | None
) -> EventColumns:
    roads = Roads(world) if roads is None else roads.at_season(world)
    chain = Chain(world, incidents, roads, lookup)
    env, horizon = chain.env, world.horizon
    chain.open()
    began = Beginnings(chain)
    env.start(began.arrivals())
    until = 0.0
    while until < horizon.window_end_s:
        until = min(until + DAY, horizon.window_end_s)
        env.run_to(until)
        chain.recorder.pack()
    counted = chain.under_way()
    while any(chain.is_open[row] for row in counted) and until < horizon.end_s + GRACE_DAYS * DAY:
        until += HOUR
        env.run_to(until)
    for row in chain.under_way():
        chain.write((
            env._now, kinds.CLOSED, chain.columns.id[row], NULL, NULL, NULL,
            chain.zone_name[chain.columns.zone[row]], NAN, chain.names["open_at_end"],
        ))  # fmt: skip
    return chain.recorder.columns(began.rows())
