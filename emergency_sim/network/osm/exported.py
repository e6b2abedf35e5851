"""Reading back our own GraphML: finished tables, on which no rule works a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.osm.road_tables import Dropped, RoadTables

if TYPE_CHECKING:
    from numpy.typing import NDArray

MARK: Final = "emergency_sim"
"""Attribute of a graph that we exported: the version of its form."""
VERSION: Final = "1"


def tables_of(graph: Any) -> RoadTables:
    """Return the tables of a graph that ``network.export`` wrote.

    Parameters
    ----------
    graph
        As `osmnx.load_graphml` gives it; its nodes are in the order of the region's.

    Raises
    ------
    ValueError
        It is of another version, or was changed since.
    KeyError
        An attribute is missing.
    """
    if str(graph.graph[MARK]) != VERSION:
        raise ValueError(f"exported in another form ({graph.graph[MARK]}): export it again")
    index = {node: k for k, node in enumerate(graph.nodes)}
    links: dict[int, list[tuple[bool, int, int, dict[str, Any]]]] = {}
    for tail, head, data in graph.edges(data=True):
        row = (bool(data["reversed"]), index[tail], index[head], data)
        links.setdefault(int(data["link"]), []).append(row)
    # Of a road that is open both ways the edge along its link comes first.
    both = [sorted(links[k], key=lambda row: row[0]) for k in sorted(links)]
    if any(len(arcs) > 2 for arcs in both):
        raise ValueError("a link is there more than twice")
    rows = [arcs[0][3] for arcs in both]
    backs = [arcs[1][3] if len(arcs) > 1 else {} for arcs in both]
    shapes = [np.asarray(row["geometry"].coords) for row in rows]
    points = np.concatenate(shapes)
    nodes = [data for _, data in graph.nodes(data=True)]
    return RoadTables(
        node_id=[str(node["node_id"]) for node in nodes],
        lon=np.array([node["x"] for node in nodes], dtype=float),
        lat=np.array([node["y"] for node in nodes], dtype=float),
        link_id=[str(row["link_id"]) for row in rows],
        tail=np.array([arcs[0][1] for arcs in both], dtype=np.int64),
        head=np.array([arcs[0][2] for arcs in both], dtype=np.int64),
        highway=_texts(rows, "highway"),
        road=_texts(rows, "ref"),
        name=_texts(rows, "name"),
        length_m=_numbers(rows, "length"),
        speed_kmh=_numbers(rows, "speed_kph"),
        limit_kmh=_numbers(rows, "maxspeed"),
        access=_texts(rows, "access", "open"),
        oneway=np.array([len(arcs) == 1 for arcs in both], dtype=np.int8),
        tunnel=_flags(rows, "tunnel"),
        bridge=_flags(rows, "bridge"),
        winter=_flags(rows, "winter"),
        roundabout=np.zeros(len(rows), dtype=bool),
        signals=_numbers(rows, "signals", 0.0),
        yields=_numbers(rows, "yields", 0.0) > 0,
        yields_back=_numbers(backs, "yields", 0.0) > 0,
        crossing_min=_numbers(rows, "crossing_min"),
        dep_day=_numbers(rows, "dep_day"),
        dep_evening=_numbers(rows, "dep_evening"),
        dep_night=_numbers(rows, "dep_night"),
        status=_texts(rows, "status"),
        source=_texts(rows, "source"),
        shape_lon=points[:, 0],
        shape_lat=points[:, 1],
        shape_offsets=np.r_[0, np.cumsum([len(shape) for shape in shapes])].astype(np.int64),
        dropped=_nothing_dropped(),
    )


def _texts(rows: list[dict[str, Any]], key: str, default: str = "") -> list[str]:
    return [str(row.get(key, default)) for row in rows]


def _numbers(rows: list[dict[str, Any]], key: str, default: float = np.nan) -> NDArray[Any]:
    return np.array([float(row.get(key, default)) for row in rows], dtype=float)


def _flags(rows: list[dict[str, Any]], key: str) -> NDArray[Any]:
    return np.array([row.get(key) == "yes" for row in rows], dtype=bool)


def _nothing_dropped() -> Dropped:
    none = np.empty(0)
    return Dropped(
        nodes=0, links=0, node_lon=none, node_lat=none, km={}, ferries=(), untied=(), parts=1
    )
