"""A scenario written out in full, and its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.parameters import Parameters
from emergency_sim.scenario.geography import network_files
from emergency_sim.scenario.schema import (
    FILE_KEYS,
    KEYS,
    NETWORK_SETTINGS,
    PLUG_INS,
    NetworkRef,
)

if TYPE_CHECKING:
    from emergency_sim.scenario.schema import Scenario


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Return everything that decides the scenario's results, as JSON values.

    Files are named by their last name and the SHA-256 of their content: no path, no machine.
    """
    values = {key: _plain(getattr(scenario, key), (key,)) for key in (*KEYS, "base")}
    return {key: value for key, value in values.items() if value is not None}


def resolved_yaml(scenario: Scenario) -> str:
    """Return :func:`resolved` as YAML text, in the order of the file's keys."""
    from io import StringIO

    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = 4096
    text = StringIO()
    yaml.dump(resolved(scenario), text)
    return text.getvalue()


TIES: Final = (
    "amk", "legevaktsentraler", "legevakter", "fastlege_offices", "satellites", "hospitals", "units",
)  # fmt: skip
"""Maps in which the order breaks ties."""


def scenario_hash(scenario: Scenario) -> str:
    """Return SHA-256 (hexadecimal) of the resolved scenario, whatever the order of its keys.

    Only the order of those who serve counts: of two equally near units, or of two clinics with the
    same priority, the first one is taken, so another order may give other results.
    """
    content = resolved(scenario)
    content["order"] = {kind: list(content[kind]) for kind in TIES}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: Any, path: tuple[str, ...]) -> Any:
    if path in FILE_KEYS and isinstance(value, str):
        return _file(Path(value))
    if isinstance(value, NetworkRef):
        return {"kind": value.kind, **_network(value)}
    if isinstance(value, Parameters):
        return {key: _plain(one, ()) for key, one in value.items.items()}
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"kind": PLUG_INS[path].name_of(value)} if path in PLUG_INS else {}
        return kind | {
            f.name: _plain(getattr(value, f.name), (*path, f.name)) for f in fields(value)
        }
    if isinstance(value, dict):
        return {str(key): _plain(one, (*path, str(key))) for key, one in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(_plain(one, ()) for one in value)
    if isinstance(value, (tuple, list)):
        return [_plain(one, ()) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _file(path: Path) -> dict[str, str]:
    return {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _network(network: NetworkRef) -> dict[str, Any]:
    files = {path.name: _file(path)["sha256"] for path in network_files(network)}
    text: dict[str, Any] = {"name": network.path.resolve().name, "files": files}
    plain = NetworkRef(kind=network.kind, path=network.path)
    for key in NETWORK_SETTINGS:  # what is as usual is left out, and what changes no result
        if key == "engine":
            continue
        value = getattr(network, key)
        if value != getattr(plain, key):
            text[key] = list(value) if isinstance(value, tuple) else value
    return text
