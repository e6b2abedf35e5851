"""A folder or a file appears as a whole or not at all."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.new_folder import check_new_folder, new_file, new_folder


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_folder_appears_when_it_is_complete(tmp_path):
    with new_folder(tmp_path / "a" / "b") as folder:
        (folder / "x").write_text("1")
        assert not (tmp_path / "a" / "b").exists()
    assert names(tmp_path / "a" / "b") == ["x"]
    assert names(tmp_path / "a") == ["b"]


def test_a_failure_leaves_nothing_behind_and_the_old_one_in_place(tmp_path):
    out = tmp_path / "out"
    with new_folder(out) as folder:
        (folder / "old").write_text("1")

    def broken():
        with new_folder(out, ours=lambda f: (f / "old").exists()) as folder:
            (folder / "new").write_text("2")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        broken()
    assert names(out) == ["old"]
    assert names(tmp_path) == ["out"]


def test_only_ours_is_replaced(tmp_path):
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(InputFaults, match="holds something else"):
        check_new_folder(tmp_path)
    with pytest.raises(InputFaults, match="is no folder"):
        check_new_folder(tmp_path / "letter")
    with new_folder(tmp_path, ours=lambda f: (f / "letter").exists()) as folder:
        (folder / "new").write_text("1")
    assert names(tmp_path) == ["new"]


def test_a_killed_writer_leaves_the_old_one_and_the_next_clears_up(tmp_path):
    code = (
        "import os, signal, sys\n"
        "from emergency_sim.domain.new_folder import new_folder\n"
        "with new_folder(sys.argv[1]) as folder:\n"
        "    (folder / 'half').write_text('1')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "out")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    assert names(tmp_path) == [".out.partial"]
    with new_folder(tmp_path / "out") as folder:
        assert names(folder) == []
    assert names(tmp_path) == ["out"]


def test_a_writer_killed_between_the_renames_loses_nothing(tmp_path):
    (tmp_path / ".out.old").mkdir()
    (tmp_path / ".out.old" / "kept").write_text("1")
    with pytest.raises(RuntimeError), new_folder(tmp_path / "out"):
        raise RuntimeError
    assert names(tmp_path / "out") == ["kept"]


def test_an_unwritable_place_is_refused(tmp_path):
    if os.geteuid() == 0:
        place = Path("/proc/nowhere/out")
    else:
        tmp_path.chmod(0o500)
        place = tmp_path / "out"
    with pytest.raises(InputFaults, match="cannot be written"), new_folder(place):
        pass


def test_only_faults_of_writing_are_blamed_on_the_folder(tmp_path):
    def reads_what_is_missing():
        with new_folder(tmp_path / "out"):
            (tmp_path / "nowhere.csv").read_text()

    def fills_the_disk():
        with new_folder(tmp_path / "out"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(FileNotFoundError):
        reads_what_is_missing()
    with pytest.raises(InputFaults, match="No space left"):
        fills_the_disk()
    assert names(tmp_path) == []


def test_a_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "a" / "table.csv"

    def broken():
        with new_file(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        broken()
    assert names(tmp_path / "a") == []
    with new_file(path) as temporary:
        temporary.write_text("whole")
    assert path.read_text() == "whole"
    assert names(tmp_path / "a") == ["table.csv"]
