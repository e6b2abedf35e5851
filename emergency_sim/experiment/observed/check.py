"""A real log against a scenario: simulate the log's own days, then compare (contract: ``check``)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.analysis.observed.kpi_rows import KpiRow, compare_kpis
from emergency_sim.analysis.observed.mapped_log import MappedLog, map_log
from emergency_sim.analysis.observed.places import ZonePlaces
from emergency_sim.analysis.observed.plausibility import Remark, remarks
from emergency_sim.analysis.observed.stage_comparison import StageRow, Thresholds, compare_stages
from emergency_sim.analysis.observed.stages import Durations, durations, joined
from emergency_sim.analysis.observed.volumes import VolumeRow, compare_volumes, volume_of
from emergency_sim.analysis.tables import Tables
from emergency_sim.calendar.holidays import public_holidays
from emergency_sim.domain.units import DAY
from emergency_sim.experiment.api import simulate
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.experiment.folder import store
from emergency_sim.network.projection import project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.domain.log_mapping import LogMapping
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.scenario import Scenario

LONGEST_REPEATED: Final = 366
"""Days of a log that are simulated day by day; of a longer one, weeks over the year are."""
FEW_DAYS: Final = 91
"""Of a longer log, days chosen by the user are not its first ones: they would be of one season."""
REPLICATIONS: Final = 10
FEWEST: Final = 3
"""Replications of a long log, whose many days make up for them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checked:
    """A log beside a simulation.

    Parameters
    ----------
    mapped
        The log.
    scenario
        What was simulated, with its days.
    stages, volumes, kpis
        The comparison.
    remarks
        What is odd about the log itself.
    log, simulation
        Durations by stage, for figures.
    manifest
        Of the simulation.
    thresholds
        What counts as large.
    """

    mapped: MappedLog
    scenario: Scenario
    stages: list[StageRow]
    volumes: list[VolumeRow]
    kpis: list[KpiRow]
    remarks: list[Remark]
    log: dict[str, Durations]
    simulation: dict[str, Durations]
    manifest: dict[str, Any]
    thresholds: Thresholds


def map_for(
    scenario: Scenario, path: Path, mapping: LogMapping, folder: Path
) -> tuple[MappedLog, Compiled]:
    """Return a log laid on the zones of a scenario, and the scenario compiled."""
    compiled = compile_scenario(scenario)
    zones = compiled.ground.zones
    places = ZonePlaces(
        ids=zones.ids, municipality=zones.municipality, population=zones.population.sum(axis=1),
        x=zones.x, y=zones.y,
    )  # fmt: skip
    return map_log(path, mapping, folder=folder, places=places, projected=project), compiled


def on_the_days_of(
    scenario: Scenario, mapped: MappedLog, *, replications: int | None, days: int | None
) -> Scenario:
    """Return the scenario on the log's own days; of a very long log, on weeks over the year.

    Parameters
    ----------
    scenario, mapped
        What is compared.
    replications, days
        As the user chose. None: all days of a log of at most 366, ten times up to 91 days and so
        many times that about as many days are simulated of a longer one, at least three times.
    """
    run = scenario.run
    own = mapped.days <= (LONGEST_REPEATED if days is None else FEW_DAYS)
    if own:
        whole = -(-REPLICATIONS * FEW_DAYS // mapped.days)
        count = replications or min(REPLICATIONS, max(FEWEST, whole))
        run = replace(run, days=days or mapped.days, replications=count)
        start = mapped.start - timedelta(days=run.warm_up_days)
    else:
        run = replace(run, days=days or run.days, replications=replications or run.replications)
        start = mapped.start.replace(month=1, day=1)
        start += timedelta(days=-start.weekday() % 7)
    calendar = replace(scenario.calendar, start=start, spread_over_year=not own)
    return replace(scenario, run=run, calendar=calendar)


def check(
    path: Path,
    scenario: Scenario,
    mapping: LogMapping,
    *,
    folder: Path,
    replications: int | None = None,
    days: int | None = None,
    jobs: int | None = 1,
    thresholds: Thresholds | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Checked:
    """Compare a log with a scenario.

    Parameters
    ----------
    path, mapping, folder
        The log, what its columns mean, and from where further tables are named.
    scenario
        What is simulated.
    replications, days
        See :func:`on_the_days_of`.
    jobs
        Worker processes.
    thresholds
        What counts as large.
    progress
        As in :func:`~emergency_sim.experiment.api.simulate`.

    Raises
    ------
    InputFaults
        The log cannot be read.
    """
    mapped, _ = map_for(scenario, path, mapping, folder)
    limits = thresholds or Thresholds()
    chosen = on_the_days_of(scenario, mapped, replications=replications, days=days)
    results = simulate(chosen, jobs=jobs, events=True, progress=progress)
    compiled = compile_scenario(chosen)
    parts = []
    for k in range(chosen.run.replications):
        file = store.unit_folder(results.folder, chosen.id, k) / f"{store.EVENTS}.parquet"
        frame = compiled.frame.starting(compiled.horizon(k).start)
        parts.append(Tables.of(EventLog.read_parquet(file).columns, frame))
    own = Tables.of(mapped.log.columns, observed_frame(compiled.frame, mapped))
    at_base = "missions.at_base" in mapped.known
    clinics = _clinics(mapped, compiled)
    log = durations(own, at_base=at_base)
    every = [durations(t, at_base=at_base, clinics=clinics) for t in parts]
    simulation = {name: joined([d[name] for d in every]) for name in log}
    return Checked(
        mapped=mapped,
        scenario=chosen,
        stages=compare_stages(log, simulation, known=mapped.known, thresholds=limits),
        volumes=compare_volumes(
            volume_of([own]), volume_of(parts), limits,
            places=mapped.placed_by != "nothing", units="missions.clear" in mapped.known,
        ),
        kpis=compare_kpis(own, results.rows, mapped),
        remarks=remarks(mapped),
        log=log,
        simulation=simulation,
        manifest=results.manifest,
        thresholds=limits,
    )  # fmt: skip


def observed_frame(frame: DistrictFrame, mapped: MappedLog) -> DistrictFrame:
    """Return the scenario's frame on the days of the log."""
    return replace(
        frame,
        start=mapped.start,
        window_start_s=0.0,
        window_end_s=mapped.days * DAY,
        public_holidays=tuple(
            sorted(public_holidays(mapped.start, mapped.start + timedelta(days=mapped.days + 1)))
        ),
    )


def _clinics(mapped: MappedLog, compiled: Compiled) -> tuple[str, ...]:
    """Return the clinics of the log that the scenario has; empty: the log does not say."""
    if "clinic" not in mapped.tables:
        return ()
    _, names = mapped.tables["clinic"].words("clinic")
    known = {p.id for p in compiled.frame.places if p.kind in ("legevakt", "fastlege")}
    return tuple(n for n in names if n in known)
