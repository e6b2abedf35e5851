"""Times and quickest ways from the nodes of a neighbourhood to some places, all found beforehand."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.travel import NO_WAY
from emergency_sim.network.paths.matrix_cache import MILLISECONDS, kept_array

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.network.paths.engines import Engine

STEP: Final = 63
"""Bits of a way that hold which of its arcs the node takes; all of them set: none."""
KNOWN: Final = 64
"""Bit: the way stays in the neighbourhood to its end."""
CROSSES: Final = 128
"""Bit: a ferry lies ahead."""
BATCH_ENTRIES: Final = 2**22
"""Arcs times places that are looked at together."""


class PlaceTable:
    """What a :class:`~emergency_sim.network.paths.columns.Column` knows, for many places at once.

    Of several equally quick ways it holds the same one, so that a table changes no result.

    Parameters
    ----------
    engine
        Quickest ways.
    ferry
        bool per arc that the engine keeps.
    places
        Nodes that are driven to.
    near
        Nodes from which one drives, sorted; the places are among them.
    cache
        Folder in which tables are kept; None: none is.

    Attributes
    ----------
    row, column
        Row of each place by its node; column per node of the network, -1 outside.
    ms
        int32, shape (places, near nodes); :data:`~emergency_sim.domain.travel.NO_WAY` for none.
    way
        uint8, same shape: step, :data:`KNOWN` and :data:`CROSSES`.
    """

    __slots__ = ("_first", "_head", "column", "ms", "row", "way")

    def __init__(
        self,
        engine: Engine,
        ferry: NDArray[Any],
        places: Sequence[int],
        near: NDArray[Any],
        cache: Path | None,
    ) -> None:
        self._first, self._head = engine.leaving()
        self.row = {int(node): k for k, node in enumerate(places)}
        self.column = np.full(engine.nodes, -1, dtype=np.int32)
        self.column[near] = np.arange(near.size, dtype=np.int32)
        if (self.column[list(places)] < 0).any():
            raise ValueError("a place is not among the nodes")
        shape = (len(places), near.size)
        total = sha256(f"emergency_sim places 1 {engine.digest()}".encode())
        for nodes in (places, near):
            total.update(np.asarray(nodes, dtype="<i8").tobytes())
        total.update(np.packbits(ferry).tobytes())
        key = total.hexdigest()
        made: list[tuple[NDArray[Any], NDArray[Any]]] = []

        def part(n: int) -> NDArray[Any]:
            if not made:
                made.append(_found(engine, ferry, np.asarray(places, np.int64), near))
            return made[0][n]

        self.ms = kept_array(f"{key}-ms", shape, MILLISECONDS, lambda: part(0), cache)
        way = kept_array(f"{key}-way", shape, np.dtype("u1"), lambda: part(1), cache)
        self.way = way

    def arcs(self, i: int, j: int) -> list[int] | None:
        """Return the arcs on the way from node ``i`` to place ``j``; None: it is not known here."""
        row, at = self.row.get(j), self.column.item(i)
        if row is None or at < 0 or not self.way.item(row, at) & KNOWN:
            return None
        way, ms, column = self.way[row], self.ms[row], self.column
        first, head, arcs = self._first, self._head, []
        while ms.item(at):
            arc = first.item(i) + (way.item(at) & STEP)
            arcs.append(arc)
            i = head.item(arc)
            at = column.item(i)
        return arcs


def _found(
    engine: Engine, ferry: NDArray[Any], places: NDArray[Any], near: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return milliseconds and ways, shape (places, near nodes)."""
    first, head = engine.leaving()
    degree = np.diff(first)[near].astype(np.int64)
    if degree.max(initial=0) >= STEP:
        raise ValueError(f"a node has {STEP} arcs or more")
    begins = np.concatenate(([0], np.cumsum(degree)[:-1]))
    offset = np.arange(degree.sum()) - np.repeat(begins, degree)
    arc = np.repeat(first[near].astype(np.int64), degree) + offset
    tail = np.repeat(np.arange(near.size), degree)
    everybody = np.unique(np.concatenate((near, head[arc])))
    ms = engine.matrix(everybody.tolist(), places.tolist())
    own, to = np.searchsorted(everybody, near), np.searchsorted(everybody, head[arc])
    inside = np.full(everybody.size, near.size, dtype=np.int32)  # beyond: one that is not known
    inside[own] = np.arange(near.size)
    result = np.ascontiguousarray(ms[own].T), np.empty((places.size, near.size), np.uint8)
    size = max(1, BATCH_ENTRIES // max(arc.size, 1))
    for k in range(0, places.size, size):
        block = slice(k, k + size)
        result[1][block] = _ways(
            ms[:, block], own, tail, to, engine.ms[arc], ferry[arc], begins, degree, offset, inside
        ).T
    return result


def _ways(
    ms: NDArray[Any],
    own: NDArray[Any],
    tail: NDArray[Any],
    to: NDArray[Any],
    arc_ms: NDArray[Any],
    ferry: NDArray[Any],
    begins: NDArray[Any],
    degree: NDArray[Any],
    offset: NDArray[Any],
    inside: NDArray[Any],
) -> NDArray[Any]:
    """Return the ways of some places, shape (near nodes, places)."""
    n, width = own.size, ms.shape[1]
    # In int64: what lies beyond "no way" equals no time.
    tight = arc_ms[:, None] + ms[to] == ms[own[tail]]
    choice = np.where(tight, offset[:, None], STEP).astype(np.uint8)
    step = np.full((n, width), STEP, np.uint8)
    some = degree > 0
    if some.any():
        step[some] = np.minimum.reduceat(choice, begins[some], axis=0)
    here = ms[own]
    there = (here != 0) & (here != NO_WAY)
    step[~there] = STEP
    taken = np.where(step < STEP, begins[:, None] + step, 0)
    known = np.vstack((here != NO_WAY, np.zeros((1, width), bool)))
    crosses = np.zeros((n + 1, width), bool)
    after = np.tile(np.arange(n + 1, dtype=np.int32)[:, None], (1, width))
    if arc_ms.size:
        crosses[:n] = there & ferry[taken]
        after[:n] = np.where(there, inside[to[taken]], after[:n])
    while True:  # each round doubles how far ahead a node has looked
        further = np.take_along_axis(after, after, axis=0)
        crosses |= np.take_along_axis(crosses, after, axis=0)
        known &= np.take_along_axis(known, after, axis=0)
        if np.array_equal(further, after):
            break
        after = further
    bits = np.where(known, KNOWN, 0) | np.where(crosses, CROSSES, 0)
    return np.asarray(step | bits[:n].astype(np.uint8))
