"""Compile once per scenario, then replicate: a replication is a start date and a table of incidents."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.district_frame import DistrictFrame
from emergency_sim.calendar.holidays import public_holidays
from emergency_sim.demand import DecayInputs, Poisson, calibrate, draw_potential, realise
from emergency_sim.domain.clock import Horizon, spread_start
from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.incident import INCIDENT_COLUMNS, IncidentTable
from emergency_sim.domain.parameters import Parameters
from emergency_sim.domain.streams import Streams
from emergency_sim.domain.units import DAY, DAYS_PER_YEAR, SLOT
from emergency_sim.experiment.compile.access import Access, access, car_ways
from emergency_sim.experiment.compile.areas import Areas, areas_of
from emergency_sim.experiment.compile.frame import district_frame
from emergency_sim.experiment.compile.ground import Ground, lay, nodes_of_sites
from emergency_sim.experiment.compile.kept_networks import (
    WITHOUT_FERRIES,
    kept_network,
    kept_times,
    network_digest,
)
from emergency_sim.experiment.compile.service import (
    ClinicPlan,
    ServiceCalendar,
    clinics_of,
    service_calendar,
)
from emergency_sim.experiment.compile.staffing import Post, all_posts
from emergency_sim.experiment.compile.worlds import CALENDAR_MARGIN_DAYS, lay_world
from emergency_sim.network.speeds import FerryClass, Profile
from emergency_sim.simulation.replication import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emergency_sim.demand import Potential
    from emergency_sim.domain.events import EventColumns
    from emergency_sim.domain.travel import TravelTimes
    from emergency_sim.scenario import Scenario
    from emergency_sim.simulation.world import World


POTENTIAL_AT_ONCE: Final = 600_000
"""Potential incidents of so many rows (a quarter of a gigabyte) are drawn together."""


@dataclass(slots=True)
class Compiled:
    """A scenario ready to be replicated; see :func:`compile_scenario`."""

    scenario: Scenario
    ground: Ground
    areas: Areas
    plans: list[ClinicPlan]
    posts: dict[tuple[str, str], list[Post]]
    travel: dict[str, tuple[TravelTimes, ...]]
    factors: dict[str, float]
    nodes: dict[str, int]
    access: Access
    reference_km: Any
    rates: Any
    frame: DistrictFrame
    _service: tuple[Horizon, ServiceCalendar] | None = field(default=None, repr=False)

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
        service = self.service(horizon)
        slot = (table["time_s"] // SLOT).astype(int)
        zone = table["zone"]
        keep = ~outside[zone] | (service.clinic[self.areas.of_zone[zone], slot] >= 0)
        return IncidentTable({name: table[name][keep] for name in INCIDENT_COLUMNS})

    def stretches(self, replication: int, reference: Compiled) -> Iterator[IncidentTable]:
        """Yield the incidents of one replication, some days at a time: the same, in less memory.

        Parameters
        ----------
        replication
            0-based number.
        reference
            The scenario whose potential incidents they are.
        """
        total = self.horizon(replication).total_days
        size = reference.days_at_once(total)
        first = 0
        for day in range(0, total, size):
            stretch = range(day, min(day + size, total))
            potential = reference.potential(replication, stretch, first)
            first += len(potential)
            yield self.incidents(replication, potential)

    def days_at_once(self, total: int) -> int:
        """Return how many days of potential incidents are drawn together; a record is whole."""
        model = self.scenario.demand
        if not isinstance(model, Poisson):
            return total
        people = self.ground.zones.population.sum(axis=0)
        a_day = model.envelope * float((self.rates.per_person @ people).sum()) / DAYS_PER_YEAR
        return min(total, max(1, int(POTENTIAL_AT_ONCE / max(a_day, 1))))

    def potential(
        self, replication: int, stretch: range | None = None, first: int = 0
    ) -> Potential:
        """Return the potential incidents of one replication, which scenarios of one base share.

        Parameters
        ----------
        replication
            0-based number.
        stretch, first
            Only these days, and how many the days before them hold; None: all.
        """
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
            stretch=stretch,
            first=first,
        )

    def _decay(self) -> DecayInputs | None:
        model = self.scenario.demand
        if not model.distance_decay or self.reference_km is None:
            return None
        here = self.access.decay_km(at_satellites=model.decay_at_satellites)
        return DecayInputs(km_here=here, km_base=self.reference_km)  # NaN: as in the base

    def service(self, horizon: Horizon) -> ServiceCalendar:
        """Return who serves whom from the first demand on; the last one asked for is kept."""
        if self._service is None or self._service[0] != horizon:
            days = horizon.total_days + CALENDAR_MARGIN_DAYS
            found = service_calendar(self.scenario, self.areas, horizon.start, days)
            self._service = horizon, found
        return self._service[1]

    def world(self, replication: int) -> World:
        """Return the world of one replication: the scenario laid on its days."""
        return lay_world(self, self.horizon(replication))

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
        roads = self.ground.places.roads(world)
        incidents = self.incidents(replication, potential)
        streams = Streams(seed=self.scenario.run.seed, replication=replication)
        log = run(world, incidents, streams.lookup(), roads)
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
    digest = network_digest(scenario.network)
    try:
        region, places = kept_network(scenario.network, digest)
    except InputFaults as error:  # a setting of the scenario's is a fault of its file
        file = str(scenario.files[0]) if scenario.files else scenario.id
        raise InputFaults(
            replace(f, file=file, path=f.file) if f.file == WITHOUT_FERRIES else f
            for f in error.faults
        ) from None
    ground = lay(scenario, region, places)
    plans = clinics_of(scenario)
    factors = {
        p.value: scenario.parameters.number(p.factor_parameter)
        if p.factor_parameter in scenario.parameters
        else 1.0
        for p in Profile
    }
    travel = {
        p.value: tuple(
            kept_times(scenario.network, digest, factors[p.value], k, p)
            for k in range(3)
        )
        for p in Profile
    }  # fmt: skip
    nodes = nodes_of_sites(scenario, ground, plans)
    clinic_nodes = [nodes[plan.id] for plan in plans]
    satellite_nodes = [
        nodes[f"satellites.{k}"] for k, s in scenario.satellites.items() if s.in_service
    ]
    ways = car_ways(ground.zones, [*clinic_nodes, *satellite_nodes], travel["car"])
    legevakter = sum(plan.kind == "legevakt" for plan in plans)
    areas = areas_of(scenario, ground.zones, ways.seconds[:, :, :legevakter])
    reach = access(scenario, areas, len(plans), ways)
    posts = all_posts(scenario, ground, plans, nodes, travel["car"][FerryClass.NIGHT])
    first = scenario.calendar.start
    length = scenario.run
    window = (length.warm_up_days * DAY, (length.warm_up_days + length.days) * DAY)
    last = first + timedelta(days=800 + length.days + length.warm_up_days)
    frame = district_frame(
        scenario, ground, plans, reach, [p for team in posts.values() for p in team],
        start=first, window=window, holidays=tuple(sorted(public_holidays(first, last))),
    )  # fmt: skip
    reference_km = None
    if reference is not None and reference is not scenario:
        reference_km = compile_scenario(reference).access.decay_km(
            at_satellites=scenario.demand.decay_at_satellites
        )
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
        access=reach,
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
    theirs = lay(reference, ground.region, ground.places).zones.ids
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
