"""A larger or smaller fleet: units taken out or doubled, evenly over the list (R16)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from emergency_sim.scenario import Scenario

DOUBLE: Final = "-double"
"""Ending of the id of a unit that stands beside another one."""


def fleet_order(base: Scenario) -> list[str]:
    """Return the base's units in service, in the order in which they are taken out or doubled.

    By the reversed digits of their place in the scenario's list: any first part of the order is
    spread evenly over the list (which goes by station), and a larger change holds the smaller one.
    """
    units = [name for name, unit in base.units.items() if unit.in_service]
    return [units[k] for k in _spread(len(units))]


def resized(scenario: Scenario, order: list[str], factor: float) -> Scenario:
    """Return a scenario with ``factor`` times the base's units.

    Parameters
    ----------
    scenario
        Base or variant; units that a variant has beside the base's stay.
    order
        Of :func:`fleet_order`.
    factor
        The change is rounded to whole units. Fewer: the first of the order are taken out; more:
        each of the first stands there twice, with the same hours.

    Notes
    -----
    A unit that the variant has taken out of service already is neither taken out nor doubled.
    """
    change = round((factor - 1) * len(order))
    chosen = [name for name in order[: abs(change)] if name in scenario.units]
    units = dict(scenario.units)
    for name in chosen:
        if change < 0:
            units[name] = replace(units[name], in_service=False)
        elif units[name].in_service and name + DOUBLE not in units:
            units[name + DOUBLE] = units[name]
    return replace(scenario, units=units)


def _spread(n: int) -> list[int]:
    """Return 0 to n - 1 in van der Corput's order.

    Examples
    --------
    >>> _spread(6)
    [0, 4, 2, 1, 5, 3]
    """
    bits = max(n - 1, 1).bit_length()
    reverse = (int(format(k, f"0{bits}b")[::-1], 2) for k in range(2**bits))
    return [k for k in reverse if k < n]
