"""Places that people travel to: from a table of one's own or from a district's sites."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emergency_sim.bundled import network_path
from emergency_sim.districts.facilities import (
    Facility,
    facility,
    named,
    off_network,
    open_facilities,
    read_facilities,
)
from emergency_sim.domain.errors import InputFaults
from emergency_sim.network import Region, project, read_region
from tests.cli.travel_world import NODES, X, Y, lonlat, write_world
from tests.districts.data import feature, write_features


@pytest.fixture(scope="module")
def coast(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Region]:
    folder = write_world(tmp_path_factory.mktemp("world") / "coast")
    return folder, read_region(folder)


def one(ident: str, hours: str = "") -> Facility:
    return facility(ident, ident.title(), 7.0, 62.5, hours=hours)


def test_a_place_lies_where_its_degrees_or_its_node_say(
    coast: tuple[Path, Region], tmp_path: Path
) -> None:
    lon, lat = lonlat("b")
    table = tmp_path / "t.csv"
    table.write_text(f"id,name,lon,lat,node,serves\nx,Ex,{lon:.9f},{lat:.9f},,1 2\ny,,,,b,\n")
    first, second = read_facilities(table, coast[1])
    x, y = NODES["b"]
    for found in (first, second):
        assert (found.x, found.y) == pytest.approx((X + x, Y + y), abs=0.01)
        assert (found.lon, found.lat) == pytest.approx((lon, lat), abs=1e-7)
    assert (first.name, first.serves) == ("Ex", ("1", "2"))
    assert (second.id, second.name) == ("y", "y")
    assert project(first.lon, first.lat) == pytest.approx((first.x, first.y))


def test_only_places_of_the_kind_and_in_service_count(coast: tuple[Path, Region]) -> None:
    sites = coast[0] / "sites.csv"
    assert [f.id for f in read_facilities(sites, coast[1], "legevakt")] == ["vest", "aust"]
    with pytest.raises(InputFaults, match="there are no places of kind amk in service"):
        read_facilities(sites, coast[1], "amk")


def test_the_bundled_district_has_places_of_every_kind() -> None:
    folder = network_path("more-og-romsdal")
    region = read_region(folder)
    counts = {
        kind: len(read_facilities(folder / "sites.csv", region, kind))
        for kind in ("legevakt", "hospital", "station", "helicopter")
    }
    assert counts["legevakt"] == 13
    assert min(counts.values()) > 0


def test_a_place_without_hours_is_always_open() -> None:
    found = (one("a"), one("b", "day"), one("c", "night"))
    chosen = open_facilities(found, lambda hours: hours == "day", file="t.csv")
    assert [f.id for f in chosen] == ["a", "b"]
    with pytest.raises(InputFaults, match="none of the places is open at that hour"):
        open_facilities(found[2:], lambda hours: False, file="t.csv")

    def refuse(hours: str) -> bool:
        raise ValueError(f"no hours: {hours}")

    with pytest.raises(InputFaults) as caught:
        open_facilities(found, refuse, file="t.csv")
    assert [str(f) for f in caught.value.faults] == [
        "t.csv:1:1: b.hours: no hours: day (got 'day')",
        "t.csv:1:1: c.hours: no hours: night (got 'night')",
    ]


def test_places_farther_than_five_kilometres_are_off_the_network() -> None:
    found = [one("near"), one("far"), one("nowhere")]
    faults = off_network(found, np.array([5_000.0, 5_001.0, np.nan]), file="t.csv")
    assert [f.path for f in faults] == ["far", "nowhere"]
    assert "lies 5.0 km from the nearest road" in str(faults[0])


def test_names_and_ids_without_regard_to_case() -> None:
    found = [facility("x", "Ås", 7, 62), facility("y", "Øy", 7, 62), facility("ås", "Z", 7, 62)]
    assert named(found, ["øY", "X", "y"], "--close") == ("y", "x")
    assert named(found, ["ÅS"], "--close") == ("ås",)  # an id counts before a name
    with pytest.raises(InputFaults) as caught:
        named(found, ["Åss", "Q"], "--close")
    assert len(caught.value.faults) == 2
    assert "did you mean 'Ås'?" in str(caught.value)


def test_columns_that_are_missing_are_named(coast: tuple[Path, Region], tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text("navn,lengdegrad,breddegrad\nA,7.1,62.7\n", encoding="utf-8")
    with pytest.raises(InputFaults, match="needs a column name or id, and lon and lat") as caught:
        read_facilities(file, coast[1])
    assert "lengdegrad" in str(caught.value)


def test_an_unknown_name_lists_the_places_if_they_are_few() -> None:
    few = tuple(facility(f"f{k}", f"Sted {k}", 7.0, 62.0) for k in range(3))
    with pytest.raises(InputFaults, match="there are: Sted 0, Sted 1, Sted 2"):
        named(few, ["Ulstein"], "--close")


def test_points_of_a_geojson_are_places(coast: tuple[Path, Region], tmp_path: Path) -> None:
    points = [
        feature({"navn": "A legevakt"}, "Point", [7.1, 62.7]),
        feature({"name": "B", "hours": "Sa-Su"}, "Point", [7.2, 62.8]),
    ]
    first, second = read_facilities(write_features(tmp_path / "a.geojson", points), coast[1])
    assert (first.id, first.lon, first.lat, first.hours) == ("A legevakt", 7.1, 62.7, "")
    assert (second.name, second.hours) == ("B", "Sa-Su")
    assert (second.x, second.y) == pytest.approx([float(v) for v in project(7.2, 62.8)])
    wrong = [*points, points[0], feature({}, "Point", [7.0, 62.0])]
    wrong.append(feature({"name": "C"}, "LineString", [[7.0, 62.0], [7.1, 62.0]]))
    with pytest.raises(InputFaults) as caught:
        read_facilities(write_features(tmp_path / "b.geojson", wrong), coast[1])
    text = str(caught.value)
    assert "features[3]: another feature has this name (got 'A legevakt')" in text
    assert "features[4]: has none of name, navn, id" in text
    assert "features[5]: must be a point (got 'LineString')" in text
