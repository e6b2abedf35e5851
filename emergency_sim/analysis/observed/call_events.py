"""Rows of calls to 113 and 116117 as events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.observed.timestamps import NONE
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from emergency_sim.analysis.observed.event_rows import EventRows
    from emergency_sim.analysis.observed.mapped_log import Laid
    from emergency_sim.domain.log_mapping import LogMapping

LINES: Final = {"call_113": "113", "call_116117": "116117", "professional": "professional"}
ENTRIES: Final = {
    "call_113": "call_113", "call_116117": "call_116117", "professional": "professional_lvs",
}  # fmt: skip
CENTRES: Final = {"call_113": "amk", "call_116117": "lvs", "professional": "amk"}


def write(events: EventRows, laid: Laid, mapping: LogMapping) -> None:
    """Write the events of all calls; each is an incident of its own.

    Parameters
    ----------
    events
        Written to.
    laid, mapping
        The table.
    """
    assert mapping.calls is not None
    rows = laid.rows
    codes, words = rows.words("line")
    if not rows.has("line"):
        words = [mapping.calls.line]
        codes = np.zeros(len(rows), "int32")
    line = events.names(codes, [LINES[w] for w in words])
    who, centres = rows.words("centre")
    named = events.names(who, centres)
    centre = np.where(named >= 0, named, events.names(codes, [CENTRES[w] for w in words]))
    urgency = rows.words("urgency")[0].astype("float64")
    urgency[urgency < 0] = np.nan
    rings, answered, ended = (laid.time(t) for t in ("rings", "answered", "ended"))
    decided = laid.time("decided")
    incident = call = laid.incident
    events.add(
        Kind.INCIDENT, rings, incident=incident, place=laid.zone,
        code=events.names(codes, [ENTRIES[w] for w in words]),
    )  # fmt: skip
    same = {"incident": incident, "call": call, "actor": centre, "code": line}
    events.add(Kind.RINGS, rings, **same, value=0.0)
    wait = np.where(answered > NONE, (answered - rings) / 1000.0, np.nan)
    events.add(Kind.ANSWERED, answered, **same, value=wait)
    given_up = np.where(answered > NONE, NONE, ended)
    waited = np.where(given_up > NONE, (given_up - rings) / 1000.0, np.nan)
    events.add(Kind.GAVE_UP, given_up, **same, value=waited)
    by = "lvs" if "call_116117" in words else "amk"
    events.add(
        Kind.TRIAGED, decided, incident=incident, actor=centre, value=urgency,
        code=events.name(by),
    )  # fmt: skip
    events.add(Kind.CALL_ENDS, np.where(answered > NONE, ended, NONE), **same)
