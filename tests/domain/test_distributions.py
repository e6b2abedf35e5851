"""Quantile functions against scipy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from emergency_sim.domain.distributions import (
    DISTRIBUTIONS,
    Constant,
    Exponential,
    LogNormal,
    MeanSpread,
    Weibull,
    normal_quantile,
)

U = np.concatenate(
    [np.logspace(-15, -1, 300), np.linspace(0.1, 0.9, 300), 1 - np.logspace(-12, -1, 300)]
)


def test_the_normal_quantile_is_scipys() -> None:
    np.testing.assert_allclose(normal_quantile(U), special.ndtri(U), rtol=2e-14, atol=2e-15)


@given(st.floats(1e-300, 1, exclude_max=True))
def test_the_normal_quantile_is_finite_and_odd(u: float) -> None:
    value = float(normal_quantile(u))
    assert np.isfinite(value)
    if 1e-9 < u < 1 - 1e-9:
        assert float(normal_quantile(1 - u)) == pytest.approx(-value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("edge", [0.0, 1.0])
def test_the_edges_are_finite(edge: float) -> None:
    assert np.isfinite(normal_quantile(edge))
    assert abs(float(normal_quantile(edge))) > 8


def test_exponential() -> None:
    ours = Exponential(mean_minutes=4.0)
    np.testing.assert_allclose(ours.quantile(U), stats.expon(scale=240).ppf(U), rtol=1e-12)
    assert ours.mean_s == 240


def test_lognormal() -> None:
    ours, theirs = LogNormal(median_minutes=17, sigma=0.5), stats.lognorm(s=0.5, scale=17 * 60)
    np.testing.assert_allclose(ours.quantile(U), theirs.ppf(U), rtol=1e-12)
    assert ours.mean_s == pytest.approx(theirs.mean())
    assert float(ours.quantile(0.5)) == pytest.approx(17 * 60)


def test_lognormal_without_spread_is_constant() -> None:
    assert LogNormal(median_minutes=2, sigma=0).quantile(U) == pytest.approx(120)


def test_weibull() -> None:
    ours = Weibull(median_minutes=4, shape=1.7)
    theirs = stats.weibull_min(c=1.7, scale=240 / np.log(2) ** (1 / 1.7))
    np.testing.assert_allclose(ours.quantile(U), theirs.ppf(U), rtol=1e-12)
    assert ours.mean_s == pytest.approx(theirs.mean())


@pytest.mark.parametrize(("mean", "sd"), [(22.8, 15.0), (5.0, 0.0), (1.0, 6.0)])
def test_mean_and_spread(mean: float, sd: float) -> None:
    ours = MeanSpread(mean_minutes=mean, sd_minutes=sd)
    sigma = np.sqrt(np.log1p((sd / mean) ** 2))
    if sd:
        theirs = stats.lognorm(s=sigma, scale=60 * mean * np.exp(-(sigma**2) / 2))
        np.testing.assert_allclose(ours.quantile(U), theirs.ppf(U), rtol=1e-11)
        assert theirs.mean() == pytest.approx(ours.mean_s)
        assert theirs.std() == pytest.approx(60 * sd)
    else:
        assert ours.quantile(U) == pytest.approx(60 * mean)


def test_constant() -> None:
    assert Constant(minutes=1.5).quantile(U).tolist() == [90.0] * len(U)
    assert Constant(minutes=0).mean_s == 0


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("constant", {"minutes": -1}), ("constant", {"minutes": float("inf")}),
        ("exponential", {"mean_minutes": 0}), ("exponential", {"mean_minutes": float("nan")}),
        ("lognormal", {"median_minutes": 0, "sigma": 1}),
        ("lognormal", {"median_minutes": 1, "sigma": -0.1}),
        ("lognormal", {"median_minutes": 1, "sigma": 3.1}),
        ("weibull", {"median_minutes": 0, "shape": 1}),
        ("weibull", {"median_minutes": 1, "shape": 0}),
        ("mean_spread", {"mean_minutes": 0, "sd_minutes": 1}),
        ("mean_spread", {"mean_minutes": 1, "sd_minutes": -1}),
    ],
)  # fmt: skip
def test_impossible_distributions_are_refused(name: str, wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        DISTRIBUTIONS[name](**wrong)
