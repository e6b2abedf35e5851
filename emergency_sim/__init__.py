"""Simulate the out-of-hospital emergency chain and compare how it is organised.

Public names are loaded when they are first used, so that importing the package costs nothing.

Examples
--------
>>> import emergency_sim as es
>>> scenario = es.load_scenario("more-og-romsdal")
>>> scenario.id
'more-og-romsdal'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emergency_sim.analysis.event_log import EventLog
    from emergency_sim.domain.errors import Fault, InputFaults, NotPossibleError
    from emergency_sim.experiment.api import Comparison, compare, simulate
    from emergency_sim.experiment.comparison import CompareOptions
    from emergency_sim.experiment.results import Results
    from emergency_sim.scenario import Scenario, load_scenario

__version__ = "0.1.0"

__all__ = [
    "CompareOptions",
    "Comparison",
    "EventLog",
    "Fault",
    "InputFaults",
    "NotPossibleError",
    "Results",
    "Scenario",
    "compare",
    "load_scenario",
    "simulate",
]

_HOMES = {
    "CompareOptions": "emergency_sim.experiment.comparison",
    "Comparison": "emergency_sim.experiment.api",
    "EventLog": "emergency_sim.analysis.event_log",
    "Fault": "emergency_sim.domain.errors",
    "InputFaults": "emergency_sim.domain.errors",
    "NotPossibleError": "emergency_sim.domain.errors",
    "Results": "emergency_sim.experiment.results",
    "Scenario": "emergency_sim.scenario",
    "compare": "emergency_sim.experiment.api",
    "load_scenario": "emergency_sim.scenario",
    "simulate": "emergency_sim.experiment.api",
}


def __getattr__(name: str) -> Any:
    """Return a public name, loading its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
