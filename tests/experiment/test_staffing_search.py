"""The search for equal service, on waits made up as a function of the doctors."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emergency_sim.experiment.comparing import staffing_search as search
from emergency_sim.experiment.comparing.pilots import MEASURES, Pilot, SearchSettings
from emergency_sim.experiment.comparing.staffing import (
    changes_structure,
    clinics_to_search,
    staffing_of,
    with_staffing,
)
from emergency_sim.experiment.comparing.staffing_search import equal_service
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.scenario import Scenario
from tests.experiment.toys import one_clinic, toy, variant_file

PATIENTS = 200


def _pilot(wait: float) -> Pilot:
    waits = {MEASURES[0]: np.full(PATIENTS, wait), MEASURES[1]: np.full(PATIENTS, np.nan)}
    return Pilot(
        ids=np.arange(PATIENTS),
        district=np.full(PATIENTS, "by"),
        quarter=np.full(PATIENTS, 4),  # Monday 01:00: every line is on duty
        waits=waits,
    )


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, int]]:
    """Let the wait at ``by`` be 60 minutes shared among the doctors of line a; returns what was run."""
    runs: list[dict[str, int]] = []

    def simulate(scenarios: list[Scenario], *_: Any) -> dict[str, list[Pilot]]:
        found = {}
        for scenario in scenarios:
            counts = staffing_of(scenario, ["by"])["by"]
            if "pilot" in scenario.id:
                runs.append(counts)
            found[scenario.id] = [_pilot(WAIT[0] if scenario.id == "toy" else 60 / counts["a"])]
        return found

    monkeypatch.setattr(search, "run_pilots", simulate)
    return runs


WAIT = [20.0]
SETTINGS = SearchSettings(replications=1, rounds=8, days=1)


def _search(variant: Scenario) -> search.EqualService:
    found = equal_service(
        toy(), [variant], SETTINGS, workers=Workers(jobs=1), folder=Path("unused")
    )
    return found[variant.id]


def test_doctors_are_added_until_the_wait_holds(
    simulated: list[dict[str, int]], tmp_path: Path
) -> None:
    result = _search(one_clinic(tmp_path))
    assert staffing_of(result.scenario, ["by"])["by"]["a"] == 3
    assert result.held["by"]
    assert result.waits["by"][MEASURES[0]] == (20.0, 20.0)
    assert result.scenario.id == "one-clinic@equal_service"


def test_doctors_who_are_not_needed_are_taken_away(
    simulated: list[dict[str, int]], tmp_path: Path
) -> None:
    many = with_staffing(one_clinic(tmp_path), {"by": {"a": 5, "bak": 1}}, suffix="many")
    result = _search(many)
    assert staffing_of(result.scenario, ["by"])["by"] == {"a": 3, "bak": 0}
    assert {c["a"] for c in simulated} >= {2, 3, 4, 5}  # one less than three was tried


def test_a_wait_that_doctors_cannot_shorten_is_said_not_to_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def simulate(scenarios: list[Scenario], *_: Any) -> dict[str, list[Pilot]]:
        return {s.id: [_pilot(20.0 if s.id == "toy" else 90.0)] for s in scenarios}

    monkeypatch.setattr(search, "run_pilots", simulate)
    result = _search(one_clinic(tmp_path))
    assert not result.held["by"]
    assert staffing_of(result.scenario, ["by"])["by"]["a"] == 1  # what did not help is taken back
    assert result.rounds <= SETTINGS.rounds


def test_somebody_is_always_on_duty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def simulate(scenarios: list[Scenario], *_: Any) -> dict[str, list[Pilot]]:
        return {s.id: [_pilot(1.0)] for s in scenarios}

    monkeypatch.setattr(search, "run_pilots", simulate)
    result = _search(one_clinic(tmp_path))
    assert staffing_of(result.scenario, ["by"])["by"] == {"a": 1, "bak": 0}


def test_only_what_a_variant_changes_is_searched(tmp_path: Path) -> None:
    assert clinics_to_search(toy(), one_clinic(tmp_path)) == ["by"]
    cars = variant_file(tmp_path, "cars", set={"units.a2.hours": "24/7"})
    from emergency_sim.scenario import load_scenario

    assert not changes_structure(toy(), load_scenario(cars))
    assert changes_structure(toy(), one_clinic(tmp_path))
    assert clinics_to_search(toy(), toy()) == []


def test_where_the_nearest_counts_every_clinic_is_searched() -> None:
    nearest = toy("policies.clinic_choice=nearest")
    assert changes_structure(toy(), nearest)
    assert clinics_to_search(toy(), nearest) == ["by", "oy"]
    assert not changes_structure(nearest, nearest)
    assert clinics_to_search(nearest, nearest) == []
