"""Send the capable unit that is expected to arrive first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emergency_sim.domain.incident import Urgency
from emergency_sim.policies.base import DISPATCH, Candidate, Need

if TYPE_CHECKING:
    from collections.abc import Sequence

INFINITY = float("inf")
ACUTE, REGULAR = Urgency.ACUTE, Urgency.REGULAR


@DISPATCH.register("nearest")
@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The unit with the least expected time to the scene goes.

    Parameters
    ----------
    preempts
        An acute incident may take a unit that is driving to a less urgent one.
    uses_returning
        A unit on its way back may be sent.
    min_gain_min
        A unit is taken from another mission only if it comes at least so many minutes before the
        quickest free one.
    regular_reserve
        A regular (booked) mission waits unless more than so many other capable units are free
        (assumption A25).
    """

    preempts: bool = True
    uses_returning: bool = True
    min_gain_min: float = 2.0
    regular_reserve: int = 0

    def __post_init__(self) -> None:
        if self.min_gain_min < 0 or self.regular_reserve < 0:
            raise ValueError("min_gain_min and regular_reserve must be at least 0")

    def looks_at(self, need: Need) -> int:
        """Return 1, the quickest idle unit; for a regular mission those to be kept back, too."""
        return 1 + (self.regular_reserve if need.urgency is REGULAR else 0)

    def choose(self, need: Need, candidates: Sequence[Candidate]) -> int | None:
        """Return the unit that arrives first; see the class for when one is taken or kept back."""
        free: Candidate | None = None
        taken: Candidate | None = None
        n_free = 0
        capability, soonest = need.capability, INFINITY
        for c in candidates:
            expected = c.expected_s
            if expected == INFINITY or capability not in c.capabilities:
                continue
            if c.serving is None:
                n_free += 1
                if expected < soonest or (free and expected == soonest and c.unit < free.unit):
                    free, soonest = c, expected
            elif self.preempts and need.urgency is ACUTE and c.serving > need.urgency:
                key = (expected, -c.serving, c.unit)
                if taken is None or key < (taken.expected_s, -(taken.serving or 0), taken.unit):
                    taken = c
        if need.urgency is REGULAR and n_free <= self.regular_reserve:
            return None
        if taken is not None and (
            free is None or taken.expected_s + self.min_gain_min * 60.0 <= free.expected_s
        ):
            return taken.unit
        return None if free is None else free.unit
