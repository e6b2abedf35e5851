"""What is kept of travel times is bounded, changes nothing, and is the same whichever the engine."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.domain.travel import NO_WAY
from emergency_sim.network import MatrixTravelTimes, RoadTravelTimes
from emergency_sim.network.paths import orders
from emergency_sim.network.paths.columns import Columns
from emergency_sim.network.paths.engines import ENGINES, make_engine
from tests.network.small_networks import Link, network, plain_dijkstra, small_networks

INFINITY = float("inf")


def everything(times, nodes):
    """Return all that can be asked about the ways of a small network."""
    everybody = range(nodes)
    found = [times.rows(everybody).tolist(), times.kilometres(everybody).tolist()]
    for i, j in itertools.product(everybody, everybody):
        path = times.path(i, j)
        found += [times.between(i, j), path, times.ferries(i, j)]
        if path:
            found += [times.position(i, j, times.between(i, j) * part) for part in (0, 0.3, 0.8, 1)]
    for towards in (False, True):
        found += [part.tolist() for part in times.nearest(everybody, towards=towards)]
    return found


@given(small_networks())
def test_neither_the_engine_nor_what_is_kept_changes_anything(drawn):
    nodes, links = drawn
    roads = network(nodes, links)
    expected = everything(RoadTravelTimes(roads), nodes)
    assert everything(RoadTravelTimes(roads, engine="fast"), nodes) == expected
    assert everything(RoadTravelTimes(roads, keep_bytes=0), nodes) == expected
    assert everything(RoadTravelTimes(roads, keep_bytes=60), nodes) == expected


@given(small_networks(), st.data())
def test_targets_are_columns_of_the_rows(drawn, data):
    nodes, links = drawn
    some = st.lists(st.integers(0, nodes - 1), max_size=9)
    sources, targets = data.draw(some), data.draw(some)
    times = RoadTravelTimes(network(nodes, links))
    rows, km = times.rows(sources), times.kilometres(sources)
    assert rows.shape == (len(sources), nodes)
    assert times.rows(sources, targets).tolist() == rows[:, targets].tolist()
    assert times.kilometres(sources, targets).tolist() == km[:, targets].tolist()
    ms = times.matrix(sources, targets)
    assert ms.shape == (len(sources), len(targets))
    assert np.where(ms == NO_WAY, INFINITY, ms / 1000).tolist() == rows[:, targets].tolist()


@given(small_networks(), st.lists(st.integers(0, 6), max_size=4))
def test_the_nearest_to_drive_to(drawn, sites):
    nodes, links = drawn
    sites = [k % nodes for k in sites]
    seconds, position = RoadTravelTimes(network(nodes, links)).nearest(sites, towards=True)
    matrix = np.array([plain_dijkstra(nodes, links, k) for k in range(nodes)])
    of_matrix = MatrixTravelTimes(matrix).nearest(sites, towards=True)
    for node in range(nodes):
        each = [matrix[node, k] for k in sites]
        best = min(each, default=INFINITY)
        assert seconds[node] == of_matrix[0][node] == best
        expected = each.index(best) if best < INFINITY else -1
        assert position[node] == of_matrix[1][node] == expected


def test_a_one_way_road_is_near_one_way_only():
    times = RoadTravelTimes(network(2, [Link(0, 1, oneway=True)]))
    assert times.nearest([0])[0].tolist() == [0, 60]
    assert times.nearest([0], towards=True)[0].tolist() == [0, INFINITY]


def ring(nodes, **options):
    """Return times on a ring of roads, and how often its engine searches."""
    times = RoadTravelTimes(
        network(nodes, [Link(k, (k + 1) % nodes) for k in range(nodes)]), **options
    )
    asked = []
    search = times.engine.distances

    class Counting:
        def __getattr__(self, name):
            return getattr(times.engine, name)

        def distances(self, sources, *, towards=False):
            asked.extend(sources)
            return search(sources, towards=towards)

    times._columns._engine = Counting()
    return times, asked


def test_from_anywhere_to_one_place_is_one_search():
    times, asked = ring(50)
    for i in range(50):
        position = times.position(i, 7, 30.0)
        times.from_position(position, 7)
        times.ferries(position.head, 7)
        times.path(position.head, 7)
    assert asked == [7]


def test_memory_is_bounded_and_the_oldest_goes():
    per_column = 50 * 5.125
    times, asked = ring(50, keep_bytes=int(4 * per_column * 8 / 7) + 1)
    for j in range(10):
        times.between(0, j)
    assert list(times._kept) == [6, 7, 8, 9]
    times.between(3, 9)
    assert asked == list(range(10))
    times.between(3, 0)
    assert asked[-1] == 0
    assert list(times._kept) == [7, 8, 9, 0]
    assert times.rows(range(50)).shape == (50, 50)
    assert len(times._rows) == 1
    bytes_kept = sum(column.ms.nbytes for column in times._kept.values())
    assert bytes_kept == 4 * 50 * 4
    assert all(column.ms.base is None for column in times._kept.values())  # no larger array behind


def test_a_row_or_column_asked_for_twice_at_once():
    times, asked = ring(6)
    expected = [[60.0, 60.0], [120.0, 120.0], [60.0, 60.0]]
    assert times.rows([0, 3, 0], [1, 1]).tolist() == expected
    assert asked == [1]
    assert times.rows([0, 0]).tolist()[0] == times.rows([0]).tolist()[0]


def test_few_routes_are_remembered(monkeypatch):
    monkeypatch.setattr("emergency_sim.network.travel_times.ROUTE_NODES_KEPT", 100)
    times, _ = ring(50)
    for j in range(50):
        assert len(times.path(0, j)) == 1 + min(j, 50 - j)
        assert sum(len(route.nodes) for route in times._routes.values()) <= 100
        assert times._route_nodes == sum(len(route.nodes) for route in times._routes.values())


def test_a_town_square_with_many_streets():
    """A node of 300 arcs: which of them is taken does not fit into eight bits."""
    arcs = np.array([(0, k, 1000 + k) for k in range(1, 301)] + [(k, 0, 5) for k in range(1, 301)])
    engine = make_engine("scipy", 301, *arcs.T)
    columns = Columns(engine, np.zeros(600, dtype=bool), 10**6)
    for j in (1, 255, 256, 300):
        way = columns.towards(j).arcs(7 if j != 7 else 8)
        assert [engine.head[arc] for arc in way] == [0, j]


def test_of_equally_quick_ways_the_one_by_the_lowest_node():
    links = [Link(0, 2), Link(2, 3), Link(0, 1), Link(1, 3)]
    for engine in ENGINES:
        assert RoadTravelTimes(network(4, links), engine=engine).path(0, 3) == [0, 1, 3]


def test_matrices_lie_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(orders, "_kept", {})  # an example of another test may be the same graph
    roads = network(3, [Link(0, 1), Link(1, 2)])
    for engine in ENGINES:
        matrix = RoadTravelTimes(roads, engine=engine, cache=tmp_path).matrix([0, 1], [2])
        assert matrix.tolist() == [[120_000], [60_000]]
        assert isinstance(matrix, np.memmap)
    assert len(list(tmp_path.glob("matrix-*.npy"))) == 1
    assert len(list(tmp_path.glob("order-*"))) == 1


@pytest.mark.parametrize("node", [-1, 3])
def test_nodes_that_are_not_there(node):
    times = RoadTravelTimes(network(3, [Link(0, 1), Link(1, 2)]))
    for ask in (
        lambda: times.between(0, node),
        lambda: times.rows([node]),
        lambda: times.rows([0], [1, node]),
        lambda: times.rows([0, node], [1]),
        lambda: times.kilometres([node], [0]),
    ):
        with pytest.raises(IndexError):
            ask()
