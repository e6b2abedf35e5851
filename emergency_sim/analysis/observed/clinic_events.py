"""Rows of patients at legevakter as events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from emergency_sim.analysis.observed.event_rows import EventRows
    from emergency_sim.analysis.observed.mapped_log import Laid
    from emergency_sim.domain.log_mapping import LogMapping

CLINIC = "legevakt"


def write(events: EventRows, laid: Laid, mapping: LogMapping) -> None:
    """Write the events of all patients; each is an incident of its own.

    Parameters
    ----------
    events
        Written to.
    laid
        The table.
    mapping
        Not needed here.
    """
    del mapping
    rows = laid.rows
    codes, names = rows.words("clinic")
    clinic = events.names(codes, names)
    clinic = np.where(clinic < 0, events.name(CLINIC), clinic)
    urgency = rows.words("urgency")[0].astype("float64")
    urgency[urgency < 0] = np.nan
    incident, arrives = laid.incident, laid.time("arrives")
    same = {"incident": incident, "actor": clinic, "place": clinic}
    events.add(Kind.INCIDENT, arrives, incident=incident, place=laid.zone)
    events.add(Kind.ARRIVES, arrives, **same)
    events.add(
        Kind.TRIAGED, arrives, incident=incident, actor=clinic, value=urgency,
        code=events.name("reception"),
    )  # fmt: skip
    events.add(Kind.RECEIVED, laid.time("received"), **same)
    consultation = events.name("consultation")
    doctor = events.name("doctor")
    seen = {"incident": incident, "actor": doctor, "place": clinic, "code": consultation}
    events.add(Kind.DOCTOR_STARTS, laid.time("doctor_starts"), **seen)
    events.add(Kind.DOCTOR_ENDS, laid.time("doctor_ends"), **seen)
    events.add(Kind.LEAVES_CLINIC, laid.time("leaves"), **same)
