"""Ferries on the toy region: waiting by hour, closed nights, the ferry that is called out (R8)."""

from pathlib import Path
from typing import Any

import pytest

from tests.simulation.scenes import Played, duty, incident, play, write_incidents, write_scenario

REGION = Path(__file__).parents[1] / "toy" / "region"
FLAT = {"drive.factor.ambulance": 1.0, "drive.factor.ambulance_blue": 1.0}
AREAS = ["9001", "9002", "9003"]


def toy(folder: Path, rows: list[dict[str, Any]], **keys: Any) -> Played:
    write_incidents(folder, [{"access_s": 0, **row} for row in rows])
    return play(write_scenario(folder, network=str(REGION), **keys))


def clinic(**other: Any) -> dict[str, Any]:
    return {"by": {"node": "n01", "serves": AREAS, "doctors": 1, "rooms": 2, **other}}


def walk_in(hour: float, zone: str, **other: Any) -> dict[str, Any]:
    return incident(hour * 60, zone, entry="walk_in", consultation_min=20, **other)


def hours(run: Played, kind: str, **where: Any) -> list[float]:
    return [round(e.time / 3600, 6) for e in run.of(kind, **where)]


@pytest.mark.parametrize(
    ("hour", "headway_min"), [(7, 30), (17, 30), (18, 60), (22.9, 60)], ids=str
)
def test_cars_wait_a_share_of_the_headway(tmp_path: Path, hour: float, headway_min: float) -> None:
    """Øy to By sentrum: 2 + 10 (ferry) + 12 minutes, and .25 of the headway."""
    run = toy(tmp_path, [walk_in(hour, "oy", ferry_u=0.25)], legevakter=clinic())
    minutes = run.one("arrives").value
    assert minutes == pytest.approx(60 * (2 + 10 + 12 + 0.25 * headway_min))


def test_a_closed_night_ferry_makes_a_patient_wait_at_home(tmp_path: Path) -> None:
    run = toy(tmp_path, [walk_in(2, "oy", ferry_u=0.5)], legevakter=clinic())
    assert hours(run, "sets_out") == [6]
    assert hours(run, "arrives") == [pytest.approx(6 + (2 + 10 + 12 + 15) / 60)]


def test_closed_while_the_patient_gets_ready(tmp_path: Path) -> None:
    """Referred at 22:40, ready to leave at 23:20, when the last ferry has gone."""
    rows = [
        incident(22 * 60 + 40, "oy", entry="call_116117", disposition="consultation",
                 leave_home_min=40, ferry_u=0.5, consultation_min=20)
    ]  # fmt: skip
    lvs = {"lvs": {"node": "n01", "operators": {"o": duty(form="active")}}}
    keys = {"legevaktsentraler": lvs, "legevakter": clinic(lvs="lvs"), "run": RUN}
    assert hours(toy(tmp_path, rows, **keys), "sets_out") == [30]
    # the same on the way to a satellite on the other side
    rows[0] |= {"satellite_outcome": "nurse_alone", "satellite_nurse_s": 600}
    satellite = {
        "sat": {"node": "n05", "legevakt": "by", "serves": ["9003"], "nurses": {"n": duty()}}
    }
    run = toy(tmp_path, rows, satellites=satellite, **keys)
    assert hours(run, "sets_out", actor="sat") == [30]
    assert run.one("closed").code == "satellite"


def test_a_doctor_does_not_sit_up_for_the_first_ferry(tmp_path: Path) -> None:
    """The same patient, a doctor on home duty: called in for the morning, not for the night."""
    rows = [
        incident(22 * 60 + 40, "oy", entry="call_116117", disposition="consultation",
                 leave_home_min=40, ferry_u=0.5, consultation_min=20, doctor_leave_min=6)
    ]  # fmt: skip
    lvs = {"lvs": {"node": "n01", "operators": {"o": duty(form="active")}}}
    home = clinic(lvs="lvs", doctors={"h": duty(form="home")})
    run = toy(tmp_path, rows, legevaktsentraler=lvs, legevakter=home, run=RUN)
    due = pytest.approx(30 + (2 + 10 + 12 + 15) / 60)
    assert hours(run, "at_site") == [due]
    assert hours(run, "arrives") == [due]


RUN = {"days": 1, "warm_up_days": 0, "run_out_days": 1, "replications": 1, "seed": 1}


def test_a_nurse_waits_for_the_first_ferry_to_a_home_visit(tmp_path: Path) -> None:
    """Asked at 22:50 while with a patient; free at 23:10; the ferry goes at 6."""
    rows = [
        incident(22 * 60 + 30, "bygd", entry="call_116117", disposition="consultation",
                 satellite_outcome="nurse_alone", satellite_nurse_min=40),
        incident(22 * 60 + 50, "oy", entry="call_116117", disposition="home_visit",
                 satellite_nurse_min=30, video_min=10, ferry_u=0.5),
    ]  # fmt: skip
    keys = {
        "legevaktsentraler": {"lvs": {"node": "n01", "operators": {"o": duty(form="active")}}},
        "legevakter": clinic(lvs="lvs"),
        "satellites": {
            "sat": {"node": "n05", "legevakt": "by", "serves": ["9002", "9003"],
                    "nurses": {"n": duty()}, "home_visits": True}
        },
        "run": RUN,
    }  # fmt: skip
    run = toy(tmp_path, rows, **keys)
    assert hours(run, "doctor_on_scene") == [pytest.approx(30 + (12 + 6 + 15 + 10 + 2) / 60)]
    assert run.one("closed", incident=1).code == "home_visit_nurse"


UNITS = {
    "stations": {"st": {"node": "n01"}, "oy": {"node": "n09"}},
    "units": {"a1": {"station": "st"}},
    "hospitals": {"sjukehus": {"node": "n01"}},
}


def call(hour: float, zone: str, urgency: str = "urgent", **other: Any) -> dict[str, Any]:
    return incident(hour * 60, zone, urgency, **other)


def test_the_ambulance_calls_the_night_ferry_out(tmp_path: Path) -> None:
    """12 minutes to the quay, 20 for the ferry to come (a sure wait: half of 40), 10 over, 2 on."""
    run = toy(tmp_path, [call(2, "oy", ferry2_u=0.5)], **UNITS)
    assert hours(run, "on_scene") == [pytest.approx(2 + (12 + 20 + 10 + 2) / 60)]


def test_nobody_comes_to_the_islet_at_night(tmp_path: Path) -> None:
    run = toy(tmp_path, [call(2, "holme"), call(8, "holme", ferry2_u=0.5)], **UNITS)
    assert run.one("unserved").incident == 0
    assert run.one("closed", incident=0).code == "unserved"
    assert run.of("on_scene", incident=1)


def test_a_patient_on_the_islet_waits_for_the_ferry_to_hospital(tmp_path: Path) -> None:
    """On scene in the last minutes of the day's ferries: unit and patient wait until 6."""
    rows = [call(16.9, "holme", ferry2_u=0.5, transport="yes", on_scene_min=30)]
    run = toy(tmp_path, rows, run=RUN, **UNITS)
    assert run.one("on_scene").time < 18 * 3600
    assert run.one("leaves_scene").time > 18 * 3600
    assert run.one("at_destination").time > 30 * 3600


def test_a_unit_stranded_on_the_islet_serves_the_islet(tmp_path: Path) -> None:
    """It cannot go home before 6, and is available where it is."""
    rows = [call(16.9, "holme", ferry2_u=0.5, on_scene_min=30), call(23, "holme"), call(23.1, "by")]
    rows[2]["zone"] = "sentrum"
    run = toy(tmp_path, rows, run=RUN, **UNITS)
    assert hours(run, "on_scene", incident=1) == [23]


def test_who_waits_is_served_by_the_unit_that_is_stranded_with_them(tmp_path: Path) -> None:
    """The second call comes while the unit is busy: it goes there as soon as it is clear."""
    rows = [call(16.9, "holme", ferry2_u=0.5, on_scene_min=90), call(17.9, "holme", on_scene_min=5)]
    run = toy(tmp_path, rows, run=RUN, **UNITS)
    clear = run.one("clear", incident=0).time
    assert clear > 18 * 3600
    assert run.one("on_scene", incident=1).time == clear


def test_who_waits_is_looked_at_again_when_ferries_begin(tmp_path: Path) -> None:
    """The islet's only unit goes off duty; at 6 the ferry brings the idle one from the town."""
    units = UNITS | {
        "units": {"a1": {"station": "st"}, "h": {"station": "holme", "hours": "00:00-04:00"}},
        "stations": {"st": {"node": "n01"}, "holme": {"node": "n12"}},
    }
    rows = [call(3, "holme", on_scene_min=90), call(3.5, "holme", ferry2_u=0.5)]
    run = toy(tmp_path, rows, **units)
    assert hours(run, "alarmed", incident=1) == [6]


def test_a_unit_on_the_ferry_does_not_turn_before_the_quay(tmp_path: Path) -> None:
    """Taken for the town while in the middle of the crossing: over, and back by the next ferry."""
    rows = [
        call(8, "oy", ferry2_u=0.0),
        call(8 + 17 / 60, "sentrum", "acute", ferry2_u=0.5),
    ]
    run = toy(tmp_path, rows, **UNITS)
    assert hours(run, "diverted", incident=0) == [pytest.approx(8 + 17 / 60)]
    # 5 minutes on to the island's quay, half of 30 for the ferry, 10 over, 12 to the town
    assert hours(run, "on_scene", incident=1) == [pytest.approx(8 + (17 + 5 + 15 + 10 + 12) / 60)]
