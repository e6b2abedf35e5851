"""Structures from best to worst in one indicator, and which of them may be the best (R24).

With common random numbers structures are compared in pairs. Unlike KN this uses the pooled indicator
of the tables (R21) and the replications that there are. How often each is the best comes from
resamples; who may be the best comes from turned signs, in the subset and step by step, so that of
structures that are truly the best all are kept with the probability asked for.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.choice import PROBABILITY, in_order
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.pooling import estimates_of, pulls
from emergency_sim.analysis.standing import shares_of_best, standing
from emergency_sim.analysis.statistics import RESAMPLES, precision, resample_weights
from emergency_sim.domain.indicators import Aggregation, Better

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.analysis.pooling import Estimates, ScenarioKpis
    from emergency_sim.analysis.replication import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One structure in a ranking.

    Parameters
    ----------
    scenario
        Id.
    value, ci_low, ci_high
        Pooled value with its 95 % interval (of this structure alone: structures are compared by
        ``may_be_best``, since pairs share their incidents).
    probability_best
        Share of the resamples in which it is the best.
    may_be_best
        In the subset that holds the best, all of them if several are, with the probability asked
        for.
    """

    scenario: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    probability_best: float | None
    may_be_best: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Structures in the order of one indicator.

    Parameters
    ----------
    kpi, group_kind, group, unit, better
        What is compared: the pooled indicator (R21), not the mean of single replications.
    replications
        Of each structure.
    probability
        Of the subset and of ``best``.
    indifference
        Differences below this do not matter.
    best
        The leader, if with this probability nothing is better than it by the indifference or more.
    entries
        Best first.
    reason
        Why there are no probabilities; None if there are.
    """

    kpi: str
    group_kind: str
    group: str
    unit: str
    better: str
    replications: int
    probability: float
    indifference: float
    best: str | None
    entries: tuple[Ranked, ...]
    reason: str | None

    @property
    def alike(self) -> tuple[str, ...]:
        """Those beside the leader that may be the best."""
        return tuple(e.scenario for e in self.entries[1:] if e.may_be_best)

    def flat(self) -> list[dict[str, Any]]:
        """Return one row of a table for each structure."""
        own = asdict(self)
        entries = own.pop("entries")
        return [
            {**own, "rank": i, **entry, "is_best": entry["scenario"] == self.best}
            for i, entry in enumerate(entries, 1)
        ]


def rank(
    key: Key,
    found: Sequence[tuple[str, Estimates]],
    replications: int,
    *,
    pull: NDArray[Any] | None = None,
    exact: Sequence[float] | None = None,
    probability: float = PROBABILITY,
    indifference: float | None = None,
) -> Ranking | None:
    """Return the ranking of structures, None if no direction of the indicator is better.

    Parameters
    ----------
    key
        Indicator, kind of group, group.
    found
        Id and estimates of every structure, from the same resamples.
    replications
        Of each.
    pull
        How far each replication pulls each structure's estimate, shape (structures, replications).
    exact
        Values, of an indicator without chance.
    probability
        Of the subset that holds the best.
    indifference
        None: the indicator's relevant difference.
    """
    indicator = KPIS[key[0]].indicator
    if indicator.better is Better.NEITHER:
        return None
    names = [name for name, _ in found]
    nan = float("nan")
    values = np.array(exact if exact is not None else [e.value.get(key, nan) for _, e in found])
    sign = 1.0 if indicator.better is Better.HIGHER else -1.0
    some = np.isfinite(values)
    margin = indicator.relevant_difference if indifference is None else indifference
    reason = None
    draws = None
    if not some.all():
        reason = "a structure has nobody in this group"
    elif exact is not None:
        draws = np.repeat(values[:, None], 2, axis=1)
    elif replications < 2:
        reason = "one replication"
    elif pull is None or any(key not in e.draws for _, e in found):
        reason = "too few observations in a structure"
    else:
        draws = np.array([e.draws[key] for _, e in found])
        draws = draws[:, np.isfinite(draws).all(axis=0)]
        few = draws.shape[1] < 0.9 * len(found[0][1].draws[key])
        if few or not np.isfinite(pull).all():
            reason, draws = "too few replications with observations", None
    stand = shared = None
    if draws is not None:
        known = np.zeros((len(names), 2)) if exact is not None or pull is None else pull
        stand = standing(sign * values, sign * known, probability)
        shared = shares_of_best(sign * draws)
    order = in_order(names, np.where(some, sign * values, -np.inf).tolist())
    best = order[0] if stand is not None and stand.loss < margin else None
    entries = []
    for name in order:
        i = names.index(name)
        sure = None
        if exact is None and draws is not None:
            sure = precision(float(values[i]), draws[i], replications)
        entries.append(
            Ranked(
                scenario=name,
                value=float(values[i]) if some[i] else None,
                ci_low=None if sure is None else sure.low,
                ci_high=None if sure is None else sure.high,
                probability_best=None if shared is None else float(shared[i]),
                may_be_best=None if stand is None else bool(stand.may_be_best[i]),
            )
        )
    return Ranking(
        kpi=key[0],
        group_kind=key[1],
        group=key[2],
        unit=indicator.unit,
        better=indicator.better.value,
        replications=replications,
        probability=probability,
        indifference=margin,
        best=best,
        entries=tuple(entries),
        reason=reason,
    )


def ranking_of(
    scenarios: Sequence[ScenarioKpis],
    key: Key,
    *,
    replications: int | None = None,
    resample_key: str = "",
    resamples: int = RESAMPLES,
    probability: float = PROBABILITY,
    indifference: float | None = None,
) -> Ranking | None:
    """Return the ranking of scenarios in one indicator and group by paired bootstrap.

    Parameters
    ----------
    scenarios
        At least two; the k-th replication of each has the same incidents.
    key
        Indicator, kind of group, group.
    replications
        So many of each are used, from the first one; None: the first that all have. Those that a
        procedure has run because of what it saw must not be among them.
    resample_key
        Names the resamples.
    resamples
        How many.
    probability
        Of the subset that holds the best.
    indifference
        None: the indicator's relevant difference.
    """
    number = min(len(s.replications) for s in scenarios)
    if replications is not None:
        number = min(number, replications)
    if KPIS[key[0]].indicator.aggregation is Aggregation.EXACT:
        values = [s.exact.get(key, float("nan")) for s in scenarios]
        nothing = [(s.scenario, estimates_of(s, key, None)) for s in scenarios]
        return rank(key, nothing, number, exact=values, probability=probability,
                    indifference=indifference)  # fmt: skip
    weights = resample_weights(resample_key, number, resamples)
    found = [(s.scenario, estimates_of(s, key, weights)) for s in scenarios]
    pull = np.array([pulls(s, key, number) for s in scenarios])
    return rank(key, found, number, pull=pull, probability=probability, indifference=indifference)
