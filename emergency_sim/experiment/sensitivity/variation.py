"""How a parameter moves over its range: one number for numbers, distributions, shares and weights.

A number moves from low to high, a distribution by its first field. What has several numbers moves by
one factor, and 1 is the value as given (assumption A59):

- shares of a whole (a mapping that adds up to 1): the odds of the largest share times the factor;
  the others keep their proportions, so the sum stays 1;
- shares by themselves (each from 0 to 1): the odds of each times the factor;
- a table of errors (rows add up to 1): what lies beside the diagonal times the factor;
- weights and ratios: each to the power of the factor, so 0 is flat and above 1 is steeper.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.parameters import Status

if TYPE_CHECKING:
    from emergency_sim.domain.parameters import Parameter

WHOLE: Final = 1e-3
"""How far shares of a whole may be from 1."""
_MOST_ERRORS: Final = 0.95
"""Most errors of a row that a factor may come to."""


class Rule(StrEnum):
    """What the one number is that moves."""

    VALUE = "value"
    FIRST_FIELD = "first_field"
    LARGEST_SHARE = "odds_of_the_largest_share"
    ODDS = "odds_of_each"
    ERRORS = "errors"
    POWER = "power"


def rule_of(parameter: Parameter) -> Rule | None:
    """Return how a parameter moves; None: it holds no numbers that could, or has no range.

    Examples
    --------
    >>> from emergency_sim.domain.parameters import Parameter, Status
    >>> def one(value):
    ...     return Parameter(
    ...         value=value, unit="share", source="-", status=Status.ASSUMED, range=(0, 1)
    ...     )
    >>> [str(rule_of(one(v))) for v in (0.5, {"a": 0.7, "b": 0.3}, {"a": 0.1, "b": 0.3}, ["x"])]
    ['value', 'odds_of_the_largest_share', 'odds_of_each', 'None']
    """
    value = parameter.value
    if parameter.range is None:
        return None
    if _is_number(value):
        return Rule.VALUE
    if isinstance(value, dict) and "kind" in value:
        return Rule.FIRST_FIELD
    numbers = _numbers(value)
    if not numbers or not all(map(_is_number, numbers)):
        return None
    if parameter.unit != "share":
        return Rule.POWER
    if isinstance(value, list) and all(isinstance(row, list) for row in value):
        return Rule.ERRORS
    whole = abs(sum(numbers) - 1) <= WHOLE
    return Rule.LARGEST_SHARE if isinstance(value, dict) and whole else Rule.ODDS


def as_given(parameter: Parameter) -> float | None:
    """Return the number at which a parameter has the value that it has; None: it does not move."""
    rule = rule_of(parameter)
    if rule is None:
        return None
    if rule is Rule.VALUE:
        return float(parameter.value)
    if rule is Rule.FIRST_FIELD:
        return float(parameter.value[_first_field(parameter.value)])
    return 1.0


def moved(parameter: Parameter, number: float) -> Parameter:
    """Return a parameter moved to ``number`` (of :func:`rule_of`'s kind); it says so in its source.

    Raises
    ------
    ValueError
        It does not move.
    """
    rule = rule_of(parameter)
    if rule is None:
        raise ValueError("a parameter without range or numbers does not move")
    source = f"moved over its range by the sensitivity analysis; as given: {parameter.value!r}"
    value = _moved(parameter.value, rule, float(number))
    return replace(parameter, value=value, source=source, status=Status.ASSUMED)


def _moved(value: Any, rule: Rule, number: float) -> Any:
    if rule is Rule.VALUE:
        return number
    if rule is Rule.FIRST_FIELD:
        return {**value, _first_field(value): number}
    if rule is Rule.LARGEST_SHARE:
        return _largest_share(value, number)
    if rule is Rule.ERRORS:
        return _errors(value, number)
    one = _odds if rule is Rule.ODDS else _power
    return _each(value, lambda x: one(x, number))


def _largest_share(value: dict[str, float], factor: float) -> dict[str, float]:
    largest = max(value, key=lambda k: value[k])
    share = _odds(value[largest], factor)
    others = sum(x for k, x in value.items() if k != largest)
    rest = (1 - share) / others if others > 0 else 0.0
    return {k: share if k == largest else x * rest for k, x in value.items()}


def _errors(matrix: list[list[float]], factor: float) -> list[list[float]]:
    moved_rows = []
    for i, row in enumerate(matrix):
        wrong = sum(x for j, x in enumerate(row) if j != i)
        own = factor if wrong * factor <= _MOST_ERRORS else _MOST_ERRORS / wrong
        moved_rows.append([x * own if j != i else 1 - wrong * own for j, x in enumerate(row)])
    return moved_rows


def _odds(share: float, factor: float) -> float:
    return share * factor / (1 - share + share * factor)


def _power(weight: float, factor: float) -> float:
    return float(weight**factor) if weight > 0 else 0.0


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {k: _each(x, change) for k, x in value.items()}
    if isinstance(value, list):
        return [_each(x, change) for x in value]
    return change(float(value))


def _numbers(value: Any) -> list[Any]:
    """Return what lies in lists and mappings, however deep."""
    if isinstance(value, dict):
        return [x for one in value.values() for x in _numbers(one)]
    if isinstance(value, list):
        return [x for one in value for x in _numbers(one)]
    return [value]


def _first_field(value: dict[str, Any]) -> str:
    return next(k for k in value if k != "kind")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
