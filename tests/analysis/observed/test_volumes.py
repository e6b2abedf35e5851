"""Ratios of volumes: the interval holds the truth also where a log has few days."""

import numpy as np
import pytest

from emergency_sim.analysis.observed.stage_comparison import Level, Thresholds
from emergency_sim.analysis.observed.volumes import Volume, compare_volumes, month_weights


def _volume(g: np.random.Generator, days: int, usual: float) -> Volume:
    """Days differ by more than chance alone would have it, as real ones do."""
    level = usual * np.exp(g.normal(0, 0.15, days) - 0.15**2 / 2)
    counts = g.poisson(level).astype(float)
    by_day = np.zeros((days, 3))
    by_day[:, 0] = counts
    return Volume(
        days=days, by_day=by_day, unit_hours=np.ones(days), bands=np.ones((days, 8)),
        places=by_day[:, :1], municipalities=("1505",),
        month=np.ones(days, "int64"),
    )  # fmt: skip


@pytest.mark.parametrize("days", [5, 10, 28])
def test_the_interval_of_a_ratio_holds_the_truth(days: int) -> None:
    """400 logs: with exactly 95 % fewer than 92 % would come once in 300 tests."""
    g = np.random.Generator(np.random.Philox([30, days]))
    held = 0
    for _ in range(400):
        sides = _volume(g, days, 20.0), _volume(g, 10 * days, 20.0)
        row = compare_volumes(*sides, Thresholds(), places=False, units=False)[0]
        held += row.low <= 1 <= row.high
    assert held / 400 >= 0.92


def test_a_winter_is_not_compared_with_a_whole_year() -> None:
    """A log from November to February, where these months have 8 % more; so have their nights."""
    g = np.random.Generator(np.random.Philox(31))

    def counted(month: np.ndarray) -> Volume:
        winter = np.isin(month, (11, 12, 1, 2))
        by_day = np.zeros((len(month), 3))
        by_day[:, 0] = g.poisson(np.where(winter, 216.0, 192.0))
        night = np.where(winter, 0.4, 0.1)
        bands = np.zeros((len(month), 8))
        bands[:, 0], bands[:, 1] = by_day[:, 0] * night, by_day[:, 0] * (1 - night)
        return Volume(
            days=len(month), by_day=by_day, unit_hours=by_day[:, 0], bands=bands,
            places=by_day[:, :1], municipalities=("1505",), month=month,
        )  # fmt: skip

    log = counted(np.repeat([11, 12, 1, 2], 30))
    year = counted(np.repeat(np.arange(1, 13), 50))
    rows = compare_volumes(log, year, Thresholds(), places=True, units=True)
    assert {row.level for row in rows if row.n_log >= 30} == {Level.OK}
    for row in rows:
        if row.name in ("incidents_per_day", "unit_hours_per_day") and row.n_log >= 30:
            assert row.ratio == pytest.approx(1, abs=0.015)
            assert row.low < 1 < row.high
    [spread] = [row for row in rows if row.name == "hours_of_week"]
    assert spread.ratio < 0.01


def test_the_same_dates_weigh_the_same() -> None:
    months = np.repeat([3, 4], [12, 16])
    assert month_weights(months, np.tile(months, 10)) == pytest.approx(np.ones(280))
    assert month_weights(np.array([5]), np.array([6, 7])).tolist() == [1.0, 1.0]
