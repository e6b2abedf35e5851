"""Book eligible patients at the satellite of their area while it is open (R11)."""

from __future__ import annotations

from dataclasses import dataclass

from emergency_sim.domain.incident import Urgency
from emergency_sim.policies.base import REFERRAL, Patient


@REFERRAL.register("satellite_if_eligible")
@dataclass(frozen=True, slots=True, kw_only=True)
class SatelliteIfEligible:
    """Green patients go to the satellite, yellow ones where the satellite takes them.

    Parameters
    ----------
    max_waiting
        With so many patients booked and not finished, the next one goes to the legevakt.
    """

    max_waiting: int = 3

    def __post_init__(self) -> None:
        if self.max_waiting < 0:
            raise ValueError("max_waiting must be at least 0")

    def to_satellite(self, patient: Patient, *, takes_urgent: bool, waiting: int) -> bool:
        """Return whether the patient is booked at the satellite."""
        eligible = patient.urgency is Urgency.REGULAR or (
            takes_urgent and patient.urgency is Urgency.URGENT
        )
        return eligible and waiting < self.max_waiting
