"""Units run in this process or in workers; dead workers and interrupts."""

import os
import signal
import uuid
from pathlib import Path

import pytest

from emergency_sim.domain.errors import Fault, InputFaults, UnfinishedError
from emergency_sim.experiment.work.attempts import CancelledRun, run_all
from emergency_sim.experiment.work.executors import ExecutorKind, Workers, job_count


def square(x: int) -> int:
    return x * x


def dies_once(mark: str) -> str:
    path = Path(mark)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return mark


def dies(folder: str) -> str:
    (Path(folder) / str(os.getpid())).touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return folder


def refuses(x: int) -> int:
    raise ValueError(f"not {x}")


def counts_and_refuses(folder: str) -> str:
    (Path(folder) / uuid.uuid4().hex).touch()
    raise InputFaults([Fault(file=folder, message="is no good")])


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_unit_is_run_once(jobs: int) -> None:
    found: dict[int, int] = {}

    def finished(unit: int, result: int) -> None:
        assert unit not in found
        found[unit] = result

    run_all(square, list(range(7)), Workers(jobs=jobs), finished)
    assert found == {x: x * x for x in range(7)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_keeps_its_type(jobs: int) -> None:
    with pytest.raises(ValueError, match="not 3"):
        run_all(refuses, [3], Workers(jobs=jobs), lambda *_: None)


def test_what_a_dead_worker_took_with_it_is_run_again(tmp_path: Path) -> None:
    done: list[str] = []
    marks = [str(tmp_path / name) for name in "abc"]
    (tmp_path / "a").touch()
    (tmp_path / "c").touch()
    run_all(dies_once, marks, Workers(jobs=2), lambda unit, _: done.append(unit))
    assert sorted(done) == marks


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_says_what_is_done_and_missing(jobs: int) -> None:
    def finished(unit: int, _: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(CancelledRun) as caught:
        run_all(square, list(range(5)), Workers(jobs=jobs), finished)
    assert caught.value.done + caught.value.missing == 5
    assert caught.value.missing > 0


def test_less_than_one_job_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        job_count(0)
    assert job_count(None) >= 1


def test_workers_that_die_again_and_again(tmp_path: Path) -> None:
    """It is said how much is done, instead of trying for ever."""
    done: list[str] = []
    with pytest.raises(UnfinishedError, match="died 3 times in a row") as caught:
        run_all(dies, [str(tmp_path)] * 2, Workers(jobs=2), lambda unit, _: done.append(unit))
    assert (caught.value.done, caught.value.missing) == (0, 2)
    assert done == []
    assert 3 <= len(list(tmp_path.iterdir())) <= 6  # one or two workers died in each attempt


def test_a_scheduler_goes_with_dask_only() -> None:
    with pytest.raises(ValueError, match="only dask has a scheduler"):
        Workers(jobs=1, scheduler="tcp://127.0.0.1:8786")


@pytest.mark.slow
def test_dask_runs_every_unit_once_and_keeps_the_kind_of_a_fault() -> None:
    pytest.importorskip("distributed")
    workers = Workers(jobs=2, kind=ExecutorKind.DASK)
    found: dict[int, int] = {}
    run_all(square, list(range(7)), workers, found.__setitem__)
    assert found == {x: x * x for x in range(7)}
    with pytest.raises(ValueError, match="not 3"):
        run_all(refuses, [3], workers, lambda *_: None)


@pytest.mark.slow
def test_dask_begins_again_what_a_dead_worker_had_and_nothing_else(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    workers = Workers(jobs=2, kind=ExecutorKind.DASK)
    marks = [str(tmp_path / name) for name in "abc"]
    (tmp_path / "a").touch()
    (tmp_path / "c").touch()
    done: list[str] = []
    run_all(dies_once, marks, workers, lambda unit, _: done.append(unit))
    assert sorted(done) == marks
    bad = tmp_path / "bad"
    bad.mkdir()
    with pytest.raises(InputFaults, match="is no good"):
        run_all(counts_and_refuses, [str(bad)], workers, lambda *_: None)
    assert len(list(bad.iterdir())) == 1


@pytest.mark.slow
def test_dask_gives_up_a_unit_that_kills_every_worker(tmp_path: Path) -> None:
    dask = pytest.importorskip("dask")
    pytest.importorskip("distributed")
    workers = Workers(jobs=1, kind=ExecutorKind.DASK)
    at_once = {"distributed.scheduler.allowed-failures": 0}  # of the scheduler, here for speed
    with (
        dask.config.set(at_once),
        pytest.raises(UnfinishedError, match="died 3 times in a row") as caught,
    ):
        run_all(dies, [str(tmp_path)], workers, lambda *_: None)
    assert (caught.value.done, caught.value.missing) == (0, 1)
    assert len(list(tmp_path.iterdir())) == 3
