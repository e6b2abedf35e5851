"""Joining points to the nearest road: where on which link, how far beside it (assumption A53)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.link_columns import FERRY
from emergency_sim.network.road_network import RoadNetwork
from emergency_sim.network.speeds import Driving

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.region import Region

DETOUR: Final = 1.3
"""Way per straight line where the network has no road (assumption N7 of the default district)."""
ACCESS_KMH: Final = 40.0
"""Speed of an ordinary car on that way (assumption N7)."""
NO_DOORS: Final = frozenset({FERRY, "barrier", "motorway", "motorway_link"})
"""Classes of links that nobody lives at."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapped:
    """Points on the network, one element each.

    Parameters
    ----------
    link
        int64: the nearest link that may be driven.
    fraction
        float64, 0 to 1: where on it, from its node ``from``.
    metres
        float64: straight line from the point to the road.
    x, y
        float64: the place on the road, EPSG:25833.
    """

    link: NDArray[Any]
    fraction: NDArray[Any]
    metres: NDArray[Any]
    x: NDArray[Any]
    y: NDArray[Any]

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.link)

    def access_seconds(self) -> NDArray[Any]:
        """Return the seconds from each point to its road: 1.3 x the straight line at 40 km/h.

        Examples
        --------
        >>> here = np.zeros(1)
        >>> Snapped(link=here, fraction=here, metres=here + 1000, x=here, y=here).access_seconds()
        array([117.])
        """
        return np.asarray(self.metres * DETOUR / (ACCESS_KMH / 3.6))


def snap(
    region: Region, x: NDArray[Any], y: NDArray[Any], driving: Driving | None = None
) -> Snapped:
    """Join points to the nearest place on a road.

    Parameters
    ----------
    region
        Its network is of roads.
    x, y
        Points in EPSG:25833.
    driving
        Only roads that it may use count, never ferries, barriers, tunnels and motorways; default:
        an ordinary car.

    Raises
    ------
    ValueError
        The network is a matrix, or has no such road.
    """
    import shapely

    network = region.network
    if not isinstance(network, RoadNetwork):
        raise ValueError("a matrix has no roads")
    links = _drivable(network, driving or Driving())
    if links.size == 0:
        raise ValueError("the network has no road that may be driven")
    lines = region.lines()
    starts, ends, owner = _segments(lines[links])
    tree = shapely.STRtree(shapely.linestrings(np.stack((starts, ends), axis=1)))
    points = shapely.points(np.asarray(x, float), np.asarray(y, float))
    nearest = tree.nearest(points)
    link = links[owner[nearest]]
    fraction = shapely.line_locate_point(lines[link], points, normalized=True)
    foot = shapely.line_interpolate_point(lines[link], fraction, normalized=True)
    return Snapped(
        link=link,
        fraction=np.asarray(fraction, float),
        metres=np.asarray(shapely.distance(points, foot), float),
        x=np.asarray(shapely.get_x(foot), float),
        y=np.asarray(shapely.get_y(foot), float),
    )


def _drivable(network: RoadNetwork, driving: Driving) -> NDArray[Any]:
    """Return the links with an arc that may be used and that people may live at.

    A street behind a gate that does not open for the driver is none: it leads nowhere.
    """
    fenced = network.fenced_in(driving)
    usable = network.usable(driving) & ~(fenced[network.tail] | fenced[network.head])
    return np.flatnonzero(_has(usable, network) & has_doors(network))


def has_doors(network: RoadNetwork) -> NDArray[np.bool_]:
    """Return per link whether one can stop and get off it anywhere.

    Not on ferries, at barriers, in tunnels and on motorways (assumption N7 joins to open roads).
    """
    closed = np.array([c in NO_DOORS for c in network.classes], dtype=bool)
    result = ~_has(closed[network.highway], network)
    return result if network.link_tunnel is None else result & ~network.link_tunnel


def _has(arcs: NDArray[Any], network: RoadNetwork) -> NDArray[np.bool_]:
    """Return per link whether one of its arcs is marked."""
    found = np.zeros(len(network.link_ids), dtype=bool)
    found[network.link[arcs]] = True
    return found


def _segments(lines: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return both ends of every straight piece of the lines, and the line's position."""
    import shapely

    xy, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    return xy[:-1][same], xy[1:][same], owner[:-1][same]
