"""The file opens elsewhere with its layers, their coordinates, and the colours of our classes."""

import re
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network.isochrones import TimeGrid, bands
from emergency_sim.report.geopackage import Layer, write_geopackage
from emergency_sim.report.style import CHANGE, LAND, TRAVEL
from emergency_sim.report.travel_layers import (
    isochrones_layer,
    roads_layer,
    sites_layer,
    zones_layer,
)

DATE = "2026-11-22T12:00:00Z"
ABOUT = {"licence": "SSB NLOD", "source": "Kartverket <N1000> & SSB", "ferry_wait": "dag"}


def frame(geometry: list[Any], **columns: Any) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(columns, geometry=geometry, crs="EPSG:25833")


def layers(lang: str = "nb") -> list[Layer]:
    squares = [shapely.box(i, 0, i + 1, 1) for i in range(3)]
    zones = frame(
        squares, zone_id=["a", "b", "c"], population=[5, 7, 9], facility=["Molde", "Molde", ""],
        minutes_before=[11.5, 25.0, np.nan], minutes_after=[25.0, 25.0, np.nan],
        change_min=[13.5, 0.0, np.nan],
    )  # fmt: skip
    minutes = np.tile(np.arange(30, dtype=np.float32), (5, 1))
    grid = TimeGrid(minutes=minutes, west=0.0, north=500.0, cell_m=100.0)
    points = [shapely.Point(0, 0), shapely.Point(1, 1)]
    lines = [shapely.LineString([(0, 0), (1, 1)]), shapely.LineString([(1, 1), (2, 1)])]
    return [
        zones_layer(zones, lang),
        isochrones_layer(bands(grid, TRAVEL.breaks), TRAVEL, lang),
        sites_layer(frame(points, name=["Molde", "Rauma & co"], state=["open", "closed"]), lang),
        roads_layer(frame(lines, highway=["primary", "ferry"], name=["E39", "<Molde>"]), lang),
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_geopackage(tmp_path / "t.gpkg", layers(), about=ABOUT, date=DATE)
    return tmp_path / "t.gpkg"


def styles(path: Path) -> dict[tuple[str, str], ET.Element]:
    with sqlite3.connect(path) as file:
        rows = file.execute("SELECT f_table_name, styleName, styleQML FROM layer_styles").fetchall()
    file.close()
    return {(layer, name): ET.fromstring(text) for layer, name, text in rows}


def drawn(style: ET.Element) -> dict[str, str]:
    """Colour by filter, as QGIS reads it: a rule names a symbol."""
    colours = {
        symbol.get("name"): next(
            o.get("value")
            for o in symbol.iter("Option")
            if o.get("name") in ("color", "line_color")
        )
        for symbol in style.iter("symbol")
    }
    rules = [rule for rule in style.iter("rule") if rule.get("symbol")]
    return {str(rule.get("filter")): str(colours[rule.get("symbol")]) for rule in rules}


def rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def test_it_is_a_geopackage_with_all_layers_in_our_coordinates(path: Path) -> None:
    head = path.read_bytes()[:72]
    assert head[:16] == b"SQLite format 3\0"
    assert head[68:72] == b"GPKG"
    listed = dict(pyogrio.list_layers(path))
    assert listed == {
        "zones": "MultiPolygon", "isochrones": "MultiPolygon", "sites": "Point",
        "roads": "LineString", "layer_styles": None, "about": None,
    }  # fmt: skip
    for layer in layers():
        read = geopandas.read_file(path, layer=layer.name)
        assert read.crs.to_epsg() == 25833
        assert read.is_valid.all()
        assert len(read) == len(layer.frame)
        assert shapely.equals(read.geometry.array, layer.frame.geometry.array).all()
    zones = geopandas.read_file(path, layer="zones")
    assert zones["minutes_before"].to_list()[:2] == [11.5, 25.0]
    assert np.isnan(zones["change_min"][2])
    assert zones["population"].to_list() == [5, 7, 9]


def test_qgis_finds_one_default_style_for_each_layer(path: Path) -> None:
    with sqlite3.connect(path) as file:
        default = file.execute(
            "SELECT f_table_name, f_geometry_column, styleName FROM layer_styles "
            "WHERE useAsDefault ORDER BY id"
        ).fetchall()
        columns = dict(file.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        kinds = dict(file.execute("SELECT table_name, data_type FROM gpkg_contents"))
        changed = set(file.execute("SELECT last_change FROM gpkg_contents"))
    file.close()
    assert [(name, style) for name, _, style in default] == [
        ("zones", "change_min"), ("isochrones", "isochrones"), ("sites", "sites"), ("roads", "roads"),
    ]  # fmt: skip
    assert all(columns[name] == column for name, column, _ in default)
    assert kinds["layer_styles"] == kinds["about"] == "attributes"
    assert changed == {(DATE,)}


@pytest.mark.parametrize(
    ("style", "classes"),
    [("minutes_before", TRAVEL), ("minutes_after", TRAVEL), ("change_min", CHANGE)],
)
def test_zones_are_drawn_in_our_classes(path: Path, style: str, classes: Any) -> None:
    rules = drawn(styles(path)["zones", style])
    assert rules.pop(f'"{style}" IS NULL') == rgba(LAND)
    assert list(rules.values()) == [rgba(c) for c in classes.colours]
    for value in (-999.0, *classes.breaks, *(b - 0.001 for b in classes.breaks), 999.0):
        taken = [colour for text, colour in rules.items() if _holds(text, style, value)]
        assert taken == [rgba(classes.colour(value))]


def _holds(text: str, field: str, value: float) -> bool:
    tests = {"<": lambda border: value < border, ">=": lambda border: value >= border}
    parts = [re.fullmatch(rf'"{field}" (<|>=) (\S+)', part) for part in text.split(" AND ")]
    return all(p is not None and tests[p[1]](float(p[2])) for p in parts)


def test_isochrones_are_rows_with_borders_and_colours(path: Path) -> None:
    rows = geopandas.read_file(path, layer="isochrones")
    assert rows["class"].to_list() == [0, 1, 2]  # nobody drives more than 29 minutes here
    assert rows["from_min"].fillna(-1).to_list() == [-1, 12, 25]
    assert rows["to_min"].to_list() == [12, 25, 40]
    assert rows["label"].to_list() == ["under 12 min", "12–25 min", "25–40 min"]
    assert rows["km2"].to_list() == pytest.approx([0.48, 0.52, 0.16])
    rules = drawn(styles(path)["isochrones", "isochrones"])
    assert rules == {f'"class" = {i}': rgba(c) for i, c in enumerate(TRAVEL.colours)}


def test_legends_name_their_unit_in_both_languages(path: Path, tmp_path: Path) -> None:
    write_geopackage(tmp_path / "en.gpkg", layers("en"), about=ABOUT, date=DATE)
    for file, words in ((path, "Endring, minutter"), (tmp_path / "en.gpkg", "Change, minutes")):
        labels = [rule.get("label") for rule in styles(file)["zones", "change_min"].iter("rule")]
        assert labels[0] == words
        assert len(labels) == 1 + len(CHANGE.colours) + 1


def test_what_the_file_is_stands_in_it(path: Path) -> None:
    about = pyogrio.read_dataframe(path, layer="about")
    assert dict(zip(about["key"], about["value"], strict=True)) == ABOUT


def test_the_same_input_gives_the_same_file(path: Path, tmp_path: Path) -> None:
    write_geopackage(tmp_path / "u.gpkg", layers(), about=ABOUT, date=DATE)
    assert (tmp_path / "u.gpkg").read_bytes() == path.read_bytes()


def test_what_is_wrong_leaves_the_older_file(path: Path) -> None:
    older, good = path.read_bytes(), layers()
    wrong = Layer(name="zones", frame=good[0].frame.to_crs(25832))
    for bad, said in (([wrong], "25833"), ([good[0], good[0]], "name of its own"), ([], "name")):
        with pytest.raises(ValueError, match=said):
            write_geopackage(path, bad, about=ABOUT, date=DATE)
    assert path.read_bytes() == older
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    with pytest.raises(InputFaults, match="cannot be written"):
        write_geopackage(path / "t.gpkg", good, about=ABOUT, date=DATE)


def test_zones_without_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="minutes_before"):
        zones_layer(frame([shapely.Point(0, 0)], population=[1]), "nb")
    with pytest.raises(ValueError, match="5 classes"):
        isochrones_layer([shapely.MultiPolygon()], TRAVEL, "nb")
