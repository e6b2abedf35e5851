"""The order of a way's nodes, found again from its edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def trails(edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the runs of nodes that use each edge once, in its direction.

    Parameters
    ----------
    edges
        First and last node of each edge of one way.

    Returns
    -------
    list of list of int
        One run, if the edges are those of a whole way; more, if some are missing. A ring begins at
        the first node that is named: where it was drawn from is not to be seen.

    Examples
    --------
    >>> trails([(2, 3), (1, 2), (3, 4)]), trails([(1, 2), (4, 5)])
    ([[1, 2, 3, 4]], [[1, 2], [4, 5]])
    >>> trails([(1, 2), (2, 5), (2, 3), (3, 4), (4, 2)])  # a road that ends in a loop and goes on
    [[1, 2, 3, 4, 2, 5]]
    """
    leaving: dict[int, list[int]] = {}
    surplus: dict[int, int] = {}
    for tail, head in edges:
        leaving.setdefault(tail, []).append(head)
        surplus[tail] = surplus.get(tail, 0) + 1
        surplus[head] = surplus.get(head, 0) - 1
    for heads in leaving.values():
        heads.reverse()  # taken from the end, so the first one named goes first
    found = [_walk(leaving, node) for node, more in surplus.items() for _ in range(more)]
    # What is left are rings: each hangs on a run that passes one of its nodes, or is by itself.
    for node in list(leaving):
        while leaving[node]:
            ring = _walk(leaving, node)
            _hang(found, ring)
    return found


def _walk(leaving: dict[int, list[int]], node: int) -> list[int]:
    """Return the run from a node until no edge goes on, and use its edges up."""
    run = [node]
    while leaving.get(run[-1]):
        run.append(leaving[run[-1]].pop())
    return run


def _hang(found: list[list[int]], ring: list[int]) -> None:
    """Put a ring into the first run that has one of its nodes, or beside all runs."""
    on_ring = {node: k for k, node in reversed(list(enumerate(ring[:-1])))}
    for run in found:
        for k, node in enumerate(run):
            if node in on_ring:
                at = on_ring[node]
                run[k : k + 1] = [*ring[at:-1], *ring[: at + 1]]
                return
    found.append(ring)
