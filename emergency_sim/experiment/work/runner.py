"""Carrying out a plan: units of work, each one replication of some scenarios."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.analysis.joined_log import LogSpool
from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.errors import UnfinishedError, storage_failure
from emergency_sim.experiment.compile import Compiled, compile_scenario
from emergency_sim.experiment.compile.in_parts import parts_apart, simulate_in_parts
from emergency_sim.experiment.folder import provenance, store
from emergency_sim.experiment.work import unit_files
from emergency_sim.experiment.work.attempts import CancelledRun, run_all
from emergency_sim.experiment.work.plan import Keep, Plan, Shard, Task, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.demand import Potential
    from emergency_sim.domain.events import EventColumns
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Scenario

__all__ = ["Keep", "Plan", "Shard", "Task", "Unit", "carry_out", "replicate", "same_people"]

COMPILED_KEPT: Final = 16
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
        run_all(run_unit, units, workers, finished)
    except CancelledRun:
        done = _finished(units)
        raise CancelledRun(done, total - done) from None
    except (UnfinishedError, OSError) as error:
        done = _finished(units)
        said = storage_failure(error) if isinstance(error, OSError) else error.message
        raise UnfinishedError(said, done=done, missing=total - done) from error
    return counts


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


_ONE_AT_A_TIME = threading.Lock()
"""What a process keeps between units is not made for threads (dask's workers may have some)."""


def run_unit(unit: Unit) -> list[Outcome]:
    """Do one unit of work; returns for each of its tasks what was done.

    Raises
    ------
    UnfinishedError
        This process has other sources than the one that made the unit.
    """
    with _ONE_AT_A_TIME:
        elsewhere = unit.made_in != provenance.THIS_PROCESS
        if elsewhere and unit.sources != _sources_here(unit.libraries):
            raise UnfinishedError(
                "a worker runs other sources or versions of emergency_sim or of "
                f"{', '.join(unit.libraries)} than this process: install the same everywhere and "
                "start the workers again",
                done=0, missing=len(unit.tasks),
            )  # fmt: skip
        return [_task(unit, task) for task in unit.tasks]


@cache
def _sources_here(libraries: tuple[str, ...]) -> str:
    return provenance.code_hash(libraries)


def _task(unit: Unit, task: Task) -> Outcome:
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
                compiled = _compiled(scenario, task.token, unit)
                log = EventLog.read_parquet(place / log_file)
                frame = compiled.frame.starting(compiled.horizon(k).start)
                tables = Tables.of(log.columns, frame)
                unit_files.write(tables, place / log_file, target, unit, keys)
                return Outcome("rescored", "")
    if _in_parts(unit, task, target):
        return Outcome("simulated", damage)
    columns, frame = replicate(unit, task)
    unit_files.write(Tables.of(columns, frame), EventLog(columns), target, unit, keys)
    return Outcome("simulated", damage)


def _in_parts(unit: Unit, task: Task, target: Path) -> bool:
    """Simulate a task part by part if it has parts that have nobody in common; whether it has."""
    compiled = _compiled(task.scenario, task.token, unit)
    parts = parts_apart(compiled)
    if len(parts) < 2:
        return False
    reference = compiled
    if not unit.own_incidents:
        reference = _compiled(unit.reference, unit.reference_token, unit)
        _check_people(task, unit, compiled, reference)
    with TemporaryDirectory(prefix=store.PARTS, dir=unit.folder) as folder:
        spool = LogSpool(Path(folder)) if unit.events else None
        take = None if spool is None else spool.add
        tables = simulate_in_parts(compiled, parts, unit.replication, reference, take=take)
        unit_files.write(tables, spool, target, unit, task.keys)
    return True


def _check_people(task: Task, unit: Unit, compiled: Compiled, reference: Compiled) -> None:
    if not same_people(compiled, reference):
        raise ValueError(f"{task.scenario.id}: other zones or people than {unit.reference.id}")


def replicate(unit: Unit, task: Task) -> tuple[EventColumns, DistrictFrame]:
    """Simulate one task on the potential incidents of the unit's reference."""
    compiled = _compiled(task.scenario, task.token, unit)
    if unit.own_incidents:
        return compiled.replicate(unit.replication, None)
    reference = _compiled(unit.reference, unit.reference_token, unit)
    _check_people(task, unit, compiled, reference)
    return compiled.replicate(unit.replication, _potential(reference, unit))


_POTENTIAL: dict[tuple[str, int], Potential] = {}


def _potential(reference: Compiled, unit: Unit) -> Potential:
    """Return the reference's potential incidents; the last ones drawn are kept."""
    at = (unit.reference_token, unit.replication)
    if at not in _POTENTIAL:
        _POTENTIAL.clear()
        _POTENTIAL[at] = reference.potential(unit.replication)
    return _POTENTIAL[at]


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
