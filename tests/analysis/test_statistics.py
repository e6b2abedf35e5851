"""Resamples, pooled quantiles, intervals and Holm's adjustment against what they must be."""

import numpy as np
import pytest

from emergency_sim.analysis.statistics import (
    Pooled,
    holm,
    precision,
    ratio_draws,
    resample_weights,
)


def pooled(seed: int, replications: int, most: int, ties: bool = False) -> Pooled:
    g = np.random.Generator(np.random.Philox(seed))
    replication = np.repeat(np.arange(replications), g.integers(0, most, replications))
    values = g.normal(size=len(replication))
    values = np.round(values) if ties else values
    order = np.argsort(values, kind="stable")
    return Pooled(values[order], replication[order])


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("most", [2, 5, 300, 4000])
def test_a_drawn_quantile_is_the_mean_about_that_of_the_repeated_values(
    q: float, most: int, ties: bool
) -> None:
    sample = pooled(1, 12, most, ties)
    weights = resample_weights("key", 12, 60)
    drawn = sample.draws(q, weights)
    for w, x in zip(weights, drawn, strict=True):
        repeated = np.repeat(sample.values, w[sample.replication].astype(int))
        n = len(repeated)
        if n == 0:
            assert np.isnan(x)
            continue
        half = np.sqrt(n * q * (1 - q))
        low, high = max(n * q - half, 0), min(n * q + half, n)
        share = np.clip(high - np.arange(n), 0, 1) - np.clip(low - np.arange(n), 0, 1)
        assert x == pytest.approx(share @ repeated / (high - low), abs=1e-9)


def test_a_quantile_of_each_replication() -> None:
    sample = pooled(2, 8, 40)
    for k, x in enumerate(sample.by_replication(0.9, 9)):
        own = sample.values[sample.replication == k]
        assert np.isnan(x) if len(own) == 0 else x == pytest.approx(np.quantile(own, 0.9))


def test_a_quantile_of_nothing_is_nan() -> None:
    nothing = Pooled(np.zeros(0), np.zeros(0, int))
    assert np.isnan(nothing.quantile(0.5))
    assert np.isnan(nothing.draws(0.5, np.ones((3, 2)))).all()


def test_the_ratio_is_of_sums_not_the_mean_of_ratios() -> None:
    numerator, denominator = np.array([[1.0], [30.0]]), np.array([[10.0], [100.0]])
    assert ratio_draws(np.ones((1, 2)), numerator, denominator)[0, 0] == pytest.approx(31 / 110)
    assert np.isnan(ratio_draws(np.ones((1, 2)), numerator, 0 * denominator)).all()


def test_holm_by_hand() -> None:
    # sorted .004 .01 .03 .04: times 4, 3, 2, 1, never falling
    assert holm([0.03, 0.004, 0.04, 0.01]) == pytest.approx([0.06, 0.016, 0.06, 0.03])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_interval_by_hand() -> None:
    """Draws with standard deviation 1, four replications: t(3) = 3.1824, factor sqrt(4/3)."""
    draws = np.tile([-1.0, 1.0], 500) * np.sqrt(999 / 1000)
    got = precision(5.0, draws, 4)
    assert got is not None
    assert got.high - 5.0 == pytest.approx(3.182446 * np.sqrt(4 / 3), rel=1e-5)
    assert got.high90 - 5.0 == pytest.approx(2.353363 * np.sqrt(4 / 3), rel=1e-5)
    assert 0 < got.p < 0.05


def test_no_interval_from_one_replication_or_from_nothing() -> None:
    assert precision(1.0, np.ones(10), 1) is None
    assert precision(1.0, np.full(10, np.nan), 20) is None


def test_weights_are_keyed_by_name() -> None:
    assert (resample_weights("a", 20) == resample_weights("a", 20)).all()
    assert (resample_weights("a", 20) != resample_weights("b", 20)).any()
