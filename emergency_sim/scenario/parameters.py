"""Parameter files: every number with unit, range, source and status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emergency_sim.domain.distributions import DISTRIBUTIONS
from emergency_sim.domain.errors import InputFaults, nearest_word
from emergency_sim.domain.parameters import Parameter, Parameters, Status
from emergency_sim.scenario.errors import checked, plug_in
from emergency_sim.scenario.schema import PARAMETERS_SCHEMA
from emergency_sim.scenario.tree import Place, Tree
from emergency_sim.scenario.yaml_file import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.domain.errors import Fault


def read_parameters(path: Path, *, name: str, faults: list[Fault]) -> Tree | None:
    """Return a parameter file as a tree of parameter by dotted key; None: not readable."""
    tree = read_yaml(path, name=name, faults=faults)
    if tree is None:
        return None
    if not isinstance(tree.value, dict):
        faults.append(tree.fault((), "must be a mapping of parameters"))
        return None
    if "schema" in tree.value:
        if tree.value["schema"] != PARAMETERS_SCHEMA:
            message = f"must be {PARAMETERS_SCHEMA}"
            faults.append(tree.fault(("schema",), message, got=tree.value["schema"]))
        tree.remove(("schema",))
    return tree


def read_parameter_set(path: Path, *, name: str) -> Parameters:
    """Return a parameter file as it stands, without a scenario.

    Parameters
    ----------
    path
        The file.
    name
        How faults name it.

    Raises
    ------
    InputFaults
        Everything wrong with it.
    """
    faults: list[Fault] = []
    read = read_parameters(path, name=name, faults=faults)
    if read is None:
        raise InputFaults(faults)
    tree = Tree({}, {(): Place(name)})
    tree.put(("parameters",), read)
    parameters = build_parameters(tree, read, faults)
    if faults:
        raise InputFaults(faults)
    return parameters


def lay_over(tree: Tree, own: Tree, faults: list[Fault]) -> None:
    """Lay a scenario's own parameters over those of the file; a new one must be complete."""
    for key, value in own.value.items():
        if key in tree.value or (isinstance(value, dict) and "unit" in value):
            tree.overlay(own.below((key,)), (key,))
        else:
            near = nearest_word(key, tree.value)
            faults.append(own.fault((key,), "unknown parameter", did_you_mean=near))


def build_parameters(tree: Tree, original: Tree, faults: list[Fault]) -> Parameters:
    """Return the parameters under ``parameters`` of a scenario's tree.

    A value that differs from the file's, without a source of its own, is the scenario's assumption
    and says so.

    Parameters
    ----------
    tree
        The scenario's tree.
    original
        The parameter file's tree.
    faults
        Faults are appended here.
    """
    items: dict[str, Parameter] = {}
    for key in tree.get(("parameters",)):
        path = ("parameters", key)
        one: Parameter | None = checked(tree, path, Parameter, faults)
        if one is None:
            continue
        if one.range is not None and one.range[0] > one.range[1]:
            got = list(one.range)
            faults.append(tree.fault((*path, "range"), "low must not be above high", got=got))
        if isinstance(one.value, dict) and "kind" in one.value:
            plug_in(tree, (*path, "value"), DISTRIBUTIONS, faults)
        faults.extend(_wrong_value(tree, (*path, "value"), one, original.get((key,))))
        items[key] = _with_source(one, original.get((key,)))
    return Parameters(items)


def _wrong_value(tree: Tree, path: tuple[str, ...], one: Parameter, before: Any) -> list[Fault]:
    """Return what is wrong with a value: another type than the file's, or what cannot be."""
    value = one.value
    numbers = value if isinstance(value, list) else [value] if _is_number(value) else []
    if isinstance(before, dict) and "value" in before:
        old = before["value"]
        for kind, name in ((dict, "a mapping"), (list, "a list")):
            if isinstance(old, kind) != isinstance(value, kind):
                return [tree.fault(path, f"must be {name}" if isinstance(old, kind) else
                                   f"must not be {name}", got=value)]  # fmt: skip
        if _is_number(old) and not _is_number(value):
            return [tree.fault(path, "must be a number", got=value)]
        if isinstance(old, list) and isinstance(value, list) and len(old) != len(value):
            return [tree.fault(path, f"must have {len(old)} values, as in the file", got=value)]
    for number in numbers:
        if _is_number(number) and (number < 0 or (one.unit == "share" and number > 1)):
            what = "must be from 0 to 1" if one.unit == "share" else "must not be negative"
            return [tree.fault(path, what, got=number)]
    return []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _with_source(one: Parameter, before: Any) -> Parameter:
    if not isinstance(before, dict) or before.get("value") == one.value:
        return one
    if before.get("source") != one.source:
        return one
    source = f"set by the scenario; before: {before.get('value')!r}, {one.source}"
    return replace(one, source=source, status=Status.ASSUMED)
