"""Graphs of osmnx, not simplified, become nodes and ways again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.osm.source import NODE_TAGS, WAY_TAGS, RawOsm, assemble
from emergency_sim.network.osm.tags import READ_CLASSES
from emergency_sim.network.osm.trails import trails

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AGAINST: Final = {"-1", "reverse", "T"}
"""Values of ``oneway`` of ways whose nodes osmnx turns round."""


def from_graph(graph: Any) -> RawOsm:
    """Return the nodes and ways of a graph of osmnx.

    Parameters
    ----------
    graph
        A MultiDiGraph in degrees, made with ``simplify=False`` inside of `osmnx_settings`. Made
        outside, with default settings, it is read as well: its ``oneway`` is then only yes or no.

    Returns
    -------
    RawOsm
        The same that the file gives which osmnx read, but that a ring may begin at another node.

    Raises
    ------
    ValueError
        The graph is simplified: its edges are no longer pieces of ways.
    """
    if graph.graph.get("simplified"):
        raise ValueError("the graph is simplified: make it with simplify=False")
    edges: dict[int, list[tuple[int, int]]] = {}
    tags: dict[int, dict[str, str]] = {}
    for tail, head, data in graph.edges(data=True):
        # Both directions of a road are there unless all_oneway was set: one is enough.
        if data.get("reversed") is True and data.get("oneway") is False:
            continue
        way = int(data["osmid"])
        if way not in tags:
            tags[way] = way_tags(data)
            edges[way] = []
        edges[way].append((tail, head))
    ids, ways, refs, offsets = [], [], [], [0]
    for way in sorted(way for way in tags if is_read(tags[way])):
        for run in trails(edges[way]):
            if tags[way].get("oneway") in AGAINST:
                run.reverse()
            ids.append(way)
            ways.append(tags[way])
            refs += run
            offsets.append(len(refs))
    return from_lists(graph.nodes(data=True), ids, ways, refs, offsets)


def from_lists(
    nodes: Any,
    way_id: Sequence[int],
    ways: Sequence[Mapping[str, str]],
    refs: Sequence[int],
    offsets: Sequence[int],
) -> RawOsm:
    """Return nodes, as networkx lists them, and ways put together."""
    node_id, lon, lat = [], [], []
    node_tags = {}
    for node, data in nodes:
        node_id.append(node)
        lon.append(float(data["x"]))
        lat.append(float(data["y"]))
        if "barrier" in data or "highway" in data:
            node_tags[node] = {key: _text(data[key]) for key in NODE_TAGS if key in data}
    return assemble(
        node_id=np.array(node_id, dtype=np.int64),
        lon=np.array(lon, dtype=float),
        lat=np.array(lat, dtype=float),
        node_tags=node_tags,
        way_id=np.array(way_id, dtype=np.int64),
        way_tags=ways,
        refs=np.array(refs, dtype=np.int64),
        offsets=np.array(offsets, dtype=np.int64),
    )


def way_tags(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of an edge as OpenStreetMap writes them."""
    tags = {key: _text(data[key]) for key in WAY_TAGS if key in data and key != "oneway"}
    oneway = data.get("oneway")
    if isinstance(oneway, bool):
        # osmnx says no also where it does not know that a circular junction is one-way.
        if oneway or "junction" not in tags:
            tags["oneway"] = "yes" if oneway else "no"
    elif oneway is not None:
        tags["oneway"] = _text(oneway)
    return tags


def is_read(tags: Mapping[str, str]) -> bool:
    """Return whether a way is one that is read from a file: a road or a ferry."""
    return tags.get("highway") in READ_CLASSES or tags.get("route") == "ferry"


def _text(value: Any) -> str:
    """Return a value as one text; several are separated as OpenStreetMap does."""
    return ";".join(map(str, value)) if isinstance(value, (list, tuple, set)) else str(value)
