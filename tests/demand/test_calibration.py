"""The solved rates reproduce the published margins (R1, R2, R5, R12), counted forwards."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.demand import calibrate
from emergency_sim.demand.problems import by_age
from emergency_sim.demand.triage import confusion_matrix, true_counts
from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.incident import AGE_GROUPS, Disposition, Entry, Problem, Urgency

MATRICES = ["identity", "moderate", "poor"]
R1 = {
    "calls_116117": 583,
    "calls_113": 137,
    "acute_missions": 59,
    "urgent_missions": 50,
    "regular_missions": 29,
}


def solve(parameters, ages, calibration="watchtower", amk="moderate", lvs="moderate"):
    return calibrate(
        parameters,
        calibration=calibration,
        amk_matrix=amk,
        lvs_matrix=lvs,
        population_by_age=ages,
    )


def margins(rates):
    return {name: value for name, value, _ in rates.table()}


@pytest.mark.parametrize("lvs", MATRICES)
@pytest.mark.parametrize("amk", MATRICES)
@pytest.mark.parametrize(("calibration", "contacts"), [("watchtower", 330), ("ssb", 480)])
def test_margins(parameters, ages, calibration, contacts, amk, lvs):
    rates = solve(parameters, ages, calibration, amk, lvs)
    found = margins(rates)
    for name, published in (R1 | {"contacts": contacts}).items():
        assert found[name] == pytest.approx(published, rel=0.05), name
    for name, value, target in rates.table():
        if target is not None:
            assert value == pytest.approx(target, rel=1e-6), name


@pytest.mark.parametrize("calibration", ["watchtower", "ssb"])
def test_shares_of_first_action_and_urgency(parameters, ages, calibration):
    found = margins(solve(parameters, ages, calibration))
    n = found["contacts"]
    assert found["advice"] / n == pytest.approx(0.325, abs=0.002)
    assert found["consultations"] / n == pytest.approx(0.479, abs=0.002)
    assert found["home_visits"] / n == pytest.approx(0.014, abs=0.001)
    assert found["contacts_acute"] / n == pytest.approx(0.10)
    assert found["contacts_urgent"] / n == pytest.approx(0.363)
    assert found["visits_and_call_outs"] == pytest.approx(14)
    assert found["conveyed_share"] == pytest.approx(0.85)


def test_ssb_has_230_consultations_and_the_same_ambulance_incidents(parameters, ages):
    ssb, watchtower = (margins(solve(parameters, ages, c)) for c in ("ssb", "watchtower"))
    assert ssb["consultations"] == pytest.approx(230, rel=0.002)
    assert watchtower["consultations"] == pytest.approx(158, rel=0.002)
    assert ssb["calls_116117"] / ssb["contacts"] == pytest.approx(1.21, abs=0.01)
    for name in ("acute_incidents", "urgent_incidents", "regular_missions", "conveyed"):
        assert ssb[name] == pytest.approx(watchtower[name])


def test_the_split_of_ambulance_incidents(parameters, ages):
    rates = solve(parameters, ages)
    found = margins(rates)
    assert found["entry_call_113"] == pytest.approx(34 + 22 + 12)
    assert found["transferred"] == pytest.approx(12)
    assert found["ambulance_from_lvs"] + found["transports_from_clinic"] == pytest.approx(13 + 18)
    assert found["brought_to_legevakt"] / (rates.conveyed * (34 + 22 + 10)) == pytest.approx(0.28)


def test_assigned_urgencies_of_113_are_the_published_ones(parameters, ages):
    for name in MATRICES:
        rates = solve(parameters, ages, amk=name)
        share = rates.true_share[Entry.CALL_113, :3] @ rates.amk_matrix
        assert share * 68 == pytest.approx([34, 22, 12])


def test_with_the_identity_true_is_assigned(parameters, ages):
    rates = solve(parameters, ages, amk="identity")
    assert rates.true_share[Entry.CALL_113, :3] * 68 == pytest.approx([34, 22, 12])


def test_per_person_rates_add_up_over_the_population(parameters, ages):
    rates = solve(parameters, ages)
    total = rates.per_person @ ages / ages.sum() * 1000
    assert total == pytest.approx(rates.per_1000)


def test_ages_follow_the_relative_rates(parameters, ages):
    rates = solve(parameters, ages)
    legevakt, ambulance = rates.per_person[Entry.CALL_116117], rates.per_person[Entry.CALL_113]
    assert legevakt[0] / legevakt[4] == pytest.approx(1.96 / 0.87)
    assert ambulance[7] / ambulance[0] == pytest.approx(4.5 / 0.35)


def test_probabilities_are_probabilities(parameters, ages):
    for calibration in ("ssb", "watchtower"):
        rates = solve(parameters, ages, calibration)
        for table in (rates.problem, rates.disposition, rates.walk_in_disposition):
            assert (table >= 0).all()
            assert table.sum(axis=-1) == pytest.approx(1)
        for share in (
            rates.conveyed,
            rates.second_unit,
            rates.alerted_113,
            rates.doctor_goes,
            *rates.hospital_after,
            *rates.to_legevakt,
        ):
            assert 0 <= share <= 1
        assert rates.hospital_after[Urgency.REGULAR] == 0


def test_walk_ins_are_never_visited_nor_sent_an_ambulance(parameters, ages):
    table = solve(parameters, ages).walk_in_disposition
    never = [d for d in Disposition if d not in (Disposition.ADVICE, Disposition.CONSULTATION)]
    assert (table[:, never] == 0).all()


def test_arrests_and_strokes(parameters, ages):
    found = margins(solve(parameters, ages))
    assert found["cardiac_arrests"] == pytest.approx(0.528)
    assert found["strokes"] == pytest.approx(1.90)


def test_chest_pain_is_a_good_fifth_of_red_incidents(parameters, ages):
    rates = solve(parameters, ages)
    share = rates.age_share[Entry.CALL_113] @ rates.problem[Entry.CALL_113, Urgency.ACUTE]
    assert share[Problem.CHEST_PAIN] == pytest.approx(0.22, abs=0.03)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"calls.all_113": 60}, "calls.all_113"),
        ({"calls.all_116117": 300}, "calls.all_116117"),
        ({"amb.acute_from_clinic": 14}, "amb.acute_from_clinic"),
        ({"amb.acute_incidents": 60}, "amb.acute_from_clinic"),
        ({"legevakt.visits_and_call_outs": 50}, "legevakt.visits_and_call_outs"),
        ({"legevakt.phone_share": 0.95}, "legevakt.phone_share"),
        ({"legevakt.alerted_acute_113": 40}, "legevakt.alerted_acute_113"),
        ({"convey.to_legevakt": 0.9}, "convey.to_legevakt"),
        ({"problem.cardiac_arrest_rate": 9000}, "problem.cardiac_arrest_rate"),
        ({"amb.cars_per_acute": 2.5}, "amb.cars_per_acute"),
    ],
)
def test_contradictions_are_faults_that_name_the_parameter(changed, ages, values, key):
    with pytest.raises(InputFaults) as caught:
        solve(changed(values), ages)
    assert [f.path for f in caught.value.faults] == [key]


def test_a_matrix_that_explains_nothing_is_a_fault(changed, ages):
    blur = [[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.3, 0.3, 0.4]]
    with pytest.raises(InputFaults, match="would be negative"):
        solve(changed({"triage.matrix.poor": blur}), ages, lvs="poor")


def test_unknown_names(parameters, changed, ages):
    with pytest.raises(InputFaults, match="did you mean 'moderate'"):
        solve(parameters, ages, amk="modrate")
    with pytest.raises(InputFaults, match="calibration"):
        solve(parameters, ages, calibration="helfo")
    with pytest.raises(InputFaults, match="adds up to 1"):
        solve(changed({"triage.matrix.poor": [[1, 1, 0], [0, 1, 0], [0, 0, 1]]}), ages, amk="poor")


@pytest.mark.parametrize("name", MATRICES)
def test_more_errors_from_identity_to_poor(parameters, name):
    diagonal = {m: np.trace(confusion_matrix(parameters, m)) for m in MATRICES}
    assert diagonal["identity"] == 3 > diagonal["moderate"] > diagonal["poor"]


@given(
    st.lists(st.floats(0.1, 100), min_size=3, max_size=3),
    st.sampled_from(MATRICES),
)
def test_true_counts_undo_the_triage(parameters, true, name):
    matrix = confusion_matrix(parameters, name)
    assert true_counts(np.array(true) @ matrix, matrix) == pytest.approx(true)


@given(st.data())
def test_a_lean_towards_an_age_moves_no_total(data):
    positive = st.floats(0.05, 5)
    shares = np.array(data.draw(st.lists(positive, min_size=12, max_size=12)))
    ages = np.array(data.draw(st.lists(positive, min_size=9, max_size=9)))
    weight = np.array(data.draw(st.lists(positive, min_size=108, max_size=108))).reshape(12, 9)
    shares, ages = shares / shares.sum(), ages / ages.sum()
    table = by_age(shares, ages, weight)
    assert table.shape == (len(AGE_GROUPS), len(Problem))
    assert table.sum(axis=1) == pytest.approx(1)
    assert ages @ table == pytest.approx(shares, abs=1e-6)
