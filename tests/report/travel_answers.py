"""Answers to questions about travel times on the road of tests/districts/test_travel_study.py."""

from __future__ import annotations

from typing import Any

from emergency_sim.districts.travel_answer import TravelAnswer
from emergency_sim.districts.travel_study import situation, table
from emergency_sim.network import Driving
from tests.districts.test_travel_study import EAST, PLACES, REGION, WEST

CHOICES = {
    "to": "kind=legevakt", "profile": "car", "direction": "to", "season": "summer",
    "winter_roads": "open", "at": None, "quantile": None,
}  # fmt: skip


def answered(*, changes: bool = True, places: Any = PLACES, **more: Any) -> TravelAnswer:
    """Return the way west and east; afterwards the ferry is gone and the east is closed."""
    before = situation(REGION, Driving(), [WEST, EAST], places)
    without = REGION.without_ferries(["ferry 3"])
    after = situation(without, Driving(), [WEST], places) if changes else None
    breaks = more.pop("breaks", (12.0, 40.0))
    given: dict[str, Any] = {
        "name": "road", "places": places, "before": before, "after": after, "breaks": breaks,
        "worse_min": 10.0, "rows": tuple(table(places, before, after, breaks, 10.0)),
        "municipality_names": {"1": "=One"}, "choices": CHOICES, "notes": ("Mind the ferry.",),
    }  # fmt: skip
    return TravelAnswer(**(given | more))
