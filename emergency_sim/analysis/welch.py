"""Welch's series: how a run comes to its usual level, day by day, the week taken out of it (R19).

Welch (1983) averages a series over replications and smooths it until one can see where it is level.
Ours has a strong week in it. So each day of the run is set against the same hours of the week in the
later counted weeks: 1 is the usual level at that time of the week, whatever day it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.hourly_series import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

WEEK: Final = 7
HALF_WINDOW: Final = 3
"""Days on either side of the one that is smoothed; fewer at the ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WelchSeries:
    """One series of one scenario.

    Parameters
    ----------
    scenario, series
        Id, one of :data:`~emergency_sim.analysis.hourly_series.ROWS`.
    daily
        Mean number of each day of the run over the usual one at the same hours of the week.
    smoothed
        Its moving average.
    replications
        How many are averaged.
    """

    scenario: str
    series: str
    daily: NDArray[np.float64]
    smoothed: NDArray[np.float64]
    replications: int


def welch_series(
    hourly: Mapping[str, Sequence[NDArray[Any]]], *, warm_up_days: int
) -> list[WelchSeries]:
    """Return every series of every scenario of which there is something.

    Parameters
    ----------
    hourly
        By scenario: for each replication the numbers by hour of the run from second 0, shape
        (rows, hours), in the order of :data:`~emergency_sim.analysis.hourly_series.ROWS`.
    warm_up_days
        Days before counting.

    Returns
    -------
    list
        Scenario by scenario. What is usual comes from the counted weeks after the first one, or
        from the first one, if it is the only one.

    Raises
    ------
    ValueError
        Less than one counted week.
    """
    found = []
    for scenario, replications in hourly.items():
        days = min(one.shape[1] for one in replications) // 24
        counted = (days - warm_up_days) // WEEK
        if counted < 1:
            raise ValueError("Welch's figure needs at least one counted week")
        whole = np.stack([np.asarray(one[:, : days * 24], "float64") for one in replications])
        by_day = whole.reshape(len(whole), len(ROWS), days, 24).mean(axis=(0, 3))
        first = warm_up_days + (WEEK if counted > 1 else 0)
        later = by_day[:, first : warm_up_days + counted * WEEK]
        usual = later.reshape(len(ROWS), -1, WEEK).mean(axis=1)  # from the weekday of `first` on
        weekday = (np.arange(days) - first) % WEEK
        for k, name in enumerate(ROWS):
            if not (usual[k] > 0).all():
                continue
            daily = by_day[k] / usual[k, weekday]
            found.append(
                WelchSeries(
                    scenario=scenario, series=name, daily=daily,
                    smoothed=moving_average(daily, HALF_WINDOW), replications=len(whole),
                )
            )  # fmt: skip
    return found


def moving_average(values: NDArray[Any], half: int) -> NDArray[np.float64]:
    """Return each value averaged with ``half`` on either side, fewer near the ends (Welch).

    Examples
    --------
    >>> moving_average(np.array([0.0, 3.0, 6.0, 3.0]), 1).tolist()
    [0.0, 3.0, 4.0, 3.0]
    """
    n = len(values)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(n)
    reach = np.minimum(half, np.minimum(at, n - 1 - at))
    return np.asarray((sums[at + reach + 1] - sums[at - reach]) / (2 * reach + 1))
