"""The incidents of one scenario: which of the potential ones happen, and all their columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.demand import distance_decay
from emergency_sim.demand.attributes import durations
from emergency_sim.demand.calibration import even_rates
from emergency_sim.demand.models import Poisson
from emergency_sim.demand.outcomes import Drawn, branches, need, triage
from emergency_sim.demand.problems import LVS_ENTRIES
from emergency_sim.domain.clock import quarter_of_week
from emergency_sim.domain.errors import Fault, InputFaults, NotPossibleError, nearest_word
from emergency_sim.domain.incident import AGE_GROUPS, INCIDENT_COLUMNS, Entry, IncidentTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from emergency_sim.demand.distance_decay import DecayInputs
    from emergency_sim.demand.models import Replay
    from emergency_sim.demand.potential import Potential
    from emergency_sim.demand.rates import Rates
    from emergency_sim.domain.parameters import Parameters
    from emergency_sim.domain.zones import ZoneTable

ROUNDING = 1e-9


def realise(
    potential: Potential,
    *,
    model: Poisson | Replay,
    parameters: Parameters,
    rates: Rates | None,
    zones: ZoneTable,
    decay: DecayInputs | None = None,
) -> IncidentTable:
    """Return the incidents of a scenario.

    Parameters
    ----------
    potential
        Drawn with the base's rates and the same zones.
    model
        The scenario's demand.
    rates
        The scenario's rates; they may differ from the base's within the envelope. A record needs
        none: what it does not say is drawn with the probabilities of an even population.
    decay
        Kilometres here and in the base; None: nobody's distance has changed. Ignored where the
        model has ``distance_decay`` off.

    Raises
    ------
    InputFaults
        More is asked for than the envelope holds, or a factor names something unknown.
    NotPossibleError
        A clinic is nearer than in the base, and the incidents are recorded ones.

    Notes
    -----
    An incident happens where ``u < w m``, w = rate here over envelope rate and m the effect of the
    distance (1 outside LVS' entries). Those with ``w m <= u < w`` are kept with
    ``presents`` False. More demand is therefore a superset, row by row the same incidents.
    """
    if rates is None:
        rates = even_rates(parameters)
    w = _thinning(potential, model, rates, zones)
    if not model.distance_decay:
        decay = None
    u = potential.uniforms["present"]
    m = _distance(potential, parameters, decay)
    if m is not None and not potential.recorded:
        _within_envelope(w[:, None] * m, potential, zones)
    bound = w if m is None else np.minimum(w * np.maximum(m.max(axis=1), 1), 1)
    rows = np.flatnonzero(u < bound)
    drawn = Drawn(potential, rows)
    columns = need(drawn, rates)
    triage(columns, drawn, rates, zones)
    presents = np.ones(len(rows), bool)
    if m is not None:
        which = distance_decay.curve(columns["lvs_urgency"], columns["disposition"])
        own = np.where(np.isin(columns["entry"], LVS_ENTRIES), m[rows, which], 1.0)
        if potential.recorded and (own > 1 + ROUNDING).any():
            message = "a record holds no further incidents: a clinic is nearer than in the base"
            raise NotPossibleError(f"{message}; switch distance_decay off, or use poisson demand")
        presents = u[rows] < np.minimum(w[rows] * own, 1)
        kept = presents | (u[rows] < w[rows])
        columns = {name: column[kept] for name, column in columns.items()}
        presents, drawn = presents[kept], Drawn(potential, rows[kept])
    columns["presents"] = presents
    branches(columns, drawn, parameters, rates, zones)
    durations(columns, drawn.uniform, parameters, zones)
    return IncidentTable(drawn.overlaid({name: columns[name] for name in INCIDENT_COLUMNS}))


def _thinning(
    potential: Potential, model: Poisson | Replay, rates: Rates, zones: ZoneTable
) -> NDArray[Any]:
    """Return rate here over envelope rate per potential incident."""
    if potential.recorded or not isinstance(model, Poisson):
        return np.ones(len(potential))
    factor = model.factor
    faults: list[Fault] = []
    entry = _factors("entry", factor.entry, [e.name.lower() for e in Entry], faults)
    area = _factors("area", factor.area, zones.area, faults)
    age = _factors("age", factor.age, AGE_GROUPS, faults)
    if faults:
        raise InputFaults(faults)
    base = np.asarray(potential.per_person)
    ratio = np.divide(rates.per_person, base, out=np.zeros_like(base), where=base > 0)
    ratio = np.where((base == 0) & (rates.per_person > 0), np.inf, ratio)
    ratio = ratio * entry[:, None] * age * factor.all
    largest = float(ratio.max() * area.max(initial=0.0))
    if largest > potential.envelope * (1 + ROUNDING):
        at = np.unravel_index(int(ratio.argmax()), ratio.shape)
        message = (
            f"{Entry(int(at[0])).name.lower()} at age {AGE_GROUPS[int(at[1])]} comes to "
            f"{largest:.3g} times the base rate, but potential incidents are drawn at "
            f"{potential.envelope:g} times: raise demand.envelope in the base"
        )
        raise InputFaults([Fault(file="scenario", path="demand.factor", message=message)])
    weight = ratio[potential.entry, potential.age] * area[potential.zone]
    return np.asarray(weight / potential.envelope, float)


def _factors(
    kind: str, given: dict[str, float], known: Iterable[str], faults: list[Fault]
) -> NDArray[Any]:
    names = list(known)
    for name in given:
        if name not in names:
            message = f"there is no {kind} of this name"
            near = nearest_word(name, names)
            path = f"demand.factor.{kind}.{name}"
            faults.append(
                Fault(file="scenario", path=path, message=message, got=name, did_you_mean=near)
            )
    return np.array([float(given.get(name, 1.0)) for name in names])


def _within_envelope(wanted: NDArray[Any], potential: Potential, zones: ZoneTable) -> None:
    """Refuse more than the envelope holds, where a clinic is much nearer than in the base (R4).

    Raises
    ------
    InputFaults
        Names the areas and the envelope that would do.
    """
    largest = wanted.max(axis=1, initial=0.0)
    if largest.max(initial=0.0) <= 1 + ROUNDING:
        return
    areas = sorted({zones.area[z] for z in np.unique(potential.zone[largest > 1 + ROUNDING])})
    needed = math.ceil(potential.envelope * float(largest.max()) * 10) / 10
    message = (
        "the clinic is so much nearer than in the base that more incidents are wanted than the "
        f"envelope holds, in {', '.join(areas)}: set demand.envelope to {needed} in the base, "
        "or demand.distance_decay to false"
    )
    fault = Fault(file="scenario", path="demand.envelope", message=message, got=potential.envelope)
    raise InputFaults([fault])


def _distance(
    potential: Potential, parameters: Parameters, decay: DecayInputs | None
) -> NDArray[Any] | None:
    """Return m by curve, shape (rows, 3); 1 where the distance cannot matter."""
    if decay is None:
        return None
    m = np.ones((len(potential), 3))
    rows = np.flatnonzero(np.isin(potential.entry, LVS_ENTRIES))
    quarter = quarter_of_week(potential.start, potential.time_s[rows])
    m[rows] = distance_decay.multipliers(decay, parameters, potential.zone[rows], quarter)
    return m
