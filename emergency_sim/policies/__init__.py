"""Decisions as plug-ins: pure functions of what the decider can see, one rule a file."""

from emergency_sim.policies import clinic_only as _clinic_only
from emergency_sim.policies import nearest as _nearest
from emergency_sim.policies import nearest_suitable as _nearest_suitable
from emergency_sim.policies import preference as _preference
from emergency_sim.policies import satellite_if_eligible as _satellite_if_eligible
from emergency_sim.policies.base import (
    DESTINATION,
    DISPATCH,
    REFERRAL,
    Candidate,
    Destination,
    DestinationPolicy,
    DispatchPolicy,
    Need,
    Patient,
    ReferralPolicy,
)

__all__ = [
    "DESTINATION",
    "DISPATCH",
    "REFERRAL",
    "Candidate",
    "Destination",
    "DestinationPolicy",
    "DispatchPolicy",
    "Need",
    "Patient",
    "ReferralPolicy",
]

_RULES = (_clinic_only, _nearest, _nearest_suitable, _preference, _satellite_if_eligible)
