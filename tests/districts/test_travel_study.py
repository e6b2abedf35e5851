"""Travel times to places before and after a change, on a road drawn by hand."""

import numpy as np
import pytest

from emergency_sim.districts.facilities import Facility
from emergency_sim.districts.travel_study import (
    Places,
    change_of,
    people_by_nearest,
    situation,
    table,
)
from emergency_sim.network import Driving
from tests.network.small_networks import Link
from tests.network.test_reach import region

# A road of 60 km/h from west to east, 10 km a link, then a ferry of 10 minutes, half-hourly.
ROADS = [Link(0, 1, 10_000), Link(1, 2, 10_000), Link(3, 4, 10_000)]
FERRY = Link(2, 3, crossing_min=10.0, departures=(2.0, 2.0, 0.0))
XY = [(0, 0), (10_000, 0), (20_000, 0), (25_000, 0), (35_000, 0)]
REGION = region(5, [*ROADS, FERRY], XY)


def site(name: str, x: float) -> Facility:
    return Facility(id=name, name=name.title(), lon=0.0, lat=0.0, x=x, y=0.0)


WEST, EAST = site("west", 0.0), site("east", 35_000.0)
PLACES = Places(
    ids=("a", "b", "c", "far"),
    names=("A", "B", "C", "Far"),
    x=np.array([5_000.0, 15_000.0, 30_000.0, 15_000.0]),
    y=np.array([0.0, 1_000.0, 0.0, 9_000.0]),
    people=np.array([100.0, 50.0, 10.0, 1.0]),
    municipality=("1", "1", "2", "2"),
    district=("",) * 4,
)
BESIDE = 1_000 * 1.3 / (40 / 3.6) / 60


def test_minutes_along_the_road_and_beside_it():
    found = situation(REGION, Driving(), [WEST, EAST], PLACES)
    assert found.minutes[0, :3] == pytest.approx([5, 15 + BESIDE, 20 + 15 + 10 + 5])
    assert found.minutes[1, :3] == pytest.approx([50, 40 + BESIDE, 5])
    assert np.isinf(found.minutes[:, 3]).all()  # 9 km from any road
    assert found.nearest.tolist() == [0, 0, 1, -1]
    assert people_by_nearest(PLACES, found) == {"": 1.0, "west": 150.0, "east": 10.0}


def test_a_closed_place_and_a_ferry_that_does_not_run():
    before = situation(REGION, Driving(), [WEST, EAST], PLACES)
    after = situation(REGION.without_ferries(["ferry 3"]), Driving(), [WEST], PLACES)
    change = change_of(before, after)
    assert change.tolist() == pytest.approx([0, 0, float("inf"), 0])
    rows = table(PLACES, before, after, (12, 40), 10)
    whole = rows[0]
    assert (whole.kind, whole.worse, whole.better) == ("all", 10.0, 0.0)
    assert whole.before.beyond == (51.0, 1.0)
    assert whole.after.beyond == (61.0, 11.0)
    assert [(r.kind, r.group) for r in rows[1:]] == [
        ("municipality", "1"), ("municipality", "2"), ("facility", "west"), ("facility", "east"),
    ]  # fmt: skip
    by_group = {r.group: r for r in rows[1:]}
    assert by_group["2"].worse == 10.0
    assert by_group["1"].worse == 0.0
    # Per facility everybody's time to it counts; a closed one has no time after.
    assert by_group["west"].before.beyond == (61.0, 11.0)
    assert by_group["east"].after is None


def test_the_mean_does_not_fall_because_the_farthest_lose_their_way():
    before = situation(REGION, Driving(), [WEST], PLACES)
    after = situation(REGION.without_ferries(["ferry 3"]), Driving(), [WEST], PLACES)
    whole = table(PLACES, before, after, (12, 40), 10)[0]
    # "c" needs the ferry: 50 minutes before, nothing after; both means are of "a" and "b".
    expected = (100 * 5 + 50 * (15 + BESIDE)) / 150
    assert whole.before.mean_min == pytest.approx(expected)
    assert whole.after.mean_min == pytest.approx(expected)
    assert whole.after.unreached == whole.before.unreached + 10
    alone = table(PLACES, before, None, (12, 40), 10)[0]
    assert alone.before.mean_min == pytest.approx((expected * 150 + 10 * 50) / 160)


def test_night_has_no_ferry():
    night = situation(REGION, Driving(hours=2), [WEST], PLACES)
    assert np.isinf(night.minutes[0, 2])


def test_zones_begin_at_their_nodes():
    zones = Places(
        ids=("z0", "z2"), names=("", ""), x=np.array([0.0, 20_000.0]), y=np.zeros(2),
        people=np.array([1.0, 1.0]), municipality=("", ""), district=("", ""),
        node=np.array([0, 2]), access_s=np.array([60.0, 30.0]),
    )  # fmt: skip
    found = situation(REGION, Driving(), [WEST], zones)
    assert found.minutes[0] == pytest.approx([1.0, 20.5])


def test_node_minutes_are_those_of_places_at_the_nodes():
    found = situation(REGION, Driving(), [WEST, EAST], PLACES)
    assert found.node_minutes() == pytest.approx([0, 10, 20, 10, 0], abs=1e-4)
