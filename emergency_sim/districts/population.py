"""Where people live, from SSB's grid or from a table of one's own: places with so many people."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain import csv_table as ct
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.network import project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

GRID_FILE: Final = "norway/ssb_population_1km_2019.csv.gz"
"""SSB's grid of square kilometres in a data folder."""
PEOPLE: Final = "pop_tot"
"""The grid's column of inhabitants."""
LARGEST_FILE: Final = 50 * 1024 * 1024
"""Bytes of a grid once unpacked; all Norway by 250 m is a fifth of that."""
MOST_FAULTS: Final = 50
"""So many faults of one grid are shown, and the number of the others."""
MOST_PEOPLE: Final = 10_000_000.0
"""Of one place; more is a slip."""
NORWAY_X: Final = (-120_000.0, 1_150_000.0)
NORWAY_Y: Final = (6_400_000.0, 7_990_000.0)
"""Metres (EPSG:25833) beyond which no cell of mainland Norway lies."""
PLANE_X, PLANE_Y = (-3_000_000.0, 4_000_000.0), (0.0, 10_000_000.0)
"""The same of a user's own table, which may be of another country."""

_GRID_ID = re.compile(r"SSBID(\d{4})M")
_FALSE_EAST: Final = 2_000_000
"""Added to x in the ids of SSB's grid, so that no id has a sign."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Places with the people who live there, as columns.

    Parameters
    ----------
    ids
        Id of each place, unique.
    x, y
        float64: its centre, EPSG:25833 metres.
    population
        float64: people.
    municipality
        Number of the municipality, ``""`` where the file does not tell.
    names
        Name of each place, maybe empty.
    size_m
        Side of the squares; 0 where the places are points.
    file
        The file as the user named it.
    """

    ids: tuple[str, ...]
    x: NDArray[Any]
    y: NDArray[Any]
    population: NDArray[Any]
    municipality: tuple[str, ...]
    names: tuple[str, ...]
    size_m: float
    file: str

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.ids)

    @property
    def people(self) -> float:
        """Return how many people live in all places together."""
        return float(self.population.sum())

    def where(self, chosen: NDArray[Any]) -> Cells:
        """Return the places of a mask (bool) or of indices (int), in that order."""
        at = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        rows = at.tolist()
        return replace(
            self,
            ids=tuple(self.ids[k] for k in rows),
            x=self.x[at],
            y=self.y[at],
            population=self.population[at],
            municipality=tuple(self.municipality[k] for k in rows),
            names=tuple(self.names[k] for k in rows),
        )


def read_population(path: Path | str) -> Cells:
    """Read places with people: SSB's grid (plain or .gz) or a CSV table of the user's own.

    Parameters
    ----------
    path
        SSB's grid has the columns ``SSBID1000M`` (or another size) and ``pop_tot``, separated by
        ``;``. One's own table has ``population`` and either ``x`` and ``y`` (EPSG:25833) or ``lon``
        and ``lat``, separated by ``,``, with ``id``, ``municipality`` and ``name`` if one likes.

    Returns
    -------
    Cells
        In the order of the file; places with nobody are kept.

    Raises
    ------
    InputFaults
        Everything wrong with the file: negative population, an id that is malformed or comes
        twice, places outside the map, an archive that is cut short, a file with nobody in it.
    """
    shown = str(path)
    if Path(path).suffix == ".gz" or _is_gzip(Path(path)):
        content = _unpacked(Path(path), shown)
    else:
        content = ct.read_text(path, name=shown, limit=LARGEST_FILE)
    first = content.split("\n", 1)[0]
    faults: list[Fault] = []
    if _GRID_ID.search(first.upper()):
        cells = _grid(content, shown, faults)
    elif Path(path).suffix == ".gz":
        message = "holds no grid of SSB's (a column SSBID1000M); unpack a table of your own"
        raise InputFaults([Fault(file=shown, message=message, got=first)])
    else:
        cells = _own_table(Path(path), shown, faults)
    if not faults and (cells is None or cells.people <= 0):
        faults.append(Fault(file=shown, message="nobody lives in any of these places"))
    if faults or cells is None:
        raise InputFaults(_first(faults, shown))
    return cells


def _is_gzip(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(2) == b"\x1f\x8b"
    except OSError:
        return False  # read_text says what is wrong


def _unpacked(path: Path, shown: str) -> str:
    """Return the text of a gzip archive."""

    def refuse(message: str) -> InputFaults:
        return InputFaults([Fault(file=shown, message=message)])

    try:
        with gzip.open(path) as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise refuse("there is no such file") from None
    except (EOFError, zlib.error):
        raise refuse("the archive is cut short or damaged: fetch it again") from None
    except gzip.BadGzipFile:
        raise refuse("is no gzip archive: fetch it again, or take .gz off its name") from None
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror or error}") from None
    if len(data) > LARGEST_FILE:
        raise refuse(f"the file unpacked is larger than {LARGEST_FILE / 1024 / 1024:g} MB")
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("is not UTF-8 text once unpacked") from None
    if not content.strip():
        raise refuse("the file is empty")
    return content


def _grid(content: str, shown: str, faults: list[Fault]) -> Cells | None:
    """Return the squares of SSB's grid, whose ids hold the corner to the south-west."""
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


_OWN: Final[dict[str, ct.Column]] = {
    "population": ct.Column(ct.within(ct.number, 0, MOST_PEOPLE)),
    "id": ct.optional(ct.text, ""),
    "municipality": ct.optional(ct.text, ""),
    "name": ct.optional(ct.text, ""),
}


def _own_table(path: Path, shown: str, faults: list[Fault]) -> Cells | None:
    """Return the places of a table of the user's own (comma separated, decimal point)."""
    header = ct.read_text(path, name=shown, limit=LARGEST_FILE).split("\n", 1)[0].split(",")
    degrees = {"lon", "lat"} <= {cell.strip().strip('"') for cell in header}
    ends = (
        {"lon": (-180.0, 180.0), "lat": (-90.0, 90.0)} if degrees else {"x": PLANE_X, "y": PLANE_Y}
    )
    columns: dict[str, ct.Column] = {
        **_OWN,
        **{label: ct.Column(ct.within(ct.number, *span)) for label, span in ends.items()},
    }
    table = ct.read_table(path, columns, key="id", name=shown, faults=faults, other_columns=True)
    a, b = (np.array(table.column(label), dtype=float) for label in ends)
    if degrees:
        x, y = project(a, b)
        for k in np.flatnonzero(~(np.isfinite(x) & np.isfinite(y))).tolist():
            message = "lon, lat lie outside EPSG:25833"
            faults.append(table.rows[k].fault("lon", message, got=(a[k].item(), b[k].item())))
    else:
        x, y = a, b
        if len(a) and np.abs(a).max() <= 180 and np.abs(b).max() <= 90:
            message = "look like degrees: name the columns lon and lat"
            faults.append(table.rows[0].fault("x", message, got=(a[0].item(), b[0].item())))
    if faults:
        return None
    given = [row["id"] for row in table]
    return Cells(
        ids=tuple(name or f"row {row.line}" for name, row in zip(given, table, strict=True)),
        x=np.asarray(x, dtype=float),
        y=np.asarray(y, dtype=float),
        population=np.array(table.column("population"), dtype=float),
        municipality=tuple(table.column("municipality")),
        names=tuple(table.column("name")),
        size_m=0.0,
        file=shown,
    )


def _first(faults: Sequence[Fault], shown: str) -> list[Fault]:
    """Return at most so many faults, and one that says how many more there are."""
    shown_faults = list(faults[:MOST_FAULTS])
    if len(faults) > MOST_FAULTS:
        more = f"and {len(faults) - MOST_FAULTS} more faults of this file"
        shown_faults.append(Fault(file=shown, line=faults[-1].line, message=more))
    return shown_faults
