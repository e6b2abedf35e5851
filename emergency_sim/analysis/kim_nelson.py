"""Kim and Nelson's procedure KN: sequential elimination with common random numbers (R24).

Source: S.-H. Kim and B. L. Nelson, A fully sequential procedure for indifference-zone selection in
simulation, ACM TOMACS 11 (2001) 251-273, doi:10.1145/502109.502111, with c = 1; for scenarios that
share random numbers the error is split by Bonferroni: g(eta) = alpha / (k - 1).

By hand, because sim-tools' KN (1.3.0) looks up the variance of the wrong pair of designs (its flat
index i (k - 1) + l - 1 leaves out the diagonal for l > i only).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

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

PRIOR: Final = 5.0
"""Replications that the prior of the evidence counts as: sharpest from 20 to 200 replications."""


def eta(scenarios: int, first: int, alpha: float) -> float:
    """Return KN's constant for c = 1 and dependent scenarios.

    Solves (1 + 2 eta)^(-(n0 - 1) / 2) / 2 = alpha / (k - 1).

    Parameters
    ----------
    scenarios
        k.
    first
        n0, replications of the first stage.
    alpha
        1 less the probability of choosing the best.

    Examples
    --------
    >>> round(eta(10, 20, 0.05), 4)
    0.3029
    """
    return float(0.5 * ((2 * alpha / (scenarios - 1)) ** (-2 / (first - 1)) - 1))


def log_evidence(difference: NDArray[np.float64]) -> float:
    """Return the logarithm of the evidence against a mean of 0, valid at any time of stopping.

    Parameters
    ----------
    difference
        Normal values, at least 2, with unknown variance.

    Notes
    -----
    The Bayes factor of Student's t with a normal prior of variance 1 / PRIOR on mean over standard
    deviation: with n values and t their statistic, sqrt(c / (c + n)) times ((1 + t2 / (n - 1)) /
    (1 + c / (c + n) t2 / (n - 1)))^(n / 2). If the mean is 0 it is a martingale with mean 1, so it
    ever reaches 1 / a with at most the probability a (H. Wang and A. Ramdas, Anytime-valid t-tests
    and confidence sequences for Gaussian means with unknown variance, 2023, arXiv:2310.03722).
    """
    n = len(difference)
    mean, variance = float(difference.mean()), float(np.var(difference, ddof=1))
    if variance <= 0:
        return float("inf") if mean else 0.0
    ratio = n * mean**2 / variance / (n - 1)
    share = PRIOR / (PRIOR + n)
    return float(0.5 * np.log(share) + n / 2 * (np.log1p(ratio) - np.log1p(share * ratio)))


@dataclass(frozen=True, slots=True)
class KimNelson:
    """KN on paired values, replayed from its first look each time it is asked.

    Parameters
    ----------
    question
        ``first`` is n0; ``most`` bounds the replications of each scenario.

    Notes
    -----
    With normal values the best is chosen with at least the probability asked for whenever it is
    better than every other by the indifference or more. A scenario is out when its mean after r
    replications lies below another's, of those still in, by more than W = max(0, (d / 2r)
    (h2 S2 / d2 - r)), where d is the indifference, S2 the variance of the pair's difference in the
    first stage and h2 = 2 eta (n0 - 1). Beyond the greatest h2 S2 / d2 every W is 0 and only exact
    equals can be left: the first of them is chosen and the others are ``alike``. What is compared is
    the mean of the values of single replications (of a median: the mean of the medians), not the
    pooled quantile of the tables.
    """

    question: Question

    def next(self, values: Mapping[str, NDArray[Any]]) -> Decision:
        """Return what follows from the values of replications 0, 1, ... of each scenario.

        Parameters
        ----------
        values
            By scenario; those that were ruled out may have fewer.

        Raises
        ------
        ValueError
            A scenario or a value is missing.
        """
        q = self.question
        x = signed_values(q, values)
        if (incomplete := first_stage(q, x)) is not None:
            return incomplete
        k = len(x)
        first = np.array([v[: q.first] for v in x])
        variance = np.array([np.var(first - own, axis=1, ddof=1) for own in first])
        reach = 2 * eta(k, q.first, 1 - q.probability) * (q.first - 1) * variance
        reach /= q.indifference**2  # h2 S2 / d2 of every pair
        sums = [np.cumsum(v) for v in x]
        inside = list(range(k))
        eliminated: dict[str, int] = {}
        r = q.first
        while True:
            inside = self._screened(r, inside, sums, reach, eliminated)
            last = max(q.first, int(np.floor(reach[np.ix_(inside, inside)].max())) + 1)
            if len(inside) == 1 or r >= last:
                return self._decided(r, inside, x, eliminated)
            if r == min(len(x[i]) for i in inside) or r >= q.most:
                break
            r += 1
        names = [q.scenarios[i] for i in inside]
        means = self._means(r, x, eliminated)
        more = min(q.step, q.most - r, last - r)
        contenders = in_order(names, [means[i] for i in inside])
        return Decision(
            more=dict.fromkeys(names, more) if more > 0 else {},
            leader=contenders[0],
            contenders=contenders,
            eliminated=eliminated,
            means=by_scenario(q, means),
            used={n: eliminated.get(n, r) for n in q.scenarios},
            at_most=last,
        )

    def _screened(
        self,
        r: int,
        inside: list[int],
        sums: list[NDArray[np.float64]],
        reach: NDArray[np.float64],
        eliminated: dict[str, int],
    ) -> list[int]:
        """Return who is left after r replications; all pairs of those before are compared."""
        means = np.array([sums[i][r - 1] for i in inside]) / r
        pair = reach[np.ix_(inside, inside)]
        allowed = np.maximum(0.0, self.question.indifference / (2 * r) * (pair - r))
        beaten = means[:, None] < means[None, :] - allowed
        out = np.flatnonzero(beaten.any(axis=1)).tolist()
        for i in out:
            eliminated[self.question.scenarios[inside[i]]] = r
        return [i for place, i in enumerate(inside) if place not in out]

    def _decided(
        self, r: int, inside: list[int], x: list[NDArray[np.float64]], eliminated: dict[str, int]
    ) -> Decision:
        names = self.question.scenarios
        means = self._means(r, x, eliminated)
        order = in_order([names[i] for i in inside], [means[i] for i in inside])
        best = names.index(order[0])
        close = [
            i
            for i in range(len(names))
            if i != best and (i in inside or not self._apart(x[best], x[i], eliminated[names[i]]))
        ]
        alike = in_order([names[i] for i in close], [means[i] for i in close])
        return Decision(
            best=order[0],
            leader=order[0],
            contenders=order,
            eliminated=eliminated,
            alike=alike,
            means=by_scenario(self.question, means),
            used={n: eliminated.get(n, r) for n in names},
            at_most=r,
        )

    def _apart(
        self, best: NDArray[np.float64], other: NDArray[np.float64], replications: int
    ) -> bool:
        """Return whether the best is surely better, though the replications chose it and stopped.

        KN stops when a difference has become large, and a fixed t interval at that moment leaves
        out 0 in up to one of five pairs of equals. So the evidence must be such as equals reach at
        no number of replications whatever, in none of the pairs, but with the error allowed.
        """
        k = len(self.question.scenarios)
        allowed = (1 - self.question.probability) / (k * (k - 1) / 2)
        difference = best[:replications] - other[:replications]
        return bool(difference.mean() > 0 and log_evidence(difference) >= -np.log(allowed))

    def _means(
        self, r: int, x: list[NDArray[np.float64]], eliminated: dict[str, int]
    ) -> list[float]:
        names = self.question.scenarios
        return [float(v[: eliminated.get(n, r)].mean()) for n, v in zip(names, x, strict=True)]
