"""From a file (or a bundled scenario's name) to a checked :class:`Scenario`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.bundled import scenario_names, scenario_path
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.scenario.build import build
from emergency_sim.scenario.parameters import lay_over, read_parameters
from emergency_sim.scenario.schema import (
    DEFAULT_KINDS,
    NETWORK_SETTINGS,
    SCENARIO_SCHEMA,
    VARIANT_SCHEMA,
    NetworkRef,
)
from emergency_sim.scenario.sites import read_sites
from emergency_sim.scenario.tree import Path as TreePath
from emergency_sim.scenario.tree import Place, Tree
from emergency_sim.scenario.variant import Change, apply_changes, apply_sets, apply_variant, located
from emergency_sim.scenario.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from emergency_sim.scenario.schema import Scenario

LONGEST_CHAIN: Final = 10


def load_scenario(
    path: str | Path,
    sets: Iterable[str] = (),
    *,
    kpis: Collection[str] | None = None,
    under: Iterable[Change] = (),
    over: Iterable[Change] = (),
) -> Scenario:
    """Read, complete and check a scenario or a variant.

    Parameters
    ----------
    path
        A file, or the name of a bundled scenario (``more-og-romsdal``).
    sets
        ``path=value`` texts laid over it, as given by ``--set``.
    kpis
        Names of the indicators that there are; given, the primary ones must be among them.
    under, over
        Values that another file lays over this one, before and after ``sets``.

    Returns
    -------
    Scenario
        Everything explicit; ``warnings`` says what is odd.

    Raises
    ------
    InputFaults
        Everything that is wrong in any of the files, all at once.
    """
    loader = _Loader()
    file, shown = find(path)
    tree = loader.tree(file, shown, ())
    if tree is not None:
        loader.complete(tree)
        apply_changes(tree, under, loader.faults)
        apply_sets(tree, sets, loader.faults)
        apply_changes(tree, over, loader.faults)
        loader.complete(tree)  # a set may have named other files or rules
    if tree is None or loader.broken:
        raise InputFaults(loader.faults)
    scenario = build(
        tree,
        original_parameters=loader.parameters,
        base=loader.base,
        files=tuple(loader.files),
        kpis=kpis,
        faults=loader.faults,
    )
    if scenario is None or loader.faults:
        raise InputFaults(loader.faults)
    return scenario


def find(path: str | Path) -> tuple[Path, str]:
    """Return the file of a scenario and how faults name it."""
    file = Path(path)
    if not file.suffix and not file.exists() and isinstance(path, str):
        try:
            file = scenario_path(path)
        except FileNotFoundError as error:
            near = nearest_word(path, scenario_names())
            message = f"there is no such file, and {error}"
            fault = Fault(file=path, message=message, did_you_mean=near)
            raise InputFaults([fault]) from None
        return file, short_name(file)
    return file, str(path)


def short_name(file: Path) -> str:
    """Return the path from the working folder where it lies below that."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def _spell_out_network(tree: Tree) -> None:
    """Write out the settings of a network of tables, so that a variant may set one of them."""
    key: TreePath = ("network",)
    raw, place = tree.get(key), tree.place(key)
    if isinstance(raw, str) and Path(raw).is_dir():
        tree.put(key, Tree({"kind": "tables", "path": raw}, {(): place, ("path",): place}))
        raw = tree.get(key)
    if not isinstance(raw, dict) or raw.get("kind") != "tables" or "path" not in raw:
        return
    for setting in NETWORK_SETTINGS:
        if setting not in raw:
            default = getattr(NetworkRef(kind="tables", path=Path()), setting)
            value = list(default) if isinstance(default, tuple) else default
            tree.put((*key, setting), Tree(value, {(): place}))


class _Loader:
    """Reads all files of one scenario and collects their faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.files: list[Path] = []
        self.parameters = Tree({}, {})
        self.base: tuple[str, Path] | None = None
        self.broken = False

    def tree(self, file: Path, shown: str, chain: tuple[Path, ...]) -> Tree | None:
        """Return the resolved tree of a scenario or variant; None when it cannot be read."""
        tree = read_yaml(file, name=shown, faults=self.faults)
        if tree is None:
            return None
        self.files.append(file)
        if not isinstance(tree.value, dict):
            self.faults.append(tree.fault((), "must be a mapping of keys", got=tree.value))
            return None
        schema = tree.get(("schema",))
        if schema == VARIANT_SCHEMA:
            return self._variant(tree, file, shown, (*chain, file.resolve()))
        if schema != SCENARIO_SCHEMA:
            known = (SCENARIO_SCHEMA, VARIANT_SCHEMA)
            if "schema" not in tree.value:
                message = f"the key schema is missing: {' or '.join(known)}"
                self.faults.append(tree.fault((), message))
            else:
                message = f"must be {' or '.join(known)}"
                near = nearest_word(schema, known)
                fault = tree.fault(("schema",), message, got=schema, did_you_mean=near)
                self.faults.append(fault)
            return None
        located(tree, (), written_from(shown))
        return self._with_sites(tree)

    def _variant(
        self, variant: Tree, file: Path, shown: str, chain: tuple[Path, ...]
    ) -> Tree | None:
        written = variant.get(("base",))
        if not isinstance(written, str):
            message = "a variant needs base: the file that it varies"
            self.faults.append(variant.fault(("base",), message, got=written))
            return None
        base_shown = os.path.normpath(written_from(shown)(written))
        base_file = Path(base_shown)
        if base_file.resolve() in chain:
            around = " -> ".join(p.name for p in (*chain, base_file.resolve()))
            self.faults.append(variant.fault(("base",), f"the bases form a circle: {around}"))
            return None
        if len(chain) > LONGEST_CHAIN:
            message = f"more than {LONGEST_CHAIN} variants of variants"
            self.faults.append(variant.fault(("base",), message))
            return None
        if not base_file.is_file():
            self.faults.append(variant.fault(("base",), "there is no such file", got=written))
            return None
        tree = self.tree(base_file, base_shown, chain)
        if tree is None:
            return None
        self.complete(tree)
        self.base = (str(tree.get(("id",), "")), base_file)
        apply_variant(tree, variant, written_from(shown), self.faults)
        tree.places[()] = variant.place(())
        return tree

    def _with_sites(self, scenario: Tree) -> Tree:
        """Return the scenario laid over the places of its network's ``sites.csv``."""
        network = scenario.get(("network",))
        folder = network.get("path") if isinstance(network, dict) else network
        matrix = isinstance(network, dict) and network.get("kind") == "matrix"
        if matrix or not isinstance(folder, str):
            return scenario
        sites = Path(folder) / "sites.csv"
        if not sites.is_file():
            return scenario
        self.files.append(sites)
        tree = read_sites(sites, name=os.path.normpath(sites), faults=self.faults)
        tree.places[()] = scenario.place(())
        tree.overlay(scenario)
        return tree

    def complete(self, tree: Tree) -> None:
        """Read the parameter file, and write out the plug-ins that hold by default."""
        if self.broken:
            return
        for path, kind in DEFAULT_KINDS.items():
            if path not in tree and isinstance(tree.get(path[:-1]) or {}, dict):
                tree.put((*path, "kind"), Tree(kind, {(): tree.place(path)}))
        _spell_out_network(tree)
        self._parameters(tree)

    def _parameters(self, tree: Tree) -> None:
        key: TreePath = ("parameters",)
        written = tree.get(key)
        own = tree.below(key) if isinstance(written, dict) else Tree({}, {})
        if isinstance(written, dict) and "file" not in written and self.parameters.value:
            return  # read already
        if not isinstance(written, str) and "file" not in own.value:
            file, shown = scenario_path("parameters/norway"), "parameters/norway.yaml"
            place = tree.place(())
        else:
            name = written.get("file") if isinstance(written, dict) else written
            at = (*key, "file") if isinstance(written, dict) else key
            place = tree.place(at)
            if not isinstance(name, str) or not Path(name).is_file():
                message = "there is no such parameter file"
                self.faults.append(tree.fault(at, message, got=name))
                self.broken = True
                return
            file, shown = Path(name), os.path.normpath(name)
        read = read_parameters(file, name=shown, faults=self.faults)
        if read is None:
            self.broken = True
            return
        self.files.append(file)
        self.parameters = read.copy()
        own.value.pop("file", None)
        lay_over(read, own, self.faults)
        read.places[()] = Place(*place)
        tree.put(key, read)


def written_from(shown: str) -> Any:
    """Return a function that turns a path written in the file ``shown`` into one from here."""
    folder = os.path.dirname(shown)  # noqa: PTH120 - the text as the user wrote it

    def relative(written: str) -> str:
        if written.startswith("/vsi") or "://" in written:
            return written  # refused later, as it stands
        return os.path.normpath(os.path.join(folder, written))  # noqa: PTH118

    return relative
