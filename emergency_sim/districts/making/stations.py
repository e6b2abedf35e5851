"""Where ambulances wait: at legevakter and hospitals, then where most people are too far from any."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.making.staffing import DAY_CAR_SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOWN_LIMIT_S: Final = 720.0
"""Drive within which people in towns are thought to be reached (target of the indicator, R18)."""
RURAL_LIMIT_S: Final = 1500.0
"""The same elsewhere."""
SAME_STATION_S: Final = 300.0
"""Two places so near to one another have one station."""
STATIONS_PER_CAR: Final = 0.7
"""Most stations per car (the default district has 33 and 43 cars), so that towns get a second car."""
NO_WAY_S: Final = 1e6
"""Stands for no way."""
LEAST_GAIN: Final = 300.0
"""People whom a station beyond legevakter and hospitals must bring within reach."""


@dataclass(frozen=True, slots=True)
class ChosenStation:
    """One station.

    Parameters
    ----------
    candidate
        Its place among the candidates.
    cars
        Cars that wait there round the clock.
    day_cars
        Cars that are there from 08 to 20.
    """

    candidate: int
    cars: int
    day_cars: int


def place_stations(
    drive_s: NDArray[Any], people: NDArray[Any], limit_s: NDArray[Any], first: int, cars: int
) -> list[ChosenStation]:
    """Return stations with their cars.

    Parameters
    ----------
    drive_s
        float64, shape (candidates, zones): seconds from each candidate to the zones' people.
    people
        float64 per zone.
    limit_s
        float64 per zone.
    first
        So many candidates, in their order, are legevakter and hospitals: they come before others.
    cars
        Cars in all.

    Notes
    -----
    Each step takes the candidate that brings most people within their limit. Cars that are left
    when no step is worth it go to the stations with most people per car. The first car of a
    station is there round the clock; of the others some are there by day only
    (staffing.DAY_CAR_SHARE of all cars, as far as there are others).
    """
    drive_s = np.where(np.isfinite(drive_s), drive_s, NO_WAY_S)
    reached = drive_s <= limit_s
    people_of = (reached * people).astype(np.float32)
    most = math.ceil(STATIONS_PER_CAR * cars)
    covered = np.zeros(len(people), dtype=bool)
    chosen: list[int] = []
    allowed = np.ones(len(drive_s), dtype=bool)
    for group, least in ((slice(0, first), 0.0), (slice(first, None), LEAST_GAIN)):
        inside = np.zeros(len(drive_s), dtype=bool)
        inside[group] = True
        while len(chosen) < most:
            gain = people_of @ (~covered).astype(np.float32)
            gain[~(allowed & inside)] = -1.0
            best = int(gain.argmax()) if gain.size else -1
            if best < 0 or gain[best] < least:
                break
            chosen.append(best)
            covered |= reached[best]
            allowed[best] = False
            allowed &= ~_near(drive_s, best)
    if not chosen and len(drive_s):
        chosen.append(int((reached @ people).argmax()))
    return _with_cars(drive_s[chosen], people, chosen, cars)


def _near(drive_s: NDArray[Any], station: int) -> NDArray[np.bool_]:
    """Return which candidates are at the same place as a station, by the times to the zones around it."""
    around = drive_s[station] <= max(float(drive_s[station].min()), RURAL_LIMIT_S / 2)
    apart = np.abs(drive_s[:, around] - drive_s[station, around])
    return np.asarray(apart.max(axis=1) <= SAME_STATION_S)


def _with_cars(
    drive_s: NDArray[Any], people: NDArray[Any], chosen: list[int], cars: int
) -> list[ChosenStation]:
    """Return the stations with all cars: after one each, where most people share one."""
    if not chosen:
        return []
    known = drive_s.min(axis=0) < NO_WAY_S
    nearest = drive_s.argmin(axis=0)
    near = np.bincount(nearest[known], people[known], minlength=len(chosen))
    number = np.ones(len(chosen), dtype=np.int64)
    for _ in range(cars - len(chosen)):
        number[int((near / number).argmax())] += 1
    by_day = np.zeros(len(chosen), dtype=np.int64)
    for _ in range(round(cars * DAY_CAR_SHARE)):
        spare = number - 1 - 2 * by_day  # no more of them by day than round the clock
        if spare.max() <= 0:
            break
        by_day[int(spare.argmax())] += 1
    return [
        ChosenStation(c, int(n - d), int(d)) for c, n, d in zip(chosen, number, by_day, strict=True)
    ]
