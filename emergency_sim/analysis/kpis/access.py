"""Indicators of travel to the clinic: the population's (exact) and the patients' (R11).

Three readings: ``_doctor_open``, to the open clinic of one's district with a doctor present (the
plain name); ``_any_site``, to any open site that takes a regular patient; ``_used``, the way that
patients really made, both legs of those who were sent on. The first two are exact over the quarters
of an hour of a plain week, where the frame knows them (:class:`~emergency_sim.analysis.week.Week`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.district_frame import DistrictFrame
from emergency_sim.analysis.groups import INCIDENT_GROUPS, ZONE_GROUPS, zone_groupings
from emergency_sim.analysis.kpis.registry import kpi
from emergency_sim.analysis.measures import Exact, ExactPart, Observations
from emergency_sim.analysis.table import Coded
from emergency_sim.domain.indicators import Aggregation, Better

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.tables import Tables

READINGS = {"doctor_open": "doctor_s", "any_site": "any_s"}
_WORDS = {
    "doctor_open": ("åpen legevakt med lege", "the open clinic with a doctor"),
    "any_site": ("nærmeste åpne tilbud", "the nearest open site"),
    "used": ("brukt sted", "the site used"),
}
_POPULATION = "Population by zone and legevakt hour of the week; expected times, ferries included "


def _cells(frame: DistrictFrame, column: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return minutes and people times quarters, of every zone in every state of the week, flattened.

    Only the quarters in the legevakt's hours count.
    """
    week = frame.ways()
    quarters = week.legevakt_quarters()
    minutes = getattr(week, column)[:, quarters > 0] / 60.0
    people = np.where(frame.outside, 0.0, frame.population)
    return minutes.ravel(), (people[:, None] * quarters[quarters > 0]).ravel()


def _cell_groupings(frame: DistrictFrame) -> dict[str, tuple[Coded, ...]]:
    week = frame.ways()
    kept = week.legevakt_quarters() > 0
    number = int(kept.sum())
    out = {
        kind: tuple(Coded(np.repeat(c.codes, number), c.labels) for c in groupings)
        for kind, groupings in zone_groupings(frame).items()
    }
    clinics = tuple(p.id for p in frame.places if p.kind == "legevakt")
    position = np.full(len(frame.places) + 1, -1)
    for i, place in enumerate(frame.places):
        if place.kind == "legevakt":
            position[i] = clinics.index(place.id)
    out["district"] = (Coded(position[week.serving[:, kept].ravel()], clinics),)
    return out


def _share_over(frame: DistrictFrame, column: str, limit_min: float) -> Exact:
    minutes, people = _cells(frame, column)
    parts = []
    for kind, groupings in _cell_groupings(frame).items():
        for coded in groupings:
            kept = coded.codes >= 0
            codes, n = coded.codes[kept], len(coded.labels)
            every = np.bincount(codes, people[kept], minlength=n)
            over = np.bincount(codes, (people * (minutes > limit_min))[kept], minlength=n)
            share = np.divide(over, every, out=np.full(n, np.nan), where=every > 0)
            parts.append(ExactPart(kind, coded.labels, share))
    return Exact(tuple(parts))


def _median(frame: DistrictFrame, column: str) -> Exact:
    minutes, people = _cells(frame, column)
    order = np.argsort(minutes, kind="stable")
    minutes, people = minutes[order], people[order]
    parts = []
    for kind, groupings in _cell_groupings(frame).items():
        for coded in groupings:
            codes = coded.codes[order]
            values = np.full(len(coded.labels), np.nan)
            by_group = np.argsort(codes, kind="stable")
            ends = np.searchsorted(codes[by_group], np.arange(len(coded.labels) + 1))
            for g, (a, b) in enumerate(pairwise(ends)):
                own = by_group[a:b]
                weight = np.cumsum(people[own])
                if len(own) and weight[-1] > 0:
                    half = np.searchsorted(weight, weight[-1] / 2)
                    values[g] = minutes[own][half]
            parts.append(ExactPart(kind, coded.labels, values))
    return Exact(tuple(parts))


def _travellers(t: Tables) -> NDArray[np.int64]:
    i = t.incidents
    used = np.isfinite(i["travel_s"]) & np.isfinite(i["sets_out_s"]) & i["legevakt_hours"]
    return np.flatnonzero(used)


def _file_population(reading: str, column: str) -> None:
    nb, en = _WORDS[reading]
    plain = reading == "doctor_open"
    suffix = "" if plain else f"_{reading}"

    def median(frame: DistrictFrame) -> Exact:
        return _median(frame, column)

    kpi(
        f"clinic_travel_time_median{suffix}",
        unit="min",
        better=Better.LOWER,
        aggregation=Aggregation.EXACT,
        relevant_difference=2.0,
        source=f"{_POPULATION}(R11)",
        title_nb=f"Median reisetid til {nb}, befolkning",
        title_en=f"Median travel time to {en}, population",
        groups=ZONE_GROUPS,
        aliases=(f"clinic_travel_time_median_{reading}",) if plain else (),
    )(median)
    for limit in (40, 60):

        def over(frame: DistrictFrame, limit: int = limit) -> Exact:
            return _share_over(frame, column, limit)

        kpi(
            f"clinic_travel_over_{limit}{suffix}",
            unit="share",
            better=Better.LOWER,
            aggregation=Aggregation.EXACT,
            relevant_difference=0.02,
            source=f"{_POPULATION}(travel to legevakt as in Meld. St. 23 (2024-2025); R11)",
            title_nb=f"Andel av befolkningen med over {limit} min til {nb}",
            title_en=f"Share of population over {limit} min from {en}",
            groups=ZONE_GROUPS,
            aliases=(f"clinic_travel_over_{limit}_{reading}",) if plain else (),
        )(over)


for _reading, _column in READINGS.items():
    _file_population(_reading, _column)


@kpi(
    "clinic_travel_time_median_used",
    unit="min",
    better=Better.LOWER,
    aggregation=Aggregation.QUANTILE,
    quantile=0.5,
    relevant_difference=2.0,
    source="Patients who went to a clinic or satellite in legevakt hours, both legs (R11)",
    title_nb="Median reisetid til brukt sted, pasienter",
    title_en="Median travel time to the site used, patients",
    groups=INCIDENT_GROUPS,
    common=True,
)
def clinic_travel_time_median_used(t: Tables) -> Observations:
    """Return the minutes under way of patients who travelled themselves."""
    rows = _travellers(t)
    return Observations(rows, t.incidents["travel_s"][rows] / 60.0)


def _file_used(limit: int) -> None:
    def over(t: Tables) -> Observations:
        rows = _travellers(t)
        return Observations(rows, (t.incidents["travel_s"][rows] > 60.0 * limit).astype("float64"))

    kpi(
        f"clinic_travel_over_{limit}_used",
        unit="share",
        better=Better.LOWER,
        aggregation=Aggregation.RATIO,
        relevant_difference=0.02,
        source="Patients who went to a clinic or satellite in legevakt hours, both legs (R11)",
        title_nb=f"Andel pasienter med over {limit} min til brukt sted",
        title_en=f"Share of patients who travelled over {limit} min",
        groups=INCIDENT_GROUPS,
        common=True,
    )(over)


_file_used(40)
_file_used(60)
