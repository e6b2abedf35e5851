"""Quickest ways in a directed graph, exact on whole milliseconds (scipy's Dijkstra)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import NotPossibleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LONGEST_MS: Final = 2**31 - 1
"""Arcs and ways of so many milliseconds (25 days) or more are refused: 32 bits hold the rest."""


class Graph:
    """Arcs with their times; of several arcs from one node to another the quickest counts.

    Parameters
    ----------
    nodes
        Number of nodes.
    tail, head
        Nodes of each arc.
    ms
        Whole milliseconds of each arc, at least 1 and below :data:`LONGEST_MS`.

    Attributes
    ----------
    arc
        Position, among the arcs given, of each arc kept, sorted by (tail, head).
    ms
        Milliseconds of each arc kept.

    Raises
    ------
    TypeError
        The times are not integers.
    ValueError
        An arc of less than 1 ms.
    NotPossibleError
        An arc that is too long.

    Notes
    -----
    scipy sums in float64. Sums of whole milliseconds below 2**53 are exact there, so that any other
    engine on the same integers gives the same seconds.
    """

    __slots__ = ("_key", "_matrix", "arc", "ms", "nodes")

    def __init__(
        self, nodes: int, tail: NDArray[Any], head: NDArray[Any], ms: NDArray[Any]
    ) -> None:
        if not np.issubdtype(ms.dtype, np.integer):
            raise TypeError(f"arc times must be whole milliseconds, not {ms.dtype}")
        if ms.size and ms.min() < 1:
            raise ValueError("an arc takes at least 1 ms")
        if ms.size and ms.max() >= LONGEST_MS:
            raise NotPossibleError("a link takes 25 days or more: check its length and speed")
        from scipy.sparse import csr_array

        key = tail.astype(np.int64) * nodes + head.astype(np.int64)
        order = np.lexsort((ms, key))
        first = np.ones(order.size, dtype=bool)
        first[1:] = key[order][1:] != key[order][:-1]
        self.nodes = nodes
        self.arc = order[first]
        self.ms = ms[self.arc].astype(np.int64)
        self._key = key[self.arc]
        pointers = np.searchsorted(self._key, np.arange(nodes + 1, dtype=np.int64) * nodes)
        self._matrix = csr_array(
            (self.ms.astype(np.float64), (self._key % max(nodes, 1)).astype(np.int32), pointers),
            shape=(nodes, nodes),
        )

    def arcs_between(self, tail: NDArray[Any], head: NDArray[Any]) -> tuple[Any, Any]:
        """Return per pair of nodes an index into ``arc`` and ``ms``, and if there is an arc."""
        wanted = np.asarray(tail, dtype=np.int64) * self.nodes + head
        at = np.minimum(np.searchsorted(self._key, wanted), max(self._key.size - 1, 0))
        there = self._key[at] == wanted if self._key.size else np.zeros(wanted.shape, dtype=bool)
        return at, there

    def distances(self, sources: Sequence[int]) -> NDArray[Any]:
        """Return float64 milliseconds, shape (sources, nodes); ``inf`` where there is no way."""
        from scipy.sparse.csgraph import dijkstra

        return _checked(dijkstra(self._matrix, indices=np.asarray(sources, dtype=np.int64)))

    def trees(self, sources: Sequence[int]) -> NDArray[Any]:
        """Return the node before each node on its quickest way, shape (sources, nodes).

        A source, and a node that it does not reach, is its own.
        """
        from scipy.sparse.csgraph import dijkstra

        _, before = dijkstra(
            self._matrix, indices=np.asarray(sources, dtype=np.int64), return_predecessors=True
        )
        return np.where(before < 0, np.arange(self.nodes, dtype=before.dtype), before)

    def nearest(self, sources: Sequence[int]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return milliseconds from the nearest source to each node, and that source's position.

        Of equally near sources the first counts; where none reaches, ``inf`` and -1.

        Notes
        -----
        One search from an extra node that leads to every source: all times are multiplied by a
        number above that of the sources, and the arc to source k takes k + 1, so that the
        remainder names the source and the smallest k wins a tie.
        """
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        node, first = np.unique(np.asarray(sources, dtype=np.int64), return_index=True)
        if node.size == 0:
            return np.full(self.nodes, np.inf), np.full(self.nodes, -1)
        scale = float(len(sources) + 1)
        matrix = self._matrix
        extended = csr_array(
            (
                np.concatenate((matrix.data * scale, first + 1.0)),
                np.concatenate((matrix.indices, node.astype(matrix.indices.dtype))),
                np.concatenate((matrix.indptr, [matrix.indptr[-1] + node.size])),
            ),
            shape=(self.nodes + 1, self.nodes + 1),
        )
        scaled = dijkstra(extended, indices=self.nodes)[:-1]
        reached = np.isfinite(scaled)
        ms, position = np.full(self.nodes, np.inf), np.full(self.nodes, -1)
        ms[reached] = scaled[reached] // scale
        position[reached] = (scaled[reached] % scale).astype(np.int64) - 1
        return _checked(ms), position

    def components(self) -> NDArray[Any]:
        """Return a label per node: nodes with the same label reach each other."""
        from scipy.sparse.csgraph import connected_components

        _, label = connected_components(self._matrix, directed=True, connection="strong")
        return np.asarray(label)


def _checked(ms: NDArray[Any]) -> NDArray[Any]:
    if np.max(ms, where=np.isfinite(ms), initial=0.0) >= LONGEST_MS:
        raise NotPossibleError("a way takes 25 days or more: check lengths, speeds and departures")
    return ms
