"""Noise of single drives, and fitted factors as rows, against drawn numbers.

Draws are of named streams with fixed seeds; tolerances are four standard errors or more.
"""

from __future__ import annotations

import numpy as np
import pytest

from emergency_sim.domain.streams import Streams
from emergency_sim.network.calibration.trip_noise import quantile, spread


def generator(name: str) -> np.random.Generator:
    return Streams(seed=20240101).generator(name)


def test_quantiles_agree_with_drawn_noise():
    """200,000 draws: four standard errors of their p90 are 0.3 % of it."""
    drawn = 600 * np.exp(0.2 * generator("noise").standard_normal(200_000))
    for p in (0.1, 0.5, 0.9):
        assert quantile(600.0, 0.2, p) == pytest.approx(np.quantile(drawn, p), rel=0.004)
    assert quantile(600.0, 0.2, 0.9, fixed_s=600.0) == 600.0
    assert quantile(np.array([60.0, 120.0]), 0.0, 0.9).tolist() == [60.0, 120.0]
    for sigma, p in ((-0.1, 0.5), (0.1, 0.0), (0.1, 1.0)):
        with pytest.raises(ValueError, match=r"sigma|quantile"):
            quantile(1.0, sigma, p)


def test_spread_is_sigma_and_hardly_follows_outliers():
    noise = 0.2 * generator("spread").standard_normal(20_000)
    assert spread(noise) == pytest.approx(0.2, rel=0.03)
    noise[::20] += 3.0
    assert spread(noise) < 0.23
    assert noise.std() > 0.6
