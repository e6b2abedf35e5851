"""Erlang's formulas where people wait: operators of 116117, and a clinic's doctors.

Every wait is compared with the exact recursion over the same traffic (no error rate), and means with
the theory at an error rate of 1e-4 each.
"""

from pathlib import Path
from typing import Any

import numpy as np

from emergency_sim.domain.events import EventColumns, Kind
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario
from tests.known_answers.queues import Traffic, agrees, erlang_b, erlang_c, exact_waits, traffic
from tests.simulation.scenes import write_incidents, write_matrix, write_scenario

CLINIC = {"node": "a", "serves": ["a"], "doctors": 1}


def run_case(
    folder: Path, case: Traffic, column: str, fixed: dict[str, Any], **keys: Any
) -> EventColumns:
    write_matrix(folder, ["a"], [[0]])
    write_incidents(
        folder,
        (
            {"time_s": f"{t:.3f}", "zone": "a", "urgency": "regular", column: f"{s:.3f}", **fixed}
            for t, s in zip(case.arrival, case.service, strict=True)
        ),
    )
    run = {"days": case.days, "warm_up_days": 0, "run_out_days": 0, "replications": 1, "seed": 1}
    path = write_scenario(folder, run=run, **keys)
    log, _ = compile_scenario(load_scenario(path)).replicate(0)
    return log


def centre(folder: Path, calls: Traffic, operators: int, patience: str) -> EventColumns:
    """Run a legevaktsentral where a call takes the interview and nothing else."""
    fixed = {
        "entry": "call_116117", "disposition": "advice", "patience_s": patience,
        "lvs_pickup_s": 0, "lvs_wrap_s": 0, "redials": "no",
    }  # fmt: skip
    lines = {"all": {"hours": "24/7", "count": operators, "form": "active"}}
    return run_case(
        folder, calls, "lvs_interview_s", fixed,
        legevaktsentraler={"lvs": {"node": "a", "operators": lines}},
        legevakter={"clinic": CLINIC | {"lvs": "lvs"}},
    )  # fmt: skip


def test_call_centre_with_a_queue(tmp_path: Path) -> None:
    operators, load, service_s = 8, 5.0, 240.0
    calls = traffic("call-centre", 60_000, load=load, service_s=service_s)
    log = centre(tmp_path, calls, operators, "9999999")
    waits = log.value[log.kind == Kind.ANSWERED]
    order = np.argsort(log.incident[log.kind == Kind.ANSWERED])
    waits = waits[order]
    assert np.abs(waits - exact_waits(calls, operators)).max() < 0.002
    agrees(waits > 0.0005, erlang_c(load, operators), within=0.2)
    agrees(waits / service_s, erlang_c(load, operators) / (operators - load), within=0.35)
    assert not (log.kind == Kind.GAVE_UP).any()


def test_call_centre_without_a_queue(tmp_path: Path) -> None:
    """Callers without patience: Erlang's loss formula, .134328 for 1.5 erlang and 3 operators."""
    calls = traffic("loss", 60_000, load=1.5, service_s=240.0)
    log = centre(tmp_path, calls, 3, "0")
    lost = np.zeros(len(calls.arrival))
    lost[log.incident[log.kind == Kind.GAVE_UP]] = 1
    assert lost.sum() + (log.kind == Kind.ANSWERED).sum() == len(lost)
    agrees(lost, 0.134328, within=0.1)
    assert abs(erlang_b(1.5, 3) - 0.134328) < 1e-6


def test_doctors_of_a_clinic(tmp_path: Path) -> None:
    doctors, load, service_s = 3, 2.0, 1200.0
    patients = traffic("clinic", 60_000, load=load, service_s=service_s)
    fixed = {
        "entry": "walk_in", "disposition": "consultation", "own_car": "yes", "documentation_s": 0,
    }  # fmt: skip
    clinic = CLINIC | {"doctors": doctors, "rooms": doctors}
    log = run_case(
        tmp_path, patients, "consultation_s", fixed, legevakter={"clinic": clinic},
    )  # fmt: skip
    at = log.kind == Kind.DOCTOR_STARTS
    start = np.zeros(len(patients.arrival))
    start[log.incident[at]] = log.time_ms[at] / 1000
    waits = start - patients.arrival
    assert np.abs(waits - exact_waits(patients, doctors)).max() < 0.002
    agrees(waits > 0.0005, 0.444444, within=0.15)
    agrees(waits / service_s, 0.444444, within=0.35)
