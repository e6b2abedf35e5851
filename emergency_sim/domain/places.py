"""Places of the chain and who works there: the scenario's id-keyed maps hold these objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from emergency_sim.domain.parameters import Status


class DutyForm(StrEnum):
    """How a person is on duty (MODEL.md)."""

    ACTIVE = "active"
    ONSITE = "onsite"
    HOME = "home"
    BACKUP = "backup"
    DAYTIME = "daytime"


MOST_PEOPLE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A line of a duty plan: so many people, in one form, at certain hours.

    Parameters
    ----------
    hours
        Name of a shift of the scenario, or OSM opening_hours syntax.
    count
        People on duty at the same time, at least 0.
    form
        How they are on duty; ``home`` = hjemmevakt, ``onsite`` = tilstedevakt, ``backup`` = bakvakt.
    rota
        People who share the line, or None: the district's rule (population / 984 x 0.75).
    """

    hours: str
    count: int = 1
    form: DutyForm = DutyForm.ONSITE
    rota: int | None = None
    status: Status = Status.ASSUMED
    source: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.count <= MOST_PEOPLE:
            raise ValueError(f"count must be from 0 to {MOST_PEOPLE}")
        if self.rota is not None and self.rota < 1:
            raise ValueError("rota must be at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where something is: a node of the network, or lon/lat that is joined to the nearest node.

    Parameters
    ----------
    name
        Norwegian proper name.
    node
        Id of a network node (with a matrix network: the name of a point); or None with lon and lat.
    municipality
        Four-digit number, or ``""``.
    in_service
        False: known, but not part of this scenario's structure.
    """

    name: str = ""
    node: str | None = None
    lon: float | None = None
    lat: float | None = None
    municipality: str = ""
    in_service: bool = True
    status: Status = Status.ASSUMED
    source: str = ""

    def __post_init__(self) -> None:
        if self.node is None and (self.lon is None or self.lat is None):
            raise ValueError("give node, or lon and lat")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCentre(Site):
    """AMK or legevaktsentral.

    Parameters
    ----------
    serves
        Areas whose calls come here; empty: all areas.
    operators
        Duty lines by name.
    overflow_to, overflow_after_s
        Another centre of the same kind that may take a call which has waited so long.
    """

    serves: tuple[str, ...] = ()
    operators: dict[str, DutyLine] = field(default_factory=dict)
    overflow_to: str | None = None
    overflow_after_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Legevakt(Site):
    """An out-of-hours clinic, or a local duty doctor.

    Parameters
    ----------
    serves
        Areas whose patients belong here while it is open (R9: its consultation area).
    hours
        When it serves: a shift name or opening_hours.
    lvs
        Legevaktsentral that answers for its patients from outside the region; for the areas of the
        region the legevaktsentral's own ``serves`` decides.
    priority
        If several open clinics serve an area, the highest priority is the area's clinic.
    doctors, nurses
        Duty lines by name; an integer for ``doctors`` means so many, on site, while open.
    rooms
        Consultation rooms.
    call_out_area, home_visit_area
        Areas that its doctor drives to; None: the same as ``serves`` (R9 keeps the keys apart).
    outside_population
        People outside the region who also use it (their demand occupies it).
    """

    serves: tuple[str, ...] = ()
    hours: str = "24/7"
    lvs: str | None = None
    priority: int = 0
    doctors: dict[str, DutyLine] | int = field(default_factory=dict)
    nurses: dict[str, DutyLine] = field(default_factory=dict)
    rooms: int = 2
    call_out_area: tuple[str, ...] | None = None
    home_visit_area: tuple[str, ...] | None = None
    outside_population: int = 0
    may_be_empty: bool = False

    def __post_init__(self) -> None:
        Site.__post_init__(self)
        if self.rooms < 1:
            raise ValueError("rooms must be at least 1")
        _check_number(self.doctors)


def _check_number(doctors: dict[str, DutyLine] | int) -> None:
    if isinstance(doctors, int) and not 0 <= doctors <= MOST_PEOPLE:
        raise ValueError(f"doctors must be from 0 to {MOST_PEOPLE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FastlegeOffice(Site):
    """A municipality's duty office for emergencies in office hours (R10)."""

    serves: tuple[str, ...] = ()
    hours: str = "Mo-Fr 08:00-16:00; PH off"
    lvs: str | None = None
    doctors: dict[str, DutyLine] | int = field(default_factory=dict)
    nurses: dict[str, DutyLine] = field(default_factory=dict)
    rooms: int = 2

    def __post_init__(self) -> None:
        Site.__post_init__(self)
        _check_number(self.doctors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Satellite(Site):
    """A nurse-staffed legevakt whose doctor is on video (R11).

    Parameters
    ----------
    legevakt
        Clinic whose doctors are on video.
    serves
        Areas whose patients may be booked here.
    hours
        When it is open.
    nurses
        Duty lines by name.
    takes_urgent
        Yellow patients too; green always.
    home_visits
        The nurse visits homes with the doctor on video.
    first_response_min
        The nurse drives to acute incidents at most so many minutes away; 0: never.
    """

    legevakt: str
    serves: tuple[str, ...] = ()
    hours: str = "24/7"
    nurses: dict[str, DutyLine] = field(default_factory=dict)
    takes_urgent: bool = False
    home_visits: bool = False
    first_response_min: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital(Site):
    """A hospital with its functions (``acute surgery stroke_ct pci birth``)."""

    functions: tuple[str, ...] = ("acute",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station(Site):
    """Where units wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitType:
    """What a kind of unit can do.

    Parameters
    ----------
    capabilities
        Of ``transport``, ``ambulance_care``, ``first_aid``, ``assessment``, ``doctor``.
    road
        True: a road ambulance in the sense of the response-time indicator (R18).
    health_personnel
        Stops the clock of the first health personnel (Meld. St. 23 (2024-2025)).
    """

    capabilities: frozenset[str]
    road: bool = True
    health_personnel: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit.

    Parameters
    ----------
    station
        Id of its station.
    type
        Id of its unit type.
    hours
        When it is staffed: a shift name or opening_hours.
    crew
        Where the crew waits: ``station`` or ``home`` (longer turnout).
    """

    station: str
    type: str = "ambulance"
    hours: str = "24/7"
    crew: str = "station"
    name: str = ""
    in_service: bool = True
    status: Status = Status.ASSUMED
    source: str = ""

    def __post_init__(self) -> None:
        if self.crew not in ("station", "home"):
            raise ValueError("crew must be station or home")
