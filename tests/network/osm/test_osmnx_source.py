"""What osmnx reads is what we read ourselves: the same nodes and ways, the same network."""

from collections import Counter
from itertools import pairwise

import numpy as np
import osmium
import pytest
from hypothesis import given, settings

from emergency_sim.network.osm.osmnx_settings import osmnx_settings
from emergency_sim.network.osm.osmnx_source import from_graph
from emergency_sim.network.osm.pbf import read_osm
from tests.network.osm.drawing import data, place, xml
from tests.network.osm.test_same_times import drawings
from tests.network.osm.trap_map import (
    NODES,
    WAYS,
    assert_same,
    assert_same_tables,
    assert_same_times,
    ways_of,
)


def read_with_osmnx(path):
    with osmnx_settings() as osmnx:
        return osmnx.graph_from_xml(path, simplify=False, retain_all=True)


def test_every_trap_is_read_alike(tmp_path):
    file = tmp_path / "traps.osm"
    file.write_text(xml(WAYS, NODES), encoding="utf-8")
    ours, theirs = read_osm(file).raw, from_graph(read_with_osmnx(file))
    assert len(ours) == len(WAYS) - 1  # but for the footway
    assert_same(ours, theirs)
    assert_same_tables(ours, theirs)
    assert_same_times(ours, theirs)


@settings(max_examples=40)
@given(drawings())
def test_any_map_is_read_alike(tmp_path_factory, drawing):
    ways, nodes = drawing
    if not ways:
        return
    file = tmp_path_factory.mktemp("any") / "a.osm"
    file.write_text(xml(ways, nodes), encoding="utf-8")
    ours, theirs = read_osm(file).raw, from_graph(read_with_osmnx(file))
    assert np.array_equal(ours.node_id, theirs.node_id)
    assert ours.node_tags == theirs.node_tags
    assert ours.way_id.tolist() == theirs.way_id.tolist()
    assert ours.way_tags == theirs.way_tags
    # A way that crosses itself may be told in another order: it has the same pieces.
    assert pieces(ours) == pieces(theirs)


def pieces(raw):
    found = Counter()
    for k, way in enumerate(raw.way_id.tolist()):
        refs = raw.refs[raw.offsets[k] : raw.offsets[k + 1]].tolist()
        found.update((way, a, b) for a, b in pairwise(refs))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["osm/oslo_east.osm.pbf", "osm/liechtenstein.osm.pbf"])
def test_real_extracts_are_read_alike(name, tmp_path):
    source, file = data(name), tmp_path / "extract.osm"
    with osmium.SimpleWriter(str(file)) as out:
        for thing in osmium.FileProcessor(str(source)):
            if thing.is_node():
                out.add_node(thing)
            elif thing.is_way() and ("highway" in thing.tags or "route" in thing.tags):
                out.add_way(thing)
    ours, theirs = read_osm(source).raw, from_graph(read_with_osmnx(file))
    assert_same(ours, theirs)
    assert_same_tables(ours, theirs)
    assert_same_times(ours, theirs)


def test_with_default_settings_directions_are_kept_and_tags_are_not(tmp_path):
    """The drawn order of a road against which one drives is lost, not which way one drives."""
    import osmnx

    file = tmp_path / "traps.osm"
    file.write_text(xml(WAYS, NODES), encoding="utf-8")
    graph = osmnx.graph_from_xml(file, simplify=False, retain_all=True)
    raw = from_graph(graph)
    ways = {way: k for k, way in enumerate(raw.way_id.tolist())}
    assert set(ways) == set(WAYS) - {106, 112, 113, 115}  # the ferries have lost their tag

    def refs(way):
        return raw.refs[raw.offsets[ways[way]] : raw.offsets[ways[way] + 1]].tolist()

    assert refs(101) == [11, 21, 31]
    assert raw.way_tags[ways[101]]["oneway"] == "no"
    assert refs(102) == [41, 31]
    assert raw.way_tags[ways[102]]["oneway"] == "yes"
    assert raw.way_tags[ways[104]]["oneway"] == "yes"


def test_a_simplified_graph_is_refused(tmp_path):
    file = tmp_path / "traps.osm"
    file.write_text(xml(WAYS, NODES), encoding="utf-8")
    with osmnx_settings() as osmnx:
        graph = osmnx.graph_from_xml(file, retain_all=True)
    with pytest.raises(ValueError, match="simplify=False"):
        from_graph(graph)


def test_osmnx_own_simplification_merges_what_must_not_be_merged(tmp_path):
    """Why it is not used: road, ferry, bollard and private road become one edge."""
    ways = {
        1: ([10, 20], {"highway": "primary"}),
        2: ([20, 30], {"route": "ferry", "duration": "0:30"}),
        3: ([30, 40, 50], {"highway": "residential"}),
        4: ([50, 60], {"highway": "residential", "motor_vehicle": "private"}),
    }
    file = tmp_path / "chain.osm"
    file.write_text(xml(ways, {40: {"barrier": "bollard"}}), encoding="utf-8")
    with osmnx_settings() as osmnx:
        graph = osmnx.graph_from_xml(file)
    assert graph.number_of_edges() == 1
    ((_, _, merged),) = graph.edges(data=True)
    assert set(merged["osmid"]) == {1, 2, 3, 4}
    assert merged["duration"] == "0:30"


def test_a_road_that_ends_in_a_loop_keeps_its_order(tmp_path):
    ways = {1: ([10, 20, 30, 31, 20], {"highway": "service"})}
    file = tmp_path / "loop.osm"
    file.write_text(xml(ways), encoding="utf-8")
    raw = from_graph(read_with_osmnx(file))
    assert raw.refs.tolist() == [10, 20, 30, 31, 20]
    assert raw.lon[0] == place(10)[0]


def test_a_loop_keeps_its_place_where_another_way_leaves_it_first(tmp_path):
    ways = {
        1: ([20, 32], {"highway": "service"}),
        2: ([10, 20, 30, 31, 20, 32], {"highway": "residential"}),
    }
    file = tmp_path / "loop.osm"
    file.write_text(xml(ways), encoding="utf-8")
    assert ways_of(from_graph(read_with_osmnx(file)))[2] == ways[2][0]
