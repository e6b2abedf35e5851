"""How fast each kind of vehicle drives: one factor per profile on the links' free-flow times."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Profile(StrEnum):
    """Who drives; the factor on road seconds is the parameter :attr:`factor_parameter`."""

    CAR = "car"
    AMBULANCE = "ambulance"
    AMBULANCE_BLUE = "ambulance_blue"

    @property
    def factor_parameter(self) -> str:
        """Name of the parameter that holds the factor, for example ``drive.factor.car``."""
        return f"drive.factor.{self.value}"

    @property
    def ambulance(self) -> bool:
        """Whether it may call out a ferry that is marked so (R8)."""
        return self is not Profile.CAR


class FerryClass(IntEnum):
    """Hours of the day whose departures are given apart: 06-18, 18-23 and 23-06."""

    DAY = 0
    EVENING = 1
    NIGHT = 2


def drive_ms(length_m: NDArray[Any], speed_kmh: NDArray[Any], factor: float) -> NDArray[Any]:
    """Return the driving times of roads as whole milliseconds, at least 1.

    Parameters
    ----------
    length_m, speed_kmh
        Length and free-flow speed per road.
    factor
        Of the profile: multiplies the time.

    Returns
    -------
    NDArray[int64]
        Milliseconds. A length of zero counts 1 ms, because an arc of weight 0 is no arc to sparse
        matrices.

    Examples
    --------
    >>> drive_ms(np.array([1000.0, 0.0]), np.array([60.0, 60.0]), 1.1)
    array([66000,     1])
    """
    if not (np.isfinite(factor) and factor > 0):
        raise ValueError("the factor on driving times must be a positive number")
    ms: NDArray[Any] = np.rint(length_m * 3600.0 / speed_kmh * factor).astype(np.int64)
    ms[ms < 1] = 1
    return ms
