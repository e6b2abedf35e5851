"""Graphs that osmnx saved: what they hold is used, what they lack is said, what is none refused."""

import re
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx
import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network.osm.graphml import read_graphml
from emergency_sim.network.osm.osmnx_settings import osmnx_settings
from emergency_sim.network.osm.pbf import read_osm
from emergency_sim.network.osm.tags import RoadChoice
from emergency_sim.network.osm.topology import build_tables
from tests.network.osm.drawing import fifty, place, xml
from tests.network.osm.trap_map import (
    NODES,
    WAYS,
    assert_same,
    assert_same_tables,
    assert_same_times,
    ways_of,
)


def saved(tmp_path: Path, ways=WAYS, nodes=NODES, *, ours=False, simplify=False, change=None):
    """Return a map as osmnx saves it, with its own settings or with ours."""
    drawn, file = tmp_path / "a.osm", tmp_path / "a.graphml"
    drawn.write_text(xml(ways, nodes), encoding="utf-8")
    if ours:
        with osmnx_settings():
            graph = osmnx.graph_from_xml(drawn, simplify=simplify, retain_all=True)
    else:
        graph = osmnx.graph_from_xml(drawn, simplify=simplify, retain_all=True)
    if change is not None:
        graph = change(graph) or graph
    osmnx.save_graphml(graph, file)
    return file


def tables(raw, **choice):
    return build_tables(raw, RoadChoice(**choice), fifty)


def links(of):
    """Return figures of the links by their ends."""
    rows = zip(
        of.highway, of.tail.tolist(), of.head.tolist(), of.oneway.tolist(),
        of.length_m.round(3).tolist(), np.nan_to_num(of.limit_kmh).tolist(), of.access,
        strict=True,
    )  # fmt: skip
    named = ((kind, of.node_id[a], of.node_id[b], *more) for kind, a, b, *more in rows)
    # A road that is open both ways may be told from either end.
    return sorted(
        (kind, *((a, b) if oneway else sorted((a, b))), oneway, *more)
        for kind, a, b, oneway, *more in named
    )


def test_with_our_settings_a_graph_is_the_file(tmp_path):
    raw, lacks = read_graphml(saved(tmp_path, ours=True))
    there = read_osm(tmp_path / "a.osm").raw
    assert_same(there, raw)
    assert_same_tables(there, raw)
    assert_same_times(there, raw)
    assert not lacks.simplified
    assert "duration" not in lacks.way_tags
    assert lacks.node_tags == ()


ROADS = {way: WAYS[way] for way in (101, 102, 103, 104, 105, 107)}
ROADS |= {105: ([41, 52], {"highway": "secondary", "maxspeed": "50"}),
          130: ([63, 73], {"highway": "secondary", "name": "A & Ø", "ref": "E39;E6"})}  # fmt: skip
"""What osmnx keeps all of with its own settings."""


def test_with_its_own_settings_roads_are_the_same_and_lacks_are_told(tmp_path):
    raw, lacks = read_graphml(saved(tmp_path, ROADS, {31: NODES[31]}))
    there = read_osm(tmp_path / "a.osm").raw
    assert_same_tables(there_without_codes(there), raw)
    assert lacks.way_tags == (
        *("access", "motor_vehicle", "service", "route", "duration"),
        *("motor_vehicle:conditional", "seasonal", "tunnel", "bridge"),
    )
    assert lacks.node_tags == ("barrier",)
    said = "\n".join(lacks.sentences())
    assert "no road has route: ferries are not in it" in said
    assert "no node has barrier: bollards and gates stop nobody" in said
    assert "simplified" not in said


def there_without_codes(raw):
    """Way 102 is drawn against its direction; osmnx turns it round and says yes."""
    for tags in raw.way_tags:
        if tags.get("oneway") == "-1":
            tags["oneway"] = "yes"
    at = raw.way_id.tolist().index(102)
    begin, end = raw.offsets[at : at + 2]
    raw.refs[begin:end] = raw.refs[begin:end][::-1]
    return raw


def test_a_simplified_graph_gives_the_same_roads_and_says_what_is_lost(tmp_path):
    raw, lacks = read_graphml(saved(tmp_path, ROADS, {}, simplify=True))
    there, here = tables(read_osm(tmp_path / "a.osm").raw), tables(raw)
    # osmnx merges across the two one-way roads between 31 and 41, direction by direction.
    assert "n31" not in here.node_id
    corners = ("n11", "n52", "n63", "n83")
    assert metres(here, corners) == pytest.approx(metres(there, corners), rel=1e-9)
    assert lacks.merged == 4
    assert lacks.simplified
    assert any("osmnx simplified the graph" in line for line in lacks.sentences())


def metres(of, corners):
    """Return the shortest ways between some nodes."""
    graph = nx.DiGraph()
    for a, b, length, oneway in zip(of.tail, of.head, of.length_m, of.oneway, strict=True):
        for tail, head in ((a, b), (b, a))[: 1 if oneway else 2]:
            before = graph.get_edge_data(of.node_id[tail], of.node_id[head], {"m": np.inf})["m"]
            graph.add_edge(of.node_id[tail], of.node_id[head], m=min(before, length))
    return np.array(
        [[nx.shortest_path_length(graph, a, b, weight="m") for a in corners] for b in corners]
    )


def test_of_a_merged_edge_the_most_cautious_tag_counts(tmp_path):
    ways = {
        1: ([10, 20], {"highway": "primary", "maxspeed": "80", "access": "yes"}),
        2: ([20, 30], {"highway": "residential", "maxspeed": "40", "access": "private"}),
        3: ([30, 40], {"highway": "residential", "oneway": "yes"}),
        4: ([30, 31], {"highway": "residential"}),
    }
    raw, lacks = read_graphml(saved(tmp_path, ways, {}, ours=False, simplify=True))
    got = {tuple(sorted(run)[:: len(run) - 1]): k for k, run in enumerate(ways_of(raw).values())}
    merged = next(tags for tags in raw.way_tags if tags.get("maxspeed"))
    assert merged["highway"] == "residential"
    assert set(merged["maxspeed"].split(";")) == {"80", "40"}
    assert merged["access"] == "private"
    assert lacks.merged == 2  # a road open both ways is two edges
    assert len(raw) == len(got) == 3
    assert len(set(raw.node_id.tolist()) & {10, 20, 30, 31, 40}) == 4


def test_a_road_and_a_ferry_in_one_are_counted(tmp_path):
    ways = {
        1: ([10, 20], {"highway": "primary"}),
        2: ([20, 30], {"route": "ferry", "duration": "0:30"}),
        3: ([30, 40], {"highway": "primary"}),
    }
    raw, lacks = read_graphml(saved(tmp_path, ways, {}, ours=True, simplify=True))
    assert lacks.ferries_in_roads == len(raw) == 1
    assert any("a road and a ferry in one" in line for line in lacks.sentences())


def test_a_projected_graph_comes_back_to_degrees(tmp_path):
    raw, _ = read_graphml(saved(tmp_path, ours=True, change=osmnx.project_graph))
    there = read_osm(tmp_path / "a.osm").raw
    assert np.allclose(there.lon, raw.lon, atol=1e-8)
    assert np.allclose(there.lat, raw.lat, atol=1e-8)


def test_graphs_of_before_the_mark_of_direction_are_read_edge_by_edge(tmp_path):
    def old(graph):
        for *_, data in graph.edges(data=True):
            del data["reversed"]

    file = saved(tmp_path, ROADS, {}, change=old)
    raw, lacks = read_graphml(file)
    assert links(tables(raw)) == links(
        tables(there_without_codes(read_osm(tmp_path / "a.osm").raw))
    )
    assert not lacks.has_reversed


def test_nodes_may_have_names(tmp_path):
    def named(graph):
        return nx.relabel_nodes(graph, {node: f"node {node}" for node in graph})

    raw, _ = read_graphml(saved(tmp_path, ours=True, change=named))
    assert len(raw) == len(WAYS) - 1
    assert place(11)[0] in raw.lon


def faults(path, **more):
    with pytest.raises(InputFaults) as caught:
        read_graphml(path, **more)
    return str(caught.value)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE g [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<graphml><graph edgedefault="directed"><node id="1"><data key="x">&b;</data></node></graph></graphml>"""


BARE = "<node id='a'/><edge source='a' target='a'/>"


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(tmp_path, coding):
    file = tmp_path / "bomb.graphml"
    file.write_bytes(
        BOMB.replace('version="1.0"', f'version="1.0" encoding="{coding}"').encode(coding)
    )
    assert "declares a document type" in faults(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("no xml at all", "is no XML"),
        ("<gpx></gpx>", "is no GraphML but <gpx>"),
        ("<graphml><graph edgedefault='directed'/></graphml>", "the graph is empty"),
        ("<graphml><graph edgedefault='undirected'/></graphml>", "have no direction"),
        (f"<graphml><graph edgedefault='directed'>{BARE}</graph></graphml>", "lacks x, y, osmid"),
    ],
)
def test_files_that_are_no_graph_of_osmnx(tmp_path, text, said):
    file = tmp_path / "a.graphml"
    file.write_text(text)
    assert said in faults(file)


def test_a_file_that_is_cut_off(tmp_path):
    file = saved(tmp_path)
    file.write_bytes(file.read_bytes()[:-400])
    text = faults(file)
    assert "cut off" in text
    assert re.search(r"graphml:\d{3,}:\d+", text)  # the line where it ends


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda g: g.graph.pop("crs") and None, "no reference system"),
        (lambda g: g.graph.update(crs="epsg:999999"), "that nobody knows"),
        (lambda g: g.nodes[11].update(x=200.0), "does not lie on the Earth"),
        (lambda g: g.nodes[11].update(x="nan"), "does not lie on the Earth"),
        (lambda g: g.nodes[11].update(x="east"), "cannot be read as a graph of osmnx"),
        (lambda g: g.nodes[11].pop("y") and None, "cannot be read as a graph of osmnx"),
        (lambda g: [d.update(geometry="LINE") for *_, d in g.edges(data=True)] and None,
         "cannot be read as a graph of osmnx"),
        (lambda g: [d.update(osmid="x") for *_, d in g.edges(data=True)] and None,
         "cannot be read as a graph of osmnx"),
        (lambda g: [d.update(highway="path") for *_, d in g.edges(data=True)] and None,
         "there are no roads"),
    ],
)  # fmt: skip
def test_graphs_that_were_spoiled(tmp_path, change, said):
    assert said in faults(saved(tmp_path, change=change))


def test_missing_and_huge(tmp_path):
    assert "no such file" in faults(tmp_path / "a.graphml")
    assert "virtual paths" in faults("/vsicurl/http://localhost/a.graphml")
    text = faults(saved(tmp_path), available=1000)
    assert "GB of memory" in text
    assert "save a smaller area" in text
