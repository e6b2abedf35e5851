"""Hand-drawn maps with barriers and ferries: where roads are cut, and how the boats go."""

import numpy as np
import pytest

from tests.network.osm.drawing import ends, metres, place, row, tables

PRIMARY, MINOR = {"highway": "primary"}, {"highway": "residential"}
BOLLARD = {"barrier": "bollard"}


def test_a_block_cuts_the_road():
    got = tables({1: ([10, 20, 30, 40], MINOR)}, {20: {"barrier": "block"}})
    assert ends(got) == {("residential", "20.1", "40")}
    assert got.counts["barriers for everybody"] == 1
    assert (got.dropped.nodes, got.dropped.links) == (2, 1)
    assert got.dropped.km == {"residential": pytest.approx(metres(10, 20) / 1000, abs=1e-3)}
    assert got.dropped.node_lon.tolist() == pytest.approx([place(10)[0], place(20)[0]])


def test_a_cattle_grid_stops_nobody():
    got = tables({1: ([10, 20, 30], MINOR)}, {20: {"barrier": "cattle_grid"}})
    assert ends(got) == {("residential", "10", "30")}


def test_two_barriers_on_one_way():
    got = tables({1: ([10, 20, 30, 40], MINOR)}, {20: BOLLARD, 30: BOLLARD})
    assert ends(got) == {
        ("residential", "10", "20"),
        ("barrier", "20", "20.1"),
        ("residential", "20.1", "30"),
        ("barrier", "30", "30.1"),
        ("residential", "30.1", "40"),
    }


def test_a_barrier_between_two_ways():
    got = tables({1: ([10, 20], MINOR), 2: ([20, 30], MINOR)}, {20: BOLLARD})
    assert ends(got) == {
        ("residential", "10", "20"),
        ("barrier", "20", "20.1"),
        ("residential", "20.1", "30"),
    }


def test_a_barrier_at_a_junction_stands_on_the_lesser_arm():
    got = tables({1: ([10, 20, 30], PRIMARY), 2: ([20, 21], {"highway": "service"})}, {20: BOLLARD})
    assert ends(got) == {
        ("primary", "10", "20"),
        ("primary", "20", "30"),
        ("barrier", "20", "20.1"),
        ("service", "20.1", "21"),
    }


def test_a_barrier_where_equals_meet_stops_every_arm():
    got = tables({1: ([10, 20, 30], MINOR), 2: ([20, 21], MINOR)}, {20: BOLLARD})
    assert ends(got) >= {("barrier", "20", "20.1"), ("barrier", "20", "20.2")}
    assert len(got) == 5


def test_ferries_are_merged_with_nothing_and_wait_once():
    ferry = {"route": "ferry", "duration": "0:10", "interval": "0:30"}
    got = tables(
        {
            1: ([10, 20], PRIMARY),
            2: ([20, 30, 40], ferry),
            3: ([40, 50], ferry),
            4: ([50, 60], PRIMARY),
        }
    )
    assert ends(got) >= {("ferry", "20", "40"), ("ferry", "40", "50")}
    # Half the wait at each quay: twice the departures, half the headway, on each leg.
    for link in ("w2.0", "w3.0"):
        assert (row(got, link)["crossing_min"], row(got, link)["dep_day"]) == (10, 4)
        assert row(got, link)["status"] == "published"
    assert not got.dropped.untied


def test_the_duration_of_a_way_is_shared_out_over_its_parts():
    ferry = {"route": "ferry", "duration": "0:30"}
    got = tables(
        {
            1: ([10, 20], PRIMARY),
            2: ([20, 30, 50], ferry),
            3: ([50, 60], PRIMARY),
            4: ([30, 31], PRIMARY),
        }
    )
    parts = [row(got, link)["crossing_min"] for link in ("w2.0", "w2.1")]
    assert sorted(parts) == pytest.approx([10, 20], abs=0.01)
    assert sum(parts) == pytest.approx(30, abs=0.002)


def test_a_ferry_without_duration_goes_at_the_effective_speed_wait_included():
    got = tables({1: ([10, 20], PRIMARY), 2: ([20, 30], {"route": "ferry", "interval": "30"})})
    ferry = row(got, "w2.0")
    assert ferry["crossing_min"] == pytest.approx(metres(20, 30) / 12_300 * 60, abs=1e-3)
    assert np.isnan(ferry["dep_day"])
    assert np.isnan(ferry["speed_kmh"])
    assert ferry["status"] == "derived"


def test_a_ferry_off_the_road_is_led_on_to_it():
    ways = {1: ([10, 20], PRIMARY), 2: ([30, 50], {"route": "ferry", "duration": "9"})}
    near = tables(ways, quay_m=600)
    assert ends(near) == {("primary", "10", "20"), ("ferry", "20", "50")}
    assert near.counts == {"ends of ferries led to the nearest road": 1}
    assert near.dropped.untied == ("w2.0",)
    loose = tables(ways, quay_m=500)
    assert ends(loose) == {("ferry", "30", "50")}
    assert loose.dropped.untied == ("w2.0",)


def test_ferries_drawn_one_after_the_other_are_led_to_their_own_roads():
    # Nodes stand a row (1,112 m) apart; each ferry ends a row off a road at both its ends.
    ways = {
        1: ([10, 20], PRIMARY),
        2: ([40, 50], PRIMARY),
        3: ([20, 24, 54, 50], PRIMARY),
        4: ([21, 41], {"route": "ferry", "duration": "9"}),
        5: ([44, 34], {"route": "ferry", "duration": "9"}),
    }
    led = tables(ways, quay_m=1500)
    ferries = {(a, b) for kind, a, b in ends(led) if kind == "ferry"}
    assert ferries == {("20", "40"), ("54", "24")}


def test_a_ferry_is_never_led_to_its_own_other_quay():
    got = tables({1: ([10, 20], PRIMARY), 2: ([20, 30], {"route": "ferry"})})
    assert ends(got) == {("primary", "10", "20"), ("ferry", "20", "30")}


def test_a_ferry_in_another_part_is_named():
    got = tables(
        {
            1: ([10, 20, 30], PRIMARY),
            2: ([20, 21], PRIMARY),
            3: ([70, 80], {"route": "ferry", "name": "A - B"}),
            4: ([80, 90], PRIMARY),
        }
    )
    assert got.dropped.ferries == ("A - B",)
    assert got.dropped.untied == ("A - B",)
    assert got.dropped.parts == 2
    assert set(got.dropped.km) == {"primary"}
