"""Times between places along the roads, against a network that has a node at every place."""

from __future__ import annotations

import dataclasses
import heapq
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.network import Driving, Region
from emergency_sim.network.reach import Reach
from emergency_sim.network.snapping import Snapped, snap
from tests.network.small_networks import Link, network

INFINITY = float("inf")


def region(nodes: int, links: list[Link], xy=None) -> Region:
    roads = network(nodes, links)
    x, y = (roads.x, roads.y) if xy is None else np.asarray(xy, float).T
    return Region(
        network=roads, zones=None, node_ids=roads.node_ids, x=x, y=y, lon=x, lat=y
    )  # fmt: skip


def places(*where: tuple[int, float]) -> Snapped:
    link, fraction = (np.array(v) for v in zip(*where, strict=True))
    nothing = np.zeros(len(where))
    return Snapped(link=link, fraction=fraction, metres=nothing, x=nothing, y=nothing)


def plain_seconds(nodes, links, start, goal) -> float:
    """Search a network in which every link is cut at both places."""
    arcs: dict[object, list[tuple[object, float]]] = {}
    for k, link in enumerate(links):
        seconds = max(1, round(link.length_m * 3600 / link.speed_kmh)) / 1000
        inner = [(f, name) for name, (at, f) in (("start", start), ("goal", goal)) if at == k]
        stops = [(0.0, link.a), *sorted(inner), (1.0, link.b)]
        for (f, a), (g, b) in itertools.pairwise(stops):
            arcs.setdefault(a, []).append((b, (g - f) * seconds))
            if not link.oneway or g == f:  # at a node: no way, so open both ways
                arcs.setdefault(b, []).append((a, (g - f) * seconds))
    best, heap, count = {}, [(0.0, 0, "start")], 1
    while heap:
        seconds, _, at = heapq.heappop(heap)
        if at in best:
            continue
        best[at] = seconds
        for to, more in arcs.get(at, []):
            heapq.heappush(heap, (seconds + more, count, to))
            count += 1
    return best.get("goal", INFINITY)


@st.composite
def cases(draw):
    nodes = draw(st.integers(2, 6))
    node = st.integers(0, nodes - 1)
    ends = st.tuples(node, node).filter(lambda pair: pair[0] != pair[1])
    links = [
        Link(a, b, length_m=metres, oneway=oneway)
        for (a, b), metres, oneway in draw(
            st.lists(st.tuples(ends, st.integers(100, 5000), st.booleans()), min_size=1, max_size=9)
        )
    ]
    place = st.tuples(st.integers(0, len(links) - 1), st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]))
    return nodes, links, draw(st.lists(place, min_size=1, max_size=3)), draw(place)


@given(cases())
def test_ways_between_places_are_those_of_a_network_cut_there(case):
    nodes, links, sites, point = case
    there = Reach(region(nodes, links), Driving(), places(*sites), towards=False)
    back = Reach(region(nodes, links), Driving(), places(*sites), towards=True)
    for k, site in enumerate(sites):
        if site[0] == point[0] and site[1] == point[1]:
            continue  # the same place: 0, whatever the cut says
        # Parts of links next to a site are rounded to whole milliseconds.
        assert there.seconds(places(point))[k, 0] == pytest.approx(
            plain_seconds(nodes, links, site, point), abs=0.0021
        )
        assert back.seconds(places(point))[k, 0] == pytest.approx(
            plain_seconds(nodes, links, point, site), abs=0.0021
        )


def test_a_place_is_no_way_from_itself():
    links = [Link(0, 1), Link(1, 2, oneway=True)]
    for site in ((0, 0.3), (1, 0.6), (1, 0.0)):
        for towards in (False, True):
            reach = Reach(region(3, links), Driving(), places(site), towards=towards)
            assert reach.seconds(places(site)).tolist() == [[0.0]]


def test_a_closed_way_stays_closed_at_its_end():
    links = [Link(0, 1, oneway=True)]
    reach = Reach(region(2, links), Driving(), places((0, 0.5)), towards=False)
    assert reach.seconds(places((0, 0.0), (0, 1.0)))[0].tolist() == [INFINITY, 30.0]


@pytest.mark.parametrize("towards", [True, False])
@pytest.mark.parametrize(
    "closed",
    [
        Link(0, 1, crossing_min=5.0, departures=(0.0, 0.0, 0.0)),  # a ferry that does not run
        Link(0, 1, oneway=True),
    ],
)
def test_who_is_at_the_end_of_a_link_is_at_its_node(closed, towards):
    roads = region(4, [Link(3, 0), closed, Link(1, 2)])
    for end, road in ((0.0, 0), (1.0, 2)):
        reach = Reach(roads, Driving(), places((road, 0.5)), towards=towards)
        assert reach.seconds(places((1, end)))[0].tolist() == [30.0]
        reach = Reach(roads, Driving(), places((1, end)), towards=towards)
        assert reach.seconds(places((road, 0.5)))[0] == pytest.approx([30.0], abs=0.0011)


def test_blocks_of_sites_give_the_same(monkeypatch):
    links = [Link(k, k + 1, length_m=500 + 100 * k) for k in range(5)]
    sites, points = places(*((k, 0.5) for k in range(5))), places((0, 0.1), (4, 0.7))
    whole = Reach(region(6, links), Driving(), sites).seconds(points)
    monkeypatch.setattr("emergency_sim.network.reach.ROWS_AT_ONCE", 1)
    assert (Reach(region(6, links), Driving(), sites).seconds(points) == whole).all()


# ------------------------------------------------------------------ joining to roads


def test_points_are_joined_to_the_nearest_road_not_to_the_nearest_node():
    roads = region(3, [Link(0, 1), Link(1, 2)], xy=[(0, 0), (1000, 0), (1000, 1000)])
    found = snap(roads, np.array([250.0, 1200.0]), np.array([100.0, 500.0]))
    assert found.link.tolist() == [0, 1]
    assert found.fraction.tolist() == [0.25, 0.5]
    assert found.metres.tolist() == [100.0, 200.0]
    assert found.x.tolist() == [250.0, 1000.0]
    assert found.y.tolist() == [0.0, 500.0]
    assert found.access_seconds() == pytest.approx([100 * 1.3 / 40 * 3.6, 200 * 1.3 / 40 * 3.6])


def test_nobody_lives_on_a_ferry_or_on_a_road_that_is_not_open():
    ferry = Link(0, 1, crossing_min=5.0, departures=(1.0, 1.0, 1.0))
    roads = region(3, [ferry, Link(1, 2)], xy=[(0, 0), (1000, 0), (2000, 0)])
    assert snap(roads, np.array([100.0]), np.array([0.0])).link.tolist() == [1]
    with pytest.raises(ValueError, match="no road"):
        snap(region(2, [ferry]), np.array([100.0]), np.array([0.0]))


def test_a_street_behind_a_gate_is_nobodys_but_an_island_is_its_own():
    # 0 - 1 - 2 | gate | 3 - 4, and 5 - 6 on an island that a ferry from 2 reaches, or none does.
    ferry = Link(2, 5, crossing_min=5.0, departures=(0.0, 0.0, 0.0))
    links = [Link(0, 1), Link(1, 2), Link(2, 3, length_m=0.0), Link(3, 4), Link(5, 6)]
    xy = [(0, 0), (1000, 0), (2000, 0), (2000, 0), (3000, 0), (5000, 0), (6000, 0)]
    x, y = np.array([2900.0, 5900.0]), np.zeros(2)
    for some in (links, [*links, ferry]):
        roads = region(7, some, xy=xy)
        access = np.where(roads.network.link == 2, 3, 0).astype(np.int8)
        roads = dataclasses.replace(
            roads, network=dataclasses.replace(roads.network, access=access), _search={}
        )
        assert snap(roads, x, y).link.tolist() == [1, 4]
        assert snap(roads, x, y, Driving(keys=True)).link.tolist() == [3, 4]
        assert [roads.nearest_node(at, 0.0)[0] for at in x] == [2, 6]


def test_nobody_is_joined_to_a_tunnel_or_a_motorway():
    roads = region(
        4, [Link(0, 1), Link(1, 2), Link(2, 3)], xy=[(0, 0), (1000, 0), (2000, 0), (3000, 0)]
    )
    at = np.array([500.0, 1500.0]), np.array([100.0, 100.0])
    assert snap(roads, *at).link.tolist() == [0, 1]
    tunnel = replace(roads.network, link_tunnel=np.array([True, False, False]))
    found = snap(replace(roads, network=tunnel, _search={}), *at)
    assert found.link.tolist() == [1, 1]
    assert found.fraction.tolist() == [0.0, 0.5]
    motorway = replace(
        roads.network, classes=("primary", "motorway"), highway=np.array([1, 1, 0, 1, 1, 0])
    )
    assert snap(replace(roads, network=motorway, _search={}), *at).link.tolist() == [2, 2]
