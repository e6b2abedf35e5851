"""What ``travel-time`` refuses: everything at once, with the place and the remedy, nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.travel_world import asked, outlines, own_people, refused, write_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(tmp_path_factory.mktemp("world") / "coast")


@pytest.fixture
def refuse(world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: object, to: object = "kind=legevakt", network: object = world) -> str:
        out = tmp_path / "out"
        err = refused(capsys, "travel-time", "--network", network, "--to", to, "--out", out, *words)
        assert not out.exists()
        return err

    return run


def test_every_bad_option_is_said_at_once(refuse: Any, tmp_path: Path) -> None:
    people = own_people(tmp_path / "people.csv", ["p1,100000,6900000,-4", "p1,100000,6900000,4"])
    err = refuse(
        "--profile", "bus", "--direction", "up", "--season", "fall", "--winter-roads", "maybe",
        "--lang", "sv", "--breaks", "40,12", "--quantile", "1", "--worse", "nan",
        "--activation-min", "-1", "--helicopter-kmh", "5000", "--at", "Fr 25:00",
        "--close", "Vest legevakd", "--open", "X=7", "--without-ferry", "Fjordn",
        "--helicopter", "kind=helicoptr", "--population", people, "--outlines", "nowhere.geojson",
    )  # fmt: skip
    for place in (
        "--profile", "--direction", "--season", "--winter-roads", "--lang", "--breaks",
        "--quantile", "--worse", "--activation-min", "--helicopter-kmh", "--at", "--close",
        "--open", "--without-ferry", "--helicopter", "nowhere.geojson",
    ):  # fmt: skip
        assert f"\n{place}:1:1: " in f"\n{err}", place
    assert "did you mean 'Vest legevakt'?" in err
    assert "did you mean 'Fjorden'?" in err
    assert "did you mean 'helicopter'?" in err
    assert f"{people}:2:" in err  # a negative population
    assert f"{people}:3:" in err  # an id that comes twice


@pytest.mark.parametrize(
    "at", ["Sa", "Xx 03:00", "Sa 3", "Sa 24:00", "Sa ²:00", "03:00", "Sa 03:60"]
)
def test_an_hour_that_is_none(refuse: Any, at: str) -> None:
    assert "--at:1:1: must be a day (Mo Tu We Th Fr Sa Su) and a time" in refuse("--at", at)


@pytest.mark.parametrize("breaks", ["", "1,2,3,4,5", "0,12", "12,12", "12,nan", "12;25", "inf"])
def test_breaks_that_are_none(refuse: Any, breaks: str) -> None:
    assert "--breaks:1:1: must be one to four rising numbers" in refuse("--breaks", breaks)


def test_a_kind_that_is_unknown_and_one_that_the_network_has_not(refuse: Any, world: Path) -> None:
    assert "did you mean 'legevakt'?" in refuse(to="kind=legevagt")
    assert f"{world / 'sites.csv'}:1:1: there are no places of kind hospital" in refuse(
        to="kind=hospital"
    )


def test_places_off_the_network_are_named_with_their_distance(refuse: Any, tmp_path: Path) -> None:
    table = tmp_path / "to.csv"
    table.write_text("name,lon,lat\nOslo,10.75,59.91\nBergen,5.32,60.39\n")
    err = refuse("--open", "Roma=12.5,41.9", to=table)
    assert f"{table}:1:1: Oslo: lies " in err
    assert f"{table}:1:1: Bergen: lies " in err
    assert "--open:1:1: Roma: lies " in err
    assert err.count(" km from the nearest road of the network: check lon and lat") == 3


def test_a_table_of_places_with_many_faults(refuse: Any, tmp_path: Path) -> None:
    table = tmp_path / "to.csv"
    table.write_text(
        "id,name,lon,lat,node\nx,One,,,a\nx,Two,,,b\n,,,,a\ny,Three,,,aa\nz,Four,,,\nq,Five,200,1,\n"
    )
    err = refuse(to=table)
    for line, said in (
        (3, "stands already on line 2"), (4, "neither a name nor an id"),
        (5, "there is no such node in the network"), (6, "give lon and lat, or a node"), (7, "200"),
    ):  # fmt: skip
        assert any(one.startswith(f"{table}:{line}:") and said in one for one in err.splitlines())


def test_hours_that_are_none_are_said(refuse: Any, tmp_path: Path) -> None:
    table = tmp_path / "to.csv"
    table.write_text("name,node,hours\nOne,a,Mo-Xx 25:00\nTwo,b,24/7\n")
    assert "One.hours: " in refuse("--at", "Mo 09:00", to=table)


def test_nothing_is_open_and_nothing_is_left(refuse: Any, tmp_path: Path) -> None:
    table = tmp_path / "to.csv"
    table.write_text("name,node,hours\nOne,a,Mo 08:00-09:00\n")
    assert "none of the places is open at that hour" in refuse("--at", "Tu 08:00", to=table)
    assert "no place is left after the change" in refuse("--close", "One", to=table)


def test_a_name_that_several_places_have_is_not_guessed(refuse: Any, tmp_path: Path) -> None:
    table = tmp_path / "to.csv"
    table.write_text("id,name,node\nx,Same,a\ny,Same,b\n")
    assert "--close:1:1: several places have this name: give an id (x, y)" in refuse(
        "--close", "same", to=table
    )


def test_a_new_place_needs_a_new_name(refuse: Any, tmp_path: Path) -> None:
    table = tmp_path / "to.csv"
    table.write_text("name,node\nOne,a\n")
    assert "there is already a place of this name" in refuse("--open", "One=7.0,62.0", to=table)


def test_a_network_without_people(
    refuse: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = write_world(tmp_path / "bare", zones=False)
    table = tmp_path / "to.csv"
    table.write_text("name,node\nOne,a\n")
    assert "the network has no zones.csv: give --population FILE or --zones FILE" in refuse(
        network=bare, to=table
    )
    far = own_people(tmp_path / "far.csv", ["p1,900000,6900000,4"])
    assert "nobody lives within 5 km of the network's roads" in refuse(
        "--population", far, network=bare, to=table
    )
    zones = write_world(tmp_path / "other") / "zones.csv"
    assert "--population:1:1: give either --zones or --population" in refuse(
        "--population", far, "--zones", zones
    )
    words = ["travel-time", "--network", bare, "--to", table, "--zones", zones, "--breaks", "40"]
    assert "Not reached: 7 people: Zone i" in asked(capsys, *words, "--out", tmp_path / "fine")


def test_outlines_without_anybody(refuse: Any, tmp_path: Path) -> None:
    areas = outlines(tmp_path / "areas.geojson", {"far": (200_000, 210_000)})
    assert "no zone of the network lies in the outlines" in refuse("--outlines", areas)
    people = own_people(tmp_path / "people.csv")
    err = refuse("--outlines", areas, "--population", people)
    assert "1:1: nobody lives" in err or "nobody of the population file lives" in err


def test_virtual_files_are_refused_everywhere(refuse: Any, tmp_path: Path, capsys: Any) -> None:
    virtual = "/vsicurl/http://127.0.0.1:9/x"
    for option in ("--outlines", "--population", "--zones", "--helicopter"):
        refuse(option, virtual + ".geojson")
    refuse(to=virtual + ".csv")
    refuse(network=virtual)
    err = refused(
        capsys, "travel-time", "--network", tmp_path, "--to", "kind=legevakt",
        "--out", "/vsimem/out",
    )  # fmt: skip
    assert "--out:1:1: is no folder of this computer" in err
    assert not Path("/vsimem").exists()


def test_a_folder_with_something_else_is_left_alone(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    words = ["travel-time", "--network", world, "--to", "kind=legevakt"]
    assert "holds something else" in refused(capsys, *words, "--out", tmp_path)
    assert "is no folder" in refused(capsys, *words, "--out", tmp_path / "letters.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["letters.txt"]


def test_a_network_and_a_population_that_are_both_bad(refuse: Any, tmp_path: Path) -> None:
    people = own_people(tmp_path / "people.csv", ["p1,100000,6900000,-4"])
    err = refuse("--population", people, network=tmp_path / "nowhere")
    assert f"{tmp_path / 'nowhere'}:1:1: there is no such folder" in err
    assert f"{people}:2:" in err
