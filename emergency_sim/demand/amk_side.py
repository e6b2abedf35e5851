"""What enters by AMK: true counts, problems, who may be conveyed to a legevakt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.demand import problems
from emergency_sim.demand.solving import contradiction, not_negative, share
from emergency_sim.demand.triage import true_counts
from emergency_sim.domain.incident import Entry, Problem, Urgency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.domain.parameters import Parameters


class AmkSide:
    """Incidents by 113 and from professionals; numbers per 1000 and year (assumptions A2 and A4).

    Attributes
    ----------
    acute_total, urgent_total
        All acute and urgent ambulance incidents, those by way of the legevakt included.
    assigned, true
        113 incidents by assigned and by true urgency.
    joint
        The same by (true, assigned).
    professional
        Incidents that professionals bring to AMK, all urgent.
    alerted
        Acute 113 incidents whose duty doctor is alerted.
    mixes
        Shares of the problems by (entry, true urgency).
    to_legevakt
        Per problem: share of those conveyed from AMK's scenes who go to a legevakt.
    """

    def __init__(self, parameters: Parameters, matrix: NDArray[Any]) -> None:
        number = parameters.number
        self.matrix = matrix
        self.acute_total = number("amb.acute_incidents")
        self.urgent_total = number("amb.urgent_incidents")
        self.professional = number("amb.urgent_by_professionals")
        self.assigned = np.array(
            [number("amb.acute_by_113"), number("amb.urgent_by_113"), number("amk.regular_by_113")]
        )
        self.true = not_negative(
            true_counts(self.assigned, matrix), "triage.amk", "true urgencies of 113 incidents"
        )
        self.joint = self.true[:, None] * matrix
        self.alerted = number("legevakt.alerted_acute_113")
        if self.alerted > self.assigned[0]:
            message = f"more than the {self.assigned[0]:g} acute 113 incidents"
            raise contradiction("legevakt.alerted_acute_113", message, self.alerted)
        self.mixes = problems.mixes(parameters, self.true, self.professional)
        self._conveyed_to_legevakt(parameters)

    def _conveyed_to_legevakt(self, parameters: Parameters) -> None:
        """Solve the share of those whose problem allows it, so that the share of all is right."""
        allowed = np.zeros(len(Problem))
        for name in parameters.value("convey.legevakt_problems"):
            allowed[Problem[str(name).upper()]] = 1
        self._may_113 = np.array(
            [self.mixes[Entry.CALL_113, u] @ allowed for u in list(Urgency)[:3]]
        )
        self._may_professional = self.mixes[Entry.PROFESSIONAL_AMK, Urgency.URGENT] @ allowed
        scenes = self.assigned[:2].sum() + self.professional
        may = self._may_113 @ self.joint[:, :2].sum(axis=1)
        may += self._may_professional * self.professional
        key = "convey.to_legevakt"
        self._share = share(parameters.number(key) * scenes, may, key, "with such a problem")
        self.to_legevakt = allowed * self._share

    def brought(self, conveyed: float) -> NDArray[Any]:
        """Return those conveyed to a legevakt whose doctor was not alerted, by true urgency."""
        unalerted = 1 - self.alerted / self.assigned[0]
        count = self._may_113 * (self.joint[:, 0] * unalerted + self.joint[:, 1])
        count[Urgency.URGENT] += self._may_professional * self.professional
        return np.asarray(count * conveyed * self._share, float)
