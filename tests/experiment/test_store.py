"""The results folder: never destroys what is not ours, appears when it is complete."""

from pathlib import Path

import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment.api import simulate
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.folder.results import Results
from emergency_sim.experiment.work import unit_files
from tests.experiment.toys import toy


def _unit(root: Path, scenario: str = "s", replication: int = 0) -> Path:
    unit = store.unit_folder(root, scenario, replication)
    unit.mkdir(parents=True)
    store.write_json({"log": "a", "indicators": "b", "files": {}}, unit / store.KEYS)
    return unit


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(InputFaults, match="holds something else"):
        store.Staging(tmp_path)
    with pytest.raises(InputFaults, match="holds something else"):
        simulate(toy(), out=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_manifest_of_something_else_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "a web application"}')
    with pytest.raises(InputFaults, match="holds something else"):
        store.check_out(tmp_path)


def test_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("x")
    with pytest.raises(InputFaults, match="is no folder"):
        store.Staging(file)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputFaults, match="cannot be written"):
        store.Staging(tmp_path / "file" / "out")


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert len(simulate(toy(), out=out, events=False).incidents)
    assert store.is_results(out)


def test_what_others_added_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    simulate(toy(), out=out, events=False)
    (out / "notes.txt").write_text("read this")
    simulate(toy("run.seed=4"), out=out, events=False)
    assert (out / "notes.txt").read_text() == "read this"
    assert Results.load(out).manifest["seed"] == 4
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_units_of_an_earlier_plan_do_not_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    simulate(toy("run.replications=3"), out=out, events=False)
    simulate(toy("run.replications=1"), out=out, events=False)
    assert [p.name for p in (out / "replications" / "toy").iterdir()] == ["0000"]


def test_finished_units_outlive_a_failure_and_nothing_else_does(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def attempt(*, finishes_a_unit: bool) -> None:
        with store.Staging(out) as staging:
            if finishes_a_unit:
                _unit(staging.folder)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        attempt(finishes_a_unit=False)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RuntimeError):
        attempt(finishes_a_unit=True)
    assert not out.exists()
    with store.Staging(out) as staging:
        found = unit_files.read(store.unit_folder(staging.folder, "s", 0))
        assert found is not None
        assert found.keys == ("a", "b")


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with store.Staging(tmp_path / "out"), pytest.raises(InputFaults, match="another run"):
        store.Staging(tmp_path / "out")


def test_a_stop_between_the_two_renames_is_mended(tmp_path: Path) -> None:
    out = tmp_path / "out"
    simulate(toy(), out=out, events=False)
    out.rename(tmp_path / ".out.old")
    simulate(toy(), out=out, events=False)
    assert Results.load(out).manifest["replications_by_origin"]["reused"] == 2


def test_a_folder_without_results_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match=r"manifest\.json is missing"):
        Results.load(tmp_path)


def test_what_killed_workers_left_is_swept(tmp_path: Path) -> None:
    """Half-written files and the spool of a replication in parts never reach the results."""
    with store.Staging(tmp_path / "out") as staging:
        unit = _unit(staging.folder)
        (unit / f"units.parquet.1{store.TEMPORARY}").touch()
        spool = staging.folder / "sensitivity" / f"{store.PARTS}x"
        spool.mkdir(parents=True)
        (spool / "0-time_ms.npy").touch()
        staging.sweep({("s", 0)})
        staging.publish()
    left = {p.relative_to(tmp_path / "out").as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert left == {"replications/s/0000/keys.json"}


def test_the_next_run_does_not_keep_the_spool_of_one_that_was_killed(tmp_path: Path) -> None:
    """Of a year of a country these are gigabytes: the disk may be full because of them."""
    first = store.Staging(tmp_path / "out")
    unit, spool = _unit(first.folder), first.folder / f"{store.PARTS}x"
    spool.mkdir()
    (spool / "0-time_ms.npy").touch()
    first._lock.close()  # killed
    store.Staging(tmp_path / "out")._lock.close()
    assert unit.is_dir()
    assert not spool.exists()


def test_a_folder_that_is_put_in_its_place_is_taken_by_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for the lock gets it only when the folder is no longer where it was."""
    fcntl = pytest.importorskip("fcntl")
    out = tmp_path / "out"
    first = store.Staging(out)
    _unit(first.folder)
    lock = fcntl.flock

    def when_published(file: object, how: int) -> None:
        first.publish()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", when_published)
    with pytest.raises(InputFaults, match="another run"):
        store.Staging(tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert not (out / store.MARK).exists()
