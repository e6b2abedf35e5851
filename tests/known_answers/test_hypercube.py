"""Larson's hypercube with three servers (Urban Operations Research, 5.4.3), through files.

Four zones at no distance, a fixed order of preference each; the freed unit takes the head of the queue.
Which unit goes to which incident is compared with a plain loop over the same traffic (no error rate),
and the published figures at an error rate of 1e-4 each.
"""

from pathlib import Path

import numpy as np

from emergency_sim.domain.events import Kind
from emergency_sim.domain.streams import Streams
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario
from tests.known_answers.queues import Traffic, agrees, traffic
from tests.simulation.scenes import units_only, write_incidents, write_matrix, write_scenario

N = 120_000
SERVICE_S = 600.0
ORDER = {"z1": (1, 2, 3), "z2": (1, 3, 2), "z3": (2, 1, 3), "z4": (3, 1, 2)}
RATE = {"z1": 0.50, "z2": 0.25, "z3": 0.35, "z4": 0.40}
OWN = {"z1": 1, "z2": 1, "z3": 2, "z4": 3}
WORKLOADS = (0.5574, 0.4734, 0.4693)
DELAYED = 0.23684
OUTSIDE_OWN_AREA = 0.43529


def who_goes(zones: list[str], cars: Traffic) -> list[int]:
    """Return the unit of each incident by a plain loop."""
    free_at = {1: 0.0, 2: 0.0, 3: 0.0}
    chosen = []
    for zone, arrival, service in zip(zones, cars.arrival, cars.service, strict=True):
        free = [u for u in ORDER[zone] if free_at[u] <= arrival]
        unit = free[0] if free else min(free_at, key=lambda u: free_at[u])
        free_at[unit] = max(arrival, free_at[unit]) + service
        chosen.append(unit)
    return chosen


def test_three_servers(tmp_path: Path) -> None:
    cars = traffic("hypercube", N, load=sum(RATE.values()), service_s=SERVICE_S)
    names, rates = list(RATE), np.array(list(RATE.values()))
    draw = Streams(seed=580_113).generator("hypercube/zones").choice
    zones = [names[i] for i in draw(len(names), size=N, p=rates / rates.sum())]
    write_matrix(tmp_path, names, np.zeros((4, 4), int).tolist())
    write_incidents(
        tmp_path,
        (
            {"time_s": f"{t:.3f}", "zone": z, "urgency": "acute", "on_scene_s": f"{s:.3f}",
             "transport": "no"}
            for t, z, s in zip(cars.arrival, zones, cars.service, strict=True)
        ),
    )  # fmt: skip
    keys = units_only(3, at="z1")
    keys["policies"]["dispatch"]["order"] = {z: [f"u{u}" for u in o] for z, o in ORDER.items()}
    run = {"days": cars.days, "warm_up_days": 0, "run_out_days": 0, "replications": 1, "seed": 1}
    path = write_scenario(tmp_path, run=run, **keys)
    log, _ = compile_scenario(load_scenario(path)).replicate(0)

    at = log.kind == Kind.ON_SCENE
    unit, wait = np.zeros(N, int), np.zeros(N)
    unit[log.incident[at]] = [int(log.names[a][1:]) for a in log.actor[at]]
    wait[log.incident[at]] = log.time_ms[at] / 1000
    wait -= cars.arrival
    assert (unit == np.array(who_goes(zones, cars))).all()

    own = np.array([OWN[z] for z in zones])
    agrees(wait > 0.0005, DELAYED, within=0.13)
    agrees(unit != own, OUTSIDE_OWN_AREA, within=0.03)
    for number, workload in enumerate(WORKLOADS, start=1):
        # work a second: the unit's services over the arrivals' mean distance in time
        busy = np.where(unit == number, cars.service, 0.0) * N / cars.arrival[-1]
        agrees(busy, workload, within=0.05)
