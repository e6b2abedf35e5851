"""One table of a log: times and words read, rows that cannot be used set aside with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.observed.text_columns import TextColumns, coded
from emergency_sim.analysis.observed.timestamps import BAD, NONE, read_times, settle_repeated
from emergency_sim.domain.errors import Fault, nearest_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from emergency_sim.domain.log_mapping import LogMapping

SHOWN: Final = 20
"""Faults of one reason that are shown with their places."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rejected:
    """Rows of a table that cannot be used, for one reason.

    Parameters
    ----------
    cells
        The table.
    ours
        Our name of the column.
    message
        Why.
    rows
        Row numbers in the file, from 0.
    words
        Words that would have been right.
    """

    cells: TextColumns
    ours: str
    message: str
    rows: NDArray[np.int64]
    words: tuple[str, ...] = ()

    def faults(self, limit: int = SHOWN) -> list[Fault]:
        """Return the first of them with line and column."""
        rows = self.rows[:limit].tolist()
        column = self.cells.columns[self.ours]
        found = []
        for row, (line, character) in zip(rows, self.cells.places(rows, self.ours), strict=True):
            got = column[row].as_py()
            near = nearest_word(got, self.words) if self.words else None
            fault = self.cells.fault((line, character), self.ours, self.message, got)
            found.append(
                Fault(
                    file=fault.file, line=line, column=character, path=fault.path,
                    message=self.message, got=got, did_you_mean=near,
                )
            )  # fmt: skip
        return found


@dataclass(slots=True, eq=False)
class Rows:
    """The usable rows of one table.

    Parameters
    ----------
    table
        ``missions``, ``calls`` or ``clinic``.
    cells
        The table as text.
    kept
        Row numbers in the file of the usable rows.
    rejected
        The others, by reason; each row once, with the first reason found.
    repeated
        Times in the hour that comes twice in autumn.
    """

    table: str
    cells: TextColumns
    kept: NDArray[np.int64]
    rejected: list[Rejected] = field(default_factory=list)
    repeated: int = 0
    _true: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    _wall: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    _codes: dict[str, tuple[NDArray[np.int32], list[str]]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of usable rows."""
        return len(self.kept)

    @property
    def total(self) -> int:
        """Number of rows of the file."""
        return len(self.cells) + len(self.cells.short)

    @property
    def bad(self) -> int:
        """Number of rows that are set aside."""
        return self.total - len(self.kept)

    def has(self, name: str) -> bool:
        """Return whether the mapping names this column."""
        return name in self.cells.names

    def true_ms(self, name: str) -> NDArray[np.int64]:
        """Return a time as it really passed; NONE where there is none."""
        return self._true[name][self.kept] if name in self._true else np.full(len(self), NONE)

    def wall_ms(self, name: str) -> NDArray[np.int64]:
        """Return a time as the clock showed it; NONE where there is none."""
        return self._wall[name][self.kept] if name in self._wall else np.full(len(self), NONE)

    def words(self, name: str) -> tuple[NDArray[np.int32], list[str]]:
        """Return position in the list of words, -1 for none, and the words."""
        if name not in self._codes:
            return np.full(len(self), -1, "int32"), []
        codes, labels = self._codes[name]
        return codes[self.kept], labels

    def numbers(self, name: str, decimal: str) -> NDArray[np.float64]:
        """Return a column of numbers, NaN where there is none."""
        import pandas as pd

        if name not in self.cells.names:
            return np.full(len(self), np.nan)
        texts = pd.Series(self.cells.columns[name].to_numpy(zero_copy_only=False), dtype=object)
        numbers = pd.to_numeric(texts.str.replace(decimal, ".", regex=False), errors="coerce")
        return np.asarray(numbers.to_numpy("float64")[self.kept])

    def reject(
        self, ours: str, message: str, bad: NDArray[np.bool_], words: Sequence[str] = ()
    ) -> None:
        """Set the rows aside for which ``bad`` (one a usable row) is true."""
        if bad.any():
            self.rejected.append(
                Rejected(
                    cells=self.cells, ours=ours, message=message, rows=self.kept[bad],
                    words=tuple(words),
                )
            )  # fmt: skip
            self.kept = self.kept[~bad]


def read_rows(
    table: str,
    cells: TextColumns,
    mapping: LogMapping,
    *,
    times: Sequence[str],
    chains: Sequence[Sequence[str]],
    needed: Sequence[str],
    words: Mapping[str, tuple[Mapping[str, str], Sequence[str]]],
    names: Mapping[str, Mapping[str, str]],
) -> Rows:
    """Return the rows of a table.

    Parameters
    ----------
    table, cells, mapping
        What is read, and how it is written.
    times
        Our names of its times, in the order in which they happen.
    chains
        Times of which none may be before an earlier one of the same chain.
    needed
        Columns whose cells must not be empty.
    words
        By column: our word by cell (empty: the cells are our words), and all our words.
    names
        By column of names: our id by cell; other cells are kept as they are.
    """
    rows = Rows(table=table, cells=cells, kept=np.arange(len(cells)))
    present = [t for t in times if rows.has(t)]
    columns = [
        read_times(cells.columns[t], mapping.time_format, mapping.time_zone) for t in present
    ]
    settle_repeated(columns)
    for name, column in zip(present, columns, strict=True):
        rows._true[name], rows._wall[name] = column.true_ms, column.wall_ms
        rows.repeated += int(column.repeated.sum())
    for name in (*words, *names):
        if rows.has(name):
            rows._codes[name] = coded(cells.columns[name])
    for name in needed:
        _reject_empty(rows, name)
    for name in present:
        message = (
            f"is no time of the form {mapping.time_format}, or lies in an hour that the clock skips"
        )
        rows.reject(name, message, rows.true_ms(name) == BAD)
    for name, (meanings, known) in words.items():
        if rows.has(name):
            _translate(rows, name, meanings, known)
    for name, renamed in names.items():
        if rows.has(name):
            codes, labels = rows._codes[name]
            rows._codes[name] = _merged(codes, [renamed.get(x, x) for x in labels])
    for chain in chains:
        _reject_backwards(rows, [t for t in chain if rows.has(t)])
    return rows


def _reject_empty(rows: Rows, name: str) -> None:
    if name in rows._true:
        rows.reject(name, "is empty", rows.true_ms(name) == NONE)
    elif rows.has(name):
        codes, labels = coded(rows.cells.columns[name])
        empty = np.array([x == "" for x in labels], bool)
        rows.reject(name, "is empty", empty[codes[rows.kept]])


def _translate(rows: Rows, name: str, meanings: Mapping[str, str], known: Sequence[str]) -> None:
    """Replace cells by our words; a cell without a meaning is bad, an empty one is none."""
    codes, labels = rows._codes[name]
    right = list(meanings) if meanings else list(known)
    ours = [meanings.get(x, "") if meanings else x for x in labels]
    position = np.array([known.index(x) if x in known else -1 for x in ours], "int32")
    unknown = np.array([x != "" and p < 0 for x, p in zip(labels, position, strict=True)], bool)
    message = f"is not named under {rows.table}.values.{name}"
    if not meanings:
        message += f" and is not one of {', '.join(known)}"
    rows.reject(name, message, unknown[codes[rows.kept]], right)
    rows._codes[name] = position[codes], list(known)


def _merged(codes: NDArray[np.int32], labels: list[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Return the column with one code a label and -1 for the empty one."""
    at = {x: i for i, x in enumerate(x for x in dict.fromkeys(labels) if x)}
    table = np.array([at.get(x, -1) for x in labels], "int32")
    return table[codes] if len(labels) else codes, list(at)


def _reject_backwards(rows: Rows, present: Sequence[str]) -> None:
    """Set rows aside whose times run backwards; an empty time is passed over."""
    before = np.full(len(rows), NONE)
    bad = np.full(len(rows), -1)
    for i, name in enumerate(present):
        here = rows.true_ms(name)
        bad[(here > NONE) & (here < before) & (bad < 0)] = i
        before = np.maximum(before, here)
    kept = rows.kept
    for i, name in enumerate(present):
        now = np.isin(rows.kept, kept[bad == i])
        rows.reject(name, "is before an earlier step of the same row", now)
