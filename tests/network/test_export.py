"""Exports open where they should, and come back with the same travel times."""

from itertools import pairwise

import geopandas
import networkx as nx
import numpy as np
import osmnx
import pytest

from emergency_sim.bundled import bundled_root
from emergency_sim.domain.errors import InputFaults
from emergency_sim.network import Driving, FerryClass, Profile, read_region, read_speeds
from emergency_sim.network.build import Source, build, write
from emergency_sim.network.built import region_of
from emergency_sim.network.export import export_folder, export_geopackage, export_graphml
from emergency_sim.network.osm.graphml import read_graphml
from emergency_sim.network.osm.road_tables import RoadTables
from emergency_sim.network.region import MatrixNetwork
from tests.network.osm.drawing import raw
from tests.network.osm.trap_map import NODES, WAYS

SPEEDS = read_speeds(bundled_root() / "networks" / "speeds.csv")
DRIVINGS = [
    Driving(),
    Driving(hours=FerryClass.NIGHT, winter_roads=False),
    Driving(profile=Profile.AMBULANCE_BLUE, factor=0.9),
]


@pytest.fixture
def folder(tmp_path):
    built = build(raw(WAYS, NODES), Source(name="by hand"), SPEEDS)
    write(built, tmp_path / "n", SPEEDS)
    return tmp_path / "n"


def times(region, driving):
    return np.asarray(region.travel_times(driving).rows(list(range(len(region.node_ids)))))


def test_osmnx_opens_the_graphml(folder, tmp_path):
    region = read_region(folder)
    export_folder(folder, tmp_path / "n.graphml", "graphml")
    graph = osmnx.load_graphml(tmp_path / "n.graphml")
    assert graph.graph["crs"] == "epsg:4326"
    assert len(graph) == len(region.node_ids)
    assert graph.number_of_edges() == len(region.network.tail)
    ids = {data["node_id"]: node for node, data in graph.nodes(data=True)}
    assert ids["n11"] == 11
    assert ids["n22.1"] < 0  # a copy at a barrier has no number of its own
    assert graph.nodes[11]["x"] == pytest.approx(region.lon[region.index("n11")])
    edges = {(d["link_id"], d["reversed"]): (u, v, d) for u, v, d in graph.edges(data=True)}
    u, v, data = edges["w101.0", False]
    assert (u, v) == (11, 21)
    assert (data["osmid"], data["highway"], data["maxspeed"]) == (101, "primary", "80")
    assert (data["ref"], data["name"], data["oneway"]) == ("E39", "Storvegen", False)
    assert tuple(data["geometry"].coords[0]) == pytest.approx((7.01, 62.51))
    back = edges["w101.0", True][2]["geometry"].coords
    assert list(back) == list(data["geometry"].coords)[::-1]
    # osmnx's shortest way, weighed by the seconds of an ordinary car, takes as long as ours.
    way = osmnx.shortest_path(graph, 11, 63, weight="travel_time")
    seconds = sum(graph.edges[a, b, 0]["travel_time"] for a, b in pairwise(way))
    ours = times(region, Driving())[region.index("n11"), region.index("n63")]
    assert seconds == pytest.approx(ours, abs=1e-6)
    geopandas_edges = osmnx.graph_to_gdfs(graph, nodes=False)
    assert (geopandas_edges["travel_time"] > 0).all()
    assert np.isinf(edges["w110.0", False][2]["travel_time"])  # for buses only


@pytest.mark.parametrize("driving", DRIVINGS)
def test_the_graphml_comes_back_with_equal_travel_times(folder, tmp_path, driving):
    region = read_region(folder)
    export_folder(folder, tmp_path / "n.graphml", "graphml", driving)
    tables, lacks = read_graphml(tmp_path / "n.graphml")
    assert isinstance(tables, RoadTables)
    assert lacks.sentences() == ()
    again = region_of(tables, SPEEDS, name="n")
    assert again.node_ids == region.node_ids
    assert again.geometry == region.geometry
    for other in DRIVINGS:
        assert np.array_equal(times(region, other), times(again, other))
    assert tables.tunnel.sum() == 1
    assert set(tables.status) == {"", "published", "derived", "assumed"} & set(tables.status)
    assert any(tables.source)


def test_a_region_by_hand_too(repository, tmp_path):
    """Without lines, without numbers of OpenStreetMap, with ferries that are called out."""
    top = repository / "networks" / "more-og-romsdal"
    region = read_region(top)
    export_folder(top, tmp_path / "m.graphml", "graphml")
    tables, lacks = read_graphml(tmp_path / "m.graphml")
    callouts = len(np.unique(region.network.link[region.network.callout]))
    assert lacks.callouts == callouts
    again = region_of(tables, region.network.speeds, name="m")
    some = list(range(0, len(region.node_ids), max(1, len(region.node_ids) // 25)))
    for hours in FerryClass:
        driving = Driving(hours=hours)
        there, here = (np.asarray(r.travel_times(driving).rows(some)) for r in (region, again))
        # What is read is rounded as a built network is: 10 cm and 0.1 km/h.
        assert np.array_equal(np.isfinite(there), np.isfinite(here))
        known = np.isfinite(there)
        assert np.allclose(there[known], here[known], rtol=2e-3, atol=1.0)


def test_one_way_against_its_link(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "nodes.csv").write_text(
        "node_id,name,x,y\na,A,500000,6900000\nb,B,501000,6900000\n", encoding="utf-8"
    )
    (tmp_path / "r" / "links.csv").write_text(
        "link_id,from,to,road,highway,length_m,speed_kmh,tunnel,bridge,oneway,name,crossing_min,"
        "dep_day,dep_evening,dep_night,callout_min,status,source\n"
        "l1,a,b,Fv1,primary,1000,60,0,1,-1,\x01Bru,,,,,,derived,map\n",
        encoding="utf-8",
    )
    export_folder(tmp_path / "r", tmp_path / "r.graphml", "graphml")
    tables, _ = read_graphml(tmp_path / "r.graphml")
    assert [tables.node_id[k] for k in (tables.tail[0], tables.head[0])] == ["b", "a"]
    assert tables.oneway.tolist() == [1]
    assert tables.bridge.tolist() == [True]
    assert (tables.name, tables.road, tables.source) == (["Bru"], ["Fv1"], ["map"])
    assert tables.shape_lon[0] > tables.shape_lon[1]


def test_the_geopackage_has_nodes_roads_and_ferries(folder, tmp_path):
    region = read_region(folder)
    file = tmp_path / "n.gpkg"
    export_folder(folder, file, "gpkg")
    assert list(tmp_path.glob(".*")) == []
    layers = geopandas.list_layers(file)["name"].tolist()
    assert layers == ["nodes", "roads", "ferries"]
    nodes, roads, ferries = (geopandas.read_file(file, layer=layer) for layer in layers)
    assert {frame.crs.to_epsg() for frame in (nodes, roads, ferries)} == {25833}
    assert nodes["node_id"].tolist() == list(region.node_ids)
    assert len(roads) + len(ferries) == len(region.network.link_ids)
    assert ferries["name"].tolist()[0] == "Sund–Nes"
    assert ferries["crossing_min"].tolist()[0] == 30.0
    assert ferries["dep_day"].tolist()[0] == 3.0
    row = roads.set_index("link_id").loc["w101.0"]
    assert (row["from"], row["to"], row["ref"], row["maxspeed"]) == ("n11", "n21", "E39", "80")
    assert row.geometry.length == pytest.approx(row["length"], rel=0.002)
    assert roads.set_index("link_id").loc["w110.0", "travel_time"] != np.inf


def test_a_region_without_ferries_has_an_empty_layer(tmp_path):
    built = build(raw({1: ([11, 21], {"highway": "primary"})}), Source(name="x"), SPEEDS)
    export_geopackage(region_of(built.tables, SPEEDS, name="x"), tmp_path / "x.gpkg")
    assert len(geopandas.read_file(tmp_path / "x.gpkg", layer="ferries")) == 0


def test_what_cannot_be_exported(folder, tmp_path):
    with pytest.raises(InputFaults, match="must be one of graphml, gpkg"):
        export_folder(folder, tmp_path / "a.shp", "shp")
    region = read_region(folder)
    nothing = np.zeros(1)
    matrix = type(region)(
        network=MatrixNetwork(node_ids=("a",), seconds=np.zeros((1, 1))), zones=None,
        node_ids=("a",), x=nothing, y=nothing, lon=nothing, lat=nothing,
    )  # fmt: skip
    for export in (export_graphml, export_geopackage):
        with pytest.raises(InputFaults, match="is a matrix"):
            export(matrix, tmp_path / "a.out")
        with pytest.raises(InputFaults, match="cannot be written"):
            export(region, folder)
    assert not (tmp_path / "a.out").exists()


def test_an_export_of_another_form_or_changed_since(folder, tmp_path):
    export_folder(folder, tmp_path / "n.graphml", "graphml")
    graph = nx.read_graphml(tmp_path / "n.graphml", node_type=int, force_multigraph=True)
    changed = tmp_path / "changed.graphml"

    def said(of):
        nx.write_graphml(of, changed)
        with pytest.raises(InputFaults) as caught:
            read_graphml(changed)
        return str(caught.value)

    assert graph.graph["emergency_sim"] == "1"
    graph.graph["emergency_sim"] = "2"
    assert "exported in another form (2)" in said(graph)
    graph.graph["emergency_sim"] = "1"
    tail, head, key = next(iter(graph.edges))
    graph.add_edge(tail, head, key + 5, **graph.edges[tail, head, key])
    assert "more than twice" in said(graph)
    graph.remove_edge(tail, head, key + 5)
    del graph.edges[tail, head, key]["link_id"]
    assert "link_id" in said(graph)
