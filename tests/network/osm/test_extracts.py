"""The real extracts: what is known of them from another reading."""

from collections import Counter

import numpy as np
import pytest
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from emergency_sim.network.osm.pbf import read_osm
from emergency_sim.network.osm.strands import lay_strands
from emergency_sim.network.osm.tags import RoadChoice
from emergency_sim.network.osm.topology import build_tables
from tests.network.osm.drawing import data, fifty

MAIN = RoadChoice(service="none")


def built(name, choice=MAIN):
    return build_tables(read_osm(data(name)).raw, choice, fifty)


@pytest.mark.parametrize(
    ("name", "nodes", "edges"),
    [("osm/oslo_east.osm.pbf", 3605, 4780), ("osm/liechtenstein.osm.pbf", 2228, 2618)],
)
def test_nodes_and_edges_of_the_data_folders_readme(name, nodes, edges):
    """The reading it quotes keeps every end of a way and all parts; ours merges and drops."""
    raw = read_osm(data(name)).raw
    strands = lay_strands(raw, MAIN)
    plain = strands.at[~np.isin(strands.at, np.flatnonzero(strands.copy))]
    uses = np.bincount(plain, minlength=len(strands.hold))
    ends = np.r_[strands.offsets[:-1], strands.offsets[1:] - 1]
    uses += np.bincount(strands.at[ends], minlength=len(uses))
    kept = uses > 1
    assert kept.sum() == pytest.approx(nodes, rel=0.03)
    assert kept[strands.at].sum() - len(strands.way) == pytest.approx(edges, rel=0.03)
    got = built(name)
    assert 0.8 * nodes < len(got.node_id) < nodes
    assert 0.8 * edges < len(got) < edges
    # Nothing was lost but what is reported.
    whole = len(got.node_id) + got.dropped.nodes
    assert got.dropped.nodes < 0.05 * whole


def test_share_of_ways_with_a_limit():
    raw = read_osm(data("osm/oslo_east.osm.pbf")).raw
    service = {"service", "track", "pedestrian", "construction", "proposed"}
    roads = [tags for tags in raw.way_tags if tags["highway"] not in service]
    assert np.mean(["maxspeed" in tags for tags in roads]) == pytest.approx(0.64, abs=0.005)


def test_service_roads_by_choice():
    few, some, every = (
        len(built("osm/oslo_east.osm.pbf", RoadChoice(service=kind)))
        for kind in ("none", "some", "all")
    )
    assert few < some < every


def test_lengths_are_those_of_the_drawn_lines():
    got = built("osm/liechtenstein.osm.pbf", RoadChoice(service="all", tracks="all"))
    geod = Geod(ellps="WGS84")
    for k in range(0, len(got), 50):
        line = slice(got.shape_offsets[k], got.shape_offsets[k + 1])
        drawn = geod.line_length(got.shape_lon[line], got.shape_lat[line])
        assert got.length_m[k] == pytest.approx(drawn, abs=0.011)
    assert len(set(got.link_id)) == len(got)
    assert len(set(got.node_id)) == len(got.node_id)
    assert (got.tail != got.head).all()


def test_norways_main_roads_and_their_240_ferries():
    raw = read_osm(data("norway/norway_n1000.osm.pbf")).raw
    assert Counter(tags.get("route") for tags in raw.way_tags)["ferry"] == 240
    strands = lay_strands(raw, RoadChoice(quay_m=0))
    same = np.ones(len(strands.at) - 1, dtype=bool)
    same[strands.offsets[1:-1] - 1] = False
    arcs = (np.ones(int(same.sum())), (strands.at[:-1][same], strands.at[1:][same]))
    shape = (len(strands.hold),) * 2
    _, part = connected_components(coo_array(arcs, shape=shape), directed=False)
    assert np.bincount(part).max() / len(part) == pytest.approx(0.98, abs=0.005)


def test_most_ferries_are_tied_once_they_are_led_to_the_road():
    loose = built("norway/norway_n1000.osm.pbf", RoadChoice(quay_m=0))
    led = built("norway/norway_n1000.osm.pbf")
    assert loose.ferries == 151
    assert led.ferries == 217
    assert led.counts == {
        "ends of ferries led to the nearest road": 107,
    }
    assert led.dropped.nodes < 0.02 * len(led.node_id)
    assert sum(led.dropped.km.values()) < sum(loose.dropped.km.values()) / 2
    boats = np.array([kind == "ferry" for kind in led.highway])
    np.testing.assert_allclose(
        led.crossing_min[boats],
        np.clip(led.length_m[boats] / 12_300 * 60, 0.1, 1440),
        atol=0.001,
    )
    assert set(np.array(led.status)[boats]) == {"derived"}
