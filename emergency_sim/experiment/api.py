"""What a notebook or a script calls: simulate a scenario, compare scenarios."""

from __future__ import annotations

import time
import weakref
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.comparison_rows import row_frame
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.replication import exact_kpis
from emergency_sim.analysis.warm_up import warm_up_check
from emergency_sim.experiment import provenance, store
from emergency_sim.experiment.comparison import CompareOptions, Findings, compare_scenarios
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.experiment.duty_costs import with_crews_and_rates
from emergency_sim.experiment.executors import Workers
from emergency_sim.experiment.manifest import manifest_of, search_result
from emergency_sim.experiment.results import Results, kpi_frame, read_scenario
from emergency_sim.experiment.runner import Plan, carry_out
from emergency_sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    import pandas as pd

    from emergency_sim.analysis.compare import ComparisonRow, Overlap
    from emergency_sim.analysis.no_increase import KsTest
    from emergency_sim.experiment.staffing_search import EqualService

SETTINGS: Final = ("replications", "days", "seed")


@dataclass(eq=False)
class Comparison:
    """Base against variants.

    Parameters
    ----------
    results
        Tables and manifest of all scenarios that were simulated.
    findings
        Rows, overlaps and staffing.
    """

    results: Results
    findings: Findings

    @property
    def rows(self) -> tuple[ComparisonRow, ...]:
        """One row an indicator, group and variant, in the order of the report."""
        return self.findings.rows

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows as a pandas frame."""
        import pandas as pd

        return pd.read_parquet(self.results.folder / "comparison.parquet")

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        """Incidents in both, only in the base, only in the variant."""
        return self.findings.overlaps

    @property
    def equal_service(self) -> dict[str, EqualService]:
        """Staffing that keeps the base's waits, by variant."""
        return self.findings.equal

    @property
    def ks_tests(self) -> tuple[KsTest, ...]:
        """KS' test of each variant: no increase in duty hours and standby (R17)."""
        return self.findings.ks_tests

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return as_json(self.results.manifest, self.rows)


def as_json(manifest: dict[str, Any], rows: Sequence[ComparisonRow]) -> dict[str, Any]:
    """Return rows and manifest as the JSON of the contract."""
    return {
        "schema_version": provenance.SCHEMA_VERSION,
        "manifest": manifest,
        "rows": [row.to_json() for row in rows],
    }


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
    chosen = {name: value for name, value in given.items() if value is not None}
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
    with _Place(out) as place:
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
        return _publish(place, manifest, plan)


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
    with _Place(out) as place:
        staging = place.staging
        found = compare_scenarios(
            first, others, options or CompareOptions(), folder=staging.folder,
            previous=place.previous, workers=workers, progress=progress,
        )  # fmt: skip
        manifest = manifest_of(
            "comparison", found.scenarios, found.replications, workers, seconds=found.seconds,
            counts=found.counts,
        )  # fmt: skip
        manifest |= {
            "overlaps": [
                {"variant_id": o.variant_id, "both": o.both, "only_base": o.only_base,
                 "only_variant": o.only_variant}
                for o in found.overlaps
            ],
            "equal_service": {k: search_result(v) for k, v in found.equal.items()},
            "ks_test": [test.to_json() for test in found.ks_tests],
            "warm_up": found.warm_up.to_json(),
        }  # fmt: skip
        store.write_frame(row_frame(found.rows), staging.folder / "comparison.parquet")
        plan = Plan(scenarios=found.scenarios, replications=found.replications)
        results = _publish(place, manifest, plan)
    return Comparison(results=results, findings=found)


class _Place:
    """Where results go: a folder that is kept, or a temporary one that goes with the results."""

    def __init__(self, out: str | Path | None) -> None:
        self._temporary = mkdtemp(prefix="emergency_sim-") if out is None else None
        folder = Path(self._temporary or str(out)) / ("results" if out is None else "")
        self.staging = store.Staging(folder)
        self.previous = self.staging.out if store.is_results(self.staging.out) else None

    def __enter__(self) -> _Place:
        self.staging.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.staging.__exit__(kind, error, at)
        if self._temporary and error is not None:
            rmtree(self._temporary)

    def goes_with(self, results: Results) -> Results:
        """Return the results; a temporary folder is deleted with them."""
        if self._temporary:
            weakref.finalize(results, rmtree, self._temporary, ignore_errors=True)
        return results


def _told(progress: Callable[[str, int, int], None], stage: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(stage, done, total)


def _publish(place: _Place, manifest: dict[str, Any], plan: Plan) -> Results:
    staging = place.staging
    store.write_json(manifest, staging.folder / store.MANIFEST)
    staging.publish(plan.pairs())
    return place.goes_with(Results(folder=staging.out, manifest=manifest))
