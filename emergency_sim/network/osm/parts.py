"""Which part of a network is the largest, and which ferries no road reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.osm.links import Links


def largest_part(nodes: int, links: Links) -> tuple[NDArray[Any], int]:
    """Return (bool) which nodes belong to the largest part, and how many parts there are.

    Parameters
    ----------
    nodes
        Number of nodes; those without a link belong to no part.
    links
        All of them, whoever may use them.

    Returns
    -------
    array of bool
        In the part with most nodes (of two alike, the one with more metres), every node can be
        reached from every other.
    int
        Number of parts.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    tail, head = links.tail, links.head
    both = links.oneway == 0
    arcs = (np.r_[tail, head[both]], np.r_[head, tail[both]])
    matrix = coo_array((np.ones(len(arcs[0]), dtype=np.int8), arcs), shape=(nodes, nodes))
    _, label = connected_components(matrix.tocsr(), directed=True, connection="strong")
    used = np.zeros(nodes, dtype=bool)
    used[tail] = used[head] = True
    size = np.bincount(label[used], minlength=1)
    metres = np.bincount(label[tail], weights=links.length_m, minlength=len(size))
    part: NDArray[Any] = used & (label == np.lexsort((metres, size))[-1])
    return part, int((size > 0).sum())


def untied_ferries(links: Links, ferry: NDArray[Any]) -> NDArray[Any]:
    """Return (bool) which links are ferries with an end where nothing else begins.

    Parameters
    ----------
    links
        All of them.
    ferry
        bool per link.

    Returns
    -------
    array of bool
        Per link.
    """
    nodes = int(max(links.tail.max(initial=0), links.head.max(initial=0))) + 1
    one_way_back = (links.oneway == 1) & links.turned
    # A road of two links, one for each direction, meets the ferry once; so does a ferry.
    once = ~one_way_back | ~np.isin(links.chain, links.chain[~links.turned])
    degree = np.bincount(np.r_[links.tail[once], links.head[once]], minlength=nodes)
    untied: NDArray[Any] = ferry & ((degree[links.tail] == 1) | (degree[links.head] == 1))
    return untied
