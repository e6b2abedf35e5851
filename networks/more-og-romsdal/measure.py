"""Measure the Møre og Romsdal network on open data and write its tables.

Reads the main road network (Kartverket N1000 in OSM form), the population
per square kilometre (SSB, 2019), the municipality table by age (SSB, 2026)
and the municipality polygons (Kartverket, 2024) from a data folder, together
with three hand-written tables beside this script (``sites.csv``,
``ferries.csv`` and ``places.csv``), and writes ``nodes.csv``, ``links.csv``
and ``zones.csv``; in ``sites.csv`` only the column ``node`` is filled in.
Nothing but rounded figures is written: no polyline and no polygon.

Usage::

    python measure.py DATA_FOLDER
    EMERGENCY_SIM_DATA=DATA_FOLDER python measure.py
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
import shapely.ops
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from scipy.cluster.hierarchy import linkage, to_tree
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree
from scipy.spatial.distance import squareform
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

HERE = Path(__file__).resolve().parent
COUNTY = "15"

#: Free-flow speed by road class, km/h (assumption N1 in network.yaml).
CLASS_SPEED: dict[str, float] = {
    "motorway": 100,
    "trunk": 75,
    "primary": 70,
    "secondary": 62,
    "tertiary": 50,
    "unclassified": 35,
}
ROAD_PREFIX = {"E": "E", "R": "Rv", "F": "Fv", "K": "Kv", "P": "Pv"}
#: Working box (west, south, east, north): the county and the way to Trondheim.
BOX = (4.4, 61.5, 11.0, 64.2)

DETOUR = 1.3  # road distance per straight line off the main network
ACCESS_KMH = 40.0
QUAY_GAP_M = 600.0  # a quay is tied to the nearest road vertex within this
LONG_STRUCTURE_M = 500.0  # shorter tunnels and bridges are not separate links

TOWN_CELL = 200.0  # people per km2 in a cell of a town's tettsted
TOWN_MINIMUM = 10_000.0
TOWN_NAMES = {"1508": "Ålesund", "1506": "Molde", "1505": "Kristiansund"}
TETTSTED_CELL = 80.0  # people per km2 in a cell that counts as built up
TETTSTED_MINIMUM = 200.0
TETTSTED_SHARE = 0.65  # of a zone's people who live in such cells
TOWN_CAP = 1_450.0  # people per zone before rounding (contract: at most 1,500)
RURAL_CAP = 1_900.0
MAX_DIAMETER_MIN = 10.0  # road minutes between the farthest cells of a zone
SPARSE_DIAMETER_MIN = 15.0  # the same where fewer people live than the next figure
SPARSE_PEOPLE = 600.0
MIN_POPULATION = 20.0
SPLIT_GRID = 5  # a cell is seen as 5 x 5 points, those on land

LEAST_ACCESS_S = 20.0  # nobody stands on the node itself
MOST_SPREAD = 1.5  # spread per mean: an added time cannot be negative

BOAT_MIN_WATER_M = 1_000.0  # islands without road farther off than this: boat
BOAT_READY_S = 1_200.0  # until a boat has cast off
BOAT_KMH = 30.0

AGES = (
    ("0-5", "age_0_5"),
    ("6-15", "age_6_15"),
    ("16-19", "age_16_19"),
    ("20-29", "age_20_29"),
    ("30-49", "age_30_49"),
    ("50-66", "age_50_66"),
    ("67-79", "age_67_79"),
    ("80-89", "age_80_89"),
    ("90+", "age_90_plus"),
)

TO_XY = Transformer.from_crs(4326, 25833, always_xy=True)
TO_LONLAT = Transformer.from_crs(25833, 4326, always_xy=True)
GEOD = Geod(ellps="GRS80")


@dataclass
class Arc:
    """One stretch of road between two vertices, or one ferry crossing."""

    a: int
    b: int
    highway: str
    road: str
    length_m: float
    tunnel: bool = False
    bridge: bool = False
    ferry: dict[str, str] = field(default_factory=dict)

    def seconds(self, hour_class: str = "day") -> float:
        """Return the free-flow time; a ferry counts half its headway as wait."""
        if not self.ferry:
            return self.length_m / CLASS_SPEED[self.highway] * 3.6
        departures = float(self.ferry[f"dep_{hour_class}"])
        callout = self.ferry["callout_min"]
        wait = 30.0 / departures if departures > 0 else math.inf
        if callout:
            wait = min(wait, float(callout))
        return 60.0 * (float(self.ferry["crossing_min"]) + wait)


@dataclass
class Network:
    """Vertices (degrees and metres) and the arcs between them."""

    lonlat: FloatArray
    xy: FloatArray
    arcs: list[Arc]

    def graph(self, hour_class: str, ferries: bool = True) -> csr_matrix:
        """Return the symmetric matrix of times in seconds."""
        best: dict[tuple[int, int], float] = {}
        for arc in self.arcs:
            if arc.ferry and not ferries:
                continue
            seconds = arc.seconds(hour_class)
            if math.isfinite(seconds):
                key = (min(arc.a, arc.b), max(arc.a, arc.b))
                best[key] = min(best.get(key, math.inf), max(seconds, 1e-3))
        pairs = np.array(list(best), dtype=np.int64).reshape(-1, 2)
        values = np.array(list(best.values()))
        n = len(self.xy)
        rows = np.r_[pairs[:, 0], pairs[:, 1]]
        cols = np.r_[pairs[:, 1], pairs[:, 0]]
        return csr_matrix(coo_matrix((np.r_[values, values], (rows, cols)), shape=(n, n)))


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as dictionaries."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows with the columns of the first row."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_roads(path: Path) -> Network:
    """Read the roads (not the ferries) of the working box from the extract."""
    index: dict[int, int] = {}
    lonlat: list[tuple[float, float]] = []
    pieces: list[tuple[int, int, str, str, bool, bool]] = []
    west, south, east, north = BOX

    def vertex(ref: int, lon: float, lat: float) -> int:
        if ref not in index:
            index[ref] = len(lonlat)
            lonlat.append((lon, lat))
        return index[ref]

    for way in osmium.FileProcessor(str(path)).with_locations():
        if not isinstance(way, osmium.osm.Way) or "highway" not in way.tags:
            continue
        points = [(n.ref, n.location.lon, n.location.lat) for n in way.nodes]
        if not any(west < lon < east and south < lat < north for _, lon, lat in points):
            continue
        highway = way.tags["highway"]
        category = way.tags.get("n1000:vegkategori") or ""
        number = (way.tags.get("ref") or "").replace("E ", "")
        road = ROAD_PREFIX.get(category, "") + number
        tunnel, bridge = "tunnel" in way.tags, "bridge" in way.tags
        ids = [vertex(*point) for point in points]
        for a, b in pairwise(ids):
            if a != b:
                pieces.append((a, b, highway, road, tunnel, bridge))
    degrees = np.array(lonlat)
    a_end = np.array([p[0] for p in pieces])
    b_end = np.array([p[1] for p in pieces])
    _, _, metres = GEOD.inv(
        degrees[a_end, 0], degrees[a_end, 1], degrees[b_end, 0], degrees[b_end, 1]
    )
    arcs = [
        Arc(a, b, highway, road, float(length), tunnel, bridge)
        for (a, b, highway, road, tunnel, bridge), length in zip(pieces, metres, strict=True)
    ]
    return Network(degrees, np.column_stack(TO_XY.transform(degrees[:, 0], degrees[:, 1])), arcs)


def read_ferry_lines(path: Path) -> tuple[FloatArray, csr_matrix]:
    """Return the vertices of all ferry lines and the metres between them."""
    index: dict[int, int] = {}
    lonlat: list[tuple[float, float]] = []
    pairs: list[tuple[int, int]] = []
    for way in osmium.FileProcessor(str(path)).with_locations():
        if not isinstance(way, osmium.osm.Way) or way.tags.get("route") != "ferry":
            continue
        ids = []
        for n in way.nodes:
            if n.ref not in index:
                index[n.ref] = len(lonlat)
                lonlat.append((n.location.lon, n.location.lat))
            ids.append(index[n.ref])
        pairs += list(pairwise(ids))
    degrees = np.array(lonlat)
    a = np.array([p[0] for p in pairs])
    b = np.array([p[1] for p in pairs])
    _, _, metres = GEOD.inv(degrees[a, 0], degrees[a, 1], degrees[b, 0], degrees[b, 1])
    size = len(degrees)
    return degrees, csr_matrix(
        coo_matrix((np.r_[metres, metres], (np.r_[a, b], np.r_[b, a])), shape=(size, size))
    )


def add_vertex(net: Network, lon: float, lat: float) -> int:
    """Append a vertex and return its index."""
    net.lonlat = np.vstack([net.lonlat, [lon, lat]])
    net.xy = np.vstack([net.xy, TO_XY.transform(lon, lat)])
    return len(net.xy) - 1


def metres_between(net: Network, a: int, b: int) -> float:
    """Return the geodesic distance between two vertices."""
    (lon1, lat1), (lon2, lat2) = net.lonlat[a], net.lonlat[b]
    return float(GEOD.inv(lon1, lat1, lon2, lat2)[2])


def add_ferries(net: Network, path: Path, table: Sequence[dict[str, str]]) -> dict[int, str]:
    """Add every ferry of the table, tied to the roads; return the quays' names.

    The length follows the ferry line where both ends lie on one, else it is
    the straight line (column ``line`` = ``straight``).
    """
    degrees, lines = read_ferry_lines(path)
    line_tree = cKDTree(np.column_stack(TO_XY.transform(degrees[:, 0], degrees[:, 1])))
    road_vertices = np.unique([v for arc in net.arcs for v in (arc.a, arc.b)])
    road_tree = cKDTree(net.xy[road_vertices])
    quays: dict[int, str] = {}
    by_place: dict[str, int] = {}

    def quay(name: str, lon: float, lat: float) -> int:
        if name in by_place:
            return by_place[name]
        xy = TO_XY.transform(lon, lat)
        gap, near = road_tree.query(xy)
        if gap < 30.0:
            here = int(road_vertices[near])
        else:
            here = add_vertex(net, lon, lat)
            if gap < QUAY_GAP_M:
                there = int(road_vertices[near])
                net.arcs.append(
                    Arc(here, there, "tertiary", "", max(10.0, metres_between(net, here, there)))
                )
        by_place[name] = here
        quays[here] = name
        return here

    for row in table:
        ends: list[int] = []
        line_ends: list[int] = []
        for side in ("from", "to"):
            lon, lat = float(row[f"{side}_lon"]), float(row[f"{side}_lat"])
            if row["line"] == "n1000":
                gap, near = line_tree.query(TO_XY.transform(lon, lat))
                if gap > 700.0:
                    raise ValueError(f"{row['name']}: no ferry line within 700 m of {side} quay")
                lon, lat = degrees[near]
                line_ends.append(int(near))
            ends.append(quay(row[f"{side}_quay"], lon, lat))
        if line_ends:
            length = float(dijkstra(lines, indices=line_ends[0])[line_ends[1]])
        else:
            length = metres_between(net, *ends)
        if not math.isfinite(length):
            raise ValueError(f"{row['name']}: the ferry line is broken")
        net.arcs.append(Arc(ends[0], ends[1], "ferry", row["road"], length, ferry=row))
    return quays


@dataclass
class Municipality:
    """A municipality: its number, name, polygon and the table by age."""

    number: str
    name: str
    land: BaseGeometry
    ages: list[int]


def read_municipalities(data: Path) -> tuple[dict[str, Municipality], dict[str, BaseGeometry]]:
    """Return the county's municipalities, and all polygons by number."""
    with gzip.open(data / "norway" / "municipalities_2024.geojson.gz") as handle:
        features = json.load(handle)["features"]
    ages: dict[str, list[int]] = {}
    for row in read_csv(data / "norway" / "municipality_population_by_age_2026.csv"):
        ages[row["kommunenummer"]] = [int(row[column]) for column, _ in AGES]
    polygons: dict[str, BaseGeometry] = {}
    county: dict[str, Municipality] = {}
    for feature in features:
        number = feature["properties"]["kommunenummer"]
        polygon = shapely.make_valid(shape(feature["geometry"]))
        west, south, east, north = polygon.bounds
        if east < BOX[0] or west > BOX[2] or north < BOX[1] or south > BOX[3]:
            continue
        polygon = shapely.make_valid(
            shapely.transform(polygon, lambda p: np.column_stack(TO_XY.transform(p[:, 0], p[:, 1])))
        )
        polygons[number] = polygon
        if number.startswith(COUNTY):
            name = feature["properties"]["kommunenavn"]
            county[number] = Municipality(number, name, polygon, ages[number])
    return county, polygons


@dataclass
class Cell:
    """Part of the population: a square kilometre or a strip of one."""

    municipality: str
    area: str
    population: float
    centre: FloatArray
    points: FloatArray
    town: bool = False
    tettsted: bool = False
    key: tuple[int, int] = (0, 0)
    part: int = -1
    boat: bool = False
    vertex: int = -1


def area_of(municipality: str, lon: float, lat: float) -> str:
    """Return the smallest set of zones served as one (assumption N5)."""
    if municipality == "1506":
        if lon < 6.98 and lat > 62.63:
            return "1506-midsund"
        if lon > 7.78:
            return "1506-nesset"
    if municipality == "1525":
        if lon > 7.06 and lat < 62.20:
            return "1525-geiranger"
        if lon > 6.97 and lat > 62.27:
            return "1525-liabygda"
    if municipality == "1508":
        if lat > 62.70:
            return "1508-sandoy"
        if lon > 6.56 and lat > 62.46:
            return "1508-orskog"
    return municipality


def read_cells(data: Path, county: dict[str, Municipality]) -> list[Cell]:
    """Return the county's populated cells, scaled to the municipality table."""
    numbers = sorted(county)
    polygons = [county[n].land for n in numbers]
    bounds = shapely.total_bounds(polygons)
    cells: list[Cell] = []
    offsets = (np.arange(SPLIT_GRID) + 0.5) / SPLIT_GRID * 1000.0
    grid = np.array([(dx, dy) for dx in offsets for dy in offsets])
    everyone = read_all_municipality_tree(data)
    with gzip.open(data / "norway" / "ssb_population_1km_2019.csv.gz", "rt") as handle:
        for row in csv.DictReader(handle, delimiter=";"):
            x0 = int(row["SSBID1000M"][:7]) - 2_000_000
            y0 = int(row["SSBID1000M"][7:])
            if not (
                bounds[0] - 3000 < x0 < bounds[2] + 3000
                and bounds[1] - 3000 < y0 < bounds[3] + 3000
            ):
                continue
            middle = shapely.Point(x0 + 500, y0 + 500)
            number = everyone.nearest(middle)
            if number not in county:
                continue
            polygon = polygons[numbers.index(number)]
            points = grid + (x0, y0)
            on_land = shapely.contains_xy(polygon, points[:, 0], points[:, 1])
            if on_land.any():
                points = points[on_land]
            else:
                near = shapely.ops.nearest_points(polygon, middle)[0]
                points = np.array([[near.x, near.y]])
            centre = points.mean(axis=0)
            lon, lat = TO_LONLAT.transform(*centre)
            population = float(row["pop_tot"])
            cell = Cell(number, area_of(number, lon, lat), population, centre, points)
            cell.key = (x0 // 1000, y0 // 1000)
            cells.append(cell)
    totals: dict[str, float] = defaultdict(float)
    for cell in cells:
        totals[cell.municipality] += cell.population
    for cell in cells:
        cell.population *= sum(county[cell.municipality].ages) / totals[cell.municipality]
    return cells


@dataclass
class NearestMunicipality:
    """Finds the municipality that holds, or is nearest to, a point."""

    numbers: list[str]
    tree: shapely.STRtree

    def nearest(self, point: shapely.Point) -> str:
        """Return the municipality's number."""
        return self.numbers[int(self.tree.nearest(point))]


def read_all_municipality_tree(data: Path) -> NearestMunicipality:
    """Return a finder over all municipalities of the working box."""
    _, polygons = read_municipalities(data)
    numbers = list(polygons)
    return NearestMunicipality(numbers, shapely.STRtree([polygons[n] for n in numbers]))


def mark_density(cells: Sequence[Cell]) -> dict[str, float]:
    """Mark the towns' and the smaller tettsteder's cells.

    Cells of at least the threshold that touch (a town's also by a corner,
    which takes northern Sula into Ålesund) form one settlement.
    Returns the population of the three towns.
    """

    def settlements(threshold: float, steps: Sequence[tuple[int, int]]) -> list[list[Cell]]:
        dense = defaultdict(list)
        for cell in cells:
            dense[cell.key].append(cell)
        dense = defaultdict(
            list,
            {k: v for k, v in dense.items() if sum(c.population for c in v) >= threshold},
        )
        groups: list[list[Cell]] = []
        left = set(dense)
        while left:
            stack = [left.pop()]
            group: list[Cell] = []
            while stack:
                x, y = stack.pop()
                group += dense[(x, y)]
                for dx, dy in steps:
                    other = (x + dx, y + dy)
                    if other in left:
                        left.discard(other)
                        stack.append(other)
            groups.append(group)
        return groups

    sides = ((1, 0), (-1, 0), (0, 1), (0, -1))
    corners = ((1, 1), (-1, 1), (1, -1), (-1, -1))
    towns: dict[str, float] = {}
    for group in settlements(TOWN_CELL, sides + corners):
        total = sum(c.population for c in group)
        if total > TOWN_MINIMUM:
            largest = max(group, key=lambda c: c.population)
            towns[TOWN_NAMES[largest.municipality]] = total
            for cell in group:
                cell.town = True
    for group in settlements(TETTSTED_CELL, sides):
        if sum(c.population for c in group) >= TETTSTED_MINIMUM:
            for cell in group:
                cell.tettsted = True
    for cell in cells:
        cell.tettsted = cell.tettsted or cell.town
    return towns


def split_dense(cells: Iterable[Cell]) -> list[Cell]:
    """Cut cells with more people than a zone may hold into strips."""
    result: list[Cell] = []
    for cell in cells:
        cap = TOWN_CAP if cell.town else RURAL_CAP
        parts = math.ceil(cell.population / cap)
        if parts == 1:
            result.append(cell)
            continue
        order = np.lexsort((cell.points[:, 1], cell.points[:, 0]))
        for chunk in np.array_split(order, parts):
            points = cell.points[chunk]
            strip = Cell(
                cell.municipality,
                cell.area,
                cell.population / parts,
                points.mean(axis=0),
                points,
                cell.town,
                cell.tettsted,
                cell.key,
            )
            result.append(strip)
    return result


def mark_islands(
    cells: Sequence[Cell], county: dict[str, Municipality], net: Network
) -> list[tuple[float, int]]:
    """Mark cells on islands that neither the roads nor a quay reach.

    Returns the people and cells of each such island, for the log.
    """
    lands: list[BaseGeometry] = []
    for municipality in county.values():
        lands += list(shapely.get_parts(municipality.land))
    tree = shapely.STRtree(lands)
    used = np.unique([v for arc in net.arcs for v in (arc.a, arc.b)])
    served = set(
        tree.query(shapely.points(net.xy[used]), predicate="dwithin", distance=100.0)[1].tolist()
    )
    roads = cKDTree(net.xy[used])
    islands: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        cell.part = int(tree.nearest(shapely.Point(cell.centre)))
        if cell.part in served:
            continue
        gap, _ = roads.query(shapely.get_coordinates(lands[cell.part]))
        if gap.min() > BOAT_MIN_WATER_M:
            cell.boat = True
            islands[cell.part].append(cell)
    return [(sum(c.population for c in group), len(group)) for group in islands.values()]


@dataclass
class Zone:
    """A set of cells with the road vertex where its trips begin."""

    cells: list[Cell]
    vertex: int = -1
    name: str = ""
    ages: list[int] = field(default_factory=list)

    @property
    def population(self) -> float:
        """Return the people before rounding."""
        return sum(c.population for c in self.cells)

    @property
    def weights(self) -> FloatArray:
        """Return the people per cell."""
        return np.array([c.population for c in self.cells])

    @property
    def centre(self) -> FloatArray:
        """Return the population-weighted centre."""
        return np.average([c.centre for c in self.cells], axis=0, weights=self.weights)


def cluster(group: list[Cell], minutes: FloatArray, cap: float) -> list[list[int]]:
    """Cut a tree of cells into clusters within the cap and the diameter."""
    if len(group) == 1:
        return [[0]]
    population = np.array([c.population for c in group])
    far = np.where(np.isfinite(minutes), minutes, 999.0)
    far = (far + far.T) / 2
    np.fill_diagonal(far, 0.0)
    root = to_tree(linkage(squareform(far, checks=False), "average"))
    result: list[list[int]] = []
    stack = [root]
    while stack:
        node = stack.pop()
        members = list(node.pre_order())
        block = far[np.ix_(members, members)]
        people = population[members].sum()
        widest = SPARSE_DIAMETER_MIN if people < SPARSE_PEOPLE else MAX_DIAMETER_MIN
        if node.is_leaf() or (people <= cap and block.max() <= widest):
            result.append(members)
        else:
            stack += [node.get_left(), node.get_right()]
    return merge_small(result, population, far, cap)


def merge_small(
    clusters: list[list[int]], population: FloatArray, far: FloatArray, cap: float
) -> list[list[int]]:
    """Join clusters with very few people to the nearest one."""
    while len(clusters) > 1:
        totals = [population[c].sum() for c in clusters]
        small = int(np.argmin(totals))
        if totals[small] >= MIN_POPULATION:
            break
        others = [k for k in range(len(clusters)) if k != small]
        gaps = [
            far[np.ix_(clusters[small], clusters[k])].mean()
            + (0 if totals[k] + totals[small] <= cap else 60.0)
            for k in others
        ]
        into = others[int(np.argmin(gaps))]
        clusters[into] = clusters[into] + clusters[small]
        del clusters[small]
    return clusters


def make_zones(cells: list[Cell], net: Network) -> list[Zone]:
    """Cluster the cells of each municipality into zones near each other by road."""
    used = np.unique([v for arc in net.arcs if not arc.tunnel for v in (arc.a, arc.b)])
    tree = cKDTree(net.xy[used])
    for cell in cells:
        cell.vertex = int(used[tree.query(cell.centre)[1]])
    graph = net.graph("day")
    _, part_of = connected_components(net.graph("day", ferries=False), directed=False)
    islands: dict[tuple[str, str, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        part = -1 - cell.part if cell.boat else int(part_of[cell.vertex])
        islands[(cell.municipality, cell.area, part)].append(cell)
    # Zones keep to one island, but a handful of people go with the nearest others.
    groups: dict[tuple[str, str, int, bool], list[Cell]] = defaultdict(list)
    for key, residents in islands.items():
        home = key
        if sum(c.population for c in residents) < MIN_POPULATION / 2:
            others = [k for k in islands if k[:2] == key[:2]]
            home = max(others, key=lambda k: sum(c.population for c in islands[k]))
        for cell in residents:
            groups[(*home, cell.town)].append(cell)
    zones: list[Zone] = []
    for (_, _, _, town), group in sorted(groups.items(), key=lambda item: item[0]):
        vertices = np.array([c.vertex for c in group])
        unique, inverse = np.unique(vertices, return_inverse=True)
        seconds = dijkstra(graph, indices=unique)[:, unique]
        minutes = seconds[np.ix_(inverse, inverse)] / 60.0
        centres = np.array([c.centre for c in group])
        air = np.hypot(*(centres[:, None, :] - centres[None, :, :]).transpose(2, 0, 1))
        minutes = np.maximum(minutes, air / 1000.0 * DETOUR / 75.0 * 60.0)
        for members in cluster(group, minutes, TOWN_CAP if town else RURAL_CAP):
            block = minutes[np.ix_(members, members)]
            weights = np.array([group[m].population for m in members])
            middle = members[int(np.argmin(block @ weights))]
            zones.append(Zone([group[m] for m in members], group[middle].vertex))
    return zones


@dataclass
class RoadPoints:
    """Points along the roads, and the seconds to both ends of their arc."""

    tree: cKDTree
    ends: IntArray
    seconds: FloatArray

    def reach(self, times: FloatArray, rows: IntArray) -> FloatArray:
        """Return times at some points, from the times at all vertices."""
        ends, seconds = self.ends[rows], self.seconds[rows]
        by_a: FloatArray = times[..., ends[:, 0]] + seconds[:, 0]
        by_b: FloatArray = times[..., ends[:, 1]] + seconds[:, 1]
        return np.minimum(by_a, by_b)


def road_points(net: Network, quays: Iterable[int]) -> RoadPoints:
    """Return points at most 100 m apart along the open roads, and the quays."""
    points: list[FloatArray] = []
    ends: list[IntArray] = []
    seconds: list[FloatArray] = []
    for arc in net.arcs:
        if arc.ferry or arc.tunnel:
            continue
        steps = max(1, math.ceil(arc.length_m / 100.0))
        t = np.linspace(0.0, 1.0, steps + 1)[:, None]
        points.append(net.xy[arc.a] * (1 - t) + net.xy[arc.b] * t)
        ends.append(np.tile(np.array([arc.a, arc.b]), (steps + 1, 1)))
        seconds.append(np.hstack([t, 1 - t]) * arc.seconds())
    for v in quays:
        points.append(net.xy[[v]])
        ends.append(np.array([[v, v]]))
        seconds.append(np.zeros((1, 2)))
    return RoadPoints(cKDTree(np.vstack(points)), np.vstack(ends), np.vstack(seconds))


def access_times(
    zones: Sequence[Zone],
    net: Network,
    roads: RoadPoints,
    targets: dict[str, list[int]],
) -> list[tuple[float, float]]:
    """Return mean and spread of the time that a zone's people add to its node's.

    People are spread over the land points of their cells. Each is joined to
    the nearest road point (DETOUR times the straight line at ACCESS_KMH) and
    driven on from there; subtracted is the time from the zone's node. Both
    are taken to the three nearest stations and the two nearest clinics, so
    that a way along the road towards the target counts as shorter and one
    away from it as longer. As the time is added to a way it cannot be
    negative, so the spread is held to MOST_SPREAD times the mean. On islands
    without road or quay the boat's readiness and crossing stand instead.
    """
    graph = net.graph("day")
    chosen: list[tuple[IntArray, FloatArray]] = []
    for kind, nearest in (("station", 3), ("legevakt", 2)):
        vertices = np.array(sorted(set(targets[kind])))
        times = dijkstra(graph, indices=vertices)
        node_times = times[:, [z.vertex for z in zones]]
        chosen.append((np.argsort(node_times, axis=0)[:nearest], times))
    result: list[tuple[float, float]] = []
    for k, zone in enumerate(zones):
        extra: list[FloatArray] = []
        weights: list[FloatArray] = []
        off_road_sum = 0.0
        for cell in zone.cells:
            weight = np.full(len(cell.points), cell.population / len(cell.points))
            if cell.boat:
                metres = np.hypot(*(cell.points - net.xy[zone.vertex]).T)
                extra.append(BOAT_READY_S + metres / BOAT_KMH * 3.6)
                weights.append(weight)
                continue
            metres, rows = roads.tree.query(cell.points)
            off_road = DETOUR * metres / ACCESS_KMH * 3.6
            off_road_sum += cell.population * float(off_road.mean())
            for order, times in chosen:
                for target in order[:, k]:
                    at_points = roads.reach(times[target], rows)
                    extra.append(off_road + at_points - times[target][zone.vertex])
                    weights.append(weight)
        t, w = np.concatenate(extra), np.concatenate(weights)
        mean = float(np.average(t, weights=w))
        spread = float(math.sqrt(np.average((t - mean) ** 2, weights=w)))
        mean = max(mean, off_road_sum / zone.population, LEAST_ACCESS_S)
        result.append((mean, min(max(spread, LEAST_ACCESS_S / 2), MOST_SPREAD * mean)))
    return result


def round_ages(zones: Sequence[Zone], county: dict[str, Municipality]) -> None:
    """Give every zone whole people by age that add up to the table exactly.

    Each age group is shared by the zones' people with largest remainders.
    """
    for number, municipality in county.items():
        mine = [z for z in zones if z.cells[0].municipality == number]
        shares = np.array([z.population for z in mine])
        shares = shares / shares.sum()
        carry = np.zeros(len(mine))
        columns = []
        for people in municipality.ages:
            exact = shares * people + carry
            whole = np.maximum(np.floor(exact), 0)
            order = np.argsort(-(exact - whole), kind="stable")
            missing = int(people - whole.sum())
            if missing >= 0:
                whole[order[:missing]] += 1
            else:
                whole[[k for k in order[::-1] if whole[k] > 0][:-missing]] -= 1
            carry = exact - whole
            columns.append(whole.astype(int))
        for zone, row in zip(mine, np.column_stack(columns), strict=True):
            zone.ages = [int(v) for v in row]


def name_zones(zones: Sequence[Zone], county: dict[str, Municipality]) -> None:
    """Name each zone after the nearest known place of its municipality."""
    places = read_csv(HERE / "places.csv")
    count: dict[tuple[str, str], int] = defaultdict(int)
    base: list[str] = []
    for zone in zones:
        number = zone.cells[0].municipality
        best, reach = county[number].name, 5_000.0
        for place in places:
            if place["municipality"] != number:
                continue
            xy = TO_XY.transform(float(place["lon"]), float(place["lat"]))
            metres = float(np.hypot(*(zone.centre - xy)))
            if metres < reach:
                best, reach = place["name"], metres
        base.append(best)
        count[(number, best)] += 1
    running: dict[tuple[str, str], int] = defaultdict(int)
    order = sorted(range(len(zones)), key=lambda k: -zones[k].population)
    for k in order:
        number = zones[k].cells[0].municipality
        key = (number, base[k])
        running[key] += 1
        several = count[key] > 1 or base[k] == county[number].name
        zones[k].name = f"{base[k]} {running[key]}" if several else base[k]


def snap_sites(net: Network, sites: Sequence[dict[str, str]]) -> dict[tuple[str, str], int]:
    """Return the road vertex nearest to each site that has coordinates."""
    used = np.unique(
        [v for arc in net.arcs if not (arc.ferry or arc.tunnel) for v in (arc.a, arc.b)]
    )
    tree = cKDTree(net.xy[used])
    result: dict[tuple[str, str], int] = {}
    for row in sites:
        if row["lon"]:
            xy = TO_XY.transform(float(row["lon"]), float(row["lat"]))
            gap, near = tree.query(xy)
            if gap > 1500:
                print(f"  site {row['kind']} {row['id']}: {gap:.0f} m from the road")
            result[(row["kind"], row["id"])] = int(used[near])
    return result


@dataclass
class Chain:
    """A link of the reduced network."""

    a: int
    b: int
    arc: Arc
    length_m: float


def keep_arcs(net: Network, terminals: set[int], inside: NDArray[np.bool_]) -> set[int]:
    """Return the arcs of the reduced network before chains are contracted.

    Kept are arcs inside the county and those outside it that some shortest
    path between two terminals uses by day, at night or without ferries.
    """
    keep = {k for k, arc in enumerate(net.arcs) if inside[arc.a] and inside[arc.b]}
    keep |= {k for k, arc in enumerate(net.arcs) if arc.ferry}
    by_pair: dict[tuple[int, int], int] = {}
    for k, arc in enumerate(net.arcs):
        key = (min(arc.a, arc.b), max(arc.a, arc.b))
        if key not in by_pair or arc.length_m < net.arcs[by_pair[key]].length_m:
            by_pair[key] = k
    sources = np.array(sorted(terminals))
    for hour_class, ferries in (("day", True), ("night", True), ("day", False)):
        graph = net.graph(hour_class, ferries)
        for chunk in np.array_split(sources, max(1, len(sources) // 50)):
            _, before = dijkstra(graph, indices=chunk, return_predecessors=True)
            for row in before:
                seen: set[int] = set()
                for target in sources:
                    here = int(target)
                    while here not in seen and row[here] >= 0:
                        seen.add(here)
                        previous = int(row[here])
                        keep.add(by_pair[(min(here, previous), max(here, previous))])
                        here = previous
    return keep


def prune(net: Network, keep: set[int], terminals: set[int]) -> dict[int, set[int]]:
    """Remove dead ends without a terminal; return the arcs at each vertex."""
    at: dict[int, set[int]] = defaultdict(set)
    for k in keep:
        at[net.arcs[k].a].add(k)
        at[net.arcs[k].b].add(k)
    stack = [v for v in at if len(at[v]) == 1 and v not in terminals]
    while stack:
        v = stack.pop()
        if len(at[v]) != 1 or v in terminals:
            continue
        k = at[v].pop()
        arc = net.arcs[k]
        other = arc.b if arc.a == v else arc.a
        at[other].discard(k)
        if len(at[other]) == 1:
            stack.append(other)
    return {v: arcs for v, arcs in at.items() if arcs}


def forget_short_structures(net: Network, keep: set[int]) -> None:
    """Drop the mark of tunnels and bridges shorter than LONG_STRUCTURE_M."""
    for mark in ("tunnel", "bridge"):
        marked = {k for k in keep if getattr(net.arcs[k], mark)}
        at: dict[int, list[int]] = defaultdict(list)
        for k in marked:
            at[net.arcs[k].a].append(k)
            at[net.arcs[k].b].append(k)
        left = set(marked)
        while left:
            stack, group = [left.pop()], []
            while stack:
                k = stack.pop()
                group.append(k)
                for v in (net.arcs[k].a, net.arcs[k].b):
                    for other in at[v]:
                        if other in left:
                            left.discard(other)
                            stack.append(other)
            if sum(net.arcs[k].length_m for k in group) < LONG_STRUCTURE_M:
                for k in group:
                    setattr(net.arcs[k], mark, False)


def contract(net: Network, at: dict[int, set[int]], terminals: set[int]) -> list[Chain]:
    """Join stretches of one road and one class between the nodes that are kept."""

    def kind(k: int) -> tuple[str, str, bool, bool]:
        arc = net.arcs[k]
        return arc.highway, arc.road, arc.tunnel, arc.bridge

    def is_node(v: int) -> bool:
        arcs = list(at[v])
        if v in terminals or len(arcs) != 2 or net.arcs[arcs[0]].ferry or net.arcs[arcs[1]].ferry:
            return True
        return kind(arcs[0]) != kind(arcs[1])

    chains: list[Chain] = []
    done: set[int] = set()
    for start in sorted(v for v in at if is_node(v)):
        for first in sorted(at[start]):
            if first in done:
                continue
            here, k, length = start, first, 0.0
            while True:
                done.add(k)
                arc = net.arcs[k]
                length += arc.length_m
                here = arc.b if arc.a == here else arc.a
                if is_node(here):
                    break
                k = next(other for other in at[here] if other != k)
            if here != start:
                chains.append(Chain(start, here, net.arcs[first], length))
    best: dict[tuple[int, int], Chain] = {}
    for chain in chains:
        key = (min(chain.a, chain.b), max(chain.a, chain.b))
        if chain.arc.ferry:
            key = (-1 - len(best), key[1])
        elif key in best and duration(best[key]) <= duration(chain):
            continue
        best[key] = chain
    return list(best.values())


def duration(chain: Chain) -> float:
    """Return the free-flow seconds of a road link."""
    return chain.length_m / CLASS_SPEED[chain.arc.highway]


def boundary_vertices(net: Network, keep: set[int], inside: NDArray[np.bool_]) -> set[int]:
    """Return vertices at the county's edge from which a numbered road goes on."""
    result: set[int] = set()
    touched = {v for k in keep for v in (net.arcs[k].a, net.arcs[k].b)}
    for k, arc in enumerate(net.arcs):
        if k in keep or arc.ferry or arc.highway not in ("motorway", "trunk", "primary"):
            continue
        for v, other in ((arc.a, arc.b), (arc.b, arc.a)):
            if v in touched and inside[v] and not inside[other]:
                result.add(v)
    return result


def main(argv: Sequence[str]) -> int:
    """Measure everything and write the three tables."""
    data = Path(argv[1] if len(argv) > 1 else os.environ["EMERGENCY_SIM_DATA"])
    extract = data / "norway" / "norway_n1000.osm.pbf"
    county, polygons = read_municipalities(data)
    net = read_roads(extract)
    quays = add_ferries(net, extract, read_csv(HERE / "ferries.csv"))
    graph = net.graph("day")
    reachable = np.isfinite(dijkstra(graph, indices=next(iter(quays))))
    net.arcs = [arc for arc in net.arcs if reachable[arc.a]]
    print(f"roads: {len(net.xy)} vertices, {len(net.arcs)} arcs")

    cells = read_cells(data, county)
    print(f"cells: {len(cells)}, {sum(c.population for c in cells):.0f} people after scaling")
    towns = mark_density(cells)
    print("towns:", {k: round(v) for k, v in towns.items()})
    people = sum(c.population for c in cells)
    share = sum(c.population for c in cells if c.tettsted) / people
    print(f"share in settlements of 200 people or more: {share:.3f}")
    by_area: dict[str, float] = defaultdict(float)
    for cell in cells:
        if "-" in cell.area:
            by_area[cell.area] += cell.population
    print("areas:", {k: round(v) for k, v in by_area.items()})
    cells = split_dense(cells)
    islands = mark_islands(cells, county, net)
    print(f"boat islands: {[(round(p), n) for p, n in islands]}")
    zones = make_zones(cells, net)
    round_ages(zones, county)
    name_zones(zones, county)

    sites = read_csv(HERE / "sites.csv")
    site_vertex = snap_sites(net, sites)
    targets: dict[str, list[int]] = defaultdict(list)
    for (kind, name), v in site_vertex.items():
        if any(r["id"] == name and r["in_service"] == "yes" for r in sites):
            targets[kind].append(v)
    access = access_times(zones, net, road_points(net, quays), targets)
    county_area = shapely.union_all([m.land for m in county.values()]).buffer(3_000.0)
    shapely.prepare(county_area)
    inside = shapely.contains_xy(county_area, net.xy[:, 0], net.xy[:, 1])
    terminals = {z.vertex for z in zones} | set(site_vertex.values()) | set(quays)
    keep = keep_arcs(net, terminals, inside)
    edge = boundary_vertices(net, keep, inside)
    terminals |= edge
    forget_short_structures(net, keep)
    chains = contract(net, prune(net, keep, terminals), terminals)

    everyone = NearestMunicipality(list(polygons), shapely.STRtree([polygons[n] for n in polygons]))
    vertices = sorted({v for c in chains for v in (c.a, c.b)} | terminals)
    home = {v: everyone.nearest(shapely.Point(net.xy[v])) for v in vertices}
    vertices.sort(key=lambda v: (home[v], net.xy[v][0], net.xy[v][1]))
    ids = {v: f"n{k + 1:04d}" for k, v in enumerate(vertices)}
    write_nodes(net, vertices, ids, home, zones, sites, site_vertex, quays, edge)
    write_links(chains, ids)
    write_zones(zones, access, ids, county)
    write_sites(sites, site_vertex, ids)
    print(f"written: {len(vertices)} nodes, {len(chains)} links, {len(zones)} zones")
    return 0


def rounded_place(xy: Sequence[float]) -> dict[str, Any]:
    """Return coordinates rounded as the contract asks."""
    lon, lat = TO_LONLAT.transform(xy[0], xy[1])
    return {
        "x": int(round(xy[0], -1)),
        "y": int(round(xy[1], -1)),
        "lon": f"{lon:.4f}",
        "lat": f"{lat:.4f}",
    }


def write_nodes(
    net: Network,
    vertices: Sequence[int],
    ids: dict[int, str],
    home: dict[int, str],
    zones: Sequence[Zone],
    sites: Sequence[dict[str, str]],
    site_vertex: dict[tuple[str, str], int],
    quays: dict[int, str],
    edge: set[int],
) -> None:
    """Write nodes.csv."""
    zone_name = {z.vertex: z.name for z in sorted(zones, key=lambda z: z.population)}
    site_name = {
        site_vertex[(r["kind"], r["id"])]: r["name"]
        for r in sites
        if (r["kind"], r["id"]) in site_vertex
    }
    rows = []
    for v in vertices:
        if v in quays:
            kind, name = "quay", quays[v]
        elif v in zone_name:
            kind, name = "place", zone_name[v]
        elif v in site_name:
            kind, name = "site", site_name[v]
        elif v in edge:
            kind, name = "boundary", ""
        else:
            kind, name = "junction", ""
        row = {"node_id": ids[v], "name": name, "kind": kind, "municipality": home[v]}
        rows.append(row | rounded_place(net.xy[v]))
    write_csv(HERE / "nodes.csv", rows)


def write_links(chains: Sequence[Chain], ids: dict[int, str]) -> None:
    """Write links.csv."""
    rows = []
    for number, chain in enumerate(sorted(chains, key=lambda c: (ids[c.a], ids[c.b]))):
        arc, ferry = chain.arc, chain.arc.ferry
        row: dict[str, Any] = {
            "link_id": f"l{number + 1:04d}",
            "from": ids[chain.a],
            "to": ids[chain.b],
            "road": arc.road,
            "highway": arc.highway,
            "length_m": max(10, int(round(chain.length_m, -1))),
            "speed_kmh": "" if ferry else f"{CLASS_SPEED[arc.highway]:g}",
            "tunnel": int(arc.tunnel),
            "bridge": int(arc.bridge),
            "oneway": 0,
            "name": ferry.get("name", ""),
        }
        for column in ("crossing_min", "dep_day", "dep_evening", "dep_night", "callout_min"):
            row[column] = ferry.get(column, "")
        row["status"] = ferry.get("status", "derived" if arc.road else "assumed")
        source = "length: N1000; speed: class table (N1)" if arc.road else "tie to the quay (N3)"
        row["source"] = ferry.get("source", source)
        rows.append(row)
    write_csv(HERE / "links.csv", rows)


def write_zones(
    zones: Sequence[Zone],
    access: Sequence[tuple[float, float]],
    ids: dict[int, str],
    county: dict[str, Municipality],
) -> None:
    """Write zones.csv."""
    rows = []
    count: dict[str, int] = defaultdict(int)
    pairs = list(zip(zones, access, strict=True))
    pairs.sort(key=lambda p: (p[0].cells[0].municipality, ids[p[0].vertex], p[0].name))
    for zone, (mean, spread) in pairs:
        first = zone.cells[0]
        count[first.municipality] += 1
        boat = sum(c.population for c in zone.cells if c.boat)
        built_up = sum(c.population for c in zone.cells if c.tettsted)
        notes = []
        if boat > 0:
            notes.append(f"{max(1, round(boat))} on an island without road or quay: boat (N6)")
        row: dict[str, Any] = {
            "zone_id": f"z{first.municipality}-{count[first.municipality]:02d}",
            "name": zone.name,
            "municipality": first.municipality,
            "municipality_name": county[first.municipality].name,
            "area": first.area,
            "node": ids[zone.vertex],
        }
        row |= rounded_place(tuple(zone.centre))
        row["population"] = sum(zone.ages)
        row |= {column: value for (_, column), value in zip(AGES, zone.ages, strict=True)}
        row["access_mean_s"] = round(mean)
        row["access_sd_s"] = round(spread)
        row["tettbygd"] = int(first.town)
        row["tettsted200"] = int(built_up >= TETTSTED_SHARE * zone.population)
        row["status"] = "derived"
        row["note"] = "; ".join(notes)
        rows.append(row)
    write_csv(HERE / "zones.csv", rows)


def write_sites(
    sites: list[dict[str, str]], site_vertex: dict[tuple[str, str], int], ids: dict[int, str]
) -> None:
    """Fill in the column node of sites.csv: its own place, else its parent's."""
    place = {row["id"]: ids[site_vertex[(row["kind"], row["id"])]] for row in sites if row["lon"]}
    for row in sites:
        key = (row["kind"], row["id"])
        if key in site_vertex:
            row["node"] = ids[site_vertex[key]]
        elif row["parent"]:
            row["node"] = place[row["parent"]]
    write_csv(HERE / "sites.csv", sites)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
