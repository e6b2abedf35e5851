"""The roads and ferries of a region as arcs between nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.network.shortest_paths import LONGEST_MS, Graph
from emergency_sim.network.speeds import FerryClass, drive_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadNetwork:
    """Nodes and directed arcs; a road that is open both ways is two arcs.

    Parameters
    ----------
    node_ids
        Ids in the order of the nodes' indices.
    x, y
        float64 per node: EPSG:25833 metres.
    tail, head
        int64 per arc: nodes.
    link
        Per arc: id of the link it comes from.
    highway, name
        Per arc: class of road (``ferry`` for a ferry) and name.
    length_m
        float64 per arc.
    speed_kmh
        float64 per arc: free-flow speed of a road; NaN on a ferry.
    ferry
        bool per arc.
    crossing_ms
        int64 per arc: crossing time of a ferry, 0 on a road.
    wait_ms
        int64, shape (3, arcs): half the headway in each ferry class (speeds.FerryClass).
    runs
        bool, shape (3, arcs): whether the arc is open; always true of a road.
    callout_ms
        int64 per arc: expected wait for a ferry that is called out.
    callout
        bool per arc: whether an ambulance may call it out.
    """

    node_ids: tuple[str, ...]
    x: NDArray[Any]
    y: NDArray[Any]
    tail: NDArray[Any]
    head: NDArray[Any]
    link: tuple[str, ...]
    highway: tuple[str, ...]
    name: tuple[str, ...]
    length_m: NDArray[Any]
    speed_kmh: NDArray[Any]
    ferry: NDArray[Any]
    crossing_ms: NDArray[Any]
    wait_ms: NDArray[Any]
    runs: NDArray[Any]
    callout_ms: NDArray[Any]
    callout: NDArray[Any]

    def __post_init__(self) -> None:
        for label in ("crossing_ms", "wait_ms", "callout_ms"):
            times = getattr(self, label)
            if not np.issubdtype(times.dtype, np.integer):
                raise TypeError(f"{label} must be whole milliseconds, not {times.dtype}")

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.node_ids)

    def wait(self, ferry_class: int, *, ambulance: bool) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the expected wait in ms (int64) of every arc and whether it is open.

        An ambulance may call out a marked ferry that does not run, and at night also one that runs
        so rarely that calling is quicker (R8).
        """
        wait, runs = self.wait_ms[ferry_class], self.runs[ferry_class]
        if not ambulance:
            return wait, runs
        called = self.callout & ~runs
        if ferry_class == FerryClass.NIGHT:
            called |= self.callout & (self.callout_ms < wait)
        return np.where(called, self.callout_ms, wait), runs | called

    def graph(self, factor: float, ferry_class: int, *, ambulance: bool) -> Graph:
        """Return the quickest open arcs between nodes with their times in whole milliseconds.

        Parameters
        ----------
        factor
            Multiplies the times of roads, not those of ferries.
        ferry_class
            Ferry class of the hour.
        ambulance
            May call out a ferry.

        Returns
        -------
        Graph
            Its ``arc`` holds the network's arc index of each arc.
        """
        wait, is_open = self.wait(ferry_class, ambulance=ambulance)
        speed = np.where(self.ferry, 1.0, self.speed_kmh)
        ms = np.where(
            self.ferry,
            np.maximum(self.crossing_ms + wait, 1),
            drive_ms(self.length_m, speed, factor),
        )
        chosen = np.flatnonzero(is_open)
        graph = Graph(len(self.node_ids), self.tail[chosen], self.head[chosen], ms[chosen])
        graph.arc = chosen[graph.arc]
        return graph

    def without_ferries(self, names: Sequence[str]) -> RoadNetwork:
        """Return the same network where the ferries of these names (or link ids) do not run.

        Raises
        ------
        InputFaults
            A name that no ferry has.
        """
        known = {
            word
            for at in np.flatnonzero(self.ferry)
            for word in (self.name[at], self.link[at])
            if word
        }
        unknown = [
            Fault(
                file="--without-ferry",
                message="no ferry has this name",
                got=name,
                did_you_mean=nearest_word(name, known),
            )
            for name in names
            if name not in known
        ]
        if unknown:
            raise InputFaults(unknown)
        gone = np.array(
            [
                bool(is_ferry) and (name in names or link in names)
                for is_ferry, name, link in zip(self.ferry, self.name, self.link, strict=True)
            ],
            dtype=bool,
        )
        return replace(self, runs=self.runs & ~gone, callout=self.callout & ~gone)


def half_headway_ms(per_hour: NDArray[Any]) -> NDArray[Any]:
    """Return half the headway in whole milliseconds (int64) at so many departures an hour.

    Without departures it is 0: the ferry does not run.

    Examples
    --------
    >>> half_headway_ms(np.array([2.0, 0.0]))
    array([900000,      0])
    """
    half = np.divide(1_800_000.0, per_hour, out=np.zeros(per_hour.shape), where=per_hour > 0)
    ms: NDArray[Any] = np.rint(np.minimum(half, LONGEST_MS)).astype(np.int64)
    return ms
