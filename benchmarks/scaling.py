"""How the cost of a call grows with the district: 10,000 to 1,000,000 people, 5 to 500 units.

    python benchmarks/scaling.py [--rounds 3] [--largest 1000000] [--figure docs/engine-scaling.svg]

Made-up districts: towns of 1,000 people 6 km apart on a square grid of roads, a clinic for every
25,000 people, operators, doctors and nurses by the number of people. Units by the number of people
(one for 2,000), and 50 to 500 units among 300,000 people. Figures are CPU time on one core, the
drawing inside and the full log kept; what a district takes to compile is not in them.
The last line is ``RESULT {json}``: calls per second of each district, and the exponents of time per
call and per mission against the number of units. An exponent of 1 would make a run quadratic.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.engine import counts, prepare
from emergency_sim.domain.incident import AGE_GROUPS, Entry, IncidentTable
from emergency_sim.network.zone_table import AGE_COLUMNS
from emergency_sim.report.chart import Chart, Heading, plain, sheet
from emergency_sim.report.style import QUIET, SERIES
from emergency_sim.simulation.replication import run

PEOPLE_OF_A_TOWN, TOWN_TO_TOWN_M = 1_000, 6_000
PEOPLE_OF_A_CLINIC, PEOPLE_OF_A_UNIT = 25_000, 2_000
CALLS_OF_A_RUN = 6_000
CALLS_PER_PERSON_AND_DAY = 0.72 / 365
SHARES = np.array([0.06, 0.12, 0.05, 0.13, 0.26, 0.21, 0.12, 0.04, 0.01])
"""Of the age groups; anything will do here."""


class Size(NamedTuple):
    """A district to be timed."""

    people: int
    units: int


class Cost(NamedTuple):
    """What a district costs: median CPU seconds and what they were for."""

    size: Size
    calls: int
    missions: int
    drawing_s: float
    simulating_s: float
    calling_s: float
    """Of the simulation, without the incidents that want a unit."""

    @property
    def calls_per_s(self) -> float:
        """Calls per second, drawing inside."""
        return self.calls / (self.drawing_s + self.simulating_s)

    @property
    def us_per_call(self) -> float:
        """Microseconds of simulation a call."""
        return 1e6 * self.simulating_s / self.calls

    @property
    def us_per_mission(self) -> float:
        """Microseconds that an incident with a unit adds."""
        return 1e6 * (self.simulating_s - self.calling_s) / self.missions


# -- made-up districts -----------------------------------------------------------------------------


def write_district(folder: Path, size: Size) -> Path:
    """Write a network and a scenario; gives the scenario's path."""
    towns = max(4, round(size.people / PEOPLE_OF_A_TOWN))
    side = math.ceil(math.sqrt(towns))
    nodes = [f"n{k}" for k in range(side * side)]
    network = folder / "grid"
    network.mkdir()
    _table(
        network / "nodes.csv",
        "node_id,name,kind,municipality,x,y,lon,lat",
        [
            (node, node, "place", "", k % side * TOWN_TO_TOWN_M, k // side * TOWN_TO_TOWN_M, "", "")
            for k, node in enumerate(nodes)
        ],
    )
    pairs = [(k, k + 1) for k in range(side * side) if (k + 1) % side]
    pairs += [(k, k + side) for k in range(side * (side - 1))]
    _table(
        network / "links.csv",
        "link_id,from,to,road,highway,length_m,speed_kmh,status,source",
        [
            (f"l{i}", nodes[a], nodes[b], "", "primary", TOWN_TO_TOWN_M, 60, "assumed", "made up")
            for i, (a, b) in enumerate(pairs)
        ],
    )
    ages = np.rint(SHARES * size.people / towns).astype(int).tolist()
    clinics = max(1, round(size.people / PEOPLE_OF_A_CLINIC))
    at = [round((c + 0.5) * towns / clinics - 0.5) for c in range(clinics)]
    clinic_of = [min(range(clinics), key=lambda c: _steps(k, at[c], side)) for k in range(towns)]
    _table(
        network / "zones.csv",
        f"zone_id,name,municipality,area,node,x,y,population,{','.join(AGE_COLUMNS)},"
        "access_mean_s,access_sd_s,tettbygd,status",
        [
            (f"z{k}", f"z{k}", str(1001 + clinic_of[k]), str(1001 + clinic_of[k]), nodes[k],
             k % side * TOWN_TO_TOWN_M, k // side * TOWN_TO_TOWN_M, sum(ages), *ages, 60, 30, 0,
             "assumed")
            for k in range(towns)
        ],
    )  # fmt: skip
    meta = {"id": "grid", "name": "Grid", "crs": "EPSG:25833", "as_of": "2024", "licence": "made up",
            "sources": [], "assumptions": {}}  # fmt: skip
    (network / "network.yaml").write_text(json.dumps(meta), encoding="utf-8")
    path = folder / "scenario.yaml"
    path.write_text(json.dumps(_scenario(size, nodes, at)), encoding="utf-8")
    return path


def days_of(size: Size) -> int:
    """Return days with about as many calls in every district."""
    return math.ceil(CALLS_OF_A_RUN / (size.people * CALLS_PER_PERSON_AND_DAY))


def _steps(a: int, b: int, side: int) -> int:
    return abs(a % side - b % side) + abs(a // side - b // side)


def _table(path: Path, header: str, rows: list[tuple[Any, ...]]) -> None:
    lines = [header, *(",".join(str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _scenario(size: Size, nodes: list[str], at: list[int]) -> dict[str, Any]:
    def on_duty(count: float, form: str = "onsite") -> dict[str, Any]:
        return {"all": {"hours": "24/7", "count": max(1, math.ceil(count)), "form": form}}

    towns = max(4, round(size.people / PEOPLE_OF_A_TOWN))
    per_clinic = size.people / len(at)
    return {
        "schema": "emergency_sim/scenario/1",
        "id": "grid",
        "name": {"nb": "Rutenett", "en": "Grid"},
        "as_of": "2024",
        "network": "grid",
        "calendar": {"start": "2024-01-08", "spread_over_year": False},
        "run": {
            "days": days_of(size), "warm_up_days": 0, "run_out_days": 0, "replications": 1, "seed": 7,
        },
        "demand": {"kind": "poisson", "envelope": 1.0},
        "amk": {
            "amk": {"node": nodes[0], "operators": on_duty(2 + size.people / 60_000, "active")}
        },
        "legevaktsentraler": {
            "lvs": {"node": nodes[0], "operators": on_duty(2 + size.people / 30_000, "active")}
        },
        "legevakter": {
            f"clinic-{c}": {
                "node": nodes[k], "municipality": str(1001 + c), "serves": [str(1001 + c)],
                "hours": "24/7", "lvs": "lvs", "rooms": 4, "doctors": on_duty(per_clinic / 8_000),
                "nurses": on_duty(per_clinic / 10_000, "active"),
            }
            for c, k in enumerate(at)
        },
        "hospitals": {
            f"hospital-{c}": {
                "node": nodes[k], "functions": ["acute", "surgery", "stroke_ct", "birth"]
            }
            for c, k in enumerate(at[::8])
        },
        "stations": {f"st-{k}": {"node": nodes[k]} for k in range(towns)},
        "units": {f"u{u}": {"station": f"st-{u * towns // size.units}"} for u in range(size.units)},
    }  # fmt: skip


# -- timing ----------------------------------------------------------------------------------------


def cost(size: Size, rounds: int) -> Cost:
    """Compile a district and time it."""
    assert len(SHARES) == len(AGE_GROUPS)
    with TemporaryDirectory() as name:
        case = prepare(str(write_district(Path(name), size)), days=days_of(size))
    incidents = case.compiled.incidents(0)
    wants_unit = (
        np.isin(incidents["entry"], (Entry.CALL_113, Entry.PROFESSIONAL_AMK, Entry.BOOKED))
        | (incidents["conveyed"])
    )
    without = IncidentTable({k: v[~wants_unit] for k, v in incidents.columns.items()})
    n = counts(run(case.world, incidents, case.lookup, case.roads))  # also looks up all ways
    seconds: dict[str, list[float]] = {"draw": [], "run": [], "calls": []}
    for _ in range(rounds):
        seconds["draw"].append(_timed(lambda: case.compiled.incidents(0)))
        seconds["run"].append(_timed(lambda: run(case.world, incidents, case.lookup, case.roads)))
        seconds["calls"].append(_timed(lambda: run(case.world, without, case.lookup, case.roads)))
    median = {k: statistics.median(v) for k, v in seconds.items()}
    return Cost(size, n["calls"], n["missions"], median["draw"], median["run"], median["calls"])


def _timed(work: Any) -> float:
    gc.collect()
    begin = time.process_time()
    work()
    return time.process_time() - begin


def exponent(costs: list[Cost], name: str) -> float:
    """Return the slope of a cost against the number of units, both in logarithms."""
    units = np.log([c.size.units for c in costs])
    return float(np.polyfit(units, np.log([getattr(c, name) for c in costs]), 1)[0])


def draw(path: Path, grown: list[Cost], manned: list[Cost]) -> None:
    """Draw calls per second against people, and time per mission against units."""
    blue, orange = SERIES[:2]
    heading = Heading(
        title="What a call costs, from a small district to a large one",
        subtitle="CPU time of one core. Left: drawing inside, full log. Right: simulation only, both "
        "axes logarithmic; a run whose cost grew with calls times units would rise as steeply as "
        "the dotted line.",
        note="Made-up districts, one unit for 2,000 people; squares: 300,000 people with 150 to 500 "
        "units. Small districts pay for shifts and hours in which little happens.",
    )
    figure, found = sheet(heading, body=2.9, columns=2, gap=1.0, below=0.55, above=0.2, right=1.1)
    left, right = found[0]
    plain(left, grid="y")
    plain(right, grid="y")
    left.plot([c.size.people for c in grown], [c.calls_per_s for c in grown], "o-", color=blue)
    for c in grown:
        left.annotate(
            f"{c.size.units}", (c.size.people, c.calls_per_s), xytext=(0, 7),
            textcoords="offset points", ha="center", size=8.5, color=QUIET,
        )  # fmt: skip
    left.set(xscale="log", xlabel="people in the district (above the dots: units)",
             ylabel="calls a second", ylim=(0, 1.2 * max(c.calls_per_s for c in grown)))  # fmt: skip
    left.yaxis.set_major_formatter("{x:,.0f}")
    left.set_xticks([c.size.people for c in grown], [short(c.size.people) for c in grown])
    left.minorticks_off()
    for name, colour, what in (
        ("us_per_mission", orange, "a mission adds"),
        ("us_per_call", blue, "a call"),
    ):
        for costs, mark in ((grown, "o-"), (manned, "s--")):
            units = [c.size.units for c in costs]
            right.plot(units, [getattr(c, name) for c in costs], mark, color=colour)
        last = grown[-1]
        right.annotate(
            f"{what}\nexponent {exponent(grown, name):.2f}",
            (last.size.units, getattr(last, name)), xytext=(8, 0), textcoords="offset points",
            va="center", size=8.5, color=colour,
        )  # fmt: skip
    first = grown[0]
    ends = (first.size.units, grown[-1].size.units)
    right.plot(ends, [first.us_per_call * u / ends[0] for u in ends], ":", color=QUIET)
    right.set(xscale="log", yscale="log", xlabel="units", ylabel="microseconds", ylim=(10, 1_000))
    right.set_xticks([c.size.units for c in grown], [str(c.size.units) for c in grown])
    right.set_yticks([10, 30, 100, 300, 1000], ["10", "30", "100", "300", "1,000"])
    right.minorticks_off()
    Chart(figure=figure, words=heading.title).save(path)


def short(people: int) -> str:
    """Return a number of people as it is written below an axis."""
    return f"{people / 1e6:g} m" if people >= 1_000_000 else f"{people // 1000} k"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--largest", type=int, default=1_000_000, help="people")
    parser.add_argument("--figure", type=Path)
    options = parser.parse_args()
    sizes = [n for n in (10_000, 30_000, 100_000, 300_000, 1_000_000) if n <= options.largest]
    print(f"{'people':>10}{'units':>7}{'calls/s':>10}{'us a call':>11}{'us a mission':>14}")

    def timed(people: int, units: int) -> Cost:
        found = cost(Size(people, units), options.rounds)
        print(
            f"{people:10,}{units:7}{found.calls_per_s:10,.0f}{found.us_per_call:11.1f}"
            f"{found.us_per_mission:14.1f}",
            flush=True,
        )
        return found

    grown = [timed(n, n // PEOPLE_OF_A_UNIT) for n in sizes]
    manned = [timed(min(300_000, options.largest), units) for units in (150, 200, 300, 500)]
    if options.figure is not None:
        draw(options.figure, grown, manned)
    result = {
        "calls_per_s": {
            f"{c.size.people} people, {c.size.units} units": round(c.calls_per_s)
            for c in (*grown, *manned)
        },
        "exponent_us_per_call": round(exponent(grown, "us_per_call"), 3),
        "exponent_us_per_mission": round(exponent(grown, "us_per_mission"), 3),
        "exponent_us_per_mission_same_people": round(exponent(manned, "us_per_mission"), 3),
        "rounds": options.rounds,
    }
    print("RESULT " + json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
