"""The theory itself: the numbers given beforehand, and chains against closed formulas."""

import numpy as np
import pytest

from tests.known_answers import theory
from tests.known_answers.hypercube import Fleet, random_fleet, solve
from tests.known_answers.queues import generator
from tests.known_answers.rungs_hypercube import LARSON

GIVEN = [
    # offered load, servers, Erlang B, Erlang C, mean wait / mean service
    (0.8, 1, 0.444444, 0.800000, 4.000000),
    (1.5, 3, 0.134328, 0.236842, 0.157895),
    (2.0, 3, 0.210526, 0.444444, 0.444444),
    (5.0, 6, 0.191847, 0.587516, 0.587516),
    (5.0, 8, 0.070048, 0.167267, 0.055756),
    (10.0, 12, 0.119739, 0.449388, 0.224694),
    (20.0, 24, 0.066097, 0.298072, 0.074518),
    (48.0, 55, 0.038374, 0.238701, 0.034100),
]


@pytest.mark.parametrize(("load", "servers", "lost", "delayed", "wait"), GIVEN)
def test_the_table_of_erlangs_formulas(
    load: float, servers: int, lost: float, delayed: float, wait: float
) -> None:
    assert theory.erlang_b(load, servers) == pytest.approx(lost, abs=6e-7)
    assert theory.erlang_c(load, servers) == pytest.approx(delayed, abs=6e-7)
    assert theory.mean_wait(load, servers) == pytest.approx(wait, abs=6e-7)


def test_the_call_centre() -> None:
    calls_s, talk_s, operators = 360 / 1800, 240.0, 55
    load = calls_s * talk_s
    assert load / operators == pytest.approx(0.8727, abs=6e-5)
    assert theory.erlang_c(load, operators) == pytest.approx(0.2387, abs=6e-5)
    assert theory.answered_within(load, operators, 15 / talk_s) == pytest.approx(0.8459, abs=6e-5)
    assert theory.mean_wait(load, operators) * talk_s == pytest.approx(8.18, abs=6e-3)


def test_one_server() -> None:
    assert theory.pollaczek_khinchine(0.5, 0.0) == pytest.approx(0.5)
    assert theory.pollaczek_khinchine(0.8, 0.0) == pytest.approx(2.0)
    assert theory.pollaczek_khinchine(0.8, 1.0) == pytest.approx(theory.mean_wait(0.8, 1))


def test_patience_of_one_talk_makes_an_endless_number_of_servers() -> None:
    """Everybody leaves at rate 1, served or not: the number in the system is Poisson."""
    load, servers = 7.0, 9
    k = np.arange(200)
    p = np.exp(k * np.log(load) - load - np.cumsum(np.log(np.maximum(k, 1))))
    solved = theory.erlang_a(load, servers, 1.0)
    assert solved.delayed == pytest.approx(float(p[servers:].sum()))
    assert solved.wait == pytest.approx(float((p * np.maximum(k - servers, 0)).sum()) / load)
    assert solved.gave_up == pytest.approx(solved.wait)  # Little: given up = wait / patience


def test_patience_without_end_is_erlang_c_and_none_is_erlang_b() -> None:
    patient = theory.erlang_a(2.0, 3, 1e9)
    assert patient.delayed == pytest.approx(theory.erlang_c(2.0, 3), rel=1e-6)
    assert patient.wait == pytest.approx(theory.mean_wait(2.0, 3), rel=1e-5)
    assert theory.erlang_a(2.0, 3, 1e-9).gave_up == pytest.approx(theory.erlang_b(2.0, 3), rel=1e-6)


def test_priorities_leave_the_mean_of_all_alone() -> None:
    """Kleinrock's conservation law: the mean over all classes is that of first come first served."""
    loads = (0.4, 0.6, 1.0)
    waits = np.array(theory.cobham(loads, 3))
    assert (waits * loads).sum() / 2.0 == pytest.approx(theory.mean_wait(2.0, 3))
    assert (np.diff(waits) > 0).all()


def test_larsons_three_units() -> None:
    queue, loss = solve(LARSON, queue=True), solve(LARSON, queue=False)
    assert queue.workloads == pytest.approx([0.5574, 0.4734, 0.4693], abs=6e-5)
    assert queue.busy == pytest.approx(0.23684, abs=6e-6)
    assert loss.busy == pytest.approx(0.134328, abs=6e-7)
    # The figure handed down is .43529; the chain says .435325, with the line of waiting incidents
    # written out as well.
    assert queue.outside == pytest.approx(0.43529, abs=5e-5)


@pytest.mark.parametrize("units", [4, 5, 6])
def test_random_fleets(units: int) -> None:
    """All units work as much as arrives, and together they are an Erlang system."""
    fleet = random_fleet(units, generator(f"theory/{units}", "fleet"))
    queue, loss = solve(fleet, queue=True), solve(fleet, queue=False)
    assert queue.busy == pytest.approx(theory.erlang_c(fleet.load, units))
    assert queue.workloads.sum() == pytest.approx(fleet.load)
    assert loss.busy == pytest.approx(theory.erlang_b(fleet.load, units))
    assert loss.workloads.sum() == pytest.approx(fleet.load * (1 - loss.busy))
    assert np.ptp(queue.workloads) > 0.01  # else the orders of preference would not matter


def test_the_line_of_waiting_incidents_written_out() -> None:
    """The chain with 200 places in the queue, each a state of its own, gives the same."""
    full, rates, places = 7, np.array(LARSON.rates), 200
    size = full + 1 + places
    flow = np.zeros((size, size))
    for state in range(full + 1):
        for unit in range(3):
            if state >> unit & 1:
                flow[state, state & ~(1 << unit)] += 1.0
        for rate, order in zip(rates, LARSON.orders, strict=True):
            free = [u for u in order if not state >> u & 1]
            flow[state, state | 1 << free[0] if free else full + 1] += rate
    for waiting in range(full + 1, size):
        flow[waiting, waiting - 1] += 3.0
        if waiting + 1 < size:
            flow[waiting, waiting + 1] += rates.sum()
    balance = flow.T - np.diag(flow.sum(axis=1))
    balance[-1] = 1.0
    p = np.linalg.solve(balance, np.eye(size)[-1])
    solved = solve(LARSON, queue=True)
    assert p[full:].sum() == pytest.approx(solved.busy)
    busy = np.arange(full + 1)
    workloads = [p[:full][busy[:full] >> j & 1 == 1].sum() + p[full:].sum() for j in range(3)]
    assert workloads == pytest.approx(solved.workloads.tolist())


def test_one_unit_is_a_single_server() -> None:
    alone = Fleet(rates=(0.5, 0.3), orders=((0,), (0,)))
    assert solve(alone, queue=True).workloads.tolist() == pytest.approx([0.8])
    assert solve(alone, queue=False).busy == pytest.approx(theory.erlang_b(0.8, 1))


def test_distance() -> None:
    assert theory.half_life(0.5, 43) == pytest.approx(0.0161, abs=5e-5)
    assert theory.half_life(0.78, 50) == pytest.approx(0.0050, abs=5e-5)
