"""Who serves whom, hour by hour: each area's clinic, doctor, satellite and call centres (R9, R10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.calendar.shifts import ShiftCalendar
from emergency_sim.domain.places import DutyForm
from emergency_sim.domain.units import DAY, SLOT
from emergency_sim.experiment.compile.areas import ferry_class_of_slots, nearest_open
from emergency_sim.experiment.compile.ground import outside_area
from emergency_sim.scenario.schema import duty_lines

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from emergency_sim.domain.places import FastlegeOffice, Legevakt
    from emergency_sim.experiment.compile.areas import Areas
    from emergency_sim.scenario import Scenario

FASTLEGE_PRIORITY = 1_000
"""In its hours a fastlege duty office goes before any legevakt (R10, assumption A31)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicPlan:
    """A legevakt or fastlege duty office in service, in the simulation's order."""

    id: str
    kind: str
    site: Legevakt | FastlegeOffice
    serves: tuple[str, ...]
    call_out: tuple[str, ...]
    home_visits: tuple[str, ...]
    priority: int
    hours: str


def clinics_of(scenario: Scenario) -> list[ClinicPlan]:
    """Return the clinics in service: legevakter, then fastlege duty offices."""
    plans = []
    for key, clinic in scenario.legevakter.items():
        if not clinic.in_service:
            continue
        serves = clinic.serves
        if clinic.outside_population:
            serves = (*serves, outside_area(key))
        plans.append(
            ClinicPlan(
                id=key,
                kind="legevakt",
                site=clinic,
                serves=serves,
                call_out=clinic.serves if clinic.call_out_area is None else clinic.call_out_area,
                home_visits=serves if clinic.home_visit_area is None else clinic.home_visit_area,
                priority=clinic.priority,
                hours=scenario.opening_hours(clinic.hours),
            )
        )
    for key, office in scenario.fastlege_offices.items():
        if office.in_service:
            plans.append(
                ClinicPlan(
                    id=key,
                    kind="fastlege",
                    site=office,
                    serves=office.serves,
                    call_out=office.serves,
                    home_visits=office.serves,
                    priority=FASTLEGE_PRIORITY,
                    hours=scenario.opening_hours(office.hours),
                )
            )
    return plans


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCalendar:
    """Who serves in each quarter of an hour.

    Parameters
    ----------
    clinic, call_out, home_visit, satellite
        int32 (rows of :class:`Areas`, quarters): index of who serves; -1: nobody.
    open, doctor
        bool (clinics, quarters): it is open; a doctor other than back-up is on duty there.
    """

    clinic: NDArray[Any]
    call_out: NDArray[Any]
    home_visit: NDArray[Any]
    satellite: NDArray[Any]
    open: NDArray[Any]
    doctor: NDArray[Any]


def service_calendar(scenario: Scenario, areas: Areas, start: date, days: int) -> ServiceCalendar:
    """Return who serves each area in each quarter of an hour of ``days`` days from ``start``.

    Of several open clinics the one with the highest ``priority`` serves; of equal ones the first.
    Where people choose the nearest legevakt (assumption A48) that concerns patients who go there;
    who drives out to them, and their satellite, stays the municipality's.
    """
    calendar = ShiftCalendar(start, days)
    plans = clinics_of(scenario)
    total = days * DAY
    is_open = np.array([calendar.intervals(p.hours).slots(total) for p in plans], bool)
    is_open = is_open.reshape(len(plans), int(total // SLOT))
    doctor = _doctor_on_duty(scenario, plans, calendar)
    names = tuple(dict.fromkeys(areas.names))
    number = {area: a for a, area in enumerate(names)}
    row = np.array([number[area] for area in areas.names])
    order = sorted(range(len(plans)), key=lambda i: (plans[i].priority, -i))

    def grid(which: str) -> NDArray[Any]:
        result = np.full((len(names), is_open.shape[1]), -1, np.int32)
        for i in order:  # later ones, of higher priority, overwrite earlier ones
            for area in getattr(plans[i], which):
                if area in number:
                    result[number[area], is_open[i]] = i
        return result

    satellites = [(k, s) for k, s in scenario.satellites.items() if s.in_service]
    booked_at = np.full((len(names), is_open.shape[1]), -1, np.int32)
    for i, (_, satellite) in enumerate(satellites):
        on = calendar.intervals(scenario.opening_hours(satellite.hours)).slots(total)
        for a, area in enumerate(names):
            if area in satellite.serves:
                booked_at[a, on] = i
    clinic = grid("serves")
    if areas.seconds is None:
        clinic = clinic[row]
    else:
        legevakter = areas.seconds.shape[2]
        ready = is_open[:legevakter] & doctor[:legevakter]
        ferry = ferry_class_of_slots(clinic.shape[1])
        clinic = nearest_open(clinic, row, ready, ferry, areas.seconds)
    return ServiceCalendar(
        clinic=clinic,
        call_out=grid("call_out")[row],
        home_visit=grid("home_visits")[row],
        satellite=booked_at[row],
        open=is_open,
        doctor=doctor,
    )


def _doctor_on_duty(
    scenario: Scenario, plans: list[ClinicPlan], calendar: ShiftCalendar
) -> NDArray[np.bool_]:
    total = calendar.days * DAY
    on = np.zeros((len(plans), int(total // SLOT)), bool)
    for i, plan in enumerate(plans):
        for line in duty_lines(plan.site.doctors, plan.site.hours, plan.site).values():
            if line.count and line.form is not DutyForm.BACKUP:
                on[i] |= calendar.intervals(scenario.opening_hours(line.hours)).slots(total)
    return on


def centre_of(scenario: Scenario, areas: tuple[str, ...], kind: str) -> list[int | None]:
    """Return per area the index of its call centre (``amk`` or ``legevaktsentraler``), or None.

    An area from outside the region has the legevaktsentral of its clinic and no AMK of its own.
    """
    centres = [(k, c) for k, c in getattr(scenario, kind).items() if c.in_service]
    number = {key: i for i, (key, _) in enumerate(centres)}
    result: list[int | None] = []
    for area in areas:
        found = next(
            (i for i, (_, c) in enumerate(centres) if area in c.serves),
            next((i for i, (_, c) in enumerate(centres) if not c.serves), None),
        )
        for key, clinic in scenario.legevakter.items():
            if area == outside_area(key) and kind == "legevaktsentraler" and clinic.lvs is not None:
                found = number.get(clinic.lvs)
        result.append(found)
    return result
