"""Rungs of Erlang's formulas: loss, waiting, and customers who give up.

Each function simulates one case and returns its figures. ``staffed`` and the like change what is
simulated and not what is expected, so that tests can see a wrong simulator fail.
"""

from pathlib import Path
from typing import Any

import numpy as np

from tests.known_answers import theory
from tests.known_answers.figures import Figure, follows, mean, ratio, same
from tests.known_answers.queues import Array, exact_waits, traffic, waits_and_leavers
from tests.known_answers.runs import call_waits, operators, unit_waits, units

N = 20_000
"""Customers simulated; the loop, which they follow to the millisecond, goes on far longer."""
LOOP = 500_000
SERVICE_S = 240.0
WAITED_S = 0.0005


def erlang_b(
    folder: Path, *, load: float, servers: int, n: int = N, loop: int = LOOP,
    staffed: int | None = None,
) -> list[Figure]:  # fmt: skip
    """Calls without patience: who finds every operator busy hangs up at once."""
    case, exact = f"erlang-b/{load}/{servers}", theory.erlang_b(load, servers)
    calls = traffic(case, loop, load=load, service_s=SERVICE_S, patience_s=0.0)
    _, lost = call_waits(operators(folder, case, calls.first(n), staffed or servers))
    _, gone = waits_and_leavers(calls, servers)
    return [
        same("calls lost in one of simulation and loop only", lost, gone[:n]),
        mean("lost", lost, exact, within=0.4),
        mean("lost, by the loop", gone, exact, within=0.08),
    ]


def erlang_c(
    folder: Path, *, load: float, servers: int, n: int = N, loop: int = LOOP,
    staffed: int | None = None,
) -> list[Figure]:  # fmt: skip
    """Incidents that wait for a unit, first come first served."""
    case = f"erlang-c/{load}/{servers}"
    cars = traffic(case, loop, load=load, service_s=SERVICE_S)
    waits = unit_waits(units(folder, case, cars.first(n), staffed or servers))
    exact = exact_waits(cars, servers)
    return [
        follows(waits, exact[:n]),
        *_delay(waits, load, servers, "", within=(0.5, 1.1)),
        *_delay(exact, load, servers, ", by the loop", within=(0.15, 0.35)),
    ]


def _delay(
    waits: Array, load: float, servers: int, by: str, *, within: tuple[float, float]
) -> list[Figure]:
    delayed, wait = theory.erlang_c(load, servers), theory.mean_wait(load, servers)
    return [
        mean(f"wait at all{by}", waits > WAITED_S, delayed, within=within[0]),
        mean(f"mean wait / service{by}", waits / SERVICE_S, wait, within=within[1]),
    ]


def call_centre(
    folder: Path, *, load: float = 48.0, servers: int = 55, target_s: float = 15.0,
    n: int = 4 * N, loop: int = 4 * LOOP,
) -> list[Figure]:  # fmt: skip
    """360 calls per half hour of 4 minutes each, 55 operators, to be answered within 15 seconds."""
    case = "call-centre"
    calls = traffic(case, loop, load=load, service_s=SERVICE_S)
    log = operators(folder, case, calls.first(n), servers)
    waits, _ = call_waits(log)
    exact = exact_waits(calls, servers)
    talk = log.seconds("call_ends") - log.seconds("answered")
    gaps = np.diff(log.seconds("incident"), prepend=0.0)
    in_time = theory.answered_within(load, servers, target_s / SERVICE_S)
    delayed, wait = theory.erlang_c(load, servers), theory.mean_wait(load, servers) * SERVICE_S
    figures = [follows(waits, exact[:n])]
    busy = load / servers
    figures.append(ratio("operators busy", talk / servers, gaps, busy, within=0.05))
    for of, by, wide in ((waits, "", 5.0), (exact, ", by the loop", 1.0)):
        figures += [
            mean(f"wait at all{by}", of > WAITED_S, delayed, within=0.15 * wide),
            mean(f"answered within 15 s{by}", of <= target_s, in_time, within=0.03 * wide),
            mean(f"mean seconds to the answer{by}", of, wait, within=0.25 * wide),
        ]
    return figures


def service_level(
    folder: Path, *, load: float, servers: int, target_s: float, n: int = N
) -> list[Figure]:
    """Calls answered in time: the figure that knows first come from last come first served."""
    case = f"service-level/{load}/{servers}"
    calls = traffic(case, n, load=load, service_s=SERVICE_S)
    waits, _ = call_waits(operators(folder, case, calls, servers))
    in_time = theory.answered_within(load, servers, target_s / SERVICE_S)
    return [
        follows(waits, exact_waits(calls, servers)),
        mean("wait at all", waits > WAITED_S, theory.erlang_c(load, servers), within=0.3),
        mean(f"answered within {target_s:g} s", waits <= target_s, in_time, within=0.1),
    ]


def erlang_a(folder: Path, *, load: float, servers: int, patience: float) -> list[Figure]:
    """Calls with exponential patience, in mean services, drawn beforehand: followed call by call."""
    case = f"erlang-a/{load}/{servers}/{patience}"
    calls = traffic(case, LOOP, load=load, service_s=SERVICE_S, patience_s=patience * SERVICE_S)
    waits, left = call_waits(operators(folder, case, calls.first(N), servers))
    exact, gone = waits_and_leavers(calls, servers)
    expected = theory.erlang_a(load, servers, patience)
    return [
        follows(waits, exact[:N]),
        same("calls given up in one of simulation and loop only", left, gone[:N]),
        *_patience(waits, left, expected, "", within=0.25),
        *_patience(exact, gone, expected, ", by the loop", within=0.06),
    ]


def erlang_a_drawn(
    folder: Path, *, load: float, servers: int, patience: float, times: float = 1.0, n: int = N
) -> list[Figure]:
    """The same with talk and patience drawn by the product: two exponential parameters say all.

    ``times``: a factor on the mean of the patience that is simulated.
    """
    case = f"erlang-a/drawn/{load}/{servers}/{patience}"
    calls = traffic(case, n, load=load, service_s=SERVICE_S)
    minutes = SERVICE_S / 60
    drawn: dict[str, Any] = {
        "lvs.interview": {"kind": "exponential", "mean_minutes": minutes},
        "lvs.patience": {"kind": "exponential", "mean_minutes": minutes * patience * times},
    }
    waits, left = call_waits(operators(folder, case, calls, servers, drawn=True, **drawn))
    expected = theory.erlang_a(load, servers, patience)
    return _patience(waits, left, expected, "", within=0.25)


def _patience(
    waits: Array, left: Any, expected: theory.WithPatience, by: str, *, within: float
) -> list[Figure]:
    delayed = (waits > WAITED_S) | left
    return [
        mean(f"give up{by}", left, expected.gave_up, within=within),
        mean(f"wait at all{by}", delayed, expected.delayed, within=within),
        mean(f"mean wait / service{by}", waits / SERVICE_S, expected.wait, within=within),
    ]
