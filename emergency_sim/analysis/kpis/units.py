"""Indicators of ambulances: how busy they are and how often they go (R16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.groups import INCIDENT_GROUPS
from emergency_sim.analysis.kpis.registry import kpi
from emergency_sim.analysis.log_view import Scatter
from emergency_sim.analysis.measures import Observations, Part, Sums
from emergency_sim.domain.indicators import Aggregation, Better

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.table import Table
    from emergency_sim.analysis.tables import Tables

UNIT_GROUPS = ("all", "station")


def _by_station(
    table: Table, values: NDArray[Any]
) -> tuple[tuple[str, ...], NDArray[np.float64], float]:
    """Return stations, sums per station and the sum over road ambulances of ``values``."""
    station = table.text("station")
    road = table["road"]
    kept = (station.codes >= 0) & road
    sums = np.bincount(station.codes[kept], values[kept], minlength=len(station.labels))
    return station.labels, sums.astype("float64"), float(values[road].sum())


def _share(t: Tables, column: str) -> Sums:
    labels, taken, all_taken = _by_station(t.missions, t.missions[column])
    _, duty, all_duty = _by_station(t.shifts, t.shifts["duty_s"])
    _, n, all_n = _by_station(t.missions, np.ones(len(t.missions)))
    return Sums(
        (
            Part("all", ("all",), *(np.array([x]) for x in (all_taken, all_duty, all_n))),
            Part("station", labels, taken, duty, n),
        )
    )


@kpi(
    "task_share",
    unit="share",
    better=Better.NEITHER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.02,
    source="Road ambulances: alarm to back at base or alarmed again, of time on duty (R16)",
    title_nb="Oppdragsandel, ambulanser",
    title_en="Share of duty time on tasks, ambulances",
    groups=UNIT_GROUPS,
)
def task_share(t: Tables) -> Sums:
    """Return seconds on tasks over seconds on duty."""
    return _share(t, "task_s")


@kpi(
    "unavailable_share",
    unit="share",
    better=Better.LOWER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.02,
    source="Road ambulances: alarm to clear, of time on duty (R16)",
    title_nb="Andel tid ambulanser er utilgjengelige",
    title_en="Share of duty time ambulances are unavailable",
    groups=UNIT_GROUPS,
)
def unavailable_share(t: Tables) -> Sums:
    """Return seconds from alarm to clear over seconds on duty."""
    return _share(t, "unavailable_s")


@kpi(
    "missions_per_day",
    unit="1/day",
    better=Better.NEITHER,
    aggregation=Aggregation.TOTAL,
    relevant_difference=0.5,
    source="Missions of road ambulances alarmed in the window; diverted ones not counted",
    title_nb="Oppdrag per døgn",
    title_en="Missions per day",
    groups=UNIT_GROUPS,
)
def missions_per_day(t: Tables) -> Sums:
    """Return missions over days."""
    days = 7.0 * t.frame.weeks
    labels, n, every = _by_station(t.missions, t.missions["counted"].astype("float64"))
    return Sums(
        (
            Part("all", ("all",), *(np.array([x]) for x in (every, days, every))),
            Part("station", labels, n, np.full(len(labels), days), n),
        )
    )


@kpi(
    "missions_per_1000",
    unit="1/1000/yr",
    better=Better.NEITHER,
    aggregation=Aggregation.TOTAL,
    relevant_difference=2.0,
    source="Missions of road ambulances of incidents in the window; diverted ones not counted (R1)",
    title_nb="Ambulanseoppdrag per 1000 innbyggere og år",
    title_en="Ambulance missions per 1000 people and year",
    groups=INCIDENT_GROUPS,
)
def missions_per_1000(t: Tables) -> Observations:
    """Return 1 for each mission of an incident of the window."""
    m = t.missions
    served = m.text("end").codes != m.text("end").labels.index("diverted")
    incident = m["incident"][served & m["road"]]
    rows = Scatter(t.incidents["id"]).at(incident)
    rows = rows[rows >= 0]
    return Observations(rows, np.ones(len(rows)))
