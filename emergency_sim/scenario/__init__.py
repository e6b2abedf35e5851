"""Scenario and experiment files: read, laid over each other, checked, and written out in full."""

from emergency_sim.scenario.dump import resolved, resolved_yaml, scenario_hash
from emergency_sim.scenario.editor_schema import experiment_json_schema, json_schema
from emergency_sim.scenario.experiment_load import Experiment, load_experiment
from emergency_sim.scenario.load import load_scenario
from emergency_sim.scenario.schema import Scenario, duty_lines

__all__ = [
    "Experiment",
    "Scenario",
    "duty_lines",
    "experiment_json_schema",
    "json_schema",
    "load_experiment",
    "load_scenario",
    "resolved",
    "resolved_yaml",
    "scenario_hash",
]
