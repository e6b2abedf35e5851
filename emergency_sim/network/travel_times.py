"""Expected travel times on roads and ferries (domain.travel.TravelTimes)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.travel import KM_PER_MINUTE, NO_WAY
from emergency_sim.domain.units import MS_PER_S
from emergency_sim.network.paths.columns import Columns
from emergency_sim.network.paths.engines import make_engine
from emergency_sim.network.paths.matrix_cache import cached_matrix, kept_array, matrix_key
from emergency_sim.network.paths.place_table import PlaceTable
from emergency_sim.network.road_route import RoadRoute, lay_route
from emergency_sim.network.speeds import Driving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.domain.travel import FerryLeg, Position
    from emergency_sim.network.road_network import RoadNetwork

KEPT_BYTES: Final = 2**27
"""Memory of what is kept per profile and ferry class: an eighth for rows, the rest for columns."""

ROUTE_NODES_KEPT: Final = 2**20
"""Nodes on all routes remembered per profile and ferry class (30 MB)."""

MOST_AMONG: Final = 2_000
"""Places whose times between all pairs are worth a table on disk (16 MB)."""

INFINITY: Final = float("inf")


class RoadTravelTimes:
    """Quickest ways of one profile in one ferry class of the hour on a road network.

    Parameters
    ----------
    network
        Roads and ferries.
    driving
        Who drives, when and how.
    engine
        One of :data:`~emergency_sim.network.paths.engines.ENGINES`; all give the same.
    cache
        Folder in which matrices, and what an engine prepares, are kept; None: nothing is.
    keep_bytes
        Memory for what is kept.

    Notes
    -----
    What is asked about a single way, from wherever a unit is, is read from the *column* of where
    it goes (:class:`~emergency_sim.network.paths.columns.Column`): there are few places to go to and
    tens of thousands to be. Between nodes with several equally quick ways always the same one is
    taken, whichever the engine, so that ``path``, ``ferries``, ``position`` and ``kilometres``
    agree. Rows and columns hold int32 milliseconds; beyond ``keep_bytes`` the oldest are thrown
    away and searched anew when asked for.
    """

    quickest = True

    def __init__(
        self,
        network: RoadNetwork,
        driving: Driving | None = None,
        *,
        engine: str = "scipy",
        cache: Path | None = None,
        keep_bytes: int = KEPT_BYTES,
    ) -> None:
        self.network = network
        self.driving = driving or Driving()
        self.engine = make_engine(
            engine, len(network), network.tail, network.head, network.arc_ms(self.driving),
            is_open=network.usable(self.driving), x=network.x, y=network.y, cache=cache,
        )  # fmt: skip
        self._cache = cache
        self._wait_ms, _ = network.wait(self.driving)
        self._most_rows = max(1, keep_bytes // 8 // (4 * max(len(network), 1)))
        self._rows: dict[int, NDArray[Any]] = {}
        self._columns = Columns(
            self.engine, network.ferry[self.engine.arc], keep_bytes - keep_bytes // 8
        )
        self._kept = self._columns.kept
        self._routes: dict[tuple[int, int], RoadRoute] = {}
        self._route_nodes = 0
        self._round: dict[tuple[int, int], float] = {}

    def between(self, i: int, j: int) -> float:
        """Return expected seconds from node ``i`` to node ``j``."""
        column = self._kept.get(j)
        if column is None:
            column = self._columns.towards(j)
        ms: int = column.ms.item(i)  # half the time of int(ms[i])
        return ms / MS_PER_S if ms != NO_WAY else INFINITY

    def rows(self, sources: Sequence[int], targets: Sequence[int] | None = None) -> NDArray[Any]:
        """Return float64 seconds, shape (sources, targets).

        Parameters
        ----------
        sources
            Nodes.
        targets
            Nodes; None: all nodes. Where they are fewer than the sources it is they that are
            searched from.
        """
        if targets is not None and len(targets) < len(sources):
            numbers = self.engine.numbers(sources)
            columns = [column.ms[numbers] for column in self._columns.each(targets)]
            return _seconds(np.array(columns, dtype=np.int32).reshape(-1, len(sources)).T)
        wanted = slice(None) if targets is None else self.engine.numbers(targets)
        width = len(self.network) if targets is None else len(targets)
        result = np.empty((len(sources), width))
        for k in range(0, len(sources), self._most_rows):
            some = [int(i) for i in sources[k : k + self._most_rows]]
            here = self._found_rows(some)
            for at, i in enumerate(some, k):
                result[at] = _seconds(here[i][wanted])
        return result

    def matrix(self, sources: Sequence[int], targets: Sequence[int]) -> NDArray[Any]:
        """Return int32 milliseconds, shape (sources, targets), read-only, kept in the cache.

        :data:`~emergency_sim.domain.travel.NO_WAY` where there is no way.
        """
        return cached_matrix(self.engine, sources, targets, self._cache)

    def among(self, places: Sequence[int]) -> NDArray[Any] | None:
        """Return int32 milliseconds between all pairs of places, from the cache if there is one.

        None where the places are so many that few of all pairs are asked for, or where there is no
        cache and so many columns would not be kept.
        """
        if len(places) > MOST_AMONG:
            return None
        if self._cache is not None:
            return self.matrix(places, places)
        if len(places) > self._columns.most:
            return None
        # Searched many at a time, which takes half as long as one by one, and kept: who drives asks
        # for the same columns.
        numbers = self.engine.numbers(places)
        return np.stack([column.ms[numbers] for column in self._columns.each(places)], axis=1)

    @property
    def keeps_tables(self) -> bool:
        """Whether there is a cache, so that tables between places are worth making."""
        return self._cache is not None

    def place_table(self, places: Sequence[int], near: NDArray[Any]) -> PlaceTable:
        """Return times and ways to ``places`` from the nodes ``near`` (sorted), kept in the cache."""
        return PlaceTable(
            self.engine, self.network.ferry[self.engine.arc], places, near, self._cache
        )

    def nearest(
        self, sources: Sequence[int], *, towards: bool = False
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return per node the seconds from the nearest source and that source's position.

        Of equally near sources the first counts; ``inf`` and -1 where none reaches.

        Parameters
        ----------
        sources
            Nodes.
        towards
            From each node to its nearest source instead.
        """
        ms, position = self.engine.nearest(sources, towards=towards)
        return ms / MS_PER_S, position

    def path(self, i: int, j: int) -> list[int]:
        """Return the nodes from ``i`` to ``j``, both included; empty where there is no way."""
        route = self.route(i, j)
        return [] if route is None else list(route.nodes)

    def ferries(self, i: int, j: int) -> tuple[FerryLeg, ...]:
        """Return the ferries on the path from ``i`` to ``j`` in order."""
        if not self._columns.towards(j).crosses(i):
            return ()  # most ways have none: no need to lay out the route
        route = self.route(i, j)
        return () if route is None else route.legs

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
        route = self.route(i, j)
        if route is None:
            raise ValueError(f"there is no way from node {i} to node {j}")
        return route.position(t, road_factor=road_factor, waits=waits, way_round=self.way_round)

    def from_position(self, position: Position, j: int) -> float:
        """Return expected seconds from ``position`` to node ``j``, turning back if quicker."""
        ahead = position.remaining_s + self.between(position.head, j)
        if not position.reversible:
            return ahead
        return min(ahead, position.elapsed_s + self.between(position.tail, j))

    def kilometres(
        self, sources: Sequence[int], targets: Sequence[int] | None = None
    ) -> NDArray[Any]:
        """Return float64 kilometres along the quickest ways, shape (sources, targets).

        A ferry counts its crossing minutes times 1 km (R3); ``inf`` where there is no way.

        Parameters
        ----------
        sources
            Nodes.
        targets
            Nodes; None: all nodes. A search each.
        """
        network, numbers = self.network, self.engine.numbers(sources)
        minutes = network.crossing_ms / MS_PER_S / 60
        of_arc = np.where(network.ferry, minutes * KM_PER_MINUTE, network.length_m / 1000)[
            self.engine.arc
        ]
        ends = range(len(network)) if targets is None else targets
        result = np.empty((numbers.size, len(ends)))
        for k, column in enumerate(self._columns.each(ends)):
            result[:, k] = column.total(of_arc)[numbers]
        return result

    def kilometres_kept(self, sources: Sequence[int], targets: Sequence[int]) -> NDArray[Any]:
        """Return :meth:`kilometres` to some targets, read-only, kept in the cache."""
        network = self.network
        total = sha256(f"kilometres {matrix_key(self.engine, sources, targets)}".encode())
        for column in (network.length_m, network.crossing_ms, network.ferry, self.engine.arc):
            total.update(np.ascontiguousarray(column).tobytes())
        shape = (len(sources), len(targets))
        return kept_array(
            total.hexdigest(), shape, np.dtype("<f8"),
            lambda: self.kilometres(sources, targets), self._cache,
        )  # fmt: skip

    def _found_rows(self, sources: list[int]) -> dict[int, NDArray[Any]]:
        """Return int32 milliseconds by source, to every node."""
        here = {i: self._rows[i] for i in sources if i in self._rows}
        missing = [i for i in dict.fromkeys(sources) if i not in here]
        for i in missing:
            found = self.engine.distances([i])[0]
            here[i] = np.where(np.isfinite(found), found, NO_WAY).astype(np.int32)
            self._rows[i] = here[i]
        while len(self._rows) > self._most_rows:
            del self._rows[next(iter(self._rows))]
        return here

    def route(self, i: int, j: int) -> RoadRoute | None:
        """Return the quickest way from ``i`` to ``j`` arc by arc; None: there is none."""
        try:
            return self._routes[i, j]
        except KeyError:
            pass
        column = self._columns.towards(j)
        if column.ms[i] == NO_WAY:
            return None
        route = self.laid(int(i), column.arcs(i))
        self._route_nodes += len(route.nodes)
        if self._route_nodes > ROUTE_NODES_KEPT:
            self._routes.clear()
            self._route_nodes = len(route.nodes)
        self._routes[i, j] = route
        return route

    def laid(self, start: int, way: list[int]) -> RoadRoute:
        """Return the way along some arcs, of those that the engine keeps."""
        network, engine = self.network, self.engine
        at = np.array(way, dtype=np.int64)
        nodes = np.concatenate(([start], self._columns.head[at])).astype(np.int64)
        back, both_ways = engine.arcs_between(nodes[1:], nodes[:-1])
        arcs = engine.arc[at]
        return lay_route(
            nodes,
            engine.ms[at],
            engine.ms[back],
            both_ways & ~network.ferry[engine.arc[back]],
            network.ferry[arcs],
            self._wait_ms[arcs],
        )

    def way_round(self, head: int, tail: int) -> float:
        """Return seconds back to the beginning of a one-way road: a search nearby, remembered."""
        seconds = self._round.get((head, tail))
        if seconds is None:
            ms = self.engine.between(head, tail)
            seconds = self._round[head, tail] = ms / MS_PER_S if ms != NO_WAY else INFINITY
        return seconds


def _seconds(ms: NDArray[Any]) -> NDArray[Any]:
    """Return milliseconds as float64 seconds, ``inf`` where there is no way."""
    return np.where(ms == NO_WAY, np.inf, ms / MS_PER_S)
