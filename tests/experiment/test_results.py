"""One run through the public names: tables, files, and the same bytes however it is run."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import emergency_sim as es
from tests.experiment.toys import ONE_CLINIC, TOY, one_clinic, toy, tree


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> es.Results:
    return es.simulate(toy(), out=tmp_path_factory.mktemp("run") / "out")


def test_a_path_and_numbers_are_enough() -> None:
    results = es.simulate(TOY, replications=1, days=1, seed=3)
    assert results.manifest["seed"] == 3
    assert results.replications("toy") == 1
    assert len(results.kpis) > 100


@pytest.mark.parametrize("name", ["incidents", "units", "staff", "events"])
def test_tables_hold_every_replication(results: es.Results, name: str) -> None:
    table = getattr(results, name)
    assert list(table.columns[:2]) == ["scenario", "replication"]
    assert set(table["scenario"]) == {"toy"}
    assert set(table["replication"]) == {0, 1}


def test_incidents_are_sorted_by_arrival(results: es.Results) -> None:
    for _, one in results.incidents.groupby("replication"):
        assert one["arises_s"].is_monotonic_increasing


def test_the_folder_is_that_of_the_contract(results: es.Results) -> None:
    files = tree(results.folder)
    unit = {"incidents.parquet", "units.parquet", "staff.parquet", "events.parquet"}
    assert {"kpis.parquet", "scenarios/toy.yaml"} <= set(files)
    assert {f"replications/toy/0001/{name}" for name in unit} <= set(files)
    columns = ["scenario", "replication", "kpi", "group_kind", "group", "unit", "value", "n"]
    assert list(results.kpis.columns) == columns
    keys = results.kpis[["scenario", "replication", "kpi", "group_kind", "group"]]
    expected = keys.sort_values(list(keys), na_position="first", ignore_index=True)
    pd.testing.assert_frame_equal(keys, expected)
    assert not keys.duplicated().any()


def test_results_are_read_back(results: es.Results) -> None:
    again = es.Results.load(results.folder)
    pd.testing.assert_frame_equal(again.incidents, results.incidents)
    assert again.rows == results.rows


def test_serial_and_parallel_write_the_same_bytes(results: es.Results, tmp_path: Path) -> None:
    es.simulate(toy(), out=tmp_path / "out", jobs=2)
    assert tree(tmp_path / "out") == tree(results.folder)


def test_logs_are_kept_by_choice() -> None:
    results = es.simulate(toy("run.replications=1"), events=False)
    with pytest.raises(FileNotFoundError, match="events=True"):
        _ = results.events


def test_a_temporary_folder_goes_with_the_results() -> None:
    results = es.simulate(toy("run.replications=1"), events=False)
    folder = results.folder
    assert folder.is_dir()
    del results
    assert not folder.exists()


def test_the_manifest_says_what_the_results_rest_on(results: es.Results) -> None:
    manifest = results.manifest
    assert {entry["name"] for entry in manifest["inputs"]} >= {"toy.yaml", "zones.csv"}
    assert all(len(entry["sha256"]) == 64 for entry in manifest["inputs"])
    assert {"numpy", "simpy", "python"} <= set(manifest["versions"])
    assert all({"source", "status"} <= set(p) for p in manifest["parameters"].values())
    assert str(Path.home()) not in str(manifest)


@pytest.mark.parametrize(("name", "value"), [("days", 0), ("replications", 0), ("seed", -1)])
def test_numbers_out_of_range_are_refused(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=name):
        es.simulate(toy(), **{name: value})


def test_values_are_finite_or_none(results: es.Results) -> None:
    numbers = [v for row in results.rows for v in (row.base, row.ci_low, row.ci_high)]
    assert all(v is None or np.isfinite(v) for v in numbers)
    assert all(row.variant_id is None and row.verdict is None for row in results.rows)


def test_tables_of_a_comparison_in_which_one_scenario_has_no_such_word(tmp_path: Path) -> None:
    """Nobody stays away in a base: its column of where they go instead has no categories."""
    found = es.compare(
        toy(), one_clinic(tmp_path, set=ONE_CLINIC | {"demand.distance_decay": True}),
        options=es.CompareOptions(staffing="as_given", decay_check=False),
    )  # fmt: skip
    incidents = found.results.incidents
    away = incidents.groupby("scenario")["not_presented_to"].count()
    assert away["toy"] == 0
    assert away["one-clinic"] == (~incidents["presented"]).sum() > 0
