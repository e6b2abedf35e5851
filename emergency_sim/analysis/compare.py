"""Base against variants on the same incidents: one row an indicator, group and variant (R20-R24)."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.groups import ORDER
from emergency_sim.analysis.incident_table import AREA_CLASSES, URGENCIES
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.pooling import COMMON, Estimates, common_estimates, estimates
from emergency_sim.analysis.statistics import (
    FEWEST,
    RESAMPLES,
    Precision,
    holm,
    precision,
    resample_weights,
)
from emergency_sim.analysis.verdict import (
    IF_ASSUMED,
    NO_DIRECTION,
    Verdict,
    certain_verdict,
    verdict,
)
from emergency_sim.domain.indicators import Aggregation, Indicator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from emergency_sim.analysis.pooling import ScenarioKpis
    from emergency_sim.analysis.replication import Key

MOST_PRIMARY: Final = 8
FEW_RESAMPLES: Final = 400
"""Resamples of exploratory quantiles: their standard error is then known to about 4 %."""
JSON_FIELDS: Final = (
    "kpi", "group_kind", "group", "unit", "better", "variant_id", "base", "variant", "difference",
    "ci_low", "ci_high", "p_holm", "n", "verdict", "note", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One indicator in one group, base against one variant; None, never NaN, where there is nothing.

    Parameters
    ----------
    kpi, group_kind, group, unit, better
        What it is.
    variant_id
        Variant; None in a table of one scenario.
    base, variant, difference
        Values and variant less base. The difference of two medians is that of the pooled medians.
    ci_low, ci_high
        95 % interval of the difference (of the value, in a table of one scenario).
    p_holm
        Adjusted p; only in the primary family.
    n
        Observations; of base and variant the fewer (of rates and totals the more).
    verdict, note
        In words; ``primary`` or ``exploratory``, ``exact``, ``structural``, ``too_few``.
    reason
        Why something is None.
    spread_low, spread_high
        5th and 95th percentile over single replications of the difference (of the value, in a table
        of one scenario): the spread of single periods, not the precision of the mean (R22).
    """

    kpi: str
    group_kind: str
    group: str
    unit: str
    better: str
    variant_id: str | None
    base: float | None
    variant: float | None
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    p_holm: float | None
    n: int | None
    verdict: str | None
    note: str
    reason: str | None
    spread_low: float | None
    spread_high: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the row of the contract's JSON."""
        return {name: getattr(self, name) for name in JSON_FIELDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How many incidents are in base and variant, over all replications (R4)."""

    variant_id: str
    both: int
    only_base: int
    only_variant: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Rows in the order of the report, and how far the scenarios have the same incidents."""

    rows: tuple[ComparisonRow, ...]
    overlaps: tuple[Overlap, ...]

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame (comparison.parquet)."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows])


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
    found: list[_Pair] = []
    overlaps = []
    for variant in variants:
        base = base_of[variant.scenario]
        of_base = of_bases[id(base)]
        of_variant = estimates(variant, weights, few=few, primary=family)
        overlap, shared = _overlap(base, variant)
        overlaps.append(overlap)
        _merge(of_variant, common_estimates(variant, shared, weights[:few]))
        with_common = Estimates(
            dict(of_base.value), dict(of_base.n), dict(of_base.single), dict(of_base.draws)
        )
        _merge(with_common, common_estimates(base, shared, weights[:few]))
        found += [
            _pair(k, with_common, of_variant, base, variant, replications)
            for k in _keys((with_common, of_variant), (base, variant))
        ]
    tested = [p for p in found if p.key in family and p.sure is not None]
    adjusted = holm([p.sure.p for p in tested if p.sure is not None])
    for pair, p in zip(tested, adjusted, strict=True):
        pair.p_holm = p
    return Comparison(rows=tuple(p.row(p.key in family) for p in found), overlaps=tuple(overlaps))


def summary(scenario: ScenarioKpis, *, key: str = "", resamples: int = RESAMPLES) -> Comparison:
    """Return the values of one scenario with their intervals; variant fields are None."""
    weights = resample_weights(key, len(scenario.replications), resamples)
    found = estimates(scenario, weights, few=min(FEW_RESAMPLES, resamples), primary=())
    rows = tuple(_single_row(k, found, scenario) for k in _keys((found,), (scenario,)))
    return Comparison(rows=rows, overlaps=())


@dataclass(slots=True)
class _Pair:
    """A difference on its way to a row."""

    key: Key
    indicator: Indicator
    variant_id: str
    base: float
    variant: float
    n: int | None
    note: str
    sure: Precision | None
    reason: str | None
    spread: tuple[float | None, float | None]
    p_holm: float | None = None

    def row(self, primary: bool) -> ComparisonRow:
        """Return the finished row."""
        difference = self.variant - self.base
        words = ["primary" if primary else "exploratory"]
        judged: Verdict | None = None
        if self.note:
            words.append(self.note)
        if self.note in ("exact", "structural") and math.isfinite(difference):
            judged = certain_verdict(self.indicator, difference)
        elif self.sure is not None:
            judged = verdict(self.indicator, difference, self.sure, self.p_holm)
        if judged is not None and judged is not Verdict.CANNOT_TELL:
            words.append(IF_ASSUMED)
        reasons = [self.reason] if self.reason else []
        certain = self.note in ("exact", "structural")
        if judged is None and math.isfinite(difference) and (certain or self.sure is not None):
            reasons.append(NO_DIRECTION)
        if not reasons and self.p_holm is None:
            reasons.append("no p: exploratory")
        kpi, kind, group = self.key
        return ComparisonRow(
            kpi=kpi,
            group_kind=kind,
            group=group,
            unit=self.indicator.unit,
            better=self.indicator.better.value,
            variant_id=self.variant_id,
            base=_finite(self.base),
            variant=_finite(self.variant),
            difference=_finite(difference),
            ci_low=None if self.sure is None else self.sure.low,
            ci_high=None if self.sure is None else self.sure.high,
            p_holm=self.p_holm,
            n=self.n,
            verdict=None if judged is None else judged.value,
            note="; ".join(words),
            reason="; ".join(reasons) or None,
            spread_low=self.spread[0],
            spread_high=self.spread[1],
        )


def _pair(
    key: Key,
    a: Estimates,
    b: Estimates,
    base: ScenarioKpis,
    variant: ScenarioKpis,
    replications: int,
) -> _Pair:
    indicator = KPIS[key[0]].indicator
    nan = float("nan")
    if indicator.aggregation is Aggregation.EXACT:
        values = (base.exact.get(key, nan), variant.exact.get(key, nan))
        reason = _missing(*values) or "exact"
        return _Pair(
            key, indicator, variant.scenario, *values, None, "exact", None, reason, (None, None)
        )
    values = (a.value.get(key, nan), b.value.get(key, nan))
    fewest = max if indicator.aggregation is Aggregation.TOTAL else min
    n = fewest(a.n.get(key, 0), b.n.get(key, 0))
    pair = _Pair(key, indicator, variant.scenario, *values, n, "", None, None, (None, None))
    pair.reason = _missing(*values)
    if pair.reason is not None:
        return pair
    single = b.single[key] - a.single[key]
    pair.spread = _spread(single)
    scale = max(abs(values[0]), abs(values[1]), 1e-9)
    if replications > 1 and np.isfinite(single).all() and np.ptp(single) <= 1e-9 * scale:
        pair.note = pair.reason = "structural"
    elif n < FEWEST:
        pair.note = "too_few"
        pair.reason = f"too few: {n} observations, at least {FEWEST} are needed"
    else:
        pair.sure = precision(values[1] - values[0], b.draws[key] - a.draws[key], replications)
        if pair.sure is None:
            pair.reason = "too few replications for an interval"
    return pair


def _single_row(key: Key, found: Estimates, scenario: ScenarioKpis) -> ComparisonRow:
    indicator = KPIS[key[0]].indicator
    exact = indicator.aggregation is Aggregation.EXACT
    value = scenario.exact[key] if exact else found.value[key]
    n = None if exact else found.n[key]
    sure = None
    note = "exact" if exact else ""
    reason = _missing(value, value) or (note or None)
    spread: tuple[float | None, float | None] = (None, None)
    if not exact and reason is None:
        assert n is not None
        spread = _spread(found.single[key])
        if n < FEWEST and indicator.aggregation is not Aggregation.TOTAL:
            note = "too_few"
            reason = f"too few: {n} observations, at least {FEWEST} are needed"
        else:
            sure = precision(value, found.draws[key], len(scenario.replications))
            reason = "one scenario" if sure else "too few replications for an interval"
    return ComparisonRow(
        kpi=key[0],
        group_kind=key[1],
        group=key[2],
        unit=indicator.unit,
        better=indicator.better.value,
        variant_id=None,
        base=_finite(value),
        variant=None,
        difference=None,
        ci_low=None if sure is None else sure.low,
        ci_high=None if sure is None else sure.high,
        p_holm=None,
        n=n,
        verdict=None,
        note=note,
        reason=reason,
        spread_low=spread[0],
        spread_high=spread[1],
    )


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
        both = np.intersect1d(a.incidents, b.incidents)
        shared.append(both)
        only[0] += len(a.incidents) - len(both)
        only[1] += len(b.incidents) - len(both)
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


def _missing(base: float, variant: float) -> str | None:
    """Return why there is no difference, None if there is one."""
    if math.isnan(base) and math.isnan(variant):
        return "nobody in this group"
    if math.isnan(base):
        return "nobody in this group in the base"
    if math.isnan(variant):
        return "nobody in this group in the variant"
    if math.isinf(base) or math.isinf(variant):
        return "no way there"
    return None


def _spread(single: Any) -> tuple[float | None, float | None]:
    values = sorted(x for x in single.tolist() if math.isfinite(x))
    if len(values) < 2:
        return None, None
    # as np.quantile, which costs a tenth of a millisecond a call
    at, last = 0.05 * (len(values) - 1), len(values) - 1
    k = int(at)
    low = values[k] + (values[k + 1] - values[k]) * (at - k)
    high = values[last - k] - (values[last - k] - values[last - k - 1]) * (at - k)
    return low, high


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


__all__ = ["COMMON", "Comparison", "ComparisonRow", "Overlap", "compare", "summary"]
