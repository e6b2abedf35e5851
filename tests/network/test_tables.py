"""A region's folder: what it gives, and everything wrong with it in its place."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network import RoadNetwork, project, read_region, unproject
from tests.network.small_networks import LINKS_CSV, NODES_CSV, ZONES_CSV, driving, write_region


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read_region(folder)
    return [str(fault).replace(str(folder) + "/", "") for fault in caught.value.faults]


def changed(content: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert content.count(old) == 1, old
        content = content.replace(old, new)
    return content


def test_a_district(tmp_path):
    region = read_region(write_region(tmp_path / "øy"))
    assert region.node_ids == ("a", "b", "c", "d")
    assert region.meta == {"id": "øy", "name": "øy"}
    assert region.warnings == region.unreachable_zones == ()
    zones = region.zones
    assert zones is not None
    assert zones.area == ("1500", "dale")
    assert zones.node.tolist() == [0, 3]
    assert zones.population.sum(axis=1).tolist() == [90.0, 9.0]
    assert zones.access_mean_s.tolist() == [30.0, 0.0]
    assert zones.tettbygd.tolist() == [True, False]
    assert zones.x.tolist() == [1000.0, 9000.0]
    day, night = region.travel_times(), region.travel_times(driving(1.0, 2))
    assert day.between(0, 3) == 60 + 900 + 600 + 120
    assert night.between(0, 3) == float("inf")
    assert region.travel_times(driving(1.0, 2, ambulance=True)).between(0, 3) == 60 + 1800 + 120
    assert region.index("c") == 2
    with pytest.raises(KeyError):
        region.index("x")


def test_without_zones_it_is_a_network(tmp_path):
    assert read_region(write_region(tmp_path / "r", zones=None)).zones is None


def test_the_nearest_node_has_a_link(tmp_path):
    folder = write_region(tmp_path / "r", nodes=NODES_CSV + "e,No road,5000,10,,\n")
    region = read_region(folder)
    assert region.nearest_node(5000, 0) == (2, 2000.0)
    assert region.warnings == ("1 nodes are cut off from the rest by day: e",)


def test_a_zone_that_cannot_be_reached_is_named(tmp_path):
    links = changed(LINKS_CSV, (",10,2,1,0,20", ",10,0,1,0,20"))
    region = read_region(write_region(tmp_path / "r", links=links))
    assert region.unreachable_zones == ("zd",)
    assert region.warnings[0].startswith("1 zones with 9 people cannot be driven to by day")


def test_everything_wrong_in_all_tables_at_once(tmp_path):
    nodes = changed(NODES_CSV, ("c,Kai øst,7000", "c,Kai øst,7000m"))
    links = changed(
        LINKS_CSV,
        ("l1,a,b,primary,1000,60,0,,,,,,", "l1,a,bb,primary,1000,,0,,5,,,,"),
        ("l2,b,c,ferry,5000,,0,Vest–Øst,10,2,", "l2,b,c,ferry,5000,50,0,Vest–Øst,,2,"),
        ("l3,c,d", "l2,d,d"),
    )
    zones = changed(
        ZONES_CSV, (",a,90,10,", ",k,90,-1,"), (",d,9,1,", ",d,9,2,"), (",,,0\n", ",,,ja\n")
    )
    assert faults_of(write_region(tmp_path / "r", nodes=nodes, links=links, zones=zones)) == [
        "links.csv:2:6: to: there is no such node in nodes.csv (got 'bb'), did you mean 'b'?",
        "links.csv:2:22: speed_kmh: a road must have a speed",
        "links.csv:2:26: crossing_min: only a ferry (highway = ferry) has this (got 5.0)",
        "links.csv:3:19: speed_kmh: a ferry has crossing_min instead of a speed (got 50.0)",
        "links.csv:3:33: crossing_min: a ferry must have this",
        "links.csv:4:1: link_id: stands already on line 3 (got 'l2')",
        "nodes.csv:4:11: x: must be a number (got '7000m')",
        "zones.csv:2:20: age_0_5: must be at least 0 (got '-1')",
        "zones.csv:3:43: tettbygd: must be one of 0, 1 (got 'ja')",
    ]


@pytest.mark.parametrize(
    ("table", "old", "new", "fault"),
    [
        ("links", "l3,c,d", "l3,c,c", r"links.csv:4:6: to: the link ends where it begins"),
        ("links", "l3,c,d,primary,2000", "l3,c,d,primary,1000",
         r"links.csv:4:16: length_m: is shorter than the straight line .* \(2000 m\)"),
        ("links", "primary,2000,60", "primary,2000,0", r"links.csv:4:21: speed_kmh: must be at l"),
        ("links", ",10,2,1", ",10,-2,1", r"links.csv:3:34: dep_day: must be at least 0"),
        ("links", ",10,2,1", ",10,,1", r"links.csv:3:34: dep_day: a ferry has departures in all"),
        ("links", "2000,60,0", "2000,60,yes", r"links.csv:4:24: oneway: must be one of 0, 1, -1"),
        ("zones", ",a,90,", ",a,91,", r"zones.csv:2:17: population: the age groups sum to 90"),
        ("zones", ",a,90,", ",aa,90,", r"zones.csv:2:15: node: .*did you mean 'a'"),
        ("zones", "zd,Dale", "za,Dale", r"zones.csv:3:1: zone_id: stands already on line 2"),
        ("nodes", "d,Dale,9000,0,,\n", "d,Dale,9000,0,,\na,Dale,1,1,,\n",
         r"nodes.csv:6:1: node_id: stands already on line 2"),
        ("nodes", "a,Aure,1000,0,,", "a,Aure,1000,0,6.2,95", r"nodes.csv:2:19: lat: must be at mo"),
        ("nodes", "a,Aure,1000,0,,", "a,Aure,1000,0,6.2,62.5",
         r"nodes.csv:2:8: x: x, y \(EPSG:25833\) and lon, lat are \d+\.\d km apart"),
    ],
)  # fmt: skip
def test_one_fault_in_its_place(tmp_path, table, old, new, fault):
    tables = {"nodes": NODES_CSV, "links": LINKS_CSV, "zones": ZONES_CSV}
    folder = write_region(tmp_path / "r", **{table: changed(tables[table], (old, new))})
    found = faults_of(folder)
    assert re.match(fault, found[0]), found


def test_missing_folder_and_tables(tmp_path):
    assert faults_of(tmp_path / "none") == [f"{tmp_path}/none:1:1: there is no such folder"]
    folder = write_region(tmp_path / "r", links=None, zones=LINKS_CSV.splitlines()[0])
    assert "links.csv:1:1: there is no such file" in faults_of(folder)


def test_a_table_with_a_header_only(tmp_path):
    links, zones = (text.splitlines()[0] + "\n" for text in (LINKS_CSV, ZONES_CSV))
    assert faults_of(write_region(tmp_path / "r", links=links, zones=zones)) == [
        "links.csv:1:1: there are no links",
        "zones.csv:1:1: there are no zones",
    ]


@pytest.mark.parametrize(("oneway", "there", "back"), [("1", 0, 1), ("-1", 1, 0)])
def test_a_link_one_way_only(tmp_path, oneway, there, back):
    links = changed(LINKS_CSV, ("primary,1000,60,0", f"primary,1000,60,{oneway}"))
    region = read_region(write_region(tmp_path / "r", links=links))
    times = region.travel_times()
    assert times.between(there, back) == 60.0
    assert times.between(back, there) == float("inf")
    assert region.unreachable_zones == ("zd",)


def test_degrees_and_metres():
    # On the central meridian y is 0.9996 times the meridian's arc from the equator.
    phi = np.radians(62.737)
    arc = 111132.9526 * 62.737 - 16038.5086 * np.sin(2 * phi) + 16.8326 * np.sin(4 * phi)
    assert project(15.0, 62.737) == pytest.approx((500_000, 0.9996 * arc), abs=0.1)
    x, y = project(np.array([7.16]), np.array([62.737]))
    lon, lat = unproject(x, y)
    assert lon == pytest.approx(7.16)
    assert lat == pytest.approx(62.737)


def test_the_bundled_region(repository):
    """More og Romsdal: everybody can be driven to by day, and distances are those people know."""
    region = read_region(repository / "networks" / "more-og-romsdal")
    assert isinstance(region.network, RoadNetwork)
    assert region.zones is not None
    assert region.unreachable_zones == ()
    assert 270_000 < region.zones.population.sum() < 276_000
    molde, _ = region.nearest_node(*project(7.16, 62.737))
    kristiansund, _ = region.nearest_node(*project(7.728, 63.11))
    alesund, _ = region.nearest_node(*project(6.155, 62.472))
    times = region.travel_times()
    km = times.kilometres([molde])[0]
    assert 55 < km[kristiansund] < 80
    assert 50 < times.between(molde, kristiansund) / 60 < 80
    assert 65 < km[alesund] < 120
    assert len(times.ferries(molde, alesund)) == 1


def test_factors_by_season_are_told(tmp_path):
    folder = write_region(tmp_path / "r")
    rows = "profile,highway,season,quantity,value,status,source\n*,*,*,season_factor,1,assumed,x\n"
    (folder / "speeds.csv").write_text(rows)
    assert read_region(folder).warnings == ()
    (folder / "speeds.csv").write_text(rows + "*,*,winter,season_factor,1.2,assumed,x\n")
    assert "drive.winter_factor" in read_region(folder).warnings[0]
