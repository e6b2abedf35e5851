"""Where people live, from SSB's grid or from a table of one's own: places with so many people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.districts.sources.cells import Cells
from emergency_sim.districts.sources.grid import MOST_PEOPLE, is_grid, read_grid
from emergency_sim.districts.sources.packed import read_bytes
from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.text_file import read_text
from emergency_sim.network import project

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_FILE: Final = 50 * 1024 * 1024
"""Bytes of a grid once unpacked; all Norway by 250 m is a fifth of that."""
MOST_FAULTS: Final = 50
"""So many faults of one grid are shown, and the number of the others."""
PLANE_X, PLANE_Y = (-3_000_000.0, 4_000_000.0), (0.0, 10_000_000.0)
"""The same of a user's own table, which may be of another country."""


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
    data = read_bytes(Path(path), LARGEST_FILE)
    packed = Path(path).suffix == ".gz"
    faults: list[Fault] = []
    first = data[:1000].decode("utf-8-sig", "replace").split("\n", 1)[0]
    if is_grid(first):
        cells = read_grid(data.decode("utf-8-sig", "replace"), shown, faults)
    elif packed:
        message = "holds no grid of SSB's (a column SSBID1000M); unpack a table of your own"
        raise InputFaults([Fault(file=shown, message=message, got=first)])
    else:
        cells = _own_table(Path(path), shown, faults)
    if not faults and (cells is None or cells.people <= 0):
        faults.append(Fault(file=shown, message="nobody lives in any of these places"))
    if faults or cells is None:
        raise InputFaults(_first(faults, shown))
    return cells


_OWN: Final[dict[str, ct.Column]] = {
    "population": ct.Column(ct.within(ct.number, 0, MOST_PEOPLE)),
    "id": ct.optional(ct.text, ""),
    "municipality": ct.optional(ct.text, ""),
    "name": ct.optional(ct.text, ""),
}


def _own_table(path: Path, shown: str, faults: list[Fault]) -> Cells | None:
    """Return the places of a table of the user's own (comma separated, decimal point)."""
    header = read_text(path, name=shown, limit=LARGEST_FILE).split("\n", 1)[0].split(",")
    degrees = {"lon", "lat"} <= {cell.strip().strip('"') for cell in header}
    ends = (
        {"lon": (-180.0, 180.0), "lat": (-90.0, 90.0)} if degrees else {"x": PLANE_X, "y": PLANE_Y}
    )
    columns: dict[str, ct.Column] = {
        **_OWN,
        **{label: ct.Column(ct.within(ct.number, *span)) for label, span in ends.items()},
    }
    table = read_table(path, columns, key="id", name=shown, faults=faults, other_columns=True)
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
