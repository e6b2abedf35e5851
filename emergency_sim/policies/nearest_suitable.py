"""Take the patient to the nearest place that can do what the problem asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emergency_sim.domain.incident import Problem, Urgency
from emergency_sim.policies.base import DESTINATION, Destination, Patient

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEFAULT = {Problem.STROKE: "stroke_ct", Problem.BIRTH: "birth"}


@DESTINATION.register("nearest_suitable")
@dataclass(frozen=True, slots=True, kw_only=True)
class NearestSuitable:
    """Legevakt if the crew so judges and one is open; else the nearest hospital with the function.

    Parameters
    ----------
    functions
        Function that a problem asks for, by the problem's name in lower case; other problems ask for
        ``acute``. Where no hospital has it, the nearest acute hospital is taken.
    """

    functions: dict[str, str] = field(
        default_factory=lambda: {p.name.lower(): f for p, f in _DEFAULT.items()}
    )

    def choose(self, patient: Patient, options: Sequence[Destination]) -> int | None:
        """Return the place, or None when nothing can be reached."""
        reachable = [o for o in options if o.expected_s < float("inf")]
        if patient.to_legevakt:
            clinics = [o for o in reachable if o.kind == "legevakt"]
            if clinics:
                return min(clinics, key=_nearest).place
        wanted = self.functions.get(patient.problem.name.lower(), "acute")
        if patient.urgency is Urgency.REGULAR:
            wanted = "acute"
        for function in (wanted, "acute"):
            hospitals = [o for o in reachable if o.kind == "hospital" and function in o.functions]
            if hospitals:
                return min(hospitals, key=_nearest).place
        return None


def _nearest(option: Destination) -> tuple[float, int]:
    return (option.expected_s, option.place)
