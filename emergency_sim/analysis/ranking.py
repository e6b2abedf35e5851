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
from emergency_sim.analysis.statistics import RESAMPLES, precision, resample_weights
from emergency_sim.domain.indicators import Aggregation, Better
from emergency_sim.domain.streams import Streams

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


@dataclass(frozen=True, slots=True)
class Standing:
    """How structures stand to each other, in their given order.

    Parameters
    ----------
    may_be_best
        Whether each is in the subset.
    loss
        Most that is lost, with the probability asked for, by taking the leader: the greatest upper
        limit of another's lead over it.
    """

    may_be_best: NDArray[np.bool_]
    loss: float


def shares_of_best(draws: NDArray[Any]) -> NDArray[np.float64]:
    """Return the share of the resamples in which each structure is the best; equals share it.

    Parameters
    ----------
    draws
        Resamples with the same replications, higher is better, shape (structures, resamples).
    """
    top = draws == draws.max(axis=0)
    return np.asarray((top / top.sum(axis=0)).mean(axis=1))


def standing(values: NDArray[Any], pull: NDArray[Any], probability: float) -> Standing:
    """Return who may be the best.

    Parameters
    ----------
    values
        Estimates, higher is better, shape (structures,).
    pull
        How far each replication pulls the estimate of each structure from its value, shape
        (structures, replications); its mean is 0 (:func:`emergency_sim.analysis.pooling.pulls`).
    probability
        Of the subset, and of the loss: each by itself.

    Notes
    -----
    The t statistic of j's lead over i comes from the replications' pulls on the two. What it comes
    to if only chance is at work is simulated: the signs of the pulls are turned, the same for all
    structures, so pairs stay pairs. Let c(S) be the quantile of the greatest of these t statistics
    over all i in S and all others j. All structures are in S at first; whoever is led by more than
    c(S) leaves, c(S) is taken anew, until nobody leaves (the step-down method of J. P. Romano and
    M. Wolf, Econometrica 73 (2005) 1237-1282). A structure that is truly the best, alone or with
    others, is led by chance only, so with the probability asked for none of these ever leaves.

    The limits of the loss are one-sided and belong to a single structure: if b is the best, then
    with the probability asked for it leads the leader by at most c({b}) standard errors more than
    was seen.
    """
    k, n = pull.shape
    tiny = 1e-9 * max(float(np.abs(values).max()), 1e-9)
    lead = values[None, :] - values[:, None]  # of j over i
    error = np.sqrt(((pull[None, :] - pull[:, None]) ** 2).sum(axis=2) / (n * max(n - 1, 1)))
    chance = error > tiny
    certain = np.where(lead > tiny, np.inf, 0.0)
    led = np.divide(lead, error, out=certain, where=chance).max(axis=1)
    greatest = _by_chance(pull, error, chance)

    inside = np.ones(k, dtype=bool)
    while True:
        out = inside & (led > np.quantile(greatest[inside].max(axis=0), probability))
        if not out.any():
            break
        inside &= ~out
    leader = int(np.argmax(values))
    limit = np.quantile(greatest, probability, axis=1)
    # an error of 0 is no chance, whatever the limit (0 times infinity)
    reach = np.multiply(limit, error[:, leader], out=np.zeros(k), where=chance[:, leader])
    loss = reach - lead[:, leader]
    loss[leader] = 0.0
    return Standing(inside, max(0.0, float(loss.max())))


def _by_chance(
    pull: NDArray[Any], error: NDArray[Any], chance: NDArray[Any]
) -> NDArray[np.float64]:
    """Return by structure the greatest t statistic of any other's lead, at turned signs."""
    k, n = pull.shape
    random = Streams(seed=0).generator(f"ranking/signs/{n}")
    signs = 2.0 * random.integers(0, 2, (RESAMPLES, n)) - 1.0
    moved = pull @ signs.T / n
    out = np.zeros((k, RESAMPLES))
    for i in np.flatnonzero(chance.any(axis=1)):
        other = chance[i]
        # a turned sign leaves the squares: only the mean changes the variance
        root = error[i, other, None] * np.sqrt(max(n - 1, 1))
        share = np.clip((moved[other] - moved[i]) / root, -1.0, 1.0)
        with np.errstate(divide="ignore"):  # all the same but for the sign: no variance is left
            out[i] = (share * np.sqrt((n - 1) / (1.0 - share**2))).max(axis=0)
    return out


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
