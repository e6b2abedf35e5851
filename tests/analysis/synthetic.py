"""Synthetic logs of the size of a county's month, for cost and for whole comparisons."""

from __future__ import annotations

from typing import Any

import numpy as np

from emergency_sim.analysis.actors import IndicatorSettings, PersonInfo, PlaceInfo, UnitInfo
from emergency_sim.analysis.district_frame import DistrictFrame
from emergency_sim.analysis.replication import ReplicationKpis, replication_kpis
from emergency_sim.analysis.rosters import RosterLine
from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.events import EventColumns, Kind
from tests.analysis.toy import DAY, MONDAY, office_hours

MUNICIPALITIES = 27


def kpis_of(log: EventColumns, frame: DistrictFrame) -> ReplicationKpis:
    """Return the components of every indicator of one event log."""
    return replication_kpis(Tables.of(log, frame))


def county_frame(zones: int = 360, clinics: int = 11, days: int = 28) -> DistrictFrame:
    """Return a county of 27 municipalities."""
    generator = np.random.Generator(np.random.Philox(5))
    municipality = np.arange(zones) % MUNICIPALITIES
    clinic = municipality % clinics
    serving = np.where(office_hours(), clinics + municipality[:, None], clinic[:, None])
    minutes = np.repeat(generator.gamma(2.0, 10.0, zones)[:, None] * 60, 168, axis=1)
    places = [
        PlaceInfo(id=f"clinic{i}", kind="legevakt", district=f"clinic{i}") for i in range(clinics)
    ]
    places += [
        PlaceInfo(id=f"office{i}", kind="fastlege", district=f"office{i}")
        for i in range(MUNICIPALITIES)
    ]
    places += [
        PlaceInfo(id=f"sat{i}", kind="satellite", district="clinic0", serves=(f"area{i}",))
        for i in range(4)
    ]
    places += [PlaceInfo(id="amk", kind="amk"), PlaceInfo(id="lvs", kind="lvs")]
    return DistrictFrame(
        settings=IndicatorSettings(response_urgencies=("acute", "urgent")),
        scenario="county",
        start=MONDAY,
        window_start_s=7 * DAY,
        window_end_s=(7 + days) * DAY,
        zone_ids=tuple(f"z{i}" for i in range(zones)),
        municipality=tuple(f"15{m:02d}" for m in municipality),
        municipality_name=tuple(f"M{m}" for m in municipality),
        area=tuple(f"area{m}" for m in municipality),
        population=np.full(zones, 273_000 / zones),
        tettbygd=np.arange(zones) % 3 == 0,
        outside=np.zeros(zones, bool),
        serving=serving.astype("int32"),
        access_doctor_s=minutes,
        access_any_s=minutes * 0.8,
        places=tuple(places),
        people=tuple(
            PersonInfo(id=f"clinic{i}.{k}", place=f"clinic{i}", role="doctor")
            for i in range(clinics)
            for k in range(2)
        ),
        units=tuple(
            UnitInfo(id=f"unit{i}", station=f"station{i % 25}", type="ambulance") for i in range(43)
        ),
        rosters=tuple(
            RosterLine(
                place=f"clinic{i}", role="doctor", form="onsite", pool=f"p{i}", rota=12.0,
                hours_per_week=128.0, weekend_duties_per_week=4.0,
            )
            for i in range(clinics)
        ),
        groups={"concerned": ("area1", "area2", "area3")},
    )  # fmt: skip


class _Rows:
    """Blocks of events, kind by kind."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.blocks: list[dict[str, Any]] = []

    def name(self, text: str) -> int:
        return self.names.setdefault(text, len(self.names))

    def codes(self, prefix: str, numbers: np.ndarray) -> np.ndarray:
        table = np.array([self.name(f"{prefix}{i}") for i in range(int(numbers.max()) + 1)])
        return table[numbers]

    def add(self, kind: Kind, time_s: np.ndarray, **fields: Any) -> None:
        self.blocks.append({"time_s": time_s, "kind": kind, **fields})

    def columns(self) -> EventColumns:
        def column(field: str, null: Any, dtype: str) -> np.ndarray:
            parts = []
            for block in self.blocks:
                value = block.get(field, null)
                value = self.name(value) if isinstance(value, str) else value
                parts.append(np.broadcast_to(value, block["time_s"].shape))
            return np.concatenate(parts).astype(dtype)

        time_ms = np.rint(np.concatenate([b["time_s"] for b in self.blocks]) * 1000).astype("int64")
        order = np.argsort(time_ms, kind="stable")
        out = {f: column(f, -1, "int64")[order] for f in ("incident", "call", "mission")}
        out |= {f: column(f, -1, "int32")[order] for f in ("actor", "place", "code")}
        return EventColumns(
            time_ms=time_ms[order],
            kind=column("kind", 0, "int16")[order],
            value=column("value", np.nan, "float64")[order],
            names=tuple(self.names),
            **out,
        )


def county_log(
    frame: DistrictFrame, *, replication: int = 0, incidents: int = 22_000, slower_s: float = 0.0
) -> EventColumns:
    """Return a log of a month: half of the incidents reach a clinic, a sixth an ambulance.

    The same replication has the same incidents; ``slower_s`` is added to every drive to the scene.
    """
    g = np.random.Generator(np.random.Philox([7, replication]))
    rows, zones, n = _Rows(), len(frame.zone_ids), incidents
    end = frame.window_end_s + 2 * DAY
    time = np.sort(g.uniform(0, end, n))
    ids = np.arange(n) * 2 + 1
    zone_number = g.integers(0, zones, n)
    zone = rows.codes("z", zone_number)
    clinic_number = frame.serving[zone_number, ((time // 3600) % 168).astype(int)] % 11
    clinic = rows.codes("clinic", clinic_number)
    urgency = g.choice(3, n, p=[0.1, 0.3, 0.6])
    by_amk = g.random(n) < 0.17
    to_clinic = ~by_amk & (g.random(n) < 0.5)
    line = np.where(by_amk, rows.name("113"), rows.name("116117"))
    centre = np.where(by_amk, rows.name("amk"), rows.name("lvs"))
    entry = np.where(by_amk, rows.name("call_113"), rows.name("call_116117"))
    by = np.where(by_amk, rows.name("amk"), rows.name("lvs"))
    rows.add(Kind.INCIDENT, time, incident=ids, actor=clinic, place=zone, value=urgency, code=entry)
    rows.add(Kind.NEED, time, incident=ids, place=zone, value=g.integers(0, 9, n), code="infection")
    wait = g.exponential(30, n)
    rows.add(Kind.RINGS, time, incident=ids, call=ids, actor=centre, place=zone, value=0, code=line)
    answered = time + wait
    rows.add(Kind.ANSWERED, answered, incident=ids, call=ids, actor=centre, value=wait, code=line)
    decided = answered + g.gamma(3, 60, n)
    rows.add(Kind.TRIAGED, decided, incident=ids, call=ids, actor=centre, value=urgency, code=by)
    rows.add(Kind.DECIDED, decided, incident=ids, call=ids, actor=centre, code="consultation")
    rows.add(Kind.CALL_ENDS, decided + 60, incident=ids, call=ids, actor=centre, code=line)
    _clinic_events(rows, g, ids, zone, clinic_number, decided, to_clinic)
    _unit_events(rows, g, frame, ids, zone, urgency, answered, decided, by_amk, slower_s)
    rows.add(Kind.CLOSED, decided + 8000, incident=ids, place=zone, code="ended")
    for k in range(2):
        for i in range(11):
            shifts = np.arange(0, end, DAY)
            who, where = f"clinic{i}.{k}", f"clinic{i}"
            rows.add(Kind.DUTY_STARTS, shifts, actor=who, place=where, code=("onsite", "home")[k])
            rows.add(Kind.DUTY_ENDS, shifts + DAY, actor=who, place=where, value=0.0, code="onsite")
    for i in range(43):
        station = f"station{i % 25}"
        rows.add(Kind.UNIT_ON, np.zeros(1), actor=f"unit{i}", place=station, code="ambulance")
    return rows.columns()


def _clinic_events(
    rows: _Rows, g: Any, ids: Any, zone: Any, clinic_number: Any, decided: Any, chosen: Any
) -> None:
    at = np.flatnonzero(chosen)
    own, clinic = ids[at], rows.codes("clinic", clinic_number)[at]
    left = decided[at] + g.exponential(1200, len(at))
    way = g.gamma(2, 700, len(at))
    rows.add(
        Kind.SETS_OUT, left, incident=own, actor=clinic, place=zone[at], value=way, code="own_car"
    )
    there = left + way
    rows.add(Kind.ARRIVES, there, incident=own, actor=clinic, place=clinic, value=way)
    starts = there + g.exponential(1500, len(at))
    rows.add(Kind.RECEIVED, (there + starts) / 2, incident=own, actor=clinic, place=clinic)
    k = np.arange(len(at)) % 2
    table = np.array([[rows.name(f"clinic{i}.{j}") for j in range(2)] for i in range(11)])
    doctor = table[clinic_number[at], k]
    ends = starts + g.gamma(3, 300, len(at))
    what = {"incident": own, "actor": doctor, "place": clinic, "code": "consultation"}
    rows.add(Kind.DOCTOR_STARTS, starts, **what)
    rows.add(Kind.TASK_STARTS, starts, **what)
    rows.add(Kind.DOCTOR_ENDS, ends, **what)
    rows.add(Kind.TASK_ENDS, ends, **what)
    what["code"] = "documentation"
    rows.add(Kind.TASK_STARTS, ends, **what)
    rows.add(Kind.TASK_ENDS, ends + 180, **what)
    rows.add(Kind.LEAVES_CLINIC, ends, incident=own, actor=clinic, place=clinic, code="home")


def _unit_events(
    rows: _Rows, g: Any, frame: Any, ids: Any, zone: Any, urgency: Any, answered: Any, decided: Any,
    chosen: Any, slower_s: float,
) -> None:  # fmt: skip
    at = np.flatnonzero(chosen)
    own, where, value = ids[at], zone[at], urgency[at]
    rows.add(
        Kind.REGISTERED,
        answered[at],
        incident=own,
        actor="amk",
        place=where,
        value=value,
        code="113",
    )
    rows.add(
        Kind.REQUESTED, decided[at], incident=own, actor="amk", place=where, value=value, code="0"
    )
    number = np.arange(len(at)) % 43
    unit = rows.codes("unit", number)
    what = {"incident": own, "mission": np.arange(len(at)), "actor": unit}
    clock = decided[at]
    rows.add(Kind.ALARMED, clock, place=where, value=600.0, code="idle", **what)
    clock = clock + g.gamma(4, 20, len(at))
    rows.add(Kind.MOBILISED, clock, place=where, **what)
    clock = clock + g.gamma(2, 300, len(at)) + slower_s
    rows.add(Kind.ON_SCENE, clock, place=where, code="ambulance", **what)
    clock = clock + g.gamma(4, 300, len(at))
    rows.add(Kind.LEAVES_SCENE, clock, place=where, code="hospital", **what)
    clock = clock + g.gamma(2, 900, len(at))
    rows.add(Kind.AT_DESTINATION, clock, place="hospital", **what)
    clock = clock + g.gamma(4, 200, len(at))
    rows.add(Kind.CLEAR, clock, place="hospital", code="conveyed", **what)
    rows.add(Kind.AT_BASE, clock + 900, actor=unit, place="station0")
