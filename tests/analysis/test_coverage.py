"""The 95 % interval of a difference holds the true difference in 93 to 97 of 100 experiments (R21).

500 small experiments of 20 replications each and case; 2,000 in the slow run. A method with exactly
95 % would leave 93-97 % with 500 experiments once in 25 cases, with 2,000 once in 24,000; the streams
are fixed, each case has its own. Without the small-sample factor the ratio fails, and with the
bootstrap of the bare quantile the median does.
"""

import numpy as np
import pytest

from emergency_sim.analysis.statistics import Pooled, precision, ratio_draws, resample_weights

REPLICATIONS = 20
RESAMPLES = 400


def _ratio(g: np.random.Generator, weights: np.ndarray) -> bool:
    """Shares .60 and .55 of the same calls; replications differ in level and size."""
    n = g.poisson(120, REPLICATIONS) + 1
    level = g.normal(0, 0.04, REPLICATIONS)
    base = g.binomial(n, np.clip(0.60 + level, 0, 1))
    variant = g.binomial(n, np.clip(0.55 + level, 0, 1))
    both = np.column_stack([base, variant]).astype(float)
    calls = np.column_stack([n, n]).astype(float)
    drawn = ratio_draws(weights, both, calls)
    estimate = (variant.sum() - base.sum()) / n.sum()
    got = precision(float(estimate), drawn[:, 1] - drawn[:, 0], REPLICATIONS)
    assert got is not None
    return got.low <= -0.05 <= got.high


def _total(g: np.random.Generator, weights: np.ndarray) -> bool:
    """Numbers a week of the same incidents: of each the variant keeps nine in ten (R4)."""
    level = np.exp(g.normal(0, 0.1, REPLICATIONS) - 0.005)
    base = g.poisson(80 * level)
    variant = g.binomial(base, 0.9)
    both = np.column_stack([base, variant]).astype(float)
    weeks = np.full(both.shape, 4.0)
    drawn = ratio_draws(weights, both, weeks)
    estimate = float((variant.sum() - base.sum()) / weeks[:, 0].sum())
    got = precision(estimate, drawn[:, 1] - drawn[:, 0], REPLICATIONS)
    assert got is not None
    return got.low <= -0.1 * 80 / 4 <= got.high


def _quantile(g: np.random.Generator, weights: np.ndarray, q: float) -> bool:
    """Lognormal times, the variant's a tenth longer; a common factor for each replication.

    Multiplying by 1.1 moves every quantile by a tenth; the true quantile of the mixture over
    replications is that of a lognormal with the variances added.
    """
    from scipy.special import ndtri

    n = g.poisson(60, REPLICATIONS) + 1
    replication = np.repeat(np.arange(REPLICATIONS), n)
    factor = g.normal(0, 0.1, REPLICATIONS)[replication]
    person = g.normal(0, 0.4, len(replication))
    base = np.exp(2.5 + factor + person)
    variant = 1.1 * np.exp(
        2.5 + factor + 0.9 * person + g.normal(0, 0.4 * np.sqrt(0.19), len(person))
    )
    true = 0.1 * float(np.exp(2.5 + ndtri(q) * np.hypot(0.1, 0.4)))
    pooled = []
    for values in (base, variant):
        order = np.argsort(values)
        pooled.append(Pooled(values[order], replication[order]))
    drawn = pooled[1].draws(q, weights) - pooled[0].draws(q, weights)
    got = precision(pooled[1].quantile(q) - pooled[0].quantile(q), drawn, REPLICATIONS)
    assert got is not None
    return got.low <= true <= got.high


@pytest.mark.parametrize("experiments", [500, pytest.param(2000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("case", ["ratio", "total", "median", "p90"])
def test_coverage(case: str, experiments: int) -> None:
    g = np.random.Generator(
        np.random.Philox([21, {"ratio": 0, "median": 1, "p90": 2, "total": 3}[case]])
    )
    held = 0
    for k in range(experiments):
        weights = resample_weights(f"{case} {k}", REPLICATIONS, RESAMPLES)
        if case in ("ratio", "total"):
            held += (_ratio if case == "ratio" else _total)(g, weights)
        else:
            held += _quantile(g, weights, 0.5 if case == "median" else 0.9)
    assert 0.93 <= held / experiments <= 0.97, f"{case}: {held / experiments:.3f}"
