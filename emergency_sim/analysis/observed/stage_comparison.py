"""A real log and a simulation, stage by stage: how far apart, and whether that matters.

With many observations every difference is significant, so the size decides and not a p-value
(assumption A62): ok, warn or fail by the relative difference of medians and of 90th percentiles,
whose intervals come from drawing whole days again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.observed.clock_step import (
    as_the_clock_shows,
    spread_over_step,
    step_of,
)
from emergency_sim.analysis.observed.stages import STAGES, Durations, urgency_names
from emergency_sim.domain.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

FEWEST: Final = 30
"""Observations on either side below which nothing is said."""
RESAMPLES: Final = 400
BINS: Final = 2000


class Level(StrEnum):
    """How well a stage agrees."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From which relative difference on a stage is warned of, or fails (assumption A62).

    Parameters
    ----------
    warn, fail
        Of medians; those of 90th percentiles are 1.5 times as large.
    floor_s
        Differences below so many seconds are none: clocks and typing are no better.
    """

    warn: float = 0.10
    fail: float = 0.20
    floor_s: float = 10.0


TAIL: Final = 1.5
"""Thresholds of 90th percentiles over those of medians."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One stage in one urgency; seconds.

    Parameters
    ----------
    stage, urgency
        ``all`` for all urgencies together.
    n_log, n_simulation
        Observations.
    median_log, median_simulation, p90_log, p90_simulation
        NaN where there are none. Where the log has whole minutes, the simulation's durations are
        those that its clock would have shown, and on both sides equal ones are spread evenly over
        their minute.
    median_low, median_high, p90_low, p90_high
        95 % intervals of log less simulation.
    ks, ks_p
        Largest distance of the two distribution functions, and its p-value.
    delta
        Cliff's delta: chance that a time of the log is longer, less chance that it is shorter.
    level, reason
        The verdict, and what it rests on.
    """

    stage: str
    urgency: str
    n_log: int
    n_simulation: int
    median_log: float
    median_simulation: float
    p90_log: float
    p90_simulation: float
    median_low: float
    median_high: float
    p90_low: float
    p90_high: float
    ks: float
    ks_p: float
    delta: float
    level: Level
    reason: str

    @property
    def difference(self) -> float:
        """Median of the log less that of the simulation."""
        return self.median_log - self.median_simulation


def compare_stages(
    log: Mapping[str, Durations],
    simulation: Mapping[str, Durations],
    *,
    known: Collection[str],
    thresholds: Thresholds,
) -> list[StageRow]:
    """Return one row a stage and urgency that the log has.

    Parameters
    ----------
    log, simulation
        Durations by stage.
    known
        Columns of the log; stages that need others are left out. Of the simulation, only the days
        of the week count that the log has.
    thresholds
        What is large.
    """
    rows = []
    for stage in STAGES:
        if not set(stage.needs) <= set(known):
            continue
        ours, theirs = log[stage.name], simulation[stage.name]
        theirs = theirs.where(np.isin(theirs.hour // 24, np.unique(ours.hour // 24)))
        step_s = step_of(ours.seconds)
        if step_s > 1:
            theirs = as_the_clock_shows(theirs, step_s, stage.name)
        rows.append(_row(stage.name, "all", ours, theirs, thresholds, step_s))
        for code, name in enumerate(urgency_names()):
            part = ours.where(ours.urgency == code)
            if len(part):
                same = theirs.where(theirs.urgency == code)
                rows.append(_row(stage.name, name, part, same, thresholds, step_s))
    return rows


def _row(
    stage: str,
    urgency: str,
    log: Durations,
    simulation: Durations,
    thresholds: Thresholds,
    step_s: float = 1.0,
) -> StageRow:
    x, y = log.seconds, simulation.seconds
    nan, key = float("nan"), f"{stage}/{urgency}"
    if step_s > 1:
        log = spread_over_step(log, step_s, key + "/log")
        simulation = spread_over_step(simulation, step_s, key + "/simulation")
    q: dict[str, Any] = {
        "median_log": _quantile(log.seconds, 0.5),
        "median_simulation": _quantile(simulation.seconds, 0.5),
        "p90_log": _quantile(log.seconds, 0.9),
        "p90_simulation": _quantile(simulation.seconds, 0.9),
    }
    plain: dict[str, Any] = {
        "stage": stage,
        "urgency": urgency,
        "n_log": len(x),
        "n_simulation": len(y),
    }
    if min(len(x), len(y)) < FEWEST:
        return StageRow(
            **plain, **q, median_low=nan, median_high=nan, p90_low=nan, p90_high=nan, ks=nan,
            ks_p=nan, delta=nan, level=Level.TOO_FEW, reason=f"under {FEWEST} observations",
        )  # fmt: skip
    from scipy.stats import ks_2samp

    draws = _draws(log, key + "/log") - _draws(simulation, key + "/simulation")
    # few days say little of how much days differ
    days = min(len(np.unique(log.day)), len(np.unique(simulation.day)))
    draws = draws.mean(0) + (draws - draws.mean(0)) * widening(days)
    (m_low, p_low), (m_high, p_high) = np.quantile(draws, [0.025, 0.975], axis=0)
    test = ks_2samp(x, y, method="asymp")
    median = _level(
        q["median_log"] - q["median_simulation"], float(m_low), float(m_high),
        q["median_simulation"], thresholds, 1.0,
    )  # fmt: skip
    tail = _level(
        q["p90_log"] - q["p90_simulation"], float(p_low), float(p_high), q["p90_simulation"],
        thresholds, TAIL,
    )  # fmt: skip
    order = (Level.OK, Level.WARN, Level.FAIL)
    level = max(median, tail, key=order.index)
    what = [w for w, own in (("median", median), ("p90", tail)) if own is level]
    return StageRow(
        **plain, **q, median_low=float(m_low), median_high=float(m_high), p90_low=float(p_low),
        p90_high=float(p_high), ks=float(test.statistic), ks_p=float(test.pvalue),
        delta=cliffs_delta(x, y), level=level,
        reason="" if level is Level.OK else " and ".join(what),
    )  # fmt: skip


def _level(
    difference: float, low: float, high: float, base: float, thresholds: Thresholds, factor: float
) -> Level:
    """Return the level of one difference, given with its 95 % interval.

    ``fail``: beyond the limit of fail, and the whole interval beyond that of warn. ``warn``: beyond
    the limit of warn, and the interval does not hold 0.
    """
    warn = max(thresholds.warn * factor * base, thresholds.floor_s)
    fail = max(thresholds.fail * factor * base, thresholds.floor_s)
    if abs(difference) < warn or low <= 0 <= high:
        return Level.OK
    beyond = low > warn or high < -warn
    return Level.FAIL if abs(difference) >= fail and beyond else Level.WARN


def widening(days: int) -> float:
    """Return by how much an interval from resamples of so many days is too narrow."""
    from scipy.stats import t

    many = max(days, 2)
    return float(t.ppf(0.975, many - 1) / 1.959964 * np.sqrt(many / (many - 1)))


def cliffs_delta(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return the chance that x is larger than y less the chance that it is smaller.

    Examples
    --------
    >>> cliffs_delta(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    0.75
    """
    ranked = np.sort(y)
    below = np.searchsorted(ranked, x, "left").sum(dtype="float64")
    above = (len(y) - np.searchsorted(ranked, x, "right")).sum(dtype="float64")
    return float((below - above) / (len(x) * len(y)))


def _quantile(values: NDArray[np.float64], q: float) -> float:
    return float(np.quantile(values, q)) if len(values) else float("nan")


def _draws(sample: Durations, key: str) -> NDArray[np.float64]:
    """Return median and 90th percentile in resamples of whole days, shape (resamples, 2).

    Values are counted in at most 2,000 bins with equally many of them, so that a resample is a
    weighted sum of the days' counts.
    """
    values, (_, day) = sample.seconds, np.unique(sample.day, return_inverse=True)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1), method="nearest"))
    days = int(day.max()) + 1
    at = np.minimum(np.searchsorted(edges, values), len(edges) - 1)
    counts = np.zeros((days, len(edges)), "float32")
    np.add.at(counts, (day, at), 1.0)
    random = Streams(seed=0).generator(f"check/{key}")
    weights = random.multinomial(days, np.full(days, 1 / days), size=RESAMPLES).astype("float32")
    sums = np.cumsum(weights @ counts, axis=1)
    out = np.empty((RESAMPLES, 2))
    for i, q in enumerate((0.5, 0.9)):
        out[:, i] = edges[(sums >= q * sums[:, -1:]).argmax(axis=1)]
    return out


def overall(rows: list[StageRow] | list[Any]) -> Level:
    """Return the worst level of all rows."""
    order = (Level.TOO_FEW, Level.OK, Level.WARN, Level.FAIL)
    return max((r.level for r in rows), key=order.index, default=Level.TOO_FEW)
