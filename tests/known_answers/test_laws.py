"""Laws of simple queues that need no distribution: exact, so no error rate."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.domain.events import Kind
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario
from tests.known_answers.queues import exact_waits, traffic
from tests.known_answers.test_units import run_units
from tests.simulation.scenes import units_only, write_scenario


def test_more_units_never_worsen_the_mean_wait(tmp_path: Path) -> None:
    """First come first served, the same traffic: not only the mean, nobody waits longer."""
    cars = traffic("more-units", 5_000, load=2.7, service_s=60.0)
    waits = [run_units(tmp_path, cars, c) for c in (3, 4, 5, 8)]
    for fewer, more in pairwise(waits):
        assert (more <= fewer + 0.002).all()
        assert more.mean() < fewer.mean()


def test_littles_law(tmp_path: Path) -> None:
    """Mean number in the system = arrivals a second x mean time in it, both from the log."""
    cars = traffic("little", 5_000, load=2.4, service_s=60.0)
    run_units(tmp_path, cars, 3)
    run = {"days": cars.days, "warm_up_days": 0, "run_out_days": 0, "replications": 1, "seed": 1}
    path = write_scenario(tmp_path, run=run, **units_only(3))
    log, _ = compile_scenario(load_scenario(path)).replicate(0)
    comes = log.time_ms[log.kind == Kind.INCIDENT] / 1000
    goes = log.time_ms[log.kind == Kind.CLEAR] / 1000
    end = goes.max()
    steps = np.concatenate(
        [np.column_stack([comes, np.ones(5000)]), np.column_stack([goes, -np.ones(5000)])]
    )
    steps = steps[np.argsort(steps[:, 0], kind="stable")]
    inside = np.cumsum(steps[:, 1])
    mean_number = float((inside[:-1] * np.diff(steps[:, 0])).sum() / end)
    mean_time = float((exact_waits(cars, 3) + cars.service).mean())
    assert mean_number == pytest.approx(5000 / end * mean_time, rel=1e-6)
