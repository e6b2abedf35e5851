"""``demo``: the structure before the pilot against satellites and against six districts."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

import typer

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
    load_all,
    print_json,
)

BASE: Final = "before-pilot"
VARIANTS: Final = ("molde-satellites", "six-districts")
FOLDER: Final = Path("results") / "demo"


def demo(
    replications: Replications = None,
    days: Days = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    as_json: AsJson = False,
    sets: Sets = None,
    events: Events = False,
    lang: Lang = "en",
) -> None:
    """Compare Møre og Romsdal before the pilot with satellites and with six districts."""
    started = time.perf_counter()
    folder = FOLDER if out is None else out
    options = Common(
        replications=replications, days=days, seed=seed, jobs=jobs, out=folder,
        sets=tuple(sets or ()), lang=lang,
    )  # fmt: skip
    if not options.faults():
        from emergency_sim.experiment.work.executors import Workers, warm_up

        warm_up(Workers.of(jobs))
    base, *variants = load_all([BASE, *VARIANTS], options)
    from emergency_sim.cli.extras import write_extras
    from emergency_sim.cli.terminal import progress
    from emergency_sim.experiment.api import compare
    from emergency_sim.experiment.comparing.comparison import CompareOptions
    from emergency_sim.experiment.comparing.pilots import SearchSettings

    chosen = CompareOptions(
        equal_replications=6,
        side_replications=4,
        search=SearchSettings(replications=2, rounds=3, days=7, warm_up_days=1),
        events=events,
    )
    with progress() as told:
        found = compare(base, *variants, jobs=jobs, out=folder, options=chosen, progress=told)
    maps = write_extras(found, folder, lang, jobs)
    if as_json:
        print_json(found.to_json())
    else:
        from emergency_sim.cli.show import show_compared

        show_compared(found, base, folder, lang)
        typer.echo(f"Maps: {', '.join(str(path) for path in maps if path.suffix == '.png')}")
    sys.stderr.write(f"done in {time.perf_counter() - started:.0f} s\n")
