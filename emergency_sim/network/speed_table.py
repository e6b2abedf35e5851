"""The speed table: one number a row, each with its source (``speeds.csv``; assumption A52)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.speed_rows import ANY, COLUMNS, DEPENDS_ON, KEYS, Quantity, SpeedRow
from emergency_sim.network.speeds import Profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.network.speeds import Driving

FILE: Final = "speeds.csv"
"""Name of the table in a region's folder."""


_WITHOUT_ROW: Final = {
    Quantity.TIME_FACTOR: 1.0, Quantity.HOURS_FACTOR: 1.0, Quantity.SEASON_FACTOR: 1.0,
    Quantity.SIGNAL_S: 0.0, Quantity.YIELD_S: 0.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class SpeedTable:
    """How fast each kind of vehicle drives on each class of road, at each kind of hour.

    Of the rows that match, the one that names most keys counts, and of equals the later one; so a
    general row may stand first and its exceptions below.

    Parameters
    ----------
    rows
        In the order of the file. Without rows all factors are 1 and all delays 0.
    """

    rows: tuple[SpeedRow, ...] = ()

    def value(
        self,
        quantity: Quantity,
        *,
        profile: str = ANY,
        highway: str = ANY,
        limit_kmh: float = float("nan"),
        hours: str = ANY,
        season: str = ANY,
    ) -> float | None:
        """Return the number that counts; None where no row matches and there is no natural one."""
        asked = {
            "profile": profile, "highway": highway, "limit_kmh": limit_kmh, "hours": hours,
            "season": season,
        }  # fmt: skip
        best: SpeedRow | None = None
        for row in self.rows:
            if row.quantity is not quantity:
                continue
            if any(getattr(row, k) not in (ANY, asked[k]) for k in KEYS):
                continue
            if best is None or row.narrowness >= best.narrowness:
                best = row
        return best.value if best is not None else _WITHOUT_ROW.get(quantity)

    def build_speed(self, highway: Sequence[str], limit_kmh: NDArray[Any]) -> NDArray[Any]:
        """Return the free-flow speed of an ordinary car on each link.

        Parameters
        ----------
        highway
            Class of each link.
        limit_kmh
            Legal limit; NaN where unknown.

        Returns
        -------
        NDArray[float64]
            km/h: share x limit, or the class' default; NaN where the table says nothing about a
            class.
        """
        limits = np.asarray(limit_kmh, float)
        known = np.where(np.isfinite(limits), limits, -1.0)
        speed = np.full(len(highway), np.nan)
        classes, code = np.unique(
            np.asarray(highway, dtype=object).astype(str), return_inverse=True
        )
        pairs, at = np.unique(
            np.column_stack((code, known)) if len(highway) else np.empty((0, 2)),
            axis=0, return_inverse=True,
        )  # fmt: skip
        values = np.full(len(pairs), np.nan)
        for k, (c, limit) in enumerate(pairs.tolist()):
            name = str(classes[int(c)])
            if limit > 0:
                share = self.value(
                    Quantity.SHARE, profile=Profile.CAR, highway=name, limit_kmh=limit
                )
                if share is not None:
                    values[k] = share * limit
                    continue
            default = self.value(Quantity.DEFAULT_SPEED, profile=Profile.CAR, highway=name)
            values[k] = np.nan if default is None else default
        if len(highway):
            speed = values[at.reshape(-1)]
        return speed

    def factors(
        self,
        driving: Driving,
        classes: Sequence[str],
        highway: NDArray[Any],
        limit_kmh: NDArray[Any],
    ) -> NDArray[Any]:
        """Return what the seconds of each road are multiplied by, the overall factor not included.

        Parameters
        ----------
        driving
            Profile, hours and season.
        classes
            Names of the classes.
        highway
            Index into ``classes`` per road.
        limit_kmh
            Legal limit per road; NaN where unknown.
        """
        if not any(row.quantity in _FACTORS for row in self.rows):
            return np.ones(len(highway))
        limits, at = np.unique(
            np.where(np.isfinite(limit_kmh), limit_kmh, -1.0), return_inverse=True
        )
        grid = np.array(
            [[self._factor(driving, name, limit) for limit in limits.tolist()] for name in classes]
        ).reshape(len(classes), len(limits))
        return np.asarray(grid[highway, at.reshape(-1)])

    def _factor(self, driving: Driving, highway: str, limit_kmh: float) -> float:
        product = 1.0
        for quantity in _FACTORS:
            value = self.value(
                quantity, profile=driving.profile, highway=highway, limit_kmh=limit_kmh,
                hours=driving.hours.name.lower(), season=driving.season,
            )  # fmt: skip
            product *= 1.0 if value is None else value
        return product

    def delays(self, driving: Driving) -> tuple[float, float]:
        """Return the seconds at a traffic signal and at a junction with a road of a higher class."""
        hours = driving.hours.name.lower()
        signal, gives_way = (
            self.value(q, profile=driving.profile, hours=hours, season=driving.season) or 0.0
            for q in (Quantity.SIGNAL_S, Quantity.YIELD_S)
        )
        return signal, gives_way

    def by_season(self) -> bool:
        """Return whether some road is quicker or slower in a season."""
        return any(r.quantity is Quantity.SEASON_FACTOR and r.value != 1 for r in self.rows)

    def text(self) -> str:
        """Return the table as it stands in ``speeds.csv``."""
        import csv
        import io

        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in self.rows:
            writer.writerow(_cell(getattr(row, name)) for name in COLUMNS)
        return stream.getvalue()

    def with_rows(self, rows: Iterable[SpeedRow]) -> SpeedTable:
        """Return the table with more rows; a row for the same case replaces the old one."""
        new = {row.key: row for row in (*self.rows, *rows)}
        return SpeedTable(tuple(new.values()))


_FACTORS: Final = (Quantity.TIME_FACTOR, Quantity.HOURS_FACTOR, Quantity.SEASON_FACTOR)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return repr(float(value)).removesuffix(".0") if isinstance(value, float) else str(value)


def read_speeds(path: Path) -> SpeedTable:
    """Read a speed table.

    Parameters
    ----------
    path
        CSV with the columns of :data:`COLUMNS`; an empty key cell is ``*``.

    Raises
    ------
    InputFaults
        Everything wrong with the file: also two rows for the same case, a speed or share of 0, and
        a factor keyed by what it cannot depend on.
    """
    faults: list[Fault] = []
    table = read_table(path, COLUMNS, faults=faults)
    rows: list[SpeedRow] = []
    seen: set[Any] = set()
    for line in table:
        row = SpeedRow(**{**line.values, "quantity": Quantity(line["quantity"])})
        if row.key in seen:
            faults.append(line.fault("quantity", "another row holds for the same case"))
        if row.value == 0 and row.quantity not in (Quantity.SIGNAL_S, Quantity.YIELD_S):
            faults.append(line.fault("value", "must be more than 0", got=row.value))
        for key in KEYS:
            if getattr(row, key) != ANY and key not in DEPENDS_ON.get(row.quantity, KEYS):
                message = f"{row.quantity} does not depend on it: write *"
                faults.append(line.fault(key, message, got=getattr(row, key)))
        if row.quantity in (Quantity.DEFAULT_SPEED, Quantity.SHARE) and row.profile not in (
            ANY, Profile.CAR,
        ):  # fmt: skip
            message = f"{row.quantity} is the ordinary car's: others differ by time_factor"
            faults.append(line.fault("profile", message, got=row.profile))
        if row.low is not None and row.high is not None and not row.low <= row.value <= row.high:
            message = f"lies outside its own range {row.low:g} to {row.high:g}"
            faults.append(line.fault("value", message, got=row.value))
        seen.add(row.key)
        rows.append(row)
    if faults:
        raise InputFaults(faults)
    return SpeedTable(tuple(rows))
