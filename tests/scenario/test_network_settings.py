"""Settings of a network: a variant may switch a ferry off, and the scenario's hash says so."""

from __future__ import annotations

import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario, resolved_yaml

FERRY = "Hollingsholmen–Aukra"


def test_a_ferry_is_switched_off_by_one_set():
    today = load_scenario("more-og-romsdal")
    without = load_scenario("more-og-romsdal", [f'network.without_ferries=["{FERRY}"]'])
    assert FERRY not in resolved_yaml(today)
    assert FERRY in resolved_yaml(without)
    before, after = (compile_scenario(s) for s in (today, without))
    aukra = [k for k, m in enumerate(before.ground.zones.municipality) if m == "1547"]
    node = before.ground.zones.node[aukra].tolist()
    molde = before.nodes["molde"]
    car = [c.travel["car"][0].rows(node, [molde])[:, 0] for c in (before, after)]
    assert (car[1] >= car[0]).all()
    assert (car[1] > car[0] + 600).any()
    assert (car[1] == car[0]).any()  # Julsundet's mainland side needs no ferry


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("network.without_ferries=yes", "must be a list of names"),
        ("network.winter_roads=shut", "must be open or closed"),
        ("network.ambulance_keys=perhaps", "must be true or false"),
        ("network.engine=slow", "must be scipy or fast"),
        ("network.ferries=[]", "unknown path"),
    ],
)
def test_settings_that_are_none(text, message):
    with pytest.raises(InputFaults, match=message):
        load_scenario("more-og-romsdal", [text])


def test_an_unknown_ferry_is_refused_when_the_roads_are_read():
    scenario = load_scenario("more-og-romsdal", ["network.without_ferries=[Hollingsholmen]"])
    with pytest.raises(InputFaults, match=r"network\.without_ferries.*no ferry has this name") as e:
        compile_scenario(scenario)
    assert [fault.file for fault in e.value.faults] == [str(scenario.files[0])]


def test_the_engine_is_no_part_of_what_results_are_made_from():
    plain, fast = (load_scenario("more-og-romsdal", sets) for sets in ([], ["network.engine=fast"]))
    assert resolved_yaml(plain) == resolved_yaml(fast)
