"""OCBA: the published allocation, and where a budget goes."""

import numpy as np
import pytest

from emergency_sim.analysis.choice import Method, Question
from emergency_sim.analysis.ocba import Ocba, probability_of_best, shares
from emergency_sim.analysis.procedures import procedure
from emergency_sim.domain.indicators import Better


def test_the_published_allocation_by_hand() -> None:
    """Lower is better: means 1, 2, 3, 5, deviations 1, 1, 2, 2 (Chen et al. 2000, theorem 1).

    Relative to the second: 1, (2/2)^2 / (1/1)^2 = 1, (2/4)^2 = .25;
    the best 1 * sqrt(1^2 / 1 + 1^2 / 4 + .25^2 / 4) = sqrt(1.265625) = 1.125.
    """
    got = shares(-np.array([1.0, 2.0, 3.0, 5.0]), np.array([1.0, 1.0, 2.0, 2.0]))
    assert got == pytest.approx(np.array([1.125, 1.0, 1.0, 0.25]) / 3.375)


def test_two_structures_share_by_their_deviations() -> None:
    """With k = 2 the formula is N1 / N2 = s1 / s2, the well-known optimum."""
    got = shares(np.array([1.0, 2.0]), np.array([3.0, 1.0]))
    assert got == pytest.approx([0.75, 0.25])


def test_bonferroni_of_the_leader() -> None:
    """Differences 1 and 2 with standard errors sqrt(2) / 10: Phi(-7.07) is nothing."""
    means, one = np.array([3.0, 2.0, 1.0]), np.ones(3)
    assert probability_of_best(means, one, 200 * one, 0.0) == pytest.approx(1.0)
    # one pair, a difference of one standard error: Phi(1) = .8413
    assert probability_of_best(np.array([np.sqrt(2), 0.0]), one[:2], one[:2], 0.0) == pytest.approx(
        0.8413, abs=1e-4
    )


def driven(g: np.random.Generator, means: np.ndarray, q: Question) -> tuple[str | None, list[int]]:
    x = means[:, None] + g.normal(0, 2.0, (len(means), q.most))
    have = dict.fromkeys(q.scenarios, 0)
    way = procedure(Method.OCBA, q, common_random_numbers=False)
    while True:
        found = way.next({n: x[i, : have[n]] for i, n in enumerate(q.scenarios)})
        if found.finished:
            return found.best, list(have.values())
        for name, more in found.more.items():
            have[name] += more


def test_the_budget_goes_to_close_rivals() -> None:
    g = np.random.Generator(np.random.Philox(250))
    q = Question(scenarios=("a", "b", "c", "d"), better=Better.LOWER, indifference=0.01, first=20,
                 most=400, step=20, probability=0.999)  # fmt: skip
    runs = [driven(g, np.array([10.0, 10.6, 14.0, 16.0]), q)[1] for _ in range(20)]
    a, b, c, d = np.mean(runs, axis=0)
    assert min(a, b) > 3 * max(c, d)
    assert max(map(sum, runs)) <= 400


def test_mostly_right_when_it_says_so() -> None:
    """500 experiments with .95 asked for: at least .92 of those that end sure are right."""
    g = np.random.Generator(np.random.Philox(251))
    q = Question(scenarios=("a", "b", "c"), better=Better.HIGHER, indifference=1.0, most=600)
    best = [driven(g, np.array([10.0, 11.5, 10.0]), q)[0] for _ in range(500)]
    sure = [x for x in best if x is not None]
    assert len(sure) > 450
    assert np.mean([x == "b" for x in sure]) >= 0.92


def test_values_without_any_chance() -> None:
    q = Question(scenarios=("a", "b"), better=Better.LOWER, indifference=1.0)
    found = Ocba(q).next({"a": np.full(20, 3.0), "b": np.full(20, 5.0)})
    assert (found.best, found.probability, found.more) == ("a", 1.0, {})
