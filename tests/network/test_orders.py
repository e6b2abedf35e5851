"""A hierarchy is prepared once, and what is kept of it is used only if it is of this very graph."""

from __future__ import annotations

import numpy as np
import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network.paths import orders
from emergency_sim.network.paths.fast_paths import FastGraph

TAIL, HEAD = np.array([0, 1, 2, 3]), np.array([1, 2, 3, 0])


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    monkeypatch.setattr(orders, "_kept", {})


@pytest.fixture
def built(monkeypatch):
    """Return the list of graphs that were built and not loaded."""
    import pyroutingkit

    found = []

    class Watched(pyroutingkit.CCHTopology):
        def build(self, *arguments):
            found.append("built")
            super().build(*arguments)

        def load(self, folder):
            found.append("loaded")
            super().load(folder)

    monkeypatch.setattr(pyroutingkit, "CCHTopology", Watched)
    return found


def fast(cache=None, times=(5, 6, 7, 8), **options):
    return FastGraph(4, TAIL, HEAD, np.array(times), cache=cache, **options)


def test_other_times_and_closed_arcs_need_no_other_order(built):
    assert fast().between(0, 3) == 18
    assert fast(times=(1, 1, 1, 1)).between(0, 3) == 3
    closed = fast(is_open=np.array([True, False, True, True]))
    assert closed.path(0, 3) == []
    assert built == ["built"]
    assert fast(x=np.arange(4.0), y=np.zeros(4)).between(0, 3) == 18
    assert built == ["built"]  # without places the numbers of the nodes are the places
    fast(x=np.zeros(4), y=np.arange(4.0))
    assert built == ["built"] * 2


def test_few_are_kept_in_memory(built):
    for k in range(orders.TOPOLOGIES_KEPT + 2):
        fast(x=np.full(4, float(k)), y=np.zeros(4))
    assert len(orders._kept) == orders.TOPOLOGIES_KEPT


def test_an_order_is_loaded_in_the_next_process(tmp_path, built):
    folder = tmp_path / "deep" / "cache"
    assert fast(folder).between(3, 1) == 13
    orders._kept.clear()
    assert fast(folder, times=(2, 2, 2, 2)).between(3, 1) == 4
    assert built == ["built", "loaded"]
    assert [path.name[:6] for path in folder.iterdir()] == ["order-"]


@pytest.mark.parametrize("name", ["node_count", "tail", "head", "order", "rank"])
@pytest.mark.parametrize("how", ["gone", "cut", "other", "longer"])
def test_what_is_not_whole_is_made_anew(tmp_path, built, name, how):
    fast(tmp_path)
    orders._kept.clear()
    file = next(tmp_path.iterdir()) / name
    content = file.read_bytes()
    if how == "gone":
        file.unlink()
    else:
        other = {"cut": content[:-4], "other": b"\xff" * len(content), "longer": content * 2}
        file.write_bytes(other[how])
    assert fast(tmp_path).between(3, 1) == 13
    assert built == ["built", "built"]
    orders._kept.clear()
    fast(tmp_path)
    assert built[-1] == "loaded"


def test_who_comes_second_leaves_what_is_there(tmp_path, monkeypatch):
    fast(tmp_path)
    folder = next(tmp_path.iterdir())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    orders._kept.clear()
    monkeypatch.setattr(orders, "_whole", lambda *_: False)
    save = orders._save

    def beaten(topology, folder):
        save(topology, folder)
        save(topology, folder)  # another process has written meanwhile

    monkeypatch.setattr(orders, "_save", beaten)
    fast(tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_that_cannot_be_written(tmp_path):
    occupied = tmp_path / "file"
    occupied.write_text("")
    with pytest.raises(InputFaults, match="EMERGENCY_SIM_CACHE"):
        fast(occupied / "cache")


def test_without_nodes(tmp_path):
    none = np.zeros(0, dtype=np.int64)
    assert FastGraph(0, none, none, none, cache=tmp_path).matrix([], []).shape == (0, 0)
    assert list(tmp_path.iterdir()) == []
