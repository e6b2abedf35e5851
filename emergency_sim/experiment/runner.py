"""A unit of work: one replication of some scenarios, on one table of potential incidents."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.analysis.replication import replication_kpis
from emergency_sim.analysis.tables import Tables
from emergency_sim.experiment import store
from emergency_sim.experiment.compile import Compiled, compile_scenario
from emergency_sim.experiment.components import read_keys, write_components
from emergency_sim.experiment.executors import run_all
from emergency_sim.experiment.provenance import unit_keys
from emergency_sim.scenario import scenario_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.demand import Potential
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

    run_all(run_unit, units, min(jobs, len(units)), finished)
    return counts


def run_unit(unit: Unit) -> list[str]:
    """Do one unit of work; returns for each of its tasks what was done."""
    shared: list[Potential] = []

    def potential(compiled: Compiled) -> Potential | None:
        reference = _compiled(unit.reference, unit.reference_token, unit)
        if not same_people(compiled, reference):
            return None
        if not shared:
            shared.append(reference.potential(unit.replication))
        return shared[0]

    return [_task(unit, task, potential) for task in unit.tasks]


def _task(unit: Unit, task: Task, potential: Callable[[Compiled], Potential | None]) -> str:
    scenario, k = task.scenario, unit.replication
    target = store.unit_folder(unit.folder, scenario.id, k)
    keys = task.keys
    places = [target]
    if unit.previous is not None:
        places.append(store.unit_folder(unit.previous, scenario.id, k))
    found = {place: read_keys(place / store.INDICATORS) for place in places}
    for place, theirs in found.items():
        has_log = (place / f"{store.EVENTS}.parquet").exists()
        if theirs == keys and (has_log or not unit.events):
            if place != target:
                store.adopt(place, target)
            return "reused"
    compiled = _compiled(scenario, task.token, unit)
    for place, theirs in found.items():
        log_file = place / f"{store.EVENTS}.parquet"
        if theirs is not None and theirs[0] == keys[0] and log_file.exists():
            log = EventLog.read_parquet(log_file)
            frame = compiled.frame.starting(compiled.horizon(k).start)
            _write(Tables.of(log.columns, frame), log if unit.events else None, target, keys)
            return "rescored"
    columns, frame = compiled.replicate(k, potential(compiled))
    log_or_none = EventLog(columns) if unit.events else None
    _write(Tables.of(columns, frame), log_or_none, target, keys)
    return "simulated"


def _write(tables: Tables, log: EventLog | None, target: Path, keys: tuple[str, str]) -> None:
    """Write the files of a replication, the one with its keys last."""
    target.mkdir(parents=True, exist_ok=True)
    (target / store.INDICATORS).unlink(missing_ok=True)
    ending = f".{os.getpid()}.tmp"
    parts = zip(store.TABLES, (tables.incidents, tables.missions, tables.duties), strict=True)
    for name, table in parts:
        aside = target / f"{name}.parquet{ending}"
        store.write_table(table, aside)
        aside.replace(target / f"{name}.parquet")
    if log is not None:
        aside = target / f"{store.EVENTS}.parquet{ending}"
        log.write_parquet(aside)
        aside.replace(target / f"{store.EVENTS}.parquet")
    write_components(replication_kpis(tables), keys, target / store.INDICATORS)


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


def incident_counts(folders: Sequence[tuple[Path, Path]]) -> dict[str, int]:
    """Return how many counted incidents are in both scenarios, only in the base, only in the other.

    Parameters
    ----------
    folders
        Folders of the same replications of base and variant.

    Notes
    -----
    An incident that stays away because of the distance (R3) is in the log of its scenario and is
    not counted as being in it.
    """
    counts = {"both": 0, "only_base": 0, "only_variant": 0}
    for base, variant in folders:
        a, b = (_present(folder) for folder in (base, variant))
        both = len(np.intersect1d(a, b, assume_unique=True))
        counts["both"] += both
        counts["only_base"] += len(a) - both
        counts["only_variant"] += len(b) - both
    return counts


def _present(folder: Path) -> NDArray[Any]:
    frame = store.read_columns(folder / "incidents.parquet", ["id", "presented"])
    return np.asarray(frame["id"][frame["presented"]])
