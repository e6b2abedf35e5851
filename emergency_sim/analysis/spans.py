"""What people and units are doing: spans of time with a phase each, from the event log."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

PHASES: Final = (
    "waits", "telephone", "prepares", "drives", "at_scene", "conveys", "hands_over", "works",
    "returns",
)  # fmt: skip
PATIENT: Final = "patient"
"""Lane of who needs help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Somebody does one thing for a while.

    Parameters
    ----------
    lane
        Id of who: a centre, unit or person, or ``patient``.
    phase
        One of :data:`PHASES`.
    start_s, end_s
        Seconds since the scenario's start.
    """

    lane: str
    phase: str
    start_s: float
    end_s: float


_UNIT: Final = ("alarmed", "mobilised", "on_scene", "leaves_scene", "at_destination", "clear")
_UNIT_PHASES: Final = {
    "alarmed": "prepares", "mobilised": "drives", "on_scene": "at_scene",
    "leaves_scene": "conveys", "at_destination": "hands_over",
}  # fmt: skip
_PATIENT_PHASES: Final = {"sets_out": "drives", "arrives": "waits", "doctor_starts": "works"}
_ENDS: Final = ("stood_down", "diverted")


def spans_of_incident(events: pd.DataFrame) -> list[Span]:
    """Return what everybody did in one incident, in the order in which they came into it.

    Parameters
    ----------
    events
        Rows of one incident of one replication, with the log's columns, in order of time.
    """
    found = [*_calls(events), *_missions(events), *_tasks(events), *_patient(events)]
    order = {lane: k for k, lane in enumerate(dict.fromkeys(s.lane for s in _by_time(found)))}
    return sorted(found, key=lambda s: (order[s.lane], s.start_s))


def _by_time(spans: list[Span]) -> list[Span]:
    return sorted(spans, key=lambda s: s.start_s)


def _rows(events: pd.DataFrame, kinds: tuple[str, ...], by: str) -> list[list[tuple[str, Any]]]:
    """Return kind and row of the events of some kinds, one list for each value of a column."""
    own = events[events["kind"].isin(kinds) & events[by].notna()]
    groups: dict[Any, list[tuple[str, Any]]] = {}
    for row in own.itertuples():
        groups.setdefault(getattr(row, by), []).append((str(row.kind), row))
    return list(groups.values())


def _span(lane: Any, phase: str, start_ms: Any, end_ms: Any) -> Span:
    return Span(
        lane=str(lane), phase=phase, start_s=float(start_ms) / 1000, end_s=float(end_ms) / 1000
    )


def _calls(events: pd.DataFrame) -> list[Span]:
    found = []
    for rows in _rows(events, ("rings", "answered", "gave_up", "call_ends"), "call"):
        for (kind, row), (_, after) in itertools.pairwise(rows):
            phase = "waits" if kind == "rings" else "telephone"
            found.append(_span(row.actor, phase, row.time_ms, after.time_ms))
    return found


def _missions(events: pd.DataFrame) -> list[Span]:
    found = []
    for rows in _rows(events, (*_UNIT, *_ENDS), "mission"):
        for (kind, row), (_, after) in itertools.pairwise(rows):
            found.append(_span(row.actor, _UNIT_PHASES[kind], row.time_ms, after.time_ms))
    return found


def _tasks(events: pd.DataFrame) -> list[Span]:
    found = []
    for rows in _rows(events, ("task_starts", "task_ends"), "actor"):
        open_tasks: dict[str, Any] = {}
        for kind, row in rows:
            code = str(row.code)
            if kind == "task_starts":
                open_tasks[code] = row.time_ms
            elif code in open_tasks:
                phase = {"drive": "drives", "phone": "telephone"}.get(code, "works")
                found.append(_span(row.actor, phase, open_tasks.pop(code), row.time_ms))
    return found


def _patient(events: pd.DataFrame) -> list[Span]:
    kinds = (*_PATIENT_PHASES, "doctor_ends", "leaves_clinic")
    rows = list(events[events["kind"].isin(kinds)].itertuples())
    found = []
    for row, after in itertools.pairwise(rows):
        phase = _PATIENT_PHASES.get(str(row.kind))
        at_home = str(row.kind) == "doctor_starts" and str(row.code) != "consultation"
        if phase is not None and not at_home:
            found.append(_span(PATIENT, phase, row.time_ms, after.time_ms))
    return found


_MISSION_COLUMNS: Final = (
    ("alarmed_s", "prepares"), ("mobilised_s", "drives"), ("on_scene_s", "at_scene"),
    ("leaves_scene_s", "conveys"), ("at_destination_s", "hands_over"),
)  # fmt: skip


def spans_of_missions(missions: pd.DataFrame) -> list[Span]:
    """Return what units did, by the table of missions (``units`` of results).

    Parameters
    ----------
    missions
        Of one replication.
    """
    found = []
    for row in missions.sort_values("alarmed_s").to_dict("records"):
        clear = row["clear_s"]
        stop = clear if clear == clear else row["task_ends_s"]
        times = [(row[c], phase) for c, phase in _MISSION_COLUMNS if row[c] == row[c]]
        ends = [*(t for t, _ in times[1:]), stop]
        found += [
            Span(lane=str(row["unit"]), phase=phase, start_s=start, end_s=end)
            for (start, phase), end in zip(times, ends, strict=True)
            if end > start
        ]
        if row["task_ends_s"] > stop:
            found.append(
                Span(lane=str(row["unit"]), phase="returns", start_s=stop, end_s=row["task_ends_s"])
            )
    return found
