"""A district small enough to count by hand, and a builder of logs for it.

Four zones: z1 (town, 12,000 people) and z2 (1,000) in municipality Molde, z3 (1,500) and z4 (500)
in municipality Rauma. Clinic ``molde`` serves everybody in legevakt hours, the duty offices
``fl_molde`` and ``fl_rauma`` on weekdays 08-16; ``sat_rauma`` is a satellite. Access to a doctor:
600 s from z1, 1,800 from z2, 2,700 from z3 (45 min), infinite from z4. To any site: z3 300 s,
z4 4,200 s (70 min).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from emergency_sim.analysis.actors import IndicatorSettings, PersonInfo, PlaceInfo, UnitInfo
from emergency_sim.analysis.district_frame import DistrictFrame
from emergency_sim.analysis.rosters import DutyRate, RosterLine
from emergency_sim.domain.events import EventColumns, Kind

DAY = 86_400.0
MONDAY = date(2024, 1, 1)


def office_hours() -> np.ndarray:
    """Return 168 flags: weekdays 08-16."""
    h = np.arange(168)
    return (h // 24 < 5) & (h % 24 >= 8) & (h % 24 < 16)


def toy_frame(**changes: Any) -> DistrictFrame:
    """Return the toy district; the window is days 1 to 7 (second day to the eighth)."""
    day = office_hours()
    serving = np.where(day, np.array([[1], [1], [2], [2]]), 0).astype("int32")
    doctor = np.repeat(np.array([[600.0], [1800.0], [2700.0], [np.inf]]), 168, axis=1)
    any_site = np.repeat(np.array([[600.0], [1800.0], [300.0], [4200.0]]), 168, axis=1)
    values: dict[str, Any] = {
        "scenario": "toy",
        "start": MONDAY,
        "window_start_s": DAY,
        "window_end_s": 8 * DAY,
        "zone_ids": ("z1", "z2", "z3", "z4"),
        "municipality": ("1506", "1506", "1539", "1539"),
        "municipality_name": ("Molde", "Molde", "Rauma", "Rauma"),
        "area": ("molde", "molde", "rauma", "rauma"),
        "population": np.array([12_000.0, 1_000.0, 1_500.0, 500.0]),
        "tettbygd": np.array([True, False, False, False]),
        "outside": np.zeros(4, bool),
        "serving": serving,
        "access_doctor_s": doctor,
        "access_any_s": any_site,
        "places": (
            PlaceInfo(id="molde", name="Molde legevakt", kind="legevakt", district="molde"),
            PlaceInfo(id="fl_molde", kind="fastlege", district="fl_molde"),
            PlaceInfo(id="fl_rauma", kind="fastlege", district="fl_rauma"),
            PlaceInfo(id="sat_rauma", kind="satellite", district="molde", serves=("rauma",)),
            PlaceInfo(id="amk", kind="amk"),
            PlaceInfo(id="lvs", kind="lvs"),
            PlaceInfo(id="hospital", kind="hospital"),
            PlaceInfo(id="st_molde", kind="station"),
            PlaceInfo(id="st_rauma", kind="station"),
        ),
        "people": (
            PersonInfo(id="d1", place="molde", role="doctor"),
            PersonInfo(id="d2", place="molde", role="doctor"),
            PersonInfo(id="n1", place="sat_rauma", role="nurse"),
            PersonInfo(id="o1", place="lvs", role="operator"),
        ),
        "units": (
            UnitInfo(id="a1", station="st_molde", type="ambulance"),
            UnitInfo(id="a2", station="st_rauma", type="ambulance", home=True),
            UnitInfo(id="h1", station="st_molde", type="helicopter", road=False),
            UnitInfo(
                id="f1", station="st_rauma", type="akutthjelper", road=False, health_personnel=False
            ),
        ),
        "rosters": (
            RosterLine(
                place="molde", role="doctor", form="onsite", pool="molde:doctor", rota=10.0,
                hours_per_week=128.0, weekend_duties_per_week=4.0,
            ),
            RosterLine(
                place="molde", role="doctor", form="home", pool="molde:doctor", rota=10.0,
                hours_per_week=32.0, daytime_hours_per_week=8.0, weekend_duties_per_week=1.0,
            ),
            RosterLine(  # by day: neither hours nor doctors of it are on call
                place="fl_molde", role="doctor", form="daytime", pool="fl_molde:doctor", rota=20.0,
                hours_per_week=0.0, daytime_hours_per_week=40.0,
            ),
            RosterLine(
                place="lvs", role="operator", form="active", pool="lvs:operator", rota=1.0,
                hours_per_week=100.0, daytime_hours_per_week=20.0,
            ),
            RosterLine(
                place="st_molde", role="crew", form="onsite", pool="a1:crew", rota=1.0,
                hours_per_week=256.0, daytime_hours_per_week=80.0,
            ),
        ),
        "duty_rates": (
            DutyRate(actor="doctor", form="onsite", parameter="cost.doctor_present",
                     nok_per_hour=1000.0, low=800.0, high=1500.0, status="assumed"),
            DutyRate(actor="doctor", form="home", parameter="cost.doctor_home",
                     nok_per_hour=300.0, low=200.0, high=400.0, status="assumed"),
            DutyRate(actor="operator", form="active", parameter="cost.operator",
                     nok_per_hour=500.0, low=400.0, high=600.0, status="assumed"),
            DutyRate(actor="crew", form="onsite", parameter="cost.crew_present",
                     nok_per_hour=500.0, low=400.0, high=800.0, status="assumed"),
        ),
        "groups": {"concerned": ("rauma",)},
        "public_holidays": (),
        "settings": IndicatorSettings(response_urgencies=("acute", "urgent")),
    }  # fmt: skip
    return DistrictFrame(**(values | changes))


class LogBuilder:
    """Rows of a log by hand: ``row(seconds, "rings", incident=1, actor="lvs", code="116117")``."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def row(self, time_s: float, kind: str, **fields: Any) -> LogBuilder:
        """Append one event."""
        self.rows.append({"time_s": time_s, "kind": Kind[kind.upper()], **fields})
        return self

    def columns(self, *, shuffle: np.random.Generator | None = None) -> EventColumns:
        """Return the log sorted by time; rows of equal time in given or shuffled order."""
        rows = list(self.rows)
        if shuffle is not None:
            rows = [rows[i] for i in shuffle.permutation(len(rows))]
        rows.sort(key=lambda r: round(r["time_s"] * 1000))
        names: dict[str, int] = {}

        def text(r: dict[str, Any], field: str) -> int:
            value = r.get(field)
            return -1 if value is None else names.setdefault(value, len(names))

        def whole(r: dict[str, Any], field: str) -> int:
            return -1 if r.get(field) is None else int(r[field])

        coded = {
            f: np.array([text(r, f) for r in rows], "int32") for f in ("actor", "place", "code")
        }
        ids = {
            f: np.array([whole(r, f) for r in rows], "int64")
            for f in ("incident", "call", "mission")
        }
        return EventColumns(
            time_ms=np.array([round(r["time_s"] * 1000) for r in rows], "int64"),
            kind=np.array([r["kind"] for r in rows], "int16"),
            value=np.array([np.nan if r.get("value") is None else r["value"] for r in rows], float),
            names=tuple(names),
            **coded,
            **ids,
        )
