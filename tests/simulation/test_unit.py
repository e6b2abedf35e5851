"""Ambulances by hand: who goes, from where, who is taken, who is stood down (R12)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.streams import Streams
from emergency_sim.policies import Candidate, Need
from emergency_sim.policies.nearest import Nearest
from emergency_sim.simulation import replication
from tests.simulation.scenes import Played, incident, scene

LINE = {"a": (0, 10, 20, 30), "b": (10, 0, 10, 20), "c": (20, 10, 0, 10), "d": (30, 20, 10, 0)}
"""Four points on a road, ten minutes apart."""


def keys(units: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {
        "stations": {"sa": {"node": "a"}, "sb": {"node": "b"}, "sd": {"node": "d"}},
        "units": units,
        "hospitals": {"sykehus": {"node": "a"}},
        "policies": {"dispatch": {"kind": "nearest", "regular_reserve": 0, **other.pop("rule", {})},
                     **other.pop("policies", {})},
        **other,
    }  # fmt: skip


ONE = {"u1": {"station": "sa"}}
TWO = {"u1": {"station": "sa"}, "u2": {"station": "sd"}}


def minutes(run: Played, kind: str, **where: Any) -> list[float]:
    return [e.time / 60 for e in run.of(kind, **where)]


def test_a_mission_from_alarm_to_base(tmp_path: Path) -> None:
    rows = [
        incident(60, "c", "acute", transport="yes", turnout_min=2, on_scene_min=15, handover_min=8)
    ]
    run = scene(tmp_path, LINE, rows, **keys(ONE))
    told = [(e.kind, e.time / 60) for e in run.rows if e.actor == "u1" and e.kind != "unit_on"]
    assert told[:-1] == [
        ("alarmed", 60), ("mobilised", 62), ("on_scene", 82), ("leaves_scene", 97),
        ("at_destination", 117), ("clear", 125),
    ]  # fmt: skip
    assert told[-1] == ("at_base", 125)
    assert run.one("clear").place == "sykehus"
    assert run.one("alarmed").code == "idle"


def test_not_conveyed_and_back_to_base(tmp_path: Path) -> None:
    run = scene(tmp_path, LINE, [incident(60, "c", "urgent", on_scene_min=15)], **keys(ONE))
    assert run.one("clear").code == "not_conveyed"
    assert minutes(run, "at_base") == [60 + 20 + 15 + 20]


def test_stays_where_it_is(tmp_path: Path) -> None:
    rows = [incident(60, "c", "urgent"), incident(100, "d", "urgent")]
    run = scene(tmp_path, LINE, rows, **keys(ONE, policies={"after_mission": "stay"}))
    assert minutes(run, "on_scene") == [80, 110]


def test_the_nearest_goes(tmp_path: Path) -> None:
    run = scene(tmp_path, LINE, [incident(60, "c", "urgent")], **keys(TWO))
    assert run.one("alarmed").actor == "u2"
    assert run.one("alarmed").value == 600


def test_a_crew_at_home_counts_its_longer_turnout(tmp_path: Path) -> None:
    units = {"u1": {"station": "sb"}, "u2": {"station": "sd", "crew": "home"}}
    run = scene(
        tmp_path, LINE, [incident(60, "c", "urgent", turnout_min=5)], **keys(units),
        parameters={"dispatch.chute_home_expected_min": 5.0},
    )  # fmt: skip
    assert run.one("alarmed").actor == "u1"


def test_a_returning_unit_is_sent_from_where_it_is(tmp_path: Path) -> None:
    """Clear in d at 90, four minutes on the way to a: 4 back to d, so 4 to d and 26 to a."""
    rows = [incident(60, "d", "urgent"), incident(94, "d", "urgent"), incident(200, "c", "urgent")]
    run = scene(tmp_path, LINE, rows, **keys(ONE))
    assert run.one("alarmed", incident=1).code == "returning"
    assert minutes(run, "mobilised", incident=1) == [94]
    assert minutes(run, "on_scene", incident=1) == [98]


def test_an_acute_incident_takes_the_unit_of_a_less_urgent_one(tmp_path: Path) -> None:
    """By hand: u1 leaves a for d (30) at 60; at 72 it has driven 12 and has 18 left.

    To b: min(12 back to a + 10, 18 on to d + 20) = 22, from its true position on the matrix.
    """
    rows = [incident(60, "d", "urgent"), incident(72, "b", "acute", on_scene_min=5)]
    run = scene(tmp_path, LINE, rows, **keys(ONE))
    taken = run.one("alarmed", incident=1)
    assert (taken.code, taken.value) == ("diverted", 22 * 60)
    assert minutes(run, "diverted", incident=0) == [72]
    assert minutes(run, "on_scene", incident=1) == [94]
    assert minutes(run, "on_scene", incident=0) == [99 + 20]
    assert run.one("clear", incident=0).mission != run.one("diverted").mission


def test_the_abandoned_incident_gets_another_unit_at_once(tmp_path: Path) -> None:
    """u1 turns back to a after five minutes; u2, on duty since 01:04, goes to c in its place."""
    rows = [incident(60, "c", "urgent"), incident(65, "a", "acute", on_scene_min=5)]
    units = {"u1": {"station": "sa"}, "u2": {"station": "sd", "hours": "01:04-24:00"}}
    run = scene(tmp_path, LINE, rows, **keys(units))
    assert run.one("diverted").incident == 0
    assert minutes(run, "on_scene", incident=1) == [70]
    again = run.of("alarmed", incident=0)[-1]
    assert (again.actor, again.time) == ("u2", 65 * 60)


@pytest.mark.parametrize(("gain", "diverted"), [(11.0, True), (13.0, False)])
def test_a_unit_is_taken_only_for_a_gain(tmp_path: Path, gain: float, diverted: bool) -> None:
    """u1 can be there in 8 (two minutes driven of ten), u2 from d in 20: the gain is 12."""
    rows = [incident(60, "b", "urgent"), incident(62, "b", "acute")]
    run = scene(tmp_path, LINE, rows, **keys(TWO, rule={"min_gain_min": gain}))
    assert bool(run.of("diverted")) is diverted


def test_urgent_takes_nothing_from_regular(tmp_path: Path) -> None:
    rows = [incident(60, "d", "regular"), incident(72, "b", "urgent")]
    run = scene(tmp_path, LINE, rows, **keys(ONE))
    assert not run.of("diverted")
    assert minutes(run, "on_scene", incident=1) == [90 + 20]


def test_a_unit_with_its_patient_is_not_taken(tmp_path: Path) -> None:
    rows = [incident(60, "b", "urgent", on_scene_min=30), incident(75, "b", "acute")]
    run = scene(tmp_path, LINE, rows, **keys(ONE))
    assert minutes(run, "alarmed", incident=1) == [100]


def test_waiting_requests_go_by_urgency_or_by_time(tmp_path: Path) -> None:
    rows = [
        incident(0, "a", "urgent", on_scene_min=60), incident(1, "a", "regular"),
        incident(2, "a", "urgent"), incident(3, "a", "acute"),
    ]  # fmt: skip
    by_urgency = scene(tmp_path, LINE, rows, **keys(ONE))
    assert [e.incident for e in by_urgency.of("alarmed")] == [0, 3, 2, 1]
    rule = {"preempts": False}
    by_time = scene(tmp_path, LINE, rows, **keys(ONE, policies={"queue": "fcfs"}, rule=rule))
    assert [e.incident for e in by_time.of("alarmed")] == [0, 1, 2, 3]
    taken = scene(tmp_path, LINE, rows, **keys(ONE, policies={"queue": "fcfs"}))
    assert [e.incident for e in taken.of("on_scene")] == [0, 3, 1, 2]  # taken before it rolls


def test_a_reserve_is_kept_for_booked_transports(tmp_path: Path) -> None:
    rows = [incident(60, "b", "regular"), incident(70, "b", "urgent")]
    run = scene(tmp_path, LINE, rows, **keys(ONE, rule={"regular_reserve": 1}))
    assert [e.incident for e in run.of("alarmed")] == [1]


# -- two units -------------------------------------------------------------------------------------


def two(minute: float, zone: str, **other: Any) -> dict[str, Any]:
    return incident(minute, zone, "acute", units=2, transport="yes",
                    **{"on_scene_min": 15, "on_scene2_min": 10, "handover_min": 5, **other})  # fmt: skip


def test_the_second_unit_is_stood_down_when_the_first_leaves(tmp_path: Path) -> None:
    """u1 is on scene at 70 and leaves at 85; u2 would be there at 90."""
    units = {"u1": {"station": "sa"}, "u2": {"station": "sd"}}
    line = {**LINE, "d": (30, 30, 10, 0)}
    run = scene(tmp_path, line, [two(60, "b")], **keys(units))
    assert minutes(run, "leaves_scene") == [85]
    assert minutes(run, "stood_down") == [85]
    assert run.one("stood_down").actor == "u2"
    assert minutes(run, "at_base", actor="u2") == [85 + 25]
    assert run.one("closed").code == "conveyed"


def test_the_second_unit_helps_and_one_conveys(tmp_path: Path) -> None:
    run = scene(tmp_path, LINE, [two(60, "b", on_scene_min=40)], **keys(TWO))
    assert run.one("clear", actor="u2").code == "assisted"
    assert run.one("clear", actor="u1").code == "conveyed"
    assert len(run.of("at_destination")) == 1


def test_the_first_on_scene_conveys_and_the_incident_says_so(tmp_path: Path) -> None:
    """Slot 1 is there first and takes the patient; slot 0 comes to nothing but helps."""
    rows = [two(60, "c", on_scene_min=200, on_scene2_min=20)]
    line = {"a": (0, 10, 5, 30), "b": (10, 0, 10, 20), "c": (20, 10, 0, 10), "d": (30, 20, 25, 0)}
    rule = {"kind": "preference", "order": {"c": ["u2", "u1"]}}
    keyed = keys({"u1": {"station": "sa"}, "u2": {"station": "sd"}})
    keyed["policies"]["dispatch"] = rule
    run = scene(tmp_path, line, rows, **keyed)
    slots = {e.actor: e.code for e in run.of("clear")}
    assert run.of("on_scene")[0].actor == "u1"
    assert slots == {"u1": "conveyed", "u2": "assisted"} or slots == {"u1": "conveyed"}
    assert run.one("closed").code == "conveyed"


def test_a_waiting_second_request_is_dropped(tmp_path: Path) -> None:
    run = scene(tmp_path, LINE, [two(60, "b"), incident(200, "b", "urgent")], **keys(ONE))
    assert [e.code for e in run.of("requested", incident=0)] == ["0", "1"]
    assert len(run.of("alarmed", incident=0)) == 1
    assert run.one("closed", incident=0).code == "conveyed"


def test_stood_down_in_the_instant_of_the_alarm(tmp_path: Path) -> None:
    """u2's shift begins just when u1 leaves with the patient: it stays at home."""
    units = {"u2": {"station": "sd", "hours": "01:25-24:00"}, "u1": {"station": "sa"}}
    run = scene(tmp_path, LINE, [two(60, "b")], **keys(units))
    assert minutes(run, "leaves_scene") == [85]
    assert not run.of("on_scene", actor="u2")


# -- where to --------------------------------------------------------------------------------------


def test_without_a_destination_nobody_is_conveyed(tmp_path: Path) -> None:
    keyed = keys(ONE) | {"hospitals": {}}
    run = scene(tmp_path, LINE, [incident(60, "b", "urgent", transport="yes")], **keyed)
    assert run.one("clear").code == "not_conveyed"
    assert run.one("closed").code == "not_conveyed"


def test_a_stroke_goes_where_the_function_is(tmp_path: Path) -> None:
    keyed = keys(ONE) | {
        "hospitals": {
            "near": {"node": "b", "functions": ["acute"]},
            "far": {"node": "d", "functions": ["acute", "stroke_ct"]},
        }
    }  # fmt: skip
    rows = [
        incident(60, "b", "acute", transport="yes", problem="stroke"),
        incident(600, "b", "acute", transport="yes", problem="trauma"),
    ]
    run = scene(tmp_path, LINE, rows, **keyed)
    assert run.one("at_destination", incident=0).place == "far"
    assert run.one("at_destination", incident=1).place == "near"


def test_no_way_is_unserved(tmp_path: Path) -> None:
    inf = float("inf")
    island = {"a": (0, 10, 20, inf), "b": (10, 0, 10, inf), "c": (20, 10, 0, inf),
              "d": (inf, inf, inf, 0)}  # fmt: skip
    run = scene(tmp_path, island, [incident(60, "d", "acute", units=2)], **keys(ONE))
    assert len(run.of("unserved")) == 2
    assert run.one("closed").code == "unserved"
    assert not run.of("alarmed")


# -- shifts ----------------------------------------------------------------------------------------


def test_a_shift_that_is_over_finishes_what_it_began(tmp_path: Path) -> None:
    units = {"u1": {"station": "sa", "hours": "00:00-08:00"}}
    rows = [incident(7 * 60 + 50, "b", "urgent", on_scene_min=15), incident(481, "b", "urgent")]
    run = scene(tmp_path, LINE, rows, **keys(units))
    off = run.of("unit_off")[0]
    assert off.time == (7 * 60 + 50 + 10 + 15 + 10) * 60
    assert off.value == 25 * 60
    assert not run.of("alarmed", incident=1) or run.of("alarmed", incident=1)[0].time >= 86_400


def test_a_new_shift_while_the_old_one_drives_home_takes_who_waits(tmp_path: Path) -> None:
    """Over at 8:00, on its way home until 8:35; the next shift begins at 8:20 on the road."""
    units = {"u1": {"station": "sa", "hours": "00:00-08:00,08:20-20:00"}}
    rows = [incident(7 * 60 + 35, "d", "urgent"), incident(8 * 60 + 10, "b", "urgent")]
    run = scene(tmp_path, LINE, rows, **keys(units))
    assert minutes(run, "clear", incident=0) == [8 * 60 + 5]
    assert minutes(run, "alarmed", incident=1) == [8 * 60 + 20]
    assert run.one("alarmed", incident=1).code == "returning"


def test_units_without_transport_do_not_go_alone(tmp_path: Path) -> None:
    keyed = keys(
        {"u1": {"station": "sa", "type": "rapid"}, "u2": {"station": "sd"}},
        unit_types={
            "rapid": {"capabilities": ["first_aid"]},
            "ambulance": {"capabilities": ["transport", "first_aid"]},
        },
    )  # fmt: skip
    run = scene(tmp_path, LINE, [incident(60, "a", "acute")], **keyed)
    assert run.one("alarmed").actor == "u2"


def test_one_clinic_patient_conveyed_twice(tmp_path: Path) -> None:
    """Taken to the legevakt by one unit, and from there to hospital: two conveyances."""
    amk = {"amk": {"node": "a", "operators": {"o": {"hours": "24/7", "form": "active"}}}}
    keyed = keys(
        ONE,
        amk=amk,
        legevakter={"alfa": {"node": "b", "serves": ["a", "b", "c", "d"], "doctors": 1}},
    )
    rows = [
        incident(60, "c", "acute", entry="call_113", transport="yes", destination="legevakt",
                 hospital_after="yes", consultation_min=20, on_scene_min=5)
    ]  # fmt: skip
    run = scene(tmp_path, LINE, rows, **keyed)
    assert [e.place for e in run.of("at_destination")] == ["alfa", "sykehus"]


CLINIC: dict[str, Any] = {
    "amk": {"amk": {"node": "a", "operators": {"o": {"hours": "24/7", "form": "active"}}}},
    "legevakter": {"alfa": {"node": "b", "serves": ["a", "b", "c", "d"], "doctors": 1}},
}
"""The patients of c are taken to b, and from there to the hospital in a."""


def taken_twice(**other: Any) -> dict[str, Any]:
    return incident(
        60, "c", "acute", entry="call_113", transport="yes", destination="legevakt",
        hospital_after="yes", consultation_min=20, on_scene_min=5, **other,
    )  # fmt: skip


@pytest.mark.parametrize(("units", "handover", "alarm"), [(TWO, 25, 105), (ONE, 40, 135)])
def test_who_hands_over_does_not_call_off_the_way_to_hospital(
    tmp_path: Path, units: dict[str, Any], handover: int, alarm: int
) -> None:
    """The doctor is done before the first unit has handed over: the second way is another matter.

    The other unit is on its way when the first is clear, or nobody is free until then.
    """
    rows = [taken_twice(handover_min=handover)]
    run = scene(tmp_path, LINE, rows, **keys(units, **CLINIC))
    assert minutes(run, "alarmed")[1:] == [alarm]
    assert [e.place for e in run.of("at_destination")] == ["alfa", "sykehus"]
    assert not run.of("stood_down")


def test_who_helped_at_the_scene_has_helped_whoever_drives_on(tmp_path: Path) -> None:
    """The second car came first and conveys; the first one is still there when the next is asked."""
    row = taken_twice(units=2, turnout_night_min=12, on_scene2_min=5, handover_min=60)
    run = scene(tmp_path, LINE, [row | {"on_scene_s": 40 * 60}], **keys(TWO, **CLINIC))
    at_scene = run.of("clear", actor="u2")[:1]
    assert minutes(run, "clear", actor="u2")[0] == 122  # the doctor was done at 115
    assert [e.code for e in at_scene] == ["assisted"]
    assert run.one("closed").code == "conveyed"


class Watched(Nearest):
    """The nearest unit, and what the policy has seen."""

    seen: ClassVar[list[Candidate]] = []

    def choose(self, need: Need, candidates: Sequence[Candidate]) -> int | None:
        self.seen.extend(c for c in candidates if c.serving is not None)
        return Nearest.choose(self, need, candidates)


def test_the_policy_never_sees_a_drawn_time(tmp_path: Path) -> None:
    """u1 drives half as fast as usual: after ten minutes it is five from a, 25 from d (A16)."""
    rows = [incident(60, "d", "urgent", drive_noise=2), incident(70, "c", "acute")]
    compiled = scene(tmp_path, LINE, rows, **keys(ONE)).compiled
    world = replace(compiled.world(0), dispatch=Watched())
    replication.run(world, compiled.incidents(0), Streams(seed=1).lookup())
    (unit,) = Watched.seen
    assert unit.expected_s == (5 + 20) * 60  # by a matrix: back to a, and from there to c
    assert unit.remaining_s == 25 * 60


# -- getting ready ---------------------------------------------------------------------------------

TURNOUT = {"parameters": {"dispatch.chute_station_expected_min": 4.0}}


def test_a_crew_getting_ready_is_taken_for_an_acute_incident(tmp_path: Path) -> None:
    """u1 is alarmed to c at 60 and ready at 65; the acute call at 62 gets it, ready at 65 still."""
    rows = [
        incident(60, "c", "urgent", turnout_min=5), incident(62, "b", "acute", turnout_min=5),
    ]  # fmt: skip
    run = scene(tmp_path, LINE, rows, **keys(ONE), **TURNOUT)
    assert minutes(run, "diverted", incident=0) == [62]
    taken = run.one("alarmed", incident=1)
    assert (taken.code, taken.value) == ("diverted", 60 * (2 + 10))  # two of four minutes are left
    assert minutes(run, "mobilised", incident=1) == [65]
    assert minutes(run, "on_scene", incident=1) == [75]
    assert len(run.of("alarmed", incident=0)) == 2  # its request went back into the queue


@pytest.mark.parametrize(("gain", "diverted"), [(11.0, True), (13.0, False)])
def test_a_crew_getting_ready_is_taken_only_for_a_gain(
    tmp_path: Path, gain: float, diverted: bool
) -> None:
    """u1 is getting ready for somebody at a: 2 + 10 to b. u2 from d: 4 + 20. The gain is 12."""
    rows = [
        incident(60, "a", "urgent", turnout_min=5), incident(62, "b", "acute", turnout_min=5),
    ]  # fmt: skip
    run = scene(tmp_path, LINE, rows, **keys(TWO, rule={"min_gain_min": gain}), **TURNOUT)
    assert bool(run.of("diverted")) is diverted
    assert run.of("on_scene", incident=1)[0].actor == ("u1" if diverted else "u2")


def test_stood_down_before_it_rolls_and_alarmed_again(tmp_path: Path) -> None:
    """u2 is called out at 60, ready at 75, and not needed at 61: the next alarm finds it half ready."""
    rows = [
        two(60, "b", turnout_min=0, on_scene_min=1, turnout2_day_min=15,
            turnout2_night_min=15),
        incident(60.5, "d", "regular", turnout_min=9),
    ]  # fmt: skip
    line = {**LINE, "a": (0, 0, 20, 30), "b": (0, 0, 10, 20)}
    units = {"u1": {"station": "sa"}, "u2": {"station": "sd"}}
    run = scene(tmp_path, line, rows, **keys(units, rule={"regular_reserve": 0}))
    assert minutes(run, "stood_down", actor="u2") == [61]
    assert minutes(run, "alarmed", actor="u2") == [60, 61]
    assert minutes(run, "mobilised", actor="u2") == [75]


def test_a_further_crew_needs_the_expected_turnout(tmp_path: Path) -> None:
    """The incident's own turnout is used up by the crew that was taken away (R6)."""
    rows = [
        incident(60, "c", "urgent", turnout_min=5), incident(62, "b", "acute", on_scene_min=5),
    ]  # fmt: skip
    units = {"u1": {"station": "sa"}, "u2": {"station": "sd", "hours": "01:03-24:00"}}
    run = scene(tmp_path, LINE, rows, **keys(units), **TURNOUT)
    assert minutes(run, "diverted", incident=0) == [62]
    assert minutes(run, "alarmed", actor="u2") == [63]
    assert minutes(run, "mobilised", actor="u2") == [63 + 4]


def test_taken_twice_in_one_instant(tmp_path: Path) -> None:
    """Alarmed and taken again before the crew has heard of the first: nobody is forgotten."""
    rows = [
        incident(60, "c", "regular", on_scene_min=5), incident(60, "b", "urgent", on_scene_min=5),
        incident(60, "a", "acute", on_scene_min=5),
    ]  # fmt: skip
    run = scene(tmp_path, LINE, rows, **keys(ONE))
    assert [e.code for e in run.of("closed")] == ["not_conveyed"] * 3
    assert minutes(run, "on_scene", incident=2) == [60]
    assert [e.incident for e in run.of("on_scene")] == [2, 1, 0]
    tables = Tables.of(run.log, run.compiled.replicate(0)[1])
    busy = float(tables.missions["task_s"].sum()) / 60
    assert busy == pytest.approx(run.of("at_base")[-1].time / 60 - 60)  # no minute counts twice
