"""What the tags of a way mean for a car: class, directions, limits, access; or why it is no road.

What the tags leave open is assumption A50.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from emergency_sim.network.osm.access import CLOSED, EMERGENCY, OPEN, is_given, read_access
from emergency_sim.network.osm.ferries import no_car_ferry, read_crossing
from emergency_sim.network.osm.limits import read_limits
from emergency_sim.network.osm.road_tables import FERRY
from emergency_sim.network.osm.seasons import read_seasons

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN_ROADS: Final = ("motorway", "trunk", "primary", "secondary", "tertiary")
CLASSES: Final = (
    *(f"{road}{link}" for road in MAIN_ROADS for link in ("", "_link")),
    *("unclassified", "residential", "living_street", "road", "busway", "service", "track"),
)
"""Classes of road that are kept, under OpenStreetMap's own names; ramps keep their ``_link``."""
WALKED: Final = "pedestrian"
"""A street for walkers is kept, as a living street, where a tag lets cars or ambulances in."""
NOT_BUILT: Final = ("construction", "proposed")
READ_CLASSES: Final = (*CLASSES, WALKED, *NOT_BUILT)
"""Values of ``highway`` worth reading; paths, steps and cycleways are no roads whatever they say."""
RANK: Final = {
    **{road: 9 - k for k, road in enumerate(MAIN_ROADS)},
    # A ramp gives way to every main road that it meets, also to a lower one than its own.
    **dict.fromkeys((f"{road}_link" for road in MAIN_ROADS), 4),
    **dict.fromkeys(("unclassified", "residential", "road"), 3),
    **dict.fromkeys(("living_street", "busway"), 2),
    **dict.fromkeys(("service", "track"), 1),
}
"""Who gives way: the lower rank. Roads of one rank have the rule of the right."""
ROUNDABOUT_RANK: Final = 10
SERVICE: Final = ("none", "some", "all")
TRACKS: Final = ("none", "good", "all")
_SOME_SERVICE: Final = {"", "alley", "emergency_access", "bus", "busway", "slip_road"}
_GOOD_TRACK: Final = {"grade1", "grade2"}
_ROUND: Final = {"roundabout", "circular"}
_ONEWAY: Final = {
    **dict.fromkeys(("yes", "true", "1"), 1),
    **dict.fromkeys(("-1", "reverse"), -1),
    **dict.fromkeys(("no", "false", "0", "reversible", "alternating"), 0),
}
_NO: Final = {"no", ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadChoice:
    """Which roads are wanted, and what is assumed of ferries.

    Parameters
    ----------
    service
        Service roads: ``none``; ``some`` = those without a kind, alleys, accesses for emergencies
        and bus roads, but no driveways, parking aisles and drive-throughs; or ``all``.
    tracks
        Tracks: ``none``, ``good`` (grade 1 and 2) or ``all``.
    departures
        Per hour by day, in the evening and at night, of a ferry whose duration is known and whose
        interval is not (status: assumed).
    ferry_kmh
        Speed of a ferry whose duration is unknown, the wait included (Statistics Norway, SSB: a
        ferry's effective 12.3 km/h; status: published).
    quay_m
        A ferry that ends off the road is led on to the nearest node of one within so many metres
        (status: assumed, N3 of the default district; of the 125 loose ends in Kartverket's N1000,
        107 lie so near); 0 leaves it loose.
    """

    service: str = "some"
    tracks: str = "none"
    departures: tuple[float, float, float] = (2.0, 1.0, 0.5)
    ferry_kmh: float = 12.3
    quay_m: float = 600.0

    def __post_init__(self) -> None:
        if self.service not in SERVICE:
            raise ValueError(f"service must be one of {', '.join(SERVICE)}, not {self.service!r}")
        if self.tracks not in TRACKS:
            raise ValueError(f"tracks must be one of {', '.join(TRACKS)}, not {self.tracks!r}")


class Side(NamedTuple):
    """One direction of a way: who may drive it, and the limit in km/h (None: unknown)."""

    access: str
    limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayRule:
    """What a way is to a car.

    Parameters
    ----------
    highway
        One of :data:`CLASSES`, or ``ferry``.
    road, name
        Its number and its name.
    forward, backward
        Its directions, along and against its drawing; None where closed. At least one is open.
    tunnel, bridge, winter, roundabout
        ``winter`` = closed in winter.
    crossing_min, interval_min
        Of a ferry, minutes; NaN where unknown.
    """

    highway: str
    road: str = ""
    name: str = ""
    forward: Side | None
    backward: Side | None
    tunnel: bool = False
    bridge: bool = False
    winter: bool = False
    roundabout: bool = False
    crossing_min: float = math.nan
    interval_min: float = math.nan

    def merged_by(self, *, turned: bool = False) -> tuple[object, ...]:
        """Return what two ways must have in common to be one link; ``turned``: seen backwards.

        The name is not among it.
        """
        sides = (self.backward, self.forward) if turned else (self.forward, self.backward)
        kind = (self.highway, self.road, self.tunnel, self.bridge, self.winter, self.roundabout)
        return (*kind, *sides)


class Read(NamedTuple):
    """The rule of a way, or None if it is not for cars, and what is to be counted of it."""

    rule: WayRule | None
    notes: tuple[str, ...] = ()


def read_way(tags: Mapping[str, str], choice: RoadChoice) -> Read:
    """Return what a way is to a car, or why it is nothing.

    Parameters
    ----------
    tags
        The way's tags (``source.WAY_TAGS``).
    choice
        Which roads are wanted.

    Returns
    -------
    Read
        Its notes are short reasons, the same for all ways of a kind.

    Examples
    --------
    >>> read_way({"highway": "primary", "maxspeed": "80"}, RoadChoice()).rule.forward
    Side(access='open', limit=80.0)
    >>> read_way({"highway": "service", "service": "driveway"}, RoadChoice()).notes
    ('service road not wanted',)
    """
    if tags.get("route") == "ferry":
        return _ferry(tags)
    highway = tags.get("highway", "")
    reason = _not_wanted(highway, tags, choice)
    if reason:
        return Read(None, (reason,))
    seasons = read_seasons(tags)
    if seasons.only_in_winter:
        return Read(None, ("road of snow or ice",))
    access = read_access(tags, _default_access(highway, tags))
    winter = seasons.closed_in_winter
    if access == CLOSED and seasons.opens:
        access, winter = OPEN, True
    if access == CLOSED:
        return Read(None, ("closed to cars",))
    limits = read_limits(tags)
    notes = [f"limit not understood: {limits.strange[:20]}"] if limits.strange else []
    way = _direction(highway, tags)
    if tags.get("oneway") == "reversible":
        notes.append("reversible road taken as open both ways")
    along = _side(way >= 0, access, limits.forward, tags)
    back = _side(way <= 0, access, limits.backward, tags)
    rule = WayRule(
        highway="living_street" if highway == WALKED else highway,
        road=tags.get("ref", ""),
        name=tags.get("name", ""),
        forward=along,
        backward=back,
        tunnel=tags.get("tunnel", "no") not in {"no", "", "culvert", "building_passage"},
        bridge=tags.get("bridge", "no") not in _NO,
        winter=winter,
        roundabout=tags.get("junction") in _ROUND,
    )
    return Read(rule, tuple(notes))


def _ferry(tags: Mapping[str, str]) -> Read:
    """Return the rule of a ferry."""
    reason = no_car_ferry(tags)
    if reason:
        return Read(None, (reason,))
    crossing, interval, notes = read_crossing(tags)
    way = _ONEWAY.get(tags.get("oneway", "no"), 0)
    side = Side(read_access(tags), None)
    rule = WayRule(
        highway=FERRY,
        road=tags.get("ref", ""),
        name=tags.get("name", ""),
        forward=side if way >= 0 else None,
        backward=side if way <= 0 else None,
        winter=read_seasons(tags).closed_in_winter,
        crossing_min=crossing,
        interval_min=interval,
    )
    return Read(rule, notes)


def _not_wanted(highway: str, tags: Mapping[str, str], choice: RoadChoice) -> str:
    """Return why a way is no road or is not wanted, or nothing."""
    if highway in NOT_BUILT:
        return "not built yet"
    if tags.get("area") == "yes":
        return "area"
    if highway == WALKED:
        may_drive = is_given(tags) and read_access(tags) != CLOSED
        return "" if may_drive or tags.get("emergency") in {"yes", "designated"} else "walkers only"
    if highway not in CLASSES:
        return "no road for cars"
    kind = tags.get("service", "")
    if highway == "service" and choice.service != "all":
        wanted = choice.service == "some" and kind in _SOME_SERVICE
        return "" if wanted else "service road not wanted"
    if highway == "track" and choice.tracks != "all":
        wanted = choice.tracks == "good" and tags.get("tracktype") in _GOOD_TRACK
        return "" if wanted else "track not wanted"
    return ""


def _default_access(highway: str, tags: Mapping[str, str]) -> str:
    """Return who may drive a way whose tags do not say it."""
    if highway == WALKED:
        return EMERGENCY
    reserved = highway == "busway" or tags.get("service") in {"emergency_access", "bus", "busway"}
    return EMERGENCY if reserved else OPEN


def _direction(highway: str, tags: Mapping[str, str]) -> int:
    """Return 1 for open along the drawing only, -1 for against it only, 0 for both."""
    for key in ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"):
        if tags.get(key) in _ONEWAY:
            return _ONEWAY[tags[key]]
    implied = tags.get("junction") in _ROUND or highway in {"motorway", "motorway_link"}
    return 1 if implied else 0


def _side(is_open: bool, access: str, limit: float, tags: Mapping[str, str]) -> Side | None:
    """Return one direction of a way: against a one-way cars never go, ambulances where buses do."""
    if not is_open:
        if all(tags.get(f"oneway:{who}") != "no" for who in ("bus", "psv", "emergency")):
            return None
        access = EMERGENCY
    return Side(access, None if math.isnan(limit) else limit)
