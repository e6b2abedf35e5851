"""Grids and bands: minutes on a straight road are known; bands share out what is reached."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from emergency_sim.network.isochrones import (
    CELL_SIZES_M,
    MOST_CELLS,
    TimeGrid,
    bands,
    cell_size,
    points_along,
    time_grid,
)

BREAKS = (12.0, 25.0, 40.0, 60.0)
PER_METRE = 1.3 / (40 * 1000 / 60)  # minutes beside the road


def straight_road(inf_from: float = np.inf) -> tuple[NDArray, NDArray, NDArray]:
    """A road along y = 0 with a point each 100 m, a minute a kilometre from x = 0."""
    x = np.arange(0, 60_001, 100.0)
    return x, np.zeros(len(x)), np.where(x < inf_from, x / 1000 * 60, np.inf)


def at(grid: TimeGrid, x: float, y: float) -> float:
    return float(
        grid.minutes[int((grid.north - y) // grid.cell_m), int((x - grid.west) // grid.cell_m)]
    )


def test_minutes_are_the_roads_and_the_way_beside_it() -> None:
    grid = time_grid(*straight_road(), cell_m=100)
    near = 10.0 + np.hypot(50, 50) * PER_METRE
    assert at(grid, 10_050, 50) == pytest.approx(near, abs=1e-4)
    assert at(grid, 10_050, -50) == pytest.approx(near, abs=1e-4)
    # 2 km from the road the second nearest point to the west is the quickest of four.
    far = 29.9 + np.hypot(150, 2_050) * PER_METRE
    assert at(grid, 30_050, 2_050) == pytest.approx(far, abs=1e-4)
    half = time_grid(*straight_road(), cell_m=100, off_road_kmh=20, detour=2.6)
    assert at(half, 10_050, 50) - 10 == pytest.approx(4 * (near - 10), abs=1e-3)


def test_the_quicker_of_two_near_points_counts_not_the_nearer() -> None:
    x, y = np.array([0.0, 400.0]), np.zeros(2)
    grid = time_grid(x, y, np.array([0.0, 3_600.0]), cell_m=100)
    assert at(grid, 350, 50) == pytest.approx(np.hypot(350, 50) * PER_METRE, abs=1e-4)


def test_nothing_is_reached_beyond_the_cut() -> None:
    grid = time_grid(*straight_road(), cell_m=250, cut_m=3_000)
    x, y = np.meshgrid(*grid.centres())
    beside = np.hypot(x - np.clip(np.round(x, -2), 0, 60_000), y)
    assert np.isfinite(grid.minutes[beside <= 2_999]).all()
    assert np.isnan(grid.minutes[beside > 3_000.1]).all()


def test_bounds_are_kept_and_roads_outside_them_count() -> None:
    bounds = (10_000.0, 1_000.0, 20_000.0, 4_000.0)
    grid = time_grid(*straight_road(), bounds=bounds, cell_m=300)
    assert (grid.west, grid.north, grid.minutes.shape) == (9_900, 4_200, (11, 34))
    assert np.isfinite(grid.minutes).all()
    whole = time_grid(*straight_road(), bounds=(0, -6_000, 60_000, 6_000), cell_m=300)
    assert at(grid, 15_150, 2_550) == at(whole, 15_150, 2_550)


def test_around_a_road_out_of_reach_nobody_gets_anywhere() -> None:
    grid = time_grid(*straight_road(inf_from=30_000), cell_m=100)
    assert at(grid, 29_050, 50) == pytest.approx(29.14, abs=0.01)
    assert np.isnan(at(grid, 31_050, 50))
    assert np.isnan(at(grid, 31_050, 4_050))


def test_no_points_no_grid() -> None:
    with pytest.raises(ValueError, match="no points"):
        time_grid(np.empty(0), np.empty(0), np.empty(0))


def test_points_along_a_road_know_both_ways() -> None:
    line = np.array([shapely.LineString([(0, 0), (1_000, 0)])])
    both = {"start_s": np.array([0.0]), "end_s": np.array([100.0]), "step_m": 250.0}
    x, y, s = points_along(line, forward_s=np.array([80.0]), backward_s=np.array([120.0]), **both)
    assert (x.tolist(), y.tolist()) == ([250, 500, 750], [0, 0, 0])
    assert s == pytest.approx([30, 60, 90])  # back to the start: 120 s for the whole line
    _, _, s = points_along(line, forward_s=np.array([80.0]), backward_s=np.array([np.inf]), **both)
    assert s == pytest.approx([160, 140, 120])  # one-way: on to the end, and from there
    x, _, s = points_along(
        np.repeat(line, 3), start_s=np.zeros(3), end_s=np.zeros(3),
        forward_s=np.full(3, np.inf), backward_s=np.array([10.0, 20.0, 30.0]), step_m=500.0,
    )  # fmt: skip
    assert (x.tolist(), s.tolist()) == ([500] * 3, [5, 10, 15])
    x, _, _ = points_along(
        line, forward_s=np.ones(1), backward_s=np.ones(1), **(both | {"step_m": 1e3})
    )
    assert len(x) == 0


def test_cells_are_the_finest_that_fit() -> None:
    for width, height in ((4_000, 4_000), (260_000, 180_000), (1_150_000, 1_550_000)):
        size = cell_size(width, height)
        finer = CELL_SIZES_M[CELL_SIZES_M.index(size) - 1]
        assert width * height / size**2 <= MOST_CELLS
        assert size == CELL_SIZES_M[0] or (width / finer + 2) * (height / finer + 2) > MOST_CELLS


def sloping() -> TimeGrid:
    """A minute a kilometre eastwards, 100 columns and 41 rows of 1 km, from 0.5 minutes."""
    minutes = np.tile(np.arange(100) + 0.5, (41, 1)).astype(np.float32)
    return TimeGrid(minutes=minutes, west=0.0, north=41_000.0, cell_m=1_000.0)


def test_bands_of_a_slope_lie_between_the_breaks() -> None:
    found = bands(sloping(), BREAKS)
    edges = [500, 12_000, 25_000, 40_000, 60_000, 99_500]
    for band, west, east in zip(found, edges[:-1], edges[1:], strict=True):
        assert band.geom_type == "MultiPolygon"
        assert band.bounds == pytest.approx((west, 500, east, 40_500))
        assert band.area == pytest.approx((east - west) * 40_000)


def test_a_class_without_minutes_is_empty() -> None:
    found = bands(sloping(), (-5.0, 0.0, 50.0, 200.0))
    assert [b.is_empty for b in found] == [True, True, False, False, True]
    tiny = TimeGrid(minutes=np.zeros((1, 5), np.float32), west=0, north=0, cell_m=1)
    assert [b.is_empty for b in bands(tiny, (1.0,))] == [True, True]


def test_minutes_on_a_border_belong_to_the_class_above() -> None:
    level = TimeGrid(minutes=np.full((5, 5), 12, np.float32), west=0.0, north=500.0, cell_m=100.0)
    assert [b.area for b in bands(level, (12.0, 25.0))] == pytest.approx([0, 160_000, 0])


def test_a_difference_needs_the_same_cells() -> None:
    a = sloping()
    changed = TimeGrid(minutes=a.minutes + 3, west=0.0, north=41_000.0, cell_m=1_000.0)
    assert (changed.minus(a).minutes == 3).all()
    with pytest.raises(ValueError, match="different cells"):
        a.minus(TimeGrid(minutes=a.minutes, west=1.0, north=41_000.0, cell_m=1_000.0))


@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.1, 0.5]), st.booleans())
def test_bands_share_out_what_is_reached(seed: int, holes: float, flat: bool) -> None:
    rng = np.random.default_rng(seed)
    minutes = rng.uniform(0, 80, (12, 15)).astype(np.float32)
    if flat:  # many minutes exactly on a border
        minutes = np.float32(rng.choice([0, 12, 25, 40, 60, 70], minutes.shape))
    minutes[rng.random(minutes.shape) < holes] = np.nan
    grid = TimeGrid(minutes=minutes, west=-700.0, north=900.0, cell_m=100.0)
    found = bands(grid, BREAKS)
    everything = bands(grid, ())[0]
    assert all(b.is_valid for b in found)
    assert sum(b.area for b in found) == pytest.approx(everything.area, rel=1e-5)
    for i, one in enumerate(found):
        for other in found[i + 1 :]:
            assert shapely.intersection(one, other).area < 10
    known = np.isfinite(minutes)
    quads = known[1:, 1:] & known[:-1, 1:] & known[1:, :-1] & known[:-1, :-1]
    assert everything.area >= quads.sum() * 100.0**2 * (1 - 1e-9)
    x, y = np.meshgrid(*grid.centres())
    for row, column in zip(*np.nonzero(quads), strict=True):
        value = float(minutes[row, column])
        point = shapely.Point(x[row, column], y[row, column])
        # A lone peak that hardly reaches over a border may have no area of its own.
        own = {int(np.searchsorted(BREAKS, v, side="right")) for v in (value - 0.05, value + 0.05)}
        assert min(shapely.distance(found[i], point) for i in own) < 0.02
