"""Which potential incidents happen, and every column of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergency_sim.demand import Factor, Poisson, calibrate
from emergency_sim.demand.draws import DRAWS
from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.incident import (
    AGE_GROUPS,
    INCIDENT_COLUMNS,
    Disposition,
    Entry,
    IfNotPresented,
    Problem,
    SatelliteOutcome,
    Urgency,
)

LVS = (Entry.CALL_116117, Entry.WALK_IN, Entry.PROFESSIONAL_LVS)


@pytest.fixture(scope="module")
def potential(draw):
    return draw(days=28)


@pytest.fixture(scope="module")
def long(draw, happen):
    """Return the incidents of 200 days, for what is rare or asks for precision."""
    return happen(draw(days=200))


@pytest.fixture(scope="module")
def table(potential, happen):
    return happen(potential)


def equal_where_both(a, b):
    """Assert that incidents in both tables are equal in every column; return the shared ids."""
    shared, i, j = np.intersect1d(a["id"], b["id"], return_indices=True)
    for name in INCIDENT_COLUMNS:
        assert (a[name][i] == b[name][j]).all(), name
    return shared


# ---------------------------------------------------------------- thinning


def test_half_of_the_potential_ones_happen(potential, table):
    n = len(potential)
    assert abs(len(table) - n / 2) < 5 * np.sqrt(n) / 2
    assert (potential.uniforms["present"][table["id"]] < 0.5).all()


def test_ids_are_rows_of_the_potential_table(potential, table):
    for name in ("time_s", "zone", "age", "entry"):
        assert (table[name] == getattr(potential, name)[table["id"]]).all()


@settings(max_examples=15)
@given(st.floats(0, 2), st.floats(0, 2))
def test_more_demand_is_a_superset(potential, happen, a, b):
    low, high = sorted((a, b))
    less = happen(potential, model=Poisson(factor=Factor(all=low)))
    more = happen(potential, model=Poisson(factor=Factor(all=high)))
    assert len(equal_where_both(less, more)) == len(less)


def test_the_envelope_itself_is_allowed_and_brings_all(potential, happen):
    assert len(happen(potential, model=Poisson(factor=Factor(all=2.0)))) == len(potential)
    assert len(happen(potential, model=Poisson(factor=Factor(all=0.0)))) == 0


def test_factors_concern_whom_they_name(potential, happen, table, zones):
    factor = Factor(entry={"call_113": 0.5}, area={"a1": 0.0}, age={"80-89": 2.0})
    other = happen(potential, model=Poisson(factor=factor))
    equal_where_both(table, other)
    area = np.array(zones.area)[other["zone"]]
    assert "a1" not in area
    old = AGE_GROUPS.index("80-89")
    here = np.array(zones.area)[table["zone"]] != "a1"

    def count(t, mask, entry_is_113, is_old):
        is_113 = t["entry"] == Entry.CALL_113
        return (mask & (is_113 == entry_is_113) & ((t["age"] == old) == is_old)).sum()

    everywhere = np.ones(len(other), bool)
    for is_113 in (False, True):
        for is_old in (False, True):
            expected = (0.5 if is_113 else 1) * (2 if is_old else 1)
            before, after = (
                count(table, here, is_113, is_old),
                count(other, everywhere, is_113, is_old),
            )
            assert abs(after - expected * before) < 6 * np.sqrt(2 * expected * before)


@pytest.mark.parametrize(
    "factor",
    [
        Factor(all=2.01),
        Factor(entry={"walk_in": 2.5}),
        Factor(all=1.5, age={"0-5": 1.5}),
        Factor(area={"a2": 3.0}),
    ],
)
def test_more_than_the_envelope_is_a_fault(potential, happen, factor):
    with pytest.raises(InputFaults, match=r"demand\.factor.*raise demand\.envelope"):
        happen(potential, model=Poisson(factor=factor))


def test_a_factor_may_be_made_up_for_by_another(potential, happen):
    factor = Factor(all=0.5, entry={"walk_in": 3.0})
    assert len(happen(potential, model=Poisson(factor=factor))) > 0


def test_unknown_names_are_faults_all_at_once(potential, happen):
    factor = Factor(entry={"call_13": 1}, area={"nowhere": 1}, age={"80-90": 1})
    with pytest.raises(InputFaults) as caught:
        happen(potential, model=Poisson(factor=factor))
    assert len(caught.value.faults) == 3
    assert "did you mean 'call_113'" in str(caught.value)


def test_rates_of_the_scenario_may_differ_within_the_envelope(draw, happen, changed, ages):
    def solve(calibration, regular):
        return calibrate(
            changed({"amb.regular": regular}),
            calibration=calibration,
            amk_matrix="moderate",
            lvs_matrix="moderate",
            population_by_age=ages,
        )

    base = solve("watchtower", 29)
    potential = draw(days=28, rates=base, model=Poisson(envelope=2.5))
    table, other = happen(potential, rates=base), happen(potential, rates=solve("ssb", 40))
    for entry, ratio in (
        (Entry.CALL_116117, 480 / 330),
        (Entry.BOOKED, 40 / 29),
        (Entry.CALL_113, 1.0),
    ):
        before, after = (set(t["id"][t["entry"] == entry]) for t in (table, other))
        assert before <= after
        assert len(after) / len(before) == pytest.approx(ratio, abs=0.12), entry
    with pytest.raises(InputFaults, match="booked"):
        happen(potential, rates=solve("watchtower", 80))


def test_the_potential_table_is_left_alone(potential, happen):
    before = {k: v.copy() for k, v in potential.uniforms.items()}
    happen(potential)
    for name, column in before.items():
        assert (column == potential.uniforms[name]).all()


def test_changed_parameters_change_only_their_columns(potential, happen, table, changed):
    longer = {"kind": "lognormal", "median_minutes": 30, "sigma": 0.5}
    other = happen(potential, parameters=changed({"scene.conveyed": longer}))
    for name in INCIDENT_COLUMNS:
        same = (table[name] == other[name]).all()
        assert same == (name != "on_scene_s"), name


# ---------------------------------------------------------------- what is the matter, how urgent


def test_inquiries_need_nothing(table):
    inquiry = np.isin(table["entry"], (Entry.INQUIRY_113, Entry.INQUIRY_116117))
    for name in ("urgency", "amk_urgency", "lvs_urgency"):
        assert (table[name][inquiry] == Urgency.NONE).all()
        assert (table[name][~inquiry] != Urgency.NONE).all()
    assert ((table["problem"] == Problem.NONE) == inquiry).all()
    assert (table["disposition"][inquiry] == Disposition.ADVICE).all()
    for name in ("conveyed", "hospital_after", "doctor_alerted", "to_legevakt"):
        assert not table[name][inquiry].any()
    assert (table["units_needed"] >= 1).all()


def test_professionals_and_bookings_are_not_misjudged(table):
    for entry, urgency in (
        (Entry.PROFESSIONAL_AMK, Urgency.URGENT),
        (Entry.BOOKED, Urgency.REGULAR),
    ):
        rows = table["entry"] == entry
        for name in ("urgency", "amk_urgency"):
            assert (table[name][rows] == urgency).all()
    assert (table["lvs_urgency"][table["entry"] == Entry.BOOKED] == Urgency.REGULAR).all()


def test_triage_errs_as_the_matrix_says(draw, happen, parameters, ages):
    rates = calibrate(
        parameters,
        calibration="ssb",
        amk_matrix="moderate",
        lvs_matrix="poor",
        population_by_age=ages,
    )
    table = happen(draw(days=200, rates=rates), rates=rates)
    for entries, name, matrix in (
        ((Entry.CALL_113,), "amk_urgency", rates.amk_matrix),
        (LVS, "lvs_urgency", rates.lvs_matrix),
    ):
        rows = np.isin(table["entry"], entries)
        if name == "lvs_urgency":
            rows &= table["presents"]
        for true in range(3):
            at = rows & (table["urgency"] == true)
            share = np.bincount(table[name][at], minlength=3) / at.sum()
            error = 5 * np.sqrt(matrix[true] * (1 - matrix[true]) / at.sum()) + 1e-9
            assert (np.abs(share - matrix[true]) < error).all(), (name, true)


def test_what_lvs_passes_on_keeps_its_urgency(table):
    rows = np.isin(table["entry"], LVS) & (table["disposition"] == Disposition.AMBULANCE)
    assert rows.sum() > 20
    assert (table["amk_urgency"][rows] == table["lvs_urgency"][rows]).all()


def test_births_only_at_ages_that_give_birth(long):
    table = long
    rows = table["problem"] == Problem.BIRTH
    assert rows.sum() > 10
    assert set(table["age"][rows]) <= {2, 3, 4}
    arrests = table["problem"] == Problem.CARDIAC_ARREST
    assert (table["entry"][arrests] == Entry.CALL_113).all()
    assert (table["urgency"][arrests] == Urgency.ACUTE).all()


# ---------------------------------------------------------------- branches


def test_transports_from_the_clinic_are_of_people_seen_there(table):
    after = table["hospital_after"]
    assert after.sum() > 20
    seen = np.isin(table["disposition"], (Disposition.CONSULTATION, Disposition.HOME_VISIT))
    assert seen[after].all()
    assert (table["urgency"][after] <= Urgency.URGENT).all()
    assert table["conveyed"][after].all()
    assert (table["units_needed"][after] == 1).all()
    handled_by_amk = (table["entry"] == Entry.CALL_113) & (table["amk_urgency"] <= Urgency.URGENT)
    assert not (after & handled_by_amk).any()


def test_doctor_is_alerted_for_acute_scenes_only(table):
    by_113 = (table["entry"] == Entry.CALL_113) & (table["amk_urgency"] == Urgency.ACUTE)
    by_lvs = (table["disposition"] == Disposition.AMBULANCE) & (
        table["lvs_urgency"] == Urgency.ACUTE
    )
    assert not table["doctor_alerted"][~(by_113 | by_lvs)].any()
    assert table["doctor_alerted"][by_lvs & ~by_113].all()
    assert not table["doctor_goes"][~table["doctor_alerted"]].any()
    assert not (table["units_needed"][~(by_113 | by_lvs)] > 1).any()


def test_some_problems_never_go_to_a_legevakt(table):
    going = table["to_legevakt"]
    assert going.sum() > 20
    assert table["conveyed"][going].all()
    assert np.isin(table["entry"][going], (Entry.CALL_113, Entry.PROFESSIONAL_AMK)).all()
    never = (Problem.CARDIAC_ARREST, Problem.STROKE, Problem.CHEST_PAIN, Problem.BIRTH)
    assert not np.isin(table["problem"][going], never).any()


def test_satellite_outcomes(long):
    table = long
    rows = np.isin(table["entry"], LVS)
    share = np.bincount(table["satellite_outcome"][rows], minlength=4) / rows.sum()
    assert share == pytest.approx([0.15, 0.65, 0.10, 0.10], abs=0.012)
    assert list(SatelliteOutcome) == [0, 1, 2, 3]


def test_own_car_falls_with_age(long, parameters):
    table = long
    rows = np.isin(table["entry"], LVS)
    expected = parameters.numbers("patients.own_car")
    for age in range(9):
        at = rows & (table["age"] == age)
        error = 5 * np.sqrt(expected[age] * (1 - expected[age]) / at.sum())
        assert abs(table["own_car"][at].mean() - expected[age]) < error


def test_outsiders_have_no_ambulance(draw, happen, zones_of):
    zones = zones_of(outside=8)
    table = happen(draw(days=60, zones=zones), zones=zones)
    out = table["zone"] >= 12
    assert out.sum() > 500
    assert not (table["disposition"][out] == Disposition.AMBULANCE).any()
    assert not table["hospital_after"][out].any()


# ---------------------------------------------------------------- durations


def test_columns_without_a_draw_hold_the_neutral_value(table):
    inquiry = table["entry"] == Entry.INQUIRY_116117
    for name in ("on_scene_s", "consultation_s", "turnout_day_s", "access_s", "amk_interview_s"):
        assert (table[name][inquiry] == 0).all()
    for name in ("drive_noise", "drive2_noise", "transport_noise", "car_noise"):
        assert (table[name][inquiry] == 1).all()
    assert "patience" not in DRAWS[Entry.BOOKED]
    assert (table["patience_s"][table["entry"] == Entry.BOOKED] == 86_400).all()


def test_everything_is_finite_and_positive(table):
    for name, spec in INCIDENT_COLUMNS.items():
        assert np.isfinite(table[name]).all(), name
        if spec.dtype == "float64":
            assert (table[name] >= 0).all(), name


def test_medians_are_those_of_the_parameters(long, parameters):
    table = long
    entry, amk = table["entry"], table["amk_urgency"]
    lvs = np.isin(entry, LVS)
    scene = (entry == Entry.CALL_113) & (amk <= Urgency.URGENT)
    green = lvs & (table["lvs_urgency"] == Urgency.REGULAR)
    ordinary = scene & ~np.isin(table["problem"], (Problem.STROKE, Problem.CARDIAC_ARREST))
    cases = [
        ("turnout_day_s", lvs, "chute.station_day"),
        ("turnout2_night_s", lvs, "chute.station_night"),
        ("turnout_home_s", scene, "chute.home"),
        ("amk_interview_s", scene & (amk == Urgency.ACUTE), "amk.interview_acute"),
        ("amk_interview_s", scene & (amk == Urgency.URGENT), "amk.interview_urgent"),
        ("lvs_interview_s", lvs, "lvs.interview"),
        ("lvs_interview_s", entry == Entry.INQUIRY_116117, "lvs.interview_inquiry"),
        ("on_scene_s", ordinary & table["conveyed"], "scene.conveyed"),
        ("on_scene_s", ordinary & ~table["conveyed"], "scene.not_conveyed"),
        (
            "on_scene_s",
            scene & table["conveyed"] & (table["problem"] == Problem.STROKE),
            "scene.stroke",
        ),
        ("on_scene_s", table["problem"] == Problem.CARDIAC_ARREST, "scene.cardiac_arrest"),
        ("on_scene_s", table["hospital_after"], "scene.at_clinic"),
        ("on_scene_s", entry == Entry.BOOKED, "scene.booked"),
        ("handover_s", scene, "handover.hospital"),
        ("handover_s", entry == Entry.BOOKED, "handover.booked"),
        ("home_visit_s", lvs, "doctors.home_visit"),
        ("video_s", lvs, "satellite.video"),
        ("leave_home_s", green, "patients.leave_home_regular"),
        ("patience_s", entry == Entry.CALL_116117, "lvs.patience"),
        ("patience_s", entry == Entry.CALL_113, "amk.patience"),
        ("redial_s", lvs, "calls.redial_pause"),
    ]  # fmt: skip
    for name, rows, key in cases:
        n = rows.sum()
        assert n > 10, key
        median = float(parameters.distribution(key).quantile(0.5))
        below = (table[name][rows] < median).sum()
        # Five standard errors of a fair coin.
        assert abs(below - n / 2) < 2.5 * np.sqrt(n) + 1, (name, key)


def test_slots_of_one_incident_share_nothing_but_their_distribution(table):
    rows = np.isin(table["entry"], LVS)
    day, night, second = (
        np.log(table[c][rows]) for c in ("turnout_day_s", "turnout_night_s", "turnout2_day_s")
    )
    assert np.corrcoef(day, night)[0, 1] == pytest.approx(1)
    assert abs(np.corrcoef(day, second)[0, 1]) < 5 / np.sqrt(rows.sum())


def test_consultation_and_documentation_make_up_the_published_length(long, parameters):
    table = long
    rows = np.isin(table["entry"], LVS)
    total = table["consultation_s"][rows] + table["documentation_s"][rows]
    # 47 % last longer than 20 min (Sandvik et al. 2019).
    assert (total > 1200).mean() == pytest.approx(0.47, abs=0.02)
    assert total.mean() == pytest.approx(60 * 22.8, rel=0.03)


def test_video_lies_within_the_nurses_time(table):
    assert (table["video_s"] <= table["satellite_nurse_s"]).all()


def test_access_has_the_zones_mean_and_spread(long, zones):
    table = long
    rows = table["access_s"] > 0
    assert not (table["access_s"][table["zone"] == 0] > 0).any()
    for zone in (5, 12, 19):
        values = table["access_s"][rows & (table["zone"] == zone)]
        n = len(values)
        spread = zones.access_sd_s[zone]
        assert abs(values.mean() - zones.access_mean_s[zone]) < 5 * spread / np.sqrt(n)
        assert values.std() == pytest.approx(spread, rel=0.1)


def test_without_noise_and_access_nothing_is_left_to_chance(draw, happen, changed, zones_of):
    zones = zones_of()
    quiet = replace(zones, access_mean_s=np.zeros(20), access_sd_s=np.zeros(20))
    constant = {"kind": "constant", "minutes": 10}
    parameters = changed(
        {
            "drive.noise_sigma": 0,
            "doctors.documentation": {"kind": "constant", "minutes": 0},
            "clinic.consultation": constant,
        }
    )
    table = happen(draw(days=7, zones=quiet), zones=quiet, parameters=parameters)
    assert (table["access_s"] == 0).all()
    for name in ("drive_noise", "drive2_noise", "transport_noise", "car_noise"):
        assert (table[name] == 1).all()
    assert set(table["consultation_s"]) == {0.0, 600.0}


def test_everybody_presents_without_a_change_of_distance(table):
    assert table["presents"].all()
    assert (table["if_not_presented"] == IfNotPresented.NOWHERE).all()
