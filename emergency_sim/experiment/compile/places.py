"""Places and the ways between them: one numbering for all scenarios on a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from emergency_sim.simulation.routes import Roads

if TYPE_CHECKING:
    from emergency_sim.simulation.world import World

ROADS_KEPT: Final = 4
"""Sets of profile factors whose ways are kept; other factors, other ways."""


@dataclass(slots=True, eq=False)
class Places:
    """The places of one network, in the order in which its scenarios asked for them.

    A number, once given, stays: what a later scenario adds comes last, and one that leaves a clinic
    out leaves its number unused. So all scenarios of a process share the ways that were looked up
    once. Nothing in a log depends on a number.

    Parameters
    ----------
    nodes
        Network node per place.

    Examples
    --------
    >>> places = Places()
    >>> [places.number(node) for node in (70, 30, 70)], places.nodes
    ([0, 1, 0], [70, 30])
    """

    nodes: list[int] = field(default_factory=list)
    _number: dict[int, int] = field(default_factory=dict)
    _roads: dict[tuple[tuple[str, float], ...], tuple[int, Roads]] = field(default_factory=dict)

    def number(self, node: int) -> int:
        """Return the number of the place at a node."""
        if node not in self._number:
            self._number[node] = len(self.nodes)
            self.nodes.append(node)
        return self._number[node]

    def roads(self, world: World) -> Roads:
        """Return the ways between the places of a world, those that are known already among them.

        They are made anew where a scenario has added a place since, or has other profile factors.

        Parameters
        ----------
        world
            On this network, with these places.
        """
        key = tuple(sorted(world.profile_factor.items()))
        size, roads = self._roads.pop(key, (0, None))
        if roads is None or size < len(world.place_node):
            size, roads = len(world.place_node), Roads(world)
        self._roads[key] = (size, roads)  # the last one used comes last
        while len(self._roads) > ROADS_KEPT:
            del self._roads[next(iter(self._roads))]
        return roads
