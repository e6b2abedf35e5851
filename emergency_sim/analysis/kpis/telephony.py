"""Indicators of the telephone: 113 and 116117."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emergency_sim.analysis.groups import INCIDENT_GROUPS
from emergency_sim.analysis.kpis.registry import kpi
from emergency_sim.analysis.measures import Observations
from emergency_sim.analysis.table import Coded
from emergency_sim.domain.indicators import Aggregation, Better

if TYPE_CHECKING:
    from emergency_sim.analysis.tables import Tables

GROUPS = (*INCIDENT_GROUPS, "centre")


def _calls(
    t: Tables, line: str | None, *, answered: bool = False
) -> tuple[np.ndarray, Observations]:
    """Return the positions of a line's calls and an observation of 1 for each.

    Without a line: every call that rings at a legevaktsentral, the professionals' ones included.
    """
    if line is None:
        lvs = {p.id for p in t.frame.places if p.kind == "lvs"}
        centre = t.calls.text("centre")
        there = np.array([x in lvs for x in centre.labels] + [False], dtype=bool)
        chosen = there[centre.codes]
    else:
        chosen = t.calls.text("line").equals(line)
    if answered:
        chosen &= np.isfinite(t.calls["wait_s"])
    at = np.flatnonzero(chosen)
    centres = tuple(p.id for p in t.frame.places if p.kind in ("amk", "lvs"))
    own = t.calls.text("centre")
    position = {name: i for i, name in enumerate(centres)}
    table = np.array([position.get(x, -1) for x in own.labels], dtype="int64")
    extra = {"centre": own.take(at).through(table, centres)} if len(own.labels) else {}
    if not extra:
        extra = {"centre": Coded(np.zeros(0, "int64"), centres)}
    return at, Observations(t.calls["row"][at], np.ones(len(at)), extra)


def _share(t: Tables, line: str, within_s: float) -> Observations:
    at, calls = _calls(t, line)
    quick = t.calls["wait_s"][at] <= within_s  # never answered: NaN, a failure
    return Observations(calls.rows, quick.astype("float64"), calls.extra)


@kpi(
    "amk_answer_within_10s",
    unit="share",
    better=Better.HIGHER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.02,
    source="National quality indicator: 113 answered within 10 s, target 90 %; all calls counted",
    title_nb="Andel anrop besvart innen 10 sekunder (113)",
    title_en="Share of 113 calls answered within 10 seconds",
    groups=GROUPS,
)
def amk_answer_within_10s(t: Tables) -> Observations:
    """Return 1 for each 113 call answered within 10 s of ringing."""
    return _share(t, "113", 10.0)


@kpi(
    "amk_answer_time_median",
    unit="s",
    better=Better.LOWER,
    aggregation=Aggregation.QUANTILE,
    quantile=0.5,
    relevant_difference=2.0,
    source="Ring to answer, answered 113 calls",
    title_nb="Median svartid (113)",
    title_en="Median time to answer (113)",
    groups=GROUPS,
)
def amk_answer_time_median(t: Tables) -> Observations:
    """Return the seconds from ring to answer of answered 113 calls."""
    at, calls = _calls(t, "113", answered=True)
    return Observations(calls.rows, t.calls["wait_s"][at], calls.extra)


@kpi(
    "lvs_answer_within_120s",
    unit="share",
    better=Better.HIGHER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.02,
    source="Akuttmedisinforskriften: 80 % of 116117 calls within 2 min; unanswered are failures",
    title_nb="Andel anrop besvart innen 2 minutter (116117)",
    title_en="Share of 116117 calls answered within 2 minutes",
    groups=GROUPS,
)
def lvs_answer_within_120s(t: Tables) -> Observations:
    """Return 1 for each 116117 call answered within 120 s of ringing."""
    return _share(t, "116117", 120.0)


@kpi(
    "lvs_abandoned",
    unit="share",
    better=Better.LOWER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.02,
    source="116117 calls whose caller hangs up unanswered",
    title_nb="Andel anrop som legges på før svar (116117)",
    title_en="Share of 116117 calls given up unanswered",
    groups=GROUPS,
)
def lvs_abandoned(t: Tables) -> Observations:
    """Return 1 for each 116117 call that was given up."""
    at, calls = _calls(t, "116117")
    return Observations(calls.rows, t.calls["gave_up"][at].astype("float64"), calls.extra)


@kpi(
    "calls_113_per_1000",
    unit="1/1000/yr",
    better=Better.NEITHER,
    aggregation=Aggregation.TOTAL,
    relevant_difference=5.0,
    source="All 113 calls, repeated ones included (R1)",
    title_nb="Anrop til 113 per 1000 innbyggere og år",
    title_en="113 calls per 1000 people and year",
    groups=INCIDENT_GROUPS,
)
def calls_113_per_1000(t: Tables) -> Observations:
    """Return 1 for each call to 113."""
    return _calls(t, "113")[1]


@kpi(
    "calls_116117_per_1000",
    unit="1/1000/yr",
    better=Better.NEITHER,
    aggregation=Aggregation.TOTAL,
    relevant_difference=20.0,
    source="All calls to a legevaktsentral, repeated and professionals' ones included (R1)",
    title_nb="Anrop til 116117 per 1000 innbyggere og år",
    title_en="116117 calls per 1000 people and year",
    groups=INCIDENT_GROUPS,
)
def calls_116117_per_1000(t: Tables) -> Observations:
    """Return 1 for each call that rings at a legevaktsentral."""
    return _calls(t, None)[1]
