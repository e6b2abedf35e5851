"""What the textbooks say: closed formulas and birth-death chains, in units of the mean service.

Nothing here knows the simulator. The sources are named where each formula stands; the numbers that the
project was given beforehand are held against these functions in ``test_theory``.
"""

from itertools import pairwise
from math import exp, log1p
from typing import NamedTuple

import numpy as np


def erlang_b(load: float, servers: int) -> float:
    """Return the share of customers lost in M/M/c/c, by B(k) = a B(k-1) / (k + a B(k-1)).

    A. K. Erlang (1917), Solution of some problems in the theory of probabilities of significance in
    automatic telephone exchanges; the recursion in R. B. Cooper, Introduction to Queueing Theory
    (1981), 3.3.
    """
    b = 1.0
    for k in range(1, servers + 1):
        b = load * b / (k + load * b)
    return b


def erlang_c(load: float, servers: int) -> float:
    """Return the share that waits in M/M/c: C = B / (1 - a/c (1 - B)). Erlang (1917); Cooper, 3.4."""
    b = erlang_b(load, servers)
    return b / (1 - load / servers * (1 - b))


def mean_wait(load: float, servers: int) -> float:
    """Return the mean wait of all customers in M/M/c: C / (c - a). Cooper, 3.4."""
    return erlang_c(load, servers) / (servers - load)


def answered_within(load: float, servers: int, target: float) -> float:
    """Return the share that waits at most ``target`` in M/M/c, FCFS: 1 - C exp(-(c - a) t). Cooper, 3.4.

    Of P(wait), the mean wait and this one, only this one tells first-come-first-served from another
    order that does not look at the service: the first two are the same for last-come-first-served.
    """
    return 1 - erlang_c(load, servers) * exp(-(servers - load) * target)


class WithPatience(NamedTuple):
    """M/M/c+M: shares of all customers, and the mean time until the answer or until hanging up."""

    gave_up: float
    delayed: float
    wait: float


def erlang_a(load: float, servers: int, patience: float, *, states: int = 4000) -> WithPatience:
    """Solve the birth-death chain of M/M/c with exponential patience (mean ``patience``).

    C. Palm (1957), Research on telephone traffic carried by full availability groups; O. Garnett,
    A. Mandelbaum and M. Reiman (2002), Designing a call center with impatient customers, M&SOM 4(3).
    Births at rate a, deaths min(n, c) + max(n - c, 0) / patience. Arrivals see time averages (PASTA):
    P(wait) = P(N >= c). Who gives up: rate of giving up over rate of arrival, E[Q] / (patience a); the
    mean wait by Little's law, E[Q] / a.
    """
    n = np.arange(states + 1)
    deaths = np.minimum(n, servers) + np.maximum(n - servers, 0) / patience
    logs = np.concatenate(([0.0], np.cumsum(np.log(load) - np.log(deaths[1:]))))
    p = np.exp(logs - logs.max())
    p /= p.sum()
    queue = float((p * np.maximum(n - servers, 0)).sum())
    return WithPatience(queue / patience / load, float(p[servers:].sum()), queue / load)


def pollaczek_khinchine(load: float, scv: float) -> float:
    """Return the mean wait in M/G/1, a / (1 - a) x (1 + scv) / 2; scv = variance / mean^2 of the service.

    F. Pollaczek (1930) and A. Khinchine (1932); Cooper, 5.7. scv is 0 for constant services, 1 for
    exponential ones, exp(sigma^2) - 1 for log-normal ones.
    """
    return load / (1 - load) * (1 + scv) / 2


def lognormal_scv(sigma: float) -> float:
    """Return the squared coefficient of variation of a log-normal distribution."""
    return exp(sigma**2) - 1


def cobham(loads: tuple[float, ...], servers: int) -> tuple[float, ...]:
    """Return the mean wait of each class, the first served first, never interrupting a service.

    A. Cobham (1954), Priority assignment in waiting line problems, Operations Research 2(1): with a
    common exponential service, W_k = C / c / ((1 - s_{k-1}) (1 - s_k)), where s_k is the load of the
    classes up to k over c and C is Erlang's probability of waiting with the load of all.
    """
    all_busy = erlang_c(sum(loads), servers)
    up_to = np.concatenate(([0.0], np.cumsum(loads))) / servers
    return tuple(
        float(all_busy / servers / ((1 - before) * (1 - here))) for before, here in pairwise(up_to)
    )


def half_life(share: float, km: float) -> float:
    """Return the decay per km of a curve exp(-d km) that falls to ``share`` at ``km``."""
    return -log1p(share - 1) / km
