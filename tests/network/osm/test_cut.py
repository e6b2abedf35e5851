"""Boxes and polygons, good and bad, and what they leave."""

import json

import geopandas
import numpy as np
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network.osm.cut import cut_to, read_bbox, read_polygon
from tests.network.osm.drawing import LAT, LON, STEP, raw

ROAD = {"highway": "primary"}


def area(west, south, east, north):
    """Return the box of columns and rows of the drawing's grid."""
    sides = (LON + STEP * west, LAT + STEP * south, LON + STEP * east, LAT + STEP * north)
    return read_bbox(",".join(str(side) for side in sides))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("7,62,8", "write four numbers"),
        ("7,62,8,63,9", "write four numbers"),
        ("a,b,c,d", "write four numbers"),
        ("", "write four numbers"),
        ("8,62,7,63", "is empty"),
        ("7,63,8,62", "is empty"),
        ("7,62,7,63", "is empty"),
        ("500000,6900000,600000,7000000", "is not in degrees"),
        ("nan,62,8,63", "is not in degrees"),
        ("7,62,inf,63", "is not in degrees"),
    ],
)
def test_a_bad_box_is_refused(text, message):
    with pytest.raises(InputFaults, match=message) as refused:
        read_bbox(text)
    assert str(refused.value).startswith("--bbox:1:1: ")
    assert "7.0,62.5,8.0,63.0" in str(refused.value)


def test_ways_are_kept_from_their_first_to_their_last_node_in_the_box():
    drawing = raw(
        {1: ([10, 20, 30, 40, 50, 60], ROAD), 2: ([20, 29, 40], ROAD), 3: ([61, 71], ROAD)}
    )
    kept, cut = cut_to(drawing, area(1.5, -1, 5.5, 5))
    assert [
        kept.refs[a:b].tolist() for a, b in zip(kept.offsets, kept.offsets[1:], strict=False)
    ] == [
        [20, 30, 40, 50],
        # Out of the box and into it again: the way between is kept.
        [20, 29, 40],
    ]
    assert kept.way_id.tolist() == [1, 2]
    assert kept.node_id.tolist() == [20, 29, 30, 40, 50]
    assert cut == 0


def test_half_a_ferry_is_left_out_and_counted():
    ferry = {"route": "ferry"}
    drawing = raw({1: ([10, 20], ROAD), 2: ([20, 30, 40], ferry), 3: ([20, 21], ferry)})
    kept, cut = cut_to(drawing, area(0, 0, 3.5, 5))
    assert kept.way_id.tolist() == [1, 3]
    assert cut == 1
    assert cut_to(drawing, area(0, 0, 9, 9))[1] == 0


def test_an_area_elsewhere_leaves_nothing():
    kept, cut = cut_to(raw({1: ([10, 20], ROAD)}), area(50, 50, 60, 60))
    assert (len(kept), cut) == (0, 0)


def write(path, shapes, crs="EPSG:4326", **options):
    geopandas.GeoDataFrame(geometry=shapes, crs=crs).to_file(path, **options)
    return path


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp", "fgb"])
def test_a_polygon_holds_what_is_in_it(tmp_path, suffix):
    triangle = Polygon([(7, 62), (8, 62), (7, 63)])
    got = read_polygon(write(tmp_path / f"area.{suffix}", [triangle]))
    inside = got.holds(np.array([7.1, 7.9, 9.0]), np.array([62.1, 62.9, 62.1]))
    assert inside.tolist() == [True, False, False]
    assert got.bounds == pytest.approx((7, 62, 8, 63))


def test_a_polygon_in_metres_is_turned_into_degrees(tmp_path):
    metres = box(500_000, 6_874_000, 510_000, 6_884_000)
    got = read_polygon(write(tmp_path / "area.gpkg", [metres], crs="EPSG:25833"))
    assert got.holds(np.array([15.1]), np.array([62.05])).tolist() == [True]
    assert got.bounds[0] == pytest.approx(15.0, abs=0.01)


def test_several_polygons_are_one_area(tmp_path):
    got = read_polygon(write(tmp_path / "a.geojson", [box(7, 62, 8, 63), box(10, 62, 11, 63)]))
    assert got.holds(np.array([7.5, 9.0, 10.5]), np.array([62.5] * 3)).tolist() == [
        True,
        False,
        True,
    ]


def test_bad_polygons_are_refused(tmp_path):
    no_crs = write(tmp_path / "no_crs.shp", [box(7, 62, 8, 63)], crs=None)
    line = write(tmp_path / "line.geojson", [LineString([(7, 62), (8, 63)])])
    mixed = write(tmp_path / "mixed.geojson", [box(7, 62, 8, 63), Point(7, 62)])
    flat = write(tmp_path / "flat.geojson", [Polygon([(7, 62), (8, 63), (7, 62)])])
    (tmp_path / "none.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": []}), encoding="utf-8"
    )
    (tmp_path / "text.geojson").write_text("hello", encoding="utf-8")
    (tmp_path / "area.docx").write_text("hello", encoding="utf-8")
    cases = {
        no_crs: "has no reference system",
        line: r"no polygon: leave it out \(got 'LineString'\)",
        mixed: r"\(got 'Point'\)",
        flat: "its polygon is empty",
        tmp_path / "none.geojson": "no polygon",
        tmp_path / "text.geojson": "cannot be read as polygons",
        tmp_path / "area.docx": "no file of polygons",
        tmp_path / "missing.geojson": "there is no such file",
        tmp_path: "there is no such file",
        "/vsizip/area.zip/area.shp": "virtual paths are refused",
    }
    for path, message in cases.items():
        with pytest.raises(InputFaults, match=message) as refused:
            read_polygon(path)
        assert refused.value.faults[0].file == str(path)


def test_what_the_network_says_of_its_area_holds_no_path(tmp_path):
    frame = geopandas.GeoDataFrame(geometry=[box(7, 62, 8, 63)], crs="EPSG:4326")
    frame.to_file(tmp_path / "county.geojson")
    assert read_polygon(tmp_path / "county.geojson").said == "--polygon county.geojson"
    assert read_bbox("7,62,8,63").said == "--bbox 7,62,8,63"
