"""Quickest ways in a directed graph, exact on whole milliseconds (scipy's Dijkstra)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import NotPossibleError
from emergency_sim.domain.travel import NO_WAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

LONGEST_MS: Final = NO_WAY
"""Arcs and ways of so many milliseconds (25 days) or more are refused: 32 bits hold the rest."""

BATCH_BYTES: Final = 2**26
"""Memory of the searches that run at once for a matrix."""

REACHES_MS: Final = (600_000.0, 7_200_000.0, np.inf)
"""How far a search for one node looks, in turn: most ways asked for alone are short."""


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
    is_open
        Which arcs there are; None: all. An engine that prepares itself for a set of arcs prepares
        itself once for all networks that differ only in what is open.

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
        An open arc of less than 1 ms.
    NotPossibleError
        An open arc that is too long.

    Notes
    -----
    scipy sums in float64. Sums of whole milliseconds below 2**53 are exact there, so that any other
    engine on the same integers gives the same seconds.
    """

    __slots__ = ("_key", "_matrix", "_reversed", "arc", "ms", "nodes")

    def __init__(
        self,
        nodes: int,
        tail: NDArray[Any],
        head: NDArray[Any],
        ms: NDArray[Any],
        *,
        is_open: NDArray[Any] | None = None,
    ) -> None:
        if not np.issubdtype(ms.dtype, np.integer):
            raise TypeError(f"arc times must be whole milliseconds, not {ms.dtype}")
        if is_open is None:
            chosen = np.arange(ms.size)
        else:
            chosen = np.flatnonzero(is_open)
            tail, head, ms = tail[chosen], head[chosen], ms[chosen]
        if ms.size and ms.min() < 1:
            raise ValueError("an arc takes at least 1 ms")
        if ms.size and ms.max() >= LONGEST_MS:
            raise NotPossibleError("a link takes 25 days or more: check its length and speed")
        from scipy.sparse import csr_array

        key = tail.astype(np.int64) * nodes + head.astype(np.int64)
        order = np.lexsort((ms, key))
        first = np.ones(order.size, dtype=bool)
        first[1:] = key[order][1:] != key[order][:-1]
        kept = order[first]
        self.nodes = nodes
        self.arc = chosen[kept]
        self.ms = ms[kept].astype(np.int64)
        self._key = key[kept]
        pointers = np.searchsorted(self._key, np.arange(nodes + 1, dtype=np.int64) * nodes)
        self._matrix = csr_array(
            (self.ms.astype(np.float64), (self._key % max(nodes, 1)).astype(np.int32), pointers),
            shape=(nodes, nodes),
        )
        self._reversed: Any = None

    @property
    def tail(self) -> NDArray[Any]:
        """Return the node that each arc kept leaves (int64)."""
        return self._key // max(self.nodes, 1)

    @property
    def head(self) -> NDArray[Any]:
        """Return the node that each arc kept leads to (int64)."""
        return self._key % max(self.nodes, 1)

    def digest(self) -> str:
        """Return a SHA-256 of the number of nodes and of the arcs kept with their times."""
        total = sha256(np.array([self.nodes, self.ms.size], dtype="<i8").tobytes())
        for column in (self._key, self.ms):
            total.update(np.ascontiguousarray(column, dtype="<i8").data)
        return total.hexdigest()

    def leaving(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the first arc of each node (length nodes + 1) and the head of each arc kept."""
        return self._matrix.indptr, self._matrix.indices

    def arcs_between(self, tail: NDArray[Any], head: NDArray[Any]) -> tuple[Any, Any]:
        """Return per pair of nodes an index into ``arc`` and ``ms``, and if there is an arc."""
        wanted = np.asarray(tail, dtype=np.int64) * self.nodes + head
        at = np.minimum(np.searchsorted(self._key, wanted), max(self._key.size - 1, 0))
        there = self._key[at] == wanted if self._key.size else np.zeros(wanted.shape, dtype=bool)
        return at, there

    def distances(self, sources: Sequence[int], *, towards: bool = False) -> NDArray[Any]:
        """Return float64 milliseconds, shape (sources, nodes); ``inf`` where there is no way.

        From each source to every node, or, ``towards``, from every node to each source.
        """
        return _checked(self._search(self.numbers(sources), towards=towards))

    def matrix(self, sources: Sequence[int], targets: Sequence[int]) -> NDArray[Any]:
        """Return int32 milliseconds, shape (sources, targets); :data:`NO_WAY` where there is none.

        Notes
        -----
        One search per source, or per target on the reversed graph where these are fewer.
        """
        start, end = self.numbers(sources), self.numbers(targets)
        result = np.full((start.size, end.size), NO_WAY, dtype=np.int32)
        backwards = end.size < start.size
        by, others, rows = (end, start, result.T) if backwards else (start, end, result)
        batch = max(1, BATCH_BYTES // (8 * max(self.nodes, 1)))
        for k in range(0, by.size, batch):
            ms = _checked(self._search(by[k : k + batch], towards=backwards)[:, others])
            rows[k : k + batch] = np.where(np.isfinite(ms), ms, NO_WAY)
        return result

    def between(self, i: int, j: int) -> int:
        """Return milliseconds from ``i`` to ``j``, :data:`NO_WAY` where there is no way."""
        from scipy.sparse.csgraph import dijkstra

        self.numbers([i, j])
        for limit in REACHES_MS:
            ms = dijkstra(self._matrix, indices=i, limit=limit)[j]
            if np.isfinite(ms):
                return int(_checked(ms))
        return NO_WAY

    def path(self, i: int, j: int) -> list[int]:
        """Return the nodes from ``i`` to ``j``, both included; empty where there is no way.

        Of several equally quick ways each engine takes its own.
        """
        from scipy.sparse.csgraph import dijkstra

        self.numbers([i, j])
        ms, before = dijkstra(self._matrix, indices=i, return_predecessors=True)
        if not np.isfinite(_checked(ms[j])):
            return []
        nodes = [int(j)]
        while nodes[-1] != i:
            nodes.append(int(before[nodes[-1]]))
        return nodes[::-1]

    def trees(self, sources: Sequence[int]) -> NDArray[Any]:
        """Return the node before each node on its quickest way, shape (sources, nodes).

        A source, and a node that it does not reach, is its own.
        """
        from scipy.sparse.csgraph import dijkstra

        _, before = dijkstra(self._matrix, indices=self.numbers(sources), return_predecessors=True)
        return np.where(before < 0, np.arange(self.nodes, dtype=before.dtype), before)

    def nearest(
        self, sources: Sequence[int], *, towards: bool = False
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return milliseconds from the nearest source to each node, and that source's position.

        Of equally near sources the first counts; where none reaches, ``inf`` and -1.

        Parameters
        ----------
        sources
            Nodes.
        towards
            From each node to the nearest source instead: patients who drive to a clinic.

        Notes
        -----
        One search from an extra node that leads to every source: all times are multiplied by a
        number above that of the sources, and the arc to source k takes k + 1, so that the
        remainder names the source and the smallest k wins a tie. scipy's ``min_only`` is 5 %
        quicker and settles ties by the order of its heap.
        """
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        node, first = np.unique(self.numbers(sources), return_index=True)
        if node.size == 0:
            return np.full(self.nodes, np.inf), np.full(self.nodes, -1)
        scale = float(len(sources) + 1)
        matrix = self._directed(towards=towards)
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

    def numbers(self, nodes: Sequence[int]) -> NDArray[Any]:
        """Return nodes as int64, all of them nodes of this graph.

        Raises
        ------
        IndexError
            One that is not.
        """
        numbers = np.asarray(nodes, dtype=np.int64)
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < self.nodes:
            raise IndexError(f"nodes are numbered from 0 to {self.nodes - 1}")
        return numbers

    def _directed(self, *, towards: bool) -> Any:
        if not towards:
            return self._matrix
        if self._reversed is None:
            self._reversed = self._matrix.T.tocsr()
        return self._reversed

    def _search(self, sources: NDArray[Any], *, towards: bool) -> NDArray[Any]:
        from scipy.sparse.csgraph import dijkstra

        return np.asarray(dijkstra(self._directed(towards=towards), indices=sources))


def _checked(ms: ArrayLike) -> NDArray[Any]:
    found = np.asarray(ms)
    if np.max(found, where=np.isfinite(found), initial=0.0) >= LONGEST_MS:
        raise too_long()
    return found


def too_long() -> NotPossibleError:
    """Return what to raise where a way takes :data:`LONGEST_MS` or more."""
    return NotPossibleError("a way takes 25 days or more: check lengths, speeds and departures")
