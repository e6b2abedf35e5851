"""Who stays away because the clinic is further off than in the base (R3), and who comes instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.clock import QUARTERS_OF_WEEK
from emergency_sim.domain.incident import Disposition, Urgency

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from emergency_sim.domain.parameters import Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class DecayInputs:
    """Road kilometres to the clinic that serves a zone, by quarter of an hour of a plain week.

    Parameters
    ----------
    km_here, km_base
        float64 (zones, 672), Monday 00:00 first: in this scenario and in the base; a ferry counts
        its minutes as kilometres. ``inf``: no clinic can be reached.
    """

    km_here: NDArray[Any]
    km_base: NDArray[Any]

    def __post_init__(self) -> None:
        here, base = self.km_here.shape, self.km_base.shape
        if here != base or here[1:] != (QUARTERS_OF_WEEK,):
            raise ValueError("km_here and km_base must both have the shape (zones, 672)")


def relative(per_km: float, here: ArrayLike, base: ArrayLike) -> NDArray[Any]:
    """Return m = f(here) / f(base) with f = exp(-per_km x km) (assumption A8).

    Where the base reaches no clinic there is nothing to be relative to: m = 1. Where only the
    scenario reaches none: m = 0, unless the curve is flat.

    Examples
    --------
    >>> relative(0.0161, [43.0, 0.0, 10.0], [0.0, 43.0, 10.0]).round(2).tolist()
    [0.5, 2.0, 1.0]
    """
    here, base = np.asarray(here, float), np.asarray(base, float)
    if per_km == 0:
        return np.ones(np.broadcast(here, base).shape)
    known = np.isfinite(base)
    difference = np.where(known, here, 0.0) - np.where(known, base, 0.0)
    return np.asarray(np.exp(-per_km * np.nan_to_num(difference, nan=0.0, posinf=np.inf)), float)


def multipliers(
    decay: DecayInputs, parameters: Parameters, zone: NDArray[Any], quarter: NDArray[Any]
) -> NDArray[Any]:
    """Return m per row for the three curves, shape (rows, 3): consultation, acute, telephone."""
    here, base = decay.km_here[zone, quarter], decay.km_base[zone, quarter]
    keys = (
        "distance.consultation_per_km",
        "distance.acute_per_km",
        "distance.telephone_per_km",
    )
    return np.stack([relative(parameters.number(key), here, base) for key in keys], axis=1)


def curve(lvs_urgency: NDArray[Any], disposition: NDArray[Any]) -> NDArray[Any]:
    """Return which curve a contact follows: 0 consultation, 1 acute, 2 telephone.

    What LVS would call acute follows the acute curve whatever is decided; who would see a doctor
    follows that of consultations; all else is done by telephone.
    """
    seen = (disposition == Disposition.CONSULTATION) | (disposition == Disposition.HOME_VISIT)
    return np.where(lvs_urgency == Urgency.ACUTE, 1, np.where(seen, 0, 2))
