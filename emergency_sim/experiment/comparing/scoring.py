"""Indicators of all scenarios of a comparison; its parts are worked out side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis import compare as statistics
from emergency_sim.analysis.replication import ReplicationKpis, Sample
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.folder.results import kpi_frame, read_scenario
from emergency_sim.experiment.work.attempts import CancelledRun, run_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.analysis.pooling import ScenarioKpis
    from emergency_sim.analysis.replication import Key
    from emergency_sim.experiment.comparing.groups import SharedGroups
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Scenario

ANOTHER: Final = 2**40
"""Added to numbers of incidents where scenarios are independent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Where the components of the indicators are, and in which groups they are reported.

    Parameters
    ----------
    folder
        Results folder with all units of work.
    replications
        By scenario id, the base first.
    exact
        Indicators without chance by scenario id.
    shared
        Named groups of all scenarios.
    key
        Names the resamples.
    paired
        The k-th replications of all scenarios have the same potential incidents.
    """

    folder: Path
    replications: dict[str, int]
    exact: dict[str, dict[Key, float]]
    shared: SharedGroups
    key: str
    paired: bool = True

    @property
    def base(self) -> str:
        """Id of the base."""
        return next(iter(self.replications))

    def read(self, scenario: str, replications: int | None = None) -> ScenarioKpis:
        """Return the first replications of a scenario, or all."""
        count = self.replications[scenario] if replications is None else replications
        found = read_scenario(self.folder, scenario, count, self.exact[scenario])
        if self.paired or scenario == self.base:
            return found
        parts = (replace(k, incidents=_strangers(k.incidents)) for k in found.replications)
        return replace(found, replications=tuple(parts))


def _strangers(incidents: NDArray[Any]) -> NDArray[Any]:
    """Return incidents under numbers that no other scenario has: they are others (R4)."""
    whole = incidents.astype("int64")  # below 0: who stays away
    return np.where(whole >= 0, whole + ANOTHER, whole - ANOTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Variants that are compared with the base in one family.

    Parameters
    ----------
    variants
        Ids.
    replications
        How many of base and variants.
    primary
        The family of primary indicators (R23).
    kpis
        Only these rates; empty: all indicators.
    quantiles
        Of ``kpis`` also those that are quantiles.
    """

    variants: tuple[str, ...]
    replications: int
    primary: tuple[tuple[str, str, str], ...] = ()
    kpis: tuple[str, ...] = ()
    quantiles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the work: a contest, or the files of indicators and scenarios."""

    scored: Scored
    contest: Contest | None = None
    scenarios: tuple[Scenario, ...] = ()


def score(
    scored: Scored, contests: Sequence[Contest], scenarios: Sequence[Scenario], *, workers: Workers
) -> list[statistics.Comparison]:
    """Return the comparison of every contest; write ``kpis.parquet`` and ``scenarios/``.

    Parameters
    ----------
    scored
        What is compared.
    contests
        One without variants gives no rows.
    scenarios
        All of them.
    workers
        Who works it out.
    """
    parts = [Part(scored=scored, contest=c) for c in contests if c.variants]
    parts.append(Part(scored=scored, scenarios=tuple(scenarios)))
    found: dict[Contest, statistics.Comparison] = {}

    def finished(part: Part, comparison: statistics.Comparison | None) -> None:
        if part.contest is not None and comparison is not None:
            found[part.contest] = comparison

    try:
        run_all(work_out, parts, workers, finished)
    except CancelledRun:
        raise CancelledRun(sum(scored.replications.values()), 0) from None
    nothing = statistics.Comparison(rows=(), overlaps=())
    return [found.get(contest, nothing) for contest in contests]


def work_out(part: Part) -> statistics.Comparison | None:
    """Do one part of the work (a unit for a worker process)."""
    if part.contest is not None:
        return _compared(part.scored, part.contest)
    kpis = [part.scored.read(name) for name in part.scored.replications]
    with store.aside(part.scored.folder / store.KPIS) as path:
        store.write_frame(kpi_frame(kpis), path)
    store.write_scenarios(part.scenarios, part.scored.folder)
    return None


def _compared(scored: Scored, contest: Contest) -> statistics.Comparison:
    """Compare variants with the base, each in its own groups."""
    shared, base = scored.shared, scored.base

    def read(scenario: str) -> ScenarioKpis:
        whole = scored.read(scenario, contest.replications)
        if not contest.kpis:
            return whole
        parts = tuple(
            _only(kpis, contest.kpis, quantiles=contest.quantiles) for kpis in whole.replications
        )
        return replace(whole, replications=parts)

    of_base = read(base)
    known: dict[Any, ScenarioKpis] = {}
    bases = {}
    for variant in contest.variants:
        names = tuple(shared.own[variant].items())
        if names not in known:  # a base in the same groups is worked out once
            known[names] = shared.scored(of_base, variant)
        bases[variant] = known[names]
    found = statistics.compare(
        shared.scored(of_base, base),
        [shared.scored(read(variant), variant) for variant in contest.variants],
        primary=contest.primary,
        key=scored.key,
        bases=bases,
    )
    if not contest.kpis:
        return found
    return replace(found, rows=tuple(row for row in found.rows if row.kpi in contest.kpis))


def _only(
    kpis: ReplicationKpis, names: tuple[str, ...], *, quantiles: bool = False
) -> ReplicationKpis:
    """Return the components of some rates, by choice with the observations of their quantiles."""
    nothing = Sample(rows=np.zeros(0, "int32"), values=np.zeros(0), groups={})
    return replace(
        kpis,
        ratios={key: value for key, value in kpis.ratios.items() if key[0] in names},
        samples={
            name: sample if quantiles and name in names else nothing
            for name, sample in kpis.samples.items()
        },
    )
