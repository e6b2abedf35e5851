"""Who goes to the same clinic: the people of an area, or each zone by itself where the nearest counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.units import HOUR, SLOT
from emergency_sim.scenario.policies_schema import ClinicChoice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.domain.zones import ZoneTable
    from emergency_sim.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Rows of the service calendar.

    Parameters
    ----------
    names
        Area per row. Where people choose the nearest clinic every zone has a row of its own, and an
        area stands as often as it has zones.
    of_zone
        int64 per zone: its row.
    seconds
        float64 (3, rows, legevakter): expected seconds by car to each legevakt in service by ferry
        class, ``inf`` for those who do not choose; None: everybody belongs to the municipality's.
    """

    names: tuple[str, ...]
    of_zone: NDArray[Any]
    seconds: NDArray[Any] | None = None


def areas_of(scenario: Scenario, zones: ZoneTable, seconds: NDArray[Any]) -> Areas:
    """Return the areas of a scenario.

    Parameters
    ----------
    scenario
        Its ``policies.clinic_choice`` decides.
    zones
        People from outside the region never choose: they are here for the clinic that they share.
    seconds
        float64 (3, zones, legevakter): by car, by ferry class.
    """
    if scenario.policies.clinic_choice is ClinicChoice.NEAREST:
        known = np.where(np.asarray(zones.outside, bool)[None, :, None], np.inf, seconds)
        return Areas(names=tuple(zones.area), of_zone=np.arange(len(zones)), seconds=known)
    names = tuple(dict.fromkeys(zones.area))
    number = {name: i for i, name in enumerate(names)}
    return Areas(names=names, of_zone=np.array([number[a] for a in zones.area]))


def nearest_open(
    own: NDArray[Any],
    area: NDArray[Any],
    ready: NDArray[Any],
    ferry: NDArray[Any],
    seconds: NDArray[Any],
) -> NDArray[Any]:
    """Return who serves each row in each quarter of an hour where people choose the nearest legevakt.

    A fastlege duty office keeps its hours (R10). Where the own legevakt is as near as any, or none
    with a doctor can be reached, people stay with the own one.

    Parameters
    ----------
    own
        int32 (areas, slots): index of the municipality's clinic; -1: none. Legevakter come first.
    area
        int64 (rows): the row of ``own`` whose people they are.
    ready
        bool (legevakter, slots): open with a doctor on duty.
    ferry
        int64 (slots): ferry class.
    seconds
        float64 (3, rows, legevakter): see :class:`Areas`.

    Returns
    -------
    ndarray
        int32 (rows, slots), numbers as in ``own``.

    Examples
    --------
    >>> own, ferry = np.array([[0, 0, 2]]), np.zeros(3, int)  # 2 is a duty office
    >>> ready = np.array([[True, True, True], [True, False, True]])
    >>> seconds = np.array([[[900.0, 300.0], [60.0, 300.0]]] * 3)
    >>> nearest_open(own, np.array([0, 0]), ready, ferry, seconds).tolist()
    [[1, 0, 2], [0, 0, 2]]
    """
    legevakter = seconds.shape[2]
    if not legevakter:
        return np.asarray(own[area])
    first, state = distinct_columns(own, ready, ferry[None])
    rows = np.arange(len(area))
    chosen = np.empty((len(area), len(first)), np.int32)
    for n, slot in enumerate(first):
        mine = own[area, slot]
        way = np.where(ready[:, slot], seconds[ferry[slot]], np.inf)
        best = way.argmin(axis=1)
        among = (mine >= 0) & (mine < legevakter)
        my_way = np.where(among, way[rows, np.where(among, mine, 0)], np.inf)
        stays = (mine >= legevakter) | (my_way <= way[rows, best])
        chosen[:, n] = np.where(stays, mine, best)
    return chosen[:, state]


def distinct_columns(*tables: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return where each distinct column first stands in tables laid on one another, and which is which.

    Examples
    --------
    >>> first, which = distinct_columns(np.array([[5, 5, 7, 5]]), np.array([[0, 0, 0, 1]]))
    >>> first.tolist(), which.tolist()
    ([0, 3, 2], [0, 0, 2, 1])
    """
    table = np.concatenate([np.asarray(t, np.int32) for t in tables])
    _, first, which = np.unique(table, axis=1, return_index=True, return_inverse=True)
    return first, which.ravel()


def ferry_class_of_hour(hour: int) -> int:
    """Return the ferry class of an hour of the day: 0 day, 1 evening, 2 night."""
    return 0 if 6 <= hour < 18 else 1 if 18 <= hour < 23 else 2


def ferry_class_of_slots(slots: int) -> NDArray[np.int64]:
    """Return the ferry class of every quarter of an hour from a midnight on."""
    by_hour = np.array([ferry_class_of_hour(h) for h in range(24)])
    return by_hour[np.arange(slots) // int(HOUR / SLOT) % 24]
