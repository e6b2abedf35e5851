"""A fleet a fifth larger or smaller (R16)."""

from dataclasses import replace
from itertools import pairwise

import pytest

from emergency_sim.experiment.sensitivity.fleet import DOUBLE, fleet_order, resized
from emergency_sim.scenario import Scenario, load_scenario


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario("before-pilot")


def rostered(scenario: Scenario) -> set[str]:
    return {name for name, unit in scenario.units.items() if unit.in_service}


def test_a_fifth_more_or_less(base: Scenario):
    order = fleet_order(base)
    n = len(order)
    assert sorted(order) == sorted(rostered(base))
    assert len(rostered(resized(base, order, 1.2))) == n + round(0.2 * n)
    assert len(rostered(resized(base, order, 0.8))) == n - round(0.2 * n)
    assert resized(base, order, 1.0).units == base.units


def test_a_larger_change_holds_the_smaller_one_and_is_spread_over_the_list(base: Scenario):
    order = fleet_order(base)
    little, much = (
        rostered(base) - rostered(resized(base, order, factor)) for factor in (0.9, 0.8)
    )
    assert little < much
    places = sorted(list(base.units).index(name) for name in much)
    gaps = [b - a for a, b in pairwise(places)]
    assert max(gaps) <= 3 * min(gaps)
    assert places[-1] - places[0] > 0.75 * len(order)


def test_doubles_stand_at_the_same_station_with_the_same_hours(base: Scenario):
    more = resized(base, fleet_order(base), 1.2)
    for name in rostered(more) - rostered(base):
        assert more.units[name] == base.units[name.removesuffix(DOUBLE)]


def test_units_that_a_variant_has_besides_stay(base: Scenario):
    order = fleet_order(base)
    first = order[0]
    variant = replace(
        base,
        units={
            **base.units,
            first: replace(base.units[first], in_service=False),
            "new": base.units[order[1]],
        },
    )
    assert "new" in rostered(resized(variant, order, 0.5))
    assert first + DOUBLE not in resized(variant, order, 1.5).units
