"""A matrix is kept by what it was made from, mapped, and made anew where the file is not whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network.paths import matrix_cache
from emergency_sim.network.paths.cache_folder import user_folder
from emergency_sim.network.paths.engines import ENGINES, make_engine
from emergency_sim.network.paths.matrix_cache import cached_matrix, matrix_key

ARCS = np.array([0, 1, 2]), np.array([1, 2, 0]), np.array([5, 6, 7])


def engine(name="scipy", nodes=3, arcs=ARCS):
    return make_engine(name, nodes, *arcs)


class Counted:
    """An engine that says how often it was asked."""

    def __init__(self):
        self.asked = 0
        self._engine = engine()

    def digest(self):
        return self._engine.digest()

    def matrix(self, sources, targets):
        self.asked += 1
        return self._engine.matrix(sources, targets)


EXPECTED = [[0, 5, 11], [13, 0, 6]]


def test_the_second_time_it_is_read_and_not_made(tmp_path):
    counted = Counted()
    folder = tmp_path / "deep" / "cache"
    for _ in range(3):
        matrix = cached_matrix(counted, [0, 1], [0, 1, 2], folder)
        assert matrix.tolist() == EXPECTED
        assert isinstance(matrix, np.memmap)
        assert matrix.dtype == np.int32
        with pytest.raises(ValueError, match="read-only"):
            matrix[0, 0] = 1
    assert counted.asked == 1
    assert len(list(folder.iterdir())) == 1


def test_without_a_folder_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    counted = Counted()
    for _ in range(2):
        assert cached_matrix(counted, [0, 1], [0, 1, 2]).tolist() == EXPECTED
    assert counted.asked == 2
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="read-only"):
        cached_matrix(counted, [0], [1])[0, 0] = 1


def test_a_matrix_of_nothing(tmp_path):
    assert cached_matrix(engine(), [], [0, 1], tmp_path).shape == (0, 2)
    assert cached_matrix(engine(), [0, 1], [], tmp_path).shape == (2, 0)


def test_the_key_is_of_all_that_matters_and_of_nothing_else():
    key = matrix_key(engine(), [0, 1], [2])
    tail, head, ms = ARCS
    others = [
        matrix_key(engine(), [1, 0], [2]),
        matrix_key(engine(), [0], [1, 2]),
        matrix_key(engine(), [2], [0, 1]),
        matrix_key(engine(nodes=4), [0, 1], [2]),
        matrix_key(engine(arcs=(tail, head, ms + 1)), [0, 1], [2]),
        matrix_key(engine(arcs=(head, tail, ms)), [0, 1], [2]),
    ]
    assert len({key, *others}) == 7
    reordered = tuple(column[::-1] for column in ARCS)
    slower_too = tuple(
        np.append(column, last) for column, last in zip(ARCS, (0, 1, 99), strict=True)
    )
    for arcs in (reordered, slower_too):  # a slower parallel arc changes nothing
        assert matrix_key(engine(arcs=arcs), [0, 1], [2]) == key
    for name in ENGINES:
        assert matrix_key(engine(name), np.array([0, 1]), (2,)) == key


def test_another_schema_is_another_key(monkeypatch):
    key = matrix_key(engine(), [0], [1])
    monkeypatch.setattr(matrix_cache, "SCHEMA", 2)
    assert matrix_key(engine(), [0], [1]) != key


def _save(file, array):
    with file.open("wb") as stream:
        np.save(stream, array)


def _archive(file):
    with file.open("wb") as stream:
        np.savez(stream, np.array(EXPECTED, dtype=np.int32))


SPOILT = {
    "empty": lambda file: file.write_bytes(b""),
    "cut in the header": lambda file: file.write_bytes(file.read_bytes()[:20]),
    "cut in the numbers": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "longer": lambda file: file.write_bytes(file.read_bytes() + b"0"),
    "text": lambda file: file.write_text("not a matrix\n" * 30),
    "floats": lambda file: _save(file, np.array(EXPECTED, dtype=float)),
    "another shape": lambda file: _save(file, np.zeros((3, 2), dtype=np.int32)),
    "columns first": lambda file: _save(file, np.asfortranarray(EXPECTED).astype(np.int32, "F")),
    "objects": lambda file: _save(file, np.array(EXPECTED, dtype=object)),
    "an archive": _archive,
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_file_that_is_not_whole_is_made_anew(tmp_path, how):
    counted = Counted()
    cached_matrix(counted, [0, 1], [0, 1, 2], tmp_path)
    file = next(tmp_path.iterdir())
    SPOILT[how](file)
    for _ in range(2):
        matrix = cached_matrix(counted, [0, 1], [0, 1, 2], tmp_path)
        assert matrix.tolist() == EXPECTED
        assert matrix.flags.c_contiguous
    assert counted.asked == 2
    assert list(tmp_path.iterdir()) == [file]


def test_several_processes_write_the_same(tmp_path):
    code = (
        "import sys; import numpy as np; from pathlib import Path\n"
        "from emergency_sim.network.paths.engines import make_engine\n"
        "from emergency_sim.network.paths.matrix_cache import cached_matrix\n"
        "n = 300; a = np.arange(n)\n"
        "e = make_engine('scipy', n, a, (a + 1) % n, a + 1)\n"
        "m = cached_matrix(e, range(n), range(n), Path(sys.argv[1]))\n"
        "print(int(m.sum(dtype=np.int64)))\n"
    )
    ours = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    sums = {process.communicate()[0] for process in ours}
    assert all(process.returncode == 0 for process in ours)
    assert len(sums) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_what_fails_while_it_is_written_leaves_nothing(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(InputFaults, match=r"No space left.*EMERGENCY_SIM_CACHE"):
        cached_matrix(engine(), [0], [1], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputFaults, match="nothing can be kept in this folder"):
        cached_matrix(engine(), [0], [1], tmp_path / "file" / "cache")


def test_where_a_users_caches_lie(monkeypatch):
    monkeypatch.setenv("EMERGENCY_SIM_CACHE", "/here")
    assert user_folder() == Path("/here")
    monkeypatch.delenv("EMERGENCY_SIM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/habit")
    assert user_folder() == Path("/habit/emergency_sim")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert user_folder() == Path("/home/somebody/.cache/emergency_sim")


def test_the_oldest_matrices_go_when_the_folder_is_full(tmp_path, monkeypatch):
    import os

    from emergency_sim.network.paths import matrix_cache
    from emergency_sim.network.paths.engines import make_engine

    ends = np.arange(3), np.array([1, 2, 0])
    engine = make_engine("scipy", 3, *ends, np.array([10, 20, 30]))
    monkeypatch.setattr(matrix_cache, "MOST_BYTES", 300)  # a matrix of one row is 128 + 12 bytes
    for k, sources in enumerate(([0], [1], [2])):
        matrix_cache.cached_matrix(engine, sources, [0, 1, 2], tmp_path)
        for file in tmp_path.glob("matrix-*.npy"):
            if file.stat().st_mtime > 1_000:
                os.utime(file, (k, k))
    assert len(list(tmp_path.glob("matrix-*.npy"))) == 2
    assert min(file.stat().st_mtime for file in tmp_path.glob("matrix-*.npy")) == 1
    mask = os.umask(0o022)
    os.umask(mask)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o666 & ~mask}


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    from emergency_sim.network.paths.cache_folder import usable_folder

    monkeypatch.setenv("EMERGENCY_SIM_CACHE", str(tmp_path / "cache"))
    assert usable_folder() == tmp_path / "cache"
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("EMERGENCY_SIM_CACHE", str(tmp_path / "file" / "cache"))
    assert usable_folder() is None
