"""What re-runs a unit of work and what re-uses it (ARCHITECTURE.md, "Results")."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from emergency_sim.experiment.api import simulate
from emergency_sim.experiment.folder import provenance
from emergency_sim.scenario import load_scenario
from tests.experiment.test_parts import two
from tests.experiment.toys import QUICK, TOY, toy, tree
from tests.test_rooms import imports


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


@pytest.mark.parametrize(
    "source",
    ["analysis/joined_log.py", "analysis/event_log.py", "scenario/schema.py"],
)
def test_what_writes_a_log_or_lays_duty_lines_re_runs(source: str, package: Path, run: Run) -> None:
    run(events=True)
    _edit(package / source, "\nEDITED = True\n")
    assert run(events=True) == {"simulated": 2}


def test_all_that_the_compilation_uses_is_in_the_key_of_the_log() -> None:
    """But what of analysis serves the indicators only: that is in their key."""
    root = provenance.PACKAGE
    todo = {p for name in provenance.LOG_SOURCES for p in _sources(root / name)}
    seen: set[Path] = set()
    while todo:
        path = todo.pop()
        seen.add(path)
        todo |= _used(path) - seen
    names = {p.relative_to(root).as_posix() for p in seen}
    assert "analysis/joined_tables.py" in names  # seen at all
    keyed = (*provenance.LOG_SOURCES, "analysis")
    assert {n for n in names if not any(Path(n).is_relative_to(k) for k in keyed)} == set()


def _used(path: Path) -> set[Path]:
    """Return the files of ours that a module imports from."""
    found = set()
    for node in imports(path.read_text(encoding="utf-8")):
        module = provenance.PACKAGE.parent.joinpath(*(node.module or "").split("."))
        for name in node.names:
            places = (module / f"{name.name}.py", module.with_suffix(".py"), module / "__init__.py")
            found |= set(
                [p for p in places if p.is_relative_to(provenance.PACKAGE) and p.is_file()][:1]
            )
    return found


def _sources(place: Path) -> list[Path]:
    return [place] if place.suffix else list(place.rglob("*.py"))


@pytest.mark.parametrize("library", ["numpy", "opening-hours-py", "pyarrow", "pyproj", "scipy"])
def test_another_version_of_a_library_is_another_key(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, code = _keys(), provenance.code_hash(provenance.KEYED_VERSIONS)
    assert _keys() == before
    _install(library, monkeypatch)
    assert all(a != b for a, b in zip(_keys(), before, strict=True))
    assert provenance.code_hash(provenance.KEYED_VERSIONS) != code


def test_the_fast_engine_counts_where_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, fast = _keys(), _keys("network.engine=fast")
    _install(provenance.FAST, monkeypatch)
    assert _keys() == plain
    assert all(a != b for a, b in zip(_keys("network.engine=fast"), fast, strict=True))


def _keys(*sets: str) -> tuple[str, str]:
    return provenance.unit_keys(toy(*sets), None, [0])[0]


def _install(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = provenance.version_of
    monkeypatch.setattr(
        provenance, "version_of", lambda name: "0.0.1" if name == library else now(name)
    )


def test_a_joined_log_stays_as_it_is_when_an_indicator_changes(
    package: Path, tmp_path: Path
) -> None:
    """Logs of parts are written week by week, which a log that is read whole would not be."""
    scenario = two(tmp_path, "run.parts=apart")
    out = tmp_path / "out"
    simulate(scenario, out=out, replications=1)
    before = tree(out)
    _edit(package / "analysis" / "kpis" / "units.py", "\nEDITED = True\n")
    again = simulate(scenario, out=out, replications=1)
    assert again.manifest["replications_by_origin"]["rescored"] == 1
    keys = "replications/two/0000/keys.json"
    after = tree(out)
    assert before.pop(keys) != after.pop(keys)
    assert after == before
