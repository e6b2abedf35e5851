"""Zones from zones.csv: where people live, by age, and how far in they live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import Fault, nearest_word
from emergency_sim.domain.incident import AGE_GROUPS
from emergency_sim.domain.parameters import Status
from emergency_sim.domain.zones import ZoneTable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

AGE_COLUMNS = tuple("age_" + group.replace("-", "_").replace("+", "_plus") for group in AGE_GROUPS)
"""``age_0_5`` ... ``age_90_plus``."""

_PEOPLE = ct.within(ct.number, 0, 10_000_000)
_SECONDS = ct.optional(ct.within(ct.number, 0, 86_400), 0.0)
_FLAG = ct.optional(ct.one_of(("0", "1")), "0")
ZONES: ct.Columns = {
    "zone_id": ct.identifier,
    "name": ct.optional(ct.text, ""),
    "municipality": ct.optional(ct.text, ""),
    "municipality_name": ct.optional(ct.text, ""),
    "area": ct.optional(ct.text, ""),
    "node": ct.identifier,
    "x": ct.optional(ct.number),
    "y": ct.optional(ct.number),
    "lon": ct.optional(ct.within(ct.number, -180, 180)),
    "lat": ct.optional(ct.within(ct.number, -90, 90)),
    "population": _PEOPLE,
    **dict.fromkeys(AGE_COLUMNS, _PEOPLE),
    "access_mean_s": _SECONDS,
    "access_sd_s": _SECONDS,
    "tettbygd": _FLAG,
    "tettsted200": _FLAG,
    "status": ct.optional(ct.one_of(status.value for status in Status), ""),
    "note": ct.optional(ct.text, ""),
}


def read_zones(
    path: Path, node_index: dict[str, int], node_keys: set[str], faults: list[Fault]
) -> ZoneTable | None:
    """Read zones.csv.

    Parameters
    ----------
    path
        The file.
    node_index
        Index of every node that could be read.
    node_keys
        Ids of all nodes, also of those with a fault of their own.
    faults
        Everything wrong with the zones is appended.

    Returns
    -------
    ZoneTable or None
        None where there is a fault. A zone's missing area is its municipality, or else the zone
        itself; coordinates that are missing are NaN.
    """
    before = len(faults)
    table = read_table(path, ZONES, key="zone_id", faults=faults)
    for row in table:
        if row["node"] not in node_keys:
            near = nearest_word(row["node"], node_keys)
            message = "there is no such node in nodes.csv"
            faults.append(row.fault("node", message, got=row["node"], did_you_mean=near))
        by_age = sum(row[label] for label in AGE_COLUMNS)
        if abs(by_age - row["population"]) > 1e-6:
            message = f"the age groups sum to {by_age:g}"
            faults.append(row.fault("population", message, got=row["population"]))
    if len(faults) == before and not len(table):
        faults.append(Fault(file=table.file, message="there are no zones"))
    if len(faults) > before or any(row["node"] not in node_index for row in table):
        return None
    column = table.column
    ids = tuple(column("zone_id"))
    return ZoneTable(
        ids=ids,
        names=tuple(name or zone for name, zone in zip(column("name"), ids, strict=True)),
        municipality=tuple(column("municipality")),
        municipality_name=tuple(column("municipality_name")),
        area=tuple(row["area"] or row["municipality"] or row["zone_id"] for row in table),
        node=np.array([node_index[node] for node in column("node")], dtype=np.int64),
        population=np.array([[row[label] for label in AGE_COLUMNS] for row in table], dtype=float),
        access_mean_s=np.array(column("access_mean_s"), dtype=float),
        access_sd_s=np.array(column("access_sd_s"), dtype=float),
        tettbygd=np.array([flag == "1" for flag in column("tettbygd")], dtype=bool),
        outside=np.zeros(len(ids), dtype=bool),
        x=_numbers(column("x")),
        y=_numbers(column("y")),
        lon=_numbers(column("lon")),
        lat=_numbers(column("lat")),
    )


def points_as_zones(names: tuple[str, ...]) -> ZoneTable:
    """Return a zone for every point of a matrix: its own area, with nobody in it."""
    count = len(names)
    nothing, unknown = np.zeros(count), np.full(count, np.nan)
    return ZoneTable(
        ids=names,
        names=names,
        municipality=("",) * count,
        municipality_name=("",) * count,
        area=names,
        node=np.arange(count, dtype=np.int64),
        population=np.zeros((count, len(AGE_GROUPS))),
        access_mean_s=nothing,
        access_sd_s=nothing.copy(),
        tettbygd=np.zeros(count, dtype=bool),
        outside=np.zeros(count, dtype=bool),
        x=unknown,
        y=unknown.copy(),
        lon=unknown.copy(),
        lat=unknown.copy(),
    )


def _numbers(values: list[Any]) -> NDArray[Any]:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
