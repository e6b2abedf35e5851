"""Rungs of single servers and of priorities: Pollaczek and Khinchine, Cobham."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.known_answers import theory
from tests.known_answers.figures import Figure, follows, mean
from tests.known_answers.queues import Array, exact_waits, generator, priority_waits, traffic
from tests.known_answers.runs import (
    call_waits,
    doctor_waits,
    doctors,
    operators,
    unit_waits,
    units,
)

N = 20_000
LOOP = 500_000
SERVICE_S = 600.0
URGENCIES = np.array(["acute", "urgent", "regular"])


def m_d_1(folder: Path, *, load: float, constant: bool = True) -> list[Figure]:
    """One unit, every mission of the same length."""
    case, exact = f"md1/{load}", theory.pollaczek_khinchine(load, 0.0)
    cars = traffic(case, LOOP, load=load, service_s=SERVICE_S, constant=constant)
    waits = unit_waits(units(folder, case, cars.first(N), 1))
    loop = exact_waits(cars, 1)
    return [
        follows(waits, loop[:N]),
        mean("mean wait / service", waits / SERVICE_S, exact, within=0.35),
        mean("mean wait / service, by the loop", loop / SERVICE_S, exact, within=0.08),
    ]


def m_g_1(
    folder: Path, *, load: float = 0.7, sigma: float = 0.6, drawn_sigma: float | None = None
) -> list[Figure]:
    """One doctor whose log-normal consultations are drawn by the product."""
    case = f"mg1/{load}/{sigma}"
    patients = traffic(case, 2 * N, load=load, service_s=SERVICE_S)
    used = sigma if drawn_sigma is None else drawn_sigma
    scv = theory.lognormal_scv(used)
    drawn: dict[str, Any] = {
        "clinic.consultation": {
            "kind": "mean_spread", "mean_minutes": SERVICE_S / 60,
            "sd_minutes": SERVICE_S / 60 * scv**0.5,
        },
        "doctors.documentation": {"kind": "constant", "minutes": 0},
    }  # fmt: skip
    log = doctors(folder, case, patients, 1, drawn=True, **drawn)
    exact = theory.pollaczek_khinchine(load, theory.lognormal_scv(sigma))
    return [
        mean("consultation / its mean", _seen(log) / SERVICE_S, 1.0, within=0.03),
        mean("mean wait / service", doctor_waits(log) / SERVICE_S, exact, within=0.3),
    ]


def _seen(log: Any) -> Array:
    return np.asarray(log.seconds("doctor_ends") - log.seconds("doctor_starts"))


def priorities(
    folder: Path, *, at: str, loads: tuple[float, ...], servers: int, queue: str = "urgency"
) -> list[Figure]:
    """Classes of different urgency with the same services, none interrupted.

    Parameters
    ----------
    at
        ``units``: requests at AMK's board; ``doctors``: patients at a clinic; ``operators``: the
        professionals' line before the public.
    loads
        Offered by each class, the first served first.
    queue
        Of the board.
    """
    case = f"priority/{at}/{loads}"
    every = traffic(case, LOOP, load=sum(loads), service_s=SERVICE_S)
    shares = np.array(loads) / sum(loads)
    classes = generator(case, "classes").choice(len(loads), size=LOOP, p=shares)
    some, own = every.first(N), classes[:N]
    if at == "units":
        log = units(folder, case, some, servers, urgency=URGENCIES[own], queue=queue)
        waits = unit_waits(log)
    elif at == "doctors":
        waits = doctor_waits(doctors(folder, case, some, servers, urgency=URGENCIES[own]))
    else:
        waits, _ = call_waits(operators(folder, case, some, servers, professional=own == 0))
    loop = priority_waits(every, classes, servers)
    figures = [follows(waits, priority_waits(some, own, servers))]  # later ones may go before them
    expected = theory.cobham(loads, servers)
    for of, who, by, wide in ((waits, own, "", 5.0), (loop, classes, ", by the loop", 1.0)):
        figures += [
            mean(f"mean wait / service of class {k + 1}{by}", of[who == k] / SERVICE_S, exact,
                 within=0.15 * wide)
            for k, exact in enumerate(expected)
        ]  # fmt: skip
    return figures
