"""How much was going on in each hour of a run, warm-up included: what warm-up is judged by (R19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.clock_classes import HOUR_MS
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.log_view import LogView

SERIES: Final = ("units_busy", "patients_in_clinics", "open_incidents")
"""Units alarmed and not free again; patients at clinics and satellites, whether they wait or are
seen; incidents that have arisen and are not closed."""
ROWS: Final = (*SERIES, "incidents_arisen")
"""Rows of the hourly numbers: the series, and how many incidents arose in the hour (the demand)."""
_LIVES: Final = (
    ("mission", Kind.ALARMED, (Kind.CLEAR, Kind.DIVERTED, Kind.STOOD_DOWN)),
    ("incident", Kind.ARRIVES, (Kind.LEAVES_CLINIC, Kind.SETS_OUT, Kind.CLOSED)),
    ("incident", Kind.INCIDENT, (Kind.CLOSED,)),
)
"""Of each series: what it counts, with which event one begins and with which it ends."""


def hourly_ms(view: LogView, frame: DistrictFrame) -> NDArray[np.int64]:
    """Return what goes on in each hour from second 0 to the end of the window, and the demand.

    Parameters
    ----------
    view
        The log.
    frame
        Its window; an unfinished last hour is left out.

    Returns
    -------
    ndarray
        Shape (rows, hours), in the order of :data:`ROWS`: milliseconds added over all that is
        counted, which divided by an hour is their mean number; of the last row, how many arose.
    """
    hours = int(frame.window_end_s // 3600)
    numbers = [
        _under_way_ms(*_spans(view, column, begins, ends), hours) for column, begins, ends in _LIVES
    ]
    arisen = view.time_ms[view.rows(Kind.INCIDENT)] // HOUR_MS
    numbers.append(np.bincount(arisen[arisen < hours], minlength=hours))
    return np.array(numbers, dtype="int64").reshape(len(ROWS), hours)


def hourly_series(view: LogView, frame: DistrictFrame) -> NDArray[np.float32]:
    """Return :func:`hourly_ms` of a whole district as mean numbers by hour."""
    return in_hours(hourly_ms(view, frame))


def in_hours(hourly_ms: NDArray[Any]) -> NDArray[np.float32]:
    """Return milliseconds of :func:`hourly_ms`, added over all parts, as mean numbers by hour."""
    numbers = hourly_ms / HOUR_MS
    numbers[-1] = hourly_ms[-1]
    return numbers.astype("float32")


def mean_number(start_ms: NDArray[Any], end_ms: NDArray[Any], hours: int) -> NDArray[np.float64]:
    """Return how many of the spans [start, end) are under way, as mean of each hour.

    Parameters
    ----------
    start_ms, end_ms
        Milliseconds since second 0.
    hours
        How many hours from second 0.

    Examples
    --------
    >>> mean_number(np.array([0, 1_800_000]), np.array([3_600_000, 7_200_000]), 3).tolist()
    [1.5, 1.0, 0.0]
    """
    return _under_way_ms(start_ms, end_ms, hours) / HOUR_MS


def _under_way_ms(start_ms: NDArray[Any], end_ms: NDArray[Any], hours: int) -> NDArray[np.int64]:
    """Return the milliseconds under way in each hour, added over all spans."""
    edges = np.arange(hours + 1, dtype="int64") * HOUR_MS
    return np.diff(_elapsed(start_ms, edges) - _elapsed(end_ms, edges))


def _elapsed(time_ms: NDArray[Any], edges: NDArray[Any]) -> NDArray[np.int64]:
    """Return per edge the sum over all times before it of what has passed since."""
    times = np.sort(time_ms.astype("int64"))
    before = np.searchsorted(times, edges, side="right")
    total = np.concatenate([[0], np.cumsum(times)])
    return np.asarray(before * edges - total[before])


def _spans(
    view: LogView, column: str, begins: Kind, ends: tuple[Kind, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return start and end of each span; one without an end lasts as long as the log."""
    ids = getattr(view, column)
    start, stop = view.rows(begins), view.rows(*ends)
    start, stop = start[ids[start] >= 0], stop[ids[stop] >= 0]
    _, number = np.unique(np.concatenate([ids[start], ids[stop]]), return_inverse=True)
    rows = np.int64(len(view.time_ms))
    own, other = number[: len(start)] * rows, number[len(start) :] * rows
    ended = np.sort(other + stop)  # by the order of the log: what ends in the same instant, before
    at = np.searchsorted(ended, own + start)  # the beginning, is not the end of this one
    found = np.append(ended, np.int64(2**62))[at]
    last = view.time_ms.max(initial=0)
    end = np.append(view.time_ms, last)[np.where(found < own + rows, found - own, rows)]
    return view.time_ms[start], end
