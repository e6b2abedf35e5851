"""Graphs that osmnx has simplified: each edge becomes a way of its own, as cautious as its parts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.network.osm.access import read_access
from emergency_sim.network.osm.osmnx_source import AGAINST, from_lists, is_read, way_tags
from emergency_sim.network.osm.tags import RANK

if TYPE_CHECKING:
    from emergency_sim.network.osm.source import RawOsm

_WHO: Final = ("access", "vehicle", "motor_vehicle", "motorcar")
_LEAST: Final = ("closed", "emergency", "private", "destination", "open")


def from_simplified(graph: Any) -> tuple[RawOsm, int]:
    """Return the nodes and ways of a graph in degrees, and how many are a road and a ferry in one.

    Parameters
    ----------
    graph
        As `osmnx.load_graphml` gives it; the points of edges' lines become nodes without number
        of their own (negative ones).

    Notes
    -----
    A road that is open both ways is there as two edges, one way is made of them. Of edges that
    were several ways, the lowest class, limit and access count.
    """
    nodes: list[tuple[int, dict[str, Any]]] = list(graph.nodes(data=True))
    lowest = min([0, *(node for node, _ in nodes)])
    waiting: Counter[tuple[object, ...]] = Counter()
    ids, ways, refs, offsets, both = [], [], [], [0], 0
    # The drawn direction first: so it is the one that is kept of two.
    edges = sorted(graph.edges(data=True), key=lambda edge: edge[2].get("reversed") is True)
    for tail, head, given in edges:
        of = _all(given["osmid"])
        data = given | {"oneway": _one_way(given.get("oneway"))}
        if data["oneway"] is not True:
            what = (frozenset(of), round(float(data.get("length", 0.0)), 1))
            if waiting[tail, head, what]:
                waiting[tail, head, what] -= 1
                continue
            waiting[head, tail, what] += 1
        tags = way_tags(data | _cautious(data))
        if not is_read(tags):
            continue
        both += tags.get("route") == "ferry" and "highway" in tags
        run = [tail]
        if "geometry" in data:
            for x, y in list(data["geometry"].coords)[1:-1]:
                lowest -= 1
                nodes.append((lowest, {"x": x, "y": y}))
                run.append(lowest)
        run.append(head)
        if tags.get("oneway") in AGAINST:
            run.reverse()
        ids.append(int(of[0]))
        ways.append(tags)
        refs += run
        offsets.append(len(refs))
    return from_lists(nodes, ids, ways, refs, offsets), both


def _all(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, set)) else [value]


def _one_way(value: Any) -> Any:
    """Return one value of ``oneway``: what is in part one-way is so in the whole."""
    values = _all(value)
    return next((one for one in values if one not in (False, "no", None)), values[0])


def _cautious(data: dict[str, Any]) -> dict[str, str]:
    """Return one value for those tags of a merged edge that take only one."""
    chosen: dict[str, str] = {}
    for key in ("highway", *_WHO, "route"):
        values = [str(value) for value in _all(data.get(key, []))]
        if len(values) < 2:
            continue
        if key == "highway":
            chosen[key] = min(values, key=lambda value: RANK.get(value, 0))
        elif key == "route":
            chosen[key] = "ferry" if "ferry" in values else values[0]
        else:
            chosen[key] = min(values, key=lambda v: _LEAST.index(read_access({"access": v})))
    return chosen
