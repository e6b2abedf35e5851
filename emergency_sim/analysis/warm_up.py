"""Whether the warm-up was long enough: the first counted week against the later ones (R19).

For each replication the hours of the first counted week are set against the same hours of the week
in the later counted weeks, and the difference is paired over replications. Hours of the week are
compared with themselves, so day, night and weekend cancel. Season and holidays do not: the weeks of
a given set of replications rise or fall together, and that is no transient. So the later weeks are
scaled to the demand of the first one. Demand is drawn before the run and has no transient itself.
MSER-5 is worked out on weekly totals only, and stands beside the outcome.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.hourly_series import ROWS, SERIES
from emergency_sim.analysis.statistics import ALPHA, LEVEL, holm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

HOURS: Final = 168
TOLERANCE: Final = 0.05
"""Share of the later weeks' mean that still counts as alike (assumption A47)."""
SPANS: Final = {"first_week": HOURS, "first_day": 24}
"""Hours that are compared: the week decides, the day shows a short transient undiluted."""
FEWEST_BATCHES: Final = 10
"""Batches of five weeks that MSER-5 needs to say anything."""
BATCH: Final = 5


class WarmUp(StrEnum):
    """Words for a warm-up."""

    LONG_ENOUGH = "long_enough"
    TOO_SHORT = "too_short"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUpRow:
    """One series of one scenario over one span; None where there is nothing.

    Parameters
    ----------
    scenario, series, span
        Id, one of :data:`~emergency_sim.analysis.hourly_series.SERIES`, one of :data:`SPANS`.
    later
        Mean number in the later weeks at the same hours of the week, scaled to the first week's
        (or day's) demand.
    difference
        First week (or day) less that, as share of it; mean over replications.
    ci_low, ci_high
        Its 95 % interval, paired over replications.
    p_holm
        p of no difference, adjusted over all rows of the check.
    outcome
        Too short: it differs, by more than the tolerance. Long enough: the 90 % interval lies
        within the tolerance.
    mser5_cut_weeks
        Counted weeks that MSER-5 would leave out; None: too few weeks.
    """

    scenario: str
    series: str
    span: str
    later: float
    difference: float
    ci_low: float | None
    ci_high: float | None
    p_holm: float | None
    outcome: WarmUp
    mser5_cut_weeks: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUpCheck:
    """What the check of a run or comparison comes to.

    Parameters
    ----------
    warm_up_days
        Days before counting.
    outcome
        Too short if one row is; long enough if every series' first week is.
    reason
        Why it cannot tell; empty otherwise.
    rows
        Base first.
    """

    warm_up_days: int
    outcome: WarmUp
    reason: str
    rows: tuple[WarmUpRow, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the check as JSON values."""
        return asdict(self) | {"tolerance": TOLERANCE}


def warm_up_check(
    hourly: Mapping[str, Sequence[NDArray[Any]]], *, warm_up_days: int
) -> WarmUpCheck:
    """Compare the first counted week with the later ones at the same hours of the week.

    Parameters
    ----------
    hourly
        By scenario: for each replication the numbers by hour of the run from second 0, shape
        (rows, hours), in the order of :data:`~emergency_sim.analysis.hourly_series.ROWS`.
    warm_up_days
        Days before counting; 0 judges a start without warm-up.

    Returns
    -------
    WarmUpCheck
        A series of which there is nothing in the later weeks has no row.

    Notes
    -----
    With F[r] the mean number over the hours of the first week in replication r, L[r] that over the
    same hours of the later weeks, and A[r], B[r] the incidents that arose in them a week, it is
    D[r] = F[r] - L[r] A[r] / B[r]. The interval is that of the mean of D by Student's t with one
    degree of freedom less than there are replications. MSER-5 sees weekly totals scaled likewise to
    the mean demand of a week.
    """
    counted = {
        name: [_weeks(one[:, warm_up_days * 24 :]) for one in replications]
        for name, replications in hourly.items()
        if len(replications)
    }
    weeks = min((one.shape[1] for found in counted.values() for one in found), default=0)
    if weeks < 2:
        return _nothing(warm_up_days, "fewer than two counted weeks")
    judged = [
        _Judged((name, series, span), [one[k] for one in found], [one[-1] for one in found])
        for name, found in counted.items()
        for k, series in enumerate(SERIES)
        if any(one[k, 1:].any() for one in found)
        for span in SPANS
    ]
    if not judged:
        return _nothing(warm_up_days, "nothing happened")
    adjusted = holm([1.0 if j.p is None else j.p for j in judged])
    rows = tuple(j.row(p) for j, p in zip(judged, adjusted, strict=True))
    outcomes = {r.outcome for r in rows if r.span == "first_week"}
    reason = ""
    if any(r.outcome is WarmUp.TOO_SHORT for r in rows):
        outcome = WarmUp.TOO_SHORT
    elif outcomes == {WarmUp.LONG_ENOUGH}:
        outcome = WarmUp.LONG_ENOUGH
    else:
        outcome = WarmUp.CANNOT_TELL
        fewest = min(len(found) for found in counted.values())
        reason = "one replication" if fewest < 2 else "the intervals are too wide"
    return WarmUpCheck(warm_up_days=warm_up_days, outcome=outcome, reason=reason, rows=rows)


def mser5(weekly_totals: NDArray[Any]) -> int | None:
    """Return how many weeks MSER-5 would leave out at the start; None: too few weeks to say.

    Parameters
    ----------
    weekly_totals
        One number a week; at least ten batches of five weeks. Hours or days would not do: their
        batches differ by the time of the week.

    Returns
    -------
    int
        A multiple of five, at most half of the weeks.

    Notes
    -----
    Of b means of five weeks, those after the first d are kept for which the sum of squares about
    their own mean over (b - d)² is least: the squared standard error of the mean that is left
    (White, Simulation 69(6), 1997). It often cuts a batch where there is no transient, so it is
    shown and decides nothing.

    Examples
    --------
    >>> steady = np.tile([9.0, 11.0, 10.0, 10.0, 10.0], 12)
    >>> mser5(steady), mser5(np.concatenate([np.zeros(10), steady])), mser5(steady[:49])
    (0, 10, None)
    """
    batches = len(weekly_totals) // BATCH
    if batches < FEWEST_BATCHES:
        return None
    means = np.asarray(weekly_totals[: batches * BATCH], "float64").reshape(batches, BATCH)
    means = means.mean(axis=1)
    error = [
        float(((means[d:] - means[d:].mean()) ** 2).sum()) / (batches - d) ** 2
        for d in range(batches // 2 + 1)
    ]
    # rounding must not decide between equally good ones
    least = min(error) + 1e-12 * float((means**2).mean())
    return BATCH * next(d for d, e in enumerate(error) if e <= least)


def _weeks(numbers: NDArray[Any]) -> NDArray[np.float64]:
    """Return numbers by hour as (rows, whole weeks, hours of the week)."""
    weeks = numbers.shape[1] // HOURS
    return np.asarray(numbers[:, : weeks * HOURS], "float64").reshape(len(ROWS), weeks, HOURS)


def _nothing(warm_up_days: int, reason: str) -> WarmUpCheck:
    return WarmUpCheck(
        warm_up_days=warm_up_days, outcome=WarmUp.CANNOT_TELL, reason=reason, rows=()
    )


class _Judged:
    """One series of one scenario on its way to a row."""

    def __init__(
        self,
        names: tuple[str, str, str],
        weeks: Sequence[NDArray[Any]],
        demand: Sequence[NDArray[Any]],
    ) -> None:
        self.names = names
        hours = SPANS[names[2]]
        first = np.array([one[0, :hours].mean() for one in weeks])
        later = np.array([one[1:, :hours].mean() for one in weeks])
        later *= np.array([_ratio(one[0, :hours].mean(), one[1:, :hours].mean()) for one in demand])
        self.later = float(later.mean())
        self.error: float | None = None
        self.p: float | None = None
        self.freedom = len(weeks) - 1
        # nothing in these hours of the later weeks, but something in those of the first one
        scale = self.later or 1.0
        differences = (first - later) / scale
        self.difference = float(differences.mean())
        if self.freedom > 0:
            self.error = float(differences.std(ddof=1) / np.sqrt(len(weeks)))
            self.p = _p(self.difference, self.error, self.freedom)
        fewest = min(len(one) for one in weeks)
        totals, arisen = (
            np.mean([one[:fewest].sum(axis=1) for one in rows], axis=0) for rows in (weeks, demand)
        )
        self.mser5 = mser5(totals * [_ratio(float(arisen.mean()), float(x)) for x in arisen])

    def row(self, p_holm: float) -> WarmUpRow:
        scenario, series, span = self.names
        low = high = None
        outcome = WarmUp.CANNOT_TELL
        if self.error is not None:
            half, narrow = (_t(self.freedom, q) * self.error for q in ((1 + LEVEL) / 2, LEVEL))
            low, high = self.difference - half, self.difference + half
            if abs(self.difference) + narrow < TOLERANCE:
                outcome = WarmUp.LONG_ENOUGH
            elif p_holm < ALPHA and abs(self.difference) > TOLERANCE:
                outcome = WarmUp.TOO_SHORT
        return WarmUpRow(
            scenario=scenario,
            series=series,
            span=span,
            later=self.later,
            difference=self.difference,
            ci_low=low,
            ci_high=high,
            p_holm=None if self.p is None else p_holm,
            outcome=outcome,
            mser5_cut_weeks=self.mser5,
        )


def _ratio(above: float, below: float) -> float:
    """Return how much more demand there was; 1 where there was none to compare with."""
    return above / below if below > 0 else 1.0


def _p(difference: float, error: float, freedom: int) -> float:
    from scipy.special import stdtr

    if error <= 0:
        return 0.0 if difference else 1.0
    return min(1.0, 2 * float(stdtr(freedom, -abs(difference) / error)))


def _t(freedom: int, probability: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))
