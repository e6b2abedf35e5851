"""Noise of single drives: quantiles of a drive's time, and the spread of observed ones.

A drive takes its expected seconds times a log-normal number with MEDIAN 1, as in the simulation
(``drive.noise_sigma``): the expected seconds are the median of the real ones, and their mean is
larger by exp(sigma^2 / 2), 1 % at .15. Ferries have no such noise: the crossing is as in the table,
and the wait is even between nothing and the headway (assumption A54).
"""

from __future__ import annotations

from math import exp
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOW, HIGH = 0.1, 0.9
"""The quantiles whose distance is the spread: those that reports name."""
WIDTH: Final = NormalDist().inv_cdf(HIGH) - NormalDist().inv_cdf(LOW)
"""Between them in a normal distribution with standard deviation 1: 2.563."""


def quantile(seconds: Any, sigma: float, p: float, *, fixed_s: Any = 0.0) -> Any:
    """Return the seconds within which the share ``p`` of such drives ends.

    Parameters
    ----------
    seconds
        Expected seconds, a number or an array: ferries included, as travel times give them.
    sigma
        Standard deviation of the logarithm of one drive's noise: ``drive.noise_sigma``.
    p
        Between 0 and 1, neither included: 0.5 gives the expected seconds back.
    fixed_s
        Seconds of these without such noise: ferries and their expected waits.

    Returns
    -------
    float or NDArray[float64]
        Quantile of the road seconds, and the fixed ones; where a ferry's wait is long beside the
        drive the true quantile is farther out.

    Raises
    ------
    ValueError
        ``p`` is not between 0 and 1, or sigma is negative.

    Examples
    --------
    >>> round(quantile(600.0, 0.15, 0.9))
    727
    >>> quantile(600.0, 0.15, 0.5)
    600.0
    """
    if not 0 < p < 1:
        raise ValueError("a quantile is between 0 and 1, neither included")
    if not sigma >= 0:
        raise ValueError("sigma must not be negative")
    factor = exp(sigma * NormalDist().inv_cdf(p))
    return (seconds - fixed_s) * factor + fixed_s


def spread(log_ratio: NDArray[Any], fitted: int = 0) -> float:
    """Return the sigma whose p10-p90 range is as wide as that of observed drives.

    Parameters
    ----------
    log_ratio
        log(observed / expected) of each drive, at least one.
    fitted
        How many numbers were fitted to the same drives: fitted residuals are too small.

    Notes
    -----
    A standard deviation would follow the few drives that went wrong. The range between two quantiles
    hardly does: with 5 % of drives gone wrong, half of them to each side, it is 11 % too wide as the
    sigma of the others, and right as what the p10 and p90 of all drives need.

    Examples
    --------
    >>> round(spread(np.array([-0.2, -0.1, 0.0, 0.1, 0.2])), 3)
    0.125
    """
    low, high = np.quantile(log_ratio, (LOW, HIGH))
    freedom = len(log_ratio) / max(1, len(log_ratio) - fitted)
    return float((high - low) / WIDTH * np.sqrt(freedom))
