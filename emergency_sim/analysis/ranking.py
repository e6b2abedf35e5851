"""Structures from best to worst in one indicator, and which of them may be the best (R24).

With common random numbers structures are compared in pairs: all of them are resampled with the same
replications. Unlike KN this uses the pooled indicator of the tables (R21) and the replications that
there are.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.choice import PROBABILITY, in_order
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.pooling import estimates_of
from emergency_sim.analysis.statistics import RESAMPLES, precision, resample_weights, t_quantile
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
        In the subset that holds the best with the probability asked for.
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


@dataclass(frozen=True, slots=True)
class Standing:
    """How structures stand to each other, in their given order.

    Parameters
    ----------
    probability_best
        Share of the resamples in which each is the best; equals share it.
    may_be_best
        Whether each is in the subset.
    loss
        Most that is lost, with the probability asked for, by taking the leader: the greatest upper
        limit of another's lead over it.
    """

    probability_best: NDArray[np.float64]
    may_be_best: NDArray[np.bool_]
    loss: float


def standing(
    values: NDArray[Any], draws: NDArray[Any], replications: int, probability: float
) -> Standing:
    """Return who may be the best.

    Parameters
    ----------
    values
        Estimates, higher is better, shape (structures,).
    draws
        Their resamples with the same replications, shape (structures, resamples).
    replications
        So many were resampled, at least 2.
    probability
        Of the subset and of the loss, together.

    Notes
    -----
    For structure i let c_i be the quantile of the greatest standardised excess, over the others, of
    their draws over its own; it knows how pairs are correlated. As in the intervals it is carried
    from the normal to t(n - 1), and standard errors are sqrt(n / (n - 1)) times those of the draws.
    i may be the best if nobody's lead over it exceeds c_i standard errors. If b is the best, then
    with the probability asked for all others' estimated leads over b are at most c_b standard
    errors too great; hence b is in the subset, and the leader loses at most c_b standard errors
    less its lead.
    """
    from scipy.special import ndtr

    k = len(values)
    top = draws == draws.max(axis=0)
    shared = (top / top.sum(axis=0)).mean(axis=1)
    centred = draws - draws.mean(axis=1)[:, None]
    factor = np.sqrt(replications / (replications - 1))
    leader = int(np.argmax(values))
    inside = np.ones(k, dtype=bool)
    loss = 0.0
    tiny = 1e-9 * max(float(np.abs(values).max()), 1e-9)
    for i in range(k):
        excess = centred - centred[i]
        error = factor * np.std(excess, axis=1, ddof=1)
        chance = error > tiny
        lead = values - values[i]
        critical = 0.0
        if chance.any():
            greatest = (excess[chance] / error[chance, None]).max(axis=0) * factor
            normal = float(np.quantile(greatest, probability))
            critical = t_quantile(replications - 1, float(ndtr(normal)))
        inside[i] = bool((lead <= np.where(chance, critical * error, tiny)).all())
        if i != leader:
            loss = max(loss, critical * float(error[leader]) - float(lead[leader]))
    return Standing(shared, inside, loss)


def rank(
    key: Key,
    found: Sequence[tuple[str, Estimates]],
    replications: int,
    *,
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
    elif any(key not in e.draws for _, e in found):
        reason = "too few observations in a structure"
    else:
        draws = np.array([e.draws[key] for _, e in found])
        draws = draws[:, np.isfinite(draws).all(axis=0)]
        if draws.shape[1] < 0.9 * len(found[0][1].draws[key]):
            reason, draws = "too few replications with observations", None
    stand = None
    if draws is not None:
        stand = standing(sign * values, sign * draws, max(replications, 2), probability)
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
                probability_best=None if stand is None else float(stand.probability_best[i]),
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
    resample_key: str = "",
    resamples: int = RESAMPLES,
    probability: float = PROBABILITY,
    indifference: float | None = None,
) -> Ranking | None:
    """Return the ranking of scenarios in one indicator and group by paired bootstrap.

    Parameters
    ----------
    scenarios
        At least two; the k-th replication of each has the same incidents. Of different numbers of
        replications the first that all have are used.
    key
        Indicator, kind of group, group.
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
    if KPIS[key[0]].indicator.aggregation is Aggregation.EXACT:
        values = [s.exact.get(key, float("nan")) for s in scenarios]
        nothing = [(s.scenario, estimates_of(s, key, None)) for s in scenarios]
        return rank(key, nothing, number, exact=values, probability=probability,
                    indifference=indifference)  # fmt: skip
    weights = resample_weights(resample_key, number, resamples)
    found = [(s.scenario, estimates_of(s, key, weights)) for s in scenarios]
    return rank(key, found, number, probability=probability, indifference=indifference)
