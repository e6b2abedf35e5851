"""One row a duty of a person: on duty, active, on standby at the site or at home (R14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.clock_classes import DAY_MS, HOUR_MS, MINUTE_MS, night_pieces
from emergency_sim.analysis.table import Coded, Table
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.clock_classes import ClockClasses
    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.log_view import LogView

ROLES = ("doctor", "nurse", "operator")
FORMS = ("active", "onsite", "home", "backup", "daytime")
AT_HOME = ("home", "backup")
_KINDS = (
    Kind.DUTY_STARTS, Kind.DUTY_ENDS, Kind.TASK_STARTS, Kind.TASK_ENDS, Kind.AT_SITE,
    Kind.LEAVES_SITE,
)  # fmt: skip


class Stretches:
    """The time of every person cut where something changes: on duty or not, active, at the site.

    Every millisecond of a duty belongs to one stretch, so that active, standby at the site and
    standby at home add up to the hours on duty exactly.

    Parameters
    ----------
    view
        The log.
    until_ms
        What has not ended when the log ends lasts until then.
    """

    def __init__(self, view: LogView, until_ms: int) -> None:
        rows = view.rows(*_KINDS)
        rows = rows[np.argsort(view.actor[rows], kind="stable")]
        kind, actor = view.kind[rows], view.actor[rows]
        n = len(rows)
        new = np.ones(n, bool)
        new[1:] = actor[1:] != actor[:-1]
        begins = np.maximum.accumulate(np.where(new, np.arange(n), 0)) if n else np.zeros(0, int)
        self.active = _running(kind, Kind.TASK_STARTS, Kind.TASK_ENDS, begins) > 0
        on_duty = _running(kind, Kind.DUTY_STARTS, Kind.DUTY_ENDS, begins) > 0
        starts = kind == Kind.DUTY_STARTS
        self.duty = np.where(on_duty, np.cumsum(starts) - 1, -1)
        # A new duty begins at home, unless work under way keeps the person where he or she is.
        marks = (kind == Kind.AT_SITE) | (kind == Kind.LEAVES_SITE) | (starts & ~self.active)
        mark = np.maximum.accumulate(np.where(marks | new, np.arange(n), 0)) if n else begins
        self.at_site = kind[mark] == Kind.AT_SITE
        self.start = view.time_ms[rows]
        self.end = np.append(self.start[1:], until_ms) if n else self.start
        last = np.append(new[1:], True) if n else new
        self.end[last] = np.maximum(until_ms, self.start[last])
        self.duty_rows = rows[starts]
        keep = self.end > self.start
        for name in ("active", "duty", "at_site", "start", "end"):
            setattr(self, name, getattr(self, name)[keep])
        self.actor = actor[keep]


def staff_table(view: LogView, frame: DistrictFrame, clock: ClockClasses) -> Table:
    """Return one row a duty that touches the window.

    Columns: ``person``, ``place``, ``role``, ``form``, ``starts_s``, ``ends_s`` (NaN: lasts on),
    ``overtime_s``; clipped to the window ``duty_s`` = ``active_s`` + ``onsite_s`` + ``home_s`` and
    the same within legevakt hours (``legevakt_duty_s`` ...); ``nights`` (23-07, begun in the
    window, at least a minute of rostered duty), of them ``disturbed_nights`` (at least one active
    minute), ``nights_over_1h``, ``nights_over_3h``; ``wakings`` (active stretches that begin
    in them); ``call_outs``, ``home_visits``, ``tasks`` begun in the window;
    ``weekend`` (touches a free day).
    """
    low, high = round(frame.window_start_s * 1000), round(frame.window_end_s * 1000)
    last = int(view.time_ms[-1]) if len(view.time_ms) else high
    cut = Stretches(view, max(high, last))
    rows = cut.duty_rows
    n = len(rows)
    form = Coded(view.translate(FORMS)[view.code[rows]], FORMS)
    columns = _who(view, frame, rows) | {"form": form}
    ends = _ends(view, rows)
    columns["starts_s"] = view.time_ms[rows] / 1000.0
    columns["ends_s"] = np.append(view.time_ms / 1000.0, np.nan)[ends]
    overtime = np.nan_to_num(np.append(view.value, 0.0)[ends])
    columns["overtime_s"] = overtime
    away = form.isin(AT_HOME)
    columns |= _seconds(cut, away, clock, low, high, n)
    scheduled = np.where(ends >= 0, np.append(view.time_ms, high)[ends], max(high, last))
    scheduled = scheduled - np.rint(overtime * 1000).astype("int64")
    columns |= _nights(cut, view.time_ms[rows], scheduled, low, high)
    columns |= _tasks(view, cut, low, high, n)
    columns["weekend"] = clock.weekend_days(
        np.clip(view.time_ms[rows], low, high), np.clip(scheduled, low, high)
    )
    kept = np.flatnonzero((columns["duty_s"] > 0) | (columns["nights"] > 0))
    return Table({k: c.take(kept) if isinstance(c, Coded) else c[kept] for k, c in columns.items()})


def _running(kind: NDArray[Any], up: Kind, down: Kind, begins: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many more ``up`` than ``down`` each person has had so far."""
    step = (kind == up).astype("int64") - (kind == down)
    total = np.concatenate([[0], np.cumsum(step)])
    return np.asarray(total[1:] - total[begins])


def _who(view: LogView, frame: DistrictFrame, rows: NDArray[Any]) -> dict[str, Any]:
    person = view.translate(tuple(p.id for p in frame.people))[view.actor[rows]]
    role = np.array([*(ROLES.index(p.role) for p in frame.people), -1])[person]
    return {
        "person": view.text("actor", rows),
        "place": view.text("place", rows),
        "role": Coded(role, ROLES),
    }


def _ends(view: LogView, rows: NDArray[Any]) -> NDArray[np.int64]:
    """Return for each ``duty_starts`` the row of the log with its end, -1 where it lasts on."""
    ended = view.rows(Kind.DUTY_ENDS)
    ended = ended[np.argsort(view.actor[ended], kind="stable")]
    span = np.int64(int(view.time_ms.max(initial=0)) + 2)
    key = view.actor[ended].astype("int64") * span + view.time_ms[ended]
    own = view.actor[rows].astype("int64") * span
    at = np.searchsorted(key, own + view.time_ms[rows], side="right")
    found = np.append(key, 2**62)[at]
    return np.where(found < own + span, np.append(ended, -1)[at], -1)


def _seconds(
    cut: Stretches, away: NDArray[np.bool_], clock: ClockClasses, low: int, high: int, n: int
) -> dict[str, Any]:
    start, end = np.clip(cut.start, low, high), np.clip(cut.end, low, high)
    length, legevakt = end - start, clock.legevakt_ms(start, end)
    own = cut.duty >= 0
    home = own & ~cut.active & np.append(away, False)[cut.duty] & ~cut.at_site
    parts = {
        "duty": own,
        "active": own & cut.active,
        "onsite": own & ~cut.active & ~home,
        "home": home,
    }
    out: dict[str, Any] = {}
    for prefix, weight in (("", length), ("legevakt_", legevakt)):
        for name, part in parts.items():
            total = np.bincount(cut.duty[part], weights=weight[part], minlength=n)
            out[f"{prefix}{name}_s"] = total / 1000.0
    return out


def _nights(
    cut: Stretches, start: NDArray[Any], scheduled: NDArray[Any], low: int, high: int
) -> dict[str, Any]:
    """Count nights of rostered duty that begin in the window, and how they were disturbed."""
    n = len(start)
    row, night, length = night_pieces(start, scheduled)
    begins = night * DAY_MS + 23 * HOUR_MS
    kept = (length >= MINUTE_MS) & (begins >= low) & (begins < high)
    row, night = row[kept], night[kept]
    most = int(night.max(initial=0)) + 2
    key = row * most + night
    order = np.argsort(key)
    sorted_keys = np.append(key[order], -1)

    def place(duty: NDArray[Any], nights: NDArray[Any]) -> NDArray[np.int64]:
        wanted = np.where((nights >= 0) & (nights < most), duty * most + nights, -2)
        at = np.searchsorted(sorted_keys[:-1], wanted)
        return np.where(sorted_keys[at] == wanted, np.append(order, -1)[at], -1)

    busy = np.flatnonzero(cut.active & (cut.duty >= 0))
    piece, when, active = night_pieces(cut.start[busy], cut.end[busy])
    at = place(cut.duty[busy[piece]], when)
    minutes = np.bincount(at[at >= 0], weights=active[at >= 0], minlength=len(key))
    # a stretch of work that begins when the person was not working wakes him or her
    rest = np.ones(len(cut.active), bool)
    rest[1:] = ~cut.active[:-1] | (cut.actor[1:] != cut.actor[:-1]) | (cut.start[1:] > cut.end[:-1])
    woken = np.flatnonzero(cut.active & rest & (cut.duty >= 0))
    since = cut.start[woken] - 23 * HOUR_MS
    in_night = since % DAY_MS < 8 * HOUR_MS
    at = place(cut.duty[woken], np.where(in_night, since // DAY_MS, -1))
    wakings = np.bincount(at[at >= 0], minlength=len(key))
    out: dict[str, Any] = {"nights": np.bincount(row, minlength=n)}
    for name, least in (
        ("disturbed_nights", MINUTE_MS), ("nights_over_1h", HOUR_MS + 1),
        ("nights_over_3h", 3 * HOUR_MS + 1),
    ):  # fmt: skip
        out[name] = np.bincount(row[minutes >= least], minlength=n)
    out["wakings"] = np.bincount(row, weights=wakings, minlength=n).astype("int64")
    return out


def _tasks(view: LogView, cut: Stretches, low: int, high: int, n: int) -> dict[str, Any]:
    rows = view.rows(Kind.TASK_STARTS)
    rows = rows[(view.time_ms[rows] >= low) & (view.time_ms[rows] < high)]
    span = np.int64(int(view.time_ms.max(initial=0)) + 2)
    duty_key = view.actor[cut.duty_rows].astype("int64") * span + view.time_ms[cut.duty_rows]
    own = view.actor[rows].astype("int64") * span
    at = np.searchsorted(duty_key, own + view.time_ms[rows], side="right") - 1
    ok = (at >= 0) & (np.append(duty_key, -1)[at] >= own)
    rows, at = rows[ok], at[ok]
    out: dict[str, Any] = {"tasks": np.bincount(at, minlength=n)}
    for name in ("call_out", "home_visit"):
        chosen = np.isin(rows, view.with_code(rows, name))
        out[f"{name}s"] = np.bincount(at[chosen], minlength=n)
    return out
