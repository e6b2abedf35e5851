"""A quickest way laid out arc by arc, and where a unit on it is after some time."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from emergency_sim.domain.travel import FerryLeg, Position
from emergency_sim.domain.units import MS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


class RoadRoute(NamedTuple):
    """The quickest way between two nodes in expected seconds.

    Parameters
    ----------
    nodes
        All nodes, both ends included.
    reached
        Seconds from the start, per node.
    seconds
        Per arc.
    back
        Per arc: the same road the other way; NaN on a one-way road.
    ferries
        Which arcs are ferries.
    legs
        These ferries.
    """

    nodes: array[int]
    reached: array[float]
    seconds: array[float]
    back: array[float]
    ferries: list[int]
    legs: tuple[FerryLeg, ...]

    def position(
        self,
        t: float,
        *,
        road_factor: float,
        waits: Sequence[float],
        way_round: Callable[[int, int], float],
    ) -> Position:
        """Return where a unit is ``t`` real seconds after the start.

        Parameters
        ----------
        t
            Real seconds since leaving.
        road_factor
            Real over expected seconds on roads.
        waits
            Real waits in seconds at the ferries; empty: half their headways.
        way_round
            Seconds from the end of a one-way road back to its beginning, by their nodes.

        Raises
        ------
        ValueError
            The factor is not positive, or there are not as many waits as ferries.
        """
        if not road_factor > 0:
            raise ValueError("road_factor must be positive")
        if len(waits) not in (0, len(self.legs)):
            raise ValueError(f"the path has {len(self.legs)} ferries, not {len(waits)}")
        rest, first = max(t, 0.0), 0
        for k, arc in enumerate(self.ferries):
            drive = (self.reached[arc] - self.reached[first]) * road_factor
            if rest < drive:
                return self._on_road(first, arc, rest / road_factor, way_round)
            rest -= drive
            leg = self.legs[k]
            wait = waits[k] if len(waits) else leg.headway_s / 2
            quay, far = self.nodes[arc], self.nodes[arc + 1]
            left = wait + leg.crossing_s - rest
            if rest < wait:
                return Position(tail=quay, head=far, elapsed_s=0.0, remaining_s=left)
            if left > 0:
                return Position(
                    tail=quay, head=far, elapsed_s=rest - wait, remaining_s=left, reversible=False
                )
            rest, first = -left, arc + 1
        return self._on_road(first, len(self.seconds), rest / road_factor, way_round)

    def _on_road(
        self, first: int, last: int, seconds: float, way_round: Callable[[int, int], float]
    ) -> Position:
        """Return the position ``seconds`` beyond node number ``first``, before number ``last``."""
        at = self.reached[first] + seconds
        if at >= self.reached[last]:
            node = self.nodes[last]
            return Position(tail=node, head=node, elapsed_s=0.0, remaining_s=0.0)
        arc = bisect_right(self.reached, at, first, last + 1) - 1
        tail, head = self.nodes[arc], self.nodes[arc + 1]
        elapsed = at - self.reached[arc]
        remaining = self.reached[arc + 1] - at
        back = self.back[arc]
        if back != back:  # NaN
            elapsed = remaining + way_round(head, tail)
        else:
            elapsed *= back / self.seconds[arc]
        return Position(tail=tail, head=head, elapsed_s=elapsed, remaining_s=remaining)


def lay_route(
    nodes: NDArray[Any],
    ms: NDArray[Any],
    back_ms: NDArray[Any],
    both_ways: NDArray[Any],
    is_ferry: NDArray[Any],
    wait_ms: NDArray[Any],
) -> RoadRoute:
    """Return a route from what is known of its nodes and, one element each, of its arcs.

    Parameters
    ----------
    nodes
        int64, one more than arcs.
    ms
        Milliseconds.
    back_ms, both_ways
        Milliseconds of the same road the other way, where there is one.
    is_ferry
        Whether it is a ferry.
    wait_ms
        Expected wait for it.
    """
    ferries = np.flatnonzero(is_ferry).tolist()
    return RoadRoute(
        nodes=array("q", nodes.tolist()),
        reached=array("d", (np.concatenate(([0], np.cumsum(ms))) / MS_PER_S).tolist()),
        seconds=array("d", (ms / MS_PER_S).tolist()),
        back=array("d", np.where(both_ways, back_ms / MS_PER_S, np.nan).tolist()),
        ferries=ferries,
        legs=tuple(
            FerryLeg(
                headway_s=2 * int(wait_ms[k]) / MS_PER_S,
                crossing_s=(int(ms[k]) - int(wait_ms[k])) / MS_PER_S,
            )
            for k in ferries
        ),
    )
