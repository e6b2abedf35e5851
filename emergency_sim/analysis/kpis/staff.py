"""Indicators of on-call load (R10, R14, R15).

On-call work is duty in legevakt hours; daytime duty is not part of it. Figures per doctor divide by
the doctors in the rota. A group of areas holds clinics by the share of their people who live there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.groups import PLACE_GROUPS, place_weights
from emergency_sim.analysis.kpis.registry import kpi
from emergency_sim.analysis.measures import Exact, ExactPart, Sums, by_place
from emergency_sim.analysis.sums import weighted
from emergency_sim.domain.indicators import Aggregation, Better
from emergency_sim.domain.units import HOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.tables import Tables


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
        people = weighted(weight, doctors)
        values = np.divide(
            weighted(weight, amount), people, out=np.full(len(labels), np.nan), where=people > 0
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


def places_of_duties(t: Tables) -> NDArray[np.int64]:
    """Return the place of each duty, -1 where the frame does not know it."""
    position = {p.id: i for i, p in enumerate(t.frame.places)}
    own = t.duties.text("place")
    table = np.array([position.get(x, -1) for x in own.labels], dtype="int64")
    return own.through(table, ()).codes


def sum_by_place(t: Tables, chosen: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    """Return the sum of a value of the chosen duties, per place of the frame."""
    place = places_of_duties(t)
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
        sum_by_place(t, doctors, d["legevakt_active_s"]) / HOUR,
        rota(t.frame) * t.frame.weeks,
        sum_by_place(t, doctors, d["tasks"]),
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
    nights = sum_by_place(t, doctors, d["nights"])
    return by_place(t.weights, sum_by_place(t, doctors, d["disturbed_nights"]), nights, nights)


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
