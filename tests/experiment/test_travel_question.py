"""What ``travel-time`` was asked: hours of the week, breaks, and what of it is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emergency_sim.cli.show_travel import _change
from emergency_sim.experiment.travel.question import number_list, week_hour

if TYPE_CHECKING:
    from emergency_sim.domain.errors import Fault


@pytest.mark.parametrize(
    ("text", "hour"), [("Mo 00:00", 0), ("Mo 9:30", 9), ("Sa 03:00", 123), (" Su 23:59 ", 167)]
)
def test_hours_of_the_week(text: str, hour: int) -> None:
    faults: list[Fault] = []
    assert week_hour(text, faults) == hour
    assert not faults


def test_a_day_in_small_letters_is_guessed() -> None:
    faults: list[Fault] = []
    assert week_hour("sa 03:00", faults) is None
    assert "did you mean 'Sa'?" in str(faults[0])
    faults.clear()
    week_hour("Sa 99:00", faults)
    assert "did you mean" not in str(faults[0])


@pytest.mark.parametrize(
    ("text", "values"), [("40", (40.0,)), ("12.5, 25", (12.5, 25.0)), ("1,2,3,4", (1, 2, 3, 4))]
)
def test_breaks(text: str, values: tuple[float, ...]) -> None:
    faults: list[Fault] = []
    assert number_list(text, "--breaks", faults) == values
    assert not faults


def test_what_changes_is_shown_before_and_after() -> None:
    assert (
        _change({"x": 1.0, "x_after": 1.04}, "x", 1, "en") == "1.0"
    )  # not seen at this many digits
    assert _change({"x": 1.0, "x_after": 2.0}, "x", 1, "nb") == "1,0 → 2,0"
    assert _change({"x": 0.5}, "x", 0, "en", times=100) == "50"
    assert _change({"x": 1.0, "x_after": None}, "x", 1, "en") == "1.0 → –"
