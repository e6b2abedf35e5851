"""Quickest ways by a customizable contraction hierarchy (pyroutingkit, extra ``[fast]``)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.travel import NO_WAY
from emergency_sim.network.paths.orders import topology_of
from emergency_sim.network.paths.shortest_paths import Graph, too_long

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


class FastGraph(Graph):
    """The same graph, prepared once so that matrices, times and paths between nodes are quick.

    Searches that visit every node (``distances``, ``trees``, ``nearest``, ``components``) are those
    of :class:`Graph`: there a hierarchy is no quicker.

    Parameters
    ----------
    nodes, tail, head, ms, is_open
        As of :class:`Graph`.
    x, y
        Where the nodes are (any plane): the hierarchy cuts the map along straight lines. Without
        them the numbers of the nodes are taken, which serves where nearby nodes have nearby
        numbers (Morton order).
    cache
        Folder in which the hierarchy's order is kept, which takes a minute and a half for Norway
        and does not depend on the times; None: kept in memory only.

    Raises
    ------
    ModuleNotFoundError
        pyroutingkit is not installed.

    Notes
    -----
    pyroutingkit takes uint32, rounds floats, reads past its arrays if a node is not in the graph
    and ends in a crash without nodes, all silently: what goes in is checked here. Its infinity is
    2**31 - 1, at which it stops adding, so that nothing wraps but a way that is too long looks
    like none: where it finds no way, whether there is one is looked up by plain reachability.
    """

    __slots__ = ("_local", "_topology", "_weights")

    def __init__(
        self,
        nodes: int,
        tail: NDArray[Any],
        head: NDArray[Any],
        ms: NDArray[Any],
        *,
        is_open: NDArray[Any] | None = None,
        x: NDArray[Any] | None = None,
        y: NDArray[Any] | None = None,
        cache: Path | None = None,
    ) -> None:
        super().__init__(nodes, tail, head, ms, is_open=is_open)
        pairs = np.unique(tail.astype(np.int64) * nodes + head.astype(np.int64))
        self._weights = np.full(pairs.size, NO_WAY, dtype=np.uint32)
        self._weights[np.searchsorted(pairs, self._key)] = self.ms
        self._topology = topology_of(nodes, pairs, x, y, cache)
        self._local = threading.local()

    def matrix(self, sources: Sequence[int], targets: Sequence[int]) -> NDArray[Any]:
        """Return int32 milliseconds, shape (sources, targets), as :meth:`Graph.matrix` does."""
        start, end = self.numbers(sources), self.numbers(targets)
        if not start.size or not end.size:
            return np.empty((start.size, end.size), dtype=np.int32)
        found = self._metric().distances_many_to_many(
            start.astype(np.uint32), end.astype(np.uint32)
        )
        ms: NDArray[Any] = found.view(np.int32)  # at most 2**31 - 1
        self._refuse_too_long(start, end, ms == NO_WAY)
        return ms

    def between(self, i: int, j: int) -> int:
        """Return milliseconds from ``i`` to ``j``, :data:`NO_WAY` where there is no way."""
        return self._query(i, j)[0]

    def path(self, i: int, j: int) -> list[int]:
        """Return the nodes from ``i`` to ``j``, both included; empty where there is no way."""
        return self._query(i, j)[1]

    def _query(self, i: int, j: int) -> tuple[int, list[int]]:
        ends = self.numbers([i, j])
        ms, nodes, _ = self._metric().query(int(i), int(j))
        if ms >= NO_WAY:
            self._refuse_too_long(ends[:1], ends[1:], np.ones((1, 1), dtype=bool))
            return NO_WAY, []
        return int(ms), list(nodes)

    def _metric(self) -> Any:
        """Return this thread's own metric: one that is shared crashes."""
        metric = getattr(self._local, "metric", None)
        if metric is None:
            from pyroutingkit import CCHMetric

            metric = CCHMetric(self._topology)
            metric.customize(self._weights)
            self._local.metric = metric
        return metric

    def _refuse_too_long(
        self, sources: NDArray[Any], targets: NDArray[Any], missing: NDArray[Any]
    ) -> None:
        """Raise where a target without a way is reached after all.

        Nodes of one component reach the same nodes: one look at the graph for all of them.
        """
        rows = np.flatnonzero(missing.any(axis=1))
        if not rows.size:
            return
        from scipy.sparse.csgraph import breadth_first_order

        label = self.components()[sources[rows]]
        for component in np.unique(label):
            same = rows[label == component]
            reached = np.zeros(self.nodes, dtype=bool)
            reached[
                breadth_first_order(self._matrix, int(sources[same[0]]), return_predecessors=False)
            ] = True
            if (missing[same] & reached[targets]).any():
                raise too_long()
