"""What a scenario is: the keys of its file, with everything explicit.

Places and people are the domain's own dataclasses; what is said here is only the frame around them.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_type_hints

from pydantic import Field

from emergency_sim.demand import DEMAND_MODELS
from emergency_sim.domain.parameters import Parameters
from emergency_sim.domain.places import (
    CallCentre,
    DutyLine,
    FastlegeOffice,
    Hospital,
    Legevakt,
    Satellite,
    Station,
    Unit,
    UnitType,
)
from emergency_sim.domain.registry import Registry
from emergency_sim.policies import DESTINATION, DISPATCH, REFERRAL
from emergency_sim.scenario.indicator_schema import IndicatorSettings, Primary
from emergency_sim.scenario.policies_schema import Policies

SCENARIO_SCHEMA: Final = "emergency_sim/scenario/1"
VARIANT_SCHEMA: Final = "emergency_sim/variant/1"
PARAMETERS_SCHEMA: Final = "emergency_sim/parameters/1"

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in both languages: nb is Norwegian bokmål."""

    nb: str
    en: str


NETWORK_SETTINGS = ("without_ferries", "winter_roads", "ambulance_keys", "engine")
"""Keys of a network of tables beside its path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRef:
    """Where the network is.

    Parameters
    ----------
    kind
        ``tables``: a region's folder; ``matrix``: a CSV of seconds between named points.
    path
        The folder or the file.
    without_ferries
        Names or link ids of ferries that do not run.
    winter_roads
        ``closed``: roads that are closed in winter are closed in the whole run.
    ambulance_keys
        Ambulances use private roads, bus lanes and barriers with a key.
    engine
        What finds quickest ways: ``fast`` (extra of that name) for large networks; both give the
        same, so it is no part of what the results are made from.
    """

    kind: Literal["tables", "matrix"]
    path: Path
    without_ferries: tuple[str, ...] = ()
    winter_roads: Literal["open", "closed"] = "open"
    ambulance_keys: bool = True
    engine: Literal["scipy", "fast"] = "scipy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """Names of the confusion matrices (``triage.matrix.<name>`` in the parameters)."""

    amk: str = "moderate"
    lvs: str = "moderate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which days are simulated.

    Parameters
    ----------
    start
        Date of the first replication's second 0.
    spread_over_year
        Later replications start in other weeks, spread evenly over the year (R19).
    """

    start: date = date(2024, 1, 1)
    spread_over_year: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How long and how often.

    Parameters
    ----------
    days
        Counted days.
    warm_up_days, run_out_days
        Days before and after them.
    replications
        Runs with random numbers of their own.
    seed
        The experiment's seed.
    parts
        Parts of the district that have nobody in common are simulated ``apart``, one after the
        other, or ``together``; the tables are the same (assumption A64).
    """

    days: Annotated[int, Field(ge=1, le=3660)] = 28
    warm_up_days: Annotated[int, Field(ge=0, le=366)] = 7
    run_out_days: Annotated[int, Field(ge=0, le=60)] = 2
    replications: Annotated[int, Field(ge=1, le=100_000)] = 20
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    parts: Literal["apart", "together"] = "apart"


def _ambulance() -> dict[str, UnitType]:
    return {
        "ambulance": UnitType(
            capabilities=frozenset({"transport", "ambulance_care", "first_aid"}),
        )
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One structure of the chain with everything that is needed to simulate it.

    Parameters
    ----------
    schema, id, name, as_of, description
        What it is called and the date whose structure it describes.
    network
        Roads and zones.
    parameters
        Every number that is no structure, with its source.
    calibration
        Which level of legevakt contacts (R2).
    triage, calendar, run, demand, policies, indicator_settings
        See their classes.
    shifts
        opening_hours texts by name.
    amk, legevaktsentraler, legevakter, fastlege_offices, satellites, hospitals, stations
        Places by id.
    unit_types, units
        Kinds of units, and units, by id.
    groups
        Named groups of areas for reporting; ``concerned`` comes first in every table.
    primary
        At most eight.
    base
        In a variant: id of the scenario that it varies.
    base_file
        That scenario's file.
    files
        Every file that was read.
    warnings
        What is allowed but odd, as plain lines.
    """

    schema: Literal["emergency_sim/scenario/1"] = SCENARIO_SCHEMA
    id: Id
    name: Text
    as_of: str
    description: Text | None = None
    network: NetworkRef
    parameters: Parameters
    calibration: Literal["ssb", "watchtower"] = "ssb"
    triage: Triage = Triage()
    calendar: Calendar = Calendar()
    run: Run = Run()
    demand: Any = field(default_factory=DEMAND_MODELS["poisson"])
    shifts: dict[str, str] = field(default_factory=dict)
    amk: dict[str, CallCentre] = field(default_factory=dict)
    legevaktsentraler: dict[str, CallCentre] = field(default_factory=dict)
    legevakter: dict[str, Legevakt] = field(default_factory=dict)
    fastlege_offices: dict[str, FastlegeOffice] = field(default_factory=dict)
    satellites: dict[str, Satellite] = field(default_factory=dict)
    hospitals: dict[str, Hospital] = field(default_factory=dict)
    stations: dict[str, Station] = field(default_factory=dict)
    unit_types: dict[str, UnitType] = field(default_factory=_ambulance)
    units: dict[str, Unit] = field(default_factory=dict)
    policies: Policies = field(default_factory=Policies)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    primary: Annotated[tuple[Primary, ...], Field(max_length=8)] = ()
    indicator_settings: IndicatorSettings = field(default_factory=IndicatorSettings)
    base: str | None = None
    base_file: Path | None = field(default=None, compare=False)
    files: tuple[Path, ...] = field(default=(), compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    def opening_hours(self, hours: str) -> str:
        """Return the opening_hours text behind a shift's name, or the text itself."""
        return self.shifts.get(hours, hours)


LOADED: Final = frozenset({"base", "base_file", "files", "warnings"})
"""Fields of Scenario that are no keys of the file."""

KEYS: Final = tuple(f.name for f in fields(Scenario) if f.name not in LOADED)
REQUIRED: Final = tuple(
    f.name
    for f in fields(Scenario)
    if f.name in KEYS and f.default is MISSING and f.default_factory is MISSING
)

PLUG_INS: Final[dict[tuple[str, ...], Registry[Any]]] = {
    ("demand",): DEMAND_MODELS,
    ("policies", "dispatch"): DISPATCH,
    ("policies", "destination"): DESTINATION,
    ("policies", "referral"): REFERRAL,
}
"""Where a mapping with ``kind`` names a plug-in."""

DEFAULT_KINDS: Final[dict[tuple[str, ...], str]] = {
    ("demand",): "poisson",
    ("policies", "dispatch"): "nearest",
    ("policies", "destination"): "nearest_suitable",
    ("policies", "referral"): "satellite_if_eligible",
}

FILE_KEYS: Final = frozenset(
    {
        ("network",),
        ("network", "path"),
        ("network", "times"),
        ("parameters",),
        ("parameters", "file"),
        ("demand", "incidents"),
        ("demand", "missions"),
    }
)
"""Keys whose text is a path relative to the file in which it stands."""


@cache
def type_of(key: str) -> Any:
    """Return the declared type of a key of the file, with its constraints."""
    return get_type_hints(Scenario, include_extras=True)[key]


def duty_lines(
    doctors: dict[str, DutyLine] | int, hours: str, status_of: Legevakt | FastlegeOffice
) -> dict[str, DutyLine]:
    """Return the doctors' duty lines; a bare number is so many on site while it is open."""
    if isinstance(doctors, dict):
        return doctors
    line = DutyLine(hours=hours, count=doctors, status=status_of.status, source=status_of.source)
    return {"open": line}
