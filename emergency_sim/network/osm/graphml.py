"""Reading a GraphML file that osmnx saved, or that we exported."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.osm.exported import MARK, tables_of
from emergency_sim.network.osm.graphml_check import Contents, look_into
from emergency_sim.network.osm.lacks import Lacks
from emergency_sim.network.osm.memory import available_bytes
from emergency_sim.network.osm.osmnx_source import from_graph
from emergency_sim.network.osm.simplified import from_simplified

if TYPE_CHECKING:
    from emergency_sim.network.osm.road_tables import RoadTables
    from emergency_sim.network.osm.source import RawOsm

SUFFIX: Final = ".graphml"
_BYTES_PER_BYTE: Final = 20.0
"""Bytes of memory per byte of the file (status: measured, 18.9 with 34 MB of eastern Oslo)."""
_AGAIN: Final = "save it again with osmnx.save_graphml"


def read_graphml(
    path: Path | str, *, available: int | None = None
) -> tuple[RawOsm | RoadTables, Lacks]:
    """Return what a GraphML file of osmnx holds, and what it lacks.

    Parameters
    ----------
    path
        The file.
    available
        Bytes of memory that may be used; by default those that are free.

    Returns
    -------
    RawOsm or RoadTables
        Nodes and ways for our own rules; finished tables where the file is an export of ours, in
        which the rules have been at work already.
    Lacks
        What the file lacks, to be told to the user.

    Raises
    ------
    InputFaults
        It is missing, empty, truncated, too large, no GraphML, not by osmnx, or without roads.
    """
    name, file = str(path), Path(path)
    if name.startswith("/vsi"):
        raise _fault(name, "GDAL's virtual paths are refused: give a file")
    if not file.is_file():
        raise _fault(name, "there is no such file")
    size = file.stat().st_size
    if size == 0:
        raise _fault(name, f"the file is empty: {_AGAIN}")
    need = size * _BYTES_PER_BYTE
    room = available_bytes() if available is None else available
    if need > room:
        message = (
            f"needs about {need / 1e9:.1f} GB of memory and {room / 1e9:.1f} GB are free: save a "
            "smaller area, or build from an extract (.osm.pbf)"
        )
        raise _fault(name, message)
    contents = look_into(file)
    graph = _load(name, contents)
    lacks = Lacks.of(contents)
    try:
        if MARK in graph.graph:
            return tables_of(graph), lacks.of_export(graph)
        raw, lacks = _from_foreign(name, graph, lacks)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        message = f"cannot be read as a graph of osmnx ({type(error).__name__} {error}): {_AGAIN}"
        raise _fault(name, message) from None
    if len(raw) == 0:
        message = "there are no roads in it: its edges need highway, or route=ferry"
        raise _fault(name, message)
    return raw, lacks


def _from_foreign(name: str, graph: Any, lacks: Lacks) -> tuple[RawOsm, Lacks]:
    """Return nodes and ways of a graph that is not ours, in degrees."""
    if "crs" not in graph.graph:
        raise _fault(name, f"has no reference system (crs): {_AGAIN}")
    import osmnx
    from pyproj.exceptions import CRSError

    try:
        if osmnx.projection.is_projected(graph.graph["crs"]):
            graph = osmnx.project_graph(graph, to_latlong=True)
    except CRSError:
        message = f"has a reference system (crs) that nobody knows: {_AGAIN}"
        raise _fault(name, message) from None
    for node, data in graph.nodes(data=True):
        if not (abs(data["x"]) <= 180 and abs(data["y"]) <= 90 and math.isfinite(data["x"])):
            raise _fault(name, f"node {node} does not lie on the Earth: {_AGAIN}")
    merged = 0
    simplified = any(graph.graph.get(word) is True for word in ("simplified", "consolidated"))
    for _, _, data in graph.edges(data=True):
        merged += isinstance(data["osmid"], list)
        simplified |= "geometry" in data
    # Without the mark which direction is the drawn one, the edges are taken one by one.
    if simplified or merged or not lacks.has_reversed:
        raw, both = from_simplified(graph)
        return raw, lacks.with_merged(merged, both, simplified=simplified or merged > 0)
    return from_graph(graph), lacks


def _load(name: str, contents: Contents) -> Any:
    """Return the graph as osmnx reads it, its nodes with whole numbers for ids."""
    import networkx as nx
    import osmnx
    from shapely.errors import ShapelyError

    try:
        graph = osmnx.load_graphml(
            name,
            node_dtypes=None if contents.whole_ids else {"osmid": str},
            edge_dtypes={"oneway": _yes_or_no},
        )
    except (
        *(nx.NetworkXError, ShapelyError),
        *(ValueError, KeyError, TypeError, AttributeError, SyntaxError, RecursionError),
    ) as error:
        why = " ".join(f"{type(error).__name__} {error}".split())[:80]
        raise _fault(name, f"cannot be read as a graph of osmnx ({why}): {_AGAIN}") from None
    if not contents.whole_ids:
        graph = nx.convert_node_labels_to_integers(graph, first_label=1)
    return graph


def _yes_or_no(value: str | bool) -> str | bool:
    """Return osmnx's word as a truth value, OpenStreetMap's words as they are."""
    return {"True": True, "False": False}.get(str(value), value)


def _fault(name: str, message: str) -> InputFaults:
    return InputFaults([Fault(file=name, message=message)])
