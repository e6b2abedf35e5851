"""Roads that are closed in winter: the tags that say so, in their several ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_MIDWINTER: Final = {11, 0, 1}
"""December, January and February: closed in one of them is closed in winter."""
_CONDITIONAL: Final = (
    "motorcar:conditional",
    "motor_vehicle:conditional",
    "vehicle:conditional",
    "access:conditional",
)
_RULE = re.compile(r"\s*([\w-]+)\s*@\s*(\([^)]*\)|[^;]*)")
_MONTH = "|".join(_MONTHS)
_SPAN = re.compile(
    rf"\b({_MONTH})[a-z]*\b(?:\s*\d{{1,2}}\b(?!:))?"
    rf"(?:\s*-\s*(?:\d{{4}}\s+)?({_MONTH})[a-z]*\b(?:\s*\d{{1,2}}\b(?!:))?)?",
    re.IGNORECASE,
)
_HOURS = re.compile(r"\d{1,2}:\d{2}")
_CLOSED, _OPEN = {"no", "private"}, {"yes", "permissive", "designated", "destination"}


class Seasons(NamedTuple):
    """What the tags say of the seasons.

    Parameters
    ----------
    closed_in_winter
        The road is closed in winter.
    opens
        It is open in some season although its access says ``no``.
    only_in_winter
        It is a road of snow or ice.
    """

    closed_in_winter: bool = False
    opens: bool = False
    only_in_winter: bool = False


def read_seasons(tags: Mapping[str, str]) -> Seasons:
    """Return when a way is open.

    Parameters
    ----------
    tags
        The way's tags: ``seasonal``, ``winter_road``, ``ice_road`` and conditional access, of which
        the most special one for cars counts.

    Returns
    -------
    Seasons
        Conditions of the hour, the weight or the weekday are passed over.

    Examples
    --------
    >>> read_seasons({"motor_vehicle:conditional": "no @ (Nov-May)"}).closed_in_winter
    True
    >>> read_seasons({"access:conditional": "no @ (22:00-06:00)"}).closed_in_winter
    False
    """
    seasonal = set(re.split(r"[;, ]+", tags.get("seasonal", "no").lower()))
    only_in_winter = (
        tags.get("winter_road", "no") not in {"no", ""}
        or tags.get("ice_road", "no") not in {"no", ""}
        or seasonal == {"winter"}
    )
    closed = not seasonal & {"no", "winter", ""}
    opens = False
    for value, months in _rules(tags):
        in_winter = bool(months & _MIDWINTER)
        if value in _CLOSED and in_winter:
            closed = True
        elif value in _OPEN and not in_winter:
            # Open in summer by exception: closed in winter where the road is closed otherwise.
            opens = True
    return Seasons(closed, opens, only_in_winter)


def _rules(tags: Mapping[str, str]) -> Iterator[tuple[str, set[int]]]:
    """Yield the value of each condition of a season, and its months from 0."""
    for key in _CONDITIONAL:
        if key not in tags:
            continue
        for value, condition in _RULE.findall(tags[key]):
            text = condition.strip("() ").lower()
            if _HOURS.search(text):
                continue
            months = _months(text)
            if months:
                yield value.lower(), months
        return


def _months(text: str) -> set[int]:
    """Return the months (0 = January) that a condition names; none if it is of another kind."""
    if re.search(r"\b(winter|snow|ice)\b", text):
        return set(_MIDWINTER)
    if re.search(r"\bsummer\b", text):
        return {5, 6, 7}
    months: set[int] = set()
    for first, last in _SPAN.findall(text):
        a = _MONTHS.index(first)
        b = _MONTHS.index(last) if last else a
        months |= {(a + k) % 12 for k in range((b - a) % 12 + 1)}
    return months
