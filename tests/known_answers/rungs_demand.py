"""Rungs of demand: who stays away because of the distance, and more demand as a superset."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import norm

import emergency_sim as es
from emergency_sim.domain.incident import Entry
from emergency_sim.domain.units import DAY, DAYS_PER_YEAR, HOUR
from tests.known_answers import theory
from tests.known_answers.figures import ERROR_RATE, Figure, certain, share
from tests.known_answers.queues import generator, seed_of
from tests.simulation.scenes import write_incidents, write_matrix, write_scenario

AS_GIVEN = es.CompareOptions(staffing="as_given", decay_check=False)
CONTACTS = 4_000
"""Contacts of each kind and place."""
DAYS = 60
KM = {"town": 0, "far43": 43, "far50": 50}
TOY = Path(__file__).parents[1] / "toy" / "toy.yaml"
SIGMAS = float(norm.ppf(1 - ERROR_RATE / 2))


def distance_decay(folder: Path, *, per_km: float | None = None) -> list[Figure]:
    """Two places lose their clinic to a town 43 and 50 km away.

    ``per_km``: a decay of consultations to be simulated instead of the bundled one.
    """
    names = list(KM)
    write_matrix(folder, names, [[60 * abs(KM[a] - KM[b]) for b in names] for a in names])
    kinds = [
        ("far43", "regular", "consultation"), ("far50", "acute", "consultation"),
        ("far50", "regular", "advice"), ("town", "regular", "consultation"),
    ]  # fmt: skip
    when = generator("decay", "times").uniform(0, DAYS * 86_400, (len(kinds), CONTACTS))
    rows: list[dict[str, Any]] = [
        {"time_s": f"{t:.3f}", "zone": zone, "urgency": urgency, "disposition": disposition,
         "entry": "call_116117", "own_car": "yes", "redials": "no"}
        for (zone, urgency, disposition), times in zip(kinds, when, strict=True)
        for t in np.sort(times)
    ]  # fmt: skip
    write_incidents(folder, rows)
    parameters: dict[str, Any] = {
        "distance.if_not_presented": dict.fromkeys(("acute", "urgent", "regular"), "nowhere"),
    }
    if per_km is not None:
        parameters["distance.consultation_per_km"] = per_km
    lines = {"all": {"hours": "24/7", "count": 20, "form": "active"}}
    write_scenario(
        folder, "base.yaml", parameters=parameters,
        run={"days": DAYS, "warm_up_days": 0, "run_out_days": 1, "replications": 1,
             "seed": seed_of("decay")},
        demand={"kind": "replay", "incidents": "incidents.csv", "distance_decay": True},
        legevaktsentraler={"lvs": {"node": "town", "operators": lines}},
        legevakter={n: {"node": n, "serves": [n], "doctors": 20, "rooms": 20, "lvs": "lvs"}
                    for n in names},
    )  # fmt: skip
    variant = {
        "schema": "emergency_sim/variant/1", "base": "base.yaml", "id": "one-clinic",
        "name": {"nb": "Én legevakt", "en": "One clinic"},
        "set": {"legevakter.town.serves": names},
        "remove": ["legevakter.far43", "legevakter.far50"],
    }  # fmt: skip
    (folder / "one.yaml").write_text(json.dumps(variant), encoding="utf-8")
    compared = es.compare(
        folder / "base.yaml", folder / "one.yaml", out=folder / "results", options=AS_GIVEN
    )
    rows = compared.results.incidents.set_index("id")
    base, found = (rows[rows["scenario"] == name] for name in ("case", "one-clinic"))
    decided = base["disposition"].reindex(found.index)
    come = [
        found.loc[
            (found["zone"] == zone) & (found["true_urgency"] == urgency) & (decided == disposition),
            "presented",
        ].to_numpy(bool)
        for zone, urgency, disposition in kinds
    ]
    at_43, at_50 = float(np.exp(-0.0161 * 43)), float(np.exp(-0.0050 * 50))
    return [
        share("consultations that remain 43 km away", come[0], at_43, within=0.08),
        share("acute contacts that remain 50 km away", come[1], at_50, within=0.05),
        certain("telephone advice that remains 50 km away", come[2].mean(), 1.0, 0.0, len(come[2])),
        certain("consultations that remain in the town", come[3].mean(), 1.0, 0.0, len(come[3])),
        certain("who stays away in the base", (~base["presented"]).sum(), 0.0, 0.0, len(base)),
        certain("consultations halve: decay per km", 0.0161, theory.half_life(0.5, 43), 5e-5, 0),
        certain("acute: 22 % fewer at 50 km", 0.0050, theory.half_life(0.78, 50), 5e-5, 0),
    ]


def thinning(
    folder: Path, *, factor: float = 1.4, envelope: float = 10.0, days: int = 84
) -> list[Figure]:
    """Emergency calls of the toy district, and the same with more demand, through ``compare``.

    Notes
    -----
    A Poisson process within a fixed envelope, thinned by each incident's own uniform (P. A. W. Lewis and
    G. S. Shedler, 1979, Simulation of nonhomogeneous Poisson processes by thinning, Naval Research
    Logistics 26). The rate: 34 acute, 22 urgent and 12 regular calls to 113 per 1000 people and year,
    here times 7; all months alike.
    """
    others = [e.name.lower() for e in Entry if e is not Entry.CALL_113]
    sets = [
        f"run.days={days}", "run.replications=1", "run.warm_up_days=0",
        f"run.seed={seed_of('thinning') % 2**31}", f"demand.envelope={envelope}",
        f"parameters.profile.month.value={[1] * 12}",
        *(f"demand.factor.entry.{name}=0" for name in others),
    ]  # fmt: skip
    variant = {
        "schema": "emergency_sim/variant/1", "base": str(TOY), "id": "more",
        "name": {"nb": "Mer", "en": "More"},
    }  # fmt: skip
    (folder / "more.yaml").write_text(json.dumps(variant), encoding="utf-8")
    base = es.load_scenario(TOY, [*sets, "demand.factor.all=7"])
    more = es.load_scenario(folder / "more.yaml", [*sets, f"demand.factor.all={7 * factor}"])
    compared = es.compare(base, more, out=folder / "results", options=AS_GIVEN)
    (overlap,) = compared.overlaps
    rows = compared.results.incidents.set_index("id")
    few, many = (rows[rows["scenario"] == s.id] for s in (base, more))
    drawn = ["arises_s", "zone", "entry", "true_urgency", "problem", "age"]
    both = few.index.intersection(many.index)
    unlike = (few.loc[both, drawn].astype(str) != many.loc[both, drawn].astype(str)).any(axis=1)
    people = 7 * base_people(TOY)
    expected = people * 68 / 1000 * days / DAYS_PER_YEAR
    hours = np.array(base.parameters.numbers("profile.ambulance"))
    by_day = (few["arises_s"] // DAY).astype(int).value_counts().reindex(range(days), fill_value=0)
    hour = few["arises_s"] % DAY // HOUR
    return [
        certain("incidents in the base only", overlap.only_base, 0.0, 0.0, len(few)),
        certain("in both with another draw in one of them", unlike.sum(), 0.0, 0.0, len(both)),
        share("of the variant's incidents those of the base", many.index.isin(few.index),
              1 / factor, within=0.1),
        _poisson("incidents of the base", len(few), expected),
        share("of these at 10 to 18", (hour >= 10) & (hour < 18),
              float(hours[10:18].sum() / hours.sum()), within=0.15),
        Figure(what="variance over mean of days", exact=1.0, customers=days,
               simulated=float(by_day.var(ddof=1) / by_day.mean()),
               half_width=SIGMAS * (2 / (days - 1)) ** 0.5, limit=0.8),
    ]  # fmt: skip


def _poisson(what: str, count: int, expected: float) -> Figure:
    half = SIGMAS * expected**0.5
    return Figure(
        what=what, exact=expected, simulated=count, half_width=half, limit=0.15 * expected,
        customers=count,
    )  # fmt: skip


def base_people(path: Path) -> int:
    """Return the inhabitants in the region's ``zones.csv``."""
    with (path.parent / "region" / "zones.csv").open(encoding="utf-8") as stream:
        return sum(int(row["population"]) for row in csv.DictReader(stream))
