"""Duty, standby, active work and cost of the whole chain, by actor and form of duty (R17).

Actors are doctors, nurses, operators and crews of units; forms are those of the duty line: active,
on site, home, backup. Of every actor and form duty = active + standby. Doctors and nurses count in
legevakt hours without daytime duty, operators and crews around the clock. Groups of areas, districts
and municipalities hold staff only; the region (``all``) holds crews, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.groups import PLACE_GROUPS, place_weights
from emergency_sim.analysis.kpis.registry import kpi
from emergency_sim.analysis.kpis.staff import sum_by_place
from emergency_sim.analysis.measures import Exact, ExactPart, Part, Sums, by_place
from emergency_sim.analysis.staff_table import FORMS, ROLES
from emergency_sim.analysis.sums import weighted
from emergency_sim.domain.indicators import Aggregation, Better
from emergency_sim.domain.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.tables import Tables

STANDBY_GROUPS: Final = (*PLACE_GROUPS, "actor_form")
CREW: Final = "crew"
DUTY_FORMS: Final = tuple(form for form in FORMS if form != "daytime")
ROUND_THE_CLOCK: Final = ("operator", CREW)
"""Actors whose duty counts in all hours of the week."""
ACTOR_FORMS: Final = (
    *((role, form) for role in ROLES for form in DUTY_FORMS), (CREW, "onsite"), (CREW, "home"),
)  # fmt: skip


def actor_form(actor: str, form: str) -> str:
    """Return the name of a group of kind ``actor_form``.

    Examples
    --------
    >>> actor_form("doctor", "home")
    'doctor:home'
    """
    return f"{actor}:{form}"


def _hours_by_form(t: Tables, role: str) -> dict[str, tuple[NDArray[Any], NDArray[Any], int]]:
    """Return by form: hours on duty and hours active per place, and the number of duties.

    Operators' active time is that of their calls, which are the centre's and not a person's; it is
    spread over the forms as their hours on duty are.
    """
    d = t.duties
    prefix = "" if role in ROUND_THE_CLOCK else "legevakt_"
    on_duty, working = d[f"{prefix}duty_s"], d[f"{prefix}active_s"]
    chosen = {f: d.text("role").equals(role) & d.text("form").equals(f) for f in DUTY_FORMS}
    duty = {f: sum_by_place(t, own, on_duty) for f, own in chosen.items()}
    active = {f: sum_by_place(t, own, working) for f, own in chosen.items()}
    if role == "operator":
        total = np.sum(list(duty.values()), axis=0)
        calls = np.minimum(t.operators_busy_s, total)
        share = np.divide(calls, total, out=np.zeros_like(total), where=total > 0)
        active = {f: np.minimum(active[f] + duty[f] * share, duty[f]) for f in DUTY_FORMS}
    return {
        f: (duty[f] / HOUR, active[f] / HOUR, int((own & (on_duty > 0)).sum()))
        for f, own in chosen.items()
    }


def _crew_hours(t: Tables, *, at_home: bool) -> tuple[float, float, int]:
    """Return crews' person-hours on duty and on tasks (assumption A39), and the number of shifts."""
    shifts, missions = t.shifts, t.missions
    duty = (shifts["duty_s"] * shifts["crew"])[shifts["home"] == at_home].sum() / HOUR
    taken = (missions["task_s"] * missions["crew"])[missions["home"] == at_home].sum() / HOUR
    return float(duty), float(min(taken, duty)), int((shifts["home"] == at_home).sum())


def _person_hours(t: Tables, of: Callable[[Any, Any], Any]) -> Sums:
    """Return person-hours a week by place and by actor and form.

    Parameters
    ----------
    t
        Tables of one replication.
    of
        What is counted, of hours on duty and hours active.
    """
    by_form: list[tuple[float, int]] = []
    hours, number = np.zeros(len(t.frame.places)), np.zeros(len(t.frame.places))
    for role in ROLES:
        own = t.duties.text("role").equals(role) & ~t.duties.text("form").equals("daytime")
        number += sum_by_place(t, own, np.ones(len(t.duties)))
        for duty, active, n in _hours_by_form(t, role).values():
            here = of(duty, active)
            hours += here
            by_form.append((float(here.sum()), n))
    for at_home in (False, True):
        on_duty, taken, n = _crew_hours(t, at_home=at_home)
        by_form.append((float(of(on_duty, taken)), n))
    sums, counts = (np.array(column, "float64") for column in zip(*by_form, strict=True))
    labels = tuple(actor_form(*pair) for pair in ACTOR_FORMS)
    weeks = t.frame.weeks
    staff = by_place(t.weights, hours, weeks, number)
    every = Part(
        "all", ("all",), np.array([sums.sum()]), np.array([weeks]), np.array([counts.sum()])
    )
    forms = Part("actor_form", labels, sums, np.full(len(labels), weeks), counts)
    return Sums((*(p for p in staff.parts if p.kind != "all"), every, forms))


@kpi(
    "duty_person_hours",
    unit="h/week",
    better=Better.LOWER,
    aggregation=Aggregation.TOTAL,
    relevant_difference=10.0,
    source="Person-hours on duty with overtime and holidays, by actor and form (R17)",
    title_nb="Vakttimer i alt per uke",
    title_en="Person-hours on duty per week",
    groups=STANDBY_GROUPS,
)
def duty_person_hours(t: Tables) -> Sums:
    """Return person-hours on duty per week."""
    return _person_hours(t, lambda duty, _: duty)


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
    return _person_hours(t, lambda duty, active: duty - active)


@kpi(
    "active_person_hours",
    unit="h/week",
    better=Better.NEITHER,
    aggregation=Aggregation.TOTAL,
    relevant_difference=10.0,
    source="Person-hours of active work on duty, by actor and form (R14, R17)",
    title_nb="Aktive timer i alt per uke",
    title_en="Person-hours of active work per week",
    groups=STANDBY_GROUPS,
)
def active_person_hours(t: Tables) -> Sums:
    """Return person-hours of active work per week."""
    return _person_hours(t, lambda _, active: active)


def _rostered(frame: DistrictFrame) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Return rostered person-hours a week by actor and form, per place of the frame."""
    position = {p.id: i for i, p in enumerate(frame.places)}
    # a station that the frame does not know is counted in the spare last place
    hours = {pair: np.zeros(len(frame.places) + 1) for pair in ACTOR_FORMS}
    for line in frame.rosters:
        if (line.role, line.form) in hours:
            counted = line.hours_per_week
            if line.role in ROUND_THE_CLOCK:
                counted += line.daytime_hours_per_week
            hours[line.role, line.form][position.get(line.place, -1)] += counted
    return hours


def _exact(frame: DistrictFrame, amounts: dict[tuple[str, str], NDArray[np.float64]]) -> Exact:
    """Return amounts by actor and form, per place, as values of groups."""
    staff = np.zeros(len(frame.places) + 1)
    for (actor, _), amount in amounts.items():
        if actor != CREW:
            staff += amount
    parts = [
        ExactPart(kind, labels, weighted(weight, staff[:-1]))
        for kind, (labels, weight) in place_weights(frame).items()
        if kind != "all"
    ]
    sums = np.array([amount.sum() for amount in amounts.values()])
    parts.append(ExactPart("all", ("all",), np.array([sums.sum()])))
    parts.append(ExactPart("actor_form", tuple(actor_form(*pair) for pair in amounts), sums))
    return Exact(tuple(parts))


@kpi(
    "rostered_person_hours",
    unit="h/week",
    better=Better.LOWER,
    aggregation=Aggregation.EXACT,
    relevant_difference=10.0,
    source="Rostered person-hours of duty, by actor and form, whole roster cycle (R17, R20)",
    title_nb="Vakttimer i turnus per uke",
    title_en="Rostered person-hours of duty per week",
    groups=STANDBY_GROUPS,
)
def rostered_person_hours(frame: DistrictFrame) -> Exact:
    """Return rostered person-hours of duty per week."""
    return _exact(frame, _rostered(frame))


@kpi(
    "duty_cost",
    unit="NOK/week",
    better=Better.LOWER,
    aggregation=Aggregation.EXACT,
    relevant_difference=10_000.0,
    source="Rostered person-hours times NOK an hour by actor and form; the rates are assumed (R17, "
    "assumption A46)",
    title_nb="Kostnad for vakt per uke, antatte satser",
    title_en="Cost of duty per week, at assumed rates",
    groups=STANDBY_GROUPS,
)
def duty_cost(frame: DistrictFrame) -> Exact:
    """Return what rostered duty costs per week; nothing where a duty has no rate."""
    rates = {(r.actor, r.form): r.nok_per_hour for r in frame.duty_rates}
    hours = _rostered(frame)
    if any(amount.any() and pair not in rates for pair, amount in hours.items()):
        return Exact(())
    return _exact(frame, {pair: n * rates.get(pair, 0.0) for pair, n in hours.items()})
