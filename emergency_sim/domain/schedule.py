"""Shifts as plain arrays of start and end: what the calendar gives and the simulation follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.units import SLOT

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Half-open intervals [start, end) in seconds since the run's start, sorted, not overlapping.

    Intervals that touch stay apart: the border is a change of shift.
    """

    start: NDArray[Any]
    end: NDArray[Any]

    def __post_init__(self) -> None:
        if self.start.shape != self.end.shape or (self.end <= self.start).any():
            raise ValueError("every interval must end after its start")
        if (self.start[1:] < self.end[:-1]).any():
            raise ValueError("intervals must be sorted and must not overlap")

    def clipped(self, start_s: float, end_s: float) -> Intervals:
        """Return the parts inside [start_s, end_s)."""
        a = np.clip(self.start, start_s, end_s)
        b = np.clip(self.end, start_s, end_s)
        return Intervals(start=a[b > a], end=b[b > a])

    def hours(self) -> float:
        """Return the total length in hours."""
        return float((self.end - self.start).sum() / 3600.0)

    def contains(self, time_s: NDArray[Any]) -> NDArray[np.bool_]:
        """Return for each time whether it lies in an interval."""
        i = np.searchsorted(self.start, time_s, side="right") - 1
        ok = i >= 0
        ok[ok] &= np.asarray(time_s)[ok] < self.end[i[ok]]
        return np.asarray(ok, bool)

    def slots(self, total_s: float) -> NDArray[np.bool_]:
        """Return per quarter of an hour whether its beginning lies in an interval."""
        return self.contains(np.arange(0.0, total_s, SLOT))
