"""How incidents are spread over the day: flat, smoothed or hour by hour, judged on days held out.

Each third of the days is held out in turn; which third a day belongs to depends on its date alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.observed.fitting import FEWEST_DAYS, third_of

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

FEWEST: Final = 200
KINDS: Final = ("flat", "smoothed", "hour by hour", "smoothed, weekdays and weekends apart")
"""From simple to complex."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProfileFit:
    """A profile of 24 weights with mean 1.

    Parameters
    ----------
    n, days
        Incidents and days.
    weights, low, high
        Proposal, and its 95 % interval by hour (Poisson).
    scores
        Mean Poisson log score an hour on the days held out, by kind; empty: too few days.
    best, chosen
        Kind with the best score, and the one proposed.
    """

    n: int
    days: int
    weights: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    scores: dict[str, float]
    best: str
    chosen: str

    @property
    def note(self) -> str:
        """Return in words how it was chosen."""
        if not self.scores:
            return "too few days to test it on"
        text = f"{self.chosen} on days held out"
        if self.best != self.chosen:
            text += f"; {self.best} is no better by more than chance"
        gain = self.scores[self.chosen] - self.scores["flat"]
        return f"{text}; {gain:+.3f} an hour against flat"


def fit_profile(
    hour: NDArray[np.int64], day: NDArray[np.int64], dates: list[date], free: NDArray[np.bool_]
) -> ProfileFit | None:
    """Return the profile of a day; None: fewer than 200 incidents.

    Parameters
    ----------
    hour, day
        Hour (0-23) of each incident, and the position of its date.
    dates
        All dates.
    free
        Per date: Saturday, Sunday or public holiday.
    """
    if len(hour) < FEWEST:
        return None
    counts = np.zeros((len(dates), 24))
    np.add.at(counts, (day, hour), 1.0)
    third = third_of(dates)
    scores: dict[str, float] = {}
    chosen = best = "smoothed"
    if len(np.unique(third)) > 1 and len(dates) >= 2 * FEWEST_DAYS:
        by_day = {
            kind: np.concatenate(
                [_scores(kind, counts, third == k, free) for k in np.unique(third)]
            )
            for kind in KINDS
        }
        scores = {kind: float(s.mean() / 24) for kind, s in by_day.items()}
        best = max(scores, key=lambda k: scores[k])
        chosen = best
        for kind in KINDS:
            behind = by_day[best] - by_day[kind]
            error = behind.std(ddof=1) / np.sqrt(len(behind))
            if behind.mean() <= error:
                chosen = kind
                break
    shape = "smoothed" if chosen == KINDS[3] else chosen
    weights = _weights(shape, counts.sum(0))
    spread = 1.96 * np.sqrt(np.maximum(weights, 0.05) * 24 / counts.sum() * _gain(shape))
    return ProfileFit(
        n=len(hour), days=len(dates), weights=weights, low=np.maximum(weights - spread, 0),
        high=weights + spread, scores=scores, best=best, chosen=chosen,
    )  # fmt: skip


def _weights(kind: str, counts: NDArray[np.float64]) -> NDArray[np.float64]:
    if kind == "flat":
        return np.ones(24)
    total = counts + 0.5
    if kind != "hour by hour":
        total = (np.roll(total, 1) + 2 * total + np.roll(total, -1)) / 4
    return np.asarray(total * 24 / total.sum())


def _gain(kind: str) -> float:
    """Return the variance that is left of a weight's own: neighbours weigh 1, 2, 1."""
    return {"flat": 0.0, "hour by hour": 1.0}.get(kind, 6 / 16)


def _scores(
    kind: str, counts: NDArray[np.float64], test: NDArray[np.bool_], free: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the Poisson log score of each day held out, its level taken from the other days."""
    from scipy.stats import poisson

    train = ~test
    level = counts[train].sum() / train.sum() / 24
    if kind == KINDS[3]:
        parts = [_weights("smoothed", counts[train & own].sum(0)) for own in (~free, free)]
        weights = np.where(free[test][:, None], parts[1], parts[0])
    else:
        weights = np.broadcast_to(_weights(kind, counts[train].sum(0)), (int(test.sum()), 24))
    return np.asarray(poisson.logpmf(counts[test], np.maximum(level * weights, 1e-6)).sum(1))
