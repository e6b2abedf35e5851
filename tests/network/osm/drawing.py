"""Small maps drawn by hand: nodes on a grid, ways with tags, as OSM XML or as `RawOsm`."""

from __future__ import annotations

import os
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest
from pyproj import Geod

from emergency_sim.network.osm.road_tables import RoadTables
from emergency_sim.network.osm.source import RawOsm, assemble
from emergency_sim.network.osm.tags import RoadChoice
from emergency_sim.network.osm.topology import build_tables

LON, LAT = 7.0, 62.5
STEP = 0.01
"""Degrees from one grid line to the next."""
Way = tuple[list[int], dict[str, str]]


def data(name: str) -> Path:
    """Return a file of the shared data; the test is skipped where it is absent."""
    top = os.environ.get("EMERGENCY_SIM_DATA")
    shared = Path(top) if top else Path(__file__).resolve().parents[4] / "shared" / "data"
    if not (shared / name).is_file():
        pytest.skip(f"data absent: {shared / name}")
    return shared / name


def place(node: int) -> tuple[float, float]:
    """Return lon and lat of a node: its tens are columns, its ones are rows."""
    return LON + STEP * (node // 10), LAT + STEP * (node % 10)


def metres(*nodes: int) -> float:
    """Return the length of the line through some nodes."""
    lon, lat = zip(*(place(node) for node in nodes), strict=True)
    return float(Geod(ellps="WGS84").line_length(lon, lat))


def raw(ways: dict[int, Way], nodes: dict[int, dict[str, str]] | None = None) -> RawOsm:
    """Return the drawing; ``nodes`` has the tags of some nodes."""
    ids = sorted({node for refs, _ in ways.values() for node in refs})
    lon, lat = zip(*(place(node) for node in ids), strict=True)
    return assemble(
        node_id=np.array(ids),
        lon=np.array(lon),
        lat=np.array(lat),
        node_tags=nodes or {},
        way_id=np.array(list(ways)),
        way_tags=[tags for _, tags in ways.values()],
        refs=np.array([node for refs, _ in ways.values() for node in refs]),
        offsets=np.cumsum([0, *(len(refs) for refs, _ in ways.values())]),
    )


def xml(ways: dict[int, Way], nodes: dict[int, dict[str, str]] | None = None) -> str:
    """Return the drawing as a file of OpenStreetMap."""

    def tags(of: dict[str, str]) -> str:
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in of.items())

    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="by hand">']
    for node in sorted({node for refs, _ in ways.values() for node in refs}):
        lon, lat = place(node)
        inner = tags((nodes or {}).get(node, {}))
        lines.append(
            f'<node id="{node}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{inner}</node>'
        )
    for way, (refs, of) in ways.items():
        inner = "".join(f'<nd ref="{node}"/>' for node in refs) + tags(of)
        lines.append(f'<way id="{way}" version="1">{inner}</way>')
    return "\n".join([*lines, "</osm>"])


def fifty(highway, limit):
    """Return the limit as the speed, 50 km/h where there is none."""
    return np.where(np.isnan(limit), 50.0, limit)


def tables(
    ways: dict[int, Way], nodes: dict[int, dict[str, str]] | None = None, **choice
) -> RoadTables:
    """Return the tables of the drawing."""
    return build_tables(raw(ways, nodes), RoadChoice(**choice), fifty)


def ends(of: RoadTables) -> set[tuple[str, str, str]]:
    """Return class and ends of each link, without the letters of the ids."""
    return {
        (kind, of.node_id[a][1:], of.node_id[b][1:])
        for kind, a, b in zip(of.highway, of.tail.tolist(), of.head.tolist(), strict=True)
    }


def row(of: RoadTables, link: str) -> dict[str, object]:
    """Return the columns of one link."""
    at = of.link_id.index(link)
    names = [
        *("highway", "road", "name", "length_m", "speed_kmh", "limit_kmh", "access", "oneway"),
        *("tunnel", "bridge", "winter", "roundabout", "signals", "yields", "yields_back"),
        *("crossing_min", "dep_day", "dep_evening", "dep_night", "status", "source"),
    ]
    return {
        "from": of.node_id[of.tail[at]],
        "to": of.node_id[of.head[at]],
        **{name: getattr(of, name)[at] for name in names},
    }
