"""Scenarios on one network share the numbers of places and the ways between them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from emergency_sim.experiment.compile import Compiled, compile_scenario, kept_networks
from emergency_sim.experiment.compile.places import ROADS_KEPT
from emergency_sim.scenario import Scenario
from emergency_sim.simulation.ways import Ways
from tests.experiment.toys import one_clinic, toy
from tests.simulation.scenes import events, same_rows


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Forget the places of earlier tests."""
    kept_networks._networks.clear()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return a list of the rows that are looked up: network (profile, ferry class) and place."""
    found: list[tuple[int, int]] = []
    row: Callable[[Ways, int], list[float]] = Ways.row

    def counted(ways: Ways, origin: int) -> list[float]:
        if ways.rows[origin] is None:
            found.append((id(ways.times), ways.nodes[origin]))
        return row(ways, origin)

    monkeypatch.setattr(Ways, "row", counted)
    return found


def at_crossroads(*sets: str) -> Scenario:
    """Return the toy with the island's car at the crossroads, where nothing else stands."""
    return toy("stations.st-oy.node=n04", *sets)


def log_of(found: Compiled) -> list[object]:
    return list(events(found.replicate(0)[0]))


def test_a_scenario_without_a_site_keeps_the_ways(asked: list[tuple[int, int]]) -> None:
    a, b = compile_scenario(at_crossroads()), compile_scenario(toy())
    assert a.ground.places is b.ground.places
    for found in (a, b, a):
        found.replicate(0)
    assert a.ground.places.roads(a.world(0)) is a.ground.places.roads(b.world(0))
    assert asked
    assert len(asked) == len(set(asked))  # no row twice


def test_a_further_site_comes_last() -> None:
    base = compile_scenario(toy())
    before = list(base.ground.places.nodes)
    base.replicate(0)
    moved = compile_scenario(at_crossroads())
    assert moved.ground.places.nodes[: len(before)] == before
    assert len(moved.ground.places.nodes) == len(before) + 1
    assert base.world(0).place_node == moved.world(0).place_node
    roads = moved.ground.places.roads(moved.world(0))
    assert base.ground.places.roads(base.world(0)) is roads  # made for one place more, for both


def test_the_order_of_compiling_changes_no_log(tmp_path: Path) -> None:
    scenarios = [at_crossroads(), one_clinic(tmp_path), toy()]
    first = [log_of(compile_scenario(s, toy())) for s in scenarios]
    kept_networks._networks.clear()
    again = [log_of(compile_scenario(s, toy())) for s in reversed(scenarios)]
    for a, b in zip(first, reversed(again), strict=True):
        same_rows(a, b)


def test_other_profile_factors_have_other_ways() -> None:
    plain = compile_scenario(toy())
    places = plain.ground.places
    roads = places.roads(plain.world(0))
    for n in range(ROADS_KEPT):
        value = f"{{value: {1.1 + n / 10}, unit: ratio, source: test, status: assumed}}"
        other = compile_scenario(toy(f"parameters.drive.factor.car={value}"))
        assert other.ground.places is places
        assert places.roads(other.world(0)) is not roads
    assert len(places._roads) == ROADS_KEPT
    assert places.roads(plain.world(0)) is not roads  # too long ago: made anew
