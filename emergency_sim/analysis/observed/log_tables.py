"""The tables of a log, read as a mapping says; a table with too many bad rows is a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from emergency_sim.analysis.observed import mission_events
from emergency_sim.analysis.observed.rows import SHOWN, Rows, read_rows
from emergency_sim.analysis.observed.text_columns import read_text_columns
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.log_mapping import (
    CALL_TIMES,
    CLINIC_TIMES,
    MISSION_CHAINS,
    MISSION_TIMES,
    LineWord,
    LogMapping,
    OriginWord,
    OutcomeWord,
    ProblemWord,
    UrgencyWord,
    named_columns,
)

if TYPE_CHECKING:
    from pathlib import Path


def read_tables(path: Path, mapping: LogMapping, folder: Path) -> dict[str, Rows]:
    """Return the usable rows of every table, ``missions`` first.

    Parameters
    ----------
    path
        The table of missions.
    mapping, folder
        What it says, and from where it names further tables.

    Raises
    ------
    InputFaults
        Everything wrong with any of the files.
    """
    urgency = get_args(UrgencyWord)
    tables: dict[str, Rows] = {}
    faults: list[Fault] = []
    m = mapping.missions
    plans: list[tuple[str, Path, Any, Any, Any, Any, Any]] = [
        (
            "missions", path, m.columns, MISSION_TIMES, ("incident", "urgency", "registered"),
            {"urgency": (m.values.urgency, urgency),
             "origin": (m.values.origin, get_args(OriginWord)),
             "problem": (m.values.problem, get_args(ProblemWord)),
             "outcome": (m.values.outcome, get_args(OutcomeWord))},
            {"incident": {}, "unit": {}, "municipality": {}, "zone": {},
             "destination": m.values.destination},
        )
    ]  # fmt: skip
    if mapping.calls is not None:
        c = mapping.calls
        plans.append((
            "calls", folder / c.file, c.columns, CALL_TIMES, ("rings",),
            {"line": (c.values.line, get_args(LineWord)), "urgency": (c.values.urgency, urgency)},
            {"centre": c.values.centre, "municipality": {}},
        ))  # fmt: skip
    if mapping.clinic is not None:
        v = mapping.clinic
        plans.append((
            "clinic", folder / v.file, v.columns, CLINIC_TIMES, ("arrives",),
            {"urgency": (v.values.urgency, urgency)},
            {"clinic": v.values.clinic, "municipality": {}},
        ))  # fmt: skip
    for name, file, columns, times, needed, words, names in plans:
        try:
            cells = read_text_columns(
                file, named_columns(columns), encoding=mapping.encoding.value,
                separator=mapping.separator, shown=str(file),
            )  # fmt: skip
        except InputFaults as error:
            faults += error.faults
            continue
        rows = read_rows(
            name, cells, mapping, times=times, needed=needed, words=words, names=names,
            chains=MISSION_CHAINS if name == "missions" else (times,),
        )  # fmt: skip
        if name == "missions":
            mission_events.reject_duplicates(rows)
        tables[name] = rows
        faults += _too_many(rows, mapping.bad_share)
    if faults:
        raise InputFaults(faults)
    return tables


def _too_many(rows: Rows, allowed: float) -> list[Fault]:
    """Return the faults of a table with more bad rows than allowed."""
    if len(rows) and rows.bad <= allowed * rows.total:
        return []
    cells = rows.cells
    message = (
        f"{rows.bad} of {rows.total} rows cannot be used, more than the allowed "
        f"{100 * allowed:g} % (bad_share); the first of each kind follow"
    )
    faults = [Fault(file=cells.shown, message=message)]
    for rejected in rows.rejected:
        faults += rejected.faults()
    expected = len(cells.header)
    faults += [
        Fault(file=cells.shown, line=line, message=f"the row has {n} cells, the header {expected}")
        for n, line in cells.short[:SHOWN]
    ]
    return faults
