"""Ferries that end a little off the road are led on to it (assumption A51)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.network.projection import project

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.osm.source import RawOsm


def lead_to_roads(
    raw: RawOsm, refs: NDArray[Any], offsets: NDArray[Any], ferry: NDArray[Any], metres: float
) -> tuple[NDArray[Any], NDArray[Any], int]:
    """Return ways whose loose ferries go on to the nearest node of a road, and how many ends did.

    Parameters
    ----------
    raw
        Places of the nodes.
    refs, offsets
        int64: nodes of the ways that are wanted, as in `RawOsm`.
    ferry
        bool per way.
    metres
        Farthest node that counts as the ferry's own quay, if it is not nearer to the other one.

    Returns
    -------
    refs, offsets
        int64: a ferry's end that no other way has (and that has a road so near) is followed by
        that road's node.
    int
        Number of ends.

    Notes
    -----
    Coarse maps (Kartverket's N1000) end a crossing at the water and the road at the last house;
    and the quay's own lanes are service roads, which may not be wanted. The few metres between are
    then part of the crossing, in the same time if its duration is known.
    """
    way = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    on_road = np.unique(refs[~ferry[way]])
    if metres <= 0 or len(on_road) == 0 or not ferry.any():
        return refs, offsets, 0
    nodes, count = np.unique(refs, return_counts=True)
    boats = np.flatnonzero(ferry)
    # Ends before beginnings: what follows a way's end and what precedes the next way's beginning
    # go in at the same place, in this order.
    position = np.r_[offsets[boats + 1] - 1, offsets[boats]]
    after = np.repeat([1, 0], len(boats))
    loose = count[np.searchsorted(nodes, refs[position])] == 1
    position, after = position[loose], after[loose]
    near, distance = _nearest(raw, refs[position], on_road)
    # The road must not be the one at the other quay.
    other = (offsets[:-1] + offsets[1:] - 1)[way[position]] - position
    tied = (distance <= metres) & (distance < _apart(raw, near, refs[other]))
    position, after, near = position[tied], after[tied], near[tied]
    added = np.bincount(way[position], minlength=len(offsets) - 1)
    return (
        np.insert(refs, position + after, near),
        offsets + np.r_[0, np.cumsum(added)],
        len(position),
    )


def _xy(raw: RawOsm, ids: NDArray[Any]) -> NDArray[Any]:
    """Return metres (float64, shape (nodes, 2)) of nodes."""
    at = np.searchsorted(raw.node_id, ids)
    return np.column_stack(project(raw.lon[at], raw.lat[at]))


def _apart(raw: RawOsm, ids: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Return the metres between pairs of nodes."""
    apart: NDArray[Any] = np.hypot(*(_xy(raw, ids) - _xy(raw, others)).T)
    return apart


def _nearest(
    raw: RawOsm, ends: NDArray[Any], roads: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return per node the nearest one of the roads', and the metres to it."""
    from scipy.spatial import KDTree

    if len(ends) == 0:
        return ends, np.zeros(0)
    distance, which = KDTree(_xy(raw, roads)).query(_xy(raw, ends))
    return roads[which], distance
