"""A frame for a log without a scenario: its days and its places, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.actors import PlaceInfo, UnitInfo
from emergency_sim.analysis.district_frame import HOURS_OF_WEEK, DistrictFrame
from emergency_sim.domain.events import Kind
from emergency_sim.domain.units import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from emergency_sim.domain.events import EventColumns


def bare_frame(
    log: EventColumns,
    *,
    start: date,
    days: int,
    zones: Iterable[str],
    population: Mapping[str, float] | None = None,
    crew_at_home: Iterable[str] = (),
    holidays: Iterable[date] = (),
) -> DistrictFrame:
    """Return a frame in which each zone is a municipality of its own.

    Parameters
    ----------
    log
        Events: units and patients' clinics are those that occur.
    start, days
        The window.
    zones
        Ids that incidents may have as their place.
    population
        People by zone.
    crew_at_home
        Units whose crew waits at home.
    holidays
        Public holidays.
    """
    ids = tuple(zones) or ("",)
    n, people = len(ids), population or {}
    home = set(crew_at_home)
    return DistrictFrame(
        scenario="log",
        start=start,
        window_start_s=0.0,
        window_end_s=days * DAY,
        zone_ids=ids,
        municipality=ids,
        municipality_name=ids,
        area=ids,
        population=np.array([people.get(z, 0.0) for z in ids]),
        tettbygd=np.zeros(n, bool),
        outside=np.zeros(n, bool),
        serving=np.full((n, HOURS_OF_WEEK), -1, "int32"),
        access_doctor_s=np.full((n, HOURS_OF_WEEK), np.inf),
        access_any_s=np.full((n, HOURS_OF_WEEK), np.inf),
        places=(
            PlaceInfo(id="amk", kind="amk"),
            PlaceInfo(id="lvs", kind="lvs"),
            *(PlaceInfo(id=x, kind="legevakt") for x in _names(log, "place", Kind.ARRIVES)),
        ),
        units=tuple(
            UnitInfo(id=x, station="", type="ambulance", home=x in home)
            for x in _names(log, "actor", Kind.ALARMED)
        ),
        public_holidays=tuple(sorted(holidays)),
    )


def _names(log: EventColumns, column: str, kind: Kind) -> list[str]:
    """Return the texts of a column in events of one kind."""
    codes: Any = np.unique(getattr(log, column)[log.kind == int(kind)])
    return [log.names[c] for c in codes.tolist() if c >= 0]


def zones_in(log: EventColumns) -> list[str]:
    """Return the places in which incidents arose."""
    return _names(log, "place", Kind.INCIDENT)
