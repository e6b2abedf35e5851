"""Time on duty: every millisecond is active, standby on site or standby at home (R14)."""

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.analysis.clock_classes import ClockClasses, night_pieces
from emergency_sim.analysis.tables import Tables
from tests.analysis.toy import DAY, LogBuilder, toy_frame

HOUR = 3600.0
MINUTE = 60


def duties(log: LogBuilder, **changes: object) -> pd.DataFrame:
    return Tables.of(log.columns(), toy_frame(**changes)).duties.frame()


def duty(
    log: LogBuilder, start_s: float, end_s: float | None, *, form: str = "onsite",
    person: str = "d1", overtime_s: float = 0.0,
) -> None:  # fmt: skip
    who = {"actor": person, "place": "molde", "code": form}
    log.row(start_s, "duty_starts", **who)
    if end_s is not None:
        log.row(end_s, "duty_ends", value=overtime_s, **who)


def task(log: LogBuilder, start_s: float, end_s: float, *, person: str = "d1", what: str = "phone"):
    log.row(start_s, "task_starts", actor=person, place="molde", code=what)
    log.row(end_s, "task_ends", actor=person, place="molde", code=what)


@given(st.data())
def test_active_onsite_and_home_are_the_hours_on_duty_to_the_millisecond(
    data: st.DataObject,
) -> None:
    """Against minutes counted one by one; changes of shift, work over midnight, cut windows."""
    log = LogBuilder()
    minutes = 3000
    on_duty = np.zeros((2, minutes), int)  # 0 off, 1 on site, 2 home
    active, at_site = np.zeros((2, minutes), bool), np.zeros((2, minutes), bool)
    for p, person in enumerate(("d1", "d2")):
        borders = sorted(data.draw(st.sets(st.integers(0, minutes), min_size=2, max_size=8)))
        spans = list(zip(borders[::2], borders[1::2], strict=False))
        if data.draw(st.booleans()) and len(borders) > 2:  # duties that touch
            spans = [(borders[0], borders[1]), (borders[1], borders[2])]
        for a, b in spans:
            form = data.draw(st.sampled_from(["onsite", "home"]))
            duty(log, a * MINUTE, b * MINUTE, form=form, person=person)
            on_duty[p, a:b] = 1 if form == "onsite" else 2
            cuts = sorted(data.draw(st.sets(st.integers(a, b), max_size=6)))
            for c, d in zip(cuts[::2], cuts[1::2], strict=False):
                task(log, c * MINUTE, d * MINUTE, person=person)
                active[p, c:d] = True
            if form == "home" and b - a > 3:
                c = data.draw(st.integers(a + 1, b - 2))
                d = data.draw(st.integers(c, b - 1))
                log.row(c * MINUTE, "at_site", actor=person, place="molde")
                log.row(d * MINUTE, "leaves_site", actor=person, place="molde")
                at_site[p, c:d] = True
    low, high = sorted(data.draw(st.sets(st.integers(0, minutes), min_size=2, max_size=2)))
    got = duties(log, window_start_s=low * MINUTE, window_end_s=high * MINUTE)
    inside = slice(low, high)
    on, busy, there = on_duty[:, inside], active[:, inside], at_site[:, inside]
    home = (on == 2) & ~busy & ~there
    for name, expected in (
        ("duty_s", on > 0), ("active_s", (on > 0) & busy), ("home_s", home),
        ("onsite_s", (on > 0) & ~busy & ~home),
    ):  # fmt: skip
        assert round(got[name].sum() * 1000) == expected.sum() * MINUTE * 1000, name
    for prefix in ("", "legevakt_"):
        parts = sum(got[f"{prefix}{part}_s"] for part in ("active", "onsite", "home"))
        assert (np.rint(parts * 1000) == np.rint(got[f"{prefix}duty_s"] * 1000)).all()


def test_intervals_are_half_open_and_clipped_to_the_window() -> None:
    log = LogBuilder()
    duty(log, DAY - 2 * HOUR, DAY + 3 * HOUR)
    task(log, DAY - HOUR, DAY)  # ends as the window opens
    task(log, DAY, DAY + 0.001)
    duty(log, 8 * DAY, 8 * DAY + HOUR, person="d2")  # begins as the window closes
    got = duties(log).set_index("person")
    assert got["duty_s"].to_dict() == {"d1": 3 * HOUR, "d2": 0.0}
    assert got["active_s"].to_dict() == {"d1": 0.001, "d2": 0.0}


def test_what_has_not_ended_lasts_to_the_end_of_the_window() -> None:
    log = LogBuilder()
    duty(log, 7 * DAY, None)
    log.row(7 * DAY + HOUR, "task_starts", actor="d1", place="molde", code="phone")
    got = duties(log)
    assert got["duty_s"].tolist() == [DAY]
    assert got["active_s"].tolist() == [23 * HOUR]
    assert got["ends_s"].isna().all()


def test_legevakt_hours_are_apart_from_daytime() -> None:
    """Friday 5 January 00-24: legevakt hours 00-08 and 16-24; a public holiday is all legevakt."""
    log = LogBuilder()
    duty(log, 4 * DAY, 5 * DAY)
    task(log, 4 * DAY + 7.5 * HOUR, 4 * DAY + 8.5 * HOUR)
    got = duties(log)
    assert got["legevakt_duty_s"].tolist() == [16 * HOUR]
    assert got["legevakt_active_s"].tolist() == [HOUR / 2]
    holiday = duties(log, public_holidays=(date(2024, 1, 5),))
    assert holiday["legevakt_duty_s"].tolist() == [24 * HOUR]


def test_disturbed_nights_and_wakings() -> None:
    log = LogBuilder()
    duty(log, DAY + 16 * HOUR, 5 * DAY + 8 * HOUR, form="home")  # four nights: 23-07
    night = DAY + 23 * HOUR
    task(log, night + 1, night + 60)  # 59 s: not disturbed, but a waking
    night += DAY
    task(log, night + HOUR, night + HOUR + 60)  # 1 min: disturbed
    task(log, night + HOUR + 60, night + 1.5 * HOUR)  # goes on: the same waking
    night += DAY
    task(log, night - HOUR, night + HOUR)  # began before: no waking, 1 h: not over 1 h
    night += DAY
    task(log, night + HOUR, night + 4.1 * HOUR)  # over 3 h
    task(log, night + 7.9 * HOUR, night + 9 * HOUR)  # a second waking; ends after the night
    got = duties(log).iloc[0]
    assert got["nights"] == 4
    assert got["disturbed_nights"] == 3
    assert got["nights_over_1h"] == 1
    assert got["nights_over_3h"] == 1
    assert got["wakings"] == 4


def test_overtime_is_no_night_duty() -> None:
    log = LogBuilder()
    duty(log, DAY + 15 * HOUR, DAY + 23.5 * HOUR, overtime_s=HOUR / 2)
    task(log, DAY + 22 * HOUR, DAY + 23.5 * HOUR)
    got = duties(log).iloc[0]
    assert got["nights"] == 0
    assert got["overtime_s"] == HOUR / 2
    assert got["duty_s"] == 8.5 * HOUR


def test_a_night_belongs_to_the_window_in_which_it_begins() -> None:
    log = LogBuilder()
    duty(log, 7 * DAY + 8 * HOUR, 9 * DAY)
    task(log, 8 * DAY + 2 * HOUR, 8 * DAY + 3 * HOUR)  # after the window, in its last night
    duty(log, 0, DAY + 8 * HOUR, person="d2")  # the night to the window's first day
    task(log, DAY + 2 * HOUR, DAY + 3 * HOUR, person="d2")
    got = duties(log).set_index("person")
    assert got["nights"].to_dict() == {"d1": 1, "d2": 0}
    assert got["disturbed_nights"].to_dict() == {"d1": 1, "d2": 0}
    assert got["active_s"].to_dict() == {"d1": 0.0, "d2": HOUR}  # minutes are clipped


def test_duties_count_their_call_outs_and_weekends() -> None:
    log = LogBuilder()
    duty(log, 4 * DAY, 5 * DAY)  # Friday
    duty(log, 5 * DAY, 6 * DAY)  # Saturday, touching
    task(log, 5 * DAY, 5 * DAY + HOUR, what="call_out")
    task(log, 5 * DAY + 2 * HOUR, 5 * DAY + 3 * HOUR, what="home_visit")
    got = duties(log)
    assert got["weekend"].tolist() == [False, True]
    assert got["call_outs"].tolist() == [0, 1]
    assert got["home_visits"].tolist() == [0, 1]
    assert got["tasks"].tolist() == [0, 2]


def test_hours_are_classed() -> None:
    clock = ClockClasses(toy_frame(public_holidays=(date(2024, 1, 1),)), 0)
    hours = np.array([0, 24, 31, 32, 39, 40, 46, 47, 5 * 24 - 1, 5 * 24]) * 3_600_000
    names = [
        "weekend",
        "night",
        "night",
        "day",
        "day",
        "evening",
        "evening",
        "night",
        "night",
        "weekend",
    ]
    from emergency_sim.analysis.clock_classes import HOUR_CLASSES

    assert [HOUR_CLASSES[i] for i in clock.hour_class(hours)] == names


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), max_size=5))
def test_pieces_of_nights_add_up(spans: list[tuple[int, int]]) -> None:
    start = np.array([min(s) for s in spans], "int64")
    end = np.array([max(s) for s in spans], "int64")
    row, night, length = night_pieces(start, end)
    assert (length > 0).all()
    shifted = 3_600_000

    def until(t: np.ndarray) -> np.ndarray:  # milliseconds in nights up to t, from day -1 on
        whole, rest = np.divmod(t + shifted, 86_400_000)
        return whole * 8 * 3_600_000 + np.minimum(rest, 8 * 3_600_000)

    total = np.bincount(row, length, minlength=len(spans))
    np.testing.assert_array_equal(total, until(end) - until(start))
    assert len(set(zip(row.tolist(), night.tolist(), strict=True))) == len(row)
