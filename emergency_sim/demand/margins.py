"""What a set of rates comes to, counted forwards: the check on the calibration's algebra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emergency_sim.domain.incident import Disposition, Entry, Problem, Urgency

if TYPE_CHECKING:
    from emergency_sim.demand.rates import Rates

URGENCIES = (Urgency.ACUTE, Urgency.URGENT, Urgency.REGULAR)
SEEN = (Disposition.CONSULTATION, Disposition.HOME_VISIT)
SUMS = {
    Disposition.ADVICE: "advice",
    Disposition.CONSULTATION: "consultations",
    Disposition.HOME_VISIT: "home_visits",
    Disposition.DOCTOR_PHONE: "doctor_phone",
    Disposition.FASTLEGE: "fastlege",
    Disposition.AMBULANCE: "ambulance_from_lvs",
}


class _Count(dict[str, float]):
    def add(self, name: str, value: float) -> None:
        self[name] = self.get(name, 0.0) + float(value)


def margins(rates: Rates) -> dict[str, float]:
    """Return the expected numbers per 1000 inhabitants and year, in a fixed order.

    Every incident is followed through its branches: entry, true urgency, AMK's and LVS' urgency,
    disposition. Nothing here knows how the probabilities were found.
    """
    count = _Count()
    for entry in Entry:
        count[f"entry_{entry.name.lower()}"] = float(rates.per_1000[entry])
    for name in ("calls_113", "calls_116117", "contacts"):
        count[name] = 0.0
    for u in URGENCIES:
        count[f"contacts_{u.name.lower()}"] = 0.0
    for name in SUMS.values():
        count[name] = 0.0
    _amk(rates, count)
    for entry in (Entry.CALL_116117, Entry.WALK_IN, Entry.PROFESSIONAL_LVS):
        for true in URGENCIES:
            n = float(rates.per_1000[entry] * rates.true_share[entry, true])
            _problems(rates, count, entry, true, n)
            _contact(rates, count, n, true, walk_in=entry is Entry.WALK_IN)
    count.add("regular_missions", rates.per_1000[Entry.BOOKED])
    count["visits_and_call_outs"] = count["home_visits"] + count["call_outs"]
    incidents = count["acute_incidents"] + count["urgent_incidents"]
    count["conveyed_share"] = count["conveyed"] / incidents
    _calls(rates, count)
    return dict(count)


def _amk(rates: Rates, count: _Count) -> None:
    for true in URGENCIES:
        n113 = float(rates.per_1000[Entry.CALL_113] * rates.true_share[Entry.CALL_113, true])
        _problems(rates, count, Entry.CALL_113, true, n113)
        for assigned in URGENCIES:
            n = n113 * rates.amk_matrix[true, assigned]
            if assigned is Urgency.REGULAR:
                count.add("transferred", n)
                _contact(rates, count, n, true, walk_in=False)
            else:
                _scene(rates, count, Entry.CALL_113, true, assigned, n)
        entry = Entry.PROFESSIONAL_AMK
        n = float(rates.per_1000[entry] * rates.true_share[entry, true])
        _problems(rates, count, entry, true, n)
        _scene(rates, count, entry, true, Urgency.URGENT, n)


def _scene(
    rates: Rates, count: _Count, entry: Entry, true: Urgency, assigned: Urgency, n: float
) -> None:
    """Count incidents at which AMK's units meet the patient outside the clinics."""
    count.add(f"{assigned.name.lower()}_incidents", n)
    second = rates.second_unit if assigned is Urgency.ACUTE else 0.0
    count.add(f"{assigned.name.lower()}_missions", n * (1 + second))
    count.add("conveyed", n * rates.conveyed)
    alerted = 0.0
    if entry is Entry.CALL_113 and assigned is Urgency.ACUTE:
        alerted = rates.alerted_113
        count.add("call_outs", n * alerted * rates.doctor_goes)
        count.add("contacts", n * alerted)
        count.add("contacts_acute", n * alerted)
    shares = rates.age_share[entry] @ rates.problem[entry, true]
    to_legevakt = n * rates.conveyed * float(shares @ rates.to_legevakt)
    count.add("brought_to_legevakt", to_legevakt)
    new = to_legevakt * (1 - alerted)
    count.add("contacts", new)
    count.add("consultations", new)
    for lvs in URGENCIES:
        count.add(f"contacts_{lvs.name.lower()}", new * rates.lvs_matrix[true, lvs])


def _contact(rates: Rates, count: _Count, n: float, true: Urgency, *, walk_in: bool) -> None:
    """Count contacts that LVS or reception decides on."""
    table = rates.walk_in_disposition if walk_in else rates.disposition
    count.add("contacts", n)
    for assigned in URGENCIES:
        m = n * rates.lvs_matrix[true, assigned]
        count.add(f"contacts_{assigned.name.lower()}", m)
        for disposition, name in SUMS.items():
            part = float(m * table[assigned, disposition])
            count.add(name, part)
            if disposition is Disposition.AMBULANCE and part:
                count.add(f"{assigned.name.lower()}_incidents", part)
                acute = assigned is Urgency.ACUTE
                more = rates.second_unit if acute else 0.0
                count.add(f"{assigned.name.lower()}_missions", part * (1 + more))
                count.add("conveyed", part * rates.conveyed)
                if acute:
                    count.add("call_outs", part * rates.alerted_lvs * rates.doctor_goes)
            if disposition in SEEN and rates.hospital_after[true]:
                leaves = part * rates.hospital_after[true]
                count.add("transports_from_clinic", leaves)
                count.add(f"{true.name.lower()}_from_clinic", leaves)
                count.add(f"{true.name.lower()}_incidents", leaves)
                count.add(f"{true.name.lower()}_missions", leaves)
                count.add("conveyed", leaves)


def _problems(rates: Rates, count: _Count, entry: Entry, true: Urgency, n: float) -> None:
    shares = n * (rates.age_share[entry] @ rates.problem[entry, true])
    count.add("cardiac_arrests", shares[Problem.CARDIAC_ARREST])
    count.add("strokes", shares[Problem.STROKE])


def _calls(rates: Rates, count: _Count) -> None:
    """Count ringing calls, those that repeat an unanswered one included."""
    rate = rates.per_1000
    first = rate[Entry.CALL_113] + rate[Entry.INQUIRY_113]
    count["calls_113"] = float(first / (1 - rates.redial_share_113))
    first = rate[Entry.CALL_116117] + rate[Entry.PROFESSIONAL_LVS] + rate[Entry.INQUIRY_116117]
    first += count["transferred"]
    count["calls_116117"] = float(first / (1 - rates.redial_share_116117))
