"""Take the patient to the nearest place that can do what the problem asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emergency_sim.domain.incident import Problem, Urgency
from emergency_sim.policies.base import DESTINATION, Destination, Patient

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

INFINITY = float("inf")
REGULAR = Urgency.REGULAR
_NAMES = tuple(p.name.lower() for p in Problem)
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
        if patient.to_legevakt:
            legevakt = _nearest([o for o in options if o.kind == "legevakt"])
            if legevakt is not None:
                return legevakt
        wanted = "acute"
        if patient.urgency is not REGULAR:
            wanted = self.functions.get(_NAMES[patient.problem], wanted)
        chosen = _nearest_hospital(options, wanted)
        if chosen is None and wanted != "acute":
            chosen = _nearest_hospital(options, "acute")
        return chosen


def _nearest_hospital(options: Sequence[Destination], function: str) -> int | None:
    return _nearest([o for o in options if function in o[3] and o[1] == "hospital"])


def _nearest(options: Iterable[Destination]) -> int | None:
    """Return the nearest place that can be reached; of equally near ones the first number."""
    chosen, soonest = None, INFINITY
    for place, _, expected_s, _ in options:
        if expected_s < soonest or (
            chosen is not None and expected_s == soonest and place < chosen
        ):
            chosen, soonest = place, expected_s
    return chosen
