"""The way that each observed trip took by given speeds, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.calibration.trip_ends import PROFILES
from emergency_sim.network.paths.shortest_paths import Graph
from emergency_sim.network.road_network import RoadNetwork
from emergency_sim.network.snapping import ACCESS_KMH, DETOUR
from emergency_sim.network.speeds import Driving, FerryClass, drive_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from emergency_sim.network.calibration.trip_ends import Ends
    from emergency_sim.network.calibration.trips import Trips
    from emergency_sim.network.region import Region

BLOCK_BYTES: Final = 2**26
INFINITY: Final = float("inf")

Pace = tuple["NDArray[Any]", float, float]
"""Factor on the table's seconds per class of road, seconds at a signal, seconds when giving way."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """What the way of each trip is made of; one row each.

    Parameters
    ----------
    base_s
        float64, shape (trips, classes): seconds on roads by the speed table, without the overall
        factor and without delays.
    signals, yields
        float64: traffic signals, and places where the way meets a road of a higher class.
    access_s
        float64: from the ends to their roads at an ordinary car's speed.
    metres
        float64: length.
    ferry
        bool: the way takes a ferry.
    found
        bool: there is a way.
    """

    base_s: NDArray[Any]
    signals: NDArray[Any]
    yields: NDArray[Any]
    access_s: NDArray[Any]
    metres: NDArray[Any]
    ferry: NDArray[Any]
    found: NDArray[Any]

    def chosen(self, which: NDArray[Any]) -> Ways:
        """Return the ways of some trips."""
        return Ways(**{name: getattr(self, name)[which] for name in self.__slots__})


def quickest_ways(
    region: Region,
    trips: Trips,
    pace: Callable[[int, int], Pace],
    *,
    ferries: bool = True,
) -> Ways:
    """Return the quickest way of every trip.

    Parameters
    ----------
    region
        Its network is of roads.
    trips
        Joined to it.
    pace
        Gives the speeds of a profile (index into PROFILES) in a class of hours.
    ferries
        Ferries may be taken.

    Notes
    -----
    One search over the network for each place where trips begin, twice where a way begins there.
    The season of the table is summer, as in the simulation: winter is the parameter
    ``drive.winter_factor``.
    """
    network = region.network
    assert isinstance(network, RoadNetwork)
    n = len(trips)
    metres = trips.begin.metres + trips.end.metres
    ways = Ways(
        base_s=np.zeros((n, len(network.classes))), signals=np.zeros(n), yields=np.zeros(n),
        access_s=metres * DETOUR / (ACCESS_KMH / 3.6), metres=metres.copy(),
        ferry=np.zeros(n, bool), found=np.zeros(n, bool),
    )  # fmt: skip
    for profile in np.unique(trips.profile).tolist():
        for hours in np.unique(trips.hours[trips.profile == profile]).tolist():
            at = np.flatnonzero((trips.profile == profile) & (trips.hours == hours))
            driving = Driving(profile=PROFILES[profile], hours=FerryClass(hours))
            search = _Search(network, driving, pace(profile, hours), ferries=ferries)
            for trip, arc, share in search.ways(trips.begin.chosen(at), trips.end.chosen(at)):
                search.add(ways, at[trip], arc, share)
            ways.found[at] = search.found
    return ways


class _Search:
    """Quickest ways of one profile in one class of hours, between places along roads."""

    def __init__(
        self, network: RoadNetwork, driving: Driving, pace: Pace, *, ferries: bool
    ) -> None:
        n_arcs = len(network.tail)
        nothing = np.zeros(n_arcs)
        limit = np.full(n_arcs, np.nan) if network.limit_kmh is None else network.limit_kmh
        table = network.speeds.factors(driving, network.classes, network.highway, limit)
        speed = np.where(network.ferry, 1.0, network.speed_kmh)
        self.network = network
        self.signals = nothing if network.signals is None else network.signals
        self.yields = nothing if network.yields is None else network.yields
        self.base_s = np.where(network.ferry, 0.0, network.length_m * 3.6 / speed * table)
        by_class, signal_s, yield_s = pace
        delay = self.signals * signal_s + self.yields * yield_s
        wait, _ = network.wait(driving)
        self.ms = np.where(
            network.ferry,
            np.maximum(network.crossing_ms + wait, 1),
            drive_ms(network.length_m, speed, by_class[network.highway] * table, delay),
        )
        usable = network.usable(driving)
        if not ferries:
            usable = usable & ~network.ferry
        chosen = np.flatnonzero(usable)
        self.graph = Graph(
            len(network), network.tail[chosen], network.head[chosen], self.ms[chosen]
        )
        self.arc = chosen[self.graph.arc]
        self.forth, self.back = (np.full(len(network.link_ids), -1) for _ in range(2))
        forward = network.tail == network.link_ends[network.link, 0]
        for arcs, is_forth in ((self.forth, forward), (self.back, ~forward)):
            open_arcs = np.flatnonzero(usable & is_forth)
            arcs[network.link[open_arcs]] = open_arcs
        self.found: NDArray[Any] = np.zeros(0, bool)

    def ways(self, begin: Ends, end: Ends) -> Iterator[tuple[Any, Any, Any]]:
        """Give trips, arcs of their ways, and how much of each arc is driven, until all are given."""
        leave = self._sides(begin, self.back, self.forth)
        reach = self._sides(end, self.forth, self.back)
        best, by = self._shortest(leave, reach)
        own_arc, own_share, own_ms = self._along_own_link(begin, end)
        own = own_ms <= best
        self.found = np.isfinite(best) | np.isfinite(own_ms)
        yield np.flatnonzero(own), own_arc[own], own_share[own]
        trips = np.flatnonzero(np.isfinite(best) & ~own)
        first, last = by[trips, 0], by[trips, 1]
        for (_, arc, share, _), side in ((leave, first), (reach, last)):
            partial = arc[trips, side] >= 0
            yield trips[partial], arc[trips, side][partial], share[trips, side][partial]
        yield from self._between(trips, leave[0][trips, first], reach[0][trips, last])

    def add(self, ways: Ways, trip: NDArray[Any], arc: NDArray[Any], share: NDArray[Any]) -> None:
        """Add parts of arcs to the ways of trips."""
        network = self.network
        np.add.at(ways.base_s, (trip, network.highway[arc]), self.base_s[arc] * share)
        np.add.at(ways.signals, trip, self.signals[arc] * share)
        np.add.at(ways.yields, trip, self.yields[arc] * share)
        np.add.at(ways.metres, trip, network.length_m[arc] * share)
        ways.ferry[trip[network.ferry[arc]]] = True

    def _sides(self, ends: Ends, by_begin: NDArray[Any], by_end: NDArray[Any]) -> tuple[Any, ...]:
        """Return node, arc, share of it and ms over both ends of a link; shape (trips, 2)."""
        n, on_link = len(ends.node), ends.link >= 0
        node = np.column_stack((ends.node, ends.node))
        arc, share = np.full((n, 2), -1), np.zeros((n, 2))
        ms = np.full((n, 2), INFINITY)
        ms[~on_link, 0] = 0.0
        link = ends.link[on_link]
        node[on_link] = self.network.link_ends[link]
        arc[on_link] = np.column_stack((by_begin[link], by_end[link]))
        share[on_link] = np.column_stack((ends.fraction, 1 - ends.fraction))[on_link]
        there = arc >= 0
        ms[there] = self.ms[arc[there]] * share[there]
        return node, arc, share, ms

    def _along_own_link(self, begin: Ends, end: Ends) -> tuple[Any, Any, Any]:
        """Return arc, share and ms where a trip ends on the link on which it begins."""
        ahead = end.fraction - begin.fraction
        same = (begin.link == end.link) & (begin.link >= 0)
        arc = np.where(
            same, np.where(ahead >= 0, self.forth[begin.link], self.back[begin.link]), -1
        )
        ms = np.where(arc >= 0, self.ms[arc] * np.abs(ahead), INFINITY)
        return arc, np.abs(ahead), ms

    def _blocks(self, nodes: NDArray[Any]) -> Iterator[NDArray[Any]]:
        sources = np.unique(nodes)
        size = max(1, BLOCK_BYTES // (8 * max(1, self.graph.nodes)))
        for k in range(0, len(sources), size):
            yield sources[k : k + size]

    def _shortest(self, leave: Any, reach: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the ms of each trip by way of nodes, and which ends of its links it takes."""
        n = len(leave[0])
        best, by = np.full(n, INFINITY), np.zeros((n, 2), int)
        for block in self._blocks(leave[0][np.isfinite(leave[3])]):
            distance = self.graph.distances(block.tolist())
            for i in range(2):
                of_block = np.isin(leave[0][:, i], block) & np.isfinite(leave[3][:, i])
                trip = np.flatnonzero(of_block)
                row = np.searchsorted(block, leave[0][trip, i])
                for j in range(2):
                    ms = leave[3][trip, i] + distance[row, reach[0][trip, j]] + reach[3][trip, j]
                    better = ms < best[trip]
                    best[trip[better]] = ms[better]
                    by[trip[better]] = i, j
        return best, by

    def _between(
        self, trips: NDArray[Any], first: NDArray[Any], last: NDArray[Any]
    ) -> Iterator[tuple[Any, Any, Any]]:
        """Give the arcs between two nodes of each trip, from the last to the first."""
        for block in self._blocks(first):
            before = self.graph.trees(block.tolist())
            of_block = np.isin(first, block)
            trip, at = trips[of_block], last[of_block].copy()
            start = first[of_block]
            row = np.searchsorted(block, start)
            while (going := at != start).any():
                trip, at, start, row = (a[going] for a in (trip, at, start, row))
                previous = before[row, at].astype(np.int64)
                arc, _ = self.graph.arcs_between(previous, at)
                yield trip, self.arc[arc], np.ones(len(trip))
                at = previous
