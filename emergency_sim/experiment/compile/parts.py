"""A country in parts that have nobody in common: each can be simulated by itself.

A part is a set of areas with everybody who serves them. Two areas belong together if they share an
AMK, a legevaktsentral, a clinic, its call-outs or home visits, or a satellite, and so do centres of
which one takes the other's calls. Hospitals hold nobody up and belong to every part.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.zones import ZoneTable
from emergency_sim.experiment.compile.ground import SITES, Ground
from emergency_sim.experiment.compile.places import Places
from emergency_sim.experiment.compile.service import centre_of, clinics_of
from emergency_sim.experiment.compile.useful_hospitals import useful_hospitals
from emergency_sim.network.local_times import LocalTravelTimes
from emergency_sim.network.travel_times import RoadTravelTimes
from emergency_sim.scenario.policies_schema import ClinicChoice, UnitsServe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from emergency_sim.experiment.compile.compiled import Compiled
    from emergency_sim.scenario import Scenario

NEIGHBOURHOOD_S: Final = 5_400.0
"""Drive by car within which a node is near a part: somebody farther off is looked for on the whole
network, so that this changes no result."""
CENTRES: Final = ("amk", "legevaktsentraler")
CLINICS: Final = ("legevakter", "fastlege_offices")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Areas that share nobody with the other parts.

    Parameters
    ----------
    name
        Ids of its AMK, joined by ``+``.
    areas
        In the order of the zones.
    members
        Ids by kind of place: who belongs to the part.
    """

    name: str
    areas: tuple[str, ...]
    members: dict[str, frozenset[str]]


class _Together:
    """Things that belong together: each has a leader, and those of one set have the same."""

    def __init__(self) -> None:
        self._leader: dict[tuple[str, str], tuple[str, str]] = {}

    def of(self, thing: tuple[str, str]) -> tuple[str, str]:
        leader = self._leader.setdefault(thing, thing)
        while leader != self._leader[leader]:
            leader = self._leader[leader]
        self._leader[thing] = leader
        return leader

    def join(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        self._leader[self.of(one)] = self.of(other)


def parts_of(scenario: Scenario, areas: Sequence[str]) -> tuple[Part, ...]:
    """Return the parts of a scenario in the order of their first areas.

    Parameters
    ----------
    scenario
        Who serves whom. Where units serve anybody, or people go to the nearest clinic, all areas
        belong together.
    areas
        Area of each zone, people from outside included.
    """
    names = tuple(dict.fromkeys(areas))
    together = _joined(scenario, names)
    own_units = scenario.policies.units_serve is UnitsServe.OWN_AMK
    if not own_units or scenario.policies.clinic_choice is ClinicChoice.NEAREST:
        return (_part(scenario, names, None, together),)
    leaders = tuple(dict.fromkeys(together.of(("area", name)) for name in names))
    parts = []
    for number, leader in enumerate(leaders):
        mine = tuple(n for n in names if together.of(("area", n)) == leader)
        homeless = set(leaders) if number == 0 else None
        parts.append(_part(scenario, mine, leader, together, homeless))
    return tuple(parts)


def amk_of_stations(scenario: Scenario) -> dict[str, int | None]:
    """Return the number of the AMK that answers for each station's municipality."""
    stations = list(scenario.stations.items())
    found = centre_of(scenario, tuple(s.municipality for _, s in stations), "amk")
    return {key: number for (key, _), number in zip(stations, found, strict=True)}


def _joined(scenario: Scenario, names: tuple[str, ...]) -> _Together:
    """Join areas and those who serve them."""
    together = _Together()
    for kind in CENTRES:
        for one, other in _centres(scenario, names, kind):
            together.join(one, other)
    for clinic, areas in _clinics(scenario):
        for area in areas:
            if area in names:
                together.join(("area", area), clinic)
    for key, satellite in scenario.satellites.items():
        if satellite.in_service:
            together.join(("satellites", key), ("legevakter", satellite.legevakt))
    amk = [k for k, c in scenario.amk.items() if c.in_service]
    for station, number in amk_of_stations(scenario).items():
        if number is not None:
            together.join(("stations", station), ("amk", amk[number]))
    return together


def _centres(
    scenario: Scenario, names: tuple[str, ...], kind: str
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Yield areas with their call centre, and centres with the one that takes their calls."""
    centres = {k: c for k, c in getattr(scenario, kind).items() if c.in_service}
    ids = tuple(centres)
    for area, number in zip(names, centre_of(scenario, names, kind), strict=True):
        if number is not None:
            yield ("area", area), (kind, ids[number])
    for key, centre in centres.items():
        if centre.overflow_to is not None:
            yield (kind, key), (kind, centre.overflow_to)


def _clinics(scenario: Scenario) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Yield kind and id of clinics and satellites in service, and all areas they have to do with."""
    for plan in clinics_of(scenario):
        kind = "legevakter" if plan.kind == "legevakt" else "fastlege_offices"
        yield (kind, plan.id), (*plan.serves, *plan.call_out, *plan.home_visits)
    for key, satellite in scenario.satellites.items():
        if satellite.in_service:
            yield ("satellites", key), satellite.serves


def _part(
    scenario: Scenario,
    areas: tuple[str, ...],
    leader: tuple[str, str] | None,
    together: _Together,
    leaders: set[tuple[str, str]] | None = None,
) -> Part:
    """Return a part; the first one also has those who serve nobody (``leaders`` is given)."""

    def mine(kind: str, key: str) -> bool:
        if leader is None:
            return True
        found = together.of((kind, key))
        return found == leader or (leaders is not None and found not in leaders)

    members = {
        kind: frozenset(k for k in getattr(scenario, kind) if mine(kind, k))
        for kind in SITES + CENTRES
        if kind != "hospitals"
    }
    members["hospitals"] = frozenset(scenario.hospitals)
    in_service = [k for k, c in scenario.amk.items() if c.in_service and k in members["amk"]]
    return Part(name="+".join(in_service) or "all", areas=areas, members=members)


def compile_part(whole: Compiled, part: Part) -> tuple[Compiled, NDArray[Any]]:
    """Return a part compiled, and the rows of its zones among all zones.

    Its frame and access are those of the whole: what is told of the part is told of it as a part.
    """
    scenario = whole.scenario
    kept: dict[str, Any] = {
        kind: {k: site for k, site in getattr(scenario, kind).items() if k in ids}
        for kind, ids in part.members.items()
    }
    kept["units"] = {k: u for k, u in scenario.units.items() if u.station in kept["stations"]}
    sub = replace(scenario, **kept)
    mine = set(part.areas)
    rows = np.flatnonzero([area in mine for area in whole.ground.zones.area])
    ground = Ground(whole.ground.region, _some(whole.ground.zones, rows), Places())
    for node in ground.zones.node.tolist():
        ground.place(node)
    plans = clinics_of(sub)
    nodes = {key: node for key, node in whole.nodes.items() if _has(kept, plans, key)}
    for key, node in nodes.items():
        if not key.startswith("hospitals."):
            ground.place(node)
    seeds = sorted(ground.places.nodes)
    useful = useful_hospitals(whole, sub, nodes, seeds)
    sub = replace(sub, hospitals={k: h for k, h in sub.hospitals.items() if k in useful})
    for key in sub.hospitals:
        if f"hospitals.{key}" in nodes:
            ground.place(nodes[f"hospitals.{key}"])
    old = whole.ground.places.nodes
    posts = {
        (site, role): [replace(p, home=ground.place(old[p.home])) for p in team]
        for (site, role), team in whole.posts.items()
        if any(site in ids for ids in part.members.values())
    }
    names = tuple(dict.fromkeys(ground.zones.area))
    number = {name: i for i, name in enumerate(names)}
    areas = replace(
        whole.areas, names=names, of_zone=np.array([number[a] for a in ground.zones.area])
    )
    compiled = replace(
        whole,
        scenario=sub,
        ground=ground,
        areas=areas,
        plans=plans,
        posts=posts,
        nodes=nodes,
        travel=_local(whole, seeds, ground.places.nodes),
        _service=None,
    )
    return compiled, rows


def _local(whole: Compiled, seeds: list[int], places: list[int]) -> dict[str, tuple[Any, ...]]:
    """Return the travel times, those of a large network by a table of the part."""
    day = whole.travel["car"][0]
    if not isinstance(day, RoadTravelTimes) or not day.keeps_tables:
        return whole.travel
    seconds, _ = day.nearest(seeds, towards=True)
    near = np.union1d(np.flatnonzero(seconds <= NEIGHBOURHOOD_S), places)
    nodes = sorted(set(places))
    return {
        profile: tuple(
            LocalTravelTimes(times, nodes, near) if isinstance(times, RoadTravelTimes) else times
            for times in classes
        )
        for profile, classes in whole.travel.items()
    }


def _has(kept: dict[str, Any], plans: list[Any], key: str) -> bool:
    """Return whether a site of ``Compiled.nodes`` belongs to a part."""
    kind, _, name = key.partition(".")
    if kind in kept and name:
        return name in kept[kind]
    return any(plan.id == key for plan in plans)


def _some(zones: ZoneTable, rows: NDArray[Any]) -> ZoneTable:
    """Return some of the zones."""
    columns: dict[str, Any] = {}
    for name in ZoneTable.__slots__:
        column = getattr(zones, name)
        columns[name] = (
            column[rows] if isinstance(column, np.ndarray) else tuple(column[r] for r in rows)
        )
    return ZoneTable(**columns)
