"""The ways that cars use, cut where a barrier stands: strands between nodes and their copies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.osm.access import EMERGENCY
from emergency_sim.network.osm.nodes import is_signal, read_barrier
from emergency_sim.network.osm.quays import lead_to_roads
from emergency_sim.network.osm.road_tables import FERRY
from emergency_sim.network.osm.tags import (
    RANK,
    ROUNDABOUT_RANK,
    Read,
    RoadChoice,
    WayRule,
    read_way,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.osm.source import RawOsm

_OWN: Final = {"name", "ref"}
"""Tags that change no rule."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strands:
    """Runs of nodes; a way is one strand, or several if barriers stand within it.

    Parameters
    ----------
    rules, way_id
        Per way that is kept.
    way
        int64 per strand: its way.
    at
        int64: nodes of all strands, one strand after the other.
    offsets
        int64, strands + 1: where each strand begins in ``at``.
    osm_id, copy
        int64 per node: OpenStreetMap's id, and 0 or the number of the copy at a barrier.
    lon, lat
        float64 per node: degrees.
    signal, hold
        bool per node: traffic signals; a barrier's node, which stays a node.
    barriers
        int64, shape (barriers, 2): nodes that a key joins.
    counts
        Ways and nodes by what was found of them.
    """

    rules: list[WayRule]
    way_id: NDArray[Any]
    way: NDArray[Any]
    at: NDArray[Any]
    offsets: NDArray[Any]
    osm_id: NDArray[Any]
    copy: NDArray[Any]
    lon: NDArray[Any]
    lat: NDArray[Any]
    signal: NDArray[Any]
    hold: NDArray[Any]
    barriers: NDArray[Any]
    counts: dict[str, int]


def rank_of(rule: WayRule) -> int:
    """Return who gives way to whom: the lower to the higher; nobody to a ferry (0)."""
    if rule.highway == FERRY:
        return 0
    return ROUNDABOUT_RANK if rule.roundabout else RANK[rule.highway]


def lay_strands(raw: RawOsm, choice: RoadChoice) -> Strands:
    """Return the strands of the ways that are wanted.

    Parameters
    ----------
    raw
        Nodes and ways.
    choice
        Which roads are wanted.

    Returns
    -------
    Strands
        At a barrier, every arm of the road ends in its own copy of the node.
    """
    rules, chosen, counts = _read_all(raw, choice)
    count = np.diff(raw.offsets)[chosen]
    offsets = np.r_[0, np.cumsum(count)].astype(np.int64)
    refs = raw.refs[np.arange(offsets[-1]) + np.repeat(raw.offsets[chosen] - offsets[:-1], count)]
    ferry = np.array([rule.highway == FERRY for rule in rules], dtype=bool)
    refs, offsets, led = lead_to_roads(raw, refs, offsets, ferry, choice.quay_m)
    if led:
        counts["ends of ferries led to the nearest road"] = led
    osm_id, at = np.unique(refs, return_inverse=True)
    place = np.searchsorted(raw.node_id, osm_id)
    stops, signals = _things_on_nodes(raw, osm_id, counts)
    at, offsets, way = _cut_at(stops, at, offsets)
    at, original, copy, barriers = _copies(stops, at, offsets, [rank_of(rules[w]) for w in way])
    hold = np.zeros(len(original), dtype=bool)
    hold[np.unique(np.r_[barriers.ravel(), np.flatnonzero(copy > 0)])] = True
    signal = np.isin(original, signals) & ~hold
    return Strands(
        rules=rules,
        way_id=raw.way_id[chosen],
        way=way,
        at=at,
        offsets=offsets,
        osm_id=osm_id[original],
        copy=copy,
        lon=raw.lon[place][original],
        lat=raw.lat[place][original],
        signal=signal,
        hold=hold,
        barriers=barriers,
        counts=dict(counts),
    )


def _read_all(raw: RawOsm, choice: RoadChoice) -> tuple[list[WayRule], NDArray[Any], Counter[str]]:
    """Return the rules of the ways that are wanted, which ways these are, and what was found.

    Most ways differ from some other only by name and number: tags are read once for all of them.
    """
    rules: list[WayRule] = []
    kept: list[int] = []
    counts: Counter[str] = Counter()
    known: dict[frozenset[tuple[str, str]], Read] = {}
    for k, tags in enumerate(raw.way_tags):
        alike = frozenset(item for item in tags.items() if item[0] not in _OWN)
        if alike not in known:
            known[alike] = read_way(dict(alike), choice)
        rule, notes = known[alike]
        if notes:
            counts.update(notes)
        if rule is None:
            continue
        if "name" in tags or "ref" in tags:
            rule = replace(rule, name=tags.get("name", ""), road=tags.get("ref", ""))
        rules.append(rule)
        kept.append(k)
    return rules, np.array(kept, dtype=np.int64), counts


def _things_on_nodes(
    raw: RawOsm, osm_id: NDArray[Any], counts: Counter[str]
) -> tuple[dict[int, str], NDArray[Any]]:
    """Return who passes the nodes with barriers that stop somebody, and the nodes with signals."""
    tagged = np.array(sorted(raw.node_tags), dtype=np.int64)
    tagged = tagged[np.isin(tagged, osm_id)]
    stops, signals = {}, []
    for node, index in zip(tagged.tolist(), np.searchsorted(osm_id, tagged).tolist(), strict=True):
        tags = raw.node_tags[node]
        who = read_barrier(tags)
        if who is not None:
            stops[index] = who
            counts["barriers with a key" if who == EMERGENCY else "barriers for everybody"] += 1
        if is_signal(tags):
            signals.append(index)
            counts["traffic signals"] += 1
    return stops, np.array(signals, dtype=np.int64)


def _cut_at(
    stops: dict[int, str], at: NDArray[Any], offsets: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return nodes, offsets and way of the strands: ways cut at barriers within them."""
    way = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    inner = np.isin(at, np.fromiter(stops, np.int64, len(stops)))
    inner[offsets[:-1]] = inner[offsets[1:] - 1] = False
    cuts = np.flatnonzero(inner)
    of_strand = np.r_[np.arange(len(offsets) - 1), way[cuts]]
    # The node of a cut is there twice: it ends a strand and begins the next one.
    begins = np.r_[offsets[:-1], cuts]
    order = np.argsort(begins, kind="stable")
    begins, of_strand = begins[order], of_strand[order]
    doubled = np.insert(at, cuts, at[cuts])
    is_cut = inner[begins] if len(begins) else np.zeros(0, dtype=bool)
    return doubled, np.r_[begins + np.cumsum(is_cut), len(doubled)].astype(np.int64), of_strand


def _copies(
    stops: dict[int, str], at: NDArray[Any], offsets: NDArray[Any], ranks: list[int]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the strands' nodes with copies, each node's original and number, and barriers.

    Where three arms or more meet at a barrier, it stands on the lesser ones: the arms of the
    highest class pass each other, if there are two of them.
    """
    nodes = int(at.max(initial=-1)) + 1
    ends = np.r_[offsets[:-1], offsets[1:] - 1]
    strand = np.tile(np.arange(len(offsets) - 1), 2)
    at_stop = np.flatnonzero(np.isin(at[ends], np.fromiter(stops, np.int64, len(stops))))
    arms: dict[int, list[tuple[int, int]]] = {}
    for k in at_stop[np.lexsort((ends[at_stop], at[ends[at_stop]]))].tolist():
        arms.setdefault(int(at[ends[k]]), []).append((int(ends[k]), ranks[strand[k]]))
    at = at.copy()
    original, copy, barriers = list(range(nodes)), [0] * nodes, []
    for node, meeting in arms.items():
        highest = max(rank for _, rank in meeting)
        through = [position for position, rank in meeting if rank == highest]
        if len(meeting) < 3 or len(through) < 2 or len(through) == len(meeting):
            through = [meeting[0][0]]
        others = [position for position, _ in meeting if position not in through]
        for number, position in enumerate(others, start=1):
            at[position] = len(original)
            if stops[node] == EMERGENCY:
                barriers.append((node, len(original)))
            original.append(node)
            copy.append(number)
    return (
        at,
        np.array(original, dtype=np.int64),
        np.array(copy, dtype=np.int64),
        np.array(barriers, dtype=np.int64).reshape(-1, 2),
    )
