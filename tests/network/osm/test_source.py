"""What is read in any order and with holes becomes one complete whole."""

import numpy as np

from emergency_sim.network.osm.source import NODE_TAGS, WAY_TAGS, assemble


def whole(nodes, ways, tags=None):
    return assemble(
        node_id=np.array(nodes, dtype=np.int64),
        lon=np.array(nodes, dtype=float),
        lat=np.array(nodes, dtype=float) / 10,
        node_tags=tags or {},
        way_id=np.arange(100, 100 + len(ways)),
        way_tags=[{"name": str(k)} for k in range(len(ways))],
        refs=np.array([node for way in ways for node in way], dtype=np.int64),
        offsets=np.cumsum([0, *map(len, ways)]),
    )


def runs(raw):
    return [raw.refs[a:b].tolist() for a, b in zip(raw.offsets[:-1], raw.offsets[1:], strict=True)]


def test_nodes_are_sorted_once_each_and_only_those_in_use():
    raw = whole([5, 3, 9, 3, 7], [[5, 3], [3, 9]])
    assert raw.node_id.tolist() == [3, 5, 9]
    assert raw.lon.tolist() == [3, 5, 9]
    assert raw.lat.tolist() == [0.3, 0.5, 0.9]
    assert len(raw) == 2


def test_a_way_is_cut_where_nodes_are_absent():
    raw = whole([1, 2, 4, 5, 7], [[1, 2, 3, 4, 5, 6, 7], [8, 9]])
    assert runs(raw) == [[1, 2], [4, 5]]
    assert raw.way_id.tolist() == [100, 100]
    assert raw.way_tags == [{"name": "0"}, {"name": "0"}]


def test_pieces_of_two_ways_are_not_joined():
    assert runs(whole([1, 2, 3], [[1, 2], [2, 3]])) == [[1, 2], [2, 3]]
    assert runs(whole([2, 3], [[1, 2], [2, 3]])) == [[2, 3]]


def test_a_node_twice_running_counts_once():
    assert runs(whole([1, 2, 3], [[1, 1, 2, 2, 3], [3, 3]])) == [[1, 2, 3]]
    assert runs(whole([1, 2], [[1, 2, 1]])) == [[1, 2, 1]]


def test_only_tags_of_nodes_in_use_are_kept():
    raw = whole([1, 2, 3], [[1, 2]], {2: {"barrier": "gate"}, 3: {"barrier": "gate"}})
    assert raw.node_tags == {2: {"barrier": "gate"}}


def test_nothing_at_all():
    raw = whole([], [])
    assert len(raw) == 0
    assert raw.offsets.tolist() == [0]
    assert whole([], [[1, 2]]).refs.tolist() == []


def test_no_tag_is_listed_twice():
    assert len(set(WAY_TAGS)) == len(WAY_TAGS)
    assert len(set(NODE_TAGS)) == len(NODE_TAGS)
