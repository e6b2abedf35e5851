"""Base against variants on the same incidents: one row an indicator, group and variant (R20-R24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.comparison_rows import (
    JSON_FIELDS,
    Comparison,
    ComparisonRow,
    Overlap,
)
from emergency_sim.analysis.differences import Pair, pair_of, single_row
from emergency_sim.analysis.groups import ORDER
from emergency_sim.analysis.incident_table import AREA_CLASSES, URGENCIES
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.pooling import COMMON, Estimates, common_estimates, estimates, pulls
from emergency_sim.analysis.ranking import rank
from emergency_sim.analysis.statistics import ALPHA, RESAMPLES, holm, resample_weights
from emergency_sim.domain.indicators import Aggregation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.analysis.pooling import ScenarioKpis
    from emergency_sim.analysis.ranking import Ranking
    from emergency_sim.analysis.replication import Key

MOST_PRIMARY: Final = 8
FEW_RESAMPLES: Final = 400
"""Resamples of exploratory quantiles: their standard error is then known to about 4 %."""


def compare(
    base: ScenarioKpis,
    variants: Sequence[ScenarioKpis],
    *,
    primary: Sequence[tuple[str, str, str]] = (),
    key: str = "",
    resamples: int = RESAMPLES,
    bases: Mapping[str, ScenarioKpis] | None = None,
) -> Comparison:
    """Compare variants with a base.

    Parameters
    ----------
    base, variants
        The k-th replication of each has the same potential incidents.
    primary
        (kpi, group_kind, group) named before the experiment ran, at most eight (R23).
    key
        Names the resamples; the same key gives the same intervals.
    resamples
        Bootstrap resamples of ratios and of the primary family (others: at most 400).
    bases
        By variant: the base in the variant's own named groups, where these are other areas.

    Raises
    ------
    ValueError
        If numbers of replications differ, or too many or unknown indicators are primary.
    """
    family = _family(primary)
    replications = len(base.replications)
    if any(len(v.replications) != replications for v in variants):
        raise ValueError("base and variants need the same number of replications")
    weights = resample_weights(key, replications, resamples)
    few = min(FEW_RESAMPLES, resamples)
    base_of = {v.scenario: (bases or {}).get(v.scenario, base) for v in variants}
    of_bases = {
        id(b): estimates(b, weights, few=few, primary=family)
        for b in {id(b): b for b in base_of.values()}.values()
    }
    found: list[Pair] = []
    overlaps = []
    structures = {id(b): [(b, of_bases[id(b)])] for b in base_of.values()}
    for variant in variants:
        base = base_of[variant.scenario]
        of_base = of_bases[id(base)]
        of_variant = estimates(variant, weights, few=few, primary=family)
        structures[id(base)].append((variant, of_variant.only(family)))
        overlap, shared = _overlap(base, variant)
        overlaps.append(overlap)
        _merge(of_variant, common_estimates(variant, shared, weights[:few]))
        with_common = Estimates(
            dict(of_base.value), dict(of_base.n), dict(of_base.single), dict(of_base.draws)
        )
        _merge(with_common, common_estimates(base, shared, weights[:few]))
        found += [
            pair_of(k, with_common, of_variant, base, variant, replications)
            for k in _keys((with_common, of_variant), (base, variant))
        ]
    # The family is fixed before the run: what turns out untestable counts with p = 1 (R23).
    tested = [p for p in found if p.key in family and p.note != "exact"]
    adjusted = holm([1.0 if p.sure is None else p.sure.p for p in tested])
    for pair, p in zip(tested, adjusted, strict=True):
        pair.p_holm = None if pair.sure is None else p
    open_tests = sum(p >= ALPHA for p in adjusted)
    return Comparison(
        rows=tuple(p.row(p.key in family, open_tests) for p in found),
        overlaps=tuple(overlaps),
        rankings=_rankings(primary, list(structures.values()), replications),
    )


def _rankings(
    primary: Sequence[tuple[str, str, str]],
    structures: Sequence[Sequence[tuple[ScenarioKpis, Estimates]]],
    replications: int,
) -> tuple[Ranking, ...]:
    """Return the rankings of each primary indicator, of structures in the same named groups."""
    out = []
    for kpi, kind, group in dict.fromkeys(primary):
        key = (KPIS[kpi].name, kind, group)
        together = structures if kind == ORDER[0] else [_all_together(structures)]
        for one in together:
            if len(one) < 3:  # with one variant there is nothing to choose
                continue
            exact = pull = None
            if KPIS[kpi].indicator.aggregation is Aggregation.EXACT:
                exact = [s.exact.get(key, float("nan")) for s, _ in one]
            elif all(key in e.draws for _, e in one):
                pull = np.array([pulls(s, key) for s, _ in one])
            found = [(s.scenario, e) for s, e in one]
            ranking = rank(key, found, replications, pull=pull, exact=exact)
            if ranking is not None:
                out.append(ranking)
    return tuple(out)


def _all_together(
    structures: Sequence[Sequence[tuple[ScenarioKpis, Estimates]]],
) -> list[tuple[ScenarioKpis, Estimates]]:
    """Return base and variants once; bases differ in their named groups only."""
    return [structures[0][0], *(one for some in structures for one in some[1:])]


def summary(scenario: ScenarioKpis, *, key: str = "", resamples: int = RESAMPLES) -> Comparison:
    """Return the values of one scenario with their intervals; variant fields are None."""
    weights = resample_weights(key, len(scenario.replications), resamples)
    found = estimates(scenario, weights, few=min(FEW_RESAMPLES, resamples), primary=())
    rows = tuple(single_row(k, found, scenario) for k in _keys((found,), (scenario,)))
    return Comparison(rows=rows, overlaps=())


def _family(primary: Sequence[tuple[str, str, str]]) -> frozenset[Key]:
    if len(primary) > MOST_PRIMARY:
        raise ValueError(f"{len(primary)} primary indicators; at most {MOST_PRIMARY} are allowed")
    unknown = [kpi for kpi, _, _ in primary if kpi not in KPIS]
    if unknown:
        raise ValueError(f"unknown indicators: {', '.join(unknown)}")
    return frozenset((KPIS[kpi].name, kind, group) for kpi, kind, group in primary)


def _overlap(base: ScenarioKpis, variant: ScenarioKpis) -> tuple[Overlap, list[Any]]:
    shared = []
    only = [0, 0]
    for a, b in zip(base.replications, variant.replications, strict=True):
        here, there = (x.incidents[x.incidents >= 0] for x in (a, b))  # who stays away is in none
        both = np.intersect1d(here, there)
        shared.append(both)
        only[0] += len(here) - len(both)
        only[1] += len(there) - len(both)
    overlap = Overlap(
        variant_id=variant.scenario,
        both=sum(map(len, shared)),
        only_base=only[0],
        only_variant=only[1],
    )
    return overlap, shared


def _merge(into: Estimates, more: Estimates) -> None:
    into.value |= more.value
    into.n |= more.n
    into.single |= more.single
    into.draws |= more.draws


def _keys(found: Sequence[Estimates], scenarios: Sequence[ScenarioKpis]) -> list[Key]:
    """Return all keys in the order of reports: groups of areas concerned first, then by kind."""
    keys = dict.fromkeys(k for e in found for k in e.value)
    keys |= dict.fromkeys(k for s in scenarios for k in s.exact)
    kinds = {kind: i for i, kind in enumerate(ORDER)}
    labels = {x: i for i, x in enumerate((*URGENCIES, *AREA_CLASSES[::-1]))}
    rank = {name: i for i, name in enumerate(KPIS)}
    return sorted(
        keys, key=lambda k: (kinds.get(k[1], len(kinds)), labels.get(k[2], 99), k[2], rank[k[0]])
    )


__all__ = [
    "COMMON", "JSON_FIELDS", "Comparison", "ComparisonRow", "Overlap", "compare", "summary",
]  # fmt: skip
