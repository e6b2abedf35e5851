"""A helicopter's minutes are activation and distance; its bands are circles cut to the land."""

import numpy as np
import pytest
import shapely

from emergency_sim.network.flight import flight_bands, flight_minutes

BASES = np.array([[0.0, 0.0], [200_000.0, 0.0]])
LAND = shapely.box(-50_000, -40_000, 260_000, 70_000)
BREAKS = (20.0, 30.0, 45.0)
FLIGHT = {"activation_min": np.array([15.0, 5.0]), "speed_kmh": 240.0}


def test_minutes_are_activation_and_distance_of_the_first_one_there() -> None:
    x, y = np.array([0.0, 40_000.0, 80_000.0, 200_000.0]), np.array([0.0, 0.0, 0.0, 30_000.0])
    minutes, base = flight_minutes(x, y, BASES, **FLIGHT)
    assert minutes.tolist() == [15.0, 25.0, 35.0, 12.5]  # 4 km a minute
    assert base.tolist() == [0, 0, 0, 1]  # the other one is there after 55, 45 and 35 minutes


def test_a_band_is_a_ring_of_two_circles() -> None:
    far = shapely.box(-1e6, -1e6, 1e6, 1e6)
    one = flight_bands(BASES[:1], BREAKS, activation_min=15.0, speed_kmh=240.0, within=far)
    circles = [np.pi * r**2 for r in (20_000, 60_000, 120_000)]
    rings = [circles[0], circles[1] - circles[0], circles[2] - circles[1], far.area - circles[2]]
    assert [b.area for b in one] == pytest.approx(rings, rel=2e-4)
    early = flight_bands(BASES[:1], (10.0,), activation_min=15.0, speed_kmh=240.0, within=far)
    assert early[0].is_empty  # it has not yet taken off
    assert early[1].area == far.area


def test_bands_share_out_the_land_and_hold_their_minutes() -> None:
    found = flight_bands(BASES, BREAKS, within=LAND, **FLIGHT)
    assert sum(b.area for b in found) == pytest.approx(LAND.area)
    assert shapely.union_all(found).area == pytest.approx(LAND.area)
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-50_000, 260_000, 400), rng.uniform(-40_000, 70_000, 400)
    minutes, _ = flight_minutes(x, y, BASES, **FLIGHT)
    for px, py, m in zip(x, y, minutes, strict=True):
        own = found[int(np.searchsorted(BREAKS, m, side="right"))]
        assert own.distance(shapely.Point(px, py)) < 40  # circles have 256 corners


def test_no_base_and_no_speed_are_refused() -> None:
    with pytest.raises(ValueError, match="a base and a positive speed"):
        flight_minutes(np.zeros(1), np.zeros(1), np.empty((0, 2)), activation_min=1, speed_kmh=1)
    with pytest.raises(ValueError, match="a base and a positive speed"):
        flight_bands(BASES, BREAKS, activation_min=1, speed_kmh=0, within=LAND)
