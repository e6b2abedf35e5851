"""JSON Schemas of the files: an editor that reads them completes keys and marks what is wrong."""

from __future__ import annotations

from typing import Any, Final, get_type_hints

from emergency_sim.scenario.errors import adapter
from emergency_sim.scenario.experiment_parts import REQUIRED as EXPERIMENT_REQUIRED
from emergency_sim.scenario.experiment_schema import EXPERIMENT_KEYS, DesignKind, ExperimentFile
from emergency_sim.scenario.schema import KEYS, PLUG_INS, REQUIRED, VARIANT_SCHEMA, type_of
from emergency_sim.scenario.variant import VARIANT_KEYS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of scenario and variant files, for editors."""
    properties: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    for key in KEYS:
        if key not in ("network", "parameters") and (key,) not in PLUG_INS:
            properties[key] = _schema_of(type_of(key), definitions)
    text = {"type": "string", "minLength": 1}
    properties["network"] = {
        "oneOf": [
            text,
            _object(
                {
                    "kind": {"const": "tables"},
                    "path": text,
                    "without_ferries": {"type": "array", "items": text},
                    "winter_roads": {"enum": ["open", "closed"]},
                    "ambulance_keys": {"type": "boolean"},
                    "engine": {"enum": ["scipy", "fast"]},
                },
                ("kind", "path"),
            ),
            _object({"kind": {"const": "matrix"}, "times": text}, ("kind", "times")),
        ]
    }
    properties["parameters"] = {"anyOf": [text, {"type": "object"}]}
    for path, registry in PLUG_INS.items():
        union = {"oneOf": [_plug_in(name, registry[name], definitions) for name in registry]}
        if len(path) == 1:
            properties[path[0]] = union
        else:
            definitions["Policies"]["properties"][path[1]] = union
    any_object = {"type": "object"}
    variant = {
        "schema": {"const": VARIANT_SCHEMA},
        "base": text,
        "id": properties["id"],
        "name": properties["name"],
        "description": properties["description"],
        "set": any_object,
        "add": any_object,
        "remove": {"type": "array", "items": text},
    }
    return {
        "$schema": DIALECT,
        "title": "emergency_sim scenario or variant",
        "oneOf": [
            _object(properties, ("schema", *(k for k in REQUIRED if k != "parameters"))),
            _object({key: variant[key] for key in VARIANT_KEYS}, ("schema", "base", "id", "name")),
        ],
        "$defs": definitions,
    }


def experiment_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of experiment files, for editors."""
    definitions: dict[str, Any] = {}
    hints = get_type_hints(ExperimentFile, include_extras=True)
    properties = {key: _schema_of(hints[key], definitions) for key in EXPERIMENT_KEYS}
    properties["design"] = {"anyOf": [{"const": DesignKind.FULL.value}, properties["design"]]}
    definitions["Levels"]["properties"]["levels"]["items"] = {}
    factor = properties["factors"]["additionalProperties"]
    factor["anyOf"].insert(0, {"type": "array", "minItems": 1})
    return {
        "$schema": DIALECT,
        "title": "emergency_sim experiment",
        **_object(properties, EXPERIMENT_REQUIRED),
        "$defs": definitions,
    }


def _object(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _schema_of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = adapter(hint).json_schema(ref_template="#/$defs/{model}")
    definitions.update(schema.get("$defs", {}))
    items: dict[str, Any] = schema["items"]
    return items


def _plug_in(name: str, cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = _schema_of(cls, definitions)
    if "$ref" in schema:
        schema = definitions.pop(schema["$ref"].rpartition("/")[2])
    kind = {"const": name}
    return schema | {
        "properties": {"kind": kind, **schema.get("properties", {})},
        "required": ["kind", *schema.get("required", [])],
    }
