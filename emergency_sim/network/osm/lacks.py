"""What a graph lacks that a file of OpenStreetMap has, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from emergency_sim.network.osm.graphml_check import Contents

_WAYS: Final = {
    "maxspeed": "speeds come from the class of road alone",
    "oneway": "every road but a roundabout is open both ways",
    "junction": "roundabouts are not known",
    "access": "private roads count as open",
    "motor_vehicle": "roads closed to motor vehicles count as open",
    "service": "driveways and parking aisles count as service roads of no kind",
    "route": "ferries are not in it",
    "duration": "ferries cross at an average speed, the wait included",
    "motor_vehicle:conditional": "roads closed in winter count as open",
    "seasonal": "roads closed in some season count as open",
    "tunnel": "tunnels are not known",
    "bridge": "bridges are not known",
}
_NODES: Final = {
    "barrier": "bollards and gates stop nobody",
    "highway": "traffic signals are not known",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacks:
    """What a GraphML file lacks.

    Parameters
    ----------
    way_tags, node_tags
        Tags that matter and that no edge, or no node, has: they were not kept when the graph was
        made, or nothing there has them.
    simplified
        osmnx has merged ways: which tag held where cannot be found out again.
    merged
        Number of edges that were several ways.
    ferries_in_roads
        Number of edges that are a road and a ferry in one; they are taken for ferries.
    has_reversed
        The edges say which direction was drawn.
    callouts
        Ferries whose minutes of calling out are lost.
    """

    way_tags: tuple[str, ...] = ()
    node_tags: tuple[str, ...] = ()
    simplified: bool = False
    merged: int = 0
    ferries_in_roads: int = 0
    has_reversed: bool = True
    callouts: int = 0

    @staticmethod
    def of(contents: Contents) -> Lacks:
        """Return what a file lacks by the names of its attributes."""
        return Lacks(
            way_tags=tuple(tag for tag in _WAYS if tag not in contents.edge_keys),
            node_tags=tuple(tag for tag in _NODES if tag not in contents.node_keys),
            has_reversed="reversed" in contents.edge_keys,
        )

    def of_export(self, graph: Any) -> Lacks:
        """Return what an export of ours lacks: it has no tags, and needs none."""
        edges = graph.edges(data=True)
        callouts = {data["link_id"] for _, _, data in edges if "callout_min" in data}
        return Lacks(callouts=len(callouts))

    def with_merged(self, merged: int, ferries_in_roads: int, *, simplified: bool) -> Lacks:
        """Return the same with what simplification has done."""
        return replace(
            self, simplified=simplified, merged=merged, ferries_in_roads=ferries_in_roads
        )

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence for each lack.

        Examples
        --------
        >>> Lacks(node_tags=("barrier",), merged=2, simplified=True).sentences()[0]
        'no node has barrier: bollards and gates stop nobody'
        """
        lines = [f"no road has {tag}: {_WAYS[tag]}" for tag in self.way_tags]
        lines += [f"no node has {tag}: {_NODES[tag]}" for tag in self.node_tags]
        if self.simplified:
            lines.append(
                f"osmnx simplified the graph: {self.merged} edges were several ways, and count as "
                "the lowest class, the lowest limit and the least access among them; barriers and "
                "signals between junctions are lost (make the graph with simplify=False)"
            )
        if self.ferries_in_roads:
            lines.append(f"{self.ferries_in_roads} edges are a road and a ferry in one: a ferry")
        if not self.has_reversed:
            lines.append("no road has reversed: limits by direction may be swapped")
        if self.callouts:
            lines.append(f"the minutes of calling out {self.callouts} ferries are not kept")
        return tuple(lines)
