"""Call centres by hand: priorities, patience, redialling, overflow, shifts, transfers (MODEL.md)."""

from pathlib import Path
from typing import Any

import pytest

from tests.simulation.scenes import Played, duty, incident, scene

HERE = {"a": (0, 10), "b": (10, 0)}


def keys(amk: Any = 1, lvs: Any = 1, **other: Any) -> dict[str, Any]:
    def centre(operators: Any) -> dict[str, Any]:
        if isinstance(operators, int):
            operators = {"o": duty(form="active", count=operators)}
        return {"node": "a", "operators": operators}

    return {
        "amk": {"amk": centre(amk)},
        "legevaktsentraler": {"lvs": centre(lvs)},
        "legevakter": {"alfa": {"node": "a", "serves": ["a", "b"], "doctors": 1, "lvs": "lvs"}},
        "stations": {"s": {"node": "a"}},
        "units": {"u1": {"station": "s"}, "u2": {"station": "s"}},
        "hospitals": {"sykehus": {"node": "b"}},
        **other,
    }  # fmt: skip


def call(minute: float, urgency: str = "regular", **other: Any) -> dict[str, Any]:
    columns = {"entry": "call_116117", "disposition": "advice", "lvs_interview_min": 5}
    return incident(minute, "b", urgency, **{**columns, **other})


def call_113(minute: float, urgency: str = "acute", **other: Any) -> dict[str, Any]:
    return incident(minute, "b", urgency, **{"entry": "call_113", "amk_interview_min": 3, **other})


def minutes(run: Played, kind: str, **where: Any) -> list[float]:
    return [e.time / 60 for e in run.of(kind, **where)]


def test_one_operator_is_busy_from_answer_to_wrap_up(tmp_path: Path) -> None:
    rows = [call(0, lvs_pickup_min=0.5, lvs_wrap_min=2), call(1)]
    run = scene(tmp_path, HERE, rows, **keys())
    assert minutes(run, "answered") == [0.5, 7.5]
    assert run.one("answered", incident=1).value == 6.5 * 60
    assert minutes(run, "decided", incident=0) == [5.5]
    assert minutes(run, "call_ends") == [7.5, 12.5]


def test_professionals_go_before_callers(tmp_path: Path) -> None:
    rows = [call(0), call(1), call(2, entry="professional_lvs")]
    run = scene(tmp_path, HERE, rows, **keys())
    assert [e.incident for e in run.of("answered")] == [0, 2, 1]
    assert run.one("rings", incident=2).code == "professional"


def test_a_caller_without_patience_gives_up_and_rings_again(tmp_path: Path) -> None:
    rows = [call(0), call(1, patience_min=2, redials="yes", redial_min=4)]
    run = scene(tmp_path, HERE, rows, **keys())
    assert minutes(run, "gave_up") == [3]
    assert minutes(run, "redials") == [3]
    assert [(e.time / 60, e.value) for e in run.of("rings", incident=1)] == [(1, 0), (7, 1)]
    assert minutes(run, "answered", incident=1) == [7]


def test_a_caller_who_gives_up_for_good_is_closed(tmp_path: Path) -> None:
    rows = [call(0), call(1, patience_min=2, redials="no")]
    run = scene(tmp_path, HERE, rows, **keys())
    assert run.one("closed", incident=1).code == "gave_up"
    assert run.story(1)[-2:] == ["gave_up", "closed"]


def test_answered_in_the_very_instant_patience_ends(tmp_path: Path) -> None:
    """Either way is right, but only one of them happens, and the operator is not lost."""
    rows = [call(0), call(1, patience_min=4, redials="no"), call(5)]
    run = scene(tmp_path, HERE, rows, **keys())
    assert len(run.of("answered", "gave_up", incident=1)) == 1
    assert len(run.of("answered", incident=2)) == 1
    assert {e.code for e in run.of("closed")} <= {"advice", "gave_up"}


def test_overflow_to_the_other_centre(tmp_path: Path) -> None:
    """After 90 seconds the caller waits in both queues, and is answered once."""
    both = keys()
    both["legevaktsentraler"] = {
        "lvs": {"node": "a", "operators": {"o": duty(form="active")}, "serves": ["a", "b"],
                "overflow_to": "other", "overflow_after_s": 90},
        "other": {"node": "b", "operators": {"o": duty(form="active")}, "serves": []},
    }  # fmt: skip
    rows = [call(0, lvs_interview_min=30), call(1), call(1.5, lvs_interview_min=2), call(20)]
    run = scene(tmp_path, HERE, rows, **both)
    answered = [(e.incident, e.actor, e.time / 60) for e in run.of("answered")]
    assert answered == [(0, "lvs", 0), (1, "other", 2.5), (2, "other", 7.5), (3, "other", 21.5)]
    assert run.one("call_ends", incident=1).actor == "other"


def test_an_overflowed_caller_may_be_answered_at_home(tmp_path: Path) -> None:
    both = keys()
    both["legevaktsentraler"] = {
        "lvs": {"node": "a", "operators": {"o": duty(form="active")}, "serves": ["a", "b"],
                "overflow_to": "other", "overflow_after_s": 60},
        "other": {"node": "b", "operators": {"o": duty(form="active")}, "serves": []},
    }  # fmt: skip
    rows = [
        call(0), call(0.5, lvs_interview_min=60), call(1, lvs_interview_min=100),
        call(70, lvs_interview_min=3),
    ]  # fmt: skip
    run = scene(tmp_path, HERE, rows, **both)
    assert [(e.incident, e.actor, e.time / 60) for e in run.of("answered")] == [
        (0, "lvs", 0), (1, "other", 1.5), (2, "lvs", 5), (3, "other", 71),
    ]  # fmt: skip
    # out of the other queue too: its operator, free at 61.5, disturbs nobody
    assert minutes(run, "call_ends", incident=2) == [105]


def test_an_operator_finishes_the_call_after_the_shift(tmp_path: Path) -> None:
    """The successor answers at once; of the two, whoever is done first goes home."""
    plan = {"n": duty("00:00-08:00", form="active"), "d": duty("08:00-24:00", form="active")}
    rows = [call(478, lvs_interview_min=10), call(479), call(481)]
    run = scene(tmp_path, HERE, rows, **keys(lvs=plan))
    assert minutes(run, "answered") == [478, 480, 488]
    assert minutes(run, "call_ends", incident=0) == [488]


def test_nobody_answers_after_a_shift_without_a_successor(tmp_path: Path) -> None:
    plan = {"all": duty(form="active"), "more": duty("00:00-08:00", form="active")}
    rows = [call(478, lvs_interview_min=10), call(479, lvs_interview_min=30), call(482), call(483)]
    run = scene(tmp_path, HERE, rows, **keys(lvs=plan))
    assert minutes(run, "answered") == [478, 479, 509, 514]  # whoever is done first goes home


# -- what is decided -------------------------------------------------------------------------------


def test_dispositions(tmp_path: Path) -> None:
    rows = [
        call(0, disposition="advice"), call(100, disposition="fastlege"),
        call(200, disposition="doctor_phone", doctor_phone_min=7, documentation_min=2),
        call(300, disposition="consultation", consultation_min=20),
        call(400, "acute", disposition="ambulance", amk_interview_min=1),
    ]  # fmt: skip
    run = scene(tmp_path, HERE, rows, **keys())
    assert [e.code for e in run.of("closed")] == [
        "advice", "fastlege", "doctor_phone", "seen", "not_conveyed",
    ]  # fmt: skip
    assert minutes(run, "task_ends", code="documentation", incident=2) == [214]
    assert minutes(run, "arrives") == [315]


def test_lvs_gives_red_callers_to_amk(tmp_path: Path) -> None:
    """The response clock starts at the transfer; the operator stays until AMK has taken over."""
    rows = [call(0, "acute", disposition="ambulance", amk_interview_min=1), call(2)]
    run = scene(tmp_path, HERE, rows, **keys())
    assert (run.one("transferred").actor, run.one("transferred").place) == ("lvs", "amk")
    assert (run.one("registered").time, run.one("registered").code) == (300, "lvs")
    assert minutes(run, "requested") == [6]
    assert minutes(run, "call_ends", incident=0, actor="lvs") == [6]
    assert minutes(run, "answered", incident=1) == [6]


def test_amk_gives_green_callers_to_lvs(tmp_path: Path) -> None:
    rows = [call_113(0, "regular", lvs_interview_min=4, disposition="advice")]
    run = scene(tmp_path, HERE, rows, **keys())
    assert (run.one("transferred").actor, run.one("transferred").place) == ("amk", "lvs")
    assert not run.of("registered", "requested")
    assert [e.code for e in run.of("triaged")] == ["amk", "lvs"]
    assert run.one("closed").code == "advice"


@pytest.mark.parametrize(("urgency", "value"), [("acute", 0), ("urgent", 1)])
def test_amk_sends_units(tmp_path: Path, urgency: str, value: float) -> None:
    run = scene(tmp_path, HERE, [call_113(0, urgency, amk_pickup_min=0.1)], **keys())
    assert run.one("registered").time == 6
    assert run.one("registered").value == value
    assert minutes(run, "requested") == [3.1]
    assert minutes(run, "on_scene") == [13.1]


def test_professionals_order_at_amk(tmp_path: Path) -> None:
    rows = [call_113(0, "urgent", entry="professional_amk")]
    run = scene(tmp_path, HERE, rows, **keys())
    assert run.one("rings").code == "professional"
    assert run.one("registered").code == "professional"
    assert run.of("on_scene")


def test_booked_transports_need_no_call(tmp_path: Path) -> None:
    rows = [incident(60, "b", entry="booked", transport="yes")]
    run = scene(tmp_path, HERE, rows, **keys())
    assert not run.of("rings")
    assert run.one("registered").code == "booked"
    assert run.one("at_destination").place == "sykehus"


def test_without_a_legevaktsentral_amk_sends_everybody_a_unit(tmp_path: Path) -> None:
    alone = {**keys(), "legevaktsentraler": {}, "legevakter": {}}
    run = scene(tmp_path, HERE, [call_113(0, "regular"), call(10)], **alone)
    assert run.of("on_scene", incident=0)
    assert run.one("unserved", incident=1).code == "no legevaktsentral"


def test_two_units_for_an_acute_incident(tmp_path: Path) -> None:
    run = scene(tmp_path, HERE, [call_113(0, units=2, on_scene_min=9)], **keys())
    assert [e.code for e in run.of("requested")] == ["0", "1"]
    assert {e.actor for e in run.of("on_scene")} == {"u1", "u2"}
