"""Files of results that are not as they were written are seen, said, and made anew."""

from pathlib import Path

import numpy as np
import pytest

from emergency_sim.experiment.api import simulate
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.work import unit_files
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.experiment.work.plan import Plan, Shard
from emergency_sim.experiment.work.runner import carry_out
from tests.experiment.toys import toy, tree

FILES = ["incidents.parquet", "units.parquet", "staff.parquet", "indicators.npz", "keys.json"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in the making with two finished units of the toy."""
    (tmp_path / store.MARK).touch()
    carry_out(Plan(scenarios=(toy(),)), tmp_path, workers=Workers())
    return tmp_path


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["cut", "empty", "gone", "one byte"])
def test_a_damaged_unit_is_made_anew(name: str, how: str, folder: Path) -> None:
    expected = tree(folder)
    path = folder / "replications" / "toy" / "0001" / name
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "one byte":
        # Of keys.json a byte of a key: then it is the key of something else.
        at = len(content) // 2 if name != "keys.json" else content.index(b'"log"') + 10
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    else:
        path.write_bytes(content[: len(content) // 2] if how == "cut" else b"")
    lines: list[str] = []
    plan = Plan(scenarios=(toy(),))
    counts = carry_out(plan, folder, workers=Workers(), say=lines.append)
    assert (counts["simulated"], counts["reused"]) == (1, 1)
    assert tree(folder) == expected
    if name != "keys.json":
        assert len(lines) == 1
        assert lines[0].startswith(f"toy/0001/{name} is ")
        assert lines[0].endswith(": made anew")


def test_a_damaged_unit_of_an_earlier_run_is_made_anew(tmp_path: Path) -> None:
    out = tmp_path / "out"
    simulate(toy(), out=out, events=False)
    expected = tree(out)
    (out / "replications" / "toy" / "0000" / "units.parquet").write_bytes(b"PAR1")
    results = simulate(toy(), out=out, events=False)
    assert results.manifest["replications_by_origin"]["simulated"] == 1
    assert tree(out) == expected


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]"])
def test_a_damaged_manifest_hides_results_and_deletes_none(content: bytes, tmp_path: Path) -> None:
    from emergency_sim.domain.errors import InputFaults

    out = tmp_path / "out"
    simulate(toy(), out=out, events=False)
    before = tree(out)
    (out / "manifest.json").write_bytes(content)
    with pytest.raises(InputFaults, match="holds something else"):
        simulate(toy(), out=out, events=False)
    assert tree(out) == before


def test_a_worker_that_outlives_its_run_writes_nothing(folder: Path) -> None:
    from emergency_sim.domain.errors import UnfinishedError

    (folder / store.MARK).unlink()
    unit = folder / "replications" / "toy" / "0000"
    (unit / "keys.json").unlink()
    with pytest.raises(UnfinishedError, match="the run that this unit belongs to has ended"):
        carry_out(Plan(scenarios=(toy(),)), folder, workers=Workers())
    assert unit_files.read(unit) is None


def test_another_version_on_a_worker_is_refused(folder: Path) -> None:
    from dataclasses import replace

    from emergency_sim.domain.errors import UnfinishedError
    from emergency_sim.experiment.work.runner import run_unit

    [unit, _] = Plan(scenarios=(toy(),)).units(folder, None, 1)
    elsewhere = replace(unit, made_in="another process")
    assert [o.origin for o in run_unit(elsewhere)] == ["reused"]
    with pytest.raises(UnfinishedError, match="a worker runs other sources or versions"):
        run_unit(replace(elsewhere, sources="0" * 64))


def test_independent_scenarios_have_other_incidents(tmp_path: Path) -> None:
    """Without common random numbers a copy of the base under another id meets another chance."""
    from dataclasses import replace

    from emergency_sim.analysis.storage import read_replication

    (tmp_path / store.MARK).touch()
    twin = replace(toy(), id="twin")
    for paired in (True, False):
        plan = Plan(scenarios=(toy(), twin), common_random_numbers=paired)
        carry_out(plan, tmp_path, workers=Workers())
        a, b = (
            read_replication(store.unit_folder(tmp_path, name, 0) / store.INDICATORS)
            for name in ("toy", "twin")
        )
        assert (a.ratios == b.ratios) is paired
        assert np.array_equal(a.incidents, b.incidents) is paired


def test_only_indicators_may_be_kept(tmp_path: Path) -> None:
    from emergency_sim.experiment.work.plan import Keep

    (tmp_path / store.MARK).touch()
    plan = Plan(scenarios=(toy(),), keep=Keep.INDICATORS)
    carry_out(plan, tmp_path, workers=Workers())
    unit = store.unit_folder(tmp_path, "toy", 0)
    assert sorted(p.name for p in unit.iterdir()) == ["indicators.npz", "keys.json"]
    counts = carry_out(Plan(scenarios=(toy(),)), tmp_path, workers=Workers())
    assert counts["simulated"] == 2  # now the tables are wanted, too


def test_a_share_has_every_so_many_th_replication() -> None:
    """The same shares whenever and wherever they are cut: shards of two days fit together."""
    plan = Plan(scenarios=(toy("run.replications=7"),))
    found = {i: sorted(k for _, k in plan.pairs(Shard(number=i, of=3))) for i in (1, 2, 3)}
    assert found == {1: [0, 3, 6], 2: [1, 4], 3: [2, 5]}
    with pytest.raises(ValueError, match="from 1/3 to 3/3"):
        Shard(number=4, of=3)
