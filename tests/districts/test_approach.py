"""Ways between places and roads: by car on land, by boat over water."""

import numpy as np
import pytest
import shapely

from emergency_sim.districts.approach import approach, water_between
from emergency_sim.network.snapping import Snapped

MAINLAND = shapely.box(0, 0, 10_000, 10_000)
ISLAND = shapely.box(0, 12_000, 1_000, 13_000)
LAND = np.array([MAINLAND, ISLAND])


def snapped(x, y, to_x, to_y) -> Snapped:
    x, y, to_x, to_y = (np.asarray(v, float) for v in (x, y, to_x, to_y))
    return Snapped(
        link=np.zeros(len(x), int), fraction=np.zeros(len(x)), metres=np.hypot(x - to_x, y - to_y),
        x=to_x, y=to_y,
    )  # fmt: skip


def test_water_is_what_lies_on_no_land():
    here = np.array([500.0, 500.0]), np.array([12_500.0, 500.0])
    there = np.array([500.0, 500.0]), np.array([9_000.0, 9_000.0])
    assert water_between(*here, *there, LAND) == pytest.approx([2_000, 0])


def test_a_boat_only_over_more_than_a_kilometre_of_water():
    x, y = [500.0, 500.0, 9_000.0], [12_500.0, 10_900.0, 500.0]
    road = snapped(x, y, [500.0, 500.0, 9_000.0], [9_000.0, 9_950.0, 8_500.0])
    found = approach(np.array(x), np.array(y), road, LAND)
    assert found.boat.tolist() == [True, False, False]
    assert found.seconds == pytest.approx(
        [1_200 + 3_500 / (30 / 3.6), 950 * 1.3 / (40 / 3.6), 8_000 * 1.3 / (40 / 3.6)]
    )


def test_without_outlines_nobody_is_reached_from_afar():
    road = snapped([0.0, 0.0], [0.0, 0.0], [4_900.0, 5_100.0], [0.0, 0.0])
    found = approach(np.zeros(2), np.zeros(2), road)
    assert np.isfinite(found.seconds).tolist() == [True, False]
    assert not found.boat.any()
