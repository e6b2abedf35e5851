"""Ratios of sums, pooled quantiles, and the bootstrap of whole replications (R20-R24).

The interval of a difference is estimate ± t sqrt(n / (n - 1)) (bootstrap standard error), with the t
quantile of n - 1 degrees of freedom. The plain percentile interval is too short for 20 replications:
resampling n replications understates their variance by (n - 1) / n, and takes z for t. This form
holds its 95 % (tests/analysis/test_coverage.py), gives p values finer than one in a thousand, which
Holm's adjustment over forty tests needs, and an interval, a p and an equivalence test that agree.
The bootstrap of a bare quantile jumps between neighbouring values and overstates its standard error
by up to a tenth; so what is resampled is the mean of the values about the quantile (Pooled.draws).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.sums import counted, weighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RESAMPLES: Final = 1000
LEVEL: Final = 0.95
ALPHA: Final = 0.05
FEWEST: Final = 30
"""Incidents under which a group is ``too_few`` (R21)."""


def resample_weights(key: str, replications: int, number: int = RESAMPLES) -> NDArray[np.float64]:
    """Return how often each replication is drawn in each resample, shape (number, replications).

    Base and variants are pooled with the same weights, so that pairs stay pairs. The generator is
    keyed by ``key`` alone: neither groups nor variants change what another one gets.

    Examples
    --------
    >>> w = resample_weights("demo", 20, 3)
    >>> w.sum(axis=1).tolist(), bool((w == resample_weights("demo", 20, 5)[:3]).all())
    ([20.0, 20.0, 20.0], True)
    """
    words = np.frombuffer(hashlib.sha256(key.encode()).digest(), dtype="<u4").astype("uint32")
    seed = np.random.SeedSequence([int(w) for w in words])
    generator = np.random.Generator(np.random.Philox(seed))
    drawn = generator.integers(0, replications, (number, replications))
    flat = drawn + replications * np.arange(number)[:, None]
    counts = np.bincount(flat.ravel(), minlength=number * replications)
    return np.asarray(counts.reshape(number, replications), "float64")


def ratio_draws(
    weights: NDArray[Any], numerator: NDArray[Any], denominator: NDArray[Any]
) -> NDArray[np.float64]:
    """Return the ratio of sums in every resample, NaN where the denominator is 0.

    Parameters
    ----------
    weights
        Shape (resamples, replications).
    numerator, denominator
        Shape (replications, groups).
    """
    return ratios(counted(weights, numerator), counted(weights, denominator))


def ratios(above: NDArray[Any], below: NDArray[Any]) -> NDArray[np.float64]:
    """Return ``above / below``, NaN where ``below`` is 0."""
    out = np.full(np.shape(above), np.nan)
    np.divide(above, below, out=out, where=np.asarray(below) > 0)
    return out


@dataclass(frozen=True, slots=True)
class Pooled:
    """The observations of all replications together.

    Parameters
    ----------
    values
        Sorted.
    replication
        Replication of each value, from 0.
    """

    values: NDArray[Any]
    replication: NDArray[Any]

    def quantile(self, q: float) -> float:
        """Return the quantile of all values (linear interpolation), NaN of none."""
        return float(np.quantile(self.values, q)) if len(self.values) else float("nan")

    def by_replication(self, q: float, replications: int) -> NDArray[np.float64]:
        """Return the quantile of each replication by itself, NaN where it has no value."""
        n = np.bincount(self.replication, minlength=replications)
        values = self.values[np.argsort(self.replication, kind="stable")]
        before = np.cumsum(n) - n
        h = np.maximum(n - 1, 0) * q
        low = np.floor(h).astype("int64")
        values = np.append(values, np.nan)
        some = n > 0
        a = values[np.where(some, before + low, -1)]
        b = values[np.where(some, before + np.minimum(low + 1, np.maximum(n - 1, 0)), -1)]
        return np.asarray(a + (b - a) * (h - low))

    def draws(self, q: float, weights: NDArray[Any]) -> NDArray[np.float64]:
        """Return the smoothed quantile of every resample, for its spread.

        Each value counts as often as its replication was drawn. Smoothed: the mean of the values
        between the ranks N q - d and N q + d, with d = sqrt(N q (1 - q)), the standard error of the
        rank; the estimate itself is the plain quantile.

        Notes
        -----
        Only values in a window about the quantile can lie between those ranks in any resample. In
        it, sums of the lowest values up to a rank are found in two steps: first the block of about
        sqrt(m) neighbouring values, then the place in it.
        """
        replications = weights.shape[1]
        number = np.bincount(self.replication, minlength=replications)
        total = weights @ number
        half = np.sqrt(total * q * (1 - q))
        low, high = np.maximum(total * q - half, 0.0), np.minimum(total * q + half, total)
        near, skipped = self._window(q, number, float(weights.sum(axis=1).min()))
        before = weights @ skipped
        between = near._sum_up_to(high - before, weights) - near._sum_up_to(low - before, weights)
        out = np.full(len(weights), np.nan)
        np.divide(between, high - low, out=out, where=high > low)
        return out

    def _window(
        self, q: float, number: NDArray[Any], drawn: float
    ) -> tuple[Pooled, NDArray[np.float64]]:
        """Return the values that any resample may need, and how many come before, by replication.

        A resample has at most R replications, at least ``drawn``, of at most max(number) values, so
        its rank N q is at most ``half`` from the ends of its window; and it has at most R times the
        largest per-replication difference between the values up to here and q times the
        replication's number.
        """
        m, replications = len(self.values), len(number)
        size = int(np.ceil(np.sqrt(max(m, 1))))
        blocks = -(-m // size)
        flat = self.replication * blocks + np.arange(m) // size
        counts = np.bincount(flat, minlength=replications * blocks).reshape(replications, blocks)
        excess = np.cumsum(counts, axis=1) - q * number[:, None]
        half = np.sqrt(replications * number.max(initial=0) * q * (1 - q))
        surely_below = drawn * excess.max(axis=0) <= -half
        surely_above = drawn * excess.min(axis=0) >= half
        first = int(surely_below.sum())
        last = min(blocks - int(surely_above.sum()) + 1, blocks)
        inside = slice(first * size, last * size)
        skipped = counts[:, :first].sum(axis=1).astype("float64")
        return Pooled(self.values[inside], self.replication[inside]), skipped

    def _sum_up_to(self, rank: NDArray[Any], weights: NDArray[Any]) -> NDArray[np.float64]:
        """Return per resample the sum of its ``rank`` lowest values, with part of the next one."""
        m, replications = len(self.values), weights.shape[1]
        if m == 0:
            return np.zeros(len(weights))
        size = int(np.ceil(np.sqrt(m)))
        blocks = -(-m // size)
        flat = self.replication * blocks + np.arange(m) // size
        shape = (replications, blocks)
        counts = np.bincount(flat, minlength=replications * blocks).reshape(shape)
        sums = np.bincount(flat, self.values, minlength=replications * blocks).reshape(shape)
        reached = weights @ np.cumsum(counts, axis=1)
        block = np.minimum((reached <= rank[:, None]).sum(axis=1), blocks - 1)
        draw = np.arange(len(weights))
        summed = counted(weights, np.cumsum(sums, axis=1))
        inside = rank - np.where(block > 0, reached[draw, block - 1], 0.0)
        out = np.where(block > 0, summed[draw, block - 1], 0.0)
        for b in np.unique(block):
            rows = np.flatnonzero(block == b)
            own = slice(b * size, min((b + 1) * size, m))
            weight = weights[rows][:, self.replication[own]]
            before = np.cumsum(weight, axis=1) - weight
            # how much of each value lies below the rank
            part = np.minimum(np.maximum(inside[rows, None] - before, 0.0), weight)
            out[rows] += weighted(part, self.values[own])
        return np.asarray(out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How sure an estimate is.

    Parameters
    ----------
    low, high
        95 % interval.
    low90, high90
        90 % interval, for the two one-sided tests of equivalence.
    p
        Two-sided p value of no difference.
    error
        Standard error.
    """

    low: float
    high: float
    low90: float
    high90: float
    p: float
    error: float


def precision(estimate: float, draws: NDArray[Any], replications: int) -> Precision | None:
    """Return interval and p of an estimate from its bootstrap draws, None if there are too few.

    Parameters
    ----------
    estimate
        From all replications.
    draws
        The same in every resample.
    replications
        How many replications; at least 2.
    """
    from scipy.special import stdtr

    finite = draws[np.isfinite(draws)]
    if replications < 2 or len(finite) < 0.9 * len(draws) or not np.isfinite(estimate):
        return None
    error = float(np.std(finite, ddof=1)) * float(np.sqrt(replications / (replications - 1)))
    freedom = replications - 1
    wide, narrow = (
        t_quantile(freedom, 1 - (1 - LEVEL) / 2) * error,
        t_quantile(freedom, LEVEL) * error,
    )
    distance = abs(estimate) / error if error > 0 else (np.inf if estimate else 0.0)
    p = 2 * float(stdtr(freedom, -distance))
    return Precision(
        low=estimate - wide,
        high=estimate + wide,
        low90=estimate - narrow,
        high90=estimate + narrow,
        p=min(p, 1.0),
        error=error,
    )


@cache
def t_quantile(freedom: int, probability: float) -> float:
    """Return a quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))


def holm(p: Sequence[float]) -> list[float]:
    """Return p values adjusted by Holm's step-down method, in the given order.

    Examples
    --------
    >>> [round(x, 3) for x in holm([0.01, 0.04, 0.03, 0.005])]
    [0.03, 0.06, 0.06, 0.02]
    """
    order = sorted(range(len(p)), key=lambda i: p[i])
    adjusted = [1.0] * len(p)
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = largest
    return adjusted
