"""One need for help and everything chance decides about it, as columns (R1, R6).

An incident table is a plain mapping from column name to a numpy array; :data:`INCIDENT_COLUMNS` says
what each column means. Decisions never change a column, and neither does waiting (assumption A11): the
simulation only reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


class Urgency(IntEnum):
    """Hastegrad: red, yellow, green. ``NONE`` is an inquiry without need of help."""

    ACUTE = 0
    URGENT = 1
    REGULAR = 2
    NONE = 3


class Entry(IntEnum):
    """How an incident reaches the chain; exclusive (R1)."""

    CALL_113 = 0
    PROFESSIONAL_AMK = 1
    BOOKED = 2
    CALL_116117 = 3
    WALK_IN = 4
    PROFESSIONAL_LVS = 5
    INQUIRY_113 = 6
    INQUIRY_116117 = 7


class Problem(IntEnum):
    """What is the matter, coarse classes."""

    CARDIAC_ARREST = 0
    STROKE = 1
    CHEST_PAIN = 2
    BREATHING = 3
    TRAUMA = 4
    MINOR_INJURY = 5
    FALL_FRAIL = 6
    INFECTION = 7
    PSYCHIATRIC = 8
    BIRTH = 9
    OTHER = 10
    NONE = 11


class Disposition(IntEnum):
    """What the legevaktsentral (or the reception) decides (R5)."""

    ADVICE = 0
    CONSULTATION = 1
    HOME_VISIT = 2
    DOCTOR_PHONE = 3
    FASTLEGE = 4
    AMBULANCE = 5


class SatelliteOutcome(IntEnum):
    """What becomes of a patient at a satellite; exclusive (R11)."""

    NURSE_ALONE = 0
    NURSE_AND_VIDEO = 1
    SENT_ON = 2
    SENT_ON_AFTER_VIDEO = 3


class IfNotPresented(IntEnum):
    """Where somebody goes who does not present because of the distance (R3)."""

    NOWHERE = 0
    FASTLEGE = 1
    CALL_113 = 2


AGE_GROUPS: Final = (
    "0-5", "6-15", "16-19", "20-29", "30-49", "50-66", "67-79", "80-89", "90+",
)  # fmt: skip
"""Age groups of SSB's legevakt table; columns of ``zones.csv`` are ``age_0_5`` ... ``age_90_plus``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the incident table: what a value means, its unit and its numpy type."""

    meaning: str
    unit: str
    dtype: str


_F = "float64"
INCIDENT_COLUMNS: Final[dict[str, Column]] = {
    "id": Column(meaning="row in the table of potential incidents", unit="", dtype="int64"),
    "time_s": Column(meaning="when the need arises (the caller rings)", unit="s", dtype=_F),
    "zone": Column(meaning="index of the zone", unit="", dtype="int32"),
    "age": Column(meaning="index in AGE_GROUPS, -1 unknown", unit="", dtype="int8"),
    "problem": Column(meaning="Problem", unit="", dtype="int8"),
    "entry": Column(meaning="Entry", unit="", dtype="int8"),
    "urgency": Column(meaning="TRUE Urgency", unit="", dtype="int8"),
    "amk_urgency": Column(meaning="Urgency that AMK would assign", unit="", dtype="int8"),
    "lvs_urgency": Column(
        meaning="Urgency that LVS or reception would assign", unit="", dtype="int8"
    ),
    "disposition": Column(meaning="Disposition if LVS or reception decides", unit="", dtype="int8"),
    "presents": Column(
        meaning="false: stays away because of the distance (R3)", unit="", dtype="bool"
    ),
    "if_not_presented": Column(meaning="IfNotPresented", unit="", dtype="int8"),
    "satellite_outcome": Column(
        meaning="SatelliteOutcome if seen at a satellite", unit="", dtype="int8"
    ),
    "doctor_alerted": Column(meaning="AMK alerts the duty doctor", unit="", dtype="bool"),
    "doctor_goes": Column(meaning="the alerted doctor is to drive out", unit="", dtype="bool"),
    "units_needed": Column(
        meaning="road units wanted at the scene (1 or 2)", unit="", dtype="int8"
    ),
    "conveyed": Column(meaning="one unit conveys the patient (R12)", unit="", dtype="bool"),
    "to_legevakt": Column(
        meaning="conveyed to legevakt instead of hospital", unit="", dtype="bool"
    ),
    "hospital_after": Column(
        meaning="after the clinic's doctor: to hospital by unit", unit="", dtype="bool"
    ),
    "own_car": Column(meaning="has a car; else taxi or white ambulance", unit="", dtype="bool"),
    "access_s": Column(
        meaning="zone node to patient by car, beyond the matrix (R7)", unit="s", dtype=_F
    ),
    "patience_s": Column(meaning="waits so long for an answer", unit="s", dtype=_F),
    "redials": Column(meaning="rings again after giving up (first time)", unit="", dtype="bool"),
    "redial_s": Column(meaning="pause before ringing again", unit="s", dtype=_F),
    "amk_pickup_s": Column(
        meaning="a free AMK operator needs so long to pick up", unit="s", dtype=_F
    ),
    "lvs_pickup_s": Column(
        meaning="a free LVS operator needs so long to pick up", unit="s", dtype=_F
    ),
    "amk_interview_s": Column(meaning="answer to AMK's decision", unit="s", dtype=_F),
    "amk_wrap_s": Column(meaning="AMK operator busy after the decision", unit="s", dtype=_F),
    "lvs_interview_s": Column(meaning="answer to LVS' decision", unit="s", dtype=_F),
    "lvs_wrap_s": Column(meaning="LVS operator busy after the decision", unit="s", dtype=_F),
    "turnout_day_s": Column(
        meaning="chute time, crew at station, 07-23; slot 0", unit="s", dtype=_F
    ),
    "turnout_night_s": Column(
        meaning="chute time, crew at station, 23-07; slot 0", unit="s", dtype=_F
    ),
    "turnout_home_s": Column(meaning="chute time, crew at home; slot 0", unit="s", dtype=_F),
    "turnout2_day_s": Column(meaning="as turnout_day_s, slot 1", unit="s", dtype=_F),
    "turnout2_night_s": Column(meaning="as turnout_night_s, slot 1", unit="s", dtype=_F),
    "turnout2_home_s": Column(meaning="as turnout_home_s, slot 1", unit="s", dtype=_F),
    "drive_noise": Column(
        meaning="factor on road seconds of slot 0's drive to the scene", unit="", dtype=_F
    ),
    "drive2_noise": Column(meaning="the same for slot 1", unit="", dtype=_F),
    "transport_noise": Column(meaning="the same for the drive with the patient", unit="", dtype=_F),
    "car_noise": Column(meaning="the same for the patient's own way", unit="", dtype=_F),
    "ferry_u": Column(
        meaning="uniform: share of the headway waited, patient's way", unit="", dtype=_F
    ),
    "ferry2_u": Column(
        meaning="uniform: the same for the unit's way to the scene", unit="", dtype=_F
    ),
    "on_scene_s": Column(meaning="at the scene, slot 0", unit="s", dtype=_F),
    "on_scene2_s": Column(meaning="at the scene, slot 1", unit="s", dtype=_F),
    "handover_s": Column(meaning="at the destination until clear", unit="s", dtype=_F),
    "leave_home_s": Column(
        meaning="from referral until the patient leaves home", unit="s", dtype=_F
    ),
    "nurse_s": Column(
        meaning="nurse's work with the patient before the doctor (reception)", unit="s", dtype=_F
    ),
    "consultation_s": Column(
        meaning="doctor with the patient (documentation_s comes on top)", unit="s", dtype=_F
    ),
    "documentation_s": Column(
        meaning="doctor's minutes after the patient (R14)", unit="s", dtype=_F
    ),
    "doctor_phone_s": Column(meaning="doctor on the telephone", unit="s", dtype=_F),
    "home_visit_s": Column(meaning="doctor with the patient at home", unit="s", dtype=_F),
    "doctor_leave_s": Column(
        meaning="from being called until the doctor drives", unit="s", dtype=_F
    ),
    "satellite_nurse_s": Column(
        meaning="satellite nurse in all, video part included", unit="s", dtype=_F
    ),
    "video_s": Column(meaning="video doctor and satellite nurse together", unit="s", dtype=_F),
}
"""Every column of the table that the simulation reads; one row an incident, sorted by ``time_s``."""


class IncidentTable:
    """All incidents of one replication in one scenario, as equally long columns.

    Parameters
    ----------
    columns
        Arrays by name, exactly those of :data:`INCIDENT_COLUMNS`, sorted by ``time_s``.

    Raises
    ------
    ValueError
        If a column is missing, unknown or of another length, or times are not sorted.
    """

    __slots__ = ("columns",)

    def __init__(self, columns: Mapping[str, NDArray[Any]]) -> None:
        wrong = set(columns) ^ set(INCIDENT_COLUMNS)
        if wrong:
            raise ValueError(f"incident table: missing or unknown columns {sorted(wrong)}")
        n = len(columns["id"])
        self.columns: dict[str, NDArray[Any]] = {}
        for name, spec in INCIDENT_COLUMNS.items():
            column = np.ascontiguousarray(columns[name], dtype=spec.dtype)
            if column.shape != (n,):
                raise ValueError(
                    f"incident table: column {name} has shape {column.shape}, not ({n},)"
                )
            column.flags.writeable = False
            self.columns[name] = column
        if n and (np.diff(self.columns["time_s"]) < 0).any():
            raise ValueError("incident table: time_s is not sorted")

    def __len__(self) -> int:
        """Return the number of incidents."""
        return len(self.columns["id"])

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return one column (read-only)."""
        return self.columns[name]
