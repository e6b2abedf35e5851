"""Counting a log the way the published statistics count: per 1000 inhabitants and year (R1)."""

import numpy as np

from emergency_sim.analysis.district_frame import DistrictFrame
from emergency_sim.domain.events import EventColumns, Kind
from emergency_sim.domain.units import DAY, DAYS_PER_YEAR
from emergency_sim.experiment.compile import Compiled

OUTSIDE = "outside-"
PUBLISHED = {
    "calls_116117": 583.0,
    "calls_113": 137.0,
    "contacts": 480.0,
    "acute_missions": 59.0,
    "urgent_missions": 50.0,
    "regular_missions": 29.0,
}
"""Per 1000 inhabitants and year; contacts are 330 under the calibration ``watchtower`` (R2)."""


def counted(compiled: Compiled, log: EventColumns, frame: DistrictFrame) -> dict[str, float]:
    """Return the numbers behind :data:`PUBLISHED`, of incidents that arise in the window.

    People from outside the region (zones ``outside-...``) are left out above and below the line.

    - calls to 113: calls that ring on that line, repeated ones and inquiries included;
    - calls to 116117: all that ring at a legevaktsentral, also those of health professionals and
      those that AMK passes on;
    - contacts: incidents that a legevaktsentral or a clinic's reception has triaged, whose duty doctor
      AMK has alerted, or who came to a clinic;
    - missions: units alarmed, by the urgency that AMK assigned, each unit of an incident counted once
      even when it was taken away and another one sent; units that were stood down count.
    """
    horizon = compiled.horizon(0)
    first, last = horizon.window_start_s * 1000, horizon.window_end_s * 1000
    names = np.array(log.names)
    born = log.kind == Kind.INCIDENT
    arises = (log.time_ms >= first) & (log.time_ms < last)
    inside = ~np.char.startswith(names[log.place[born & arises]], OUTSIDE)
    ours = np.isin(log.incident, log.incident[born & arises][inside])

    def of(*kinds: Kind) -> np.ndarray:
        return ours & np.isin(log.kind, kinds)

    def code(*words: str) -> np.ndarray:
        return np.isin(names[log.code], words)

    lvs = list(compiled.scenario.legevaktsentraler)
    contact = (
        (of(Kind.TRIAGED) & code("lvs", "reception")) | of(Kind.DOCTOR_ALERTED) | of(Kind.ARRIVES)
    )
    figures = {
        "calls_116117": (of(Kind.RINGS) & np.isin(names[log.actor], lvs)).sum(),
        "calls_113": (of(Kind.RINGS) & code("113")).sum(),
        "contacts": len(np.unique(log.incident[contact])),
    }
    alarmed, diverted = of(Kind.ALARMED), of(Kind.DIVERTED)
    again = log.incident[diverted]
    asked = of(Kind.REQUESTED)
    urgency = np.full(int(log.incident.max()) + 1, -1)
    urgency[log.incident[asked]] = log.value[asked]
    for number, word in enumerate(("acute", "urgent", "regular")):
        missions = (urgency[log.incident[alarmed]] == number).sum()
        missions -= (urgency[again] == number).sum()
        figures[f"{word}_missions"] = missions
    people = compiled.ground.zones.population[~compiled.ground.zones.outside].sum()
    years = (last - first) / 1000 / DAY / DAYS_PER_YEAR
    return {name: float(n / people * 1000 / years) for name, n in figures.items()}
