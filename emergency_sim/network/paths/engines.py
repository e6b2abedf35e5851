"""The one interface to quickest ways, and the engines that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from emergency_sim.domain.errors import nearest_word
from emergency_sim.network.paths.fast_paths import FastGraph
from emergency_sim.network.paths.shortest_paths import Graph

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

ENGINES: Final = ("scipy", "fast")
"""``scipy``: scipy's csgraph, nothing to prepare. ``fast``: pyroutingkit, prepared once per set of
arcs; for national matrices and for paths one by one."""


class Engine(Protocol):
    """Quickest ways between nodes in whole milliseconds; all engines agree exactly.

    Ways of 25 days or more are refused (:class:`~emergency_sim.domain.errors.NotPossibleError`), a
    node that is not in the graph is an ``IndexError``. Of equally quick ways each engine's
    :meth:`path` takes its own.
    """

    nodes: int
    arc: NDArray[Any]
    ms: NDArray[Any]

    def numbers(self, nodes: Sequence[int]) -> NDArray[Any]:
        """Return nodes as int64; raise an ``IndexError`` where one is not of this graph."""
        ...

    def arcs_between(self, tail: NDArray[Any], head: NDArray[Any]) -> tuple[Any, Any]:
        """Return per pair of nodes an index into ``arc`` and ``ms``, and if there is an arc."""
        ...

    def leaving(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the first arc of each node (length nodes + 1) and the head of each arc kept."""
        ...

    def digest(self) -> str:
        """Return a SHA-256 of the number of nodes and of the arcs kept with their times."""
        ...

    def distances(self, sources: Sequence[int], *, towards: bool = False) -> NDArray[Any]:
        """Return float64 milliseconds, shape (sources, nodes); ``inf`` where there is no way."""
        ...

    def matrix(self, sources: Sequence[int], targets: Sequence[int]) -> NDArray[Any]:
        """Return int32 milliseconds, shape (sources, targets); NO_WAY where there is none."""
        ...

    def between(self, i: int, j: int) -> int:
        """Return milliseconds from ``i`` to ``j``; NO_WAY where there is no way."""
        ...

    def path(self, i: int, j: int) -> list[int]:
        """Return the nodes from ``i`` to ``j``, both included; empty where there is no way."""
        ...

    def trees(self, sources: Sequence[int]) -> NDArray[Any]:
        """Return the node before each node on its quickest way, shape (sources, nodes)."""
        ...

    def nearest(
        self, sources: Sequence[int], *, towards: bool = False
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return milliseconds from the nearest source to each node, and that source's position."""
        ...

    def components(self) -> NDArray[Any]:
        """Return a label per node: nodes with the same label reach each other."""
        ...


def make_engine(
    name: str,
    nodes: int,
    tail: NDArray[Any],
    head: NDArray[Any],
    ms: NDArray[Any],
    *,
    is_open: NDArray[Any] | None = None,
    x: NDArray[Any] | None = None,
    y: NDArray[Any] | None = None,
    cache: Path | None = None,
) -> Engine:
    """Return an engine on a graph.

    Parameters
    ----------
    name
        One of :data:`ENGINES`.
    nodes, tail, head, ms
        Number of nodes; nodes and whole milliseconds of each arc.
    is_open
        Which arcs there are; None: all.
    x, y
        Where the nodes are; only ``fast`` looks.
    cache
        Folder in which ``fast`` keeps what it prepared.

    Raises
    ------
    ValueError
        No such engine.
    ModuleNotFoundError
        ``fast`` without pyroutingkit.

    Examples
    --------
    >>> import numpy as np
    >>> engine = make_engine("scipy", 3, np.array([0, 1]), np.array([1, 2]), np.array([5, 7]))
    >>> engine.matrix([0], [0, 2]), engine.path(0, 2)
    (array([[ 0, 12]], dtype=int32), [0, 1, 2])
    """
    if name == "scipy":
        return Graph(nodes, tail, head, ms, is_open=is_open)
    if name == "fast":
        return FastGraph(nodes, tail, head, ms, is_open=is_open, x=x, y=y, cache=cache)
    hint = nearest_word(name, ENGINES)
    raise ValueError(
        f"no engine is called {name!r}: {' or '.join(ENGINES)}"
        + (f", did you mean {hint!r}?" if hint else "")
    )
