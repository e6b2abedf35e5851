"""Hashes of inputs that are kept: a changed byte is seen whatever the times of the file say."""

import inspect
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emergency_sim.experiment.compile import Compiled
from emergency_sim.experiment.compile.in_parts import JoinedParts, simulate_in_parts
from emergency_sim.experiment.folder import provenance
from emergency_sim.simulation.replication import run


def test_a_byte_changed_under_the_old_time_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As rsync, cp -p and some editors write: same size, same time of writing."""
    monkeypatch.setattr(provenance, "JUST_NOW_NS", 0)
    path = tmp_path / "zones.csv"
    path.write_text("a,1\n")
    stat = path.stat()
    before = provenance.input_hash(path)
    while path.stat().st_ctime_ns == stat.st_ctime_ns:  # until the file system's clock has moved
        time.sleep(0.001)
        path.write_text("a,2\n")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_mtime_ns == stat.st_mtime_ns
    assert provenance.input_hash(path) != before


def test_what_was_changed_just_now_is_read(tmp_path: Path) -> None:
    """Two changes in a row may bear the same time."""
    path = tmp_path / "zones.csv"
    for n in range(50):
        path.write_text(f"a,{n:02}\n")
        assert provenance.input_hash(path) == provenance.file_hash(path)


def test_what_was_not_changed_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "JUST_NOW_NS", 0)
    path = tmp_path / "zones.csv"
    path.write_text("a,1\n")
    before = provenance.input_hash(path)
    monkeypatch.setattr(provenance, "file_hash", lambda _: "read")
    assert provenance.input_hash(path) == before


@pytest.mark.parametrize("decides", [simulate_in_parts, JoinedParts, Compiled, run])
def test_what_decides_the_log_is_in_the_key(decides: Callable[..., object]) -> None:
    """Also that which simulates a country part by part."""
    source = Path(inspect.getfile(decides)).relative_to(provenance.PACKAGE)
    assert any(source.is_relative_to(layer) for layer in provenance.LOG_SOURCES)
