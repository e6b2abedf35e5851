"""A region's nodes and links as CSV: nodes.csv and links.csv."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.csv_rows import Row, Table
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import Fault, nearest_word
from emergency_sim.domain.parameters import Status
from emergency_sim.network.link_columns import FERRY, LinkColumns
from emergency_sim.network.node_columns import NodeColumns
from emergency_sim.network.projection import project
from emergency_sim.network.speeds import ACCESS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

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
    "limit_kmh": ct.optional(ct.within(ct.number, 5, 150)),
    "access": ct.optional(ct.one_of(ACCESS), "open"),
    "winter": _FLAG,
    "signals": ct.optional(ct.within(ct.number, 0, 1000), 0.0),
    "yields": _FLAG,
    "yields_back": _FLAG,
}
"""Columns of links.csv; links.parquet has the same and ``geometry``."""
DEPARTURES = ("dep_day", "dep_evening", "dep_night")
"""Columns of departures an hour, in the order of the ferry classes."""


def read_csv_tables(
    folder: Path, faults: list[Fault]
) -> tuple[NodeColumns, LinkColumns, frozenset[str]]:
    """Read nodes.csv and links.csv.

    Parameters
    ----------
    folder
        Holds both.
    faults
        Everything that is wrong with either is appended.

    Returns
    -------
    NodeColumns, LinkColumns, frozenset
        What could be read, and the ids of all nodes, also of those with a fault of their own.
    """
    before = len(faults)
    node_rows = read_table(folder / "nodes.csv", NODES, key="node_id", faults=faults)
    link_rows = read_table(folder / "links.csv", LINKS, key="link_id", faults=faults)
    nodes = _nodes(node_rows)
    faults.extend(_nodes_apart(node_rows, nodes))
    links = _checked_links(link_rows, node_rows.keys, nodes, faults)
    if len(faults) == before and not links:
        faults.append(Fault(file=link_rows.file, message="there are no links"))
    return nodes, _columns(nodes, links), frozenset(node_rows.keys)


def _nodes(table: Table) -> NodeColumns:
    """Return the columns of nodes.csv."""
    return NodeColumns(
        tuple(table.column("node_id")),
        tuple(table.column("name")),
        *(
            np.array([np.nan if v is None else v for v in table.column(label)], dtype=float)
            for label in ("x", "y", "lon", "lat")
        ),
    )


def _nodes_apart(table: Table, nodes: NodeColumns) -> list[Fault]:
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
    table: Table, node_keys: set[str], nodes: NodeColumns, faults: list[Fault]
) -> list[Row]:
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


def _misplaced_cells(row: Row) -> list[Fault]:
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
    faults = []
    if row["crossing_min"] is None:
        faults.append(row.fault("crossing_min", "a ferry must have this"))
    absent = [label for label in DEPARTURES if row[label] is None]
    if 0 < len(absent) < len(DEPARTURES):
        message = (
            "a ferry has departures in all classes of the hour (0: closed), or in none "
            "(the wait is part of crossing_min)"
        )
        faults += [row.fault(label, message) for label in absent]
    if row["speed_kmh"] is not None:
        message = "a ferry has crossing_min instead of a speed"
        faults.append(row.fault("speed_kmh", message, got=row["speed_kmh"]))
    return faults


def _columns(nodes: NodeColumns, links: Sequence[Row]) -> LinkColumns:
    """Return the rows as columns."""

    def numbers(label: str, dtype: Any = float) -> NDArray[Any]:
        return np.array(
            [np.nan if row[label] is None else row[label] for row in links], dtype=dtype
        )

    def flags(label: str) -> NDArray[Any]:
        return np.array([row[label] == "1" for row in links], dtype=bool)

    return LinkColumns(
        link_id=tuple(row["link_id"] for row in links),
        name=tuple(row["name"] for row in links),
        begin=np.array([nodes.index[row["from"]] for row in links], dtype=np.int64),
        end=np.array([nodes.index[row["to"]] for row in links], dtype=np.int64),
        highway=tuple(row["highway"] for row in links),
        length_m=numbers("length_m"),
        speed_kmh=numbers("speed_kmh"),
        limit_kmh=numbers("limit_kmh"),
        oneway=numbers("oneway", np.int8),
        crossing_min=numbers("crossing_min"),
        departures=np.array([numbers(label) for label in DEPARTURES]),
        callout_min=numbers("callout_min"),
        access=np.array([ACCESS.index(row["access"]) for row in links], dtype=np.int8),
        tunnel=flags("tunnel"),
        winter=flags("winter"),
        signals=numbers("signals"),
        yields=flags("yields"),
        yields_back=flags("yields_back"),
    )
