"""Which of several structures may be the best, all of the best kept: turned signs, step by step (R24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.statistics import RESAMPLES
from emergency_sim.domain.streams import Streams

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Standing:
    """How structures stand to each other, in their given order.

    Parameters
    ----------
    may_be_best
        Whether each is in the subset.
    loss
        Most that is lost, with the probability asked for, by taking the leader: the greatest upper
        limit of another's lead over it.
    """

    may_be_best: NDArray[np.bool_]
    loss: float


def shares_of_best(draws: NDArray[Any]) -> NDArray[np.float64]:
    """Return the share of the resamples in which each structure is the best; equals share it.

    Parameters
    ----------
    draws
        Resamples with the same replications, higher is better, shape (structures, resamples).
    """
    top = draws == draws.max(axis=0)
    return np.asarray((top / top.sum(axis=0)).mean(axis=1))


def standing(values: NDArray[Any], pull: NDArray[Any], probability: float) -> Standing:
    """Return who may be the best.

    Parameters
    ----------
    values
        Estimates, higher is better, shape (structures,).
    pull
        How far each replication pulls the estimate of each structure from its value, shape
        (structures, replications); its mean is 0 (:func:`emergency_sim.analysis.pooling.pulls`).
    probability
        Of the subset, and of the loss: each by itself.

    Notes
    -----
    The t statistic of j's lead over i comes from the replications' pulls on the two. What it comes
    to if only chance is at work is simulated: the signs of the pulls are turned, the same for all
    structures, so pairs stay pairs. Let c(S) be the quantile of the greatest of these t statistics
    over all i in S and all others j. All structures are in S at first; whoever is led by more than
    c(S) leaves, c(S) is taken anew, until nobody leaves (the step-down method of J. P. Romano and
    M. Wolf, Econometrica 73 (2005) 1237-1282). A structure that is truly the best, alone or with
    others, is led by chance only, so with the probability asked for none of these ever leaves.

    The limits of the loss are one-sided and belong to a single structure: if b is the best, then
    with the probability asked for it leads the leader by at most c({b}) standard errors more than
    was seen.
    """
    k, n = pull.shape
    tiny = 1e-9 * max(float(np.abs(values).max()), 1e-9)
    lead = values[None, :] - values[:, None]  # of j over i
    error = np.sqrt(((pull[None, :] - pull[:, None]) ** 2).sum(axis=2) / (n * max(n - 1, 1)))
    chance = error > tiny
    certain = np.where(lead > tiny, np.inf, 0.0)
    led = np.divide(lead, error, out=certain, where=chance).max(axis=1)
    greatest = _by_chance(pull, error, chance)

    inside = np.ones(k, dtype=bool)
    while True:
        out = inside & (led > _limit(greatest[inside].max(axis=0), probability))
        if not out.any():
            break
        inside &= ~out
    leader = int(np.argmax(values))
    limit = _limit(greatest, probability)
    # an error of 0 is no chance, whatever the limit (0 times infinity)
    reach = np.multiply(limit, error[:, leader], out=np.zeros(k), where=chance[:, leader])
    loss = reach - lead[:, leader]
    loss[leader] = 0.0
    return Standing(inside, max(0.0, float(loss.max())))


def _limit(greatest: NDArray[Any], probability: float) -> NDArray[np.float64]:
    """Return a quantile over the last axis: one of the values, as between infinite ones is nothing."""
    return np.asarray(np.quantile(greatest, probability, axis=-1, method="higher"))


def _by_chance(
    pull: NDArray[Any], error: NDArray[Any], chance: NDArray[Any]
) -> NDArray[np.float64]:
    """Return by structure the greatest t statistic of any other's lead, at turned signs."""
    k, n = pull.shape
    random = Streams(seed=0).generator(f"ranking/signs/{n}")
    signs = 2.0 * random.integers(0, 2, (RESAMPLES, n)) - 1.0
    moved = np.einsum("kn,bn->kb", pull, signs) / n  # the same bits with any number of threads
    out = np.zeros((k, RESAMPLES))
    for i in np.flatnonzero(chance.any(axis=1)):
        other = chance[i]
        # a turned sign leaves the squares: only the mean changes the variance
        root = error[i, other, None] * np.sqrt(max(n - 1, 1))
        share = np.clip((moved[other] - moved[i]) / root, -1.0, 1.0)
        with np.errstate(divide="ignore"):  # all the same but for the sign: no variance is left
            out[i] = (share * np.sqrt((n - 1) / (1.0 - share**2))).max(axis=0)
    return out
