"""Base against variants: as given, in equal service, and with distance decay switched off."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from emergency_sim.analysis.no_increase import ks_tests
from emergency_sim.analysis.replication import exact_kpis
from emergency_sim.analysis.storage import read_hourly
from emergency_sim.analysis.warm_up import warm_up_check
from emergency_sim.experiment.comparing.duty_costs import duty_rates, with_crews_and_rates
from emergency_sim.experiment.comparing.groups import primary_keys
from emergency_sim.experiment.comparing.layout import (
    DECAY_OFF,
    STAFFINGS,
    CompareOptions,
    Layout,
    lay_out,
)
from emergency_sim.experiment.comparing.scoring import Contest, Scored, score
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.work.runner import carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from emergency_sim.analysis.compare import ComparisonRow, Overlap
    from emergency_sim.analysis.no_increase import KsTest
    from emergency_sim.analysis.ranking import Ranking
    from emergency_sim.analysis.replication import Key
    from emergency_sim.analysis.warm_up import WarmUpCheck
    from emergency_sim.experiment.comparing.staffing_search import EqualService
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.experiment.work.plan import Plan
    from emergency_sim.scenario import Scenario

__all__ = ["STAFFINGS", "CompareOptions", "Findings", "Stages", "compare_scenarios", "judge"]

DECAY_KPIS: Final = (
    "contacts_per_1000", "consultations_per_1000", "not_presented", "active_hours_per_week",
    "missions_per_1000",
)  # fmt: skip
"""Load and contacts: printed with distance decay on and off (R3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a comparison found.

    Parameters
    ----------
    rows
        Base against each variant, equal service included; then the rows with decay off.
    overlaps
        Incidents in both, only in the base, only in the variant.
    equal
        What the search for equal service found, by variant.
    scenarios
        All that were simulated, base first, with their own groups.
    compiled
        Base and variants as compiled, by id.
    replications
        By scenario id.
    seconds
        What the parts took.
    counts
        Replications simulated, reused, rescored.
    ks_tests
        KS' test of each variant in each staffing (R17).
    warm_up
        Whether the warm-up was long enough in base and variants (R19).
    rankings
        Structures from best to worst in each primary indicator, from two variants on (R24).
    """

    rows: tuple[ComparisonRow, ...]
    overlaps: tuple[Overlap, ...]
    equal: dict[str, EqualService]
    scenarios: tuple[Scenario, ...]
    compiled: dict[str, Compiled]
    replications: dict[str, int]
    seconds: dict[str, float]
    counts: dict[str, int]
    ks_tests: tuple[KsTest, ...]
    warm_up: WarmUpCheck
    rankings: tuple[Ranking, ...] = ()


class Stages:
    """What the stages of a run take, and whom they tell how far they are.

    Parameters
    ----------
    progress
        Called with the stage, what is done and how much there is.
    """

    def __init__(self, progress: Callable[[str, int, int], None] | None = None) -> None:
        self.laps: dict[str, float] = {}
        self._progress = progress
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """Note that a stage has ended (several of one name add up)."""
        now = time.perf_counter()
        self.laps[name] = round(self.laps.get(name, 0.0) + now - self._last, 3)
        self._last = now

    def told(self, stage: str) -> Callable[[int, int], None] | None:
        """Return what a stage calls to say how far it is."""
        progress = self._progress
        return None if progress is None else lambda done, total: progress(stage, done, total)


def compare_scenarios(
    base: Scenario,
    variants: Sequence[Scenario],
    options: CompareOptions,
    *,
    folder: Path,
    previous: Path | None,
    workers: Workers,
    progress: Callable[[str, int, int], None] | None = None,
) -> Findings:
    """Simulate and compare; files of the units of work appear in ``folder``.

    Parameters
    ----------
    base
        The reference: of distance decay, of potential incidents, of length and seed.
    variants
        At least one.
    options
        What is run beside them.
    folder, previous, workers
        As in :func:`~emergency_sim.experiment.work.runner.carry_out`.
    progress
        Called with the stage (``search``, ``simulate``), what is done and how much there is.

    Raises
    ------
    InputFaults
        Two scenarios have one id, or a variant has other people than the base.
    """
    stages = Stages(progress)
    layout = lay_out(
        base, variants, options, folder=folder, workers=workers,
        kept=() if previous is None else (previous,), progress=stages.told("search"),
    )  # fmt: skip
    stages.lap("lay out")
    n = base.run.replications
    counts = carry_out(
        layout.plan(n), folder, workers=workers, previous=previous,
        progress=stages.told("simulate"),
    )  # fmt: skip
    stages.lap("simulate")
    return judge(layout, n, folder=folder, workers=workers, stages=stages, counts=counts)


def judge(
    layout: Layout,
    replications: int,
    *,
    folder: Path,
    workers: Workers,
    stages: Stages,
    counts: dict[str, int],
    ran: Mapping[str, int] | None = None,
    exact: dict[str, dict[Key, float]] | None = None,
) -> Findings:
    """Compare what was simulated; writes ``kpis.parquet`` and ``scenarios/``.

    Parameters
    ----------
    layout
        What was simulated into ``folder``.
    replications
        Of base and main variants.
    folder, workers
        Where it lies, and who works it out.
    stages, counts
        What it took so far, and where the replications came from.
    ran
        How many replications each scenario has in the folder, where some have more.
    exact
        Indicators without chance, where they are known already.
    """
    base, everything, compiled = layout.base, layout.everything, layout.compiled
    plan = layout.plan(replications)
    some, few = layout.some(replications), layout.few(replications)
    there = {s.id: (ran or {}).get(s.id, plan.count(s)) for s in everything}
    scored = Scored(
        folder=folder,
        replications=there,
        exact=exact or exact_values(layout),
        shared=layout.shared,
        key=str(base.run.seed),
        paired=plan.common_random_numbers,
    )
    found, equally, aside = score(
        scored,
        [
            Contest(
                variants=tuple(s.id for s in layout.main),
                replications=replications,
                primary=tuple(primary_keys(base)),
            ),
            Contest(variants=tuple(s.id for s in layout.apart), replications=some),
            Contest(
                variants=tuple(s.id for s in layout.side), replications=few, kpis=DECAY_KPIS
            ),
        ],
        everything,
        workers=workers,
    )  # fmt: skip
    rows = (
        *found.rows,
        *_noted(equally.rows, f"{some} replications"),
        *_noted(aside.rows, f"distance decay off, {few} replications"),
    )
    check = _warm_up_check((base, *layout.main, *layout.apart), plan, folder)
    stages.lap("analyse")
    return Findings(
        rows=rows,
        overlaps=(*found.overlaps, *equally.overlaps, *aside.overlaps),
        equal=layout.equal,
        scenarios=everything,
        compiled=compiled,
        replications=there,
        seconds=stages.laps,
        counts=counts,
        ks_tests=ks_tests(rows, {s.id: duty_rates(s) for s in everything}, base.id),
        warm_up=check,
        rankings=found.rankings,
    )


def _warm_up_check(scenarios: Sequence[Scenario], plan: Plan, folder: Path) -> WarmUpCheck:
    """Return whether the warm-up was long enough in scenarios that were simulated (R19)."""
    hourly = {
        s.id: [
            read_hourly(store.unit_folder(folder, s.id, k) / store.INDICATORS)
            for k in range(plan.count(s))
        ]
        for s in scenarios
    }
    return warm_up_check(hourly, warm_up_days=scenarios[0].run.warm_up_days)


def exact_values(layout: Layout) -> dict[str, dict[Key, float]]:
    """Return the indicators without chance of every scenario; distance decay changes none."""
    found: dict[str, dict[Key, float]] = {}
    for scenario in layout.everything:
        name, _, how = scenario.id.partition("@")
        if how == DECAY_OFF and name in found:
            found[scenario.id] = found[name]
            continue
        known = layout.compiled.get(scenario.id)
        if known is None:
            known = compile_scenario(scenario, layout.base)
        own = replace(with_crews_and_rates(known), groups=layout.shared.groups)
        found[scenario.id] = exact_kpis(own)
    return found


def _noted(rows: Sequence[ComparisonRow], note: str) -> list[ComparisonRow]:
    """Return rows with something added to their notes."""
    return [replace(row, note=f"{row.note}; {note}") for row in rows]
