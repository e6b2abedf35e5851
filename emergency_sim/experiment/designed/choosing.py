"""Which of several structures is best: the loop that runs what a procedure asks for (R24)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from emergency_sim.analysis.choice import FIRST, Decision, Method, Question
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.pooling import single_values
from emergency_sim.analysis.procedures import procedure
from emergency_sim.analysis.ranking import Ranking, ranking_of
from emergency_sim.domain.indicators import Aggregation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from emergency_sim.analysis.pooling import ScenarioKpis
    from emergency_sim.analysis.replication import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which structure is to be chosen, and how.

    Parameters
    ----------
    key
        Indicator, kind of group and group, as the analysis names them.
    method
        Bootstrap of the replications that there are, KN or OCBA.
    indifference
        Differences below this do not matter; None: the indicator's relevant difference.
    probability
        Of choosing the best.
    most
        Replications at which the search ends: of each scenario, with OCBA of all together.
    step
        Replications asked for at a time.
    """

    key: Key
    method: Method
    indifference: float | None = None
    probability: float = 0.95
    most: int = 1000
    step: int = 10

    @property
    def margin(self) -> float:
        """The indifference."""
        own = KPIS[self.key[0]].indicator.relevant_difference
        return own if self.indifference is None else self.indifference

    @property
    def exact(self) -> bool:
        """Whether the indicator holds no chance: then there is nothing to run."""
        return KPIS[self.key[0]].indicator.aggregation is Aggregation.EXACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was found.

    Parameters
    ----------
    asked
        What was asked.
    scenarios
        Among which structures.
    ranking
        All of them in the order of the pooled indicator, by the replications that every structure
        had to begin with; None without common random numbers.
    replications
        That every structure had to begin with: the tables of the comparison count these and no
        others.
    question, decision
        Of KN or OCBA, else None.

    Notes
    -----
    What KN and OCBA run beyond these is in the decision only. Who gets more, and when it stops,
    follows from the differences seen so far; an interval or a test that takes such replications for
    a sample of fixed size is wrong more often than it says.
    """

    asked: Asked
    scenarios: tuple[str, ...]
    ranking: Ranking | None
    replications: int
    question: Question | None = None
    decision: Decision | None = None

    @property
    def best(self) -> str | None:
        """The best with the probability asked for, None if it is not known."""
        if self.decision is not None:
            return self.decision.best
        return None if self.ranking is None else self.ranking.best

    def to_json(self) -> dict[str, Any]:
        """Return it for the manifest."""
        return {
            "kpi": self.asked.key[0],
            "group_kind": self.asked.key[1],
            "group": self.asked.key[2],
            "method": self.asked.method.value,
            "indifference": self.asked.margin,
            "probability": self.asked.probability,
            "scenarios": list(self.scenarios),
            "best": self.best,
            "replications_of_tables": self.replications,
            "decision": None if self.decision is None else asdict(self.decision),
            "ranking": None if self.ranking is None else self.ranking.flat(),
        }


def choose(
    asked: Asked,
    scenarios: Sequence[str],
    look: Callable[[Mapping[str, int]], Mapping[str, ScenarioKpis]],
    *,
    replications: int,
    common_random_numbers: bool = True,
    resample_key: str = "",
    told: Callable[[str], None] | None = None,
) -> Chosen:
    """Run replications until the best structure is known, or the most are spent.

    Parameters
    ----------
    asked
        Indicator and procedure.
    scenarios
        Ids of the structures.
    look
        Sees to it that each scenario has at least so many replications in all (finished ones are
        kept) and returns the indicators of all scenarios; more replications than asked for change
        nothing.
    replications
        That every scenario has to begin with.
    common_random_numbers
        Whether the k-th replications of all scenarios have the same incidents.
    resample_key
        Names the resamples of the ranking.
    told
        Called between the looks with a line about how far it is.

    Raises
    ------
    ValueError
        OCBA with common random numbers, an indicator of which no direction is better, or a
        replication in which nobody is in the group.
    """
    counts = dict.fromkeys(scenarios, replications)
    question: Question | None = None
    decision: Decision | None = None
    kpis = look(counts)
    if asked.method is not Method.BOOTSTRAP and not asked.exact:
        question = Question(
            scenarios=tuple(scenarios),
            better=KPIS[asked.key[0]].indicator.better,
            indifference=asked.margin,
            probability=asked.probability,
            first=FIRST,
            most=asked.most,
            step=asked.step,
        )
        way = procedure(asked.method, question, common_random_numbers=common_random_numbers)
        while True:
            # never more than was asked for: who ran ahead decides as who did not
            values = {
                name: single_values(kpis[name], asked.key)[: counts[name]] for name in scenarios
            }
            decision = way.next(values)
            if decision.finished:
                break
            for name, more in decision.more.items():
                counts[name] += more
            if told is not None:
                told(_progress(decision, counts))
            kpis = look(counts)
    ranking = None
    if common_random_numbers or asked.exact:
        ranking = ranking_of(
            [kpis[name] for name in scenarios],
            asked.key,
            replications=replications,  # not those that the choice ran because of what it saw
            resample_key=resample_key,
            probability=asked.probability,
            indifference=asked.margin,
        )
    return Chosen(
        asked=asked,
        scenarios=tuple(scenarios),
        ranking=ranking,
        replications=replications,
        question=question,
        decision=decision,
    )


def _progress(decision: Decision, counts: Mapping[str, int]) -> str:
    left = len(decision.contenders) or len(counts)
    bound = "" if decision.at_most is None else f", at most {decision.at_most} replications of each"
    run = max(decision.used.values(), default=0)
    after = f" after {run} replications" if run else ""
    return f"choice{after}: {left} of {len(counts)} structures may still be the best{bound}"
