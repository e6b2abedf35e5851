"""How far in people live: the time that a zone's people add to the time of its node (N7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network import Driving, RoadNetwork

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.districts.making.zones import Zones
    from emergency_sim.network import Region

LEAST_S: Final = 20.0
"""Nobody stands on the node itself."""
MOST_SPREAD: Final = 1.5
"""Spread per mean: an added time cannot be negative."""
STATIONS, CLINICS = 3, 2
"""So many of the nearest stations and clinics are looked to."""


def access_times(
    region: Region,
    zones: Zones,
    zone_node: NDArray[np.int64],
    point_link: NDArray[np.int64],
    point_fraction: NDArray[Any],
    targets: Sequence[Sequence[int]],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the mean and the spread of the time that each zone's people add, in seconds.

    Parameters
    ----------
    region
        The district's roads, each zone with a node.
    zones
        Where their people live.
    zone_node
        int64 per zone.
    point_link, point_fraction
        Where the people's points are on these roads.
    targets
        Nodes of the stations, then of the clinics.

    Notes
    -----
    Each point has its way to the road; from there it is driven on to the nearest stations and
    clinics, and what the same drive takes from the zone's node is subtracted: a way along the road
    towards the target counts as shorter, one away from it as longer.
    """
    network = region.network
    if not isinstance(network, RoadNetwork):
        raise ValueError("a matrix has no roads")
    times = region.travel_times(Driving())
    driving = Driving()
    ms = network.arc_ms(driving) / 1000.0
    whole = np.full(len(network.link_ids), np.inf)
    np.minimum.at(whole, network.link, np.where(network.usable(driving), ms, np.inf))
    begin, end = network.link_ends[point_link].T
    length = whole[point_link]
    to_begin, to_end = point_fraction * length, (1 - point_fraction) * length
    zone, weight = zones.point_zone, zones.points.weight
    count = len(zones)
    total = np.zeros(count)
    first, second = np.zeros(count), np.zeros(count)
    off_road = np.bincount(zone, weight * zones.point_way.seconds, minlength=count)
    for nodes, most in zip(targets, (STATIONS, CLINICS), strict=True):
        unique = sorted(set(nodes))
        if not unique:
            continue
        rows = times.rows(unique)
        order = np.argsort(rows[:, zone_node], axis=0, kind="stable")
        for k in range(min(most, len(unique))):
            row = order[k]
            from_node = rows[row, zone_node]
            at = np.minimum(rows[row[zone], begin] + to_begin, rows[row[zone], end] + to_end)
            known = np.isfinite(from_node[zone]) & np.isfinite(at)
            extra = (
                zones.point_way.seconds
                + np.where(known, at, 0)
                - np.where(known, from_node[zone], 0)
            )
            used = weight * known
            total += np.bincount(zone, used, minlength=count)
            first += np.bincount(zone, used * extra, minlength=count)
            second += np.bincount(zone, used * extra**2, minlength=count)
    people = np.bincount(zone, weight, minlength=count)
    beside = off_road / people
    seen = total > 0
    mean = np.divide(first, total, out=beside.copy(), where=seen)
    square = np.divide(second, total, out=mean**2, where=seen)
    spread = np.sqrt(np.maximum(square - mean**2, 0.0))
    mean = np.maximum(np.maximum(mean, beside), LEAST_S)
    return mean, np.clip(spread, LEAST_S / 2, MOST_SPREAD * mean)
