"""Same seed, same log: whatever the process, the number of workers, the length, the company (R4, R6)."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import emergency_sim as es
from emergency_sim.domain.events import EventColumns
from emergency_sim.domain.incident import INCIDENT_COLUMNS
from emergency_sim.domain.units import DAY
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario

TOY = Path(__file__).parents[1] / "toy" / "toy.yaml"
COLUMNS = ("time_ms", "kind", "incident", "call", "mission", "actor", "place", "value", "code")

PRINT_HASH = """
import sys
from tests.regression.test_determinism import fingerprint, replicated
print(fingerprint(replicated(sys.argv[1])))
"""


def replicated(path: Path | str, *sets: str, replication: int = 0) -> EventColumns:
    """Return the log of one replication."""
    return compile_scenario(load_scenario(path, sets)).replicate(replication)[0]


def fingerprint(log: EventColumns) -> str:
    """Return SHA-256 of every column's bytes and of the names."""
    digest = hashlib.sha256()
    for name in COLUMNS:
        digest.update(getattr(log, name).tobytes())
    digest.update("\0".join(log.names).encode())
    return digest.hexdigest()


def test_two_processes_with_other_hash_seeds() -> None:
    found = set()
    for salt in ("0", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", PRINT_HASH, str(TOY)],
            env=os.environ | {"PYTHONHASHSEED": salt},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout.strip())
    assert found == {fingerprint(replicated(TOY))}


def test_other_seeds_and_replications_are_other_logs() -> None:
    logs = [
        replicated(TOY),
        replicated(TOY, "run.seed=30"),
        replicated(TOY, replication=1),
    ]
    assert len({fingerprint(log) for log in logs}) == 3


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    """R6: blocks per day, so --days 3 is a prefix of --days 6, in the table and in the log."""
    short, long = (
        compile_scenario(load_scenario(TOY, [f"run.days={d}", "run.run_out_days=1"]))
        for d in (3, 6)
    )
    a, b = short.incidents(0), long.incidents(0)
    n = len(a)
    assert n > 200
    assert b["time_s"][n] >= 4 * DAY
    for name in INCIDENT_COLUMNS:
        assert a[name].tobytes() == b[name][:n].tobytes(), name
    first, second = short.replicate(0)[0], long.replicate(0)[0]
    rows = int(np.searchsorted(first.time_ms, short.horizon(0).window_end_s * 1000))
    assert rows > 3000
    for name in COLUMNS:
        assert getattr(first, name)[:rows].tobytes() == getattr(second, name)[:rows].tobytes(), name
    used = max(int(getattr(first, name)[:rows].max()) for name in ("actor", "place", "code"))
    assert first.names[: used + 1] == second.names[: used + 1]


VARIANT = {
    "schema": "emergency_sim/variant/1",
    "id": "toy-b",
    "name": {"nb": "B", "en": "B"},
    "set": {
        "satellites.dal.in_service": False,
        "legevakter.oy.doctors.h.form": "onsite",
        "amk.amk-toy.operators.alle.count": 1,
    },
    "add": {"units.a4": {"station": "st-oy"}},
    "remove": ["units.a2"],
}


@pytest.fixture
def variant(tmp_path: Path) -> Path:
    path = tmp_path / "variant.yaml"
    path.write_text(json.dumps(VARIANT | {"base": os.path.relpath(TOY, tmp_path)}), "utf-8")
    return path


def test_a_changed_roster_leaves_every_draw_unchanged(variant: Path) -> None:
    base = compile_scenario(load_scenario(TOY))
    other = compile_scenario(load_scenario(variant), load_scenario(TOY))
    a, b = base.incidents(0), other.incidents(0, base.potential(0))
    for name in INCIDENT_COLUMNS:
        assert a[name].tobytes() == b[name].tobytes(), name
    assert fingerprint(base.replicate(0)[0]) != fingerprint(other.replicate(0)[0])


def test_adding_a_variant_leaves_the_bases_log_as_it_was(variant: Path, tmp_path: Path) -> None:
    options = es.CompareOptions(staffing="as_given", decay_check=False, events=True)
    es.simulate(TOY, replications=2, out=tmp_path / "alone")
    es.compare(TOY, variant, replications=2, out=tmp_path / "both", options=options)
    names = sorted(
        p.relative_to(tmp_path / "alone") for p in (tmp_path / "alone").rglob("events.parquet")
    )
    assert len(names) == 2
    for name in names:
        assert (tmp_path / "alone" / name).read_bytes() == (tmp_path / "both" / name).read_bytes()


def test_serial_is_parallel(tmp_path: Path) -> None:
    serial = es.simulate(TOY, replications=3, jobs=1, out=tmp_path / "serial")
    parallel = es.simulate(TOY, replications=3, jobs=2, out=tmp_path / "parallel")
    for name in ("events", "incidents", "units", "staff", "kpis"):
        pd.testing.assert_frame_equal(getattr(serial, name), getattr(parallel, name), obj=name)
