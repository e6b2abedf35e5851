"""Some columns of a large delimited file as text, and where each cell stands.

The file is read by pyarrow, a million rows in seconds; a second, slow pass finds lines and columns,
and only when there is something to say.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults, nearest_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

BLOCK: Final = 1 << 24
"""Bytes that pyarrow looks at together: longer than any row."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextColumns:
    """Cells of the named columns of a file.

    Parameters
    ----------
    path, shown
        The file, and how faults name it.
    encoding, separator
        How it is written.
    header
        All columns of the file.
    columns
        Cells by our name: pyarrow arrays of text, without space around it.
    names
        Name of the column in the file, by our name.
    short
        Rows with more or fewer cells than the header: (cells, line) each.
    """

    path: Path
    shown: str
    encoding: str
    separator: str
    header: tuple[str, ...]
    columns: Mapping[str, Any]
    names: Mapping[str, str]
    short: tuple[tuple[int, int], ...] = field(default=())

    def __len__(self) -> int:
        """Return the number of rows with as many cells as the header."""
        return len(next(iter(self.columns.values())))

    def places(self, rows: Sequence[int], ours: str) -> list[tuple[int, int]]:
        """Return line and character (both from 1) of cells of one column.

        Parameters
        ----------
        rows
            Rising row numbers.
        ours
            Our name of the column.
        """
        wanted, found = set(rows), []
        last = max(rows, default=-1)
        at, row, line = self.header.index(self.names[ours]), -1, 1
        lines: list[str] = []
        with self.path.open(encoding=_codec(self.encoding), newline="") as stream:
            for cells in csv.reader(_kept(stream, lines), delimiter=self.separator):
                record, begins = "".join(lines), line
                line += len(lines)
                lines.clear()
                if len(cells) != len(self.header) or not record.strip():
                    continue
                row += 1  # the header is row 0
                if row - 1 in wanted:
                    found.append(_place(record, begins, at, self.separator))
                if row - 1 >= last:
                    break
        return found

    def fault(self, place: tuple[int, int], ours: str, message: str, got: Any) -> Fault:
        """Return a fault at a place of a column."""
        line, column = place
        return Fault(
            file=self.shown, line=line, column=column, path=self.names[ours], message=message,
            got=got,
        )  # fmt: skip


def read_text_columns(
    path: Path, wanted: Mapping[str, str], *, encoding: str, separator: str, shown: str
) -> TextColumns:
    """Return the wanted columns of a file.

    Parameters
    ----------
    path
        The file.
    wanted
        Name of the column in the file, by our name.
    encoding, separator
        How it is written; a byte order mark is skipped.
    shown
        How faults name it.

    Raises
    ------
    InputFaults
        There is no such file; it is a folder, empty, without rows, in another encoding; columns are
        missing (with the one that was probably meant).
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv as reader

    header = _header(path, encoding, separator, shown)
    _check_header(header, wanted, separator, shown)
    short: list[tuple[int, int]] = []

    def skipped(row: Any) -> str:
        short.append((int(row.actual_columns), int(row.number)))
        return "skip"

    try:
        table = reader.read_csv(
            path,
            read_options=reader.ReadOptions(
                use_threads=False, encoding=_arrow_codec(encoding), block_size=BLOCK
            ),
            parse_options=reader.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=skipped
            ),
            convert_options=reader.ConvertOptions(
                column_types=dict.fromkeys(wanted.values(), pa.string()),
                include_columns=list(wanted.values()),
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise InputFaults([_unreadable(path, encoding, shown, str(error))]) from None
    columns = {
        ours: pc.utf8_trim_whitespace(table.column(theirs).combine_chunks())
        for ours, theirs in wanted.items()
    }
    if not table.num_rows:
        message = "there is a header and no row"
        if short:
            message = f"no row has {len(header)} cells, as the header has; is {separator!r} right?"
        raise InputFaults([Fault(file=shown, line=2, message=message)])
    return TextColumns(
        path=path, shown=shown, encoding=encoding, separator=separator, header=header,
        columns=columns, names=dict(wanted), short=tuple(short),
    )  # fmt: skip


def coded(cells: Any) -> tuple[NDArray[np.int32], list[str]]:
    """Return a position in the list of distinct texts per cell, and that list."""
    dictionary = cells.dictionary_encode()
    codes = dictionary.indices.to_numpy(zero_copy_only=False).astype("int32")
    return codes, [str(x) for x in dictionary.dictionary.to_pylist()]


def _header(path: Path, encoding: str, separator: str, shown: str) -> tuple[str, ...]:
    def refuse(message: str) -> InputFaults:
        return InputFaults([Fault(file=shown, message=message)])

    try:
        with path.open(encoding=_codec(encoding), newline="") as stream:
            first = next((r for r in csv.reader(stream, delimiter=separator) if any(r)), None)
    except FileNotFoundError:
        raise refuse("there is no such file") from None
    except IsADirectoryError:
        raise refuse("is a folder, not a file") from None
    except UnicodeDecodeError as error:
        raise InputFaults([_unreadable(path, encoding, shown, str(error))]) from None
    except (OSError, csv.Error) as error:
        raise refuse(f"cannot be read: {error}") from None
    if first is None:
        raise refuse("the file is empty")
    return tuple(first)


def _check_header(
    header: tuple[str, ...], wanted: Mapping[str, str], separator: str, shown: str
) -> None:
    if len(header) == 1 and len(wanted) > 1:
        other = [s for s in (";", ",", "\t", "|") if s != separator and s in header[0]]
        if other:
            message = f"one column only; is the separator {other[0]!r} and not {separator!r}?"
            raise InputFaults([Fault(file=shown, message=message, got=header[0])])
    faults = [
        Fault(
            file=shown,
            path=theirs,
            message=f"the column is missing ({ours})",
            did_you_mean=nearest_word(theirs, header),
        )
        for ours, theirs in wanted.items()
        if theirs not in header
    ]
    faults += [
        Fault(file=shown, path=theirs, message="two columns have this name")
        for theirs in wanted.values()
        if header.count(theirs) > 1
    ]
    if faults:
        raise InputFaults(faults)


def _unreadable(path: Path, encoding: str, shown: str, says: str) -> Fault:
    """Return where the file stops being text in its encoding, or what else pyarrow says."""
    line, other = 0, 0
    with path.open("rb") as stream:
        for line, row in enumerate(stream, 1):
            try:
                text = row.decode(encoding)
            except UnicodeDecodeError as error:
                mixed = " (other lines are: the file mixes encodings)" if other else ""
                return Fault(
                    file=shown, line=line, column=len(row[: error.start].decode(encoding)) + 1,
                    message=f"is not {encoding}{mixed}; encoding: latin-1 or cp1252 may be right, "
                    f"or save the file as {encoding}", got=row[error.start : error.start + 1],
                )  # fmt: skip
            other += not text.isascii()
    return Fault(file=shown, message=f"not a table: {' '.join(says.split())}")


def _place(record: str, line: int, cell: int, separator: str) -> tuple[int, int]:
    """Return line and character where a cell of a record begins."""
    seen, quoted = 0, False
    character = 1
    for letter in record:
        if seen == cell:
            break
        quoted ^= letter == '"'
        seen += letter == separator and not quoted
        character += 1
        if letter == "\n":
            line, character = line + 1, 1
    return line, character


def _kept(stream: io.TextIOBase | Any, lines: list[str]) -> Any:
    """Give the lines of a stream and keep them, so that a record's own text is known."""
    for text in stream:
        lines.append(text)
        yield text


def _codec(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _arrow_codec(encoding: str) -> str:
    return "utf8" if encoding == "utf-8" else encoding
