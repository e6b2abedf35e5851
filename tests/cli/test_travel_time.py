"""``travel-time`` on a coast drawn by hand: every figure is a sum, every file is there."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest
from shapely.geometry import box, mapping

from tests.cli.travel_world import (
    EVERYBODY,
    MINUTES,
    NODES,
    SITES,
    ZONES,
    X,
    Y,
    asked,
    lonlat,
    outlines,
    own_people,
    strict,
    write_world,
)

FILES = {
    "manifest.json", "places.csv", "places_by_facility.parquet", "travel_time.csv",
    "travel_time.gpkg", "travel_time.tif",
}  # fmt: skip

WITH_HELICOPTERS = ("before", "after", "change", "helicopter")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(tmp_path_factory.mktemp("world") / "coast")


class TablesOnly:
    """Stands for the maps and layers of a study."""

    def __init__(self, answer: object) -> None:
        pass

    def write_package(self, path: Path) -> None:
        path.touch()  # by which the command knows its own folder again

    def write_raster(self, path: Path) -> None:
        pass

    def draw(self, folder: Path) -> None:
        pass


@pytest.fixture
def ask(
    world: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """Return what ``--json`` says; of the files only the tables are written: maps take time."""
    monkeypatch.setattr("emergency_sim.report.travel_output._Study", TablesOnly)

    def run(*words: object, to: object = "kind=legevakt", network: Path = world) -> Any:
        return strict(
            asked(
                capsys, "travel-time", "--network", network, "--to", to, "--out", tmp_path / "out",
                "--json", *words,
            )
        )  # fmt: skip

    return run


def rows(found: Any, kind: str) -> dict[str, Any]:
    return {row["group"]: row for row in found["rows"] if row["kind"] == kind}


def places(tmp_path: Path, column: str = "minutes") -> dict[str, float | None]:
    with (tmp_path / "out" / "places.csv").open(encoding="utf-8", newline="") as stream:
        return {
            row["id"]: float(row[column]) if row[column] else None for row in csv.DictReader(stream)
        }


# ------------------------------------------------------------------ figures


def test_minutes_and_shares_are_those_counted_by_hand(ask: Any, tmp_path: Path) -> None:
    found = ask("--breaks", "5,11.5,20")
    assert places(tmp_path) == {**MINUTES, "zi": None}
    everybody = rows(found, "all")["all"]
    assert everybody["people"] == EVERYBODY
    # Who is not reached has more than anything.
    assert everybody["share_over_5"] == round((500 + 300 + 50 + 7) / EVERYBODY, 6)
    assert everybody["share_over_11.5"] == round(307 / EVERYBODY, 6)
    assert everybody["share_over_20"] == round(307 / EVERYBODY, 6)
    assert everybody["unreached"] == 7
    minutes = sum(MINUTES[z] * people for z, (_, people, _) in ZONES.items() if z != "zi")
    assert everybody["mean_min"] == round(minutes / 2050, 2)
    assert everybody["median_min"] == 1
    assert everybody["p90_min"] == 21
    vest, aust = (rows(found, "municipality")[n] for n in ("0101", "0102"))
    assert (vest["people"], vest["share_over_5"]) == (1550, round(550 / 1550, 6))
    assert (aust["name"], aust["mean_min"]) == ("=Austby", round((300 * 21 + 200) / 500, 2))
    assert set(rows(found, "district")) == {"d0101", "d0102"}
    assert rows(found, "facility")["vest"]["people_nearest"] == 1850
    assert rows(found, "facility")["aust"]["people_nearest"] == 200
    assert "nedlagt" not in rows(found, "facility")
    # To the eastern clinic everybody crosses by ferry: 10 min and half of 30 min between departures.
    assert rows(found, "facility")["aust"]["median_min"] == 56


def test_who_is_not_reached_is_named_and_counted_everywhere(
    ask: Any, world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = ask()
    [lost] = found["unreached"]
    assert lost == {
        "place": "zi", "name": "Zone i", "municipality": "0102", "people": 7, "before": False,
        "after": None,
    }  # fmt: skip
    out = asked(
        capsys, "travel-time", "--network", world, "--to", "kind=legevakt",
        "--out", tmp_path / "out", "--close", "aust", "--without-ferry", "Fjorden",
    )  # fmt: skip
    assert "Not reached: 7 → 207 people: Zone e, Zone i" in out
    with (tmp_path / "out" / "travel_time.csv").open(encoding="utf-8", newline="") as stream:
        first = next(csv.DictReader(stream))
    assert (first["unreached"], first["unreached_after"]) == ("7", "207")


@pytest.mark.parametrize(
    ("at", "east"), [("Mo 09:00", 1), ("Mo 17:59", 56), ("Mo 18:00", 71), ("Sa 23:00", None)]
)
def test_the_hour_decides_what_is_open_and_how_often_ferries_run(
    ask: Any, tmp_path: Path, at: str, east: float | None
) -> None:
    found = ask("--at", at)
    assert places(tmp_path)["ze"] == east
    assert found["manifest"]["choices"]["at"] == at[:3] + at[3:5] + ":00"


def test_winter_is_slower_and_may_close_roads(ask: Any, tmp_path: Path) -> None:
    ask("--season", "winter")
    assert places(tmp_path)["zw"] is None
    assert places(tmp_path)["zb"] == 1 + 11  # a tenth slower on the road
    found = ask("--season", "winter", "--winter-roads", "open")
    assert places(tmp_path)["zw"] == 1 + 11
    assert found["manifest"]["choices"]["winter_roads"] == "open"
    ask("--winter-roads", "closed")  # in summer nothing is closed
    assert places(tmp_path)["zw"] == 11


def test_profiles_have_their_factors_and_ambulances_their_keys(ask: Any, tmp_path: Path) -> None:
    people = own_people(tmp_path / "people.csv", [f"p,{X + 20_000},{Y + 10_000},1"])
    ask("--profile", "ambulance")
    assert places(tmp_path)["zb"] == 1 + 11
    found = ask("--profile", "blue")
    assert places(tmp_path)["zb"] == 1 + 9
    assert found["manifest"]["choices"]["direction"] == "from"
    # The only road of p is private: no car gets there, an ambulance with keys does.
    [lost] = ask("--population", people)["unreached"]
    assert lost["people"] == 1
    ask("--population", people, "--profile", "blue")
    assert places(tmp_path)["p"] == 27
    [lost] = ask("--population", people, "--profile", "blue", "--no-keys")["unreached"]
    assert lost["place"] == "p"


def test_the_direction_counts_where_roads_are_one_way(
    ask: Any, tmp_path: Path, world: Path
) -> None:
    from shutil import copytree

    other = tmp_path / "oneway"
    copytree(world, other)
    text = (other / "links.csv").read_text().replace("dep_night,access", "dep_night,access,oneway")
    lines = [line if "access" in line else f"{line[: line.rfind(',')]},,{line[line.rfind(',') + 1 :]}"
             for line in text.splitlines()]  # fmt: skip
    lines = [
        line.replace("ab,a,b,secondary,10000,60,,,,,,,,", "ab,a,b,secondary,10000,60,,,,,,,1,")
        for line in lines
    ]
    (other / "links.csv").write_text("\n".join(lines) + "\n")
    ask("--direction", "from", "--close", "aust", network=other)
    assert places(tmp_path, "minutes_after")["zb"] == 11
    ask("--direction", "to", network=other)
    assert places(tmp_path)["zb"] == 46  # by ferry to the other clinic


def test_a_quantile_is_that_of_single_trips(ask: Any, tmp_path: Path) -> None:
    ask("--quantile", "0.9")
    expected = 1 + 10 * np.exp(0.15 * 1.2815515655446004)
    assert places(tmp_path)["zb"] == pytest.approx(expected, abs=0.01)
    ask("--quantile", "0.5")
    assert places(tmp_path)["zb"] == 11


def test_before_after_and_change(ask: Any, tmp_path: Path) -> None:
    lon, lat = lonlat("b")
    found = ask("--close", "VEST legevakt", "--open", f"=Ny={lon:.7f},{lat:.7f}", "--worse", "9")
    assert places(tmp_path, "minutes_after")["za"] == pytest.approx(11, abs=0.01)
    change = places(tmp_path, "change_min")
    assert change["za"] == pytest.approx(10, abs=0.01)
    assert change["zb"] == pytest.approx(-10, abs=0.01)
    assert change["ze"] == 0
    everybody = rows(found, "all")["all"]
    assert everybody["people_longer"] == 1000 + 50
    assert everybody["people_shorter"] == 500 + 300
    sites = rows(found, "facility")
    assert sites["vest"]["people_nearest_after"] is None
    assert sites["=Ny"]["people_nearest"] is None
    assert sites["=Ny"]["people_nearest_after"] == 1850
    with (tmp_path / "out" / "longer.csv").open(encoding="utf-8", newline="") as stream:
        longer = list(csv.DictReader(stream))
    assert [row["id"] for row in longer] == ["za", "zw"]  # the most people first
    assert [row["facility_after"] for row in longer] == ["'=Ny", "'=Ny"]


def test_who_loses_the_only_ferry_stands_among_the_longer(ask: Any, tmp_path: Path) -> None:
    found = ask("--close", "aust", "--without-ferry", "Fjorden")
    assert rows(found, "all")["all"]["people_longer"] == 200
    longer = (tmp_path / "out" / "longer.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in longer] == ["id", "ze"]
    assert [one["place"] for one in found["unreached"]] == ["ze", "zi"]
    # The zone at the quay keeps its road.
    assert places(tmp_path, "minutes_after")["zc"] == 21


def test_people_of_a_file(ask: Any, tmp_path: Path) -> None:
    people = own_people(tmp_path / "people.csv")
    found = ask("--population", people)
    assert places(tmp_path) == {"p1": 2.5, "p2": pytest.approx(5 + 1.95, abs=0.01)}
    assert rows(found, "all")["all"]["people"] == 120
    [_, note, _] = found["manifest"]["notes"]
    assert note.startswith("3 people of the population file live more than 5 km")


def test_notes_say_what_is_open_and_who_serves_by_day(ask: Any) -> None:
    def notes(*words: object) -> str:
        return " ".join(ask(*words)["manifest"]["notes"])

    assert "2 of 2 places are open then" in notes("--at", "Mo 12:00")
    assert "fastlege duty offices serve" in notes("--at", "Mo 12:00")
    assert "1 of 2 places are open then" in notes("--at", "Sa 12:00")
    assert "fastlege" not in notes("--at", "Sa 12:00")
    assert "open then" not in notes()
    assert "whoever it serves" in notes()


def test_notes_say_which_wait_for_ferries_is_in_the_minutes(
    ask: Any, world: Path, tmp_path: Path
) -> None:
    assert "half the time between departures by day" in ask()["manifest"]["notes"][0]
    copytree(world, tmp_path / "coast")
    links = tmp_path / "coast" / "links.csv"
    links.write_text(links.read_text().replace("Fjorden,10,2,1,0,", "Fjorden,25,,,,"))
    notes = ask("--at", "Sa 03:00", network=tmp_path / "coast")["manifest"]["notes"]
    assert notes[0].startswith("Where no departures are known a ferry's wait is part of")
    assert not any("half the time" in note for note in notes)


def test_figures_that_are_missing_have_a_reason(ask: Any) -> None:
    found = ask("--close", "aust", "--without-ferry", "Fjorden")
    everybody = rows(found, "all")["all"]
    assert everybody["p90_min_after"] is None
    assert everybody["reason"] == "too many are not reached for a quantile after the change"
    sites = rows(found, "facility")
    assert sites["aust"]["mean_min_after"] is None
    assert "not open after the change" in sites["aust"]["reason"]
    assert rows(ask(), "municipality")["0101"]["reason"] is None


def write_boxes(folder: Path, boxes: list[tuple[int, int, int, int]]) -> Path:
    """Write rectangles in metres from the world's origin, named by their number."""
    path = folder / f"boxes{len(boxes)}.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {"id": str(k)},
            "geometry": mapping(box(X + west, Y + south, X + east, Y + north)),
        }
        for k, (west, south, east, north) in enumerate(boxes)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    return path


def test_only_outlines_of_the_land_know_of_water(ask: Any, tmp_path: Path) -> None:
    # 3 km south of the road between a and b; the land ends 1 km from the road.
    people = tmp_path / "people.csv"
    people.write_text(f"id,x,y,population\np,{X + 5000},{Y - 3000},10\n")
    boxes = [(-9000, -1000, 99_000, 20_000), (4000, -4000, 6000, -2500)]
    land = write_boxes(tmp_path, boxes)
    by_car = 5 + 3000 * 1.3 / (40 / 3.6) / 60
    ask("--population", people)
    assert places(tmp_path) == {"p": pytest.approx(by_car, abs=0.01)}
    ask("--population", people, "--outlines", land)
    assert places(tmp_path) == {"p": pytest.approx(by_car, abs=0.01)}
    ask("--population", people, "--land", land)
    assert places(tmp_path) == {"p": pytest.approx(5 + 20 + 3000 / (30 / 3.6) / 60, abs=0.01)}
    # Farther than 5 km from any road: not of this region, unless outlines say so.
    people.write_text(f"id,x,y,population\np,{X + 5000},{Y - 3000},10\nq,{X + 5000},{Y - 6000},3\n")
    ask("--population", people, "--land", land)
    assert list(places(tmp_path)) == ["p"]
    boxes = [*boxes, (4000, -7000, 6000, -5500)]
    ask("--population", people, "--land", land, "--outlines", write_boxes(tmp_path, boxes))
    assert places(tmp_path)["q"] == pytest.approx(5 + 20 + 6000 / (30 / 3.6) / 60, abs=0.01)


def test_the_grid_of_ssb(ask: Any, tmp_path: Path) -> None:
    grid = tmp_path / "grid.csv"
    cells = [f"{2_000_000 + X + 1000 * k}{Y:07d};{n}" for k, n in ((2, 10), (7, 30), (8, 0))]
    grid.write_text("\n".join(["SSBID1000M;pop_tot", *cells]) + "\n")
    found = ask("--population", grid)
    beside = 500 * 1.3 / (40 / 3.6) / 60
    assert list(places(tmp_path).values()) == [
        pytest.approx(2.5 + beside, abs=0.01),
        pytest.approx(7.5 + beside, abs=0.01),
    ]
    assert rows(found, "all")["all"]["people"] == 40


# ------------------------------------------------------------------ areas of one's own


def test_areas_of_ones_own_make_the_rows(ask: Any, tmp_path: Path) -> None:
    areas = outlines(tmp_path / "areas.geojson", {"west": (-500, 12_000), "east": (12_000, 60_000)})
    found = ask("--outlines", areas)
    by_area = rows(found, "municipality")
    assert {k: (row["name"], row["people"]) for k, row in by_area.items()} == {
        "west": ("Area west", 1550), "east": ("Area east", 507),
    }  # fmt: skip


def test_who_lives_outside_the_areas_is_counted_not_lumped(ask: Any, tmp_path: Path) -> None:
    # The coast of "west" ends 900 m short of zone b: it is still its zone; c is another area's.
    areas = outlines(tmp_path / "areas.geojson", {"west": (-500, 9_100)})
    found = ask("--outlines", areas)
    assert rows(found, "all")["all"]["people"] == 1550
    assert (
        "507 people live outside the outlines and are not in the figures."
        in (found["manifest"]["notes"])
    )


def test_squares_whose_middle_lies_in_the_sea_belong_to_the_coast(ask: Any, tmp_path: Path) -> None:
    grid = tmp_path / "grid.csv"
    cells = [f"{2_000_000 + X + 1000 * k}{Y:07d};{n}" for k, n in ((2, 10), (7, 30))]
    grid.write_text("\n".join(["SSBID1000M;pop_tot", *cells]) + "\n")
    touched = outlines(tmp_path / "areas.geojson", {"west": (-500, 7_200)})
    assert rows(ask("--population", grid, "--outlines", touched), "all")["all"]["people"] == 40
    apart = outlines(tmp_path / "areas.geojson", {"west": (-500, 6_700)})
    found = ask("--population", grid, "--outlines", apart)
    assert rows(found, "all")["all"]["people"] == 10
    assert (
        "30 people live outside the outlines and are not in the figures."
        in (found["manifest"]["notes"])
    )


# ------------------------------------------------------------------ helicopters


def test_helicopters_fly_straight(ask: Any, tmp_path: Path) -> None:
    ask("--helicopter", "kind=helicopter_base", "--activation-min", "4", "--helicopter-kmh", "200")
    found = places(tmp_path, "helicopter_min")
    for zone, (node, _, _) in ZONES.items():
        x, y = NODES[node]
        metres = ((x - 20_000) ** 2 + y**2) ** 0.5
        assert found[zone] == pytest.approx(4 + metres / 200_000 * 60, abs=0.005)


# ------------------------------------------------------------------ files


def test_json_names_no_path_and_every_input(ask: Any, tmp_path: Path, world: Path) -> None:
    people = own_people(tmp_path / "zones.csv")  # the name of another file of the network
    found = ask("--population", people)
    assert str(tmp_path) not in json.dumps(found)
    inputs = found["manifest"]["inputs"]
    for name, file in (
        ("links.csv", world / "links.csv"), ("zones.csv", world / "zones.csv"),
        ("zones.csv (2)", people),
    ):  # fmt: skip
        assert inputs[name] == hashlib.sha256(file.read_bytes()).hexdigest()
    written = strict((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert written == {"schema_version": 1, **found["manifest"]}
    assert (written["licence"], written["date_of_network"]) == ("drawn by hand", "2024")


@pytest.mark.slow
def test_every_file_is_there_and_twice_the_same(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import geopandas
    import matplotlib.image
    import pandas as pd
    import rasterio

    words = [
        "travel-time", "--network", world, "--to", "kind=legevakt", "--breaks", "5,15",
        "--close", "vest", "--helicopter", "kind=helicopter_base", "--lang", "nb",
    ]  # fmt: skip
    one, two = tmp_path / "one", tmp_path / "deeper" / "two"
    out = asked(capsys, *words, "--out", one)
    assert "Reisetid til legevakt" in out
    assert "Helikopter: 100,0 % av innbyggerne innen 45 min" in out
    asked(capsys, *words, "--out", two)
    maps = {f"map_{n}.{e}" for n in WITH_HELICOPTERS for e in ("png", "svg")}
    assert {p.name for p in one.iterdir()} == FILES | maps | {"longer.csv"}
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes(), path.name
    for name in sorted(maps):
        if name.endswith("png"):
            image = matplotlib.image.imread(one / name)[::5, ::5]
            assert len(np.unique(image.reshape(-1, image.shape[2]), axis=0)) > 20
        else:
            text = (one / name).read_text(encoding="utf-8")
            assert text.count("<path") > 20
    with rasterio.open(one / "travel_time.tif") as raster:
        assert raster.descriptions == ("minutes_before", "minutes_after", "minutes_change")
        before, after, change = (
            next(raster.sample([(X + 33_000, Y)], indexes=k))[0] for k in (1, 2, 3)
        )
        assert (before, after, change) == pytest.approx((0, 0, 0), abs=1.5)
        assert next(raster.sample([(X, Y)], indexes=3))[0] == pytest.approx(55, abs=2)
    package = one / "travel_time.gpkg"
    zones = geopandas.read_file(package, layer="zones").set_index("id")
    assert zones.loc["za", ["minutes_before", "minutes_after", "change_min"]].tolist() == [
        1,
        56,
        55,
    ]
    assert np.isnan(zones.loc["zi", "minutes_before"])
    states = geopandas.read_file(package, layer="sites").set_index("id")["state"].to_dict()
    assert states == {"vest": "closed", "aust": "open"}
    with sqlite3.connect(package) as file:
        styled = {row[0] for row in file.execute("SELECT f_table_name FROM layer_styles")}
    isochrones = {"isochrones", "isochrones_after", "isochrones_change"}
    assert styled == {"zones", "sites", "roads", *isochrones}
    pairs = pd.read_parquet(one / "places_by_facility.parquet")
    assert set(pairs.columns) == {"situation", "place", "facility", "minutes"}
    to_vest = pairs[(pairs.situation == "before") & (pairs.facility == "vest")]
    assert to_vest.set_index("place").minutes.to_dict() == {**MINUTES, "ze": 56}
    assert "zi" not in set(pairs.place)
    assert "'=Austby" in (one / "travel_time.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("breaks", ["40", "10,20,30,40"])
def test_one_to_four_breaks_are_drawn(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], breaks: str
) -> None:
    out = tmp_path / "out"
    asked(capsys, "travel-time", "--network", world, "--to", "kind=legevakt", "--breaks", breaks,
          "--out", out)  # fmt: skip
    assert {p.name for p in out.iterdir()} == FILES | {"map.png", "map.svg"}
    with (out / "travel_time.csv").open(encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream))
    shares = [c for c in columns if c.startswith("share")]
    assert shares == [f"share_over_{b}" for b in breaks.split(",")]


def test_a_table_of_ones_own_places(ask: Any, tmp_path: Path) -> None:
    lon, lat = lonlat("b")
    table = tmp_path / "to.csv"
    table.write_text(f"name,lon,lat,phone\nMidt,{lon:.8f},{lat:.8f},116117\n")
    found = ask(to=table)
    assert places(tmp_path)["za"] == pytest.approx(11, abs=0.01)
    assert found["manifest"]["choices"]["to"] == "to.csv"
    assert "hours" in SITES[0]
