"""The keys of an experiment file, one by one, so that one bad key hides no other fault."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from emergency_sim.bundled import experiment_names, experiment_path, scenario_names
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.scenario.errors import checked
from emergency_sim.scenario.experiment_schema import (
    EXPERIMENT_KEYS,
    EXPERIMENT_SCHEMA,
    ExperimentFile,
    Levels,
    Span,
    UntilPrecise,
)
from emergency_sim.scenario.load import short_name
from emergency_sim.scenario.schema import SCENARIO_SCHEMA, VARIANT_SCHEMA
from emergency_sim.scenario.tree import Tree, follow
from emergency_sim.scenario.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emergency_sim.domain.errors import Fault as AnyFault

REQUIRED: Final = ("schema", "id", "name", "base")


def find_experiment(path: str | Path) -> tuple[Path, str]:
    """Return an experiment's file and how faults name it.

    Parameters
    ----------
    path
        A file, or the name of a bundled experiment.

    Raises
    ------
    InputFaults
        There is neither.
    """
    file = Path(path)
    if file.exists() or file.suffix or not isinstance(path, str):
        return file, str(path)
    try:
        file = experiment_path(path)
    except FileNotFoundError as error:
        near = nearest_word(path, experiment_names())
        message = f"there is no such file, and {error}"
        raise InputFaults([Fault(file=path, message=message, did_you_mean=near)]) from None
    return file, short_name(file)


ONLY_HERE: Final = ("variants", "factors", "design", "replications", "choice", "sensitivity")
"""Keys that tell an experiment file whose schema is missing from a scenario."""


def is_experiment(path: str | Path) -> bool:
    """Return whether a file, or a bundled name, was meant to be an experiment and no scenario.

    Parameters
    ----------
    path
        A file, or a name; it need not be right, nor be there.
    """
    file = Path(path)
    if not (file.exists() or file.suffix):
        known = experiment_names()
        return nearest_word(str(path), (*scenario_names(), *known)) in known
    if not file.is_file():
        return False
    tree = read_yaml(file, name=str(path), faults=[])
    if tree is None or not isinstance(tree.value, dict):
        return False
    schema = tree.get(("schema",))
    if isinstance(schema, str):
        schemas = (SCENARIO_SCHEMA, VARIANT_SCHEMA, EXPERIMENT_SCHEMA)
        return nearest_word(schema, schemas) == EXPERIMENT_SCHEMA
    return any(key in tree.value for key in ONLY_HERE)


def placed(tree: Tree, faults: Iterable[AnyFault]) -> list[AnyFault]:
    """Return faults of keys of an experiment file with the places where these keys stand.

    Parameters
    ----------
    tree
        The file.
    faults
        Their ``path`` is one of the file; keys that nobody wrote are where they would stand.
    """
    found = []
    for fault in faults:
        file, line, column = tree.place(follow(tree, fault.path)[0])
        found.append(replace(fault, file=file, line=line, column=column))
    return found


def placed_in(file: Path, faults: Sequence[AnyFault]) -> list[AnyFault]:
    """Return :func:`placed` of an experiment file that was read before; as they are if it is gone."""
    tree = read_yaml(file, name=short_name(file), faults=[]) if file.is_file() else None
    return list(faults) if tree is None else placed(tree, faults)


def experiment_parts(tree: Tree, faults: list[AnyFault]) -> dict[str, Any]:
    """Return what the file says, by key; what is wrong is None.

    Parameters
    ----------
    tree
        The file; what it says in short is written out in it.
    faults
        Faults are appended here.
    """
    if not isinstance(tree.value, dict):
        faults.append(tree.fault((), "must be a mapping of keys", got=tree.value))
        return {}
    schema = tree.get(("schema",))
    if schema != EXPERIMENT_SCHEMA and "schema" in tree.value:
        message = f"must be {EXPERIMENT_SCHEMA}"
        near = nearest_word(schema, (EXPERIMENT_SCHEMA,))
        faults.append(tree.fault(("schema",), message, got=schema, did_you_mean=near))
        return {}
    for key in tree.value:
        if key not in EXPERIMENT_KEYS:
            near = nearest_word(key, EXPERIMENT_KEYS)
            faults.append(tree.fault((key,), "unknown key", did_you_mean=near))
    faults += [
        tree.fault((), f"a required key is missing: {key}")
        for key in REQUIRED
        if key not in tree.value
    ]
    _spell_out(tree)
    hints = get_type_hints(ExperimentFile, include_extras=True)
    parts: dict[str, Any] = {}
    for key in EXPERIMENT_KEYS:
        if key in tree.value:
            parts[key] = _part(tree, key, hints[key], faults)
    return parts


def _part(tree: Tree, key: str, hint: Any, faults: list[AnyFault]) -> Any:
    raw = tree.get((key,))
    if key == "factors" and isinstance(raw, dict):
        return {
            path: checked(tree, ("factors", path), _kind_of_factor(raw[path]), faults)
            for path in raw
        }
    if key == "replications" and isinstance(raw, dict):
        return checked(tree, (key,), UntilPrecise, faults)
    return checked(tree, (key,), hint, faults)


def _kind_of_factor(raw: Any) -> type:
    ranged = isinstance(raw, dict) and ("low" in raw or "high" in raw) and "levels" not in raw
    return Span if ranged else Levels


def _spell_out(tree: Tree) -> None:
    """Write out ``design: full`` and factors that are a bare list of levels."""
    design = tree.get(("design",))
    if isinstance(design, str):
        place = tree.place(("design",))
        tree.put(("design",), Tree({"kind": design}, {(): place, ("kind",): place}))
    factors = tree.get(("factors",))
    for path in list(factors) if isinstance(factors, dict) else ():
        if isinstance(factors[path], list):
            written = tree.below(("factors", path))
            places = {("levels", *p): place for p, place in written.places.items()}
            places[()] = tree.place(("factors", path))
            tree.put(("factors", path), Tree({"levels": written.value}, places))
