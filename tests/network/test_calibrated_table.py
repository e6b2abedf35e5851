"""Fitted factors as rows of a speed table."""

from __future__ import annotations

import numpy as np

from emergency_sim.network import SpeedTable
from emergency_sim.network.calibration.calibrated_table import calibrated_table
from emergency_sim.network.calibration.trip_fit import Speeds, Term
from emergency_sim.network.speed_rows import Quantity, SpeedRow


def test_factors_that_differ_by_limit_go_on_to_differ():
    old = SpeedTable((
        SpeedRow(quantity=Quantity.TIME_FACTOR, value=1.1),
        SpeedRow(quantity=Quantity.TIME_FACTOR, value=1.5, limit_kmh=50.0, profile="car"),
        SpeedRow(quantity=Quantity.TIME_FACTOR, value=1.2, highway="primary"),
    ))  # fmt: skip
    fitted = Speeds(
        factor=np.ones(3), signal_s=np.zeros((3, 3)), yield_s=np.zeros((3, 3)), winter_factor=1.0,
        sigma=0.1, terms=(Term(kind="class", profile=0, key=(0,)),), logs=np.array([np.log(2.0)]),
    )  # fmt: skip
    new = calibrated_table(old, fitted, ("primary", "trunk"), [0], "test")
    for highway in ("primary", "trunk"):
        for limit in (50.0, 80.0, float("nan")):
            for profile in ("car", "ambulance"):
                asked = {"profile": profile, "highway": highway, "limit_kmh": limit}
                times = 2.0 if (profile, highway) == ("car", "primary") else 1.0
                before = old.value(Quantity.TIME_FACTOR, **asked)
                assert new.value(Quantity.TIME_FACTOR, **asked) == before * times, asked
