"""What a scenario asks for before it is simulated: demand within its envelope, assumed values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from emergency_sim.demand import Poisson
from emergency_sim.domain.parameters import Status

if TYPE_CHECKING:
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.scenario import Scenario


def parameter_status(scenario: Scenario) -> dict[str, Any]:
    """Return how many parameters are published, derived and assumed, and the assumed ones' names."""
    items = scenario.parameters.items
    counts = Counter(parameter.status for parameter in items.values())
    assumed = sorted(key for key, p in items.items() if p.status is Status.ASSUMED)
    return {**{status.value: counts[status] for status in Status}, "assumed_keys": assumed}


def assumed_structure(scenario: Scenario) -> dict[str, int]:
    """Return how many places, duty lines and units in service there are, and how many are assumed."""
    things: list[Any] = [u for u in scenario.units.values() if u.in_service]
    for places in (
        scenario.amk, scenario.legevaktsentraler, scenario.legevakter, scenario.fastlege_offices,
        scenario.satellites, scenario.hospitals, scenario.stations,
    ):  # fmt: skip
        for place in places.values():
            if place.in_service:
                things.append(place)
                for people in ("operators", "doctors", "nurses"):
                    lines = getattr(place, people, {})
                    things += lines.values() if isinstance(lines, dict) else []
    assumed = sum(thing.status is Status.ASSUMED for thing in things)
    return {"all": len(things), "assumed": assumed}


def hours_without_service(compiled: Compiled) -> dict[str, float]:
    """Return for each area the hours of a plain week in which no clinic is open for it (R10).

    Parameters
    ----------
    compiled
        Areas with service at every hour are left out.
    """
    found: dict[str, float] = {}
    zones = compiled.ground.zones
    for i in range(len(zones)):
        hours = float((compiled.access.serving[i, compiled.access.state] < 0).sum()) / 4
        if hours and compiled.plans and not zones.outside[i]:
            found[zones.area[i]] = max(found.get(zones.area[i], 0.0), hours)
    return found


def demand_outlook(compiled: Compiled) -> dict[str, Any]:
    """Return people, rates and the room that the envelope leaves (R4).

    Parameters
    ----------
    compiled
        The first replication's incidents are drawn.

    Raises
    ------
    InputFaults
        The demand exceeds its envelope.
    """
    scenario = compiled.scenario
    zones = compiled.ground.zones
    found: dict[str, Any] = {
        "zones": int((~zones.outside).sum()),
        "people": float(zones.population[~zones.outside].sum()),
        "people_outside": float(zones.population[zones.outside].sum()),
    }
    if not isinstance(scenario.demand, Poisson):
        return found | {"kind": "replay"}
    potential = compiled.potential(0)
    incidents = compiled.incidents(0, potential)
    days = compiled.horizon(0).total_days
    return found | {
        "kind": "poisson",
        "calibration": scenario.calibration,
        "envelope": float(scenario.demand.envelope),
        "potential_incidents_a_day": len(potential) / days,
        "incidents_a_day": len(incidents) / days,
        "used_share_of_envelope": len(incidents) / max(len(potential), 1),
    }
