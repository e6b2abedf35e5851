"""Points of a design: which values the factors have in which scenario."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from emergency_sim.scenario.experiment_schema import Levels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emergency_sim.scenario.experiment_schema import Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of the design, laid over one scenario.

    Parameters
    ----------
    id
        ``<scenario>.<nnn>``, nnn from 001 in the order of the design.
    of
        Id of the scenario that it varies.
    values
        Value of every factor that this scenario has, by dotted path.
    """

    id: str
    of: str
    values: dict[str, Any]


def factors_of(factors: Mapping[str, Factor], scenario: str) -> dict[str, Factor]:
    """Return the factors that a scenario has.

    Parameters
    ----------
    factors
        By dotted path.
    scenario
        Its id.
    """
    return {path: one for path, one in factors.items() if not one.of or scenario in one.of}


def full_grid(factors: Mapping[str, Factor]) -> list[dict[str, Any]]:
    """Return every level with every other; the last factor changes quickest.

    Parameters
    ----------
    factors
        Levels by dotted path; none gives no point.

    Raises
    ------
    ValueError
        A range has no levels.

    Examples
    --------
    >>> full_grid({"a": Levels(levels=(1, 2)), "b": Levels(levels=("x",))})
    [{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'x'}]
    """
    if not factors:
        return []
    levels = []
    for path, factor in factors.items():
        if not isinstance(factor, Levels):
            raise ValueError(f"{path}: a range needs a space-filling design")
        levels.append(factor.levels)
    return [dict(zip(factors, values, strict=True)) for values in product(*levels)]


def points_of(scenario: str, values: list[dict[str, Any]]) -> list[Point]:
    """Return the points of one scenario with their ids.

    Parameters
    ----------
    scenario
        Its id.
    values
        In the order of the design.
    """
    return [
        Point(id=f"{scenario}.{n:03d}", of=scenario, values=one)
        for n, one in enumerate(values, start=1)
    ]


def values_of(points: Iterable[Point], scenarios: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the factor values of those scenarios that are points of a design.

    Parameters
    ----------
    points
        Of the design.
    scenarios
        Ids; after ``@`` how one differs from the point.
    """
    known = {point.id: point.values for point in points}
    return {name: known[of] for name in scenarios if (of := name.partition("@")[0]) in known}
