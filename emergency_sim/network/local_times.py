"""Travel times of a part of a country: what is asked for again and again was found beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.travel import NO_WAY
from emergency_sim.domain.units import MS_PER_S
from emergency_sim.network.paths.place_table import CROSSES, KNOWN
from emergency_sim.network.travel_times import INFINITY, ROUTE_NODES_KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.domain.travel import FerryLeg, Position
    from emergency_sim.network.road_route import RoadRoute
    from emergency_sim.network.travel_times import RoadTravelTimes


class LocalTravelTimes:
    """The same travel times, quick where somebody near some places drives to one of them.

    Parameters
    ----------
    whole
        Travel times of the whole network; what the table does not know is asked there.
    places
        Nodes that are driven to.
    near
        Nodes from which one drives, sorted; the places are among them.

    Notes
    -----
    A search through a country for every place that somebody drives to is what a long run would
    spend its time on. A part of the country has hundreds of places and some thousand nodes around
    them: everything between them fits a table.
    """

    quickest = True

    def __init__(self, whole: RoadTravelTimes, places: Sequence[int], near: NDArray[Any]) -> None:
        self.whole = whole
        self._table = whole.place_table(places, near)
        self._ms, self._way = self._table.ms, self._table.way
        self._row, self._column = self._table.row, self._table.column
        self._routes: dict[tuple[int, int], RoadRoute | None] = {}
        self._route_nodes = 0

    def between(self, i: int, j: int) -> float:
        """Return expected seconds from node ``i`` to node ``j``."""
        row, at = self._row.get(j), self._column.item(i)
        if row is None or at < 0:
            return self.whole.between(i, j)
        ms: int = self._ms.item(row, at)
        return ms / MS_PER_S if ms != NO_WAY else INFINITY

    def rows(self, sources: Sequence[int], targets: Sequence[int] | None = None) -> NDArray[Any]:
        """Return float64 seconds, shape (sources, targets); without targets: to all nodes."""
        if targets is None:
            return self.whole.rows(sources)
        at = self._column[list(sources)]
        if (at < 0).any() or any(j not in self._row for j in targets):
            return self.whole.rows(sources, targets)
        ms = self._ms[[self._row[j] for j in targets]][:, at].T
        return np.where(ms == NO_WAY, np.inf, ms / MS_PER_S)

    def among(self, places: Sequence[int]) -> NDArray[Any] | None:
        """Return int32 milliseconds between all pairs of places, or None where one is unknown."""
        if any(j not in self._row for j in places):
            return None
        at = self._column[list(places)]
        return np.ascontiguousarray(self._ms[[self._row[j] for j in places]][:, at].T)

    def nearest(
        self, sources: Sequence[int], *, towards: bool = False
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return per node the seconds from the nearest source and that source's position."""
        return self.whole.nearest(sources, towards=towards)

    def kilometres(
        self, sources: Sequence[int], targets: Sequence[int] | None = None
    ) -> NDArray[Any]:
        """Return float64 kilometres along the quickest ways, shape (sources, targets)."""
        return self.whole.kilometres(sources, targets)

    def path(self, i: int, j: int) -> list[int]:
        """Return the nodes from ``i`` to ``j``, both included; empty where there is no way."""
        route = self._route(i, j)
        return [] if route is None else list(route.nodes)

    def ferries(self, i: int, j: int) -> tuple[FerryLeg, ...]:
        """Return the ferries on the path from ``i`` to ``j`` in order."""
        row, at = self._row.get(j), self._column.item(i)
        if row is not None and at >= 0:
            way: int = self._way.item(row, at)
            if way & KNOWN and not way & CROSSES:
                return ()
        route = self._route(i, j)
        return () if route is None else route.legs

    def position(
        self, i: int, j: int, t: float, *, road_factor: float = 1.0, waits: Sequence[float] = ()
    ) -> Position:
        """Return where a unit is ``t`` seconds after leaving ``i`` for ``j``.

        Raises
        ------
        ValueError
            There is no way, or what the whole network's times refuse.
        """
        route = self._route(i, j)
        if route is None:
            raise ValueError(f"there is no way from node {i} to node {j}")
        way_round = self.whole.way_round
        return route.position(t, road_factor=road_factor, waits=waits, way_round=way_round)

    def from_position(self, position: Position, j: int) -> float:
        """Return expected seconds from ``position`` to node ``j``, turning back if quicker."""
        ahead = position.remaining_s + self.between(position.head, j)
        if not position.reversible:
            return ahead
        return min(ahead, position.elapsed_s + self.between(position.tail, j))

    def _route(self, i: int, j: int) -> RoadRoute | None:
        try:
            return self._routes[i, j]
        except KeyError:
            pass
        arcs = self._table.arcs(i, j)
        route = self.whole.route(i, j) if arcs is None else self.whole.laid(i, arcs)
        self._route_nodes += 1 if route is None else len(route.nodes)
        if self._route_nodes > ROUTE_NODES_KEPT:
            self._routes.clear()
            self._route_nodes = 0
        self._routes[i, j] = route
        return route
