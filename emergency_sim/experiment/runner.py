"""A unit of work: one replication of some scenarios, on one table of potential incidents."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.analysis.replication import replication_kpis
from emergency_sim.analysis.storage import write_replication, write_table
from emergency_sim.analysis.tables import Tables
from emergency_sim.experiment import store
from emergency_sim.experiment.compile import Compiled, compile_scenario
from emergency_sim.experiment.executors import run_all
from emergency_sim.experiment.provenance import unit_keys
from emergency_sim.scenario import scenario_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.demand import Potential
    from emergency_sim.domain.events import EventColumns
    from emergency_sim.scenario import Scenario

COMPILED_KEPT: Final = 16
UNITS_PER_JOB: Final = 6
"""Replications are cut into chunks of scenarios until each job has about so many units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One replication of one scenario within a unit.

    Parameters
    ----------
    scenario, token
        What is simulated, and its hash.
    keys
        Key of its event log, and of the indicators made from it.
    """

    scenario: Scenario
    token: str
    keys: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One replication of a chunk of scenarios that share their potential incidents.

    Parameters
    ----------
    replication
        0-based number.
    tasks
        One a scenario.
    reference, reference_token
        The scenario in which distance decay is 1 and whose potential incidents are drawn, and its
        hash.
    folder
        Results folder in the making.
    previous
        Results of an earlier run whose units may be taken over, or None.
    events
        Keep event logs.
    """

    replication: int
    tasks: tuple[Task, ...]
    reference: Scenario
    reference_token: str
    folder: Path
    previous: Path | None = None
    events: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is to be simulated into one folder.

    Parameters
    ----------
    scenarios
        The reference first.
    replications
        How many of each scenario, by id; a scenario that is not named has those of its own ``run``.
    events
        Keep event logs.
    """

    scenarios: tuple[Scenario, ...]
    replications: Mapping[str, int] = field(default_factory=dict)
    events: bool = False

    def count(self, scenario: Scenario) -> int:
        """Return how many replications a scenario has."""
        return self.replications.get(scenario.id, scenario.run.replications)

    def pairs(self) -> set[tuple[str, int]]:
        """Return every (scenario, replication) of the plan."""
        return {(s.id, k) for s in self.scenarios for k in range(self.count(s))}

    def units(self, folder: Path, previous: Path | None, jobs: int) -> list[Unit]:
        """Return the units of work, replication by replication."""
        reference = self.scenarios[0]
        tokens = {s.id: scenario_hash(s) for s in self.scenarios}
        keys = {
            s.id: unit_keys(s, None if s is reference else reference, range(self.count(s)))
            for s in self.scenarios
        }
        most = max(map(self.count, self.scenarios))
        wanted = max(1, -(-jobs * UNITS_PER_JOB // most)) if jobs > 1 else 1
        size = max(1, -(-len(self.scenarios) // wanted))
        units = []
        for k in range(most):
            own = [s for s in self.scenarios if k < self.count(s)]
            for i in range(0, len(own), size):
                tasks = tuple(
                    Task(scenario=s, token=tokens[s.id], keys=keys[s.id][k])
                    for s in own[i : i + size]
                )
                units.append(
                    Unit(
                        replication=k, tasks=tasks, reference=reference,
                        reference_token=tokens[reference.id], folder=folder, previous=previous,
                        events=self.events,
                    )
                )  # fmt: skip
        return units


def carry_out(
    plan: Plan,
    folder: Path,
    *,
    jobs: int,
    previous: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Simulate a plan; its files appear in ``folder``, unit by unit.

    Parameters
    ----------
    plan
        What to simulate.
    folder
        Results folder in the making.
    jobs
        Worker processes; 1: this process.
    previous
        Results of an earlier run.
    progress
        Called with how many replications of scenarios are done, and how many there are.

    Returns
    -------
    dict
        Number of replications of scenarios that were ``simulated``, ``reused`` and ``rescored``
        (indicators made anew from a kept log).
    """
    units = plan.units(folder, previous, jobs)
    total = sum(len(u.tasks) for u in units)
    counts = {"simulated": 0, "reused": 0, "rescored": 0}

    def finished(_: Unit, what: list[str]) -> None:
        for word in what:
            counts[word] += 1
        if progress is not None:
            progress(sum(counts.values()), total)

    if progress is not None:
        progress(0, total)
    run_all(run_unit, units, min(jobs, len(units)), finished)
    return counts


def run_unit(unit: Unit) -> list[str]:
    """Do one unit of work; returns for each of its tasks what was done."""
    return [_task(unit, task) for task in unit.tasks]


def _task(unit: Unit, task: Task) -> str:
    scenario, k, keys = task.scenario, unit.replication, task.keys
    target = store.unit_folder(unit.folder, scenario.id, k)
    places = [target]
    if unit.previous is not None:
        places.append(store.unit_folder(unit.previous, scenario.id, k))
    found = {place: store.read_keys(place) for place in places}
    for place, theirs in found.items():
        has_log = (place / f"{store.EVENTS}.parquet").exists()
        if theirs == keys and (has_log or not unit.events):
            if place != target:
                store.adopt(place, target)
            return "reused"
    for place, theirs in found.items():
        log_file = place / f"{store.EVENTS}.parquet"
        if theirs is not None and theirs[0] == keys[0] and log_file.exists():
            compiled = _compiled(scenario, task.token, unit)
            log = EventLog.read_parquet(log_file)
            frame = compiled.frame.starting(compiled.horizon(k).start)
            _write(Tables.of(log.columns, frame), log if unit.events else None, target, keys)
            return "rescored"
    columns, frame = replicate(unit, task)
    log_or_none = EventLog(columns) if unit.events else None
    _write(Tables.of(columns, frame), log_or_none, target, keys)
    return "simulated"


def replicate(unit: Unit, task: Task) -> tuple[EventColumns, DistrictFrame]:
    """Simulate one task on the potential incidents of the unit's reference."""
    compiled = _compiled(task.scenario, task.token, unit)
    reference = _compiled(unit.reference, unit.reference_token, unit)
    if not same_people(compiled, reference):
        raise ValueError(f"{task.scenario.id}: other zones or people than {unit.reference.id}")
    return compiled.replicate(unit.replication, _potential(reference, unit))


_POTENTIAL: dict[tuple[str, int], Potential] = {}


def _potential(reference: Compiled, unit: Unit) -> Potential:
    """Return the reference's potential incidents; the last ones drawn are kept."""
    at = (unit.reference_token, unit.replication)
    if at not in _POTENTIAL:
        _POTENTIAL.clear()
        _POTENTIAL[at] = reference.potential(unit.replication)
    return _POTENTIAL[at]


def _write(tables: Tables, log: EventLog | None, target: Path, keys: tuple[str, str]) -> None:
    """Write the files of a replication, its keys last."""
    target.mkdir(parents=True, exist_ok=True)
    (target / store.KEYS).unlink(missing_ok=True)
    parts = zip(store.TABLES, (tables.incidents, tables.missions, tables.duties), strict=True)
    for name, table in parts:
        with store.aside(target / f"{name}.parquet") as path:
            write_table(table, path)
    if log is not None:
        with store.aside(target / f"{store.EVENTS}.parquet") as path:
            log.write_parquet(path)
    with store.aside(target / store.INDICATORS) as path:
        write_replication(replication_kpis(tables), path)
    with store.aside(target / store.KEYS) as path:
        store.write_json({"log": keys[0], "indicators": keys[1]}, path)


_COMPILED: OrderedDict[tuple[str, str], Compiled] = OrderedDict()


def _compiled(scenario: Scenario, token: str, unit: Unit) -> Compiled:
    """Return a scenario compiled, from this process' memory where it is there."""
    at = (token, unit.reference_token)
    if at not in _COMPILED:
        reference = None if token == unit.reference_token else unit.reference
        _COMPILED[at] = compile_scenario(scenario, reference)
    _COMPILED.move_to_end(at)
    while len(_COMPILED) > COMPILED_KEPT:
        _COMPILED.popitem(last=False)
    return _COMPILED[at]


def same_people(a: Compiled, b: Compiled) -> bool:
    """Return whether two scenarios have the same zones with the same people in them.

    Only then their incidents are the same ones by number (R4).
    """
    mine, theirs = a.ground.zones, b.ground.zones
    return mine.ids == theirs.ids and np.array_equal(mine.population, theirs.population)
