"""Mapping files: read strictly, every fault at once with its line and the word that was meant."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.log_mapping import LogMapping, named_columns
from emergency_sim.scenario.errors import checked
from emergency_sim.scenario.yaml_file import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.scenario.tree import Tree

MAPPING_SCHEMA: Final = "emergency_sim/mapping/1"
NEEDED_DIRECTIVES: Final = ("%d", "%m", "%H", "%M")
KNOWN_DIRECTIVES: Final = frozenset("dmYyHMSf")


def read_mapping(path: Path) -> LogMapping:
    """Return a mapping file.

    Parameters
    ----------
    path
        YAML; see ``scenarios/examples/observed/mapping.yaml``.

    Raises
    ------
    InputFaults
        Everything wrong with it.
    """
    faults: list[Fault] = []
    tree = read_yaml(path, name=str(path), faults=faults)
    if tree is None:
        raise InputFaults(faults)
    if not isinstance(tree.value, dict):
        raise InputFaults([*faults, tree.fault((), "must be a mapping of keys", got=tree.value)])
    if "schema" not in tree.value:
        faults.append(tree.fault((), f"the key schema is missing: {MAPPING_SCHEMA}"))
        tree.value["schema"] = MAPPING_SCHEMA
    mapping: LogMapping | None = checked(tree, (), LogMapping, faults)
    if mapping is not None:
        faults += _more_faults(tree, mapping, path)
    if faults or mapping is None:
        raise InputFaults(faults)
    return mapping


def _more_faults(tree: Tree, mapping: LogMapping, path: Path) -> list[Fault]:
    """Return what no type can say: formats, time zones, files, columns that are named twice."""
    faults = _format_faults(tree, mapping.time_format)
    try:
        ZoneInfo(mapping.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = "is no time zone; Europe/Oslo, UTC or another name of the IANA list"
        faults.append(tree.fault(("time_zone",), message, got=mapping.time_zone))
    if not 0 <= mapping.bad_share < 1:
        faults.append(tree.fault(("bad_share",), "must be at least 0 and below 1"))
    if mapping.decimal == mapping.separator:
        faults.append(tree.fault(("decimal",), "must not be the separator", got=mapping.decimal))
    columns = mapping.missions.columns
    if (columns.east is None) != (columns.north is None):
        message = "east and north are named together or not at all"
        faults.append(tree.fault(("missions", "columns"), message))
    for name in ("missions", "calls", "clinic"):
        table = getattr(mapping, name)
        if table is not None:
            faults += _twice(tree, (name, "columns"), named_columns(table.columns))
    files: list[tuple[tuple[str, ...], str | None]] = [(("population",), mapping.population)]
    files += [
        ((name, "file"), table.file)
        for name, table in (("calls", mapping.calls), ("clinic", mapping.clinic))
        if table is not None
    ]
    for at, file in files:
        if file is not None and not (path.parent / file).is_file():
            faults.append(tree.fault(at, "there is no such file", got=file))
    return faults


def _format_faults(tree: Tree, text: str) -> list[Fault]:
    at = ("time_format",)
    letters = [text[i + 1 : i + 2] for i, c in enumerate(text) if c == "%"]
    unknown = sorted({f"%{x}" for x in letters if x not in KNOWN_DIRECTIVES})
    if unknown:
        known = ", ".join(f"%{x}" for x in sorted(KNOWN_DIRECTIVES))
        return [tree.fault(at, f"{', '.join(unknown)} is not known; there are {known}", got=text)]
    missing = [x for x in NEEDED_DIRECTIVES if x not in text]
    if "%Y" not in text and "%y" not in text:
        missing.append("%Y")
    if missing:
        return [tree.fault(at, f"lacks {', '.join(missing)}", got=text)]
    return []


def _twice(tree: Tree, at: tuple[str, ...], named: dict[str, str]) -> list[Fault]:
    often = {name for name, n in Counter(named.values()).items() if n > 1}
    return [
        tree.fault((*at, ours), "another key names this column too", got=theirs)
        for ours, theirs in named.items()
        if theirs in often
    ]
