"""The horizon of one run and the hours of the week.

Model time is local wall-clock time without daylight saving: every day has 24 hours (assumption A1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from emergency_sim.domain.units import DAY, SLOT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GOLDEN = 0.618033988749895
QUARTERS_OF_WEEK: Final = 672


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """When a run starts, when counting starts and ends.

    Parameters
    ----------
    start
        Date of second 0 (midnight, local time).
    warm_up_days
        Days before counting starts.
    days
        Counted days.
    run_out_days
        Days after the window during which demand goes on, so that the last counted incident meets
        the same world as the others (R19).
    """

    start: date
    warm_up_days: int
    days: int
    run_out_days: int = 2

    @property
    def window_start_s(self) -> float:
        """Second at which counting starts."""
        return self.warm_up_days * DAY

    @property
    def window_end_s(self) -> float:
        """Second at which counting ends (exclusive)."""
        return (self.warm_up_days + self.days) * DAY

    @property
    def end_s(self) -> float:
        """Second after which nothing more is demanded."""
        return (self.warm_up_days + self.days + self.run_out_days) * DAY

    @property
    def total_days(self) -> int:
        """Days of demand, warm-up and run-out included."""
        return self.warm_up_days + self.days + self.run_out_days

    def date_of(self, day: int) -> date:
        """Return the date of the 0-based day ``day``."""
        return self.start + timedelta(days=day)


def spread_start(first: date, replication: int, *, weeks: int = 52) -> date:
    """Return the start date of a replication; they cover the year evenly (assumption A41).

    The k-th replication starts ``floor(weeks * frac(k * golden ratio))`` weeks after ``first``: any
    number of replications is spread over the year, and adding one moves none of the others (R19).

    Examples
    --------
    >>> [spread_start(date(2024, 1, 1), k).isoformat() for k in range(3)]
    ['2024-01-01', '2024-08-12', '2024-03-25']
    """
    week = int(weeks * ((replication * GOLDEN) % 1.0))
    return first + timedelta(weeks=week)


def quarter_of_week(start: date, time_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return 0..671 (Monday 00:00-00:15 = 0) for seconds since midnight of ``start``."""
    return ((time_s // SLOT).astype("int64") + start.weekday() * 96) % QUARTERS_OF_WEEK
