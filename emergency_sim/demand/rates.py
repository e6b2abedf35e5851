"""Rates and probabilities that the incidents are drawn with, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How many incidents of each entry, and every probability that the table is drawn with.

    Parameters
    ----------
    calibration
        ``ssb`` or ``watchtower``.
    per_1000
        float64 (entries): incidents per 1000 inhabitants and year.
    per_person
        float64 (entries, ages): incidents per inhabitant of the age group and year; over the
        population that was calibrated for they add up to ``per_1000``.
    age_share
        float64 (entries, ages): ages among the incidents of an entry in that population.
    true_share
        float64 (entries, 4): share of each true urgency.
    amk_matrix, lvs_matrix
        float64 (3, 3): true to assigned urgency.
    problem
        float64 (entries, 4, ages, problems): share of each problem.
    disposition, walk_in_disposition
        float64 (3, 6): by the urgency that LVS assigns; of walk-ins.
    hospital_after
        float64 (3,): by TRUE urgency, of those whom a clinic's doctor sees.
    to_legevakt
        float64 (problems,): of those conveyed from AMK's own scenes.
    conveyed
        Share conveyed from scenes.
    second_unit
        Share of acute scenes that want a second unit.
    alerted_113, alerted_lvs
        Share in which the duty doctor is alerted: acute 113 incidents; reds that LVS gives to AMK.
    doctor_goes
        Of alerted doctors, share that is to drive out.
    redial_share_113, redial_share_116117
        Share of ringing calls that are expected to be repeated ones.
    targets
        Published margins by name, per 1000 and year, with the names of ``margins.py``.
    """

    calibration: str
    per_1000: NDArray[Any]
    per_person: NDArray[Any]
    age_share: NDArray[Any]
    true_share: NDArray[Any]
    amk_matrix: NDArray[Any]
    lvs_matrix: NDArray[Any]
    problem: NDArray[Any]
    disposition: NDArray[Any]
    walk_in_disposition: NDArray[Any]
    hospital_after: NDArray[Any]
    to_legevakt: NDArray[Any]
    conveyed: float
    second_unit: float
    alerted_113: float
    alerted_lvs: float
    doctor_goes: float
    redial_share_113: float
    redial_share_116117: float
    targets: dict[str, float]

    def table(self) -> list[tuple[str, float, float | None]]:
        """Return (name, expected, published or None) per 1000 and year, or as a share.

        The expected value is counted forwards from the probabilities here, not taken from the
        algebra that solved them.
        """
        from emergency_sim.demand.margins import margins

        return [(k, v, self.targets.get(k)) for k, v in margins(self).items()]
