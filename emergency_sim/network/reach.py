"""Times between sites and points that both lie somewhere along the roads, not only at nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.units import MS_PER_S
from emergency_sim.network.paths.shortest_paths import Graph
from emergency_sim.network.road_network import RoadNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.region import Region
    from emergency_sim.network.snapping import Snapped
    from emergency_sim.network.speeds import Driving

INFINITY: Final = float("inf")
ROWS_AT_ONCE: Final = 4_000_000
"""Numbers of a block of sites x nodes: 32 MB."""


class Reach:
    """Quickest ways between some sites and any points of a region.

    Parameters
    ----------
    region
        Its network is of roads.
    driving
        Who drives, when and how.
    sites
        Where the sites are on the network.
    towards
        From the points to the sites, as patients drive; otherwise from the sites, as ambulances do.

    Notes
    -----
    Every site is a node of its own with arcs to the ends of its link, which take their share of the
    link's time. A point's time is the quicker of the ways over the ends of its own link, or along
    the link where a site lies on it. The ways beside the roads (:meth:`Snapped.access_seconds`)
    are the caller's to add.
    """

    def __init__(
        self, region: Region, driving: Driving, sites: Snapped, *, towards: bool = True
    ) -> None:
        network = region.network
        if not isinstance(network, RoadNetwork):
            raise ValueError("a matrix has no roads")
        self.sites = sites
        self.towards = towards
        self._network = network
        ms = np.where(network.usable(driving), network.arc_ms(driving).astype(float), INFINITY)
        self._forth, self._back = _by_direction(network, ms)
        nodes, usable = len(network), np.flatnonzero(np.isfinite(ms))
        tail, head = network.tail[usable], network.head[usable]
        if towards:
            tail, head = head, tail
        to_begin, to_end = self._to_ends(sites)
        extra_tail, extra_head, extra_ms = [], [], []
        for side, times in enumerate((to_begin, to_end)):
            open_way = np.flatnonzero(np.isfinite(times))
            extra_tail.append(nodes + open_way)
            extra_head.append(network.link_ends[sites.link[open_way], side])
            extra_ms.append(np.maximum(np.rint(times[open_way]), 1))
        self._graph = Graph(
            nodes + len(sites),
            np.concatenate((tail, *extra_tail)).astype(np.int64),
            np.concatenate((head, *extra_head)).astype(np.int64),
            np.concatenate((ms[usable], *extra_ms)).astype(np.int64),
        )
        self._nodes = nodes

    def _to_ends(self, places: Snapped) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the ms between places and the beginnings and the ends of their links.

        They lead from a place to the ends where the sites are driven from, and from the ends to the
        place where they are driven to.
        """
        forth, back = self._forth[places.link], self._back[places.link]
        if self.towards:  # the graph is reversed: from the ends to the place
            return _part(forth, places.fraction), _part(back, 1 - places.fraction)
        return _part(back, places.fraction), _part(forth, 1 - places.fraction)

    def link_seconds(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return float64 seconds per link from its beginning to its end, and back; ``inf``: closed."""
        return self._forth / MS_PER_S, self._back / MS_PER_S

    def node_seconds(self, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Return float64 seconds, shape (sites, nodes), of the sites from ``first`` to ``last``."""
        chosen = range(
            self._nodes + first, self._nodes + (len(self.sites) if last is None else last)
        )
        return np.asarray(self._graph.distances(list(chosen))[:, : self._nodes] / MS_PER_S)

    def seconds(self, points: Snapped) -> NDArray[Any]:
        """Return float64 seconds, shape (sites, points); ``inf`` where there is no way."""
        result = np.empty((len(self.sites), len(points)))
        block = max(1, ROWS_AT_ONCE // (self._nodes + 1))
        for first in range(0, len(self.sites), block):
            last = min(first + block, len(self.sites))
            result[first:last] = self._at(points, self.node_seconds(first, last))
        self._along_own_link(points, result)
        return result

    def _at(self, points: Snapped, at_nodes: NDArray[Any]) -> NDArray[Any]:
        """Return the seconds of points over the ends of their links."""
        forth, back = (times[points.link] / MS_PER_S for times in (self._forth, self._back))
        begin, end = self._network.link_ends[points.link].T
        if self.towards:  # from the point to the ends
            to_begin, to_end = _part(back, points.fraction), _part(forth, 1 - points.fraction)
        else:  # from the ends to the point
            to_begin, to_end = _part(forth, points.fraction), _part(back, 1 - points.fraction)
        return np.asarray(np.minimum(at_nodes[:, begin] + to_begin, at_nodes[:, end] + to_end))

    def _along_own_link(self, points: Snapped, result: NDArray[Any]) -> None:
        """Put in the ways between sites and points of the same link."""
        order = np.argsort(points.link, kind="stable")
        sorted_links = points.link[order]
        for k, (link, at) in enumerate(zip(self.sites.link, self.sites.fraction, strict=True)):
            low, high = np.searchsorted(sorted_links, (link, link + 1))
            here = order[low:high]
            ahead = points.fraction[here] - at  # how much farther along the link the point lies
            if self.towards:
                ahead = -ahead
            ms = np.where(
                ahead >= 0, _part(self._forth[link], ahead), _part(self._back[link], -ahead)
            )
            result[k, here] = np.minimum(result[k, here], ms / MS_PER_S)


def _part(ms: Any, share: NDArray[Any]) -> NDArray[Any]:
    """Return ms x share; a closed way is ``inf`` however short the part, but nothing is no way.

    Who is at an end of a link is at its node, whether or not this link leads on from there.
    """
    closed = ~np.isfinite(ms)
    return np.where(closed & (share != 0), INFINITY, np.where(closed, 0.0, ms) * share)


def _by_direction(network: RoadNetwork, ms: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return per link the ms from its beginning to its end and back; ``inf`` where not open."""
    forth, back = (np.full(len(network.link_ids), INFINITY) for _ in range(2))
    forward = network.tail == network.link_ends[network.link, 0]
    forth[network.link[forward]] = ms[forward]
    back[network.link[~forward]] = ms[~forward]
    return forth, back
