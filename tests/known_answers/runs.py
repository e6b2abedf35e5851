"""Textbook queues as scenario files, run through the public functions, and what their tables say.

A scenario is written as the files that a user would write, loaded and simulated by
:func:`emergency_sim.simulate`; waits, choices and services are read from ``Results.events``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import emergency_sim as es
from tests.known_answers.queues import Array, Traffic, seed_of
from tests.simulation.scenes import ZERO, units_only, write_incidents, write_matrix, write_scenario

CALLER = {"entry": "call_116117", "disposition": "advice"}
FOREVER = {"kind": "constant", "minutes": 1e5}
TALK_ONLY: dict[str, Any] = {
    "lvs.answer": ZERO, "lvs.wrap_up": ZERO, "calls.redial_probability": 0,
    "lvs.patience": FOREVER, "professional.patience": FOREVER,
}  # fmt: skip
"""A call takes the interview and nothing else, and callers wait for ever."""
PATIENT = {
    "entry": "walk_in", "disposition": "consultation", "own_car": "yes", "documentation_s": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Log:
    """The event log of the one replication of a run; incidents are numbered in order of arrival."""

    results: es.Results
    events: pd.DataFrame
    n: int

    def of(self, *kinds: str) -> pd.DataFrame:
        """Return the rows of some kinds."""
        return self.events[self.events["kind"].isin(kinds)]

    def seconds(self, *kinds: str) -> Array:
        """Return when it happened to each incident; NaN: never."""
        rows = self.of(*kinds)
        when = np.full(self.n, np.nan)
        when[rows["incident"].to_numpy(np.int64)] = rows["time_ms"].to_numpy() / 1000
        return when

    def text(self, kind: str, column: str) -> NDArray[np.object_]:
        """Return a column of the row of a kind for each incident; None: no such row."""
        rows = self.of(kind)
        words = np.full(self.n, None, object)
        words[rows["incident"].to_numpy(np.int64)] = rows[column].astype(str)
        return words


def run(
    folder: Path, case: str, rows: Iterable[Mapping[str, Any]], *, days: int, zones: int = 1,
    **keys: Any,
) -> Log:  # fmt: skip
    """Write and simulate a scenario in which nobody needs time to drive."""
    names = [f"z{i + 1}" for i in range(zones)]
    write_matrix(folder, names, np.zeros((zones, zones), int).tolist())
    listed = list(rows)
    write_incidents(folder, listed)
    length = {"days": days, "warm_up_days": 0, "run_out_days": 1, "replications": 1}
    path = write_scenario(folder, run=length | {"seed": seed_of(case)}, **keys)
    results = es.simulate(path, out=folder / "results")
    return Log(results, results.events, len(listed))


def seconds(value: float) -> str:
    """Return a number of seconds as it stands in a file."""
    return f"{value:.6f}"


# -- units: an incident without AMK is at once a request --------------------------------------------


def units(
    folder: Path, case: str, traffic: Traffic, count: int, *, urgency: Any = "acute",
    zone: NDArray[np.int64] | None = None, orders: tuple[tuple[int, ...], ...] = (),
    queue: str = "fcfs",
) -> Log:  # fmt: skip
    """Run incidents that take a unit for the time at the scene.

    ``zone`` numbers the zones from 0, ``orders`` the units of each zone in order of preference.
    """
    n = len(traffic.arrival)
    zone = np.zeros(n, int) if zone is None else zone
    level = np.full(n, urgency) if isinstance(urgency, str) else urgency
    rows = (
        {"time_s": seconds(t), "zone": f"z{z + 1}", "urgency": u, "on_scene_s": seconds(s),
         "transport": "no"}
        for t, s, z, u in zip(traffic.arrival, traffic.service, zone, level, strict=True)
    )  # fmt: skip
    keys = units_only(count, at="z1")
    order = {f"z{z + 1}": [f"u{u + 1}" for u in units] for z, units in enumerate(orders)}
    keys["policies"] |= {"dispatch": {"kind": "preference", "order": order}, "queue": queue}
    return run(folder, case, rows, days=traffic.days, zones=max(1, len(orders)), **keys)


def unit_waits(log: Log) -> Array:
    """Return the seconds from each incident until a unit is there."""
    return log.seconds("on_scene") - log.seconds("incident")


def unit_numbers(log: Log) -> NDArray[np.int64]:
    """Return which unit served each incident, from 0."""
    return np.array([int(name[1:]) - 1 for name in log.text("on_scene", "actor")])


# -- operators: a call takes the interview and nothing else -----------------------------------------


def operators(
    folder: Path, case: str, traffic: Traffic, count: int, *,
    professional: NDArray[np.bool_] | None = None, drawn: bool = False, **parameters: Any,
) -> Log:  # fmt: skip
    """Run calls to a legevaktsentral.

    Without ``traffic.patience`` nobody gives up. ``drawn``: the file says when somebody rings, and
    interviews and patience are drawn by the product from ``parameters``.
    """
    n = len(traffic.arrival)
    patience = [None] * n if traffic.patience is None else traffic.patience.tolist()
    rows = []
    for i, (t, s, p) in enumerate(zip(traffic.arrival, traffic.service, patience, strict=True)):
        row = {"time_s": seconds(t), "zone": "z1", "urgency": "regular"} | CALLER
        if not drawn:
            row["lvs_interview_s"] = seconds(s)
        if p is not None:
            row["patience_s"] = seconds(p)
        if professional is not None and professional[i]:  # this line is answered first
            row["entry"] = "professional_lvs"
        rows.append(row)
    line = {"all": {"hours": "24/7", "count": count, "form": "active"}}
    return run(
        folder, case, rows, days=traffic.days, parameters=TALK_ONLY | parameters,
        legevaktsentraler={"lvs": {"node": "z1", "operators": line}},
        legevakter={"clinic": {"node": "z1", "serves": ["z1"], "doctors": 1, "lvs": "lvs"}},
    )  # fmt: skip


def call_waits(log: Log) -> tuple[Array, NDArray[np.bool_]]:
    """Return the seconds until each caller's answer or hanging up, and who hung up."""
    rows = log.of("answered", "gave_up")
    at = rows["incident"].to_numpy(np.int64)
    waits, gone = np.full(log.n, np.nan), np.zeros(log.n, bool)
    waits[at] = rows["value"].to_numpy()
    gone[at] = (rows["kind"] == "gave_up").to_numpy()
    return waits, gone


# -- a clinic's doctors: a patient takes the consultation and nothing else --------------------------


def doctors(
    folder: Path, case: str, traffic: Traffic, count: int, *, urgency: Any = "regular",
    drawn: bool = False, **parameters: Any,
) -> Log:  # fmt: skip
    """Run patients who walk in; ``drawn``: consultations are drawn by the product."""
    n = len(traffic.arrival)
    level = np.full(n, urgency) if isinstance(urgency, str) else urgency
    rows = []
    for t, s, u in zip(traffic.arrival, traffic.service, level, strict=True):
        row = {"time_s": seconds(t), "zone": "z1", "urgency": u} | PATIENT
        rows.append(row if drawn else row | {"consultation_s": seconds(s)})
    clinic = {"node": "z1", "serves": ["z1"], "doctors": count, "rooms": count}
    return run(
        folder, case, rows, days=traffic.days, parameters=parameters, legevakter={"clinic": clinic},
    )  # fmt: skip


def doctor_waits(log: Log) -> Array:
    """Return the seconds from each patient's arrival until the doctor."""
    return log.seconds("doctor_starts") - log.seconds("arrives")
