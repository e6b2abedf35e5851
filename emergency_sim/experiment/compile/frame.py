"""The district frame: what the analysis is told of a scenario beside the event log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.actors import IndicatorSettings, PersonInfo, PlaceInfo, UnitInfo
from emergency_sim.analysis.district_frame import DistrictFrame
from emergency_sim.analysis.rosters import RosterLine
from emergency_sim.calendar.shifts import ShiftCalendar
from emergency_sim.domain.places import DutyForm, DutyLine
from emergency_sim.experiment.compile.access import PLAIN_MONDAY
from emergency_sim.scenario.schema import duty_lines

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from emergency_sim.experiment.compile.access import Access
    from emergency_sim.experiment.compile.ground import Ground
    from emergency_sim.experiment.compile.service import ClinicPlan
    from emergency_sim.experiment.compile.staffing import Post
    from emergency_sim.scenario import Scenario

CREW = 2.0
"""People on board of a road ambulance."""


def district_frame(
    scenario: Scenario,
    ground: Ground,
    plans: list[ClinicPlan],
    access: Access,
    posts: list[Post],
    *,
    start: date,
    window: tuple[float, float],
    holidays: tuple[date, ...],
) -> DistrictFrame:
    """Return the frame of a scenario whose first replication starts on ``start``."""
    zones = ground.zones
    units = [(k, u) for k, u in scenario.units.items() if u.in_service]
    settings = scenario.indicator_settings
    return DistrictFrame(
        scenario=scenario.id,
        start=start,
        window_start_s=window[0],
        window_end_s=window[1],
        zone_ids=zones.ids,
        municipality=zones.municipality,
        municipality_name=zones.municipality_name,
        area=zones.area,
        population=zones.population.sum(axis=1),
        tettbygd=zones.tettbygd,
        outside=zones.outside,
        serving=access.serving[:, access.state[::4]],
        access_doctor_s=_by_hour(access.doctor_s[:, access.state]),
        access_any_s=_by_hour(access.any_s[:, access.state]),
        week=access.week(),
        places=_places(scenario, plans),
        people=tuple(PersonInfo(id=p.id, place=p.site, role=p.role) for p in posts),
        units=tuple(
            UnitInfo(
                id=key,
                station=u.station,
                type=u.type,
                road=scenario.unit_types[u.type].road,
                health_personnel=scenario.unit_types[u.type].health_personnel,
                home=u.crew == "home",
                crew=CREW,
            )
            for key, u in units
        ),
        rosters=_rosters(scenario, ground, plans),
        groups=scenario.groups,
        public_holidays=holidays,
        settings=IndicatorSettings(
            response_start=settings.response_start,
            response_urgencies=tuple(settings.response_urgencies),
        ),
    )


def _by_hour(seconds: NDArray[Any]) -> NDArray[np.float64]:
    """Return the mean over those quarters of each hour in which there is a way; ``inf``: in none."""
    quarters = seconds.reshape(len(seconds), -1, 4)
    known = np.isfinite(quarters)
    total = np.where(known, quarters, 0.0).sum(axis=2)
    number = known.sum(axis=2)
    mean = np.divide(total, number, out=np.full(total.shape, np.inf), where=number > 0)
    return np.asarray(mean, float)


def _places(scenario: Scenario, plans: list[ClinicPlan]) -> tuple[PlaceInfo, ...]:
    places = [
        PlaceInfo(id=p.id, name=p.site.name, kind=p.kind, district=p.id, serves=p.serves)
        for p in plans
    ]
    for kind, centres in (("amk", scenario.amk), ("lvs", scenario.legevaktsentraler)):
        places += [
            PlaceInfo(id=k, name=c.name, kind=kind, serves=c.serves)
            for k, c in centres.items()
            if c.in_service
        ]
    places += [
        PlaceInfo(id=k, name=s.name, kind="satellite", district=s.legevakt, serves=s.serves)
        for k, s in scenario.satellites.items()
        if s.in_service
    ]
    places += [PlaceInfo(id=k, name=h.name, kind="hospital") for k, h in scenario.hospitals.items()]
    places += [PlaceInfo(id=k, name=s.name, kind="station") for k, s in scenario.stations.items()]
    return tuple(places)


def _rosters(scenario: Scenario, ground: Ground, plans: list[ClinicPlan]) -> tuple[RosterLine, ...]:
    """Return every duty line over a plain week; doctors of one clinic share one rota (R15)."""
    calendar = ShiftCalendar(PLAIN_MONDAY, 7)
    lines: list[RosterLine] = []

    def add(site: str, role: str, duty: dict[str, DutyLine], rota: float, form: str = "") -> None:
        lines.extend(
            RosterLine.of(
                calendar.intervals(scenario.opening_hours(line.hours)),
                start=PLAIN_MONDAY,
                weeks=1.0,
                count=line.count,
                place=site,
                role=role,
                form=form or line.form,
                rota=rota,
            )
            for line in duty.values()
            if line.count
        )

    for plan in plans:
        doctors = duty_lines(plan.site.doctors, plan.site.hours, plan.site)
        given = [d.rota for d in doctors.values() if d.rota is not None]
        rota = float(max(given)) if given else rule_of_thumb(scenario, ground, plan.serves)
        add(plan.id, "doctor", doctors, rota, DutyForm.DAYTIME if plan.kind == "fastlege" else "")
        add(plan.id, "nurse", plan.site.nurses, 1.0)
    for key, satellite in scenario.satellites.items():
        if satellite.in_service:
            add(key, "nurse", satellite.nurses, 1.0)
    for centres in (scenario.amk, scenario.legevaktsentraler):
        for key, centre in centres.items():
            if centre.in_service:
                add(key, "operator", centre.operators, 1.0)
    return tuple(lines)


def rule_of_thumb(scenario: Scenario, ground: Ground, serves: tuple[str, ...]) -> float:
    """Return the doctors who share a district's duties: population / 984 x 0.75 (R15, assumption A36)."""
    p = scenario.parameters
    per_doctor = (
        p.number("staff.inhabitants_per_doctor") if "staff.inhabitants_per_doctor" in p else 984
    )
    share = p.number("staff.legevakt_share") if "staff.legevakt_share" in p else 0.75
    inside = [a in serves for a in ground.zones.area]
    people = float(ground.zones.population[inside].sum())
    return max(1.0, people / per_doctor * share)
