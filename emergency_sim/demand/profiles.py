"""When incidents arise: factors by day and month, weights by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.incident import Entry
from emergency_sim.domain.units import DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from numpy.typing import NDArray

    from emergency_sim.domain.parameters import Parameters

LEGEVAKT_ENTRIES = frozenset(
    {Entry.CALL_116117, Entry.WALK_IN, Entry.PROFESSIONAL_LVS, Entry.INQUIRY_116117}
)
MONTH_DAYS = (31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
BOOKED_HOURS = slice(8, 18)
SATURDAY = 5


class Profiles:
    """Day factors with mean 1 over a year, and shares of the hours of a day (assumption A5).

    Parameters
    ----------
    parameters
        Keys ``profile.*``.
    holidays
        Public holidays; they count as days off like Saturday and Sunday.

    Raises
    ------
    InputFaults
        A profile of the wrong length, with negative weights or nothing but zeros.
    """

    def __init__(self, parameters: Parameters, holidays: Collection[date] = ()) -> None:
        self._holidays = frozenset(holidays)
        off = parameters.number("profile.days_off_per_year")
        ratio = parameters.number("profile.weekend_ratio")
        mean = (DAYS_PER_YEAR - off + off * ratio) / DAYS_PER_YEAR
        self._legevakt_day = {False: 1 / mean, True: ratio / mean}
        month = _weights(parameters, "profile.month", 12)
        self._month = month / np.average(month, weights=MONTH_DAYS)
        self._hours = {
            (True, False): _weights(parameters, "profile.legevakt_weekday", 24),
            (True, True): _weights(parameters, "profile.legevakt_weekend", 24),
        }
        ambulance = _weights(parameters, "profile.ambulance", 24)
        self._hours[False, False] = self._hours[False, True] = ambulance
        self._booked(parameters.number("profile.booked_day_share"), off)

    def _booked(self, share: float, off: float) -> None:
        """Spread ``share`` over the hours 08-18 of working days and the rest over all others."""
        working = DAYS_PER_YEAR - off
        core = share / (working * 10)
        rest = (1 - share) / (DAYS_PER_YEAR * 24 - working * 10)
        weekday = np.full(24, rest)
        weekday[BOOKED_HOURS] = core
        weekend = np.full(24, rest)
        self._booked_hours = {False: weekday, True: weekend}
        self._booked_day = {
            False: float(weekday.sum() * DAYS_PER_YEAR),
            True: float(weekend.sum() * DAYS_PER_YEAR),
        }

    def day_off(self, day: date) -> bool:
        """Return whether ``day`` is a Saturday, Sunday or public holiday."""
        return day.weekday() >= SATURDAY or day in self._holidays

    def day_factor(self, entry: Entry, day: date) -> float:
        """Return the rate on ``day`` over the year's mean rate."""
        off = self.day_off(day)
        if entry is Entry.BOOKED:
            return self._booked_day[off]
        month = float(self._month[day.month - 1])
        return month * self._legevakt_day[off] if entry in LEGEVAKT_ENTRIES else month

    def hour_cdf(self, entry: Entry, day: date) -> NDArray[Any]:
        """Return the cumulative share at hours 0, 1, ... 24 of ``day``."""
        off = self.day_off(day)
        if entry is Entry.BOOKED:
            weights = self._booked_hours[off]
        else:
            weights = self._hours[entry in LEGEVAKT_ENTRIES, off]
        cdf = np.concatenate(([0.0], np.cumsum(weights)))
        return np.asarray(cdf / cdf[-1], float)


def season(parameters: Parameters, municipality: tuple[str, ...]) -> NDArray[Any]:
    """Return the season's factor, shape (zones, 12), from ``demand.municipality_season``."""
    factors = np.ones((len(municipality), 12))
    for number, row in parameters.value("demand.municipality_season").items():
        if len(row) != 12 or any(not float(x) >= 0 for x in row):
            key = "demand.municipality_season"
            message = f"municipality {number} needs twelve factors, at least 0"
            raise InputFaults([Fault(file="parameters", path=key, message=message, got=row)])
        factors[np.asarray(municipality) == str(number)] = np.asarray(row, float)
    return factors


def _weights(parameters: Parameters, key: str, length: int) -> NDArray[Any]:
    weights = np.asarray(parameters.numbers(key))
    if weights.shape != (length,) or (weights < 0).any() or not weights.sum() > 0:
        message = f"must be {length} weights, at least 0 and not all 0"
        raise InputFaults([Fault(file="parameters", path=key, message=message, got=weights.size)])
    return weights
