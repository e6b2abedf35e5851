"""The rooms of ``experiment`` and the one direction in which they use each other."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

EXPERIMENT = Path(__file__).parents[1] / "emergency_sim" / "experiment"

MAY_USE: dict[str, set[str]] = {
    "compile": set(),
    "folder": set(),
    "work": {"compile", "folder"},
    "comparing": {"compile", "folder", "work"},
    "sensitivity": {"compile", "folder", "work", "comparing"},
    "designed": {"folder", "work", "comparing", "sensitivity"},
    "sharding": {"folder", "work", "designed"},
    "audit": {"folder", "work", "designed"},
    "api": {"compile", "folder", "work", "comparing"},
    "observed": {"compile", "folder", "api"},
    "travel": set(),
}
"""Rooms that a room uses when the program runs; names only for types do not count."""


class _RunTimeImports(ast.NodeVisitor):
    """Collects ``from ... import`` wherever in a module, but under ``TYPE_CHECKING``."""

    def __init__(self) -> None:
        self.found: list[ast.ImportFrom] = []

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.found.append(node)


def imports(source: str) -> list[ast.ImportFrom]:
    """Return what a module's text imports from at run time."""
    visitor = _RunTimeImports()
    visitor.visit(ast.parse(source))
    return visitor.found


def rooms_used(source: str) -> set[str]:
    """Return the rooms that a module's text imports from at run time."""
    rooms: set[str] = set()
    for node in imports(source):
        parts = (node.module or "").split(".")
        if parts[:2] == ["emergency_sim", "experiment"]:
            rooms.update(parts[2:3] or [alias.name for alias in node.names])
    return rooms


def test_the_rooms_form_no_circle() -> None:
    graphlib.TopologicalSorter(MAY_USE).prepare()


def test_every_room_has_a_line_in_the_table() -> None:
    found = {p.name.removesuffix(".py") for p in EXPERIMENT.iterdir() if p.name[0] not in "._"}
    assert found == set(MAY_USE)


def test_what_stands_under_type_checking_does_not_count() -> None:
    source = (
        "if TYPE_CHECKING:\n    from emergency_sim.experiment.designed import design\n"
        "def f():\n    from emergency_sim.experiment import api\n"
        "from emergency_sim.experiment.folder.store import x\n"
    )
    assert rooms_used(source) == {"api", "folder"}


@pytest.mark.parametrize(
    "path", sorted(EXPERIMENT.rglob("*.py")), ids=lambda p: p.relative_to(EXPERIMENT).as_posix()
)
def test_a_module_uses_the_rooms_below_its_own(path: Path) -> None:
    room = path.relative_to(EXPERIMENT).parts[0].removesuffix(".py")
    if room == "__init__":
        return
    used = rooms_used(path.read_text(encoding="utf-8")) - {room}
    assert used <= MAY_USE[room], f"{room} uses {sorted(used - MAY_USE[room])}"
