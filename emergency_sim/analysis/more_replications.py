"""How many replications would tell: from the precision that there is (R24).

A forecast for planning and no stopping rule: added to the replications that gave it and looked at
again, they show a difference that is not there in 8-10 % of experiments (a test).
"""

from __future__ import annotations

import math
from typing import Final

from emergency_sim.analysis.statistics import ALPHA, LEVEL, t_quantile

POWER: Final = 0.8
MOST: Final = 10_000
"""Replications that nobody runs."""
LEAST: Final = 20
"""Replications that an answer should rest on (R24); a spread from fewer is a poor forecast."""


def replications_to_tell(
    difference: float,
    error: float,
    replications: int,
    relevant: float,
    *,
    alpha: float = ALPHA,
    power: float = POWER,
    most: int = MOST,
) -> int | None:
    """Return how many replications in all would tell, None if more than ``most``.

    Parameters
    ----------
    difference
        Estimated difference, taken for the true one.
    error
        Its standard error.
    replications
        From so many, at least 2.
    relevant
        Smallest difference that matters, above 0.
    alpha
        Two-sided level at which a difference is shown; Holm's in the primary family.
    power
        Wanted chance of an answer: a difference, or none that is relevant.
    most
        The answer is at most this.

    Notes
    -----
    With n replications the standard error is error sqrt(replications / n). An answer is either
    |d| > t(1 - alpha / 2) se, a difference, or |d| < relevant - t(0.95) se, the two one-sided tests
    of equivalence. The fewest n with that power are returned, at least one more than there are.

    Examples
    --------
    >>> replications_to_tell(0.5, 0.5, 20, 1.0), replications_to_tell(1.0, 0.05, 20, 1e-6)
    (51, 21)
    """
    single = error * math.sqrt(replications)

    def enough(n: int) -> bool:
        return chance_of_telling(difference, single / math.sqrt(n), n, relevant, alpha) >= power

    low, high = replications, replications + 1
    while not enough(high):
        if high >= most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def chance_of_telling(
    difference: float, error: float, replications: int, relevant: float, alpha: float = ALPHA
) -> float:
    """Return the chance of an answer with a standard error from so many replications.

    Parameters
    ----------
    difference
        True difference.
    error
        Standard error.
    replications
        Decide the t quantiles.
    relevant
        Smallest difference that matters.
    alpha
        Two-sided level of a difference.
    """
    shown = t_quantile(replications - 1, 1 - alpha / 2) * error
    same = relevant - t_quantile(replications - 1, LEVEL) * error
    if same >= shown:
        return 1.0
    beyond = _below(-shown, difference, error) + _below(difference, shown, error)
    within = 0.0
    if same > 0:
        within = _below(same, difference, error) - _below(-same, difference, error)
    return beyond + within


def _below(x: float, mean: float, error: float) -> float:
    return 0.5 * math.erfc((mean - x) / (error * math.sqrt(2.0)))
