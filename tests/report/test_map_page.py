"""The page on which a region is largest, and a legend that hides nothing of it."""

import pytest
import shapely

from emergency_sim.report.map_page import A4, Frame, lay_out

LEGEND = (60.0, 45.0)
BOUNDS = {
    "tall": (0.0, 0.0, 700_000.0, 1_500_000.0),
    "wide": (0.0, 0.0, 200_000.0, 110_000.0),
    "square": (0.0, 0.0, 4_000.0, 4_000.0),
}


def laid_out(name: str, cover: object = None) -> Frame:
    bounds = BOUNDS[name]
    return lay_out(bounds, cover or shapely.box(*bounds), LEGEND, lines=2, subtitle=True)


def on_the_ground(frame: Frame) -> shapely.Polygon:
    """The legend in metres."""
    metres = frame.scale / 1000
    x = frame.bounds[0] + (frame.legend_mm[0] - frame.map_mm[0]) * metres
    y = frame.bounds[1] + (frame.legend_mm[1] - frame.map_mm[1]) * metres
    return shapely.box(x, y, x + LEGEND[0] * metres, y + LEGEND[1] * metres)


@pytest.mark.parametrize("name", BOUNDS)
def test_all_of_the_region_is_seen_and_nothing_of_it_hidden(name: str) -> None:
    frame, region = laid_out(name), shapely.box(*BOUNDS[name])
    assert shapely.box(*frame.bounds).contains(region)
    assert (
        shapely.intersection(on_the_ground(frame), region).area < 0.05 * on_the_ground(frame).area
    )
    west, south, east, north = frame.bounds
    assert (east - west) / frame.map_mm[2] == pytest.approx((north - south) / frame.map_mm[3])
    for left, bottom, width, height in (frame.map_mm, frame.legend_mm):
        assert left > 0
        assert bottom > 0
        assert left + width < frame.page[0]
        assert bottom + height < frame.page[1]


def test_a_tall_region_stands_upright_and_a_wide_one_lies_across() -> None:
    assert laid_out("tall").page == A4
    assert laid_out("wide").page == A4[::-1]


def test_a_free_corner_takes_the_legend_and_leaves_the_map_the_page() -> None:
    bounds = (0.0, 0.0, 190_000.0, 240_000.0)
    sea = shapely.box(0, 150_000, 100_000, 240_000)  # in the upper left
    land = shapely.difference(shapely.box(*bounds), sea)
    inside = lay_out(bounds, land, LEGEND, lines=1, subtitle=False)
    below = lay_out(bounds, shapely.box(*bounds), LEGEND, lines=1, subtitle=False)
    assert inside.map_mm[3] > below.map_mm[3]
    assert shapely.intersection(on_the_ground(inside), land).area == 0
    assert inside.scale < below.scale
    left, bottom, _, height = below.legend_mm
    assert bottom + height <= below.map_mm[1] or left >= below.map_mm[0] + below.map_mm[2]


def test_the_scale_is_that_of_the_paper() -> None:
    frame = laid_out("wide")
    assert frame.scale == pytest.approx(
        (frame.bounds[2] - frame.bounds[0]) / (frame.map_mm[2] / 1000)
    )
    assert frame.at(*frame.page) == (1.0, 1.0)
