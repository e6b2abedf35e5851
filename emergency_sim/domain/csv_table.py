"""Reading a CSV table strictly: every fault at once, each with its line and column.

Comma separated, UTF-8 with or without byte order mark, one header line, fields quoted by ``"``.
Blank lines are skipped and space around a cell is no part of it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from emergency_sim.domain.csv_cells import Column, Columns
from emergency_sim.domain.csv_rows import Row, Table
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.text_file import read_text


def records(
    content: str, file: str, faults: list[Fault]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the lines of a CSV text and its records, each with the line where it begins.

    Blank records are left out and cells stripped. What breaks the quoting is one fault, after
    which nothing more is read.
    """
    lines = list(io.StringIO(content, newline=""))
    reader = csv.reader(lines, strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                found.append((line, stripped))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(file=file, line=line, message=f"broken row: {error}"))
    return lines, found


def read_table(
    path: Path | str,
    columns: Columns,
    *,
    key: str | Sequence[str] | None = None,
    name: str | None = None,
    faults: list[Fault] | None = None,
    other_columns: bool = False,
) -> Table:
    """Read a CSV file whose first line names its columns, in any order.

    Parameters
    ----------
    path
        The file.
    columns
        How to read each column; a bare converter is a required column.
    key
        Column, or columns together, whose values must not come twice.
    name
        How faults name the file; by default as ``path``.
    faults
        Given: faults are appended to it and the rows without a fault are returned. Not given: any
        fault is raised.
    other_columns
        Allow columns that are not declared, and leave them out.

    Returns
    -------
    Table
        The rows in the order of the file.

    Raises
    ------
    InputFaults
        Every fault of the file, where ``faults`` is not given.
    """
    shown = str(path) if name is None else name
    found: list[Fault] = []
    table = Table(file=shown)
    try:
        content = read_text(path, name=shown)
    except InputFaults as error:
        found.extend(error.faults)
    else:
        declared = {
            label: column if isinstance(column, Column) else Column(column)
            for label, column in columns.items()
        }
        keys = (key,) if isinstance(key, str) else tuple(key or ())
        _fill(table, content, declared, keys, found, other_columns=other_columns)
    if faults is not None:
        faults.extend(found)
    elif found:
        raise InputFaults(found)
    return table


def _fill(
    table: Table,
    content: str,
    columns: Mapping[str, Column],
    key: tuple[str, ...],
    faults: list[Fault],
    *,
    other_columns: bool,
) -> None:
    """Read header and rows into ``table``; a fault in the header leaves the rows unread."""
    table._lines, found = records(content, table.file, faults)
    if not found:
        return
    header_line, header = found[0]
    table.header = tuple(header)
    in_header = _header_faults(table, header_line, columns, other_columns=other_columns)
    faults.extend(in_header)
    if in_header:
        return
    first_line: dict[tuple[str, ...], int] = {}
    for line, cells in found[1:]:
        row = Row(table, line, {})
        before = len(faults)
        if len(cells) == len(header):
            _convert(row, dict(zip(header, cells, strict=True)), columns, faults)
        else:
            at, character = table.place(line, min(len(cells) - 1, len(header)))
            message = f"the row has {len(cells)} cells, the header {len(header)}"
            faults.append(Fault(file=table.file, line=at, column=character, message=message))
        parts = tuple(
            cells[header.index(label)]
            for label in key
            if label in header and header.index(label) < len(cells)
        )
        if any(parts):
            table.keys.add(",".join(parts))
            if parts in first_line:
                message = f"stands already on line {first_line[parts]}"
                faults.append(row.fault(key[-1], message, got=",".join(parts)))
            first_line.setdefault(parts, line)
        if len(faults) == before:
            table.rows.append(row)


def _convert(
    row: Row, cells: Mapping[str, str], columns: Mapping[str, Column], faults: list[Fault]
) -> None:
    """Fill the row's values from its cells."""
    for label, column in columns.items():
        cell = cells.get(label, "")
        if cell == "" and column.default is not ...:
            row.values[label] = column.default
        elif label in cells:
            try:
                row.values[label] = column.convert(cell)
            except ValueError as error:
                near = getattr(error, "did_you_mean", None)
                faults.append(row.fault(label, str(error), got=cell, did_you_mean=near))


def _header_faults(
    table: Table, line: int, columns: Mapping[str, Column], *, other_columns: bool
) -> list[Fault]:
    """Return what is wrong with the names of the columns."""
    faults: list[Fault] = []
    if len(table.header) == 1 and ";" in table.header[0]:
        message = "is separated by semicolons: save it with commas"
        return [Fault(file=table.file, line=line, message=message)]
    absent = [label for label in columns if label not in table.header]
    missing = [label for label in absent if columns[label].required]
    for position, label in enumerate(table.header):
        near = None
        if label in table.header[:position]:
            message = "the column stands twice"
        elif label in columns or (other_columns and label):
            continue
        elif not label:
            message = "a column without a name"
        else:
            message = "unknown column"
            near = nearest_word(label, missing) or nearest_word(label, absent)
        at, character = table.place(line, position)
        faults.append(
            Fault(
                file=table.file,
                line=at,
                column=character,
                message=message,
                got=label,
                did_you_mean=near,
            )
        )
    for label in missing:
        message = f"the column '{label}' is missing"
        faults.append(Fault(file=table.file, line=line, message=message))
    return faults
