"""Indicators of on-call load and standby (R10, R14, R15, R17).

On-call work is duty in legevakt hours; daytime duty is not part of it. Figures per doctor divide by
the doctors in the rota. A group of areas holds clinics by the share of their people who live there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.groups import PLACE_GROUPS, place_weights
from emergency_sim.analysis.kpis.registry import kpi
from emergency_sim.analysis.measures import Exact, ExactPart, Part, Sums, by_place
from emergency_sim.analysis.staff_table import ROLES
from emergency_sim.domain.indicators import Aggregation, Better
from emergency_sim.domain.units import HOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.tables import Tables

STANDBY_GROUPS = (*PLACE_GROUPS, "actor_form")


def rota(frame: DistrictFrame) -> NDArray[np.float64]:
    """Return the doctors in the on-call rota of each place; every pool counts once."""
    lines = [r for r in frame.rosters if r.role == "doctor" and r.form != "daytime"]
    pools = {(r.place, r.pool): r.rota for r in lines}
    return np.array(
        [sum((n for (place, _), n in pools.items() if place == p.id), 0.0) for p in frame.places]
    )


def _rostered(frame: DistrictFrame, field: str) -> NDArray[np.float64]:
    """Return the sum of a field of the doctors' on-call duty lines, per place."""
    lines = [r for r in frame.rosters if r.role == "doctor" and r.form != "daytime"]
    return np.array(
        [sum(getattr(r, field) for r in lines if r.place == p.id) for p in frame.places]
    )


def _per_doctor(frame: DistrictFrame, field: str) -> Exact:
    amount, doctors = _rostered(frame, field), rota(frame)
    parts = []
    for kind, (labels, weight) in place_weights(frame).items():
        people = weight @ doctors
        values = np.divide(
            weight @ amount, people, out=np.full(len(labels), np.nan), where=people > 0
        )
        parts.append(ExactPart(kind, labels, values))
    return Exact(tuple(parts))


@kpi(
    "oncall_hours_per_week",
    unit="h/week",
    better=Better.LOWER,
    aggregation=Aggregation.EXACT,
    relevant_difference=1.0,
    source="Rostered legevakt hours of doctors over doctors in the rota, whole roster cycle (R20)",
    title_nb="Vakttimer per lege og uke",
    title_en="On-call hours per doctor and week",
    groups=PLACE_GROUPS,
)
def oncall_hours_per_week(frame: DistrictFrame) -> Exact:
    """Return rostered on-call hours per doctor and week."""
    return _per_doctor(frame, "hours_per_week")


@kpi(
    "weekend_frequency",
    unit="share",
    better=Better.LOWER,
    aggregation=Aggregation.EXACT,
    relevant_difference=0.02,
    source="Weekend duties a week over doctors in the rota: share of weekends with a duty "
    "(one duty a doctor and weekend, assumed)",
    title_nb="Andel helger med vakt per lege",
    title_en="Share of weekends on call per doctor",
    groups=PLACE_GROUPS,
)
def weekend_frequency(frame: DistrictFrame) -> Exact:
    """Return weekend duties per doctor and weekend."""
    return _per_doctor(frame, "weekend_duties_per_week")


def _places(t: Tables) -> NDArray[np.int64]:
    """Return the place of each duty, -1 where the frame does not know it."""
    position = {p.id: i for i, p in enumerate(t.frame.places)}
    own = t.duties.text("place")
    table = np.array([position.get(x, -1) for x in own.labels], dtype="int64")
    return own.through(table, ()).codes


def _sum(t: Tables, chosen: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    place = _places(t)
    kept = chosen & (place >= 0)
    total = np.bincount(place[kept], values[kept], minlength=len(t.frame.places))
    return total.astype("float64")


def _doctors(t: Tables) -> NDArray[np.bool_]:
    """Return which duties are a doctor's on-call duties."""
    return t.duties.text("role").equals("doctor") & ~t.duties.text("form").equals("daytime")


@kpi(
    "active_hours_per_week",
    unit="h/week",
    better=Better.LOWER,
    aggregation=Aggregation.TOTAL,
    relevant_difference=0.5,
    source="Active hours on call over doctors in the rota (R14)",
    title_nb="Aktive vakttimer per lege og uke",
    title_en="Active on-call hours per doctor and week",
    groups=PLACE_GROUPS,
)
def active_hours_per_week(t: Tables) -> Sums:
    """Return doctors' active hours in legevakt hours over doctor-weeks."""
    d, doctors = t.duties, _doctors(t)
    return by_place(
        t.weights,
        _sum(t, doctors, d["legevakt_active_s"]) / HOUR,
        rota(t.frame) * t.frame.weeks,
        _sum(t, doctors, d["tasks"]),
    )


@kpi(
    "disturbed_night_share",
    unit="share",
    better=Better.LOWER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.05,
    source="Doctors' nights on call (23-07) with at least one active minute (R14)",
    title_nb="Andel forstyrrede netter på vakt",
    title_en="Share of nights on call that are disturbed",
    groups=PLACE_GROUPS,
)
def disturbed_night_share(t: Tables) -> Sums:
    """Return disturbed nights over nights on call."""
    d, doctors = t.duties, _doctors(t)
    nights = _sum(t, doctors, d["nights"])
    return by_place(t.weights, _sum(t, doctors, d["disturbed_nights"]), nights, nights)


@kpi(
    "clinic_unmanned_share",
    unit="share",
    better=Better.LOWER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.01,
    source="Legevakt hours with a doctor on duty and every doctor out (R14)",
    title_nb="Andel av tiden legevakten er ubemannet",
    title_en="Share of time the clinic is unmanned",
    groups=PLACE_GROUPS,
)
def clinic_unmanned_share(t: Tables) -> Sums:
    """Return unmanned seconds over seconds with a doctor on duty."""
    clinics = t.manning.text("clinic").labels
    at = [clinics.index(p.id) if p.id in clinics else -1 for p in t.frame.places]
    duty, unmanned, times = (
        np.append(t.manning[name].astype("float64"), 0.0)[at]
        for name in ("on_duty_s", "unmanned_s", "times_unmanned")
    )
    return by_place(t.weights, unmanned, duty, times)


def _person_hours(t: Tables, *, standby: bool) -> Sums:
    """Return person-hours a week: by place for staff, and by actor and form, crews included.

    Doctors and nurses in legevakt hours without daytime duty; operators and crews around the clock.
    Groups of areas, districts and municipalities hold staff only, not crews.
    """
    d, weeks = t.duties, t.frame.weeks
    oncall = ~d.text("form").equals("daytime")
    hours = np.zeros(len(t.frame.places))
    number = np.zeros(len(t.frame.places))
    labels: list[str] = []
    sums: list[float] = []
    counts: list[float] = []
    for role in ROLES:
        own = d.text("role").equals(role) & oncall
        prefix = "" if role == "operator" else "legevakt_"
        if standby:
            values = {f: d[f"{prefix}{f}_s"] for f in ("onsite", "home")}
        else:
            values = {
                f: np.where(d.text("form").equals(f), d[f"{prefix}duty_s"], 0.0)
                for f in ("active", "onsite", "home", "backup")
            }
        for form, seconds in values.items():
            here = _sum(t, own, seconds)
            if standby and role == "operator" and form == "onsite":
                here = np.maximum(here - t.operators_busy_s, 0.0)
            hours += here / HOUR
            labels.append(f"{role}:{form}")
            sums.append(float(here.sum() / HOUR))
            counts.append(float((own & (seconds > 0)).sum()))
        number += _sum(t, own, np.ones(len(d)))
    for form, at_home in (("onsite", False), ("home", True)):
        shifts, missions = t.shifts, t.missions
        crew = (shifts["duty_s"] * shifts["crew"])[shifts["home"] == at_home].sum()
        taken = (missions["task_s"] * missions["crew"])[missions["home"] == at_home].sum()
        labels.append(f"crew:{form}")
        sums.append(float(max(crew - taken, 0.0) if standby else crew) / HOUR)
        counts.append(float((shifts["home"] == at_home).sum()))
    staff = by_place(t.weights, hours, weeks, number)
    totals = np.array(sums)
    crews = Part("actor_form", tuple(labels), totals, np.full(len(labels), weeks), np.array(counts))
    every = Part(
        "all",
        ("all",),
        np.array([totals.sum()]),
        np.array([weeks]),
        np.array([float(sum(counts))]),
    )
    return Sums((*(p for p in staff.parts if p.kind != "all"), every, crews))


@kpi(
    "duty_person_hours",
    unit="h/week",
    better=Better.LOWER,
    aggregation=Aggregation.TOTAL,
    relevant_difference=10.0,
    source="Person-hours on duty, by actor and form (R17)",
    title_nb="Vakttimer i alt per uke",
    title_en="Person-hours on duty per week",
    groups=STANDBY_GROUPS,
)
def duty_person_hours(t: Tables) -> Sums:
    """Return person-hours on duty per week."""
    return _person_hours(t, standby=False)


@kpi(
    "standby_person_hours",
    unit="h/week",
    better=Better.LOWER,
    aggregation=Aggregation.TOTAL,
    relevant_difference=10.0,
    source="Person-hours on duty without active work, by actor and form (R17)",
    title_nb="Beredskapstimer i alt per uke",
    title_en="Person-hours of standby per week",
    groups=STANDBY_GROUPS,
)
def standby_person_hours(t: Tables) -> Sums:
    """Return person-hours of standby per week."""
    return _person_hours(t, standby=True)
