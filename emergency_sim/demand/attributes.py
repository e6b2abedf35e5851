"""From uniform numbers to durations, by the parameters' distributions (one quantile per column)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.demand.draws import DRAWS, NEUTRAL
from emergency_sim.domain.distributions import normal_quantile
from emergency_sim.domain.incident import INCIDENT_COLUMNS, Entry, Problem, Urgency

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emergency_sim.domain.parameters import Parameters
    from emergency_sim.domain.zones import ZoneTable

PLAIN = {
    "amk_pickup_s": ("amk_pickup", "amk.answer"),
    "lvs_pickup_s": ("lvs_pickup", "lvs.answer"),
    "amk_wrap_s": ("amk_wrap", "amk.wrap_up"),
    "lvs_interview_s": ("lvs_interview", "lvs.interview"),
    "lvs_wrap_s": ("lvs_wrap", "lvs.wrap_up"),
    "turnout_day_s": ("turnout", "chute.station_day"),
    "turnout_night_s": ("turnout", "chute.station_night"),
    "turnout_home_s": ("turnout", "chute.home"),
    "turnout2_day_s": ("turnout2", "chute.station_day"),
    "turnout2_night_s": ("turnout2", "chute.station_night"),
    "turnout2_home_s": ("turnout2", "chute.home"),
    "on_scene2_s": ("on_scene2", "scene.second_unit"),
    "handover_s": ("handover", "handover.hospital"),
    "nurse_s": ("nurse", "clinic.reception_nurse"),
    "consultation_s": ("consultation", "clinic.consultation"),
    "documentation_s": ("documentation", "doctors.documentation"),
    "doctor_phone_s": ("doctor_phone", "doctors.phone"),
    "home_visit_s": ("home_visit", "doctors.home_visit"),
    "doctor_leave_s": ("doctor_leave", "doctors.leave"),
    "satellite_nurse_s": ("satellite_nurse", "satellite.nurse"),
    "video_s": ("video", "satellite.video"),
}
"""Column: (draw, distribution of all incidents that no special case concerns)."""

NOISE = {
    "drive_noise": "drive",
    "drive2_noise": "drive2",
    "transport_noise": "transport_drive",
    "car_noise": "car_drive",
}
INQUIRIES = (Entry.INQUIRY_113, Entry.INQUIRY_116117)


def durations(
    columns: dict[str, NDArray[Any]],
    uniform: Callable[[str], NDArray[Any]],
    parameters: Parameters,
    zones: ZoneTable,
) -> None:
    """Add every duration, noise and ferry column to ``columns``, which holds all the others.

    Parameters
    ----------
    columns
        Entry, urgencies, problem, conveyance of the incidents; completed in place.
    uniform
        Gives a draw's uniform numbers for these incidents.
    """
    rows = _Rows(columns["entry"])
    special = _special(columns)
    log_sd = parameters.number("drive.noise_sigma")
    for name, (draw, key) in (PLAIN | _CASES).items():
        columns[name] = _column(name, rows.of(draw), uniform(draw), special, key, parameters)
    for name, draw in NOISE.items():
        need = rows.of(draw)
        columns[name] = _neutral(name, len(rows))
        if log_sd > 0:
            columns[name][need] = np.exp(log_sd * normal_quantile(uniform(draw)[need]))
    columns["ferry_u"] = uniform("ferry")
    columns["ferry2_u"] = uniform("ferry2")
    columns["access_s"] = _access(rows.of("access"), uniform("access"), columns["zone"], zones)
    # The distribution of consultations includes their documentation (assumption A29).
    total = columns["consultation_s"]
    columns["consultation_s"] = np.maximum(total - columns["documentation_s"], total / 2)
    # The video part lies within the nurse's time.
    columns["satellite_nurse_s"] = np.maximum(columns["satellite_nurse_s"], columns["video_s"])


_CASES = {
    "patience_s": ("patience", "lvs.patience"),
    "redial_s": ("redial_pause", "calls.redial_pause"),
    "amk_interview_s": ("amk_interview", "amk.interview_urgent"),
    "on_scene_s": ("on_scene", "scene.not_conveyed"),
    "leave_home_s": ("leave_home", "patients.leave_home_regular"),
}
"""As ``PLAIN``, for columns most of whose incidents are special cases."""


class _Rows:
    """Which incidents have a draw of their own."""

    def __init__(self, entry: NDArray[Any]) -> None:
        self._entry = entry
        self._known: dict[tuple[bool, ...], NDArray[Any]] = {}

    def __len__(self) -> int:
        return len(self._entry)

    def of(self, draw: str) -> NDArray[Any]:
        """Return the row numbers of the incidents whose entry has ``draw``."""
        has = tuple(draw in DRAWS[e] for e in Entry)
        if has not in self._known:
            self._known[has] = np.flatnonzero(np.asarray(has)[self._entry])
        return self._known[has]


def _special(columns: dict[str, NDArray[Any]]) -> dict[str, list[tuple[str, NDArray[Any]]]]:
    """Return per column (distribution, who) of its special cases; the last that fits counts."""
    entry, problem, conveyed = columns["entry"], columns["problem"], columns["conveyed"]
    amk, lvs = columns["amk_urgency"], columns["lvs_urgency"]
    by_113 = (entry == Entry.CALL_113) | (entry == Entry.INQUIRY_113) | columns["rings_113"]
    professional = (entry == Entry.PROFESSIONAL_AMK) | (entry == Entry.PROFESSIONAL_LVS)
    inquiry = np.isin(entry, INQUIRIES)
    booked = entry == Entry.BOOKED
    return {
        "patience_s": [
            ("professional.patience", professional),
            ("amk.patience", by_113),
        ],
        "redial_s": [("calls.redial_pause_113", by_113)],
        "amk_interview_s": [
            ("amk.interview_acute", amk == Urgency.ACUTE),
            ("amk.interview_regular", amk == Urgency.REGULAR),
            ("amk.transfer_interview", columns["from_clinic_or_lvs"]),
            ("amk.interview_professional", entry == Entry.PROFESSIONAL_AMK),
            ("amk.interview_booked", booked),
            ("amk.interview_inquiry", inquiry),
        ],
        "amk_wrap_s": [("amk.wrap_up_inquiry", inquiry)],
        "lvs_interview_s": [("lvs.interview_inquiry", inquiry)],
        "lvs_wrap_s": [("lvs.wrap_up_inquiry", inquiry)],
        "on_scene_s": [
            ("scene.conveyed", conveyed),
            ("scene.stroke", conveyed & (problem == Problem.STROKE)),
            ("scene.cardiac_arrest", problem == Problem.CARDIAC_ARREST),
            ("scene.at_clinic", columns["hospital_after"]),
            ("scene.booked", booked),
        ],
        "handover_s": [("handover.booked", booked)],
        "leave_home_s": [
            ("patients.leave_home_acute", lvs == Urgency.ACUTE),
            ("patients.leave_home_urgent", lvs == Urgency.URGENT),
        ],
    }


def _column(
    name: str,
    rows: NDArray[Any],
    uniform: NDArray[Any],
    special: dict[str, list[tuple[str, NDArray[Any]]]],
    key: str,
    parameters: Parameters,
) -> NDArray[Any]:
    """Return one column: each incident's quantile of its own distribution."""
    result = _neutral(name, len(uniform))
    if name not in special:
        result[rows] = parameters.distribution(key).quantile(uniform[rows])
        return result
    which = np.zeros(len(rows), np.int8)
    keys = [key]
    for case, who in special[name]:
        which[who[rows]] = len(keys)
        keys.append(case)
    for number, case in enumerate(keys):
        chosen = rows[which == number]
        if len(chosen):
            result[chosen] = parameters.distribution(case).quantile(uniform[chosen])
    return result


def _neutral(name: str, n: int) -> NDArray[Any]:
    return np.full(n, NEUTRAL.get(name, 0.0), INCIDENT_COLUMNS[name].dtype)


def _access(
    rows: NDArray[Any], uniform: NDArray[Any], zone: NDArray[Any], zones: ZoneTable
) -> NDArray[Any]:
    """Return the way from node to patient by the zone's mean and spread (R7, assumption A19)."""
    result = np.zeros(len(uniform))
    mean = np.asarray(zones.access_mean_s, float)
    spread = np.divide(zones.access_sd_s, mean, out=np.zeros_like(mean), where=mean > 0)
    variance = np.log1p(spread**2)
    at = zone[rows]
    z = normal_quantile(uniform[rows])
    result[rows] = mean[at] * np.exp(np.sqrt(variance[at]) * z - variance[at] / 2)
    return result
