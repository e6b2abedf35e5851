"""Which distribution fits a stage, judged on days that it was not fitted to.

Two days in three are fitted to and the third is kept back; which is which depends on the date's name
alone. The family with the best mean logarithmic score on the days kept back wins, unless a simpler
one is as good: within one standard error of the difference over days (assumption A63).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.observed.families import (
    FAMILIES,
    Fitted,
    Sample,
    fit_family,
    log_of,
)
from emergency_sim.analysis.sums import weighted
from emergency_sim.domain.streams import Streams, name_words

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

FEWEST: Final = 30
FEWEST_DAYS: Final = 3
"""Days on either side of the split below which there is no hold-out score."""
RESAMPLES: Final = 200
SLOW_RESAMPLES: Final = 60
AS_GOOD: Final = 0.002
"""Difference of mean logarithmic scores that nobody would notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFit:
    """What fits one stage.

    Parameters
    ----------
    n, days
        Durations and days that they come from.
    chosen
        The proposal, fitted to all days.
    low, high
        95 % interval of its first field, days drawn again.
    held_out
        Durations on the days kept back; 0: too few days for a test.
    scores
        Mean logarithmic score of each family on the days kept back.
    best
        Family with the best score.
    ks, ks_p
        Largest distance between proposal, fitted to the other days, and days kept back, both as the
        log's clock shows them; and its p-value, which takes durations of a day for independent.
    """

    n: int
    days: int
    chosen: Fitted
    low: float
    high: float
    held_out: int
    scores: dict[str, float]
    best: str
    ks: float
    ks_p: float

    @property
    def note(self) -> str:
        """Return in words how the family was chosen."""
        if not self.held_out:
            return "too few days to hold any out: by Akaike's criterion"
        if self.best != self.chosen.family:
            return f"as good as {self.best} on days held out, and simpler"
        return "best on days held out"


def held_out(days: list[date]) -> NDArray[np.bool_]:
    """Return for each date whether it is kept back: by SHA-256 of its name."""
    return np.asarray(third_of(days) == 0)


def third_of(days: list[date]) -> NDArray[np.int64]:
    """Return for each date which third it belongs to (0, 1, 2): by SHA-256 of its name."""
    return np.array([name_words(f"hold-out/{d.isoformat()}")[0] % 3 for d in days], "int64")


def fit_stage(
    seconds: NDArray[np.float64], day: NDArray[np.int64], dates: list[date], step_s: float, key: str
) -> StageFit | None:
    """Return what fits durations; None: fewer than 30.

    Parameters
    ----------
    seconds, day
        Durations, and the position of each one's date.
    dates
        All dates.
    step_s
        Step of the clock.
    key
        Name of the random stream.
    """
    if len(seconds) < FEWEST:
        return None
    kept_back = held_out(dates)[day]
    own_days = np.unique(day)
    scores: dict[str, float] = {}
    whole = Sample.of(seconds, step_s)
    ks = p = float("nan")
    tested = min(len(np.unique(day[kept_back])), len(np.unique(day[~kept_back]))) >= FEWEST_DAYS
    if tested:
        train = Sample.of(seconds[~kept_back], step_s)
        test = np.rint(seconds[kept_back] / step_s) * step_s
        trained = {name: fit_family(name, train) for name in FAMILIES}
        by_value = {name: f.log_scores(test, step_s) for name, f in trained.items()}
        scores = {name: float(s.mean()) for name, s in by_value.items()}
        best = max(scores, key=lambda name: scores[name])
        chosen = _simplest(by_value, best, day[kept_back])
        ks, p = distance_to(trained[chosen], test, step_s)
    else:
        chosen = best = _by_criterion(whole)
    fitted = fit_family(chosen, whole)
    low, high = _interval(fitted, seconds, day, step_s, key)
    return StageFit(
        n=len(seconds), days=len(own_days), chosen=fitted, low=low, high=high,
        held_out=int(kept_back.sum()) if tested else 0, scores=scores, best=best, ks=ks, ks_p=p,
    )  # fmt: skip


def _simplest(scores: dict[str, NDArray[np.float64]], best: str, day: NDArray[np.int64]) -> str:
    """Return the first family, in order of simplicity, that is as good as the best one."""
    _, at = np.unique(day, return_inverse=True)
    days, n = int(at.max()) + 1, len(day)
    for name, family in FAMILIES.items():
        if name == best or family.fields > FAMILIES[best].fields:
            break
        behind = np.bincount(at, scores[best] - scores[name], minlength=days)
        mean = behind.sum() / n
        error = np.sqrt(days) * behind.std(ddof=1) / n
        if family.fields < FAMILIES[best].fields and mean <= max(error, AS_GOOD):
            return name
        if family.fields == FAMILIES[best].fields and mean <= AS_GOOD:
            return name
    return best


def distance_to(fitted: Fitted, seconds: NDArray[np.float64], step_s: float) -> tuple[float, float]:
    """Return Kolmogorov's distance on the steps of the clock, and its p-value.

    Against the bare distribution every log of whole minutes would differ: by its steps. On steps
    the p-value is a little too large, never too small.
    """
    from scipy.stats import kstwobign

    values, counts = np.unique(seconds, return_counts=True)
    n = len(seconds)
    shares = np.cumsum(counts) / n
    # between two values the log's share stands still, and the family's goes on
    steps = np.stack([fitted.shown_cdf(values, step_s), fitted.shown_cdf(values - step_s, step_s)])
    distance = float(np.abs(steps - np.stack([shares, shares - counts / n])).max())
    return distance, float(kstwobign.sf(distance * np.sqrt(n)))


def _by_criterion(sample: Sample) -> str:
    """Return the family with the least Akaike criterion."""

    def criterion(name: str) -> float:
        scores = fit_family(name, sample).log_scores(sample.values, sample.step_s)
        return 2 * FAMILIES[name].fields - 2 * float(np.sum(sample.counts * scores))

    return min(FAMILIES, key=criterion)


def _interval(
    fitted: Fitted, seconds: NDArray[np.float64], day: NDArray[np.int64], step_s: float, key: str
) -> tuple[float, float]:
    """Return the 95 % interval of the first field.

    Its spread is the larger of that between resamples of whole days and that between resamples of
    single durations, with Student's factor for the number of days: ten days say little of how much
    days differ. For a log-normal the mean logarithm moves with the resample; elsewhere the family is
    fitted anew.
    """
    distinct, at = np.unique(np.rint(seconds / step_s) * step_s, return_inverse=True)
    _, own = np.unique(day, return_inverse=True)
    days, n = int(own.max()) + 1, len(seconds)
    counts = np.zeros((days, len(distinct)))
    np.add.at(counts, (own, at), 1.0)
    random = Streams(seed=0).generator(f"fit/{key}")
    size = SLOW_RESAMPLES if fitted.family == "weibull" else RESAMPLES
    by_day = random.multinomial(days, np.full(days, 1 / days), size=size) @ counts
    single = random.multinomial(n, counts.sum(0) / n, size=size).astype("float64")
    spread = max(
        _spread(fitted, distinct, by_day, step_s) * np.sqrt(days / max(days - 1, 1)),
        _spread(fitted, distinct, single, step_s),
    )
    reach = float(np.exp(students_factor(days) * spread))
    return fitted.first() / reach, fitted.first() * reach


def students_factor(days: int) -> float:
    """Return how many standard errors a 95 % interval reaches, from so many days."""
    from scipy.stats import t

    return float(t.ppf(0.975, max(days - 1, 1)))


def _spread(
    fitted: Fitted, values: NDArray[np.float64], counts: NDArray[np.float64], step_s: float
) -> float:
    """Return the standard deviation of the logarithm of the first field over resamples."""
    if fitted.family in ("lognormal", "exponential"):
        logs = fitted.family == "lognormal"
        moved = log_of(values, step_s) if logs else values
        means = weighted(counts, moved) / counts.sum(axis=1)
        return float(np.std(means if logs else np.log(np.maximum(means, 1e-9))))
    found = [
        fit_family(fitted.family, Sample(values=values, counts=own, step_s=step_s)).first()
        for own in counts
    ]
    return float(np.std(np.log(np.maximum(found, 1e-9))))
