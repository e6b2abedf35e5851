"""The JSON Schemas that editors read: what we ship fits them, and what is wrong does not."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from emergency_sim.bundled import experiment_names, experiment_path, scenario_names, scenario_path
from emergency_sim.scenario import experiment_json_schema, json_schema
from emergency_sim.scenario.experiment_schema import EXPERIMENT_KEYS


def content(file: Path) -> Any:
    """Return a file as an editor sees it: dates are texts."""
    read = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return json.loads(json.dumps(read, default=str))


def complaints(schema: dict[str, Any], value: Any) -> list[str]:
    Draft202012Validator.check_schema(schema)
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


@pytest.mark.parametrize("name", experiment_names())
def test_bundled_experiments_fit(name: str) -> None:
    assert complaints(experiment_json_schema(), content(experiment_path(name))) == []


@pytest.mark.parametrize("name", scenario_names())
def test_bundled_scenarios_and_variants_fit(name: str) -> None:
    assert complaints(json_schema(), content(scenario_path(name))) == []


def test_every_key_of_an_experiment_is_in_it() -> None:
    schema = experiment_json_schema()
    assert list(schema["properties"]) == list(EXPERIMENT_KEYS)
    assert schema["required"] == ["schema", "id", "name", "base"]


OK = {
    "schema": "emergency_sim/experiment/1", "id": "x", "name": {"nb": "X", "en": "X"}, "base": "b",
}  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"factors": {"a.b": [1, "two"], "c": {"levels": [True], "of": ["x"]}}, "design": "full"},
        {"factors": {"a.b": {"low": 1, "high": 2}},
         "design": {"kind": "latin_hypercube", "points": 9}},
        {"replications": {"until": [{"kpi": "k", "half_width": 1.5}], "looks": [20, 200]}},
        {"sensitivity": {"range": {"draws": 50}, "parameters": ["a"], "levers": {"fleet_size": 0.2}}},
        {"choice": {"kpi": "k", "method": "ocba"}, "common_random_numbers": False},
    ],
)  # fmt: skip
def test_what_a_file_may_say_fits(more: dict[str, Any]) -> None:
    assert complaints(experiment_json_schema(), {**OK, **more}) == []


@pytest.mark.parametrize(
    "more",
    [
        {"schema": "emergency_sim/scenario/1"},
        {"replicatoins": 3},
        {"replications": 0},
        {"replications": {"until": []}},
        {"factors": {"a.b": []}},
        {"factors": {"a.b": {"low": 1}}},
        {"factors": {"a.b": {"levels": [1], "off": []}}},
        {"design": "latin_hypercube"},
        {"choice": {"kpi": "k", "method": "best"}},
        {"sensitivity": {"range": {"draws": 49}}},
        {"primary": [{"kpi": "k"}] * 9},
    ],
)
def test_what_is_wrong_does_not_fit(more: dict[str, Any]) -> None:
    assert complaints(experiment_json_schema(), {**OK, **more})
