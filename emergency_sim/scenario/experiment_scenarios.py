"""The scenarios that an experiment file names, and what is wrong with them on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from emergency_sim.domain.errors import InputFaults
from emergency_sim.scenario.load import find, load_scenario, written_from
from emergency_sim.scenario.variant import UNKNOWN, Change

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from emergency_sim.domain.errors import Fault
    from emergency_sim.scenario.schema import Scenario
    from emergency_sim.scenario.tree import Tree

Loaded = tuple["Scenario", str]
"""A scenario, and how its file is named."""


class NamedScenarios:
    """Loads scenarios that an experiment file names, with changes that it makes to them.

    Parameters
    ----------
    tree
        The experiment file.
    shown
        How faults name it.
    sets
        ``path=value`` texts laid over every scenario.
    kpis
        Names of the indicators, or None.
    faults
        Faults are appended here.
    """

    def __init__(
        self,
        tree: Tree,
        shown: str,
        sets: tuple[str, ...],
        kpis: Collection[str] | None,
        faults: list[Fault],
    ) -> None:
        self.tree = tree
        self.sets = sets
        self.kpis = kpis
        self.faults = faults
        self._relative = written_from(shown)
        self._own: dict[str, list[Change]] = {}
        self._unknown: dict[str, dict[str, Fault]] = {}

    def scenario(self, path: tuple[str | int, ...], *, own: bool = False) -> Loaded | None:
        """Return the scenario that a key names; None after a fault."""
        written = self.tree.get(path)
        if not isinstance(written, str) or not written:
            return None
        beside = self._relative(written)
        name = beside if Path(beside).is_file() else written
        try:
            find(name)
        except InputFaults as error:
            fault = error.faults[0]
            found = self.tree.fault(path, fault.message, got=written)
            self.faults.append(replace(found, did_you_mean=fault.did_you_mean))
            return None
        if not Path(name).is_file() and Path(name).suffix:
            self.faults.append(self.tree.fault(path, "there is no such file", got=written))
            return None
        self._own[name] = self._changes() if own else []
        loaded = self.load(name, [])
        if loaded is None and self._own[name]:  # told; without it the rest can be checked
            self._own[name] = []
            loaded = self.load(name, [])
        return None if loaded is None else (loaded, name)

    def _changes(self) -> list[Change]:
        """Return what the experiment lays over its base: length, seed, primary indicators."""
        run = self.tree.get(("run",))
        found = [
            self._change(f"run.{key}", ("run", key))
            for key, value in (run.items() if isinstance(run, dict) else ())
            if value is not None
        ]
        if self.tree.get(("primary",)):
            found.append(self._change("primary", ("primary",)))
        return found

    def _change(self, path: str, at: tuple[str, ...]) -> Change:
        return Change(path, self.tree.below(at), self.tree.place(at))

    def load(self, name: str, changes: Sequence[Change], scenario: str = "") -> Scenario | None:
        """Return a scenario with factor values; None after a fault.

        Parameters
        ----------
        name
            File or bundled name.
        changes
            The factor values.
        scenario
            Id under which unknown paths of factors are kept (:meth:`unknown_in`).
        """
        try:
            return load_scenario(
                name, self.sets, kpis=self.kpis, under=self._own[name], over=changes
            )
        except InputFaults as error:
            factors = {(change.path, change.written) for change in changes}
            for fault in error.faults:
                where = (fault.path, (fault.file, fault.line, fault.column))
                if fault.message == UNKNOWN and where in factors:
                    self._unknown.setdefault(fault.path, {})[scenario] = fault
                else:
                    self.faults.append(fault)
            return None

    def unknown_in(self, scenario: str) -> set[str]:
        """Return the paths of factors that a scenario turned out not to have."""
        return {path for path, where in self._unknown.items() if scenario in where}

    def tell_unknown(self, asked: Mapping[str, Sequence[str]]) -> None:
        """Add one fault for each path that is unknown, however many levels and scenarios it has.

        Parameters
        ----------
        asked
            Ids of the scenarios that have a factor, by its path.
        """
        for path, where in self._unknown.items():
            fault = next(iter(where.values()))
            if len(where) < len(asked[path]):
                remedy = "name the scenarios that have it under of"
                fault = replace(fault, message=f"{UNKNOWN} in {', '.join(where)}; {remedy}")
            self.faults.append(fault)
