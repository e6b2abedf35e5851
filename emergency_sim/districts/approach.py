"""The way between a place and its road: by car beside the road, or by boat where water lies between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.snapping import Snapped

BOAT_WATER_M: Final = 1_000.0
"""More water than this between a place and the nearest road: by boat (assumption N6)."""
BOAT_READY_S: Final = 1_200.0
"""Until the boat has cast off (N6)."""
BOAT_KMH: Final = 30.0
"""Speed of the boat (N6)."""
FARTHEST_M: Final = 5_000.0
"""Without outlines of the land, a place farther from any road than this is not reached by car."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Approach:
    """Ways between places and their roads, one element a place.

    Parameters
    ----------
    seconds
        float64; ``inf``: not reached by car.
    boat
        bool: by boat, because of water between the place and its road.
    """

    seconds: NDArray[Any]
    boat: NDArray[Any]


def approach(
    x: NDArray[Any], y: NDArray[Any], snapped: Snapped, land: NDArray[Any] | None = None
) -> Approach:
    """Return the ways between places and the roads that they were joined to.

    Parameters
    ----------
    x, y
        The places, EPSG:25833.
    snapped
        Where they were joined to roads.
    land
        Shapely polygons of the land; without them no boat is known of, and who lives more than
        5 km from a road is not reached.
    """
    seconds = snapped.access_seconds()
    boat = np.zeros(len(snapped), dtype=bool)
    if land is None:
        return Approach(seconds=np.where(snapped.metres > FARTHEST_M, np.inf, seconds), boat=boat)
    far = np.flatnonzero(snapped.metres > BOAT_WATER_M)
    water = water_between(x[far], y[far], snapped.x[far], snapped.y[far], land)
    boat[far[water > BOAT_WATER_M]] = True
    by_boat = BOAT_READY_S + snapped.metres / (BOAT_KMH / 3.6)
    return Approach(seconds=np.where(boat, by_boat, seconds), boat=boat)


def water_between(
    x: NDArray[Any], y: NDArray[Any], to_x: NDArray[Any], to_y: NDArray[Any], land: NDArray[Any]
) -> NDArray[Any]:
    """Return the metres (float64) of straight lines between points that lie on no land.

    Parameters
    ----------
    x, y, to_x, to_y
        Ends of the lines, EPSG:25833.
    land
        Shapely polygons that do not overlap.
    """
    import shapely

    if len(x) == 0:
        return np.zeros(0)
    ends = np.stack((np.column_stack((x, y)), np.column_stack((to_x, to_y))), axis=1)
    lines = shapely.linestrings(ends)
    pieces = shapely.get_parts(land)
    line, piece = shapely.STRtree(pieces).query(lines, predicate="intersects")
    on_land = np.bincount(
        line, shapely.length(shapely.intersection(lines[line], pieces[piece])), minlength=len(lines)
    )
    return np.asarray(np.maximum(shapely.length(lines) - on_land, 0.0))
