"""Nodes and links as columns, ready to be written as a region's folder, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

FERRY, BARRIER = "ferry", "barrier"
"""Values of ``highway`` of links that are no roads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What does not hang together with the largest part of the network.

    Parameters
    ----------
    nodes, links
        How many of them.
    node_lon, node_lat
        float64 per node dropped: degrees (to count the people who live there).
    km
        Kilometres of road by class.
    ferries
        Names (or link ids) of the ferries that lie in another part.
    untied
        Names (or link ids) of the ferries with an end that nothing else meets, whether they are
        kept (the other end is tied) or not.
    parts
        Number of parts of the network before (of one node and more).
    """

    nodes: int
    links: int
    node_lon: NDArray[Any]
    node_lat: NDArray[Any]
    km: dict[str, float]
    ferries: tuple[str, ...]
    untied: tuple[str, ...]
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadTables:
    """The nodes, in Morton order, and the links between them; schema as in ``network.tables``.

    Parameters
    ----------
    node_id
        Per node: ``n`` and OpenStreetMap's id; a copy at a barrier has a suffix, ``n123.1``.
    lon, lat
        float64 per node: degrees.
    link_id
        Per link: ``w``, OpenStreetMap's id of the way, a dot and a number from 0; that of a
        barrier is ``b``, the id of the node, a dot and a number from 1.
    tail, head
        int64 per link: the nodes ``from`` and ``to`` (never the same one).
    highway
        Per link: class of road, ``ferry`` or ``barrier``.
    road, name
        Per link: number and name of the road, or empty.
    length_m
        float64 per link: geodesic metres; 0 at a barrier.
    speed_kmh
        float64 per link: free-flow speed; NaN on a ferry.
    limit_kmh
        float64 per link: legal limit, NaN where unknown.
    access
        Per link: ``open``, ``destination``, ``private`` or ``emergency``.
    oneway
        int8 per link: 0, or 1 for open only from ``tail`` to ``head``; a road whose two directions
        differ in limit or access is two links.
    tunnel, bridge, winter, roundabout
        bool per link; ``winter`` = closed in winter.
    signals
        float64 per link: traffic signals on it, in steps of 0.5: one at an end counts half, so
        that a drive through a junction meets it once.
    yields, yields_back
        bool per link: who arrives at ``head`` (``tail``) gives way there; never where signals are.
    crossing_min, dep_day, dep_evening, dep_night
        float64 per link: of a ferry, minutes and departures per hour; NaN where not given.
    status, source
        Per link: where the figures of a ferry come from; empty on roads.
    shape_lon, shape_lat, shape_offsets
        float64, float64, int64 (links + 1): link k runs along the points from
        ``shape_offsets[k]`` to ``shape_offsets[k + 1]``, in degrees, at least two.
    dropped
        What is not in the largest part.
    counts
        How many ways (or nodes) were left out or doubtful, by reason.
    """

    node_id: list[str]
    lon: NDArray[Any]
    lat: NDArray[Any]
    link_id: list[str]
    tail: NDArray[Any]
    head: NDArray[Any]
    highway: list[str]
    road: list[str]
    name: list[str]
    length_m: NDArray[Any]
    speed_kmh: NDArray[Any]
    limit_kmh: NDArray[Any]
    access: list[str]
    oneway: NDArray[Any]
    tunnel: NDArray[Any]
    bridge: NDArray[Any]
    winter: NDArray[Any]
    roundabout: NDArray[Any]
    signals: NDArray[Any]
    yields: NDArray[Any]
    yields_back: NDArray[Any]
    crossing_min: NDArray[Any]
    dep_day: NDArray[Any]
    dep_evening: NDArray[Any]
    dep_night: NDArray[Any]
    status: list[str]
    source: list[str]
    shape_lon: NDArray[Any]
    shape_lat: NDArray[Any]
    shape_offsets: NDArray[Any]
    dropped: Dropped
    counts: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of links."""
        return len(self.link_id)

    @property
    def ferries(self) -> int:
        """Number of ferries: a crossing that others meet at sea is several links and one ferry."""
        ways = zip(self.link_id, self.highway, strict=True)
        return len({link.partition(".")[0] for link, kind in ways if kind == FERRY})
