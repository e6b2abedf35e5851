"""A district in parts that have nobody in common: simulated apart, the tables are the same."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import emergency_sim as es
from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.incident import INCIDENT_COLUMNS
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.experiment.compile.in_parts import (
    incidents_by_part,
    parts_apart,
)
from emergency_sim.experiment.compile.parts import parts_of
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.work import parts_at_once, runner
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.experiment.work.plan import Plan, Unit
from emergency_sim.experiment.work.runner import carry_out
from emergency_sim.scenario import Scenario, load_scenario
from tests.experiment.toys import TOY, tree

DAYS = ("run.days=3", "run.warm_up_days=1", "run.run_out_days=1")
ISLAND = "9003"
TWO: dict[str, Any] = {
    "set": {
        "amk.amk-toy.serves": ["9001", "9002"],
        "legevaktsentraler.lvs-toy.serves": ["9001", "9002"],
        "legevakter.by.call_out_area": ["9001", "9002"],
        "legevakter.oy.lvs": "lvs-oy",
        "fastlege_offices.oy-dag.lvs": "lvs-oy",
        "stations.st-by.municipality": "9001",
        "stations.st-oy.municipality": ISLAND,
        "policies.units_serve": "own_amk",
    },
    "add": {
        "amk.amk-oy": {
            "node": "n09", "serves": [ISLAND],
            "operators": {"alle": {"hours": "24/7", "form": "active"}},
        },
        "legevaktsentraler.lvs-oy": {
            "node": "n09", "serves": [ISLAND],
            "operators": {"alle": {"hours": "24/7", "form": "active"}},
        },
        "units.a4": {"station": "st-oy"},
    },
}  # fmt: skip
"""The toy region with an AMK and a legevaktsentral of its own on the island."""


def two(folder: Path, *sets: str) -> Scenario:
    """Return the toy region in two parts."""
    name = {"nb": "To", "en": "Two"}
    head = {"schema": "emergency_sim/variant/1", "base": str(TOY), "id": "two", "name": name}
    file = folder / "two.yaml"
    file.write_text(json.dumps(head | TWO), encoding="utf-8")
    return load_scenario(file, [*DAYS, *sets])


def names(scenario: Scenario) -> list[str]:
    """Return the names of a scenario's parts."""
    zones = compile_scenario(scenario).ground.zones
    return [part.name for part in parts_of(scenario, zones.area)]


def test_two_amk_with_nobody_in_common_are_two_parts(tmp_path: Path) -> None:
    assert names(two(tmp_path)) == ["amk-toy", "amk-oy"]


@pytest.mark.parametrize(
    "link",
    [
        "policies.units_serve=anywhere",
        "policies.clinic_choice=nearest",
        'legevakter.by.call_out_area=["9001", "9002", "9003"]',
        'legevakter.oy.home_visit_area=["9002", "9003"]',
        'satellites.dal.serves=["9002", "9003"]',
        "amk.amk-oy.overflow_to=amk-toy",
        'legevaktsentraler.lvs-toy.serves=["9001", "9002", "9003"]',
    ],
)
def test_whatever_they_share_joins_them(tmp_path: Path, link: str) -> None:
    assert len(names(two(tmp_path, link))) == 1


def test_a_setting_keeps_them_together(tmp_path: Path) -> None:
    assert parts_apart(compile_scenario(two(tmp_path, "run.parts=together"))) == ()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, es.Results]:
    """Return the results apart and together, with logs."""
    folder = tmp_path_factory.mktemp("parts")
    return {
        how: es.simulate(two(folder, f"run.parts={how}"), out=folder / how, replications=2)
        for how in ("apart", "together")
    }


def test_all_tables_are_the_same(both: dict[str, es.Results]) -> None:
    for name in ("incidents", "units", "staff", "kpis"):
        apart, together = (getattr(both[how], name) for how in ("apart", "together"))
        assert len(apart) > 0
        pd.testing.assert_frame_equal(apart, together, check_exact=True)


def test_the_files_are_the_same_bytes(both: dict[str, es.Results]) -> None:
    apart, together = (both[how].folder for how in ("apart", "together"))
    for file in ("incidents.parquet", "units.parquet", "staff.parquet", "indicators.npz"):
        place = Path("replications") / "two" / "0001" / file
        assert (apart / place).read_bytes() == (together / place).read_bytes()
    assert (apart / "kpis.parquet").read_bytes() == (together / "kpis.parquet").read_bytes()


def test_the_logs_hold_the_same_events(both: dict[str, es.Results]) -> None:
    logs = []
    for how in ("apart", "together"):
        log = both[how].events.astype(dict.fromkeys(("kind", "actor", "place", "code"), str))
        columns = ["replication", "time_ms", "kind", "incident", "mission", "call", "actor"]
        order = [*columns, "place", "code"]
        logs.append(log.sort_values(order, ignore_index=True)[[*order, "value"]])
        assert log.groupby("replication")["time_ms"].is_monotonic_increasing.all()
    pd.testing.assert_frame_equal(logs[0], logs[1], check_exact=True)


def test_units_stay_with_their_amk(both: dict[str, es.Results]) -> None:
    for results in both.values():
        units, incidents = results.units, results.incidents
        at = units.merge(
            incidents[["replication", "id", "area"]],
            left_on=["replication", "incident"], right_on=["replication", "id"],
        )  # fmt: skip
        assert len(at) > 50
        assert ((at["station"] == "st-oy") == (at["area"] == ISLAND)).all()


def test_without_the_rule_the_ferry_brings_help(tmp_path: Path) -> None:
    """The zero-effect limit: what the rule changes is who goes, and nothing else is known of it."""
    free = es.simulate(two(tmp_path, "policies.units_serve=anywhere"), replications=1)
    at = free.units.merge(free.incidents[["id", "area"]], left_on="incident", right_on="id")
    assert ((at["station"] == "st-oy") != (at["area"] == ISLAND)).any()


def test_some_days_at_a_time_are_the_same_incidents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = compile_scenario(two(tmp_path))
    whole = found.incidents(0)
    monkeypatch.setattr("emergency_sim.experiment.compile.compiled.POTENTIAL_AT_ONCE", 1)
    pieces = list(found.stretches(0, found))
    assert len(pieces) == 5
    for name in INCIDENT_COLUMNS:
        joined = np.concatenate([piece[name] for piece in pieces])
        np.testing.assert_array_equal(joined, whole[name])


def test_a_station_without_amk_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as caught:
        two(tmp_path, 'stations.st-oy.municipality="9999"')
    assert "stations.st-oy.municipality" in str(caught.value)
    assert "no AMK answers" in str(caught.value)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list of the replications whose parts went to several workers."""
    found: list[int] = []

    def noted(unit: Unit, *rest: Any) -> None:
        found.append(unit.replication)
        side_by_side(unit, *rest)

    side_by_side = runner.side_by_side
    monkeypatch.setattr(runner, "side_by_side", noted)
    return found


def _one_after_another(both: dict[str, es.Results]) -> dict[str, bytes]:
    unit = both["apart"].folder / "replications" / "two" / "0000"
    return tree(unit)


def test_parts_side_by_side_leave_the_same_bytes(
    both: dict[str, es.Results], sent: list[int], tmp_path: Path
) -> None:
    """One replication and two workers: each part goes to one of them."""
    beside = es.simulate(
        two(tmp_path, "run.parts=apart"), out=tmp_path / "out", replications=1, jobs=2
    )
    assert sent == [0]
    assert tree(beside.folder / "replications" / "two" / "0000") == _one_after_another(both)


def test_parts_are_joined_in_their_order_whichever_is_ready_first(
    both: dict[str, es.Results], sent: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []

    def last_first(function: Any, parts: list[Any], _: Workers, finished: Any) -> None:
        for part in sorted(parts, key=lambda part: -part.number):
            ended.append(part.number)
            finished(part, function(part))

    monkeypatch.setattr(parts_at_once, "run_all", last_first)
    results = es.simulate(
        two(tmp_path, "run.parts=apart"), out=tmp_path / "out", replications=1, jobs=2
    )
    assert (sent, ended) == ([0], [1, 0])
    assert tree(results.folder / "replications" / "two" / "0000") == _one_after_another(both)
    assert not list(tmp_path.rglob(f"{store.PARTS}*"))


def test_parts_go_to_workers_where_these_are_twice_as_many_as_units(
    sent: list[int], tmp_path: Path
) -> None:
    scenario = two(tmp_path, "run.parts=apart", "run.replications=2", "run.days=1")
    for jobs, expected in ((2, []), (4, [0, 1])):
        folder = tmp_path / f"{jobs}"
        folder.mkdir()
        (folder / store.MARK).touch()
        carry_out(Plan(scenarios=(scenario,)), folder, workers=Workers(jobs=jobs))
        assert sent == expected


def test_a_part_that_is_begun_again_has_a_log_of_its_own(tmp_path: Path) -> None:
    """The worker that was given up may still be writing the first one."""
    part = _part(tmp_path)
    first, second = parts_at_once.run_part(part), parts_at_once.run_part(part)
    assert first != second
    assert tree(part.folder / first) == tree(part.folder / second)


def test_a_worker_whose_run_was_killed_writes_nothing_where_the_next_one_has_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, real = _part(tmp_path), parts_at_once.simulate_part

    def long(*words: Any) -> Any:
        shutil.rmtree(part.folder)
        return real(*words)

    monkeypatch.setattr(parts_at_once, "simulate_part", long)
    with pytest.raises(FileNotFoundError):
        parts_at_once.run_part(part)
    assert not part.folder.exists()


def _part(tmp_path: Path) -> parts_at_once.PartOfUnit:
    """Return the first of two parts, as it is sent to a worker."""
    scenario, folder = two(tmp_path, "run.parts=apart", "run.replications=1"), tmp_path / "part"
    [unit] = Plan(scenarios=(scenario,)).units(tmp_path, None, 1)
    compiled = compile_scenario(scenario)
    [incidents, _] = incidents_by_part(compiled, parts_apart(compiled), 0, compiled)
    folder.mkdir()
    parts_at_once.write_columns(incidents, folder / "incidents")
    return parts_at_once.PartOfUnit(unit=unit, task=unit.tasks[0], number=0, folder=folder)
