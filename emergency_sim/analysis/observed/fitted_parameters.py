"""From a log's stages to the parameters that they are: which rows tell which parameter.

A parameter is proposed only where the log shows the thing itself and not what became of it: a wait
for a free unit or a doctor comes out of the simulation, and a drive out of the roads (``network
calibrate`` fits speeds).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.observed.day_profile import ProfileFit, fit_profile
from emergency_sim.analysis.observed.fitting import (
    FEWEST,
    StageFit,
    fit_stage,
    students_factor,
)
from emergency_sim.analysis.observed.stage_targets import ANSWER, NEVER, TARGETS, Chosen, chosen_by
from emergency_sim.analysis.observed.stages import BY_NAME, Durations, durations
from emergency_sim.analysis.sums import weighted
from emergency_sim.domain.streams import Streams
from emergency_sim.domain.units import DAY, DAYS_PER_YEAR, HOUR

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from numpy.typing import NDArray

    from emergency_sim.analysis.tables import Tables

RESAMPLES: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposed value of one parameter.

    Parameters
    ----------
    key
        Of the parameter.
    value, unit
        As in a parameter file.
    low, high
        95 % interval of the value or of its first field; None: a list.
    n
        What it rests on.
    says
        How it was found.
    fit
        The fit of a distribution or profile; None: a plain number.
    """

    key: str
    value: Any
    unit: str
    low: float | None
    high: float | None
    n: int
    says: str
    fit: StageFit | ProfileFit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A parameter that the log cannot tell, and why."""

    key: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FitInput:
    """What is fitted.

    Parameters
    ----------
    tables
        Of the log.
    known
        Columns of the log.
    step_s
        Step of its clock.
    crew_at_home
        Units whose crew waits at home.
    free
        Dates that are Saturday, Sunday or public holiday.
    population
        People of the log's region; None: no rates.
    month
        Factor of each month, January first, on the year's mean rate.
    """

    tables: Tables
    known: Collection[str]
    step_s: float = 1.0
    crew_at_home: tuple[str, ...] = ()
    free: frozenset[date] = frozenset()
    population: float | None = None
    month: tuple[float, ...] = (1.0,) * 12


def propose(given: FitInput) -> tuple[list[Proposal], list[LeftOut]]:
    """Return proposals for the parameters that the log tells, and those that it does not."""
    tables = given.tables
    stages = durations(tables, at_base="missions.at_base" in given.known)
    incidents, missions = chosen_by(tables, given.crew_at_home)
    dates = [
        tables.frame.start + timedelta(seconds=tables.frame.window_start_s) + timedelta(days=d)
        for d in range(round((tables.frame.window_end_s - tables.frame.window_start_s) / DAY))
    ]
    proposals: list[Proposal] = []
    left: list[LeftOut] = []
    for key, target in TARGETS.items():
        lacking = sorted(set(target.needs) - set(given.known))
        if lacking:
            left.append(LeftOut(key=key, why=f"the log has no {', '.join(lacking)}"))
            continue
        own = stages[target.stage]
        if target.stage != ANSWER:  # calls are no incidents of AMK's
            rows = missions if BY_NAME[target.stage].of == "mission" else incidents
            own = own.where(target.choice(rows)[own.row])
        found = _distribution(key, target.stage, own, dates, given)
        if isinstance(found, LeftOut):
            left.append(found)
        else:
            proposals.append(found)
    proposals += _conveyed(given, incidents)
    proposals += _profile(given, incidents, dates, left)
    proposals += _rates(given, incidents, dates, left)
    left += [LeftOut(key=key, why=why) for key, why in NEVER.items()]
    return proposals, left


def _distribution(
    key: str, stage: str, part: Durations, dates: list[date], given: FitInput
) -> Proposal | LeftOut:
    fit = fit_stage(part.seconds, part.day, dates, given.step_s, key)
    if fit is None:
        return LeftOut(key=key, why=f"{len(part)} durations, under {FEWEST}")
    says = f"{fit.chosen.family}, {fit.note}"
    if stage == ANSWER:
        says += "; holds the wait for a free operator"
    value = {name: _short(x) for name, x in fit.chosen.values}
    return Proposal(
        key=key, value={"kind": fit.chosen.family, **value}, unit="min", low=fit.low,
        high=fit.high, n=fit.n, says=says, fit=fit,
    )  # fmt: skip


def _conveyed(given: FitInput, rows: Chosen) -> list[Proposal]:
    """Return the share of served acute and urgent incidents whose patient is conveyed."""
    if not {"missions.leaves_scene", "missions.on_scene"} <= set(given.known):
        return []
    table = given.tables.incidents
    served = np.isfinite(table["unit_on_scene_s"]) & np.isin(rows.urgency, ("acute", "urgent"))
    served &= rows.origin != "booked"
    yes = np.isfinite(table["leaves_scene_s"])[served]
    if len(yes) < FEWEST:
        return []
    day = (table["arises_s"][served] // DAY).astype(int)
    low, high = _ratio_interval(yes.astype(float), np.ones(len(yes)), day, "convey.share")
    says = "acute and urgent incidents that a unit reached"
    return [
        Proposal(
            key="convey.share", value=_short(float(yes.mean())), unit="share", low=low, high=high,
            n=len(yes), says=says,
        )
    ]  # fmt: skip


def _profile(
    given: FitInput, rows: Chosen, dates: list[date], left: list[LeftOut]
) -> list[Proposal]:
    key = "profile.ambulance"
    if "missions.origin" not in given.known:
        left.append(LeftOut(key=key, why="the log has no missions.origin"))
        return []
    table, frame = given.tables.incidents, given.tables.frame
    own = np.isin(rows.origin, ("113", "professional"))
    since = table["arises_s"][own] - frame.window_start_s
    free = np.array([d in given.free or d.weekday() >= 5 for d in dates], bool)
    hour, day = (since % DAY // HOUR).astype(int), (since // DAY).astype(int)
    fit = fit_profile(hour, day, dates, free)
    if fit is None:
        left.append(LeftOut(key=key, why=f"{int(own.sum())} incidents, under 200"))
        return []
    value = [_short(float(w)) for w in fit.weights]
    return [
        Proposal(
            key=key, value=value, unit="weight by hour", low=None, high=None, n=fit.n,
            says=f"incidents by 113 and from professionals: {fit.note}", fit=fit,
        )
    ]  # fmt: skip


_RATES: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "amb.acute_incidents": (("113", "lvs", "professional", "clinic"), ("acute",)),
    "amb.acute_by_113": (("113",), ("acute",)),
    "amb.urgent_by_113": (("113",), ("urgent",)),
    "amb.urgent_by_professionals": (("professional",), ("urgent",)),
}
"""Rates by parameter: origins and assigned urgencies."""


def _rates(given: FitInput, rows: Chosen, dates: list[date], left: list[LeftOut]) -> list[Proposal]:
    if given.population is None or "missions.origin" not in given.known:
        why = "no population is given" if given.population is None else "the log has no origin"
        left += [LeftOut(key=key, why=why) for key in _RATES]
        return []
    table, frame = given.tables.incidents, given.tables.frame
    day = ((table["arises_s"] - frame.window_start_s) // DAY).astype(int)
    expected = np.array([given.month[d.month - 1] for d in dates])
    years = expected.sum() / DAYS_PER_YEAR
    found = []
    for key, (origins, urgencies) in _RATES.items():
        own = np.isin(rows.origin, origins) & np.isin(rows.urgency, urgencies)
        if own.sum() < FEWEST:
            left.append(LeftOut(key=key, why=f"{int(own.sum())} incidents, under {FEWEST}"))
            continue
        per = 1000.0 / given.population / years
        by_day = np.bincount(day[own], minlength=len(dates)).astype(float)
        random = Streams(seed=0).generator(f"fit/{key}")
        n = len(dates)
        draws = random.multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
        value = float(own.sum() * per)
        drawn = weighted(draws, by_day) / weighted(draws, expected) * expected.sum() * per
        error = max(float(drawn.std()) * np.sqrt(n / max(n - 1, 1)), value / np.sqrt(own.sum()))
        reach = students_factor(n) * error
        says = f"{len(dates)} days, the usual season of their months taken out"
        if len(dates) < 28:
            says += "; under four weeks: hardly a year's rate"
        found.append(
            Proposal(
                key=key, value=_short(value), unit="1/1000/yr", low=max(value - reach, 0.0),
                high=value + reach, n=int(own.sum()), says=says,
            )
        )  # fmt: skip
    return found


def _ratio_interval(
    above: NDArray[np.float64], below: NDArray[np.float64], day: NDArray[np.int64], key: str
) -> tuple[float, float]:
    _, at = np.unique(day, return_inverse=True)
    n = int(at.max()) + 1
    draws = (
        Streams(seed=0).generator(f"fit/{key}").multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    )
    ratio = weighted(draws, np.bincount(at, above)) / weighted(draws, np.bincount(at, below))
    middle = float(above.sum() / below.sum())
    error = max(
        float(ratio.std()) * np.sqrt(n / max(n - 1, 1)), np.sqrt(middle * (1 - middle) / len(above))
    )
    reach = students_factor(n) * error
    return float(max(middle - reach, 0)), float(min(middle + reach, 1))


def _short(x: float) -> float:
    return float(f"{x:.4g}")
