"""Which rows of a log tell which parameter.

A parameter has a target only where the log shows the thing itself and not what became of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.log_view import Scatter
from emergency_sim.domain.units import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from emergency_sim.analysis.table import Table
    from emergency_sim.analysis.tables import Tables

ALARM_DAY: Final = (7, 23)
"""Hours of the alarm in which a crew counts as awake, as the model has it."""
ARREST_AND_STROKE: Final = ("cardiac_arrest", "stroke")
SCENES: Final = ("113", "lvs", "professional")
"""Origins of missions to a scene, and not to a clinic."""


@dataclass(slots=True, eq=False)
class Chosen:
    """Columns by which rows are chosen: of incidents, and of missions through their incident."""

    origin: NDArray[Any]
    problem: NDArray[Any]
    urgency: NDArray[Any]
    alone: NDArray[Any]
    home: NDArray[Any] = field(default_factory=lambda: np.zeros(0, bool))
    hour: NDArray[Any] = field(default_factory=lambda: np.zeros(0, int))


def chosen_by(tables: Tables, crew_at_home: Collection[str]) -> tuple[Chosen, Chosen]:
    """Return the columns by which incidents, and by which missions, are chosen."""
    table, missions = tables.incidents, tables.missions
    row = Scatter(table["id"]).at(missions["incident"])
    number = np.bincount(row[row >= 0], minlength=len(table))
    incidents = Chosen(
        origin=_texts(table, "origin"), problem=_texts(table, "problem"),
        urgency=_texts(table, "amk_urgency"), alone=number == 1,
    )  # fmt: skip
    unit = missions.text("unit")
    home = np.array([*(x in crew_at_home for x in unit.labels), False], bool)
    through = [np.append(c, False if c.dtype == bool else "")[row] for c in (
        incidents.origin, incidents.problem, incidents.urgency, incidents.alone)]  # fmt: skip
    return incidents, Chosen(
        origin=through[0], problem=through[1], urgency=through[2], alone=through[3].astype(bool),
        home=home[unit.codes] | missions["home"].astype(bool),
        hour=(missions["alarmed_s"] % DAY // HOUR).astype(int),
    )  # fmt: skip


def _texts(table: Table, name: str) -> NDArray[Any]:
    column = table.text(name)
    return np.asarray(np.array([*column.labels, ""], dtype=object)[column.codes].astype(str))


def _awake(rows: Chosen) -> NDArray[np.bool_]:
    return np.asarray((rows.hour >= ALARM_DAY[0]) & (rows.hour < ALARM_DAY[1]))


def _scene(rows: Chosen) -> NDArray[np.bool_]:
    """Return whether a mission is its incident's only one, from a scene and not a clinic."""
    ordinary = ~np.isin(rows.problem, ARREST_AND_STROKE)
    return np.asarray(rows.alone & ordinary & np.isin(rows.origin, SCENES))


def _by_113(urgency: str) -> Choice:
    return lambda r: np.asarray((r.origin == "113") & (r.urgency == urgency))


def _from(origin: str) -> Choice:
    return lambda r: np.asarray(r.alone & (r.origin == origin))


def _stroke(rows: Chosen) -> NDArray[np.bool_]:
    return np.asarray(rows.alone & (rows.problem == "stroke") & np.isin(rows.origin, SCENES))


Choice = Callable[[Chosen], "NDArray[np.bool_]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How a parameter is read off a log.

    Parameters
    ----------
    stage
        Its durations.
    needs
        Columns that the log must have.
    choice
        Which rows: of missions where the stage is counted by mission, else of incidents.
    """

    stage: str
    needs: tuple[str, ...]
    choice: Choice


_ORIGIN: Final = ("missions.origin",)
_SCENE: Final = ("missions.on_scene", "missions.leaves_scene", *_ORIGIN)
_PROBLEM: Final = (*_SCENE, "missions.problem")
_TURNOUT: Final = ("missions.mobilised", "missions.at_base")
_HANDOVER: Final = ("missions.at_destination", "missions.clear", *_ORIGIN)
_DECIDED: Final = ("missions.decided", *_ORIGIN)

ANSWER: Final = "answer_113"
TARGETS: Final[dict[str, Target]] = {
    "amk.answer": Target(
        stage=ANSWER, needs=("calls.answered", "calls.line"), choice=lambda r: r.alone
    ),
    "amk.interview_acute": Target(stage="interview", needs=_DECIDED, choice=_by_113("acute")),
    "amk.interview_urgent": Target(stage="interview", needs=_DECIDED, choice=_by_113("urgent")),
    "amk.interview_professional": Target(
        stage="interview", needs=_DECIDED, choice=lambda r: np.asarray(r.origin == "professional")
    ),
    "chute.station_day": Target(
        stage="turnout", needs=_TURNOUT, choice=lambda r: ~r.home & _awake(r)
    ),
    "chute.station_night": Target(
        stage="turnout", needs=_TURNOUT, choice=lambda r: ~r.home & ~_awake(r)
    ),
    "chute.home": Target(stage="turnout", needs=_TURNOUT, choice=lambda r: r.home),
    "scene.conveyed": Target(stage="on_scene_conveyed", needs=_PROBLEM, choice=_scene),
    "scene.not_conveyed": Target(
        stage="on_scene_other", needs=(*_PROBLEM, "missions.clear"), choice=_scene
    ),
    "scene.stroke": Target(stage="on_scene_conveyed", needs=_PROBLEM, choice=_stroke),
    "scene.at_clinic": Target(stage="on_scene_conveyed", needs=_SCENE, choice=_from("clinic")),
    "scene.booked": Target(stage="on_scene_conveyed", needs=_SCENE, choice=_from("booked")),
    "handover.hospital": Target(
        stage="handover", needs=_HANDOVER, choice=lambda r: np.asarray(r.origin != "booked")
    ),
    "handover.booked": Target(
        stage="handover", needs=_HANDOVER, choice=lambda r: np.asarray(r.origin == "booked")
    ),
}

NEVER: Final = {
    "drive.factor.*": "a drive is a matter of roads: fit speeds by network calibrate --trips",
    "lvs.answer": "the wait on 116117 is a queue, and comes out of the simulation",
    "clinic.consultation": "holds the doctor's writing, which a log does not show",
    "scene.second_unit": "a further unit is released by rule, so the log shows no whole stay",
}
"""Parameters that no such log tells."""
