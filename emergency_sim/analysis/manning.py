"""How long each clinic was open with a doctor on duty, and how long all of them were out (R14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.table import Coded, Table
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.clock_classes import ClockClasses
    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.log_view import LogView


def manning_table(view: LogView, frame: DistrictFrame, clock: ClockClasses) -> Table:
    """Return one row a legevakt: ``clinic``, ``on_duty_s``, ``unmanned_s``, ``times_unmanned``.

    Seconds of the window's legevakt hours with at least one doctor on duty, and of these with every
    doctor out.
    """
    clinics = tuple(p.id for p in frame.places if p.kind == "legevakt")
    low, high = round(frame.window_start_s * 1000), round(frame.window_end_s * 1000)
    role = {p.id: p.role for p in frame.people}
    doctors = view.translate(tuple(p for p, r in role.items() if r == "doctor"))
    shifts = view.rows(Kind.DUTY_STARTS, Kind.DUTY_ENDS)
    shifts = shifts[doctors[view.actor[shifts]] >= 0]
    shifts = np.setdiff1d(shifts, view.with_code(shifts, "daytime"), assume_unique=True)
    rows = np.sort(np.concatenate([shifts, view.rows(Kind.UNMANNED, Kind.MANNED)]))
    clinic = view.translate(clinics)[view.place[rows]]
    rows, clinic = rows[clinic >= 0], clinic[clinic >= 0]
    order = np.argsort(clinic, kind="stable")
    rows, clinic = rows[order], clinic[order]
    kind, n = view.kind[rows], len(rows)
    new = np.ones(n, bool)
    new[1:] = clinic[1:] != clinic[:-1]
    begins = np.maximum.accumulate(np.where(new, np.arange(n), 0)) if n else np.zeros(0, int)
    on_duty = _running(kind, Kind.DUTY_STARTS, Kind.DUTY_ENDS, begins) > 0
    out = _running(kind, Kind.UNMANNED, Kind.MANNED, begins) > 0
    start = view.time_ms[rows]
    end = np.append(start[1:], high)
    end = np.where(np.append(new[1:], True), max(high, int(start.max(initial=0))), end[:n])
    length = clock.legevakt_ms(np.clip(start, low, high), np.clip(end, low, high))
    gone = (kind == Kind.UNMANNED) & (start >= low) & (start < high)
    m = len(clinics)
    return Table(
        {
            "clinic": Coded(np.arange(m), clinics),
            "on_duty_s": np.bincount(clinic, length * on_duty, minlength=m) / 1000.0,
            "unmanned_s": np.bincount(clinic, length * (on_duty & out), minlength=m) / 1000.0,
            "times_unmanned": np.bincount(clinic, gone, minlength=m),
        }
    )


def _running(kind: NDArray[Any], up: Kind, down: Kind, begins: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many more ``up`` than ``down`` each clinic has had so far."""
    step = (kind == up).astype("int64") - (kind == down)
    total = np.concatenate([[0], np.cumsum(step)])
    return np.asarray(total[1:] - total[begins])
