"""Simulates today's structure and fills the column "simulated" of MODEL.md's validation table.

``python docs/validation.py [REPLICATIONS]`` from the top of the repository; it prints the rows and
writes them between their markers in MODEL.md. A row's kind and published value are data here, so that
a miss cannot quietly become a calibration.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from emergency_sim.analysis.replication import exact_kpis, replication_kpis
from emergency_sim.analysis.tables import Tables
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from emergency_sim.experiment.compile.compiled import Compiled

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "more-og-romsdal.yaml"
PEOPLE = 273_169
DAYS_PER_YEAR = 365.25
RURAL, URBAN = "grisgrendt", "tettbygd"

Values: TypeAlias = "Callable[[Run], list[float]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; ``value`` gives what each replication says."""

    what: str
    published: str
    kind: str
    value: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was simulated: components of the indicators, and kilometres a mission."""

    parts: list[Any]
    exact: dict[tuple[str, str, str], float]
    km: list[float]
    decision_min: list[float]
    lvs_calls: list[float]

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
            found.append(
                float(np.quantile(sample.values[coded.codes == coded.labels.index(group)], q))
            )
        return found


def simulate(replications: int) -> Run:
    """Return so many replications of today's structure with their indicators."""
    compiled = compile_scenario(load_scenario(SCENARIO))
    parts, km, median, calls = [], [], [], []
    exact: dict[tuple[str, str, str], float] = {}
    for k in range(replications):
        log, frame = compiled.replicate(k)
        tables = Tables.of(log, frame)
        parts.append(replication_kpis(tables))
        km.append(_kilometres(tables, compiled))
        median.append(_decision_minutes(tables))
        calls.append(_lvs_calls(tables))
        exact = exact or exact_kpis(frame)
        sys.stderr.write(f"replication {k + 1} of {replications}\n")
    return Run(parts=parts, exact=exact, km=km, decision_min=median, lvs_calls=calls)


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


def within(group: str) -> Values:
    """Return what gives the per cent within the target of an area class."""
    return lambda run: [100 * x for x in run.ratio("response_within_target", "area_class", group)]


def ratio(kpi: str, by: float = 1.0) -> Values:
    """Return what gives an indicator of the whole region, scaled."""
    return lambda run: [by * x for x in run.ratio(kpi)]


def both(first: str, second: str) -> Values:
    """Return what gives the sum of two indicators of the whole region."""
    return lambda run: [a + b for a, b in zip(run.ratio(first), run.ratio(second), strict=True)]


INPUT, USED, FREE = "input", "used in calibration", "**independent**"


def _rows() -> list[Row]:
    """Return all rows in the order of the table."""
    median, p90 = "response_time_median", "response_time_p90"
    over = "clinic_travel_over_"
    given = [
        (
            "calls to 113, per 1000 and year",
            "137 (2022, Helsedirektoratet)",
            USED,
            ratio("calls_113_per_1000"),
        ),
        (
            "calls to 116117 and the professionals' line of LVS, per 1000 and year",
            "583 (2023, Helsedirektoratet)",
            USED,
            lambda r: r.lvs_calls,
        ),
        (
            "contacts with the legevakt, per 1000 and year",
            "480 (`ssb`; 330 in the Watchtowers, 2023)",
            USED,
            ratio("contacts_per_1000"),
        ),
        (
            "consultations, daytime duty and video included, per 1000 and year",
            "230 (SSB, 2023)",
            USED,
            both("consultations_per_1000", "video_consultations_per_1000"),
        ),
        (
            "doctors' visits and call-outs, per 1000 and year",
            "about 14 (13 in 2007, 16 in 2022)",
            USED,
            both("home_visits_doctor", "call_outs"),
        ),
        (
            "113 answered within 10 s, %",
            "at least 90 (2018–22, Helsedirektoratet)",
            USED,
            ratio("amk_answer_within_10s", 100),
        ),
        (
            "answer to alarm, acute by 113, median min",
            "2.0 (2014–15, doi:10.1186/s12873-016-0105-2)",
            INPUT,
            lambda r: r.decision_min,
        ),
        (
            "response time, grisgrendt, median min",
            "13.4 (Møre og Romsdal 2020, Nationen)",
            FREE,
            lambda r: r.quantile(median, RURAL, 0.5),
        ),
        (
            "response time, grisgrendt, 90th percentile min",
            "31.3 (Mid-Norway 2013, Helsedirektoratet)",
            FREE,
            lambda r: r.quantile(p90, RURAL, 0.9),
        ),
        (
            "within 25 min, grisgrendt, %",
            "82.4 (Mid-Norway 2020, Helsedirektoratet)",
            FREE,
            within(RURAL),
        ),
        (
            "response time, tettbygd, median min",
            "9.7 (Norway 2020)",
            FREE,
            lambda r: r.quantile(median, URBAN, 0.5),
        ),
        (
            "response time, tettbygd, 90th percentile min",
            "18.2 (Mid-Norway 2013, Helsedirektoratet)",
            FREE,
            lambda r: r.quantile(p90, URBAN, 0.9),
        ),
        (
            "within 12 min, tettbygd, %",
            "71.1 (Mid-Norway 2020, Helsedirektoratet)",
            FREE,
            within(URBAN),
        ),
        (
            "kilometres a conveying mission",
            "75 (Møre og Romsdal 2001, SSB; all missions)",
            FREE,
            lambda r: r.km,
        ),
        (
            "task share of ambulances, %",
            "about 19 (derived from 36,409 missions in 2015)",
            FREE,
            ratio("task_share", 100),
        ),
        (
            "missions a year",
            "36,409 (2015), 30,538 (2011; Sunnmørsposten, SSB)",
            FREE,
            ratio("missions_per_1000", PEOPLE / 1000),
        ),
        (
            "116117 answered within 2 min, %",
            "63 (Norway 2023, Helsedirektoratet)",
            FREE,
            ratio("lvs_answer_within_120s", 100),
        ),
        (
            "population over 40 min from the open clinic with a doctor, %",
            "5.2 (Norway, structure of 2022)",
            FREE,
            lambda r: [100 * r.exact[f"{over}40", "all", "all"]],
        ),
        (
            "population over 60 min, %",
            "1.5 (the same)",
            FREE,
            lambda r: [100 * r.exact[f"{over}60", "all", "all"]],
        ),
    ]
    return [Row(what=a, published=b, kind=c, value=d) for a, b, c, d in given]


def table(run: Run) -> str:
    """Return the Markdown table: mean over replications and their standard error."""
    lines = ["| figure | published | simulated | kind |", "|---|---|---|---|"]
    for row in _rows():
        values = np.array(row.value(run))
        digits = 0 if values.mean() > 1000 else 1
        shown = f"{values.mean():,.{digits}f}"
        if len(values) > 1:
            error = values.std(ddof=1) / np.sqrt(len(values))
            shown += f" ± {error:,.{digits}f}"
        lines.append(f"| {row.what} | {row.published} | {shown} | {row.kind} |")
    return "\n".join(lines)


def main() -> None:
    """Simulate, print, and write MODEL.md."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    text = table(simulate(replications))
    note = (
        f"Mean over {replications} replications of 28 days spread over the year ± standard error of "
        "the mean; quantiles are those of each replication, averaged; the two rows about the "
        "population's travel hold no chance.\n\n"
    )
    model = ROOT / "MODEL.md"
    begin, end = "<!-- validation: begin -->", "<!-- validation: end -->"
    old = model.read_text(encoding="utf-8")
    new = re.sub(
        f"{begin}.*?{end}", lambda _: f"{begin}\n{note}{text}\n{end}", old, flags=re.DOTALL
    )
    model.write_text(new, encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
