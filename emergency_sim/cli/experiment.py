"""``experiment``: a file that names scenarios, factors and how often; ``merge``: its shards."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.cli.command_line import again
from emergency_sim.cli.options import (
    AsJson,
    Common,
    Days,
    Events,
    Jobs,
    Lang,
    Out,
    Replications,
    Seed,
    Sets,
    fault,
    one_of,
    print_json,
)
from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from emergency_sim.cli.progress import RunProgress
    from emergency_sim.experiment.designed.experiment_run import Callbacks, Finished
    from emergency_sim.experiment.sensitivity.cost import Cost
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.experiment.work.plan import Shard
    from emergency_sim.scenario import Experiment

KINDS: Final = ("serial", "loky", "dask")
RESULTS: Final = Path("results")
SHARDS: Final = ".shards"
"""End of the name of the folder in which the shards of an experiment lie by themselves."""

Executor = Annotated[
    str,
    typer.Option("--executor", metavar="|".join(KINDS), help="What carries out the units of work."),
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="URL", help="A dask scheduler, such as tcp://host:8786."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Answer yes to what would be asked.")]
Maps = Annotated[bool, typer.Option("--maps", help="Draw the maps of every variant, too.")]


def experiment(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file or a bundled name.")],
    replications: Replications = None,
    days: Days = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    as_json: AsJson = False,
    sets: Sets = None,
    events: Events = False,
    executor: Executor = "loky",
    scheduler: Scheduler = None,
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="Run only this share; merge puts all shares together."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was interrupted.")
    ] = False,
    yes: Yes = False,
    maps: Maps = False,
    lang: Lang = "en",
) -> None:
    """Run an experiment file: scenarios, factors, replications; compare all of them."""
    options = Common(
        replications=replications, days=days, seed=seed, jobs=jobs, out=out,
        sets=tuple(sets or ()), lang=lang,
    )  # fmt: skip
    faults, share = [*options.faults(), *_executor_faults(executor, scheduler)], None
    if shard is not None:
        share = _share(shard, faults)
    from emergency_sim.experiment.designed.experiment_run import read_experiment

    lengths = {"run.days": days, "run.seed": seed}
    all_sets = (*options.sets, *(f"{k}={v}" for k, v in lengths.items() if v is not None))
    if faults:
        lengths, all_sets = {}, options.sets
    try:
        loaded = read_experiment(
            file, all_sets, replications=None if faults else replications, events=events
        )
    except InputFaults as error:
        raise InputFaults(dict.fromkeys((*faults, *error.faults))) from None
    folder = out if out is not None else _own_folder(loaded, share)
    faults += _folder_faults(folder, loaded, share, yes=yes)
    if faults:
        raise InputFaults(dict.fromkeys(faults))
    for line in loaded.warnings:
        sys.stderr.write(f"warning: {line}\n")
    workers = workers_of(executor, jobs, scheduler)
    from emergency_sim.cli.progress import RunProgress
    from emergency_sim.experiment.designed.experiment_run import run_experiment, run_shard

    with RunProgress() as told:
        told.say(_what(loaded, folder, share))
        if share is not None:
            results = run_shard(
                loaded, share, workers=workers, out=folder, sets=all_sets,
                callbacks=_callbacks(told, yes=yes, resume=resume),
            )  # fmt: skip
            told.pause()
            _say_shard(results.manifest, folder, share, as_json=as_json)
            return
        done = run_experiment(
            loaded,
            workers=workers,
            out=folder,
            callbacks=_callbacks(told, yes=yes, resume=resume),
        )
    _show(done, loaded, folder, lang, jobs, as_json=as_json, maps=maps)


def merge(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="All shards of one experiment.")
    ],
    out: Out = None,
    jobs: Jobs = None,
    as_json: AsJson = False,
    file: Annotated[
        Path | None,
        typer.Option("--experiment", metavar="FILE", help="The file, if it has moved since."),
    ] = None,
    executor: Executor = "loky",
    scheduler: Scheduler = None,
    yes: Yes = False,
    maps: Maps = False,
    lang: Lang = "en",
) -> None:
    """Put the shards of an experiment together, as if one run had done all of it."""
    options = Common(
        replications=None, days=None, seed=None, jobs=jobs, out=out, sets=(), lang=lang
    )  # fmt: skip
    faults = [*options.faults(), *_executor_faults(executor, scheduler)]
    if faults:
        raise InputFaults(faults)
    from emergency_sim.cli.progress import RunProgress
    from emergency_sim.experiment.sharding.merging import merge as merge_shards

    with RunProgress() as told:
        merged = merge_shards(
            folders, workers=workers_of(executor, jobs, scheduler), out=out, file=file,
            callbacks=_callbacks(told, yes=yes), may_replace=yes,
        )  # fmt: skip
    folder = merged.finished.comparison.results.folder if out is None else out
    _show(merged.finished, merged.experiment, folder, lang, jobs, as_json=as_json, maps=maps)


def workers_of(executor: str, jobs: int | None, scheduler: str | None) -> Workers:
    """Return who does the work; ``--scheduler`` alone means dask."""
    from emergency_sim.experiment.work.executors import ExecutorKind, Workers, job_count

    kind = ExecutorKind.DASK if scheduler is not None else ExecutorKind(executor)
    if kind is ExecutorKind.SERIAL:
        return Workers(kind=kind)
    return Workers(jobs=job_count(jobs), kind=kind, scheduler=scheduler)


def _executor_faults(executor: str, scheduler: str | None) -> list[Fault]:
    found = one_of("--executor", executor, KINDS)
    if scheduler is not None and not re.fullmatch(r"(tcp|tls|ucx)://[^\s/]+:\d+", scheduler):
        message = "must be the address of a dask scheduler, such as tcp://127.0.0.1:8786"
        found.append(fault("--scheduler", message, scheduler))
    if scheduler is not None and executor == "serial":
        found.append(fault("--scheduler", "goes with --executor dask"))
    return found


def _share(text: str, faults: list[Fault]) -> Shard | None:
    from emergency_sim.experiment.work.plan import Shard

    matched = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    try:
        if matched is not None:
            return Shard(number=int(matched[1]), of=int(matched[2]))
    except ValueError:
        pass
    faults.append(fault("--shard", "must be i/n with i from 1 to n, such as 3/20", text))
    return None


def _own_folder(loaded: Experiment, share: Shard | None) -> Path:
    name = loaded.spec.id
    if share is None:
        return RESULTS / name
    return RESULTS / f"{name}{SHARDS}" / f"{share.number:0{len(str(share.of))}d}-of-{share.of}"


def _folder_faults(
    folder: Path, loaded: Experiment, share: Shard | None, *, yes: bool
) -> list[Fault]:
    """Return why results may not be written there: other ones would be lost."""
    from emergency_sim.experiment.folder.store import check_out
    from emergency_sim.experiment.sharding.would_lose import would_lose

    try:
        check_out(folder)
    except InputFaults as error:
        return list(error.faults)
    lost = "" if yes else would_lose(folder, loaded, share)
    if not lost:
        return []
    message = f"{lost}; name another folder with --out, or replace them with --yes"
    return [fault("--out", message, str(folder))]


def _callbacks(told: RunProgress, *, yes: bool, resume: bool = False) -> Callbacks:
    from emergency_sim.experiment.designed.experiment_run import Callbacks

    def confirm(cost: Cost) -> bool:
        told.pause()
        told.say(cost.sentence())
        if yes:
            return True
        if sys.stdin.isatty() and sys.stderr.isatty():
            return typer.confirm("Run the sensitivity analysis?", err=True)
        message = f"a sensitivity analysis of that cost has to be confirmed: {again('--yes')}"
        raise InputFaults([fault("--yes", message)])

    return Callbacks(progress=told.progress, say=told.say, confirm=confirm, resume=resume)


def _what(loaded: Experiment, folder: Path, share: Shard | None) -> str:
    count, most, days = len(loaded.scenarios), loaded.most_replications, loaded.base.run.days
    part = "" if share is None else f", shard {share}"
    return (
        f"{loaded.spec.id}: {count} scenario{'s' if count > 1 else ''}, "
        f"{'' if loaded.spec.replications == most else 'at most '}{most} "
        f"replication{'s' if most > 1 else ''} of {days} day{'s' if days > 1 else ''}{part}; "
        f"results in {folder}"
    )


def _say_shard(manifest: dict[str, Any], folder: Path, share: Shard, *, as_json: bool) -> None:
    if as_json:
        print_json({"schema_version": 1, "manifest": manifest, "rows": []})
        return
    done = sum(manifest["replications_by_origin"].values())
    typer.echo(f"Shard {share} is done: {done} replications of scenarios in {folder}.")
    own = folder.parent.name.endswith(SHARDS)
    them = f"{folder.parent}/*" if own else "and the folders of all of them"
    typer.echo(f"When all {share.of} are: emergency-sim merge {them}")


def _show(
    done: Finished,
    loaded: Experiment,
    folder: Path,
    lang: str,
    jobs: int | None,
    *,
    as_json: bool,
    maps: bool,
) -> None:
    from emergency_sim.cli.extras import write_extras
    from emergency_sim.cli.show_experiment import show_experiment, write_design
    from emergency_sim.experiment.folder import checksums

    found = done.comparison
    write_extras(found, folder, lang, jobs, maps=maps)
    write_design(loaded, folder)
    if found.results.manifest["sensitivity"] is not None:
        from emergency_sim.cli.show_sensitivity import write_sensitivity

        write_sensitivity(found.results, found.rows, lang)
    checksums.cover(folder)
    if as_json:
        print_json(found.to_json())
        return
    show_experiment(done, loaded, folder, lang)
