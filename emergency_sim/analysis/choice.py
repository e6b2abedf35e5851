"""Which of several structures is best: what a procedure is asked, and what it answers (R24)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.indicators import Better

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

FIRST: Final = 20
"""Replications of everybody before anything is decided (R24)."""
PROBABILITY: Final = 0.95


class Method(StrEnum):
    """How the best is found."""

    KN = "kn"
    """Kim and Nelson's sequential elimination; needs the same incidents or does as well without."""
    BOOTSTRAP = "bootstrap"
    """The replications there are, resampled in pairs."""
    OCBA = "ocba"
    """Optimal computing budget allocation; only without common random numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the values of a single indicator, one value a replication.

    Parameters
    ----------
    scenarios
        Ids, at least two.
    better
        Which direction is best; not ``neither``.
    indifference
        Differences below this do not matter, in the indicator's unit; above 0.
    probability
        With which the best is to be found, above 1 / number of scenarios and below 1.
    first
        Replications of every scenario before anything is decided, at least 2.
    most
        Replications at which the search ends: of each scenario, with OCBA of all together.
    step
        Replications asked for at a time.

    Raises
    ------
    ValueError
        Something is out of its range.
    """

    scenarios: tuple[str, ...]
    better: Better
    indifference: float
    probability: float = PROBABILITY
    first: int = FIRST
    most: int = 1000
    step: int = 10

    def __post_init__(self) -> None:
        k = len(self.scenarios)
        wrong = []
        if k < 2 or len(set(self.scenarios)) != k:
            wrong.append("at least two different scenarios are needed")
        if self.better is Better.NEITHER:
            wrong.append("no direction of this indicator is better, so none is best")
        if not self.indifference > 0:
            wrong.append(f"indifference must be above 0 (got {self.indifference})")
        if k >= 2 and not 1 / k < self.probability < 1:
            wrong.append(f"probability must lie between 1/{k} and 1 (got {self.probability})")
        if self.first < 2 or self.step < 1 or self.most < self.first:
            wrong.append(
                f"first must be at least 2, step 1, most no less than first "
                f"(got {self.first}, {self.step}, {self.most})"
            )
        if wrong:
            raise ValueError("; ".join(wrong))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is known so far, and what is still to be run.

    Parameters
    ----------
    more
        How many replications further each scenario needs before the next look; empty: finished.
    best
        The best with the probability asked for; None: not known (yet).
    leader
        The one with the best mean so far.
    contenders
        Those that may still be the best, best mean first.
    eliminated
        After how many replications each of the others was ruled out.
    alike
        Those that the best cannot be told apart from, though it was chosen (what speaks for a
        difference is less than equals may reach at some time), best mean first.
    means
        Mean over the replications used, by scenario.
    used
        Replications used of each scenario.
    at_most
        Replications (of each scenario) after which the procedure is over in any case; None: no such
        bound, or not yet known.
    probability
        Estimated probability that the best or the leader is the best, where the method gives one.
    """

    more: dict[str, int] = field(default_factory=dict)
    best: str | None = None
    leader: str | None = None
    contenders: tuple[str, ...] = ()
    eliminated: dict[str, int] = field(default_factory=dict)
    alike: tuple[str, ...] = ()
    means: dict[str, float] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    at_most: int | None = None
    probability: float | None = None

    @property
    def finished(self) -> bool:
        """Whether no more replications are asked for."""
        return not self.more


def signed_values(
    question: Question, values: Mapping[str, NDArray[Any]]
) -> list[NDArray[np.float64]]:
    """Return each scenario's values so that higher is better, in the question's order.

    Raises
    ------
    ValueError
        A scenario is missing, or a replication has no value (nobody in the group).
    """
    sign = 1.0 if question.better is Better.HIGHER else -1.0
    out = []
    for name in question.scenarios:
        if name not in values:
            raise ValueError(f"{name}: no values")
        own = np.asarray(values[name], "float64")
        if not np.isfinite(own).all():
            k = int(np.flatnonzero(~np.isfinite(own))[0])
            raise ValueError(
                f"{name}: replication {k} has no value of this indicator (nobody in the group); "
                "choose a larger group or more days"
            )
        out.append(sign * own)
    return out


def first_stage(question: Question, values: Sequence[NDArray[Any]]) -> Decision | None:
    """Return what the first stage still needs, None if it is complete.

    Parameters
    ----------
    question
        With ``first``, the replications that everybody has before anything is decided.
    values
        Of each scenario, in the question's order.
    """
    lacking = {
        name: question.first - len(own)
        for name, own in zip(question.scenarios, values, strict=True)
        if len(own) < question.first
    }
    return Decision(more=lacking) if lacking else None


def by_scenario(question: Question, signed: Sequence[float]) -> dict[str, float]:
    """Return figures by scenario, in the indicator's own sign again (see :func:`signed_values`)."""
    sign = 1.0 if question.better is Better.HIGHER else -1.0
    return {name: sign * float(x) for name, x in zip(question.scenarios, signed, strict=True)}


def in_order(names: Sequence[str], means: Sequence[float]) -> tuple[str, ...]:
    """Return names, the highest mean first; of equal ones the earlier."""
    order = sorted(range(len(names)), key=lambda i: (-means[i], i))
    return tuple(names[i] for i in order)
