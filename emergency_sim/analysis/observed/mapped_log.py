"""A service's own log as our event log: read, checked, placed, laid on days.

Everything that the indicators need and the log does not say stays null; nothing is made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.analysis.observed import call_events, clinic_events, mission_events
from emergency_sim.analysis.observed.event_rows import EventRows
from emergency_sim.analysis.observed.log_tables import read_tables
from emergency_sim.analysis.observed.places import zones_of
from emergency_sim.analysis.observed.timestamps import NONE
from emergency_sim.domain.log_mapping import CALL_TIMES, CLINIC_TIMES, MISSION_TIMES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.analysis.observed.places import ZonePlaces
    from emergency_sim.analysis.observed.rows import Rows
    from emergency_sim.domain.log_mapping import LogMapping

DAY_MS: Final = 86_400_000
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MappedLog:
    """A service's own log in our columns.

    Parameters
    ----------
    log
        Events; second 0 is midnight of :attr:`start`.
    start, days
        First day, and number of days from it to the last one on which an incident was registered.
    tables
        The tables by name, with the rows that were set aside.
    known
        Columns that the mapping names, as ``missions.at_base``.
    zones
        Ids of the zones that may occur.
    placed_by
        ``zone``, ``coordinates``, ``municipality`` or ``nothing``.
    unplaced
        Incidents whose place is not known.
    crew_at_home
        Units whose crew waits at home.
    whole_minutes
        Most of the log's times are whole minutes.
    """

    log: EventLog
    start: date
    days: int
    tables: dict[str, Rows]
    known: frozenset[str]
    zones: tuple[str, ...] = ()
    placed_by: str = "nothing"
    unplaced: int = 0
    crew_at_home: tuple[str, ...] = ()
    whole_minutes: bool = False

    @property
    def resolution_s(self) -> float:
        """Steps in which the log's times are written, in seconds."""
        return 60.0 if self.whole_minutes else 1.0


@dataclass(slots=True, eq=False)
class Laid:
    """Rows of one table on the days of the log.

    Parameters
    ----------
    rows
        The table.
    first
        Row numbers of each incident's first row, one an incident.
    incident
        Number of the incident, a row each; they begin at :attr:`base`.
    base
        The first number.
    shift_ms
        What is added to a time as it really passed, a row each.
    zone
        Position in the zones, -1 unknown, a row each.
    """

    rows: Rows
    first: NDArray[np.int64]
    incident: NDArray[np.int64]
    base: int
    shift_ms: NDArray[np.int64]
    zone: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, "int64"))

    def time(self, name: str) -> NDArray[np.int64]:
        """Return one of its times in milliseconds of the log; NONE where there is none."""
        true = self.rows.true_ms(name)
        return np.where(true > NONE, true + self.shift_ms, NONE)

    def earliest(self, *names: str) -> NDArray[np.int64]:
        """Return the earliest of some times, NONE where there is none of them."""
        big = np.int64(2**62)
        times = [self.time(name) for name in names]
        found = np.min([np.where(t > NONE, t, big) for t in times], axis=0)
        return np.where(found < big, found, NONE)


def map_log(
    path: Path,
    mapping: LogMapping,
    *,
    folder: Path,
    places: ZonePlaces | None = None,
    projected: Any = None,
) -> MappedLog:
    """Return a service's own log as events.

    Parameters
    ----------
    path
        The table of missions.
    mapping
        What its columns and cells mean.
    folder
        Of the mapping file: further tables are named from it.
    places
        Zones of the scenario that it is compared with.
    projected
        From (lon, lat) to (x, y).

    Raises
    ------
    InputFaults
        A file that cannot be read; a table with more bad rows than ``bad_share``: then the first
        twenty of each reason with file, line and column.
    """
    tables = read_tables(path, mapping, folder)
    laid: dict[str, Laid] = {}
    base = 0
    for name, rows in tables.items():
        laid[name] = _laid(rows, base)
        base += int(laid[name].incident.max(initial=base - 1)) + 1 - base
    wall = [_first_wall(one)[one.first] for one in laid.values()]
    start_ms = min(int(w.min()) for w in wall) // DAY_MS * DAY_MS
    missions = wall[0]
    days = int((int(missions.max()) - start_ms) // DAY_MS) + 1
    events = EventRows()
    zones: tuple[str, ...] = ()
    placed_by, unplaced = "nothing", 0
    writers = {
        "missions": mission_events.write, "calls": call_events.write, "clinic": clinic_events.write,
    }  # fmt: skip
    for name, one in laid.items():
        one.shift_ms -= start_ms
        zone, ids, by = zones_of(one.rows, mapping, places, projected)
        shifted = np.where(zone >= 0, zone + len(zones), -1) if places is None else zone
        one.zone = events.names(shifted, (*zones, *ids) if places is None else ids).astype("int64")
        zones = tuple(dict.fromkeys((*zones, *ids)))
        if name == "missions":
            placed_by = by if (zone >= 0).any() else "nothing"
            unplaced = int((zone[one.first] < 0).sum())
        writers[name](events, one, mapping)
    known = frozenset(
        f"{name}.{ours}" for name, rows in tables.items() for ours in rows.cells.names
    )
    return MappedLog(
        log=EventLog(events.columns()),
        start=_EPOCH + timedelta(days=start_ms // DAY_MS),
        days=days,
        tables=tables,
        known=known,
        zones=zones,
        placed_by=placed_by,
        unplaced=unplaced,
        crew_at_home=mapping.missions.crew_at_home,
        whole_minutes=_whole_minutes(tables["missions"]),
    )


def _first_wall(one: Laid) -> NDArray[np.int64]:
    """Return the earliest clock time of each row."""
    big = np.int64(2**62)
    times = [one.rows.wall_ms(t) for t in _times_of(one.rows)]
    return np.asarray(np.min([np.where(t > NONE, t, big) for t in times], axis=0))


def _times_of(rows: Rows) -> list[str]:
    order = {"missions": MISSION_TIMES, "calls": CALL_TIMES, "clinic": CLINIC_TIMES}
    return [t for t in order[rows.table] if rows.has(t)]


def _laid(rows: Rows, base: int) -> Laid:
    """Give incidents their numbers and put each on the clock of its first time."""
    if rows.table == "missions":
        codes, _ = rows.words("incident")
        _, incident = np.unique(codes, return_inverse=True)
    else:
        incident = np.arange(len(rows))
    big = np.int64(2**62)
    times = _times_of(rows)
    true = np.array([np.where((t := rows.true_ms(n)) > NONE, t, big) for n in times])
    which = true.argmin(axis=0)
    at = np.arange(len(rows))
    wall = np.array([rows.wall_ms(n) for n in times])
    row_first = true[which, at]
    offset = wall[which, at] - row_first
    alarmed = rows.true_ms("alarmed")
    alarmed = np.where(alarmed > NONE, alarmed, big)
    order = np.lexsort((at, alarmed, row_first, incident))
    starts = np.append(True, np.diff(incident[order]) > 0) if len(order) else np.zeros(0, bool)
    first = order[starts]
    return Laid(
        rows=rows, first=first, incident=incident.astype("int64") + base, base=base,
        shift_ms=offset[first][incident],
    )  # fmt: skip


def _whole_minutes(rows: Rows) -> bool:
    stamps = np.concatenate([rows.wall_ms(t) for t in _times_of(rows)])
    stamps = stamps[stamps > NONE]
    return bool(len(stamps) and np.mean(stamps % 60_000 == 0) > 0.5)
