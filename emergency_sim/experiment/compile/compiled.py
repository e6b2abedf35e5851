"""Compile once per scenario, then replicate: a replication is a start date and a table of incidents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.district_frame import DistrictFrame
from emergency_sim.calendar.holidays import public_holidays
from emergency_sim.calendar.shifts import ShiftCalendar
from emergency_sim.demand import DecayInputs, Poisson, calibrate, draw_potential, realise
from emergency_sim.domain.clock import Horizon, spread_start
from emergency_sim.domain.incident import INCIDENT_COLUMNS, IncidentTable
from emergency_sim.domain.parameters import Parameters
from emergency_sim.domain.places import Legevakt
from emergency_sim.domain.streams import Streams
from emergency_sim.domain.units import DAY, MINUTE, SLOT
from emergency_sim.experiment.compile.access import Access, access
from emergency_sim.experiment.compile.frame import district_frame
from emergency_sim.experiment.compile.ground import OUTSIDE, Ground, lay
from emergency_sim.experiment.compile.service import (
    ClinicPlan,
    centre_of,
    clinics_of,
    service_calendar,
)
from emergency_sim.experiment.compile.staffing import Post, on_calendar, posts_of
from emergency_sim.network import Region, read_matrix, read_region
from emergency_sim.network.speeds import FerryClass, Profile
from emergency_sim.scenario.schema import AfterMission, Queue, duty_lines
from emergency_sim.simulation.replication import run
from emergency_sim.simulation.routes import Roads
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
    from pathlib import Path

    from emergency_sim.demand import Potential
    from emergency_sim.domain.events import EventColumns
    from emergency_sim.domain.travel import TravelTimes
    from emergency_sim.scenario import Scenario

CALENDAR_MARGIN_DAYS = 4
"""Shifts go on so long after the last demand, for whatever is still under way."""
NEAR_HOME_S = 20 * MINUTE
"""A doctor on home duty lives at most so far from the clinic by night (assumption A12)."""


@lru_cache(maxsize=8)
def region_of(kind: str, path: Path) -> Region:
    """Return the region of a scenario, read once per process."""
    return read_matrix(path) if kind == "matrix" else read_region(path)


@lru_cache(maxsize=64)
def _times(kind: str, path: Path, factor: float, ferry: int, *, ambulance: bool) -> TravelTimes:
    return region_of(kind, path).travel_times(factor=factor, ferry_class=ferry, ambulance=ambulance)


@dataclass(slots=True)
class Compiled:
    """A scenario ready to be replicated; see :func:`compile_scenario`."""

    scenario: Scenario
    ground: Ground
    areas: tuple[str, ...]
    plans: list[ClinicPlan]
    posts: dict[tuple[str, str], list[Post]]
    travel: dict[str, tuple[TravelTimes, ...]]
    factors: dict[str, float]
    nodes: dict[str, int]
    access: Access
    reference_km: Any
    rates: Any
    frame: DistrictFrame
    roads: Roads | None = None

    def horizon(self, replication: int) -> Horizon:
        """Return the days of one replication; weeks are spread over the year (R19)."""
        calendar, length = self.scenario.calendar, self.scenario.run
        start = calendar.start
        if calendar.spread_over_year:
            start = spread_start(calendar.start, replication)
        return Horizon(
            start=start, warm_up_days=length.warm_up_days, days=length.days,
            run_out_days=length.run_out_days,
        )  # fmt: skip

    def incidents(self, replication: int, potential: Potential | None = None) -> IncidentTable:
        """Return the incidents of one replication, those of clinics' closed hours left out.

        People from outside the region have their own services when the clinic here is closed.

        Parameters
        ----------
        replication
            0-based number.
        potential
            The reference's potential incidents, which its variants share (R4); None: drawn here.
        """
        scenario, horizon = self.scenario, self.horizon(replication)
        table = realise(
            self.potential(replication) if potential is None else potential,
            model=scenario.demand,
            parameters=scenario.parameters,
            rates=self.rates,
            zones=self.ground.zones,
            decay=self._decay(),
        )
        outside = self.ground.zones.outside
        if not outside.any():
            return table
        service = service_calendar(scenario, self.areas, horizon.start, horizon.total_days + 1)
        area = np.array([self.areas.index(a) for a in self.ground.zones.area])
        slot = (table["time_s"] // SLOT).astype(int)
        zone = table["zone"]
        keep = ~outside[zone] | (service.clinic[area[zone], slot] >= 0)
        return IncidentTable({name: table[name][keep] for name in INCIDENT_COLUMNS})

    def potential(self, replication: int) -> Potential:
        """Return the potential incidents of one replication, which scenarios of one base share."""
        scenario, horizon = self.scenario, self.horizon(replication)
        last = horizon.date_of(horizon.total_days)
        return draw_potential(
            scenario.demand,
            rates=self.rates,
            zones=self.ground.zones,
            horizon=horizon,
            streams=Streams(seed=scenario.run.seed, replication=replication),
            holidays=public_holidays(horizon.start, last),
            parameters=scenario.parameters,
        )

    def _decay(self) -> DecayInputs | None:
        model = self.scenario.demand
        if not model.distance_decay or self.reference_km is None:
            return None
        here = self.access.decay_km(self.reference_km, at_satellites=model.decay_at_satellites)
        return DecayInputs(km_here=here, km_base=self.reference_km)

    def world(self, replication: int) -> World:
        """Return the world of one replication: the scenario laid on its days."""
        scenario, horizon = self.scenario, self.horizon(replication)
        days = horizon.total_days + CALENDAR_MARGIN_DAYS
        calendar = ShiftCalendar(horizon.start, days)
        service = service_calendar(scenario, self.areas, horizon.start, days)
        p = scenario.parameters
        zones = self.ground.zones
        winter_months = set(p.value("drive.winter_months")) if "drive.winter_months" in p else set()
        number = {plan.id: i for i, plan in enumerate(self.plans)}

        def people(site: str, role: str) -> Any:
            return on_calendar(self.posts.get((site, role), []), calendar)

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

        place = self.ground.place
        return World(
            horizon=horizon,
            zone_ids=zones.ids,
            zone_place=[place(n) for n in zones.node.tolist()],
            zone_area=[self.areas.index(a) for a in zones.area],
            area_ids=self.areas,
            area_outside=[a.startswith(OUTSIDE) for a in self.areas],
            place_node=self.ground.place_node,
            travel=self.travel,
            profile_factor=self.factors,
            winter=[horizon.date_of(d).month in winter_months for d in range(days)],
            amk=centres("amk"),
            lvs=centres("legevaktsentraler"),
            clinics=tuple(
                ClinicSpec(
                    id=plan.id,
                    place=place(self.nodes[plan.id]),
                    rooms=plan.site.rooms,
                    doctors=people(plan.id, "doctor"),
                    nurses=people(plan.id, "nurse"),
                    open=service.open[i].tolist(),
                )
                for i, plan in enumerate(self.plans)
            ),
            satellites=tuple(
                SatelliteSpec(
                    id=k,
                    place=place(self.nodes[f"satellites.{k}"]),
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
                    place=place(self.nodes[f"hospitals.{k}"]),
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
                    place=place(self.nodes[f"stations.{u.station}"]),
                    crew_at_home=u.crew == "home",
                    shifts=calendar.intervals(scenario.opening_hours(u.hours)),
                )
                for k, u in scenario.units.items()
                if u.in_service and scenario.unit_types[u.type].road
            ),
            amk_of=centre_of(scenario, self.areas, "amk"),
            lvs_of=centre_of(scenario, self.areas, "legevaktsentraler"),
            clinic_of=service.clinic.tolist(),
            call_out_of=service.call_out.tolist(),
            home_visit_of=service.home_visit.tolist(),
            satellite_of=service.satellite.tolist(),
            dispatch=scenario.policies.dispatch,
            destination=scenario.policies.destination,
            referral=scenario.policies.referral,
            rules=_rules(scenario),
        )

    def replicate(
        self, replication: int, potential: Potential | None = None
    ) -> tuple[EventColumns, DistrictFrame]:
        """Simulate one replication; gives its event log and the frame to read it with.

        Parameters
        ----------
        replication, potential
            As in :meth:`incidents`.
        """
        world = self.world(replication)
        if self.roads is None:
            self.roads = Roads(world)
        incidents = self.incidents(replication, potential)
        streams = Streams(seed=self.scenario.run.seed, replication=replication)
        log = run(world, incidents, streams.lookup(), self.roads)
        return log, self.frame.starting(world.horizon.start)


def compile_scenario(scenario: Scenario, reference: Scenario | None = None) -> Compiled:
    """Return a scenario compiled to arrays.

    Parameters
    ----------
    scenario
        As loaded.
    reference
        The scenario in which distance decay is 1 (R3); None: the scenario itself.

    Raises
    ------
    InputFaults
        A site that the network does not know, or lies too far from it.
    """
    if scenario.network.kind == "matrix":
        scenario = replace(scenario, parameters=_literal_times(scenario.parameters))
    region = region_of(scenario.network.kind, scenario.network.path)
    ground = lay(scenario, region)
    plans = clinics_of(scenario)
    areas = tuple(dict.fromkeys(ground.zones.area))
    factors = {
        p.value: scenario.parameters.number(p.factor_parameter)
        if p.factor_parameter in scenario.parameters
        else 1.0
        for p in Profile
    }
    travel = {
        p.value: tuple(
            _times(
                scenario.network.kind, scenario.network.path, factors[p.value], k,
                ambulance=p.ambulance,
            )
            for k in range(3)
        )
        for p in Profile
    }  # fmt: skip
    nodes = _nodes(scenario, ground, plans)
    clinic_nodes = [nodes[plan.id] for plan in plans]
    satellite_nodes = [
        nodes[f"satellites.{k}"] for k, s in scenario.satellites.items() if s.in_service
    ]
    ways = access(scenario, ground, areas, clinic_nodes, satellite_nodes, travel["car"])
    posts = _posts(scenario, ground, plans, nodes, travel["car"][FerryClass.NIGHT])
    first = scenario.calendar.start
    length = scenario.run
    window = (length.warm_up_days * DAY, (length.warm_up_days + length.days) * DAY)
    last = first + timedelta(days=800 + length.days + length.warm_up_days)
    frame = district_frame(
        scenario, ground, plans, ways, [p for team in posts.values() for p in team],
        start=first, window=window, holidays=tuple(sorted(public_holidays(first, last))),
    )  # fmt: skip
    reference_km = None
    if reference is not None and reference is not scenario:
        reference_km = compile_scenario(reference).access.km
        reference_km = _aligned(reference_km, reference, ground)
    return Compiled(
        scenario=scenario,
        ground=ground,
        areas=areas,
        plans=plans,
        posts=posts,
        travel=travel,
        factors=factors,
        nodes=nodes,
        access=ways,
        reference_km=reference_km,
        rates=_rates(scenario, ground),
        frame=frame,
    )


def _literal_times(parameters: Parameters) -> Parameters:
    """Return the parameters for a matrix: its times are the drives themselves, for every profile."""
    literal = {f"drive.factor.{p.value}": 1.0 for p in Profile}
    literal |= {"drive.winter_factor": 1.0, "drive.noise_sigma": 0.0}
    items = dict(parameters.items)
    for key, value in literal.items():
        if key in items:
            source = "with a matrix the times are taken as they stand"
            items[key] = replace(items[key], value=value, source=source)
    return Parameters(items)


def _aligned(km: Any, reference: Scenario, ground: Ground) -> Any:
    """Return the reference's kilometres in the rows of this scenario's zones; new zones: own."""
    theirs = lay(reference, ground.region).zones.ids
    row = {zone: i for i, zone in enumerate(theirs)}
    result = np.full((len(ground.zones), km.shape[1]), np.nan)
    for i, zone in enumerate(ground.zones.ids):
        if zone in row:
            result[i] = km[row[zone]]
    return result


def _rates(scenario: Scenario, ground: Ground) -> Any:
    if not isinstance(scenario.demand, Poisson):
        return None
    inside = ~ground.zones.outside
    return calibrate(
        scenario.parameters,
        calibration=scenario.calibration,
        amk_matrix=scenario.triage.amk,
        lvs_matrix=scenario.triage.lvs,
        population_by_age=ground.zones.population[inside].sum(axis=0),
    )


def _nodes(scenario: Scenario, ground: Ground, plans: list[ClinicPlan]) -> dict[str, int]:
    """Return the node of every site in service: clinics by id, others as ``kind.id``."""
    file = str(scenario.files[0]) if scenario.files else scenario.id
    nodes = {
        plan.id: ground.node_of(
            plan.site, ("legevakter." if plan.kind == "legevakt" else
            "fastlege_offices.") + plan.id,
            file,
        )
        for plan in plans
    }  # fmt: skip
    used = {u.station for u in scenario.units.values() if u.in_service}
    for kind in ("satellites", "hospitals", "stations"):
        for key, site in getattr(scenario, kind).items():
            if site.in_service or key in used:
                nodes[f"{kind}.{key}"] = ground.node_of(site, f"{kind}.{key}", file)
    for node in nodes.values():
        ground.place(node)
    return nodes


def _posts(
    scenario: Scenario,
    ground: Ground,
    plans: list[ClinicPlan],
    nodes: dict[str, int],
    night: TravelTimes,
) -> dict[tuple[str, str], list[Post]]:
    zones = ground.zones
    posts: dict[tuple[str, str], list[Post]] = {}
    everywhere = np.ones(len(zones), bool)
    for plan in plans:
        node = nodes[plan.id]
        near = night.rows([node])[0][zones.node] + zones.access_mean_s <= NEAR_HOME_S
        place = ground.place(node)
        doctors = duty_lines(plan.site.doctors, plan.site.hours, plan.site)
        posts[plan.id, "doctor"] = posts_of(
            scenario, ground, site=plan.id, role="doctor", lines=doctors,
            municipality=plan.site.municipality, place=place, near=near,
            daytime=plan.kind == "fastlege",
        )  # fmt: skip
        if isinstance(plan.site, Legevakt):
            posts[plan.id, "nurse"] = posts_of(
                scenario, ground, site=plan.id, role="nurse", lines=plan.site.nurses,
                municipality=plan.site.municipality, place=place, near=near,
            )  # fmt: skip
    for key, satellite in scenario.satellites.items():
        if satellite.in_service:
            posts[key, "nurse"] = posts_of(
                scenario, ground, site=key, role="nurse", lines=satellite.nurses,
                municipality=satellite.municipality,
                place=ground.place(nodes[f"satellites.{key}"]), near=everywhere,
            )  # fmt: skip
    for centres in (scenario.amk, scenario.legevaktsentraler):
        for key, centre in centres.items():
            if centre.in_service:
                posts[key, "operator"] = posts_of(
                    scenario, ground, site=key, role="operator", lines=centre.operators,
                    municipality="", place=0, near=everywhere,
                )  # fmt: skip
    return posts


def _rules(scenario: Scenario) -> Rules:
    """Return the times and switches that are not drawn, from the parameters where they are there."""
    p = scenario.parameters
    minutes = {
        "chute_station_expected_s": "dispatch.chute_station_expected_min",
        "chute_home_expected_s": "dispatch.chute_home_expected_min",
        "home_doctor_stays_s": "clinic.home_doctor_stays_min",
        "call_out_max_wait_s": "clinic.call_out_max_wait_min",
        "doctor_leaves_site_s": "doctors.leave_site_min",
        "alert_call_s": "doctors.alert_call_min",
        "taxi_wait_s": "patients.taxi_wait_min",
    }
    values = {name: p.number(key) * MINUTE for name, key in minutes.items() if key in p}
    winter = p.number("drive.winter_factor") if "drive.winter_factor" in p else 1.0
    rules = Rules(
        winter_factor=winter,
        fcfs=scenario.policies.queue is Queue.FCFS,
        return_to_base=scenario.policies.after_mission is AfterMission.RETURN,
        turnout=scenario.policies.turnout,
    )
    changes: dict[str, Any] = dict(values)
    return replace(rules, **changes)
