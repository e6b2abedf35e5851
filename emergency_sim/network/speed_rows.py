"""The rows of a speed table: what each may say, and for which case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.parameters import Status
from emergency_sim.network.speeds import FerryClass, Profile, Season

ANY: Final = "*"


class Quantity(StrEnum):
    """What a row of the table says.

    ``default_speed`` (km/h where no limit is known) and ``share`` (driven speed as a share of the
    legal limit) make the speeds of links when a network is built. The others count when times are
    asked for: ``time_factor``, ``hours_factor`` and ``season_factor`` multiply the seconds of a
    road, ``signal_s`` and ``yield_s`` are added for each traffic signal, and where a road meets one
    of a higher class.
    """

    DEFAULT_SPEED = "default_speed"
    SHARE = "share"
    TIME_FACTOR = "time_factor"
    HOURS_FACTOR = "hours_factor"
    SEASON_FACTOR = "season_factor"
    SIGNAL_S = "signal_s"
    YIELD_S = "yield_s"


def _or_any(convert: ct.Converter) -> ct.Column:
    def converted(cell: str) -> Any:
        return ANY if cell == ANY else convert(cell)

    return ct.optional(converted, ANY)


_VALUE = ct.within(ct.number, 0, 200)
COLUMNS: ct.Columns = {
    "profile": _or_any(ct.one_of(p.value for p in Profile)),
    "highway": _or_any(ct.identifier),
    "limit_kmh": _or_any(ct.within(ct.number, 5, 150)),
    "hours": _or_any(ct.one_of(c.name.lower() for c in FerryClass)),
    "season": _or_any(ct.one_of(s.value for s in Season)),
    "quantity": ct.one_of(q.value for q in Quantity),
    "value": _VALUE,
    "low": ct.optional(_VALUE),
    "high": ct.optional(_VALUE),
    "status": ct.one_of(s.value for s in Status),
    "source": ct.identifier,
}
KEYS: Final = ("profile", "highway", "limit_kmh", "hours", "season")
DEPENDS_ON: Final = {
    Quantity.DEFAULT_SPEED: ("profile", "highway"),
    Quantity.SHARE: ("profile", "highway", "limit_kmh"),
    Quantity.SIGNAL_S: ("profile", "hours", "season"),
    Quantity.YIELD_S: ("profile", "hours", "season"),
}
"""What a quantity may be keyed by, where that is not everything: other keys would never match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedRow:
    """One number of the table; ``*`` in a key stands for any.

    Parameters
    ----------
    profile, highway, limit_kmh, hours, season
        When it holds.
    quantity
        What it is.
    value
        km/h, a ratio, or seconds.
    low, high
        Its range, if known.
    status, source
        Where it comes from.
    """

    profile: str = ANY
    highway: str = ANY
    limit_kmh: float | str = ANY
    hours: str = ANY
    season: str = ANY
    quantity: Quantity
    value: float
    low: float | None = None
    high: float | None = None
    status: str = Status.ASSUMED.value
    source: str = ""

    @property
    def key(self) -> tuple[Any, ...]:
        """Return what the row holds for."""
        return (self.quantity, *(getattr(self, k) for k in KEYS))

    @property
    def narrowness(self) -> int:
        """Return how many keys are named."""
        return sum(getattr(self, k) != ANY for k in KEYS)
