"""One number of a rung: the theory's, the simulated one, and how far apart chance may put them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

BATCHES = 25
ERROR_RATE = 1e-4
"""Chance that a right programme with another seed misses one interval: 3.9 sigma, 4.8 with batches."""
CLOCK_S = 0.002
"""The log's times are whole milliseconds: a difference of two may be off by two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure and its interval.

    Parameters
    ----------
    what
        In words; figures of one rung with the same words stand in one row of the table.
    exact
        The theory's.
    simulated
        The product's.
    half_width
        Of the interval of ``simulated`` at ``error_rate``.
    error_rate
        Chance that a right programme misses; 0: no chance in it.
    limit
        Largest half-width allowed: an answer that is off by more than twice this cannot pass.
    customers
        Over how many.
    """

    what: str
    exact: float
    simulated: float
    half_width: float
    limit: float
    customers: int
    error_rate: float = ERROR_RATE

    @property
    def agrees(self) -> bool:
        """Whether the interval holds the theory's figure."""
        return abs(self.simulated - self.exact) <= self.half_width

    @property
    def tells(self) -> bool:
        """Whether the run was long enough to say so."""
        return self.half_width <= self.limit


def mean(what: str, values: Any, exact: float, *, within: float = 0.1) -> Figure:
    """Return the mean of an autocorrelated series with its interval by batch means.

    One value per customer in order of arrival. The first twenty-fifth is left out as warm-up, the rest
    cut into 24 batches: Student's t with 23 degrees of freedom. ``within``: the largest half-width
    allowed as a share of ``exact``.
    """
    return ratio(what, values, np.ones(len(values)), exact, within=within)


def ratio(what: str, over: Any, under: Any, exact: float, *, within: float = 0.1) -> Figure:
    """Return a ratio of sums with its interval by batch means: as :func:`mean`, of batches' ratios."""
    pairs = zip(_batches(over), _batches(under), strict=True)
    values = np.array([a.sum() / b.sum() for a, b in pairs])
    spread = values.std(ddof=1) / np.sqrt(len(values))
    return Figure(
        what=what,
        exact=exact,
        simulated=float(values.mean()),
        half_width=float(spread * student.ppf(1 - ERROR_RATE / 2, len(values) - 1)),
        limit=within * exact,
        customers=len(over),
    )


def _batches(values: Any) -> list[Any]:
    return np.array_split(np.asarray(values, float), BATCHES)[1:]


def share(what: str, yes: Any, exact: float, *, within: float = 0.1) -> Figure:
    """Return the share of independent yes-or-no cases, with the normal interval of the exact share."""
    n = len(yes)
    half = norm.ppf(1 - ERROR_RATE / 2) * np.sqrt(exact * (1 - exact) / n)
    return Figure(
        what=what, exact=exact, simulated=float(np.mean(yes)), half_width=float(half),
        limit=within * exact, customers=n,
    )  # fmt: skip


def certain(what: str, simulated: float, exact: float, off: float, customers: int) -> Figure:
    """Return a figure without chance, which may be off by the rounding of times at most."""
    return Figure(
        what=what, exact=exact, simulated=simulated, half_width=off, limit=off,
        customers=customers, error_rate=0.0,
    )  # fmt: skip


def follows(simulated: Any, exact: Any) -> Figure:
    """Return the largest difference between the waits simulated and those of the plain loop."""
    worst = float(np.abs(np.asarray(simulated) - np.asarray(exact)).max())
    return certain("largest difference to the loop, s", worst, 0.0, CLOCK_S, len(exact))


def same(what: str, simulated: Any, exact: Any) -> Figure:
    """Return how many of two sequences of choices differ."""
    wrong = int((np.asarray(simulated) != np.asarray(exact)).sum())
    return certain(what, float(wrong), 0.0, 0.0, len(exact))
