"""The event log: the simulation's only product (MODEL.md has the table of kinds).

One row an event. The table in MODEL.md is generated from :class:`Kind` by :func:`kind_table`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Meaning(NamedTuple):
    """What a row of one kind says: actor, place, value, code."""

    says: str
    actor: str = ""
    place: str = ""
    value: str = ""
    code: str = ""


class Kind(IntEnum):
    """Closed set of event kinds; ``name.lower()`` is what stands in the log's ``kind`` column."""

    # the need
    INCIDENT = 0
    NEED = 1
    NOT_PRESENTED = 2
    CLOSED = 3
    # telephone
    RINGS = 10
    ANSWERED = 11
    GAVE_UP = 12
    REDIALS = 13
    TRIAGED = 14
    DECIDED = 15
    TRANSFERRED = 16
    CALL_ENDS = 17
    # AMK and units
    REGISTERED = 20
    REQUESTED = 21
    ALARMED = 22
    MOBILISED = 23
    ON_SCENE = 24
    LEAVES_SCENE = 25
    AT_DESTINATION = 26
    CLEAR = 27
    AT_BASE = 28
    DIVERTED = 29
    STOOD_DOWN = 30
    UNSERVED = 31
    UNIT_ON = 32
    UNIT_OFF = 33
    # patients at clinics
    SETS_OUT = 40
    ARRIVES = 41
    RECEIVED = 42
    DOCTOR_STARTS = 43
    DOCTOR_ENDS = 44
    LEAVES_CLINIC = 45
    REDIRECTED = 46
    # satellites
    SATELLITE_NURSE_STARTS = 50
    VIDEO_WAITS = 51
    VIDEO_STARTS = 52
    VIDEO_ENDS = 53
    SATELLITE_ENDS = 54
    SATELLITE_CLOSES = 55
    SATELLITE_OPENS = 56
    # doctors and nurses
    DUTY_STARTS = 60
    DUTY_ENDS = 61
    TASK_STARTS = 62
    TASK_ENDS = 63
    AT_SITE = 64
    LEAVES_SITE = 65
    UNMANNED = 66
    MANNED = 67
    DOCTOR_ALERTED = 68
    DOCTOR_ON_SCENE = 69
    DOCTOR_UNAVAILABLE = 70


MEANINGS: Final[dict[Kind, Meaning]] = {
    Kind.INCIDENT: Meaning("a need arises", "clinic whose district it is at that hour (or null)", "zone", "true urgency 0-3", "entry"),
    Kind.NEED: Meaning("what is the matter (same time as incident)", "area of the zone", "zone", "index of the age group", "problem"),
    Kind.NOT_PRESENTED: Meaning("stays away because of the distance", "clinic", "zone", "true urgency 0-3", "where to: nowhere, fastlege, call_113"),
    Kind.CLOSED: Meaning("nothing more will happen in this incident", "", "zone", "", "outcome"),
    Kind.RINGS: Meaning("a call starts to ring", "centre", "zone", "ordinal of the attempt (0 first)", "line: 113, 116117, professional"),
    Kind.ANSWERED: Meaning("an operator answers", "centre", "", "seconds since ringing", "line"),
    Kind.GAVE_UP: Meaning("the caller hangs up unanswered", "centre", "", "seconds since ringing", "line"),
    Kind.REDIALS: Meaning("will ring again", "centre", "", "pause in seconds", ""),
    Kind.TRIAGED: Meaning("urgency is assigned", "centre or clinic", "", "assigned urgency 0-2", "by: amk, lvs, reception"),
    Kind.DECIDED: Meaning("the disposition is made", "centre or clinic", "", "", "disposition"),
    Kind.TRANSFERRED: Meaning("the call goes to another centre", "centre that gives", "centre that takes", "", "to: amk, lvs"),
    Kind.CALL_ENDS: Meaning("the operator is free again", "centre", "", "", "line"),
    Kind.REGISTERED: Meaning("AMK registers the inquiry: the response clock starts (R18)", "AMK", "zone", "assigned urgency 0-2", "origin: 113, lvs, professional, clinic, booked"),
    Kind.REQUESTED: Meaning("AMK has decided; a unit is wanted", "AMK", "zone", "assigned urgency 0-2", "slot 0 or 1 as text"),
    Kind.ALARMED: Meaning("a unit is alerted", "unit", "its station", "expected seconds to the scene", "idle, returning or diverted"),
    Kind.MOBILISED: Meaning("the unit rolls", "unit", "its station", "", ""),
    Kind.ON_SCENE: Meaning("the unit is parked at the scene", "unit", "zone", "", "unit type"),
    Kind.LEAVES_SCENE: Meaning("the unit leaves with the patient", "unit", "zone", "", "destination"),
    Kind.AT_DESTINATION: Meaning("the unit is at the destination", "unit", "destination", "", ""),
    Kind.CLEAR: Meaning("the unit is free again", "unit", "where it is", "", "outcome: conveyed, not_conveyed, assisted"),
    Kind.AT_BASE: Meaning("the unit is back at its station", "unit", "station", "", ""),
    Kind.DIVERTED: Meaning("the unit is taken from this mission for a more urgent one", "unit", "", "", ""),
    Kind.STOOD_DOWN: Meaning("the unit is not needed after all", "unit", "", "", ""),
    Kind.UNSERVED: Meaning("no unit or clinic can reach the patient", "", "zone", "", "why"),
    Kind.UNIT_ON: Meaning("the unit's shift starts", "unit", "station", "", "unit type"),
    Kind.UNIT_OFF: Meaning("the unit's shift has ended and it is off duty", "unit", "station", "overtime in seconds", "unit type"),
    Kind.SETS_OUT: Meaning("the patient leaves for a clinic", "clinic or satellite", "zone, or the satellite left", "expected seconds", "own_car, taxi, unit"),
    Kind.ARRIVES: Meaning("the patient is at the clinic", "clinic or satellite", "clinic or satellite", "seconds under way", ""),
    Kind.RECEIVED: Meaning("the reception nurse has seen the patient", "clinic", "clinic", "", ""),
    Kind.DOCTOR_STARTS: Meaning("consultation, visit or call by a doctor starts", "doctor", "clinic or zone", "", "consultation, home_visit, call_out, phone"),
    Kind.DOCTOR_ENDS: Meaning("it ends for the patient", "doctor", "clinic or zone", "", "as above"),
    Kind.LEAVES_CLINIC: Meaning("the patient leaves", "clinic or satellite", "clinic or satellite", "", "home, hospital, advice"),
    Kind.REDIRECTED: Meaning("sent on to another clinic than first named", "from", "to", "", "why: closed, sent_on"),
    Kind.SATELLITE_NURSE_STARTS: Meaning("the satellite nurse takes the patient", "nurse", "satellite", "", ""),
    Kind.VIDEO_WAITS: Meaning("nurse and patient wait for the video doctor", "nurse", "satellite", "", ""),
    Kind.VIDEO_STARTS: Meaning("video consultation starts", "doctor", "satellite or zone", "", ""),
    Kind.VIDEO_ENDS: Meaning("video consultation ends", "doctor", "satellite or zone", "", ""),
    Kind.SATELLITE_ENDS: Meaning("the nurse is done with the patient", "nurse", "satellite", "", "satellite outcome"),
    Kind.SATELLITE_CLOSES: Meaning("nobody at the satellite: the nurse is out", "satellite", "satellite", "", "home_visit, first_response"),
    Kind.SATELLITE_OPENS: Meaning("the nurse is back", "satellite", "satellite", "", ""),
    Kind.DUTY_STARTS: Meaning("a person goes on duty", "person", "clinic, satellite or centre", "", "form: active, onsite, home, backup, daytime"),
    Kind.DUTY_ENDS: Meaning("the person is off duty", "person", "clinic, satellite or centre", "overtime in seconds", "form"),
    Kind.TASK_STARTS: Meaning("active work starts (R14)", "person", "clinic, satellite or zone", "", "task"),
    Kind.TASK_ENDS: Meaning("active work ends", "person", "clinic, satellite or zone", "", "task"),
    Kind.AT_SITE: Meaning("a home-duty doctor has come to the clinic", "person", "clinic", "", ""),
    Kind.LEAVES_SITE: Meaning("a home-duty doctor goes home", "person", "clinic", "", ""),
    Kind.UNMANNED: Meaning("open, and every doctor on duty is out", "clinic", "clinic", "", "call_out or home_visit"),
    Kind.MANNED: Meaning("a doctor is back", "clinic", "clinic", "", ""),
    Kind.DOCTOR_ALERTED: Meaning("AMK alerts the duty doctor", "clinic", "zone", "", "call_out (is to drive out) or informed"),
    Kind.DOCTOR_ON_SCENE: Meaning("doctor or satellite nurse is with the patient", "person", "zone", "", "doctor or nurse"),
    Kind.DOCTOR_UNAVAILABLE: Meaning("no doctor could drive out in time", "clinic", "zone", "", ""),
}  # fmt: skip

TASKS: Final = (
    "phone", "consultation", "video", "drive", "home_visit", "call_out", "documentation",
    "satellite_patient", "first_response", "reception",
)  # fmt: skip
"""Codes of TASK_STARTS and TASK_ENDS."""


COLUMN_TYPES: Final = {
    "time_ms": "int64", "kind": "int16", "incident": "int64", "call": "int64", "mission": "int64",
    "actor": "int32", "place": "int32", "value": "float64", "code": "int32",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EventColumns:
    """The event log of one replication of one scenario, as columns.

    Parameters
    ----------
    time_ms
        int64, milliseconds since the scenario's start, never falling.
    kind
        int16, :class:`Kind`.
    incident, call, mission
        int64; -1 stands for null here and nowhere else (parquet and tables hold real nulls).
    actor, place, code
        int32 index into :attr:`names`; -1 stands for null.
    value
        float64; NaN stands for null.
    names
        All ids and codes.
    """

    time_ms: NDArray[Any]
    kind: NDArray[Any]
    incident: NDArray[Any]
    call: NDArray[Any]
    mission: NDArray[Any]
    actor: NDArray[Any]
    place: NDArray[Any]
    value: NDArray[Any]
    code: NDArray[Any]
    names: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.time_ms)


class LogSink(Protocol):
    """Whoever takes the log of a run while it is written: keeps it, or writes it to a file."""

    def take(self, events: EventColumns) -> None:
        """Take the next events; their ``names`` begin with those of the pieces before."""
        ...


class KeptLog:
    """Keeps a log in memory, piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[EventColumns] = []

    def take(self, events: EventColumns) -> None:
        """Take the next events."""
        self._pieces.append(events)

    def log(self) -> EventColumns:
        """Return all pieces as one log."""
        pieces = self._pieces
        if len(pieces) == 1:
            return pieces[0]
        names = pieces[-1].names if pieces else ()
        columns = {
            name: np.concatenate([getattr(piece, name) for piece in pieces] or [np.empty(0, dtype)])
            for name, dtype in COLUMN_TYPES.items()
        }
        return EventColumns(names=names, **columns)


def kind_table() -> str:
    """Return the Markdown table of all kinds that MODEL.md holds."""
    rows = ["| kind | says | actor | place | value | code |", "|---|---|---|---|---|---|"]
    rows += [f"| `{k.name.lower()}` | " + " | ".join(MEANINGS[k]) + " |" for k in Kind]
    return "\n".join(rows)
