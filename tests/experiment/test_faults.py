"""Faults for real: killed workers, full disks, lost schedulers, interrupts (docs/faults.md)."""

import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.experiment.experiments import (
    children,
    command,
    ended,
    experiment_file,
    finished_units,
    kill,
    until,
)
from tests.experiment.toys import tree

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read in /proc"),
]
LONG = 4
"""Days: so that a replication takes long enough to be killed in."""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """Return the experiment of 40 runs, and the files of an undisturbed run of it."""
    folder = tmp_path_factory.mktemp("whole")
    file = experiment_file(folder, replications=20, days=LONG)
    code, said = ended(command("experiment", file, "--out", folder / "out", "--executor", "serial"))
    assert code == 0, said
    return file, tree(folder / "out")


def _going(said: str) -> tuple[int, int]:
    """Return done and missing as the message says; it names the line that goes on."""
    found = re.search(r"(\d+) units of work are done, (\d+) are missing", said)
    assert found, said
    assert re.search(r"goes on with: emergency-sim experiment \S+rooms\.yaml .*--resume", said), (
        said
    )
    done, missing = map(int, found.groups())
    assert done + missing == 40
    return done, missing


@pytest.mark.parametrize(
    ("executor", "word"), [("loky", "loky.backend.popen_loky"), ("dask", "multiprocessing")]
)
def test_a_killed_worker(
    executor: str, word: str, whole: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    if executor == "dask":
        pytest.importorskip("distributed")
    file, expected = whole
    out = tmp_path / "out"
    run = command("experiment", file, "--out", out, "--executor", executor, "--jobs", "2")
    until(lambda: finished_units(out) >= 3, run)
    workers = [p for p in children(run.pid, word) if "resource_tracker" not in _line(p)]
    assert workers
    kill(workers[0])
    code, said = ended(run)
    assert code == 0, said
    assert tree(out) == expected


def _line(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().decode()
    except OSError:
        return "resource_tracker"


@pytest.mark.parametrize(
    ("executor", "which"),
    [("serial", signal.SIGINT), ("loky", signal.SIGTERM), ("dask", signal.SIGINT)],
)
def test_an_interrupt_keeps_what_is_done(
    which: signal.Signals, executor: str, whole: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    """Also where the parent had SIGINT ignored, as a shell does for jobs in the background."""
    if executor == "dask":
        pytest.importorskip("distributed")
    file, expected = whole
    out = tmp_path / "out"
    words = ("experiment", file, "--out", out, "--executor", executor, "--jobs", "2")
    ignored = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)  # noqa: E731
    run = command(*words, preexec_fn=ignored)
    until(lambda: finished_units(out) >= 3, run)
    run.send_signal(which)
    code, said = ended(run)
    assert code == 130, said
    done, missing = _going(said)
    assert done >= 1
    assert missing >= 1
    assert done <= finished_units(out)
    assert not out.exists()
    code, said = ended(command(*words, "--resume"))
    assert code == 0, said
    there = re.search(r"(\d+) of 40 replications are there already", said)
    assert there
    assert int(there[1]) >= done
    assert tree(out) == expected


def _writes(run: subprocess.Popen[str], out: Path) -> bool:
    mark = out.with_name(f".{out.name}.partial") / ".emergency_sim"
    try:
        return mark.read_text().startswith(f"{run.pid} ")
    except OSError:
        return False


def test_interrupted_at_random_again_and_again(
    whole: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    file, expected = whole
    seed = int.from_bytes(os.urandom(4), "big")
    moments = np.sort(np.random.default_rng(seed).uniform(0, 36, 4))
    out = tmp_path / "out"
    words = ("experiment", file, "--out", out, "--jobs", "2", "--resume")
    for moment in moments:
        run = command(*words)
        until(lambda run=run: _writes(run, out), run)  # type: ignore[misc]
        until(lambda most=moment: finished_units(out) >= most, run)  # type: ignore[misc]
        time.sleep(float(moment % 1) / 4)
        run.send_signal(signal.SIGINT)
        code, said = ended(run)
        assert code == 130, f"seed {seed}: {said}"
    code, said = ended(command(*words))
    assert code == 0, f"seed {seed}: {said}"
    assert tree(out) == expected, f"seed {seed}"


def test_a_run_killed_outright_goes_on(
    whole: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    file, expected = whole
    out = tmp_path / "out"
    words = ("experiment", file, "--out", out, "--executor", "serial")
    run = command(*words)
    until(lambda: finished_units(out) >= 3, run)
    kill(run.pid)
    ended(run)
    code, said = ended(command(*words))
    assert code == 0, said
    assert "are there already" in said
    assert tree(out) == expected


@contextmanager
def _small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Give a folder on a file system of its own, if this process may mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("mounting a small tmpfs is not permitted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk(jobs: str, whole: tuple[Path, dict[str, bytes]], tmp_path: Path) -> None:
    file, expected = whole
    with _small_disk(tmp_path / "disk", 700) as disk:
        words = ("experiment", file, "--out", disk / "out", "--jobs", jobs)
        code, said = ended(command(*words))
        assert code == 1, said
        assert "the disk is full" in said
        done, _ = _going(said)
        assert done >= 1
        assert not (disk / "out").exists()
        subprocess.run(["mount", "-o", "remount,size=50m", str(disk)], check=True)
        code, said = ended(command(*words, "--resume"))
        assert code == 0, said
        assert "are there already" in said
        assert tree(disk / "out") == expected


def test_a_quota_on_the_size_of_files(whole: tuple[Path, dict[str, bytes]], tmp_path: Path) -> None:
    """Needs no right to mount: the kernel refuses what goes beyond the process' limit."""
    file, expected = whole
    out = tmp_path / "out"
    words = ("experiment", file, "--out", out, "--executor", "serial")
    limit = len(expected["kpis.parquet"]) // 2  # units fit, their table does not
    small = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # noqa: E731
    code, said = ended(command(*words, preexec_fn=small))
    assert code == 1, said
    assert "a quota is used up" in said
    assert not out.exists()
    assert finished_units(out) == 40
    code, said = ended(command(*words))
    assert code == 0, said
    assert "40 of 40 replications are there already" in said
    assert tree(out) == expected


@contextmanager
def _closed(folder: Path) -> Iterator[Path]:
    """Give a folder in which nothing can be written; root is stopped by a read-only disk only."""
    if os.geteuid() == 0:
        with _small_disk(folder, 100) as disk:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            yield disk
        return
    folder.mkdir(mode=0o555)
    yield folder


def test_no_permission(tmp_path: Path) -> None:
    file = experiment_file(tmp_path, replications=1)
    with _closed(tmp_path / "closed") as closed:
        run = command("experiment", file, "--out", closed / "out", "--jobs", "1")
        code, said = ended(run)
    assert code == 2, said
    assert re.search(
        r"--out:1:1: cannot be written: (Permission denied|Read-only file system)", said
    )


def test_two_runs_in_one_folder(whole: tuple[Path, dict[str, bytes]], tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    file, expected = whole
    out = tmp_path / "out"
    words = ("experiment", file, "--out", out, "--executor", "serial")
    first = command(*words)
    until(lambda: finished_units(out) >= 1, first)
    code, said = ended(command(*words))
    assert code == 2, said
    assert f"another run is writing to it (process {first.pid}): wait until it has ended" in said
    code, said = ended(first)
    assert code == 0, said
    assert tree(out) == expected


@contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Give the address of a scheduler with two workers, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    words = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    words += ["--port", str(port), "--no-dashboard"]
    scheduler = subprocess.Popen(words, **quiet)
    words = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nworkers", "2"]
    words += ["--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", "--death-timeout", "10"]
    workers = subprocess.Popen(words, **quiet)
    try:
        yield address, scheduler
    finally:
        for process in (workers, scheduler):
            process.terminate()
        for process in (workers, scheduler):
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def test_a_lost_scheduler(whole: tuple[Path, dict[str, bytes]], tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    file, expected = whole
    out = tmp_path / "out"
    with _cluster(tmp_path) as (address, scheduler):
        run = command("experiment", file, "--out", out, "--scheduler", address)
        until(lambda: finished_units(out) >= 3, run)
        scheduler.kill()
        code, said = ended(run)
    assert code == 1, said
    assert f"the dask scheduler at {address} is lost" in said
    _going(said)
    assert not out.exists()
    code, said = ended(command("experiment", file, "--out", out, "--jobs", "2", "--resume"))
    assert code == 0, said
    assert tree(out) == expected


def test_no_scheduler_there(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    file = experiment_file(tmp_path, replications=1)
    words = ("experiment", file, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    code, said = ended(command(*words))
    assert code == 2, said
    assert "--scheduler:1:1: no dask scheduler answers there (got 'tcp://127.0.0.1:9')" in said
    assert not (tmp_path / "out").exists()
