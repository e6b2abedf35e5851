"""A compiled scenario is laid on the days of one replication: the simulation's World."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.calendar.shifts import ShiftCalendar
from emergency_sim.domain.units import MINUTE
from emergency_sim.experiment.compile.ground import OUTSIDE
from emergency_sim.experiment.compile.parts import amk_of_stations
from emergency_sim.experiment.compile.service import centre_of
from emergency_sim.experiment.compile.staffing import on_calendar
from emergency_sim.scenario.policies_schema import AfterMission, Queue, UnitsServe
from emergency_sim.simulation.world import (
    CentreSpec,
    ClinicSpec,
    HospitalSpec,
    Rules,
    SatelliteSpec,
    UnitSpec,
    World,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.domain.clock import Horizon
    from emergency_sim.experiment.compile.compiled import Compiled
    from emergency_sim.scenario import Scenario

CALENDAR_MARGIN_DAYS: Final = 4
"""Shifts go on so long after the last demand, for whatever is still under way."""


def lay_world(compiled: Compiled, horizon: Horizon) -> World:
    """Return the world of one replication."""
    scenario = compiled.scenario
    days = horizon.total_days + CALENDAR_MARGIN_DAYS
    calendar = ShiftCalendar(horizon.start, days)
    service = compiled.service(horizon)
    p = scenario.parameters
    zones, areas = compiled.ground.zones, compiled.areas.names
    winter_months = set(p.value("drive.winter_months")) if "drive.winter_months" in p else set()
    number = {plan.id: i for i, plan in enumerate(compiled.plans)}
    own_units = scenario.policies.units_serve is UnitsServe.OWN_AMK
    amk_of = amk_of_stations(scenario) if own_units else {}

    def people(site: str, role: str) -> Any:
        return on_calendar(compiled.posts.get((site, role), []), calendar)

    def centres(kind: str) -> tuple[CentreSpec, ...]:
        chosen = [(k, c) for k, c in getattr(scenario, kind).items() if c.in_service]
        at = {k: i for i, (k, _) in enumerate(chosen)}
        return tuple(
            CentreSpec(
                id=k,
                operators=people(k, "operator"),
                overflow_to=at.get(c.overflow_to) if c.overflow_to else None,
                overflow_after_s=c.overflow_after_s,
            )
            for k, c in chosen
        )

    place = compiled.ground.place
    return World(
        horizon=horizon,
        zone_ids=zones.ids,
        zone_place=[place(n) for n in zones.node.tolist()],
        zone_area=compiled.areas.of_zone.tolist(),
        area_ids=areas,
        area_outside=[a.startswith(OUTSIDE) for a in areas],
        place_node=list(compiled.ground.places.nodes),  # as far as they are numbered by now
        travel=compiled.travel,
        profile_factor=compiled.factors,
        winter=[horizon.date_of(d).month in winter_months for d in range(days)],
        amk=centres("amk"),
        lvs=centres("legevaktsentraler"),
        clinics=tuple(
            ClinicSpec(
                id=plan.id,
                place=place(compiled.nodes[plan.id]),
                rooms=plan.site.rooms,
                doctors=people(plan.id, "doctor"),
                nurses=people(plan.id, "nurse"),
                open=service.open[i].tolist(),
            )
            for i, plan in enumerate(compiled.plans)
        ),
        satellites=tuple(
            SatelliteSpec(
                id=k,
                place=place(compiled.nodes[f"satellites.{k}"]),
                clinic=number[s.legevakt],
                nurses=people(k, "nurse"),
                takes_urgent=s.takes_urgent,
                home_visits=s.home_visits,
                first_response_s=s.first_response_min * MINUTE,
            )
            for k, s in scenario.satellites.items()
            if s.in_service
        ),
        hospitals=tuple(
            HospitalSpec(
                id=k,
                place=place(compiled.nodes[f"hospitals.{k}"]),
                functions=frozenset(h.functions),
            )
            for k, h in scenario.hospitals.items()
            if h.in_service
        ),
        units=tuple(
            UnitSpec(
                id=k,
                type=u.type,
                capabilities=scenario.unit_types[u.type].capabilities,
                road=scenario.unit_types[u.type].road,
                station=u.station,
                place=place(compiled.nodes[f"stations.{u.station}"]),
                crew_at_home=u.crew == "home",
                shifts=calendar.intervals(scenario.opening_hours(u.hours)),
                board=amk_of.get(u.station) or 0,
            )
            for k, u in scenario.units.items()
            # Boats, helicopters and rapid cars do nothing yet (assumption A26).
            if u.in_service and scenario.unit_types[u.type].road
        ),
        amk_of=centre_of(scenario, areas, "amk"),
        lvs_of=centre_of(scenario, areas, "legevaktsentraler"),
        clinic_of=_rows(service.clinic),
        call_out_of=_rows(service.call_out),
        home_visit_of=_rows(service.home_visit),
        satellite_of=_rows(service.satellite),
        dispatch=scenario.policies.dispatch,
        destination=scenario.policies.destination,
        referral=scenario.policies.referral,
        rules=rules_of(scenario),
        board_of_amk=tuple(range(sum(c.in_service for c in scenario.amk.values())))
        if own_units
        else (),
        to_the_end=own_units,
    )


def _rows(table: NDArray[Any]) -> list[list[int]]:
    """Return the rows as lists; equal rows are one list."""
    found: dict[bytes, list[int]] = {}
    keys = [row.tobytes() for row in table]
    for key, row in zip(keys, table, strict=True):
        if key not in found:
            found[key] = row.tolist()
    return [found[key] for key in keys]


def rules_of(scenario: Scenario) -> Rules:
    """Return the times and switches that are not drawn, from the parameters where they are there."""
    p = scenario.parameters
    minutes = {
        "chute_station_expected_s": "dispatch.chute_station_expected_min",
        "chute_home_expected_s": "dispatch.chute_home_expected_min",
        "home_doctor_stays_s": "clinic.home_doctor_stays_min",
        "call_out_max_wait_s": "clinic.call_out_max_wait_min",
        "call_out_max_drive_s": "clinic.call_out_max_drive_min",
        "doctor_leaves_site_s": "doctors.leave_site_min",
        "alert_call_s": "doctors.alert_call_min",
        "taxi_wait_s": "patients.taxi_wait_min",
    }
    values = {name: p.number(key) * MINUTE for name, key in minutes.items() if key in p}
    winter = p.number("drive.winter_factor") if "drive.winter_factor" in p else 1.0
    redial = "calls.redial_probability"
    rules = Rules(
        redials_again=p.number(redial) if redial in p else Rules().redials_again,
        winter_factor=winter,
        fcfs=scenario.policies.queue is Queue.FCFS,
        return_to_base=scenario.policies.after_mission is AfterMission.RETURN,
        turnout=scenario.policies.turnout,
    )
    changes: dict[str, Any] = dict(values)
    return replace(rules, **changes)
