"""Units of work of a design: every point is a unit that keeps its indicators and nothing else."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from emergency_sim.experiment.comparing.groups import shared_groups
from emergency_sim.experiment.folder import provenance, store
from emergency_sim.experiment.sensitivity.outcomes import Reading, gathered, values_at
from emergency_sim.experiment.work.attempts import run_all
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.experiment.work.plan import Keep, Task, Unit
from emergency_sim.experiment.work.runner import run_unit
from emergency_sim.scenario import scenario_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from emergency_sim.analysis.replication import Key
    from emergency_sim.experiment.sensitivity.outcomes import Laid, Outcomes, RowKey, Values
    from emergency_sim.experiment.sensitivity.points import Ground
    from emergency_sim.experiment.work.runner import Outcome


def run_points(
    points: Sequence[Laid],
    folder: Path,
    *,
    workers: Workers,
    previous: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Simulate base and variants at points; what is finished in the folder is not run again.

    Parameters
    ----------
    points
        Of one design.
    folder
        For its units of work.
    workers
        Who does it.
    previous
        The same folder of an earlier run.
    progress
        Called with how many replications of scenarios are done, and how many there are.

    Returns
    -------
    dict
        How many were ``simulated``, ``reused`` and ``rescored``.
    """
    libraries = provenance.libraries(*(s for p in points for s in (p.reference, *p.scenarios)))
    sources, here = provenance.code_hash(libraries), provenance.THIS_PROCESS
    work = [
        Work(
            laid=point, folder=folder, previous=previous, sources=sources, libraries=libraries,
            made_in=here,
        )
        for point in points
    ]  # fmt: skip
    total = sum(len(point.scenarios) * len(point.replications) for point in points)
    counts = {"simulated": 0, "reused": 0, "rescored": 0}

    def finished(_: Work, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            counts[outcome.origin] += 1
        if progress is not None:
            progress(sum(counts.values()), total)

    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / store.MARK  # a worker that outlives the run writes nothing any more
    mark.touch()
    try:
        with warnings.catch_warnings():
            # every point may have ways of its own; loky replaces a worker that has kept many, and
            # the others go on meanwhile
            warnings.filterwarnings("ignore", "A worker was restarted", UserWarning)
            run_all(run_point, work, workers, finished)
    finally:
        mark.unlink(missing_ok=True)
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One point, as it is sent to a worker; keys are made there, which takes longer than sending.

    Parameters
    ----------
    laid
        The point.
    folder, previous
        As in :func:`run_points`.
    sources, libraries, made_in
        As in a unit of work.
    """

    laid: Laid
    folder: Path
    previous: Path | None
    sources: str
    libraries: tuple[str, ...]
    made_in: str


def run_point(work: Work) -> list[Outcome]:
    """Do the units of work of one point; returns for each replication and scenario what was done."""
    point = work.laid
    keys = {
        s.id: provenance.unit_keys(s, point.reference, point.replications)
        for s in point.scenarios
    }  # fmt: skip
    tokens = {s.id: scenario_hash(s) for s in point.scenarios}
    reference_token = scenario_hash(point.reference)
    done: list[Outcome] = []
    for k in point.replications:
        unit = Unit(
            replication=k,
            tasks=tuple(
                Task(scenario=s, token=tokens[s.id], keys=keys[s.id][k]) for s in point.scenarios
            ),
            reference=point.reference, reference_token=reference_token, folder=work.folder,
            previous=work.previous, keep=Keep.INDICATORS, sources=work.sources,
            libraries=work.libraries, made_in=work.made_in,
        )  # fmt: skip
        done += run_unit(unit)
    return done


def read_points(
    ground: Ground,
    points: Sequence[Laid],
    folder: Path,
    *,
    workers: Workers,
    wanted: Collection[Key] | None = None,
) -> Outcomes:
    """Return base and variants at all points of a design that was run.

    Parameters
    ----------
    ground, points, folder, workers
        As they were run.
    wanted
        Indicator, kind of group and group; None: all.
    """
    shared = shared_groups(ground.base, ground.variants)
    names = tuple(v.id for v in ground.variants)
    only = None if wanted is None else frozenset(wanted)
    found: dict[int, dict[RowKey, Values]] = {}

    def finished(reading: Reading, values: dict[RowKey, Values]) -> None:
        found[reading.laid.point] = values

    readings = [
        Reading(folder=folder, laid=p, names=names, shared=shared, wanted=only) for p in points
    ]
    run_all(values_at, readings, workers, finished)
    return gathered([found[p.point] for p in points])


def measured_seconds(points: Sequence[Laid], folder: Path, previous: Path | None = None) -> float:
    """Return CPU seconds of one replication of one scenario, by running the first point here.

    Its units of work stay in the folder and are not run again. Where they are there already it is
    run once more, and what that gives is thrown away.

    Parameters
    ----------
    points
        At least one.
    folder, previous
        As in :func:`run_points`.
    """
    first = points[:1]
    done, seconds = _timed(first, folder, previous)
    if not done["simulated"]:
        with TemporaryDirectory() as elsewhere:
            done, seconds = _timed(first, Path(elsewhere), None)
    return seconds / sum(done.values())


def _timed(
    points: Sequence[Laid], folder: Path, previous: Path | None
) -> tuple[dict[str, int], float]:
    began = time.process_time()
    done = run_points(points, folder, workers=Workers(jobs=1), previous=previous)
    return done, time.process_time() - began
