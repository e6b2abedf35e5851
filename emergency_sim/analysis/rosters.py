"""Duty lines over the roster cycle, and what their hours cost: rostered, whatever happens (R20)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emergency_sim.domain.units import DAY, HOUR

if TYPE_CHECKING:
    from datetime import date

    from emergency_sim.domain.schedule import Intervals


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """One duty line of one place.

    Parameters
    ----------
    place
        Clinic, satellite, centre or station.
    role
        ``doctor``, ``nurse``, ``operator``, or ``crew`` of a unit.
    form
        ``active``, ``onsite``, ``home``, ``backup`` or ``daytime``.
    pool
        Lines of one place and role with the same pool share the same people; their ``rota`` is
        counted once.
    rota
        People in the pool (may be a fraction: the district's rule).
    hours_per_week
        Person-hours in legevakt hours (not weekdays 08-16; public holidays as given), mean of the
        roster cycle.
    daytime_hours_per_week
        Person-hours on weekdays 08-16.
    weekend_duties_per_week
        People of the line who are on call some time of a weekend (Saturday or Sunday), however
        many or long their duties are (assumption A44), mean over the weeks of the roster cycle.
    """

    place: str
    role: str
    form: str
    pool: str
    rota: float
    hours_per_week: float
    daytime_hours_per_week: float = 0.0
    weekend_duties_per_week: float = 0.0

    @classmethod
    def of(
        cls,
        intervals: Intervals,
        *,
        start: date,
        weeks: float,
        count: int,
        place: str,
        role: str,
        form: str,
        rota: float,
        pool: str = "",
    ) -> RosterLine:
        """Return the line whose ``count`` people are on duty in ``intervals``.

        Parameters
        ----------
        intervals
            Seconds since midnight of ``start``.
        start, weeks
            First day and length of the roster cycle.
        count
            People on duty at the same time.
        place, role, form, rota, pool
            As in the class; an empty pool is the pool of the place and role.

        Examples
        --------
        >>> from datetime import date
        >>> import numpy as np
        >>> from emergency_sim.domain.schedule import Intervals
        >>> nights = Intervals(start=np.arange(7) * 86400.0, end=np.arange(7) * 86400.0 + 28800)
        >>> line = RosterLine.of(
        ...     nights,
        ...     start=date(2024, 1, 1),
        ...     weeks=1,
        ...     count=1,
        ...     place="molde",
        ...     role="doctor",
        ...     form="onsite",
        ...     rota=8,
        ... )
        >>> line.hours_per_week, line.weekend_duties_per_week
        (56.0, 1.0)
        """
        cut = intervals.clipped(0.0, weeks * 7 * DAY)
        total = cut.hours()
        day_s = 0.0
        weekends: set[int] = set()
        for a, b in zip(cut.start, cut.end, strict=True):
            first, last = int(a // DAY), int(np.ceil(b / DAY))
            days = range(first, last)
            for d in days:
                if (d + start.weekday()) % 7 >= 5:
                    weekends.add((d + start.weekday()) // 7)
                if (d + start.weekday()) % 7 < 5:
                    low, high = d * DAY + 8 * HOUR, d * DAY + 16 * HOUR
                    day_s += max(0.0, min(b, high) - max(a, low))
        return cls(
            place=place,
            role=role,
            form=form,
            pool=pool or f"{place}:{role}",
            rota=rota,
            hours_per_week=count * (total - day_s / HOUR) / weeks,
            daytime_hours_per_week=count * day_s / HOUR / weeks,
            weekend_duties_per_week=count * len(weekends) / weeks,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRate:
    """What an hour of duty of one actor in one form costs the employer (R17).

    Parameters
    ----------
    actor, form
        As ``role`` and ``form`` of a duty line.
    parameter
        Key of the parameter that it comes from; rates of one parameter move together.
    nok_per_hour
        NOK an hour and person.
    low, high
        Range of the parameter.
    status
        Of the parameter: ``published``, ``derived`` or ``assumed``.
    """

    actor: str
    form: str
    parameter: str
    nok_per_hour: float
    low: float
    high: float
    status: str
