"""Parameters with their sources: a value is never without unit, range, source and status."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from emergency_sim.domain.distributions import DISTRIBUTIONS, Distribution

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Status(StrEnum):
    """Where a number comes from."""

    PUBLISHED = "published"
    DERIVED = "derived"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter.

    Parameters
    ----------
    value
        A number, a list of numbers, a mapping, or a distribution written as a mapping with ``kind``.
    unit
        Unit of the value (``min``, ``1/1000/yr``, ``share``, ``km/h`` ...).
    source
        Publication or reasoning.
    status
        Published, derived or assumed.
    range
        Low and high for sensitivity analysis (for a distribution: of its first field), or None.
    """

    value: Any
    unit: str
    source: str
    status: Status
    range: tuple[float, float] | None = None


class Parameters:
    """All parameters by dotted key.

    Parameters
    ----------
    items
        Parameter by key, as in ``scenarios/parameters/norway.yaml``.
    """

    __slots__ = ("items",)

    def __init__(self, items: Mapping[str, Parameter]) -> None:
        self.items: dict[str, Parameter] = dict(items)

    def __iter__(self) -> Iterator[str]:
        return iter(self.items)

    def __contains__(self, key: object) -> bool:
        return key in self.items

    def value(self, key: str) -> Any:
        """Return the raw value of ``key``; KeyError names the key."""
        return self.items[key].value

    def number(self, key: str) -> float:
        """Return a scalar parameter as float."""
        return float(self.items[key].value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list parameter as floats."""
        return tuple(float(x) for x in self.items[key].value)

    def distribution(self, key: str) -> Distribution:
        """Return the distribution under ``key``: a mapping whose ``kind`` names the plug-in."""
        fields = dict(self.items[key].value)
        return DISTRIBUTIONS[fields.pop("kind")](**fields)
