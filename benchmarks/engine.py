"""The engine against the same model in idiomatic SimPy: same work, same log, CPU time.

    python benchmarks/engine.py [--days 28] [--rounds 5] [--scenario more-og-romsdal]
        [--package-quantiles]

Both run in turn on the same world, ``--rounds`` times; figures are medians of CPU time on one core.
"Drawing inside": the incidents of the replication are drawn within the clock, by the engine as whole
columns, by the idiomatic model one scalar at a time. "Drawing outside": they lie ready.
The last line is ``RESULT {json}``; ``calls_per_s``, ``idiomatic_calls_per_s`` and ``ratio`` are with
the drawing inside, both models doing all their work.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.idiomatic import Draws, Model, Travel
from emergency_sim.domain.events import Kind
from emergency_sim.domain.streams import Streams
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario
from emergency_sim.simulation.replication import run
from emergency_sim.simulation.routes import Roads

if TYPE_CHECKING:
    from collections.abc import Callable

    from emergency_sim.domain.events import EventColumns

NULL = -1


class Rows(NamedTuple):
    """A log in canonical order: what is compared exactly, and the values."""

    events: list[tuple[Any, ...]]
    values: list[float]


class Case(NamedTuple):
    """What both models run on."""

    compiled: Any
    world: Any
    travel: Travel
    roads: Roads
    replication: int
    package_quantiles: bool = False

    @property
    def lookup(self) -> Any:
        """Uniforms for what depends on the path."""
        seed = self.compiled.scenario.run.seed
        return Streams(seed=seed, replication=self.replication).lookup()


def prepare(
    scenario: str, *, days: int, replication: int = 0, package_quantiles: bool = False
) -> Case:
    """Compile a scenario with so many counted days."""
    compiled = compile_scenario(load_scenario(scenario, sets=[f"run.days={days}"]))
    world = compiled.world(replication)
    return Case(compiled, world, Travel(world), Roads(world), replication, package_quantiles)


# -- the four things that are timed ----------------------------------------------------------------


def engine_inside(case: Case) -> EventColumns:
    incidents = case.compiled.incidents(case.replication)
    return run(case.world, incidents, case.lookup, case.roads)


def engine_outside(case: Case) -> Callable[[], EventColumns]:
    incidents = case.compiled.incidents(case.replication)
    return lambda: run(case.world, incidents, case.lookup, case.roads)


def _draws(case: Case) -> Draws:
    return Draws(
        case.compiled,
        replication=case.replication,
        package_quantiles=case.package_quantiles,
    )


def idiomatic_inside(case: Case) -> list[dict[str, Any]]:
    draws = _draws(case)
    return Model(case.world, draws.day, case.lookup, case.travel).run()


def idiomatic_outside(case: Case) -> Callable[[], list[dict[str, Any]]]:
    draws = _draws(case)
    days = [draws.day(d) for d in range(case.world.horizon.total_days)]
    return lambda: Model(case.world, days.__getitem__, case.lookup, case.travel).run()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return CPU seconds and the result."""
    gc.collect()
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


# -- are the logs equal ----------------------------------------------------------------------------


def of_engine(log: EventColumns) -> Rows:
    """Return the engine's log with names instead of numbers."""
    kinds = {int(k): k.name.lower() for k in Kind}
    name = dict(enumerate(log.names)) | {NULL: ""}
    columns = (
        log.time_ms.tolist(),
        [kinds[k] for k in log.kind.tolist()],
        log.incident.tolist(),
        log.call.tolist(),
        log.mission.tolist(),
        [name[a] for a in log.actor.tolist()],
        [name[p] for p in log.place.tolist()],
        [name[c] for c in log.code.tolist()],
        log.value.tolist(),
    )
    return _sorted(list(zip(*columns, strict=True)))


def of_idiomatic(records: list[dict[str, Any]]) -> Rows:
    """Return the idiomatic model's records in the same form."""
    rows = []
    for r in records:
        numbers = [NULL if r.get(k) is None else r[k] for k in ("incident", "call", "mission")]
        words = [r.get(k) or "" for k in ("actor", "place", "code")]
        value = r.get("value")
        value = float("nan") if value is None else value
        rows.append((int(np.rint(r["time"] * 1000)), r["kind"], *numbers, *words, value))
    return _sorted(rows)


def _sorted(rows: list[tuple[Any, ...]]) -> Rows:
    rows.sort(key=lambda row: row[:-1])
    return Rows([row[:-1] for row in rows], [row[-1] for row in rows])


def differences(engine: Rows, idiomatic: Rows) -> list[str]:
    """Return the first differences between two logs, in words."""
    found = []
    if engine.events != idiomatic.events:
        ours, theirs = set(engine.events), set(idiomatic.events)
        only = [(e, "engine") for e in ours - theirs] + [(e, "idiomatic") for e in theirs - ours]
        found = [f"only {who}: {event}" for event, who in sorted(only)[:20]]
        found = found or ["an event occurs more often in one log than in the other"]
    elif not np.allclose(engine.values, idiomatic.values, rtol=1e-9, atol=1e-6, equal_nan=True):
        wrong = ~np.isclose(engine.values, idiomatic.values, rtol=1e-9, atol=1e-6, equal_nan=True)
        found = [
            f"value {engine.values[k]} (engine), {idiomatic.values[k]} (idiomatic): "
            f"{engine.events[k]}"
            for k in np.flatnonzero(wrong)[:20]
        ]
    return found


def counts(log: EventColumns) -> dict[str, int]:
    """Return what one replication comes to."""
    kind = log.kind
    starts = int((kind == Kind.DOCTOR_STARTS).sum()) + int((kind == Kind.VIDEO_STARTS).sum())
    return {
        "calls": int((kind == Kind.RINGS).sum()),
        "missions": int((kind == Kind.ALARMED).sum()),
        "consultations": starts,
        "events": len(log),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scenario", default="more-og-romsdal")
    parser.add_argument("--replication", type=int, default=0)
    parser.add_argument(
        "--package-quantiles",
        action="store_true",
        help="the idiomatic model calls the package's array functions for each single number",
    )
    options = parser.parse_args()
    case = prepare(
        options.scenario,
        days=options.days,
        replication=options.replication,
        package_quantiles=options.package_quantiles,
    )

    log = engine_inside(case)  # also fills what is kept between replications: routes, rows
    wrong = differences(of_engine(log), of_idiomatic(idiomatic_inside(case)))
    seconds: dict[str, list[float]] = {k: [] for k in ("ei", "ii", "eo", "io")}
    for _ in range(options.rounds):
        seconds["ei"].append(timed(lambda: engine_inside(case))[0])
        seconds["ii"].append(timed(lambda: idiomatic_inside(case))[0])
        seconds["eo"].append(timed(engine_outside(case))[0])
        seconds["io"].append(timed(idiomatic_outside(case))[0])
    median = {k: statistics.median(v) for k, v in seconds.items()}

    n = counts(log)
    horizon = case.world.horizon
    print(
        f"{options.scenario}: {horizon.total_days} days of demand ({horizon.warm_up_days} warm-up, "
        f"{horizon.days} counted, {horizon.run_out_days} run-out), replication "
        f"{options.replication}; median CPU time of {options.rounds} rounds"
    )
    print(", ".join(f"{v:,} {k}" for k, v in n.items()))
    head = f"{'per CPU second':16}{'engine':>12}{'idiomatic':>12}{'ratio':>8}"
    for title, ours, theirs in (
        ("drawing inside the clock", "ei", "ii"),
        ("drawing outside the clock", "eo", "io"),
    ):
        print(f"\n{title}\n{head}")
        for what, number in n.items():
            a, b = number / median[ours], number / median[theirs]
            print(f"{what:16}{a:12,.0f}{b:12,.0f}{a / b:8.2f}")
        print(f"{'CPU seconds':16}{median[ours]:12.3f}{median[theirs]:12.3f}")
    print()
    print("logs equal event by event" if not wrong else "\n".join(["LOGS DIFFER", *wrong]))
    result = {
        "calls_per_s": round(n["calls"] / median["ei"]),
        "idiomatic_calls_per_s": round(n["calls"] / median["ii"]),
        "ratio": round(median["ii"] / median["ei"], 2),
        "identical_timestamps": not wrong,
        "calls_per_s_drawing_outside": round(n["calls"] / median["eo"]),
        "idiomatic_calls_per_s_drawing_outside": round(n["calls"] / median["io"]),
        "ratio_drawing_outside": round(median["io"] / median["eo"], 2),
        "missions_per_s": round(n["missions"] / median["ei"]),
        "consultations_per_s": round(n["consultations"] / median["ei"]),
        "events_per_s": round(n["events"] / median["ei"]),
        "scenario": options.scenario,
        "days": options.days,
        "rounds": options.rounds,
        "package_quantiles": options.package_quantiles,
    }
    print("RESULT " + json.dumps(result))
    return 0 if not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
