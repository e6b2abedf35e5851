"""Times between the nodes that stay are those of the map before anything was merged."""

from itertools import pairwise

import numpy as np
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from emergency_sim.domain.errors import NotPossibleError
from emergency_sim.network.osm.nodes import read_barrier
from emergency_sim.network.osm.tags import RoadChoice, read_way
from tests.network.osm.drawing import fifty, place, raw, tables

KINDS = (
    {"highway": "primary"},
    {"highway": "primary"},
    {"highway": "primary", "oneway": "yes"},
    {"highway": "primary", "oneway": "-1"},
    {"highway": "primary", "maxspeed:forward": "30"},
    {"highway": "residential", "oneway": "yes", "oneway:bus": "no"},
    {"highway": "residential", "access": "private"},
    {"route": "ferry", "duration": "0:20"},
)
BARRIERS = ({"barrier": "bollard"}, {"barrier": "block"}, {"barrier": "gate"})


@st.composite
def drawings(draw):
    """Draw ways over a grid of four by four nodes, some of them with barriers."""
    nodes = [10 * column + line for column in range(1, 5) for line in range(4)]
    ways = {}
    for way in range(1, draw(st.integers(1, 9)) + 1):
        refs = draw(st.lists(st.sampled_from(nodes), min_size=2, max_size=6))
        refs = [b for a, b in zip([None, *refs], refs, strict=False) if a != b]
        if len(refs) > 1:
            ways[way] = (refs, draw(st.sampled_from(KINDS)))
    barriers = draw(st.dictionaries(st.sampled_from(nodes), st.sampled_from(BARRIERS), max_size=2))
    return ways, barriers


def before_merging(ways, barriers):
    """Return hours between all pairs of states, worked out segment by segment.

    A state is a node, or at a barrier an arm of it: its end of one segment.
    """
    index, arcs = {}, []

    def state(node, arm):
        stops = node in barriers and read_barrier(barriers[node]) is not None
        return index.setdefault((node, arm if stops else None), len(index))

    metres = {
        way: [Geod(ellps="WGS84").inv(*place(a), *place(b))[2] for a, b in pairwise(refs)]
        for way, (refs, _) in ways.items()
    }
    for way, (refs, tags) in ways.items():
        rule = read_way(tags, RoadChoice()).rule
        for k, (a, b) in enumerate(pairwise(refs)):
            ends = state(a, (way, k, 0)), state(b, (way, k, 1))
            for side, (tail, head) in ((rule.forward, ends), (rule.backward, ends[::-1])):
                if side is None:
                    continue
                if rule.highway == "ferry":
                    hours = rule.crossing_min / 60 * metres[way][k] / sum(metres[way])
                else:
                    hours = metres[way][k] / 1000 / (side.limit or 50)
                arcs.append((tail, head, hours))
    for node, tags in barriers.items():
        if read_barrier(tags) == "emergency":
            arms = [number for (at, _), number in index.items() if at == node]
            arcs += [(a, b, 1e-12) for a in arms for b in arms if a != b]
    tail, head, hours = (np.array(part) for part in zip(*arcs, strict=True))
    return index, distances(len(index), tail, head, hours)


def distances(nodes, tail, head, hours):
    order = np.lexsort((hours, head, tail))
    tail, head, hours = tail[order], head[order], hours[order]
    first = np.r_[True, (np.diff(tail) != 0) | (np.diff(head) != 0)]
    arcs = (hours[first], (tail[first], head[first]))
    return dijkstra(coo_array(arcs, shape=(nodes, nodes)).tocsr())


def after_merging(got):
    ferry = np.array([kind == "ferry" for kind in got.highway])
    hours = np.where(ferry, got.crossing_min / 60, got.length_m / 1000 / got.speed_kmh)
    both = got.oneway == 0
    return distances(
        len(got.node_id),
        np.r_[got.tail, got.head[both]],
        np.r_[got.head, got.tail[both]],
        np.maximum(np.r_[hours, hours[both]], 1e-12),
    )


@given(drawings())
def test_times_are_the_same_before_and_after(drawing):
    ways, barriers = drawing
    # At a junction a barrier stands on the lesser arms; here it stops them all.
    counts = np.unique([n for refs, _ in ways.values() for n in refs], return_counts=True)
    crossed = {int(node) for node, count in zip(*counts, strict=True) if count > 1}
    barriers = {node: tags for node, tags in barriers.items() if node not in crossed}
    assume(ways)
    try:
        got = tables(ways, barriers, quay_m=0)
    except NotPossibleError:
        reject()
    index, expected = before_merging(ways, barriers)
    measured = after_merging(got)
    plain = [(k, int(name[1:])) for k, name in enumerate(got.node_id) if "." not in name]
    plain = [(k, node) for k, node in plain if (node, None) in index]
    rows = [k for k, _ in plain]
    states = [index[node, None] for _, node in plain]
    # Lengths are rounded to centimetres and crossings to milliminutes.
    np.testing.assert_allclose(
        measured[np.ix_(rows, rows)], expected[np.ix_(states, states)], rtol=1e-4, atol=1e-4
    )


def test_the_speeds_of_the_two_sides_of_this_comparison_are_the_same():
    drawing = raw({1: ([10, 20], KINDS[4])})
    assert fifty(["primary"], np.array([30.0, np.nan])).tolist() == [30, 50]
    assert drawing.way_tags[0]["maxspeed:forward"] == "30"
