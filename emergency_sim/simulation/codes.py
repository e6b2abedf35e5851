"""The codes of the log as numbers, as the processes write them."""

from __future__ import annotations

from emergency_sim.domain.events import TASKS
from emergency_sim.domain.incident import (
    Disposition,
    Entry,
    IfNotPresented,
    Problem,
    SatelliteOutcome,
)
from emergency_sim.simulation.recorder import Names

CODES = (
    *TASKS, "own_car", "taxi", "unit", "home", "hospital", "advice", "closed", "sent_on", "idle",
    "returning", "diverted", "conveyed", "not_conveyed", "assisted", "amk", "lvs", "doctor",
    "nurse", "booked", "professional", "informed",
)  # fmt: skip


class Codes:
    """Numbers of the codes that the log uses."""

    __slots__ = (
        *CODES, "dispositions", "entries", "from_113", "from_clinic", "from_lvs", "instead", "line_113",
        "line_116117", "line_professional", "problems", "satellite_outcomes", "slots",
    )  # fmt: skip

    def __init__(self, names: Names) -> None:
        for name in CODES:
            setattr(self, name, names[name])
        self.line_113 = self.from_113 = names["113"]
        self.line_116117 = names["116117"]
        self.line_professional = names["professional"]
        self.from_lvs = names["lvs"]
        self.from_clinic = names["clinic"]
        self.slots = (names["0"], names["1"])
        self.dispositions = tuple(names[d.name.lower()] for d in Disposition)
        self.satellite_outcomes = tuple(names[o.name.lower()] for o in SatelliteOutcome)
        self.entries = tuple(names[e.name.lower()] for e in Entry)
        self.problems = tuple(names[p.name.lower()] for p in Problem)
        self.instead = tuple(names[i.name.lower()] for i in IfNotPresented)
