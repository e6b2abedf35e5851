"""What an experiment file says: which scenarios, how often, what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from emergency_sim.scenario.indicator_schema import Primary
from emergency_sim.scenario.schema import Id, Text

EXPERIMENT_SCHEMA: Final = "emergency_sim/experiment/1"

FEWEST: Final = 20
"""Replications below which nothing is stopped early (R24)."""
FEWEST_DRAWS: Final = 50
"""Paired draws from the ranges of the assumed parameters (R22)."""
MOST_POINTS: Final = 2000
"""Scenarios of one design."""

Share = Annotated[float, Field(gt=0, lt=1)]


class DesignKind(StrEnum):
    """How points are taken from the factors."""

    FULL = "full"
    LATIN_HYPERCUBE = "latin_hypercube"


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Which combinations of the factors are run.

    Parameters
    ----------
    kind
        ``full``: every level with every other. ``latin_hypercube``: ``points`` of them, spread over
        all ranges and levels.
    points
        How many of a space-filling design, for each scenario that has factors; with ``full`` 0.
    """

    kind: DesignKind = DesignKind.FULL
    points: Annotated[int, Field(ge=0, le=MOST_POINTS)] = 0

    def __post_init__(self) -> None:
        if self.kind is DesignKind.FULL and self.points:
            raise ValueError("points belong to a latin_hypercube; a full design has all of them")
        if self.kind is DesignKind.LATIN_HYPERCUBE and self.points < 2:
            raise ValueError("points must be at least 2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Values that a factor takes.

    Parameters
    ----------
    levels
        At least one; any value that the key may have.
    of
        Ids of the scenarios that have this factor; empty: the base and every variant.
    """

    levels: Annotated[tuple[Any, ...], Field(min_length=1)]
    of: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range that a space-filling design fills.

    Parameters
    ----------
    low, high
        Both included.
    of
        As in :class:`Levels`.
    """

    low: float
    high: float
    of: tuple[Id, ...] = ()

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"low must be below high (got {self.low} and {self.high})")


Factor = Levels | Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """An indicator that is to be known so well.

    Parameters
    ----------
    kpi, group_kind, group
        As in a primary indicator.
    half_width
        Of the 95 % interval of the paired difference with the base, in the indicator's unit.
    """

    kpi: str
    group_kind: str = "all"
    group: str = "all"
    half_width: Annotated[float, Field(gt=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UntilPrecise:
    """Replications until every variant's paired difference is known well enough (R24).

    Parameters
    ----------
    until
        What has to be known.
    at_least, at_most
        Replications.
    looks
        Numbers of replications at which it is looked whether that is enough; empty: ``at_least``,
        doubled again and again, and ``at_most``.
    """

    until: Annotated[tuple[Goal, ...], Field(min_length=1, max_length=8)]
    at_least: Annotated[int, Field(ge=FEWEST, le=100_000)] = FEWEST
    at_most: Annotated[int, Field(ge=FEWEST, le=100_000)] = 200
    looks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.at_most < self.at_least:
            raise ValueError("at_most must not be below at_least")
        if list(self.looks) != sorted(set(self.looks)):
            raise ValueError("looks must grow")
        if self.looks and (self.looks[0] < self.at_least or self.looks[-1] != self.at_most):
            raise ValueError("looks must begin at at_least or later and end at at_most")

    def schedule(self) -> tuple[int, ...]:
        """Return the numbers of replications at which it is looked.

        Examples
        --------
        >>> goal = Goal(kpi="response_time_p90", half_width=1.0)
        >>> UntilPrecise(until=(goal,), at_most=100).schedule()
        (20, 40, 80, 100)
        """
        if self.looks:
            return self.looks
        found = []
        n = self.at_least
        while n < self.at_most:
            found.append(n)
            n *= 2
        return (*found, self.at_most)


class ChoiceMethod(StrEnum):
    """How the best of several structures is found."""

    KN = "kn"
    BOOTSTRAP = "bootstrap"
    OCBA = "ocba"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of these structures is the best one (R24).

    Parameters
    ----------
    kpi, group_kind, group
        By which indicator.
    method
        ``kn`` or ``bootstrap`` with common random numbers, ``ocba`` only without them.
    indifference
        Differences below this do not matter; null: the indicator's relevant difference.
    probability
        Of choosing one that is at most ``indifference`` worse than the best.
    """

    kpi: str
    group_kind: str = "all"
    group: str = "all"
    method: ChoiceMethod = ChoiceMethod.KN
    indifference: Annotated[float, Field(gt=0)] | None = None
    probability: Share = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeDraws:
    """All assumed parameters drawn together from their ranges (R22).

    Parameters
    ----------
    draws
        Each is run in base and variants alike.
    replications
        Of every draw.
    """

    draws: Annotated[int, Field(ge=FEWEST_DRAWS, le=10_000)] = FEWEST_DRAWS
    replications: Annotated[int, Field(ge=1, le=1000)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Morris:
    """Elementary effects: which parameters matter.

    Parameters
    ----------
    trajectories, levels
        Of Morris' method.
    replications
        Of every point; from one it is not known what chance alone makes.
    """

    trajectories: Annotated[int, Field(ge=2, le=1000)] = 10
    levels: Annotated[int, Field(ge=2, le=20, multiple_of=2)] = 4
    replications: Annotated[int, Field(ge=1, le=1000)] = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sobol:
    """Shares of variance of the leading parameters.

    Parameters
    ----------
    points
        Base sample, a power of two.
    most
        How many of the parameters that lead in Morris' method.
    replications
        Of every point; from one it is not known what chance alone makes.
    """

    points: Annotated[int, Field(ge=8, le=65_536)] = 64
    most: Annotated[int, Field(ge=1, le=6)] = 6
    replications: Annotated[int, Field(ge=1, le=1000)] = 2

    def __post_init__(self) -> None:
        if self.points & (self.points - 1):
            raise ValueError("points must be a power of two")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What the results owe to the assumed parameters (R22, R24).

    Parameters
    ----------
    range, morris, sobol
        Which of the three are run.
    parameters
        Keys, or all that are assumed and have a range.
    levers
        Shares by which something else is moved up and down: ``fleet_size`` (R16).
    """

    range: RangeDraws | None = None
    morris: Morris | None = None
    sobol: Sobol | None = None
    parameters: Literal["all_assumed"] | Annotated[tuple[str, ...], Field(min_length=1)] = (
        "all_assumed"
    )
    levers: dict[Literal["fleet_size"], Share] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.sobol is not None and self.morris is None:
            raise ValueError("sobol needs morris, which says which parameters lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChange:
    """Length and seed over the base's own; null: as in the base.

    Parameters
    ----------
    days, warm_up_days, run_out_days, seed
        As in a scenario's ``run``, where they are checked.
    """

    days: int | None = None
    warm_up_days: int | None = None
    run_out_days: int | None = None
    seed: int | None = None


class Staffing(StrEnum):
    """In which staffing structural variants are run (R15)."""

    AS_GIVEN = "as_given"
    EQUAL_SERVICE = "equal_service"
    BOTH = "both"


Replications = Annotated[int, Field(ge=1, le=100_000)] | UntilPrecise


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentFile:
    """The keys of an experiment file.

    Parameters
    ----------
    schema, id, name, description
        What it is called; results go to ``results/<id>``.
    base
        The scenario that all others are compared with: a file beside this one, or a bundled name.
    variants
        Likewise.
    factors
        By dotted path of a scenario.
    design
        Which combinations of the factors.
    run
        Length and seed.
    replications
        A number, or a stopping rule; null: as many as the base says.
    primary
        At most eight, named before the run (R23); empty: the base's.
    staffing
        Of structural variants.
    common_random_numbers
        All scenarios meet the same chance (R4, R6).
    events
        Keep event logs.
    choice, sensitivity
        What is asked beside the comparison.
    """

    schema: Literal["emergency_sim/experiment/1"] = EXPERIMENT_SCHEMA
    id: Id
    name: Text
    description: Text | None = None
    base: Annotated[str, Field(min_length=1)]
    variants: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    factors: dict[str, Factor] = field(default_factory=dict)
    design: Design = Design()
    run: RunChange = RunChange()
    replications: Replications | None = None
    primary: Annotated[tuple[Primary, ...], Field(max_length=8)] = ()
    staffing: Staffing = Staffing.AS_GIVEN
    common_random_numbers: bool = True
    events: bool = False
    choice: Choice | None = None
    sensitivity: Sensitivity | None = None


EXPERIMENT_KEYS: Final = tuple(f.name for f in fields(ExperimentFile))
