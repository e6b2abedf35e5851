"""The difference of one indicator in one group between base and variant, and its verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.comparison_rows import ComparisonRow
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.more_replications import LEAST, MOST, replications_to_tell
from emergency_sim.analysis.statistics import ALPHA, FEWEST, Precision, precision
from emergency_sim.analysis.verdict import (
    IF_ASSUMED,
    NO_DIRECTION,
    Verdict,
    certain_verdict,
    verdict,
)
from emergency_sim.domain.indicators import Aggregation, Indicator

if TYPE_CHECKING:
    from emergency_sim.analysis.pooling import Estimates, ScenarioKpis
    from emergency_sim.analysis.replication import Key

NONE_OF: Final = 3.0
"""Minus log .05: what comes in so many of n observations on average comes in none once in twenty."""


@dataclass(slots=True)
class Pair:
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
    replications: int = 0

    def row(self, primary: bool, open_tests: int = 1) -> ComparisonRow:
        """Return the finished row.

        Parameters
        ----------
        primary
            In the family.
        open_tests
            Tests of the family that show no difference yet: Holm's divisor for the next one.
        """
        difference = self.variant - self.base
        words = ["primary" if primary else "exploratory"]
        judged: Verdict | None = None
        if self.note:
            words.append(self.note)
        if self.note in ("exact", "structural") and math.isfinite(difference):
            judged = certain_verdict(self.indicator, difference)
        elif self.sure is not None:
            judged = verdict(self.indicator, difference, self.sure, self.p_holm)
        more = None
        if judged is Verdict.CANNOT_TELL and self.sure is not None:
            needed = replications_to_tell(
                difference,
                self.sure.error,
                self.replications,
                self.indicator.relevant_difference,
                alpha=ALPHA if self.p_holm is None else ALPHA / max(open_tests, 1),
            )
            more = None if needed is None else max(needed, LEAST) - self.replications
            would = f"about {more} more" if more is not None else f"no {MOST:,}"
            words.append(f"{would} replications would tell")
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
            more=more,
        )


def pair_of(
    key: Key,
    a: Estimates,
    b: Estimates,
    base: ScenarioKpis,
    variant: ScenarioKpis,
    replications: int,
) -> Pair:
    """Return the difference of one key between base and variant.

    Parameters
    ----------
    key
        Indicator, kind of group, group.
    a, b
        Estimates of base and variant, from the same resamples.
    base, variant
        Their exact indicators and ids.
    replications
        How many each has.
    """
    indicator = KPIS[key[0]].indicator
    nan = float("nan")
    if indicator.aggregation is Aggregation.EXACT:
        values = (base.exact.get(key, nan), variant.exact.get(key, nan))
        reason = _missing(*values) or "exact"
        return Pair(
            key, indicator, variant.scenario, *values, None, "exact", None, reason, (None, None)
        )
    values = (a.value.get(key, nan), b.value.get(key, nan))
    fewest = max if indicator.aggregation is Aggregation.TOTAL else min
    n = fewest(a.n.get(key, 0), b.n.get(key, 0))
    pair = Pair(key, indicator, variant.scenario, *values, n, "", None, None, (None, None))
    pair.replications = replications
    pair.reason = _missing(*values)
    if pair.reason is not None:
        return pair
    single = b.single[key] - a.single[key]
    pair.spread = _spread(single)
    scale = max(abs(values[0]), abs(values[1]), 1e-9)
    total = indicator.aggregation is Aggregation.TOTAL
    constant = replications > 1 and np.isfinite(single).all() and np.ptp(single) <= 1e-9 * scale
    unseen = _unseen(indicator, n, *values)
    if unseen is not None:
        pair.note, pair.reason = "too_few", unseen
    elif constant and (total or n >= FEWEST):
        pair.note = pair.reason = "structural"
    elif n < FEWEST:
        pair.note = "too_few"
        pair.reason = f"too few: {n} observations, at least {FEWEST} are needed"
    else:
        pair.sure = precision(values[1] - values[0], b.draws[key] - a.draws[key], replications)
        if pair.sure is None:
            pair.reason = "too few replications for an interval"
    return pair


def single_row(key: Key, found: Estimates, scenario: ScenarioKpis) -> ComparisonRow:
    """Return the row of one key of one scenario: its value, the interval of the value."""
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
        elif (unseen := _unseen(KPIS[key[0]].indicator, n, value)) is not None:
            note, reason = "too_few", unseen
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


def _unseen(indicator: Indicator, n: int, *shares: float) -> str | None:
    """Return why a share of which there is nothing, or all, says nothing yet; None if it does.

    What comes in none of n observations may still come in 3 / n of them (95 %), and no resample
    knows: all have the same share. So n must rule out the relevant difference.
    """
    if indicator.unit != "share" or set(shares) not in ({0.0}, {1.0}):
        return None
    needed = math.ceil(NONE_OF / indicator.relevant_difference)
    if n < FEWEST or n >= needed:
        return None
    what = "none" if shares[0] == 0 else "all"
    return f"too few: {what} of {n} observations, which takes at least {needed} to mean something"


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
