"""Published figures of Møre og Romsdal beside what the model says (R25).

Of each row it is said whether it went in, was used in calibration, or is independent: only
independent rows say anything about the model. Kinds and published values are data here, so that a
miss cannot quietly become a calibration.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from emergency_sim.analysis.replication import exact_kpis, replication_kpis
from emergency_sim.analysis.tables import Tables
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from emergency_sim.experiment.compile.compiled import Compiled

SCENARIO: Final = "more-og-romsdal"
PEOPLE: Final = 273_169
DAYS_PER_YEAR: Final = 365.25
_RURAL: Final = "grisgrendt"
_URBAN: Final = "tettbygd"


class Kind(StrEnum):
    """What a published figure was used for."""

    INPUT = "input"
    CALIBRATION = "used in calibration"
    INDEPENDENT = "independent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was simulated: components of the indicators and what no indicator holds, a replication each.

    Parameters
    ----------
    parts
        Components of the indicators.
    exact
        Indicators without chance.
    km
        Mean kilometres of a conveying mission.
    decision_min
        Median from answer to alarm, acute by 113.
    lvs_calls
        Calls at legevaktsentraler per 1000 people and year.
    """

    parts: tuple[Any, ...]
    exact: dict[tuple[str, str, str], float]
    km: tuple[float, ...]
    decision_min: tuple[float, ...]
    lvs_calls: tuple[float, ...]

    def ratio(self, kpi: str, kind: str = "all", group: str = "all") -> list[float]:
        """Return numerator over denominator in each replication."""
        sums = [part.ratios[kpi, kind, group] for part in self.parts]
        return [a / b for a, b, _ in sums]

    def quantile(self, kpi: str, group: str, q: float) -> list[float]:
        """Return a quantile by area class in each replication."""
        found = []
        for part in self.parts:
            sample = part.samples[kpi]
            (coded,) = sample.groups["area_class"]
            own = sample.values[coded.codes == coded.labels.index(group)]
            found.append(float(np.quantile(own, q)))
        return found


Values: TypeAlias = "Callable[[Run], Any]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One published figure.

    Parameters
    ----------
    figure
        What it is, with its unit.
    published, target
        Value with year and source in words, and the value.
    kind
        What it was used for.
    value
        Gives what each replication says.
    """

    figure: str
    published: str
    target: float
    kind: Kind
    value: Values


def validation_table(replications: int = 8) -> pd.DataFrame:
    """Simulate today's structure and return published and simulated figures.

    Parameters
    ----------
    replications
        Of 28 days, spread over the year.

    Returns
    -------
    DataFrame
        ``figure``, ``published`` (in words), ``target`` (the number), ``simulated`` (mean over the
        replications; quantiles are those of each replication, averaged), ``standard_error`` (of the
        mean; NaN where there is no chance or one replication), ``kind``.

    Raises
    ------
    ValueError
        Less than one replication.
    """
    import pandas as pd

    if replications < 1:
        raise ValueError(f"replications must be at least 1 (got {replications})")
    run = _simulated(replications)
    rows = []
    for row in ROWS:
        values = np.asarray(row.value(run), float)
        error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
        rows.append(
            {
                "figure": row.figure, "published": row.published, "target": row.target,
                "simulated": float(values.mean()), "standard_error": float(error),
                "kind": row.kind.value,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _simulated(replications: int) -> Run:
    """Return so many replications of today's structure with their indicators."""
    compiled = compile_scenario(load_scenario(SCENARIO))
    found: list[tuple[Any, float, float, float]] = []
    exact: dict[tuple[str, str, str], float] = {}
    for k in range(replications):
        log, frame = compiled.replicate(k)
        tables = Tables.of(log, frame)
        found.append(
            (
                replication_kpis(tables), _kilometres(tables, compiled), _decision_minutes(tables),
                _lvs_calls(tables),
            )
        )  # fmt: skip
        exact = exact or exact_kpis(frame)
    parts, km, decision_min, lvs_calls = zip(*found, strict=True)
    return Run(parts=parts, exact=exact, km=km, decision_min=decision_min, lvs_calls=lvs_calls)


def _decision_minutes(tables: Tables) -> float:
    """Return the median from answer to the first unit's alarm, acute incidents by 113."""
    i = tables.incidents
    own = i.text("origin").equals("113") & i.text("amk_urgency").equals("acute")
    seconds = (i["alarmed_s"] - i["answered_s"])[own]
    return float(np.nanmedian(seconds)) / 60.0


def _lvs_calls(tables: Tables) -> float:
    """Return the calls that ring at a legevaktsentral, per 1000 people of the region and year."""
    calls, frame = tables.calls, tables.frame
    centres = tuple(p.id for p in frame.places if p.kind == "lvs")
    inside = ~tables.incidents["outside"][calls["row"]]
    number = float((calls.text("centre").isin(centres) & inside).sum())
    years = frame.weeks * 7 / DAYS_PER_YEAR
    return number / (PEOPLE / 1000 * years)


def _kilometres(tables: Tables, compiled: Compiled) -> float:
    """Return the mean kilometres of a conveying mission: station, scene, destination, station.

    A unit sent from the road has driven less to the scene than is counted here, and less home.
    """
    i, m = tables.incidents, tables.missions
    ground, times = compiled.ground, compiled.travel["ambulance"][0]
    served = np.isfinite(m["at_destination_s"]) & m["road"]
    row = {incident: r for r, incident in enumerate(i["id"].tolist())}
    stations = m.text("station")
    destination = i.text("destination")
    hospitals = compiled.scenario.hospitals.items()
    place = {k: compiled.nodes[f"hospitals.{k}"] for k, h in hospitals if h.in_service}
    place |= {plan.id: compiled.nodes[plan.id] for plan in compiled.plans}
    legs = []
    for at in np.flatnonzero(served):
        r = row.get(int(m["incident"][at]))
        if r is None or destination.codes[r] < 0:
            continue
        base = compiled.nodes[f"stations.{stations.labels[stations.codes[at]]}"]
        scene = int(ground.zones.node[i.text("zone").codes[r]])
        legs.append((base, scene, place[destination.labels[destination.codes[r]]]))
    sources = sorted({x for leg in legs for x in leg})
    at_source = {node: k for k, node in enumerate(sources)}
    km = times.kilometres(sources)
    total = [km[at_source[b], s] + km[at_source[s], d] + km[at_source[d], b] for b, s, d in legs]
    total = [x for x in total if np.isfinite(x)]
    return float(np.mean(total))


def _within(group: str) -> Values:
    """Return what gives the per cent within the target of an area class."""
    return lambda run: [100 * x for x in run.ratio("response_within_target", "area_class", group)]


def _ratio(kpi: str, by: float = 1.0) -> Values:
    """Return what gives an indicator of the whole region, scaled."""
    return lambda run: [by * x for x in run.ratio(kpi)]


def _both(first: str, second: str) -> Values:
    """Return what gives the sum of two indicators of the whole region."""
    return lambda run: [a + b for a, b in zip(run.ratio(first), run.ratio(second), strict=True)]


def _quantile(group: str, q: float) -> Values:
    """Return what gives a quantile of the response time of an area class."""
    kpi = "response_time_median" if q == 0.5 else "response_time_p90"
    return lambda run: run.quantile(kpi, group, q)


def _over(minutes: int) -> Values:
    """Return what gives the per cent of the people beyond so many minutes from a doctor."""
    return lambda run: [100 * run.exact[f"clinic_travel_over_{minutes}", "all", "all"]]


_GIVEN: Final[tuple[tuple[str, str, float, Kind, Values], ...]] = (
    ("calls to 113, per 1000 and year", "137 (2022, Helsedirektoratet)",
     137, Kind.CALIBRATION, _ratio("calls_113_per_1000")),
    ("calls to 116117 and the professionals' line of LVS, per 1000 and year",
     "583 (2023, Helsedirektoratet)", 583, Kind.CALIBRATION, lambda run: run.lvs_calls),
    ("contacts with the legevakt, per 1000 and year", "480 (`ssb`; 330 in the Watchtowers, 2023)",
     480, Kind.CALIBRATION, _ratio("contacts_per_1000")),
    ("consultations, daytime duty and video included, per 1000 and year", "230 (SSB, 2023)",
     230, Kind.CALIBRATION, _both("consultations_per_1000", "video_consultations_per_1000")),
    ("doctors' visits and call-outs, per 1000 and year", "about 14 (13 in 2007, 16 in 2022)",
     14, Kind.CALIBRATION, _both("home_visits_doctor", "call_outs")),
    ("113 answered within 10 s, %", "at least 90 (2018–22, Helsedirektoratet)",
     90, Kind.CALIBRATION, _ratio("amk_answer_within_10s", 100)),
    ("answer to alarm, acute by 113, median min", "2.0 (2014–15, doi:10.1186/s12873-016-0105-2)",
     2.0, Kind.INPUT, lambda run: run.decision_min),
    ("response time, grisgrendt, median min", "13.4 (Møre og Romsdal 2020, Nationen)",
     13.4, Kind.INDEPENDENT, _quantile(_RURAL, 0.5)),
    ("response time, grisgrendt, 90th percentile min", "31.3 (Mid-Norway 2013, Helsedirektoratet)",
     31.3, Kind.INDEPENDENT, _quantile(_RURAL, 0.9)),
    ("within 25 min, grisgrendt, %", "82.4 (Mid-Norway 2020, Helsedirektoratet)",
     82.4, Kind.INDEPENDENT, _within(_RURAL)),
    ("response time, tettbygd, median min", "9.7 (Norway 2020)",
     9.7, Kind.INDEPENDENT, _quantile(_URBAN, 0.5)),
    ("response time, tettbygd, 90th percentile min", "18.2 (Mid-Norway 2013, Helsedirektoratet)",
     18.2, Kind.INDEPENDENT, _quantile(_URBAN, 0.9)),
    ("within 12 min, tettbygd, %", "71.1 (Mid-Norway 2020, Helsedirektoratet)",
     71.1, Kind.INDEPENDENT, _within(_URBAN)),
    ("kilometres a conveying mission", "75 (Møre og Romsdal 2001, SSB; all missions)",
     75, Kind.INDEPENDENT, lambda run: run.km),
    ("task share of ambulances, %", "about 19 (derived from 36,409 missions in 2015)",
     19, Kind.INDEPENDENT, _ratio("task_share", 100)),
    ("missions a year", "36,409 (2015), 30,538 (2011; Sunnmørsposten, SSB)",
     36_409, Kind.INDEPENDENT, _ratio("missions_per_1000", PEOPLE / 1000)),
    ("116117 answered within 2 min, %", "63 (Norway 2023, Helsedirektoratet)",
     63, Kind.INDEPENDENT, _ratio("lvs_answer_within_120s", 100)),
    ("population over 40 min from the open clinic with a doctor, %",
     "5.2 (Norway, structure of 2022)", 5.2, Kind.INDEPENDENT, _over(40)),
    ("population over 60 min, %", "1.5 (the same)", 1.5, Kind.INDEPENDENT, _over(60)),
)  # fmt: skip
ROWS: Final = tuple(
    Row(figure=figure, published=published, target=target, kind=kind, value=value)
    for figure, published, target, kind, value in _GIVEN
)
"""All published figures, in the order of MODEL.md."""
