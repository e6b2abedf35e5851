"""How the columns of a service's own log are named and written: what a mapping file says.

Every column that is not named is not there. What each time means is said once, in
:data:`MISSION_TIMES`, :data:`CALL_TIMES` and :data:`CLINIC_TIMES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final, Literal

UrgencyWord = Literal["acute", "urgent", "regular"]
OriginWord = Literal["call_113", "lvs", "professional", "clinic", "booked"]
OutcomeWord = Literal[
    "conveyed", "not_conveyed", "assisted", "diverted", "stood_down", "cancelled", "unserved"
]
LineWord = Literal["call_113", "call_116117", "professional"]
ProblemWord = Literal[
    "cardiac_arrest", "stroke", "chest_pain", "breathing", "trauma", "minor_injury", "fall_frail",
    "infection", "psychiatric", "birth", "other", "none",
]  # fmt: skip

MISSION_TIMES: Final = (
    "rings", "answered", "registered", "decided", "alarmed", "mobilised", "on_scene",
    "leaves_scene", "at_destination", "clear", "at_base",
)  # fmt: skip
"""Times of a mission, in the order in which they happen."""

MISSION_CHAINS: Final = (("rings", "answered"), MISSION_TIMES[2:])
"""None may be before an earlier one of the same chain; a call may end at AMK after it registered."""

CALL_TIMES: Final = ("rings", "answered", "decided", "ended")
CLINIC_TIMES: Final = ("arrives", "received", "doctor_starts", "doctor_ends", "leaves")


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionColumns:
    """Names of the columns of the table of missions: one row a unit that was alarmed.

    Parameters
    ----------
    incident
        Number of the incident; rows with the same one are units of one incident.
    urgency
        Assigned urgency.
    registered
        The inquiry is registered at AMK: the response clock starts (R18).
    alarmed
        The unit is alerted; an empty cell: no unit was.
    rings, answered
        The 113 call starts to ring, and is answered.
    decided
        AMK has decided that a unit is wanted.
    mobilised
        The unit rolls.
    on_scene, leaves_scene
        Parked at the scene; leaves with the patient.
    at_destination, clear, at_base
        At the hospital or clinic; free again; back at the station.
    unit, destination
        Names.
    municipality
        Its number.
    zone
        Id of a zone of the scenario.
    east, north
        Coordinates of the scene, in the mapping's ``crs``.
    origin
        Who told AMK.
    problem
        What is the matter.
    outcome
        How the mission ended.
    """

    incident: str
    urgency: str
    registered: str
    alarmed: str
    rings: str | None = None
    answered: str | None = None
    decided: str | None = None
    mobilised: str | None = None
    on_scene: str | None = None
    leaves_scene: str | None = None
    at_destination: str | None = None
    clear: str | None = None
    at_base: str | None = None
    unit: str | None = None
    destination: str | None = None
    municipality: str | None = None
    zone: str | None = None
    east: str | None = None
    north: str | None = None
    origin: str | None = None
    problem: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionValues:
    """What the cells of the columns with words mean; a cell that is not named is bad.

    Parameters
    ----------
    urgency, origin, outcome, problem
        Our word by cell. Not given: the cells are our words.
    destination
        Our id by cell; cells that are not named are kept as they are.
    """

    urgency: dict[str, UrgencyWord] = field(default_factory=dict)
    origin: dict[str, OriginWord] = field(default_factory=dict)
    outcome: dict[str, OutcomeWord] = field(default_factory=dict)
    problem: dict[str, ProblemWord] = field(default_factory=dict)
    destination: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missions:
    """The table of missions.

    Parameters
    ----------
    columns, values
        Names of columns, and what cells mean.
    crew_at_home
        Units, as the log names them, whose crew waits at home.
    """

    columns: MissionColumns
    values: MissionValues = MissionValues()
    crew_at_home: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallColumns:
    """Names of the columns of the table of calls to 113 or 116117: one row a call.

    Parameters
    ----------
    rings, answered, ended
        The call is in the queue; is answered (empty: never); is over.
    line
        Which number was called.
    decided
        The operator has decided what is to be done.
    urgency, centre, municipality
        Assigned urgency, who answers, number of the municipality.
    """

    rings: str
    answered: str
    ended: str
    line: str | None = None
    decided: str | None = None
    urgency: str | None = None
    centre: str | None = None
    municipality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallValues:
    """As :class:`MissionValues`; ``centre`` gives our id by cell."""

    line: dict[str, LineWord] = field(default_factory=dict)
    urgency: dict[str, UrgencyWord] = field(default_factory=dict)
    centre: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The table of calls, in a file of its own.

    Parameters
    ----------
    file
        Path from the mapping file.
    columns, values
        Names of columns, and what cells mean.
    line
        The number called, where no column says it.
    """

    file: str
    columns: CallColumns
    values: CallValues = CallValues()
    line: LineWord = "call_116117"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicColumns:
    """Names of the columns of the table of patients at legevakter: one row a patient.

    Parameters
    ----------
    arrives, received
        The patient is there; has been seen by the reception nurse.
    doctor_starts, doctor_ends, leaves
        The consultation, and when the patient leaves.
    clinic, urgency, municipality
        Where; urgency given by the reception; number of the patient's municipality.
    """

    arrives: str
    doctor_starts: str
    received: str | None = None
    doctor_ends: str | None = None
    leaves: str | None = None
    clinic: str | None = None
    urgency: str | None = None
    municipality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicValues:
    """As :class:`MissionValues`; ``clinic`` gives our id by cell."""

    urgency: dict[str, UrgencyWord] = field(default_factory=dict)
    clinic: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicVisits:
    """The table of patients at legevakter, in a file of its own; see :class:`Calls`."""

    file: str
    columns: ClinicColumns
    values: ClinicValues = ClinicValues()


class Encoding(StrEnum):
    """How the text of a file is coded."""

    UTF_8 = "utf-8"
    LATIN_1 = "latin-1"
    CP1252 = "cp1252"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMapping:
    """All that must be known to read a service's own log.

    Parameters
    ----------
    schema
        Of the mapping file.
    missions
        The log itself.
    calls, clinic
        Further tables, in files of their own.
    encoding, separator, decimal
        Of all files.
    time_format
        As in Python's ``strptime``.
    time_zone
        The clock that the log was written by; summer time as that zone has it.
    crs
        Of ``east`` and ``north``: ``EPSG:25833``, or ``EPSG:4326`` for degrees.
    bad_share
        More bad rows than this share of a table are a fault of the file (assumption A61).
    population
        CSV of ``municipality,population``: gives rates.
    """

    schema: Literal["emergency_sim/mapping/1"]
    missions: Missions
    calls: Calls | None = None
    clinic: ClinicVisits | None = None
    encoding: Encoding = Encoding.UTF_8
    separator: Literal[",", ";", "\t", "|"] = ";"
    decimal: Literal[",", "."] = ","
    time_format: str = "%d.%m.%Y %H:%M:%S"
    time_zone: str = "Europe/Oslo"
    crs: Literal["EPSG:25833", "EPSG:4326"] = "EPSG:25833"
    bad_share: float = 0.05
    population: str | None = None


def named_columns(columns: MissionColumns | CallColumns | ClinicColumns) -> dict[str, str]:
    """Return the names in the file by our names, of those columns that there are.

    Examples
    --------
    >>> named_columns(CallColumns(rings="Inn", answered="Svar", ended="Slutt"))
    {'rings': 'Inn', 'answered': 'Svar', 'ended': 'Slutt'}
    """
    found = {f.name: getattr(columns, f.name) for f in fields(columns)}
    return {ours: theirs for ours, theirs in found.items() if theirs is not None}
