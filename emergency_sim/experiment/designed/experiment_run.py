"""An experiment from its file to its results: one way for one process, a cluster and merged shards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emergency_sim.analysis.assumed_range import with_range
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.experiment.comparing.compared import Comparison, publish_comparison
from emergency_sim.experiment.comparing.comparison import Stages, judge
from emergency_sim.experiment.comparing.layout import CompareOptions, lay_out
from emergency_sim.experiment.designed.asked_study import asked_study, study_faults
from emergency_sim.experiment.designed.design import design_table, latin_hypercube
from emergency_sim.experiment.designed.experiment_stages import (
    Session,
    choose_best,
    simulate_enough,
)
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.folder.manifest import experiment_entry, shard_manifest
from emergency_sim.experiment.folder.place import Place
from emergency_sim.scenario import load_experiment
from emergency_sim.scenario.experiment_points import values_of
from emergency_sim.scenario.experiment_schema import FEWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from emergency_sim.experiment.designed.choosing import Chosen
    from emergency_sim.experiment.designed.sequential import Stopped
    from emergency_sim.experiment.folder.results import Results
    from emergency_sim.experiment.sensitivity.cost import Cost
    from emergency_sim.experiment.sensitivity.study import SensitivityFindings
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.experiment.work.plan import Shard
    from emergency_sim.scenario import Experiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """An experiment that is done.

    Parameters
    ----------
    comparison
        Its results and findings.
    stopped
        How the stopping rule ended; None: the number of replications was fixed.
    chosen
        Which structure is best, where that was asked.
    """

    comparison: Comparison
    stopped: Stopped | None = None
    chosen: Chosen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Whom a run tells how far it is, and whom it asks.

    Parameters
    ----------
    progress
        Called with the stage, what is done and how much there is.
    say
        Called with a line about something that happened.
    resume
        Say so where there is nothing to go on with.
    confirm
        Asked whether a sensitivity analysis of this cost is to be run; None: it is.
    """

    progress: Callable[[str, int, int], None] | None = None
    say: Callable[[str], None] | None = None
    confirm: Callable[[Cost], bool] | None = None
    resume: bool = False


def read_experiment(
    path: str | Path, sets: Iterable[str] = (), *, replications: int | None = None,
    events: bool = False,
) -> Experiment:  # fmt: skip
    """Return an experiment as it is run: with our indicators, designs and stopping rules.

    Parameters
    ----------
    path
        A file, or the name of a bundled experiment.
    sets
        ``path=value`` texts laid over every scenario.
    replications
        Instead of those in the file.
    events
        Keep event logs, whatever the file says.

    Raises
    ------
    InputFaults
        Everything that is wrong in any of the files.
    """
    indicators = {kpi.indicator.name: kpi.indicator for kpi in KPIS.values()}
    experiment = load_experiment(
        path, sets, kpis=indicators, draw=latin_hypercube, check=study_faults
    )
    spec = replace(experiment.spec, events=events or experiment.spec.events)
    if replications is not None:
        spec = replace(spec, replications=replications)
    return replace(experiment, spec=spec)


def options_of(experiment: Experiment) -> CompareOptions:
    """Return what an experiment runs beside base and variants."""
    return CompareOptions(
        staffing=experiment.spec.staffing.value,
        side_replications=FEWEST,
        events=experiment.spec.events,
        common_random_numbers=experiment.spec.common_random_numbers,
    )


def open_session(
    experiment: Experiment, place: Place, *, workers: Workers, callbacks: Callbacks,
    kept: Iterable[Path] = (),
) -> Session:  # fmt: skip
    """Return everything laid out, nothing simulated (but the search for equal service).

    Parameters
    ----------
    experiment
        What is run.
    place
        Where the results go.
    workers, callbacks
        Who does it, and whom it tells.
    kept
        Further results folders in which the search may have been kept.
    """
    stages = Stages(callbacks.progress)
    base = experiment.base
    base = replace(base, run=replace(base.run, replications=experiment.most_replications))
    layout = lay_out(
        base, experiment.others, options_of(experiment), folder=place.staging.folder,
        workers=workers, kept=[*([place.previous] if place.previous else []), *kept],
        progress=stages.told("search"),
    )  # fmt: skip
    stages.lap("lay out")
    return Session(
        experiment=experiment, place=place, layout=layout, workers=workers, stages=stages,
        say=callbacks.say, resume=callbacks.resume,
    )  # fmt: skip


def run_experiment(
    experiment: Experiment,
    *,
    workers: Workers,
    out: str | Path | None,
    callbacks: Callbacks | None = None,
) -> Finished:
    """Run an experiment, or what is missing of it, and compare.

    Parameters
    ----------
    experiment
        As :func:`read_experiment` gives it.
    workers
        Who does it.
    out
        Results folder; None: a temporary one.
    callbacks
        Whom it tells how far it is.

    Raises
    ------
    CancelledRun
        After an interrupt; finished replications are kept beside ``out``.
    UnfinishedError
        It could not go on; likewise.
    InputFaults
        Something is wrong with a scenario or with ``out``.
    """
    asked = callbacks or Callbacks()
    with Place(out) as place:
        session = open_session(experiment, place, workers=workers, callbacks=asked)
        return finish(session, asked)


def finish(session: Session, callbacks: Callbacks, more: dict[str, Any] | None = None) -> Finished:
    """Simulate what is missing, compare and publish.

    Parameters
    ----------
    session
        Everything laid out.
    callbacks
        Who is asked about a sensitivity analysis.
    more
        Further entries of the manifest.
    """
    experiment, layout = session.experiment, session.layout
    study = asked_study(session, confirm=callbacks.confirm, progress=callbacks.progress)
    session.tell_what_is_there()
    stopped = simulate_enough(session)
    chosen = choose_best(session)
    session.stages.lap("simulate")
    found = judge(
        layout, session.replications, folder=session.folder, workers=session.workers,
        stages=session.stages, counts=session.origins(), ran=session.ran, exact=session.exact,
    )  # fmt: skip
    varied: SensitivityFindings | None = None
    if study is not None:
        varied = study.carry_out()
        session.stages.lap("sensitivity")
        asked = experiment.spec.sensitivity
        draws = 1 if asked is None or asked.range is None else asked.range.replications
        if varied.draws:
            rows = with_range(found.rows, varied.draws, replications=draws)
            found = replace(found, rows=rows)
    if experiment.points:
        with store.aside(session.folder / store.DESIGN) as path:
            store.write_frame(design_table(experiment.points), path)
    entries = {
        "experiment": experiment_entry(experiment),
        "common_random_numbers": experiment.spec.common_random_numbers,
        "stopped": None if stopped is None else stopped.to_json(),
        "choice": None
        if chosen is None
        else chosen.to_json() | {"values": values_of(experiment.points, chosen.scenarios)},
        "sensitivity": None if varied is None else varied.to_json(),
    }
    comparison = publish_comparison(
        found, session.place, "experiment", session.workers, {**entries, **(more or {})}
    )
    return Finished(comparison=comparison, stopped=stopped, chosen=chosen)


def run_shard(
    experiment: Experiment,
    shard: Shard,
    *,
    workers: Workers,
    out: Path,
    sets: tuple[str, ...] = (),
    callbacks: Callbacks | None = None,
) -> Results:
    """Simulate one share of an experiment's replications; ``merge`` makes results of all shares.

    With a stopping rule a share is that of the most replications there may be; what the rule does
    not need is left out by ``merge``. Choice and sensitivity analysis are done by ``merge`` too.

    Parameters
    ----------
    experiment
        What is run.
    shard
        Which share.
    workers
        Who does it.
    out
        The shard's folder.
    sets
        As laid over the scenarios, so that ``merge`` can do so again.
    callbacks
        Whom it tells how far it is.
    """
    asked = callbacks or Callbacks()
    with Place(out) as place:
        session = open_session(
            experiment, place, workers=workers, callbacks=asked, kept=store.other_shards(out)
        )
        session.tell_what_is_there(shard)
        session.simulate(experiment.most_replications, shard=shard)
        session.stages.lap("simulate")
        store.write_scenarios(session.layout.everything, place.staging.folder)
        plan = session.plan(experiment.most_replications)
        manifest = shard_manifest(
            experiment, shard, plan, workers, sets=sets, seconds=session.stages.laps,
            counts=session.origins(),
        )  # fmt: skip
        return place.publish(manifest, plan, shard)
