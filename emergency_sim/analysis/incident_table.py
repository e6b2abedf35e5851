"""One row an incident that arose in the window: what happened to it, and when."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.clock_classes import HOUR_CLASSES
from emergency_sim.analysis.log_view import Scatter, taken
from emergency_sim.analysis.response import add_response
from emergency_sim.analysis.table import Coded, Table
from emergency_sim.domain.events import Kind
from emergency_sim.domain.incident import Urgency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.clock_classes import ClockClasses
    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.log_view import LogView

URGENCIES: Final = tuple(u.name.lower() for u in Urgency)
AREA_CLASSES: Final = ("grisgrendt", "tettbygd")
CLINICS: Final = ("legevakt", "fastlege", "satellite")


class IncidentRows:
    """Events of the incidents of the table, as columns with one value an incident.

    Parameters
    ----------
    view
        The log.
    ids
        Incident ids, one a row of the table.
    """

    def __init__(self, view: LogView, ids: NDArray[Any]) -> None:
        self.view = view
        self.scatter = Scatter(ids)

    def first(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Return per incident the first of these rows of the log, -1 for none."""
        return self.scatter.first(rows, self.view.incident[rows])

    def last(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Return per incident the last of these rows of the log, -1 for none."""
        return self.scatter.last(rows, self.view.incident[rows])

    def any(self, rows: NDArray[Any]) -> NDArray[np.bool_]:
        """Return per incident whether one of these rows is its own."""
        return self.first(rows) >= 0

    def count(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """Return per incident how many of these rows are its own."""
        return self.scatter.count(self.view.incident[rows])

    def time(self, at: NDArray[Any]) -> NDArray[np.float64]:
        """Return the seconds of rows of the log, NaN for none."""
        return taken(self.view.time_ms, at, np.nan) / 1000.0

    def value(self, at: NDArray[Any]) -> NDArray[np.float64]:
        """Return the value of rows of the log, NaN for none."""
        return taken(self.view.value, at, np.nan)

    def first_time(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """Return per incident the seconds of the first of these rows, NaN for none."""
        return self.time(self.first(rows))


def incident_table(view: LogView, frame: DistrictFrame, clock: ClockClasses) -> Table:
    """Return the incidents that arose in the window; times in seconds, NaN for none.

    Parameters
    ----------
    view, frame, clock
        The log, the district and its calendar.
    """
    arose = view.rows(Kind.INCIDENT)
    start, end = round(frame.window_start_s * 1000), round(frame.window_end_s * 1000)
    arose = arose[(view.time_ms[arose] >= start) & (view.time_ms[arose] < end)]
    at = IncidentRows(view, view.incident[arose])
    columns: dict[str, NDArray[Any] | Coded] = {"id": view.incident[arose]}
    _add_need(columns, arose, at, frame, clock)
    _add_telephone(columns, at)
    _add_units(columns, at, frame)
    _add_clinic(columns, at, frame)
    _add_end(columns, at)
    _add_contact(columns, at, frame)
    add_response(columns, frame)
    return Table(columns)


def _add_need(
    columns: dict[str, Any],
    arose: NDArray[Any],
    at: IncidentRows,
    frame: DistrictFrame,
    clock: ClockClasses,
) -> None:
    view = at.view
    columns["arises_s"] = view.time_ms[arose] / 1000.0
    columns["hour_class"] = Coded(clock.hour_class(view.time_ms[arose]), HOUR_CLASSES)
    columns["legevakt_hours"] = clock.is_legevakt(view.time_ms[arose])
    columns["entry"] = view.text("code", arose)
    columns["true_urgency"] = _urgency(view.value[arose])
    need = at.first(view.rows(Kind.NEED))
    columns["problem"] = view.text("code", need)
    columns["age"] = at.value(need)
    zone = view.translate(frame.zone_ids)[view.place[arose]]
    columns["zone"] = Coded(zone, frame.zone_ids)
    for name, texts in (
        ("municipality", municipality_labels(frame)),
        ("area", frame.area),
    ):
        labels, inverse = labelled(texts)
        columns[name] = Coded(zone, frame.zone_ids).through(inverse, labels)
    columns["area_class"] = Coded(np.append(frame.tettbygd.astype("int32"), -1)[zone], AREA_CLASSES)
    columns["outside"] = np.append(frame.outside, False)[zone]
    columns["district"] = view.text("actor", arose)


def _add_telephone(columns: dict[str, Any], at: IncidentRows) -> None:
    view = at.view
    stays = at.first(view.rows(Kind.NOT_PRESENTED))
    columns["presented"] = stays < 0
    columns["not_presented_to"] = view.text("code", stays)
    columns["first_ring_s"] = at.first_time(view.rows(Kind.RINGS))
    columns["answered_s"] = at.first_time(view.rows(Kind.ANSWERED))
    columns["gave_up_s"] = at.first_time(view.rows(Kind.GAVE_UP))
    triaged = view.rows(Kind.TRIAGED)
    registered = at.first(view.rows(Kind.REGISTERED))
    columns["registered_s"] = at.time(registered)
    columns["origin"] = view.text("code", registered)
    by_amk = view.with_code(triaged, "amk")
    requested = view.rows(Kind.REQUESTED)
    decided = at.first(by_amk)
    decided = np.where(decided >= 0, decided, at.first(requested))
    amk = np.where(decided >= 0, at.value(decided), at.value(registered))
    columns["amk_urgency"] = _urgency(amk)
    columns["lvs_urgency"] = _urgency(at.value(at.first(view.with_code(triaged, "lvs"))))
    columns["reception_urgency"] = _urgency(
        at.value(at.first(view.with_code(triaged, "reception")))
    )
    columns["requested_s"] = at.first_time(requested)
    columns["disposition"] = view.text("code", at.first(view.rows(Kind.DECIDED)))
    clinic = np.where(
        columns["reception_urgency"].codes >= 0,
        columns["reception_urgency"].codes,
        columns["lvs_urgency"].codes,
    )
    registered_codes = columns["amk_urgency"].codes
    columns["clinic_urgency"] = Coded(np.where(clinic >= 0, clinic, registered_codes), URGENCIES)
    columns["assigned_urgency"] = Coded(
        np.where(registered_codes >= 0, registered_codes, clinic), URGENCIES
    )


def _add_units(columns: dict[str, Any], at: IncidentRows, frame: DistrictFrame) -> None:
    view = at.view
    alarmed, on_scene = view.rows(Kind.ALARMED), view.rows(Kind.ON_SCENE)
    unit = view.translate(tuple(u.id for u in frame.units))[view.actor[on_scene]]
    # a unit that the frame does not know (a real log) is taken for a road ambulance
    road = on_scene[np.array([*(u.road for u in frame.units), True], bool)[unit]]
    health = on_scene[np.array([*(u.health_personnel for u in frame.units), True], bool)[unit]]
    columns["missions"] = at.count(alarmed)
    columns["alarmed_s"] = at.first_time(alarmed)
    columns["mobilised_s"] = at.first_time(view.rows(Kind.MOBILISED))
    columns["unit_on_scene_s"] = at.first_time(on_scene)
    first = at.first(road)
    columns["road_on_scene_s"] = at.time(first)
    columns["road_unit"] = view.text("actor", first)
    own = at.scatter.at(view.incident[road])
    later = road[(own >= 0) & (road != first[own])]
    columns["second_on_scene_s"] = at.first_time(later)
    columns["leaves_scene_s"] = at.first_time(view.rows(Kind.LEAVES_SCENE))
    arrived = at.first(view.rows(Kind.AT_DESTINATION))
    columns["at_destination_s"] = at.time(arrived)
    columns["destination"] = view.text("place", arrived)
    columns["clear_s"] = at.time(at.last(view.rows(Kind.CLEAR)))
    columns["unserved"] = at.any(view.rows(Kind.UNSERVED))
    columns["stood_down"] = at.any(view.rows(Kind.STOOD_DOWN))
    there = view.rows(Kind.DOCTOR_ON_SCENE)
    columns["doctor_alerted_s"] = at.first_time(view.rows(Kind.DOCTOR_ALERTED))
    columns["doctor_on_scene_s"] = at.first_time(view.with_code(there, "doctor"))
    columns["doctor_unavailable"] = at.any(view.rows(Kind.DOCTOR_UNAVAILABLE))
    staff = at.first_time(there)
    columns["first_help_s"] = np.fmin(columns["unit_on_scene_s"], staff)
    columns["first_health_personnel_s"] = np.fmin(at.first_time(health), staff)
    _add_changed(columns, at)


def _add_changed(columns: dict[str, Any], at: IncidentRows) -> None:
    """Whether AMK's urgency changed before the first road ambulance was at the scene (R18)."""
    view = at.view
    said = np.sort(
        np.concatenate([view.with_code(view.rows(Kind.TRIAGED), "amk"), view.rows(Kind.REQUESTED)])
    )
    own = at.scatter.at(view.incident[said])
    said, own = said[own >= 0], own[own >= 0]
    until = columns["road_on_scene_s"][own]
    before = ~(view.time_ms[said] / 1000.0 > until)
    differs = before & (view.value[said] != columns["amk_urgency"].codes[own])
    columns["amk_urgency_changed"] = np.bincount(own[differs], minlength=at.scatter.size) > 0


def _add_clinic(columns: dict[str, Any], at: IncidentRows, frame: DistrictFrame) -> None:
    view = at.view
    arrives, sets_out = view.rows(Kind.ARRIVES), view.rows(Kind.SETS_OUT)
    first, last = at.first(arrives), at.last(arrives)
    columns["clinic"] = view.text("place", first)
    columns["clinic_last"] = view.text("place", last)
    columns["sets_out_s"] = at.first_time(sets_out)
    columns["mode"] = view.text("code", at.first(sets_out))
    columns["arrives_s"] = at.time(first)
    columns["travel_s"] = _travel(at, arrives, sets_out, first)
    columns["clinic_arrives_s"] = at.time(last)
    columns["received_s"] = at.first_time(view.rows(Kind.RECEIVED))
    starts, ends = view.rows(Kind.DOCTOR_STARTS), view.rows(Kind.DOCTOR_ENDS)
    for name in ("consultation", "home_visit", "phone", "call_out"):
        columns[f"{name}_starts_s"] = at.first_time(view.with_code(starts, name))
        columns[f"{name}_ends_s"] = at.first_time(view.with_code(ends, name))
    video = at.first(view.rows(Kind.VIDEO_STARTS))
    columns["video_starts_s"] = at.time(video)
    columns["video_ends_s"] = at.first_time(view.rows(Kind.VIDEO_ENDS))
    zone = view.translate(frame.zone_ids)
    columns["video_at_home"] = (video >= 0) & (zone[taken(view.place, video, -1)] >= 0)
    columns["redirected"] = at.count(view.rows(Kind.REDIRECTED))
    kinds = view.translate(tuple(p.id for p in frame.places if p.kind == "legevakt"))
    columns["at_legevakt"] = kinds[taken(view.place, last, -1)] >= 0


def _travel(
    at: IncidentRows, arrives: NDArray[Any], sets_out: NDArray[Any], first: NDArray[Any]
) -> NDArray[np.float64]:
    """Return seconds under way to clinics, both legs of those sent on (R11).

    The value of ``arrives``, in whole milliseconds; where a log lacks it, the time since the
    patient set out.
    """
    view = at.view
    key = view.incident[arrives]
    by_value = np.rint(at.scatter.count(key, view.value[arrives]) * 1000) / 1000
    left = at.scatter.count(view.incident[sets_out], view.time_ms[sets_out] / 1000.0)
    there = at.scatter.count(key, view.time_ms[arrives] / 1000.0)
    pairs = at.count(arrives) == at.count(sets_out)
    by_time = np.where(pairs, there - left, np.nan)
    return np.where(first >= 0, np.where(np.isnan(by_value), by_time, by_value), np.nan)


def _add_end(columns: dict[str, Any], at: IncidentRows) -> None:
    closed = at.last(at.view.rows(Kind.CLOSED))
    columns["closed_s"] = at.time(closed)
    columns["outcome"] = at.view.text("code", closed)
    served = np.isfinite(columns["first_help_s"])
    columns["cancelled"] = ~served & (
        columns["stood_down"] | columns["outcome"].equals("cancelled")
    )


def _add_contact(columns: dict[str, Any], at: IncidentRows, frame: DistrictFrame) -> None:
    """Whether legevakt, legevaktsentral or a duty doctor dealt with the incident (R1)."""
    view = at.view
    lvs = view.translate(tuple(p.id for p in frame.places if p.kind == "lvs"))
    answered = view.rows(Kind.ANSWERED)
    contact = at.any(answered[lvs[view.actor[answered]] >= 0])
    clinics = view.translate(tuple(p.id for p in frame.places if p.kind in CLINICS))
    arrives = view.rows(Kind.ARRIVES)
    contact |= at.any(arrives[clinics[view.place[arrives]] >= 0])
    contact |= at.any(view.rows(Kind.DOCTOR_ALERTED, Kind.DOCTOR_STARTS, Kind.VIDEO_STARTS))
    inquiry = columns["entry"].isin(("inquiry_113", "inquiry_116117"))
    columns["contact"] = contact & ~inquiry


def _urgency(values: NDArray[Any]) -> Coded:
    codes = np.where(np.isfinite(values), values, -1).astype("int32")
    return Coded(codes, URGENCIES)


def labelled(texts: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the distinct texts, sorted, and the position of each text among them."""
    labels, inverse = np.unique(np.array(texts, dtype=str), return_inverse=True)
    return tuple(str(x) for x in labels), inverse.astype("int32").reshape(-1)


@lru_cache(maxsize=4)  # frames are compared by identity
def municipality_labels(frame: DistrictFrame) -> tuple[str, ...]:
    """Return per zone its municipality's name, with the number where two share a name."""
    pairs = set(zip(frame.municipality_name, frame.municipality, strict=True))
    shared = Counter(name for name, _ in pairs)
    return tuple(
        name if shared[name] == 1 else f"{name} ({number})"
        for name, number in zip(frame.municipality_name, frame.municipality, strict=True)
    )
