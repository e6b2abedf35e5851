"""What the legevakt decides on: contacts by entry, true counts, dispositions, transports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.demand import problems
from emergency_sim.demand.solving import (
    URGENCIES,
    by_urgency,
    contradiction,
    not_negative,
    share,
)
from emergency_sim.demand.triage import true_counts
from emergency_sim.domain.incident import Disposition

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.demand.amk_side import AmkSide
    from emergency_sim.domain.parameters import Parameters

ACTIONS = ("advice", "consultation", "home_visit", "other")


class LvsSide:
    """Contacts with LVS and legevakt; numbers per 1000 and year (assumptions A2, A3 and A10).

    Attributes
    ----------
    contacts, assigned
        All contacts, and by assigned urgency (the published shares).
    margin
        By assigned urgency and published first action (``ACTIONS``).
    direct, from_clinic
        Ambulance incidents by urgency: given to AMK at once; leaving the clinic for hospital.
    conveyed
        Share conveyed from scenes.
    true
        Those who enter by LVS or walk in, by true urgency.
    phone, walk_in, professional
        The three entries.
    mixes
        Shares of the problems by (entry, true urgency).
    disposition, walk_in_disposition
        Probabilities by assigned urgency (3, 6).
    hospital_after
        Probability by TRUE urgency, of those whom the clinic's doctor sees.
    """

    def __init__(
        self, parameters: Parameters, amk: AmkSide, matrix: NDArray[Any], calibration: str
    ) -> None:
        self.matrix = matrix
        self._parameters = parameters
        self._amk = amk
        self.contacts = parameters.number(f"legevakt.contacts_{calibration}")
        self.assigned = self.contacts * by_urgency(parameters, "legevakt.urgency")
        shares = np.array(
            [
                [float(parameters.value(f"lvs.disposition.{u}")[k]) for k in ACTIONS]
                for u in URGENCIES
            ]
        )
        if (shares < 0).any() or not np.allclose(shares.sum(axis=1), 1, atol=1e-3):
            message = "each urgency's shares must add up to 1"
            raise contradiction("lvs.disposition", message, shares.sum(axis=1))
        self.margin = self.assigned[:, None] * shares
        # The reds that are 113's own incidents, in the order of urgencies.
        self._same = np.array([amk.alerted, 0.0, 0.0])
        self._ambulances()
        self._entries()
        self._dispositions()

    def _ambulances(self) -> None:
        """Split the ambulance incidents by way of the legevakt; solve the share conveyed."""
        amk, number = self._amk, self._parameters.number
        self._other = not_negative(
            self.margin[:, 3] - self._same, "lvs.disposition", "`other` less those from 113"
        )
        acute = amk.acute_total - amk.assigned[0]
        urgent = amk.urgent_total - amk.assigned[1] - amk.professional
        via = np.array([acute, urgent, 0.0])
        planned = np.array([number("amb.acute_from_clinic"), number("amb.urgent_from_clinic"), 0.0])
        wanted = not_negative(via - planned, "amb.acute_from_clinic", "incidents from LVS at once")
        self.direct = np.minimum(wanted, self._other)
        self.from_clinic = via - self.direct
        total, transports = amk.acute_total + amk.urgent_total, self.from_clinic.sum()
        key = "convey.share"
        self.conveyed = share(
            number(key) * total - transports, total - transports, key, "incidents at scenes"
        )

    def _entries(self) -> None:
        """Solve the true counts of LVS' own entries; professionals are the rest of the contacts."""
        self._brought = self._amk.brought(self.conveyed)
        self._transferred = self._amk.joint[:, 2]
        everybody = true_counts(self.assigned - self._same, self.matrix)
        self.true = not_negative(
            everybody - self._transferred - self._brought,
            "triage.lvs",
            "true urgencies of LVS contacts",
        )
        own = float(self.true.sum())
        self.phone = self._parameters.number("legevakt.phone_share") * self.contacts
        self.walk_in = self._parameters.number("legevakt.walk_in_share") * self.contacts
        self.professional = own - self.phone - self.walk_in
        if self.professional < 0:
            message = "leaves no contacts of professionals"
            raise contradiction("legevakt.phone_share", message, own)
        self.mixes = problems.lvs_mixes(self._parameters, float(self.true[0]))

    def _dispositions(self) -> None:
        """Solve what LVS decides, given those whose way in leaves no choice."""
        matrix, margin = self.matrix, self.margin
        walk_in_true = self.true * self.walk_in / self.true.sum()
        walk_in = walk_in_true @ matrix
        advised = by_urgency(self._parameters, "legevakt.walk_in_advice")
        rest_true = self.true - walk_in_true + self._transferred
        spare = self._other - self.direct
        fastlege = spare * by_urgency(self._parameters, "lvs.other_to_fastlege")
        count = np.zeros((3, len(Disposition)))
        count[:, Disposition.ADVICE] = margin[:, 0] - walk_in * advised
        brought = self._brought @ matrix
        count[:, Disposition.CONSULTATION] = margin[:, 1] - brought - walk_in * (1 - advised)
        count[:, Disposition.HOME_VISIT] = margin[:, 2]
        count[:, Disposition.AMBULANCE] = self.direct
        count[:, Disposition.FASTLEGE] = fastlege
        count[:, Disposition.DOCTOR_PHONE] = spare - fastlege
        count = not_negative(count, "lvs.disposition", "contacts by disposition")
        self.disposition = count / count.sum(axis=1, keepdims=True)
        self.walk_in_disposition = np.zeros_like(count)
        self.walk_in_disposition[:, Disposition.ADVICE] = advised
        self.walk_in_disposition[:, Disposition.CONSULTATION] = 1 - advised

        doctors = [Disposition.CONSULTATION, Disposition.HOME_VISIT]
        seen = self.disposition[:, doctors].sum(axis=1)
        by_doctor = rest_true * (matrix @ seen) + walk_in_true * (matrix @ (1 - advised))
        keys = ("amb.acute_from_clinic", "amb.urgent_from_clinic", "amb.regular")
        self.hospital_after = np.array(
            [
                share(n, m, key, f"true {u} patients whom a clinic's doctor sees")
                for n, m, u, key in zip(self.from_clinic, by_doctor, URGENCIES, keys, strict=True)
            ]
        )
