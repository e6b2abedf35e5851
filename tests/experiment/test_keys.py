"""What re-runs a unit of work and what re-uses it (ARCHITECTURE.md, "Results")."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from emergency_sim.experiment.api import simulate
from emergency_sim.experiment.folder import provenance
from emergency_sim.scenario import load_scenario
from tests.experiment.toys import QUICK, TOY


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the package's sources, which the keys are made of instead."""
    copy = tmp_path / "package"
    shutil.copytree(provenance.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "PACKAGE", copy)
    return copy


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., dict[str, int]]:
    """Return a function that simulates a copy of the toy into one folder; it says what was done."""
    district = tmp_path / "toy"
    shutil.copytree(TOY.parent, district, ignore=shutil.ignore_patterns("__pycache__"))

    def simulated(*sets: str, events: bool = False) -> dict[str, int]:
        scenario = load_scenario(district / "toy.yaml", [*QUICK, *sets])
        results = simulate(scenario, out=tmp_path / "out", events=events)
        origin: dict[str, int] = results.manifest["replications_by_origin"]
        return {word: count for word, count in origin.items() if count}

    return simulated


def _edit(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


Run = Callable[..., dict[str, int]]


def test_nothing_changed_nothing_runs(package: Path, run: Run) -> None:
    assert run() == {"simulated": 2}
    assert run() == {"reused": 2}


def test_one_source_line_re_runs(package: Path, run: Run) -> None:
    run()
    _edit(package / "simulation" / "unit.py", "\nEDITED = True\n")
    assert run() == {"simulated": 2}


def test_one_input_byte_re_runs(tmp_path: Path, package: Path, run: Run) -> None:
    run()
    _edit(tmp_path / "toy" / "region" / "network.yaml", "\n")
    assert run() == {"simulated": 2}


def test_a_line_of_the_report_re_runs_nothing(package: Path, run: Run) -> None:
    run()
    _edit(package / "report" / "style.py", "\nEDITED = True\n")
    assert run() == {"reused": 2}


def test_another_seed_re_runs(package: Path, run: Run) -> None:
    run()
    assert run("run.seed=30") == {"simulated": 2}


def test_more_replications_run_only_the_new_ones(package: Path, run: Run) -> None:
    run()
    assert run("run.replications=3") == {"simulated": 1, "reused": 2}


def test_a_changed_indicator_re_uses_the_log(package: Path, run: Run) -> None:
    run(events=True)
    _edit(package / "analysis" / "kpis" / "units.py", "\nEDITED = True\n")
    assert run(events=True) == {"rescored": 2}


def test_a_changed_indicator_without_logs_re_runs(package: Path, run: Run) -> None:
    run()
    _edit(package / "analysis" / "kpis" / "units.py", "\nEDITED = True\n")
    assert run() == {"simulated": 2}


def test_logs_that_were_not_kept_are_made(package: Path, run: Run) -> None:
    run()
    assert run(events=True) == {"simulated": 2}


@pytest.mark.parametrize("name", ["cli/run.py", "experiment/work/runner.py", "bundled.py"])
def test_a_line_that_decides_no_log_re_runs_nothing(name: str, package: Path, run: Run) -> None:
    run()
    _edit(package / name, "\nEDITED = True\n")
    assert run() == {"reused": 2}


@pytest.mark.parametrize("layer", ["domain", "calendar", "network", "demand", "policies"])
def test_a_line_of_any_layer_that_decides_the_log_re_runs(
    layer: str, package: Path, run: Run
) -> None:
    run()
    _edit(package / layer / "__init__.py", "\nEDITED = True\n")
    assert run() == {"simulated": 2}


def test_a_line_of_the_compilation_re_runs(package: Path, run: Run) -> None:
    run()
    _edit(package / "experiment" / "compile" / "staffing.py", "\nEDITED = True\n")
    assert run() == {"simulated": 2}
