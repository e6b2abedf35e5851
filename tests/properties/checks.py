"""What must be true of every log (R12-R14), each check one function of a run."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from emergency_sim.domain.events import MEANINGS, Kind
from emergency_sim.domain.incident import Entry
from emergency_sim.domain.places import DutyForm
from tests.simulation.scenes import Event, Played

MS = 0.002
"""Seconds by which sums of rounded times may differ."""

MAY_BE_NULL = {
    ("actor", "registered"),  # without AMK an incident goes straight to the dispatcher
    ("actor", "requested"),
    ("actor", "not_presented"),  # no clinic at that hour
}
"""Columns that are null where there is nothing to name."""

AFTER_THE_END = {"task_starts", "task_ends", "moves_home"}
"""What may be written of an incident when it is closed: the journal, the way back."""

TASK_COLUMN = {
    "consultation": "consultation_s",
    "video": "video_s",
    "phone": "doctor_phone_s",
    "documentation": "documentation_s",
    "reception": "nurse_s",
}
"""Tasks that last exactly as long as the incident's column says."""


def counted(run: Played) -> set[int]:
    """Return the incidents that arise before the window ends; later ones may be cut off."""
    end = run.compiled.horizon(0).window_end_s
    return set(run.table["id"][run.table["time_s"] < end].tolist())


def incidents_in_order(run: Played) -> None:
    """Begins with INCIDENT; one CLOSED each; after it only the journal and the way home."""
    open_rows: dict[int, bool] = {}
    for e in run.rows:
        if e.incident is None:
            continue
        if e.kind == "incident":
            assert e.incident not in open_rows, e
            open_rows[e.incident] = True
        elif e.kind == "closed":
            assert open_rows[e.incident], e
            open_rows[e.incident] = False
        elif not open_rows[e.incident]:
            assert e.kind in AFTER_THE_END or e.kind == "satellite_opens", e
    assert counted(run) <= set(open_rows) <= set(run.table["id"].tolist())
    assert not any(open_rows.values())


def calls_in_order(run: Played) -> None:
    """A call rings, is answered or given up, and ends once; its story is in order."""
    calls = defaultdict(list)
    for e in run.rows:
        if e.call is not None and e.kind in ("rings", "answered", "gave_up", "call_ends"):
            calls[e.call].append(e)
    ours = counted(run)
    for story in calls.values():
        kinds = [e.kind for e in story]
        whole = (["rings", "answered", "call_ends"], ["rings", "gave_up"])
        if story[0].incident in ours:
            assert kinds in whole, story
        else:
            assert any(kinds == w[: len(kinds)] for w in whole), story


MISSION_ORDERS = ("alarmed", "mobilised", "on_scene", "leaves_scene", "at_destination", "clear")


def missions_in_order(run: Played) -> None:
    """Each mission tells the unit's story in order and ends once."""
    missions = defaultdict(list)
    for e in run.rows:
        if e.mission is not None:
            missions[e.mission].append(e)
    ours = counted(run)
    for story in missions.values():
        if story[0].incident not in ours:
            continue
        assert len({e.actor for e in story}) == 1, story
        kinds = [e.kind for e in story]
        assert kinds[0] == "alarmed", story
        if kinds[-1] in ("stood_down", "diverted"):
            assert kinds[:-1] in (["alarmed"], ["alarmed", "mobilised"]), story
        elif kinds[-1] == "mobilised":  # no way by road
            assert run.of("unserved", incident=story[0].incident), story
        else:
            assert kinds == [k for k in MISSION_ORDERS if k in kinds], story
            assert {"mobilised", "on_scene", "clear"} <= set(kinds), story
            assert ("leaves_scene" in kinds) == ("at_destination" in kinds), story
            assert (story[-1].code == "conveyed") == ("at_destination" in kinds), story


def units_serve_one(run: Played) -> None:
    """A unit has one mission at a time; a new one cuts short the old in the same instant."""
    current: dict[str, int] = {}
    left: dict[int, float] = {}
    for e in run.rows:
        if e.mission is None:
            continue
        assert e.actor is not None
        if e.kind == "alarmed":
            if e.actor in current:  # the old mission must end in this instant
                left[current[e.actor]] = e.time
            current[e.actor] = e.mission
        elif e.kind in ("clear", "stood_down", "diverted"):
            if e.mission in left:
                assert e.kind in ("diverted", "stood_down"), e
                assert left.pop(e.mission) == e.time, e
            else:
                assert current.pop(e.actor) == e.mission, e
        else:
            if current.get(e.actor) != e.mission:
                raise AssertionError(e)
        if e.kind == "mobilised" and _no_way(run, e):
            current.pop(e.actor)
    assert not left


def _no_way(run: Played, mobilised: Event) -> bool:
    return any(
        e.time == mobilised.time and e.kind == "unserved" and e.incident == mobilised.incident
        for e in run.rows
    )


def units_on_shift(run: Played) -> None:
    """A unit is alarmed in its shift only, and goes off after it."""
    specs = {u.id: u for u in run.compiled.world(0).units}
    on: dict[str, bool] = defaultdict(bool)
    for e in run.rows:
        if e.actor not in specs:
            continue
        if e.kind in ("unit_on", "unit_off"):
            assert on[e.actor] == (e.kind == "unit_off"), e
            on[e.actor] = e.kind == "unit_on"
        if e.kind == "alarmed":
            assert on[e.actor], e
            shifts = specs[e.actor].shifts
            assert any(a <= e.time <= b for a, b in _pairs(shifts)), e
    for unit in specs.values():
        ends = [b for a, b in _pairs(unit.shifts)]
        starts = {a for a, b in _pairs(unit.shifts)}
        offs = run.of("unit_off", actor=unit.id)
        for off in offs:
            assert off.value is not None
            assert off.value >= 0
            assert any(abs(off.time - off.value - b) < MS for b in ends if b not in starts), off


def people_do_one_thing(run: Played) -> None:
    """Tasks of a person do not overlap, and each ends with what it began with."""
    doing: dict[str, Event] = {}
    for e in run.rows:
        assert e.actor is not None or e.kind not in ("task_starts", "task_ends")
        if e.kind == "task_starts":
            assert e.actor not in doing, (doing.get(str(e.actor)), e)
            doing[str(e.actor)] = e
        elif e.kind == "task_ends":
            begun = doing.pop(str(e.actor))
            assert (begun.code, begun.incident) == (e.code, e.incident), (begun, e)


def tasks_last_as_drawn(run: Played) -> None:
    """No minute is lost or made: each piece of work lasts what was drawn for its incident."""
    row = {i: k for k, i in enumerate(run.table["id"].tolist())}
    begun: dict[str, Event] = {}
    informed = {e.incident for e in run.of("doctor_alerted", code="informed")}
    for e in run.rows:
        if e.kind == "task_starts":
            begun[str(e.actor)] = e
        elif e.code == "phone" and e.incident in informed:
            continue  # AMK's call, a constant of the rules
        elif e.kind == "task_ends" and e.code in TASK_COLUMN:
            assert e.incident is not None
            drawn = run.table[TASK_COLUMN[e.code]][row[e.incident]]
            assert abs(e.time - begun[str(e.actor)].time - drawn) < MS, (begun[str(e.actor)], e)


def people_on_duty(run: Played) -> None:
    """Work is done on duty; after a shift only what was begun or would be left without anybody."""
    world = run.compiled.world(0)
    on: dict[str, bool] = defaultdict(bool)
    teams: dict[str, list[Any]] = {}
    shifts = {}
    for _, people in _teams(world):
        for p in people:
            teams[p.id] = people
            shifts[p.id] = p.duty
    last: dict[str, int | None] = {}
    for e in run.rows:
        if e.actor not in shifts:
            continue
        if e.kind in ("duty_starts", "duty_ends"):
            assert on[e.actor] == (e.kind == "duty_ends"), e
            on[e.actor] = e.kind == "duty_starts"
            if e.kind == "duty_starts":
                assert e.time in shifts[e.actor].start, e
            else:
                assert e.value is not None
                assert e.value >= 0
                assert any(abs(e.time - e.value - b) < MS for b in shifts[e.actor].end), e
        if e.kind == "task_starts":
            assert on[e.actor], e
            if not _in_shift(shifts[e.actor], e.time):
                same = e.incident is None or e.incident == last.get(e.actor)
                others = [
                    p
                    for p in teams[e.actor]
                    if p.id != e.actor and _in_shift(p.duty, e.time) and p.duty.start.max() >= 0
                    and any(a < e.time < b for a, b in _pairs(p.duty))
                ]  # fmt: skip
                assert same or not others, (e, [p.id for p in others])
            last[e.actor] = e.incident


def operators_take_one_call(run: Played) -> None:
    """Calls taken since the last change of shift are at most as many as operators on duty."""
    world = run.compiled.world(0)
    row = {i: k for k, i in enumerate(run.table["id"].tolist())}
    lines = [(c, "amk_pickup_s") for c in world.amk] + [(c, "lvs_pickup_s") for c in world.lvs]
    for centre, pickup in lines:
        borders = sorted(
            {t for p in centre.operators for pair in _pairs(p.duty) for t in pair} | {0.0}
        )
        taken: dict[int | None, float] = {}
        for e in run.rows:
            if e.actor != centre.id:
                continue
            if e.kind == "answered":
                taken[e.call] = e.time - run.table[pickup][row[int(e.incident or 0)]]
                since = max(b for b in borders if b <= taken[e.call] + MS)
                on_duty = sum(_in_shift(p.duty, since) for p in centre.operators)
                busy = sum(t >= since for t in taken.values())
                assert busy <= on_duty, (e, busy, on_duty)
            elif e.kind == "call_ends":
                del taken[e.call]


def rooms_hold_one(run: Played) -> None:
    """No more consultations at a time than rooms."""
    rooms = {c.id: c.rooms for c in run.compiled.world(0).clinics}
    busy: dict[str, int] = defaultdict(int)
    for e in run.rows:
        if e.code == "consultation" and e.kind in ("doctor_starts", "doctor_ends"):
            assert e.place is not None
            busy[e.place] += 1 if e.kind == "doctor_starts" else -1
            assert 0 <= busy[e.place] <= rooms[e.place], e


def unmanned_is_recorded(run: Played) -> None:
    """UNMANNED to MANNED is when doctors are on duty and all of them are out (R14).

    A bakvakt counts only when at the clinic.
    """
    for clinic in run.compiled.world(0).clinics:
        ids = {d.id for d in clinic.doctors}
        backup = {d.id for d in clinic.doctors if d.form is DutyForm.BACKUP}
        present: set[str] = set()
        on: set[str] = set()
        out: set[str] = set()
        noted = false_for = False
        since = -1.0
        for e in run.rows:
            if e.time > since and false_for != noted:
                raise AssertionError((clinic.id, "noted" if noted else "not noted", since, e))
            since = e.time
            actor = str(e.actor)
            if actor in ids:
                if e.kind == "duty_starts":
                    on.add(actor)
                elif e.kind == "duty_ends":
                    on.discard(actor)
                    present.discard(actor)
                elif e.kind == "at_site":
                    present.add(actor)
                elif e.kind == "leaves_site":
                    present.discard(actor)
                elif e.code in ("call_out", "home_visit") and e.kind == "task_starts":
                    out.add(actor)
                elif e.code in ("call_out", "home_visit") and e.kind == "task_ends":
                    out.discard(actor)
            if actor == clinic.id and e.kind in ("unmanned", "manned"):
                assert noted == (e.kind == "manned"), e
                noted = e.kind == "unmanned"
            counted_on = on - (backup - present)
            false_for = bool(counted_on) and counted_on <= out


def arrivals_are_conveyances(run: Played) -> None:
    """Conveyed = arrivals at a destination, at most once to each kind of place (R12)."""
    ours = counted(run)
    left, there = (
        [e.incident for e in run.of(kind) if e.incident in ours]
        for kind in ("leaves_scene", "at_destination")
    )
    clear = [e.incident for e in run.of("clear", code="conveyed") if e.incident in ours]
    assert sorted(left) == sorted(there) == sorted(clear)
    row = {i: k for k, i in enumerate(run.table["id"].tolist())}
    count: dict[int | None, int] = defaultdict(int)
    for e in run.of("at_destination"):
        assert e.incident is not None
        count[e.incident] += 1
        assert (
            run.table["conveyed"][row[e.incident]] or run.table["hospital_after"][row[e.incident]]
        )
    assert all(n <= 2 for n in count.values())


def documented_columns(run: Played) -> None:
    """Times never fall; every kind fills the columns that its line of the table names."""
    times = run.log.time_ms
    assert (np.diff(times) >= 0).all()
    for e in run.rows:
        meaning = MEANINGS[Kind[e.kind.upper()]]
        for name in ("actor", "place", "value", "code"):
            said, given = getattr(meaning, name), getattr(e, name)
            if not said:
                assert given is None, (name, e)
            elif "or null" not in said and (name, e.kind) not in MAY_BE_NULL:
                assert given is not None, (name, e)


def home_doctors_come_and_go(run: Played) -> None:
    """A doctor on home duty sees patients at the clinic only between coming and leaving."""
    homes = {
        d.id
        for c in run.compiled.world(0).clinics
        for d in c.doctors
        if d.form in (DutyForm.HOME, DutyForm.BACKUP)
    }
    at: dict[str, bool | None] = dict.fromkeys(homes, False)
    for e in run.rows:
        if e.actor in homes:
            if e.kind == "at_site":
                assert at[e.actor] is not True, e
                at[e.actor] = True
            elif e.kind == "leaves_site":
                assert at[e.actor] is not False, e
                at[e.actor] = False
            elif e.kind == "duty_ends":
                at[e.actor] = None  # the next one in this place starts where this one was
            elif e.kind == "task_starts" and e.code == "consultation":
                assert at[e.actor] is not False, e


def nobody_stays_away(run: Played) -> None:
    """Without distance decay everybody presents."""
    assert not run.of("not_presented")


def everything_ends(run: Played) -> None:
    """No incident is left open when the run ends, and nobody is left in a queue."""
    ours = counted(run)
    left = [e.incident for e in run.of("closed", code="open_at_end") if e.incident in ours]
    assert not left, [(i, run.story(i)) for i in left if i is not None][:3]


def who_was_called_comes(run: Played) -> None:
    """Walk-ins and callers get an answer: a booked patient arrives or is said to be unserved."""
    entry = dict(zip(run.table["id"].tolist(), run.table["entry"].tolist(), strict=True))
    ours = counted(run)
    for i, kind in entry.items():
        if kind == Entry.WALK_IN and i in ours:
            story = run.story(i)
            assert {"arrives", "unserved", "not_presented"} & set(story), (i, story)


CHECKS: tuple[Callable[[Played], None], ...] = (
    documented_columns,
    incidents_in_order,
    calls_in_order,
    missions_in_order,
    units_serve_one,
    units_on_shift,
    people_do_one_thing,
    tasks_last_as_drawn,
    people_on_duty,
    operators_take_one_call,
    rooms_hold_one,
    unmanned_is_recorded,
    arrivals_are_conveyances,
    home_doctors_come_and_go,
    nobody_stays_away,
    who_was_called_comes,
    everything_ends,
)


def _pairs(duty: Any) -> list[tuple[float, float]]:
    return list(zip(duty.start.tolist(), duty.end.tolist(), strict=True))


def _in_shift(duty: Any, time: float) -> bool:
    return any(a <= time < b for a, b in _pairs(duty))


def _teams(world: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for clinic in world.clinics:
        yield clinic.id, clinic.doctors
        yield clinic.id, clinic.nurses
    for satellite in world.satellites:
        yield satellite.id, satellite.nurses
