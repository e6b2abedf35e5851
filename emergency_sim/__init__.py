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
    from emergency_sim.analysis.paired_values import paired_values
    from emergency_sim.analysis.welch import welch_series
    from emergency_sim.domain.errors import Fault, InputFaults, NotPossibleError
    from emergency_sim.experiment.api import Comparison, compare, simulate
    from emergency_sim.experiment.comparing.comparison import CompareOptions
    from emergency_sim.experiment.designed.experiment_run import (
        Callbacks,
        read_experiment,
        run_experiment,
    )
    from emergency_sim.experiment.folder.results import Results
    from emergency_sim.experiment.observed.log import check_log, fit_beside, fit_log
    from emergency_sim.experiment.observed.validation_table import validation_table
    from emergency_sim.experiment.travel.answers import load_region, travel_times
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.report.chart import Chart
    from emergency_sim.report.check_figure import check_figure
    from emergency_sim.report.forest_figure import forest_figure
    from emergency_sim.report.incident_figure import incident_figure
    from emergency_sim.report.isochrone_figure import isochrone_figure
    from emergency_sim.report.municipality_map import municipality_map
    from emergency_sim.report.precision_figure import precision_figure
    from emergency_sim.report.range_figure import range_figure
    from emergency_sim.report.ranking_figure import ranking_figure
    from emergency_sim.report.reading_table import reading_table
    from emergency_sim.report.reference_figure import reference_figure
    from emergency_sim.report.response_figure import response_figure
    from emergency_sim.report.sensitivity_figures import effects_figure
    from emergency_sim.report.sentences import ks_sentence
    from emergency_sim.report.spread_figure import spread_figure
    from emergency_sim.report.travel_classes_figure import travel_classes_figure
    from emergency_sim.report.travel_tables import travel_rows
    from emergency_sim.report.unit_day_figure import unit_day_figure
    from emergency_sim.report.week_figure import week_figure
    from emergency_sim.report.welch_figure import welch_figure
    from emergency_sim.scenario import Scenario, load_scenario

__version__ = "0.1.0"

__all__ = [
    "Callbacks",
    "Chart",
    "CompareOptions",
    "Comparison",
    "EventLog",
    "Fault",
    "InputFaults",
    "NotPossibleError",
    "Results",
    "Scenario",
    "Workers",
    "check_figure",
    "check_log",
    "compare",
    "effects_figure",
    "fit_beside",
    "fit_log",
    "forest_figure",
    "incident_figure",
    "isochrone_figure",
    "ks_sentence",
    "load_region",
    "load_scenario",
    "municipality_map",
    "paired_values",
    "precision_figure",
    "range_figure",
    "ranking_figure",
    "read_experiment",
    "reading_table",
    "reference_figure",
    "response_figure",
    "run_experiment",
    "simulate",
    "spread_figure",
    "travel_classes_figure",
    "travel_rows",
    "travel_times",
    "unit_day_figure",
    "validation_table",
    "week_figure",
    "welch_figure",
    "welch_series",
]

_HOMES = {
    "Callbacks": "emergency_sim.experiment.designed.experiment_run",
    "Chart": "emergency_sim.report.chart",
    "CompareOptions": "emergency_sim.experiment.comparing.comparison",
    "Comparison": "emergency_sim.experiment.api",
    "EventLog": "emergency_sim.analysis.event_log",
    "Fault": "emergency_sim.domain.errors",
    "InputFaults": "emergency_sim.domain.errors",
    "NotPossibleError": "emergency_sim.domain.errors",
    "Results": "emergency_sim.experiment.folder.results",
    "Scenario": "emergency_sim.scenario",
    "Workers": "emergency_sim.experiment.work.executors",
    "check_figure": "emergency_sim.report.check_figure",
    "check_log": "emergency_sim.experiment.observed.log",
    "compare": "emergency_sim.experiment.api",
    "effects_figure": "emergency_sim.report.sensitivity_figures",
    "fit_beside": "emergency_sim.experiment.observed.log",
    "fit_log": "emergency_sim.experiment.observed.log",
    "forest_figure": "emergency_sim.report.forest_figure",
    "incident_figure": "emergency_sim.report.incident_figure",
    "isochrone_figure": "emergency_sim.report.isochrone_figure",
    "ks_sentence": "emergency_sim.report.sentences",
    "load_region": "emergency_sim.experiment.travel.answers",
    "load_scenario": "emergency_sim.scenario",
    "municipality_map": "emergency_sim.report.municipality_map",
    "paired_values": "emergency_sim.analysis.paired_values",
    "precision_figure": "emergency_sim.report.precision_figure",
    "range_figure": "emergency_sim.report.range_figure",
    "ranking_figure": "emergency_sim.report.ranking_figure",
    "read_experiment": "emergency_sim.experiment.designed.experiment_run",
    "reading_table": "emergency_sim.report.reading_table",
    "reference_figure": "emergency_sim.report.reference_figure",
    "response_figure": "emergency_sim.report.response_figure",
    "run_experiment": "emergency_sim.experiment.designed.experiment_run",
    "simulate": "emergency_sim.experiment.api",
    "spread_figure": "emergency_sim.report.spread_figure",
    "travel_classes_figure": "emergency_sim.report.travel_classes_figure",
    "travel_rows": "emergency_sim.report.travel_tables",
    "travel_times": "emergency_sim.experiment.travel.answers",
    "unit_day_figure": "emergency_sim.report.unit_day_figure",
    "validation_table": "emergency_sim.experiment.observed.validation_table",
    "week_figure": "emergency_sim.report.week_figure",
    "welch_figure": "emergency_sim.report.welch_figure",
    "welch_series": "emergency_sim.analysis.welch",
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
