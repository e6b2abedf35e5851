"""What the analysis must know beyond the event log: people, places, rosters, access, the window."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.actors import (
    IndicatorSettings,
    PersonInfo,
    PlaceInfo,
    UnitInfo,
)
from emergency_sim.analysis.rosters import DutyRate, RosterLine
from emergency_sim.analysis.week import Week
from emergency_sim.domain.clock import QUARTERS_OF_WEEK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

HOURS_OF_WEEK = 168


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DistrictFrame:
    """The district of one scenario, as far as tables and indicators need it.

    Only :attr:`start` differs between the replications of a scenario (see :meth:`starting`).

    Parameters
    ----------
    scenario
        Id of the scenario.
    start
        Date of second 0 (midnight, local time).
    window_start_s, window_end_s
        Counting window in seconds since :attr:`start`, half-open (R19).
    zone_ids, municipality, municipality_name, area
        Strings per zone, in the order of ``zones.csv``.
    population
        float64 per zone: people, all ages.
    tettbygd, outside
        bool per zone: in a tettsted of more than 10,000; people of another region (their demand
        occupies a clinic here, but they are in no rate and no access figure).
    serving
        int32, shape (zones, 168): position in :attr:`places` of the clinic whose district the zone
        belongs to at that hour of a plain week (Monday 00 = 0; legevakt, or fastlege duty office on
        weekdays 08-16); -1: none.
    access_doctor_s
        float64, shape (zones, 168): expected seconds by car, access time of the zone included, to
        the clinic that the zone's patients belong to at that hour with a doctor present
        (R11 reading a); ``inf``: no way or nobody.
    access_any_s
        The same to the nearest open site that takes a regular (green) patient of this zone,
        satellites included (R11 reading b).
    week
        The same two ways by quarter of an hour, of which the columns by hour are the clinic when the
        hour begins and the mean way; None: nothing is known within the hour.
    places, people, units
        All that may occur as actor or place in the log.
    rosters
        Duty lines over the roster cycle.
    duty_rates
        What an hour of duty costs, by actor and form; empty: no cost is given.
    groups
        Named groups of areas (``concerned`` ...), in the order of the report.
    public_holidays
        Dates that count as Sunday.
    settings
        Choices of definition.

    Raises
    ------
    ValueError
        If columns do not fit together.
    """

    scenario: str
    start: date
    window_start_s: float
    window_end_s: float
    zone_ids: tuple[str, ...]
    municipality: tuple[str, ...]
    municipality_name: tuple[str, ...]
    area: tuple[str, ...]
    population: NDArray[Any]
    tettbygd: NDArray[Any]
    outside: NDArray[Any]
    serving: NDArray[Any]
    access_doctor_s: NDArray[Any]
    access_any_s: NDArray[Any]
    places: tuple[PlaceInfo, ...]
    people: tuple[PersonInfo, ...] = ()
    units: tuple[UnitInfo, ...] = ()
    rosters: tuple[RosterLine, ...] = ()
    duty_rates: tuple[DutyRate, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    public_holidays: tuple[date, ...] = ()
    settings: IndicatorSettings = field(default_factory=IndicatorSettings)
    week: Week | None = None

    def __post_init__(self) -> None:
        n = len(self.zone_ids)
        for name in (
            "municipality",
            "municipality_name",
            "area",
            "population",
            "tettbygd",
            "outside",
        ):
            if len(getattr(self, name)) != n:
                raise ValueError(f"{name}: {len(getattr(self, name))} values for {n} zones")
        for name in ("serving", "access_doctor_s", "access_any_s"):
            if getattr(self, name).shape != (n, HOURS_OF_WEEK):
                raise ValueError(f"{name}: shape {getattr(self, name).shape}, not ({n}, 168)")
        if self.week is not None and len(self.week.serving) != n:
            raise ValueError(f"week: {len(self.week.serving)} zones, not {n}")
        if self.window_end_s <= self.window_start_s:
            raise ValueError("the window must end after its start")

    @property
    def weeks(self) -> float:
        """Length of the window in weeks."""
        return (self.window_end_s - self.window_start_s) / 604_800.0

    def ways(self) -> Week:
        """Return the ways by quarter of an hour; those of the hour where no more is known."""
        if self.week is not None:
            return self.week
        return Week(
            state=np.arange(QUARTERS_OF_WEEK) // 4,
            serving=self.serving,
            doctor_s=self.access_doctor_s,
            any_s=self.access_any_s,
        )

    def starting(self, start: date) -> DistrictFrame:
        """Return the frame of a replication whose second 0 is midnight of ``start``."""
        return dataclasses.replace(self, start=start)

    def zones(self) -> pd.DataFrame:
        """Return one row a zone; ``serving`` and the access columns hold lists of 168 values."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in _ZONE_COLUMNS}
        columns |= {name: list(getattr(self, name)) for name in _HOUR_COLUMNS}
        return pd.DataFrame(columns)

    def to_dict(self) -> dict[str, Any]:
        """Return the frame as JSON-able mapping; what is not finite becomes null."""
        out: dict[str, Any] = {
            f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)
        }
        return out

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> DistrictFrame:
        """Return the frame that :meth:`to_dict` wrote."""
        values = dict(raw)
        for name in ("zone_ids", "municipality", "municipality_name", "area"):
            values[name] = tuple(values[name])
        for name, dtype in _ARRAYS.items():
            array = np.array(values[name], dtype=object if dtype == "inf" else dtype)
            values[name] = _finite_or_inf(array) if dtype == "inf" else array
        n = len(values["zone_ids"])
        for name in _HOUR_COLUMNS:
            values[name] = values[name].reshape(n, HOURS_OF_WEEK)
        values["start"] = date.fromisoformat(values["start"])
        values["public_holidays"] = tuple(map(date.fromisoformat, values["public_holidays"]))
        values["places"] = tuple(
            PlaceInfo(**{**p, "serves": tuple(p["serves"])}) for p in values["places"]
        )
        values["people"] = tuple(PersonInfo(**p) for p in values["people"])
        values["units"] = tuple(UnitInfo(**u) for u in values["units"])
        values["rosters"] = tuple(RosterLine(**r) for r in values["rosters"])
        values["duty_rates"] = tuple(DutyRate(**r) for r in values.get("duty_rates", ()))
        values["groups"] = {name: tuple(areas) for name, areas in values["groups"].items()}
        settings = dict(values["settings"])
        settings["response_urgencies"] = tuple(settings["response_urgencies"])
        values["settings"] = IndicatorSettings(**settings)
        week = values.get("week")
        values["week"] = None if week is None else Week.from_dict(week)
        return cls(**values)

    def write(self, path: Path) -> None:
        """Write one parquet file: a row a zone, everything else as JSON in the file's metadata."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        rest = {
            k: v for k, v in self.to_dict().items() if k not in (*_ZONE_COLUMNS, *_HOUR_COLUMNS)
        }
        table = pa.Table.from_pandas(self.zones(), preserve_index=False)
        metadata = {b"district_frame": json.dumps(rest, ensure_ascii=False).encode()}
        pq.write_table(table.replace_schema_metadata(metadata), path, compression="zstd")

    @classmethod
    def read(cls, path: Path) -> DistrictFrame:
        """Return the frame that :meth:`write` wrote."""
        import pyarrow.parquet as pq

        table = pq.read_table(path)
        columns = {name: table.column(name).to_pylist() for name in table.column_names}
        return cls.from_dict(json.loads(table.schema.metadata[b"district_frame"]) | columns)


_ZONE_COLUMNS = (
    "zone_ids", "municipality", "municipality_name", "area", "population", "tettbygd", "outside",
)  # fmt: skip
_HOUR_COLUMNS = ("serving", "access_doctor_s", "access_any_s")
_ARRAYS = {
    "population": "float64",
    "tettbygd": "bool",
    "outside": "bool",
    "serving": "int32",
    "access_doctor_s": "inf",
    "access_any_s": "inf",
}


def _finite_or_inf(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return floats, null read as infinite."""
    return np.array([np.inf if v is None else v for v in values.ravel()], dtype="float64")


def _plain(value: Any) -> Any:
    """Return ``value`` out of lists, dicts, strings and finite numbers."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            return np.where(np.isfinite(value), value, None).tolist()  # type: ignore[call-overload]
        return value.tolist()
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value
