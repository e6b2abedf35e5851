"""A satellite by hand: the nurse first, the video doctor from the clinic, closed while out (R11, R26)."""

from pathlib import Path
from typing import Any

import pytest

from emergency_sim.domain.errors import InputFaults
from tests.simulation.scenes import Played, duty, incident, same_rows, scene

ROAD = {"a": (0, 40, 10), "b": (40, 0, 30), "c": (10, 30, 0)}
"""The legevakt in a, the satellite in b."""


def keys(doctors: int = 1, **satellite: Any) -> dict[str, Any]:
    return {
        "legevaktsentraler": {
            "lvs": {"node": "a", "operators": {"o": duty(form="active", count=3)}}
        },
        "legevakter": {
            "alfa": {"node": "a", "serves": ["a", "b", "c"], "doctors": doctors, "lvs": "lvs",
                     "rooms": 3}
        },
        "satellites": {
            "sat": {
                "node": "b", "legevakt": "alfa", "serves": ["b"], "nurses": {"n": duty()},
                **satellite,
            }
        },
    }  # fmt: skip


def patient(
    minute: float, outcome: str = "nurse_and_video", zone: str = "b", **other: Any
) -> dict[str, Any]:
    columns = {
        "entry": "call_116117", "disposition": "consultation", "satellite_outcome": outcome,
        "satellite_nurse_min": 42, "video_min": 13, "consultation_min": 20,
    }  # fmt: skip
    return incident(minute, zone, other.pop("urgency", "regular"), **{**columns, **other})


def minutes(run: Played, kind: str, **where: Any) -> list[float]:
    return [e.time / 60 for e in run.of(kind, **where)]


def test_the_nurse_alone(tmp_path: Path) -> None:
    run = scene(tmp_path, ROAD, [patient(60, "nurse_alone")], **keys())
    assert minutes(run, "satellite_nurse_starts") == [60]
    assert minutes(run, "satellite_ends") == [60 + 42]
    assert not run.of("video_waits", "video_starts", "doctor_starts")
    assert run.one("closed").code == "satellite"


def test_nurse_and_video_doctor(tmp_path: Path) -> None:
    """42 minutes of the nurse in all, the doctor there for the last 13."""
    run = scene(tmp_path, ROAD, [patient(60, documentation_min=4)], **keys())
    assert minutes(run, "video_starts") == [60 + 29]
    assert minutes(run, "video_ends") == [60 + 42]
    assert minutes(run, "leaves_clinic") == [102]
    assert minutes(run, "task_ends", code="documentation") == [106]
    assert run.one("video_starts").actor == "alfa.doctor.open.1"


def test_the_nurse_stays_with_the_patient_and_the_doctor_does_not_wait(tmp_path: Path) -> None:
    """The doctor is busy when the video is due: nurse and patient wait, nobody else does (R13)."""
    rows = [
        patient(60),
        incident(80, "a", entry="walk_in", consultation_min=30),
        incident(100, "a", entry="walk_in", consultation_min=10),
        patient(61, "nurse_alone"),
    ]
    run = scene(tmp_path, ROAD, sorted(rows, key=lambda r: r["time_s"]), **keys())
    assert minutes(run, "video_waits") == [89]
    assert minutes(run, "video_starts") == [110]
    assert minutes(run, "satellite_nurse_starts") == [60, 123]  # one nurse, kept all the time
    doctor = [(e.kind, e.code, e.time / 60) for e in run.rows if e.actor == "alfa.doctor.open.1"]
    tasks = [t for t in doctor if t[0] == "task_starts"]
    # first the patient of minute 80; then, of two green ones, whoever began to wait first
    assert tasks == [
        ("task_starts", "consultation", 80), ("task_starts", "video", 110),
        ("task_starts", "consultation", 123),
    ]  # fmt: skip


def test_video_minutes_come_out_of_the_clinic(tmp_path: Path) -> None:
    rows = [patient(60), incident(90, "a", entry="walk_in", consultation_min=10)]
    run = scene(tmp_path, ROAD, rows, **keys())
    assert minutes(run, "doctor_starts", code="consultation") == [102]


@pytest.mark.parametrize(("outcome", "leaves"), [("sent_on", 102), ("sent_on_after_video", 102)])
def test_sent_on_to_the_clinic(tmp_path: Path, outcome: str, leaves: float) -> None:
    run = scene(tmp_path, ROAD, [patient(60, outcome)], **keys())
    assert bool(run.of("video_starts")) is (outcome == "sent_on_after_video")
    assert run.one("redirected").code == "sent_on"
    assert minutes(run, "arrives", actor="alfa") == [leaves + 40]
    assert minutes(run, "doctor_starts", code="consultation") == [leaves + 40]
    assert run.one("closed").code == "seen"


def test_only_who_is_eligible(tmp_path: Path) -> None:
    rows = [patient(60, urgency="urgent"), patient(300, urgency="acute"), patient(500, zone="c")]
    run = scene(tmp_path, ROAD, rows, **keys())
    assert not run.of("satellite_nurse_starts")
    run = scene(tmp_path, ROAD, rows, **keys(takes_urgent=True))
    assert [e.incident for e in run.of("satellite_nurse_starts")] == [0]


def test_a_full_satellite_sends_to_the_clinic(tmp_path: Path) -> None:
    rows = [patient(60 + k) for k in range(5)]
    run = scene(tmp_path, ROAD, rows, **keys())
    assert len(run.of("satellite_nurse_starts")) == 3
    assert len(run.of("arrives", actor="alfa")) == 2


# -- the nurse elsewhere ---------------------------------------------------------------------------


def test_a_nurse_visits_homes_with_the_doctor_on_video(tmp_path: Path) -> None:
    rows = [patient(60, disposition="home_visit", zone="b"), patient(65)]
    run = scene(tmp_path, ROAD, rows, **keys(home_visits=True))
    assert run.one("satellite_closes").code == "home_visit"
    assert run.one("video_starts", incident=0).place == "b"
    assert minutes(run, "satellite_opens") == [102]
    assert not run.of("unmanned", "doctor_on_scene", code="doctor")
    assert run.one("closed", incident=0).code == "home_visit_nurse"
    # the satellite was closed at minute 65: the clinic takes the next patient
    assert minutes(run, "arrives", incident=1, actor="alfa") == [65 + 40]


AMK = {
    "amk": {"amk": {"node": "a", "operators": {"o": duty(form="active")}}},
    "stations": {"s": {"node": "a"}},
    "units": {"u1": {"station": "s"}},
}


def acute(minute: float, zone: str) -> dict[str, Any]:
    return incident(minute, zone, "acute", entry="call_113", on_scene_min=25)


def test_a_nurse_near_by_is_first_at_an_acute_incident(tmp_path: Path) -> None:
    run = scene(tmp_path, ROAD, [acute(60, "b")], **keys(first_response_min=15), **AMK)
    assert run.one("doctor_on_scene").code == "nurse"
    assert minutes(run, "doctor_on_scene") == [60]
    assert minutes(run, "on_scene") == [100]
    assert minutes(run, "satellite_closes") == [60]


def test_it_is_closed_when_every_nurse_is_out(tmp_path: Path) -> None:
    """Two nurses: with the first one out the other takes patients; with both out nobody does."""
    rows = [acute(60, "b"), patient(61, "nurse_alone", satellite_nurse_min=13), acute(80, "b")]
    two = keys(first_response_min=15, nurses={"n": duty(count=2)})
    run = scene(tmp_path, ROAD, rows, **two, **AMK)
    assert minutes(run, "satellite_nurse_starts") == [61]
    assert minutes(run, "satellite_closes") == [80]
    assert minutes(run, "satellite_opens") == [60 + 25]


@pytest.mark.parametrize("minutes_away", [0, 29])
def test_a_nurse_who_is_not_near_does_not_go(tmp_path: Path, minutes_away: float) -> None:
    """Zero-effect limit (R26); c is 30 minutes from b."""
    served = keys(first_response_min=minutes_away, serves=["b", "c"])
    run = scene(tmp_path, ROAD, [acute(60, "c")], **served, **AMK)
    assert not run.of("doctor_on_scene", "satellite_closes")


# -- zero-effect limits (R26) ----------------------------------------------------------------------

SATELLITE_KINDS = (
    "satellite_nurse_starts", "video_waits", "video_starts", "video_ends", "satellite_ends",
    "satellite_closes", "satellite_opens",
)  # fmt: skip


def shared(run: Played) -> list[Any]:
    """Return everything but the satellite nurses' presence, by names."""
    return [e[:3] + e[5:] for e in run.rows if not (e.actor or "").startswith("sat.")]


def limits(tmp_path: Path, **other: Any) -> tuple[Played, Played]:
    rows = [patient(60 + 7 * k, urgency=u) for k, u in enumerate(["regular", "urgent"] * 8)]
    rows += [patient(400, disposition="home_visit")]
    with_it = {**keys(takes_urgent=True, home_visits=other.pop("visits", True)), **other}
    without = {**keys(), "satellites": {}}
    return scene(tmp_path, ROAD, rows, **with_it), scene(tmp_path, ROAD, rows, **without)


def test_a_satellite_without_nurses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="open without a nurse on duty"):
        scene(tmp_path, ROAD, [patient(60)], **keys(nurses={"n": duty(count=0)}))


def test_a_satellite_that_is_not_in_service_is_nothing(tmp_path: Path) -> None:
    closed = keys(in_service=False, takes_urgent=True, home_visits=True)
    run, without = limits(tmp_path, satellites=closed["satellites"])
    same_rows(shared(run), shared(without))


def test_a_satellite_out_of_hours_is_nothing(tmp_path: Path) -> None:
    closed = keys(hours="23:00-24:00", nurses={"n": duty("23:00-24:00")}, takes_urgent=True)
    run, without = limits(tmp_path, satellites=closed["satellites"])
    same_rows(shared(run), shared(without))


def test_clinic_only_books_nobody_at_the_satellite(tmp_path: Path) -> None:
    run, without = limits(tmp_path, visits=False, policies={"referral": {"kind": "clinic_only"}})
    assert not run.of(*SATELLITE_KINDS)
    same_rows(shared(run), shared(without))


def test_a_satellite_really_takes_patients(tmp_path: Path) -> None:
    """The other side of the limits above."""
    run, without = limits(tmp_path)
    assert len(run.of("satellite_nurse_starts")) > 5
    assert shared(run) != shared(without)


# -- the end of the nurse's shift ------------------------------------------------------------------


def test_booked_patients_are_seen_after_the_shift(tmp_path: Path) -> None:
    rows = [patient(470, "nurse_alone", leave_home_min=20)]
    day = keys(hours="00:00-08:00", nurses={"n": duty("00:00-08:00")})
    run = scene(tmp_path, ROAD, rows, **day)
    assert minutes(run, "satellite_nurse_starts") == [490]
    assert run.of("duty_ends", actor="sat.nurse.n.1")[0].value == (490 + 42 - 480) * 60


def test_a_relieved_nurse_goes_home(tmp_path: Path) -> None:
    rows = [patient(470, "nurse_alone"), patient(471, "nurse_alone"), patient(472, "nurse_alone")]
    two = keys(hours="00:00-16:00", nurses={"n": duty("00:00-08:00"), "d": duty("08:00-16:00")})
    run = scene(tmp_path, ROAD, rows, **two)
    who = [(e.incident, e.actor) for e in run.of("satellite_nurse_starts")]
    assert who == [(0, "sat.nurse.n.1"), (1, "sat.nurse.d.1"), (2, "sat.nurse.d.1")]
    assert run.of("duty_ends", actor="sat.nurse.n.1")[0].value == 32 * 60


# -- on to hospital --------------------------------------------------------------------------------

AMBULANCES: dict[str, Any] = {
    "amk": {"amk": {"node": "a", "operators": {"o": duty(form="active", count=2)}}},
    "hospitals": {"h": {"node": "a"}},
    "stations": {"s": {"node": "a"}},
    "units": {"u1": {"station": "s"}, "u2": {"station": "s"}},
}


def test_a_doctor_on_a_visit_needs_no_other_helper(tmp_path: Path) -> None:
    """The doctor orders the ambulance: no colleague, no nurse and no second car is sent as well."""
    rows = [
        patient(60, urgency="acute", disposition="home_visit", hospital_after="yes", doctor="yes",
                units=2, home_visit_min=25),
    ]  # fmt: skip
    run = scene(tmp_path, ROAD, rows, **keys(doctors=2, first_response_min=60), **AMBULANCES)
    assert run.one("registered").code == "clinic"
    assert minutes(run, "on_scene") == [60 + 40 + 25 + 40]
    assert not run.of("doctor_alerted", "satellite_closes")
    assert [e.actor for e in run.of("doctor_on_scene")] == ["alfa.doctor.open.1"]
    assert run.one("at_destination").place == "h"


@pytest.mark.parametrize("outcome", ["nurse_alone", "nurse_and_video", "sent_on"])
def test_who_needs_the_hospital_gets_there_from_the_satellite_too(
    tmp_path: Path, outcome: str
) -> None:
    """A satellite makes nobody well: whom an ambulance would fetch at the clinic it fetches here."""
    rows = [patient(60, outcome, hospital_after="yes")]
    run = scene(tmp_path, ROAD, rows, **keys(), **AMBULANCES)
    assert run.of("leaves_clinic")[-1].code == "hospital"
    assert run.one("at_destination").place == "h"
    there = minutes(run, "on_scene")
    assert there == [60 + 42 + 60 if outcome == "sent_on" else 60 + 42 + 40]
    assert run.one("closed").code == "conveyed"


def test_whom_the_nurse_visits_too(tmp_path: Path) -> None:
    rows = [patient(60, disposition="home_visit", hospital_after="yes", zone="b")]
    run = scene(tmp_path, ROAD, rows, **keys(home_visits=True), **AMBULANCES)
    assert minutes(run, "satellite_ends") == [60 + 42]
    assert minutes(run, "on_scene") == [60 + 42 + 40]
    assert run.one("at_destination").place == "h"
