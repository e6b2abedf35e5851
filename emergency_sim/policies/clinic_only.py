"""Book everybody at the legevakt itself: satellites stay unused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emergency_sim.policies.base import REFERRAL

if TYPE_CHECKING:
    from emergency_sim.policies.base import Patient


@REFERRAL.register("clinic_only")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicOnly:
    """The zero-effect limit of every satellite (R26)."""

    def to_satellite(self, patient: Patient, *, takes_urgent: bool, waiting: int) -> bool:
        """Return False for everybody."""
        return False
