"""A matrix of travel times from a CSV: names in the header and in the first column, seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.csv_rows import Table
from emergency_sim.domain.csv_table import records
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.text_file import read_text
from emergency_sim.domain.units import MS_PER_S
from emergency_sim.network.paths.shortest_paths import LONGEST_MS
from emergency_sim.network.region import MatrixNetwork, Region
from emergency_sim.network.zone_table import points_as_zones

NO_WAY = "inf"
"""What stands in a cell where there is no way."""


def read_matrix(path: Path | str) -> Region:
    """Read a matrix of seconds; row = from, column = to. Every point is a node and a zone.

    Parameters
    ----------
    path
        The first cell of the header may hold anything. Rows may stand in another order than
        columns. Seconds may have decimals and are rounded to whole milliseconds.

    Returns
    -------
    Region
        Points in the order of the header, without coordinates.

    Raises
    ------
    InputFaults
        Everything wrong with the file.
    """
    faults: list[Fault] = []
    shown = str(path)
    lines, found = records(read_text(path), shown, faults)
    if not found:
        raise InputFaults(faults)
    table = Table(file=shown, _lines=lines)
    (header_line, header), rows = found[0], found[1:]
    names = header[1:]
    _check_names(table, [(header_line, k + 1, name) for k, name in enumerate(names)], names, faults)
    first_column = [(line, 0, cells[0]) for line, cells in rows]
    _check_names(table, first_column, names, faults)
    for name in names:
        if name and not faults and name not in {cells[0] for _, cells in rows}:
            message = f"the point '{name}' has a column but no row"
            faults.append(_fault(table, header_line, names.index(name) + 1, message))
    seconds = np.full((len(names), len(names)), np.nan)
    for line, cells in rows:
        if len(cells) != len(header):
            message = f"the row has {len(cells)} cells, the header {len(header)}"
            faults.append(_fault(table, line, min(len(cells) - 1, len(header)), message))
            continue
        of_row = [_seconds(table, line, k, cell, faults) for k, cell in enumerate(cells) if k]
        if cells[0] in names:
            seconds[names.index(cells[0])] = of_row
    if not names and not faults:
        faults.append(Fault(file=shown, message="the header names no points"))
    if faults:
        raise InputFaults(faults)
    points, unknown = tuple(names), np.full(len(names), np.nan)
    name = Path(path).stem
    return Region(
        network=MatrixNetwork(node_ids=points, seconds=np.rint(seconds * MS_PER_S) / MS_PER_S),
        zones=points_as_zones(points),
        node_ids=points,
        x=unknown,
        y=unknown.copy(),
        lon=unknown.copy(),
        lat=unknown.copy(),
        node_names=points,
        meta={"id": name, "name": name},
    )


def _fault(
    table: Table, line: int, cell: int, message: str, got: object = ..., near: str | None = None
) -> Fault:
    at, character = table.place(line, cell)
    return Fault(
        file=table.file, line=at, column=character, message=message, got=got, did_you_mean=near
    )


def _check_names(
    table: Table, places: list[tuple[int, int, str]], known: list[str], faults: list[Fault]
) -> None:
    """Append faults of names that are empty, come twice or are not in the header."""
    seen: set[str] = set()
    for line, cell, name in places:
        if not name:
            faults.append(_fault(table, line, cell, "a point without a name"))
        elif name in seen:
            faults.append(_fault(table, line, cell, "the point stands twice", name))
        elif name not in known:
            near = nearest_word(name, known)
            faults.append(_fault(table, line, cell, "the point has no column", name, near))
        seen.add(name)


def _seconds(table: Table, line: int, position: int, cell: str, faults: list[Fault]) -> float:
    if cell == NO_WAY:
        return float("inf")
    try:
        value = ct.number(cell)
        if value < 0:
            raise ct.CellError("seconds must not be negative")
        if round(value * MS_PER_S) >= LONGEST_MS:
            raise ct.CellError("is 25 days or more")
    except ValueError as error:
        hint = "; 'inf' where there is no way" if not cell or cell.lower() == "nan" else ""
        faults.append(_fault(table, line, position, str(error) + hint, cell))
        return float("nan")
    return value
