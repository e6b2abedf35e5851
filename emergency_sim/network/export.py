"""A region's roads for other tools: GraphML that osmnx opens, GeoPackage for QGIS."""

from __future__ import annotations

import importlib.metadata
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.new_folder import new_file
from emergency_sim.network.export_rows import clean, edge_rows, read_details
from emergency_sim.network.osm.exported import MARK, VERSION
from emergency_sim.network.projection import CRS, unproject
from emergency_sim.network.region_folder import read_region
from emergency_sim.network.road_network import RoadNetwork
from emergency_sim.network.speeds import Driving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emergency_sim.network.region import Region

FORMATS: Final = ("graphml", "gpkg")
_OSM_NODE: Final = re.compile(r"n(-?\d{1,18})")


def export_folder(
    folder: Path | str, path: Path | str, form: str, driving: Driving | None = None
) -> None:
    """Write the roads of a region's folder as one file.

    Parameters
    ----------
    folder
        Of a region.
    path
        The file, which is replaced if it is there.
    form
        ``graphml`` or ``gpkg``.
    driving
        Whose travel times are written; default: an ordinary car by day.

    Raises
    ------
    InputFaults
        The form is unknown, the folder cannot be read, or the file cannot be written.
    """
    if form not in FORMATS:
        message = f"must be one of {', '.join(FORMATS)}"
        raise InputFaults([Fault(file="--format", message=message, got=form)])
    region = read_region(folder)
    details = read_details(Path(folder))
    if form == "graphml":
        export_graphml(region, path, driving=driving, details=details)
    else:
        export_geopackage(region, path, driving=driving, details=details)


def export_graphml(
    region: Region,
    path: Path | str,
    *,
    driving: Driving | None = None,
    details: Mapping[str, list[str]] | None = None,
) -> None:
    """Write a region's roads and ferries as GraphML that `osmnx.load_graphml` opens.

    Parameters
    ----------
    region
        Of roads.
    path
        The file.
    driving
        Whose seconds ``travel_time`` holds; ``inf`` where it may not drive.
    details
        Of the links: see `read_details`.

    Raises
    ------
    InputFaults
        The region is a matrix, or the file cannot be written.

    Notes
    -----
    Every direction of a link is an edge. Our own columns are there too, so that
    `network.osm.graphml.read_graphml` gives back the same travel times.
    """
    network = _roads(region, path)
    import networkx as nx
    import osmnx

    lon, lat = _degrees(region)
    labels = _labels(region.node_ids)
    graph = nx.MultiDiGraph(
        crs="epsg:4326",
        simplified=True,
        created_with=f"emergency-sim {importlib.metadata.version('emergency-sim')}",
        **{MARK: VERSION},
    )
    for k, name in enumerate(region.node_ids):
        place = {"x": float(lon[k]), "y": float(lat[k])}
        graph.add_node(labels[k], **place, node_id=clean(name))
    rows = edge_rows(network, driving or Driving(), details or {})
    lines = _lines(region, network, lon, lat)
    for arc, row in enumerate(rows):
        tail, head = int(network.tail[arc]), int(network.head[arc])
        line = lines[network.link[arc]]
        row["geometry"] = line.reverse() if row["reversed"] else line
        graph.add_edge(labels[tail], labels[head], **row)
    with new_file(path) as aside:
        osmnx.save_graphml(graph, aside)


def export_geopackage(
    region: Region,
    path: Path | str,
    *,
    driving: Driving | None = None,
    details: Mapping[str, list[str]] | None = None,
) -> None:
    """Write a region as GeoPackage: layers nodes, roads and ferries, in EPSG:25833.

    Parameters
    ----------
    region
        Of roads.
    path
        The file.
    driving
        Whose seconds ``travel_time`` holds, along the link; ``inf`` where it may not drive.
    details
        Of the links: see `read_details`.

    Raises
    ------
    InputFaults
        The region is a matrix, or the file cannot be written.
    """
    network = _roads(region, path)
    import geopandas
    import shapely

    _, first = np.unique(network.link, return_index=True)
    rows = edge_rows(network, driving or Driving(), details or {})
    # A table knows no endless time: where none may drive the cell is empty.
    chosen = [
        {key: value for key, value in rows[arc].items() if value != math.inf}
        for arc in first.tolist()
    ]
    frame = geopandas.GeoDataFrame(
        chosen, geometry=region.lines()[network.link[first]], crs=CRS
    ).drop(columns=["link", "osmid", "reversed"])
    ends = np.asarray(region.node_ids, dtype=object)[network.link_ends[network.link[first]]]
    frame.insert(1, "from", ends[:, 0])
    frame.insert(2, "to", ends[:, 1])
    ferry = network.ferry[first]
    points = shapely.points(region.x, region.y)
    nodes = geopandas.GeoDataFrame({"node_id": list(region.node_ids)}, geometry=points, crs=CRS)
    with new_file(path) as aside:
        # GDAL wants the right ending.
        file = aside.with_name(f"{aside.name}.gpkg")
        try:
            nodes.to_file(file, layer="nodes", driver="GPKG", engine="pyogrio")
            for layer, part in (("roads", frame[~ferry]), ("ferries", frame[ferry])):
                part.to_file(
                    file, layer=layer, driver="GPKG", engine="pyogrio", geometry_type="LineString"
                )
            file.replace(aside)
        except RuntimeError as error:
            raise OSError(str(error)) from None
        finally:
            file.unlink(missing_ok=True)


def _roads(region: Region, path: Path | str) -> RoadNetwork:
    if not isinstance(region.network, RoadNetwork):
        message = "the region is a matrix: it has no roads to export"
        raise InputFaults([Fault(file=str(path), message=message)])
    return region.network


def _degrees(region: Region) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return lon and lat of the nodes, from their metres where they are not given."""
    lon, lat = unproject(region.x, region.y)
    known = np.isfinite(region.lon) & np.isfinite(region.lat)
    return np.where(known, region.lon, lon), np.where(known, region.lat, lat)


def _lines(region: Region, network: RoadNetwork, lon: NDArray[Any], lat: NDArray[Any]) -> Any:
    """Return the lines of the links in degrees: as built, or straight."""
    import shapely

    if region.geometry is not None:
        return shapely.from_wkb(list(region.geometry))
    return shapely.linestrings(np.column_stack((lon, lat))[network.link_ends])


def _labels(node_ids: tuple[str, ...]) -> list[int]:
    """Return a whole number per node, as osmnx wants: OpenStreetMap's, or a negative one."""
    labels: list[int] = []
    used: set[int] = set()
    matches = [_OSM_NODE.fullmatch(name) for name in node_ids]
    lowest = min([0, *(int(match[1]) for match in matches if match)])
    for match in matches:
        label = int(match[1]) if match else 0
        if match is None or label in used:
            lowest -= 1
            label = lowest
        used.add(label)
        labels.append(label)
    return labels
