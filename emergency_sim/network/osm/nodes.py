"""What stands on a road: barriers that let all, some or none pass, and traffic signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from emergency_sim.network.osm.access import (
    CLOSED,
    DESTINATION,
    EMERGENCY,
    OPEN,
    is_given,
    read_access,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPEN_BARRIERS: Final = {
    "no",
    "border_control",
    "bump_gate",
    "cattle_grid",
    "coupure",
    "entrance",
    "height_restrictor",
    "kerb",
    "rope",
    "sally_port",
    "spikes",
    "toll_booth",
}
"""All pass, whatever their access tags say of others."""
_WITH_KEY: Final = {"bollard", "chain", "rising_bollard", "bus_trap", "barrier_board", "yes"}
"""Closed to cars unless a tag opens them; those who have the key pass."""
_FOR_NOBODY: Final = {
    "block",
    "boulder",
    "cycle_barrier",
    "debris",
    "ditch",
    "fence",
    "guard_rail",
    "hedge",
    "horse_stile",
    "jersey_barrier",
    "kissing_gate",
    "log",
    "motorcycle_barrier",
    "planter",
    "stile",
    "tank_trap",
    "turnstile",
    "tree",
    "wall",
    "wedge",
    "wicket_gate",
}
"""Nobody passes without a machine, unless a tag says that cars do."""
PASSED_BY_ALL: Final = {OPEN, DESTINATION}


def read_barrier(tags: Mapping[str, str]) -> str | None:
    """Return who passes the barrier on a node, or None where all do.

    Parameters
    ----------
    tags
        The node's tags.

    Returns
    -------
    str or None
        ``emergency`` where a key opens it, ``closed`` where nobody passes, None where all do.
        A gate, and a barrier of a kind that nobody knows, stops nobody unless a tag forbids it or
        says that it is locked: a gate on a Norwegian road is mostly there for the sheep.

    Examples
    --------
    >>> read_barrier({"barrier": "bollard"}), read_barrier({"barrier": "block"})
    ('emergency', 'closed')
    >>> read_barrier({"barrier": "gate"}), read_barrier({"barrier": "gate", "access": "private"})
    (None, 'emergency')
    """
    barrier = tags.get("barrier", "no")
    if barrier in _OPEN_BARRIERS:
        return None
    access = read_access(tags)
    if is_given(tags) and access in PASSED_BY_ALL:
        return None
    if barrier in _FOR_NOBODY:
        return EMERGENCY if access == EMERGENCY else CLOSED
    locked = tags.get("locked", "no") == "yes"
    if barrier in _WITH_KEY or access not in PASSED_BY_ALL or locked:
        return CLOSED if tags.get("emergency") == "no" else EMERGENCY
    return None


def is_signal(tags: Mapping[str, str]) -> bool:
    """Return whether a node is a traffic signal for cars.

    Examples
    --------
    >>> is_signal({"highway": "traffic_signals"}), is_signal({"highway": "crossing"})
    (True, False)
    """
    return tags.get("highway") == "traffic_signals"
