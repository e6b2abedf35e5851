"""From a resolved tree to the scenario's objects, every fault on the way collected."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.errors import nearest_word
from emergency_sim.scenario.check import check
from emergency_sim.scenario.errors import checked, plug_in
from emergency_sim.scenario.geography import network_files, read_geography
from emergency_sim.scenario.parameters import build_parameters
from emergency_sim.scenario.policies_schema import Policies
from emergency_sim.scenario.schema import (
    FILE_KEYS,
    KEYS,
    NETWORK_SETTINGS,
    PLUG_INS,
    REQUIRED,
    NetworkRef,
    Scenario,
    type_of,
)
from emergency_sim.scenario.vocabulary import inner

if TYPE_CHECKING:
    from collections.abc import Collection

    from emergency_sim.domain.errors import Fault
    from emergency_sim.scenario.tree import Path as TreePath
    from emergency_sim.scenario.tree import Tree

BY_ID: Final = (
    "amk",
    "legevaktsentraler",
    "legevakter",
    "fastlege_offices",
    "satellites",
    "hospitals",
    "stations",
    "unit_types",
    "units",
)
"""Keys whose entries are checked one by one, so that one bad entry hides no other fault."""


def build(
    tree: Tree,
    *,
    original_parameters: Tree,
    base: tuple[str, Path] | None,
    files: tuple[Path, ...],
    kpis: Collection[str] | None,
    faults: list[Fault],
) -> Scenario | None:
    """Return the scenario, or None after a fault.

    Parameters
    ----------
    tree
        Everything that the files say, laid over each other.
    original_parameters
        The parameter file, to know which values the scenario changed.
    base
        Id and file of the scenario that a variant varies.
    files
        Files read so far.
    kpis
        Names of the indicators, or None.
    faults
        Faults are appended here.
    """
    faults += [
        tree.fault((key,), "unknown key", did_you_mean=nearest_word(key, KEYS))
        for key in tree.value
        if key not in KEYS
    ]
    faults += [
        tree.fault((), f"a required key is missing: {key}")
        for key in REQUIRED
        if key not in tree.value
    ]
    named = _files(tree, faults)
    parts: dict[str, Any] = {}
    for key in KEYS:
        if key in BY_ID and not isinstance(parts.get("network"), NetworkRef):
            continue  # half of what they need may stand in the network's sites.csv
        if key in tree.value:
            part = _part(tree, key, original_parameters, faults)
            if part is not None or key in BY_ID:
                parts[key] = part
    geography = None
    network = parts.get("network")
    if isinstance(network, NetworkRef):
        named += network_files(network)
        geography = read_geography(network, name=os.path.normpath(network.path), faults=faults)
    warnings: list[str] = []
    check(parts, tree, geography, kpis=kpis, faults=faults, warnings=warnings)
    if faults:
        return None
    return Scenario(
        **parts,
        base=None if base is None else base[0],
        base_file=None if base is None else base[1],
        files=tuple(dict.fromkeys((*files, *named))),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _part(tree: Tree, key: str, original: Tree, faults: list[Fault]) -> Any:
    path: TreePath = (key,)
    raw = tree.get(path)
    if key == "network":
        return _network(tree, faults)
    if key == "parameters":
        return build_parameters(tree, original, faults)
    if key == "policies":
        return _policies(tree, faults)
    if (key,) in PLUG_INS:
        return plug_in(tree, path, PLUG_INS[(key,)], faults)
    if key not in BY_ID:
        return checked(tree, path, type_of(key), faults)
    if not isinstance(raw, dict):
        faults.append(tree.fault(path, "must be a mapping by id", got=raw))
        return {}
    hint = inner(type_of(key), "")
    found = {name: checked(tree, (key, name), hint, faults) for name in raw}
    return {name: one for name, one in found.items() if one is not None}


def _policies(tree: Tree, faults: list[Fault]) -> Policies | None:
    raw = tree.get(("policies",))
    rules = {path[1]: path for path in PLUG_INS if path[0] == "policies"}
    plain = {k: v for k, v in raw.items() if k not in rules} if isinstance(raw, dict) else raw
    policies: Policies | None = checked(tree, ("policies",), Policies, faults, raw=plain)
    if not isinstance(raw, dict):
        return None
    plug_ins = {name: plug_in(tree, path, PLUG_INS[path], faults) for name, path in rules.items()}
    return None if policies is None else replace(policies, **plug_ins)


def _network(tree: Tree, faults: list[Fault]) -> NetworkRef | None:
    raw = tree.get(("network",))
    if isinstance(raw, str):
        return NetworkRef(kind="tables", path=Path(raw)) if Path(raw).is_dir() else None
    if not isinstance(raw, dict):
        faults.append(tree.fault(("network",), "must be a folder, or a mapping with kind", got=raw))
        return None
    kind = raw.get("kind")
    place = {"tables": "path", "matrix": "times"}.get(kind if isinstance(kind, str) else "")
    if place is None:
        at: TreePath = ("network", "kind") if "kind" in raw else ("network",)
        near = nearest_word(kind, ("tables", "matrix"))
        faults.append(tree.fault(at, "kind must be tables or matrix", got=kind, did_you_mean=near))
        return None
    known = ("kind", place, *(NETWORK_SETTINGS if kind == "tables" else ()))
    for key in raw:
        if key not in known:
            near = nearest_word(key, known)
            faults.append(tree.fault(("network", key), "unknown key", did_you_mean=near))
    if place not in raw:
        faults.append(tree.fault(("network",), f"a required key is missing: {place}"))
        return None
    settings = _network_settings(tree, raw, faults)
    path = raw[place]
    exists = isinstance(path, str) and (Path(path).is_dir() or Path(path).is_file())
    if not exists or settings is None:
        return None
    return NetworkRef(kind="tables" if kind == "tables" else "matrix", path=Path(path), **settings)


def _network_settings(
    tree: Tree, raw: dict[str, Any], faults: list[Fault]
) -> dict[str, Any] | None:
    """Return what a scenario says of its network's ferries and roads; None after a fault."""
    before = len(faults)
    given = {key: raw[key] for key in NETWORK_SETTINGS if key in raw}
    ferries = given.get("without_ferries", [])
    if not isinstance(ferries, list) or not all(isinstance(f, str) and f for f in ferries):
        at: TreePath = ("network", "without_ferries")
        faults.append(tree.fault(at, "must be a list of names of ferries", got=ferries))
    elif "without_ferries" in given:
        given["without_ferries"] = tuple(ferries)
    for key, known in (("winter_roads", ("open", "closed")), ("engine", ("scipy", "fast"))):
        if given.get(key, known[0]) not in known:
            message = f"must be {' or '.join(known)}"
            faults.append(tree.fault(("network", key), message, got=given[key]))
    if not isinstance(given.get("ambulance_keys", True), bool):
        got = given["ambulance_keys"]
        faults.append(tree.fault(("network", "ambulance_keys"), "must be true or false", got=got))
    return given if len(faults) == before else None


def _files(tree: Tree, faults: list[Fault]) -> tuple[Path, ...]:
    """Return the files that file-valued keys name; refuse what is no file of this machine."""
    found: list[Path] = []
    for key in sorted(FILE_KEYS):
        if key[0] == "parameters":
            continue
        path: TreePath = key
        written = tree.get(path)
        if written is None or isinstance(written, dict):
            continue
        folder = key == ("network",) or key[-1] == "path"
        if not isinstance(written, str):
            faults.append(tree.fault(path, "must be the path of a file", got=written))
        elif written.startswith("/vsi") or "://" in written:
            faults.append(tree.fault(path, "addresses are refused; give a file", got=written))
        elif folder and not Path(written).is_dir():
            faults.append(tree.fault(path, "there is no such folder", got=written))
        elif not folder and not Path(written).is_file():
            faults.append(tree.fault(path, "there is no such file", got=written))
        elif not folder:
            found.append(Path(written))
    return tuple(found)
