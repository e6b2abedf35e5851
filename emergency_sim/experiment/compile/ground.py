"""The ground a scenario stands on: zones, nodes and the places where something is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.zones import ZoneTable
from emergency_sim.experiment.compile.places import Places
from emergency_sim.network.projection import project

if TYPE_CHECKING:
    from emergency_sim.domain.places import Site
    from emergency_sim.experiment.compile.service import ClinicPlan
    from emergency_sim.network import Region
    from emergency_sim.scenario import Scenario

FAR_FROM_NETWORK_M = 5_000.0
SITES: Final = ("legevakter", "fastlege_offices", "satellites", "hospitals", "stations")
OUTSIDE = "outside-"
"""Beginning of the areas that stand for people from outside the region."""
OUTSIDE_MEAN_S, OUTSIDE_SD_S = 1500.0, 750.0
"""Their way to the clinic by car: 25 minutes, give or take 12.5 (assumed)."""


@dataclass(slots=True)
class Ground:
    """Zones (people from outside included) and places; a place is a node that something stands on.

    Parameters
    ----------
    region
        The network with its nodes and zones.
    zones
        The region's zones, then one for each clinic that people from outside use (area
        ``outside-<clinic>``).
    places
        Numbers of the places, which all scenarios on the network share.
    """

    region: Region
    zones: ZoneTable
    places: Places = field(default_factory=Places)

    def place(self, node: int) -> int:
        """Return the number of the place at a node."""
        return self.places.number(node)

    def node_of(self, site: Site, path: str, file: str) -> int:
        """Return the node of a site; one given by lon/lat is joined to the nearest node.

        Raises
        ------
        InputFaults
            The node is unknown, or the site is more than 5 km from the network.
        """
        if site.node is not None:
            try:
                return self.region.index(site.node)
            except KeyError:
                fault = Fault(
                    file=file, path=f"{path}.node", message="no such node in the network",
                    got=site.node,
                )  # fmt: skip
                raise InputFaults([fault]) from None
        node, metres = self.region.nearest_node(*project(site.lon, site.lat))
        if metres > FAR_FROM_NETWORK_M:
            message = f"the site lies {metres / 1000:.1f} km from the network"
            raise InputFaults([Fault(file=file, path=path, message=message)])
        return node


def lay(scenario: Scenario, region: Region, places: Places) -> Ground:
    """Return the ground of a scenario.

    Parameters
    ----------
    scenario
        Its zones' and sites' nodes get numbers, those of sites out of service too.
    region
        The network that it stands on.
    places
        The numbers given on this network so far.
    """
    zones = region.zones
    file = str(scenario.files[0]) if scenario.files else scenario.id
    if zones is None:
        message = "the region has no zones: it is a network, not a district"
        remedy = "; make one with: emergency-sim district new --network DIR"
        raise InputFaults([Fault(file=file, path="network", message=message + remedy)])
    ground = Ground(region, zones, places)
    known = set(region.node_ids)
    extra = []
    for key, clinic in scenario.legevakter.items():
        if clinic.in_service and clinic.outside_population:
            node = ground.node_of(clinic, f"legevakter.{key}", file)
            extra.append((key, clinic.outside_population, node))
    if extra:
        ground.zones = _with_outside(zones, extra)
    for node in ground.zones.node.tolist():
        ground.place(node)
    for kind in SITES:  # also those out of service: a variant may open one
        for site in getattr(scenario, kind).values():
            if site.node in known:
                ground.place(region.index(site.node))
    return ground


def outside_area(clinic: str) -> str:
    """Return the area of the people from outside the region who use a clinic."""
    return OUTSIDE + clinic


def _with_outside(zones: ZoneTable, extra: list[tuple[str, int, int]]) -> ZoneTable:
    """Add a zone for people from outside who share a clinic (assumption A33)."""
    n = len(extra)
    ages = zones.population.sum(axis=0)
    ages = ages / ages.sum() if ages.sum() else np.full(ages.shape, 1 / len(ages))
    people = np.array([count for _, count, _ in extra], float)
    nan = np.full(n, np.nan)

    def more(old: Any, new: Any) -> Any:
        return np.concatenate([old, np.asarray(new, old.dtype)])

    return ZoneTable(
        ids=zones.ids + tuple(outside_area(key) for key, _, _ in extra),
        names=zones.names + tuple(f"outside the region, to {key}" for key, _, _ in extra),
        municipality=zones.municipality + ("",) * n,
        municipality_name=zones.municipality_name + ("",) * n,
        area=zones.area + tuple(outside_area(key) for key, _, _ in extra),
        node=more(zones.node, [node for _, _, node in extra]),
        population=more(zones.population, people[:, None] * ages[None, :]),
        access_mean_s=more(zones.access_mean_s, np.full(n, OUTSIDE_MEAN_S)),
        access_sd_s=more(zones.access_sd_s, np.full(n, OUTSIDE_SD_S)),
        tettbygd=more(zones.tettbygd, np.zeros(n)),
        outside=more(zones.outside, np.ones(n)),
        x=more(zones.x, nan),
        y=more(zones.y, nan),
        lon=more(zones.lon, nan),
        lat=more(zones.lat, nan),
    )


def nodes_of_sites(scenario: Scenario, ground: Ground, plans: list[ClinicPlan]) -> dict[str, int]:
    """Return the node of every site in service: clinics by id, others as ``kind.id``."""
    file = str(scenario.files[0]) if scenario.files else scenario.id
    nodes = {}
    for plan in plans:
        kind = "legevakter" if plan.kind == "legevakt" else "fastlege_offices"
        nodes[plan.id] = ground.node_of(plan.site, f"{kind}.{plan.id}", file)
    used = {u.station for u in scenario.units.values() if u.in_service}
    for kind in ("satellites", "hospitals", "stations"):
        for key, site in getattr(scenario, kind).items():
            if site.in_service or key in used:
                nodes[f"{kind}.{key}"] = ground.node_of(site, f"{kind}.{key}", file)
    for node in nodes.values():
        ground.place(node)
    return nodes
