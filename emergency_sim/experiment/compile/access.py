"""The people's way to a doctor, zone by zone and hour by hour of a plain week (R3, R11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.calendar.shifts import ShiftCalendar
from emergency_sim.domain.places import DutyForm
from emergency_sim.experiment.compile.service import clinics_of, service_calendar
from emergency_sim.scenario.schema import duty_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.domain.travel import TravelTimes
    from emergency_sim.experiment.compile.ground import Ground
    from emergency_sim.scenario import Scenario

PLAIN_MONDAY: Final = date(2024, 9, 9)
"""Monday of a week without holidays."""
HOURS: Final = 168
INFINITY: Final = float("inf")


def ferry_class_of_hour(hour: int) -> int:
    """Return the ferry class of an hour of the day: 0 day, 1 evening, 2 night."""
    return 0 if 6 <= hour < 18 else 1 if 18 <= hour < 23 else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Ways by car per zone and hour of the week.

    Parameters
    ----------
    serving
        int32: index of the clinic whose patients the zone's people are; -1: none.
    doctor_s
        Expected seconds to that clinic where it has a doctor on duty; ``inf`` otherwise.
    any_s
        To the nearest open site that takes a regular patient of the zone.
    km
        Road kilometres to the serving clinic (a ferry minute counts 1 km); NaN where none.
    satellite_km
        The same to the zone's satellite in its hours; NaN where none is open.
    """

    serving: NDArray[Any]
    doctor_s: NDArray[Any]
    any_s: NDArray[Any]
    km: NDArray[Any]
    satellite_km: NDArray[Any]

    def decay_km(self, *, at_satellites: bool) -> NDArray[Any]:
        """Return the kilometres on which the distance decay works; NaN where it is off (R3).

        It is off where a satellite is open (the pilot found no change in use), here or in the base;
        with ``at_satellites`` the way to the satellite counts instead.
        """
        there = np.isfinite(self.satellite_km)
        return np.where(there, self.satellite_km if at_satellites else np.nan, self.km)


def access(
    scenario: Scenario,
    ground: Ground,
    areas: tuple[str, ...],
    clinic_nodes: list[int],
    satellite_nodes: list[int],
    car: tuple[TravelTimes, ...],
) -> Access:
    """Return the access of a scenario; the zone's mean access time is included."""
    zones = ground.zones
    calendar = ShiftCalendar(PLAIN_MONDAY, 7)
    week = service_calendar(scenario, areas, PLAIN_MONDAY, 7)
    area = np.array([areas.index(a) for a in zones.area])
    clinic = week.clinic[area][:, ::4]
    satellite = week.satellite[area][:, ::4]
    manned = _doctor_on_duty(scenario, calendar)[:, ::4]
    classes = np.array([ferry_class_of_hour(h % 24) for h in range(HOURS)])
    nodes = zones.node
    shape = (len(zones), HOURS)
    doctor, anywhere, km = (np.full(shape, v) for v in (INFINITY, INFINITY, np.nan))
    satellite_km = np.full(shape, np.nan)
    for k, times in enumerate(car):
        hours = np.flatnonzero(classes == k)
        if clinic_nodes:
            _fill(
                clinic[:, hours], times, clinic_nodes, nodes, zones.access_mean_s,
                doctor, km, hours,
            )  # fmt: skip
        anywhere[:, hours] = doctor[:, hours]
        if satellite_nodes:
            there = np.full(shape, INFINITY)
            _fill(
                satellite[:, hours], times, satellite_nodes, nodes, zones.access_mean_s,
                there, satellite_km, hours,
            )  # fmt: skip
            anywhere[:, hours] = np.minimum(anywhere[:, hours], there[:, hours])
    if len(manned):
        here = (clinic >= 0) & manned[np.maximum(clinic, 0), np.arange(HOURS)[None, :]]
        doctor[~here] = INFINITY
    return Access(
        serving=clinic.astype(np.int32),
        doctor_s=doctor,
        any_s=anywhere,
        km=km,
        satellite_km=satellite_km,
    )


def _fill(
    who: NDArray[Any],
    times: TravelTimes,
    sites: list[int],
    nodes: NDArray[Any],
    extra_s: NDArray[Any],
    seconds: NDArray[Any],
    km: NDArray[Any],
    hours: NDArray[Any],
) -> None:
    """Write seconds (and km) from each zone to its site into the columns ``hours``."""
    unique, back = np.unique(nodes, return_inverse=True)
    to_site = times.rows(unique.tolist())[:, sites][back] + extra_s[:, None]
    zone = np.arange(len(nodes))[:, None]
    index = np.maximum(who, 0)
    seconds[:, hours] = np.where(who >= 0, to_site[zone, index], INFINITY)
    length = times.kilometres(unique.tolist())[:, sites][back]
    km[:, hours] = np.where(who >= 0, length[zone, index], np.nan)


def _doctor_on_duty(scenario: Scenario, calendar: ShiftCalendar) -> NDArray[np.bool_]:
    plans = clinics_of(scenario)
    total = calendar.days * 86_400.0
    on = np.zeros((len(plans), int(total // 900)), bool)
    for i, plan in enumerate(plans):
        for line in duty_lines(plan.site.doctors, plan.site.hours, plan.site).values():
            if line.count and line.form is not DutyForm.BACKUP:
                on[i] |= calendar.intervals(scenario.opening_hours(line.hours)).slots(total)
    return on
