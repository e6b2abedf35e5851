"""Travel times against a plain search, ferries by the rules, and positions that keep their word."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.domain.errors import NotPossibleError
from emergency_sim.domain.travel import NO_WAY, FerryLeg, Position
from emergency_sim.network import Graph, MatrixTravelTimes, RoadTravelTimes
from tests.network.small_networks import (
    PROFILES,
    Link,
    driving,
    link_ms,
    network,
    plain_dijkstra,
    small_networks,
)

INFINITY = float("inf")
FERRY = Link(1, 2, 5000, crossing_min=10, departures=(2, 1, 0), callout_min=20)
CHAIN = [Link(0, 1, 1000, 60), FERRY, Link(2, 3, 2000, 60)]
"""A minute of road, a ferry of 10 min with half headways 15, 30 and none, two minutes of road."""


def chain(ferry_class: int = 0, *, factor: float = 1.0, ambulance: bool = False) -> RoadTravelTimes:
    return RoadTravelTimes(network(4, CHAIN), driving(factor, ferry_class, ambulance=ambulance))


settings = st.tuples(st.sampled_from(PROFILES), st.integers(0, 2))


# ------------------------------------------------------------------ times


@given(small_networks(), settings)
def test_equal_to_a_plain_search(drawn, chosen):
    nodes, links = drawn
    (factor, ambulance), ferry_class = chosen
    times = RoadTravelTimes(
        network(nodes, links), driving(factor, ferry_class, ambulance=ambulance)
    )
    expected = [
        plain_dijkstra(nodes, links, i, factor, ferry_class, ambulance) for i in range(nodes)
    ]
    assert times.rows(range(nodes)).tolist() == expected
    assert [[times.between(i, j) for j in range(nodes)] for i in range(nodes)] == expected


def test_the_table_of_all_pairs_is_that_of_single_searches():
    """Some ways are one-way and some places have no way: rows are sources, columns targets."""
    links = [Link(0, 1), Link(1, 2, oneway=True), Link(2, 3), Link(4, 0, oneway=True)]
    places = [3, 0, 4, 2, 5]
    table = RoadTravelTimes(network(6, links)).among(places)
    assert table is not None
    assert table.dtype == np.int32
    single = RoadTravelTimes(network(6, links))
    expected = [[single.between(i, j) for j in places] for i in places]
    np.testing.assert_array_equal(np.where(table == NO_WAY, INFINITY, table / 1000), expected)
    np.testing.assert_array_equal(table, single.matrix(places, places))
    assert np.isinf(expected).any()
    assert table[1, 0] != table[0, 1]


@given(small_networks(), st.lists(st.integers(0, 6), max_size=4))
def test_nearest_is_the_first_of_the_smallest(drawn, sources):
    nodes, links = drawn
    sources = [k % nodes for k in sources]
    seconds, position = RoadTravelTimes(network(nodes, links)).nearest(sources)
    rows = [plain_dijkstra(nodes, links, k) for k in sources]
    for node in range(nodes):
        to_node = [row[node] for row in rows]
        best = min(to_node, default=INFINITY)
        assert seconds[node] == best
        assert position[node] == (to_node.index(best) if best < INFINITY else -1)


@given(small_networks(), settings)
def test_a_path_takes_what_it_is_said_to_take(drawn, chosen):
    nodes, links = drawn
    (factor, ambulance), ferry_class = chosen
    roads = network(nodes, links)
    times = RoadTravelTimes(roads, driving(factor, ferry_class, ambulance=ambulance))
    km = times.kilometres(range(nodes))
    assert (np.isfinite(km) == np.isfinite(times.rows(range(nodes)))).all()
    for i in range(nodes):
        assert times.path(i, i) == [i]
        for j in range(nodes):
            path = times.path(i, j)
            if times.between(i, j) == INFINITY:
                assert path == []
                assert times.ferries(i, j) == ()
                continue
            assert (path[0], path[-1]) == (i, j)
            steps = [
                quickest_links(links, a, b, factor, ferry_class, ambulance)
                for a, b in itertools.pairwise(path)
            ]
            assert sum(ms for ms, _ in steps) == round(times.between(i, j) * 1000)
            if all(len(equal) == 1 for _, equal in steps):
                taken = [equal[0] for _, equal in steps]
                assert [leg.crossing_s for leg in times.ferries(i, j)] == [
                    link.crossing_min * 60 for link in taken if link.ferry
                ]
                assert km[i, j] == pytest.approx(
                    sum(link.crossing_min if link.ferry else link.length_m / 1000 for link in taken)
                )


def quickest_links(links, a, b, factor, ferry_class, ambulance) -> tuple[int, list[Link]]:
    """Return the fewest milliseconds of a link from a to b, and the links that take so many."""
    ms = {
        link: took
        for link in links
        if (link.a, link.b) == (a, b) or ((link.b, link.a) == (a, b) and not link.oneway)
        if (took := link_ms(link, factor, ferry_class, ambulance=ambulance)) is not None
    }
    fewest = min(ms.values())
    return fewest, [link for link, took in ms.items() if took == fewest]


def test_kilometres_are_those_of_the_quickest_way():
    links = [*CHAIN, Link(0, 3, 500, 1.1), Link(0, 1, 400, 10)]
    times = RoadTravelTimes(network(5, links))
    km = times.kilometres([0, 3, 0])
    assert km[0].tolist() == [0.0, 1.0, 1.0 + 10.0, 0.5, INFINITY]
    assert km[1].tolist() == [0.5, 2.0 + 10.0, 2.0, 0.0, INFINITY]
    assert km[2].tolist() == km[0].tolist()
    assert times.kilometres([]).shape == (0, 5)


def test_kilometres_along_a_long_road():
    links = [Link(k, k + 1, 1000 + k) for k in range(200)]
    km = RoadTravelTimes(network(201, links)).kilometres([0])[0]
    assert km == pytest.approx(np.concatenate(([0], np.cumsum(1000 + np.arange(200.0)) / 1000)))


def test_of_parallel_links_the_quicker_counts():
    links = [Link(0, 1, 1000, 30), Link(0, 1, 1500, 90), Link(0, 1, 1000, 20)]
    times = RoadTravelTimes(network(2, links))
    assert times.between(0, 1) == 60.0
    assert times.kilometres([0])[0, 1] == 1.5


def test_a_link_of_no_length_still_connects():
    times = RoadTravelTimes(network(3, [Link(0, 1, 0), Link(1, 2, 1000)]))
    assert times.between(0, 2) == 60.001
    assert times.path(0, 2) == [0, 1, 2]


def test_one_way_roads():
    times = RoadTravelTimes(network(2, [Link(0, 1, oneway=True)]))
    assert times.between(0, 1) == 60.0
    assert times.between(1, 0) == INFINITY


def test_the_factor_is_on_roads_and_not_on_ferries():
    assert chain().between(0, 3) == 60 + 900 + 600 + 120
    assert chain(factor=0.5).between(0, 3) == 30 + 900 + 600 + 60


def test_rows_are_not_changed_by_their_readers():
    times = chain()
    rows = times.rows([0, 0])
    rows[:] = 0
    assert times.between(0, 1) == 60.0
    assert times.rows([]).shape == (0, 4)


# ------------------------------------------------------------------ ferries


def test_a_closed_ferry_opens_only_to_an_ambulance_that_calls_it_out():
    assert chain(ferry_class=0).between(1, 2) == 900 + 600
    assert chain(ferry_class=1).between(1, 2) == 1800 + 600
    assert chain(ferry_class=2).between(1, 2) == INFINITY
    assert chain(ferry_class=2).path(0, 3) == []
    assert chain(ferry_class=2, ambulance=True).between(1, 2) == 1200 + 600
    unmarked = network(4, [CHAIN[0], FERRY._replace(callout_min=None), CHAIN[2]])
    assert RoadTravelTimes(unmarked, driving(1.0, 2, ambulance=True)).between(1, 2) == INFINITY


def test_calling_out_only_where_it_is_quicker_and_only_at_night():
    rare = network(4, [CHAIN[0], FERRY._replace(departures=(0.5, 0.5, 0.5))])
    often = network(4, [CHAIN[0], FERRY._replace(departures=(2, 2, 2))])
    waits = {
        (name, ferry_class): RoadTravelTimes(
            roads, driving(1.0, ferry_class, ambulance=True)
        ).ferries(1, 2)[0].headway_s
        for name, roads in (("rare", rare), ("often", often))
        for ferry_class in (0, 2)
    }  # fmt: skip
    assert waits == {
        ("rare", 0): 7200.0,
        ("rare", 2): 2400.0,
        ("often", 0): 1800.0,
        ("often", 2): 1800.0,
    }


def test_the_ferries_of_a_path():
    assert chain().ferries(0, 3) == (FerryLeg(headway_s=1800, crossing_s=600),)
    assert chain(ferry_class=2, ambulance=True).ferries(3, 1) == (
        FerryLeg(headway_s=2400, crossing_s=600),
    )
    assert chain().ferries(0, 1) == ()


def test_a_ferry_can_be_taken_away():
    roads = network(4, CHAIN)
    for name in ("ferry 1", "l1"):
        closed = roads.without_ferries([name])
        for ferry_class in range(3):
            times = RoadTravelTimes(closed, driving(1.0, ferry_class, ambulance=True))
            assert times.between(1, 2) == INFINITY
            assert times.between(0, 1) == 60.0
    with pytest.raises(ValueError, match="did you mean 'ferry 1'"):
        roads.without_ferries(["fery 1"])
    with pytest.raises(ValueError, match="no ferry"):
        roads.without_ferries(["l0"])


# ------------------------------------------------------------------ positions


@given(small_networks(), settings, st.data())
def test_going_on_takes_what_is_left(drawn, chosen, data):
    nodes, links = drawn
    (factor, ambulance), ferry_class = chosen
    times = RoadTravelTimes(
        network(nodes, links), driving(factor, ferry_class, ambulance=ambulance)
    )
    i, j, x = (data.draw(st.integers(0, nodes - 1)) for _ in range(3))
    whole = times.between(i, j)
    if whole == INFINITY:
        with pytest.raises(ValueError, match="no way"):
            times.position(i, j, 1.0)
        return
    t = whole * data.draw(st.floats(0, 1))
    position = times.position(i, j, t)
    assert times.from_position(position, j) == pytest.approx(whole - t, abs=1e-6)
    # Driving somewhere first is never quicker than going there at once.
    assert t + times.from_position(position, x) >= times.between(i, x) - 1e-6
    assert position.elapsed_s >= 0
    assert position.remaining_s >= 0
    # Real speeds: after the real duration the unit is there, and before it is not.
    road_factor = data.draw(st.sampled_from([0.5, 1.0, 1.7]))
    legs = times.ferries(i, j)
    waits = [leg.headway_s * data.draw(st.floats(0, 1)) for leg in legs]
    on_ferries = sum(leg.crossing_s + leg.headway_s / 2 for leg in legs)
    real = (whole - on_ferries) * road_factor + sum(leg.crossing_s for leg in legs) + sum(waits)
    there = times.position(i, j, real + 1e-6, road_factor=road_factor, waits=waits)
    assert (there.tail, there.head, there.remaining_s) == (j, j, 0.0)
    if real > 1:
        before = times.position(i, j, real - 0.5, road_factor=road_factor, waits=waits)
        assert times.from_position(before, j) > 0


def test_positions_along_a_way_with_a_ferry():
    times = chain()
    real = {"road_factor": 2.0, "waits": (300.0,)}
    assert times.position(0, 3, 30, **real) == Position(
        tail=0, head=1, elapsed_s=15, remaining_s=45
    )
    # At the quay after 120 s; it sails at 420 s, lands at 1020 s.
    assert times.position(0, 3, 220, **real) == Position(
        tail=1, head=2, elapsed_s=0, remaining_s=800
    )
    assert times.position(0, 3, 520, **real) == Position(
        tail=1, head=2, elapsed_s=100, remaining_s=500, reversible=False
    )
    assert times.position(0, 3, 1020, **real) == Position(
        tail=2, head=3, elapsed_s=0, remaining_s=120
    )
    assert times.position(0, 3, 1220, **real) == Position(
        tail=2, head=3, elapsed_s=100, remaining_s=20
    )
    assert times.position(0, 3, 9999, **real) == Position(
        tail=3, head=3, elapsed_s=0, remaining_s=0
    )


def test_a_unit_on_a_ferry_cannot_turn():
    times = chain()
    waiting = times.position(0, 3, 60 + 899)
    on_board = times.position(0, 3, 60 + 901)
    assert times.from_position(waiting, 0) == pytest.approx(60)
    assert times.from_position(on_board, 0) == pytest.approx(599 + 1500 + 60)


def test_a_unit_on_a_road_turns_where_it_is():
    times = chain()
    position = times.position(0, 1, 20)
    assert times.from_position(position, 0) == pytest.approx(20)
    assert times.from_position(position, 1) == pytest.approx(40)


def test_the_way_back_has_its_own_speed():
    links = [Link(0, 1, 1000, 60, oneway=True), Link(1, 0, 1000, 30, oneway=True)]
    times = RoadTravelTimes(network(2, links))
    assert times.from_position(times.position(0, 1, 15), 0) == pytest.approx(30)


def test_on_a_one_way_road_the_way_back_is_the_way_round():
    links = [Link(0, 1, 1000, 60, oneway=True), Link(1, 2, oneway=True), Link(2, 0, oneway=True)]
    times = RoadTravelTimes(network(3, links))
    assert times.from_position(times.position(0, 1, 15), 0) == pytest.approx(45 + 120)
    dead_end = RoadTravelTimes(network(2, links[:1]))
    assert dead_end.from_position(dead_end.position(0, 1, 15), 0) == INFINITY
    assert dead_end.from_position(dead_end.position(0, 1, 15), 1) == pytest.approx(45)


def test_turning_on_a_one_way_road_is_no_leap_aboard_a_ferry():
    links = [Link(0, 1, 1000, 60, oneway=True), FERRY._replace(a=0, b=1)]
    times = RoadTravelTimes(network(2, links))
    assert times.from_position(times.position(0, 1, 15), 0) == pytest.approx(45 + 900 + 600)


def test_positions_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match="1 ferries, not 2"):
        chain().position(0, 3, 1, waits=(1.0, 2.0))
    with pytest.raises(ValueError, match="road_factor"):
        chain().position(0, 3, 1, road_factor=0.0)


# ------------------------------------------------------------------ whole milliseconds


def test_floats_and_too_long_times_are_refused():
    ends = np.array([0]), np.array([1])
    with pytest.raises(TypeError, match="whole milliseconds"):
        Graph(2, *ends, np.array([1.0]))
    with pytest.raises(ValueError, match="at least 1 ms"):
        Graph(2, *ends, np.array([0]))
    with pytest.raises(NotPossibleError, match="25 days"):
        Graph(2, *ends, np.array([2**31 - 1]))
    assert Graph(2, *ends, np.array([2**31 - 2])).distances([0])[0, 1] == 2**31 - 2
    half = np.array([2**30])
    both = Graph(3, np.array([0, 1]), np.array([1, 2]), np.repeat(half, 2))
    for search in (both.distances, both.nearest):
        with pytest.raises(NotPossibleError, match="25 days"):
            search([0])
    roads = network(4, CHAIN)
    with pytest.raises(TypeError, match="crossing_ms"):
        type(roads)(
            **{name: getattr(roads, name) for name in roads.__slots__ if name != "crossing_ms"},
            crossing_ms=roads.crossing_ms / 1.0,
        )


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), INFINITY])
def test_only_positive_factors(factor):
    with pytest.raises(ValueError, match="factor"):
        chain(factor=factor)
    with pytest.raises(ValueError, match="factor"):
        MatrixTravelTimes(np.zeros((1, 1)), factor=factor)


# ------------------------------------------------------------------ matrix


@given(small_networks(), settings, st.data())
def test_a_matrix_of_a_road_network_gives_the_same_times(drawn, chosen, data):
    nodes, links = drawn
    (factor, ambulance), ferry_class = chosen
    roads = RoadTravelTimes(
        network(nodes, links), driving(factor, ferry_class, ambulance=ambulance)
    )
    matrix = MatrixTravelTimes(roads.rows(range(nodes)))
    sources = data.draw(st.lists(st.integers(0, nodes - 1), max_size=4))
    assert np.array_equal(matrix.rows(sources), roads.rows(sources))
    for ours, theirs in zip(matrix.nearest(sources), roads.nearest(sources), strict=True):
        assert np.array_equal(ours, theirs)
    i, j, x = (data.draw(st.integers(0, nodes - 1)) for _ in range(3))
    assert matrix.between(i, j) == roads.between(i, j)
    assert bool(matrix.path(i, j)) == bool(roads.path(i, j))
    if matrix.between(i, j) < INFINITY:
        t = matrix.between(i, j) * data.draw(st.floats(0, 1))
        position = matrix.position(i, j, t)
        assert matrix.from_position(position, j) == pytest.approx(roads.between(i, j) - t, abs=1e-6)
        assert matrix.from_position(position, x) == pytest.approx(
            min(t + roads.between(i, x), roads.between(i, j) - t + roads.between(j, x)), abs=1e-6
        )


def test_a_unit_between_two_points_of_a_matrix():
    times = MatrixTravelTimes(np.array([[0, 100, 30], [80, 0, 50], [20, 60, 0.0]]))
    position = times.position(0, 1, 40, road_factor=2.0)
    assert position == Position(tail=0, head=1, elapsed_s=20, remaining_s=80)
    assert times.from_position(position, 2) == min(20 + 30, 80 + 50)
    assert times.from_position(position, 1) == 80
    assert times.from_position(times.position(0, 1, 90), 2) == 60
    assert times.path(0, 1) == [0, 1]
    assert times.path(1, 1) == [1]
    assert times.ferries(0, 1) == ()
    assert times.kilometres([0]).tolist() == [[0, 100 / 60, 0.5]]
    with pytest.raises(ValueError, match="ferries"):
        times.position(0, 1, 1, waits=(1.0,))


def test_seconds_of_a_matrix_become_whole_milliseconds():
    times = MatrixTravelTimes(np.array([[0, 1.23449], [INFINITY, 5]]), factor=2.0)
    assert times.rows([0, 1]).tolist() == [[0, 2.469], [INFINITY, 10]]
    with pytest.raises(ValueError, match="no way"):
        times.position(1, 0, 1)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [([[0, -1], [1, 0]], "negative"), ([[0, np.nan], [1, 0]], "NaN"), ([[0, 1]], "square")],
)
def test_what_is_no_matrix_of_travel_times(matrix, message):
    with pytest.raises(ValueError, match=message):
        MatrixTravelTimes(np.array(matrix, dtype=float))


def test_a_matrix_with_too_long_times():
    with pytest.raises(NotPossibleError, match="25 days"):
        MatrixTravelTimes(np.array([[0, 2147483.647], [1, 0]]))


# ------------------------------------------------------------------ speed


def test_a_county_in_two_seconds():
    """500 places among 1,500 nodes, three profiles, three ferry classes; CPU seconds."""
    side = 38
    grid = np.arange(side * side).reshape(side, side)
    pairs = [
        *zip(grid[:, :-1].ravel(), grid[:, 1:].ravel(), strict=True),
        *zip(grid[:-1].ravel(), grid[1:].ravel(), strict=True),
    ]
    links = [Link(int(a), int(b), 500 + (37 * k) % 1000) for k, (a, b) in enumerate(pairs)]
    roads = network(side * side, links)
    RoadTravelTimes(roads).rows([0])  # loads scipy
    begun = time.process_time()
    for factor, ambulance in PROFILES:
        for ferry_class in range(3):
            times = RoadTravelTimes(roads, driving(factor, ferry_class, ambulance=ambulance))
            assert times.rows(range(500)).shape == (500, side * side)
    assert time.process_time() - begun < 2.0
