"""Small networks: drawn at random, or written down by hand, and a plain way to search them."""

from __future__ import annotations

import heapq
from pathlib import Path
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from emergency_sim.network import Driving, FerryClass, Profile, RoadNetwork


class Link(NamedTuple):
    """A link as links.csv has it; a ferry where there is a crossing time."""

    a: int
    b: int
    length_m: float = 1000.0
    speed_kmh: float = 60.0
    oneway: bool = False
    crossing_min: float | None = None
    departures: tuple[float, float, float] = (0.0, 0.0, 0.0)
    callout_min: float | None = None

    @property
    def ferry(self) -> bool:
        return self.crossing_min is not None


def network(nodes: int, links: list[Link]) -> RoadNetwork:
    arcs = [(at.a, at.b, k) for k, at in enumerate(links)]
    arcs += [(at.b, at.a, k) for k, at in enumerate(links) if not at.oneway]
    of = [links[k] for _, _, k in arcs]

    def column(values, dtype):
        return np.array(list(values), dtype=dtype)

    wait = [
        [round(1_800_000 / at.departures[c]) if at.departures[c] else 0 for at in of]
        for c in range(3)
    ]
    runs = [[not at.ferry or at.departures[c] > 0 for at in of] for c in range(3)]
    return RoadNetwork(
        node_ids=tuple(f"n{k}" for k in range(nodes)),
        x=np.arange(nodes) * 100.0,
        y=np.zeros(nodes),
        tail=column((a for a, _, _ in arcs), np.int64),
        head=column((b for _, b, _ in arcs), np.int64),
        link=column((k for _, _, k in arcs), np.int64),
        link_ids=tuple(f"l{k}" for k in range(len(links))),
        link_names=tuple(f"ferry {k}" if at.ferry else "" for k, at in enumerate(links)),
        link_ends=np.array([(at.a, at.b) for at in links], dtype=np.int64).reshape(-1, 2),
        classes=("primary", "ferry"),
        highway=column((int(at.ferry) for at in of), np.int16),
        length_m=column((at.length_m for at in of), float),
        speed_kmh=column((np.nan if at.ferry else at.speed_kmh for at in of), float),
        ferry=column((at.ferry for at in of), bool),
        crossing_ms=column((round((at.crossing_min or 0) * 60_000) for at in of), np.int64),
        wait_ms=np.array(wait, dtype=np.int64).reshape(3, len(of)),
        runs=np.array(runs, dtype=bool).reshape(3, len(of)),
        callout_ms=column((round((at.callout_min or 0) * 60_000) for at in of), np.int64),
        callout=column((at.callout_min is not None for at in of), bool),
    )  # fmt: skip


def link_ms(link: Link, factor: float, ferry_class: int, *, ambulance: bool) -> int | None:
    """Return the milliseconds of a link by the rules, or None where it is closed."""
    if not link.ferry:
        return max(1, round(link.length_m * 3600 / link.speed_kmh * factor))
    waits = []
    if link.departures[ferry_class]:
        waits.append(round(1_800_000 / link.departures[ferry_class]))
    if ambulance and link.callout_min is not None and (ferry_class == 2 or not waits):
        waits.append(round(link.callout_min * 60_000))
    if not waits:
        return None
    return max(1, round(link.crossing_min * 60_000) + min(waits))


def plain_dijkstra(
    nodes: int, links: list[Link], source: int, factor=1.0, ferry_class=0, ambulance=False
) -> list[float]:
    """Return seconds from one node to every node, the way textbooks do it."""
    leaving: list[list[tuple[int, int]]] = [[] for _ in range(nodes)]
    for link in links:
        ms = link_ms(link, factor, ferry_class, ambulance=ambulance)
        if ms is not None:
            leaving[link.a].append((link.b, ms))
            if not link.oneway:
                leaving[link.b].append((link.a, ms))
    best: dict[int, int] = {}
    heap = [(0, source)]
    while heap:
        ms, node = heapq.heappop(heap)
        if node in best:
            continue
        best[node] = ms
        for head, more in leaving[node]:
            heapq.heappush(heap, (ms + more, head))
    return [best[k] / 1000 if k in best else float("inf") for k in range(nodes)]


PROFILES = ((1.0, False), (1.1, True), (0.9, True))


@st.composite
def small_networks(draw):
    """Return (number of nodes, links): parallel links, ferries, one-way roads, zero lengths."""
    nodes = draw(st.integers(2, 7))
    ends = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)).filter(
        lambda e: e[0] != e[1]
    )
    road = st.builds(
        lambda e, length, speed, oneway: Link(*e, length, speed, oneway),
        ends, st.one_of(st.just(0.0), st.integers(1, 20_000).map(float)),
        st.sampled_from([30.0, 47.0, 60.0, 80.0]), st.booleans(),
    )  # fmt: skip
    per_hour = st.sampled_from([0.0, 0.0, 0.3, 1.0, 2.5])
    ferry = st.builds(
        lambda e, crossing, departures, callout: Link(
            *e, 3000.0, crossing_min=crossing, departures=departures, callout_min=callout
        ),
        ends, st.sampled_from([5.0, 12.5]), st.tuples(per_hour, per_hour, per_hour),
        st.one_of(st.none(), st.sampled_from([0.0, 20.0, 45.0])),
    )  # fmt: skip
    return nodes, draw(st.lists(st.one_of(road, road, ferry), min_size=1, max_size=14))


NODES_CSV = """node_id,name,x,y,lon,lat
a,Aure,1000,0,,
b,Kai vest,2000,0,,
c,Kai øst,7000,0,,
d,Dale,9000,0,,
"""
LINKS_CSV = """\
link_id,from,to,highway,length_m,speed_kmh,oneway,name,\
crossing_min,dep_day,dep_evening,dep_night,callout_min
l1,a,b,primary,1000,60,0,,,,,,
l2,b,c,ferry,5000,,0,Vest–Øst,10,2,1,0,20
l3,c,d,primary,2000,60,0,,,,,,
"""
AGES = "age_0_5,age_6_15,age_16_19,age_20_29,age_30_49,age_50_66,age_67_79,age_80_89,age_90_plus"
ZONES_CSV = f"""\
zone_id,name,municipality,area,node,population,{AGES},access_mean_s,access_sd_s,tettbygd
za,Aure,1500,,a,90,10,10,10,10,10,10,10,10,10,30,5,1
zd,Dale,1501,dale,d,9,1,1,1,1,1,1,1,1,1,,,0
"""


def write_region(folder: Path, **files: str | None) -> Path:
    """Write a ferry between two roads; ``files`` replace tables, None leaves one out."""
    tables = {"nodes": NODES_CSV, "links": LINKS_CSV, "zones": ZONES_CSV, **files}
    folder.mkdir(exist_ok=True)
    for name, content in tables.items():
        if content is not None:
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def driving(factor: float = 1.0, ferry_class: int = 0, *, ambulance: bool = False) -> Driving:
    """Return an ambulance's or a car's driving in one class of the hour."""
    profile = Profile.AMBULANCE_BLUE if ambulance else Profile.CAR
    return Driving(profile=profile, factor=factor, hours=FerryClass(ferry_class))
