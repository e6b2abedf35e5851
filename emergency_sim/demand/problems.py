"""What is the matter, by entry, true urgency and age: mixes that keep both their margins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.incident import AGE_GROUPS, Entry, Problem, Urgency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.domain.parameters import Parameters

LVS_ENTRIES = (Entry.CALL_116117, Entry.WALK_IN, Entry.PROFESSIONAL_LVS)
N_PROBLEMS = len(Problem)
PER_1000_FROM_100_000 = 100.0


def mix(parameters: Parameters, group: str, urgency: Urgency) -> NDArray[Any]:
    """Return all problems' shares in ``problem.mix.<group>.<urgency>``, sum 1 (assumption A7)."""
    key = f"problem.mix.{group}.{urgency.name.lower()}"
    shares = np.zeros(N_PROBLEMS)
    names = {p.name.lower(): p for p in Problem}
    value = parameters.value(key)
    unknown = [name for name in value if name not in names]
    if unknown or any(not 0 <= float(x) <= 1 for x in value.values()):
        message = "must give shares from 0 to 1 by names of problems"
        raise InputFaults([Fault(file="parameters", path=key, message=message, got=unknown)])
    for name, share in value.items():
        shares[names[name]] = float(share)
    if not np.isclose(shares.sum(), 1, atol=1e-6):
        message = "the shares must add up to 1"
        raise InputFaults([Fault(file="parameters", path=key, message=message, got=shares.sum())])
    return shares


def with_rare(shares: NDArray[Any], rare: dict[Problem, float], group_rate: float) -> NDArray[Any]:
    """Return the mix in which ``rare`` problems have their own rates; the others shrink.

    Parameters
    ----------
    shares
        Mix of the other problems.
    rare
        Incidents per 1000 and year by problem.
    group_rate
        All incidents of the group, per 1000 and year.

    Raises
    ------
    InputFaults
        The group is too small for a problem.
    """
    result = shares.copy()
    left = group_rate
    for problem, incidents in rare.items():
        left -= incidents
        if left < 0:
            key = f"problem.{problem.name.lower()}_rate"
            message = f"more than the {group_rate:.3g} incidents per 1000 that it is part of"
            raise InputFaults([Fault(file="parameters", path=key, message=message, got=incidents)])
    if group_rate > 0:
        result *= left / group_rate
        for problem, incidents in rare.items():
            result[problem] += incidents / group_rate
    return result


def by_age(shares: NDArray[Any], ages: NDArray[Any], weight: NDArray[Any]) -> NDArray[Any]:
    """Return the share of each problem within each age group, shape (ages, problems).

    Notes
    -----
    Iterative proportional fitting of ``weight`` (problems, ages) to both margins: the problems'
    shares and the ages' shares of this entry. So a lean towards an age moves no total.
    """
    joint = np.maximum(weight.T, 1e-12) * shares * ages[:, None]
    for _ in range(500):
        rows = joint.sum(axis=1)
        joint *= np.divide(ages, rows, out=np.zeros_like(ages), where=rows > 0)[:, None]
        columns = joint.sum(axis=0)
        if np.abs(columns - shares).max() < 1e-12:
            break
        joint *= np.divide(shares, columns, out=np.zeros_like(shares), where=columns > 0)
    total = joint.sum(axis=1, keepdims=True)
    return np.where(total > 0, joint / np.where(total > 0, total, 1), shares)


def age_weights(parameters: Parameters) -> NDArray[Any]:
    """Return ``problem.age_weight`` as an array (problems, ages); 1 where nothing is said."""
    weights = np.ones((N_PROBLEMS, len(AGE_GROUPS)))
    for name, row in parameters.value("problem.age_weight").items():
        weights[Problem[name.upper()]] = row
    return weights


def mixes(
    parameters: Parameters, true_113: NDArray[Any], urgent_professional: float
) -> dict[tuple[Entry, Urgency], NDArray[Any]]:
    """Return the mix per entry of AMK and true urgency, arrests and strokes by their rates.

    Parameters
    ----------
    true_113
        True acute, urgent and regular incidents that enter by 113, per 1000 and year.
    urgent_professional
        Incidents of professionals to AMK, per 1000 and year.
    """
    result = {
        (Entry.CALL_113, u): mix(parameters, "call_113", u)
        for u in (Urgency.ACUTE, Urgency.URGENT, Urgency.REGULAR)
    }
    result[Entry.PROFESSIONAL_AMK, Urgency.URGENT] = mix(
        parameters, "professional_amk", Urgency.URGENT
    )
    result[Entry.BOOKED, Urgency.REGULAR] = mix(parameters, "booked", Urgency.REGULAR)
    arrests = parameters.number("problem.cardiac_arrest_rate") / PER_1000_FROM_100_000
    strokes = parameters.number("problem.stroke_rate") / PER_1000_FROM_100_000
    shares = parameters.value("problem.stroke_by_entry")
    acute = (Entry.CALL_113, Urgency.ACUTE)
    result[acute] = with_rare(
        result[acute],
        {Problem.CARDIAC_ARREST: arrests, Problem.STROKE: strokes * float(shares["call_113"])},
        float(true_113[Urgency.ACUTE]),
    )
    professional = (Entry.PROFESSIONAL_AMK, Urgency.URGENT)
    result[professional] = with_rare(
        result[professional],
        {Problem.STROKE: strokes * float(shares["professional_amk"])},
        urgent_professional,
    )
    return result


def lvs_mixes(
    parameters: Parameters, true_acute: float
) -> dict[tuple[Entry, Urgency], NDArray[Any]]:
    """Return the mix per entry of LVS and true urgency; ``true_acute`` per 1000 and year."""
    result: dict[tuple[Entry, Urgency], NDArray[Any]] = {}
    strokes = parameters.number("problem.stroke_rate") / PER_1000_FROM_100_000
    part = strokes * float(parameters.value("problem.stroke_by_entry")["lvs"])
    for urgency in (Urgency.ACUTE, Urgency.URGENT, Urgency.REGULAR):
        shares = mix(parameters, "lvs", urgency)
        if urgency is Urgency.ACUTE:
            shares = with_rare(shares, {Problem.STROKE: part}, true_acute)
        for entry in LVS_ENTRIES:
            result[entry, urgency] = shares
    return result
