"""Who drives, when and how: what the time of a road depends on beside its length and its speed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Profile(StrEnum):
    """Who drives; the factor on road seconds is the parameter :attr:`factor_parameter`.

    An ambulance drives with blue light to acute incidents, without to urgent and regular ones.
    """

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
    """Hours of the day whose departures and speeds are given apart: 06-18, 18-23 and 23-06."""

    DAY = 0
    EVENING = 1
    NIGHT = 2

    @classmethod
    def at(cls, hour: float) -> FerryClass:
        """Return the class of an hour of the day, 0 to 24.

        Examples
        --------
        >>> FerryClass.at(5.9), FerryClass.at(6), FerryClass.at(18), FerryClass.at(23)
        (<FerryClass.NIGHT: 2>, <FerryClass.DAY: 0>, <FerryClass.EVENING: 1>, <FerryClass.NIGHT: 2>)
        """
        if 6 <= hour < 18:
            return cls.DAY
        return cls.EVENING if 18 <= hour < 23 else cls.NIGHT


class Season(StrEnum):
    """Seasons whose speeds are given apart."""

    SUMMER = "summer"
    WINTER = "winter"


ACCESS: Final = ("open", "destination", "private", "emergency")
"""Who may drive on a link; the column ``access`` of links holds one of them, networks the index."""
CAR_ACCESS: Final = 1
"""Highest index of :data:`ACCESS` that an ordinary car may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driving:
    """One way of driving at one kind of hour.

    Parameters
    ----------
    profile
        Who drives.
    factor
        On the seconds of all roads: the profile's (and the winter's) parameter.
    hours
        Hour class, of ferries and of speeds.
    season
        Season of the region's speed table.
    keys
        Reaches where cars may not: private roads, bus lanes, barriers with a key. None: ambulances
        do.
    winter_roads
        Roads that are closed in winter are open.
    """

    profile: Profile = Profile.CAR
    factor: float = 1.0
    hours: FerryClass = FerryClass.DAY
    season: Season = Season.SUMMER
    keys: bool | None = None
    winter_roads: bool = True

    def __post_init__(self) -> None:
        if not (np.isfinite(self.factor) and self.factor > 0):
            raise ValueError("the factor on driving times must be a positive number")

    @property
    def most_access(self) -> int:
        """Highest index of :data:`ACCESS` that may be used."""
        keys = self.profile.ambulance if self.keys is None else self.keys
        return len(ACCESS) - 1 if keys else CAR_ACCESS


def drive_ms(
    length_m: NDArray[Any], speed_kmh: NDArray[Any], factor: Any, delay_s: Any = 0.0
) -> NDArray[Any]:
    """Return the driving times of roads as whole milliseconds, at least 1.

    Parameters
    ----------
    length_m, speed_kmh
        Length and free-flow speed per road.
    factor
        Of the profile, or one per road: multiplies the time.
    delay_s
        Seconds at signals and junctions, added to it.

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
    ms: NDArray[Any] = np.rint(
        length_m * 3600.0 / speed_kmh * factor + np.asarray(delay_s) * 1000.0
    ).astype(np.int64)
    ms[ms < 1] = 1
    return ms
