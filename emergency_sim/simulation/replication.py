"""One replication: the incidents come, the chain answers, the log is written."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from emergency_sim.domain.incident import Entry, IfNotPresented, Urgency
from emergency_sim.domain.units import DAY, HOUR
from emergency_sim.simulation import kinds
from emergency_sim.simulation.chain import Chain
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.routes import Roads

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.domain.events import EventColumns
    from emergency_sim.domain.incident import IncidentTable
    from emergency_sim.domain.streams import UniformLookup
    from emergency_sim.simulation.world import World

GRACE_DAYS = 3
CALL_113, PROFESSIONAL_AMK, BOOKED = Entry.CALL_113, Entry.PROFESSIONAL_AMK, Entry.BOOKED
WALK_IN, NONE = Entry.WALK_IN, Urgency.NONE
BY_113 = (CALL_113, Entry.INQUIRY_113)
BY_116117 = (Entry.CALL_116117, Entry.INQUIRY_116117, Entry.PROFESSIONAL_LVS)


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
    chain.open()
    env = chain.env
    env.start(arrivals(chain))
    env.run_to(world.horizon.window_end_s)
    counted = set(chain.open_incidents)
    until = world.horizon.window_end_s
    while counted & chain.open_incidents and until < world.horizon.end_s + GRACE_DAYS * DAY:
        until += HOUR
        env.run_to(until)
    for row in sorted(chain.open_incidents):
        chain.write((
            env._now, kinds.CLOSED, chain.columns.id[row], NULL, NULL, NULL,
            chain.zone_name[chain.columns.zone[row]], NAN, chain.names["open_at_end"],
        ))  # fmt: skip
    return chain.recorder.columns()


def arrivals(chain: Chain) -> Generator[Any, Any, None]:
    """Let each incident begin at its time, by its own way into the chain."""
    env, c, world, write = chain.env, chain.columns, chain.world, chain.write
    entries, problems, area_name = chain.code.entries, chain.code.problems, chain.area_name
    clinic_names = [*(clinic.name for clinic in chain.clinics), NULL]  # number -1: no clinic
    zone_area, zone_name = world.zone_area, chain.zone_name
    incidents = zip(c.time_s, c.id, c.zone, c.entry, c.urgency, c.age, c.problem, strict=True)
    for row, (time, incident, zone, entry, urgency, age, problem) in enumerate(incidents):
        if time > env._now:
            yield time - env._now
        area, now = zone_area[zone], env._now
        clinic = clinic_names[world.clinic_of[area][chain.slot()]]
        write((
            now, kinds.INCIDENT, incident, NULL, NULL, clinic, zone_name[zone], float(urgency),
            entries[entry],
        ))  # fmt: skip
        if urgency != NONE:
            write((
                now, kinds.NEED, incident, NULL, NULL, area_name[area], zone_name[zone], float(age),
                problems[problem],
            ))  # fmt: skip
        begin(chain, row, entry, area)


def begin(chain: Chain, row: int, entry: int, area: int) -> None:
    """Start the story of one incident."""
    env, c = chain.env, chain.columns
    if not c.presents[row] and entry != CALL_113:
        instead = c.if_not_presented[row]
        clinic = chain.clinic_for(area)
        chain.write((
            env._now, kinds.NOT_PRESENTED, c.id[row], NULL, NULL,
            NULL if clinic is None else clinic.name,
            chain.zone_name[c.zone[row]], float(c.urgency[row]), chain.code.instead[instead],
        ))  # fmt: skip
        if instead != IfNotPresented.CALL_113 or not chain.amk:
            case = chain.case(row)
            case.begin()
            case.end("not_presented")
            return
        entry = CALL_113
    telephone = bool(chain.amk)
    if entry in BY_113 and telephone:
        env.start(chain.amk_for(area).call_113(row))
    elif entry == PROFESSIONAL_AMK and telephone:
        env.start(chain.amk_for(area).professional(row))
    elif entry == BOOKED and telephone:
        chain.amk_for(area).booked(row)
    elif entry == WALK_IN:
        _walks_in(chain, row, area)
    elif entry in BY_116117:
        lvs = chain.lvs_for(area)
        if lvs is not None:
            env.start(lvs.call_116117(row))
        else:
            case = chain.case(row)
            case.begin()
            chain.unserved(case, "no legevaktsentral")
    else:
        units_only(chain, row)


def _walks_in(chain: Chain, row: int, area: int) -> None:
    case = chain.case(row)
    case.begin()
    clinic = chain.clinic_for(area)
    if clinic is None:
        chain.unserved(case, "no clinic at this hour")
    else:
        chain.env.start(clinic.travel(case, delay=0.0))


def units_only(chain: Chain, row: int) -> None:
    """Without telephony an incident is a request for units at once."""
    case = chain.case(row)
    case.begin()
    urgency = Urgency(min(chain.columns.urgency[row], Urgency.REGULAR))
    chain.board.register(case, urgency, chain.code.line_113, NULL)
    chain.board.order(case, urgency)
    case.end()
