"""Optimal computing budget allocation: more runs for whom they decide about; no shared numbers (R24).

Source: C.-H. Chen, J. Lin, E. Yücesan and S. E. Chick, Simulation budget allocation for further
enhancing the efficiency of ordinal optimization, Discrete Event Dynamic Systems 10 (2000) 251-270,
doi:10.1023/A:1008349927281. By hand, because sim-tools' OCBA (1.3.0) takes the best and the second
best from an unordered partition and fits no loop from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.choice import (
    Decision,
    Question,
    by_scenario,
    first_stage,
    in_order,
    signed_values,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


def shares(
    means: NDArray[Any], deviations: NDArray[Any], indifference: float = 0.0
) -> NDArray[np.float64]:
    """Return the share of the budget that each scenario should have.

    Parameters
    ----------
    means
        Higher is better; the first of equal ones is the best.
    deviations
        Standard deviations of single values, above 0.
    indifference
        Smaller distances from the best count as this, so that near equals do not take everything.

    Notes
    -----
    N_i / N_j = ((s_i / d_i) / (s_j / d_j))^2 for i and j other than the best b, with d the distance
    from the best, and N_b = s_b sqrt(sum N_i^2 / s_i^2) over the others.

    Examples
    --------
    >>> shares(np.array([3.0, 2.0, 1.0]), np.array([1.0, 1.0, 1.0])).round(4).tolist()
    [0.4519, 0.4384, 0.1096]
    """
    best = int(np.argmax(means))
    others = np.arange(len(means)) != best
    distance = np.maximum(means[best] - means, max(indifference, 1e-300))
    out = np.zeros(len(means))
    out[others] = (deviations[others] / distance[others]) ** 2
    out[best] = deviations[best] * np.sqrt(((out[others] / deviations[others]) ** 2).sum())
    return np.asarray(out / out.sum())


def probability_of_best(
    means: NDArray[Any], deviations: NDArray[Any], number: NDArray[Any], indifference: float
) -> float:
    """Return Bonferroni's lower bound of the chance that the leader is the best, or near enough.

    Parameters
    ----------
    means
        Higher is better.
    deviations, number
        Standard deviation and number of the values of each scenario.
    indifference
        Losing less than this is no error.
    """
    from scipy.special import ndtr

    best = int(np.argmax(means))
    others = np.arange(len(means)) != best
    error = np.sqrt((deviations**2 / number)[others] + deviations[best] ** 2 / number[best])
    distance = means[best] - means[others] + indifference
    ratio = np.divide(distance, error, out=np.full(len(error), np.inf), where=error > 0)
    return float(max(0.0, 1 - ndtr(-ratio).sum()))


@dataclass(frozen=True, slots=True)
class Ocba:
    """OCBA on independent values.

    Parameters
    ----------
    question
        ``most`` bounds the replications of all scenarios together, ``step`` is how many a look adds.

    Notes
    -----
    It ends when the estimated probability of the leader reaches the one asked for, or the budget is
    spent. The probability is an estimate (normal values, estimated variances taken for known), not
    KN's guarantee.
    """

    question: Question

    def next(self, values: Mapping[str, NDArray[Any]]) -> Decision:
        """Return what follows from the values of each scenario's own replications.

        Parameters
        ----------
        values
            By scenario; numbers of values differ.

        Raises
        ------
        ValueError
            A scenario or a value is missing.
        """
        q = self.question
        x = signed_values(q, values)
        if (incomplete := first_stage(q, x)) is not None:
            return incomplete
        means = np.array([v.mean() for v in x])
        deviations = np.array([np.std(v, ddof=1) for v in x])
        number = np.array([len(v) for v in x])
        reached = probability_of_best(means, deviations, number, q.indifference)
        order = in_order(q.scenarios, means.tolist())
        sure = reached >= q.probability
        left = q.most - int(number.sum())
        more = {} if sure or left <= 0 else self._more(means, deviations, number, min(q.step, left))
        return Decision(
            more=more,
            best=order[0] if sure else None,
            leader=order[0],
            contenders=order[:1] if sure else order,
            means=by_scenario(q, means.tolist()),
            used={n: int(m) for n, m in zip(q.scenarios, number, strict=True)},
            probability=reached,
        )

    def _more(
        self, means: NDArray[Any], deviations: NDArray[Any], number: NDArray[Any], step: int
    ) -> dict[str, int]:
        """Return who gets the next ``step`` replications: those farthest below their share."""
        varied = np.maximum(deviations, 1e-9 * max(float(deviations.max()), 1e-300))
        share = shares(means, varied, self.question.indifference)
        given = number.astype("int64")
        for _ in range(step):
            lacking = share * (given.sum() + 1) - given
            given[int(np.argmax(lacking))] += 1
        added = given - number
        return {n: int(m) for n, m in zip(self.question.scenarios, added, strict=True) if m}
