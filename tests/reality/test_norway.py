"""All of Norway from open data: the white paper's table within its targets, nobody lost."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.travel_world import asked, strict
from tests.districts.data import real_data

PEOPLE = 5_317_737
FIGURES = {
    "share_over_40", "share_over_60", "municipalities_mean_over_40",
    "municipalities_mean_at_least_60",
}  # fmt: skip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """Return what ``norway --json --out`` says and its folder."""
    import contextlib
    import io

    from emergency_sim.cli import main

    out = tmp_path_factory.mktemp("norway") / "out"
    data = real_data(repository)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert main(["norway", str(data), "--json", "--out", str(out)]) == 0
    return strict(said.getvalue()), out


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_figures_lie_within_the_targets(made: tuple[Any, Path]) -> None:
    own = made[0]["own_district"]
    assert 0.042 <= own["share_over_40"] <= 0.062
    assert 0.010 <= own["share_over_60"] <= 0.022
    assert 60 <= own["municipalities_mean_over_40"] <= 82
    assert 24 <= own["municipalities_mean_at_least_60"] <= 42


def test_the_json_is_that_of_the_contract(made: tuple[Any, Path]) -> None:
    found, out = made
    assert set(found["own_district"]) == set(found["nearest"]) == FIGURES
    for row in (found["own_district"], found["nearest"]):
        for key, value in row.items():
            assert isinstance(value, float if key.startswith("share") else int)
    assert str(out.parent) not in str(found)
    assert found["people"] == PEOPLE
    assert len(found["inputs"]) == 5


def test_nobody_is_lost_and_nobody_has_it_nearer_than_the_nearest(made: tuple[Any, Path]) -> None:
    import geopandas

    found, out = made
    squares = geopandas.read_file(out / "norway.gpkg", layer="squares", ignore_geometry=True)
    assert squares.population.sum() == PEOPLE
    assert np.isfinite(squares.minutes).all()
    assert (squares.minutes_nearest <= squares.minutes).all()
    for key in FIGURES:
        assert found["nearest"][key] <= found["own_district"][key]
    # Minutes are written to a tenth: who has 40.0 may have a little more.
    for limit in (40, 60):
        people = squares.population[squares.minutes > limit].sum() / PEOPLE
        assert people == pytest.approx(found["own_district"][f"share_over_{limit}"], abs=2e-4)


def test_every_table_adds_up(made: tuple[Any, Path]) -> None:
    found, out = made
    municipalities = table(out / "municipalities.csv")
    assert len(municipalities) == 357
    assert sum(int(row["people_2019"] or 0) for row in municipalities) == PEOPLE
    means = [float(row["mean_min_own"]) for row in municipalities if row["mean_min_own"]]
    over = found["own_district"]["municipalities_mean_over_40"]
    assert abs(sum(mean > 40 for mean in means) - over) <= 2  # means are rounded
    without = [row["number"] for row in municipalities if row["on_the_list"] == "no"]
    assert without == found["municipalities_without_listed_legevakt"]
    legevakter = table(out / "legevakter.csv")
    assert len(legevakter) == 167
    for column in ("people_own", "people_nearest"):
        assert sum(int(row[column]) for row in legevakter) == pytest.approx(PEOPLE, abs=84)


def test_every_file_is_written(made: tuple[Any, Path]) -> None:
    import rasterio

    out = made[1]
    assert {p.name for p in out.iterdir()} == {
        "legevakter.csv", "map_nearest.png", "map_nearest.svg", "map_own.png", "map_own.svg",
        "municipalities.csv", "norway.gpkg", "norway.tif", "white_paper.json",
    }  # fmt: skip
    with rasterio.open(out / "norway.tif") as raster:
        assert raster.descriptions == ("minutes_own", "minutes_nearest")
        lived = raster.read(1, masked=True)
        assert lived.count() == 54_988
    with sqlite3.connect(out / "norway.gpkg") as file:
        styled = {row[0] for row in file.execute("SELECT f_table_name FROM layer_styles")}
    assert styled == {"sites", "municipalities", "squares"}
    written = strict((out / "white_paper.json").read_text(encoding="utf-8"))
    assert written["own_district"] == made[0]["own_district"]


def test_the_whole_county_by_the_grid_loses_nobody_at_the_coast(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Squares whose middle lies in the sea are a sixth of Romsdal's people."""
    data = real_data(repository) / "norway"
    net = tmp_path / "net"
    asked(
        capsys, "network", "build", "--osm", data / "norway_n1000.osm.pbf",
        "--bbox", "6.8,62.5,8.0,63.0", "--out", net,
    )  # fmt: skip
    (tmp_path / "to.csv").write_text("name,lon,lat\nMolde,7.157,62.737\n")
    people = []
    words = ["--population", data / "ssb_population_1km_2019.csv.gz", "--json", "--out"]
    for more in ([], ["--outlines", data / "municipalities_2024.geojson.gz"]):
        found = strict(
            asked(
                capsys, "travel-time", "--network", net, "--to", tmp_path / "to.csv", *words,
                tmp_path / "out", *more,
            )
        )  # fmt: skip
        [everybody] = [row for row in found["rows"] if row["kind"] == "all"]
        people.append(everybody["people"])
    assert people[0] == people[1]
    assert people[0] > 60_000
