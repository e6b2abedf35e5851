"""The commands results list, show, verify and clean."""

import json
import shutil
from pathlib import Path

import pytest

from emergency_sim.cli import main
from emergency_sim.experiment.folder import store
from tests.experiment.experiments import experiment_file


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the experiment's file and, in ``results``, its results with logs."""
    folder = tmp_path_factory.mktemp("made")
    file = experiment_file(folder, replications=2)
    words = ["experiment", str(file), "--out", str(folder / "results" / "rooms"), "--events"]
    assert main([*words, "--executor", "serial"]) == 0
    return folder


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the results that may be spoilt."""
    shutil.copytree(made / "results", tmp_path / "results")
    return tmp_path / "results" / "rooms"


def _json(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_list(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with store.Staging(copy.parent / "broken off") as staging:
        unit = store.unit_folder(staging.folder, "toy", 0)
        unit.mkdir(parents=True)
        store.write_json({}, unit / store.KEYS)
        assert main(["results", "list", str(copy.parent), "--json"]) == 0
        assert _json(capsys)["rows"][0]["state"] == "running"
    assert main(["results", "list", str(copy.parent), "--json"]) == 0
    broken, rooms = _json(capsys)["rows"]
    assert (broken["id"], broken["state"], broken["replications"]) == (
        "broken off",
        "interrupted",
        1,
    )
    assert (rooms["id"], rooms["kind"], rooms["state"]) == ("toy-rooms", "experiment", "complete")
    assert (rooms["scenarios"], rooms["replications"]) == (2, 4)
    assert rooms["size_bytes"] == sum(p.stat().st_size for p in copy.rglob("*") if p.is_file())
    assert main(["results", "list", str(copy.parent)]) == 0
    assert "interrupted" in capsys.readouterr().out


def test_list_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["results", "list", str(tmp_path)]) == 0
    assert "no results" in capsys.readouterr().out
    assert main(["results", "list", str(tmp_path / "nowhere")]) == 2


def test_show(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["results", "show", str(copy)]) == 0
    said = capsys.readouterr().out
    assert "toy-rooms (rooms.yaml, hash" in said
    assert "toy.001" in said
    assert main(["results", "show", str(copy), "--json"]) == 0
    assert {row["variant_id"] for row in _json(capsys)["rows"]} == {"toy.001"}


def test_whole_results_are_verified(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(made / "results" / "rooms")
    words = ["--rerun", "2", "--experiment", str(made / "rooms.yaml"), "--json"]
    assert main(["results", "verify", folder, *words]) == 0
    found = _json(capsys)
    assert found["good"]
    assert found["indicators"]
    assert len(found["rerun"]) == 2
    assert found["differ"] == []


@pytest.mark.parametrize(
    "name",
    ["kpis.parquet", "comparison.parquet", "manifest.json", "scenarios/toy.yaml",
     "tables/comparison.csv", "replications/toy/0001/indicators.npz",
     "replications/toy.001/0000/keys.json"],
)  # fmt: skip
def test_any_changed_byte_is_seen(
    name: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    code = main(["results", "verify", str(copy)])
    shown = capsys.readouterr()
    assert code in (1, 2), shown
    if name != "manifest.json" or code == 1:
        assert f"{name}: not as it was written" in shown.out


def test_a_missing_and_an_unknown_file(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "replications" / "toy" / "0000" / "staff.parquet").unlink()
    (copy / "replications" / "toy" / "0000" / "note.txt").write_text("mine")
    assert main(["results", "verify", str(copy)]) == 1
    said = capsys.readouterr().out
    assert "replications/toy/0000/staff.parquet: missing" in said
    assert "replications/toy/0000/note.txt: without a checksum" in said
    assert "NOT whole" in said


def test_indicators_that_do_not_follow(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody wrote another table and renewed the checksums."""
    import pandas as pd

    from emergency_sim.experiment.folder import checksums

    kpis = pd.read_parquet(copy / "kpis.parquet")
    row = kpis["value"].notna() & kpis["replication"].notna()
    kpis.loc[row[row].index[0], "value"] += 1.0
    store.write_frame(kpis, copy / "kpis.parquet")
    checksums.write(copy)
    assert main(["results", "verify", str(copy)]) == 1
    assert "does NOT follow" in capsys.readouterr().out


def test_a_rerun_needs_the_same_experiment(
    made: Path, copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["results", "verify", str(copy), "--rerun", "1"]) == 2
    assert "with --experiment" in capsys.readouterr().err
    other = str(experiment_file(tmp_path, days=2))
    assert main(["results", "verify", str(copy), "--rerun", "1", "--experiment", other]) == 2
    assert "is not the experiment that" in capsys.readouterr().err


def test_an_interrupted_run_is_named_where_results_are_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".toy.partial").mkdir()
    assert main(["results", "show", str(tmp_path / "toy")]) == 2
    assert "an interrupted run of it is there" in capsys.readouterr().err
    assert main(["results", "show", str(tmp_path / "other")]) == 2
    assert "an interrupted run of it" not in capsys.readouterr().err


def test_a_rerun_knows_the_length_and_the_seed_of_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = experiment_file(tmp_path, replications=1, days=2), tmp_path / "out"
    other = ["--days", "1", "--seed", "5", "--executor", "serial"]
    assert main(["experiment", str(file), "--out", str(out), *other]) == 0
    assert main(["results", "verify", str(out), "--rerun", "1", "--experiment", str(file)]) == 0
    assert "1 of 1 replications run again gave the same bytes" in capsys.readouterr().out


def test_clean_asks_first(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with store.Staging(copy.parent / "broken") as staging:
        unit = store.unit_folder(staging.folder, "toy", 0)
        unit.mkdir(parents=True)
        store.write_json({}, unit / store.KEYS)
    assert main(["results", "clean", str(copy.parent)]) == 2
    assert "say so with --yes" in capsys.readouterr().err
    assert staging.folder.exists()
    assert main(["results", "clean", str(copy.parent), "--yes"]) == 0
    assert "are free again" in capsys.readouterr().out
    assert not staging.folder.exists()
    assert copy.exists()


def test_clean_leaves_what_a_run_is_writing_to(copy: Path) -> None:
    with store.Staging(copy.parent / "going on") as staging:
        unit = store.unit_folder(staging.folder, "toy", 0)
        unit.mkdir(parents=True)
        store.write_json({}, unit / store.KEYS)
        assert main(["results", "clean", str(copy.parent), "--yes"]) == 0
        assert unit.exists()


def test_without_logs_results_are_still_whole(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(list(copy.rglob("events.parquet"))) == 4
    assert main(["results", "clean", str(copy.parent), "--events", "--yes"]) == 0
    assert list(copy.rglob("events.parquet")) == []
    capsys.readouterr()
    assert main(["results", "verify", str(copy)]) == 0


def test_all_results_may_go(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["results", "clean", str(copy.parent), "--all", "--yes", "--json"]) == 0
    assert _json(capsys)["rows"][0]["what"] == "results of experiment toy-rooms"
    assert list(copy.parent.iterdir()) == []
