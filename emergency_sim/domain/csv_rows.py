"""The rows of a CSV table that could be read, and where each cell stands in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from emergency_sim.domain.errors import NOTHING, Fault


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
