"""Stages of an incident as durations, from the tables of a simulation and of a real log alike.

MODEL.md says where each stage begins and ends; :data:`STAGES` is that table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.incident_table import URGENCIES
from emergency_sim.analysis.log_view import Scatter
from emergency_sim.domain.units import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emergency_sim.analysis.table import Table
    from emergency_sim.analysis.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage.

    Parameters
    ----------
    name
        Id.
    nb, en
        What it is called.
    begins, ends
        Where it begins and ends, in the words of the event log.
    of
        ``incident``, ``mission``, ``call`` or ``patient``: what it is counted by.
    needs
        Columns that a log must have.
    """

    name: str
    nb: str
    en: str
    begins: str
    ends: str
    of: str
    needs: tuple[str, ...]


STAGES: Final = (
    Stage(name="call_answer", nb="Svar på anropet", en="Call answered", begins="first ring",
          ends="answered", of="incident", needs=("missions.rings", "missions.answered")),
    Stage(name="interview", nb="AMK bestemmer", en="AMK decides", begins="registered",
          ends="unit wanted", of="incident", needs=("missions.decided",)),
    Stage(name="decision", nb="Til første varsling", en="Until the first alarm",
          begins="registered", ends="first unit alarmed", of="incident", needs=()),
    Stage(name="turnout", nb="Uttrykning", en="Turn-out", begins="unit alarmed",
          ends="unit rolls", of="mission", needs=("missions.mobilised",)),
    Stage(name="drive", nb="Kjøring til stedet", en="Drive to the scene", begins="unit rolls",
          ends="unit at the scene", of="mission",
          needs=("missions.mobilised", "missions.on_scene")),
    Stage(name="on_scene_conveyed", nb="På stedet, pasient med", en="On scene, patient conveyed",
          begins="unit at the scene", ends="leaves with the patient", of="mission",
          needs=("missions.on_scene", "missions.leaves_scene")),
    Stage(name="on_scene_other", nb="På stedet, uten transport", en="On scene, nobody conveyed",
          begins="unit at the scene", ends="unit clear", of="mission",
          needs=("missions.on_scene", "missions.leaves_scene", "missions.clear")),
    Stage(name="transport", nb="Transport", en="Transport", begins="leaves with the patient",
          ends="at the destination", of="mission",
          needs=("missions.leaves_scene", "missions.at_destination")),
    Stage(name="handover", nb="Levering og klargjøring", en="Handover", begins="at the destination",
          ends="unit clear", of="mission", needs=("missions.at_destination", "missions.clear")),
    Stage(name="response", nb="Responstid", en="Response", begins="registered",
          ends="first road ambulance at the scene", of="incident", needs=("missions.on_scene",)),
    Stage(name="mission", nb="Hele oppdraget", en="Whole mission", begins="unit alarmed",
          ends="unit clear", of="mission", needs=("missions.clear",)),
    Stage(name="answer_113", nb="Svartid 113", en="113 answered", begins="rings",
          ends="answered", of="call", needs=("calls.answered",)),
    Stage(name="answer_116117", nb="Svartid 116117", en="116117 answered", begins="rings",
          ends="answered", of="call", needs=("calls.answered",)),
    Stage(name="clinic_wait", nb="Venting på lege", en="Wait for the doctor",
          begins="patient at the legevakt", ends="doctor starts", of="patient",
          needs=("clinic.doctor_starts",)),
    Stage(name="consultation", nb="Konsultasjon", en="Consultation", begins="doctor starts",
          ends="doctor ends", of="patient", needs=("clinic.doctor_ends",)),
)  # fmt: skip
BY_NAME: Final = {stage.name: stage for stage in STAGES}
SUMS: Final = ("decision", "response", "mission")
"""Stages that hold others: they differ where one of those does."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Durations:
    """The durations of one stage.

    Parameters
    ----------
    seconds
        One an incident, mission, call or patient; finite.
    urgency
        Assigned urgency, index of URGENCIES, -1 unknown.
    day
        0-based day of the log (with replications: a number of its own for each).
    hour
        Hour of the week at which the incident arose, 0 = Monday 00.
    municipality
        Index, -1 unknown.
    origin
        Index of :data:`ORIGINS`, -1 unknown.
    row
        Row of the table that it is counted by.
    """

    seconds: NDArray[np.float64]
    urgency: NDArray[np.int64]
    day: NDArray[np.int64]
    hour: NDArray[np.int64]
    row: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of durations."""
        return len(self.seconds)

    def where(self, kept: NDArray[np.bool_]) -> Durations:
        """Return some of them."""
        return Durations(
            seconds=self.seconds[kept], urgency=self.urgency[kept], day=self.day[kept],
            hour=self.hour[kept], row=self.row[kept],
        )  # fmt: skip


def durations(
    tables: Tables, *, at_base: bool = False, clinics: tuple[str, ...] = ()
) -> dict[str, Durations]:
    """Return the durations of every stage of the incidents that arose in the window.

    Parameters
    ----------
    tables
        Of one replication, or of a real log.
    at_base
        Take the turn-out of units only that were alarmed at their base.
    clinics
        Take patients of these clinics only; empty: of all.

    Notes
    -----
    Days are counted from the first one of the window.
    """
    incidents, frame = tables.incidents, tables.frame
    arises = incidents["arises_s"] - frame.window_start_s
    base = {
        "urgency": incidents.text("assigned_urgency").codes.astype("int64"),
        "day": (arises // DAY).astype("int64"),
        "hour": (incidents["arises_s"] // HOUR + 24 * frame.start.weekday()).astype("int64") % 168,
    }
    registered = incidents["registered_s"]
    out = {
        "call_answer": _of(
            np.where(
                np.isfinite(registered), incidents["answered_s"] - incidents["first_ring_s"], np.nan
            ),
            base,
        ),
        "interview": _of(incidents["requested_s"] - registered, base),
        "decision": _of(incidents["alarmed_s"] - registered, base),
        "response": _of(incidents["road_on_scene_s"] - registered, base),
    }
    out |= _of_missions(
        tables.missions, Scatter(incidents["id"]).at(tables.missions["incident"]), base, at_base
    )
    calls = tables.calls
    for line in ("113", "116117"):
        own = np.where(calls.text("line").equals(line), calls["wait_s"], np.nan)
        out[f"answer_{line}"] = _of(own, _through(base, calls["row"]))
    clinic = incidents.text("clinic_urgency").codes.astype("int64")
    seen = incidents["consultation_starts_s"]
    if clinics:
        seen = np.where(incidents.text("clinic_last").isin(clinics), seen, np.nan)
    patients = {**base, "urgency": clinic}
    out["clinic_wait"] = _of(seen - incidents["clinic_arrives_s"], patients)
    out["consultation"] = _of(
        np.where(np.isfinite(seen), incidents["consultation_ends_s"] - seen, np.nan), patients
    )
    return out


def _of_missions(
    table: Table, incident: NDArray[np.int64], base: Mapping[str, NDArray[Any]], at_base: bool
) -> dict[str, Durations]:
    own = _through(base, incident)

    def since(end: str, begin: str, kept: NDArray[np.bool_]) -> Durations:
        seconds = np.where(kept & (incident >= 0), table[end] - table[begin], np.nan)
        return _of(seconds, own)

    every = np.ones(len(table), bool)
    idle = table.text("how").equals("idle") if at_base else every
    alone = ~np.isfinite(table["leaves_scene_s"])
    return {
        "turnout": since("mobilised_s", "alarmed_s", idle),
        "drive": since("on_scene_s", "mobilised_s", every),
        "on_scene_conveyed": since("leaves_scene_s", "on_scene_s", every),
        "on_scene_other": since("clear_s", "on_scene_s", alone),
        "transport": since("at_destination_s", "leaves_scene_s", every),
        "handover": since("clear_s", "at_destination_s", every),
        "mission": since("clear_s", "alarmed_s", every),
    }


def _through(base: Mapping[str, NDArray[Any]], row: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return the incidents' columns for rows of another table; -1 where there is no incident."""
    return {name: np.append(column, -1)[row] for name, column in base.items()}


def _of(seconds: NDArray[np.float64], base: Mapping[str, NDArray[Any]]) -> Durations:
    kept = np.flatnonzero(np.isfinite(seconds) & (base["day"] >= 0))
    return Durations(
        seconds=np.asarray(seconds[kept]), row=kept,
        **{name: column[kept] for name, column in base.items()},
    )  # fmt: skip


def joined(parts: list[Durations]) -> Durations:
    """Return the durations of several replications together; each keeps days of its own."""
    days, begin = [], 0
    for part in parts:
        days.append(part.day + begin)
        begin += int(part.day.max(initial=-1)) + 1
    return Durations(
        seconds=np.concatenate([p.seconds for p in parts]),
        urgency=np.concatenate([p.urgency for p in parts]),
        day=np.concatenate(days) if days else np.zeros(0, "int64"),
        hour=np.concatenate([p.hour for p in parts]),
        row=np.concatenate([p.row for p in parts]),
    )


def urgency_names() -> tuple[str, ...]:
    """Return the urgencies that stages are told apart by."""
    return URGENCIES[:3]
