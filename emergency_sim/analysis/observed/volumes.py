"""How much there is, and when and where: a real log beside a simulation.

Incidents a day, hours of units a day, and how incidents are spread over the hours of the week and
over municipalities. Intervals come from drawing whole days again. Where other dates were simulated than
the log has, each simulated day counts as often as its month is in the log: what differs is then no
season, which in the model goes by month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.incident_table import URGENCIES
from emergency_sim.analysis.log_view import Scatter
from emergency_sim.analysis.observed.stage_comparison import (
    FEWEST,
    RESAMPLES,
    Level,
    Thresholds,
    widening,
)
from emergency_sim.analysis.sums import weighted
from emergency_sim.domain.streams import Streams
from emergency_sim.domain.units import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.analysis.tables import Tables

BANDS: Final = tuple(
    f"{days} {hours}"
    for days in ("weekdays", "Sat-Sun")
    for hours in ("00-06", "06-12", "12-18", "18-24")
)  # fmt: skip
SPREAD_WARN, SPREAD_FAIL = 0.05, 0.10
"""Share of incidents that would have to move, beyond what chance explains (assumption A62)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volume:
    """What a log, or some replications, come to.

    Parameters
    ----------
    days
        Number of days.
    by_day
        Incidents registered at AMK, shape (days, 3): by assigned urgency.
    unit_hours
        Hours from alarm to clear by day of the alarm, shape (days,).
    bands
        Incidents by day and band of the week, shape (days, 8).
    places
        Incidents by day and municipality, shape (days, municipalities).
    municipalities
        Their names.
    month
        1 to 12, of each day.
    """

    days: int
    by_day: NDArray[np.float64]
    unit_hours: NDArray[np.float64]
    bands: NDArray[np.float64]
    places: NDArray[np.float64]
    municipalities: tuple[str, ...]
    month: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRow:
    """One figure of both sides.

    Parameters
    ----------
    name, group
        ``incidents_per_day`` by urgency, ``unit_hours_per_day``, ``hours_of_week``,
        ``municipalities``; or one municipality's share.
    log, simulation
        Per day; for the spreads: nothing (NaN) on either side.
    n_log
        Incidents or missions of the log.
    ratio, low, high
        Log over simulation with its 95 % interval; for the spreads the share of incidents that
        would have to move, and its range if only chance were at work.
    level
        The verdict.
    """

    name: str
    group: str
    log: float
    simulation: float
    n_log: int
    ratio: float
    low: float
    high: float
    level: Level


def volume_of(parts: Sequence[Tables]) -> Volume:
    """Return the volume of a log (one table) or of all replications."""
    found = [_one(tables) for tables in parts]
    return Volume(
        days=sum(v.days for v in found),
        by_day=np.concatenate([v.by_day for v in found]),
        unit_hours=np.concatenate([v.unit_hours for v in found]),
        bands=np.concatenate([v.bands for v in found]),
        places=np.concatenate([v.places for v in found]),
        municipalities=found[0].municipalities,
        month=np.concatenate([v.month for v in found]),
    )


def _one(tables: Tables) -> Volume:
    incidents, frame = tables.incidents, tables.frame
    days = round((frame.window_end_s - frame.window_start_s) / DAY)
    first = frame.start + timedelta(seconds=frame.window_start_s)
    own = np.flatnonzero(np.isfinite(incidents["registered_s"]))
    day = ((incidents["arises_s"][own] - frame.window_start_s) // DAY).astype("int64")
    urgency = incidents.text("assigned_urgency").codes[own]
    hour = (incidents["arises_s"][own] // HOUR + 24 * frame.start.weekday()).astype("int64") % 168
    band = 4 * (hour >= 120) + hour % 24 // 6
    municipality = incidents.text("municipality")
    missions = tables.missions
    busy = missions["clear_s"] - missions["alarmed_s"]
    mine = Scatter(incidents["id"]).at(missions["incident"])
    alarm = ((missions["alarmed_s"] - frame.window_start_s) // DAY).astype("int64")
    kept = np.isfinite(busy) & (mine >= 0) & (alarm >= 0) & (alarm < days)
    return Volume(
        days=days,
        by_day=_counts(day, urgency, days, 3),
        unit_hours=np.bincount(alarm[kept], busy[kept], minlength=days) / HOUR,
        bands=_counts(day, band, days, len(BANDS)),
        places=_counts(day, municipality.codes[own], days, len(municipality.labels)),
        municipalities=municipality.labels,
        month=np.array([(first + timedelta(days=n)).month for n in range(days)], "int64"),
    )


def _counts(day: NDArray[Any], column: NDArray[Any], days: int, width: int) -> NDArray[np.float64]:
    kept = (column >= 0) & (column < width)
    flat = np.bincount(day[kept] * width + column[kept], minlength=days * width)
    return flat.reshape(days, width).astype("float64")


def compare_volumes(
    log: Volume, simulation: Volume, thresholds: Thresholds, *, places: bool, units: bool
) -> list[VolumeRow]:
    """Return the rows of all volumes.

    Parameters
    ----------
    log, simulation
        Both sides.
    thresholds
        Those of medians hold for ratios.
    places
        The log says where incidents are.
    units
        The log says when units are clear.
    """
    weight = month_weights(log.month, simulation.month)

    def ratio(
        name: str, group: str, own: NDArray[np.float64], other: NDArray[np.float64]
    ) -> VolumeRow:
        return _ratio(name, group, own, other, weight, thresholds)

    by_day, usual = log.by_day, simulation.by_day
    rows = [ratio("incidents_per_day", "all", by_day.sum(1), usual.sum(1))]
    rows += [
        ratio("incidents_per_day", name, by_day[:, i], usual[:, i])
        for i, name in enumerate(URGENCIES[:3])
    ]
    if units:
        rows.append(ratio("unit_hours_per_day", "all", log.unit_hours, simulation.unit_hours))
    rows.append(_spread("hours_of_week", log.bands, weighted(simulation.bands.T, weight)))
    if places:
        rows.append(_spread("municipalities", log.places, weighted(simulation.places.T, weight)))
        rows += [
            ratio("incidents_per_day", name, log.places[:, i], simulation.places[:, i])
            for i, name in enumerate(log.municipalities)
            if log.places[:, i].sum() >= FEWEST
        ]
    return rows


def month_weights(log: NDArray[np.int64], simulation: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how often each simulated day counts, so that months weigh as in the log.

    Parameters
    ----------
    log, simulation
        Month of each day, 1 to 12.

    Returns
    -------
    NDArray
        One a simulated day, mean 1. Months that only one side has weigh nothing: a month of the log
        that was not simulated is taken for like the others.

    Examples
    --------
    >>> month_weights(np.array([1, 1, 1, 2]), np.array([1, 2, 2, 3])).tolist()
    [3.0, 0.5, 0.5, 0.0]
    """
    theirs = np.bincount(log, minlength=13)
    ours = np.bincount(simulation, minlength=13)
    weight = np.divide(theirs, ours, out=np.zeros(13), where=ours > 0)[simulation]
    if not weight.sum() > 0:
        return np.ones(len(simulation))
    return np.asarray(weight / weight.mean())


def _ratio(
    name: str,
    group: str,
    log: NDArray[np.float64],
    simulation: NDArray[np.float64],
    weight: NDArray[np.float64],
    t: Thresholds,
) -> VolumeRow:
    n, nan = round(float(log.sum())), float("nan")
    usual = float(np.sum(weight * simulation) / weight.sum())
    plain: dict[str, Any] = {
        "name": name, "group": group, "n_log": n, "log": float(log.mean()), "simulation": usual,
    }  # fmt: skip
    if n < FEWEST or not usual > 0:
        return VolumeRow(**plain, ratio=nan, low=nan, high=nan, level=Level.TOO_FEW)
    random = Streams(seed=0).generator(f"check/{name}/{group}")
    even = np.ones(len(log))
    draws = np.log(_means(log, even, random) / _means(simulation, weight, random))
    # few days say little of how much days differ
    draws = draws.mean() + (draws - draws.mean()) * widening(min(len(log), len(simulation)))
    low, high = np.exp(np.quantile(draws, [0.025, 0.975]))
    ratio = float(log.mean() / usual)
    level = Level.OK
    if abs(ratio - 1) >= t.warn and not low <= 1 <= high:
        beyond = low > 1 + t.warn or high < 1 - t.warn
        level = Level.FAIL if abs(ratio - 1) >= t.fail and beyond else Level.WARN
    return VolumeRow(**plain, ratio=ratio, low=float(low), high=float(high), level=level)


def _means(
    values: NDArray[np.float64], weight: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.float64]:
    n = len(values)
    drawn = random.multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    return np.maximum(
        weighted(drawn, weight * values) / np.maximum(weighted(drawn, weight), 1e-9), 1e-9
    )


def _spread(name: str, log: NDArray[np.float64], simulation: NDArray[np.float64]) -> VolumeRow:
    """Return the share of incidents that would have to be elsewhere, and how much is chance.

    ``simulation`` is already summed over its days.
    """
    n, nan = round(float(log.sum())), float("nan")
    plain: dict[str, Any] = {
        "name": name,
        "group": "all",
        "n_log": n,
        "log": nan,
        "simulation": nan,
    }
    shares = simulation / max(simulation.sum(), 1.0)
    if n < FEWEST or not simulation.sum() > 0:
        return VolumeRow(**plain, ratio=nan, low=nan, high=nan, level=Level.TOO_FEW)
    moved = float(np.abs(log.sum(0) / n - shares).sum() / 2)
    random = Streams(seed=0).generator(f"check/{name}")
    chance = np.abs(random.multinomial(n, shares, size=RESAMPLES) / n - shares).sum(1) / 2
    low, high = np.quantile(chance, [0.025, 0.975])
    excess = moved - float(chance.mean())
    level = Level.OK
    if moved > high and excess >= SPREAD_WARN:
        level = Level.FAIL if excess >= SPREAD_FAIL else Level.WARN
    return VolumeRow(**plain, ratio=moved, low=float(low), high=float(high), level=level)
