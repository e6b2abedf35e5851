"""Levels of agreement: by size, not by p; few false alarms; nothing of too few."""

from dataclasses import replace

import numpy as np
import pytest

from emergency_sim.analysis.observed.stage_comparison import (
    Level,
    StageRow,
    Thresholds,
    compare_stages,
)
from emergency_sim.analysis.observed.stages import STAGES, Durations, joined
from emergency_sim.domain.streams import Streams

NOTHING = Durations(
    seconds=np.zeros(0), urgency=np.zeros(0, int), day=np.zeros(0, int), hour=np.zeros(0, int),
    row=np.zeros(0, int),
)  # fmt: skip


def _sample(name: str, n: int, days: int, factor: float = 1.0, urgency: int = 0) -> Durations:
    random = Streams(seed=4).generator(name)
    return Durations(
        seconds=120 * factor * np.exp(0.4 * random.standard_normal(n)),
        urgency=np.full(n, urgency), day=np.arange(n) % days, hour=np.arange(n) % 168,
        row=np.arange(n),
    )  # fmt: skip


def _row(log: Durations, simulation: Durations, thresholds: Thresholds | None = None) -> StageRow:
    empty = {s.name: NOTHING for s in STAGES}
    rows = compare_stages(
        empty | {"turnout": log}, empty | {"turnout": simulation},
        known={"missions.mobilised"}, thresholds=thresholds or Thresholds(),
    )  # fmt: skip
    return next(r for r in rows if (r.stage, r.urgency) == ("turnout", "all"))


def test_twice_as_long_fails_and_a_sixth_warns() -> None:
    simulation = _sample("sim", 4000, 40)
    double = _row(_sample("log", 900, 20, 2.0), simulation)
    assert (double.level, double.reason) == (Level.FAIL, "median and p90")
    assert double.median_low < double.difference < double.median_high
    assert double.delta > 0.7
    assert _row(_sample("log", 900, 20, 1.16), simulation).level is Level.WARN
    assert _row(_sample("log", 900, 20), simulation).level is Level.OK


def test_a_significant_trifle_is_ok() -> None:
    """A hundred thousand observations make 4 % highly significant; it stays a trifle."""
    row = _row(_sample("log", 100_000, 50, 1.04), _sample("sim", 100_000, 50))
    assert row.ks_p < 1e-6
    assert row.level is Level.OK


def test_seconds_below_the_floor_are_no_difference() -> None:
    log, simulation = _sample("log", 900, 20, 0.03), _sample("sim", 4000, 40, 0.02)
    assert _row(log, simulation).level is Level.OK
    assert _row(log, simulation, Thresholds(floor_s=0.1)).level is Level.FAIL


def test_too_few_and_days_of_the_week() -> None:
    assert _row(_sample("log", 29, 5), _sample("sim", 4000, 40)).level is Level.TOO_FEW
    log = _sample("log", 900, 20).where(np.arange(900) % 168 < 24)
    assert _row(log, _sample("sim", 1680, 40)).n_simulation == 240, "Mondays only"


@pytest.mark.slow
def test_the_same_distribution_hardly_ever_differs() -> None:
    """60 logs of ten days from the simulation's own distribution: none may fail.

    A fail needs an interval beyond 10 % where the median's standard error is 3 %: below 1e-4 a log.
    A warning needs a median 10 % off, or a 90th percentile 15 %, whose interval does not hold 0:
    expected in under 1 % of logs; more than 3 of 60 would come by chance less often than once in 300.
    """
    simulation = _sample("sim", 4000, 40)
    levels = [_row(_sample(f"log/{k}", 300, 10), simulation).level for k in range(60)]
    assert levels.count(Level.FAIL) == 0
    assert levels.count(Level.WARN) <= 3


def _in_minutes(sample: Durations) -> Durations:
    """Return what a clock of whole minutes shows: both times are cut."""
    begins = Streams(seed=4).generator("begins").random(len(sample)) * 86_400
    seconds = np.floor((begins + sample.seconds) / 60) - np.floor(begins / 60)
    return replace(sample, seconds=60.0 * seconds)


@pytest.mark.parametrize("factor", [0.4, 0.7, 1.0])
def test_a_clock_of_whole_minutes_is_no_difference(factor: float) -> None:
    """The same short times, the log's in whole minutes, the simulation's as they are."""
    simulation = _sample("sim", 8000, 40, factor)
    same = _row(_in_minutes(_sample("log", 2000, 20, factor)), simulation)
    assert same.level is Level.OK
    assert abs(same.difference) < 6
    assert same.ks_p > 0.01
    assert abs(same.delta) < 0.05


def test_a_clock_of_whole_minutes_hides_no_difference() -> None:
    longer = _row(_in_minutes(_sample("log", 2000, 20, 1.35)), _sample("sim", 8000, 40))
    assert longer.level is Level.FAIL
    assert longer.difference == pytest.approx(120 * 0.35, abs=8)


def test_replications_keep_days_of_their_own() -> None:
    both = joined([_sample("a", 10, 3), _sample("b", 10, 3)])
    assert sorted(set(both.day.tolist())) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("stage", [s.name for s in STAGES if s.needs])
def test_a_stage_without_its_columns_is_left_out(stage: str) -> None:
    sample = {s.name: _sample(s.name, 100, 5) for s in STAGES}
    known = {n for s in STAGES for n in s.needs}
    lacking = next(s.needs[-1] for s in STAGES if s.name == stage)
    rows = compare_stages(sample, sample, known=known - {lacking}, thresholds=Thresholds())
    assert stage not in {r.stage for r in rows}
    assert {r.level for r in rows} == {Level.OK}
