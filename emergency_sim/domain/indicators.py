"""Indicators by name: unit, direction, relevant difference and source; the functions are in analysis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Better(StrEnum):
    """Which direction is an improvement."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Aggregation(StrEnum):
    """How replications are pooled (R21)."""

    RATIO = "ratio"
    QUANTILE = "quantile"
    EXACT = "exact"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What one indicator is.

    Parameters
    ----------
    name
        Key in tables (``response_time_median``).
    unit
        Unit in tables: ``min``, ``share``, ``h/week``, ``1/day`` ...
    better
        Direction of improvement.
    aggregation
        ``ratio`` = ratio of sums; ``quantile`` = pooled quantile; ``exact`` = no chance in it (R20).
    quantile
        Probability, with ``aggregation`` quantile.
    relevant_difference
        Smallest difference that matters, in ``unit`` (R24, assumption A40).
    source
        Definition's source.
    title_nb, title_en
        Name in words.
    """

    name: str
    unit: str
    better: Better
    aggregation: Aggregation
    relevant_difference: float
    source: str
    title_nb: str
    title_en: str
    quantile: float | None = None
