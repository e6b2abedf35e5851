"""The hypercube queueing model solved exactly: a Markov chain over who is busy.

R. C. Larson (1974), A hypercube queuing model for facility location and redistricting in urban emergency
services, Computers & Operations Research 1(1); R. C. Larson and A. R. Odoni (1981), Urban Operations
Research, chapter 5.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Fleet(NamedTuple):
    """Zones with rates of arrival per mean service and an order of preference among all units.

    A zone's own unit is the first of its order. Units are numbered from 0.
    """

    rates: tuple[float, ...]
    orders: tuple[tuple[int, ...], ...]

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.orders[0])

    @property
    def load(self) -> float:
        """Offered load in erlang."""
        return sum(self.rates)


class Steady(NamedTuple):
    """What the chain says in the long run.

    ``busy``: share of incidents that find every unit busy (delayed with a queue, lost without);
    ``outside``: share of dispatches that are not by the zone's own unit.
    """

    workloads: Array
    busy: float
    outside: float


def solve(fleet: Fleet, *, queue: bool) -> Steady:
    """Return the steady state of a fleet.

    Parameters
    ----------
    fleet
        Zones and orders of preference; services are exponential with mean 1.
    queue
        True: an endless queue, first come first served; a freed unit takes its head. False: an
        incident that finds all busy is lost.

    Notes
    -----
    2^N states, bit j = unit j is busy. From a state with a free unit a zone's incidents go to the first
    free one of its order; each busy unit becomes free at rate 1. With a queue the states beyond *all
    busy* form a line with births at the load and deaths at rate N, so k incidents wait with probability
    p(all busy, none waiting) x (load / N)^k, and the flow into that line equals the flow out of it: the
    equations of the 2^N states are the same with and without a queue, only the norm differs. Units are
    alike while all are busy, so the head of the queue gets each of them with probability 1 / N.
    """
    units, full = fleet.units, 2**fleet.units - 1
    flow = np.zeros((full + 1, full + 1))
    for state in range(full + 1):
        for unit in range(units):
            if state >> unit & 1:
                flow[state, state ^ 1 << unit] += 1.0
        if state != full:
            for rate, order in zip(fleet.rates, fleet.orders, strict=True):
                flow[state, state | 1 << _first_free(state, order)] += rate
    balance = flow.T - np.diag(flow.sum(axis=1))
    balance[-1] = 1.0  # one equation follows from the others: the norm takes its place
    p = np.linalg.solve(balance, np.eye(full + 1)[-1])
    waiting = 0.0
    if queue:
        share = fleet.load / units
        waiting = p[full] * share / (1 - share)
        p, waiting = p / (1 + waiting), waiting / (1 + waiting)
    states = np.arange(full + 1)
    workloads = np.array([p[states >> j & 1 == 1].sum() + waiting for j in range(units)])
    busy = float(p[full] + waiting)
    outside = sum(
        p[state] * rate / fleet.load
        for state in range(full)
        for rate, order in zip(fleet.rates, fleet.orders, strict=True)
        if _first_free(state, order) != order[0]
    )
    if queue:
        return Steady(workloads, busy, float(outside + busy * (1 - 1 / units)))
    return Steady(workloads, busy, float(outside / (1 - busy)))


def _first_free(state: int, order: tuple[int, ...]) -> int:
    return next(unit for unit in order if not state >> unit & 1)


def random_fleet(units: int, generator: np.random.Generator) -> Fleet:
    """Draw a fleet: two zones a unit, rates of their own, load of .35 to .75 a unit, random orders.

    Each unit is the first choice of two zones, the rest of every order is a random permutation.
    """
    zones = 2 * units
    weights = generator.gamma(0.8, size=zones)
    load = units * generator.uniform(0.35, 0.75)
    orders = []
    for zone in range(zones):
        rest = [u for u in generator.permutation(units).tolist() if u != zone % units]
        orders.append((zone % units, *rest))
    return Fleet(tuple((weights / weights.sum() * load).tolist()), tuple(orders))
