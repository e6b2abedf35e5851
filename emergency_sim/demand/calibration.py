"""Rates and probabilities behind the published margins (R1, R2, R5), solved per 1000 and year.

The published numbers count ASSIGNED urgencies and overlap; the table of incidents needs exclusive
entries with TRUE urgencies. With the default parameters (``watchtower``) the algebra is:

AMK. 113 brings 34 acute + 22 urgent + 12 regular (transferred to LVS), as assigned; the true counts t
solve ``t @ matrix = (34, 22, 12)``. Professionals bring 10 urgent, booked transport 29 regular.

Legevakt. The 330 contacts are 250 calls + 19 walk-ins + professionals + 12 transferred + V conveyed
there by ambulance from AMK's scenes + 11 of the 34 acute 113 incidents, whose doctor is alerted (they
are the same incidents: no new rows). V counts those who are not among the 11. So professionals =
330 - 250 - 19 - 12 - V - 11.

Urgency. Of the 33 red contacts 11 are those from 113, so 22 + 119.8 + 177.2 are assigned by LVS or
reception. ``t @ matrix = (22, 119.8, 177.2)`` gives the true counts of all these contacts; less the
true counts of the 12 and of V, the rest belongs to the entries of LVS.

Dispositions. Red: 33 x .35 = 11.55 consultations, .66 visits, 33 x .63 = 20.79 other, of which 11 are
the ones from 113 and 9.79 may be given to AMK at once. Whoever is conveyed to the clinic (V) has a
consultation, walk-ins have one or the nurse's advice; the probabilities of all the other contacts are
what is left of the margin over how many they are. Yellow and green go alike.

Ambulance by way of LVS and clinic. 47 - 34 = 13 acute and 50 - 22 - 10 = 18 urgent incidents. Direct:
as many as the margin of `other` allows, at most 13 - 3 and 18 - 6; the remainder leaves the clinic for
hospital after the doctor, with a probability by TRUE urgency that is solved from the joint
distribution of true and assigned urgency among those the doctor sees. Under ``ssb`` there are more
contacts and the same ambulance incidents: what `other` has beyond them goes to the telephone doctor
and the fastlege.

R12. Conveyed = .85 x 97; transports from the clinic are always conveyed, so the share at scenes is
(.85 x 97 - transports) / (97 - transports). Second cars: .25 x 47, all of them at scenes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.demand import problems
from emergency_sim.demand.triage import confusion_matrix, true_counts
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.incident import AGE_GROUPS, Disposition, Entry, Problem, Urgency

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from emergency_sim.domain.parameters import Parameters

CALIBRATIONS = ("ssb", "watchtower")
AMBULANCE_AGES = frozenset(
    {Entry.CALL_113, Entry.PROFESSIONAL_AMK, Entry.BOOKED, Entry.INQUIRY_113}
)
URGENCIES = ("acute", "urgent", "regular")
TOLERANCE = 1e-9


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
        population given to :func:`calibrate` they add up to ``per_1000``.
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
    transferred
        Assigned regular by AMK, per 1000 and year; they ring at LVS.
    targets
        Published margins by name, per 1000 and year, as :func:`~emergency_sim.demand.margins.margins`
        names them.
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
    transferred: float
    targets: dict[str, float]

    def table(self) -> list[tuple[str, float, float | None]]:
        """Return (name, expected, published or None) per 1000 and year, or as a share.

        The expected value is counted forwards from the probabilities here, not taken from the
        algebra that solved them.
        """
        from emergency_sim.demand.margins import margins

        return [(k, v, self.targets.get(k)) for k, v in margins(self).items()]


def calibrate(
    parameters: Parameters,
    *,
    calibration: str,
    amk_matrix: str,
    lvs_matrix: str,
    population_by_age: ArrayLike,
) -> Rates:
    """Solve the rates and probabilities that reproduce the published margins.

    Parameters
    ----------
    calibration
        ``ssb`` or ``watchtower`` (R2).
    amk_matrix, lvs_matrix
        Names of confusion matrices (``triage.matrix.*``).
    population_by_age
        People of the district by age group, zones that stand for outsiders left out.

    Raises
    ------
    InputFaults
        Parameters that contradict each other, with the number that would come out.
    """
    if calibration not in CALIBRATIONS:
        message = f"must be one of {', '.join(CALIBRATIONS)}"
        fault = Fault(file="scenario", path="calibration", message=message, got=calibration)
        raise InputFaults([fault])
    amk = _Amk(parameters, confusion_matrix(parameters, amk_matrix))
    lvs = _Lvs(parameters, amk, confusion_matrix(parameters, lvs_matrix), calibration)
    population = np.asarray(population_by_age, float)
    if population.shape != (len(AGE_GROUPS),) or not population.sum() > 0:
        raise ValueError("population_by_age must hold people in the nine age groups")
    per_1000 = _per_1000(parameters, amk, lvs)
    ages, per_person = _per_person(parameters, per_1000, population)
    true_share = np.zeros((len(Entry), 4))
    true_share[Entry.CALL_113, :3] = amk.true / amk.true.sum()
    true_share[Entry.PROFESSIONAL_AMK, Urgency.URGENT] = 1
    true_share[Entry.BOOKED, Urgency.REGULAR] = 1
    true_share[[Entry.INQUIRY_113, Entry.INQUIRY_116117], Urgency.NONE] = 1
    for entry in problems.LVS_ENTRIES:
        true_share[entry, :3] = lvs.true / lvs.true.sum()
    problem = _problem(parameters, {**amk.mixes, **lvs.mixes}, ages)
    call_outs = parameters.number("legevakt.visits_and_call_outs") - lvs.visits
    alerted_lvs = parameters.number("legevakt.alerted_red_ambulance")
    goes = _share(
        call_outs,
        amk.alerted + alerted_lvs * lvs.direct[0],
        "legevakt.visits_and_call_outs",
        "alerted doctors",
    )
    from_clinic = float(lvs.from_clinic.sum())
    total = amk.acute_total + amk.urgent_total
    second = (parameters.number("amb.cars_per_acute") - 1) * amk.acute_total
    return Rates(
        calibration=calibration,
        per_1000=per_1000,
        per_person=per_person,
        age_share=ages,
        true_share=true_share,
        amk_matrix=amk.matrix,
        lvs_matrix=lvs.matrix,
        problem=problem,
        disposition=lvs.disposition,
        walk_in_disposition=lvs.walk_in_disposition,
        hospital_after=lvs.hospital_after,
        to_legevakt=amk.to_legevakt,
        conveyed=lvs.conveyed,
        second_unit=_share(
            second,
            amk.acute_total - lvs.from_clinic[0],
            "amb.cars_per_acute",
            "acute incidents at scenes",
        ),
        alerted_113=amk.alerted / amk.assigned[0],
        alerted_lvs=alerted_lvs,
        doctor_goes=goes,
        redial_share_113=parameters.number("calls.redial_share_113"),
        redial_share_116117=parameters.number("calls.redial_share_116117"),
        transferred=float(amk.assigned[2]),
        targets={
            "calls_113": parameters.number("calls.all_113"),
            "calls_116117": parameters.number("calls.all_116117"),
            "contacts": lvs.contacts,
            **{f"contacts_{u}": float(n) for u, n in zip(URGENCIES, lvs.assigned, strict=True)},
            "consultations": lvs.published["consultation"],
            "advice": lvs.published["advice"],
            "home_visits": lvs.published["home_visit"],
            "visits_and_call_outs": parameters.number("legevakt.visits_and_call_outs"),
            "acute_incidents": amk.acute_total,
            "acute_missions": amk.acute_total * parameters.number("amb.cars_per_acute"),
            "urgent_incidents": amk.urgent_total,
            "regular_missions": parameters.number("amb.regular"),
            "conveyed": parameters.number("convey.share") * total,
            "acute_from_clinic": float(lvs.from_clinic[0]),
            "urgent_from_clinic": float(lvs.from_clinic[1]),
            "transports_from_clinic": from_clinic,
            "cardiac_arrests": parameters.number("problem.cardiac_arrest_rate") / 100,
            "strokes": parameters.number("problem.stroke_rate") / 100,
        },
    )


class _Amk:
    """AMK's side: true counts, problems, who may be conveyed to a legevakt."""

    def __init__(self, parameters: Parameters, matrix: NDArray[Any]) -> None:
        number = parameters.number
        self.matrix = matrix
        self.acute_total = number("amb.acute_incidents")
        self.urgent_total = number("amb.urgent_incidents")
        self.professional = number("amb.urgent_by_professionals")
        self.assigned = np.array(
            [number("amb.acute_by_113"), number("amb.urgent_by_113"), number("amk.regular_by_113")]
        )
        self.true = _not_negative(
            true_counts(self.assigned, matrix), "triage.amk", "true urgencies of 113 incidents"
        )
        self.joint = self.true[:, None] * matrix
        self.alerted = number("legevakt.alerted_acute_113")
        if self.alerted > self.assigned[0]:
            message = f"more than the {self.assigned[0]:g} acute 113 incidents"
            raise _fault("legevakt.alerted_acute_113", message, self.alerted)
        self.mixes = problems.mixes(parameters, self.true, self.professional)
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
        self.to_legevakt = allowed * _share(
            parameters.number(key) * scenes, may, key, "conveyed with a problem for a legevakt"
        )

    def brought(self, conveyed: float) -> NDArray[Any]:
        """Return those conveyed to a legevakt whose doctor was not alerted, by true urgency."""
        unalerted = 1 - self.alerted / self.assigned[0]
        count = self._may_113 * (self.joint[:, 0] * unalerted + self.joint[:, 1])
        count[Urgency.URGENT] += self._may_professional * self.professional
        return np.asarray(count * conveyed * self.to_legevakt.max(), float)


class _Lvs:
    """The legevakt's side: contacts by entry, true counts, dispositions, transports to hospital."""

    def __init__(
        self, parameters: Parameters, amk: _Amk, matrix: NDArray[Any], calibration: str
    ) -> None:
        number = parameters.number
        self.matrix = matrix
        self.contacts = number(f"legevakt.contacts_{calibration}")
        self.assigned = self.contacts * _by_urgency(parameters, "legevakt.urgency")
        shares = np.array(
            [
                [
                    float(parameters.value(f"lvs.disposition.{u}")[k])
                    for k in ("advice", "consultation", "home_visit", "other")
                ]
                for u in URGENCIES
            ]
        )
        if (shares < 0).any() or not np.allclose(shares.sum(axis=1), 1, atol=1e-3):
            raise _fault("lvs.disposition", "each urgency's shares must add up to 1", shares.sum(1))
        margin = self.assigned[:, None] * shares
        names = ("advice", "consultation", "home_visit")
        self.published = {k: float(margin[:, i].sum()) for i, k in enumerate(names)}
        self.published["consultation"] = float(margin[:, 1].sum())
        self.visits = self.published["home_visit"]

        same = np.array([amk.alerted, 0.0, 0.0])  # the reds that are 113's own incidents
        other = _not_negative(margin[:, 3] - same, "lvs.disposition", "`other` less those from 113")
        via = np.array(
            [
                amk.acute_total - amk.assigned[0],
                amk.urgent_total - amk.assigned[1] - amk.professional,
                0.0,
            ]
        )
        planned = np.array([number("amb.acute_from_clinic"), number("amb.urgent_from_clinic"), 0.0])
        wanted = _not_negative(via - planned, "amb.acute_from_clinic", "incidents from LVS at once")
        self.direct = np.minimum(wanted, other)
        self.from_clinic = via - self.direct

        total = amk.acute_total + amk.urgent_total
        transports = self.from_clinic.sum()
        self.conveyed = _share(
            number("convey.share") * total - transports,
            total - transports,
            "convey.share",
            "served incidents",
        )
        brought = amk.brought(self.conveyed)
        transferred = amk.joint[:, 2]
        everybody = true_counts(self.assigned - same, matrix)
        self.true = _not_negative(
            everybody - transferred - brought, "triage.lvs", "true urgencies of LVS contacts"
        )
        own = self.true.sum()
        self.phone = number("legevakt.phone_share") * self.contacts
        self.walk_in = number("legevakt.walk_in_share") * self.contacts
        self.professional = own - self.phone - self.walk_in
        if self.professional < 0:
            raise _fault("legevakt.phone_share", "leaves no contacts of professionals", own)
        self.mixes = problems.lvs_mixes(parameters, float(self.true[0]))

        walk_in_true = self.true * self.walk_in / own
        walk_in = walk_in_true @ matrix
        advised = _by_urgency(parameters, "legevakt.walk_in_advice")
        rest_true = self.true - walk_in_true + transferred
        rest = rest_true @ matrix
        fastlege = (other - self.direct) * _by_urgency(parameters, "lvs.other_to_fastlege")
        count = np.zeros((3, len(Disposition)))
        count[:, Disposition.ADVICE] = margin[:, 0] - walk_in * advised
        count[:, Disposition.CONSULTATION] = (
            margin[:, 1] - brought @ matrix - walk_in * (1 - advised)
        )
        count[:, Disposition.HOME_VISIT] = margin[:, 2]
        count[:, Disposition.AMBULANCE] = self.direct
        count[:, Disposition.FASTLEGE] = fastlege
        count[:, Disposition.DOCTOR_PHONE] = other - self.direct - fastlege
        count = _not_negative(count, "lvs.disposition", "contacts by disposition")
        self.disposition = count / rest[:, None]
        self.disposition /= self.disposition.sum(axis=1, keepdims=True)
        self.walk_in_disposition = np.zeros_like(count)
        self.walk_in_disposition[:, Disposition.ADVICE] = advised
        self.walk_in_disposition[:, Disposition.CONSULTATION] = 1 - advised

        seen = self.disposition[:, [Disposition.CONSULTATION, Disposition.HOME_VISIT]].sum(axis=1)
        by_doctor = rest_true * (matrix @ seen) + walk_in_true * (matrix @ (1 - advised))
        self.hospital_after = np.array(
            [
                _share(n, m, key, f"true {u} patients whom a clinic's doctor sees")
                for n, m, u, key in zip(
                    self.from_clinic,
                    by_doctor,
                    URGENCIES,
                    ("amb.acute_from_clinic", "amb.urgent_from_clinic", "amb.regular"),
                    strict=True,
                )
            ]
        )


def _per_1000(parameters: Parameters, amk: _Amk, lvs: _Lvs) -> NDArray[Any]:
    """Return the rate of each entry; the inquiries are the calls that nothing else explains."""
    rate = np.zeros(len(Entry))
    rate[Entry.CALL_113] = amk.assigned.sum()
    rate[Entry.PROFESSIONAL_AMK] = amk.professional
    rate[Entry.BOOKED] = parameters.number("amb.regular")
    rate[Entry.CALL_116117] = lvs.phone
    rate[Entry.WALK_IN] = lvs.walk_in
    rate[Entry.PROFESSIONAL_LVS] = lvs.professional
    for line, entry, other in (
        ("113", Entry.INQUIRY_113, rate[Entry.CALL_113]),
        ("116117", Entry.INQUIRY_116117, lvs.phone + lvs.professional + amk.assigned[2]),
    ):
        first = parameters.number(f"calls.all_{line}") * (
            1 - parameters.number(f"calls.redial_share_{line}")
        )
        if first < other:
            raise _fault(f"calls.all_{line}", f"less than the {other:.1f} with a need", first)
        rate[entry] = first - other
    return rate


def _per_person(
    parameters: Parameters, per_1000: NDArray[Any], population: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the share of each age among an entry's incidents, and the rate per person and year."""
    ages = np.zeros((len(Entry), len(AGE_GROUPS)))
    per_person = np.zeros_like(ages)
    for entry in Entry:
        key = "age.rr_ambulance" if entry in AMBULANCE_AGES else "age.rr_legevakt"
        relative = np.asarray(parameters.numbers(key))
        weight = relative * population
        ages[entry] = weight / weight.sum()
        per_person[entry] = per_1000[entry] / 1000 * relative * population.sum() / weight.sum()
    return ages, per_person


def _problem(
    parameters: Parameters,
    mixes: dict[tuple[Entry, Urgency], NDArray[Any]],
    ages: NDArray[Any],
) -> NDArray[Any]:
    """Return the share of each problem by entry, true urgency and age."""
    weights = problems.age_weights(parameters)
    result = np.zeros((len(Entry), 4, len(AGE_GROUPS), len(Problem)))
    result[..., Problem.OTHER] = 1  # never drawn: urgencies that an entry does not have
    result[[Entry.INQUIRY_113, Entry.INQUIRY_116117]] = np.eye(len(Problem))[Problem.NONE]
    for (entry, urgency), shares in mixes.items():
        result[entry, urgency] = problems.by_age(shares, ages[entry], weights)
    return result


def _by_urgency(parameters: Parameters, key: str) -> NDArray[Any]:
    value = parameters.value(key)
    return np.array([float(value[u]) for u in URGENCIES])


def _fault(key: str, message: str, got: Any) -> InputFaults:
    shown = np.round(got, 4).tolist() if isinstance(got, np.ndarray | np.floating) else got
    return InputFaults([Fault(file="parameters", path=key, message=message, got=shown)])


def _not_negative(counts: NDArray[Any], key: str, what: str) -> NDArray[Any]:
    if (counts < -TOLERANCE).any():
        message = f"{what} would be negative: the parameters contradict each other"
        raise _fault(key, message, counts)
    return np.maximum(counts, 0)


def _share(part: float, whole: float, key: str, what: str) -> float:
    """Return part / whole, which must be a share."""
    if part <= TOLERANCE and part >= -TOLERANCE:
        return 0.0
    if not 0 <= part <= whole + TOLERANCE:
        message = f"asks for {part:.3f} of {whole:.3f} {what} (per 1000 and year)"
        raise _fault(key, message, part)
    return min(float(part / whole), 1.0)
