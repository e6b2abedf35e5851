"""One row of a comparison: values, precision, verdict, and why something is missing."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.more_replications import LEAST, replications_to_tell
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
    from collections.abc import Iterable

    import pandas as pd

    from emergency_sim.analysis.pooling import Estimates, ScenarioKpis
    from emergency_sim.analysis.ranking import Ranking
    from emergency_sim.analysis.replication import Key

JSON_FIELDS: Final = (
    "kpi", "group_kind", "group", "unit", "better", "variant_id", "base", "variant", "difference",
    "ci_low", "ci_high", "p_holm", "n", "verdict", "note", "reason",
)  # fmt: skip
_FLOATS: Final = (
    "base", "variant", "difference", "ci_low", "ci_high", "p_holm", "spread_low", "spread_high",
    "range_low", "range_high", "same_sign", "agree",
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
    range_low, range_high
        5th and 95th percentile of the difference over draws of the assumed parameters (R22); None:
        not studied.
    same_sign, draws
        Share of these draws with the sign of the difference, and how many there are.
    as_given, agree
        Verdict with the parameters as given, where too few of the draws agree with it, and their
        share; then ``verdict`` is ``cannot_tell``.
    by_chance
        With ``as_given``: the draws differ hardly more than single periods do.
    more
        Where the verdict is ``cannot_tell`` for chance: how many more replications would tell, with
        80 % chance, if the difference is as estimated, and at least up to 20 in all; None: no number
        that anybody would run.
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
    range_low: float | None = None
    range_high: float | None = None
    same_sign: float | None = None
    draws: int | None = None
    as_given: str | None = None
    agree: float | None = None
    by_chance: bool | None = None
    more: int | None = None

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
    """Rows in the order of the report, and how far the scenarios have the same incidents.

    Parameters
    ----------
    rows, overlaps
        By variant.
    rankings
        Base and variants from best to worst in each primary indicator; from two variants on.
    """

    rows: tuple[ComparisonRow, ...]
    overlaps: tuple[Overlap, ...]
    rankings: tuple[Ranking, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame (comparison.parquet)."""
        return row_frame(self.rows)


def row_frame(rows: Iterable[ComparisonRow]) -> pd.DataFrame:
    """Return rows as a frame; columns without any value keep their kind."""
    import pandas as pd

    frame = pd.DataFrame([asdict(row) for row in rows])
    whole = ("n", "draws", "more")
    kinds = dict.fromkeys(_FLOATS, "float64") | dict.fromkeys(whole, "Int64")
    kinds |= {"as_given": "string", "by_chance": "boolean"}
    return frame.astype({name: kind for name, kind in kinds.items() if name in frame})


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
    if constant and (total or n >= FEWEST):
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
