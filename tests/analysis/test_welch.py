"""Welch's series: the week is taken out, a slow start is seen, and shows where it ends."""

import numpy as np
import pytest

from emergency_sim.analysis.hourly_series import ROWS
from emergency_sim.analysis.welch import moving_average, welch_series


def hourly(weeks: int = 4, *, slow_days: int = 0, level: float = 10.0) -> np.ndarray:
    """Return a series with day and week in it, growing to its level over the first days."""
    hours = np.arange(weeks * 168)
    shape = (
        level * (1 + 0.6 * np.sin(hours / 24 * 2 * np.pi)) * np.where(hours // 24 % 7 > 4, 1.5, 1)
    )
    rise = np.minimum(1, (hours + 1) / (24 * slow_days)) if slow_days else 1.0
    return np.tile(shape * rise, (len(ROWS), 1))


def test_without_a_transient_every_day_is_as_usual_whatever_day_of_the_week_it_is():
    for one in welch_series({"a": [hourly(), hourly(level=20)]}, warm_up_days=7):
        assert one.daily == pytest.approx(np.ones(28))
        assert one.smoothed == pytest.approx(np.ones(28))
        assert one.replications == 2


def test_a_slow_start_is_seen_where_it_is():
    found = welch_series({"a": [hourly(slow_days=4)]}, warm_up_days=7)
    assert [one.series for one in found] == list(ROWS)
    daily = found[0].daily
    assert daily[0] < 0.3
    assert (np.diff(daily[:4]) > 0).all()
    assert daily[5:] == pytest.approx(np.ones(23))


def test_what_is_usual_comes_from_after_the_first_counted_week():
    late = hourly()
    late[:, : 10 * 24] *= 0.5  # ends within the first counted week
    (one, *_) = welch_series({"a": [late]}, warm_up_days=7)
    assert one.daily[:10] == pytest.approx(np.full(10, 0.5))
    assert one.daily[10:] == pytest.approx(np.ones(18))


def test_a_series_of_which_there_is_nothing_is_left_out_and_short_runs_are_refused():
    nothing = hourly()
    nothing[1] = 0
    found = welch_series({"a": [nothing], "b": [hourly()]}, warm_up_days=7)
    assert [(o.scenario, o.series) for o in found if o.series == ROWS[1]] == [("b", ROWS[1])]
    with pytest.raises(ValueError, match="at least one counted week"):
        welch_series({"a": [hourly(weeks=1)]}, warm_up_days=7)


def test_the_moving_average_shrinks_towards_both_ends():
    values = np.arange(10.0)
    assert moving_average(values, 3) == pytest.approx(values)
    assert moving_average(np.array([9.0, 0, 0, 0, 9.0]), 1) == pytest.approx([9, 3, 0, 3, 9])
