"""The population's ways to a doctor in every quarter of an hour of a plain week (R11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from emergency_sim.analysis.clock_classes import legevakt_hours_of_week
from emergency_sim.domain.clock import QUARTERS_OF_WEEK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Week:
    """Ways to a doctor in each quarter of an hour of a plain week.

    Parameters
    ----------
    state
        int64 (672,): the column of each quarter, Monday 00:00 first; quarters that do not differ
        share one.
    serving
        int32 (zones, columns): position of the serving clinic in the frame's places; -1: none.
    doctor_s, any_s
        float64 (zones, columns): expected seconds by car, as ``access_doctor_s`` and
        ``access_any_s`` of the frame; ``inf``: no way or nobody.

    Raises
    ------
    ValueError
        If the columns do not fit together.
    """

    state: NDArray[Any]
    serving: NDArray[Any]
    doctor_s: NDArray[Any]
    any_s: NDArray[Any]

    def __post_init__(self) -> None:
        if self.state.shape != (QUARTERS_OF_WEEK,):
            raise ValueError(f"state: shape {self.state.shape}, not ({QUARTERS_OF_WEEK},)")
        shape = self.serving.shape
        if len(shape) != 2 or shape[1] <= self.state.max():
            raise ValueError(f"serving: shape {shape}, for states to {self.state.max()}")
        for name in ("doctor_s", "any_s"):
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name}: shape {getattr(self, name).shape}, not {shape}")

    def legevakt_quarters(self) -> NDArray[np.int64]:
        """Return for each column in how many quarters of the legevakt's hours it holds."""
        legevakt = np.repeat(legevakt_hours_of_week(), 4)
        return np.bincount(self.state[legevakt], minlength=self.serving.shape[1])

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Return the ways as a frame wrote them; null is infinite."""
        ways = {name: np.array(raw[name], "float64") for name in ("doctor_s", "any_s")}
        return cls(
            state=np.array(raw["state"], "int64"),
            serving=np.array(raw["serving"], "int32"),
            **{name: np.where(np.isnan(way), np.inf, way) for name, way in ways.items()},
        )
