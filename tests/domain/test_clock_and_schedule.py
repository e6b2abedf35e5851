"""Days, weeks and shifts as plain numbers."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.domain.clock import Horizon, quarter_of_week, spread_start
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.registry import Registry
from emergency_sim.domain.schedule import Intervals
from emergency_sim.domain.units import DAY, HOUR, SLOT, WEEK


def test_a_horizon_counts_its_days() -> None:
    h = Horizon(start=date(2024, 1, 1), warm_up_days=7, days=28, run_out_days=2)
    assert (h.window_start_s, h.window_end_s, h.end_s) == (7 * DAY, 35 * DAY, 37 * DAY)
    assert h.total_days == 37
    assert h.date_of(36) == date(2024, 2, 6)


def test_replications_are_spread_over_the_year() -> None:
    """Any 13 in a row leave no gap of more than seven weeks, and adding one moves no other (R19)."""
    first = date(2024, 1, 1)
    weeks = [(spread_start(first, k) - first).days // 7 for k in range(52)]
    assert weeks[0] == 0
    assert all((spread_start(first, k) - first).days % 7 == 0 for k in range(52))
    for n in (13, 20, 52):
        seen = sorted(weeks[:n])
        gaps = np.diff([*seen, 52 + seen[0]])
        assert gaps.max() <= 52 / n * 2 + 1, n
    quarters = np.bincount(np.array(weeks[:20]) // 13)
    assert quarters.min() >= 4


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.floats(0, 3 * WEEK))
def test_quarter_of_week(start: date, second: float) -> None:
    quarter = int(quarter_of_week(start, np.array([second]))[0])
    day = start + timedelta(days=int(second // DAY))
    assert quarter == day.weekday() * 96 + int(second % DAY // SLOT)


def test_intervals_are_half_open() -> None:
    duty = Intervals(start=np.array([0.0, 100.0]), end=np.array([50.0, 200.0]))
    inside = duty.contains(np.array([-1.0, 0.0, 49.9, 50.0, 99.0, 100.0, 200.0]))
    assert inside.tolist() == [False, True, True, False, False, True, False]


def test_intervals_that_touch_stay_apart() -> None:
    duty = Intervals(start=np.array([0.0, 8 * HOUR]), end=np.array([8 * HOUR, 16 * HOUR]))
    assert len(duty.start) == 2
    assert duty.hours() == 16
    assert duty.slots(DAY).sum() == 64


def test_intervals_are_clipped() -> None:
    duty = Intervals(start=np.array([0.0, 100.0, 300.0]), end=np.array([50.0, 200.0, 400.0]))
    part = duty.clipped(50.0, 350.0)
    assert (part.start.tolist(), part.end.tolist()) == ([100, 300], [200, 350])


@pytest.mark.parametrize(
    ("start", "end"), [([10.0], [10.0]), ([10.0], [5.0]), ([0.0, 5.0], [10.0, 20.0]), ([0.0], [])]
)
def test_impossible_intervals_are_refused(start: list[float], end: list[float]) -> None:
    with pytest.raises(ValueError, match="interval"):
        Intervals(start=np.array(start), end=np.array(end))


# -- faults ----------------------------------------------------------------------------------------


def test_a_fault_is_one_plain_line() -> None:
    fault = Fault(
        file="romsdal.yaml", line=21, column=66, path="legevakter.rauma.kommun",
        message="unknown key", did_you_mean="kommune",
    )  # fmt: skip
    assert str(fault) == (
        "romsdal.yaml:21:66: legevakter.rauma.kommun: unknown key, did you mean 'kommune'?"
    )


@given(st.text(max_size=400), st.text(max_size=300))
def test_a_fault_never_breaks_its_line(message: str, got: str) -> None:
    text = str(Fault(file="f", message=message, got=got))
    assert len(text.splitlines()) == 1
    assert len(text) <= len(message) + 80 + 20


def test_faults_come_all_at_once_in_order_of_place() -> None:
    faults = [
        Fault(file=f, line=n, message="m") for f, n in (("b", 1), ("a", 9), ("a", 2))
    ]  # fmt: skip
    error = InputFaults(faults)
    assert str(error).splitlines() == ["a:2:1: m", "a:9:1: m", "b:1:1: m"]


def test_faults_cross_a_process_boundary() -> None:
    import copy

    error = InputFaults([Fault(file="a", message="m", got=3)])
    kind, arguments = error.__reduce__()
    assert str(kind(*arguments)) == str(error)
    assert copy.copy(error).faults == error.faults


def test_nearest_word() -> None:
    assert nearest_word("kommun", ["kommune", "name"]) == "kommune"
    assert nearest_word(3, ["kommune"]) is None


def test_a_registry_refuses_the_same_name_twice() -> None:
    rules: Registry[object] = Registry("rule")

    @rules.register("b")
    class B: ...

    @rules.register("a")
    class A: ...

    assert list(rules) == ["a", "b"]
    assert rules.name_of(B()) == "b"
    assert "c" not in rules
    with pytest.raises(ValueError, match="rule 'a' is registered already"):
        rules.register("a")(B)
