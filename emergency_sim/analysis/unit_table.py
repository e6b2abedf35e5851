"""Missions and shifts of units, and how long they were taken (R16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.log_view import Scatter
from emergency_sim.analysis.table import Coded, Table
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.log_view import LogView

NEVER = np.int64(2**60)


def mission_table(view: LogView, frame: DistrictFrame) -> Table:
    """Return one row a mission that touches the window.

    Columns: ``mission``, ``incident``, ``unit``, ``station``, ``type``, ``road``, times in seconds
    (``alarmed_s`` ... ``clear_s``; NaN none), ``how`` (idle, returning, diverted), ``end`` (clear,
    diverted, stood_down, none), ``counted`` (alarmed in the window, not diverted), and in seconds
    clipped to the window ``task_s`` (alarm until back at base or alarmed again) and
    ``unavailable_s`` (alarm until clear).
    """
    alarmed = view.rows(Kind.ALARMED)
    known = Scatter(view.mission[alarmed])
    unit = view.translate(tuple(u.id for u in frame.units))[view.actor[alarmed]]
    ends = _task_ends(view, alarmed)
    stops = {
        name: _at(view, known.first(view.rows(kind), view.mission[view.rows(kind)]))
        for name, kind in (
            ("clear", Kind.CLEAR), ("diverted", Kind.DIVERTED), ("stood_down", Kind.STOOD_DOWN),
        )
    }  # fmt: skip
    free = np.minimum(np.min(list(stops.values()), axis=0, initial=NEVER), ends)
    low, high = _window(frame)
    alarm = view.time_ms[alarmed]
    task = _overlap(alarm, ends, low, high)
    touches = (alarm < high) & (ends > low)
    how = np.select([stop < NEVER for stop in stops.values()], [0, 1, 2], -1)
    columns: dict[str, NDArray[Any] | Coded] = {
        "mission": view.mission[alarmed],
        "incident": view.incident[alarmed],
        **_unit_columns(view.text("actor", alarmed), unit, frame),
        "how": view.text("code", alarmed),
        "alarmed_s": alarm / 1000.0,
    }
    for name, kind in (
        ("mobilised_s", Kind.MOBILISED), ("on_scene_s", Kind.ON_SCENE),
        ("leaves_scene_s", Kind.LEAVES_SCENE), ("at_destination_s", Kind.AT_DESTINATION),
    ):  # fmt: skip
        rows = view.rows(kind)
        columns[name] = _seconds(_at(view, known.first(rows, view.mission[rows])))
    columns["clear_s"] = _seconds(stops["clear"])
    columns["task_ends_s"] = _seconds(ends)
    columns["end"] = Coded(how, tuple(stops))
    columns["counted"] = (alarm >= low) & (alarm < high) & (stops["diverted"] == NEVER)
    columns["task_s"] = task / 1000.0
    columns["unavailable_s"] = _overlap(alarm, free, low, high) / 1000.0
    kept = np.flatnonzero(touches)
    return Table({k: c.take(kept) if isinstance(c, Coded) else c[kept] for k, c in columns.items()})


def shift_table(view: LogView, frame: DistrictFrame) -> Table:
    """Return one row a shift of a unit.

    Columns: ``unit``, ``station``, ``type`` ..., ``starts_s``, ``ends_s``, ``duty_s``.
    ``duty_s`` is clipped to the window; a shift that has not ended when the log ends lasts on.
    """
    on, off = view.rows(Kind.UNIT_ON), view.rows(Kind.UNIT_OFF)
    low, high = _window(frame)
    unit = view.translate(tuple(u.id for u in frame.units))[view.actor[on]]
    start = view.time_ms[on]
    end = np.minimum(
        _next_after(view.actor[on], start, view.actor[off], view.time_ms[off]),
        _next_after(view.actor[on], start, view.actor[on], start),
    )
    return Table(
        {
            **_unit_columns(view.text("actor", on), unit, frame),
            "starts_s": start / 1000.0,
            "ends_s": _seconds(end),
            "duty_s": _overlap(start, end, low, high) / 1000.0,
        }
    )


def _unit_columns(actor: Coded, unit: NDArray[Any], frame: DistrictFrame) -> dict[str, Any]:
    units = frame.units
    stations = tuple(dict.fromkeys(u.station for u in units))
    types = tuple(dict.fromkeys(u.type for u in units))
    return {
        "unit": actor,
        "station": Coded(_column([stations.index(u.station) for u in units], -1)[unit], stations),
        "type": Coded(_column([types.index(u.type) for u in units], -1)[unit], types),
        "road": _column([u.road for u in units], True)[unit],
        "home": _column([u.home for u in units], False)[unit],
        "crew": _column([u.crew for u in units], 2.0)[unit],
    }


def _column(values: list[Any], otherwise: Any) -> NDArray[Any]:
    return np.array([*values, otherwise])


def _task_ends(view: LogView, alarmed: NDArray[Any]) -> NDArray[np.int64]:
    """Return when each mission's unit is back at base or is alarmed again.

    The next alarm is the next one in the log, be it of the same instant: a unit that is taken as soon
    as it is alarmed has one task and not two. Back at base it is later than it was alarmed.
    """
    actor = view.actor[alarmed]
    again = _next_after(actor, alarmed, actor, alarmed)
    home = view.rows(Kind.AT_BASE)
    base = _next_after(actor, view.time_ms[alarmed], view.actor[home], view.time_ms[home])
    return np.minimum(_at(view, np.minimum(again, len(view.time_ms))), base)


def _next_after(
    actor: NDArray[Any], at: NDArray[Any], other: NDArray[Any], other_at: NDArray[Any]
) -> NDArray[np.int64]:
    """Return for each (actor, at) the first higher one of the same actor in the other list."""
    span = np.int64(max(int(at.max(initial=0)), int(other_at.max(initial=0))) + 2)
    keys = np.sort(other.astype("int64") * span + other_at)
    own = actor.astype("int64") * span
    where = np.searchsorted(keys, own + at, side="right")
    found = np.append(keys, NEVER)[where]
    return np.where(found < own + span, found - own, NEVER)


def _window(frame: DistrictFrame) -> tuple[int, int]:
    return round(frame.window_start_s * 1000), round(frame.window_end_s * 1000)


def _overlap(start: NDArray[Any], end: NDArray[Any], low: int, high: int) -> NDArray[np.int64]:
    return np.asarray(np.maximum(np.minimum(end, high) - np.maximum(start, low), 0))


def _at(view: LogView, rows: NDArray[Any]) -> NDArray[np.int64]:
    return np.asarray(np.append(view.time_ms, NEVER)[rows])


def _seconds(time_ms: NDArray[Any]) -> NDArray[np.float64]:
    return np.where(time_ms < NEVER, time_ms / 1000.0, np.nan)
