"""All tables of one replication, made once from its log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.call_table import call_table
from emergency_sim.analysis.clock_classes import ClockClasses
from emergency_sim.analysis.groups import place_weights
from emergency_sim.analysis.hourly_series import hourly_ms, in_hours
from emergency_sim.analysis.incident_table import incident_table
from emergency_sim.analysis.log_view import LogView, Scatter
from emergency_sim.analysis.manning import manning_table
from emergency_sim.analysis.staff_table import staff_table
from emergency_sim.analysis.unit_table import mission_table, shift_table
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.table import Table
    from emergency_sim.domain.events import EventColumns


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What one replication comes to.

    Parameters
    ----------
    frame
        The district and the window.
    incidents, calls, missions, shifts, duties, manning
        See the modules that make them.
    weights
        How much of each place belongs to each group of areas.
    operators_busy_s
        Seconds of talking and writing up in the window, per place of the frame.
    hourly
        Numbers by hour of the run, see :mod:`emergency_sim.analysis.hourly_series`.
    """

    frame: DistrictFrame
    incidents: Table
    calls: Table
    missions: Table
    shifts: Table
    duties: Table
    manning: Table
    weights: dict[str, tuple[tuple[str, ...], NDArray[Any]]]
    operators_busy_s: NDArray[Any]
    hourly: NDArray[Any]

    @classmethod
    def of(cls, log: EventColumns, frame: DistrictFrame) -> Tables:
        """Return the tables of a log; rows of equal time may stand in any order."""
        part = cls.of_part(log, frame)
        return replace(part, weights=place_weights(frame), hourly=in_hours(part.hourly))

    @classmethod
    def of_part(cls, log: EventColumns, frame: DistrictFrame) -> Tables:
        """Return the tables of a part's log: no weights yet, and ``hourly`` in milliseconds."""
        view = LogView(log)
        clock = ClockClasses(frame, int(log.time_ms.max(initial=0)))
        incidents = incident_table(view, frame, clock)
        return cls(
            frame=frame,
            incidents=incidents,
            calls=call_table(view, incidents),
            missions=mission_table(view, frame),
            shifts=shift_table(view, frame),
            duties=staff_table(view, frame, clock),
            manning=manning_table(view, frame, clock),
            weights={},
            operators_busy_s=_operators_busy(view, frame),
            hourly=hourly_ms(view, frame),
        )


def _operators_busy(view: LogView, frame: DistrictFrame) -> NDArray[np.float64]:
    """Return seconds from answer to the end of writing up, per place, clipped to the window."""
    low, high = round(frame.window_start_s * 1000), round(frame.window_end_s * 1000)
    answered = view.rows(Kind.ANSWERED)
    answered = answered[view.call[answered] >= 0]
    calls, first = np.unique(view.call[answered], return_index=True)
    answered = answered[first]
    ended = view.rows(Kind.CALL_ENDS)
    at = Scatter(calls).last(ended, view.call[ended])
    end = np.append(view.time_ms, high)[at]
    busy = np.clip(end, low, high) - np.clip(view.time_ms[answered], low, high)
    place = view.translate(tuple(p.id for p in frame.places))[view.actor[answered]]
    kept = place >= 0
    return np.bincount(place[kept], busy[kept], minlength=len(frame.places)) / 1000.0
