"""Hand-drawn maps: what is merged, what is not, what is dropped."""

import numpy as np
import pytest

from emergency_sim.domain.errors import NotPossibleError
from emergency_sim.network.morton import morton_order
from emergency_sim.network.osm.tags import RoadChoice
from emergency_sim.network.osm.topology import build_tables
from emergency_sim.network.projection import project
from tests.network.osm.drawing import ends, metres, place, raw, row, tables

PRIMARY, MINOR = {"highway": "primary"}, {"highway": "residential"}
BOLLARD = {"barrier": "bollard"}


def test_the_trap_stays_four_links():
    """A primary road, a 30-minute ferry, a bollard and a private road are not one edge."""
    got = tables(
        {
            1: ([10, 20], PRIMARY),
            2: ([20, 30], {"route": "ferry", "duration": "00:30"}),
            3: ([30, 40, 50], MINOR),
            4: ([50, 60], {"highway": "service", "access": "private"}),
        },
        {40: BOLLARD},
    )
    assert ends(got) == {
        ("primary", "10", "20"),
        ("ferry", "20", "30"),
        ("residential", "30", "40"),
        ("barrier", "40", "40.1"),
        ("residential", "40.1", "50"),
        ("service", "50", "60"),
    }
    assert row(got, "w2.0")["crossing_min"] == 30
    assert (row(got, "b40.1")["access"], row(got, "b40.1")["length_m"]) == ("emergency", 0)
    assert row(got, "w4.0")["access"] == "private"
    assert [row(got, "w2.0")[label] for label in ("dep_day", "dep_evening", "dep_night")] == [
        2,
        1,
        0.5,
    ]


def test_nodes_between_are_merged_across_ways_whichever_way_they_are_drawn():
    got = tables({1: ([10, 20, 31], MINOR), 2: ([50, 40, 31], MINOR | {"name": "Lia"})})
    assert ends(got) == {("residential", "10", "50")}
    assert row(got, "w1.0")["length_m"] == pytest.approx(metres(10, 20, 31, 40, 50), abs=0.01)
    assert row(got, "w1.0")["name"] == "Lia"
    lon, lat = zip(*(place(node) for node in (10, 20, 31, 40, 50)), strict=True)
    np.testing.assert_allclose(got.shape_lon, lon)
    np.testing.assert_allclose(got.shape_lat, lat)
    assert got.shape_offsets.tolist() == [0, 5]


@pytest.mark.parametrize(
    "other",
    [
        {"highway": "unclassified"},
        MINOR | {"maxspeed": "30"},
        MINOR | {"maxspeed:forward": "30"},
        MINOR | {"access": "private"},
        MINOR | {"motor_vehicle": "destination"},
        MINOR | {"access": "no", "bus": "yes"},
        MINOR | {"tunnel": "yes"},
        MINOR | {"bridge": "yes"},
        MINOR | {"ref": "60"},
        MINOR | {"seasonal": "summer"},
        {"route": "ferry"},
    ],
)
def test_a_node_stays_where_something_changes(other):
    got = tables({1: ([10, 20], MINOR), 2: ([20, 30], other), 3: ([30, 40], MINOR)})
    assert {"n10", "n20", "n30", "n40"} == set(got.node_id)


def test_one_ways_are_merged_in_one_direction_only():
    one = MINOR | {"oneway": "yes"}
    back = MINOR | {"oneway": "-1"}
    home = {9: ([40, 41, 11, 10], MINOR)}
    got = tables({1: ([10, 20, 30], one), 2: ([40, 30], back), **home})
    assert ends(got) == {("residential", "10", "40"), ("residential", "40", "10")}
    assert row(got, "w1.0")["oneway"] == 1
    assert row(got, "w9.0")["oneway"] == 0


def test_a_road_against_the_drawing_is_turned():
    got = tables({1: ([30, 20, 10], MINOR | {"oneway": "-1"}), 2: ([10, 11, 31, 30], PRIMARY)})
    link = row(got, "w1.0")
    assert (link["from"], link["to"], link["oneway"]) == ("n10", "n30", 1)
    at = got.link_id.index("w1.0")
    assert got.shape_lon[got.shape_offsets[at]] == pytest.approx(place(10)[0])


def test_directions_that_differ_are_two_links():
    got = tables({1: ([10, 20], {"highway": "primary", "maxspeed:forward": "60"})})
    there, back = row(got, "w1.0"), row(got, "w1.1")
    assert (there["from"], there["to"], there["limit_kmh"]) == ("n10", "n20", 60)
    assert (back["from"], back["to"], back["oneway"]) == ("n20", "n10", 1)
    assert np.isnan(back["limit_kmh"])
    assert (there["speed_kmh"], back["speed_kmh"]) == (60, 50)
    assert got.shape_lon.tolist() == pytest.approx(
        [place(10)[0], place(20)[0], place(20)[0], place(10)[0]]
    )


def test_buses_and_ambulances_drive_against_a_one_way():
    got = tables(
        {
            1: ([10, 20], MINOR | {"oneway": "yes", "oneway:bus": "no"}),
            2: ([20, 21, 11, 10], MINOR),
        }
    )
    assert (row(got, "w1.0")["access"], row(got, "w1.1")["access"]) == ("open", "emergency")
    assert row(got, "w1.1")["from"] == "n20"


def test_signals_count_whole_within_a_link_and_half_at_its_ends():
    lights = {"highway": "traffic_signals"}
    got = tables({1: ([10, 20, 30, 40], PRIMARY), 2: ([30, 31], MINOR)}, {20: lights, 30: lights})
    assert row(got, "w1.0")["signals"] == 1.5
    assert row(got, "w1.1")["signals"] == 0.5
    assert row(got, "w2.0")["signals"] == 0.5
    assert got.counts == {"traffic signals": 2}
    # The lights say who goes: nobody gives way.
    assert not row(got, "w2.0")["yields_back"]


def test_the_lower_class_gives_way():
    got = tables({1: ([10, 20, 30], PRIMARY), 2: ([20, 21, 22], MINOR), 3: ([21, 31], MINOR)})
    assert (row(got, "w2.0")["yields"], row(got, "w2.0")["yields_back"]) == (False, True)
    assert not row(got, "w1.0")["yields"]
    assert not row(got, "w1.1")["yields_back"]
    assert not row(got, "w3.0")["yields_back"]


def test_nobody_gives_way_where_the_class_of_a_road_changes():
    got = tables({1: ([10, 20], PRIMARY), 2: ([20, 30], MINOR)})
    assert not got.yields.any()
    assert not got.yields_back.any()


def test_who_enters_a_roundabout_gives_way_and_who_leaves_does_not():
    circle = {"highway": "residential", "junction": "roundabout"}
    got = tables(
        {1: ([20, 30, 31, 21, 20], circle), 2: ([10, 20], PRIMARY), 3: ([30, 40], PRIMARY)}
    )
    assert row(got, "w2.0")["yields"]
    assert not row(got, "w2.0")["yields_back"]
    assert row(got, "w3.0")["yields_back"]
    around = [row(got, link) for link in got.link_id if link.startswith("w1.")]
    assert len(around) == 2
    assert not any(link["yields"] or link["yields_back"] for link in around)
    assert all(link["oneway"] == 1 and link["roundabout"] for link in around)


def test_a_ramp_gives_way_also_to_a_lower_road_than_its_own():
    ramp = {"highway": "motorway_link", "oneway": "no"}
    got = tables({1: ([10, 20, 30], {"highway": "tertiary"}), 2: ([20, 21], ramp)})
    assert row(got, "w2.0")["yields_back"]


def test_parallel_roads_stay_two_links():
    got = tables(
        {
            1: ([10, 20, 30], MINOR),
            2: ([10, 21, 30], MINOR),
            3: ([30, 40], MINOR),
            4: ([1, 10], MINOR),
        }
    )
    assert len(got) == 4
    assert sorted(ends(got)) == [
        ("residential", "1", "10"),
        ("residential", "10", "30"),
        ("residential", "30", "40"),
    ]


def test_a_loop_keeps_a_node_within_it():
    got = tables({1: ([10, 20], MINOR), 2: ([20, 30, 31, 21, 20], MINOR)})
    assert len(got) == 3
    assert all(got.tail != got.head)
    assert got.length_m.sum() == pytest.approx(metres(10, 20, 30, 31, 21, 20), abs=0.05)


@pytest.mark.parametrize(
    "ways", [[[20, 30, 31, 21, 20]], [[20, 30, 31], [31, 21, 20]], [[20, 30], [31, 30], [31, 20]]]
)
def test_a_ring_of_its_own_is_a_network_too(ways):
    got = tables({k: (refs, MINOR) for k, refs in enumerate(ways, start=1)})
    assert all(got.tail != got.head)
    drawn = sum(metres(*refs) for refs in ways)
    assert got.length_m.sum() == pytest.approx(drawn, abs=0.05)


def test_a_one_way_dead_end_is_not_kept():
    got = tables({1: ([10, 20, 30], MINOR), 2: ([20, 21], MINOR | {"oneway": "yes"})})
    assert "n21" not in got.node_id
    assert got.dropped.km == {"residential": pytest.approx(metres(20, 21) / 1000, abs=1e-3)}


def test_nothing_that_is_wanted():
    with pytest.raises(NotPossibleError, match=r"1 x service road not wanted"):
        tables({1: ([10, 20], {"highway": "service"})}, service="none")


def test_roads_that_lead_nowhere_and_back():
    with pytest.raises(NotPossibleError, match="there and back"):
        tables({1: ([10, 20], MINOR | {"oneway": "yes"})})


def test_speeds_come_from_the_callers_table():
    asked = []

    def speed(highway, limit):
        asked.extend(highway)
        return np.where(np.isnan(limit), 33.0, limit * 0.9)

    drawing = raw(
        {
            1: ([10, 20], PRIMARY | {"maxspeed": "80"}),
            2: ([20, 30], {"route": "ferry"}),
            3: ([30, 40, 50], MINOR),
        },
        {40: BOLLARD},
    )
    got = build_tables(drawing, RoadChoice(), speed)
    assert sorted(set(asked)) == ["primary", "residential"]
    assert row(got, "w1.0")["speed_kmh"] == pytest.approx(72)
    assert row(got, "w3.0")["speed_kmh"] == 33
    assert row(got, "b40.1")["speed_kmh"] == 10


def test_nodes_stand_in_morton_order_and_links_point_to_them():
    ways = {r: ([10 * c + r for c in range(1, 8)], PRIMARY) for r in range(1, 7)}
    ways |= {10 + c: ([10 * c + r for r in range(1, 7)], MINOR) for c in range(1, 8)}
    got = tables(ways)
    assert len(got.node_id) == 42
    order = morton_order(*project(got.lon, got.lat))
    assert order.tolist() == list(range(len(got.node_id)))
    for k in range(len(got)):
        a = got.shape_offsets[k]
        assert got.shape_lon[a] == got.lon[got.tail[k]]
        assert got.shape_lat[got.shape_offsets[k + 1] - 1] == got.lat[got.head[k]]


def test_the_order_of_the_ways_does_not_matter_for_times():
    ways = {
        1: ([10, 20, 30], PRIMARY),
        2: ([30, 31, 21, 20], MINOR),
        3: ([31, 41], MINOR | {"oneway": "-1"}),
        4: ([41, 40, 30], MINOR),
    }
    one, other = tables(ways), tables(dict(reversed(ways.items())))
    assert sorted(one.length_m) == sorted(other.length_m)
    assert set(one.node_id) == set(other.node_id)
