"""Rows of missions as events of incidents, calls and units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.observed.timestamps import NONE
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.observed.event_rows import EventRows
    from emergency_sim.analysis.observed.mapped_log import Laid
    from emergency_sim.analysis.observed.rows import Rows
    from emergency_sim.domain.log_mapping import LogMapping

ENTRIES: Final = {
    "call_113": "call_113", "lvs": "call_116117", "professional": "professional_amk",
    "clinic": "call_116117", "booked": "booked",
}  # fmt: skip
ORIGINS: Final = {
    "call_113": "113", "lvs": "lvs", "professional": "professional", "clinic": "clinic",
    "booked": "booked",
}  # fmt: skip
AMK: Final = "amk"
_STOPS: Final = ("diverted", "stood_down")


def reject_duplicates(rows: Rows) -> None:
    """Set rows aside that repeat the incident, the unit and the alarm of an earlier one."""
    incident, _ = rows.words("incident")
    unit, _ = rows.words("unit")
    keys = np.column_stack((incident, unit, rows.true_ms("alarmed")))
    _, first = np.unique(keys, axis=0, return_index=True)
    again = np.ones(len(rows), bool)
    again[first] = False
    rows.reject("incident", "the row repeats incident, unit and alarm of an earlier one", again)


def write(events: EventRows, laid: Laid, mapping: LogMapping) -> None:
    """Write the events of all missions.

    Parameters
    ----------
    events
        Written to.
    laid
        The table.
    mapping
        Not needed here.
    """
    del mapping
    _write_incidents(events, laid)
    _write_units(events, laid)


def _write_incidents(events: EventRows, laid: Laid) -> None:
    rows, first = laid.rows, laid.first
    incident, zone = laid.incident[first], laid.zone[first]
    urgency = rows.words("urgency")[0][first].astype("float64")
    urgency[urgency < 0] = np.nan
    origin, words = rows.words("origin")
    arises = laid.earliest("rings", "registered")[first]
    events.add(
        Kind.INCIDENT, arises, incident=incident, place=zone,
        code=events.names(origin, [ENTRIES[w] for w in words])[first],
    )  # fmt: skip
    problem, kinds = rows.words("problem")
    events.add(
        Kind.NEED, arises, incident=incident, place=zone,
        code=events.names(problem, kinds)[first],
    )  # fmt: skip
    _write_rings(events, laid)
    events.add(
        Kind.REGISTERED, laid.time("registered")[first], incident=incident,
        actor=events.name(AMK), place=zone, value=urgency,
        code=events.names(origin, [ORIGINS[w] for w in words])[first],
    )  # fmt: skip
    decided = laid.time("decided")[first]
    alarmed = laid.time("alarmed")[first]
    events.add(
        Kind.REQUESTED, np.where(decided > NONE, decided, alarmed), incident=incident,
        actor=events.name(AMK), place=zone, value=urgency, code=events.name("0"),
    )  # fmt: skip
    outcome, outcomes = rows.words("outcome")
    for word, kind in (("unserved", Kind.UNSERVED), ("cancelled", Kind.CLOSED)):
        if word in outcomes:
            hit = outcome[first] == outcomes.index(word)
            when = np.where(hit, laid.time("registered")[first], NONE)
            events.add(kind, when, incident=incident, place=zone, code=events.name(word))


def _write_rings(events: EventRows, laid: Laid) -> None:
    """Write when an incident's caller rang and was answered, on no named line.

    These are the callers who got an ambulance. They must not pass for all calls to 113: how quickly
    calls are answered is told by a table of calls alone.
    """
    first = laid.first
    rings, answered = laid.time("rings")[first], laid.time("answered")[first]
    both = (rings > NONE) & (answered > NONE)
    wait = np.where(both, (answered - rings) / 1000.0, np.nan)
    events.add(Kind.RINGS, rings, incident=laid.incident[first], value=0.0)
    events.add(Kind.ANSWERED, answered, incident=laid.incident[first], value=wait)


def _write_units(events: EventRows, laid: Laid) -> None:
    rows = laid.rows
    alarmed = laid.time("alarmed")
    sent = alarmed > NONE
    unit, units = rows.words("unit")
    actor = events.names(unit, units)
    actor = np.where(actor < 0, events.name("unit"), actor)
    where, places = rows.words("destination")
    destination = events.names(where, places)
    same = {
        "incident": laid.incident, "mission": np.arange(len(rows)), "actor": actor,
    }  # fmt: skip

    def when(name: str) -> NDArray[np.int64]:
        return np.where(sent, laid.time(name), NONE)

    how = events.names(_how(laid, unit), ("idle", "returning"))
    events.add(Kind.ALARMED, alarmed, **same, code=how)
    events.add(Kind.MOBILISED, when("mobilised"), **same)
    events.add(Kind.ON_SCENE, when("on_scene"), **same, place=laid.zone)
    leaves, arrived = when("leaves_scene"), when("at_destination")
    events.add(Kind.LEAVES_SCENE, leaves, **same, place=laid.zone, code=destination)
    events.add(Kind.AT_DESTINATION, arrived, **same, place=destination)
    ends = _ends(laid, leaves, arrived)
    clear = when("clear")
    for word, kind in (("diverted", Kind.DIVERTED), ("stood_down", Kind.STOOD_DOWN)):
        events.add(kind, np.where(ends == _WORDS.index(word), clear, NONE), **same)
    done = ~np.isin(ends, [_WORDS.index(w) for w in _STOPS])
    conveyed = ends == _WORDS.index("conveyed")
    events.add(
        Kind.CLEAR, np.where(done, clear, NONE), **same,
        place=np.where(conveyed, destination, laid.zone),
        code=events.names(np.where(ends < len(_WORDS), ends, -1), _WORDS),
    )  # fmt: skip
    events.add(Kind.AT_BASE, when("at_base"), actor=actor, place=-1)


_WORDS: Final = (
    "conveyed", "not_conveyed", "assisted", "diverted", "stood_down", "cancelled", "unserved",
)  # fmt: skip


def _ends(laid: Laid, leaves: NDArray[np.int64], arrived: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how each mission ended: as the log says, or as its times do.

    Who drove with the patient conveyed; who was at the scene of somebody else's conveyance
    assisted; who never came to the scene was stood down.
    """
    rows = laid.rows
    conveyed = (leaves > NONE) | (arrived > NONE)
    incident = laid.incident - laid.base
    anybody = np.bincount(incident, conveyed) > 0
    there = laid.time("on_scene") > NONE
    by_times = np.select(
        [conveyed, there & anybody[incident], there],
        [_WORDS.index("conveyed"), _WORDS.index("assisted"), _WORDS.index("not_conveyed")],
        _WORDS.index("stood_down") if rows.has("on_scene") else _WORDS.index("not_conveyed"),
    )
    codes, words = rows.words("outcome")
    said = np.array([*(_WORDS.index(w) for w in words), -1], "int64")[codes]
    return np.where(said >= 0, said, by_times)


def _how(laid: Laid, unit: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return whether a unit was at its base when alarmed: 0 idle, 1 not, -1 unknown.

    It was if its mission before ended there in time; only a log with ``at_base`` says so, and not of
    a unit's first mission.
    """
    rows = laid.rows
    out = np.full(len(rows), -1, "int64")
    if not rows.has("at_base") or not rows.has("unit"):
        return out
    alarmed, base = laid.time("alarmed"), laid.time("at_base")
    order = np.lexsort((alarmed, unit))
    same = (
        np.append(False, unit[order][1:] == unit[order][:-1]) if len(order) else np.zeros(0, bool)
    )
    before = np.append(NONE, base[order][:-1])
    idle = (before > NONE) & (before <= alarmed[order])
    out[order] = np.where(same, np.where(idle, 0, 1), -1)
    return np.where(unit >= 0, out, -1)
