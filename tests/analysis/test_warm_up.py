"""A transient that was built in is found, a steady series is not, and short runs say nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.analysis.hourly_series import ROWS, SERIES, hourly_series, mean_number
from emergency_sim.analysis.log_view import LogView
from emergency_sim.analysis.storage import read_hourly, write_replication
from emergency_sim.analysis.warm_up import WarmUp, WarmUpCheck, mser5, warm_up_check
from tests.analysis.synthetic import kpis_of
from tests.analysis.toy import DAY, LogBuilder, toy_frame

HOUR = 3600.0
HOURS = 168
REPLICATIONS = 20


def generator(key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key))


def steady(key: int, weeks: int = 5, replications: int = REPLICATIONS) -> list[np.ndarray]:
    """Return noise about a week's profile, correlated from hour to hour as queues are."""
    g = generator(key)
    profile = 20 + 8 * np.sin(np.arange(HOURS) * 2 * np.pi / 24)
    out = []
    for _ in range(replications):
        shock = g.standard_normal((len(SERIES), weeks * HOURS + 48))
        weights = 0.9 ** np.arange(48)
        noise = np.array([np.convolve(row, weights, "valid")[: weeks * HOURS] for row in shock])
        out.append(with_demand(np.tile(profile, weeks) + noise))
    return out


def with_demand(series: np.ndarray, demand: np.ndarray | None = None) -> np.ndarray:
    """Return series with the incidents that arose in each hour below them; the same in all hours."""
    n = series.shape[1]
    return np.concatenate([series, np.full((1, n), 10.0) if demand is None else demand[None]])


def filling(replications: list[np.ndarray], hours: float) -> list[np.ndarray]:
    """Return the series of a run that begins empty and fills with this time constant."""
    n = replications[0].shape[1]
    fills = 1 - np.exp(-np.arange(n) / hours)
    return [with_demand(one[:-1] * fills) for one in replications]


def check(replications: list[np.ndarray], days: int = 7) -> WarmUpCheck:
    return warm_up_check({"base": replications}, warm_up_days=days)


def test_a_steady_series_needs_no_longer_warm_up() -> None:
    found = check(steady(1))
    assert found.outcome is WarmUp.LONG_ENOUGH
    assert [r.series for r in found.rows if r.span == "first_week"] == list(SERIES)
    for row in found.rows:
        assert row.ci_low is not None
        assert row.ci_high is not None
        assert row.ci_low < row.difference < row.ci_high


@pytest.mark.parametrize("hours", [60.0, 200.0])
def test_a_built_in_transient_is_found(hours: float) -> None:
    slow = filling(steady(2), hours)
    assert check(slow, days=0).outcome is WarmUp.TOO_SHORT
    found = check(filling(steady(2, weeks=12), hours), days=49)
    assert found.outcome is WarmUp.LONG_ENOUGH  # the same transient, waited out


def test_a_short_transient_shows_in_the_first_day() -> None:
    """Filling within hours is a few per cent of a week and a fifth of its first day."""
    found = check(filling(steady(3), 6.0), days=0)
    spans = {(r.series, r.span): r.outcome for r in found.rows}
    assert spans["units_busy", "first_day"] is WarmUp.TOO_SHORT
    assert spans["units_busy", "first_week"] is not WarmUp.TOO_SHORT
    assert found.outcome is WarmUp.TOO_SHORT


def test_only_the_series_with_the_transient_is_named() -> None:
    whole, slow = steady(4), filling(steady(4), 100.0)
    mixed = [np.concatenate([a[:2], b[2:]]) for a, b in zip(whole, slow, strict=True)]
    found = check(mixed, days=0)
    short = {r.series for r in found.rows if r.outcome is WarmUp.TOO_SHORT}
    assert short == {"open_incidents"}
    assert found.outcome is WarmUp.TOO_SHORT


def test_season_is_no_transient() -> None:
    """What rises with the demand of the weeks, in all replications alike, was not cut too short."""
    season = np.array([0.8, 0.9, 1.0, 1.1, 1.2]).repeat(HOURS)
    rising = [with_demand(one[:-1] * season, 10 * season) for one in steady(8)]
    found = check(rising)
    assert found.outcome is WarmUp.LONG_ENOUGH
    blind = [with_demand(one[:-1]) for one in rising]  # the same numbers, the demand not known
    assert check(blind).outcome is WarmUp.TOO_SHORT


def test_a_transient_under_a_falling_season_is_still_found() -> None:
    """High demand in the first week fills what is empty, but not up to that demand."""
    season = np.array([1.2, 1.1, 1.0, 0.9, 0.8]).repeat(HOURS)
    falling = [with_demand(one[:-1] * season, 10 * season) for one in filling(steady(9), 60.0)]
    assert check(falling, days=0).outcome is WarmUp.TOO_SHORT


def test_a_steady_series_is_seldom_called_too_short() -> None:
    """Family-wise error 5 % at most; of 100 checks more than 12 would come once in a thousand."""
    wrong = sum(check(steady(100 + k, replications=5)).outcome is WarmUp.TOO_SHORT
                for k in range(100))  # fmt: skip
    assert wrong <= 12


def test_the_time_of_the_week_is_no_transient() -> None:
    """Without noise day and night cancel exactly, however much they differ."""
    week = np.tile(np.abs(np.arange(HOURS) - 84.0), 4)
    found = check([with_demand(np.tile(week, (3, 1)))] * 3, days=0)
    assert found.outcome is WarmUp.LONG_ENOUGH
    assert {r.difference for r in found.rows} == {0.0}


@pytest.mark.parametrize(
    ("replications", "reason"),
    [
        (steady(5, weeks=2), "fewer than two counted weeks"),
        ([], "fewer than two counted weeks"),
        (steady(5, replications=1), "one replication"),
        ([np.zeros((4, 5 * HOURS))] * 4, "nothing happened"),
    ],
)
def test_what_cannot_be_told_says_why(replications: list[np.ndarray], reason: str) -> None:
    found = check(replications)
    assert (found.outcome, found.reason) == (WarmUp.CANNOT_TELL, reason)
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["reason"] == reason


def test_few_noisy_replications_cannot_tell() -> None:
    noisy = [with_demand(one[:-1] * generator(k).uniform(0.5, 1.5, (1, 5)).repeat(HOURS, 1))
             for k, one in enumerate(steady(6, replications=4))]  # fmt: skip
    found = check(noisy)
    assert (found.outcome, found.reason) == (WarmUp.CANNOT_TELL, "the intervals are too wide")


def test_mser5_is_for_weekly_totals_of_long_runs() -> None:
    assert {r.mser5_cut_weeks for r in check(steady(7)).rows} == {None}
    long = check(filling(steady(7, weeks=60, replications=4), 4 * HOURS), days=0)
    assert all(r.mser5_cut_weeks is not None and r.mser5_cut_weeks >= 10 for r in long.rows)


def test_mser5_by_hand() -> None:
    """Ten batches whose means are 0 and nine times 2 and 4 in turn."""
    means = np.array([0.0, 2, 4, 2, 4, 2, 4, 2, 4, 2])
    totals = np.repeat(means, 5)
    # kept from d on: sum of squares over (b - d)^2
    squares = [((means[d:] - means[d:].mean()) ** 2).sum() / (10 - d) ** 2 for d in range(6)]
    assert int(np.argmin(squares)) == 1
    assert mser5(totals) == 5
    assert mser5(np.full(50, 7.0)) == 0
    assert mser5(np.full(49, 7.0)) is None


def test_hours_hold_the_mean_number_under_way() -> None:
    start = np.array([0, 90 * 60_000, 90 * 60_000])
    end = np.array([150 * 60_000, 90 * 60_000, 10**9])
    assert mean_number(start, end, 4).tolist() == [1.0, 1.5, 1.5, 1.0]
    assert mean_number(start[:0], end[:0], 2).tolist() == [0.0, 0.0]


def test_series_are_those_of_the_log() -> None:
    """One incident: open 10-14, unit busy 10:30-12, at the clinic 12-13, and one left open."""
    log = LogBuilder()
    log.row(10 * HOUR, "incident", incident=7, actor="molde", place="z1", value=0, code="call_113")
    unit = {"incident": 7, "mission": 3, "actor": "a1"}
    log.row(10.5 * HOUR, "alarmed", place="st_molde", code="idle", **unit)
    log.row(12 * HOUR, "clear", place="molde", code="conveyed", **unit)
    log.row(12 * HOUR, "arrives", incident=7, actor="molde", place="molde")
    log.row(13 * HOUR, "leaves_clinic", incident=7, actor="molde", place="molde", code="home")
    log.row(14 * HOUR, "closed", incident=7, place="z1", code="seen")
    log.row(20 * HOUR, "incident", incident=2**60, actor="molde", place="z1", value=0, code="x")
    log.row(23 * HOUR, "triaged", incident=2**60, actor="lvs", value=0)
    frame = toy_frame(window_start_s=0.0, window_end_s=DAY)
    busy, patients, opened, arisen = hourly_series(LogView(log.columns()), frame).tolist()
    assert busy[10:13] == [0.5, 1.0, 0.0]
    assert patients[12:14] == [1.0, 0.0]
    assert opened[9:15] == [0.0, 1.0, 1.0, 1.0, 1.0, 0.0]
    assert opened[20:] == [1.0, 1.0, 1.0, 0.0]  # lasts as long as the log
    assert (sum(busy), sum(patients)) == (1.5, 1.0)
    assert [hour for hour, n in enumerate(arisen) if n] == [10, 20]


def test_who_arrives_the_moment_of_setting_out_stays() -> None:
    """Sent on to the clinic next door: the way takes no time, and must not end the stay."""
    log = LogBuilder()
    who = {"incident": 7, "actor": "legevakt", "place": "legevakt"}
    log.row(1800, "sets_out", **who)
    log.row(1800, "arrives", **who)
    log.row(3000, "leaves_clinic", **who)
    series = hourly_series(LogView(log.columns()), toy_frame())
    assert series[ROWS.index("patients_in_clinics")][:2].tolist() == pytest.approx([1 / 3, 0.0])


def test_an_empty_log_has_empty_hours(tmp_path: Path) -> None:
    kpis = kpis_of(LogBuilder().columns(), toy_frame())
    assert kpis.hourly.shape == (len(ROWS), 8 * 24)
    assert not kpis.hourly.any()
    write_replication(kpis, tmp_path / "k.npz")
    np.testing.assert_array_equal(read_hourly(tmp_path / "k.npz"), kpis.hourly)
