"""The scenario written out in full: complete, the same everywhere, hashed; the JSON Schema."""

import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from emergency_sim.scenario import Scenario, json_schema, load_scenario, resolved, scenario_hash
from emergency_sim.scenario.schema import KEYS, PLUG_INS

Change = Callable[[str, str, str], None]


@pytest.fixture(autouse=True)
def _in_folder(folder: Path) -> None:
    """Every test here works on the toy's files."""


def test_everything_that_decides_is_in_it() -> None:
    dump = resolved(load_scenario("v.yaml"))
    assert set(dump) == {*KEYS, "base"} - {"description"}
    assert dump["demand"] == {
        "kind": "poisson",
        "envelope": 2.0,
        "distance_decay": True,
        "decay_at_satellites": False,
        "factor": {"all": 1.0, "entry": {}, "area": {}, "age": {}},
    }
    assert dump["policies"]["dispatch"]["kind"] == "nearest"
    assert dump["calendar"]["start"] == "2024-01-01"
    assert dump["unit_types"]["ambulance"]["capabilities"] == [
        "ambulance_care",
        "first_aid",
        "transport",
    ]
    assert dump["parameters"]["amk.interview"]["range"] == [1.0, 4.0]
    assert dump["legevakter"]["alfa"]["doctors"]["natt"]["form"] == "onsite"
    assert json.loads(json.dumps(dump, allow_nan=False)) == dump


def test_it_holds_no_path_and_no_machine(folder: Path) -> None:
    by_name = resolved(load_scenario("v.yaml"))
    by_path = resolved(load_scenario(folder / "v.yaml"))
    assert by_name == by_path
    text = json.dumps(by_name)
    assert str(folder) not in text
    assert not re.search(r'"[^"]*(/|\\\\)[^"]*\.(csv|yaml)"', text)
    assert sorted(by_name["network"]["files"]) == ["links.csv", "nodes.csv", "zones.csv"]


def test_the_hash_follows_the_content_of_the_files(folder: Path) -> None:
    before = scenario_hash(load_scenario("s.yaml"))
    with (folder / "region/links.csv").open("a", encoding="utf-8") as stream:
        stream.write("l1\n")
    assert scenario_hash(load_scenario("s.yaml")) != before


def test_the_hash_follows_a_recorded_demand(folder: Path) -> None:
    (folder / "i.csv").write_text("time_s\n1\n", encoding="utf-8")
    sets = ["demand={kind: replay, incidents: i.csv}"]
    scenario = load_scenario("s.yaml", sets)
    assert Path("i.csv") in scenario.files
    assert set(resolved(scenario)["demand"]["incidents"]) == {"name", "sha256"}
    before = scenario_hash(scenario)
    (folder / "i.csv").write_text("time_s\n2\n", encoding="utf-8")
    assert scenario_hash(load_scenario("s.yaml", sets)) != before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_hash_does_not_depend_on_the_order_of_keys(data: st.DataObject) -> None:
    yaml = YAML(typ="safe", pure=True)
    content = yaml.load(Path("s.yaml").read_text(encoding="utf-8"))
    content["groups"] |= {"b": ["1001"], "c": ["1002-east"]}
    content["units"] = {"u": {"station": "st-a", "crew": "home"}}
    Path("s2.yaml").write_text(json.dumps(content), encoding="utf-8")

    def shuffled(value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {key: shuffled(value[key]) for key in data.draw(st.permutations(list(value)))}

    Path("t.yaml").write_text(json.dumps(shuffled(content)), encoding="utf-8")  # keeps the order
    assert scenario_hash(load_scenario("t.yaml")) == scenario_hash(load_scenario("s2.yaml"))


def test_the_hash_follows_the_order_of_those_who_serve() -> None:
    yaml = YAML(typ="safe", pure=True)
    content = yaml.load(Path("s.yaml").read_text(encoding="utf-8"))
    hashes = []
    for order in ((0, 1), (1, 0)):
        content["units"] = {f"u{n}": {"station": "st-a"} for n in order}
        Path("s2.yaml").write_text(json.dumps(content), encoding="utf-8")
        hashes.append(scenario_hash(load_scenario("s2.yaml")))
    assert hashes[0] != hashes[1]


def test_every_change_of_a_key_changes_the_hash() -> None:
    original = scenario_hash(load_scenario("s.yaml"))
    for change in ("id=toy-x", "triage.lvs=poor", "run.seed=4", ("indicator_settings."
                   "response_start=first_ring"), "stations.st-a.node=n2"):  # fmt: skip
        assert scenario_hash(load_scenario("s.yaml", [change])) != original, change


def _objects(schema: object) -> list[dict[str, object]]:
    if isinstance(schema, list):
        return [found for one in schema for found in _objects(one)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if "properties" in schema else []
    return own + [found for one in schema.values() for found in _objects(one)]


def test_the_json_schema_has_every_key_and_refuses_others() -> None:
    schema = json_schema()
    scenario, variant = schema["oneOf"]
    assert set(scenario["properties"]) == set(KEYS)
    assert set(scenario["properties"]) <= {f.name for f in fields(Scenario)}
    assert scenario["required"] == ["schema", "id", "name", "as_of", "network"]
    assert variant["required"] == ["schema", "base", "id", "name"]
    open_objects = [o for o in _objects(schema) if o.get("additionalProperties") is not False]
    assert open_objects == []
    assert json.loads(json.dumps(schema)) == schema


def test_the_json_schema_names_whose_clinic_it_is() -> None:
    policies = json_schema()["$defs"]["Policies"]["properties"]
    choice = policies["clinic_choice"]
    assert choice["default"] == "municipality"
    assert json_schema()["$defs"]["ClinicChoice"]["enum"] == ["municipality", "nearest"]
    assert resolved(load_scenario("v.yaml"))["policies"]["clinic_choice"] == "municipality"


def test_the_json_schema_has_one_branch_for_each_plug_in() -> None:
    schema = json_schema()
    properties = schema["oneOf"][0]["properties"]
    for path, registry in PLUG_INS.items():
        union = (
            properties[path[0]]
            if len(path) == 1
            else schema["$defs"]["Policies"]["properties"][path[1]]
        )
        kinds = [branch["properties"]["kind"]["const"] for branch in union["oneOf"]]
        assert kinds == list(registry)
        assert all("kind" in branch["required"] for branch in union["oneOf"])


def test_every_reference_of_the_json_schema_leads_somewhere() -> None:
    text = json.dumps(json_schema())
    named = set(re.findall(r'"#/\$defs/([^"]+)"', text))
    assert named
    assert named <= set(json_schema()["$defs"])
