"""Writes the made-up log of ``scenarios/examples/observed``: a simulation written as a service would.

``python docs/made_up_log.py`` from the top of the repository. The model's own event log becomes three
CSV files with Norwegian headings, semicolons and local times, so that what ``check`` and ``fit`` find
in them can be held against what they were made with.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from emergency_sim import load_scenario
from emergency_sim.analysis.tables import Tables
from emergency_sim.experiment.compile import compile_scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emergency_sim.domain.zones import ZoneTable

FOLDER = Path(__file__).resolve().parents[1] / "scenarios" / "examples" / "observed"
SCENARIO = "more-og-romsdal"
FIRST_DAY = date(2024, 3, 22)
DAYS = 10
CALL_DAYS = 3
CLINIC = "alesund"
SEED = 20240322
OSLO = ZoneInfo("Europe/Oslo")
FORMAT = "%d.%m.%Y %H:%M:%S"
SETS = ("run.replications=1", "calendar.spread_over_year=false")
"""What differs from the bundled scenario; its start lies so that the window begins on FIRST_DAY."""

URGENCY = {"acute": "A", "urgent": "H", "regular": "V"}
ORIGIN = {
    "113": "113", "lvs": "Legevaktsentral", "professional": "Helsepersonell", "clinic": "Legevakt",
    "booked": "Bestilt",
}  # fmt: skip
LINE = {"113": "113", "116117": "116117", "professional": "Helsepersonell"}
END = {
    "conveyed": "Levert", "not_conveyed": "Ikke transport", "assisted": "Assistert",
    "diverted": "Omdirigert", "stood_down": "Avbrutt",
}  # fmt: skip


class Clock:
    """Model seconds as a clock on the wall shows them, summer time included."""

    def __init__(self, start: date, form: str = FORMAT) -> None:
        self._start = datetime(start.year, start.month, start.day, tzinfo=OSLO)
        self._form = form

    def texts(self, first_s: np.ndarray, *columns: np.ndarray) -> list[list[str]]:
        """Return the texts of columns of seconds; each row is on the clock of its first time."""
        return [[self._text(a, b) for a, b in zip(first_s, c, strict=True)] for c in columns]

    def _text(self, first_s: float, time_s: float) -> str:
        if np.isnan(time_s):
            return ""
        begins = self._start + timedelta(seconds=float(first_s))  # by the clock on the wall
        passed = timedelta(milliseconds=round((time_s - first_s) * 1000))
        return (begins.astimezone(ZoneInfo("UTC")) + passed).astimezone(OSLO).strftime(self._form)


def write(path: Path, header: Iterable[str], columns: list[list[str]]) -> None:
    """Write columns as a CSV with semicolons."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, delimiter=";", lineterminator="\n")
        table.writerow(header)
        table.writerows(zip(*columns, strict=True))


def words(column: Any, meaning: dict[str, str] | None = None) -> list[str]:
    """Return a coded column as texts, translated."""
    labels = [*((meaning or {}).get(x, x) if x else "" for x in column.labels), ""]
    return [labels[c] for c in column.codes]


def missions(path: Path, tables: Tables, zones: ZoneTable, clock: Clock) -> None:
    """Write the missions of the incidents that arose in the window."""
    incidents, table = tables.incidents, tables.missions
    row = {int(x): i for i, x in enumerate(incidents["id"])}
    at = np.array([row.get(int(x), -1) for x in table["incident"]])
    kept = np.flatnonzero(at >= 0)
    own = at[kept]
    zone = incidents.text("zone").codes[own]
    first = np.fmin(incidents["first_ring_s"], incidents["registered_s"])[own]
    end = table.text("end").codes[kept]
    left, there = np.isfinite(table["leaves_scene_s"]), np.isfinite(table["on_scene_s"])
    conveyed = set(table["incident"][left].tolist())
    said = []
    for i, e in zip(kept.tolist(), end.tolist(), strict=True):
        if e in (1, 2):
            said.append(END["diverted" if e == 1 else "stood_down"])
        elif not there[i]:
            said.append("")
        elif left[i]:
            said.append(END["conveyed"])
        else:
            helped = int(table["incident"][i]) in conveyed
            said.append(END["assisted" if helped else "not_conveyed"])
    stop = table["clear_s"].copy()
    for name in ("diverted_s", "stood_down_s"):
        stop = np.fmin(stop, table[name])
    times = clock.texts(
        first, incidents["first_ring_s"][own], incidents["answered_s"][own],
        incidents["registered_s"][own], incidents["requested_s"][own],
        *(table[n][kept] for n in ("alarmed_s", "mobilised_s", "on_scene_s", "leaves_scene_s",
                                   "at_destination_s")),
        stop[kept], table["at_base_s"][kept],
    )  # fmt: skip
    header = (
        "Hendelse", "Hastegrad", "Melder", "Problem", "Kommune", "Øst", "Nord", "Ressurs",
        "Ringer", "Besvart", "Registrert", "Besluttet", "Varslet", "Rykket ut", "Fremme",
        "Avreist", "Levert", "Ledig", "På stasjon", "Leveringssted", "Utfall",
    )  # fmt: skip
    columns = [
        [str(20240000 + i) for i in own.tolist()],
        words(incidents.text("amk_urgency").take(own), URGENCY),
        words(incidents.text("origin").take(own), ORIGIN),
        words(incidents.text("problem").take(own)),
        [zones.municipality[z] for z in zone],
        [f"{zones.x[z]:.0f}" for z in zone],
        [f"{zones.y[z]:.0f}" for z in zone],
        words(table.text("unit").take(kept)),
        *times,
        [d if e else "" for d, e in zip(
            words(incidents.text("destination").take(own)), left[kept], strict=True)],
        said,
    ]  # fmt: skip
    order = np.argsort(table["alarmed_s"][kept], kind="stable")
    write(path, header, [[c[i] for i in order] for c in columns])


def calls(path: Path, tables: Tables, zones: ZoneTable, clock: Clock, end_s: float) -> None:
    """Write the calls that ring before ``end_s``."""
    table = tables.calls
    kept = np.flatnonzero(table["rings_s"] < end_s)
    rings = table["rings_s"][kept]
    zone = tables.incidents.text("zone").codes[table["row"][kept]]
    times = clock.texts(
        rings,
        rings,
        (rings + table["wait_s"][kept]),
        table["ended_s"][kept],
    )
    columns = [words(table.text("line").take(kept), LINE), [zones.municipality[z] for z in zone]]
    write(path, ("Linje", "Kommune", "I kø", "Besvart", "Slutt"), [*columns, *times])


def patients(path: Path, tables: Tables, clock: Clock, clinic: str = CLINIC) -> None:
    """Write those who came to one legevakt and saw its doctor."""
    table = tables.incidents
    here = table.text("clinic_last").equals(clinic) & np.isfinite(table["consultation_starts_s"])
    kept = np.flatnonzero(here)
    kept = kept[np.argsort(table["clinic_arrives_s"][kept], kind="stable")]
    arrives = table["clinic_arrives_s"][kept]
    times = clock.texts(
        arrives, arrives, table["consultation_starts_s"][kept], table["consultation_ends_s"][kept]
    )
    columns = [words(table.text(n).take(kept), m) for n, m in (
        ("clinic_last", None), ("clinic_urgency", URGENCY))]  # fmt: skip
    write(path, ("Legevakt", "Hastegrad", "Ankommet", "Til lege", "Ferdig"), [*columns, *times])


def simulated(
    scenario: str | Path = SCENARIO,
    *,
    first_day: date = FIRST_DAY,
    days: int = DAYS,
    seed: int = SEED,
    sets: tuple[str, ...] = (),
) -> tuple[Tables, ZoneTable, date]:
    """Return the tables of the made-up days with some times more, the zones, and second 0's date."""
    loaded = load_scenario(scenario, [*SETS, f"run.days={days}", f"run.seed={seed}", *sets])
    start = first_day - timedelta(days=loaded.run.warm_up_days)
    loaded = replace(loaded, calendar=replace(loaded.calendar, start=start))
    compiled = compile_scenario(loaded)
    log, frame = compiled.replicate(0)
    tables = Tables.of(log, frame)
    _add_times(tables, log)
    return tables, compiled.ground.zones, start


def _add_times(tables: Tables, log: Any) -> None:
    """Add when missions were stopped and units were home, and when calls ended."""
    from emergency_sim.analysis.log_view import LogView, Scatter
    from emergency_sim.domain.events import Kind

    view = LogView(log)
    known = Scatter(tables.missions["mission"])
    seconds = np.append(view.time_ms / 1000.0, np.nan)
    for name, kind in (("diverted_s", Kind.DIVERTED), ("stood_down_s", Kind.STOOD_DOWN)):
        rows = view.rows(kind)
        tables.missions.columns[name] = seconds[known.first(rows, view.mission[rows])]
    table = tables.missions
    home = view.rows(Kind.AT_BASE)
    back = {(view.names[view.actor[r]], int(view.time_ms[r])) for r in home}
    units = words(table.text("unit"))
    ends = table["task_ends_s"]
    table.columns["at_base_s"] = np.array([
        t if np.isfinite(t) and (u, round(t * 1000)) in back else np.nan
        for u, t in zip(units, ends, strict=True)
    ])  # fmt: skip
    ended = view.rows(Kind.CALL_ENDS, Kind.GAVE_UP)
    lines = {"113": 0, "116117": 1, "professional": 2}
    last = {
        (int(view.incident[r]), lines[view.names[view.code[r]]], int(view.time_ms[r]))
        for r in ended
    }
    by_key: dict[tuple[int, int], list[int]] = {}
    for incident, line, time in sorted(last):
        by_key.setdefault((incident, line), []).append(time)
    calls = tables.calls
    ids = tables.incidents["id"][calls["row"]]
    line = calls.text("line").codes
    out = np.full(len(calls), np.nan)
    for i, (incident, code, rang) in enumerate(zip(ids, line, calls["rings_s"], strict=True)):
        later = [t for t in by_key.get((int(incident), int(code)), []) if t >= rang * 1000]
        out[i] = later[0] / 1000.0 if later else np.nan
    calls.columns["ended_s"] = out


def population(path: Path, zones: ZoneTable) -> None:
    """Write the people of each municipality."""
    people: dict[str, float] = {}
    inside = [i for i in range(len(zones)) if not zones.outside[i]]
    for i in inside:
        number = zones.municipality[i]
        people[number] = people.get(number, 0.0) + float(zones.population[i].sum())
    lines = [f"{number},{count:.0f}" for number, count in sorted(people.items())]
    path.write_text("\n".join(["municipality,population", *lines]) + "\n", encoding="utf-8")


def main(folder: Path = FOLDER) -> int:
    """Write all files."""
    tables, zones, start = simulated()
    clock = Clock(start)
    window = tables.frame.window_start_s
    missions(folder / "log.csv", tables, zones, clock)
    calls(folder / "calls.csv", tables, zones, clock, window + CALL_DAYS * 86_400)
    patients(folder / "clinic.csv", tables, clock)
    population(folder / "population.csv", zones)
    return 0


if __name__ == "__main__":
    sys.exit(main())
