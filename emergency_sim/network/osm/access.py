"""Who may drive a way or pass a node: everybody, those with an errand, a key, or blue light."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN, DESTINATION, PRIVATE, EMERGENCY = "open", "destination", "private", "emergency"
CLOSED = "closed"
"""For nobody; a way with it is left out."""

_FOR_CARS: Final = ("motorcar", "motor_vehicle", "vehicle", "access")
"""The most special tag that is given decides."""
_MEANING: Final = {
    **dict.fromkeys(("yes", "permissive", "designated", "public", "discouraged", "unknown"), OPEN),
    **dict.fromkeys(
        ("destination", "customers", "customer", "delivery", "residents", "visitors", "guest"),
        DESTINATION,
    ),
    **dict.fromkeys(
        ("private", "permit", "agricultural", "forestry", "agricultural_forestry", "employees")
        + ("official", "restricted", "military", "key", "members", "permission"),
        PRIVATE,
    ),
    **dict.fromkeys(("emergency", "bus", "psv", "taxi"), EMERGENCY),
    **dict.fromkeys(("no", "none", "never", "use_sidepath", "dismount"), CLOSED),
}
_ORDER: Final = (OPEN, DESTINATION, PRIVATE, EMERGENCY, CLOSED)
_YES: Final = {"yes", "designated", "official", "permissive", "destination"}


def read_access(tags: Mapping[str, str], default: str = OPEN) -> str:
    """Return who may drive where these tags are.

    Parameters
    ----------
    tags
        ``motorcar`` goes before ``motor_vehicle``, ``vehicle`` and ``access``. Of several values
        (``agricultural;forestry``) the most open one counts, a value nobody knows is open.
    default
        Access where none of them is given.

    Returns
    -------
    str
        ``open``, ``destination``, ``private``, ``emergency`` or ``closed``. What is closed to cars
        but open to buses or to emergency vehicles is ``emergency``; ``emergency=no`` closes what
        is open to few.

    Examples
    --------
    >>> read_access({"access": "no", "motor_vehicle": "destination"})
    'destination'
    >>> read_access({"motor_vehicle": "no", "bus": "yes"}), read_access({"vehicle": "no"})
    ('emergency', 'closed')
    """
    given = next((tags[key] for key in _FOR_CARS if key in tags), None)
    meant = default if given is None else _most_open(given)
    let_in = any(tags.get(key) in _YES for key in ("emergency", "bus", "psv"))
    if meant == CLOSED and let_in:
        meant = EMERGENCY
    if meant in {PRIVATE, EMERGENCY} and tags.get("emergency") == "no":
        meant = CLOSED
    return meant


def is_given(tags: Mapping[str, str]) -> bool:
    """Return whether the tags say anything of who may drive."""
    return any(key in tags for key in _FOR_CARS)


def _most_open(value: str) -> str:
    words = [word for word in re.split(r"[;, ]+", value.lower()) if word]
    meanings = {_MEANING.get(word, OPEN) for word in words} or {OPEN}
    return next(meaning for meaning in _ORDER if meaning in meanings)
