"""Areas of a map: Voronoi cells of the zones, cut at 5 km from zones and roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.road_network import RoadNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network import Region

CUT_M: Final = 5_000.0
NEAR_M: Final = 10_000.0
"""Roads count for the cut where both ends lie so near a zone: those far outside do not."""
TOLERANCE_M: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCells:
    """What is drawn of a region.

    Parameters
    ----------
    cells
        A shapely geometry per zone, in the order of the region's zones.
    outline
        All cells together.
    roads, ferries
        Arrays of shape (lines, 2, 2): x and y of both ends, in metres.
    bounds
        West, south, east and north in metres.
    """

    cells: tuple[Any, ...]
    outline: Any
    roads: NDArray[Any]
    ferries: NDArray[Any]
    bounds: tuple[float, float, float, float]


def map_cells(region: Region) -> MapCells | None:
    """Return the cells of a region's zones; None where zones have no coordinates (a matrix).

    Parameters
    ----------
    region
        Network with zones.
    """
    import shapely

    zones = region.zones
    if zones is None or not isinstance(region.network, RoadNetwork):
        return None
    x, y = np.asarray(zones.x, float), np.asarray(zones.y, float)
    if not (np.isfinite(x) & np.isfinite(y)).all():
        return None
    roads, ferries = _lines(region)
    points = np.column_stack((x, y))
    near = _near(roads, points)
    inside = shapely.union_all(
        [
            shapely.buffer(shapely.MultiPoint(points), CUT_M, quad_segs=8),
            shapely.buffer(shapely.MultiLineString(list(roads[near])), CUT_M, quad_segs=4),
        ]
    )
    unique, back = np.unique(points, axis=0, return_inverse=True)
    regions = shapely.voronoi_polygons(
        shapely.MultiPoint(unique), extend_to=shapely.box(*inside.bounds), only_edges=False
    )
    parts = shapely.get_parts(regions)
    tree = shapely.STRtree(parts)
    owner, part = tree.query(shapely.points(unique), predicate="intersects")
    first = {int(o): int(p) for o, p in zip(owner[::-1], part[::-1], strict=True)}
    shapely.prepare(inside)
    cut = shapely.simplify(
        shapely.intersection(parts[[first[i] for i in range(len(unique))]], inside), TOLERANCE_M
    )
    own = cut[back.reshape(-1)]
    return MapCells(
        cells=tuple(own),
        outline=shapely.simplify(inside, TOLERANCE_M),
        roads=roads[near],
        ferries=ferries,
        bounds=tuple(inside.bounds),
    )


def _lines(region: Region) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return roads and ferries as straight lines between their nodes, each once."""
    network = region.network
    assert isinstance(network, RoadNetwork)
    tail, head = np.asarray(network.tail), np.asarray(network.head)
    ends = np.column_stack((np.minimum(tail, head), np.maximum(tail, head)))
    ends, at = np.unique(ends, axis=0, return_index=True)
    ferry = np.asarray(network.ferry, bool)[at]
    xy = np.column_stack((region.x, region.y))
    lines = xy[ends]
    known = np.isfinite(lines).all(axis=(1, 2))
    return lines[known & ~ferry], lines[known & ferry]


def _near(lines: NDArray[Any], points: NDArray[Any]) -> NDArray[np.bool_]:
    from scipy.spatial import cKDTree

    distance, _ = cKDTree(points).query(lines.reshape(-1, 2))
    return np.asarray((distance.reshape(-1, 2) <= NEAR_M).all(axis=1))
