"""Rungs of the hypercube: three units as published, and random fleets against the exact chain."""

from pathlib import Path

import numpy as np

from tests.known_answers.figures import Figure, follows, mean, ratio, same
from tests.known_answers.hypercube import Fleet, random_fleet, solve
from tests.known_answers.queues import generator, traffic, who_goes
from tests.known_answers.runs import unit_numbers, unit_waits, units

SERVICE_S = 600.0
LOOP = 400_000
LARSON = Fleet(rates=(0.50, 0.25, 0.35, 0.40), orders=((0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 0, 1)))
"""Larson and Odoni, 5.4.3: the zones that prefer 1-2-3, 1-3-2, 2-1-3 and 3-1-2."""
NEIGHBOURS = 40
"""Units of others that take what finds the own ones busy; so many that nobody ever waits for one."""


def larson(folder: Path, *, queue: bool, n: int = 40_000, fleet: Fleet = LARSON) -> list[Figure]:
    """Three units; ``fleet``: what is simulated, if it is not to be Larson's."""
    case = f"hypercube/larson/{'queue' if queue else 'loss'}"
    return _case(folder, case, LARSON, fleet, queue=queue, n=n)


def random_case(
    folder: Path, *, servers: int, name: str, queue: bool, n: int = 15_000
) -> list[Figure]:
    """A fleet drawn by a generator that is keyed by its name."""
    case = f"hypercube/random/{name}"
    fleet = random_fleet(servers, generator(case, "fleet"))
    return _case(folder, f"{case}/{queue}", fleet, fleet, queue=queue, n=n)


def _case(
    folder: Path, case: str, fleet: Fleet, simulated: Fleet, *, queue: bool, n: int
) -> list[Figure]:
    """Simulate a fleet, and follow it with the loop for longer.

    Without a queue the neighbours' units come last in every order: an incident that finds the own ones
    busy is lost to them at once, as in Larson's model of zero line capacity.
    """
    cars = traffic(case, LOOP, load=fleet.load, service_s=SERVICE_S)
    rates = np.array(fleet.rates)
    zones = generator(case, "zones").choice(len(rates), size=LOOP, p=rates / rates.sum())
    count = fleet.units + (0 if queue else NEIGHBOURS)
    log = units(folder, case, cars.first(n), count, zone=zones[:n], orders=simulated.orders)
    unit = unit_numbers(log)
    unit[unit >= fleet.units] = -1
    chosen = who_goes(zones, fleet.orders, cars, queue=queue)
    figures = [same("incidents with another unit than in the loop", unit, chosen[:n])]
    if not queue:
        figures.append(
            follows(unit_waits(log), np.zeros(n))
        )  # nobody waits, for a neighbour either
    own = np.array([order[0] for order in fleet.orders])[zones]
    steady = solve(fleet, queue=queue)
    time = np.diff(cars.arrival, prepend=0.0)
    at_work = log.seconds("clear") - log.seconds("on_scene")
    for who, work, by, wide in (
        (unit, at_work, "", 4.0), (chosen, cars.service, ", by the loop", 1.0)
    ):  # fmt: skip
        k = len(who)
        figures += [
            ratio(
                f"workloads{by}", np.where(who == j, work, 0.0), time[:k], load, within=0.05 * wide
            )
            for j, load in enumerate(steady.workloads.tolist())
        ]
        if not queue:
            figures.append(mean(f"lost{by}", who < 0, steady.busy, within=0.15 * wide))
        served = who >= 0
        outside = (who != own[:k]) & served
        figures.append(
            ratio(
                f"by another zone's unit{by}", outside, served, steady.outside, within=0.04 * wide
            )
        )
    if queue:
        waits = unit_waits(log)
        figures.append(mean("wait at all", waits > 0.0005, steady.busy, within=0.5))
    return figures
