"""A CSV log, our own or a real one mapped to the same columns, cell by cell with its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.event_log import COLUMNS, FORMULA, TEXT, WHOLE
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

_NEEDED: Final = ("time_ms", "kind", "incident")
_KEYS: Final = ("scenario", "replication")


def read_columns(path: Path) -> pd.DataFrame:
    """Return the contract's columns of a CSV file, converted.

    Raises
    ------
    InputFaults
        With file, line and column of every cell that cannot be read.
    """
    import pandas as pd

    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
        raise InputFaults([Fault(file=str(path), message=f"not a CSV table: {error}")]) from None
    faults = _header_faults(str(path), list(raw.columns))
    if faults:
        raise InputFaults(faults)
    frame = pd.DataFrame(index=raw.index)
    for name in (c for c in raw.columns if c in COLUMNS):
        cells = raw[name].to_numpy(object)
        frame[name], bad = _READERS[name](cells)
        faults += [
            Fault(
                file=str(path),
                line=int(i) + 2,
                column=list(raw.columns).index(name) + 1,
                path=name,
                message=_WANTED[name],
                got=cells[i],
                did_you_mean=_nearest_kind(cells[i]) if name == "kind" else None,
            )
            for i in np.flatnonzero(bad)
        ]
    if faults:
        raise InputFaults(faults)
    return frame


def _header_faults(path: str, header: list[str]) -> list[Fault]:
    faults = [
        Fault(file=path, path=name, message="column is missing")
        for name in _NEEDED
        if name not in header
    ]
    for i, name in enumerate(header):
        if name not in (*COLUMNS, *_KEYS):
            faults.append(
                Fault(
                    file=path,
                    column=i + 1,
                    message="unknown column",
                    got=name,
                    did_you_mean=nearest_word(name, COLUMNS),
                )
            )
    return faults


def _nearest_kind(cell: str) -> str | None:
    return nearest_word(cell, [k.name.lower() for k in Kind])


def _read_numbers(
    cells: NDArray[Any], whole: bool, nullable: bool
) -> tuple[Any, NDArray[np.bool_]]:
    out: list[Any] = []
    bad = np.zeros(len(cells), bool)
    for i, cell in enumerate(cells):
        if cell == "":
            out.append(None)
            bad[i] = not nullable
            continue
        try:
            number = int(cell) if whole else float(cell)
        except ValueError:
            number = np.nan
        ok = number >= 0 if whole else np.isfinite(number)
        bad[i] = not ok
        out.append(number if ok else None)
    import pandas as pd

    return pd.array(out, dtype="Int64" if whole else "Float64"), bad


def _read_times(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    return _read_numbers(cells, whole=True, nullable=False)


def _read_whole(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    return _read_numbers(cells, whole=True, nullable=True)


def _read_floats(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    return _read_numbers(cells, whole=False, nullable=True)


def _read_kinds(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    known = {k.name.lower() for k in Kind}
    return cells, np.array([cell not in known for cell in cells], bool)


def _read_text(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    plain = [c[1:] if c[:1] == "'" and c[1:].startswith(FORMULA) else c for c in cells]
    import pandas as pd

    values = pd.Series([c or None for c in plain], dtype=object)
    return values.to_numpy(), np.zeros(len(cells), bool)


_READERS: Final = {
    "time_ms": _read_times,
    "kind": _read_kinds,
    "value": _read_floats,
    **dict.fromkeys(WHOLE, _read_whole),
    **dict.fromkeys(TEXT, _read_text),
}
_WANTED: Final = {
    "time_ms": "must be a whole number of milliseconds, at least 0",
    "kind": "is no kind of event (MODEL.md has the table)",
    "value": "must be a number or empty",
    **dict.fromkeys(WHOLE, "must be a whole number, at least 0, or empty"),
}
