"""Which uniform numbers belong to an incident of each entry (R6)."""

from __future__ import annotations

from typing import Final

from emergency_sim.domain.incident import Entry

COUNT: Final = "count"
"""Stream of the number of potential incidents of a day."""

PRESENT: Final = "present"
"""Uniform that decides whether a potential incident happens in a scenario (R4)."""

_PLACE_AND_TIME: Final = ("time", "place", PRESENT)
_CALLER: Final = ("patience", "redials", "redial_pause")
_AMK: Final = ("amk_pickup", "amk_interview", "amk_wrap")
_LVS: Final = ("lvs_pickup", "lvs_interview", "lvs_wrap")
_UNIT: Final = (
    "problem", "access", "turnout", "drive", "transport_drive", "ferry", "ferry2", "on_scene",
    "handover",
)  # fmt: skip
_CLINIC: Final = ("lvs_triage", "nurse", "consultation", "documentation")
_PATIENT: Final = (
    *_CALLER, *_AMK, *_LVS, *_UNIT, *_CLINIC, "true_urgency", "amk_triage", "disposition",
    "satellite", "alerted", "goes", "doctor_leave", "second_unit", "turnout2",
    "drive2", "on_scene2", "conveyed", "to_legevakt", "hospital_after", "own_car", "car_drive",
    "leave_home", "doctor_phone", "home_visit", "satellite_nurse", "video",
)  # fmt: skip

DRAWS: Final[dict[Entry, tuple[str, ...]]] = {
    Entry.CALL_113: _PLACE_AND_TIME + _PATIENT,
    Entry.PROFESSIONAL_AMK: (
        *_PLACE_AND_TIME, *_CALLER, *_AMK, *_UNIT, *_CLINIC, "conveyed", "to_legevakt",
    ),
    Entry.BOOKED: (*_PLACE_AND_TIME, "amk_interview", "amk_wrap", *_UNIT),
    Entry.CALL_116117: _PLACE_AND_TIME + _PATIENT,
    Entry.WALK_IN: _PLACE_AND_TIME + _PATIENT,
    Entry.PROFESSIONAL_LVS: _PLACE_AND_TIME + _PATIENT,
    Entry.INQUIRY_113: (*_PLACE_AND_TIME, *_CALLER, *_AMK),
    Entry.INQUIRY_116117: (*_PLACE_AND_TIME, *_CALLER, *_LVS),
}  # fmt: skip
"""Draws of each entry, one stream per (entry, draw, day). What an entry does
not draw has its column filled with the neutral value: an inquiry needs no ambulance, so it has no
chute time."""

PATIENT: Final = (PRESENT, *_PATIENT)
"""All draws but time and place."""

NEUTRAL: Final[dict[str, float]] = {
    "drive_noise": 1.0,
    "drive2_noise": 1.0,
    "transport_noise": 1.0,
    "car_noise": 1.0,
    "patience_s": 86_400.0,
    "units_needed": 1.0,
}
"""Value of a column where nothing is drawn; 0 for columns not named here."""
