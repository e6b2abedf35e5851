"""Small scenarios as files, the way a user writes them, and the log read back as plain rows."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from emergency_sim.domain.events import EventColumns, Kind
from emergency_sim.domain.incident import IncidentTable
from emergency_sim.experiment.compile import Compiled, compile_scenario
from emergency_sim.scenario import load_scenario

ZERO = {"kind": "constant", "minutes": 0.0}
PLAIN: dict[str, Any] = {
    "chute.station_day": ZERO,
    "chute.station_night": ZERO,
    "chute.home": ZERO,
    "dispatch.chute_station_expected_min": 0.0,
    "dispatch.chute_home_expected_min": 0.0,
    "drive.factor.car": 1.0,
    "drive.factor.ambulance": 1.0,
    "drive.factor.ambulance_blue": 1.0,
    "drive.winter_factor": 1.0,
    "drive.noise_sigma": 0.0,
}
"""Parameters under which a drive takes what the matrix says and nobody needs time to get going."""


class Event(NamedTuple):
    """A row of the log with names for numbers; None for null."""

    time: float
    kind: str
    incident: int | None
    call: int | None
    mission: int | None
    actor: str | None
    place: str | None
    value: float | None
    code: str | None


def events(log: EventColumns) -> list[Event]:
    """Return the log as rows; times in seconds."""

    def name(i: int) -> str | None:
        return None if i < 0 else log.names[i]

    def number(i: int) -> int | None:
        return None if i < 0 else i

    return [
        Event(
            t / 1000, Kind(k).name.lower(), number(i), number(c), number(m), name(a), name(p),
            None if v != v else v, name(o),
        )
        for t, k, i, c, m, a, p, v, o in zip(
            log.time_ms.tolist(), log.kind.tolist(), log.incident.tolist(), log.call.tolist(),
            log.mission.tolist(), log.actor.tolist(), log.place.tolist(), log.value.tolist(),
            log.code.tolist(), strict=True,
        )
    ]  # fmt: skip


def same_rows(first: Sequence[Any], second: Sequence[Any]) -> None:
    """Check that two logs are equal, and name the first difference (a full one takes minutes)."""
    for number, (a, b) in enumerate(zip_longest(first, second)):
        assert a == b, number


@dataclass
class Played:
    """One replication: its log as rows and as columns, and the table of its incidents."""

    compiled: Compiled
    log: EventColumns
    table: IncidentTable
    rows: list[Event] = field(default_factory=list)

    def of(self, *kinds: str, **where: Any) -> list[Event]:
        """Return the rows of some kinds whose fields have the given values."""
        known = {k.name.lower() for k in Kind}
        assert set(kinds) <= known, set(kinds) - known
        return [
            e
            for e in self.rows
            if e.kind in kinds and all(getattr(e, k) == v for k, v in where.items())
        ]

    def one(self, kind: str, **where: Any) -> Event:
        """Return the only such row."""
        found = self.of(kind, **where)
        assert len(found) == 1, (kind, where, found)
        return found[0]

    def story(self, incident: int) -> list[str]:
        """Return the kinds of one incident's events in order."""
        return [e.kind for e in self.rows if e.incident == incident]


def write_matrix(folder: Path, points: Sequence[str], seconds: Sequence[Sequence[Any]]) -> None:
    """Write ``times.csv``."""
    with (folder / "times.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["from", *points])
        writer.writerows([p, *row] for p, row in zip(points, seconds, strict=True))


def write_incidents(folder: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write ``incidents.csv`` with the columns that any row has."""
    listed = list(rows)
    columns = list(dict.fromkeys(c for row in listed for c in row))
    columns = columns or ["time_s", "zone", "urgency"]
    with (folder / "incidents.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(listed)


def write_scenario(folder: Path, name: str = "s.yaml", **keys: Any) -> Path:
    """Write a scenario on ``times.csv`` with the recorded ``incidents.csv``; JSON is YAML.

    ``parameters`` are plain values laid over :data:`PLAIN`; any other key replaces the default.
    """
    parameters = PLAIN | keys.pop("parameters", {})
    scenario = {
        "schema": "emergency_sim/scenario/1",
        "id": "case",
        "name": {"nb": "Prøve", "en": "Case"},
        "as_of": "2024",
        "network": {"kind": "matrix", "times": "times.csv"},
        "parameters": {key: {"value": value} for key, value in parameters.items()},
        "calendar": {"start": "2024-09-09", "spread_over_year": False},
        "run": {"days": 1, "warm_up_days": 0, "run_out_days": 0, "replications": 1, "seed": 1},
        "demand": {"kind": "replay", "incidents": "incidents.csv"},
        **keys,
    }
    path = folder / name
    path.write_text(json.dumps(scenario, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


def play(path: Path, *sets: str, replication: int = 0) -> Played:
    """Load, compile and simulate one replication."""
    compiled = compile_scenario(load_scenario(path, sets))
    table = compiled.incidents(replication)
    log, _ = compiled.replicate(replication)
    return Played(compiled, log, table, events(log))


def units_only(n: int, at: str = "a", **keys: Any) -> dict[str, Any]:
    """Return the keys of a scenario with ``n`` units in one station and nothing else."""
    return {
        "stations": {"base": {"node": at}},
        "units": {f"u{i + 1}": {"station": "base"} for i in range(n)},
        "policies": {
            "dispatch": {"kind": "preference", "order": {}},
            "queue": "fcfs",
            "after_mission": "stay",
        },
        **keys,
    }


NOTHING_TAKES_TIME = {
    **dict.fromkeys(
        (
            "amk_pickup_s", "lvs_pickup_s", "amk_interview_s", "amk_wrap_s", "lvs_interview_s",
            "lvs_wrap_s", "turnout_s", "redial_s", "on_scene_s", "on_scene2_s", "handover_s",
            "leave_home_s", "nurse_s", "consultation_s", "documentation_s", "doctor_phone_s",
            "home_visit_s", "doctor_leave_s", "satellite_nurse_s", "video_s",
        ),
        0,
    ),
    "patience_s": 1e6,
    "transport": "no",
    "own_car": "yes",
    "problem": "other",
}  # fmt: skip
"""An incident in which only what a test names takes time."""


def incident(minute: float, zone: str, urgency: str = "regular", **columns: Any) -> dict[str, Any]:
    """Return a row of ``incidents.csv``; columns that end in ``_min`` are minutes."""
    row: dict[str, Any] = {"time_s": minute * 60, "zone": zone, "urgency": urgency}
    row |= NOTHING_TAKES_TIME
    for name, value in columns.items():
        if name.endswith("_min"):
            row[f"{name[:-4]}_s"] = value * 60
        else:
            row[name] = value
    if row["satellite_nurse_s"] < row["video_s"]:
        row["satellite_nurse_s"] = row["video_s"]
    return row


def scene(
    folder: Path,
    minutes: Mapping[str, Sequence[float]],
    rows: Iterable[Mapping[str, Any]],
    *sets: str,
    **keys: Any,
) -> Played:
    """Write and play a scenario on a matrix of minutes: ``{"a": (0, 10), "b": (10, 0)}``."""
    write_matrix(folder, list(minutes), [[60 * m for m in row] for row in minutes.values()])
    write_incidents(folder, rows)
    return play(write_scenario(folder, **keys), *sets)


def duty(hours: str = "24/7", count: int = 1, form: str = "onsite") -> dict[str, Any]:
    """Return a duty line."""
    return {"hours": hours, "count": count, "form": form}
