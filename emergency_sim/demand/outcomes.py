"""What chance decides about an incident apart from durations: need, triage, branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.demand.attributes import INQUIRIES
from emergency_sim.demand.problems import LVS_ENTRIES
from emergency_sim.domain.incident import (
    AGE_GROUPS,
    Disposition,
    Entry,
    IfNotPresented,
    Problem,
    SatelliteOutcome,
    Urgency,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.demand.potential import Potential
    from emergency_sim.demand.rates import Rates
    from emergency_sim.domain.parameters import Parameters
    from emergency_sim.domain.zones import ZoneTable

UNKNOWN_AGE = AGE_GROUPS.index("30-49")
"""Age group whose probabilities stand in where a record says none."""


class Drawn:
    """The chosen rows of a potential table, and what a record states about them."""

    def __init__(self, potential: Potential, rows: NDArray[Any]) -> None:
        self.potential = potential
        self.rows = rows

    def uniform(self, draw: str) -> NDArray[Any]:
        """Return one draw's uniform numbers."""
        return np.asarray(self.potential.uniforms[draw][self.rows])

    def stated(self, name: str, column: NDArray[Any]) -> NDArray[Any]:
        """Return ``column`` with the record's values in place of the drawn ones."""
        if name not in self.potential.given:
            return column
        given = self.potential.given[name][self.rows]
        return np.where(np.isnan(given), column, given).astype(column.dtype)

    def overlaid(self, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return all columns with the record's values."""
        return {name: self.stated(name, column) for name, column in columns.items()}


def need(drawn: Drawn, rates: Rates) -> dict[str, NDArray[Any]]:
    """Return who, when, where, what is the matter and how urgent it really is."""
    potential, rows = drawn.potential, drawn.rows
    entry, age = potential.entry[rows], potential.age[rows]
    urgency = _choice(drawn.uniform("true_urgency"), rates.true_share[entry]).astype(np.int8)
    for fixed in (Entry.PROFESSIONAL_AMK, Entry.BOOKED, *INQUIRIES):  # without a draw
        urgency[entry == fixed] = int(rates.true_share[fixed].argmax())
    urgency = drawn.stated("urgency", urgency)
    shares = rates.problem[entry, urgency, np.where(age < 0, UNKNOWN_AGE, age)]
    problem = _choice(drawn.uniform("problem"), shares).astype(np.int8)
    problem[urgency == Urgency.NONE] = Problem.NONE
    return {
        "id": rows + potential.first,
        "time_s": potential.time_s[rows],
        "zone": potential.zone[rows],
        "age": age,
        "entry": entry,
        "urgency": urgency,
        "problem": drawn.stated("problem", problem),
    }


def triage(columns: dict[str, NDArray[Any]], drawn: Drawn, rates: Rates, zones: ZoneTable) -> None:
    """Add what AMK and LVS would assign, and what LVS or reception would decide."""
    entry, true = columns["entry"], columns["urgency"]
    patient = true != Urgency.NONE
    row = np.where(patient, true, 0)
    amk = _choice(drawn.uniform("amk_triage"), rates.amk_matrix[row])
    lvs = _choice(drawn.uniform("lvs_triage"), rates.lvs_matrix[row])
    # Professionals and those who book say what they need: nothing is misjudged.
    plain = (entry == Entry.PROFESSIONAL_AMK) | (entry == Entry.BOOKED) | ~patient
    amk = np.where(plain, true, amk)
    lvs = np.where((entry == Entry.BOOKED) | ~patient, true, lvs)
    columns["amk_urgency"] = drawn.stated("amk_urgency", amk.astype(np.int8))
    columns["lvs_urgency"] = lvs = drawn.stated("lvs_urgency", lvs.astype(np.int8))
    assigned = np.where(patient, lvs, 0)
    walk_in = entry == Entry.WALK_IN
    shares = np.where(
        walk_in[:, None], rates.walk_in_disposition[assigned], rates.disposition[assigned]
    )
    disposition = _choice(drawn.uniform("disposition"), shares)
    disposition[~patient] = Disposition.ADVICE
    # Whom AMK's units bring to a clinic sees its doctor.
    disposition[patient & ~_lvs_decides(columns)] = Disposition.CONSULTATION
    # Zones that stand for outsiders have no ambulances here.
    away = np.asarray(zones.outside, bool)[columns["zone"]]
    disposition[away & (disposition == Disposition.AMBULANCE)] = Disposition.ADVICE
    columns["disposition"] = drawn.stated("disposition", disposition.astype(np.int8))


def _lvs_decides(columns: dict[str, NDArray[Any]]) -> NDArray[Any]:
    """Return whether LVS or reception decides: its own entries, and what AMK finds regular."""
    entry = columns["entry"]
    transferred = (entry == Entry.CALL_113) & (columns["amk_urgency"] == Urgency.REGULAR)
    return np.asarray(np.isin(entry, LVS_ENTRIES) | transferred)


def branches(
    columns: dict[str, NDArray[Any]],
    drawn: Drawn,
    parameters: Parameters,
    rates: Rates,
    zones: ZoneTable,
) -> None:
    """Add every yes or no and every outcome.

    Beside the table's columns: ``rings_113`` (instead of LVS) and ``from_clinic_or_lvs`` (AMK is
    told by colleagues who have already triaged).
    """
    entry, true, uniform = columns["entry"], columns["urgency"], drawn.uniform
    presents, lvs = columns["presents"], columns["lvs_urgency"]
    patient = true != Urgency.NONE
    away = np.asarray(zones.outside, bool)[columns["zone"]]
    instead = _instead(parameters)[np.where(patient, lvs, 2)]
    instead[away & (instead == IfNotPresented.CALL_113)] = IfNotPresented.NOWHERE
    columns["if_not_presented"] = np.where(presents, IfNotPresented.NOWHERE, instead)
    rings_113 = ~presents & (instead == IfNotPresented.CALL_113)
    columns["rings_113"] = rings_113

    by_lvs = _lvs_decides(columns) & presents
    at_once = by_lvs & (columns["disposition"] == Disposition.AMBULANCE)
    # What LVS gives to AMK keeps its urgency; a transferred 113 call was regular to AMK before.
    passed_on = at_once & (entry != Entry.CALL_113)
    amk = np.where(passed_on, lvs, columns["amk_urgency"])
    columns["amk_urgency"] = amk
    by_amk = (patient & ~_lvs_decides(columns)) | (rings_113 & (amk != Urgency.REGULAR))
    by_amk &= entry != Entry.BOOKED
    acute_scene = (by_amk & (amk == Urgency.ACUTE)) | (at_once & (lvs == Urgency.ACUTE))

    seen = np.isin(columns["disposition"], (Disposition.CONSULTATION, Disposition.HOME_VISIT))
    after = np.append(rates.hospital_after, 0.0)[true]
    hospital = by_lvs & seen & ~away & (uniform("hospital_after") < after)
    columns["hospital_after"] = hospital = drawn.stated("hospital_after", hospital)
    columns["from_clinic_or_lvs"] = (at_once | hospital) & (entry != Entry.CALL_113)

    alert = np.where(at_once, rates.alerted_lvs, rates.alerted_113)
    alerted = acute_scene & (uniform("alerted") < alert)
    columns["doctor_alerted"] = alerted = drawn.stated("doctor_alerted", alerted)
    columns["doctor_goes"] = alerted & (uniform("goes") < rates.doctor_goes)
    columns["units_needed"] = 1 + (acute_scene & (uniform("second_unit") < rates.second_unit))

    booked = entry == Entry.BOOKED
    scene = patient & ~booked & (uniform("conveyed") < rates.conveyed)
    conveyed = drawn.stated("conveyed", hospital | booked | scene)
    columns["conveyed"] = conveyed
    to_legevakt = uniform("to_legevakt") < rates.to_legevakt[columns["problem"]]
    columns["to_legevakt"] = by_amk & conveyed & to_legevakt

    own_car = np.asarray(parameters.numbers("patients.own_car"))
    columns["own_car"] = patient & (
        uniform("own_car") < own_car[np.where(columns["age"] < 0, UNKNOWN_AGE, columns["age"])]
    )
    columns["redials"] = uniform("redials") < parameters.number("calls.redial_probability")
    outcomes = parameters.value("satellite.outcome")
    shares = np.array([float(outcomes[o.name.lower()]) for o in SatelliteOutcome])
    columns["satellite_outcome"] = _choice(uniform("satellite"), shares[None, :])


def _instead(parameters: Parameters) -> NDArray[Any]:
    """Return where somebody goes who stays away, by the urgency LVS would assign."""
    value = parameters.value("distance.if_not_presented")
    return np.array(
        [IfNotPresented[str(value[u]).upper()] for u in ("acute", "urgent", "regular")], np.int8
    )


def _choice(u: NDArray[Any], shares: NDArray[Any]) -> NDArray[Any]:
    """Return per row the index of the share in whose interval ``u`` falls.

    The last index with a share above 0 takes what rounding leaves, so no impossible one comes out.
    """
    cumulative = np.cumsum(shares, axis=1)
    index = (u[:, None] >= cumulative).sum(axis=1)
    last = shares.shape[1] - 1 - np.argmax(shares[:, ::-1] > 0, axis=1)
    return np.asarray(np.minimum(index, last))
