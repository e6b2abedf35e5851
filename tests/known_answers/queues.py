"""Traffic for textbook queues, the exact waits of that traffic, and what the textbooks say."""

from heapq import heapreplace
from math import factorial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from emergency_sim.domain.streams import Streams

Array = NDArray[np.float64]
BATCHES = 25
ERROR_RATE = 1e-4
"""Chance that a right programme with another seed misses one of the intervals below."""


class Traffic(NamedTuple):
    """Arrivals and services in seconds, whole milliseconds."""

    arrival: Array
    service: Array

    @property
    def days(self) -> int:
        """Days that hold every arrival."""
        return int(self.arrival[-1] // 86_400) + 1


def traffic(case: str, n: int, *, load: float, service_s: float, constant: bool = False) -> Traffic:
    """Draw Poisson arrivals and exponential (or constant) services from the case's own streams."""
    streams = Streams(seed=580_113)
    gaps = streams.generator(f"{case}/gaps").exponential(service_s / load, n)
    times = streams.generator(f"{case}/services").exponential(service_s, n)
    if constant:
        times = np.full(n, service_s)
    return Traffic(np.cumsum(gaps).round(3), times.round(3))


def exact_waits(traffic: Traffic, servers: int) -> Array:
    """Return each customer's wait, first come first served (Kiefer and Wolfowitz's recursion)."""
    free = [0.0] * servers
    waits = np.empty(len(traffic.arrival))
    pairs = zip(traffic.arrival.tolist(), traffic.service.tolist(), strict=True)
    for i, (arrival, service) in enumerate(pairs):
        start = max(arrival, free[0])
        waits[i] = start - arrival
        heapreplace(free, start + service)
    return waits


def erlang_b(load: float, servers: int) -> float:
    """Return the probability of loss."""
    terms = [load**k / factorial(k) for k in range(servers + 1)]
    return terms[-1] / sum(terms)


def erlang_c(load: float, servers: int) -> float:
    """Return the probability of waiting."""
    b = erlang_b(load, servers)
    return b / (1 - load / servers * (1 - b))


def interval(values: Any) -> tuple[float, float]:
    """Return the mean of an autocorrelated series and its half-width at :data:`ERROR_RATE`.

    Batch means: the first twenty-fifth is left out as warm-up, the rest cut into 24 batches.
    """
    batches = np.array_split(np.asarray(values, float), BATCHES)[1:]
    means = np.array([b.mean() for b in batches])
    spread = means.std(ddof=1) / np.sqrt(len(means))
    return float(means.mean()), float(spread * student.ppf(1 - ERROR_RATE / 2, len(means) - 1))


def agrees(values: Any, expected: float, *, within: float) -> None:
    """Check that the mean agrees with the theory, and that the run was long enough to tell.

    Parameters
    ----------
    values
        One value per customer in order of arrival.
    expected
        The theory's mean.
    within
        Largest half-width allowed, as a share of ``expected``: an answer that is off by more than
        twice this cannot pass.
    """
    mean, half = interval(values)
    print(f"{mean:.5f} +- {half:.5f}, theory {expected:.5f}")
    assert half <= within * expected, "the run is too short to tell"
    assert abs(mean - expected) <= half
