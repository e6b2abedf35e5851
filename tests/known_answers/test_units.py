"""Erlang C and M/D/1 by replayed incidents and units that need no time to drive.

Each case has streams of its own. Two statements are tested: every single wait is the one that the
exact recursion gives for this traffic (no error rate), and mean and share agree with the theory at an
error rate of 1e-4 an interval; the seed is fixed, so a case that passes goes on passing.
"""

from pathlib import Path

import numpy as np
import pytest

from emergency_sim.domain.events import Kind
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario
from tests.known_answers.queues import Array, Traffic, agrees, erlang_c, exact_waits, traffic
from tests.simulation.scenes import units_only, write_incidents, write_matrix, write_scenario

SERVICE_S = 60.0
N = 100_000
"""Incidents simulated; the recursion, which they follow to the millisecond, goes on ten times as long."""

ERLANG = [
    # offered load, servers, Erlang C, mean wait / mean service
    (0.8, 1, 0.800000, 4.000000),
    (1.5, 3, 0.236842, 0.157895),
    (2.0, 3, 0.444444, 0.444444),
    (5.0, 8, 0.167267, 0.055756),
    (10.0, 12, 0.449388, 0.224694),
]
ERLANG_SLOW = [
    (5.0, 6, 0.587516, 0.587516),
    (20.0, 24, 0.298072, 0.074518),
    (48.0, 55, 0.238701, 0.034100),
]


def run_units(folder: Path, cars: Traffic, servers: int) -> Array:
    """Write the case as files, run it, and return each incident's wait for a unit in seconds."""
    write_matrix(folder, ["a"], [[0]])
    write_incidents(
        folder,
        (
            {"time_s": f"{t:.3f}", "zone": "a", "urgency": "acute", "on_scene_s": f"{s:.3f}",
             "transport": "no"}
            for t, s in zip(cars.arrival, cars.service, strict=True)
        ),
    )  # fmt: skip
    run = {"days": cars.days, "warm_up_days": 0, "run_out_days": 0, "replications": 1, "seed": 1}
    path = write_scenario(folder, run=run, **units_only(servers))
    log, _ = compile_scenario(load_scenario(path)).replicate(0)
    wait = np.full(len(cars.arrival), np.nan)
    at = log.kind == Kind.ON_SCENE
    wait[log.incident[at]] = log.time_ms[at] / 1000
    return wait - cars.arrival


@pytest.mark.parametrize(
    ("load", "servers", "delayed", "wait"),
    [*ERLANG, *(pytest.param(*case, marks=pytest.mark.slow) for case in ERLANG_SLOW)],
)
def test_erlang_c(tmp_path: Path, load: float, servers: int, delayed: float, wait: float) -> None:
    assert erlang_c(load, servers) == pytest.approx(delayed, abs=1e-6)
    case = traffic(f"erlang-c/{load}/{servers}", 10 * N, load=load, service_s=SERVICE_S)
    exact = exact_waits(case, servers)
    waits = run_units(tmp_path, Traffic(case.arrival[:N], case.service[:N]), servers)
    assert np.abs(waits - exact[:N]).max() < 0.002
    for of, shares in ((waits, (0.5, 1.0)), (exact, (0.15, 0.3))):
        agrees(of > 0.0005, delayed, within=shares[0])
        agrees(of / SERVICE_S, wait, within=shares[1])


@pytest.mark.parametrize(("load", "wait"), [(0.5, 0.5), (0.8, 2.0)])
def test_m_d_1(tmp_path: Path, load: float, wait: float) -> None:
    cars = traffic(f"md1/{load}", 100_000, load=load, service_s=SERVICE_S, constant=True)
    waits = run_units(tmp_path, cars, 1)
    assert np.abs(waits - exact_waits(cars, 1)).max() < 0.002
    agrees(waits / SERVICE_S, wait, within=0.15)
