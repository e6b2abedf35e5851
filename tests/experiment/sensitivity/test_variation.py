"""How one number moves a parameter, whatever its form."""

import numpy as np
import pytest

from emergency_sim.domain.parameters import Parameter, Parameters, Status
from emergency_sim.experiment.sensitivity.variation import as_given, moved, rule_of
from emergency_sim.scenario import load_scenario


def parameter(
    value, unit: str = "share", span: tuple[float, float] | None = (0.5, 2.0)
) -> Parameter:
    return Parameter(value=value, unit=unit, source="somewhere", status=Status.DERIVED, range=span)


@pytest.fixture(scope="module")
def shipped() -> Parameters:
    return load_scenario("before-pilot").parameters


def test_at_the_given_number_nothing_changes(shipped: Parameters):
    for key, one in shipped.items.items():
        at = as_given(one)
        if at is None:
            continue
        value = moved(one, at).value
        flat = np.array(list(_numbers(value)), float)
        before = np.array(list(_numbers(one.value)), float)
        assert flat == pytest.approx(before, abs=2e-4), key  # shares that add up to .9998


def test_every_shipped_parameter_stays_possible_at_both_ends(shipped: Parameters):
    for key, one in shipped.items.items():
        if rule_of(one) is None:
            continue
        for number in one.range:
            value = moved(one, number).value
            numbers = list(_numbers(value))
            assert min(numbers) >= 0, key
            if one.unit == "share":
                assert max(numbers) <= 1, key
            if rule_of(one) == "odds_of_the_largest_share":
                assert sum(numbers) == pytest.approx(1), key
            if rule_of(one) == "errors":
                assert np.sum(value, axis=1) == pytest.approx(1), key


def _numbers(value):
    if isinstance(value, dict):
        value = [v for k, v in value.items() if k != "kind"]
    if isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    else:
        yield float(value)


def test_the_largest_share_moves_and_the_others_keep_their_proportions():
    found = moved(parameter({"a": 0.6, "b": 0.3, "c": 0.1}), 2.0).value
    assert found["a"] == pytest.approx(0.75)
    assert found["b"] / found["c"] == pytest.approx(3)


def test_shares_by_themselves_move_by_their_odds():
    assert moved(parameter([0.5, 0.0, 1.0]), 2.0).value == pytest.approx([2 / 3, 0, 1])


def test_errors_of_a_table_scale_beside_the_diagonal():
    found = moved(parameter([[0.8, 0.2], [0.1, 0.9]]), 0.5).value
    assert np.array(found) == pytest.approx(np.array([[0.9, 0.1], [0.05, 0.95]]))
    assert np.sum(moved(parameter([[0.2, 0.8], [0.1, 0.9]]), 2.0).value[0]) == pytest.approx(1)


def test_weights_are_raised_to_a_power():
    assert moved(parameter([4.0, 1.0, 0.0], "ratio"), 0.5).value == [2.0, 1.0, 0.0]
    assert moved(parameter({"x": [4.0], "y": [9.0]}, "ratio"), 0.5).value == {
        "x": [2.0],
        "y": [3.0],
    }


def test_a_distribution_moves_by_its_first_field():
    law = {"kind": "lognormal", "median_minutes": 4, "sigma": 0.5}
    assert moved(parameter(law, "min"), 7).value == {**law, "median_minutes": 7.0}


def test_a_moved_parameter_says_so():
    found = moved(parameter(0.5), 0.7)
    assert found.value == 0.7
    assert found.status is Status.ASSUMED
    assert "as given: 0.5" in found.source


@pytest.mark.parametrize(
    "one",
    [
        parameter(0.5, span=None),
        parameter(["trauma"], "problems"),
        parameter({}, "ratio"),
        parameter({"acute": "nowhere"}, "names"),
    ],
)
def test_what_has_no_range_or_no_numbers_does_not_move(one: Parameter):
    assert rule_of(one) is None
    assert as_given(one) is None
    with pytest.raises(ValueError, match="does not move"):
        moved(one, 1.0)
