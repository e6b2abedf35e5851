"""Rates and probabilities behind the published margins (R1, R2, R5), solved per 1000 and year.

The published numbers count ASSIGNED urgencies and overlap; the table of incidents needs exclusive
entries with TRUE urgencies. With the default parameters (``watchtower``) the algebra is:

AMK (amk_side.py). 113 brings 34 acute + 22 urgent + 12 regular (transferred to LVS), as assigned;
the true counts t solve ``t @ matrix = (34, 22, 12)``. Professionals bring 10 urgent, booked
transport 29 regular.

Legevakt (lvs_side.py). The 330 contacts are 250 calls + 19 walk-ins + professionals + 12
transferred + V conveyed there by ambulance from AMK's scenes + 11 of the 34 acute 113 incidents,
whose doctor is alerted (they are the same incidents: no new rows). V counts those who are not among
the 11. So professionals = 330 - 250 - 19 - 12 - V - 11.

Urgency. Of the 33 red contacts 11 are those from 113, so 22 + 119.8 + 177.2 are assigned by LVS or
reception. ``t @ matrix = (22, 119.8, 177.2)`` gives the true counts of all these contacts; less the
true counts of the 12 and of V, the rest belongs to the entries of LVS.

Dispositions. Red: 33 x .35 = 11.55 consultations, .66 visits, 33 x .63 = 20.79 other, of which 11
are the ones from 113 and 9.79 may be given to AMK at once. Whoever is conveyed to the clinic (V)
has a consultation, walk-ins have one or the nurse's advice; the probabilities of all the other
contacts are what is left of the margin over how many they are. Yellow and green go alike.

Ambulance by way of LVS and clinic. 47 - 34 = 13 acute and 50 - 22 - 10 = 18 urgent incidents. At
once: as many as the margin of `other` allows, at most 13 - 3 and 18 - 6; the remainder leaves the
clinic for hospital after the doctor, with a probability by TRUE urgency that is solved from the
joint distribution of true and assigned urgency among those the doctor sees. Under ``ssb`` there are
more contacts and the same ambulance incidents: what `other` has beyond them goes to the doctor's
telephone and the fastlege.

R12. Conveyed = .85 x 97; transports from the clinic are always conveyed, so the share at scenes is
(.85 x 97 - transports) / (97 - transports). Second cars: .25 x 47, all of them at scenes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.demand import problems
from emergency_sim.demand.amk_side import AmkSide
from emergency_sim.demand.lvs_side import LvsSide
from emergency_sim.demand.rates import Rates
from emergency_sim.demand.solving import URGENCIES, contradiction, share
from emergency_sim.demand.triage import confusion_matrix
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.incident import AGE_GROUPS, Entry, Problem, Urgency

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from emergency_sim.domain.parameters import Parameters

CALIBRATIONS = ("ssb", "watchtower")
AMBULANCE_AGES = frozenset(
    {Entry.CALL_113, Entry.PROFESSIONAL_AMK, Entry.BOOKED, Entry.INQUIRY_113}
)


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
    population = np.asarray(population_by_age, float)
    if population.shape != (len(AGE_GROUPS),) or not population.sum() > 0:
        raise ValueError("population_by_age must hold people in the nine age groups")
    number = parameters.number
    amk = AmkSide(parameters, confusion_matrix(parameters, amk_matrix))
    lvs = LvsSide(parameters, amk, confusion_matrix(parameters, lvs_matrix), calibration)
    per_1000 = _per_1000(parameters, amk, lvs)
    ages, per_person = _per_person(parameters, per_1000, population)
    alerted_lvs = number("legevakt.alerted_red_ambulance")
    key = "legevakt.visits_and_call_outs"
    call_outs = number(key) - lvs.margin[:, 2].sum()
    second_cars = (number("amb.cars_per_acute") - 1) * amk.acute_total
    scenes = amk.acute_total - lvs.from_clinic[0]
    return Rates(
        calibration=calibration,
        per_1000=per_1000,
        per_person=per_person,
        age_share=ages,
        true_share=_true_share(amk, lvs),
        amk_matrix=amk.matrix,
        lvs_matrix=lvs.matrix,
        problem=_problem(parameters, {**amk.mixes, **lvs.mixes}, ages),
        disposition=lvs.disposition,
        walk_in_disposition=lvs.walk_in_disposition,
        hospital_after=lvs.hospital_after,
        to_legevakt=amk.to_legevakt,
        conveyed=lvs.conveyed,
        second_unit=share(second_cars, scenes, "amb.cars_per_acute", "acute incidents at scenes"),
        alerted_113=float(amk.alerted / amk.assigned[0]),
        alerted_lvs=alerted_lvs,
        doctor_goes=share(
            call_outs, amk.alerted + alerted_lvs * lvs.direct[0], key, "alerted doctors"
        ),
        redial_share_113=number("calls.redial_share_113"),
        redial_share_116117=number("calls.redial_share_116117"),
        targets=_targets(parameters, amk, lvs),
    )


def even_rates(parameters: Parameters) -> Rates:
    """Return the probabilities that stand in for what a record does not say.

    Calibration ``ssb``, no triage errors, as many people in every age group.
    """
    return calibrate(
        parameters,
        calibration="ssb",
        amk_matrix="identity",
        lvs_matrix="identity",
        population_by_age=np.ones(len(AGE_GROUPS)),
    )


def _per_1000(parameters: Parameters, amk: AmkSide, lvs: LvsSide) -> NDArray[Any]:
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
        repeated = parameters.number(f"calls.redial_share_{line}")
        first = parameters.number(f"calls.all_{line}") * (1 - repeated)
        if first < other:
            message = f"less than the {other:.1f} with a need, once repeated calls are left out"
            raise contradiction(f"calls.all_{line}", message, first)
        rate[entry] = first - other
    return rate


def _per_person(
    parameters: Parameters, per_1000: NDArray[Any], population: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return each age's share of an entry's incidents, and the rate per person (assumption A6)."""
    ages = np.zeros((len(Entry), len(AGE_GROUPS)))
    per_person = np.zeros_like(ages)
    for entry in Entry:
        key = "age.rr_ambulance" if entry in AMBULANCE_AGES else "age.rr_legevakt"
        relative = np.asarray(parameters.numbers(key))
        weight = relative * population
        ages[entry] = weight / weight.sum()
        per_person[entry] = per_1000[entry] / 1000 * relative * population.sum() / weight.sum()
    return ages, per_person


def _true_share(amk: AmkSide, lvs: LvsSide) -> NDArray[Any]:
    """Return the share of each true urgency by entry."""
    share = np.zeros((len(Entry), len(Urgency)))
    share[Entry.CALL_113, :3] = amk.true / amk.true.sum()
    share[Entry.PROFESSIONAL_AMK, Urgency.URGENT] = 1
    share[Entry.BOOKED, Urgency.REGULAR] = 1
    share[[Entry.INQUIRY_113, Entry.INQUIRY_116117], Urgency.NONE] = 1
    for entry in problems.LVS_ENTRIES:
        share[entry, :3] = lvs.true / lvs.true.sum()
    return share


def _problem(
    parameters: Parameters,
    mixes: dict[tuple[Entry, Urgency], NDArray[Any]],
    ages: NDArray[Any],
) -> NDArray[Any]:
    """Return the share of each problem by entry, true urgency and age."""
    weights = problems.age_weights(parameters)
    result = np.zeros((len(Entry), len(Urgency), len(AGE_GROUPS), len(Problem)))
    result[..., Problem.OTHER] = 1  # urgencies that an entry has in records only
    result[[Entry.INQUIRY_113, Entry.INQUIRY_116117]] = np.eye(len(Problem))[Problem.NONE]
    for (entry, urgency), shares in mixes.items():
        result[entry, urgency] = problems.by_age(shares, ages[entry], weights)
    return result


def _targets(parameters: Parameters, amk: AmkSide, lvs: LvsSide) -> dict[str, float]:
    """Return what the margins were meant to be."""
    number = parameters.number
    contacts = zip(URGENCIES, lvs.assigned, strict=True)
    return {
        "calls_113": number("calls.all_113"),
        "calls_116117": number("calls.all_116117"),
        "contacts": lvs.contacts,
        **{f"contacts_{u}": float(n) for u, n in contacts},
        "advice": float(lvs.margin[:, 0].sum()),
        "consultations": float(lvs.margin[:, 1].sum()),
        "home_visits": float(lvs.margin[:, 2].sum()),
        "visits_and_call_outs": number("legevakt.visits_and_call_outs"),
        "acute_incidents": amk.acute_total,
        "acute_missions": amk.acute_total * number("amb.cars_per_acute"),
        "urgent_incidents": amk.urgent_total,
        "regular_missions": number("amb.regular"),
        "conveyed": number("convey.share") * (amk.acute_total + amk.urgent_total),
        "acute_from_clinic": float(lvs.from_clinic[0]),
        "urgent_from_clinic": float(lvs.from_clinic[1]),
        "cardiac_arrests": number("problem.cardiac_arrest_rate") / 100,
        "strokes": number("problem.stroke_rate") / 100,
    }
