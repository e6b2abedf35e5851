"""Incidents, calls and missions: what is first, what counts, and ties."""

import numpy as np
import pytest

from emergency_sim.analysis.log_view import LogView, Scatter
from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.events import Kind
from tests.analysis.toy import DAY, LogBuilder, toy_frame


def test_only_incidents_that_arise_in_the_half_open_window_are_rows() -> None:
    log = LogBuilder()
    for i, t in enumerate((DAY - 0.001, DAY, 8 * DAY - 0.001, 8 * DAY)):
        log.row(t, "incident", incident=i, place="z1", value=0, code="call_113")
        log.row(9 * DAY, "closed", incident=i, place="z1", code="ended")
    table = Tables.of(log.columns(), toy_frame()).incidents
    assert table["id"].tolist() == [1, 2]
    assert table["closed_s"].tolist() == [9 * DAY, 9 * DAY]  # what follows the window still counts


def tied_log(shuffle: np.random.Generator | None = None) -> Tables:
    """Two ambulances park, two doctors start and two dispositions fall in the same millisecond."""
    log = LogBuilder()
    log.row(DAY, "incident", incident=1, place="z1", actor="molde", value=0, code="call_113")
    log.row(DAY, "registered", incident=1, place="z1", actor="amk", value=0, code="113")
    for unit, number in (("a1", 1), ("a2", 2)):
        who = {"incident": 1, "mission": number, "actor": unit}
        log.row(DAY + 60, "alarmed", place="st", code="idle", **who)
        log.row(DAY + 600, "on_scene", place="z1", **who)
        log.row(DAY + 900, "clear", place="z1", **who)
    for code in ("advice", "consultation", "home_visit"):
        log.row(DAY + 60, "decided", incident=1, actor="amk", code=code)
    for place in ("hospital", "molde"):
        log.row(DAY + 1200, "at_destination", incident=1, mission=1, actor="a1", place=place)
    for value in (2.0, 0.0, 1.0):
        log.row(DAY + 50, "triaged", incident=1, actor="lvs", value=value, code="lvs")
    return Tables.of(log.columns(shuffle=shuffle), toy_frame())


def test_ties_are_broken_by_content_not_by_the_order_of_rows() -> None:
    first = tied_log()
    for seed in range(12):
        other = tied_log(np.random.Generator(np.random.Philox(seed)))
        for name in ("incidents", "missions"):
            assert getattr(other, name).frame().equals(getattr(first, name).frame()), (name, seed)


def test_the_second_road_ambulance_is_another_one() -> None:
    table = tied_log().incidents
    assert table["road_on_scene_s"].tolist() == [DAY + 600]
    assert table["second_on_scene_s"].tolist() == [DAY + 600]
    assert table["missions"].tolist() == [2.0]


def test_an_incident_that_a_frame_does_not_place_is_still_counted() -> None:
    log = LogBuilder()
    log.row(DAY, "incident", incident=1, place="elsewhere", value=1, code="call_113")
    log.row(DAY, "registered", incident=1, value=1, code="113")
    log.row(DAY + 300, "on_scene", incident=1, mission=1, actor="unknown_car")
    table = Tables.of(log.columns(), toy_frame()).incidents
    frame = table.frame()
    assert frame["municipality"].isna().all()
    assert frame["area_class"].isna().all()
    assert table["response_s"].tolist() == [300.0]  # a unit unknown to the frame: a road ambulance


def test_travel_without_recorded_seconds_is_the_time_since_setting_out() -> None:
    log = LogBuilder()
    log.row(DAY, "incident", incident=1, place="z1", value=1, code="walk_in")
    for start, end, site in ((100, 700, "sat_rauma"), (4000, 5000, "molde")):
        log.row(DAY + start, "sets_out", incident=1, actor=site, place="z1")
        log.row(DAY + end, "arrives", incident=1, actor=site, place=site)
    assert Tables.of(log.columns(), toy_frame()).incidents["travel_s"].tolist() == [1600.0]


def test_a_unit_that_is_alarmed_the_moment_it_is_back_has_two_tasks() -> None:
    """Back at base and alarmed again in the same millisecond, in either order of the rows."""
    log = LogBuilder()
    who = {"actor": "a1", "place": "st_molde"}
    log.row(0, "unit_on", code="ambulance", **who)
    log.row(DAY + 100, "alarmed", incident=1, mission=1, code="idle", **who)
    log.row(DAY + 200, "clear", incident=1, mission=1, **who)
    log.row(DAY + 300, "at_base", **who)
    log.row(DAY + 300, "alarmed", incident=2, mission=2, code="idle", **who)
    log.row(DAY + 700, "clear", incident=2, mission=2, **who)
    log.row(DAY + 900, "at_base", **who)
    missions = Tables.of(log.columns(), toy_frame()).missions
    assert missions["task_s"].tolist() == [200.0, 600.0]
    assert missions["unavailable_s"].tolist() == [100.0, 400.0]


def test_a_call_transferred_under_its_number_is_one_call_on_each_line() -> None:
    log = LogBuilder()
    log.row(DAY, "incident", incident=1, place="z1", value=1, code="call_116117")
    for t, centre, line in ((10, "lvs", "116117"), (300, "amk", "professional")):
        log.row(DAY + t, "rings", incident=1, call=7, actor=centre, code=line)
        log.row(DAY + t + 5, "answered", incident=1, call=7, actor=centre, code=line)
    calls = Tables.of(log.columns(), toy_frame()).calls.frame()
    assert calls["line"].tolist() == ["116117", "professional"]
    assert calls["wait_s"].tolist() == [5.0, 5.0]


@pytest.mark.parametrize("keys", [[3, 0, 7], [2**60, 5, 2**61]])
def test_events_find_their_row_by_small_and_by_huge_keys(keys: list[int]) -> None:
    scatter = Scatter(np.array(keys))
    events = np.array([keys[2], 1, keys[0], keys[2], -1])
    assert scatter.at(events).tolist() == [2, -1, 0, 2, -1]
    assert scatter.first(np.arange(5), events).tolist() == [2, -1, 0]
    assert scatter.last(np.arange(5), events).tolist() == [2, -1, 3]
    assert scatter.count(events).tolist() == [1.0, 0.0, 2.0]


def test_rows_of_kinds_are_in_order_of_time() -> None:
    log = LogBuilder()
    for t in (5.0, 1.0, 3.0):
        log.row(t, "rings", incident=1)
        log.row(t + 1, "answered", incident=1)
    view = LogView(log.columns())
    both = view.rows(Kind.RINGS, Kind.ANSWERED)
    assert (np.diff(view.time_ms[both]) >= 0).all()
    assert len(view.rows(Kind.CLEAR)) == 0
