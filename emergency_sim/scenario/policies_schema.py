"""The key `policies` of a scenario: the rules that decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from emergency_sim.policies import DESTINATION, DISPATCH, REFERRAL


class Queue(StrEnum):
    """Order in which waiting requests are served."""

    URGENCY = "urgency"
    FCFS = "fcfs"


class AfterMission(StrEnum):
    """Where a unit goes when it is clear."""

    RETURN = "return"
    STAY = "stay"


class UnitsServe(StrEnum):
    """Whose incidents AMK's units go to."""

    ANYWHERE = "anywhere"
    OWN_AMK = "own_amk"


class ClinicChoice(StrEnum):
    """Whose patients people are in legevakt hours (R9)."""

    MUNICIPALITY = "municipality"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The rules that decide; dispatch, destination and referral are plug-ins by ``kind``.

    Parameters
    ----------
    dispatch, destination, referral
        Who goes, where to, and which clinic.
    queue
        Order of waiting requests for units: by urgency, or first come first served.
    after_mission
        Units return to their base, or stay where they became clear.
    turnout
        False: units roll the moment they are alarmed.
    units_serve
        Units go to incidents anywhere, or only to those of the AMK that answers for the municipality
        of their station (assumption A64); they convey to any hospital.
    clinic_choice
        Patients go to the legevakt of their municipality, or to the one that is nearest by car of
        those open with a doctor on duty.
    """

    dispatch: Any = field(default_factory=DISPATCH["nearest"])
    destination: Any = field(default_factory=DESTINATION["nearest_suitable"])
    referral: Any = field(default_factory=REFERRAL["satellite_if_eligible"])
    queue: Queue = Queue.URGENCY
    after_mission: AfterMission = AfterMission.RETURN
    turnout: bool = True
    units_serve: UnitsServe = UnitsServe.ANYWHERE
    clinic_choice: ClinicChoice = ClinicChoice.MUNICIPALITY
