"""``norway`` on a toy country: the table counted by hand, the files, and what is refused."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import osmium
import pytest

from emergency_sim.network import unproject
from emergency_sim.report.style import number
from tests.cli.travel_world import asked, refused, strict
from tests.districts.country import NODES, ROADS, X, Y, country

__all__ = ["country"]


@pytest.fixture(scope="module")
def data(country: tuple[Path, Path]) -> Path:
    """Return the toy country's data folder with its roads as a file of OpenStreetMap."""
    folder = country[1] / "norway"
    path = folder / "norway_n1000.osm.pbf"
    ids = {name: k + 1 for k, name in enumerate(NODES)}
    with osmium.SimpleWriter(str(path)) as writer:
        for name, (x, y) in NODES.items():
            lon, lat = (float(v) for v in unproject(X + x, Y + y))
            writer.add_node(osmium.osm.mutable.Node(id=ids[name], version=1, location=(lon, lat)))
        for k, (one, other) in enumerate(ROADS):
            writer.add_way(way(k + 1, [ids[one], ids[other]], {"highway": "secondary"}))
        ferry = {"route": "ferry", "duration": "0:10"}
        writer.add_way(way(99, [ids["d"], ids["e"]], ferry))
    return country[1]


def way(ident: int, nodes: list[int], tags: dict[str, str]) -> Any:
    return osmium.osm.mutable.Way(id=ident, version=1, nodes=nodes, tags=tags)


def test_the_json_is_that_of_the_contract(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = strict(asked(capsys, "norway", data, "--json"))
    figures = {
        "share_over_40", "share_over_60", "municipalities_mean_over_40",
        "municipalities_mean_at_least_60",
    }  # fmt: skip
    assert set(found["own_district"]) == set(found["nearest"]) == figures
    assert found["people"] == 12_000 + 800 + 300 + 30 + 9
    assert found["municipalities_without_listed_legevakt"] == []
    assert found["people_by_boat"] == 30
    assert str(data) not in str(found)
    for key in figures:
        assert found["nearest"][key] <= found["own_district"][key]


def test_the_figures_are_counted_from_the_squares(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import geopandas

    out = tmp_path / "out"
    found = strict(asked(capsys, "norway", data, "--json", "--out", out))
    squares = geopandas.read_file(out / "norway.gpkg", layer="squares")
    assert squares.population.sum() == found["people"]
    assert (squares.minutes_nearest <= squares.minutes).all()
    assert squares.area.round().eq(1e6).all()
    for label, column in (("own_district", "minutes"), ("nearest", "minutes_nearest")):
        for limit in (40, 60):
            share = squares.population[squares[column] > limit].sum() / found["people"]
            assert found[label][f"share_over_{limit}"] == pytest.approx(share)
    with (out / "municipalities.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["number"] for row in rows] == ["0101", "0102", "0103", "0104"]
    assert sum(int(row["people_2019"]) for row in rows) == found["people"]
    means = [float(row["mean_min_own"]) for row in rows]
    assert found["own_district"]["municipalities_mean_over_40"] == sum(m > 40 for m in means)
    asked(capsys, "norway", data, "--out", out)  # its own folder is replaced
    assert len(list(out.iterdir())) == 9


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("White paper", "Own district", "5.2 %")), ("nb", ("Meldingen", "Nærmeste", "5,2 %"))],
)
def test_the_table_is_shown_beside_the_published_one(
    data: Path, capsys: pytest.CaptureFixture[str], lang: str, words: tuple[str, ...]
) -> None:
    said = asked(capsys, "norway", data, "--lang", lang)
    for word in (*words, f"{number(13_139, 0, lang)} "):
        assert word.replace("\xa0", " ") in said.replace("\xa0", " ")


def test_everything_wrong_is_said_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    err = refused(
        capsys, "norway", tmp_path, "--lang", "sv", "--out", tmp_path / "file",
        "--speeds", tmp_path / "speeds.csv",
    )  # fmt: skip
    for said in (
        "--lang:1:1: must be nb or en", "--out:1:1: is no folder",
        f"{tmp_path / 'speeds.csv'}:1:1: there is no such file", "norway_n1000.osm.pbf",
        "ssb_population_1km_*.csv.gz", "municipalities_*.geojson.gz", "legevakter_*.geojson",
    ):  # fmt: skip
        assert said in err
    assert "is no folder of this computer" in refused(
        capsys, "norway", tmp_path, "--out", "/vsimem/x"
    )


def test_every_bad_file_of_the_folder_is_said_at_once(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from shutil import copytree

    copy = tmp_path / "data"
    copytree(data, copy)
    norway = copy / "norway"
    [grid] = norway.glob("ssb_population_1km_*")
    grid.write_bytes(b"")
    (norway / "norway_n1000.osm.pbf").write_text("no roads")
    [listed] = norway.glob("legevakter_*.geojson")
    listed.write_text("{}")
    err = refused(capsys, "norway", copy, "--out", tmp_path / "out")
    for path in (grid, norway / "norway_n1000.osm.pbf", listed):
        assert str(path) in err
    assert not (tmp_path / "out").exists()


def test_names_that_look_like_formulas_are_escaped(tmp_path: Path) -> None:
    from emergency_sim.report import national

    national._write(tmp_path / "t.csv", [{"name": "=1+1", "people": -3, "mean": None}])
    assert (tmp_path / "t.csv").read_text() == "name,people,mean\n'=1+1,-3,\n"
