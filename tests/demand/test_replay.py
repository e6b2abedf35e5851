"""Recorded incidents: what the file says stands, what it does not say is drawn."""

import numpy as np
import pytest

from emergency_sim.demand import DecayInputs, Replay
from emergency_sim.domain.errors import InputFaults, NotPossibleError
from emergency_sim.domain.incident import Disposition, Entry, Problem, Urgency

HEAD = "time_s,zone,urgency"
TURNOUT = [f"turnout{k}_{when}_s" for k in ("", "2") for when in ("day", "night", "home")]


@pytest.fixture
def replay(tmp_path, draw, happen):
    """Return a function that plays files back: text of incidents, and of missions."""

    def play(incidents, missions=None, *, decay=None, days=7, seed=1, **other):
        (tmp_path / "incidents.csv").write_text(incidents, "utf-8")
        if missions is not None:
            (tmp_path / "missions.csv").write_text(missions, "utf-8")
        model = Replay(
            incidents="incidents.csv",
            missions=None if missions is None else "missions.csv",
            distance_decay=decay is not None,
        )
        potential = draw(model=model, folder=tmp_path, days=days, seed=seed)
        return happen(potential, model=model, decay=decay, **other)

    return play


def test_rows_are_played_in_order_of_time_then_of_the_file(replay):
    table = replay(f"{HEAD}\n500,z3,urgent\n100,z1,acute\n500,z2,regular\n")
    assert table["time_s"].tolist() == [100, 500, 500]
    assert table["zone"].tolist() == [1, 3, 2]
    assert table["id"].tolist() == [0, 1, 2]
    for name in ("urgency", "amk_urgency", "lvs_urgency"):
        assert table[name].tolist() == [Urgency.ACUTE, Urgency.URGENT, Urgency.REGULAR]
    assert (table["entry"] == Entry.CALL_113).all()
    assert (table["age"] == -1).all()
    assert table["presents"].all()


def test_a_record_needs_no_rates(replay):
    text = HEAD + "\n" + "".join(f"{t},z1,acute\n" for t in range(200))
    with_rates, without = replay(text), replay(text, rates=None)
    for name in ("on_scene2_s", "turnout_day_s", "drive_noise", "conveyed"):
        assert (with_rates[name] == without[name]).all(), name


def test_ties_keep_the_order_of_the_file(replay):
    rows = [f"{t % 3},z{t % 20},acute" for t in range(300)]
    table = replay(HEAD + "\n" + "\n".join(rows) + "\n")
    expected = [t % 20 for second in range(3) for t in range(300) if t % 3 == second]
    assert table["zone"].tolist() == expected


def test_what_is_not_told_did_not_happen(replay):
    table = replay(HEAD + "\n" + "".join(f"{t},z1,acute\n" for t in range(200)))
    assert (table["units_needed"] == 1).all()
    for name in ("doctor_alerted", "doctor_goes", "hospital_after", "to_legevakt"):
        assert not table[name].any()
    assert table["own_car"].all()
    assert 0.7 < table["conveyed"].mean() < 0.95


def test_stated_columns_stand(replay):
    table = replay(
        "id,time_s,zone,urgency,true_urgency,entry,problem,age,transport,destination,doctor,units,"
        "on_scene_s,handover_s,amk_interview_s,turnout_s,drive_noise,access_s,redials\n"
        "a,10,z1,acute,urgent,professional_amk,stroke,80-89,yes,hospital,yes,2,600,900,30,60,1,0,no\n"
        "b,20,z2,urgent,,,trauma,,no,,,,,,,,,,\n"
        "c,30,z3,urgent,,,,0-5,yes,legevakt,no,1,1.5,,,,,,\n"
    )
    assert table["urgency"].tolist() == [1, 1, 1]
    assert table["amk_urgency"].tolist() == [0, 1, 1]
    assert table["entry"].tolist() == [Entry.PROFESSIONAL_AMK, Entry.CALL_113, Entry.CALL_113]
    assert table["problem"].tolist()[:2] == [Problem.STROKE, Problem.TRAUMA]
    assert table["age"].tolist() == [7, -1, 0]
    assert table["conveyed"].tolist() == [True, False, True]
    assert table["to_legevakt"].tolist() == [False, False, True]
    assert table["doctor_alerted"].tolist() == [True, False, False]
    assert table["doctor_goes"].tolist() == [True, False, False]
    assert table["units_needed"].tolist() == [2, 1, 1]
    assert table["on_scene_s"][0] == 600
    assert table["on_scene_s"][2] == 1.5
    assert table["on_scene_s"][1] > 0
    assert table["handover_s"][0] == 900
    assert table["amk_interview_s"][0] == 30
    assert [table[name][0] for name in TURNOUT] == [60] * 6
    assert table["turnout_day_s"][1] != 60
    assert table["drive_noise"][0] == 1
    assert table["access_s"][0] == 0
    assert not table["redials"][0]


def test_a_special_chute_time_goes_before_the_general_one(replay):
    table = replay(f"{HEAD},turnout_s,turnout_home_s\n1,z1,acute,60,300\n")
    assert [table[name][0] for name in TURNOUT] == [60, 60, 300, 60, 60, 60]


def test_walk_ins_see_the_doctor(replay):
    table = replay(f"{HEAD},entry,consultation_s\n1,z1,regular,walk_in,1200\n")
    assert table["entry"][0] == Entry.WALK_IN
    assert table["disposition"][0] == Disposition.CONSULTATION
    assert table["consultation_s"][0] == 1200


def test_a_decision_may_be_stated(replay):
    text = f"{HEAD},entry,disposition\n" + "".join(
        f"{t},z1,regular,call_116117,{'home_visit' if t < 50 else ''}\n" for t in range(100)
    )
    table = replay(text)
    assert (table["disposition"][:50] == Disposition.HOME_VISIT).all()
    assert (table["disposition"][50:] != Disposition.HOME_VISIT).sum() > 40


def test_coordinates_find_the_nearest_zone(replay):
    table = replay("time_s,lon,lat,urgency\n1,7.061,62.4,acute\n2,7.3,62.6,acute\n")
    assert table["zone"].tolist() == [3, 15]


def test_missions_tell_what_each_unit_did(replay):
    table = replay(
        f"id,{HEAD}\na,1,z1,acute\nb,2,z1,urgent\n",
        "incident,slot,on_scene_s,turnout_s,drive_noise\na,0,100,60,1.5\na,1,200,,0.5\nb,0,300,,\n",
    )
    assert table["units_needed"].tolist() == [2, 1]
    assert table["on_scene_s"].tolist() == [100, 300]
    assert table["on_scene2_s"][0] == 200
    assert table["turnout_home_s"][0] == 60
    assert table["turnout2_home_s"][0] != 60
    assert table["drive_noise"][0] == 1.5
    assert table["drive2_noise"][0] == 0.5


def test_what_is_drawn_does_not_depend_on_other_columns(replay):
    rows = [f"{t},z1,acute" for t in range(50)]
    plain = replay(HEAD + "\n" + "\n".join(rows) + "\n")
    more = replay(f"{HEAD},handover_s\n" + "\n".join(f"{r},60" for r in rows) + "\n")
    assert (more["handover_s"] == 60).all()
    for name in ("on_scene_s", "turnout_day_s", "drive_noise", "conveyed"):
        assert (plain[name] == more[name]).all()
    other = replay(HEAD + "\n" + "\n".join(rows) + "\n", seed=2)
    assert (plain["on_scene_s"] != other["on_scene_s"]).all()


def test_a_longer_record_begins_with_the_shorter_one(replay):
    rows = [f"{t},z1,acute\n" for t in range(80)]
    short, long = (replay(HEAD + "\n" + "".join(rows[:n])) for n in (40, 80))
    for name in short.columns:
        assert (short[name] == long[name][:40]).all(), name


def test_what_lies_beyond_the_horizon_is_left_out(replay):
    table = replay(f"{HEAD}\n1,z1,acute\n86399,z1,acute\n86400,z1,acute\n", days=1)
    assert len(table) == 2


def test_a_textbook_queue_has_nothing_left_to_chance(replay, changed, zones):
    constant = {"kind": "constant", "minutes": 0}
    parameters = changed({"drive.noise_sigma": 0, "doctors.documentation": constant})
    text = f"{HEAD},entry,consultation_s,nurse_s,access_s\n" + "".join(
        f"{60 * t},z0,regular,walk_in,300,0,0\n" for t in range(20)
    )
    table = replay(text, parameters=parameters)
    assert set(table["consultation_s"]) == {300.0}
    for name in ("nurse_s", "access_s", "documentation_s"):
        assert set(table[name]) == {0.0}, name
    assert set(table["car_noise"]) == {1.0}


def test_further_away_some_recorded_ones_stay_away(replay):
    text = f"{HEAD},entry\n" + "".join(f"{t},z1,regular,walk_in\n" for t in range(400))
    km = np.full((20, 672), 10.0)
    table = replay(text, decay=DecayInputs(km_here=km + 43, km_base=km))
    assert len(table) == 400
    assert abs(table["presents"].mean() - 0.5) < 0.125  # 5 standard errors


def test_a_clinic_that_came_nearer_is_refused(replay):
    km = np.full((20, 672), 10.0)
    nearer = DecayInputs(km_here=km - 5, km_base=km)
    with pytest.raises(NotPossibleError, match="no further incidents"):
        replay(f"{HEAD},entry\n1,z1,regular,walk_in\n", decay=nearer)
    assert len(replay(f"{HEAD}\n1,z1,regular\n", decay=nearer)) == 1  # 113 does not decay


def faults(replay, *files):
    with pytest.raises(InputFaults) as caught:
        replay(*files)
    return [str(f) for f in caught.value.faults]


def test_all_faults_of_both_files_at_once(replay):
    found = faults(
        replay,
        "id,time_s,zone,urgency,transport,units,on_scene_s\n"
        "a,1,z1,acute,yes,2,60\n"
        "b,-5,z99,akutt,maybe,3,-1\n"
        "a,7,z1,acute,,,\n"
        "c,8,,acute,,,\n",
        "incident,slot,on_scene_s\nd,0,5\na,2,5\na,0,x\n",
    )
    places = [f.split(": ")[0] for f in found]
    assert places == [
        "incidents.csv:3:3",
        "incidents.csv:3:10",
        "incidents.csv:3:16",
        "incidents.csv:3:22",
        "incidents.csv:3:24",
        "incidents.csv:4:1",
        "incidents.csv:5:5",
        "missions.csv:2:1",
        "missions.csv:3:3",
        "missions.csv:4:5",
    ]


def test_an_unknown_zone_names_the_nearest(replay):
    (found,) = faults(replay, f"{HEAD}\n1,z1x,acute\n")
    assert found.startswith("incidents.csv:2:3: zone: there is no zone of this id (got 'z1x')")
    assert "did you mean" in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("time_s,zone\n1,z1\n", "'urgency' is missing"),
        (f"{HEAD},on_scen_s\n1,z1,acute,5\n", "did you mean 'on_scene_s'"),
        (f"{HEAD},entry\n1,z1,acute,inquiry_113\n", "must be one of"),
        (f"{HEAD},drive_noise\n1,z1,acute,0\n", "at least 0.01"),
        (f"{HEAD}\n1,z1,acute,extra\n", "4 cells"),
        ("time_s,lon,lat,urgency\n1,7,,acute\n", "give the zone, or lon and lat"),
        ("time_s,lon,lat,urgency\n1,7,99,acute\n", "at most 90"),
    ],
)
def test_faults(replay, text, message):
    assert any(message in f for f in faults(replay, text))


def test_a_missing_file_is_a_fault(draw, tmp_path):
    with pytest.raises(InputFaults, match="no such file"):
        draw(model=Replay(incidents="none.csv"), folder=tmp_path)
