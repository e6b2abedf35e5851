"""Replications until the paired differences are known well enough: at fixed looks (R24).

Whoever looks at the interval again and again and stops the first time that it is narrow stops a
little too often where it happens to be too narrow. So the looks are fixed before the run, and what
must be narrow is the interval at the level 1 - 0.05 / looks: whichever look it stops at, intervals of
that level hold the truth in at least 95 % of all experiments (Bonferroni over the looks). The 95 %
interval of the tables is narrower; a test simulates how often both hold.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.statistics import ALPHA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from emergency_sim.analysis.statistics import Precision

MOST_PROJECTED: Final = 1_000_000

Target = tuple[str, str, str]
"""Indicator, kind of group, group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How well a paired difference is to be known, for every variant.

    Parameters
    ----------
    target
        Indicator, kind of group, group.
    half_width
        Of the interval, in the indicator's unit, above 0.
    """

    target: Target
    half_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """When to stop.

    Parameters
    ----------
    wanted
        All of them must be reached.
    looks
        Numbers of replications, rising, the first at least 20; the last one is the most.
    """

    wanted: tuple[Wanted, ...]
    looks: tuple[int, ...]

    @property
    def level(self) -> float:
        """Level of the interval that must be narrow."""
        return 1 - ALPHA / len(self.looks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How well one difference is known at a look.

    Parameters
    ----------
    variant, target
        Of which scenario, and what.
    wanted
        Half-width asked for.
    half_width
        Half-width now, at the level of :class:`Until`; None: no interval.
    narrower
        Half-width of the 95 % interval that the tables show.
    needed
        Replications in all that would do, if the spread stays as it is; None: cannot be said.
    """

    variant: str
    target: Target
    wanted: float
    half_width: float | None
    narrower: float | None
    needed: int | None

    @property
    def enough(self) -> bool:
        """Return whether it is narrow enough."""
        return self.half_width is not None and self.half_width <= self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Where it stopped.

    Parameters
    ----------
    replications
        At the last look.
    reached
        Everything is narrow enough.
    looks, level
        Looks that were planned, and the level of the intervals that must be narrow.
    found
        At the last look.
    """

    replications: int
    reached: bool
    looks: tuple[int, ...]
    level: float
    found: tuple[Reached, ...]

    @property
    def needed(self) -> int | None:
        """Replications in all that would do for everything; None: cannot be said."""
        numbers = [one.needed for one in self.found]
        return None if None in numbers else max((n for n in numbers if n is not None), default=0)

    def sentence(self) -> str:
        """Return in plain words how it ended."""
        planned = ", ".join(map(str, self.looks))
        rule = f"looks at {planned}; intervals of {100 * self.level:.4g} % hold at all of them"
        if self.reached:
            return f"stopped at {self.replications} replications: precise enough ({rule})"
        missing = [one for one in self.found if not one.enough]
        worst = max(missing, key=lambda one: (one.half_width or float("inf")) / one.wanted)
        now = "no interval" if worst.half_width is None else f"± {worst.half_width:.3g}"
        told = "" if self.needed is None else f"; about {self.needed} replications in all would do"
        return (
            f"not reached at {self.replications} replications, the most allowed: "
            f"{worst.target[0]} ({worst.target[2]}) of {worst.variant} is known to {now}, wanted "
            f"± {worst.wanted:.3g}{told} ({rule})"
        )

    def to_json(self) -> dict[str, Any]:
        """Return it for the manifest."""
        return asdict(self) | {"needed": self.needed, "sentence": self.sentence()}


def run_until(
    until: Until,
    look: Callable[[int], Mapping[tuple[str, Target], Precision | None]],
    told: Callable[[str], None] | None = None,
) -> Stopped:
    """Add replications look by look until every difference is known well enough.

    Parameters
    ----------
    until
        What is wanted, and the looks.
    look
        Simulates so many replications in all (finished ones are kept) and returns the precision of
        the paired difference by (variant, target); None: too little to say.
    told
        Called between the looks with a line about how far it is.
    """
    found: tuple[Reached, ...] = ()
    for n in until.looks:
        sure = look(n)
        found = tuple(
            _reached(until, one, variant, precision, n)
            for one in until.wanted
            for (variant, target), precision in sure.items()
            if target == one.target
        )
        stopped = Stopped(
            replications=n, reached=bool(found) and all(one.enough for one in found),
            looks=until.looks, level=until.level, found=found,
        )  # fmt: skip
        if stopped.reached or n == until.looks[-1]:
            return stopped
        if told is not None:
            about = (
                "" if stopped.needed is None else f"; about {stopped.needed} replications in all"
            )
            told(f"{n} replications: not precise enough yet{about}")
    raise ValueError("no looks")


def _reached(
    until: Until, one: Wanted, variant: str, precision: Precision | None, n: int
) -> Reached:
    if precision is None:
        return Reached(
            variant=variant, target=one.target, wanted=one.half_width, half_width=None,
            narrower=None, needed=None,
        )  # fmt: skip
    error = standard_error(precision, n)
    return Reached(
        variant=variant,
        target=one.target,
        wanted=one.half_width,
        half_width=_t(n - 1, 1 - (1 - until.level) / 2) * error,
        narrower=(precision.high - precision.low) / 2,
        needed=needed(error, n, one.half_width, until.level),
    )


def standard_error(precision: Precision, replications: int) -> float:
    """Return the standard error behind an interval (see ``analysis.statistics.precision``)."""
    return (precision.high - precision.low) / 2 / _t(replications - 1, 1 - ALPHA / 2)


def needed(error: float, replications: int, half_width: float, level: float) -> int | None:
    """Return how many replications in all give a half-width, if their spread stays as it is.

    Parameters
    ----------
    error
        Standard error of the difference from ``replications``.
    half_width, level
        Wanted.

    Returns
    -------
    int or None
        The smallest number from 2 on; None: more than a million.

    Examples
    --------
    >>> needed(1.0, 20, 1.0, 0.95)
    80
    """
    spread = error * replications**0.5
    low, high = 2, 2

    def narrow(n: int) -> bool:
        return bool(_t(n - 1, 1 - (1 - level) / 2) * spread / n**0.5 <= half_width)

    while not narrow(high):
        low, high = high, 2 * high
        if high > MOST_PROJECTED:
            return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if narrow(middle) else (middle + 1, high)
    return high


def _t(freedom: int, probability: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))
