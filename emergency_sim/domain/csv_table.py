"""Reading a CSV table strictly: every fault at once, each with its line and column.

Comma separated, UTF-8 with or without byte order mark, one header line, fields quoted by ``"``.
Blank lines are skipped and space around a cell is no part of it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emergency_sim.domain.errors import NOTHING, Fault, InputFaults, nearest_word

LARGEST_FILE = 5 * 1024 * 1024
"""Bytes; a larger file is refused."""

Converter = Callable[[str], Any]
"""Turns the stripped text of a cell into a value, or raises ValueError saying what is wrong."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


class CellError(ValueError):
    """What is wrong with a cell, with the word that was probably meant.

    Parameters
    ----------
    message
        What is wrong.
    did_you_mean
        The nearest valid word, if any.
    """

    def __init__(self, message: str, did_you_mean: str | None = None) -> None:
        super().__init__(message)
        self.did_you_mean = did_you_mean


@dataclass(frozen=True, slots=True)
class Column:
    """How the cells of a column are read.

    Parameters
    ----------
    convert
        Converter of a cell that is not empty (of every cell where there is no default).
    required
        The column must stand in the header.
    default
        Value of an empty cell and of a column that is not there; ``...``: empty cells are
        given to ``convert``.
    """

    convert: Converter
    required: bool = True
    default: Any = ...


Columns = Mapping[str, Converter | Column]
"""How to read each column; a bare converter is a required column."""


def optional(convert: Converter, default: Any = None) -> Column:
    """Return a column that may be missing and whose cells may be empty."""
    return Column(convert, required=False, default=default)


def text(cell: str) -> str:
    """Return the cell as it is; it may be empty."""
    return cell


def identifier(cell: str) -> str:
    """Return the cell, which must not be empty."""
    if not cell:
        raise CellError("must not be empty")
    return cell


def number(cell: str) -> float:
    """Return a finite decimal number.

    Examples
    --------
    >>> number("-1.5e3")
    -1500.0
    """
    if not _NUMBER.fullmatch(cell):
        hint = "; write decimals with a point" if re.fullmatch(r"-?\d+,\d+", cell) else ""
        raise CellError(f"must be a number{hint}")
    value = float(cell)
    if value in (float("inf"), float("-inf")):
        raise CellError("is too large a number")
    return value


def integer(cell: str) -> int:
    """Return a whole number."""
    if not _INTEGER.fullmatch(cell):
        raise CellError("must be a whole number")
    return int(cell)


def within(
    convert: Callable[[str], float], low: float | None = None, high: float | None = None
) -> Converter:
    """Return a converter that also holds the number between ``low`` and ``high``, both allowed."""

    def converted(cell: str) -> float:
        value = convert(cell)
        if low is not None and value < low:
            raise CellError(f"must be at least {low:g}")
        if high is not None and value > high:
            raise CellError(f"must be at most {high:g}")
        return value

    return converted


def yes_no(cell: str) -> bool:
    """Return True for ``yes``, False for ``no``."""
    if cell not in ("yes", "no"):
        raise CellError("must be yes or no", nearest_word(cell, ("yes", "no")))
    return cell == "yes"


def words(cell: str) -> tuple[str, ...]:
    """Return the words of the cell, separated by space.

    Examples
    --------
    >>> words("rauma  vestnes")
    ('rauma', 'vestnes')
    """
    return tuple(cell.split())


def one_of(known: Iterable[str]) -> Converter:
    """Return a converter that takes one of the ``known`` words.

    Examples
    --------
    >>> one_of(["node", "ferry"])("node")
    'node'
    """
    allowed = tuple(known)

    def converted(cell: str) -> str:
        if cell not in allowed:
            raise CellError(f"must be one of {', '.join(allowed)}", nearest_word(cell, allowed))
        return cell

    return converted


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row: converted values by column name, and where each stands.

    Parameters
    ----------
    table
        The table it belongs to.
    line
        1-based line on which it begins.
    values
        Converted value of every declared column.
    """

    table: Table
    line: int
    values: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        """Return the value in ``column``."""
        return self.values[column]

    def place(self, column: str) -> tuple[int, int]:
        """Return line and column (of characters, both 1-based) where the cell begins."""
        return self.table.place(self.line, column)

    def fault(
        self, column: str, message: str, *, got: Any = NOTHING, did_you_mean: str | None = None
    ) -> Fault:
        """Return a fault that points at the row's cell in ``column``."""
        line, character = self.place(column)
        return Fault(
            file=self.table.file,
            line=line,
            column=character,
            path=column,
            message=message,
            got=got,
            did_you_mean=did_you_mean,
        )


@dataclass(slots=True, eq=False)
class Table:
    """The rows of a file that could be read.

    Parameters
    ----------
    file
        The file as the user named it.
    header
        Column names as they stand in the file.
    rows
        Rows without a fault.
    keys
        Text of the key in every row, also in rows with a fault: a reference to one of them is not
        another fault. A key of several columns is joined by a comma.
    """

    file: str
    header: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    _lines: Sequence[str] = ()

    def __len__(self) -> int:
        """Return the number of rows that could be read."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows that could be read."""
        return iter(self.rows)

    def column(self, name: str) -> list[Any]:
        """Return the values of one column."""
        return [row.values[name] for row in self.rows]

    def place(self, line: int, column: str | int) -> tuple[int, int]:
        """Return line and character where a cell of the row beginning at ``line`` begins.

        A column that is not in the file is at the row's beginning.
        """
        if isinstance(column, str):
            if column not in self.header:
                return line, 1
            column = self.header.index(column)
        return _place(self._lines, line, column)


def _place(lines: Sequence[str], line: int, field_number: int) -> tuple[int, int]:
    """Return line and character where field ``field_number`` of the record at ``line`` begins."""
    quoted, seen, character = False, 0, 0
    if line <= len(lines) and '"' not in lines[line - 1]:  # nearly always: no need to look closely
        cells = lines[line - 1].split(",", field_number)
        if len(cells) > field_number:
            return line, sum(map(len, cells[:-1])) + field_number + 1
    while seen < field_number and line <= len(lines):
        row = lines[line - 1]
        while character < len(row) and seen < field_number:
            quoted ^= row[character] == '"'
            seen += row[character] == "," and not quoted
            character += 1
        if seen < field_number:
            if not quoted:
                break
            line, character = line + 1, 0
    return line, character + 1


def read_text(path: Path | str, *, name: str | None = None, limit: int = LARGEST_FILE) -> str:
    """Return the text of a UTF-8 file without its byte order mark.

    Parameters
    ----------
    path
        The file.
    name
        How faults name it; by default as ``path``.
    limit
        Most bytes allowed.

    Raises
    ------
    InputFaults
        Missing, not a file, too large, empty, not UTF-8, or with NUL bytes.
    """
    shown = str(path) if name is None else name

    def refuse(message: str, line: int = 1, column: int = 1) -> InputFaults:
        return InputFaults([Fault(file=shown, line=line, column=column, message=message)])

    try:
        with Path(path).open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise refuse("there is no such file") from None
    except IsADirectoryError:
        raise refuse("is a folder, not a file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(f"cannot be read: {reason}") from None
    if len(data) > limit:
        raise refuse(f"the file is larger than {limit / 1024 / 1024:g} MB")
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise refuse("is UTF-16, not UTF-8: save it as UTF-8") from None
        message = f"is not UTF-8 (byte 0x{data[error.start]:02x}): save it as UTF-8"
        raise refuse(message, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1) from None
    nul = content.find("\0")
    if nul >= 0:
        before = content[:nul]
        message = "holds a NUL byte: it is not a text file"
        raise refuse(message, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    if not content.strip():
        raise refuse("the file is empty")
    return content


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
