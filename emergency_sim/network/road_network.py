"""The roads and ferries of a region as arcs between nodes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.network.paths.shortest_paths import LONGEST_MS, Graph
from emergency_sim.network.speed_table import SpeedTable
from emergency_sim.network.speeds import Driving, FerryClass, drive_ms

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
        int64 per arc: the link it comes from, an index into ``link_ids`` and ``link_names``.
    link_ids, link_names
        Per link: its id, and its name or ``""``.
    link_ends
        int64, shape (links, 2): its nodes ``from`` and ``to``.
    classes
        Classes of road; ``ferry`` and ``barrier`` are among them where there are any.
    highway
        Index into ``classes`` per arc.
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
    limit_kmh
        float64 per arc: legal limit; NaN (or None for all arcs) where unknown.
    access
        int8 per arc: index into speeds.ACCESS; None: all open.
    winter
        bool per arc: closed in winter; None: none is.
    link_tunnel
        bool per link: a tunnel, which nobody can leave half way; None: none is.
    signals, yields
        Per arc: traffic signals on it (in halves: one at an end counts half), and 1 where its end
        meets a road of a higher class; None: none.
    speeds
        Factors and delays by class, limit, hour and season.
    """

    node_ids: tuple[str, ...]
    x: NDArray[Any]
    y: NDArray[Any]
    tail: NDArray[Any]
    head: NDArray[Any]
    link: NDArray[Any]
    link_ids: tuple[str, ...]
    link_names: tuple[str, ...]
    link_ends: NDArray[Any]
    classes: tuple[str, ...]
    highway: NDArray[Any]
    length_m: NDArray[Any]
    speed_kmh: NDArray[Any]
    ferry: NDArray[Any]
    crossing_ms: NDArray[Any]
    wait_ms: NDArray[Any]
    runs: NDArray[Any]
    callout_ms: NDArray[Any]
    callout: NDArray[Any]
    limit_kmh: NDArray[Any] | None = None
    access: NDArray[Any] | None = None
    winter: NDArray[Any] | None = None
    link_tunnel: NDArray[Any] | None = None
    signals: NDArray[Any] | None = None
    yields: NDArray[Any] | None = None
    speeds: SpeedTable = field(default_factory=SpeedTable)

    def __post_init__(self) -> None:
        for label in ("crossing_ms", "wait_ms", "callout_ms"):
            times = getattr(self, label)
            if not np.issubdtype(times.dtype, np.integer):
                raise TypeError(f"{label} must be whole milliseconds, not {times.dtype}")

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.node_ids)

    def wait(self, driving: Driving) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the expected wait in ms (int64) of every arc and whether it runs at that hour.

        An ambulance may call out a marked ferry that does not run, and at night also one that runs
        so rarely that calling is quicker (R8).
        """
        wait, runs = self.wait_ms[driving.hours], self.runs[driving.hours]
        if not driving.profile.ambulance:
            return wait, runs
        called = self.callout & ~runs
        if driving.hours == FerryClass.NIGHT:
            called |= self.callout & (self.callout_ms < wait)
        return np.where(called, self.callout_ms, wait), runs | called

    def usable(self, driving: Driving) -> NDArray[Any]:
        """Return whether each arc may be driven: it runs, is open to the profile and not snowed up."""
        _, usable = self.wait(driving)
        if self.access is not None:
            usable = usable & (self.access <= driving.most_access)
        if self.winter is not None and not driving.winter_roads:
            usable = usable & ~self.winter
        return np.asarray(usable)

    def fenced_in(self, driving: Driving) -> NDArray[Any]:
        """Return the nodes (bool) that only those with a key drive to, or back from.

        All ferries run and no road is snowed up: an island whose ferry does not run, or that never
        had one, and a valley in winter are cut off, but nobody keeps others out of them.
        """
        none = np.zeros(len(self.node_ids), dtype=bool)
        if self.access is None or (self.access <= driving.most_access).all():
            return none
        ms = np.ones(len(self.tail), dtype=np.int64)
        whole, own = (
            Graph(len(none), self.tail, self.head, ms, is_open=open_to).components()
            for open_to in (None, self.access <= driving.most_access)
        )
        size = np.bincount(own)
        largest = np.lexsort((size[own], whole))  # the last one of each whole counts
        main = np.zeros(whole.max(initial=0) + 1, dtype=own.dtype)
        main[whole[largest]] = own[largest]
        return np.asarray(own != main[whole])

    def arc_ms(self, driving: Driving) -> NDArray[Any]:
        """Return the expected whole milliseconds (int64) of every arc, usable or not."""
        wait, _ = self.wait(driving)
        speed = np.where(self.ferry, 1.0, self.speed_kmh)
        factor: Any = driving.factor
        delay: Any = 0.0
        if self.speeds.rows:
            limit = np.full(len(self.tail), np.nan) if self.limit_kmh is None else self.limit_kmh
            factor = factor * self.speeds.factors(driving, self.classes, self.highway, limit)
            signal_s, yield_s = self.speeds.delays(driving)
            for count, seconds in ((self.signals, signal_s), (self.yields, yield_s)):
                if count is not None:
                    delay = delay + count * seconds
        return np.where(
            self.ferry,
            np.maximum(self.crossing_ms + wait, 1),
            drive_ms(self.length_m, speed, factor, delay),
        )

    def graph(self, driving: Driving) -> Graph:
        """Return the quickest usable arcs between nodes with their times in whole milliseconds.

        Its ``arc`` holds the network's arc index of each arc.
        """
        return Graph(
            len(self.node_ids), self.tail, self.head, self.arc_ms(driving),
            is_open=self.usable(driving),
        )  # fmt: skip

    def without_ferries(
        self, names: Sequence[str], *, asked_by: str = "--without-ferry"
    ) -> RoadNetwork:
        """Return the same network where the ferries of these names (or link ids) do not run.

        Parameters
        ----------
        names
            Of ferries or of their links.
        asked_by
            What a fault names as its place.

        Raises
        ------
        InputFaults
            A name that no ferry has.
        """
        ferries = np.unique(self.link[self.ferry]).tolist()
        known = {w for k in ferries for w in (self.link_names[k], self.link_ids[k]) if w}
        unknown = [
            Fault(
                file=asked_by,
                message="no ferry has this name"
                if any(self.link_names[k] for k in ferries)
                else "the ferries of this network have no names: give ids of links",
                got=name,
                did_you_mean=nearest_word(name, known),
            )
            for name in names
            if name not in known
        ]
        if unknown:
            raise InputFaults(unknown)
        off = [k for k in ferries if self.link_names[k] in names or self.link_ids[k] in names]
        gone = self.ferry & np.isin(self.link, off)
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
