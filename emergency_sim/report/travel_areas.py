"""Shapes of a travel study: areas of the places, and the grid of times between the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.isochrones import CUT_M, TimeGrid, cell_size, points_along, time_grid
from emergency_sim.network.road_network import RoadNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.districts.travel_answer import TravelAnswer
    from emergency_sim.districts.travel_study import Situation

Box = tuple[float, float, float, float]
MOST_AROUND_M: Final = 10_000.0
LEAST_AROUND_M: Final = 300.0


def around_m(answer: TravelAnswer) -> float:
    """Return how far from a place roads still belong to the map: a tenth of it, 300 m to 10 km."""
    size = max(float(np.ptp(answer.places.x)), float(np.ptp(answer.places.y)))
    return min(max(size / 10, LEAST_AROUND_M), MOST_AROUND_M) + answer.cell_m


def bounds_of(answer: TravelAnswer) -> Box:
    """Return the box of the places, the roads around them and the ways beside those."""
    x, y = answer.places.x, answer.places.y
    margin = around_m(answer) + cut_of(answer)
    return (
        float(x.min()) - margin, float(y.min()) - margin,
        float(x.max()) + margin, float(y.max()) + margin,
    )  # fmt: skip


def cut_of(answer: TravelAnswer) -> float:
    """Return how far beside a road the map goes: 5 km, in a town half of what is around it."""
    return min(CUT_M, around_m(answer) / 2)


def place_areas(answer: TravelAnswer) -> NDArray[Any]:
    """Return a shapely polygon per place: its square, or its Voronoi cell cut at 5 km."""
    import shapely

    places = answer.places
    if answer.cell_m > 0:
        half = answer.cell_m / 2
        return np.asarray(
            shapely.box(places.x - half, places.y - half, places.x + half, places.y + half)
        )
    points = np.column_stack((places.x, places.y))
    inside = shapely.buffer(shapely.MultiPoint(points), CUT_M, quad_segs=8)
    unique, back = np.unique(points, axis=0, return_inverse=True)
    if len(unique) == 1:
        return np.full(len(points), inside)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(unique), extend_to=shapely.box(*inside.bounds))
    )
    owner, part = shapely.STRtree(cells).query(shapely.points(unique), predicate="intersects")
    first = np.zeros(len(unique), dtype=np.int64)
    first[owner[::-1]] = part[::-1]
    shapely.prepare(inside)
    return np.asarray(shapely.intersection(cells[first], inside)[back.reshape(-1)])


def times_between_roads(answer: TravelAnswer, found: Situation) -> TimeGrid:
    """Return the travel times of a grid, the ways beside the roads included.

    Parameters
    ----------
    answer
        Only roads near its places count: those far outside lead nobody home.
    found
        One of its situations.
    """
    region, reach = found.region, found.reach
    network = region.network
    assert isinstance(network, RoadNetwork)
    bounds = bounds_of(answer)
    west, south, east, north = bounds
    seconds = found.node_minutes() * 60.0
    lines = region.lines()
    road = np.ones(len(lines), dtype=bool)
    off_road = np.array([c in {"ferry", "barrier"} for c in network.classes], dtype=bool)
    road[network.link[off_road[network.highway]]] = False
    forth, back = reach.link_seconds()
    passable = np.isfinite(forth) | np.isfinite(back)
    near = road & passable & _lines_near_places(answer, lines)
    if not found.towards:  # time from a site to a point is time from the point, roads turned round
        forth, back = back, forth
    begin, end = network.link_ends.T
    chosen = np.flatnonzero(near)
    # An island may have a quay and no road, and yet people.
    lived = [] if answer.places.node is None else [answer.places.node]
    used = np.unique(np.concatenate((begin[chosen], end[chosen], *lived)))
    cell = cell_size(east - west, north - south)
    along = points_along(
        lines[chosen],
        start_s=seconds[begin[chosen]],
        end_s=seconds[end[chosen]],
        forward_s=forth[chosen],
        backward_s=back[chosen],
        step_m=max(cell, 50.0),
    )
    sites = found.sites
    return time_grid(
        np.concatenate((region.x[used], along[0], sites.x)),
        np.concatenate((region.y[used], along[1], sites.y)),
        np.concatenate((seconds[used], along[2], sites.access_seconds())),
        bounds=bounds,
        cell_m=cell,
        cut_m=cut_of(answer),
    )


def _lines_near_places(answer: TravelAnswer, lines: NDArray[Any]) -> NDArray[Any]:
    """Return (bool) which lines pass a place, though both their ends may lie far from any."""
    import shapely
    from scipy.spatial import cKDTree

    around = around_m(answer)
    cut = np.asarray(lines, dtype=object).copy()
    long = shapely.length(cut) > around / 2  # GEOS fails on lines of no length
    cut[long] = shapely.segmentize(cut[long], around / 2)
    points, owner = shapely.get_coordinates(cut, return_index=True)
    tree = cKDTree(np.column_stack((answer.places.x, answer.places.y)))
    metres, _ = tree.query(points, distance_upper_bound=around)
    near = np.zeros(len(lines), dtype=bool)
    near[owner[np.isfinite(metres)]] = True
    return near


def road_lines(found: Situation, bounds: Box) -> tuple[NDArray[Any], list[str], list[str]]:
    """Return the lines in a box, each once, with their classes and names."""
    import shapely

    region = found.region
    network = region.network
    assert isinstance(network, RoadNetwork)
    lines = region.lines()
    runs = np.zeros(len(lines), dtype=bool)
    runs[network.link[network.usable(found.driving)]] = True
    near = np.flatnonzero(runs & shapely.intersects(lines, shapely.box(*bounds)))
    _, first = np.unique(network.link, return_index=True)
    names = np.asarray(network.classes, dtype=object)[network.highway[first]]
    near = near[names[near] != "barrier"]
    return lines[near], names[near].tolist(), [network.link_names[k] for k in near.tolist()]
