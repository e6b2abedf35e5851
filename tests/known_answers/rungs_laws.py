"""Rungs of laws that hold whatever the distributions, and of arrivals that see time averages."""

from pathlib import Path

import numpy as np

import emergency_sim as es
from tests.known_answers import theory
from tests.known_answers.figures import CLOCK_S, Figure, certain, mean, ratio
from tests.known_answers.queues import Array, exact_waits, traffic
from tests.known_answers.runs import Log, unit_waits, units

N = 20_000
SERVICE_S = 600.0
TOY = Path(__file__).parents[1] / "toy" / "toy.yaml"


def queue_laws(folder: Path, *, load: float = 2.0, servers: int = 3) -> list[Figure]:
    """Little's law, the utilisation law and PASTA on one run of units."""
    case = f"laws/{load}/{servers}"
    cars = traffic(case, N, load=load, service_s=SERVICE_S)
    log = units(folder, case, cars, servers)
    comes, goes = log.seconds("incident"), log.seconds("clear")
    waits, end = exact_waits(cars, servers), float(goes.max())
    number = sum(
        float(_time_with_at_least(comes, goes, k).sum()) for k in range(1, _most(comes, goes) + 1)
    )
    in_system = float((waits + cars.service).mean())
    gaps = np.diff(comes, append=end)
    all_busy = _time_with_at_least(comes, goes, servers)
    found = unit_waits(log) > CLOCK_S
    delayed = theory.erlang_c(load, servers)
    return [
        certain("mean number in the log (exact: arrivals x mean time of the loop)",
                number / end, N / end * in_system, 1e-5, N),
        certain("indicator of busy units (exact: work of the file / time)", _busy(log),
                _work(cars.arrival + waits, cars.service, cars.days) / servers, 1e-5, N),
        mean("arrivals that find all units busy", found, delayed, within=0.2),
        ratio("time in which all units are busy", all_busy, gaps, delayed, within=0.2),
    ]  # fmt: skip


def _time_with_at_least(comes: Array, goes: Array, k: int) -> Array:
    """Return, per arrival, the seconds until the next one in which at least k are in the system."""
    when = np.concatenate([comes, goes])
    step = np.concatenate([np.ones(len(comes)), -np.ones(len(goes))])
    order = np.argsort(when, kind="stable")
    when, inside = when[order], np.cumsum(step[order])
    spent = np.append(np.where(inside[:-1] >= k, np.diff(when), 0.0), 0.0)
    last = np.searchsorted(comes, when, side="right") - 1  # the arrival before each stretch
    return np.bincount(last, weights=spent, minlength=len(comes))


def _most(comes: Array, goes: Array) -> int:
    """Return the largest number in the system."""
    before = np.searchsorted(np.sort(goes), comes, side="left")
    return int((np.arange(1, len(comes) + 1) - before).max())


def _busy(log: Log) -> float:
    """Return the indicator: share of the units' time from alarm to clear."""
    kpis = log.results.kpis
    row = kpis[(kpis["kpi"] == "unavailable_share") & (kpis["group_kind"] == "all")]
    return float(row["value"].iloc[0])


def _work(starts: Array, service: Array, days: int) -> float:
    """Return the mean number of units at work in the counted days, by the file and the loop."""
    end = days * 86_400.0
    return float((np.minimum(starts + service, end) - np.minimum(starts, end)).sum() / end)


def minutes(folder: Path, *, days: int = 28) -> list[Figure]:
    """Everybody's minutes in the toy district: active + on site + at home = on duty."""
    staff = es.simulate(TOY, days=days, out=folder / "results").staff
    parts = staff["active_s"] + staff["onsite_s"] + staff["home_s"]
    worst = float((parts - staff["duty_s"]).abs().max())
    hours = float(staff["duty_s"].sum() / 3600)
    assert staff["active_s"].sum() > 0
    return [
        certain("active + on site + at home, hours", float(parts.sum() / 3600), hours, 1e-6,
                len(staff)),
        certain("largest difference of one duty, s", worst, 0.0, 1e-6, len(staff)),
    ]  # fmt: skip
