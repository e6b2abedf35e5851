"""Both engines are one: the same milliseconds, the same refusals, on any graph."""

from __future__ import annotations

import heapq
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.domain.errors import NotPossibleError
from emergency_sim.domain.travel import NO_WAY
from emergency_sim.network.paths.engines import ENGINES, make_engine
from emergency_sim.network.paths.shortest_paths import BATCH_BYTES, LONGEST_MS

INFINITY = float("inf")
both = pytest.mark.parametrize("name", ENGINES)


def engine(name, nodes, arcs, **options):
    """Return an engine on arcs (tail, head, ms)."""
    columns = np.array(arcs, dtype=np.int64).reshape(-1, 3).T
    return make_engine(name, nodes, *columns, **options)


@st.composite
def graphs(draw):
    """Return (nodes, arcs): parallel arcs, arcs from a node to itself, nodes nobody reaches."""
    nodes = draw(st.integers(1, 9))
    node = st.integers(0, nodes - 1)
    ms = st.one_of(st.integers(1, 9), st.integers(1, 10**8))  # few numbers: many ties
    return nodes, draw(st.lists(st.tuples(node, node, ms), max_size=24))


def plain(nodes, arcs, source):
    """Return milliseconds from one node to every node, the way textbooks do it."""
    best, heap = {}, [(0, source)]
    while heap:
        ms, node = heapq.heappop(heap)
        if node not in best:
            best[node] = ms
            for tail, head, more in arcs:
                if tail == node:
                    heapq.heappush(heap, (ms + more, head))
    return [best.get(k, INFINITY) for k in range(nodes)]


def finite(matrix):
    """Return a matrix of int32 as floats."""
    assert matrix.dtype == np.int32
    return np.where(matrix == NO_WAY, INFINITY, matrix).tolist()


@both
@given(graphs(), st.data())
def test_times_are_those_of_a_plain_search(name, drawn, data):
    nodes, arcs = drawn
    some = st.lists(st.integers(0, nodes - 1), max_size=12)
    sources, targets = data.draw(some), data.draw(some)
    search = engine(name, nodes, arcs)
    expected = [plain(nodes, arcs, k) for k in range(nodes)]
    assert search.distances(range(nodes)).tolist() == expected
    assert search.distances(range(nodes), towards=True).T.tolist() == expected
    assert finite(search.matrix(sources, targets)) == [
        [expected[i][j] for j in targets] for i in sources
    ]
    assert search.matrix(sources, targets).shape == (len(sources), len(targets))
    for i in range(nodes):
        for j in range(nodes):
            ms = search.between(i, j)
            assert (ms if ms != NO_WAY else INFINITY) == expected[i][j]


@both
@given(graphs())
def test_a_path_takes_what_it_is_said_to_take(name, drawn):
    nodes, arcs = drawn
    search = engine(name, nodes, arcs)
    for i in range(nodes):
        expected = plain(nodes, arcs, i)
        for j in range(nodes):
            path = search.path(i, j)
            if expected[j] == INFINITY:
                assert path == []
                continue
            assert (path[0], path[-1]) == (i, j)
            at, there = search.arcs_between(np.array(path[:-1], int), np.array(path[1:], int))
            assert np.all(there)
            assert search.ms[at].sum() == expected[j]


@both
@given(graphs(), st.data())
def test_the_nearest_is_the_first_of_the_smallest_both_ways(name, drawn, data):
    nodes, arcs = drawn
    sources = data.draw(st.lists(st.integers(0, nodes - 1), max_size=6))
    search = engine(name, nodes, arcs)
    matrix = np.array([plain(nodes, arcs, k) for k in range(nodes)])
    for towards in (False, True):
        ms, position = search.nearest(sources, towards=towards)
        for node in range(nodes):
            each = [matrix[node, k] if towards else matrix[k, node] for k in sources]
            best = min(each, default=INFINITY)
            assert ms[node] == best
            assert position[node] == (each.index(best) if best < INFINITY else -1)


@given(graphs(), st.data())
def test_all_engines_keep_the_same_arcs_and_components(drawn, data):
    nodes, arcs = drawn
    is_open = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(arcs), max_size=len(arcs))), dtype=bool
    )
    one, two = (engine(name, nodes, arcs, is_open=is_open) for name in ENGINES)
    assert one.arc.tolist() == two.arc.tolist()
    assert one.ms.tolist() == two.ms.tolist()
    assert one.components().tolist() == two.components().tolist()
    assert one.trees(range(nodes)).tolist() == two.trees(range(nodes)).tolist()
    assert one.digest() == two.digest()
    everybody = range(nodes)
    left = [arc for arc, there in zip(arcs, is_open, strict=True) if there]
    expected = engine("scipy", nodes, left).matrix(everybody, everybody)
    for search in (one, two):
        assert search.matrix(everybody, everybody).tolist() == expected.tolist()
    starts, heads = one.leaving()
    tails = np.repeat(np.arange(nodes), np.diff(starts))
    assert [arcs[k][:2] for k in one.arc] == list(zip(tails.tolist(), heads.tolist(), strict=True))
    assert one.tail.tolist() == tails.tolist()
    assert one.head.tolist() == heads.tolist()


# ------------------------------------------------------------------ refusals


@both
@pytest.mark.parametrize(
    ("ms", "error", "says"),
    [
        ([1.0], TypeError, "whole milliseconds, not float64"),
        ([0], ValueError, "at least 1 ms"),
        ([-5], ValueError, "at least 1 ms"),
        ([LONGEST_MS], NotPossibleError, "25 days"),
        ([2**32 + 7], NotPossibleError, "25 days"),  # 7 in 32 bits
    ],
)
def test_arcs_that_are_refused(name, ms, error, says):
    with pytest.raises(error, match=says):
        make_engine(name, 2, np.array([0]), np.array([1]), np.array(ms))
    # ... where they are open
    closed = {"is_open": np.array([False])}
    if error is not TypeError:
        shut = make_engine(name, 2, np.array([0]), np.array([1]), np.array(ms), **closed)
        assert shut.between(0, 1) == NO_WAY


@both
def test_the_longest_way_there_may_be(name):
    search = engine(name, 3, [(0, 1, 2**30), (1, 2, 2**30 - 2)])
    assert search.matrix([0], [2]).tolist() == [[LONGEST_MS - 1]]
    assert search.between(0, 2) == LONGEST_MS - 1
    assert search.path(0, 2) == [0, 1, 2]
    assert search.distances([0])[0, 2] == search.nearest([0])[0][2] == LONGEST_MS - 1


@both
@pytest.mark.parametrize("more", [2**30 - 1, 2**30, 2**31 - 2])
def test_a_way_that_is_too_long_is_refused_and_is_not_no_way(name, more):
    arcs = [(0, 1, 2**30), (1, 2, more), (2, 3, more), (3, 4, more), (1, 5, 1), (6, 0, 1)]
    search = engine(name, 7, arcs)
    for ask in (
        lambda: search.matrix([0], [5, 2]),
        lambda: search.matrix([6, 5, 0], [2]),
        lambda: search.matrix([0], [4]),
        lambda: search.between(0, 2),
        lambda: search.path(0, 2),
        lambda: search.distances([0]),
        lambda: search.distances([2], towards=True),
        lambda: search.nearest([0]),
        lambda: search.nearest([2], towards=True),
    ):
        with pytest.raises(NotPossibleError, match="a way takes 25 days or more"):
            ask()
    # What was not asked for is nobody's concern, and no way is no way.
    assert search.matrix([0, 6], [5]).tolist() == [[2**30 + 1], [2**30 + 2]]
    assert search.matrix([5, 4], [6, 0]).tolist() == [[NO_WAY] * 2] * 2
    assert search.between(5, 0) == NO_WAY


@both
@pytest.mark.parametrize("node", [-1, 3])
def test_nodes_that_are_not_in_the_graph(name, node):
    search = engine(name, 3, [(0, 1, 5)])
    for ask in (
        lambda: search.matrix([node], [0]),
        lambda: search.matrix([0], [node]),
        lambda: search.between(0, node),
        lambda: search.between(node, 0),
        lambda: search.path(0, node),
        lambda: search.path(node, 0),
        lambda: search.distances([node]),
        lambda: search.trees([node]),
        lambda: search.nearest([node]),
    ):
        with pytest.raises(IndexError, match="from 0 to 2"):
            ask()


@both
def test_nothing_at_all(name):
    empty = engine(name, 0, [])
    assert empty.matrix([], []).shape == (0, 0)
    assert empty.nearest([])[0].shape == (0,)
    search = engine(name, 3, [])
    assert search.matrix([], [1]).shape == (0, 1)
    assert search.matrix([1], []).shape == (1, 0)
    assert search.matrix([0, 1], [1]).tolist() == [[NO_WAY], [0]]
    assert search.path(0, 1) == []
    assert search.path(2, 2) == [2]


def test_no_such_engine():
    with pytest.raises(ValueError, match="did you mean 'scipy'"):
        engine("scypi", 1, [])


def test_a_missing_extra_is_named_when_it_is_needed_and_not_before():
    code = (
        "import sys; sys.modules['pyroutingkit'] = None\n"
        "import numpy as np\n"
        "from emergency_sim.network.paths.engines import make_engine\n"
        "arcs = 2, np.array([0]), np.array([1]), np.array([5])\n"
        "assert make_engine('scipy', *arcs).between(0, 1) == 5\n"
        "try:\n    make_engine('fast', *arcs)\n"
        "except ModuleNotFoundError as error:\n    print(error.name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "pyroutingkit\n"


# ------------------------------------------------------------------ larger


def grid(side, seed=3):
    """Return arcs of a square of streets with times of their own in each direction."""
    node = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [
            np.stack((node[:, :-1].ravel(), node[:, 1:].ravel()), axis=1),
            np.stack((node[:-1].ravel(), node[1:].ravel()), axis=1),
        ]
    )
    arcs = np.concatenate((pairs, pairs[:, ::-1]))
    ms = np.random.default_rng(seed).integers(1000, 60_000, len(arcs))
    return np.column_stack((arcs, ms))


def test_engines_agree_on_a_town_with_and_without_places():
    arcs, nodes = grid(40), 1600
    y, x = np.divmod(np.arange(nodes), 40)
    some = np.random.default_rng(1).choice(nodes, 60, replace=False)
    expected = engine("scipy", nodes, arcs).matrix(some[:20], some)
    for places in ({}, {"x": x * 100.0, "y": y * 100.0}):
        assert (engine("fast", nodes, arcs, **places).matrix(some[:20], some) == expected).all()


def test_a_matrix_larger_than_a_batch_is_the_same_from_either_side():
    arcs, nodes = grid(64), 4096
    search = engine("scipy", nodes, arcs)
    many = BATCH_BYTES // (8 * nodes) + 3  # more than run at once
    forth = search.matrix(range(many), range(many))
    assert (forth[:, :7] == search.matrix(range(many), range(7))).all()  # searches backwards
    assert (forth[:7] == search.matrix(range(7), range(many))).all()
    assert (forth == search.distances(range(many))[:, :many]).all()


def test_each_thread_has_its_own_metric():
    arcs, nodes = grid(40), 1600
    fast = engine("fast", nodes, arcs)
    expected = engine("scipy", nodes, arcs).matrix(range(40), range(nodes))
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda i: fast.matrix([i], range(nodes))[0], range(40)))
        times = list(pool.map(lambda j: fast.between(0, j), range(nodes)))
    assert (np.array(rows) == expected).all()
    assert times == expected[0].tolist()
