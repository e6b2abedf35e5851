"""``network build``, ``info`` and ``export`` on a map drawn by hand."""

from __future__ import annotations

import bz2
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import osmium
import pytest
import shapely

from emergency_sim.network import project, read_region
from tests.cli.travel_world import asked, refused, strict
from tests.districts.country import country
from tests.network.osm.drawing import STEP, metres, place, xml

WAYS = {
    1: ([10, 20, 30], {"highway": "primary", "maxspeed": "80"}),
    2: ([30, 31, 40], {"route": "ferry", "duration": "0:30", "name": "Fjorden"}),
    3: ([40, 50], {"highway": "secondary"}),
    4: ([50, 60], {"route": "ferry", "duration": "10", "name": "Fjorden"}),
    5: ([31, 33], {"route": "ferry", "duration": "0:20", "name": "Øya"}),
    6: ([33, 34], {"highway": "tertiary"}),
    7: ([60, 61], {"highway": "tertiary"}),
    8: ([10, 12], {"highway": "tertiary", "motor_vehicle:conditional": "no @ (Nov-May)"}),
    9: ([10, 13], {"highway": "service", "access": "private"}),
    20: ([86, 87], {"highway": "primary"}),
}  # fmt: skip
__all__ = ["country"]
FERRIES = 3
"""Three ways; two of them meet at sea."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    text = xml(WAYS)
    (folder / "map.osm").write_text(text, encoding="utf-8")
    (folder / "map.osm.bz2").write_bytes(bz2.compress(text.encode()))
    with osmium.SimpleWriter(str(folder / "map.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(folder / "map.osm")):
            writer.add(thing)
    return folder


@pytest.fixture(scope="module")
def built(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from emergency_sim.cli import main

    out = tmp_path_factory.mktemp("built") / "net"
    assert main(["network", "build", "--osm", str(files / "map.osm"), "--out", str(out)]) == 0
    return out


def around(*nodes: int) -> str:
    """Return a box around some nodes."""
    lon, lat = zip(*(place(n) for n in nodes), strict=True)
    e = STEP / 3
    return f"{min(lon) - e},{min(lat) - e},{max(lon) + e},{max(lat) + e}"


def tree(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


# ------------------------------------------------------------------ build


def test_every_format_gives_the_same_network(
    files: Path, built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {}
    for suffix in ("osm", "osm.bz2", "osm.pbf"):
        out = tmp_path / suffix / "net"
        said = asked(capsys, "network", "build", "--osm", files / f"map.{suffix}", "--out", out)
        assert f"{FERRIES} ferries" in said.splitlines()[0]
        assert "people unknown: give --population FILE" in said
        made[suffix] = tree(out)
        assert sorted(made[suffix]) == [
            "links.parquet", "network.yaml", "nodes.parquet", "speeds.csv",
        ]  # fmt: skip
    for suffix in ("osm.bz2", "osm.pbf"):
        for name in ("links.parquet", "nodes.parquet", "speeds.csv"):
            assert made[suffix][name] == made["osm"][name]
    assert str(tmp_path).encode() not in made["osm"]["network.yaml"]


def test_the_graph_that_osmnx_saves_is_taken(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = tmp_path / "net.graphml"
    asked(capsys, "network", "export", built, "--out", graph)
    asked(capsys, "network", "build", "--osm", graph, "--out", tmp_path / "again")
    one, two = (read_region(folder).network for folder in (built, tmp_path / "again"))
    assert (len(one), len(one.link_ids)) == (len(two), len(two.link_ids))
    text = (tmp_path / "again" / "network.yaml").read_text(encoding="utf-8")
    assert "sha256: null" not in text
    err = refused(
        capsys, "network", "build", "--osm", graph, "--out", tmp_path / "x", "--bbox", "7,62,8,63"
    )
    assert "a graphml is not cut" in err


def test_cut_to_a_box_or_to_a_polygon_in_another_reference_system(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bbox = around(10, 13, 30)
    west, south, east, north = (float(v) for v in bbox.split(","))
    area = geopandas.GeoDataFrame(geometry=[shapely.box(west, south, east, north)], crs=4326)
    area.to_crs(25833).to_file(tmp_path / "area.gpkg")
    found = {}
    for option, value in (("--bbox", bbox), ("--polygon", tmp_path / "area.gpkg")):
        out = tmp_path / option.strip("-")
        said = asked(
            capsys, "network", "build", "--osm", files / "map.osm", "--out", out, option, value
        )
        assert "Note: 1 ferries are cut off by the edge of the area" in said
        region = read_region(out)
        found[option] = set(region.node_ids)
        assert not region.network.ferry.any()
        text = (out / "network.yaml").read_text(encoding="utf-8")
        assert str(tmp_path) not in text
        assert f"{option} " in text
    assert found["--bbox"] == found["--polygon"] == {"n10", "n12", "n13", "n30"}


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_polygons_that_are_none(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]).to_file(tmp_path / "bare.gpkg")
    geopandas.GeoDataFrame(geometry=[shapely.Point(7, 62)], crs=4326).to_file(
        tmp_path / "point.gpkg"
    )
    (tmp_path / "text.geojson").write_text("dear")
    (tmp_path / "virtual.geojson").write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/http://127.0.0.1:9/x'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    for name, says in (
        ("bare.gpkg", "has no reference system"), ("point.gpkg", "no polygon"),
        ("text.geojson", "cannot be read as polygons"), ("nowhere.gpkg", "there is no such file"),
        ("virtual.geojson", "names data that lie elsewhere"),
    ):  # fmt: skip
        err = refused(
            capsys, "network", "build", "--osm", files / "map.osm", "--out", tmp_path / "out",
            "--polygon", tmp_path / name,
        )  # fmt: skip
        assert f"{tmp_path / name}:1:1: " in err
        assert says in err
    assert not (tmp_path / "out").exists()


def test_a_box_beside_the_file_is_said(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["network", "build", "--osm", files / "map.osm", "--out", tmp_path / "out"]
    assert "--bbox" in refused(capsys, *words, "--bbox", "10,60,11,61")
    assert not (tmp_path / "out").exists()


def test_a_ferry_is_left_out_by_name(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["network", "build", "--osm", files / "map.osm", "--out", tmp_path / "out"]
    assert "did you mean 'Fjorden'?" in refused(capsys, *words, "--without-ferry", "Fjordn")
    out = asked(capsys, *words, "--without-ferry", "Fjorden", "--json")
    found = strict(out)
    assert found["choices"]["without_ferries"] == ["Fjorden"]
    assert found["holds"]["km"]["primary"] == round(metres(10, 20, 30) / 1000, 1)
    # Two ways bear the name: both are gone, and with them what they alone reached.
    assert "secondary" not in found["holds"]["km"]
    assert str(tmp_path) not in out


def test_what_is_dropped_is_told_in_people_of_the_region(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = tmp_path / "people.csv"
    lines = ["id,lon,lat,population"]
    for name, node, count in (("kept", 20, 100), ("lost", 87, 12)):
        lon, lat = place(node)
        lines.append(f"{name},{lon},{lat},{count}")
    lines.append("elsewhere,12.0,63.0,5000")
    people.write_text("\n".join(lines) + "\n")
    words = ["network", "build", "--osm", files / "map.osm", "--out", tmp_path / "out"]
    said = asked(capsys, *words, "--population", people)
    km = metres(86, 87) / 1000
    assert f"{km:.1f} km in 1 parts (12 people live there, over 1 km" in said
    found = strict(asked(capsys, *words, "--population", people, "--json"))["dropped"]
    assert (found["people"], found["people_kept"]) == (12, 100)
    told = asked(capsys, "network", "info", tmp_path / "out")
    assert f"dropped when built: {km:.1f} km, where 12 people live" in told


def test_every_bad_option_is_said_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,lon,lat,population\na,7,62,-1\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letters.txt").write_text("dear")
    err = refused(
        capsys, "network", "build", "--osm", tmp_path / "nowhere.osm", "--out", tmp_path / "full",
        "--bbox", "1,2", "--polygon", "x", "--service", "x", "--tracks", "y",
        "--ferry-departures", "a", "--speeds", tmp_path / "speeds.csv", "--population", people,
    )  # fmt: skip
    for place_ in (
        "--bbox", "--polygon", "--service", "--tracks", "--ferry-departures", "--out",
        f"{people}:2", f"{tmp_path / 'nowhere.osm'}:1:1", f"{tmp_path / 'speeds.csv'}:1:1",
    ):  # fmt: skip
        assert any(line.startswith(f"{place_}:") for line in err.splitlines()), place_
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("departures", ["1,2", "1,2,3,4", "1,2,-1", "1,2,61", "1,2,nan"])
def test_departures_that_are_none(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], departures: str
) -> None:
    err = refused(
        capsys, "network", "build", "--osm", files / "map.osm", "--out", tmp_path / "out",
        "--ferry-departures", departures,
    )  # fmt: skip
    assert err.startswith("--ferry-departures:1:1: must be")


def test_departures_are_those_of_the_option(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["network", "build", "--osm", files / "map.osm", "--out", tmp_path / "out"]
    asked(capsys, *words, "--ferry-departures", "4,3,0")
    network = read_region(tmp_path / "out").network
    names = [network.link_ids[k].partition(".")[0] for k in network.link.tolist()]
    arcs = np.array(names) == "w4"
    assert set(network.wait_ms[0][arcs].tolist()) == {450_000}
    assert set(network.wait_ms[1][arcs].tolist()) == {600_000}
    assert not network.runs[2][arcs].any()


def test_files_that_are_no_roads(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.osm").write_text("")
    (tmp_path / "text.osm.pbf").write_text("dear")
    half = (files / "map.osm.pbf").read_bytes()
    (tmp_path / "half.osm.pbf").write_bytes(half[: len(half) // 2])
    (tmp_path / "map.txt").write_text("x")
    (tmp_path / "empty.graphml").write_text("")
    for name in ("empty.osm", "text.osm.pbf", "half.osm.pbf", "map.txt", "empty.graphml"):
        err = refused(
            capsys, "network", "build", "--osm", tmp_path / name, "--out", tmp_path / "out"
        )
        assert str(tmp_path / name) in err
        assert not (tmp_path / "out").exists()


def test_a_network_is_built_anew_in_its_own_folder_only(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["network", "build", "--osm", files / "map.osm", "--out"]
    asked(capsys, *words, tmp_path / "net")
    before = tree(tmp_path / "net")
    asked(capsys, *words, tmp_path / "net")
    assert tree(tmp_path / "net") == before
    (tmp_path / "net" / "zones.csv").write_text("mine")
    assert "holds something else" in refused(capsys, *words, tmp_path / "net")
    assert (tmp_path / "net" / "zones.csv").read_text() == "mine"
    (tmp_path / "file").write_text("x")
    assert "--out:1:1: " in refused(capsys, *words, tmp_path / "file" / "net")
    assert "is no folder of this computer" in refused(capsys, *words, "/vsimem/net")


def test_a_folder_that_cannot_be_made(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["network", "build", "--osm", files / "map.osm", "--out", "/proc/nothing/net"]
    assert "--out:1:1: cannot be written: " in refused(capsys, *words)


def test_a_build_that_is_killed_leaves_no_network_and_the_next_one_works(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from emergency_sim.network import build\n"
        "whole = build.write_network\n"
        "def slowly(folder, *rest):\n"
        "    whole(folder, *rest)\n"
        f"    Path({str(tmp_path / 'begun')!r}).touch()\n"
        "    time.sleep(60)\n"
        "build.write_network = slowly\n"
        "from emergency_sim.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    words = ["network", "build", "--osm", str(files / "map.osm"), "--out", str(tmp_path / "net")]
    run = subprocess.Popen([sys.executable, "-c", code, *words])
    for _ in range(600):
        time.sleep(0.05)
        if (tmp_path / "begun").exists():
            break
    run.send_signal(signal.SIGKILL)
    run.wait(timeout=30)
    assert (tmp_path / "begun").exists()
    assert not (tmp_path / "net").exists()
    assert (tmp_path / ".net.partial").exists()
    asked(capsys, *words)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["begun", "net"]


# ------------------------------------------------------------------ info


def test_info_counts_what_was_drawn(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = strict(asked(capsys, "network", "info", built, "--json"))
    assert found["ferries"] == FERRIES
    assert found["ferry_names"] == ["Fjorden", "Øya"]
    assert found["km"]["primary"] == round(metres(10, 20, 30) / 1000, 1)
    assert found["km"]["ferry"] == round(
        (metres(30, 31, 40) + metres(50, 60) + metres(31, 33)) / 1000, 1
    )
    assert found["edges"] == 2 * found["links"]
    assert (found["links_not_for_cars"], found["links_closed_in_winter"]) == (1, 1)
    assert (found["components_by_car"], found["components_by_ambulance"]) == (1, 1)
    assert (found["zones"], found["unsnapped_zones"]) == (None, None)
    assert found["memory_mb"] >= 0
    assert found["licence"] == "OpenStreetMap contributors, ODbL 1.0"
    assert found["source"] == "map.osm"
    assert found["date"] is None
    said = asked(capsys, "network", "info", built).splitlines()
    assert [line for line in said if "ferries" in line] == [f"ferries: {FERRIES}"]
    assert "zones: none: a network, no district" in said
    assert f"nodes: {found['nodes']}" in said


def test_info_of_a_district_and_of_what_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from emergency_sim.bundled import network_path
    from tests.cli.travel_world import write_world

    folder = network_path("more-og-romsdal")
    found = strict(asked(capsys, "network", "info", folder, "--json"))
    table = (folder / "ferries.csv").read_text(encoding="utf-8").splitlines()
    assert found["ferries"] == len(table) - 1 == 40
    assert (found["zones"], found["unsnapped_zones"], found["date"]) == (447, [], "2024")
    assert "date: 2024" in asked(capsys, "network", "info", folder).splitlines()
    coast = write_world(tmp_path / "coast")
    said = asked(capsys, "network", "info", coast).splitlines()
    assert "unsnapped zones: 1: zi" in said
    assert "ferries: 1" in said
    err = refused(capsys, "network", "info", tmp_path)
    assert f"{tmp_path / 'nodes.csv'}:1:1: there is no such file" in err
    assert f"{tmp_path / 'links.csv'}:1:1: there is no such file" in err


def test_ids_written_by_hand_are_ferries_of_their_own() -> None:
    from emergency_sim.cli.network_info import _line

    assert _line("w12.0") == _line("w12.3") == "w12"
    assert _line("ferry.1") != _line("ferry.2")
    assert _line("l0001") == "l0001"


# ------------------------------------------------------------------ export


def test_export_says_what_it_cannot(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    err = refused(capsys, "network", "export", built, "--out", "x.shp", "--profile", "bus")
    assert "--out:1:1: must be a file that ends in one of .graphml, .gpkg" in err
    assert "--profile:1:1: must be one of car, ambulance, blue" in err
    err = refused(capsys, "network", "export", built, "--out", "/vsimem/net.gpkg")
    assert "is no file of this computer" in err


def test_export_for_qgis_holds_every_link(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "net.gpkg"
    assert asked(capsys, "network", "export", built, "--out", out, "--profile", "blue") == (
        f"{out}: written\n"
    )
    links = geopandas.read_file(out, layer="roads")
    ferries = geopandas.read_file(out, layer="ferries")
    assert len(links) + len(ferries) == len(read_region(built).network.link_ids)
    assert links.crs.to_epsg() == 25833
    x, y = project(*place(10))
    assert links.distance(shapely.Point(float(x), float(y))).min() < 1


def test_a_district_is_made_only_of_what_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    err = refused(
        capsys, "district", "new", "--network", tmp_path / "nowhere", "--data", tmp_path,
        "--out", tmp_path / "file",
    )  # fmt: skip
    assert "--out:1:1: is no folder" in err
    assert "is not in the folder or in its 'norway'" in err
    assert "there is no such folder" in err


def test_a_new_district_names_its_folder_in_the_manifest_only(
    country: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network, data = country
    found: dict[str, Any] = strict(
        asked(
            capsys, "district", "new", "--network", network, "--data", data,
            "--out", tmp_path / "new", "--all-norway", "--json",
        )
    )  # fmt: skip
    manifest = found.pop("manifest")
    assert Path(manifest["scenario"]).is_file()
    assert str(tmp_path) not in str(found)
    assert found["municipalities"] == 4
