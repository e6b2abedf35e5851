"""Random small districts, with ties and closing times: what must always be true is true of each."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emergency_sim.domain.incident import INCIDENT_COLUMNS
from tests.properties.checks import CHECKS
from tests.properties.districts import districts
from tests.simulation.scenes import (
    Played,
    play,
    same_rows,
    write_incidents,
    write_matrix,
    write_scenario,
)

FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])


def run_district(district: dict[str, Any], **changes: Any) -> Played:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_matrix(folder, district["points"], district["seconds"])
        write_incidents(folder, district["incidents"])
        return play(write_scenario(folder, **(district["keys"] | changes)))


@FEW
@given(districts())
def test_always_true(district: dict[str, Any]) -> None:
    run = run_district(district)
    for check in CHECKS:
        check(run)


@pytest.mark.slow
@MANY
@given(districts())
def test_always_true_of_many(district: dict[str, Any]) -> None:
    run = run_district(district)
    for check in CHECKS:
        check(run)


@settings(parent=FEW, max_examples=15)
@given(districts())
def test_same_files_same_log(district: dict[str, Any]) -> None:
    same_rows(run_district(district).rows, run_district(district).rows)


@settings(parent=FEW, max_examples=20)
@given(districts(), st.sampled_from(["units", "doctors", "operators", "satellite", "policy"]))
def test_resources_change_no_draw(district: dict[str, Any], what: str) -> None:
    """Whatever is changed about who works where, the incidents are the same to the last bit."""
    keys = district["keys"]
    changes: dict[str, Any] = {
        "units": {"units": {"other": {"station": "s2"}}},
        "doctors": {
            "legevakter": {
                k: {**c, "doctors": 3, "rooms": 4} for k, c in keys["legevakter"].items()
            }
        },
        "operators": {
            "amk": {
                "nodnett": {
                    "node": district["points"][1],
                    "operators": {"x": {"hours": "24/7", "count": 4, "form": "active"}},
                }
            }
        },
        "satellite": {"satellites": {}},
        "policy": {"policies": {"queue": "fcfs", "after_mission": "stay"}},
    }[what]
    before, after = run_district(district).table, run_district(district, **changes).table
    for name in INCIDENT_COLUMNS:
        assert np.array_equal(before[name], after[name]), name


def renamed(thing: Any, names: dict[str, str]) -> Any:
    """Return a scenario's keys with other ids everywhere."""
    if isinstance(thing, dict):
        return {names.get(k, k): renamed(v, names) for k, v in thing.items()}
    if isinstance(thing, list):
        return [renamed(v, names) for v in thing]
    return names.get(thing, thing) if isinstance(thing, str) else thing


@settings(parent=FEW, max_examples=30)
@given(districts())
def test_renamed_ids_change_names_only(district: dict[str, Any]) -> None:
    """Other names, in another alphabetical order: the same events of the same numbers."""
    old = [
        "main", "far", "office", "sat", "sykehus", "nodnett", "sentral", "s1", "s2", "u1", "u2",
        "u3", *district["points"],
    ]  # fmt: skip
    names = {word: f"{chr(122 - k)}-{word[::-1]}" for k, word in enumerate(old)}
    other = {
        "points": [names[p] for p in district["points"]],
        "seconds": district["seconds"],
        "incidents": [{**row, "zone": names[row["zone"]]} for row in district["incidents"]],
        "keys": renamed(district["keys"], names),
    }
    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(w)}(?![\w-])" for w in names))

    def there(text: str | None) -> str | None:
        return None if text is None else pattern.sub(lambda m: names[m.group()], text)

    first, second = run_district(district).rows, run_district(other).rows
    moved = [
        e._replace(actor=there(e.actor), place=there(e.place), code=there(e.code)) for e in first
    ]
    same_rows(moved, second)


@settings(parent=FEW, max_examples=12)
@given(districts(), st.integers(0, 5))
def test_more_than_everybody_can_do(district: dict[str, Any], shift: int) -> None:
    """At 1.2 times the capacity of one doctor, one nurse, one room, one unit for 8 hours.

    No deadlock: afterwards everything is worked off, whatever needs doctor and nurse and room at
    the same time, and nobody is left behind.
    """
    points, rows = district["points"], []
    for k in range(int(1.2 * 8 * 3)):  # consultations of 20 minutes
        kind = ("acute", "urgent", "regular")[(k + shift) % 3]
        rows.append(
            {
                "time_s": 36_000 + k * 1000, "id": f"x{k}", "zone": points[k % len(points)],
                "urgency": kind, "entry": ("walk_in", "call_116117", "call_113")[k % 3],
                "disposition": ("consultation", "home_visit", "consultation")[k % 3],
                "transport": "yes", "destination": "legevakt", "hospital_after": "yes",
                "units": 1 + k % 2, "doctor": "yes", "consultation_s": 1200, "nurse_s": 600,
                "patience_s": 1e6, "satellite_outcome": "sent_on_after_video",
            }
        )  # fmt: skip
    one = {"hours": "24/7", "count": 1, "form": "onsite"}
    keys = district["keys"]
    clinics = {
        k: {**c, "doctors": {"d": one}, "nurses": {"n": one}, "rooms": 1}
        for k, c in keys["legevakter"].items()
    }
    changes = {
        "legevakter": clinics,
        "units": {"u1": {"station": "s1"}},
        "run": keys["run"] | {"days": 2, "run_out_days": 5},
    }
    run = run_district(district | {"incidents": rows}, **changes)
    for check in CHECKS:
        check(run)
