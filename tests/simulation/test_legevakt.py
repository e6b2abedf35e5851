"""A clinic by hand: who waits, who is taken, who may go home (R9, R13, R14)."""

from pathlib import Path
from typing import Any

import pytest

from tests.simulation.scenes import Played, duty, incident, scene

HERE = {"a": (0, 10, 30), "b": (10, 0, 20), "c": (30, 20, 0)}


def clinic(doctors: Any = 1, **other: Any) -> dict[str, Any]:
    return {
        "alfa": {
            "node": "a", "serves": ["a", "b", "c"], "doctors": doctors, "rooms": 3,
            "may_be_empty": True, **other,
        }
    }  # fmt: skip


def walk_in(
    minute: float, zone: str = "a", urgency: str = "regular", **other: Any
) -> dict[str, Any]:
    return incident(minute, zone, urgency, **{"entry": "walk_in", "consultation_min": 20, **other})


def minutes(run: Played, kind: str, **where: Any) -> list[float]:
    return [e.time / 60 for e in run.of(kind, **where)]


def doctors_minutes(run: Played) -> list[tuple[int | None, float]]:
    """Return who is seen when, in order."""
    return [(e.incident, e.time / 60) for e in run.of("doctor_starts")]


def test_patients_drive_are_received_and_seen(tmp_path: Path) -> None:
    run = scene(
        tmp_path, HERE, [walk_in(60, "b", nurse_min=5)],
        legevakter=clinic(nurses={"n": duty()}),
    )  # fmt: skip
    assert run.one("sets_out").time == 60 * 60
    assert run.one("arrives").time == 70 * 60
    assert run.one("received").time == 75 * 60
    assert run.one("doctor_starts").time == 75 * 60
    assert run.one("leaves_clinic").time == 95 * 60
    assert run.one("closed").code == "seen"


def test_without_a_car_one_waits_for_a_taxi(tmp_path: Path) -> None:
    run = scene(tmp_path, HERE, [walk_in(60, "b", own_car="no")], legevakter=clinic())
    assert run.one("sets_out").code == "taxi"
    assert minutes(run, "arrives") == [60 + 15 + 10]


def test_the_waiting_room_is_ordered_by_urgency_then_arrival(tmp_path: Path) -> None:
    rows = [
        walk_in(0), walk_in(1), walk_in(2), walk_in(3, urgency="urgent"),
        walk_in(4, urgency="acute"),
    ]  # fmt: skip
    run = scene(tmp_path, HERE, rows, legevakter=clinic())
    assert doctors_minutes(run) == [(0, 0), (4, 20), (3, 40), (1, 60), (2, 80)]


def test_doctor_nurse_and_room_are_taken_together(tmp_path: Path) -> None:
    """The acute patient needs both; who waits for the doctor holds no nurse and no room."""
    rows = [
        walk_in(0, consultation_min=30),
        walk_in(1, urgency="acute", consultation_min=10),
        walk_in(2, nurse_min=5),
    ]
    run = scene(tmp_path, HERE, rows, legevakter=clinic(nurses={"n": duty()}, rooms=2))
    assert minutes(run, "received", incident=2) == [7]
    assert minutes(run, "task_starts", incident=1) == [30, 30]
    assert doctors_minutes(run) == [(0, 0), (1, 30), (2, 40)]


def test_a_free_room_is_given_on_at_once(tmp_path: Path) -> None:
    """One room, two doctors: the second does not wait until the first has written the journal."""
    rows = [walk_in(0, documentation_min=15), walk_in(1)]
    run = scene(tmp_path, HERE, rows, legevakter=clinic(2, rooms=1))
    assert doctors_minutes(run) == [(0, 0), (1, 20)]


def test_documentation_keeps_the_doctor_not_the_patient(tmp_path: Path) -> None:
    run = scene(tmp_path, HERE, [walk_in(0, documentation_min=6), walk_in(1)], legevakter=clinic())
    assert minutes(run, "leaves_clinic", incident=0) == [20]
    assert doctors_minutes(run) == [(0, 0), (1, 26)]


def test_reception_gives_advice(tmp_path: Path) -> None:
    run = scene(
        tmp_path, HERE, [walk_in(0, disposition="advice", nurse_min=4)],
        legevakter=clinic(nurses={"n": duty()}),
    )  # fmt: skip
    assert minutes(run, "leaves_clinic", code="advice") == [4]
    assert not run.of("doctor_starts")
    assert run.one("closed").code == "advice"


# -- the end of a shift ----------------------------------------------------------------------------


def test_patients_in_the_house_are_finished_at_closing_time(tmp_path: Path) -> None:
    """In reception when the shift ends: the doctor waits for the patient (R9)."""
    rows = [walk_in(7 * 60 + 55, nurse_min=20)]
    night = {"night": duty("20:00-08:00")}
    run = scene(tmp_path, HERE, rows, legevakter=clinic(night, nurses={"n": duty()}))
    assert doctors_minutes(run) == [(0, 8 * 60 + 15)]
    ends = run.of("duty_ends", actor="alfa.doctor.night.1")
    assert ends[0].value == 35 * 60


def test_patients_under_way_are_waited_for(tmp_path: Path) -> None:
    rows = [walk_in(7 * 60 + 50, "c")]
    run = scene(tmp_path, HERE, rows, legevakter=clinic({"night": duty("20:00-08:00")}))
    assert doctors_minutes(run) == [(0, 8 * 60 + 20)]


def test_relieved_doctors_go_home(tmp_path: Path) -> None:
    """The colleague who came at 8 takes the next patient, not the one whose shift is over."""
    rows = [walk_in(7 * 60 + 50), walk_in(8 * 60 + 1), walk_in(8 * 60 + 2), walk_in(8 * 60 + 3)]
    plan = {"night": duty("20:00-08:00"), "day": duty("08:00-20:00")}
    run = scene(tmp_path, HERE, rows, legevakter=clinic(plan))
    who = [(e.incident, e.actor) for e in run.of("doctor_starts")]
    assert who[0] == (0, "alfa.doctor.night.1")
    assert {a for _, a in who[1:]} == {"alfa.doctor.day.1"}
    assert run.of("duty_ends", actor="alfa.doctor.night.1")[0].value == 10 * 60


def test_relieved_nurses_go_home(tmp_path: Path) -> None:
    rows = [walk_in(479, nurse_min=5), walk_in(480.5, nurse_min=5), walk_in(481, nurse_min=5)]
    plan = {"night": duty("20:00-08:00"), "day": duty("08:00-20:00")}
    run = scene(tmp_path, HERE, rows, legevakter=clinic(nurses=plan))
    who = [(e.incident, e.actor) for e in run.of("task_starts", code="reception")]
    assert who == [
        (0, "alfa.nurse.night.1"), (1, "alfa.nurse.day.1"), (2, "alfa.nurse.day.1"),
    ]  # fmt: skip


def test_the_next_shift_of_a_late_person_is_a_new_duty(tmp_path: Path) -> None:
    """Still at work from the last shift when the next begins: the first duty ends, late."""
    rows = [walk_in(7 * 60 + 50, consultation_min=180)]
    plan = {"d": duty("00:00-08:00,10:00-16:00")}
    run = scene(tmp_path, HERE, rows, legevakter=clinic(plan))
    duties = [(e.kind, e.time / 3600) for e in run.of("duty_starts", "duty_ends")]
    assert duties[:4] == [
        ("duty_starts", 0), ("duty_ends", 10), ("duty_starts", 10), ("duty_ends", 16),
    ]  # fmt: skip
    assert run.of("duty_ends")[0].value == 2 * 3600


def test_after_hours_patients_are_sent_to_who_is_open(tmp_path: Path) -> None:
    """Booked before closing, leaving home after it: another clinic, and nobody waits for them."""
    clinics = clinic({"day": duty("08:00-16:00")}, hours="Mo-Su 08:00-16:00") | {
        "beta": {
            "node": "c", "serves": ["a", "b", "c"], "hours": "16:00-08:00",
            "doctors": {"n": duty("16:00-08:00")}, "may_be_empty": True,
        }
    }  # fmt: skip
    rows = [
        incident(15 * 60 + 50, "b", entry="call_116117", disposition="consultation",
                 leave_home_min=30, consultation_min=20)
    ]  # fmt: skip
    run = scene(
        tmp_path, HERE, rows, legevakter=clinics,
        legevaktsentraler={"lvs": {"node": "a", "operators": {"o": duty(form="active")}}},
    )  # fmt: skip
    sent = run.one("redirected")
    assert (sent.actor, sent.place, sent.code) == ("alfa", "beta", "closed")
    assert minutes(run, "arrives", actor="beta") == [16 * 60 + 40]
    assert (
        run.one("duty_ends", actor="alfa.doctor.day.1").value == 20 * 60
    )  # at 16:20 nobody is due


# -- doctors who wait at home ----------------------------------------------------------------------


HOME = {"h": duty(form="home")}


def home_clinic(tmp_path: Path, rows: list[dict[str, Any]], **other: Any) -> Played:
    return scene(tmp_path, HERE, rows, legevakter=clinic(other.pop("doctors", HOME)), **other)


def test_a_doctor_at_home_comes_in_and_goes_home_again(tmp_path: Path) -> None:
    run = home_clinic(tmp_path, [walk_in(60, "c", doctor_leave_min=6)])
    assert minutes(run, "task_starts", code="drive")[0] == 60 + 30 - 6
    assert minutes(run, "at_site") == [90]
    assert doctors_minutes(run) == [(0, 90)]
    assert minutes(run, "leaves_site") == [110]


def test_a_doctor_stays_for_who_is_due_within_half_an_hour(tmp_path: Path) -> None:
    near = home_clinic(tmp_path, [walk_in(60), walk_in(75, "c")])
    assert len(near.of("leaves_site")) == 1
    assert minutes(near, "leaves_site") == [125]


@pytest.mark.parametrize("first", ["on", "bak"])
def test_a_bakvakt_at_the_clinic_is_taken_last_however_they_are_listed(
    tmp_path: Path, first: str
) -> None:
    """Two at once need both; the third is due soon, so the bakvakt is still there, and not needed."""
    plan = {"on": duty(), "bak": duty(form="backup")}
    plan = {first: plan.pop(first), **plan}
    run = home_clinic(tmp_path, [walk_in(0), walk_in(0), walk_in(1, "c")], doctors=plan)
    assert run.one("doctor_starts", incident=2).actor == "alfa.doctor.on.1"


@pytest.mark.parametrize(
    "doctors",
    [
        {"h": duty(form="home")},
        {"d": duty("08:00-16:00"), "h": duty("16:00-24:00", form="home")},
        {"d": duty("08:00-16:00", form="home"), "h": duty("16:00-24:00", form="home")},
        {"d": duty("08:00-16:20"), "h": duty("12:00-24:00", form="home")},
    ],
)
def test_whoever_is_on_duty_when_the_patient_comes_sets_out_in_time(
    tmp_path: Path, doctors: dict[str, Any]
) -> None:
    """Booked before a change of shift and due at 16:25: whoever has come on duty is there by then."""
    rows = [walk_in(15 * 60 + 55, "c", doctor_leave_min=15)]
    run = home_clinic(tmp_path, rows, doctors=doctors)
    assert minutes(run, "task_starts", code="drive")[0] == 16 * 60 + 10
    assert minutes(run, "doctor_starts") == [16 * 60 + 25]


def test_nobody_sets_out_before_the_duty_begins(tmp_path: Path) -> None:
    doctors = {"d": duty("08:00-16:00"), "h": duty("16:00-24:00", form="home")}
    rows = [walk_in(15 * 60 + 40, "c", doctor_leave_min=15)]  # due at 16:10
    run = home_clinic(tmp_path, rows, doctors=doctors)
    assert minutes(run, "task_starts", code="drive")[0] == 16 * 60
    assert minutes(run, "doctor_starts") == [16 * 60 + 15]


def test_somebody_on_the_telephone_at_home_does_not_keep_the_other_away(tmp_path: Path) -> None:
    rows = [
        incident(60, "a", entry="call_116117", disposition="doctor_phone", doctor_phone_min=50),
        walk_in(70, "a"),
    ]
    run = home_clinic(
        tmp_path, rows, doctors={"h": duty(count=2, form="home")},
        legevaktsentraler={"lvs": {"node": "a", "operators": {"o": duty(form="active")}}},
    )  # fmt: skip
    assert minutes(run, "doctor_starts", incident=1) == [70]


# -- doctors elsewhere -----------------------------------------------------------------------------


LVS = {"lvs": {"node": "a", "operators": {"o": duty(form="active")}}}


def visit(minute: float, zone: str = "c", **other: Any) -> dict[str, Any]:
    return incident(
        minute, zone, entry="call_116117", disposition="home_visit",
        **{"home_visit_min": 25, **other},
    )  # fmt: skip


def test_a_home_visit_leaves_the_clinic_unmanned(tmp_path: Path) -> None:
    rows = [visit(60), walk_in(80)]
    run = scene(tmp_path, HERE, rows, legevakter=clinic(), legevaktsentraler=LVS)
    assert minutes(run, "unmanned") == [60]
    assert run.one("unmanned").code == "home_visit"
    assert minutes(run, "doctor_on_scene") == [90]
    assert minutes(run, "manned") == [60 + 30 + 25 + 30]
    assert minutes(run, "doctor_starts", code="consultation") == [145]
    assert run.one("closed", incident=0).time == 115 * 60


def test_a_second_doctor_keeps_it_manned(tmp_path: Path) -> None:
    rows = [visit(60), walk_in(80)]
    run = scene(tmp_path, HERE, rows, legevakter=clinic(2), legevaktsentraler=LVS)
    assert not run.of("unmanned")
    assert minutes(run, "doctor_starts", code="consultation") == [80]


def test_unmanned_begins_when_the_last_colleague_goes_off_duty(tmp_path: Path) -> None:
    """Doctor A is out; B, whose shift is over, finishes a patient and goes: nobody is there."""
    rows = [visit(7 * 60 + 30), walk_in(7 * 60 + 50)]
    plan = {"all": duty(), "night": duty("20:00-08:00")}
    run = scene(tmp_path, HERE, rows, legevakter=clinic(plan), legevaktsentraler=LVS)
    out = run.one("task_starts", code="home_visit").actor
    stays = run.of("duty_ends", actor="alfa.doctor.night.1")[0]
    assert out == "alfa.doctor.all.1"
    assert stays.time == (8 * 60 + 10) * 60
    assert minutes(run, "unmanned") == [8 * 60 + 10]
    assert minutes(run, "manned") == [7 * 60 + 30 + 85]


def acute_call(minute: float, zone: str = "c", **other: Any) -> dict[str, Any]:
    return incident(
        minute, zone, "acute", entry="call_113",
        **{"doctor": "yes", "home_visit_min": 25, "on_scene_min": 25, **other},
    )  # fmt: skip


AMK = {
    "amk": {"amk": {"node": "a", "operators": {"o": duty(form="active")}}},
    "stations": {"s": {"node": "a"}},
    "units": {"u1": {"station": "s"}},
}


def test_an_alerted_doctor_drives_out(tmp_path: Path) -> None:
    run = scene(tmp_path, HERE, [acute_call(60), walk_in(65)], legevakter=clinic(), **AMK)
    assert run.one("unmanned").code == "call_out"
    assert run.one("doctor_alerted").time == 3600
    assert minutes(run, "doctor_on_scene") == [90]
    assert minutes(run, "doctor_starts", code="consultation") == [60 + 30 + 25 + 30]


def test_a_call_out_goes_before_the_waiting_room(tmp_path: Path) -> None:
    rows = [walk_in(50), walk_in(51), walk_in(52, urgency="acute"), acute_call(60)]
    run = scene(tmp_path, HERE, rows, legevakter=clinic(), **AMK)
    assert minutes(run, "task_starts", code="call_out") == [70]


def test_a_call_out_lapses_when_no_doctor_is_free_in_time(tmp_path: Path) -> None:
    rows = [walk_in(50, consultation_min=60), acute_call(60)]
    run = scene(tmp_path, HERE, rows, legevakter=clinic(), **AMK)
    assert minutes(run, "doctor_unavailable") == [75]
    assert not run.of("doctor_on_scene")
    assert run.one("closed", incident=1).code == "not_conveyed"


def test_a_doctor_who_never_goes_has_no_effect(tmp_path: Path) -> None:
    """Zero-effect limit (R26): nobody is alerted, so nobody is out and nothing waits."""
    rows = [acute_call(60, doctor="no"), walk_in(65)]
    run = scene(tmp_path, HERE, rows, legevakter=clinic(), **AMK)
    assert not run.of("unmanned", "doctor_alerted", "doctor_on_scene")
    assert minutes(run, "doctor_starts", code="consultation") == [65]


@pytest.mark.parametrize("who", ["doctor_leave_s", "home_visit_s"])
def test_minutes_of_a_visit_add_up(tmp_path: Path, who: str) -> None:
    """Called, driving both ways and with the patient: one unbroken stretch of active time."""
    rows = [visit(60, doctor_leave_min=2, documentation_min=3)]
    run = scene(tmp_path, HERE, rows, legevakter=clinic(), legevaktsentraler=LVS)
    start, end = run.one("task_starts", code="home_visit"), run.one("task_ends", code="home_visit")
    assert end.time - start.time == 60 * (2 + 30 + 25 + 30)
    assert run.one("task_starts", code="documentation").time == end.time


def test_at_a_change_of_shift_a_staying_nurse_is_taken(tmp_path: Path) -> None:
    """Who goes at the instant in which the doctor comes is given nothing more to do."""
    nurses = {"early": duty("00:00-08:00"), "all": duty()}
    run = scene(
        tmp_path, HERE, [walk_in(470, urgency="acute")],
        legevakter=clinic({"day": duty("08:00-16:00")}, nurses=nurses),
    )  # fmt: skip
    assert doctors_minutes(run) == [(0, 480)]
    assert {e.actor for e in run.of("task_starts")} == {"alfa.doctor.day.1", "alfa.nurse.all.1"}
    gone = [e for e in run.of("duty_ends", actor="alfa.nurse.early.1") if e.time == 480 * 60]
    assert [e.value for e in gone] == [0]


def test_at_a_change_of_shift_a_staying_doctor_is_taken(tmp_path: Path) -> None:
    """The patient waits for a nurse; when one comes, one of two free doctors goes home."""
    doctors = {"early": duty("02:00-08:00"), "all": duty()}
    nurses = {"all": duty(), "day": duty("08:00-16:00")}
    run = scene(
        tmp_path, HERE, [walk_in(465, nurse_min=30), walk_in(470, urgency="acute")],
        legevakter=clinic(doctors, nurses=nurses),
    )  # fmt: skip
    assert doctors_minutes(run)[0] == (1, 480)
    assert {e.actor for e in run.of("doctor_starts")} == {"alfa.doctor.all.1"}
    assert [e.value for e in run.of("duty_ends", actor="alfa.doctor.early.1")] == [0]
