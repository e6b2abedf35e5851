"""Expected travel times on roads and ferries (domain.travel.TravelTimes)."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from emergency_sim.domain.travel import KM_PER_MINUTE, FerryLeg, Position
from emergency_sim.domain.units import MS_PER_S
from emergency_sim.network.speeds import Driving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.network.road_network import RoadNetwork

ROUTES_KEPT = 8192
"""Routes remembered per profile and ferry class."""


class _Route(NamedTuple):
    """The quickest way between two nodes, arc by arc, in expected seconds.

    ``reached`` has one element per node, ``seconds`` and ``back`` (the same road the other way, or
    None) one per arc; ``ferries`` names arcs.
    """

    nodes: list[int]
    reached: list[float]
    seconds: list[float]
    back: list[float | None]
    ferries: list[int]
    legs: tuple[FerryLeg, ...]


class RoadTravelTimes:
    """Quickest ways of one profile in one ferry class of the hour on a road network.

    Parameters
    ----------
    network
        Roads and ferries.
    driving
        Who drives, when and how.

    Notes
    -----
    Rows and predecessors are found when first asked for, then kept. Between nodes with several
    equally quick ways one is always taken, so that ``path``, ``ferries`` and ``position`` agree.
    """

    quickest = True

    def __init__(self, network: RoadNetwork, driving: Driving | None = None) -> None:
        self.network = network
        self.driving = driving or Driving()
        self._graph = network.graph(self.driving)
        self._wait_ms, _ = network.wait(self.driving)
        self._rows: dict[int, NDArray[Any]] = {}
        self._trees: dict[int, NDArray[Any]] = {}
        self._routes: dict[tuple[int, int], _Route | None] = {}
        self._crosses: dict[int, NDArray[Any]] = {}

    def between(self, i: int, j: int) -> float:
        """Return expected seconds from node ``i`` to node ``j``."""
        row = self._rows.get(i)
        if row is None:
            self._find_rows([i])
            row = self._rows[i]
        seconds: float = row.item(j)  # half the time of float(row[j])
        return seconds

    def rows(self, sources: Sequence[int]) -> NDArray[Any]:
        """Return float64 seconds, shape (sources, nodes)."""
        self._find_rows(sources)
        if len(sources) == 0:
            return np.empty((0, self._graph.nodes))
        return np.stack([self._rows[int(i)] for i in sources])

    def nearest(self, sources: Sequence[int]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return per node the seconds from the nearest source and that source's position.

        Of equally near sources the first counts; ``inf`` and -1 where none reaches.
        """
        ms, position = self._graph.nearest(sources)
        return ms / MS_PER_S, position

    def path(self, i: int, j: int) -> list[int]:
        """Return the nodes from ``i`` to ``j``, both included; empty where there is no way."""
        route = self._route(i, j)
        return [] if route is None else list(route.nodes)

    def ferries(self, i: int, j: int) -> tuple[FerryLeg, ...]:
        """Return the ferries on the path from ``i`` to ``j`` in order."""
        crosses = self._crosses.get(i)
        if crosses is None:
            crosses = self._crosses[i] = self._ferry_ahead(i)
        if not crosses[j]:
            return ()  # most ways have none: no need to lay out the route
        route = self._route(i, j)
        return () if route is None else route.legs

    def _ferry_ahead(self, i: int) -> NDArray[Any]:
        """Return for every node whether the quickest way there from ``i`` has a ferry."""
        self._find_trees([i])
        before = self._trees[i].astype(np.int64)
        here = np.arange(self._graph.nodes)
        at, there = self._graph.arcs_between(before, here)
        there &= before != here
        ferry = self.network.ferry[self._graph.arc]
        crosses = there & (ferry[at] if ferry.size else False)
        while True:  # each step doubles how far back a node looks
            further = before[before]
            crosses = crosses | crosses[before]
            if np.array_equal(further, before):
                return np.asarray(crosses, bool)
            before = further

    def position(
        self, i: int, j: int, t: float, *, road_factor: float = 1.0, waits: Sequence[float] = ()
    ) -> Position:
        """Return where a unit is ``t`` seconds after leaving ``i`` for ``j``.

        Parameters
        ----------
        i, j
            Nodes.
        t
            Real seconds since leaving.
        road_factor
            Real over expected seconds on roads.
        waits
            Real waits in seconds at the path's ferries; by default half their headways.

        Returns
        -------
        Position
            In expected seconds. Waiting at a quay counts as being there: it may turn, at no cost,
            and what remains is the rest of its wait and the crossing. On board it may not turn
            (R8); ``elapsed_s`` is then the time since the ferry left. On a one-way road the way
            back is the way round.

        Raises
        ------
        ValueError
            There is no way, the factor is not positive, or there are not as many waits as ferries.
        """
        route = self._route(i, j)
        if route is None:
            raise ValueError(f"there is no way from node {i} to node {j}")
        if not road_factor > 0:
            raise ValueError("road_factor must be positive")
        if len(waits) not in (0, len(route.legs)):
            raise ValueError(f"the path has {len(route.legs)} ferries, not {len(waits)}")
        rest, first = max(t, 0.0), 0
        for k, arc in enumerate(route.ferries):
            drive = (route.reached[arc] - route.reached[first]) * road_factor
            if rest < drive:
                return self._on_road(route, first, arc, rest / road_factor)
            rest -= drive
            leg = route.legs[k]
            wait = waits[k] if len(waits) else leg.headway_s / 2
            quay, far = route.nodes[arc], route.nodes[arc + 1]
            left = wait + leg.crossing_s - rest
            if rest < wait:
                return Position(tail=quay, head=far, elapsed_s=0.0, remaining_s=left)
            if left > 0:
                return Position(
                    tail=quay, head=far, elapsed_s=rest - wait, remaining_s=left, reversible=False
                )
            rest, first = -left, arc + 1
        return self._on_road(route, first, len(route.seconds), rest / road_factor)

    def from_position(self, position: Position, j: int) -> float:
        """Return expected seconds from ``position`` to node ``j``, turning back if quicker."""
        ahead = position.remaining_s + self.between(position.head, j)
        if not position.reversible:
            return ahead
        return min(ahead, position.elapsed_s + self.between(position.tail, j))

    def kilometres(self, sources: Sequence[int]) -> NDArray[Any]:
        """Return float64 kilometres along the quickest ways, shape (sources, nodes).

        A ferry counts its crossing minutes times 1 km (R3); ``inf`` where there is no way.
        """
        self._find_trees(sources)
        nodes = self._graph.nodes
        if len(sources) == 0:
            return np.empty((0, nodes))
        network, graph = self.network, self._graph
        minutes = network.crossing_ms / MS_PER_S / 60
        of_arc = np.where(network.ferry, minutes * KM_PER_MINUTE, network.length_m / 1000)[
            graph.arc
        ]
        before = np.stack([self._trees[int(i)] for i in sources]).astype(np.int64)
        at, there = graph.arcs_between(before, np.arange(nodes))
        there &= before != np.arange(nodes)
        km = np.where(there, of_arc[at] if of_arc.size else 0.0, 0.0)
        row = np.arange(len(sources))[:, None]
        # Each step doubles how far back the sum of a node reaches, until all reach their source.
        while True:
            further = before[row, before]
            km = km + km[row, before]
            if np.array_equal(further, before):
                break
            before = further
        return np.where(np.isfinite(self.rows(sources)), km, np.inf)

    def _find_rows(self, sources: Sequence[int]) -> None:
        missing = [i for i in dict.fromkeys(int(i) for i in sources) if i not in self._rows]
        if missing:
            seconds = self._graph.distances(missing) / MS_PER_S
            seconds.setflags(write=False)
            self._rows.update(zip(missing, seconds, strict=True))

    def _find_trees(self, sources: Sequence[int]) -> None:
        missing = [i for i in dict.fromkeys(int(i) for i in sources) if i not in self._trees]
        if missing:
            self._trees.update(zip(missing, self._graph.trees(missing), strict=True))

    def _route(self, i: int, j: int) -> _Route | None:
        try:
            return self._routes[i, j]
        except KeyError:
            pass
        if len(self._routes) >= ROUTES_KEPT:
            self._routes.clear()
        route = self._routes[i, j] = self._found_route(i, j)
        return route

    def _found_route(self, i: int, j: int) -> _Route | None:
        if self.between(i, j) == float("inf"):
            return None
        self._find_trees([i])
        before = self._trees[i]
        nodes = [int(j)]
        while nodes[-1] != i:
            nodes.append(int(before[nodes[-1]]))
        nodes.reverse()
        tail, head = np.array(nodes[:-1], dtype=np.int64), np.array(nodes[1:], dtype=np.int64)
        network, graph = self.network, self._graph
        at, _ = graph.arcs_between(tail, head)
        reverse, both_ways = graph.arcs_between(head, tail)
        arcs, ms = graph.arc[at], graph.ms[at]
        both_ways = both_ways & ~network.ferry[graph.arc[reverse]]
        ferries = np.flatnonzero(network.ferry[arcs]).tolist()
        return _Route(
            nodes=nodes,
            reached=(np.concatenate(([0], np.cumsum(ms))) / MS_PER_S).tolist(),
            seconds=(ms / MS_PER_S).tolist(),
            back=[
                seconds if there else None
                for seconds, there in zip(
                    (graph.ms[reverse] / MS_PER_S).tolist(), both_ways, strict=True
                )
            ],
            ferries=ferries,
            legs=tuple(
                FerryLeg(
                    headway_s=2 * int(self._wait_ms[arcs[k]]) / MS_PER_S,
                    crossing_s=(int(ms[k]) - int(self._wait_ms[arcs[k]])) / MS_PER_S,
                )
                for k in ferries
            ),
        )

    def _on_road(self, route: _Route, first: int, last: int, seconds: float) -> Position:
        """Return the position ``seconds`` beyond node number ``first``, before number ``last``."""
        at = route.reached[first] + seconds
        if at >= route.reached[last]:
            node = route.nodes[last]
            return Position(tail=node, head=node, elapsed_s=0.0, remaining_s=0.0)
        arc = bisect_right(route.reached, at, first, last + 1) - 1
        tail, head = route.nodes[arc], route.nodes[arc + 1]
        elapsed = at - route.reached[arc]
        remaining = route.reached[arc + 1] - at
        back = route.back[arc]
        if back is None:
            elapsed = remaining + self.between(head, tail)
        else:
            elapsed *= back / route.seconds[arc]
        return Position(tail=tail, head=head, elapsed_s=elapsed, remaining_s=remaining)
