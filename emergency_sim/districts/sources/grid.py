"""SSB's grid of inhabitants: squares with the id of their corner, separated by semicolons."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from emergency_sim.districts.sources.cells import Cells
from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.errors import Fault, nearest_word

PEOPLE: Final = "pop_tot"
"""The grid's column of inhabitants."""
MOST_PEOPLE: Final = 10_000_000.0
"""Of one place; more is a slip."""
NORWAY_X: Final = (-120_000.0, 1_150_000.0)
NORWAY_Y: Final = (6_400_000.0, 7_990_000.0)
"""Metres (EPSG:25833) beyond which no square of mainland Norway lies."""
_GRID_ID = re.compile(r"SSBID(\d{4})M")
_FALSE_EAST: Final = 2_000_000
"""Added to x in the ids of SSB's grid, so that no id has a sign."""


def is_grid(header: str) -> bool:
    """Return whether this is the first line of such a grid."""
    return _GRID_ID.search(header.upper()) is not None


def read_grid(content: str, shown: str, faults: list[Fault]) -> Cells | None:
    """Return the squares of a grid, whose ids hold the corner to the south-west.

    Parameters
    ----------
    content
        Text of the file.
    shown
        How faults name it.
    faults
        Everything wrong is appended.

    Returns
    -------
    Cells or None
        None where there is a fault, or no square.
    """
    lines = content.splitlines()
    header = [cell.strip().strip('"') for cell in lines[0].split(";")]
    keys = [k for k, cell in enumerate(header) if _GRID_ID.fullmatch(cell.upper())]
    if len(keys) != 1 or PEOPLE not in header:
        near = nearest_word(PEOPLE, header)
        message = f"a grid has one column SSBID1000M and one '{PEOPLE}', separated by semicolons"
        faults.append(Fault(file=shown, message=message, got=lines[0], did_you_mean=near))
        return None
    key, people = keys[0], header.index(PEOPLE)
    size = int(header[key].upper().removeprefix("SSBID").removesuffix("M"))
    first_line: dict[str, int] = {}
    rows: list[tuple[int, int, float]] = []
    for line, text in enumerate(lines[1:], 2):
        if not text.strip():
            continue
        cells = text.split(";")
        wrong = _row(cells, header, key, people, size, first_line, line, rows)
        if wrong is not None:
            column, message, got = wrong
            at = 1 + sum(len(cell) + 1 for cell in cells[:column])
            label = header[column] if column < len(header) else ""
            faults.append(
                Fault(file=shown, line=line, column=at, path=label, message=message, got=got)
            )
    if faults or not rows:
        return None
    table = np.array(rows)
    return Cells(
        ids=tuple(first_line),
        x=table[:, 0] + size / 2,
        y=table[:, 1] + size / 2,
        population=table[:, 2],
        municipality=("",) * len(rows),
        names=("",) * len(rows),
        size_m=float(size),
        file=shown,
    )


def _row(
    cells: list[str],
    header: list[str],
    key: int,
    people: int,
    size: int,
    first_line: dict[str, int],
    line: int,
    rows: list[tuple[int, int, float]],
) -> tuple[int, str, str] | None:
    """Add one square to ``rows``, or return its column with a fault, what is wrong, and the cell."""
    if len(cells) != len(header):
        message = f"the row has {len(cells)} cells, the header {len(header)}"
        return min(len(cells), len(header)) - 1, message, ";".join(cells)
    name, number = cells[key].strip().strip('"'), cells[people].strip().replace(",", ".", 1)
    if len(name) != 14 or not (name.isascii() and name.isdigit()):
        return key, "must be 14 digits: x + 2,000,000 and y of the corner", name
    x, y = int(name[:7]) - _FALSE_EAST, int(name[7:])
    if x % size or y % size:
        return key, f"is no corner of a grid of {size} m", name
    if not (NORWAY_X[0] <= x <= NORWAY_X[1] and NORWAY_Y[0] <= y <= NORWAY_Y[1]):
        return key, f"lies outside Norway (x {x}, y {y}, EPSG:25833)", name
    if name in first_line:
        return key, f"stands already on line {first_line[name]}", name
    first_line[name] = line
    try:
        count = ct.number(number)
    except ct.CellError as error:
        return people, str(error), cells[people]
    if count < 0:
        return people, "must not be negative", cells[people]
    if count > MOST_PEOPLE:
        return people, f"must be at most {MOST_PEOPLE:g}", cells[people]
    rows.append((x, y, count))
    return None
