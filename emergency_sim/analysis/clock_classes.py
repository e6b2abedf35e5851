"""Legevakt hours, classes of the hour and nights of one replication's calendar (R10, R14)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000
HOUR_CLASSES: Final = ("day", "evening", "night", "weekend")
"""Weekdays 08-16, 16-23 and 23-08; Saturdays, Sundays and public holidays whole."""


def legevakt_hours_of_week() -> NDArray[np.bool_]:
    """Return for the 168 hours of a plain week whether they are legevakt hours (not Mo-Fr 08-16).

    Examples
    --------
    >>> int(legevakt_hours_of_week().sum())
    128
    """
    hour = np.arange(168)
    return ~((hour // 24 < 5) & (hour % 24 >= 8) & (hour % 24 < 16))


class ClockClasses:
    """Classes of the hours of one replication.

    Parameters
    ----------
    frame
        Start, public holidays and window.
    last_ms
        Latest time that may be asked for.
    """

    def __init__(self, frame: DistrictFrame, last_ms: int) -> None:
        hours = int(max(last_ms, frame.window_end_s * 1000)) // HOUR_MS + 26
        hour = np.arange(hours)
        weekday = (hour // 24 + frame.start.weekday()) % 7
        days = hours // 24 + 1
        closed = set(frame.public_holidays)
        holiday = np.array([frame.start + timedelta(days=d) in closed for d in range(days)], bool)
        free = (weekday >= 5) | holiday[hour // 24]
        of_day = hour % 24
        self._legevakt = free | (of_day < 8) | (of_day >= 16)
        night = (of_day >= 23) | (of_day < 8)
        self._class = np.where(free, 3, np.where(night, 2, np.where(of_day < 16, 0, 1)))
        self._free = free
        self._sum = np.concatenate([[0], np.cumsum(self._legevakt) * HOUR_MS])

    def is_legevakt(self, time_ms: NDArray[Any]) -> NDArray[np.bool_]:
        """Return for each time whether it lies in legevakt hours."""
        return np.asarray(self._legevakt[time_ms // HOUR_MS])

    def hour_class(self, time_ms: NDArray[Any]) -> NDArray[np.int64]:
        """Return the position in :data:`HOUR_CLASSES` of each time."""
        return np.asarray(self._class[time_ms // HOUR_MS])

    def legevakt_ms(self, start: NDArray[Any], end: NDArray[Any]) -> NDArray[np.int64]:
        """Return how many milliseconds of each [start, end) lie in legevakt hours."""
        return self._until(end) - self._until(start)

    def weekend_days(self, start: NDArray[Any], end: NDArray[Any]) -> NDArray[np.bool_]:
        """Return for each [start, end) whether it touches a Saturday, Sunday or public holiday."""
        total = np.concatenate([[0], np.cumsum(self._free)])
        last = -(-end // HOUR_MS)
        return np.asarray((end > start) & (total[last] > total[start // HOUR_MS]))

    def _until(self, time_ms: NDArray[Any]) -> NDArray[np.int64]:
        hour = time_ms // HOUR_MS
        return np.asarray(self._sum[hour] + self._legevakt[hour] * (time_ms - hour * HOUR_MS))


def night_pieces(
    start: NDArray[Any], end: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Cut [start, end) at the borders of nights (23-07).

    Returns
    -------
    row, night, length
        A piece a line: which interval, which night (the day on which it begins), milliseconds.

    Examples
    --------
    >>> hour = 3_600_000
    >>> row, night, length = night_pieces(np.array([22 * hour]), np.array([48 * hour]))
    >>> night.tolist(), (length / hour).tolist()
    ([0, 1], [8.0, 1.0])
    """
    start, end = np.asarray(start, "int64"), np.asarray(end, "int64")
    first = (start - 31 * HOUR_MS) // DAY_MS + 1  # first night that ends after the start
    last = (end - 23 * HOUR_MS - 1) // DAY_MS  # last night that begins before the end
    number = np.where(end > start, np.maximum(last - first + 1, 0), 0)
    row = np.repeat(np.arange(len(start)), number)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    night = first[row] + offset
    begins = night * DAY_MS + 23 * HOUR_MS
    length = np.minimum(end[row], begins + 8 * HOUR_MS) - np.maximum(start[row], begins)
    return row, night, length
