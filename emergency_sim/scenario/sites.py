"""From ``sites.csv`` to the scenario's maps of places by id."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.csv_cells import (
    Column,
    Converter,
    identifier,
    integer,
    number,
    one_of,
    optional,
    text,
    within,
    words,
    yes_no,
)
from emergency_sim.domain.csv_rows import Row
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import nearest_word
from emergency_sim.domain.parameters import Status
from emergency_sim.domain.places import (
    CallCentre,
    DutyForm,
    FastlegeOffice,
    Hospital,
    Legevakt,
    Satellite,
    Station,
    Unit,
)
from emergency_sim.scenario.tree import Path, Place, Tree

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path as FilePath

    from emergency_sim.domain.csv_rows import Table
    from emergency_sim.domain.errors import Fault

_KINDS: Final[dict[str, tuple[str, type]]] = {
    "amk": ("amk", CallCentre),
    "lvs": ("legevaktsentraler", CallCentre),
    "legevakt": ("legevakter", Legevakt),
    "satellite": ("satellites", Satellite),
    "fastlege": ("fastlege_offices", FastlegeOffice),
    "hospital": ("hospitals", Hospital),
    "station": ("stations", Station),
    "helicopter_base": ("stations", Station),
    "unit": ("units", Unit),
}
_LINES: Final = {"doctor": "doctors", "nurse": "nurses", "operator": "operators"}
_ROLE_WORDS: Final = {
    "doctor": ("lege", "doctor"),
    "nurse": ("sykepleier", "nurse"),
    "operator": ("operator",),
}
_RENAMED: Final = {
    ("satellite", "parent"): "legevakt",
    ("unit", "parent"): "station",
    ("unit", "unit_type"): "type",
    ("unit", "form"): "crew",
}
_STAFFED: Final = ("amk", "lvs", "legevakt", "satellite", "fastlege")
_ROUND_THE_CLOCK: Final = "24/7"

_COLUMNS: Final[dict[str, Converter | Column]] = {
    "kind": one_of((*_KINDS, "duty")),
    "id": identifier,
    "parent": optional(text),
    "name": optional(text),
    "municipality": optional(text),
    "node": optional(text),
    "lon": optional(within(number, -180, 180)),
    "lat": optional(within(number, -90, 90)),
    "in_service": optional(yes_no),
    "serves": optional(words),
    "hours": optional(text),
    "role": optional(one_of(_LINES)),
    "count": optional(within(integer, 0, 200)),
    "form": optional(text),
    "rota": optional(within(integer, 1)),
    "rooms": optional(within(integer, 1)),
    "unit_type": optional(text),
    "functions": optional(words),
    "lvs": optional(text),
    "priority": optional(integer),
    "outside_population": optional(within(integer, 0)),
    "status": optional(one_of(Status)),
    "source": optional(text),
    "as_of": optional(text),
    "note": optional(text),
}


def read_sites(path: FilePath, *, name: str, faults: list[Fault]) -> Tree:
    """Return the maps ``amk`` ... ``units`` that the table describes; a fault is file:line:column.

    An empty cell leaves the key out, so that its default holds; ``*`` in serves means every area.
    The key of a duty line is its id without its parent's and the role: ``molde-lege-natt`` is
    ``legevakter.molde.doctors.natt``.
    """
    table = read_table(path, _COLUMNS, key="id", name=name, faults=faults)
    tree = Tree({}, {(): Place(name)})
    kinds = {row["id"]: row["kind"] for row in table}
    for row in table:
        if row["kind"] == "duty":
            continue
        section, cls = _KINDS[row["kind"]]
        _put(tree, (section, row["id"]), row, _cells(row, cls, faults))
    for row in table:
        if row["kind"] == "duty" and _has_place(table, row, kinds, faults):
            _duty(tree, row, kinds, faults)
    return tree


def _has_place(table: Table, row: Row, kinds: dict[str, str], faults: list[Fault]) -> bool:
    """Return whether the parent of a duty row is a place with staff that could be read."""
    parent = row["parent"]
    if kinds.get(parent) in _STAFFED:
        return True
    if parent is None or parent not in table.keys or parent in kinds:
        known = [name for name, kind in kinds.items() if kind in _STAFFED]
        message = f"must be the id of {' or '.join(_STAFFED)}"
        near = nearest_word(parent, known)
        faults.append(row.fault("parent", message, got=parent or "", did_you_mean=near))
    return False


def _cells(row: Row, cls: type, faults: list[Fault]) -> dict[str, tuple[Any, str]]:
    """Return value and column by the dataclass' key."""
    allowed = {f.name for f in fields(cls)}
    found: dict[str, tuple[Any, str]] = {}
    for column, value in row.values.items():
        key = _RENAMED.get((row["kind"], column), column)
        if value is None or key not in allowed:
            continue
        if key == "serves" and value == ("*",):
            continue
        found[key] = (list(value) if isinstance(value, tuple) else value, column)
    if "node" in found:  # the node is where it is; lon and lat say where that came from
        found.pop("lon", None)
        found.pop("lat", None)
    if row["parent"] is not None and (row["kind"], "parent") not in _RENAMED:
        message = f"{row['kind']} rows have no parent"
        faults.append(row.fault("parent", message, got=row["parent"]))
    if "hours" not in allowed and row["hours"] not in (None, _ROUND_THE_CLOCK):
        message = f"{row['kind']} rows have no hours; write them in duty rows"
        faults.append(row.fault("hours", message, got=row["hours"]))
    if row["kind"] == "unit" and row["count"] not in (None, 1):
        faults.append(row.fault("count", "write one row a unit", got=row["count"]))
    return found


def _duty(tree: Tree, row: Row, kinds: dict[str, str], faults: list[Fault]) -> None:
    section, cls = _KINDS[kinds[row["parent"]]]
    if row["in_service"] is False and tree.get((section, row["parent"], "in_service"), True):
        return  # a line that is known but not used, at a place that is
    role = row["role"]
    allowed = [r for r, key in _LINES.items() if key in {f.name for f in fields(cls)}]
    if role not in allowed:
        message = f"duty at {kinds[row['parent']]} is one of {', '.join(allowed)}"
        faults.append(row.fault("role", message, got=role or ""))
        return
    if row["form"] is not None and row["form"] not in list(DutyForm):
        message = f"must be one of {', '.join(DutyForm)}"
        near = nearest_word(row["form"], DutyForm)
        faults.append(row.fault("form", message, got=row["form"], did_you_mean=near))
        return
    cells = {
        key: (row[key], key)
        for key in ("hours", "count", "form", "rota", "status", "source")
        if row[key] is not None
    }
    path: Path = (section, row["parent"], _LINES[role])
    _put(tree, (*path, _line_name(row, tree.get(path, {}))), row, cells)


def _line_name(row: Row, taken: Container[str]) -> str:
    """Return the key of a duty line: its id without the parent's and without the role."""
    name = str(row["id"]).removeprefix(f"{row['parent']}-")
    for word in _ROLE_WORDS[row["role"]]:
        short = name.removeprefix(f"{word}-")
        if short not in taken:
            name = short
    return name


def _put(tree: Tree, path: Path, row: Row, cells: dict[str, tuple[Any, str]]) -> None:
    def at(column: str) -> Place:
        return Place(row.table.file, *row.place(column))

    tree.places.setdefault(path[:1], at("id"))
    places: dict[Path, Place] = {(): at("id")}
    places.update({(key,): at(column) for key, (_, column) in cells.items()})
    tree.put(path, Tree({key: value for key, (value, _) in cells.items()}, places))
