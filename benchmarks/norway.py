"""A year of all Norway: CPU seconds, memory, and figures by health region.

    python benchmarks/norway.py DATA_DIR --folder /tmp/norway [--days 365] [--seed 1]

Makes roads, district and scenario in the folder (or takes what lies there), prepares the travel times,
then runs ``emergency-sim run`` in a process of its own and prints what it cost. The last line is
``RESULT {json}``. Routing is what a first run of one day spends on matrices, which later runs read from
the cache; the published levels beside ours are there to be compared with (known levels, not targets).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

COMMAND: Final = (sys.executable, "-m", "emergency_sim")
TARGET_CPU_S: Final = 180.0
TARGET_GB: Final = 8.0
PUBLISHED: Final = {
    "Helse Nord": (77.7, 78.1),
    "Helse Midt-Norge": (71.1, 82.4),
    "Helse Vest": (65.5, 78.9),
    "Helse Sør-Øst": (74.4, 86.0),
}
"""Per cent within 12 minutes in towns and 25 elsewhere in 2020 (Helsedirektoratet)."""
MINUTE_MS: Final = 60_000
LIMITS: Final = {"tettbygd": 12, "grisgrendt": 25}
"""Minutes of the targets: towns of more than 10,000 people, and elsewhere."""
FAILURES: Final = ("unserved", "cancelled")


def spent() -> float:
    """Return CPU seconds of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(*words: str, cache: Path) -> float:
    """Run a command of the program; return its CPU seconds, children included."""
    before = spent()
    environment = os.environ | {"EMERGENCY_SIM_CACHE": str(cache)}
    subprocess.run([*COMMAND, *words], check=True, env=environment, stdout=subprocess.DEVNULL)
    return spent() - before


def made(data: Path, folder: Path, cache: Path) -> tuple[Path, float]:
    """Return the scenario, made if it is not there, and the CPU seconds of making it."""
    scenario = folder / "scenarios" / "norway-synthetic.yaml"
    seconds = 0.0
    if not scenario.exists():
        roads, district = folder / "networks" / "norway-roads", folder / "networks" / "norway"
        osm = next(data.rglob("norway_n1000.osm.pbf"))
        seconds += run("network", "build", "--osm", str(osm), "--out", str(roads),
                       "--licence", "Kartverket, CC BY 4.0", cache=cache)  # fmt: skip
        seconds += run("district", "new", "--all-norway", "--network", str(roads), "--data", str(data),
                       "--out", str(district), "--scenario", str(scenario), cache=cache)  # fmt: skip
    return scenario, seconds


def by_region(unit: Path, groups: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    """Return response times of acute incidents by health region, towns and elsewhere apart.

    Parameters
    ----------
    unit
        Folder of the replication.
    groups
        Areas by health region, as the scenario names them.
    """
    import pandas as pd

    columns = ["area", "area_class", "response_ms", "response_status"]
    rows = pd.read_parquet(unit / "incidents.parquet", columns=columns)
    rows = rows[rows["response_status"].isin(("responded", *FAILURES))]
    region = {area: name for name, areas in groups.items() for area in areas}
    rows["region"] = rows["area"].astype(str).map(region)
    found: dict[str, dict[str, float]] = {}
    for (region_name, area_class), mine in rows.groupby(["region", "area_class"], observed=True):
        name, where = str(region_name), str(area_class)
        minutes, limit = mine["response_ms"] / MINUTE_MS, LIMITS[where]
        found.setdefault(name, {}).update({
            f"{where}_median_min": round(float(minutes.median()), 1),
            f"{where}_p90_min": round(float(minutes.quantile(0.9)), 1),
            f"{where}_within_{limit}_pct": round(100 * float((minutes <= limit).mean()), 1),
        })  # fmt: skip
    return found


def same_bytes(scenario: Path, folder: Path, cache: Path) -> bool:
    """Return whether a day in parts and a day together give the same files (minutes, 9 GB)."""
    day = ("--days", "1", "--replications", "1", "--jobs", "1", "--set", "run.warm_up_days=0",
           "--set", "run.run_out_days=1")  # fmt: skip
    found = []
    for how in ("apart", "together"):
        out = folder / how
        run("run", str(scenario), *day, "--set", f"run.parts={how}", "--out", str(out), cache=cache)
        unit = next((out / "replications").glob("*/0000"))
        files = [out / "kpis.parquet", *sorted(unit.glob("*.parquet")), unit / "indicators.npz"]
        found.append([(file.name, file.read_bytes()) for file in files])
    return found[0] == found[1]


def main() -> int:
    """Make, prepare, run and report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--equal", action="store_true", help="Compare a day in parts and together.")
    given = parser.parse_args()
    folder, cache = given.folder.absolute(), given.folder.absolute() / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    scenario, making = made(given.data, folder, cache)
    if given.equal:
        equal = same_bytes(scenario, folder, cache)
        print("RESULT " + json.dumps({"same_bytes_in_parts_and_together": equal}))
        return 0 if equal else 1
    short = ("--days", "1", "--replications", "1", "--jobs", "1", "--set", "run.warm_up_days=0")
    first = run("run", str(scenario), *short, "--out", str(folder / "first"), cache=cache)
    again = run("run", str(scenario), *short, "--out", str(folder / "again"), cache=cache)
    out = folder / "year"
    length = ("--days", str(given.days), "--replications", "1", "--seed", str(given.seed))
    code = (
        "import json, resource, sys\n"
        "from emergency_sim.cli.main import main\n"
        "code = main(sys.argv[1:])\n"
        "own = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]\n"
        "print(json.dumps([code, sum(u.ru_utime + u.ru_stime for u in own),\n"
        "                  max(u.ru_maxrss for u in own)]))\n"
    )
    words = [sys.executable, "-c", code, "run", str(scenario), *length, "--jobs", "1",
             "--out", str(out)]  # fmt: skip
    environment = os.environ | {"EMERGENCY_SIM_CACHE": str(cache)}
    done = subprocess.run(words, check=True, env=environment, capture_output=True, text=True)
    status, cpu_s, peak_kb = json.loads(done.stdout.splitlines()[-1])
    if status:
        raise SystemExit(status)
    import pyarrow.parquet as pq

    unit = next((out / "replications").glob("*/0000"))
    incidents = pq.ParquetFile(unit / "incidents.parquet").metadata.num_rows
    text = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    groups = next(iter(text["scenarios"].values()))["groups"]
    regions = by_region(unit, groups)
    result: dict[str, Any] = {
        "days": given.days,
        "incidents": incidents,
        "cpu_s": {
            "all": round(cpu_s, 1), "routing_apart": round(first - again, 1),
            "making_the_district_apart": round(making, 1),
        },
        "peak_gb": round(peak_kb / 1e6, 2),
        "incidents_per_cpu_s": round(incidents / cpu_s),
        "regions": regions,
        "published_2020_pct": {k: {"towns": a, "rural": b} for k, (a, b) in PUBLISHED.items()},
        "within_targets": cpu_s <= TARGET_CPU_S and peak_kb / 1e6 <= TARGET_GB,
    }  # fmt: skip
    for name, figures in regions.items():
        print(f"{name:18s} {figures}  published: {PUBLISHED.get(name, '')}")
    print("RESULT " + json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
