"""Every indicator on a tiny log whose answer is counted by hand.

Second 0 is Monday 2024-01-01; the window is Tuesday 2 January to Monday 8 January (7 days).
"""

import math
from typing import Any

import numpy as np
import pytest

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.kpis.standby import ACTOR_FORMS
from emergency_sim.analysis.replication import exact_kpis
from emergency_sim.analysis.storage import exact_rows, kpi_rows
from tests.analysis.synthetic import county_frame, county_log, kpis_of
from tests.analysis.toy import DAY, LogBuilder, toy_frame

TUESDAY = DAY
SATURDAY = 5 * DAY
HOUR = 3600.0
PERSON_YEARS = 15.0 * 7 / 365.25
"""Thousands of people times years in the window."""


def values(log: LogBuilder, **changes: Any) -> dict[tuple[str, str, str], float]:
    """Return every indicator of a log by key."""
    frame = toy_frame(**changes)
    rows = kpi_rows("toy", 0, kpis_of(log.columns(), frame)).to_dict("records")
    rows += exact_rows("toy", exact_kpis(frame)).to_dict("records")
    return {(r["kpi"], r["group_kind"], r["group"]): r["value"] for r in rows}


def arises(
    log: LogBuilder, incident: int, time_s: float, *, zone: str = "z1", urgency: int = 0,
    entry: str = "call_113", district: str = "molde",
) -> None:  # fmt: skip
    what = {"incident": incident, "place": zone}
    log.row(time_s, "incident", actor=district, value=urgency, code=entry, **what)
    log.row(time_s, "need", actor="x", value=5, code="trauma", **what)


def answer(
    log: LogBuilder, call: int, time_s: float, wait_s: float | None, *, line: str = "113",
    gives_up_s: float = 0.0, incident: int | None = None,
) -> None:  # fmt: skip
    who = {"incident": call if incident is None else incident, "call": call, "code": line}
    centre = "amk" if line == "113" else "lvs"
    log.row(time_s, "rings", actor=centre, place="z1", value=0, **who)
    if wait_s is None:
        log.row(time_s + gives_up_s, "gave_up", actor=centre, value=gives_up_s, **who)
    else:
        log.row(time_s + wait_s, "answered", actor=centre, value=wait_s, **who)
        log.row(time_s + wait_s + 120, "call_ends", actor=centre, **who)


def test_113_answers() -> None:
    log = LogBuilder()
    for call, wait in ((1, 5.0), (2, 20.0), (3, None)):
        arises(log, call, TUESDAY + call)
        answer(log, call, TUESDAY + call, wait, gives_up_s=30.0)
    arises(log, 4, TUESDAY - 1)  # before the window
    answer(log, 4, TUESDAY - 1, 2.0)
    got = values(log)
    assert got["amk_answer_within_10s", "all", "all"] == pytest.approx(1 / 3)
    assert got["amk_answer_within_10s", "centre", "amk"] == pytest.approx(1 / 3)
    assert got["amk_answer_time_median", "all", "all"] == pytest.approx(12.5)
    assert got["calls_113_per_1000", "all", "all"] == pytest.approx(3 / PERSON_YEARS)
    assert math.isnan(got["amk_answer_within_10s", "municipality", "Rauma"])


def test_116117_answers_count_given_up_calls_as_failures_and_redials_as_calls() -> None:
    log = LogBuilder()
    for call, wait in ((1, 60.0), (2, 150.0), (3, None)):
        arises(log, call, TUESDAY + call, entry="call_116117")
        answer(log, call, TUESDAY + call, wait, line="116117", gives_up_s=200.0)
    answer(log, 9, TUESDAY + 600, 10.0, line="116117", incident=3)  # rings again
    log.row(TUESDAY + 900, "rings", incident=1, call=1, actor="amk", code="professional")
    got = values(log)
    assert got["lvs_answer_within_120s", "all", "all"] == pytest.approx(2 / 4)
    assert got["lvs_abandoned", "all", "all"] == pytest.approx(1 / 4)
    assert got["calls_116117_per_1000", "all", "all"] == pytest.approx(4 / PERSON_YEARS)
    assert got["contacts_per_1000", "all", "all"] == pytest.approx(3 / PERSON_YEARS)


def mission(
    log: LogBuilder, incident: int, unit: str, alarmed_s: float, scene_s: float | None, *,
    mission: int | None = None, clear_s: float | None = None,
) -> None:  # fmt: skip
    who = {"incident": incident, "mission": incident if mission is None else mission, "actor": unit}
    log.row(alarmed_s, "alarmed", place="st_molde", value=1.0, code="idle", **who)
    if scene_s is not None:
        log.row(scene_s, "on_scene", place="z1", code="ambulance", **who)
    if clear_s is not None:
        log.row(clear_s, "clear", place="z1", code="not_conveyed", **who)


def response_log() -> LogBuilder:
    """Seven incidents that should have a response time, one regular; registered at minute 0."""
    log = LogBuilder()
    zones = {1: "z1", 2: "z1", 3: "z3", 4: "z4", 5: "z1", 6: "z1", 7: "z3", 8: "z1"}
    for i, zone in zones.items():
        t = TUESDAY + i * HOUR
        urgency = 2 if i == 8 else 0
        arises(log, i, t - 60, zone=zone, urgency=1 if i == 2 else 0)
        log.row(t - 60, "rings", incident=i, call=i, actor="amk", place=zone, code="113")
        log.row(t, "registered", incident=i, actor="amk", place=zone, value=urgency, code="113")
        log.row(t + 60, "requested", incident=i, actor="amk", place=zone, value=urgency, code="0")
    at = {i: TUESDAY + i * HOUR for i in zones}
    mission(log, 1, "f1", at[1] + 60, at[1] + 240, mission=101)  # first aid after 4 min
    mission(log, 1, "a1", at[1] + 60, at[1] + 600)  # 10 min
    mission(log, 2, "a1", at[2] + 60, at[2] + 840)  # 14 min
    mission(log, 3, "a2", at[3] + 60, at[3] + 1440)  # 24 min, grisgrendt
    log.row(at[4] + 60, "unserved", incident=4, place="z4", code="no way")
    mission(log, 5, "a1", at[5] + 60, None)
    log.row(at[5] + 120, "stood_down", incident=5, mission=5, actor="a1")
    mission(log, 6, "a1", at[6] + 60, at[6] + 300)  # 5 min, but made urgent meanwhile
    log.row(at[6] + 120, "triaged", incident=6, actor="amk", value=1, code="amk")
    mission(log, 7, "h1", at[7] + 60, at[7] + 480)  # only the helicopter, 8 min
    mission(log, 8, "a1", at[8] + 60, at[8] + 1800)
    return log


def test_response_times() -> None:
    got = values(response_log())
    assert got["response_time_median", "all", "all"] == pytest.approx(14.0)
    assert got["response_time_p90", "all", "all"] == pytest.approx(14 + 0.8 * 10)
    assert got["response_time_median", "municipality", "Rauma"] == pytest.approx(24.0)
    assert got["response_time_median", "concerned", "concerned"] == pytest.approx(24.0)
    assert got["response_time_median", "area_class", "tettbygd"] == pytest.approx(12.0)
    assert got["response_time_median", "district", "molde"] == pytest.approx(14.0)
    # in time: the first (10 of 12 min) and the third (24 of 25); failures: 2nd, unserved, cancelled
    assert got["response_within_target", "all", "all"] == pytest.approx(2 / 5)
    assert got["response_within_target", "area_class", "tettbygd"] == pytest.approx(1 / 3)
    assert got["unserved_share", "all", "all"] == pytest.approx(1 / 7)
    for reason in ("unserved", "cancelled", "urgency_changed", "other_unit"):
        assert got["response_excluded_share", "reason", reason] == pytest.approx(1 / 7)
    assert got["response_excluded_share", "reason", "unfinished"] == 0.0
    # truly acute with an ambulance: 10, 24, 5 and the regular one 30 min
    assert got["response_time_true_red_median", "all", "all"] == pytest.approx(17.0)
    assert got["whole_clock_median", "all", "all"] == pytest.approx(15.0)
    # first help after 4, 14, 24, 5 and 8 min; health personnel after 10 instead of 4
    assert got["first_help_time_median", "all", "all"] == pytest.approx(8.0)
    assert got["first_health_personnel_time_median", "all", "all"] == pytest.approx(10.0)


def test_the_clock_may_start_at_the_first_ring() -> None:
    from emergency_sim.analysis.actors import IndicatorSettings

    got = values(
        response_log(),
        settings=IndicatorSettings(
            response_start="first_ring", response_urgencies=("acute", "urgent")
        ),
    )
    assert got["response_time_median", "all", "all"] == pytest.approx(15.0)


def test_units_at_work() -> None:
    """a1 is alarmed at 10:00, clear at 11:00, at base 11:30; again 12:00, diverted 12:10 to a third."""
    log = LogBuilder()
    noon = TUESDAY + 12 * HOUR
    log.row(0, "unit_on", actor="a1", place="st_molde", code="ambulance")
    log.row(TUESDAY, "unit_on", actor="a2", place="st_rauma", code="ambulance")
    log.row(TUESDAY + 24 * HOUR, "unit_off", actor="a2", place="st_rauma", value=0.0)
    for i in (1, 2, 3):
        arises(log, i, TUESDAY)
    mission(log, 1, "a1", noon - 2 * HOUR, noon - 1.5 * HOUR, clear_s=noon - HOUR)
    log.row(noon - HOUR / 2, "at_base", actor="a1", place="st_molde")
    mission(log, 2, "a1", noon, None)
    log.row(noon + 600, "diverted", incident=2, mission=2, actor="a1")
    mission(log, 3, "a1", noon + 600, noon + 1200, clear_s=noon + 1800)
    log.row(noon + 3600, "at_base", actor="a1", place="st_molde")
    got = values(log)
    # tasks: 1.5 h + 1 h; unavailable: 1 h + 30 min; duty: 7 days + 1 day
    assert got["task_share", "all", "all"] == pytest.approx(2.5 / (8 * 24))
    assert got["task_share", "station", "st_molde"] == pytest.approx(2.5 / (7 * 24))
    assert got["task_share", "station", "st_rauma"] == 0.0
    assert got["unavailable_share", "all", "all"] == pytest.approx(1.5 / (8 * 24))
    assert got["missions_per_day", "all", "all"] == pytest.approx(2 / 7)  # the diverted one is none
    assert got["missions_per_day", "station", "st_molde"] == pytest.approx(2 / 7)
    assert got["missions_per_1000", "all", "all"] == pytest.approx(2 / PERSON_YEARS)
    # crews: two people each; a1 waits at the station, a2 at home
    assert got["duty_person_hours", "actor_form", "crew:onsite"] == pytest.approx(2 * 7 * 24)
    assert got["duty_person_hours", "actor_form", "crew:home"] == pytest.approx(2 * 24)
    assert got["standby_person_hours", "actor_form", "crew:onsite"] == pytest.approx(2 * 165.5)
    assert got["standby_person_hours", "all", "all"] == pytest.approx(2 * 165.5 + 48)


def test_missions_are_clipped_to_the_window() -> None:
    log = LogBuilder()
    log.row(0, "unit_on", actor="a1", place="st_molde", code="ambulance")
    mission(log, 1, "a1", TUESDAY - HOUR, None, clear_s=TUESDAY + HOUR)
    log.row(TUESDAY + 2 * HOUR, "at_base", actor="a1")
    mission(log, 2, "a1", 8 * DAY - HOUR, None, mission=2)  # still out when the log ends
    got = values(log)
    assert got["task_share", "all", "all"] == pytest.approx(3 / 168)
    assert got["unavailable_share", "all", "all"] == pytest.approx(2 / 168)
    assert got["missions_per_day", "all", "all"] == pytest.approx(1 / 7)


def visit(
    log: LogBuilder, incident: int, arrives_s: float, way_s: float, doctor_s: float | None, *,
    site: str = "molde", urgency: int = 1,
) -> None:  # fmt: skip
    who = {"incident": incident, "actor": site}
    log.row(arrives_s - way_s, "sets_out", place="z1", value=way_s, code="own_car", **who)
    log.row(arrives_s, "arrives", place=site, value=way_s, **who)
    log.row(arrives_s, "triaged", actor="molde", incident=incident, value=urgency, code="reception")
    if doctor_s is not None:
        seen = {"incident": incident, "actor": "d1", "place": site, "code": "consultation"}
        log.row(arrives_s + doctor_s, "doctor_starts", **seen)
        log.row(arrives_s + doctor_s + 600, "doctor_ends", **seen)


def test_clinic_patients() -> None:
    log = LogBuilder()
    night = TUESDAY + 20 * HOUR
    for i in range(1, 7):
        arises(log, i, night, entry="walk_in", urgency=1)
    visit(log, 1, night + 4 * HOUR, 600, 300)  # 5 min
    visit(log, 2, night + 4 * HOUR, 3000, 900)  # 50 min on the road, 15 min
    visit(log, 3, night + 4 * HOUR, 1200, None, site="sat_rauma")
    log.row(night + 4 * HOUR + 60, "redirected", incident=3, actor="sat_rauma", place="molde")
    visit(log, 3, night + 6 * HOUR, 2700, 1500)  # both legs 65 min; 25 min at the second site
    visit(log, 4, night + 4 * HOUR, 600, 240, urgency=0)
    visit(log, 5, night + 4 * HOUR, 600, 4800, urgency=2)
    log.row(night, "not_presented", incident=6, actor="molde", place="z1", value=1, code="nowhere")
    arises(log, 7, TUESDAY + 10 * HOUR, district="fl_molde")  # office hours: daytime apart
    visit(log, 7, TUESDAY + 11 * HOUR, 6000, 100, site="fl_molde")
    got = values(log)
    assert got["clinic_wait_urgent_median", "all", "all"] == pytest.approx(15.0)
    assert got["clinic_wait_urgent_p90", "all", "all"] == pytest.approx(15 + 0.8 * 10)
    assert got["clinic_wait_acute_median", "all", "all"] == pytest.approx(4.0)
    assert got["clinic_wait_acute_p90", "all", "all"] == pytest.approx(4.0)
    assert got["clinic_wait_regular_median", "all", "all"] == pytest.approx(80.0)
    assert got["clinic_wait_regular_p90", "all", "all"] == pytest.approx(80.0)
    # 10, 50, 65, 10, 10 min
    assert got["clinic_travel_time_median_used", "all", "all"] == pytest.approx(10.0)
    assert got["clinic_travel_over_40_used", "all", "all"] == pytest.approx(2 / 5)
    assert got["clinic_travel_over_60_used", "all", "all"] == pytest.approx(1 / 5)
    assert got["redirected_share", "all", "all"] == pytest.approx(1 / 6)
    assert got["not_presented", "all", "all"] == pytest.approx(1 / PERSON_YEARS)
    assert got["not_presented", "urgency", "urgent"] == pytest.approx(1 / PERSON_YEARS)
    assert got["consultations_per_1000", "all", "all"] == pytest.approx(6 / PERSON_YEARS)
    assert got["contacts_per_1000", "all", "all"] == pytest.approx(6 / PERSON_YEARS)
    assert got["contacts_per_1000", "hour_class", "day"] == pytest.approx(1 / PERSON_YEARS)
    assert got["contacts_per_1000", "hour_class", "evening"] == pytest.approx(5 / PERSON_YEARS)
    # the duty office has the 13,000 people of Molde, the legevakt all 15,000
    assert got["contacts_per_1000", "district", "fl_molde"] == pytest.approx(
        1 / (PERSON_YEARS * 13 / 15)
    )
    assert got["contacts_per_1000", "district", "molde"] == pytest.approx(5 / PERSON_YEARS)
    assert got["contacts_per_1000", "municipality", "Molde"] == pytest.approx(
        6 / (PERSON_YEARS * 13 / 15)
    )


def test_who_still_waits_when_the_run_ends_has_waited_so_long_at_least() -> None:
    """Two are seen after 10 and 20 minutes, one waits for two days: the median is 20, not 15."""
    log = LogBuilder()
    night = TUESDAY + 20 * HOUR
    for i in (1, 2, 3):
        arises(log, i, night, entry="walk_in", urgency=1)
    visit(log, 1, night, 600, 600)
    visit(log, 2, night, 600, 1200)
    visit(log, 3, night, 600, None)
    log.row(night + 2 * DAY, "closed", incident=3, place="z1", code="open_at_end")
    got = values(log)
    assert got["clinic_wait_urgent_median", "all", "all"] == pytest.approx(20.0)
    assert got["clinic_wait_urgent_p90", "all", "all"] == pytest.approx(20 + 0.8 * (2 * 1440 - 20))
    assert got["consultations_per_1000", "all", "all"] == pytest.approx(2 / PERSON_YEARS)


def test_people_of_other_regions_are_in_no_rate_but_wait_like_others() -> None:
    log = LogBuilder()
    night = TUESDAY + 20 * HOUR
    for i, zone in ((1, "z1"), (2, "z4")):
        arises(log, i, night, zone=zone, urgency=1)
        visit(log, i, night + HOUR, 600, 600.0 * i)
    outside = np.array([False, False, False, True])
    got = values(log, outside=outside)
    assert got["contacts_per_1000", "all", "all"] == pytest.approx(1 / (14.5 * 7 / 365.25))
    assert got["clinic_wait_urgent_median", "all", "all"] == pytest.approx(15.0)


def test_doctor_and_nurse_out_with_patients() -> None:
    log = LogBuilder()
    t = TUESDAY + 20 * HOUR
    for i in range(1, 6):
        arises(log, i, t, zone="z3")
    for i, delay in ((1, 600.0), (2, 1200.0)):
        log.row(t, "doctor_alerted", incident=i, actor="molde", place="z3", code="call_out")
        there = {"incident": i, "actor": "d1", "place": "z3"}
        log.row(t + delay, "doctor_on_scene", code="doctor", **there)
        log.row(t + delay, "doctor_starts", code="call_out", **there)
        log.row(t + delay + 60, "doctor_ends", code="call_out", **there)
    log.row(t, "doctor_alerted", incident=3, actor="molde", place="z3", code="call_out")
    log.row(t + 1800, "doctor_unavailable", incident=3, actor="molde", place="z3")
    log.row(t, "doctor_starts", incident=4, actor="d2", place="z3", code="home_visit")
    log.row(t, "video_starts", incident=4, actor="d1", place="sat_rauma")
    log.row(t, "video_starts", incident=5, actor="d1", place="z3")  # the nurse is at the home
    got = values(log)
    assert got["call_outs", "all", "all"] == pytest.approx(2 / PERSON_YEARS)
    assert got["call_out_delay_p90", "all", "all"] == pytest.approx(10 + 0.9 * 10)
    assert got["call_outs_missed", "all", "all"] == pytest.approx(1 / 3)
    assert got["home_visits_doctor", "all", "all"] == pytest.approx(1 / PERSON_YEARS)
    assert got["home_visits_nurse_video", "all", "all"] == pytest.approx(1 / PERSON_YEARS)
    assert got["video_consultations", "all", "all"] == pytest.approx(2.0)
    assert got["video_consultations_per_1000", "concerned", "concerned"] == pytest.approx(
        2 / (2.0 * 7 / 365.25)
    )


def test_population_access_is_exact() -> None:
    got = values(LogBuilder())
    assert got["clinic_travel_time_median", "all", "all"] == pytest.approx(10.0)
    assert got["clinic_travel_time_median", "municipality", "Rauma"] == pytest.approx(45.0)
    assert got["clinic_travel_over_40", "all", "all"] == pytest.approx(2000 / 15000)
    assert got["clinic_travel_over_60", "all", "all"] == pytest.approx(500 / 15000)
    assert got["clinic_travel_over_40", "concerned", "concerned"] == pytest.approx(1.0)
    assert got["clinic_travel_over_40", "district", "molde"] == pytest.approx(2000 / 15000)
    assert got["clinic_travel_time_median_any_site", "concerned", "concerned"] == pytest.approx(5.0)
    assert got["clinic_travel_over_40_any_site", "all", "all"] == pytest.approx(500 / 15000)
    assert got["clinic_travel_over_60_any_site", "all", "all"] == pytest.approx(500 / 15000)
    assert KPIS["clinic_travel_over_40_doctor_open"] is KPIS["clinic_travel_over_40"]


def test_rosters_are_exact() -> None:
    got = values(LogBuilder())
    assert got["oncall_hours_per_week", "all", "all"] == pytest.approx(160 / 10)  # one pool of ten
    assert got["oncall_hours_per_week", "district", "molde"] == pytest.approx(16.0)
    assert got["oncall_hours_per_week", "concerned", "concerned"] == pytest.approx(16.0)
    assert got["weekend_frequency", "all", "all"] == pytest.approx(5 / 10)


def test_rostered_duty_and_its_cost_are_exact() -> None:
    """Daytime duty of offices is no on-call duty; operators and crews count around the clock."""
    got = values(LogBuilder())
    hours = {f"{a}:{f}": got["rostered_person_hours", "actor_form", f"{a}:{f}"]
             for a, f in ACTOR_FORMS}  # fmt: skip
    assert {k: v for k, v in hours.items() if v} == {
        "doctor:onsite": 128.0, "doctor:home": 32.0, "operator:active": 120.0, "crew:onsite": 336.0,
    }  # fmt: skip
    assert got["rostered_person_hours", "all", "all"] == pytest.approx(616.0)
    assert got["rostered_person_hours", "district", "molde"] == pytest.approx(160.0)
    assert got["duty_cost", "actor_form", "doctor:home"] == pytest.approx(9_600.0)
    assert got["duty_cost", "district", "molde"] == pytest.approx(137_600.0)
    assert got["duty_cost", "all", "all"] == pytest.approx(137_600.0 + 60_000.0 + 168_000.0)
    assert [k for k in values(LogBuilder(), duty_rates=()) if k[0] == "duty_cost"] == []
    one_missing = toy_frame().duty_rates[1:]
    assert [k for k in values(LogBuilder(), duty_rates=one_missing) if k[0] == "duty_cost"] == []


def test_on_call_load() -> None:
    """d1 on site Tue 16-08, d2 at home Tue 16 to Wed 16; night 23-07."""
    log = LogBuilder()
    start = TUESDAY + 16 * HOUR
    one, two = {"actor": "d1", "place": "molde"}, {"actor": "d2", "place": "molde"}
    log.row(start, "duty_starts", code="onsite", **one)
    log.row(start + 16 * HOUR, "duty_ends", value=0.0, code="onsite", **one)
    log.row(start, "duty_starts", code="home", **two)
    log.row(start + 24 * HOUR, "duty_ends", value=0.0, code="home", **two)
    log.row(start, "task_starts", code="consultation", **one)  # 16-18: two hours, before the night
    log.row(start + 2 * HOUR, "task_ends", code="consultation", **one)
    night = TUESDAY + 23 * HOUR
    log.row(night + HOUR, "task_starts", code="drive", **two)  # 00:00 to 01:30, then waits on site
    log.row(night + 2.5 * HOUR, "task_ends", code="drive", **two)
    log.row(night + 2.5 * HOUR, "at_site", **two)
    log.row(night + 3.5 * HOUR, "leaves_site", **two)
    log.row(night + 3.5 * HOUR, "task_starts", code="drive", **two)
    log.row(night + 4 * HOUR, "task_ends", code="drive", **two)
    log.row(night, "unmanned", actor="molde", place="molde", code="call_out")
    log.row(night + HOUR, "manned", actor="molde", place="molde")
    got = values(log)
    # active: 2 h + 2 h, ten doctors, one week
    assert got["active_hours_per_week", "all", "all"] == pytest.approx(4 / 10)
    assert got["active_hours_per_week", "district", "molde"] == pytest.approx(4 / 10)
    assert got["disturbed_night_share", "all", "all"] == pytest.approx(1 / 2)
    # a doctor was on duty Tue 16 to Wed 16; legevakt hours end at 08
    assert got["clinic_unmanned_share", "all", "all"] == pytest.approx(1 / 16)
    assert got["duty_person_hours", "actor_form", "doctor:onsite"] == pytest.approx(16.0)
    assert got["duty_person_hours", "actor_form", "doctor:home"] == pytest.approx(16.0)
    # d1 works two hours of the on-site duty, d2 two of the home duty; the form is the duty's
    assert got["active_person_hours", "actor_form", "doctor:onsite"] == pytest.approx(2.0)
    assert got["active_person_hours", "actor_form", "doctor:home"] == pytest.approx(2.0)
    assert got["active_person_hours", "district", "molde"] == pytest.approx(4.0)
    assert got["standby_person_hours", "actor_form", "doctor:onsite"] == pytest.approx(14.0)
    assert got["standby_person_hours", "actor_form", "doctor:home"] == pytest.approx(14.0)
    assert got["standby_person_hours", "district", "molde"] == pytest.approx(28.0)
    # two of fifteen thousand people of the clinic live in the areas concerned
    assert got["standby_person_hours", "concerned", "concerned"] == pytest.approx(28.0 * 2 / 15)


def test_operators_are_active_from_answer_to_end() -> None:
    log = LogBuilder()
    log.row(TUESDAY, "duty_starts", actor="o1", place="lvs", code="onsite")
    log.row(TUESDAY + 10 * HOUR, "duty_ends", actor="o1", place="lvs", value=0.0, code="onsite")
    arises(log, 1, TUESDAY + 60, entry="call_116117")
    answer(log, 1, TUESDAY + 60, 10.0, line="116117")  # 120 s
    got = values(log)
    assert got["standby_person_hours", "actor_form", "operator:onsite"] == pytest.approx(
        10 - 120 / 3600
    )
    assert got["active_person_hours", "actor_form", "operator:onsite"] == pytest.approx(120 / 3600)


def test_duty_is_active_work_and_standby_of_every_actor_and_form() -> None:
    frame = county_frame(days=7)
    rows = kpi_rows("county", 0, kpis_of(county_log(frame, incidents=1500), frame))
    rows = rows[rows["kpi"].isin(["duty_person_hours", "active_person_hours",
                                  "standby_person_hours"])]  # fmt: skip
    table = rows.pivot_table(index=["group_kind", "group"], columns="kpi", values="value")
    assert len(table) > 30
    assert table["active_person_hours"].sum() > 0
    np.testing.assert_allclose(
        table["duty_person_hours"], table["active_person_hours"] + table["standby_person_hours"]
    )


def test_every_indicator_has_a_hand_counted_answer() -> None:
    """The names in this file's assertions are all the names there are."""
    from pathlib import Path

    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in KPIS if f'"{name}",' not in text] == []
