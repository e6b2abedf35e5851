"""Shifts as seconds: nights, changes of shift, holidays, the day without hour 02."""

import ast
import re
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import emergency_sim.calendar
from emergency_sim.calendar import (
    ShiftCalendar,
    check,
    coverage_of_week,
    hidden_rules,
    hours_of_week,
    quarters_of_week,
)

MONDAY = date(2024, 1, 8)


def spans(text: str, start: date = MONDAY, days: int = 7) -> list[tuple[float, float]]:
    """Return the intervals in hours."""
    on = ShiftCalendar(start, days).intervals(text)
    return [(a / 3600, b / 3600) for a, b in zip(on.start.tolist(), on.end.tolist(), strict=True)]


def test_a_night_runs_past_midnight() -> None:
    assert spans("Mo 23:00-08:00") == [(23, 32)]
    assert spans("Mo 23:00-32:00") == [(23, 32)]


def test_a_night_that_began_before_the_run_is_on_at_its_start() -> None:
    assert spans("Su 23:00-08:00") == [(0, 8), (167, 168)]


def test_the_last_night_is_clipped_to_the_run() -> None:
    assert spans("23:00-08:00", days=1) == [(0, 8), (23, 24)]


def test_round_the_clock_has_no_change_of_shift() -> None:
    for text in ("24/7", "00:00-24:00", "Mo-Fr 00:00-24:00; Sa,Su 00:00-24:00"):
        assert spans(text) == [(0, 168)], text


def test_a_change_of_shift_stays_where_the_text_has_two_ranges() -> None:
    assert spans("Mo 08:00-15:00,15:00-22:00") == [(8, 15), (15, 22)]
    assert spans("Mo 08:00-22:00") == [(8, 22)]
    assert spans("Mo,Tu 08:00-20:00,20:00-08:00") == [(8, 20), (20, 32), (32, 44), (44, 56)]


def test_a_change_of_shift_between_rules() -> None:
    assert spans("Mo 16:00-23:00, Mo 23:00-08:00") == [(16, 23), (23, 32)]


def test_a_midnight_between_rules_is_notation() -> None:
    assert spans("Mo 16:00-24:00; Tu 00:00-08:00") == [(16, 32)]


def test_a_night_written_in_two_halves_is_one_night() -> None:
    assert spans("Mo-Su 00:00-08:00,23:00-24:00", days=2) == [(0, 8), (23, 32), (47, 48)]


def test_ranges_that_do_not_meet_on_a_day_leave_no_border() -> None:
    assert spans("Mo 08:00-22:00; Tu 08:00-15:00; We 15:00-20:00") == [(8, 22), (32, 39), (63, 68)]


def test_public_holidays_count() -> None:
    week = date(2024, 4, 29)  # Wednesday is the first of May
    assert (56, 64) in spans("Mo-Fr 08:00-16:00", week)
    assert (56, 64) not in spans("Mo-Fr 08:00-16:00; PH off", week)
    assert spans("PH 00:00-24:00", week) == [(48, 72)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00-02:30", (0, 2.5)),
        ("02:15-05:00", (2.25, 5)),
        ("00:00-02:00", (0, 2)),
        ("00:00-02:00,02:30-06:00", (0, 2)),
        ("01:00-02:30,02:30-04:00", (1, 2.5)),
        ("00:00-03:00", (0, 3)),
        ("00:00-02:30,03:00-04:00", (0, 2.5)),
    ],
)
def test_every_day_has_24_hours_even_when_the_clocks_go_forward(
    text: str, expected: tuple[float, float]
) -> None:
    ordinary, forward = date(2024, 3, 24), date(2024, 3, 31)
    assert spans(text, forward, 1) == spans(text, ordinary, 1)
    assert spans(text, forward, 1)[0] == expected


def test_every_day_has_24_hours_when_the_clocks_go_back() -> None:
    assert spans("02:15-05:00", date(2024, 10, 27), 1) == [(2.25, 5)]
    assert spans("24/7", date(2024, 10, 26), 3) == [(0, 72)]


def test_a_night_across_the_missing_hour() -> None:
    assert spans("Sa 20:00-02:00", date(2024, 3, 30), 3) == [(20, 26)]
    assert spans("Sa 20:00-26:30", date(2024, 3, 30), 3) == [(20, 26.5)]


CLOCK = st.integers(0, 95).map(lambda q: f"{q // 4:02d}:{q % 4 * 15:02d}")
RANGE = st.tuples(CLOCK, CLOCK).filter(lambda r: r[0] != r[1]).map("-".join)


@given(RANGE, st.integers(0, 700))
def test_one_range_a_day_is_what_it_says(text: str, day: int) -> None:
    first = date(2023, 1, 1) + timedelta(days=day)
    h1, m1, h2, m2 = (int(x) for x in text.replace("-", ":").split(":"))
    quarter = np.arange(96)
    a, b = h1 * 4 + m1 // 15, h2 * 4 + m2 // 15
    wanted = (quarter >= a) & (quarter < b) if a < b else (quarter >= a) | (quarter < b)
    got = ShiftCalendar(first, 3).intervals(text).slots(3 * 86_400.0)
    assert got.tolist() == np.tile(wanted, 3).tolist()


@given(RANGE, st.integers(8, 40))
def test_a_longer_run_begins_with_the_shorter_one(text: str, days: int) -> None:
    short = ShiftCalendar(MONDAY, 7).intervals(text)
    long = ShiftCalendar(MONDAY, days).intervals(text).clipped(0.0, 7 * 86_400.0)
    assert short.start.tolist() == long.start.tolist()
    assert short.end.tolist() == long.end.tolist()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Mo-Fri 08:00-16:00", "no opening_hours, from column 6: 'i 08:00-16:00'"),
        ("Mo-Fr 8-16", "no opening_hours, from column 7: '8-16'"),
        ("", "no opening_hours, from column 1: ''"),
        ("sunrise-sunset", "the sun's times are not known here"),
        ("SH 08:00-16:00", "there is no calendar of school holidays; write the dates"),
        ("Mo 08:00-16:00 unknown", "a shift is open or closed, never unknown"),
        ("Mo 10:00+", "an open end; write when the shift ends"),
    ],
)
def test_a_text_that_cannot_be_used(text: str, why: str) -> None:
    assert check(text) == [why]
    with pytest.raises(ValueError, match=re.escape(why)):
        ShiftCalendar(MONDAY, 7).intervals(text)


def test_times_around_the_missing_hour_that_cannot_be_told_apart() -> None:
    (why,) = check("01:15-02:15,03:15-04:00")
    assert "clocks go forward" in why


def test_a_comment_is_no_fault() -> None:
    assert check('Mo-Fr 08:00-16:00 "not SH; from dawn"') == []
    assert spans('Mo 08:00-12:00 "a", Mo 12:00-16:00 "b"') == [(8, 12), (12, 16)]


@pytest.mark.parametrize(
    "text",
    [
        "24/7",
        "Mo-Fr 08:00-16:00; PH off",
        "Mo-Su 23:00-08:00",
        "Mo-Fr 16:00-08:00, Sa 12:00-15:00",
        "Mo-Fr 16:00-08:00; Sa,Su,PH 00:00-24:00",
        "Mo-Fr 00:00-08:00,16:00-24:00; Sa off",
        "Mo-Su 08:00-20:00; Sa 10:00-14:00",
    ],
)
def test_nothing_hidden(text: str) -> None:
    assert hidden_rules(text) == []


def test_a_rule_hidden_wholly() -> None:
    assert hidden_rules("Mo-Fr 22:00-23:00; Mo-Fr 10:00-12:00") == [
        "'Mo-Fr 22:00-23:00' changes nothing: a later rule hides it"
    ]


def test_a_night_lost_to_a_later_rule() -> None:
    (warning,) = hidden_rules("Mo-Fr 16:00-08:00; Sa 12:00-15:00")
    assert "cut at midnight" in warning
    assert "Saturday" in warning
    assert (96 + 16, 96 + 24) in spans("Mo-Fr 16:00-08:00; Sa 12:00-15:00")  # Saturday 00-08 lost


def test_half_a_night_that_stays_when_its_evening_is_taken_away() -> None:
    text = "Mo-Fr 16:00-08:00; We off"
    assert (72, 80) in spans(text)  # Thursday 00-08, although Wednesday evening is off
    assert "cut at midnight" in hidden_rules(text)[0]


def test_hours_and_quarters_of_a_plain_week() -> None:
    assert np.flatnonzero(hours_of_week("Mo 15:30-18:00")).tolist() == [16, 17]
    assert np.flatnonzero(quarters_of_week("Mo 15:30-16:15")).tolist() == [62, 63, 64]
    assert hours_of_week("Mo-Fr 00:00-24:00; PH off").sum() == 120


def test_hours_covered_twice() -> None:
    cover = coverage_of_week("Mo-Su 16:00-23:00, Sa 20:00-24:00")
    assert np.flatnonzero(cover == 2).tolist() == [5 * 24 + 20, 5 * 24 + 21, 5 * 24 + 22]
    assert (cover[16:23] == 1).all()
    assert (cover[:16] == 0).all()
    overridden = coverage_of_week("Mo-Su 08:00-20:00; Sa 10:00-14:00")
    assert overridden.max() == 1
    assert overridden.sum() == 6 * 12 + 4


def test_forty_days_take_less_than_five_milliseconds() -> None:
    texts = [
        f"Mo-Fr {h:02d}:30-08:00,08:00-{h:02d}:30; PH,Sa,Su 09:00-24:00" for h in range(10, 20)
    ]
    calendar = ShiftCalendar(date(2024, 2, 27), 40)
    calendar.intervals("24/7")
    began = time.process_time()
    for text in texts:
        calendar.intervals(text)
    assert (time.process_time() - began) / len(texts) < 0.005


def test_the_library_s_class_is_made_in_one_place_with_country_and_time_zone() -> None:
    calls = [
        ast.unparse(node)
        for path in Path(emergency_sim.calendar.__path__[0]).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("OpeningHours")
    ]
    assert calls == ["OpeningHours(text, timezone=ZoneInfo('Europe/Oslo'), country='NO')"]


def test_a_run_has_days() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        ShiftCalendar(MONDAY, 0)
