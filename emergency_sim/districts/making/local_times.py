"""Drives between places of one municipality, by the roads in and around it, without ferries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network import RoadNetwork
    from emergency_sim.network.snapping import Snapped

MARGIN_M: Final = 10_000.0
"""Roads so far outside the box round the places are used as well."""
LEAST_KMH: Final = 75.0
"""No drive is quicker than 1.3 x the straight line at this speed."""


class LocalTimes:
    """Drives within parts of a network.

    Parameters
    ----------
    network
        Roads; its ferries are left out.
    ms
        int64 per arc: milliseconds.
    usable
        bool per arc.
    """

    def __init__(self, network: RoadNetwork, ms: NDArray[Any], usable: NDArray[Any]) -> None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        road = np.flatnonzero(usable & ~network.ferry)
        self._network = network
        size = len(network)
        # Of two roads between the same nodes sparse matrices would add the times: the quicker stays.
        order = np.lexsort((ms[road], network.head[road], network.tail[road]))
        road = road[order]
        new = np.ones(road.size, bool)
        tail, head = network.tail[road], network.head[road]
        new[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        seconds = ms[road[new]] / 1000.0
        self._matrix = csr_array((seconds, (tail[new], head[new])), shape=(size, size))
        _, label = connected_components(self._matrix, directed=False)
        self.part_of_land: NDArray[Any] = label
        """int per node: nodes with the same label are joined by roads."""
        self._seconds = np.full(len(network.link_ids), np.inf)
        np.minimum.at(self._seconds, network.link[road], ms[road] / 1000.0)

    def between(self, places: Snapped, x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
        """Return float64 seconds, shape (places, places), both ways alike; ``inf``: no road.

        Parameters
        ----------
        places
            Where they join the roads.
        x, y
            Where they are, EPSG:25833.
        """
        from scipy.sparse.csgraph import dijkstra

        begin, end = self._network.link_ends[places.link].T
        ends, where = np.unique(np.concatenate((begin, end)), return_inverse=True)
        first, last = where[: len(begin)], where[len(begin) :]
        near = self._near(places)
        at = np.searchsorted(near, ends)
        times = dijkstra(self._matrix[near][:, near], directed=False, indices=at)[:, at]
        whole = self._seconds[places.link]
        to_first, to_last = places.fraction * whole, (1 - places.fraction) * whole
        from_place = np.minimum(to_first[:, None] + times[first], to_last[:, None] + times[last])
        way = np.minimum(from_place[:, first] + to_first, from_place[:, last] + to_last)
        same = places.link[:, None] == places.link[None, :]
        along = np.abs(places.fraction[:, None] - places.fraction[None, :]) * whole
        way = np.where(same, np.minimum(way, along), way)
        straight = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
        return np.asarray(np.maximum(way, straight * 1.3 / (LEAST_KMH / 3.6)))

    def _near(self, places: Snapped) -> NDArray[Any]:
        """Return the nodes in and around the box of the places, and the ends of their links."""
        x, y = self._network.x, self._network.y
        inside = (
            (x > places.x.min() - MARGIN_M) & (x < places.x.max() + MARGIN_M)
            & (y > places.y.min() - MARGIN_M) & (y < places.y.max() + MARGIN_M)
        )  # fmt: skip
        inside[self._network.link_ends[places.link].ravel()] = True
        return np.flatnonzero(inside)
