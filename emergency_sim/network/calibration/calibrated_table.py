"""Fitted speeds as rows of a speed table, and as parameters to paste."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.parameters import Status
from emergency_sim.network.calibration.trip_ends import PROFILES
from emergency_sim.network.speed_rows import ANY, Quantity, SpeedRow
from emergency_sim.network.speeds import FerryClass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from emergency_sim.network.calibration.trip_fit import Speeds
    from emergency_sim.network.speed_table import SpeedTable

QUANTITIES: Final = {
    "class": Quantity.TIME_FACTOR, "hours": Quantity.HOURS_FACTOR, "signal": Quantity.SIGNAL_S,
    "yield": Quantity.YIELD_S,
}  # fmt: skip
_OTHER_KEYS: Final = ("highway", "limit_kmh", "hours", "season")
_LARGEST: Final = 200.0


def calibrated_table(
    table: SpeedTable,
    fitted: Speeds,
    classes: Sequence[str],
    profiles: Collection[int],
    source: str,
) -> SpeedTable:
    """Return the table with the fitted factors and delays of some profiles.

    Parameters
    ----------
    table
        Present table: the fitted numbers are factors on its own.
    fitted
        Speeds with their terms.
    classes
        Names of the classes of road.
    profiles
        Indices into PROFILES: whose rows are changed.
    source
        Of the new rows.
    """
    rows: list[SpeedRow] = []
    for term, (value, low, high) in zip(fitted.terms, fitted.ranges().tolist(), strict=True):
        if term.profile not in profiles or term.kind not in QUANTITIES:
            continue
        keys: list[dict[str, Any]] = [{}]
        if term.kind == "class":
            keys = [{"highway": classes[k]} for k in term.key]
        elif term.kind == "hours":
            keys = [{"hours": FerryClass(k).name.lower()} for k in term.key]
        for key in keys:
            case = {"profile": PROFILES[term.profile].value, **key}
            rows += _scaled(table, QUANTITIES[term.kind], case, (value, low, high), source)
    return table.with_rows(rows)


def _scaled(
    table: SpeedTable,
    quantity: Quantity,
    case: dict[str, Any],
    logs: tuple[float, float, float],
    source: str,
) -> Iterator[SpeedRow]:
    """Give rows for a case that hold the present numbers times a factor.

    Where rows of the quantity name keys that the case leaves open, there is a row for each of their
    values as well, so that what differs by limit or hour goes on to differ.
    """
    from math import exp

    named: dict[str, list[Any]] = {}
    for key in _OTHER_KEYS:
        if key in case:
            continue
        known = {getattr(row, key) for row in table.rows if row.quantity is quantity}
        named[key] = [ANY, *sorted(known - {ANY})]
    for values in product(*named.values()):
        other = dict(zip(named, values, strict=True))
        asked = {k: v for k, v in {**case, **other}.items() if v != ANY}
        present = table.value(quantity, **asked)
        if present is None:
            continue
        value, low, high = (round(min(present * exp(log), _LARGEST), 4) for log in logs)
        yield SpeedRow(
            **case, **other, quantity=quantity, value=value, low=low, high=high,
            status=Status.DERIVED.value, source=source,
        )  # fmt: skip


def fitted_parameters(fitted: Speeds, profiles: Collection[int]) -> dict[str, float]:
    """Return the parameters that go with the table: overall factors, winter and noise."""
    from math import exp

    if not profiles:
        return {}
    found = {
        PROFILES[p].factor_parameter: float(fitted.factor[p]) * exp(fitted.log_of("overall", p))
        for p in sorted(profiles)
    }
    if any(term.kind == "winter" for term in fitted.terms):
        found["drive.winter_factor"] = fitted.winter_factor * exp(fitted.log_of("winter", -1))
    found["drive.noise_sigma"] = fitted.sigma
    return {name: round(value, 4) for name, value in found.items()}
