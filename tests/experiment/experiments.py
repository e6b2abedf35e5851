"""A small experiment on the toy region, and its command in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.experiment.toys import TOY

EXPERIMENT = """\
schema: emergency_sim/experiment/1
id: toy-rooms
name: {{nb: Rom, en: Rooms}}
base: {base}
factors:
  legevakter.by.rooms: [1]
run: {{days: {days}, run_out_days: 0}}
replications: {replications}
primary:
  - {{kpi: clinic_wait_urgent_p90}}
"""


def experiment_file(folder: Path, *, replications: int = 4, days: int = 1, more: str = "") -> Path:
    """Write the experiment: the toy as it is and with one room, so two scenarios a replication."""
    path = folder / "rooms.yaml"
    text = EXPERIMENT.format(base=TOY, days=days, replications=replications)
    path.write_text(text + more, encoding="utf-8")
    return path


def command(*words: str | Path, **options: Any) -> subprocess.Popen[str]:
    """Start a command of ours."""
    return subprocess.Popen(
        [sys.executable, "-m", "emergency_sim", *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def ended(run: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a command; returns its exit code and what it said on stderr."""
    _, said = run.communicate(timeout=300)
    return run.returncode, said


def until(there: Callable[[], bool], run: subprocess.Popen[str]) -> None:
    """Wait until something is so, or the command has ended."""
    while run.poll() is None and not there():
        time.sleep(0.02)


def finished_units(out: Path) -> int:
    """Return how many units of work lie in the folder in the making."""
    staging = out.with_name(f".{out.name}.partial")
    return len(list(staging.glob("replications/*/*/keys.json")))


def children(parent: int, word: str) -> list[int]:
    """Return the processes below one whose command line has a word in it."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            continue
        if int(stat.rpartition(")")[2].split()[1]) == parent and word in line:
            found.append(int(entry.name))
    return found


def kill(process: int) -> None:
    """End a process as the kernel does when memory is short."""
    os.kill(process, signal.SIGKILL)
