"""All replications of one scenario together: estimates, draws and single replications by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.replication import Key, ReplicationKpis, Sample
from emergency_sim.analysis.statistics import FEWEST, Pooled, ratio_draws, ratios
from emergency_sim.domain.indicators import Aggregation

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

COMMON: Final = ("common", "all")
"""Kind of group and group of the incidents that base and variant have in common (R4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioKpis:
    """Indicators of all replications of one scenario.

    Parameters
    ----------
    scenario
        Id.
    replications
        Components; the k-th of every scenario has the same potential incidents.
    exact
        Indicators without chance.
    """

    scenario: str
    replications: tuple[ReplicationKpis, ...]
    exact: dict[Key, float]


@dataclass(slots=True)
class Estimates:
    """Figures of one scenario by key.

    Parameters
    ----------
    value, n
        Estimate from all replications (NaN: none) and the observations it rests on.
    single
        Value of each replication.
    draws
        Value in each resample.
    """

    value: dict[Key, float] = field(default_factory=dict)
    n: dict[Key, int] = field(default_factory=dict)
    single: dict[Key, NDArray[Any]] = field(default_factory=dict)
    draws: dict[Key, NDArray[Any]] = field(default_factory=dict)

    def only(self, keys: Collection[Key]) -> Estimates:
        """Return copies for some keys, so that the draws of all others can go: tens of megabytes."""
        return Estimates(
            value={k: self.value[k] for k in keys if k in self.value},
            n={k: self.n[k] for k in keys if k in self.n},
            single={k: self.single[k].copy() for k in keys if k in self.single},
            draws={k: self.draws[k].copy() for k in keys if k in self.draws},
        )


def estimates(
    scenario: ScenarioKpis, weights: NDArray[Any], *, few: int, primary: Collection[Key]
) -> Estimates:
    """Return estimates and draws of every key of a scenario.

    Parameters
    ----------
    scenario
        All its replications.
    weights
        Resamples (resamples, replications).
    few
        So many of the resamples are used for quantiles that are not in ``primary``.
    primary
        Keys of the primary family.
    """
    out = Estimates()
    replications = scenario.replications
    keys = list(dict.fromkeys(k for r in replications for k in r.ratios))
    nothing = (0.0, 0.0, 0.0)
    table = np.array([[r.ratios.get(k, nothing) for k in keys] for r in replications])
    _add_ratios(out, keys, table.reshape(len(replications), len(keys), 3), weights)
    for kpi in KPIS.values():
        if kpi.indicator.aggregation is Aggregation.QUANTILE:
            assert kpi.indicator.quantile is not None
            samples = [r.samples[kpi.name] for r in replications]
            for (kind, label), sample in pooled_groups(samples).items():
                key = (kpi.name, kind, label)
                used = weights if key in primary else weights[:few]
                _add_quantile(out, key, kpi.indicator.quantile, sample, used)
    return out


def estimates_of(scenario: ScenarioKpis, key: Key, weights: NDArray[Any] | None) -> Estimates:
    """Return the estimate of one key of a scenario, and its draws.

    Parameters
    ----------
    scenario
        Of its replications the first ``weights.shape[1]`` are used, all without weights.
    key
        Of an indicator with chance; of one without, nothing is returned.
    weights
        Resamples (resamples, replications); None: no draws.
    """
    out = Estimates()
    indicator = KPIS[key[0]].indicator
    replications = scenario.replications[: None if weights is None else weights.shape[1]]
    chosen = np.zeros((0, len(replications))) if weights is None else weights
    if indicator.aggregation is Aggregation.EXACT:
        return out
    if indicator.aggregation is not Aggregation.QUANTILE:
        if any(key in r.ratios for r in replications):
            table = np.array([[r.ratios.get(key, (0.0, 0.0, 0.0))] for r in replications])
            _add_ratios(out, [key], table, chosen)
        return out
    assert indicator.quantile is not None
    sample = pooled_groups([r.samples[key[0]] for r in replications], only=key[1:])
    if sample:
        _add_quantile(out, key, indicator.quantile, sample[key[1], key[2]], chosen)
    return out


def single_values(scenario: ScenarioKpis, key: Key) -> NDArray[np.float64]:
    """Return the value of each replication by itself, NaN where there is none.

    The mean of these is not the pooled indicator (R21): of a median it is the mean of medians.

    Parameters
    ----------
    scenario
        All its replications.
    key
        Indicator, kind of group, group; without chance: the same value for each.
    """
    if KPIS[key[0]].indicator.aggregation is Aggregation.EXACT:
        return np.full(len(scenario.replications), scenario.exact.get(key, np.nan))
    found = estimates_of(scenario, key, None)
    return np.asarray(found.single.get(key, np.full(len(scenario.replications), np.nan)), "float64")


def pulls(scenario: ScenarioKpis, key: Key, replications: int | None = None) -> NDArray[np.float64]:
    """Return how far each replication pulls the pooled indicator from its value (jackknife).

    Parameters
    ----------
    scenario
        All its replications.
    key
        Of an indicator with chance.
    replications
        So many are used, from the first one; None: all.

    Returns
    -------
    NDArray
        Shape (replications,), mean 0: n - 1 times what the indicator loses if the replication is
        left out. Of a mean it is each value less the mean. The sum of squares over n (n - 1) is the
        square of the standard error. NaN: the indicator needs a replication to have a value.
    """
    n = len(scenario.replications) if replications is None else replications
    if n < 2:
        return np.full(n, np.nan)
    without = 1.0 - np.eye(n)
    left = estimates_of(scenario, key, without).draws.get(key)
    if left is None:
        return np.full(n, np.nan)
    return np.asarray((n - 1) * (left.mean() - left))


def common_estimates(
    scenario: ScenarioKpis, shared: Sequence[NDArray[Any]], weights: NDArray[Any]
) -> Estimates:
    """Return estimates of response and waiting for the incidents with ids in ``shared``.

    Parameters
    ----------
    scenario
        All its replications.
    shared
        Ids per replication.
    weights
        Resamples (resamples, replications).
    """
    out = Estimates()
    inside = [
        np.isin(r.incidents, ids) for r, ids in zip(scenario.replications, shared, strict=True)
    ]
    for kpi in (k for k in KPIS.values() if k.common):
        key = (kpi.name, *COMMON)
        samples = [r.samples[kpi.name] for r in scenario.replications]
        values = [s.values[m[s.rows]] for s, m in zip(samples, inside, strict=True)]
        if kpi.indicator.quantile is not None:
            _add_quantile(out, key, kpi.indicator.quantile, _pooled(values), weights)
        else:
            table = np.array([[[v.sum(), len(v), len(v)]] for v in values], "float64")
            _add_ratios(out, [key], table, weights)
    return out


def pooled_groups(
    samples: Sequence[Sample], only: tuple[str, ...] = ()
) -> dict[tuple[str, str], Pooled]:
    """Return the observations of all replications by (kind of group, group).

    Parameters
    ----------
    samples
        One a replication.
    only
        Kind of group and group; empty: all.
    """
    values = np.concatenate([s.values for s in samples])
    replication = np.repeat(np.arange(len(samples)), [len(s.values) for s in samples])
    order = np.argsort(values, kind="stable")
    values, replication = values[order], replication[order]
    out: dict[tuple[str, str], Pooled] = {}
    for kind, groupings in samples[0].groups.items():
        if only and kind != only[0]:
            continue
        for position, first in enumerate(groupings):
            parts = [s.groups[kind][position] for s in samples]
            if any(p.labels != first.labels for p in parts):
                raise ValueError(f"{kind}: replications of one scenario have different groups")
            codes = np.concatenate([p.codes for p in parts])[order].astype("int16")
            by_group = np.argsort(codes, kind="stable")
            ends = np.searchsorted(codes[by_group], np.arange(len(first.labels) + 1))
            for i, label in enumerate(first.labels):
                if only and label != only[1]:
                    continue
                own = by_group[ends[i] : ends[i + 1]]
                out[kind, label] = Pooled(values[own], replication[own])
    return out


def _pooled(values: Sequence[NDArray[Any]]) -> Pooled:
    replication = np.repeat(np.arange(len(values)), [len(v) for v in values])
    every = np.concatenate(list(values))
    order = np.argsort(every, kind="stable")
    return Pooled(every[order], replication[order])


def _add_quantile(
    out: Estimates, key: Key, q: float, sample: Pooled, weights: NDArray[Any]
) -> None:
    n = len(sample.values)
    out.n[key] = n
    out.value[key] = sample.quantile(q)
    out.single[key] = sample.by_replication(q, weights.shape[1])
    if n >= FEWEST and len(weights):
        out.draws[key] = (
            sample.draws(q, weights)
            if weights.shape[1] > 1
            else np.full(len(weights), out.value[key])  # every resample of one is that one
        )


def _add_ratios(
    out: Estimates, keys: list[Key], table: NDArray[Any], weights: NDArray[Any]
) -> None:
    if not keys:
        return
    above, below, n = table[:, :, 0], table[:, :, 1], table[:, :, 2]
    total = ratios(above.sum(axis=0), below.sum(axis=0))
    single = ratios(above, below)
    draws = ratio_draws(weights, above, below)
    for i, key in enumerate(keys):
        out.value[key] = float(total[i])
        out.n[key] = round(float(n[:, i].sum()))
        out.single[key] = single[:, i]
        out.draws[key] = draws[:, i]
