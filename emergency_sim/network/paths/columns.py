"""Times and quickest ways from every node towards one: searched once, kept within a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.travel import NO_WAY
from emergency_sim.network.paths.shortest_paths import BATCH_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from emergency_sim.network.paths.engines import Engine

BYTES_PER_NODE: Final = 4 + 1 + 1 / 8
"""Of a column: milliseconds, which arc is taken, and a bit for whether a ferry lies ahead."""


class Column:
    """Milliseconds from every node to one, and which arc each node takes on the way.

    Of several arcs that are equally quick the one to the lowest node is taken. So a way depends on
    nothing but the times: not on the engine, nor on what was asked before.

    Attributes
    ----------
    ms
        int32 per node; :data:`~emergency_sim.network.paths.shortest_paths.NO_WAY` where there is none.
    """

    __slots__ = ("_crosses", "_of", "_step", "ms")

    def __init__(self, of: Columns, ms: NDArray[Any]) -> None:
        self._of = of
        self.ms = ms
        self._step: NDArray[Any] | None = None
        self._crosses: NDArray[Any] | None = None

    def arcs(self, i: int) -> list[int]:
        """Return the arcs (of those the engine keeps) on the way from ``i``, which has one."""
        of, step, arcs, node = self._of, self._steps(), [], int(i)
        while self.ms.item(node):
            arc = of.first.item(node) + step.item(node)
            arcs.append(arc)
            node = of.head.item(arc)
        return arcs

    def crosses(self, i: int) -> bool:
        """Return whether there is a ferry on the way from ``i``."""
        if self._crosses is None:
            self._crosses = np.packbits(self._along(self._of.ferry, np.logical_or))
        byte: int = self._crosses.item(i >> 3)
        return bool(byte >> (7 - (i & 7)) & 1)

    def total(self, of_arc: NDArray[Any]) -> NDArray[Any]:
        """Return for every node the sum of ``of_arc`` on its way; ``inf`` where there is none."""
        return np.where(self.ms == NO_WAY, np.inf, self._along(of_arc, np.add))

    def _steps(self) -> NDArray[Any]:
        """Return which of its arcs each node takes, counted from its first."""
        if self._step is None:
            of, ms = self._of, self.ms
            # In int64: what lies beyond "no way" equals no time.
            tight = np.flatnonzero(of.ms + ms[of.head] == ms[of.tail])
            tail = of.tail[tight]
            step = np.zeros(ms.size, dtype=of.step_type)
            step[tail[::-1]] = (tight - of.first[tail])[::-1]  # the last one written is the first
            self._step = step
        return self._step

    def _along(self, of_arc: NDArray[Any], join: np.ufunc) -> NDArray[Any]:
        """Return for every node ``of_arc`` joined along its way; nothing (zero) without one."""
        of = self._of
        there = (self.ms != NO_WAY) & (self.ms != 0)
        arc = np.where(there, of.first[:-1] + self._steps(), 0)
        found = np.zeros(self.ms.size, dtype=of_arc.dtype)
        after = np.arange(self.ms.size)
        if there.any():
            found[there], after[there] = of_arc[arc[there]], of.head[arc[there]]
        while True:  # each step doubles how far ahead a node has looked
            further = after[after]
            found = join(found, found[after])
            if np.array_equal(further, after):
                return np.asarray(found)
            after = further


class Columns:
    """The columns of a network that were asked for, the oldest thrown away beyond a limit.

    Parameters
    ----------
    engine
        Quickest ways.
    ferry
        bool per arc that the engine keeps.
    keep_bytes
        Memory of the columns kept; one is always kept.

    Attributes
    ----------
    kept
        The columns by node.
    most
        How many are kept.
    first, tail, head, ms, ferry
        The first arc of each node; both nodes and milliseconds (int64) of each arc, and whether it
        is a ferry.
    step_type
        Holds the number of an arc among those of its node.
    """

    __slots__ = ("_engine", "ferry", "first", "head", "kept", "most", "ms", "step_type", "tail")

    def __init__(self, engine: Engine, ferry: NDArray[Any], keep_bytes: int) -> None:
        self._engine = engine
        self.most = max(1, int(keep_bytes / (BYTES_PER_NODE * max(engine.nodes, 1))))
        self.first, self.head = engine.leaving()
        degree = np.diff(self.first)
        self.tail = np.repeat(np.arange(engine.nodes, dtype=self.head.dtype), degree)
        self.ms = engine.ms
        self.ferry = ferry
        self.step_type = np.min_scalar_type(int(degree.max(initial=0)))
        self.kept: dict[int, Column] = {}

    def towards(self, j: int) -> Column:
        """Return the column of one node."""
        column = self.kept.get(j)
        return next(self.each([j])) if column is None else column

    def each(self, targets: Sequence[int]) -> Iterator[Column]:
        """Yield the columns of several nodes in turn, searching some at a time."""
        batch = max(1, min(self.most, BATCH_BYTES // (8 * max(self._engine.nodes, 1))))
        for k in range(0, len(targets), batch):
            some = [int(j) for j in targets[k : k + batch]]
            missing = [j for j in dict.fromkeys(some) if j not in self.kept]
            here = {j: self.kept[j] for j in some if j in self.kept}
            if missing:
                found = self._engine.distances(missing, towards=True)
                ms = np.where(np.isfinite(found), found, NO_WAY).astype(np.int32)
                # A copy each: a row that is thrown away must not be kept by its neighbours.
                here |= {j: Column(self, row.copy()) for j, row in zip(missing, ms, strict=True)}
            for j in missing:
                self.kept[j] = here[j]
            while len(self.kept) > self.most:
                del self.kept[next(iter(self.kept))]
            for j in some:
                yield here[j]
