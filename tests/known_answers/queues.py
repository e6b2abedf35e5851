"""Traffic for textbook queues from streams of its own, and its waits worked out by plain loops.

The loops know nothing of the simulator. A simulated queue that follows them customer by customer to the
millisecond *is* that queue; how well the loops meet the theory can then be told from far longer traffic.
"""

from heapq import heappop, heappush, heapreplace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emergency_sim.domain.streams import Streams, name_words

Array = NDArray[np.float64]
SEED = 580_113


class Traffic(NamedTuple):
    """Arrivals, services and (where somebody may give up) patience in seconds."""

    arrival: Array
    service: Array
    patience: Array | None = None

    @property
    def days(self) -> int:
        """Days that hold every arrival."""
        return int(self.arrival[-1] // 86_400) + 1

    def first(self, n: int) -> "Traffic":
        """Return the first customers."""
        patience = None if self.patience is None else self.patience[:n]
        return Traffic(self.arrival[:n], self.service[:n], patience)


def seed_of(case: str) -> int:
    """Return the seed of a scenario: each rung has its own."""
    return name_words(f"ladder/{case}")[0]


def generator(case: str, what: str) -> np.random.Generator:
    """Return the stream of one quantity of one rung; no two rungs share a stream (R6)."""
    return Streams(seed=SEED).generator(f"{case}/{what}")


def traffic(
    case: str,
    n: int,
    *,
    load: float,
    service_s: float,
    constant: bool = False,
    patience_s: float | None = None,
) -> Traffic:
    """Draw Poisson arrivals, exponential (or constant) services and exponential patience.

    Microseconds: at milliseconds now and then two events would fall together.
    """
    gaps = generator(case, "gaps").exponential(service_s / load, n)
    times = generator(case, "services").exponential(service_s, n)
    if constant:
        times = np.full(n, service_s)
    patience = None
    if patience_s is not None:
        patience = generator(case, "patience").exponential(patience_s or 1.0, n) * (patience_s > 0)
    return Traffic(np.cumsum(gaps).round(6), times.round(6), patience)


def exact_waits(traffic: Traffic, servers: int) -> Array:
    """Return each customer's wait, first come first served (Kiefer and Wolfowitz's recursion)."""
    return waits_and_leavers(traffic, servers)[0]


def waits_and_leavers(traffic: Traffic, servers: int) -> tuple[Array, NDArray[np.bool_]]:
    """Return each customer's wait until served or gone, and who went unserved.

    First come first served; who would have to wait longer than the patience leaves when it ends.
    """
    free = [0.0] * servers
    waits = np.empty(len(traffic.arrival))
    gone = np.zeros(len(waits), bool)
    patience = traffic.patience
    limits = np.full(len(waits), np.inf) if patience is None else patience
    customers = zip(
        traffic.arrival.tolist(), traffic.service.tolist(), limits.tolist(), strict=True
    )
    for i, (arrival, service, limit) in enumerate(customers):
        start = max(arrival, free[0])
        if start - arrival > limit:
            waits[i], gone[i] = limit, True
        else:
            waits[i] = start - arrival
            heapreplace(free, start + service)
    return waits, gone


def priority_waits(traffic: Traffic, classes: NDArray[np.int64], servers: int) -> Array:
    """Return each customer's wait if the lowest class goes first, within a class who came first."""
    arrival, service = traffic.arrival.tolist(), traffic.service.tolist()
    rank = classes.tolist()
    waits = np.empty(len(arrival))
    ends: list[float] = []  # of the services under way
    queue: list[tuple[int, int]] = []
    for i in range(len(arrival) + 1):
        now = arrival[i] if i < len(arrival) else np.inf
        while queue and ends and ends[0] <= now:  # a server is free before the next one comes
            start = heappop(ends)
            _, head = heappop(queue)
            waits[head] = start - arrival[head]
            heappush(ends, start + service[head])
        while ends and ends[0] <= now:
            heappop(ends)
        if i == len(arrival):
            return waits
        if len(ends) < servers:
            waits[i] = 0.0
            heappush(ends, now + service[i])
        else:
            heappush(queue, (rank[i], i))
    return waits


def who_goes(
    zones: NDArray[np.int64],
    orders: tuple[tuple[int, ...], ...],
    traffic: Traffic,
    *,
    queue: bool,
) -> NDArray[np.int64]:
    """Return which unit serves each customer, -1 where it is lost: first free one by preference.

    With a queue, first come first served: who must wait gets the unit that is free first.
    """
    free_at = [0.0] * len(orders[0])
    chosen = np.full(len(zones), -1)
    customers = zip(zones.tolist(), traffic.arrival.tolist(), traffic.service.tolist(), strict=True)
    for i, (zone, arrival, service) in enumerate(customers):
        free = [u for u in orders[zone] if free_at[u] <= arrival]
        if not free and not queue:
            continue
        unit = free[0] if free else free_at.index(min(free_at))
        free_at[unit] = max(arrival, free_at[unit]) + service
        chosen[i] = unit
    return chosen
