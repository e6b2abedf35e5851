"""The Møre og Romsdal tables against the data they were measured on.

Reads the committed tables directly (no module of the simulator) and compares
them with the full main road network and the population by square kilometre.
Skipped where the data are absent.
"""

from __future__ import annotations

import csv
import functools
import gzip
import json
import math
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
osmium = pytest.importorskip("osmium")
pyproj = pytest.importorskip("pyproj")
shapely = pytest.importorskip("shapely")
sparse = pytest.importorskip("scipy.sparse")
csgraph = pytest.importorskip("scipy.sparse.csgraph")
spatial = pytest.importorskip("scipy.spatial")
stats = pytest.importorskip("scipy.stats")

ROOT = Path(__file__).resolve().parents[2]
NETWORK = ROOT / "networks" / "more-og-romsdal"
DATA = Path(os.environ.get("EMERGENCY_SIM_DATA") or ROOT.parent / "shared" / "data") / "norway"
NEEDED = (
    "norway_n1000.osm.pbf",
    "ssb_population_1km_2019.csv.gz",
    "municipality_population_by_age_2026.csv",
    "municipalities_2024.geojson.gz",
)
MISSING = [name for name in NEEDED if not (DATA / name).is_file()]
needs_data = pytest.mark.skipif(
    bool(MISSING),
    reason=f"no Norwegian data in the folder named by EMERGENCY_SIM_DATA: {', '.join(MISSING)}",
)

AGES = ["0_5", "6_15", "16_19", "20_29", "30_49", "50_66", "67_79", "80_89", "90_plus"]
DETOUR, ACCESS_MS = 1.3, 40.0 / 3.6
BOX = (4.4, 61.5, 11.0, 64.2)


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the network's tables."""
    with (NETWORK / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def ferry_seconds(link: dict[str, str]) -> float:
    """Return a night crossing with the expected wait, or infinity."""
    departures = float(link["dep_night"])
    wait = 30.0 / departures if departures > 0 else math.inf
    if link["callout_min"]:
        wait = min(wait, float(link["callout_min"]))
    return 60.0 * (float(link["crossing_min"]) + wait)


def times(n: int, a: list[int], b: list[int], seconds: list[float]) -> sparse.csr_matrix:
    """Return a symmetric matrix that keeps the fastest of parallel arcs."""
    best: dict[tuple[int, int], float] = {}
    for u, v, s in zip(a, b, seconds, strict=True):
        if u != v and math.isfinite(s):
            key = (min(u, v), max(u, v))
            best[key] = min(best.get(key, math.inf), max(s, 1e-3))
    pairs = np.array(list(best))
    values = np.array(list(best.values()))
    return sparse.csr_matrix(
        (
            np.r_[values, values],
            (np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]),
        ),
        shape=(n, n),
    )


@dataclass
class Graph:
    """Times between vertices, and a way to join points to the nearest road."""

    matrix: sparse.csr_matrix
    index: dict[str, int]


@dataclass
class FullGraph:
    """The whole road network with the table's ferries."""

    matrix: sparse.csr_matrix
    xy: np.ndarray
    tree: spatial.cKDTree
    ends: np.ndarray
    seconds: np.ndarray

    def join(self, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return metres to the nearest road point and that point's row."""
        return self.tree.query(xy)

    def from_sources(self, vertices: list[int]) -> np.ndarray:
        """Return the seconds from the nearest of some vertices to each road point."""
        t = csgraph.dijkstra(self.matrix, indices=vertices, min_only=True)
        return np.minimum(
            t[self.ends[:, 0]] + self.seconds[:, 0], t[self.ends[:, 1]] + self.seconds[:, 1]
        )


@functools.cache
def table_graph() -> Graph:
    """Return the network of the committed tables at night."""
    index = {row["node_id"]: k for k, row in enumerate(rows("nodes.csv"))}
    a, b, seconds = [], [], []
    for link in rows("links.csv"):
        a.append(index[link["from"]])
        b.append(index[link["to"]])
        if link["highway"] == "ferry":
            seconds.append(ferry_seconds(link))
        else:
            seconds.append(float(link["length_m"]) / float(link["speed_kmh"]) * 3.6)
    return Graph(times(len(index), a, b, seconds), index)


@dataclass
class Roads:
    """All main roads around the county: vertices, and arcs with their times."""

    lonlat: list[tuple[float, float]]
    a: list[int]
    b: list[int]
    kmh: list[float]
    below: list[bool]


def read_roads() -> Roads:
    """Read the roads with the class speeds of the table."""
    speed = {r["highway"]: float(r["speed_kmh"]) for r in rows("links.csv") if r["speed_kmh"]}
    roads = Roads([], [], [], [], [])
    index: dict[int, int] = {}
    for way in osmium.FileProcessor(str(DATA / "norway_n1000.osm.pbf")).with_locations():
        if not isinstance(way, osmium.osm.Way) or "highway" not in way.tags:
            continue
        points = [(n.ref, n.location.lon, n.location.lat) for n in way.nodes]
        if not any(BOX[0] < x < BOX[2] and BOX[1] < y < BOX[3] for _, x, y in points):
            continue
        for ref, lon, lat in points:
            if ref not in index:
                index[ref] = len(roads.lonlat)
                roads.lonlat.append((lon, lat))
        ids = [index[ref] for ref, _, _ in points]
        roads.a += ids[:-1]
        roads.b += ids[1:]
        roads.kmh += [speed[way.tags["highway"]]] * (len(ids) - 1)
        roads.below += ["tunnel" in way.tags] * (len(ids) - 1)
    return roads


@functools.cache
def full_graph() -> FullGraph:
    """Return all main roads around the county with the table's ferries."""
    roads = read_roads()
    a, b = roads.a, roads.b
    degrees = np.array(roads.lonlat)
    to_xy = pyproj.Transformer.from_crs(4326, 25833, always_xy=True)
    xy = np.column_stack(to_xy.transform(degrees[:, 0], degrees[:, 1]))
    metres = pyproj.Geod(ellps="GRS80").inv(
        degrees[a, 0], degrees[a, 1], degrees[b, 0], degrees[b, 1]
    )[2]
    seconds = list(metres / np.array(roads.kmh) * 3.6)
    count = len(a)
    # the table's ferries, each quay tied to the nearest road vertex within 600 m
    tree = spatial.cKDTree(xy)
    place = node_places()
    quays: dict[str, int] = {}
    extra: list[tuple[float, float]] = []
    ferries = [link for link in rows("links.csv") if link["highway"] == "ferry"]
    for node in sorted({link[end] for link in ferries for end in ("from", "to")}):
        gap, near = tree.query(place[node])
        if gap < 30:
            quays[node] = int(near)
            continue
        quays[node] = len(xy) + len(extra)
        extra.append(place[node])
        if gap < 600:
            a.append(quays[node])
            b.append(int(near))
            seconds.append(gap / 50 * 3.6)
    for link in ferries:
        a.append(quays[link["from"]])
        b.append(quays[link["to"]])
        seconds.append(ferry_seconds(link))
    xy = np.vstack([xy, extra])
    matrix = times(len(xy), a, b, seconds)
    reached = np.isfinite(csgraph.dijkstra(matrix, indices=next(iter(quays.values()))))
    points, ends, parts = [], [], []
    for k in range(count):
        if roads.below[k] or not reached[a[k]]:  # nobody lives at a (subsea) tunnel
            continue
        steps = max(1, math.ceil(float(metres[k]) / 100))
        t = np.linspace(0, 1, steps + 1)[:, None]
        points.append(xy[a[k]] * (1 - t) + xy[b[k]] * t)
        ends.append(np.tile((a[k], b[k]), (steps + 1, 1)))
        parts.append(np.hstack([t, 1 - t]) * seconds[k])
    for v in quays.values():
        points.append(xy[[v]])
        ends.append(np.array([[v, v]]))
        parts.append(np.zeros((1, 2)))
    tree = spatial.cKDTree(np.vstack(points))
    return FullGraph(matrix, xy, tree, np.vstack(ends), np.vstack(parts))


def in_service(kind: str) -> list[dict[str, str]]:
    """Return the rows of a kind that are in service."""
    return [r for r in rows("sites.csv") if r["kind"] == kind and r["in_service"] == "yes"]


DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH")
SATURDAY_0300 = (DAYS.index("Sa"), 3 * 60)


def open_minutes(hours: str) -> np.ndarray:
    """Return the open minutes of each weekday and of a public holiday.

    Only the patterns that sites.csv uses: a later rule replaces an earlier
    one on the same days, a holiday not named has the rule of weekdays, and
    no span runs past midnight.
    """
    week = np.zeros((len(DAYS), 1440), dtype=bool)
    if hours == "24/7":
        return ~week
    named_holiday = False
    for rule in hours.split(";"):
        which, spans = rule.split(maxsplit=1)
        chosen: list[int] = []
        for part in which.split(","):
            first, _, last = part.partition("-")
            chosen += range(DAYS.index(first), DAYS.index(last or first) + 1)
        named_holiday = named_holiday or "PH" in which
        for day in chosen:
            week[day] = False
            for span in spans.split(",") if spans != "off" else []:
                begin, end = (60 * int(t[:2]) + int(t[3:]) for t in span.split("-"))
                assert begin < end, hours
                week[day, begin:end] = True
    if not named_holiday:
        week[-1] = week[0]
    return week


def own_legevakt(when: tuple[int, int] = SATURDAY_0300) -> dict[str, dict[str, str]]:
    """Return the clinic that serves each area at a time: highest priority wins."""
    result: dict[str, dict[str, str]] = {}
    for clinic in sorted(in_service("legevakt"), key=lambda r: int(r["priority"])):
        if open_minutes(clinic["hours"])[when]:
            for area in clinic["serves"].split():
                result[area] = clinic
    return result


def car_nodes() -> list[str]:
    """Return the nodes where ambulance cars stand."""
    return sorted({r["node"] for r in in_service("unit") if r["unit_type"] == "ambulance"})


def node_places() -> dict[str, tuple[float, float]]:
    """Return the coordinates of every node."""
    return {r["node_id"]: (float(r["x"]), float(r["y"])) for r in rows("nodes.csv")}


def test_tables_hang_together() -> None:
    """Every reference resolves and the network is one piece."""
    nodes = {r["node_id"] for r in rows("nodes.csv")}
    zones, sites = rows("zones.csv"), rows("sites.csv")
    assert 700 <= len(nodes) <= 1600
    assert len(zones) >= 350
    assert {r["node"] for r in zones} <= nodes
    assert {r["node"] for r in sites} <= nodes
    links = rows("links.csv")
    assert {r[end] for r in links for end in ("from", "to")} == nodes
    graph = table_graph()
    assert csgraph.connected_components(graph.matrix, directed=False)[0] == 1
    areas = {r["area"] for r in zones}
    for row in sites:
        if row["serves"] and row["serves"] != "*":
            assert set(row["serves"].split()) <= areas, row["id"]
    assert areas == set(own_legevakt())
    assert max(int(r["population"]) for r in zones if r["tettbygd"] == "1") <= 1500


def test_every_area_is_served_every_hour() -> None:
    """A clinic or duty office with a doctor, and operators, at every minute."""
    areas = {r["area"] for r in rows("zones.csv")}
    duties = in_service("duty")

    def staffed(site: str, role: str) -> np.ndarray:
        lines = [
            open_minutes(d["hours"]) for d in duties if (d["parent"], d["role"]) == (site, role)
        ]
        return np.logical_or.reduce(lines)

    for kinds, role in ((("legevakt", "fastlege"), "doctor"), (("lvs",), "operator")):
        served = {area: np.zeros((len(DAYS), 1440), dtype=bool) for area in areas}
        for site in (s for kind in kinds for s in in_service(kind)):
            hours = open_minutes(site["hours"])
            people = staffed(site["id"], role)
            assert not (hours & ~people).any(), f"{site['id']}: open without {role}"
            for area in site["serves"].split():
                served[area] |= hours
        assert all(week.all() for week in served.values()), [
            area for area, week in served.items() if not week.all()
        ]


def test_fleet_against_the_published_one() -> None:
    """42-43 cars with 7,296 hours on duty a week are published (R16)."""
    cars = [r for r in in_service("unit") if r["unit_type"] == "ambulance"]
    hours = sum(float(open_minutes(r["hours"])[:7].sum()) / 60 for r in cars)
    print(f"cars {len(cars)}, hours a week {hours:.0f} = {hours / 168:.1f} round the clock")
    assert len(cars) in (42, 43)
    assert abs(hours / 7296 - 1) <= 0.05


@needs_data
def test_population_equals_the_municipality_table() -> None:
    """Zones add up to the table of 2026, by municipality and age."""
    zones: dict[str, list[int]] = defaultdict(lambda: [0] * len(AGES))
    for zone in rows("zones.csv"):
        ages = [int(zone[f"age_{name}"]) for name in AGES]
        assert sum(ages) == int(zone["population"]) > 0
        zones[zone["municipality"]] = [
            p + q for p, q in zip(zones[zone["municipality"]], ages, strict=True)
        ]
    worst, total = 0.0, 0
    with (DATA / "municipality_population_by_age_2026.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            if not row["kommunenummer"].startswith("15"):
                continue
            table = [int(row[name.replace("_plus", "+").replace("_", "-")]) for name in AGES]
            total += sum(table)
            worst = max(worst, abs(sum(zones[row["kommunenummer"]]) / sum(table) - 1))
            assert zones[row["kommunenummer"]] == table
    print(f"population: {total}, largest deviation of a municipality {worst:.4%}")
    assert worst <= 0.01


def deviations(targets: dict[str, list[str]]) -> np.ndarray:
    """Return |table / full - 1| of the time from each zone to its targets."""
    table, full, place = table_graph(), full_graph(), node_places()
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for zone in rows("zones.csv"):
        groups[tuple(targets[zone["zone_id"]])].append(zone["node"])
    result: list[float] = []
    for goals, nodes in groups.items():
        mine = csgraph.dijkstra(
            table.matrix, indices=[table.index[g] for g in goals], min_only=True
        )
        vertices = [int(spatial.cKDTree(full.xy).query(place[g])[1]) for g in goals]
        theirs = full.from_sources(vertices)
        _, points = full.join(np.array([place[n] for n in nodes]))
        for node, point in zip(nodes, points, strict=True):
            reference = max(float(theirs[point]), 60.0)
            result.append(abs(max(float(mine[table.index[node]]), 60.0) - reference) / reference)
    return np.array(result)


@needs_data
@pytest.mark.parametrize("what", ["own legevakt", "nearest station"])
def test_times_agree_with_the_full_network(what: str) -> None:
    """Zone to clinic and zone to car: tables against all main roads."""
    if what == "own legevakt":
        own = own_legevakt()
        targets = {z["zone_id"]: [own[z["area"]]["node"]] for z in rows("zones.csv")}
    else:
        cars = car_nodes()
        targets = {z["zone_id"]: cars for z in rows("zones.csv")}
    off = deviations(targets)
    print(
        f"{what}: median deviation {np.median(off):.2%}, p95 {np.quantile(off, 0.95):.2%}, "
        f"largest {off.max():.1%} of {len(off)} zones"
    )
    assert np.median(off) <= 0.10
    assert np.quantile(off, 0.95) <= 0.30


def table_shares(limits: list[float]) -> list[float]:
    """Return the share of people within some seconds of a car by the tables.

    The access time of R7 is taken as gamma distributed with the zone's mean
    and spread.
    """
    table = table_graph()
    cars = [table.index[n] for n in car_nodes()]
    seconds = csgraph.dijkstra(table.matrix, indices=cars, min_only=True)
    reached = np.zeros(len(limits))
    everyone = 0.0
    for zone in rows("zones.csv"):
        people = float(zone["population"])
        mean, spread = float(zone["access_mean_s"]), float(zone["access_sd_s"])
        shape = (mean / spread) ** 2
        left = np.array(limits) - seconds[table.index[zone["node"]]]
        reached += people * stats.gamma.cdf(np.maximum(left, 0), shape, scale=mean / shape)
        everyone += people
    return [float(v) for v in reached / everyone]


def cell_shares(limits: list[float]) -> list[float]:
    """Return the same share from the square kilometres on the full network."""
    full, place = full_graph(), node_places()
    tree = spatial.cKDTree(full.xy)
    seconds = full.from_sources([int(tree.query(place[n])[1]) for n in car_nodes()])
    with gzip.open(DATA / "municipalities_2024.geojson.gz") as handle:
        features = json.load(handle)["features"]
    to_xy = pyproj.Transformer.from_crs(4326, 25833, always_xy=True)
    polygons, numbers = [], []
    for feature in features:
        polygon = shapely.make_valid(shapely.geometry.shape(feature["geometry"]))
        west, south, east, north = polygon.bounds
        if east < BOX[0] or west > BOX[2] or north < BOX[1] or south > BOX[3]:
            continue
        polygons.append(
            shapely.make_valid(
                shapely.transform(
                    polygon, lambda p: np.column_stack(to_xy.transform(p[:, 0], p[:, 1]))
                )
            )
        )
        numbers.append(feature["properties"]["kommunenummer"])
    finder = shapely.STRtree(polygons)
    box = shapely.total_bounds([p for p, n in zip(polygons, numbers, strict=True) if n[:2] == "15"])
    cells: list[tuple[float, float, float]] = []
    homes: list[str] = []
    with gzip.open(DATA / "ssb_population_1km_2019.csv.gz", "rt") as handle:
        for row in csv.DictReader(handle, delimiter=";"):
            x = int(row["SSBID1000M"][:7]) - 2_000_000 + 500
            y = int(row["SSBID1000M"][7:]) + 500
            if not (box[0] - 3000 < x < box[2] + 3000 and box[1] - 3000 < y < box[3] + 3000):
                continue
            home = numbers[int(finder.nearest(shapely.Point(x, y)))]
            if home.startswith("15"):
                cells.append((x, y, float(row["pop_tot"])))
                homes.append(home)
    values = np.array(cells)
    people = values[:, 2].copy()
    table: dict[str, float] = defaultdict(float)
    for zone in rows("zones.csv"):
        table[zone["municipality"]] += float(zone["population"])
    for home, total in table.items():
        mine = np.array([h == home for h in homes])
        people[mine] *= total / people[mine].sum()
    metres, points = full.join(values[:, :2])
    reach = seconds[points] + DETOUR * metres / ACCESS_MS
    return [float(people[reach <= limit].sum() / people.sum()) for limit in limits]


@needs_data
def test_share_within_12_and_25_minutes_of_a_car() -> None:
    """Driving time alone, nearest station, no turnout time."""
    limits = [720.0, 1500.0]
    mine, theirs = table_shares(limits), cell_shares(limits)
    for limit, table, cells in zip(limits, mine, theirs, strict=True):
        print(f"within {limit / 60:.0f} min of a station: tables {table:.3f}, cells {cells:.3f}")
        assert abs(table - cells) <= 0.03
