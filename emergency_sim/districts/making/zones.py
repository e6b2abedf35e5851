"""From places with people to zones: groups of neighbours with one place on the road (R7)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.approach import BOAT_KMH, Approach, approach
from emergency_sim.districts.making.clusters import cut_into_zones
from emergency_sim.districts.making.living_places import LivingPlaces, living_places
from emergency_sim.districts.making.local_times import LocalTimes
from emergency_sim.network import Driving, RoadNetwork
from emergency_sim.network.snapping import Snapped, snap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.districts.making.density import Density
    from emergency_sim.districts.sources.cells import Cells
    from emergency_sim.network import Region

MOST: Final = 1_450.0
"""People of a zone, before rounding (R7: at most 1,500 in towns of more than 10,000)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zones:
    """Zones in the order of their municipalities, larger ones first.

    Parameters
    ----------
    municipality
        int64: index of the municipality.
    population
        float64: people.
    town, settlement
        bool: two thirds of its people live in a town, in a settlement of 200 people.
    boat
        bool: reached by boat.
    place
        Where its trips begin: on which link.
    x, y
        float64: its people's middle, EPSG:25833.
    points
        Where its people live.
    point_zone
        int64 per point.
    point_place
        Where each point joins the roads.
    point_way
        The way between each point and its road.
    """

    municipality: NDArray[np.int64]
    population: NDArray[Any]
    town: NDArray[np.bool_]
    settlement: NDArray[np.bool_]
    boat: NDArray[np.bool_]
    place: Snapped
    x: NDArray[Any]
    y: NDArray[Any]
    points: LivingPlaces
    point_zone: NDArray[np.int64]
    point_place: Snapped
    point_way: Approach

    def __len__(self) -> int:
        """Return the number of zones."""
        return len(self.municipality)


IN_SHARE: Final = 0.65
"""A zone is in a settlement when so many of its people are (N8)."""


def make_zones(
    region: Region,
    cells: Cells,
    municipality: NDArray[np.int64],
    density: Density,
    land: NDArray[Any],
) -> Zones:
    """Return zones in which everybody of the cells is.

    Parameters
    ----------
    region
        Its roads.
    cells
        Places with people, those of the district only.
    municipality
        int64 per cell; zones keep within one.
    density
        Of the cells.
    land
        Shapely polygons of all land, EPSG:25833.

    Notes
    -----
    A zone lies within one municipality, on one piece of land that roads join without a ferry, and
    either in a town or not. Who has more than a kilometre of water to the nearest road is in a zone
    of its own kind, reached by boat.
    """
    network = region.network
    if not isinstance(network, RoadNetwork):
        raise ValueError("a matrix has no roads")
    driving = Driving()
    local = LocalTimes(network, network.arc_ms(driving), network.usable(driving))
    lived = np.flatnonzero(cells.population > 0)
    cells, municipality = cells.where(lived), municipality[lived]
    town, settlement = density.town[lived], density.settlement[lived]
    points = living_places(cells, land, np.full(len(cells), MOST))
    x, y = points.middle()
    middle = snap(region, x, y)
    way = approach(x, y, middle, land)
    groups = _groups(municipality[points.cell], way.boat, middle, network, local, town[points.cell])
    part_zone = np.full(len(points), -1, np.int64)
    begins: list[int] = []
    for rows in groups:
        here = part_of(middle, rows)
        if way.boat[rows[0]]:
            far = np.hypot(x[rows][:, None] - x[rows], y[rows][:, None] - y[rows])
            seconds = far / (BOAT_KMH / 3.6)
        else:
            seconds = local.between(here, x[rows], y[rows])
        people = points.population[rows]
        for members in cut_into_zones(seconds, people, MOST):
            part_zone[rows[members]] = len(begins)
            summed = np.where(np.isfinite(seconds), seconds, 1e6)[np.ix_(members, members)]
            begins.append(int(rows[members[int((summed @ people[members]).argmin())]]))
    order = _in_order(part_zone, begins, municipality[points.cell], points.population)
    part_zone = np.argsort(order)[part_zone]
    begin = np.array(begins, dtype=np.int64)[order]
    point_place = snap(region, points.x, points.y)
    mean = _means(part_zone, points.population, len(begin))
    return Zones(
        municipality=municipality[points.cell[begin]],
        population=np.bincount(part_zone, points.population, minlength=len(begin)),
        town=mean(town[points.cell]) >= IN_SHARE,
        settlement=mean(settlement[points.cell]) >= IN_SHARE,
        boat=way.boat[begin],
        place=part_of(middle, begin),
        x=mean(x),
        y=mean(y),
        points=points,
        point_zone=part_zone[points.part],
        point_place=point_place,
        point_way=_ways(points, point_place, way),
    )


def part_of(places: Snapped, rows: NDArray[Any]) -> Snapped:
    """Return some of the places."""
    return Snapped(
        link=places.link[rows],
        fraction=places.fraction[rows],
        metres=places.metres[rows],
        x=places.x[rows],
        y=places.y[rows],
    )


def _groups(
    municipality: NDArray[Any],
    boat: NDArray[Any],
    middle: Snapped,
    network: RoadNetwork,
    local: LocalTimes,
    town: NDArray[Any],
) -> list[NDArray[np.int64]]:
    """Return the parts that may be in a zone together."""
    land = np.where(boat, -1, local.part_of_land[network.link_ends[middle.link, 0]])
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for k, key in enumerate(
        zip(municipality.tolist(), boat.tolist(), land.tolist(), town.tolist(), strict=True)
    ):
        groups[tuple(int(part) for part in key)].append(k)
    return [np.array(rows, dtype=np.int64) for _, rows in sorted(groups.items())]


def _in_order(
    part_zone: NDArray[Any], begins: list[int], municipality: NDArray[Any], people: NDArray[Any]
) -> NDArray[Any]:
    """Return the zones by municipality, those with more people first."""
    population = np.bincount(part_zone, people, minlength=len(begins))
    return np.lexsort((np.array(begins), -population, municipality[begins]))


def _means(zone: NDArray[Any], weight: NDArray[Any], count: int) -> Any:
    """Return a function that gives the means per zone by people."""
    total = np.bincount(zone, weight, minlength=count)

    def mean(values: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(np.bincount(zone, weight * values, minlength=count) / total)

    return mean


def _ways(points: LivingPlaces, place: Snapped, way: Approach) -> Approach:
    """Return the points' ways to the roads: by boat where their part is reached so."""
    boat = way.boat[points.part]
    seconds = place.access_seconds()
    seconds[boat] = way.seconds[points.part[boat]]
    return Approach(seconds=seconds, boat=boat)
