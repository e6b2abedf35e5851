"""Send the first free unit in a fixed order per zone, whatever the distance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emergency_sim.policies.base import DISPATCH, Candidate, Need

if TYPE_CHECKING:
    from collections.abc import Sequence


@DISPATCH.register("preference")
@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Fixed preference lists, as in the hypercube model (Larson 1974).

    Parameters
    ----------
    order
        Unit ids in order of preference, by zone id. Units that are not listed come last, in the
        order of the scenario; a zone that is not listed has only that order.
    """

    order: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def preempts(self) -> bool:
        """Units are never taken from a mission."""
        return False

    @property
    def uses_returning(self) -> bool:
        """Units on their way back count as free."""
        return True

    def looks_at(self, need: Need) -> None:
        """Return None: the order decides, not the time, so every unit is seen."""

    def choose(self, need: Need, candidates: Sequence[Candidate]) -> int | None:
        """Return the first capable free unit in the zone's order."""
        order = self.order.get(need.zone, ())
        best: tuple[int, int] | None = None
        for c in candidates:
            if (
                c.serving is not None
                or need.capability not in c.capabilities
                or c.expected_s == float("inf")
            ):
                continue
            rank = order.index(c.id) if c.id in order else len(order)
            if best is None or (rank, c.unit) < best:
                best = (rank, c.unit)
        return None if best is None else best[1]
