"""What a notebook or a script calls: simulate a scenario, compare scenarios."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.replication import exact_kpis
from emergency_sim.analysis.warm_up import warm_up_check
from emergency_sim.experiment.comparing.compared import Comparison, as_json, publish_comparison
from emergency_sim.experiment.comparing.comparison import CompareOptions, compare_scenarios
from emergency_sim.experiment.comparing.duty_costs import with_crews_and_rates
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.folder.manifest import manifest_of
from emergency_sim.experiment.folder.place import Place
from emergency_sim.experiment.folder.results import Results, kpi_frame, read_scenario
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.experiment.work.plan import Plan
from emergency_sim.experiment.work.runner import carry_out
from emergency_sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Comparison", "as_json", "as_scenario", "compare", "simulate", "with_run"]

SETTINGS: Final = ("replications", "days", "seed")


def as_scenario(scenario: Scenario | str | Path) -> Scenario:
    """Return a scenario, loaded if it is a path or the name of a bundled one."""
    if isinstance(scenario, Scenario):
        return scenario
    return load_scenario(scenario, kpis=list(KPIS))


def with_run(
    scenario: Scenario, *, replications: int | None, days: int | None, seed: int | None
) -> Scenario:
    """Return the scenario with another length.

    Raises
    ------
    ValueError
        A number out of range.
    """
    given = {"replications": replications, "days": days, "seed": seed}
    for name, value in given.items():
        least = 0 if name == "seed" else 1
        if value is not None and value < least:
            raise ValueError(f"{name} must be at least {least} (got {value})")
    chosen: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
    return replace(scenario, run=replace(scenario.run, **chosen))


def simulate(
    scenario: Scenario | str | Path,
    *,
    replications: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    jobs: int | None = 1,
    out: str | Path | None = None,
    events: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> Results:
    """Simulate a scenario.

    Parameters
    ----------
    scenario
        A scenario, a file, or the name of a bundled one.
    replications, days, seed
        Instead of the scenario's own ``run``.
    jobs
        Worker processes; 1: this process; None: one a processor.
    out
        Results folder to keep; None: a temporary one that goes with the object.
    events
        Keep the event logs.
    progress
        Called with ``"simulate"``, replications done and all replications.

    Returns
    -------
    Results
        ``incidents``, ``units``, ``staff``, ``kpis`` and ``events`` are pandas frames.

    Raises
    ------
    InputFaults
        Something is wrong with the scenario or with ``out``.
    ValueError
        A number out of range.

    Examples
    --------
    Some seconds of work::

        results = es.simulate("more-og-romsdal", replications=2, days=7)
        results.kpis
    """
    chosen = with_run(as_scenario(scenario), replications=replications, days=days, seed=seed)
    workers = Workers.of(jobs)
    started = time.perf_counter()
    compiled = compile_scenario(chosen)
    with Place(out) as place:
        staging = place.staging
        plan = Plan(scenarios=(chosen,), events=events)
        told = None if progress is None else _told(progress, "simulate")
        counts = carry_out(
            plan, staging.folder, workers=workers, previous=place.previous, progress=told
        )
        count = chosen.run.replications
        exact = exact_kpis(with_crews_and_rates(compiled))
        kpis = read_scenario(staging.folder, chosen.id, count, exact)
        store.write_frame(kpi_frame([kpis]), staging.folder / store.KPIS)
        store.write_scenarios([chosen], staging.folder)
        seconds = {"all": round(time.perf_counter() - started, 3)}
        manifest = manifest_of(
            "run", [chosen], {chosen.id: count}, workers, seconds=seconds, counts=counts
        )
        hourly = {chosen.id: [one.hourly for one in kpis.replications]}
        check = warm_up_check(hourly, warm_up_days=chosen.run.warm_up_days)
        manifest["warm_up"] = check.to_json()
        return place.publish(manifest, plan)


def compare(
    base: Scenario | str | Path,
    *variants: Scenario | str | Path,
    replications: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    jobs: int | None = 1,
    out: str | Path | None = None,
    options: CompareOptions | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Comparison:
    """Compare variants with a base on the same incidents.

    Parameters
    ----------
    base, variants
        Scenarios, files, or names of bundled ones; the base decides length and seed.
    replications, days, seed, jobs, out
        As in :func:`simulate`.
    options
        Staffing, check of distance decay, event logs.
    progress
        Called with the stage (``search``, ``simulate``), what is done and how much there is.

    Returns
    -------
    Comparison
        ``rows`` and, as pandas frame, ``table``.

    Raises
    ------
    InputFaults
        Something is wrong with a scenario or with ``out``.
    ValueError
        No variant, or a number out of range.

    Examples
    --------
    Half a minute of work::

        found = es.compare("before-pilot", "molde-satellites", replications=4)
        found.table[["kpi", "group", "difference", "verdict"]]
    """
    if not variants:
        raise ValueError("give at least one variant")
    first = with_run(as_scenario(base), replications=replications, days=days, seed=seed)
    others = [as_scenario(v) for v in variants]
    workers = Workers.of(jobs)
    with Place(out) as place:
        staging = place.staging
        found = compare_scenarios(
            first, others, options or CompareOptions(), folder=staging.folder,
            previous=place.previous, workers=workers, progress=progress,
        )  # fmt: skip
        return publish_comparison(found, place, "comparison", workers)


def _told(progress: Callable[[str, int, int], None], stage: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(stage, done, total)
