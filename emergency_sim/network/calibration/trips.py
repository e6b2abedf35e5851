"""Observed trips (``trips.csv``): read, checked against the network, joined to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.csv_rows import Row
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.calibration.trip_ends import PROFILES, read_ends
from emergency_sim.network.road_network import RoadNetwork
from emergency_sim.network.speeds import FerryClass, Profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.calibration.trip_ends import Ends
    from emergency_sim.network.region import Region

URGENCIES: Final = {
    "acute": Profile.AMBULANCE_BLUE, "urgent": Profile.AMBULANCE, "regular": Profile.AMBULANCE,
    "car": Profile.CAR,
}  # fmt: skip
LONGEST_S: Final = 86_400.0
FASTEST_KMH: Final = 200.0
SLOWEST_KMH: Final = 3.0
"""Straight-line speeds beyond these are no drives: a clock, a place or a stop on the way is wrong."""
MOST_IMPOSSIBLE: Final = 0.2
"""A larger share of impossible trips is a fault of the file, not of some trips."""
FARTHEST_M: Final = 2000.0
"""From a trip's end to the nearest road."""
TIME_ZONE: Final = "Europe/Oslo"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trips:
    """Observed drives; one element each.

    Parameters
    ----------
    line
        int64: line of the file.
    profile
        int8, index into :data:`PROFILES`.
    hours
        int8: FerryClass of the departure.
    month
        int8, 1 to 12: of the departure.
    seconds
        float64: observed.
    group
        uint64 of the SHA-256 of the row: puts a trip into its part of the hold-out test wherever it
        stands in the file.
    begin, end
        Places on the network.
    left_out
        Line and reason of trips that are not used.
    file, digest
        Name and SHA-256 of the file.
    """

    line: NDArray[Any]
    profile: NDArray[Any]
    hours: NDArray[Any]
    month: NDArray[Any]
    seconds: NDArray[Any]
    group: NDArray[Any]
    begin: Ends
    end: Ends
    left_out: tuple[tuple[int, str], ...] = ()
    file: str = "trips.csv"
    digest: str = ""

    def __len__(self) -> int:
        """Return the number of trips."""
        return len(self.line)

    def chosen(self, which: NDArray[Any], reason: str = "") -> Trips:
        """Return the trips of a mask; the others are left out for a reason."""
        keep = np.flatnonzero(which)
        gone = tuple((int(k), reason) for k in self.line[~np.asarray(which)])
        arrays = ("line", "profile", "hours", "month", "seconds", "group")
        return replace(
            self,
            begin=self.begin.chosen(keep),
            end=self.end.chosen(keep),
            left_out=tuple(sorted((*self.left_out, *gone))),
            **{name: getattr(self, name)[keep] for name in arrays},
        )


def _departure(cell: str) -> datetime:
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        found = None
    if found is None or len(cell) < len("2024-01-31T03"):
        raise ct.CellError("must be a date with a time of day, as 2024-01-31T03:15 (local time)")
    if found.tzinfo is not None:
        from zoneinfo import ZoneInfo

        found = found.astimezone(ZoneInfo(TIME_ZONE))
    return found


def _seconds(cell: str) -> float:
    value = ct.number(cell)
    if not 0 < value <= LONGEST_S:
        raise ct.CellError(f"must be more than 0 and at most {LONGEST_S:g} (a day)")
    return value


def _degrees(least: float, most: float) -> ct.Column:
    return ct.optional(ct.within(ct.number, least, most))


_ENDS: Final = ("from", "to")
COLUMNS: Final[ct.Columns] = {
    "from": ct.optional(ct.identifier, ""),
    "from_lon": _degrees(-180, 180),
    "from_lat": _degrees(-90, 90),
    "to": ct.optional(ct.identifier, ""),
    "to_lon": _degrees(-180, 180),
    "to_lat": _degrees(-90, 90),
    "departure": _departure,
    "seconds": _seconds,
    "urgency": ct.Column(ct.one_of(URGENCIES), default="car"),
}


def read_trips(path: Path | str, region: Region, *, farthest_m: float = FARTHEST_M) -> Trips:
    """Read observed trips and join their ends to the network.

    Parameters
    ----------
    path
        CSV with the columns departure (ISO 8601; without a zone it is Norwegian local time), seconds
        (from leaving to arriving), urgency (acute: with blue light; urgent, regular: an ambulance
        without; car or empty: an ordinary car) and, for each end, ``from`` and ``to`` (a node's id,
        ``"7.16 62.74"`` as longitude and latitude, or x and y in EPSG:25833) or from_lon, from_lat,
        to_lon, to_lat. Other columns are not read.
    region
        Its network is of roads.
    farthest_m
        Most metres from an end to a road that the profile may use.

    Returns
    -------
    Trips
        Those with possible speeds: a straight line driven faster than 200 km/h or slower than
        3 km/h is left out, and named in ``left_out``.

    Raises
    ------
    InputFaults
        Everything wrong with the file: cells, unknown nodes, ends off the network with their
        distance, rows that stand twice, and more than a fifth of trips with impossible speeds.
    """
    if not isinstance(region.network, RoadNetwork):
        fault = Fault(file="--network", message="a matrix has no roads to calibrate")
        raise InputFaults([fault])
    faults: list[Fault] = []
    table = read_table(path, COLUMNS, key=tuple(COLUMNS), faults=faults, other_columns=True)
    for side in _ENDS:
        degrees = {f"{side}_lon", f"{side}_lat"}
        if table.header and side not in table.header and not degrees <= set(table.header):
            message = f"the column '{side}' is missing (or {side}_lon and {side}_lat)"
            table.rows.clear()  # nothing can be said of their ends
            faults.append(Fault(file=table.file, message=message))
    if faults and not table.rows:
        raise InputFaults(faults)
    if not table.rows:
        raise InputFaults([Fault(file=table.file, message="there are no trips")])
    profile = np.array([PROFILES.index(URGENCIES[row["urgency"]]) for row in table], np.int8)
    begin, end = (
        read_ends(table.rows, side, region, profile, farthest_m, faults) for side in _ENDS
    )
    if faults:
        raise InputFaults(faults)
    departure = table.column("departure")
    trips = Trips(
        line=np.array([row.line for row in table], np.int64),
        profile=profile,
        hours=np.array([FerryClass.at(t.hour) for t in departure], np.int8),
        month=np.array([t.month for t in departure], np.int8),
        seconds=np.array(table.column("seconds"), float),
        group=np.array([_group(row) for row in table], np.uint64),
        begin=begin,
        end=end,
        file=Path(path).name,
        digest=sha256(Path(path).read_bytes()).hexdigest(),
    )
    return _possible(trips, table.file)


def _group(row: Row) -> int:
    text = "\x1f".join(str(row[name]) for name in COLUMNS)
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def _possible(trips: Trips, file: str) -> Trips:
    """Return the trips whose straight line was driven at a possible speed."""
    metres = np.hypot(trips.end.x - trips.begin.x, trips.end.y - trips.begin.y)
    kmh = metres / trips.seconds * 3.6
    fast, slow = kmh > FASTEST_KMH, kmh < SLOWEST_KMH
    if (fast | slow).sum() > MOST_IMPOSSIBLE * len(trips):
        lines = ", ".join(str(k) for k in trips.line[fast | slow][:10])
        message = (
            f"{int(fast.sum())} of {len(trips)} trips are faster than {FASTEST_KMH:g} km/h along the "
            f"straight line and {int(slow.sum())} slower than {SLOWEST_KMH:g}: are the times seconds, "
            f"and the places right? Lines {lines}"
        )
        raise InputFaults([Fault(file=file, line=int(trips.line[fast | slow][0]), message=message)])
    trips = trips.chosen(~fast, f"faster than {FASTEST_KMH:g} km/h along the straight line")
    return trips.chosen(~slow[~fast], f"slower than {SLOWEST_KMH:g} km/h along the straight line")
