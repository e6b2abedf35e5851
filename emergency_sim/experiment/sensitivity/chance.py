"""How large an effect chance alone makes: from the replications of each point (R22, R24).

A step of a design is run in several replications. How much a figure's move over the step differs
between them is chance, and of this step: the two points meet the same incidents, so a parameter that
does nothing moves nothing and has no chance, while one that changes which incidents there are has
much. From one replication a point nothing is known.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.streams import Streams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.experiment.sensitivity.sampling import Design

LEVEL: Final = 0.95
SIMULATED: Final = 20_000
"""Sets of steps without effect, by which the limit is found."""


def chance_of_effects(design: Design, single: NDArray[Any]) -> NDArray[np.float64]:
    """Return the mean absolute effect that chance alone stays under in 95 of 100 cases.

    Parameters
    ----------
    design
        Of Morris.
    single
        The figure in each replication of each point, shape (points, replications); trajectories in
        which it is somewhere NaN are left out.

    Returns
    -------
    NDArray
        One a dimension, for a move over the whole range; NaN: not known.

    Notes
    -----
    Let s2 be the mean over the T steps of a dimension of the variance of its effect between R
    replications, over R. With normal chance and no effect the mean absolute effect over s is
    distributed as that of T standard normals over sqrt(chi2(T (R - 1)) / (T (R - 1))).
    """
    size = len(design.dimensions) + 1
    rows, values = _whole(design, single, size)
    blocks, replications = len(values), values.shape[2]
    if not blocks or replications < 2:
        return np.full(size - 1, np.nan)
    step = np.diff(rows, axis=1)
    moved = np.abs(step).argmax(axis=2)
    length = np.abs(step).max(axis=2)
    effect = np.diff(values, axis=1) / length[:, :, None]
    variance = np.var(effect, axis=2, ddof=1) / replications
    summed = np.bincount(moved.ravel(), variance.ravel(), minlength=size - 1)
    return np.asarray(np.sqrt(summed / blocks) * largest_of_chance(blocks, replications))


@cache
def largest_of_chance(steps: int, replications: int) -> float:
    """Return the 95th percentile of a mean absolute effect of chance, in estimated errors of one.

    Parameters
    ----------
    steps
        Elementary effects of a dimension.
    replications
        Of each point, at least 2.

    Examples
    --------
    >>> round(largest_of_chance(10, 2), 1), round(largest_of_chance(1000, 1000), 1)
    (1.4, 0.8)
    """
    random = Streams(seed=0).generator(f"sensitivity/chance/{steps}/{replications}")
    freedom = steps * (replications - 1)
    mean = np.zeros(SIMULATED)
    for _ in range(steps):
        mean += np.abs(random.standard_normal(SIMULATED)) / steps
    spread = np.sqrt(random.chisquare(freedom, SIMULATED) / freedom)
    return float(np.quantile(mean / spread, LEVEL))


def chance_of_totals(design: Design, single: NDArray[Any], variance: float) -> NDArray[np.float64]:
    """Return the total index that chance alone stays under in 95 of 100 cases.

    Parameters
    ----------
    design
        Of Sobol, in Saltelli's blocks.
    single
        As for :func:`chance_of_effects`.
    variance
        Of the figure over the points, by which indices are divided.

    Returns
    -------
    NDArray
        One a dimension; NaN: not known.

    Notes
    -----
    The total index is half the mean square of the move, over the variance (Jansen). Without effect
    the mean square of N moves over their variance between R replications, over R, is distributed as
    F(N, N (R - 1)).
    """
    from scipy.special import fdtri

    size = len(design.dimensions) + 2
    _, values = _whole(design, single, size)
    blocks, replications = len(values), values.shape[2]
    if not blocks or replications < 2 or not variance > 0:
        return np.full(size - 2, np.nan)
    move = values[:, 1:-1] - values[:, :1]
    square = (np.var(move, axis=2, ddof=1) / replications).mean(axis=0)
    limit = float(fdtri(blocks, blocks * (replications - 1), LEVEL))
    return np.asarray(0.5 * square / variance * limit)


def _whole(
    design: Design, single: NDArray[Any], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rows and values of the blocks without NaN: (blocks, size, ...)."""
    rows = design.unit.reshape(-1, size, design.unit.shape[1])
    values = np.asarray(single, "float64").reshape(len(rows), size, -1)
    kept = np.isfinite(values).all(axis=(1, 2))
    return rows[kept], values[kept]
