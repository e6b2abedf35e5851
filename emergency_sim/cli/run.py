"""``run`` one scenario, ``compare`` a base with variants."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

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
    one_of,
    print_json,
)

if TYPE_CHECKING:
    from emergency_sim.scenario import Scenario

NOTHING_KEPT: Final = "Nothing is kept; --out DIR keeps the tables."
STAFFINGS: Final = ("as_given", "equal_service", "both")


def run(
    scenario: Annotated[str, typer.Argument(help="A file or a bundled name.")],
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
    """Simulate a scenario and print its indicators."""
    options = Common(
        replications=replications, days=days, seed=seed, jobs=jobs, out=out,
        sets=tuple(sets or ()), lang=lang,
    )  # fmt: skip
    [loaded] = load_all([scenario], options)
    _warn((*loaded.warnings, *_by_itself(loaded)))
    from emergency_sim.cli.terminal import shown_progress
    from emergency_sim.experiment.api import as_json as results_json
    from emergency_sim.experiment.api import simulate

    with shown_progress(quiet=as_json) as told:
        results = simulate(loaded, jobs=jobs, out=out, events=events, progress=told)
    if out is not None:
        from emergency_sim.cli.extras import write_warm_up

        write_warm_up(results, out, lang)
    if as_json:
        print_json(results_json(results.manifest, results.rows))
        return
    from emergency_sim.cli.show import show_limits, show_run

    show_run(results, loaded, lang)
    show_limits(results, loaded, out, ["kpis.parquet", "manifest.json"], lang)
    if out is None:
        typer.echo(NOTHING_KEPT)


def compare(
    base: Annotated[str, typer.Argument(help="The scenario to compare with.")],
    variants: Annotated[
        list[str], typer.Argument(metavar="VARIANT...", help="Files or bundled names.")
    ],
    replications: Replications = None,
    days: Days = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    as_json: AsJson = False,
    sets: Sets = None,
    events: Events = False,
    staffing: Annotated[
        str,
        typer.Option(
            metavar="|".join(STAFFINGS), help="Staffing in which structural variants are shown."
        ),
    ] = "both",
    decay_check: Annotated[
        bool, typer.Option(help="Run variants that change distances with distance decay off, too.")
    ] = True,
    lang: Lang = "en",
) -> None:
    """Compare variants with a base on the same incidents."""
    options = Common(
        replications=replications, days=days, seed=seed, jobs=jobs, out=out,
        sets=tuple(sets or ()), lang=lang,
    )  # fmt: skip
    wrong = one_of("--staffing", staffing, STAFFINGS)
    first, *others = load_all([base, *variants], options, wrong)
    for one in (first, *others):
        _warn(one.warnings)
    from emergency_sim.cli.terminal import shown_progress
    from emergency_sim.experiment.api import compare as compare_scenarios
    from emergency_sim.experiment.comparing.comparison import CompareOptions

    chosen = CompareOptions(staffing=staffing, decay_check=decay_check, events=events)
    with shown_progress(quiet=as_json) as told:
        found = compare_scenarios(first, *others, jobs=jobs, out=out, options=chosen, progress=told)
    if out is not None:
        from emergency_sim.cli.extras import write_extras

        write_extras(found, out, lang, jobs)
    if as_json:
        print_json(found.to_json())
        return
    from emergency_sim.cli.show import show_compared

    show_compared(found, first, out, lang)
    if out is None:
        typer.echo(NOTHING_KEPT)


def _by_itself(scenario: Scenario) -> list[str]:
    """Return what a variant lacks when it runs without its base."""
    if scenario.base is None or not getattr(scenario.demand, "distance_decay", False):
        return []
    return [
        (
            f"{scenario.id} runs without its base, so nobody stays away because the clinic is further "
            f"off: that is relative to the base; `emergency-sim compare {scenario.base} "
            f"{scenario.id}` has it"
        )
    ]


def _warn(lines: tuple[str, ...]) -> None:
    for line in lines:
        sys.stderr.write(f"warning: {line}\n")
