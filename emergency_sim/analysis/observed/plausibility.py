"""Is the log itself plausible: what is odd in it, before anything is compared with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.observed.timestamps import NONE
from emergency_sim.domain.log_mapping import CALL_TIMES, CLINIC_TIMES, MISSION_TIMES

if TYPE_CHECKING:
    from emergency_sim.analysis.observed.mapped_log import MappedLog
    from emergency_sim.analysis.observed.rows import Rows

DAY_MS: Final = 86_400_000
LONGEST_H: Final = 24
QUIET_DAY: Final = 0.001
"""A day with so few rows that it would come less often than this by chance is named."""
HEAPED: Final = 0.10
"""Share of times on the full minute (chance: 1 in 60) from which on it is said."""
HEAPED_FIVE: Final = 0.30
"""The same for minutes that end on 0 or 5 (chance: 1 in 5)."""
_ORDER: Final = {"missions": MISSION_TIMES, "calls": CALL_TIMES, "clinic": CLINIC_TIMES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something odd.

    Parameters
    ----------
    table, about
        Where: the table, and the column or day.
    says
        What, as a sentence.
    count
        How many rows or days.
    """

    table: str
    about: str
    says: str
    count: int


def remarks(mapped: MappedLog) -> list[Remark]:
    """Return everything odd about a log: rows set aside, gaps, heaping, clock changes, long times."""
    found: list[Remark] = []
    for name, rows in mapped.tables.items():
        found += _set_aside(name, rows)
        found += _heaping(name, rows)
        found += _gaps(name, rows)
        found += _long(name, rows)
        if rows.repeated:
            says = "times lie in the hour that comes twice when summer time ends; taken as the "
            says += "first, unless the row says otherwise"
            found.append(Remark(table=name, about="clock", says=says, count=rows.repeated))
    if mapped.unplaced:
        says = (
            "incidents have no place that the scenario knows; they count in the whole region only"
        )
        found.append(Remark(table="missions", about="place", says=says, count=mapped.unplaced))
    unalarmed = int((mapped.tables["missions"].true_ms("alarmed") == NONE).sum())
    if unalarmed:
        says = "rows have no alarm: incidents without a unit"
        found.append(Remark(table="missions", about="alarmed", says=says, count=unalarmed))
    return found


def _set_aside(name: str, rows: Rows) -> list[Remark]:
    found = [
        Remark(
            table=name,
            about=r.cells.names[r.ours],
            says=f"set aside: {r.message}",
            count=len(r.rows),
        )
        for r in rows.rejected
    ]
    if rows.cells.short:
        says = "set aside: not as many cells as the header"
        found.append(Remark(table=name, about="row", says=says, count=len(rows.cells.short)))
    return found


def _heaping(name: str, rows: Rows) -> list[Remark]:
    found = []
    for ours in _ORDER[name]:
        times = rows.wall_ms(ours)
        times = times[times > NONE]
        if len(times) < 100:
            continue
        whole = np.mean(times % 60_000 == 0)
        five = np.mean(times // 60_000 % 5 == 0)
        if five > HEAPED_FIVE:
            says = f"{100 * five:.0f} % end on a 0 or 5 of minutes (chance: 20 %): rounded by hand"
        elif whole > HEAPED:
            says = f"{100 * whole:.0f} % are whole minutes (chance: 2 %)"
        else:
            continue
        about = rows.cells.names[ours]
        found.append(Remark(table=name, about=about, says=says, count=len(times)))
    return found


def _gaps(name: str, rows: Rows) -> list[Remark]:
    """Return days inside the table's own period that have none or very few rows."""
    times = rows.wall_ms(_ORDER[name][2] if name == "missions" else _ORDER[name][0])
    day = times[times > NONE] // DAY_MS
    if not len(day):
        return []
    counts = np.bincount(day - day.min())
    from scipy.stats import poisson

    free = (np.arange(len(counts)) + int(day.min()) + 3) % 7 >= 5  # 1970 began on a Thursday
    usual = min(float(np.median(counts[k])) for k in (free, ~free) if k.any())
    quiet = np.flatnonzero(poisson.cdf(counts, usual) < QUIET_DAY / max(len(counts), 1))
    first = np.datetime64(int(day.min()), "D").astype(object)
    found = []
    for at in quiet[:10].tolist():
        when = (first + timedelta(days=int(at))).isoformat()
        edge = at in (0, len(counts) - 1)
        says = f"{counts[at]} on this day, {usual:g} on a usual one"
        says += ": the log begins or ends within it" if edge else ": a gap"
        found.append(Remark(table=name, about=when, says=says, count=int(counts[at])))
    if len(quiet) > 10:
        more = len(quiet) - 10
        found.append(Remark(table=name, about="days", says="further such days", count=more))
    return found


def _long(name: str, rows: Rows) -> list[Remark]:
    times = [t for t in _ORDER[name] if rows.has(t)]
    big = np.int64(2**62)
    columns = np.array([rows.true_ms(t) for t in times])
    known = columns > NONE
    last = np.where(known, columns, -big).max(axis=0)
    first = np.where(known, columns, big).min(axis=0)
    long = int(((last - first) > LONGEST_H * 3_600_000).sum())
    if not long:
        return []
    says = f"rows last more than {LONGEST_H} hours: is a date wrong?"
    return [Remark(table=name, about="duration", says=says, count=long)]
