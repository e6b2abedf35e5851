"""Parameters proposed from a real log, with or without a mapping (contract: ``fit``)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.analysis.observed.bare_frame import bare_frame, zones_in
from emergency_sim.analysis.observed.fitted_parameters import (
    FitInput,
    LeftOut,
    Proposal,
    propose,
)
from emergency_sim.analysis.observed.mapped_log import MappedLog, map_log
from emergency_sim.analysis.observed.plausibility import Remark, remarks
from emergency_sim.analysis.observed.stages import STAGES
from emergency_sim.analysis.tables import Tables
from emergency_sim.bundled import scenario_path
from emergency_sim.calendar.holidays import public_holidays
from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.events import Kind
from emergency_sim.domain.parameters import Parameter, Status
from emergency_sim.domain.units import DAY, DAYS_PER_YEAR
from emergency_sim.scenario.parameters import read_parameter_set

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.domain.log_mapping import LogMapping

OWN_COLUMNS: Final = frozenset(n for s in STAGES for n in s.needs) | {
    "missions.origin", "missions.problem", "missions.at_base", "calls.line",
}  # fmt: skip
"""What our own event log tells."""
FIRST_MONDAY: Final = date(2024, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityRate:
    """Incidents of one municipality per 1000 people and year, with a 95 % interval."""

    municipality: str
    population: float
    urgency: str
    n: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogFit:
    """What a log proposes.

    Parameters
    ----------
    proposals, left_out
        Parameters that it tells, and those that it does not.
    rates
        By municipality; empty without population.
    start, days
        The log's days.
    incidents
        Incidents registered at AMK.
    remarks
        What is odd about the log.
    source
        Beginning of every parameter's source.
    """

    proposals: list[Proposal]
    left_out: list[LeftOut]
    rates: list[MunicipalityRate]
    start: date
    days: int
    incidents: int
    remarks: list[Remark]
    source: str

    def parameters(self) -> dict[str, Parameter]:
        """Return the proposals as parameters with unit, range, source and status."""
        return {
            p.key: Parameter(
                value=p.value, unit=p.unit, status=Status.DERIVED,
                range=None if p.low is None or p.high is None else (_short(p.low), _short(p.high)),
                source=f"{self.source}, n = {p.n}: {p.says}",
            )
            for p in self.proposals
        }  # fmt: skip


def fit_log(
    path: Path,
    mapping: LogMapping | None,
    *,
    folder: Path | None = None,
    start: date | None = None,
    crew_at_home: tuple[str, ...] = (),
) -> LogFit:
    """Return the parameters that a log proposes.

    Parameters
    ----------
    path
        The log.
    mapping, folder
        What its columns mean; None: it is an event log of ours.
    start
        Date of second 0 of an event log of ours; by default a Monday.
    crew_at_home
        Units whose crew waits at home, beside those of the mapping.

    Raises
    ------
    InputFaults
        The log cannot be read.
    """
    if mapping is None:
        return _fit_own(path, start or FIRST_MONDAY, crew_at_home)
    mapped = map_log(path, mapping, folder=folder or path.parent)
    people = None
    if mapping.population is not None:
        people = read_population((folder or path.parent) / mapping.population)
    return _fit(
        mapped.log, path, mapped.start, mapped.days, known=mapped.known, zones=mapped.zones,
        people=people, mapped=mapped, home=(*mapped.crew_at_home, *crew_at_home),
    )  # fmt: skip


def _fit_own(path: Path, start: date, crew_at_home: tuple[str, ...]) -> LogFit:
    log = EventLog.read_csv(path)
    arose = log.columns.time_ms[log.columns.kind == int(Kind.INCIDENT)]
    if not len(arose):
        raise InputFaults([Fault(file=str(path), message="holds no incident")])
    days = int(arose.max() // (DAY * 1000)) + 1
    return _fit(
        log, path, start, days, known=OWN_COLUMNS, zones=tuple(zones_in(log.columns)), people=None,
        mapped=None, home=crew_at_home,
    )  # fmt: skip


def _fit(
    log: EventLog, path: Path, start: date, days: int, *, known: frozenset[str],
    zones: tuple[str, ...], people: dict[str, float] | None, mapped: MappedLog | None,
    home: tuple[str, ...],
) -> LogFit:  # fmt: skip
    last = start + timedelta(days=days - 1)
    holidays = public_holidays(start, last)
    frame = bare_frame(
        log.columns, start=start, days=days, zones=zones, population=people, crew_at_home=home,
        holidays=holidays,
    )  # fmt: skip
    tables = Tables.of(log.columns, frame)
    month = usual_months()
    proposals, left = propose(
        FitInput(
            tables=tables, known=known, step_s=1.0 if mapped is None else mapped.resolution_s,
            crew_at_home=home, free=holidays, month=month,
            population=None if people is None else sum(people.values()),
        )
    )  # fmt: skip
    return LogFit(
        proposals=proposals,
        left_out=left,
        rates=[] if people is None else _rates(tables, people, month),
        start=start,
        days=days,
        incidents=int(np.isfinite(tables.incidents["registered_s"]).sum()),
        remarks=[] if mapped is None else remarks(mapped),
        source=f"fitted to {path.name} ({start.isoformat()} to {last.isoformat()})",
    )


def usual_months() -> tuple[float, ...]:
    """Return each month's factor on the year's mean rate, from the bundled parameters."""
    named = scenario_path("parameters/norway")
    factors = np.array(read_parameter_set(named, name=named.name).numbers("profile.month"))
    lengths = [31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return tuple((factors / np.average(factors, weights=lengths)).tolist())


def read_population(path: Path) -> dict[str, float]:
    """Return people by municipality number from a CSV with ``municipality,population``."""
    table = read_table(
        path, {"municipality": ct.identifier, "population": ct.within(ct.number, 0)},
        key="municipality",
    )  # fmt: skip
    return {row["municipality"].zfill(4): row["population"] for row in table}


def _rates(
    tables: Tables, people: dict[str, float], month: tuple[float, ...]
) -> list[MunicipalityRate]:
    from scipy.stats import chi2

    frame, incidents = tables.frame, tables.incidents
    days = round(frame.window_end_s / DAY)
    years = (
        sum(month[(frame.start + timedelta(days=d)).month - 1] for d in range(days)) / DAYS_PER_YEAR
    )
    place, urgency = incidents.text("municipality"), incidents.text("amk_urgency")
    found = []
    for number, population in sorted(people.items()):
        here = place.equals(number) & np.isfinite(incidents["registered_s"])
        for name in ("acute", "urgent", "regular"):
            n = int((here & urgency.equals(name)).sum())
            per = 1000.0 / (population * years) if population else float("nan")
            low = chi2.ppf(0.025, 2 * n) / 2 if n else 0.0
            found.append(
                MunicipalityRate(
                    municipality=number, population=population, urgency=name, n=n, rate=n * per,
                    low=float(low) * per, high=float(chi2.ppf(0.975, 2 * n + 2)) / 2 * per,
                )
            )  # fmt: skip
    return found


def as_json(fit: LogFit) -> dict[str, Any]:
    """Return what ``--json`` prints; nothing that is not finite."""
    return {
        "schema_version": 1,
        "log": {"start": fit.start.isoformat(), "days": fit.days, "incidents": fit.incidents},
        "parameters": [
            {
                "key": p.key, "value": p.value, "unit": p.unit, "low": p.low, "high": p.high,
                "n": p.n, "says": p.says, "held_out": _tested(p.fit),
            }
            for p in fit.proposals
        ],
        "left_out": [dataclasses.asdict(x) for x in fit.left_out],
        "rates": [
            {k: v if v == v else None for k, v in dataclasses.asdict(x).items()} for x in fit.rates
        ],
        "remarks": [dataclasses.asdict(x) for x in fit.remarks],
    }  # fmt: skip


def _tested(fit: Any) -> dict[str, Any] | None:
    """Return scores on days held out, and the distance of the proposal to them."""
    if fit is None or not fit.scores:
        return None
    found = {"scores": fit.scores, "best": fit.best}
    if hasattr(fit, "ks"):
        found |= {"n": fit.held_out, "ks": fit.ks, "ks_p": fit.ks_p}
    return found


def _short(x: float) -> float:
    return float(f"{x:.4g}")
