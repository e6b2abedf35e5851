"""What a scenario must know of its network to be checked: areas, nodes and files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from emergency_sim.domain.csv_cells import identifier, optional, text
from emergency_sim.domain.csv_rows import Row
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.text_file import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.domain.errors import Fault
    from emergency_sim.scenario.schema import NetworkRef

TABLES: Final = ("nodes", "links", "zones")


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """Names of a network.

    Parameters
    ----------
    areas
        Areas of the zones; with a matrix, the points.
    nodes
        Ids of the nodes; empty: not readable as CSV, so not checked.
    """

    areas: frozenset[str]
    nodes: frozenset[str]


def network_files(network: NetworkRef) -> tuple[Path, ...]:
    """Return the files that hold the network, ``sites.csv`` not among them."""
    if network.kind == "matrix":
        return (network.path,)
    names = [f"{table}.{ending}" for table in TABLES for ending in ("csv", "parquet")]
    candidates = [network.path / name for name in [*names, "speeds.csv", "network.yaml"]]
    return tuple(path for path in candidates if path.is_file())


def read_geography(network: NetworkRef, *, name: str, faults: list[Fault]) -> Geography | None:
    """Return the network's names; None after a fault.

    Parameters
    ----------
    network
        Where it is.
    name
        How faults name it.
    faults
        Faults are appended here.
    """
    if network.kind == "matrix":
        points = _points(network.path, name, faults)
        return None if points is None else Geography(areas=points, nodes=points)
    before = len(faults)
    zones = read_table(
        network.path / "zones.csv",
        {"zone_id": identifier, "area": optional(text), "municipality": optional(text)},
        key="zone_id",
        name=f"{name}/zones.csv",
        faults=faults,
        other_columns=True,
    )
    nodes: frozenset[str] = frozenset()
    if (network.path / "nodes.csv").is_file():
        table = read_table(
            network.path / "nodes.csv",
            {"node_id": identifier},
            key="node_id",
            name=f"{name}/nodes.csv",
            faults=faults,
            other_columns=True,
        )
        nodes = frozenset(table.column("node_id"))
    if len(faults) > before:
        return None
    return Geography(areas=frozenset(_area(row) for row in zones), nodes=nodes)


def _area(row: Row) -> str:
    """Return a zone's area: by default its municipality, or else the zone itself."""
    return str(row["area"] or row["municipality"] or row["zone_id"])


def _points(path: Path, name: str, faults: list[Fault]) -> frozenset[str] | None:
    try:
        first = next(csv.reader(read_text(path, name=name).splitlines()))
    except InputFaults as error:
        faults.extend(error.faults)
        return None
    return frozenset(cell.strip() for cell in first[1:])
