"""From OpenStreetMap's ways to the tables of one connected network of roads and ferries."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import NotPossibleError
from emergency_sim.network.morton import morton_order
from emergency_sim.network.osm.chains import merge
from emergency_sim.network.osm.crossings import SOURCE, STATUS
from emergency_sim.network.osm.ferries import LONGEST_MIN
from emergency_sim.network.osm.links import (
    Links,
    classes,
    give_way,
    make_links,
)
from emergency_sim.network.osm.parts import largest_part, untied_ferries
from emergency_sim.network.osm.road_tables import BARRIER, FERRY, Dropped, RoadTables
from emergency_sim.network.osm.strands import Strands, lay_strands
from emergency_sim.network.projection import project

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emergency_sim.network.osm.chains import Chains
    from emergency_sim.network.osm.source import RawOsm
    from emergency_sim.network.osm.tags import RoadChoice

BARRIER_KMH: Final = 10.0
"""Speed at a barrier: it has no length, so that nothing hangs on it."""


def build_tables(
    raw: RawOsm, choice: RoadChoice, build_speed: Callable[[list[str], NDArray[Any]], NDArray[Any]]
) -> RoadTables:
    """Return the nodes and links of the largest connected part.

    Parameters
    ----------
    raw
        Nodes and ways.
    choice
        Which roads are wanted.
    build_speed
        Gives the speeds in km/h (float64) of roads by class and legal limit (NaN: unknown).

    Returns
    -------
    RoadTables
        Connected both ways for an ambulance that has all keys and takes the ferries.

    Raises
    ------
    NotPossibleError
        No way is a road for cars that is wanted, or no two nodes reach each other.
    """
    strands = lay_strands(raw, choice)
    if not strands.rules:
        why = "; ".join(f"{count} x {reason}" for reason, count in sorted(strands.counts.items()))
        raise NotPossibleError(f"none of {len(raw)} ways is a road for cars that is wanted ({why})")
    chains = merge(strands)
    links = make_links(strands, chains, choice)
    labels = _labels(strands, links)
    highway = classes(strands, links)
    yields = give_way(strands, links)
    ferry = np.array([kind == FERRY for kind in highway], dtype=bool)
    untied = untied_ferries(links, ferry)
    part, parts = largest_part(len(strands.hold), links)
    inside = part[links.tail] & part[links.head]
    if not inside.any():
        message = "no road leads there and back again: all of them are one-way or cut off"
        raise NotPossibleError(f"{message} ({len(links)} links)")
    used = np.zeros(len(strands.hold), dtype=bool)
    used[links.tail] = used[links.head] = True
    dropped = _dropped(strands, links, highway, labels, ferry, untied, used & ~part, parts)
    rows = np.flatnonzero(inside)
    kept = links.take(rows)
    return _tables(
        strands,
        chains,
        kept,
        [labels[k] for k in rows.tolist()],
        [highway[k] for k in rows.tolist()],
        (yields[0][rows], yields[1][rows]),
        build_speed,
        dropped,
    )


def _labels(strands: Strands, links: Links) -> list[str]:
    """Return the id of each link."""
    numbers: Counter[str] = Counter()
    labels = []
    for way, tail in zip(links.way.tolist(), links.tail.tolist(), strict=True):
        stem = f"w{strands.way_id[way]}" if way >= 0 else f"b{strands.osm_id[tail]}"
        labels.append(f"{stem}.{numbers[stem] + (way < 0)}")
        numbers[stem] += 1
    return labels


def _dropped(
    strands: Strands,
    links: Links,
    highway: list[str],
    labels: list[str],
    ferry: NDArray[Any],
    untied: NDArray[Any],
    nodes: NDArray[Any],
    parts: int,
) -> Dropped:
    """Return what is not in the largest part, the two directions of a road counted once."""
    gone = np.flatnonzero(nodes[links.tail] | nodes[links.head])
    km: dict[str, float] = {}
    seen: set[int] = set()
    boats = [
        strands.rules[w].name or label if w >= 0 else ""
        for w, label in zip(links.way.tolist(), labels, strict=True)
    ]
    for k in gone.tolist():
        if links.chain[k] not in seen and highway[k] not in {FERRY, BARRIER}:
            km[highway[k]] = km.get(highway[k], 0.0) + float(links.length_m[k]) / 1000
        seen.add(int(links.chain[k]))
    return Dropped(
        nodes=int(nodes.sum()),
        links=len(gone),
        node_lon=strands.lon[nodes],
        node_lat=strands.lat[nodes],
        km={kind: round(km[kind], 3) for kind in sorted(km)},
        ferries=tuple(sorted({boats[k] for k in gone.tolist() if ferry[k]})),
        untied=tuple(sorted({boats[k] for k in np.flatnonzero(untied).tolist()})),
        parts=parts,
    )


def _tables(
    strands: Strands,
    chains: Chains,
    links: Links,
    labels: list[str],
    highway: list[str],
    yields: tuple[NDArray[Any], NDArray[Any]],
    build_speed: Callable[[list[str], NDArray[Any]], NDArray[Any]],
    dropped: Dropped,
) -> RoadTables:
    """Return the tables of links, their nodes in Morton order."""
    nodes = np.unique(np.r_[links.tail, links.head])
    nodes = nodes[np.lexsort((strands.copy[nodes], strands.osm_id[nodes]))]
    nodes = nodes[morton_order(*project(strands.lon[nodes], strands.lat[nodes]))]
    number = np.full(len(strands.hold), -1, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    rules = [strands.rules[w] if w >= 0 else None for w in links.way.tolist()]
    named = [strands.rules[w] if w >= 0 else None for w in links.name_way.tolist()]
    shape_lon, shape_lat, shape_offsets = _shapes(strands, chains, links)
    return RoadTables(
        node_id=[
            f"n{node}.{copy}" if copy else f"n{node}"
            for node, copy in zip(
                strands.osm_id[nodes].tolist(), strands.copy[nodes].tolist(), strict=True
            )
        ],
        lon=strands.lon[nodes],
        lat=strands.lat[nodes],
        link_id=labels,
        tail=number[links.tail],
        head=number[links.head],
        highway=highway,
        road=["" if rule is None else rule.road for rule in rules],
        name=["" if rule is None else rule.name for rule in named],
        length_m=links.length_m,
        speed_kmh=_speeds(highway, links.limit_kmh, build_speed),
        limit_kmh=links.limit_kmh,
        access=links.access.tolist(),
        oneway=links.oneway,
        tunnel=np.array([rule is not None and rule.tunnel for rule in rules], dtype=bool),
        bridge=np.array([rule is not None and rule.bridge for rule in rules], dtype=bool),
        winter=np.array([rule is not None and rule.winter for rule in rules], dtype=bool),
        roundabout=np.array([rule is not None and rule.roundabout for rule in rules], dtype=bool),
        signals=links.signals,
        yields=yields[0],
        yields_back=yields[1],
        crossing_min=links.crossing_min,
        dep_day=links.per_hour[:, 0],
        dep_evening=links.per_hour[:, 1],
        dep_night=links.per_hour[:, 2],
        status=[STATUS[k] if k >= 0 else "" for k in links.origin.tolist()],
        source=[SOURCE[k] if k >= 0 else "" for k in links.origin.tolist()],
        shape_lon=shape_lon,
        shape_lat=shape_lat,
        shape_offsets=shape_offsets,
        dropped=dropped,
        counts=strands.counts | _cut_short(links.crossing_min),
    )


def _cut_short(crossing_min: NDArray[Any]) -> dict[str, int]:
    """Return how many crossings take longer than a link may."""
    count = int((crossing_min >= LONGEST_MIN).sum())
    return {"crossings of more than 24 hours taken as 24 hours": count} if count else {}


def _speeds(
    highway: list[str],
    limit: NDArray[Any],
    build_speed: Callable[[list[str], NDArray[Any]], NDArray[Any]],
) -> NDArray[Any]:
    """Return the free-flow speed of each link in km/h; NaN on ferries."""
    speed = np.full(len(highway), np.nan)
    speed[[kind == BARRIER for kind in highway]] = BARRIER_KMH
    road = [k for k, kind in enumerate(highway) if kind not in {FERRY, BARRIER}]
    speed[road] = build_speed([highway[k] for k in road], limit[road])
    return speed


def _shapes(
    strands: Strands, chains: Chains, links: Links
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the degrees of the points of all links, and where each link begins among them."""
    positions, points = chains.points()
    on_road = links.chain >= 0
    first = points[np.where(on_road, links.chain, 0)]
    count = np.where(on_road, np.diff(points)[np.where(on_road, links.chain, 0)], 2)
    offsets = np.r_[0, np.cumsum(count)].astype(np.int64)
    step = np.where(on_road, np.where(links.turned, -1, 1), 0)
    start = np.where(links.turned, first + count - 1, first)
    local = np.arange(offsets[-1]) - np.repeat(offsets[:-1], count)
    node = strands.at[positions[np.repeat(start, count) + np.repeat(step, count) * local]]
    # A barrier has no length: both its points are its node's place.
    node = np.where(np.repeat(on_road, count), node, np.repeat(links.tail, count))
    return strands.lon[node], strands.lat[node], offsets
