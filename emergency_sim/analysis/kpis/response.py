"""Indicators of the ambulance's way to the patient (R18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.kpis.registry import kpi
from emergency_sim.analysis.measures import Observations, Part, Sums
from emergency_sim.analysis.response import EXCLUDED, FAILURES
from emergency_sim.domain.indicators import Aggregation, Better

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.table import Table
    from emergency_sim.analysis.tables import Tables

DEFINITION = (
    "Helsedirektoratet: inquiry registered at AMK (116117: at transfer) to first road ambulance at "
    "the scene; assigned acute, unchanged under way; one value an incident (R18)"
)


def _minutes(seconds: NDArray[Any], where: NDArray[Any]) -> Observations:
    rows = np.flatnonzero(where & np.isfinite(seconds))
    return Observations(rows, seconds[rows] / 60.0)


def _candidates(incidents: Table) -> NDArray[np.bool_]:
    """Return which incidents should have a response time."""
    return np.asarray(incidents.text("response_status").codes >= 0)


@kpi(
    "response_time_median",
    unit="min",
    better=Better.LOWER,
    aggregation=Aggregation.QUANTILE,
    quantile=0.5,
    relevant_difference=1.0,
    source=DEFINITION,
    title_nb="Median responstid",
    title_en="Median response time",
    common=True,
)
def response_time_median(t: Tables) -> Observations:
    """Return the response time in minutes."""
    return _minutes(t.incidents["response_s"], _candidates(t.incidents))


@kpi(
    "response_time_p90",
    unit="min",
    better=Better.LOWER,
    aggregation=Aggregation.QUANTILE,
    quantile=0.9,
    relevant_difference=2.0,
    source=DEFINITION,
    title_nb="90-persentil responstid",
    title_en="90th percentile of response time",
    common=True,
)
def response_time_p90(t: Tables) -> Observations:
    """Return the response time in minutes."""
    return _minutes(t.incidents["response_s"], _candidates(t.incidents))


@kpi(
    "response_within_target",
    unit="share",
    better=Better.HIGHER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.02,
    source="12 min tettbygd, 25 min grisgrendt; unserved and cancelled are failures (R18)",
    title_nb="Andel innen 12 min (tettbygd) og 25 min (grisgrendt)",
    title_en="Share within 12 min (tettbygd) and 25 min (grisgrendt)",
    common=True,
)
def response_within_target(t: Tables) -> Observations:
    """Return 1 for each incident reached in time, 0 for others and for failures."""
    incidents, settings = t.incidents, t.frame.settings
    status = incidents.text("response_status")
    rows = np.flatnonzero(status.isin(("responded", *FAILURES)))
    limit = np.where(
        incidents.text("area_class").equals("tettbygd"),
        settings.target_tettbygd_min,
        settings.target_grisgrendt_min,
    )
    in_time = incidents["response_s"][rows] <= 60.0 * limit[rows]
    return Observations(rows, in_time.astype("float64"))


@kpi(
    "response_excluded_share",
    unit="share",
    better=Better.NEITHER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.02,
    source="Of the incidents that should have a response time: those without, by reason (R18)",
    title_nb="Andel uten responstid, etter årsak",
    title_en="Share without response time, by reason",
    groups=("reason",),
)
def response_excluded_share(t: Tables) -> Sums:
    """Return incidents by reason for having no response time, of all that should have one."""
    status = t.incidents.text("response_status")
    reasons = (*FAILURES, *EXCLUDED)
    number = np.array([status.equals(r).sum() for r in reasons], "float64")
    every = np.full(len(reasons), float((status.codes >= 0).sum()))
    return Sums((Part("reason", reasons, number, every, every),))


@kpi(
    "response_time_true_red_median",
    unit="min",
    better=Better.LOWER,
    aggregation=Aggregation.QUANTILE,
    quantile=0.5,
    relevant_difference=1.0,
    source="As response time, but of incidents that ARE acute, however assigned (R18)",
    title_nb="Median responstid, reelt røde",
    title_en="Median response time, truly acute",
    common=True,
)
def response_time_true_red_median(t: Tables) -> Observations:
    """Return registration to first road ambulance in minutes, of truly acute incidents."""
    i = t.incidents
    seconds = i["road_on_scene_s"] - i["registered_s"]
    return _minutes(seconds, i.text("true_urgency").equals("acute"))


@kpi(
    "whole_clock_median",
    unit="min",
    better=Better.LOWER,
    aggregation=Aggregation.QUANTILE,
    quantile=0.5,
    relevant_difference=1.0,
    source="First ring to first road ambulance; not what a clinic's doctor orders (R18)",
    title_nb="Median tid fra første ring til ambulanse på stedet",
    title_en="Median time from first ring to ambulance at the scene",
    common=True,
)
def whole_clock_median(t: Tables) -> Observations:
    """Return first ring to first road ambulance in minutes."""
    return _minutes(t.incidents["whole_clock_s"], _candidates(t.incidents))


@kpi(
    "unserved_share",
    unit="share",
    better=Better.LOWER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.005,
    source="Of the incidents that should have a response time: no unit could reach them (R18)",
    title_nb="Andel hendelser uten tilgjengelig ambulanse",
    title_en="Share of incidents that no unit could reach",
)
def unserved_share(t: Tables) -> Observations:
    """Return 1 for each incident that no unit could reach."""
    rows = np.flatnonzero(_candidates(t.incidents))
    status = t.incidents.text("response_status").equals("unserved")
    return Observations(rows, status[rows].astype("float64"))


def _first(t: Tables, column: str) -> Observations:
    i = t.incidents
    seconds = i[column] - i["registered_s"]
    asked = _candidates(i) & ~i.text("origin").isin(("clinic", "booked"))
    return _minutes(seconds, asked & (seconds >= 0))


@kpi(
    "first_help_time_median",
    unit="min",
    better=Better.LOWER,
    aggregation=Aggregation.QUANTILE,
    quantile=0.5,
    relevant_difference=1.0,
    source="Registration to the first helper of any kind at the scene (Meld. St. 23 (2024-2025))",
    title_nb="Median tid til første hjelper",
    title_en="Median time to first help",
    common=True,
)
def first_help_time_median(t: Tables) -> Observations:
    """Return registration to the first unit, doctor or nurse at the scene, in minutes."""
    return _first(t, "first_help_s")


@kpi(
    "first_health_personnel_time_median",
    unit="min",
    better=Better.LOWER,
    aggregation=Aggregation.QUANTILE,
    quantile=0.5,
    relevant_difference=1.0,
    source="Registration to the first health personnel at the scene; akutthjelper do not count "
    "(Meld. St. 23 (2024-2025))",
    title_nb="Median tid til første helsepersonell",
    title_en="Median time to first health personnel",
    common=True,
)
def first_health_personnel_time_median(t: Tables) -> Observations:
    """Return registration to the first crew of health personnel, doctor or nurse, in minutes."""
    return _first(t, "first_health_personnel_s")
