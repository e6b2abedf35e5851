"""A region from its folder of tables: nodes.csv, links.csv and, for a district, zones.csv."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain import csv_table as ct
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.parameters import Status
from emergency_sim.network.projection import project
from emergency_sim.network.region import Region
from emergency_sim.network.road_network import RoadNetwork, half_headway_ms
from emergency_sim.network.zone_table import read_zones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.domain.zones import ZoneTable

FERRY = "ferry"
APART_M = 300.0
"""Metres that a node's x, y and lon, lat may differ, both being rounded."""
SHORTER_BY_M, SHORTER_SHARE = 50.0, 0.95
"""A link must be at least so much of the straight line, less so many metres for rounding."""

LON, LAT = ct.within(ct.number, -180, 180), ct.within(ct.number, -90, 90)
STATUS = ct.optional(ct.one_of(status.value for status in Status), "")

NODES: ct.Columns = {
    "node_id": ct.identifier,
    "name": ct.optional(ct.text, ""),
    "kind": ct.optional(ct.text, ""),
    "municipality": ct.optional(ct.text, ""),
    "x": ct.number,
    "y": ct.number,
    "lon": ct.optional(LON),
    "lat": ct.optional(LAT),
}
_FLAG = ct.optional(ct.one_of(("0", "1")), "0")
_PER_HOUR = ct.optional(ct.within(ct.number, 0, 60))
LINKS: ct.Columns = {
    "link_id": ct.identifier,
    "from": ct.identifier,
    "to": ct.identifier,
    "road": ct.optional(ct.text, ""),
    "highway": ct.identifier,
    "length_m": ct.within(ct.number, 0, 1_000_000),
    "speed_kmh": ct.optional(ct.within(ct.number, 1, 150)),
    "tunnel": _FLAG,
    "bridge": _FLAG,
    "oneway": ct.optional(ct.one_of(("0", "1", "-1")), "0"),
    "name": ct.optional(ct.text, ""),
    "crossing_min": ct.optional(ct.within(ct.number, 0.1, 1440)),
    "dep_day": _PER_HOUR,
    "dep_evening": _PER_HOUR,
    "dep_night": _PER_HOUR,
    "callout_min": ct.optional(ct.within(ct.number, 0, 1440)),
    "status": STATUS,
    "source": ct.optional(ct.text, ""),
}
DEPARTURES = ("dep_day", "dep_evening", "dep_night")
"""Columns of departures an hour, in the order of the ferry classes."""


def read_region(folder: Path | str) -> Region:
    """Read a region's folder and check it as a whole.

    Parameters
    ----------
    folder
        Holds nodes.csv and links.csv; zones.csv makes it a district.

    Returns
    -------
    Region
        With warnings of what is doubtful but not wrong.

    Raises
    ------
    InputFaults
        Everything that is wrong in all files.
    """
    top = Path(folder)
    if not top.is_dir():
        raise InputFaults([Fault(file=str(folder), message="there is no such folder")])
    faults: list[Fault] = []
    node_rows = ct.read_table(top / "nodes.csv", NODES, key="node_id", faults=faults)
    link_rows = ct.read_table(top / "links.csv", LINKS, key="link_id", faults=faults)
    nodes = _Nodes.of(node_rows)
    faults.extend(_nodes_apart(node_rows, nodes))
    links = _checked_links(link_rows, node_rows.keys, nodes, faults)
    if not faults and not links:
        faults.append(Fault(file=link_rows.file, message="there are no links"))
    zones = None
    if (top / "zones.csv").exists():
        zones = read_zones(top / "zones.csv", nodes.index, node_rows.keys, faults)
    if faults:
        raise InputFaults(faults)
    if zones is not None:
        zones = _placed(zones, nodes)
    network = _network(nodes, links)
    unreachable, warnings = _connection(network, zones)
    name = top.resolve().name
    return Region(
        network=network,
        zones=zones,
        node_ids=network.node_ids,
        x=nodes.x,
        y=nodes.y,
        lon=nodes.lon,
        lat=nodes.lat,
        node_names=tuple(node_rows.column("name")),
        meta={"id": name, "name": name},
        unreachable_zones=unreachable,
        warnings=warnings,
    )


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The nodes as columns."""

    index: dict[str, int]
    x: NDArray[Any]
    y: NDArray[Any]
    lon: NDArray[Any]
    lat: NDArray[Any]

    @classmethod
    def of(cls, table: ct.Table) -> _Nodes:
        """Return the columns of nodes.csv."""
        return cls(
            {name: k for k, name in enumerate(table.column("node_id"))},
            *(
                np.array([np.nan if v is None else v for v in table.column(label)], dtype=float)
                for label in ("x", "y", "lon", "lat")
            ),
        )


def _nodes_apart(table: ct.Table, nodes: _Nodes) -> list[Fault]:
    """Return faults of nodes whose metres and degrees are different places."""
    given = np.flatnonzero(np.isfinite(nodes.lon) & np.isfinite(nodes.lat))
    if given.size == 0:
        return []
    x, y = project(nodes.lon[given], nodes.lat[given])
    apart = np.hypot(nodes.x[given] - x, nodes.y[given] - y)
    return [
        table.rows[k].fault(
            "x",
            f"x, y (EPSG:25833) and lon, lat are {metres / 1000:.1f} km apart"
            if np.isfinite(metres)
            else "lon, lat lie outside EPSG:25833",
            got=(nodes.x[k].item(), nodes.y[k].item(), nodes.lon[k].item(), nodes.lat[k].item()),
        )
        for k, metres in zip(given.tolist(), apart.tolist(), strict=True)
        if not metres <= APART_M
    ]


def _checked_links(
    table: ct.Table, node_keys: set[str], nodes: _Nodes, faults: list[Fault]
) -> list[ct.Row]:
    """Return the links whose nodes are known; everything wrong with links goes to ``faults``."""
    good = []
    for row in table:
        known = True
        for end in ("from", "to"):
            if row[end] not in node_keys:
                near = nearest_word(row[end], node_keys)
                message = "there is no such node in nodes.csv"
                faults.append(row.fault(end, message, got=row[end], did_you_mean=near))
            known &= row[end] in nodes.index
        if row["from"] == row["to"]:
            faults.append(row.fault("to", "the link ends where it begins", got=row["to"]))
        faults.extend(_misplaced_cells(row))
        if not known:
            continue
        a, b = nodes.index[row["from"]], nodes.index[row["to"]]
        straight = float(np.hypot(nodes.x[a] - nodes.x[b], nodes.y[a] - nodes.y[b]))
        if row["length_m"] < SHORTER_SHARE * straight - SHORTER_BY_M:
            message = f"is shorter than the straight line between its nodes ({straight:.0f} m)"
            faults.append(row.fault("length_m", message, got=row["length_m"]))
        good.append(row)
    return good


def _misplaced_cells(row: ct.Row) -> list[Fault]:
    """Return faults of cells that a road must have and a ferry must not, and the other way."""
    ferry_cells = ("crossing_min", *DEPARTURES, "callout_min")
    if row["highway"] != FERRY:
        faults = [
            row.fault(label, "only a ferry (highway = ferry) has this", got=row[label])
            for label in ferry_cells
            if row[label] is not None
        ]
        if row["speed_kmh"] is None:
            faults.append(row.fault("speed_kmh", "a road must have a speed"))
        return faults
    faults = [
        row.fault(label, "a ferry must have this (0 departures: closed)")
        for label in ferry_cells[:-1]
        if row[label] is None
    ]
    if row["speed_kmh"] is not None:
        message = "a ferry has crossing_min instead of a speed"
        faults.append(row.fault("speed_kmh", message, got=row["speed_kmh"]))
    return faults


def _network(nodes: _Nodes, links: Sequence[ct.Row]) -> RoadNetwork:
    """Return the arcs of the links: each link its own way first, then the other if it is open."""
    arcs = []
    for row in links:
        a, b = nodes.index[row["from"]], nodes.index[row["to"]]
        if row["oneway"] != "-1":
            arcs.append((a, b, row))
        if row["oneway"] != "1":
            arcs.append((b, a, row))
    rows = [row for _, _, row in arcs]
    ferry = np.array([row["highway"] == FERRY for row in rows], dtype=bool)
    departures = np.array([[row[label] or 0.0 for row in rows] for label in DEPARTURES])
    return RoadNetwork(
        node_ids=tuple(nodes.index),
        x=nodes.x,
        y=nodes.y,
        tail=np.array([a for a, _, _ in arcs], dtype=np.int64),
        head=np.array([b for _, b, _ in arcs], dtype=np.int64),
        link=tuple(row["link_id"] for row in rows),
        highway=tuple(row["highway"] for row in rows),
        name=tuple(row["name"] for row in rows),
        length_m=np.array([row["length_m"] for row in rows], dtype=float),
        speed_kmh=np.array(
            [np.nan if row["speed_kmh"] is None else row["speed_kmh"] for row in rows]
        ),
        ferry=ferry,
        crossing_ms=_minutes_to_ms(rows, "crossing_min"),
        wait_ms=half_headway_ms(departures),
        runs=~ferry | (departures > 0),
        callout_ms=_minutes_to_ms(rows, "callout_min"),
        callout=np.array([row["callout_min"] is not None for row in rows], dtype=bool),
    )


def _minutes_to_ms(rows: Sequence[ct.Row], label: str) -> NDArray[Any]:
    return np.array([round((row[label] or 0.0) * 60_000) for row in rows], dtype=np.int64)


def _placed(zones: ZoneTable, nodes: _Nodes) -> ZoneTable:
    """Return the zones, those without coordinates at their nodes'."""
    no_xy = ~(np.isfinite(zones.x) & np.isfinite(zones.y))
    no_degrees = ~(np.isfinite(zones.lon) & np.isfinite(zones.lat))
    return replace(
        zones,
        x=np.where(no_xy, nodes.x[zones.node], zones.x),
        y=np.where(no_xy, nodes.y[zones.node], zones.y),
        lon=np.where(no_degrees, nodes.lon[zones.node], zones.lon),
        lat=np.where(no_degrees, nodes.lat[zones.node], zones.lat),
    )


def _connection(
    network: RoadNetwork, zones: ZoneTable | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the zones outside the largest connected part by day, and warnings about it.

    The largest part is the one where most people live (of a network without zones: most nodes).
    """
    part = network.graph(1.0, 0, ambulance=False).components()
    warnings = []
    if zones is None or len(zones) == 0:
        main = int(np.bincount(part).argmax())
        unreachable: tuple[str, ...] = ()
    else:
        people = np.bincount(part[zones.node], weights=zones.population.sum(axis=1) + 1e-9)
        main = int(people.argmax())
        cut_off = np.flatnonzero(part[zones.node] != main)
        unreachable = tuple(zones.ids[k] for k in cut_off)
        if unreachable:
            count = round(float(zones.population[cut_off].sum()))
            warnings.append(
                f"{len(unreachable)} zones with {count} people cannot be driven to by day from the "
                f"others: {', '.join(unreachable)}"
            )
    outside = [network.node_ids[k] for k in np.flatnonzero(part != main)]
    if outside:
        shown = ", ".join(outside[:10]) + (" ..." if len(outside) > 10 else "")
        warnings.append(f"{len(outside)} nodes are cut off from the rest by day: {shown}")
    return unreachable, tuple(warnings)
