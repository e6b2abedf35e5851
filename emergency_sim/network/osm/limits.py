"""Legal speed limits of ways: numbers, units, words and the codes of national rules."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LOWEST_KMH, HIGHEST_KMH = 5.0, 150.0
"""A limit outside of these is taken for a slip of the pen, and unknown."""
KMH_PER_MPH, KMH_PER_KNOT = 1.609344, 1.852
WALK_KMH = 7.0
"""Walking speed ("walk"; status: assumed, the figure that German courts use, 4 to 7 km/h)."""
NO_LIMIT_KMH = 130.0
"""Driven where there is no limit ("none"; status: assumed, the speed that Germany advises)."""

_NATIONAL: Final = {
    # country: urban, rural, trunk (or dual carriageway), motorway, living street
    "NO": (50, 80, 80, 100, 15),
    "SE": (50, 70, 90, 110, WALK_KMH),
    "DK": (50, 80, 80, 130, 15),
    "FI": (50, 80, 100, 120, 20),
    "IS": (50, 90, 90, 90, 15),
    "EE": (50, 90, 90, 90, 20),
    "LV": (50, 90, 90, 100, 20),
    "LT": (50, 90, 120, 130, 20),
    "PL": (50, 90, 100, 140, 20),
    "DE": (50, 100, 130, NO_LIMIT_KMH, WALK_KMH),
    "AT": (50, 100, 100, 130, WALK_KMH),
    "CH": (50, 80, 100, 120, 20),
    "LI": (50, 80, 80, 120, 20),
    "FR": (50, 80, 110, 130, 20),
    "IT": (50, 90, 110, 130, 30),
    "ES": (50, 90, 100, 120, 20),
    "PT": (50, 90, 100, 120, 20),
    "NL": (50, 80, 100, 100, 15),
    "BE": (50, 70, 120, 120, 20),
    "LU": (50, 90, 90, 130, 20),
    "CZ": (50, 90, 110, 130, 20),
    "GB": (30 * KMH_PER_MPH, 60 * KMH_PER_MPH, 70 * KMH_PER_MPH, 70 * KMH_PER_MPH, 20.0),
    "IE": (50, 80, 100, 120, 30),
}
"""General limits of cars by country, km/h (status: assumed; from general knowledge of each
country's road traffic act as of 2024, no page was read for it). Belgium's rural limit is that of
Flanders. Only ways without a number of their own fall back on it."""
_PLACES: Final = {
    "urban": 0,
    "city": 0,
    "town": 0,
    "nsl_restricted": 0,
    "rural": 1,
    "nsl_single": 1,
    "trunk": 2,
    "expressway": 2,
    "motorroad": 2,
    "nsl_dual": 2,
    "motorway": 3,
    "living_street": 4,
    "pedestrian_zone": 4,
}

_NUMBER = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots|kn)?", re.IGNORECASE)
_CODE = re.compile(r"([A-Za-z]{2})[:_](?:zone:?|zone[ _])?([A-Za-z_]+|\d{1,3})", re.IGNORECASE)
_ZONE = re.compile(r"zone[:_ ]?(\d{1,3})", re.IGNORECASE)
_BY_SIGN = {"signals", "variable", "implicit", "sign", "default", "unposted", "unknown"}
_IN_WORDS = ("maxspeed:type", "zone:maxspeed", "source:maxspeed", "zone:traffic")
_UNIT = {"mph": KMH_PER_MPH, "knots": KMH_PER_KNOT, "kn": KMH_PER_KNOT}


class Limits(NamedTuple):
    """The limits of a way in km/h, NaN where unknown, and a text that was not understood or ""."""

    forward: float
    backward: float
    strange: str = ""


def read_limit(text: str) -> float | None:
    """Return the limit in km/h that a text of OpenStreetMap says.

    Parameters
    ----------
    text
        Value of ``maxspeed`` or of one of its relatives.

    Returns
    -------
    float or None
        Between 5 and 150; NaN if the text says that the limit varies; None if it is not
        understood. Of several ("50;70") the lowest.

    Examples
    --------
    >>> read_limit("50"), read_limit("50;70"), read_limit("NO:urban"), read_limit("DE:zone30")
    (50.0, 50.0, 50.0, 30.0)
    >>> round(read_limit("30 mph"), 1), read_limit("signals"), read_limit("fast")
    (48.3, nan, None)
    """
    found = [_one(part.strip()) for part in re.split(r"[;|,]", text) if part.strip()]
    if not found or any(speed is None for speed in found):
        return None
    known = [speed for speed in found if speed is not None and not math.isnan(speed)]
    return min(known, default=math.nan)


def _one(text: str) -> float | None:
    """Return the limit of one value, as in `read_limit`."""
    word = text.lower()
    if word in _BY_SIGN:
        return math.nan
    if word in {"none", "unlimited"}:
        return NO_LIMIT_KMH
    if word == "walk":
        return WALK_KMH
    number = _NUMBER.fullmatch(text)
    if number:
        return _in_range(float(number[1]) * _UNIT.get((number[2] or "").lower(), 1.0))
    zone = _ZONE.fullmatch(text)
    if zone:
        return _in_range(float(zone[1]))
    code = _CODE.fullmatch(text)
    return _national(code[1].upper(), code[2].lower()) if code else None


def _national(country: str, place: str) -> float | None:
    """Return the general limit of a country in a kind of place, or the number it is."""
    if place.isdigit():
        miles = KMH_PER_MPH if country in {"GB", "UK"} else 1.0
        return _in_range(float(place) * miles)
    limits = _NATIONAL.get("GB" if country == "UK" else country)
    if limits is None or place not in _PLACES:
        return None
    return float(limits[_PLACES[place]])


def _in_range(kmh: float) -> float | None:
    return kmh if LOWEST_KMH <= kmh <= HIGHEST_KMH else None


def read_limits(tags: Mapping[str, str]) -> Limits:
    """Return the limits of a way along and against its drawing.

    Parameters
    ----------
    tags
        The way's tags. ``maxspeed:forward`` and ``maxspeed:backward`` go before ``maxspeed``, and
        that before ``maxspeed:type``, ``zone:maxspeed``, ``source:maxspeed`` and ``zone:traffic``.

    Returns
    -------
    Limits
        NaN where nothing is known.
    """
    strange = ""
    both = math.nan
    if "maxspeed" in tags:
        read = read_limit(tags["maxspeed"])
        strange = tags["maxspeed"] if read is None else ""
        both = math.nan if read is None else read
    if math.isnan(both):
        both = _in_words(tags)
    sides = []
    for side in ("maxspeed:forward", "maxspeed:backward"):
        read = read_limit(tags[side]) if side in tags else both
        strange = strange or (tags[side] if read is None else "")
        sides.append(both if read is None or math.isnan(read) else read)
    return Limits(sides[0], sides[1], strange)


def _in_words(tags: Mapping[str, str]) -> float:
    """Return the limit that the type, the zone or the source of the limit names, or NaN."""
    for key in _IN_WORDS:
        read = read_limit(tags[key]) if key in tags else None
        # "sign", "survey", "zone" and the like tell where a limit is written, not what it is.
        if read is not None and not math.isnan(read):
            return read
    return math.nan
