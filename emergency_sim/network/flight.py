"""How far a helicopter gets: activation, then a straight line at one speed (assumption A56)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_M_PER_KM: Final = 1_000.0
_MIN_PER_H: Final = 60.0
_QUARTER: Final = 64
"""Corners of a quarter of a circle: its area is 0.01 % too small."""


def flight_minutes(
    x: NDArray[Any],
    y: NDArray[Any],
    bases: NDArray[Any],
    *,
    activation_min: NDArray[Any] | float,
    speed_kmh: float,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return per place the minutes until the first helicopter is there, and which one it is.

    Parameters
    ----------
    x, y
        Places, EPSG:25833 metres.
    bases
        Shape (bases, 2): x and y of each, metres.
    activation_min
        From the alarm to take-off; one for all bases or one each.
    speed_kmh
        Over the ground.

    Raises
    ------
    ValueError
        No bases, or a speed that is not positive.

    Examples
    --------
    >>> flight_minutes(
    ...     np.array([0.0, 55_000.0]),
    ...     np.zeros(2),
    ...     np.zeros((1, 2)),
    ...     activation_min=15,
    ...     speed_kmh=220,
    ... )[0]
    array([15., 30.])
    """
    start = _start(bases, activation_min, speed_kmh)
    metres = np.hypot(
        np.asarray(x, float)[:, None] - bases[:, 0], np.asarray(y, float)[:, None] - bases[:, 1]
    )
    minutes = start + metres / _M_PER_KM / speed_kmh * _MIN_PER_H
    first = minutes.argmin(axis=1)
    return minutes[np.arange(len(first)), first], first


def flight_bands(
    bases: NDArray[Any],
    breaks: Sequence[float],
    *,
    activation_min: NDArray[Any] | float,
    speed_kmh: float,
    within: Any,
) -> tuple[Any, ...]:
    """Return the area of each class of minutes to the first helicopter.

    Parameters
    ----------
    bases, activation_min, speed_kmh
        As for :func:`flight_minutes`.
    breaks
        Borders between the classes, rising, in minutes.
    within
        Shapely polygons that all classes together cover: the land.

    Returns
    -------
    tuple
        Shapely geometries, one more than breaks: below the first, between each two, from the last.

    Raises
    ------
    ValueError
        No bases, or a speed that is not positive.
    """
    import shapely

    start = _start(bases, activation_min, speed_kmh)
    centres = shapely.points(bases)
    reached: list[Any] = [shapely.MultiPolygon()]
    for border in breaks:
        metres = np.maximum(border - start, 0.0) / _MIN_PER_H * speed_kmh * _M_PER_KM
        circles = shapely.buffer(centres, metres, quad_segs=_QUARTER)
        reached.append(shapely.intersection(shapely.union_all(circles), within))
    reached.append(within)
    return tuple(shapely.difference(far, near) for near, far in pairwise(reached))


def _start(
    bases: NDArray[Any], activation_min: NDArray[Any] | float, speed_kmh: float
) -> NDArray[Any]:
    """Return the activation of each base in minutes."""
    if len(bases) == 0 or not speed_kmh > 0:
        raise ValueError("flight needs a base and a positive speed")
    return np.broadcast_to(np.asarray(activation_min, float), (len(bases),))
