"""Norway's public holidays, and the half-days that people in the services know."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from emergency_sim.calendar.shifts import ShiftCalendar
from emergency_sim.domain.units import DAY

HALF_DAYS: Final = {
    "Wednesday before Easter": "easter -4 days",
    "Christmas Eve": "Dec 24",
    "New Year's Eve": "Dec 31",
}
"""Days on which work ends at noon, by name; each as an opening_hours day (add ``12:00-24:00``)."""


@lru_cache(maxsize=64)
def public_holidays(first: date, last: date) -> frozenset[date]:
    """Return the public holidays from ``first`` to ``last``, both included.

    They are those that ``PH`` means in a shift, read from the same calendar; a test holds them
    equal to the ``holidays`` library for 2020-2040.

    Examples
    --------
    >>> sorted(d.isoformat() for d in public_holidays(date(2024, 5, 1), date(2024, 5, 31)))
    ['2024-05-01', '2024-05-09', '2024-05-17', '2024-05-19', '2024-05-20']
    """
    return frozenset(_days("PH 00:00-24:00", first, last))


@lru_cache(maxsize=64)
def half_days(first: date, last: date) -> dict[date, str]:
    """Return the half-days from ``first`` to ``last`` by date, with their names.

    Examples
    --------
    >>> {d.isoformat(): name for d, name in half_days(date(2024, 1, 1), date(2024, 6, 30)).items()}
    {'2024-03-27': 'Wednesday before Easter'}
    """
    return {
        day: name
        for name, days in HALF_DAYS.items()
        for day in _days(f"{days} 00:00-24:00", first, last)
    }


def _days(text: str, first: date, last: date) -> list[date]:
    total = (last - first).days + 1
    if total < 1:
        raise ValueError(f"the last day ({last}) is before the first ({first})")
    on = ShiftCalendar(first, total).intervals(text)
    return [
        first + timedelta(days=day)
        for a, b in zip(on.start, on.end, strict=True)
        for day in range(int(a // DAY), int(b // DAY))
    ]
