"""Strands become chains: runs between the nodes that must stay, everything between them merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.network.osm.road_tables import FERRY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.osm.strands import Strands


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chains:
    """Chains of pieces of strands, in the order of the strands.

    Parameters
    ----------
    offsets
        int64, chains + 1: where each chain begins among the pieces.
    strand
        int64 per piece: its strand.
    begin, end
        int64 per piece: its first and last position in the strands' nodes; begin > end where the
        chain runs against the drawing.
    """

    offsets: NDArray[Any]
    strand: NDArray[Any]
    begin: NDArray[Any]
    end: NDArray[Any]

    def points(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the positions of all chains' points, and where each chain begins among them."""
        first = np.zeros(len(self.begin), dtype=np.int64)
        first[self.offsets[:-1]] = 1
        step = np.sign(self.end - self.begin)
        # A piece begins where the one before it ended: that point is there once.
        count = np.abs(self.end - self.begin) + first
        ends = np.cumsum(count)
        local = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count, count)
        start = self.begin + step * (1 - first)
        positions = np.repeat(start, count) + np.repeat(step, count) * local
        return positions, np.r_[0, ends][self.offsets]


def merge(strands: Strands) -> Chains:
    """Return the chains of the strands.

    Parameters
    ----------
    strands
        Their ``hold`` says which nodes stay whatever meets there.

    Returns
    -------
    Chains
        No chain is a loop or a ring: such a one is cut at a node within it. A chain runs in a
        direction in which it is open.

    Notes
    -----
    A node is merged away if two pieces meet there that have all in common
    (`tags.WayRule.merged_by`), one-ways in one direction. First each strand is cut at nodes that
    others have too, then pieces are joined; their rank along the chain comes from pointer jumping
    (Wyllie 1979: in each round every piece looks twice as far back), in a few passes over arrays.
    """
    hold = strands.hold
    while True:
        chains, again = _merge(strands, hold)
        if not again.any():
            return chains
        hold = hold | again


def _merge(strands: Strands, hold: NDArray[Any]) -> tuple[Chains, NDArray[Any]]:
    """Return the chains, and which nodes must be held to cut the loops and the rings."""
    at = strands.at
    strand, begin, end = _pieces(strands, hold)
    tail = np.stack([at[begin], at[end]], axis=1).ravel()
    along, against, is_open = _codes(strands)
    way = strands.way[strand]
    code = np.stack([along[way], against[way]], axis=1).ravel()
    before = _joined(tail, code, hold)
    root, rank = _ranked(before)
    ringed = before[root] != root
    again = np.zeros(len(hold), dtype=bool)
    again[tail[ringed]] = True
    opposite = np.arange(len(root)) ^ 1
    prefer = is_open[code].astype(np.int64) - is_open[code[opposite]]
    chosen = ~ringed & ((prefer > 0) | ((prefer == 0) & (root < root[opposite])))
    halves = np.flatnonzero(chosen)
    # Chains in the order of their first piece, whichever way they run.
    halves = halves[np.lexsort((rank[halves], root[halves]))]
    piece, turned = halves >> 1, (halves & 1).astype(bool)
    first = np.flatnonzero(np.r_[True, root[halves][1:] != root[halves][:-1]][: len(halves)])
    chains = Chains(
        offsets=np.r_[first, len(halves)].astype(np.int64),
        strand=strand[piece],
        begin=np.where(turned, end[piece], begin[piece]),
        end=np.where(turned, begin[piece], end[piece]),
    )
    positions, offsets = chains.points()
    loop = np.flatnonzero(at[positions[offsets[:-1]]] == at[positions[offsets[1:] - 1]])
    again[at[positions[(offsets[:-1] + offsets[1:])[loop] // 2]]] = True
    return chains, again & ~hold


def _pieces(
    strands: Strands, hold: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return strand, first and last position of the pieces between nodes of more than one use."""
    at, offsets = strands.at, strands.offsets
    of = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    stay = (np.bincount(at, minlength=len(hold)) > 1) | hold
    is_break = stay[at]
    is_break[offsets[:-1]] = is_break[offsets[1:] - 1] = True
    breaks = np.flatnonzero(is_break)
    same = of[breaks[1:]] == of[breaks[:-1]]
    return of[breaks[:-1]][same], breaks[:-1][same], breaks[1:][same]


def _codes(strands: Strands) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return per way its code along and against, and per code whether that direction is open."""
    numbers: dict[tuple[object, ...], int] = {}
    is_open: list[bool] = []
    sides: list[list[int]] = [[], []]
    for way, rule in enumerate(strands.rules):
        # Ferries are merged with nothing, not even with each other.
        own = (way,) if rule.highway == FERRY else ()
        for turned in (False, True):
            key = (*rule.merged_by(turned=turned), *own)
            if key not in numbers:
                numbers[key] = len(numbers)
                is_open.append((rule.backward if turned else rule.forward) is not None)
            sides[turned].append(numbers[key])
    along, against = (np.array(side, dtype=np.int64) for side in sides)
    return along, against, np.array(is_open, dtype=bool)


def _joined(tail: NDArray[Any], code: NDArray[Any], hold: NDArray[Any]) -> NDArray[Any]:
    """Return per half the one before it in its chain, itself where the chain begins.

    Half 2k is piece k along its strand, half 2k + 1 is the same piece against it.
    """
    before = np.arange(len(tail))
    order = np.argsort(tail, kind="stable")
    leaving = tail[order]
    two = (np.bincount(leaving, minlength=len(hold)) == 2) & ~hold
    at = np.flatnonzero(two[leaving])
    one, other = order[at[::2]], order[at[1::2]]
    fits = code[one ^ 1] == code[other]
    one, other = one[fits], other[fits]
    before[other], before[one] = one ^ 1, other ^ 1
    return before


def _ranked(before: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return per half the first one of its chain and how many are before it."""
    root = before.copy()
    rank = (root != np.arange(len(root))).astype(np.int64)
    for _ in range(len(root).bit_length() + 1):
        further = root[root]
        if np.array_equal(further, root):
            break
        rank += rank[root]
        root = further
    return root, rank
