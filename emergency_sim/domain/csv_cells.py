"""How cells of a CSV table become values: a converter a column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emergency_sim.domain.errors import nearest_word

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
