"""From an experiment file to its scenarios, every fault of all files on the way collected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emergency_sim.domain.errors import InputFaults
from emergency_sim.scenario.experiment_check import check_experiment
from emergency_sim.scenario.experiment_parts import experiment_parts, find_experiment
from emergency_sim.scenario.experiment_points import Point, factors_of, full_grid, points_of
from emergency_sim.scenario.experiment_schema import (
    MOST_POINTS,
    Design,
    DesignKind,
    ExperimentFile,
    Factor,
    Levels,
    UntilPrecise,
)
from emergency_sim.scenario.load import find, load_scenario, written_from
from emergency_sim.scenario.schema import Text
from emergency_sim.scenario.tree import Tree
from emergency_sim.scenario.variant import Change
from emergency_sim.scenario.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from emergency_sim.domain.errors import Fault
    from emergency_sim.scenario.schema import Scenario

Draw = Callable[[Mapping[str, Factor], Design, int], list[dict[str, Any]]]
"""Takes points from factors by a space-filling design and a seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """An experiment file with everything that it names, checked.

    Parameters
    ----------
    spec
        What the file says.
    base
        The reference of distance decay and of potential incidents: the base as given, with the
        experiment's length, seed and primary indicators.
    others
        Variants and points of the design, in the order of the file; at least one, or none where
        only the base is run.
    points
        Which factor values they have; scenarios without factors are not among them.
    file
        The experiment file.
    files
        Every file that was read.
    warnings
        What is allowed but odd.
    """

    spec: ExperimentFile
    base: Scenario
    others: tuple[Scenario, ...]
    points: tuple[Point, ...] = ()
    file: Path = field(compare=False)
    files: tuple[Path, ...] = field(default=(), compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The base and the others."""
        return (self.base, *self.others)

    @property
    def most_replications(self) -> int:
        """How many replications of a scenario there are at most."""
        asked = self.spec.replications
        if asked is None:
            return self.base.run.replications
        return asked.at_most if isinstance(asked, UntilPrecise) else asked


def load_experiment(
    path: str | Path,
    sets: Iterable[str] = (),
    *,
    kpis: Collection[str] | None = None,
    draw: Draw | None = None,
) -> Experiment:
    """Read an experiment file and all its scenarios, and check them.

    Parameters
    ----------
    path
        A file, or the name of a bundled experiment (``molde-doctors``).
    sets
        ``path=value`` texts laid over every scenario, as given by ``--set``.
    kpis
        Names of the indicators that there are.
    draw
        Takes the points of a space-filling design.

    Raises
    ------
    InputFaults
        Everything that is wrong in any of the files, all at once.
    """
    file, shown = find_experiment(path)
    faults: list[Fault] = []
    tree = read_yaml(file, name=shown, faults=faults)
    spec = None if tree is None else experiment_parts(tree, faults)
    if tree is None or not isinstance(tree.value, dict):
        raise InputFaults(faults)
    loader = _Loader(tree, shown, tuple(sets), kpis, faults)
    base = loader.scenario(("base",), own=True)
    variants = [
        found
        for n in range(len(_listed(tree, "variants")))
        if (found := loader.scenario(("variants", n))) is not None
    ]
    if spec is not None:
        check_experiment(spec, tree, base, [v for v, _ in variants], kpis, faults)
    if spec is None or base is None or faults:
        raise InputFaults(dict.fromkeys(faults))
    others, points = _laid_out(spec, tree, base, variants, loader, draw)
    if faults:
        raise InputFaults(dict.fromkeys(faults))
    scenarios = (base[0], *others)
    return Experiment(
        spec=spec,
        base=base[0],
        others=tuple(others),
        points=tuple(points),
        file=file,
        files=tuple(dict.fromkeys((file, *(f for s in scenarios for f in s.files)))),
        warnings=tuple(dict.fromkeys(w for s in scenarios for w in s.warnings)),
    )


Loaded = tuple["Scenario", str]
"""A scenario, and how its file is named."""


class _Loader:
    """Loads scenarios that an experiment file names, with changes that it makes to them."""

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
        return None if loaded is None else (loaded, name)

    def _changes(self) -> list[Change]:
        """Return what the experiment lays over its base: length, seed, primary indicators."""
        run = self.tree.get(("run",))
        found = [
            Change(f"run.{key}", self.tree.below(("run", key)))
            for key, value in (run.items() if isinstance(run, dict) else ())
            if value is not None
        ]
        if self.tree.get(("primary",)):
            found.append(Change("primary", self.tree.below(("primary",))))
        return found

    def load(self, name: str, changes: list[Change]) -> Scenario | None:
        """Return a scenario with factor values; None after a fault."""
        try:
            return load_scenario(
                name, self.sets, kpis=self.kpis, under=self._own[name], over=changes
            )
        except InputFaults as error:
            self.faults.extend(error.faults)
            return None


def _laid_out(
    spec: ExperimentFile,
    tree: Tree,
    base: Loaded,
    variants: list[Loaded],
    loader: _Loader,
    draw: Draw | None,
) -> tuple[list[Scenario], list[Point]]:
    """Return variants and points of the design, in the order of the file."""
    others: list[Scenario] = []
    points: list[Point] = []
    for scenario, name in (base, *variants):
        own = factors_of(spec.factors, scenario.id)
        if not own:
            others += [scenario] if scenario is not base[0] else []
            continue
        values = _values(own, spec.design, base[0].run.seed, draw)
        if len(points) + len(values) > MOST_POINTS:
            message = f"more than {MOST_POINTS} scenarios in all: leave out levels"
            loader.faults.append(tree.fault(("factors",), message))
            break
        for point in points_of(scenario.id, values):
            changes = [
                Change(path, _value(tree, spec, path, v)) for path, v in point.values.items()
            ]
            loaded = loader.load(name, changes)
            if loaded is not None:
                points.append(point)
                others.append(_renamed(loaded, point))
    twice = [one for one, count in Counter(s.id for s in (base[0], *others)).items() if count > 1]
    if twice:
        message = f"stands for two scenarios: {', '.join(twice)}"
        loader.faults.append(tree.fault(("variants",), message))
    return others, points


def _values(
    factors: dict[str, Factor], design: Design, seed: int, draw: Draw | None
) -> list[dict[str, Any]]:
    if design.kind is DesignKind.FULL:
        return full_grid(factors)
    if draw is None:
        raise ValueError(f"nobody here draws a {design.kind} design")
    return draw(factors, design, seed)


def _value(tree: Tree, spec: ExperimentFile, path: str, value: Any) -> Tree:
    """Return a factor's value with its place in the experiment file."""
    at: tuple[str | int, ...] = ("factors", path)
    factor = spec.factors[path]
    if isinstance(factor, Levels) and value in factor.levels:
        at = (*at, "levels", factor.levels.index(value))
    return Tree(value, {(): tree.place(at)})


def _renamed(scenario: Scenario, point: Point) -> Scenario:
    """Return the scenario under the point's name: a variant of the one that it was laid over."""
    said = "; ".join(f"{path} = {value}" for path, value in point.values.items())
    name = Text(nb=f"{scenario.name.nb}: {said}", en=f"{scenario.name.en}: {said}")
    return replace(scenario, id=point.id, name=name, base=point.of)


def _listed(tree: Tree, key: str) -> list[Any]:
    value = tree.get((key,))
    return value if isinstance(value, list) else []
