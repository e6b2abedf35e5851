"""Cutting the parts of a municipality into zones: compact by road, and not too many people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDEST_S: Final = 480.0
"""Drive between the farthest parts of a zone."""
SPARSE_WIDEST_S: Final = 720.0
"""The same where fewer people live than :data:`SPARSE_PEOPLE`."""
SPARSE_PEOPLE: Final = 600.0
FEWEST: Final = 20.0
"""A zone with fewer people joins the nearest one of its group."""
NO_WAY_S: Final = 36_000.0
"""Stands for no way when parts are compared."""


def cut_into_zones(
    seconds: NDArray[Any], people: NDArray[Any], most: float
) -> list[NDArray[np.int64]]:
    """Return the members of each zone.

    Parameters
    ----------
    seconds
        float64, shape (parts, parts): drive between parts.
    people
        float64 per part.
    most
        People whom a zone may hold.

    Notes
    -----
    The parts are joined to a tree by average linkage; the tree is cut from the top wherever a
    branch holds too many people or is too wide.
    """
    count = len(people)
    if count == 1:
        return [np.zeros(1, np.int64)]
    from scipy.cluster.hierarchy import linkage, to_tree
    from scipy.spatial.distance import squareform

    apart = np.where(np.isfinite(seconds), seconds, NO_WAY_S)
    apart = (apart + apart.T) / 2
    np.fill_diagonal(apart, 0.0)
    zones: list[NDArray[np.int64]] = []
    branches = [to_tree(linkage(squareform(apart, checks=False), "average"))]
    while branches:
        branch = branches.pop()
        members = np.array(branch.pre_order(), dtype=np.int64)
        living = people[members].sum()
        widest = SPARSE_WIDEST_S if living < SPARSE_PEOPLE else WIDEST_S
        # dist is the mean between the two halves: where even that is too wide, so is the widest.
        fits = living <= most and branch.dist <= widest
        if branch.is_leaf() or (fits and apart[np.ix_(members, members)].max() <= widest):
            zones.append(np.sort(members))
        else:
            branches += [branch.get_left(), branch.get_right()]
    return _without_tiny(zones, people, apart, most)


def _without_tiny(
    zones: list[NDArray[np.int64]], people: NDArray[Any], apart: NDArray[Any], most: float
) -> list[NDArray[np.int64]]:
    """Join zones with very few people to the nearest one that has room, if any is near."""
    while len(zones) > 1:
        living = np.array([people[z].sum() for z in zones])
        tiny = [(float(living[k]), k) for k in range(len(zones)) if living[k] < FEWEST]
        joined = False
        for _, k in sorted(tiny):
            gaps = np.array([apart[np.ix_(zones[k], z)].mean() for z in zones])
            gaps[(living + living[k] > most) | (np.arange(len(zones)) == k)] = np.inf
            into = int(gaps.argmin())
            if gaps[into] <= 2 * SPARSE_WIDEST_S:
                zones[into] = np.sort(np.concatenate((zones[into], zones[k])))
                del zones[k]
                joined = True
                break
        if not joined:
            break
    return zones
