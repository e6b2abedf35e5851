"""What ``network build`` makes of roads read from OpenStreetMap: columns, a region, a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.node_columns import NodeColumns
from emergency_sim.network.parquet_tables import (
    DEPARTURES,
    LINKS_FILE,
    NODES_FILE,
    link_columns,
    write_parquet_tables,
)
from emergency_sim.network.projection import project
from emergency_sim.network.region import Region
from emergency_sim.network.speed_table import FILE as SPEEDS_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.network.osm.road_tables import RoadTables
    from emergency_sim.network.speed_table import SpeedTable

WRITTEN: Final = frozenset({NODES_FILE, LINKS_FILE, SPEEDS_FILE, "network.yaml"})
"""All that `write_network` writes."""
REGION_M: Final = 5_000.0
"""People farther from all roads of a file live in another region."""
ROUNDED: Final = {"x": 1, "y": 1, "lon": 6, "lat": 6, "length_m": 1, "speed_kmh": 1}
"""Decimals that are kept: 10 cm and 0.1 km/h."""


def node_columns(tables: RoadTables) -> NodeColumns:
    """Return the nodes of roads read from OpenStreetMap."""
    x, y = project(tables.lon, tables.lat)
    return NodeColumns(
        tuple(tables.node_id), ("",) * len(tables.node_id),
        np.round(x, ROUNDED["x"]), np.round(y, ROUNDED["y"]),
        np.round(tables.lon, ROUNDED["lon"]), np.round(tables.lat, ROUNDED["lat"]),
    )  # fmt: skip


def link_values(tables: RoadTables) -> dict[str, Any]:
    """Return the links as the columns of links.parquet.

    Raises
    ------
    InputFaults
        A class of road that the speed table knows no speed for.
    """
    ids = np.asarray(tables.node_id, dtype=object)
    speed = np.round(tables.speed_kmh, ROUNDED["speed_kmh"])
    ferry = np.array([h == "ferry" for h in tables.highway], dtype=bool)
    unknown = sorted({tables.highway[k] for k in np.flatnonzero(~ferry & ~(speed > 0))})
    if unknown:
        message = "has neither a default_speed nor a share for roads of class " + ", ".join(unknown)
        raise InputFaults([Fault(file=SPEEDS_FILE, message=message)])
    return {
        "link_id": tables.link_id,
        "from": ids[tables.tail].tolist(),
        "to": ids[tables.head].tolist(),
        "road": tables.road,
        "highway": tables.highway,
        "length_m": np.round(tables.length_m, ROUNDED["length_m"]),
        "speed_kmh": np.where(ferry, np.nan, speed),
        "tunnel": tables.tunnel.astype(np.int16),
        "bridge": tables.bridge.astype(np.int16),
        "oneway": tables.oneway.astype(np.int16),
        "name": tables.name,
        "crossing_min": np.round(tables.crossing_min, 3),
        **{label: getattr(tables, label) for label in DEPARTURES},
        "callout_min": np.full(len(tables), np.nan),
        "status": tables.status,
        "source": tables.source,
        "limit_kmh": tables.limit_kmh,
        "access": tables.access,
        "winter": tables.winter.astype(np.int16),
        "signals": tables.signals,
        "yields": tables.yields.astype(np.int16),
        "yields_back": tables.yields_back.astype(np.int16),
        "geometry": _lines(tables),
    }


def _lines(tables: RoadTables) -> list[bytes]:
    """Return the lines of the links as WKB in degrees."""
    import shapely

    points = np.column_stack(
        (np.round(tables.shape_lon, ROUNDED["lon"]), np.round(tables.shape_lat, ROUNDED["lat"]))
    )
    link = np.repeat(np.arange(len(tables)), np.diff(tables.shape_offsets))
    wkb: list[bytes] = shapely.to_wkb(shapely.linestrings(points, indices=link)).tolist()
    return wkb


def region_of(tables: RoadTables, speeds: SpeedTable, *, name: str) -> Region:
    """Return roads read from OpenStreetMap as a region without zones."""
    nodes, links = node_columns(tables), link_values(tables)
    faults: list[Fault] = []
    columns = link_columns(nodes, _as_read(links), name, faults)
    if faults:
        raise InputFaults(faults)
    return Region(
        network=columns.network(nodes.node_id, nodes.x, nodes.y, speeds),
        zones=None,
        node_ids=nodes.node_id,
        x=nodes.x,
        y=nodes.y,
        lon=nodes.lon,
        lat=nodes.lat,
        node_names=nodes.name,
        meta={"id": name, "name": name},
        geometry=tuple(links["geometry"]),
    )


def _as_read(links: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns as a parquet file gives them back: all numbers as float64."""
    return {k: v.astype(float) if isinstance(v, np.ndarray) else v for k, v in links.items()}


def write_network(folder: Path, tables: RoadTables, speeds: SpeedTable, description: str) -> None:
    """Write nodes, links, speeds and ``network.yaml`` into an existing folder.

    Parameters
    ----------
    folder
        Empty.
    tables
        Nodes and links.
    speeds
        The table that their speeds were made with.
    description
        Text of network.yaml.
    """
    nodes = node_columns(tables)
    write_parquet_tables(
        folder,
        {
            "node_id": list(nodes.node_id), "name": list(nodes.name), "x": nodes.x, "y": nodes.y,
            "lon": nodes.lon, "lat": nodes.lat,
        },
        link_values(tables),
    )  # fmt: skip
    (folder / SPEEDS_FILE).write_text(speeds.text(), encoding="utf-8")
    (folder / "network.yaml").write_text(description, encoding="utf-8")


STRANDED_M: Final = 1_000.0
"""Who has a road that was kept within this is not stranded by one that was dropped."""


def is_network(folder: Path) -> bool:
    """Return whether a folder was written by ``network build`` and may be replaced by it.

    With zones, sites or anything else in it, it is no longer ours alone: a district.
    """
    return {LINKS_FILE, "network.yaml"} <= {p.name for p in folder.iterdir()} <= WRITTEN


def of_region(x: NDArray[Any], y: NDArray[Any], *roads: tuple[Any, Any]) -> NDArray[np.bool_]:
    """Return which points lie within 5 km of the points of some roads.

    Parameters
    ----------
    x, y
        Points in EPSG:25833.
    roads
        x and y along the roads.
    """
    from scipy.spatial import cKDTree

    along = np.concatenate([np.column_stack(one) for one in roads])
    metres, _ = cKDTree(along).query(np.column_stack((x, y)), distance_upper_bound=REGION_M)
    return np.asarray(np.isfinite(metres))


def people_at(
    x: NDArray[Any], y: NDArray[Any], kept: tuple[Any, Any], dropped: tuple[Any, Any]
) -> NDArray[np.bool_]:
    """Return which points lie within 1 km of what was dropped, and farther from what was kept.

    Squares of a kilometre say no better where people live: a stub of 100 m that is dropped in a
    town leaves nobody without a road.

    Parameters
    ----------
    x, y
        Points in EPSG:25833.
    kept, dropped
        x and y of nodes.

    Notes
    -----
    Who lives in another region is nearest to nothing here: see :func:`of_region`.
    """
    from scipy.spatial import cKDTree

    if len(dropped[0]) == 0:
        return np.zeros(len(x), dtype=bool)
    points = np.column_stack((x, y))
    to_kept, _ = cKDTree(np.column_stack(kept)).query(points)
    to_dropped, _ = cKDTree(np.column_stack(dropped)).query(points)
    return np.asarray((to_dropped <= STRANDED_M) & (to_kept > STRANDED_M))
