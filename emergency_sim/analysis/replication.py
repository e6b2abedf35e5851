"""What one replication says about every indicator: small enough to keep, enough to pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.groups import Population, incident_groupings, population
from emergency_sim.analysis.kpis import KPIS, Kpi
from emergency_sim.analysis.measures import Observations, Sums
from emergency_sim.analysis.table import Coded
from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.indicators import Aggregation
from emergency_sim.domain.units import DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame

Key = tuple[str, str, str]
"""Indicator, kind of group, group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The observations of one indicator.

    Parameters
    ----------
    rows
        Positions in :attr:`ReplicationKpis.incidents`.
    values
        One a row.
    groups
        Groups of the observations by kind: codes and labels; more than one where groups overlap.
    """

    rows: NDArray[Any]
    values: NDArray[Any]
    groups: Mapping[str, tuple[Coded, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationKpis:
    """Components of all indicators in one replication of one scenario.

    Parameters
    ----------
    incidents
        Ids of the incidents that arose in the window, in the order of the incident table; ``~id``
        where the patient stays away, so that it is in common only with one who does so too (R4).
    ratios
        (numerator, denominator, n) of every ratio and total by key.
    samples
        Observations of quantiles, and of all that is also given for common incidents.
    hourly
        Numbers by hour of the run, by which the warm-up is judged (R19).
    """

    incidents: NDArray[Any]
    ratios: dict[Key, tuple[float, float, float]]
    samples: dict[str, Sample]
    hourly: NDArray[Any] = field(default_factory=lambda: np.zeros((0, 0), "float32"))


def replication_kpis(tables: Tables) -> ReplicationKpis:
    """Return the components of every indicator that holds chance.

    Parameters
    ----------
    tables
        All tables of the replication.
    """
    frame = tables.frame
    own = incident_groupings(tables.incidents, frame)
    people = population(frame)
    ratios: dict[Key, tuple[float, float, float]] = {}
    samples: dict[str, Sample] = {}
    for kpi in KPIS.values():
        if kpi.indicator.aggregation is Aggregation.EXACT:
            continue
        measure = kpi.of(tables)
        if isinstance(measure, Sums):
            ratios |= _sums(kpi, measure)
            continue
        quantile = kpi.indicator.aggregation is Aggregation.QUANTILE
        if kpi.per == "person_years" and kpi.indicator.aggregation is Aggregation.TOTAL:
            measure = _inside(measure, tables)
        groups = {
            kind: _groups_of(measure, kind, own) for kind in kpi.groups if kind != "actor_form"
        }
        if not quantile:
            ratios |= _ratios(kpi, measure, groups, people, frame)
        if quantile or kpi.common:
            samples[kpi.name] = Sample(
                rows=measure.rows.astype("int32"),
                values=measure.values,
                groups={
                    kind: tuple(Coded(c.codes.astype("int16"), c.labels) for c in groupings)
                    for kind, groupings in groups.items()
                },
            )
    ids = tables.incidents["id"]
    ids = np.where(tables.incidents["presented"], ids, ~ids)
    return ReplicationKpis(incidents=ids, ratios=ratios, samples=samples, hourly=tables.hourly)


def exact_kpis(frame: DistrictFrame) -> dict[Key, float]:
    """Return the indicators that hold no chance; ``inf``: beyond all bounds, NaN: nobody in it."""
    out: dict[Key, float] = {}
    for kpi in KPIS.values():
        if kpi.indicator.aggregation is not Aggregation.EXACT:
            continue
        for part in kpi.exactly(frame).parts:
            if part.kind in kpi.groups:
                for label, value in zip(part.labels, part.values.tolist(), strict=True):
                    out[kpi.name, part.kind, label] = value
    return out


def _groups_of(
    measure: Observations, kind: str, own: Mapping[str, tuple[Coded, ...]]
) -> tuple[Coded, ...]:
    if kind in measure.extra:
        return (measure.extra[kind],)
    return tuple(coded.take(measure.rows) for coded in own.get(kind, ()))


def _inside(measure: Observations, tables: Tables) -> Observations:
    """Return the observations of people of the region: only they are in the denominator."""
    outside = tables.incidents["outside"]
    if not outside.any():
        return measure
    kept = np.flatnonzero(~outside[measure.rows])
    extra = {kind: coded.take(kept) for kind, coded in measure.extra.items()}
    return Observations(measure.rows[kept], measure.values[kept], extra)


def _sums(kpi: Kpi, measure: Sums) -> dict[Key, tuple[float, float, float]]:
    out: dict[Key, tuple[float, float, float]] = {}
    for part in measure.parts:
        if part.kind in kpi.groups:
            columns = (part.numerator.tolist(), part.denominator.tolist(), part.n.tolist())
            for label, *values in zip(part.labels, *columns, strict=True):
                out[kpi.name, part.kind, label] = (values[0], values[1], values[2])
    return out


def _ratios(
    kpi: Kpi,
    measure: Observations,
    groups: Mapping[str, tuple[Coded, ...]],
    people: Population,
    frame: DistrictFrame,
) -> dict[Key, tuple[float, float, float]]:
    out: dict[Key, tuple[float, float, float]] = {}
    for kind, groupings in groups.items():
        for coded in groupings:
            labels = coded.labels
            n, total = _grouped(coded.codes, measure.values, len(labels))
            if kpi.indicator.aggregation is Aggregation.RATIO:
                below = n
            elif kpi.per == "weeks":
                below = np.full(len(labels), frame.weeks)
            else:
                years = frame.weeks * 7.0 / DAYS_PER_YEAR
                below = people.people(kind, labels) * years / 1000.0
            for label, *values in zip(
                labels, total.tolist(), below.tolist(), n.tolist(), strict=True
            ):
                out[kpi.name, kind, label] = (values[0], values[1], values[2])
    return out


def _grouped(
    codes: NDArray[Any], values: NDArray[Any], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return number and sum of the values of each group; code -1 belongs to none."""
    shifted = codes + 1
    n = np.bincount(shifted, minlength=size + 1)[1:].astype("float64")
    total = np.bincount(shifted, values, minlength=size + 1)[1:].astype("float64")
    return n, total
