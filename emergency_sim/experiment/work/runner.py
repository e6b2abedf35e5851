"""Carrying out a plan: units of work, each one replication of some scenarios."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.analysis.joined_log import LogSpool
from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.errors import UnfinishedError, storage_failure
from emergency_sim.experiment.compile.in_parts import (
    JoinedParts,
    incidents_by_part,
    parts_apart,
    simulate_in_parts,
)
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.work import unit_files
from emergency_sim.experiment.work.attempts import CancelledRun, run_all
from emergency_sim.experiment.work.executors import ExecutorKind
from emergency_sim.experiment.work.memory import (
    ONE_AT_A_TIME,
    compiled_here,
    potential_here,
    refuse_other_sources,
    same_people,
)
from emergency_sim.experiment.work.parts_at_once import side_by_side
from emergency_sim.experiment.work.plan import Keep, Plan, Shard, Task, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.domain.events import EventColumns
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.experiment.work.executors import Workers

__all__ = ["Keep", "Plan", "Shard", "Task", "Unit", "carry_out", "replicate", "same_people"]

ORIGINS: Final = ("simulated", "reused", "rescored")


def carry_out(
    plan: Plan,
    folder: Path,
    *,
    workers: Workers,
    previous: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    shard: Shard | None = None,
    say: Callable[[str], None] | None = None,
    only: Collection[tuple[str, int]] | None = None,
    first: Callable[[Path], None] | None = None,
) -> dict[str, int]:
    """Simulate a plan; its files appear in ``folder``, unit by unit.

    May be called again with a larger plan, or another one, in the same folder: what is finished is
    not run again.

    Parameters
    ----------
    plan
        What to simulate.
    folder
        Results folder in the making.
    workers
        Who does it.
    previous
        Results of an earlier run.
    progress
        Called with how many replications of scenarios are done, and how many there are.
    shard
        Only this share of the replications.
    say
        Called with a line about every damaged unit that is made anew.
    only
        Of all that only these (scenario, replication); None: everything.
    first
        Called once, with the folder of the first finished replication of the reference.

    Returns
    -------
    dict
        Number of replications of scenarios that were ``simulated``, ``reused`` and ``rescored``
        (indicators made anew from a kept log).

    Raises
    ------
    CancelledRun
        After an interrupt; what is finished stays.
    UnfinishedError
        Workers died again and again, or the scheduler is lost.
    """
    units = plan.units(folder, previous, workers.side_by_side(), shard)
    if only is not None:
        units = [one for unit in units if (one := _with_only(unit, only)).tasks]
    total = sum(len(u.tasks) for u in units)
    counts = dict.fromkeys(ORIGINS, 0)

    waits = [first] if first is not None else []

    def finished(unit: Unit, outcomes: list[Outcome]) -> None:
        for origin, damage in outcomes:
            counts[origin] += 1
            if damage and say is not None:
                say(f"{damage}: made anew")
        if progress is not None:
            progress(sum(counts.values()), total)
        if waits and any(task.scenario.id == unit.reference.id for task in unit.tasks):
            waits.pop()(store.unit_folder(folder, unit.reference.id, unit.replication))

    if progress is not None:
        progress(0, total)
    try:
        if _by_parts(units, workers):
            for unit in units:
                finished(unit, run_unit(unit, workers))
        else:
            run_all(run_unit, units, workers, finished)
    except KeyboardInterrupt:
        done = _finished(units)
        raise CancelledRun(done, total - done) from None
    except (UnfinishedError, OSError) as error:
        done = _finished(units)
        said = storage_failure(error) if isinstance(error, OSError) else error.message
        raise UnfinishedError(said, done=done, missing=total - done) from error
    return counts


def _by_parts(units: Sequence[Unit], workers: Workers) -> bool:
    """Return whether units are done one after another, the parts of each side by side.

    About a quarter of a unit is not simulation and stays one after another, so workers must be
    twice as many as units for that to be quicker.
    """
    tasks = [(unit, task) for unit in units for task in unit.tasks]
    if not tasks or workers.kind is not ExecutorKind.LOKY or len(units) * 2 > workers.jobs:
        return False
    return all(
        len([amk for amk in task.scenario.amk.values() if amk.in_service]) > 1
        and len(parts_apart(compiled_here(task.scenario, task.token, unit))) > 1
        for unit, task in tasks
    )


def _with_only(unit: Unit, only: Collection[tuple[str, int]]) -> Unit:
    tasks = tuple(t for t in unit.tasks if (t.scenario.id, unit.replication) in only)
    return replace(unit, tasks=tasks)


def _finished(units: Sequence[Unit]) -> int:
    """Return how many replications of scenarios lie finished in the folder."""
    found = 0
    for unit in units:
        for task in unit.tasks:
            place = store.unit_folder(unit.folder, task.scenario.id, unit.replication)
            there = unit_files.read(place)
            found += there is not None and there.keys == task.keys
    return found


class Outcome(NamedTuple):
    """Where a replication came from, and what was damaged in an earlier one (or empty)."""

    origin: str
    damage: str


def run_unit(unit: Unit, workers: Workers | None = None) -> list[Outcome]:
    """Do one unit of work; returns for each of its tasks what was done.

    Parameters
    ----------
    unit
        What is to be done.
    workers
        Who simulates the parts of a country side by side; None: this process, one after another.

    Raises
    ------
    UnfinishedError
        This process has other sources than the one that made the unit.
    """
    with ONE_AT_A_TIME:
        refuse_other_sources(unit)
        return [_task(unit, task, workers) for task in unit.tasks]


def _task(unit: Unit, task: Task, workers: Workers | None) -> Outcome:
    scenario, k, keys = task.scenario, unit.replication, task.keys
    target = store.unit_folder(unit.folder, scenario.id, k)
    places = [target]
    if unit.previous is not None:
        places.append(store.unit_folder(unit.previous, scenario.id, k))
    wanted = unit_files.wanted(unit)
    damage = ""
    for place in places:
        found = unit_files.read(place)
        if found is None or found.keys[0] != keys[0]:
            continue
        if found.keys == keys and wanted <= set(found.files):
            damage = unit_files.damaged(place, found.files) or damage
            if not damage:
                if place != target:
                    unit_files.adopt(place, target, wanted)
                return Outcome("reused", "")
        log_file = f"{store.EVENTS}.parquet"
        if found.keys != keys and log_file in found.files:
            damage = unit_files.damaged(place, {log_file: found.files[log_file]}) or damage
            if not damage:
                compiled = compiled_here(scenario, task.token, unit)
                log = EventLog.read_parquet(place / log_file)
                frame = compiled.frame.starting(compiled.horizon(k).start)
                tables = Tables.of(log.columns, frame)
                unit_files.write(tables, place / log_file, target, unit, keys)
                return Outcome("rescored", "")
    if _in_parts(unit, task, target, workers):
        return Outcome("simulated", damage)
    columns, frame = replicate(unit, task)
    unit_files.write(Tables.of(columns, frame), EventLog(columns), target, unit, keys)
    return Outcome("simulated", damage)


def _in_parts(unit: Unit, task: Task, target: Path, workers: Workers | None) -> bool:
    """Simulate a task part by part if it has parts that have nobody in common; whether it has."""
    compiled = compiled_here(task.scenario, task.token, unit)
    parts = parts_apart(compiled)
    if len(parts) < 2:
        return False
    reference = compiled
    if not unit.own_incidents:
        reference = compiled_here(unit.reference, unit.reference_token, unit)
        _check_people(task, unit, compiled, reference)
    with TemporaryDirectory(prefix=store.PARTS, dir=unit.folder) as folder:
        spool = LogSpool(Path(folder)) if unit.events else None
        take = None if spool is None else spool.add
        joined = JoinedParts(compiled, unit.replication, take=take)
        incidents = incidents_by_part(compiled, parts, unit.replication, reference)
        if workers is None:
            simulate_in_parts(compiled, parts, unit.replication, incidents, joined)
        else:
            side_by_side(unit, task, incidents, joined, Path(folder), workers)
        unit_files.write(joined.tables(), spool, target, unit, task.keys)
    return True


def _check_people(task: Task, unit: Unit, compiled: Compiled, reference: Compiled) -> None:
    if not same_people(compiled, reference):
        raise ValueError(f"{task.scenario.id}: other zones or people than {unit.reference.id}")


def replicate(unit: Unit, task: Task) -> tuple[EventColumns, DistrictFrame]:
    """Simulate one task on the potential incidents of the unit's reference."""
    compiled = compiled_here(task.scenario, task.token, unit)
    if unit.own_incidents:
        return compiled.replicate(unit.replication, None)
    reference = compiled_here(unit.reference, unit.reference_token, unit)
    _check_people(task, unit, compiled, reference)
    return compiled.replicate(unit.replication, potential_here(reference, unit))
