"""Spans of an incident and of missions: their ends are events of the log."""

import pandas as pd
import pytest

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.analysis.spans import PATIENT, PHASES, Span, spans_of_incident, spans_of_missions

MS = 1000
STORY = [
    (0, "incident", 7, None, None, "molde", "z1", 1.0, "call_116117"),
    (0, "rings", 7, 1, None, "lvs-molde", "z1", 0.0, "116117"),
    (10 * MS, "answered", 7, 1, None, "lvs-molde", None, 10.0, "116117"),
    (60 * MS, "call_ends", 7, 1, None, "lvs-molde", None, None, "116117"),
    (70 * MS, "alarmed", 7, None, 3, "bil-1", "st", 300.0, "idle"),
    (90 * MS, "mobilised", 7, None, 3, "bil-1", "st", None, None),
    (95 * MS, "task_starts", 7, None, None, "molde.doctor.vakt.1", "z1", None, "drive"),
    (99 * MS, "diverted", 7, None, 3, "bil-1", None, None, None),
    (150 * MS, "task_ends", 7, None, None, "molde.doctor.vakt.1", "z1", None, "drive"),
    (200 * MS, "sets_out", 7, None, None, "molde", "z1", 100.0, "own_car"),
    (300 * MS, "arrives", 7, None, None, "molde", "molde", 100.0, None),
    (
        400 * MS,
        "doctor_starts",
        7,
        None,
        None,
        "molde.doctor.vakt.1",
        "molde",
        None,
        "consultation",
    ),
    (500 * MS, "doctor_ends", 7, None, None, "molde.doctor.vakt.1", "molde", None, "consultation"),
]


def test_spans_of_an_incident_lie_between_its_events() -> None:
    found = spans_of_incident(EventLog.from_rows(STORY).frame())
    assert found == [
        Span(lane="lvs-molde", phase="waits", start_s=0, end_s=10),
        Span(lane="lvs-molde", phase="telephone", start_s=10, end_s=60),
        Span(lane="bil-1", phase="prepares", start_s=70, end_s=90),
        Span(lane="bil-1", phase="drives", start_s=90, end_s=99),
        Span(lane="molde.doctor.vakt.1", phase="drives", start_s=95, end_s=150),
        Span(lane=PATIENT, phase="drives", start_s=200, end_s=300),
        Span(lane=PATIENT, phase="waits", start_s=300, end_s=400),
        Span(lane=PATIENT, phase="works", start_s=400, end_s=500),
    ]
    assert {span.phase for span in found} <= set(PHASES)


def test_a_mission_without_transport_ends_at_the_scene_and_then_drives_home() -> None:
    nan = float("nan")
    row = {
        "unit": "bil-1", "alarmed_s": 0.0, "mobilised_s": 60.0, "on_scene_s": 300.0,
        "leaves_scene_s": nan, "at_destination_s": nan, "clear_s": 900.0, "task_ends_s": 1200.0,
    }  # fmt: skip
    found = spans_of_missions(pd.DataFrame([row]))
    assert [(s.phase, s.start_s, s.end_s) for s in found] == [
        ("prepares", 0, 60), ("drives", 60, 300), ("at_scene", 300, 900), ("returns", 900, 1200),
    ]  # fmt: skip
    assert sum(s.end_s - s.start_s for s in found) == pytest.approx(row["task_ends_s"])
