"""Chains become links: lengths, limits, signals, ferries' crossings, and the shape on the map."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.network.osm.access import EMERGENCY
from emergency_sim.network.osm.crossings import crossings
from emergency_sim.network.osm.road_tables import BARRIER
from emergency_sim.network.osm.strands import rank_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.osm.chains import Chains
    from emergency_sim.network.osm.strands import Strands
    from emergency_sim.network.osm.tags import RoadChoice


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """One row per link; `turned` chains (against the chain) are rows of their own.

    Parameters
    ----------
    tail, head
        int64: nodes of the strands.
    way
        int64: the way whose rule holds.
    chain
        int64: its chain, -1 at a barrier.
    turned
        bool: runs against its chain.
    name_way
        int64: the way that gives the name.
    length_m, limit_kmh
        float64.
    access
        Per link, as an array of str.
    oneway
        int8: 0 or 1.
    signals
        float64.
    crossing_min, per_hour
        float64; shape (links,) and (links, 3).
    origin
        int64: index into ``crossings.STATUS`` and ``SOURCE`` of a ferry, -1 elsewhere.
    """

    tail: NDArray[Any]
    head: NDArray[Any]
    way: NDArray[Any]
    chain: NDArray[Any]
    turned: NDArray[Any]
    name_way: NDArray[Any]
    length_m: NDArray[Any]
    limit_kmh: NDArray[Any]
    access: NDArray[Any]
    oneway: NDArray[Any]
    signals: NDArray[Any]
    crossing_min: NDArray[Any]
    per_hour: NDArray[Any]
    origin: NDArray[Any]

    def __len__(self) -> int:
        """Return the number of links."""
        return len(self.tail)

    def take(self, rows: NDArray[Any]) -> Links:
        """Return some of the links."""
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})


def segment_lengths(strands: Strands) -> NDArray[Any]:
    """Return the metres (float64, geodesic on WGS 84) from each position to the next one."""
    from pyproj import Geod

    lon, lat = strands.lon[strands.at], strands.lat[strands.at]
    metres = np.zeros(len(lon))
    if len(lon) > 1:
        metres[:-1] = Geod(ellps="WGS84").inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    return metres


def make_links(strands: Strands, chains: Chains, choice: RoadChoice) -> Links:
    """Return the links of chains and barriers.

    Parameters
    ----------
    strands, chains
        The roads.
    choice
        What is assumed of ferries.

    Returns
    -------
    Links
        A chain whose directions have the same access and limit is one link; otherwise each open
        direction is its own. Lengths are rounded to centimetres.
    """
    positions, points = chains.points()
    node = strands.at[positions]
    begins = chains.offsets[:-1]
    piece_m = _piece_lengths(strands, chains)
    piece_way = strands.way[chains.strand]
    length = np.add.reduceat(piece_m, begins)
    signal = strands.signal[node].astype(float)
    ends = points[1:] - 1
    signals = np.add.reduceat(signal, points[:-1]) - 0.5 * (signal[points[:-1]] + signal[ends])
    tail, head = node[points[:-1]], node[ends]
    crossing, per_hour, origin = crossings(strands, chains, piece_m, (tail, head), choice)
    chain_way, turned = piece_way[begins], chains.begin[begins] > chains.end[begins]
    k, back, oneway, access, limit = _directions(strands, chain_way, turned)
    roads = Links(
        tail=np.where(back, head[k], tail[k]),
        head=np.where(back, tail[k], head[k]),
        way=chain_way[k],
        chain=k,
        turned=back,
        name_way=_longest_named(strands, chains, piece_m)[k],
        length_m=np.round(length, 2)[k],
        limit_kmh=limit,
        access=access,
        oneway=oneway,
        signals=signals[k],
        crossing_min=crossing[k],
        per_hour=per_hour[k],
        origin=origin[k],
    )
    return _joined(roads, _barriers(strands))


def _piece_lengths(strands: Strands, chains: Chains) -> NDArray[Any]:
    """Return the metres of each piece."""
    metres = segment_lengths(strands)
    low, high = np.minimum(chains.begin, chains.end), np.maximum(chains.begin, chains.end)
    pairs = np.stack([low, high], axis=1).ravel()
    # Every second sum runs from one piece's end to the next one's beginning and is left out.
    lengths: NDArray[Any] = np.add.reduceat(metres, pairs)[::2]
    return lengths


def _directions(
    strands: Strands, chain_way: NDArray[Any], turned: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return per link its chain, whether it runs against it, oneway, access and limit."""
    rows: list[tuple[int, bool, int, str, float]] = []
    for k, (way, is_turned) in enumerate(zip(chain_way.tolist(), turned.tolist(), strict=True)):
        rule = strands.rules[way]
        sides = (rule.backward, rule.forward) if is_turned else (rule.forward, rule.backward)
        same = sides[0] == sides[1]
        for back, side in enumerate(sides[:1] if same else sides):
            if side is not None:
                limit = float("nan") if side.limit is None else side.limit
                rows.append((k, bool(back), 0 if same else 1, side.access, limit))
    return (
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=bool),
        np.array([row[2] for row in rows], dtype=np.int8),
        np.array([row[3] for row in rows]),
        np.array([row[4] for row in rows], dtype=float),
    )


def _longest_named(strands: Strands, chains: Chains, piece_m: NDArray[Any]) -> NDArray[Any]:
    """Return per chain the way of its longest piece, those that have a name before the others."""
    named = np.array([bool(rule.name) for rule in strands.rules], dtype=bool)
    way = strands.way[chains.strand]
    chain = np.repeat(np.arange(len(chains.offsets) - 1), np.diff(chains.offsets))
    order = np.lexsort((way, piece_m, named[way], chain))
    last: NDArray[Any] = way[order[chains.offsets[1:] - 1]]
    return last


def _barriers(strands: Strands) -> Links:
    """Return the links that join the two sides of a barrier with a key."""
    count = len(strands.barriers)
    nothing = np.full(count, -1, dtype=np.int64)
    return Links(
        tail=strands.barriers[:, 0],
        head=strands.barriers[:, 1],
        way=nothing,
        chain=nothing,
        turned=np.zeros(count, dtype=bool),
        name_way=nothing,
        length_m=np.zeros(count),
        limit_kmh=np.full(count, np.nan),
        access=np.full(count, EMERGENCY),
        oneway=np.zeros(count, dtype=np.int8),
        signals=np.zeros(count),
        crossing_min=np.full(count, np.nan),
        per_hour=np.full((count, 3), np.nan),
        origin=nothing,
    )


def _joined(first: Links, second: Links) -> Links:
    return Links(
        **{
            each.name: np.concatenate([getattr(first, each.name), getattr(second, each.name)])
            for each in fields(first)
        }
    )


def classes(strands: Strands, links: Links) -> list[str]:
    """Return the class of each link."""
    return [strands.rules[w].highway if w >= 0 else BARRIER for w in links.way.tolist()]


def give_way(strands: Strands, links: Links) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return (bool) whether who arrives at each link's head, and at its tail, gives way there.

    Notes
    -----
    He does where three arms or more meet, one of a strictly higher class than his, and no signals
    stand; and always at a roundabout that he enters. The two directions of one road are one arm.
    """
    ranks = np.array([*(rank_of(rule) for rule in strands.rules), 0], dtype=np.int64)
    rank = ranks[links.way]
    nodes = len(strands.hold)
    _, one_each = np.unique(links.chain, return_index=True)
    one_each = one_each[links.chain[one_each] >= 0]
    road = one_each[rank[one_each] > 0]
    arms = np.bincount(np.r_[links.tail[road], links.head[road]], minlength=nodes)
    highest = np.zeros(nodes, dtype=np.int64)
    np.maximum.at(highest, np.r_[links.tail, links.head], np.r_[rank, rank])
    ruled = (arms >= 3) & ~strands.signal
    yields, yields_back = (
        (rank > 0) & ruled[end] & (highest[end] > rank) for end in (links.head, links.tail)
    )
    return yields, yields_back & (links.oneway == 0)
