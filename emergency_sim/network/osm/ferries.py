"""Car ferries: which ones carry cars, how long they take and how often they go."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from emergency_sim.network.osm.access import CLOSED, is_given, read_access

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_MIN = 1440.0
SHORTEST_MIN = 0.1
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?")
_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE)
_WORDS = re.compile(
    r"(?:(\d+(?:\.\d+)?)\s*(?:hours?|hrs?|h)\b)?\s*(?:(\d+(?:\.\d+)?)\s*(?:minutes?|mins?|min|m)?)?",
    re.IGNORECASE,
)
_CAR_FERRY: Final = {"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified"}
"""Values of ``ferry=*`` of ferries that carry a road's traffic."""


def read_minutes(text: str) -> float | None:
    """Return the minutes that a duration or an interval of OpenStreetMap says.

    Parameters
    ----------
    text
        H:MM, HH:MM:SS, minutes ("35", "35 min", "1 h 5 min") or ISO 8601 ("PT1H5M").

    Returns
    -------
    float or None
        From 0.1 to 1440; None if it is not understood or outside.

    Examples
    --------
    >>> read_minutes("0:35"), read_minutes("00:35:30"), read_minutes("35"), read_minutes("PT1H5M")
    (35.0, 35.5, 35.0, 65.0)
    >>> read_minutes("soon") is None
    True
    """
    text = text.strip()
    if match := _CLOCK.fullmatch(text):
        minutes = 60 * float(match[1]) + float(match[2]) + float(match[3] or 0) / 60
    elif match := _ISO.fullmatch(text):
        days, hours, mins, seconds = (float(part or 0) for part in match.groups())
        minutes = 1440 * days + 60 * hours + mins + seconds / 60
    elif text and (match := _WORDS.fullmatch(text)):
        minutes = 60 * float(match[1] or 0) + float(match[2] or 0)
    else:
        return None
    return minutes if SHORTEST_MIN <= minutes <= LONGEST_MIN else None


def no_car_ferry(tags: Mapping[str, str]) -> str | None:
    """Return why a ferry takes no car, or None if it does.

    Notes
    -----
    Without a word on vehicles a ferry takes cars (so are most of Norway's mapped) unless it says
    only that people on foot may board.
    """
    if read_access(tags) == CLOSED:
        return "ferry without cars"
    says_cars = is_given(tags) or tags.get("ferry") in _CAR_FERRY
    if not says_cars and tags.get("foot") in {"yes", "designated", "permissive"}:
        return "ferry for people on foot"
    return None


def read_crossing(tags: Mapping[str, str]) -> tuple[float, float, tuple[str, ...]]:
    """Return a ferry's minutes of crossing, minutes between departures, and what is doubtful.

    Minutes are NaN where the tags say nothing that is understood.
    """
    notes, values = [], []
    for key in ("duration", "interval"):
        minutes = read_minutes(tags[key]) if key in tags else math.nan
        if minutes is None:
            notes.append(f"{key} of a ferry not understood")
            minutes = math.nan
        values.append(minutes)
    return values[0], values[1], tuple(notes)
