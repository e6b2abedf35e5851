"""Recorded incidents from CSV files; what the files do not say is drawn from the parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.demand.draws import PATIENT
from emergency_sim.demand.potential import Potential
from emergency_sim.domain.csv_cells import (
    Column,
    identifier,
    integer,
    number,
    one_of,
    optional,
    within,
    yes_no,
)
from emergency_sim.domain.csv_rows import Row, Table
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.incident import (
    AGE_GROUPS,
    INCIDENT_COLUMNS,
    Disposition,
    Entry,
    Problem,
    SatelliteOutcome,
    Urgency,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import IntEnum

    from numpy.typing import NDArray

    from emergency_sim.demand.models import Replay
    from emergency_sim.domain.clock import Horizon
    from emergency_sim.domain.streams import Streams
    from emergency_sim.domain.zones import ZoneTable

LONGEST: Final = 1e7
"""Seconds; longer durations are refused."""

TURNOUT = {
    0: ("turnout_day_s", "turnout_night_s", "turnout_home_s"),
    1: ("turnout2_day_s", "turnout2_night_s", "turnout2_home_s"),
}
SLOT_COLUMNS = {
    0: {"on_scene_s": ("on_scene_s",), "drive_noise": ("drive_noise",), "turnout_s": TURNOUT[0]},
    1: {"on_scene_s": ("on_scene2_s",), "drive_noise": ("drive2_noise",), "turnout_s": TURNOUT[1]},
}
"""Per slot: the columns of the incident table that a mission's column becomes."""

STATED_BY_DEFAULT = {
    "hospital_after": 0.0,
    "doctor_alerted": 0.0,
    "to_legevakt": 0.0,
    "units_needed": 1.0,
    "own_car": 1.0,
}
"""What a record does not mention did not happen."""


def _names(words: type[IntEnum], *, leave_out: str = "") -> list[str]:
    return [w.name.lower() for w in words if not w.name.startswith(leave_out or "\0")]


def _durations() -> dict[str, Column]:
    """Return the columns that are numbers of the incident table."""
    found: dict[str, Column] = {}
    for name, spec in INCIDENT_COLUMNS.items():
        if name.endswith("_u"):
            found[name] = optional(within(number, 0, 1))
        elif name.endswith("_noise"):
            found[name] = optional(within(number, 0.01, 100))
        elif spec.unit == "s" and name != "time_s":
            found[name] = optional(within(number, 0, LONGEST))
    return found


_URGENCY = one_of(_names(Urgency, leave_out="NONE"))
INCIDENTS: Final[dict[str, Column]] = {
    "time_s": Column(within(number, 0, 1e10)),
    "urgency": Column(_URGENCY),
    "id": optional(identifier),
    "zone": optional(identifier),
    "lon": optional(within(number, -180, 180)),
    "lat": optional(within(number, -90, 90)),
    "true_urgency": optional(_URGENCY),
    "entry": optional(one_of(_names(Entry, leave_out="INQUIRY"))),
    "problem": optional(one_of(_names(Problem, leave_out="NONE"))),
    "age": optional(one_of(AGE_GROUPS)),
    "disposition": optional(one_of(_names(Disposition))),
    "satellite_outcome": optional(one_of(_names(SatelliteOutcome))),
    "transport": optional(yes_no),
    "destination": optional(one_of(("hospital", "legevakt"))),
    "hospital_after": optional(yes_no),
    "doctor": optional(yes_no),
    "own_car": optional(yes_no),
    "redials": optional(yes_no),
    "units": optional(within(integer, 1, 2)),
    "turnout_s": optional(within(number, 0, LONGEST)),
    **_durations(),
}
"""Columns of ``incidents.csv``. ``turnout_s`` stands for all six chute times, ``doctor`` for an
alerted duty doctor who drives out, ``transport`` for ``conveyed``, ``units`` for units wanted."""

MISSIONS: Final[dict[str, Column]] = {
    "incident": Column(identifier),
    "slot": Column(within(integer, 0, 1)),
    "on_scene_s": optional(within(number, 0, LONGEST)),
    "turnout_s": optional(within(number, 0, LONGEST)),
    "drive_noise": optional(within(number, 0.01, 100)),
}
"""Columns of ``missions.csv``: what each unit of an incident did."""

_WORDS: Final[dict[str, type[IntEnum]]] = {
    "problem": Problem,
    "disposition": Disposition,
    "satellite_outcome": SatelliteOutcome,
}
_YES_NO = {
    "transport": ("conveyed",),
    "hospital_after": ("hospital_after",),
    "doctor": ("doctor_alerted", "doctor_goes"),
    "own_car": ("own_car",),
    "redials": ("redials",),
}


def read(
    model: Replay,
    *,
    zones: ZoneTable,
    horizon: Horizon,
    streams: Streams,
    folder: Path | None = None,
) -> Potential:
    """Return the recorded incidents within the horizon, in order of time, then of the file.

    Raises
    ------
    InputFaults
        Everything that is wrong in either file, by line and column.

    Notes
    -----
    A record's ``urgency`` is what was assigned, and counts as the true one unless ``true_urgency``
    says otherwise; AMK, LVS and reception assign it again. What a column could have said did not
    happen if it says nothing (no doctor, one unit, no transport from the clinic); durations,
    problem and conveyance are drawn, one stream per column, so a further column moves no other.
    """
    faults: list[Fault] = []
    base = folder or Path()
    table = read_table(
        base / model.incidents, INCIDENTS, key="id", name=model.incidents, faults=faults
    )
    zone = _zones(table, zones, faults)
    missions = None
    if model.missions is not None:
        missions = read_table(
            base / model.missions,
            MISSIONS,
            key=("incident", "slot"),
            name=model.missions,
            faults=faults,
        )
        _references(missions, table, faults)
    if faults:
        raise InputFaults(faults)

    order = np.argsort(np.array(table.column("time_s"), float), kind="stable")
    rows = [table.rows[i] for i in order]
    time_s = np.array([row["time_s"] for row in rows], float)
    given = _given(rows)
    if missions is not None:
        _add_missions(missions, rows, given)
    ages = [-1 if row["age"] is None else AGE_GROUPS.index(row["age"]) for row in rows]
    uniforms = {draw: streams.generator(f"replay.{draw}").random(len(rows)) for draw in PATIENT}
    inside = time_s < horizon.end_s
    return Potential(
        start=horizon.start,
        time_s=time_s[inside],
        zone=zone[order][inside],
        age=np.array(ages, np.int8)[inside],
        entry=np.array([_entry(row) for row in rows], np.int8)[inside],
        uniforms={name: u[inside] for name, u in uniforms.items()},
        envelope=1.0,
        per_person=np.zeros((len(Entry), len(AGE_GROUPS))),
        recorded=True,
        given={name: column[inside] for name, column in given.items()},
    )


def _entry(row: Row) -> Entry:
    return Entry.CALL_113 if row["entry"] is None else Entry[row["entry"].upper()]


def _zones(table: Table, zones: ZoneTable, faults: list[Fault]) -> NDArray[Any]:
    """Return each row's zone: the named one, or the nearest to its coordinates."""
    index = {name: i for i, name in enumerate(zones.ids)}
    lon, lat = np.radians(zones.lon.astype(float)), np.radians(zones.lat.astype(float))
    placed = bool(np.isfinite(lon).any())
    found = np.zeros(len(table), np.int32)
    for i, row in enumerate(table):
        name = row["zone"]
        if name is not None:
            if name in index:
                found[i] = index[name]
            else:
                near = nearest_word(name, index)
                message = "there is no zone of this id"
                faults.append(row.fault("zone", message, got=name, did_you_mean=near))
        elif row["lon"] is None or row["lat"] is None:
            faults.append(row.fault("zone", "give the zone, or lon and lat"))
        elif not placed:
            faults.append(row.fault("lon", "the zones have no coordinates: give the zone"))
        else:
            x = (np.radians(row["lon"]) - lon) * np.cos(np.radians(row["lat"]))
            found[i] = np.nanargmin(x**2 + (np.radians(row["lat"]) - lat) ** 2)
    return found


def _references(missions: Table, incidents: Table, faults: list[Fault]) -> None:
    for row in missions:
        if row["incident"] not in incidents.keys:
            near = nearest_word(row["incident"], incidents.keys)
            message = "no incident has this id"
            faults.append(row.fault("incident", message, got=row["incident"], did_you_mean=near))


def _given(rows: list[Row]) -> dict[str, NDArray[Any]]:
    """Return the columns of the incident table that the record states; NaN: it is silent."""
    n = len(rows)
    given = {name: np.full(n, value) for name, value in STATED_BY_DEFAULT.items()}
    for i, row in enumerate(rows):
        for name, value in _stated(row):
            if name not in given:
                given[name] = np.full(n, np.nan)
            given[name][i] = value
    return given


def _stated(row: Row) -> Iterator[tuple[str, float]]:
    """Yield column and value of everything that one row states."""
    assigned = Urgency[row["urgency"].upper()]
    true = row["true_urgency"]
    yield "urgency", assigned if true is None else Urgency[true.upper()]
    yield "amk_urgency", assigned
    yield "lvs_urgency", assigned
    if _entry(row) is Entry.WALK_IN:
        yield "disposition", Disposition.CONSULTATION
    for name, words in _WORDS.items():
        if row[name] is not None:
            yield name, words[row[name].upper()]
    for name, columns in _YES_NO.items():
        if row[name] is not None:
            yield from ((column, float(row[name])) for column in columns)
    if row["destination"] is not None:
        yield "to_legevakt", float(row["destination"] == "legevakt")
    if row["units"] is not None:
        yield "units_needed", float(row["units"])
    if row["turnout_s"] is not None:
        yield from ((column, row["turnout_s"]) for column in (*TURNOUT[0], *TURNOUT[1]))
    yield from ((name, row[name]) for name in _DURATIONS if row[name] is not None)


_DURATIONS = tuple(_durations())


def _add_missions(missions: Table, rows: list[Row], given: dict[str, NDArray[Any]]) -> None:
    """Lay what the units did over the incidents; a second unit was needed if there was one."""
    place = {row["id"]: i for i, row in enumerate(rows)}
    for mission in missions:
        i, slot = place[mission["incident"]], int(mission["slot"])
        if slot == 1 and rows[i]["units"] is None:
            given["units_needed"][i] = 2
        for name, columns in SLOT_COLUMNS[slot].items():
            if mission[name] is None:
                continue
            for column in columns:
                if column not in given:
                    given[column] = np.full(len(rows), np.nan)
                given[column][i] = mission[name]
