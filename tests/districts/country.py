"""A toy country: a town and a valley, an island by ferry, an islet by boat, a hospital far north.

::

    hospital h (60 km north)
       |
    a --- b --- c ------- d ~~ferry~~ e --- f
    0101 Vestby | 0102 Austby (islet) | 0103 Øyna
"""

from pathlib import Path

import pytest

from emergency_sim.districts.sources.open_data import OpenData, read_open_data
from emergency_sim.network import Region, read_region
from tests.districts.data import feature, lonlat, square, write_ages, write_features

X, Y = 100_000, 6_900_000
NODES = {
    "a": (500, 5_500), "b": (5_500, 5_500), "c": (10_500, 5_500), "d": (19_500, 5_500),
    "e": (22_500, 5_500), "f": (25_500, 5_500), "g": (500, 30_000), "h": (500, 65_500),
}  # fmt: skip
ROADS = (("a", "b"), ("b", "c"), ("c", "d"), ("e", "f"), ("a", "g"), ("g", "h"))
TOWN = {(1, 5): 3000, (2, 5): 3000, (3, 5): 3000, (4, 5): 3000}
VALLEY = {(x, 5): 100 for x in (6, 8, 9, 11, 13, 15, 17, 19)}
ISLAND = {(22, 5): 150, (24, 5): 150}
ISLET = {(14, 12): 30}
AGES = {
    "0101": [600, 1200, 600, 1500, 3300, 2600, 1700, 700, 100],
    "0102": [30, 60, 30, 60, 120, 110, 80, 30, 10],
    "0103": [10, 30, 20, 40, 80, 60, 40, 15, 5],
}


def write_country(folder: Path) -> tuple[Path, Path]:
    """Write a network and a data folder; return both."""
    network, data = folder / "roads", folder / "data"
    network.mkdir(parents=True)
    rows = ["node_id,x,y", *(f"{n},{X + x},{Y + y}" for n, (x, y) in NODES.items())]
    (network / "nodes.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    header = (
        "link_id,from,to,highway,length_m,speed_kmh,name,crossing_min,dep_day,dep_evening,dep_night"
    )
    rows = [header]
    for n, (p, q) in enumerate(ROADS):
        (x1, y1), (x2, y2) = NODES[p], NODES[q]
        rows.append(f"l{n},{p},{q},secondary,{abs(x1 - x2) + abs(y1 - y2)},60,,,,,")
    rows.append("ferry,d,e,ferry,3000,,Austby-Øyna,10,2,1,0.5")
    (network / "links.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    norway = data / "norway"
    write_features(
        norway / "municipalities_2024.geojson.gz",
        [
            _municipality("0101", "Vestby", square(X, Y, 10_000, 10_000)),
            _municipality(
                "0102",
                "Austby",
                square(X + 10_000, Y, 10_000, 10_000),
                square(X + 14_000, Y + 12_000, 1_000, 1_000),
            ),
            _municipality("0103", "Øyna", square(X + 22_000, Y + 3_000, 4_000, 5_000)),
            _municipality("0104", "Nordby", square(X, Y + 60_000, 10_000, 10_000)),
        ],
    )
    write_ages(norway / "municipality_population_by_age_2026.csv", {**AGES, "0104": [1] * 9})
    cells = {**TOWN, **VALLEY, **ISLAND, **ISLET, (1, 65): 9}
    grid = [
        f"{2_000_000 + X + 1000 * x}{Y + 1000 * y:07d};{people}" for (x, y), people in cells.items()
    ]
    (norway / "ssb_population_1km_2019.csv.gz").write_bytes(
        _packed("\n".join(["SSBID1000M;pop_tot", *grid]) + "\n")
    )
    write_features(
        norway / "legevakter_2024.geojson",
        [
            _point("Vestby og Austby IK legevakt", 2_500, 5_500, kommune="Vestby, Austby"),
            _point("Øyna legevakt", 22_700, 5_500, kommune="Øyna"),
            _point("Nordby legevakt", 500, 65_500, kommune="Nordby"),
        ],
    )
    write_features(
        norway / "hospitals.geojson",
        [_point("Vestby sjukehus", 4_500, 5_500), _point("Nordby sjukehus", 500, 65_500)],
    )
    return network, data


def _packed(text: str) -> bytes:
    import gzip

    return gzip.compress(text.encode())


def _municipality(number: str, name: str, *rings: list[list[list[float]]]) -> dict[str, object]:
    properties = {"kommunenummer": number, "kommunenavn": name}
    return feature(properties, "MultiPolygon", list(rings))


def _point(name: str, x: float, y: float, **more: str) -> dict[str, object]:
    properties = {"navn": name, "poststed": "", **more}
    return feature(properties, "Point", lonlat(X + x, Y + y))


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folders of network and data."""
    return write_country(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def roads(country: tuple[Path, Path]) -> Region:
    """Return the network."""
    return read_region(country[0])


@pytest.fixture(scope="module")
def data(country: tuple[Path, Path]) -> OpenData:
    """Return what the data folder says."""
    return read_open_data(country[1])
