"""From an experiment file to its scenarios, every fault of all files on the way collected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emergency_sim.domain.errors import InputFaults
from emergency_sim.scenario.experiment_check import check_experiment
from emergency_sim.scenario.experiment_parts import experiment_parts, find_experiment, placed
from emergency_sim.scenario.experiment_points import Point, factors_of, full_grid, points_of
from emergency_sim.scenario.experiment_scenarios import NamedScenarios
from emergency_sim.scenario.experiment_schema import (
    MOST_POINTS,
    Design,
    DesignKind,
    ExperimentFile,
    Factor,
    Levels,
    Span,
    UntilPrecise,
)
from emergency_sim.scenario.schema import Text
from emergency_sim.scenario.tree import Tree
from emergency_sim.scenario.variant import Change
from emergency_sim.scenario.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emergency_sim.domain.errors import Fault
    from emergency_sim.domain.indicators import Indicator
    from emergency_sim.scenario.experiment_scenarios import Loaded
    from emergency_sim.scenario.schema import Scenario

Draw = Callable[[Mapping[str, Factor], Design, int], list[dict[str, Any]]]
"""Takes points from factors by a space-filling design and a seed."""

Check = Callable[[ExperimentFile, "Scenario", Sequence["Scenario"]], list["Fault"]]
"""Finds what only the layers above know to be wrong: of the file, its base and its variants."""


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
    kpis: Mapping[str, Indicator] | None = None,
    draw: Draw | None = None,
    check: Check | None = None,
) -> Experiment:
    """Read an experiment file and all its scenarios, and check them.

    Parameters
    ----------
    path
        A file, or the name of a bundled experiment (``molde-doctors``).
    sets
        ``path=value`` texts laid over every scenario, as given by ``--set``.
    kpis
        The indicators that there are, by name.
    draw
        Takes the points of a space-filling design.
    check
        Finds further faults, by the file's dotted paths.

    Raises
    ------
    InputFaults
        Everything that is wrong in any of the files, all at once.
    """
    file, shown = find_experiment(path)
    faults: list[Fault] = []
    tree = read_yaml(file, name=shown, faults=faults)
    parts = {} if tree is None else experiment_parts(tree, faults)
    if tree is None or not isinstance(tree.value, dict):
        raise InputFaults(faults)
    spec = None if faults else ExperimentFile(**parts)
    loader = NamedScenarios(tree, shown, tuple(sets), kpis, faults)
    base = loader.scenario(("base",), own=True)
    variants = [
        found
        for n in range(len(_listed(tree, "variants")))
        if (found := loader.scenario(("variants", n))) is not None
    ]
    if spec is not None:
        others = [v for v, _ in variants]
        check_experiment(spec, tree, base, others, kpis, faults)
        if check is not None and base is not None:
            told = {(f.line, f.column, f.path) for f in faults}
            more = placed(tree, check(spec, base[0], others))
            faults += [f for f in more if (f.line, f.column, f.path) not in told]
    if base is None:
        raise InputFaults(dict.fromkeys(faults))
    laid, points = _laid_out(_to_lay_out(spec, parts), tree, base, variants, loader, draw)
    if spec is None or faults:
        raise InputFaults(dict.fromkeys(faults))
    scenarios = (base[0], *laid)
    return Experiment(
        spec=spec,
        base=base[0],
        others=tuple(laid),
        points=tuple(points),
        file=file,
        files=tuple(dict.fromkeys((file, *(f for s in scenarios for f in s.files)))),
        warnings=tuple(dict.fromkeys(w for s in scenarios for w in s.warnings)),
    )


def _to_lay_out(spec: ExperimentFile | None, parts: Mapping[str, Any]) -> ExperimentFile:
    """Return the file, or where it cannot be laid out one of the same levels: to find their faults."""
    if spec is not None:
        full = spec.design.kind is DesignKind.FULL
        if not (full and any(isinstance(one, Span) for one in spec.factors.values())):
            return spec
    factors: Mapping[str, Factor | None] = parts.get("factors") or {}
    levels: dict[str, Factor] = {k: v for k, v in factors.items() if isinstance(v, Levels)}
    return ExperimentFile(id="levels", name=Text(nb="", en=""), base="levels", factors=levels)


def _laid_out(
    spec: ExperimentFile,
    tree: Tree,
    base: Loaded,
    variants: list[Loaded],
    loader: NamedScenarios,
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
        try:
            values = _values(own, spec.design, base[0].run.seed, draw)
        except InputFaults as error:
            loader.faults += placed(tree, error.faults)
            break
        if len(points) + len(values) > MOST_POINTS:
            message = f"more than {MOST_POINTS} scenarios in all: leave out levels"
            loader.faults.append(tree.fault(("factors",), message))
            break
        for point in points_of(scenario.id, values):
            changes = [
                Change(path, _value(tree, spec, path, v), tree.place(("factors", path)))
                for path, v in point.values.items()
                if path not in loader.unknown_in(scenario.id)
            ]
            loaded = loader.load(name, changes, scenario.id)
            if loaded is not None:
                points.append(point)
                others.append(_renamed(loaded, point))
    loader.tell_unknown(
        {
            path: [s.id for s, _ in (base, *variants) if path in factors_of(spec.factors, s.id)]
            for path in spec.factors
        }
    )
    twice = [one for one, count in Counter(s.id for s in (base[0], *others)).items() if count > 1]
    if twice and len({s.id for s, _ in (base, *variants)}) > len(variants):  # else told already
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
