"""Who and what occurs in the log, and the choices that definitions leave open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceInfo:
    """A place that occurs as actor or place in the log.

    Parameters
    ----------
    id, name
        Id in the log; Norwegian name.
    kind
        ``amk``, ``lvs``, ``legevakt``, ``fastlege``, ``satellite``, ``hospital``, ``station``.
    district
        Id of the clinic whose district the place belongs to: itself for a legevakt or fastlege
        duty office, the parent for a satellite; ``""`` elsewhere.
    serves
        Areas; empty: all areas (call centres) or none in particular.
    """

    id: str
    name: str = ""
    kind: str
    district: str = ""
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInfo:
    """Somebody on a duty plan, as the log names him.

    Parameters
    ----------
    id
        Actor in the log.
    place
        Clinic, satellite or centre of the duty line.
    role
        ``doctor``, ``nurse`` or ``operator``.
    """

    id: str
    place: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitInfo:
    """A unit, as the log names it.

    Parameters
    ----------
    id, station, type
        Actor in the log, id of its station, name of its unit type.
    road
        A road ambulance in the sense of the response time (R18).
    health_personnel
        Its crew stops the clock of the first health personnel.
    home
        The crew waits at home.
    crew
        People on board (for person-hours).
    """

    id: str
    station: str
    type: str
    road: bool = True
    health_personnel: bool = True
    home: bool = False
    crew: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSettings:
    """Choices that the definitions leave open (R18).

    Parameters
    ----------
    response_start
        ``registered`` (AMK registers the inquiry) or ``first_ring``.
    response_urgencies
        Assigned urgencies whose incidents have a response time.
    target_tettbygd_min, target_grisgrendt_min
        Minutes within which the first road ambulance is to be at the scene.
    """

    response_start: str = "registered"
    response_urgencies: tuple[str, ...] = ("acute",)
    target_tettbygd_min: float = 12.0
    target_grisgrendt_min: float = 25.0

    def __post_init__(self) -> None:
        if self.response_start not in ("registered", "first_ring"):
            raise ValueError("response_start must be registered or first_ring")
