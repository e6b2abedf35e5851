"""Results of shards, put together as if one process had run the whole experiment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.experiment.designed.experiment_run import (
    Callbacks,
    Finished,
    finish,
    open_session,
    read_experiment,
)
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.folder.place import Place
from emergency_sim.experiment.folder.provenance import experiment_hash
from emergency_sim.experiment.sharding.shards import gather, read_shards
from emergency_sim.experiment.sharding.would_lose import would_lose
from emergency_sim.experiment.work import unit_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.experiment.sharding.shards import ShardFolder
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Experiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Shards that were put together.

    Parameters
    ----------
    experiment
        Whose they are.
    finished
        Its results.
    twice
        How many replications of scenarios stood in several folders, and counted once.
    """

    experiment: Experiment
    finished: Finished
    twice: int


def merge(
    folders: Sequence[Path],
    *,
    workers: Workers,
    out: Path | None = None,
    file: Path | None = None,
    callbacks: Callbacks | None = None,
    may_replace: bool = False,
) -> Merged:
    """Check shards, put them together, and finish the experiment as an unsharded run does.

    Parameters
    ----------
    folders
        All shards of one experiment, in any order.
    workers
        Who compares (and does choice and sensitivity analysis, where the file asks for them).
    out
        Results folder; None: ``results/<experiment>``.
    file
        The experiment file, if it has moved since.
    callbacks
        Whom it tells how far it is.
    may_replace
        Results of something else in ``out`` may be replaced.

    Raises
    ------
    InputFaults
        Shards are missing, damaged, of several experiments, or do not agree, or ``out`` is one of
        them or holds results of something else; nothing is written.
    """
    faults: list[Fault] = []
    shards = read_shards(list(dict.fromkeys(folders)), faults)
    if faults or not shards:
        raise InputFaults(faults or [Fault(file="merge", message="name the shards' folders")])
    first = shards[0].manifest
    begun = first["started_with"]
    experiment = read_experiment(
        file or Path(begun["file"]), begun["sets"], replications=begun["replications"],
        events=begun.get("events", False),
    )  # fmt: skip
    if experiment_hash(experiment) != shards[0].experiment:
        message = (
            "the experiment or its inputs have changed since the shards were run: put them back, "
            "or run the shards again"
        )
        raise InputFaults([Fault(file=str(experiment.file), message=message)])
    target = Path("results") / experiment.spec.id if out is None else out
    _check_target(target, shards, experiment, may_replace=may_replace)
    asked = callbacks or Callbacks()
    with Place(target) as place:
        session = open_session(
            experiment, place, workers=workers, callbacks=asked, kept=[s.folder for s in shards]
        )
        plan = session.plan(experiment.most_replications)
        gathered = gather(shards, plan, faults)
        if faults:
            raise InputFaults(faults)
        for (name, k), unit in gathered.units.items():
            found = unit_files.read(unit)
            if found is not None:
                target_unit = store.unit_folder(place.staging.folder, name, k)
                unit_files.adopt(unit, target_unit, found.files)
        if gathered.twice and asked.say is not None:
            asked.say(
                f"{len(gathered.twice)} replications of scenarios stand in several folders, byte "
                "for byte alike; they count once"
            )
        done = finish(
            session, asked, {"shards": {"of": shards[0].shard.of, "folders": len(shards)}}
        )
    return Merged(experiment=experiment, finished=done, twice=len(gathered.twice))


def _check_target(
    target: Path, shards: Sequence[ShardFolder], experiment: Experiment, *, may_replace: bool
) -> None:
    """Refuse a folder in which something would be lost: a shard, or results of something else."""
    if any(target.resolve() == one.folder.resolve() for one in shards):
        message = "is one of the shards: name another folder with --out"
    elif not may_replace and (lost := would_lose(target, experiment, None)):
        message = f"{lost}; name another folder with --out, or replace them with --yes"
    else:
        return
    raise InputFaults([Fault(file="--out", message=message, got=str(target))])
