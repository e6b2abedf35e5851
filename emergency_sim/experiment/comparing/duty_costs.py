"""What duty is rostered and costs: crews' duty lines and rates, added to the district frame (R17)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from emergency_sim.analysis.rosters import DutyRate, RosterLine
from emergency_sim.calendar.shifts import ShiftCalendar
from emergency_sim.experiment.compile.access import PLAIN_MONDAY

if TYPE_CHECKING:
    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.scenario import Scenario

PARAMETERS: Final = {
    ("doctor", "active"): "cost.doctor_present",
    ("doctor", "onsite"): "cost.doctor_present",
    ("doctor", "home"): "cost.doctor_home",
    ("doctor", "backup"): "cost.doctor_backup",
    ("nurse", "active"): "cost.nurse_present",
    ("nurse", "onsite"): "cost.nurse_present",
    ("nurse", "home"): "cost.nurse_home",
    ("nurse", "backup"): "cost.nurse_home",
    ("operator", "active"): "cost.operator",
    ("operator", "onsite"): "cost.operator",
    ("operator", "home"): "cost.operator",
    ("operator", "backup"): "cost.operator",
    ("crew", "onsite"): "cost.crew_present",
    ("crew", "home"): "cost.crew_home",
}
"""Parameter of the rate of each actor and form (assumption A46)."""


def duty_rates(scenario: Scenario) -> tuple[DutyRate, ...]:
    """Return NOK an hour by actor and form, those that the scenario's parameters hold.

    Parameters
    ----------
    scenario
        A rate that it sets outside the parameter's range widens the range.
    """
    found = []
    for (actor, form), key in PARAMETERS.items():
        if key not in scenario.parameters:
            continue
        parameter, value = scenario.parameters.items[key], scenario.parameters.number(key)
        low, high = parameter.range or (value, value)
        found.append(
            DutyRate(
                actor=actor, form=form, parameter=key, nok_per_hour=value, low=min(low, value),
                high=max(high, value), status=parameter.status.value,
            )
        )  # fmt: skip
    return tuple(found)


def with_crews_and_rates(compiled: Compiled) -> DistrictFrame:
    """Return the frame of a scenario with the crews' duty lines and what an hour of duty costs.

    Parameters
    ----------
    compiled
        Its road ambulances' shifts are laid on a plain week, as the other duty lines are (R20).
        Boats and helicopters are not simulated (assumption A26), and their crews have other prices.
    """
    scenario, frame = compiled.scenario, compiled.frame
    calendar = ShiftCalendar(PLAIN_MONDAY, 7)
    weeks: dict[str, RosterLine] = {}
    crews = []
    for unit in (u for u in frame.units if u.road):
        hours = scenario.opening_hours(scenario.units[unit.id].hours)
        if hours not in weeks:
            weeks[hours] = RosterLine.of(
                calendar.intervals(hours), start=PLAIN_MONDAY, weeks=1.0, count=1, place="",
                role="crew", form="onsite", rota=1.0,
            )  # fmt: skip
        week = weeks[hours]
        crews.append(
            replace(
                week, place=unit.station, form="home" if unit.home else "onsite",
                pool=f"{unit.id}:crew", hours_per_week=unit.crew * week.hours_per_week,
                daytime_hours_per_week=unit.crew * week.daytime_hours_per_week,
                weekend_duties_per_week=unit.crew * week.weekend_duties_per_week,
            )
        )  # fmt: skip
    return replace(frame, rosters=(*frame.rosters, *crews), duty_rates=duty_rates(scenario))
