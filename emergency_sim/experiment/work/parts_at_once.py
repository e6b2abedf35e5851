"""Parts of one replication of a country, side by side: incidents and logs pass as files."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import numpy as np

from emergency_sim.analysis.joined_log import write_column
from emergency_sim.domain.events import EventColumns
from emergency_sim.experiment.compile.in_parts import parts_apart, simulate_part
from emergency_sim.experiment.work.attempts import run_all
from emergency_sim.experiment.work.executors import let_go
from emergency_sim.experiment.work.memory import (
    ONE_AT_A_TIME,
    compiled_here,
    refuse_other_sources,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.experiment.compile.in_parts import JoinedParts
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.experiment.work.plan import Task, Unit

AT_ONCE: Final = 2
"""Most parts at a time: each worker holds the whole country's roads and places."""
NAMES: Final = "names.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOfUnit:
    """One part of a task, as it is sent to a worker.

    Parameters
    ----------
    unit, task
        What it is a part of; of the unit only this task.
    number
        Which of its parts.
    folder
        Holds the part's incidents, and takes its log.
    """

    unit: Unit
    task: Task
    number: int
    folder: Path


def side_by_side(
    unit: Unit,
    task: Task,
    incidents: list[dict[str, NDArray[Any]]],
    joined: JoinedParts,
    folder: Path,
    workers: Workers,
) -> None:
    """Simulate the parts of a task by several workers.

    Parameters
    ----------
    unit, task
        What is simulated.
    incidents
        Columns of each part; taken out of the list, as they lie in files from then on.
    joined
        Takes the logs in the order of the parts, while others are still simulated.
    folder
        Empty, for files in between; all workers see it.
    workers
        Who simulates.

    Raises
    ------
    CancelledRun
        After an interrupt.
    UnfinishedError
        Workers died again and again, or the scheduler is lost.
    """
    alone = replace(unit, tasks=(task,))
    parts: list[PartOfUnit] = []
    sizes: list[int] = []
    while incidents:
        place = folder / f"part-{len(parts)}"
        columns = incidents.pop(0)
        sizes.append(len(columns["id"]))
        place.mkdir()
        write_columns(columns, place / "incidents")
        parts.append(PartOfUnit(unit=alone, task=task, number=len(parts), folder=place))
    largest_first = sorted(parts, key=lambda part: -sizes[part.number])
    logs: dict[int, Path] = {}
    turn = 0

    def finished(part: PartOfUnit, log: str) -> None:
        nonlocal turn
        logs[part.number] = part.folder / log
        while turn in logs:
            joined.add(_read_log(logs.pop(turn)))
            shutil.rmtree(parts[turn].folder)
            turn += 1

    few = replace(workers, jobs=min(workers.jobs, AT_ONCE))
    run_all(run_part, largest_first, few, finished)
    let_go(few)  # each holds gigabytes of a country, and joining needs room


def run_part(part: PartOfUnit) -> str:
    """Simulate a part in a worker; returns the name of its log in the part's folder.

    A part that is begun again, because its worker seemed dead, has a log of its own. Where the part's
    folder is gone its run has ended, and nothing is written.

    Raises
    ------
    FileNotFoundError
        It is.
    """
    with ONE_AT_A_TIME:
        refuse_other_sources(part.unit)
        compiled = compiled_here(part.task.scenario, part.task.token, part.unit)
        own = parts_apart(compiled)[part.number]
        incidents = _read(part.folder / "incidents")
        log = simulate_part(compiled, own, part.unit.replication, incidents)
        name = uuid4().hex
        columns = {f.name: getattr(log, f.name) for f in fields(log) if f.name != "names"}
        write_columns(columns, part.folder / name, log.names)
        return name


def write_columns(
    columns: Mapping[str, NDArray[Any]], folder: Path, names: Sequence[str] = ()
) -> None:
    """Write columns to a folder that is made, each to a file of its own.

    Parameters
    ----------
    columns
        By name; numbers only.
    folder
        Is not there yet, but the one that it lies in is.
    names
        Texts that columns point to.
    """
    folder.mkdir()
    for name, column in columns.items():
        write_column(column, folder / f"{name}.npy")
    (folder / NAMES).write_text(json.dumps(list(names)), encoding="utf-8")


def _read(folder: Path) -> dict[str, NDArray[Any]]:
    return {path.stem: np.load(path, allow_pickle=False) for path in folder.glob("*.npy")}


def _read_log(folder: Path) -> EventColumns:
    names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
    return EventColumns(names=tuple(names), **_read(folder))
