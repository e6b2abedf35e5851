"""What an experiment file says that its scenarios do not have, or that does not go together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.errors import nearest_word
from emergency_sim.domain.indicators import Aggregation, Better
from emergency_sim.domain.parameters import Status
from emergency_sim.scenario.experiment_schema import (
    ChoiceMethod,
    DesignKind,
    Goal,
    Span,
    UntilPrecise,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from emergency_sim.domain.errors import Fault
    from emergency_sim.domain.indicators import Indicator
    from emergency_sim.scenario.experiment_schema import ExperimentFile
    from emergency_sim.scenario.schema import Scenario
    from emergency_sim.scenario.tree import Path, Tree

OF_THE_BASE: Final = ("run", "calendar")
"""Keys of a scenario that a comparison takes from the base: length, seed, dates."""


def check_experiment(
    spec: ExperimentFile,
    tree: Tree,
    base: tuple[Scenario, str] | None,
    variants: Sequence[Scenario],
    kpis: Mapping[str, Indicator] | None,
    faults: list[Fault],
) -> None:
    """Check the file as a whole.

    Parameters
    ----------
    spec, tree
        What it says, and where.
    base, variants
        Scenarios that could be loaded.
    kpis
        Indicators by name, or None.
    faults
        Faults are appended here.
    """
    if not spec.variants and not spec.factors and spec.sensitivity is None:
        message = "nothing to compare: give variants or factors (or run the base by itself)"
        faults.append(tree.fault((), message))
    _design(spec, tree, faults)
    _indicators(spec, tree, None if base is None else base[0], kpis, faults)
    _together(spec, tree, faults)
    if base is None:
        return
    scenarios = (base[0], *variants)
    if len(variants) == len(spec.variants):
        _ids(spec, tree, scenarios, faults)
    _parameters(spec, tree, base[0], faults)


def _design(spec: ExperimentFile, tree: Tree, faults: list[Fault]) -> None:
    for path, factor in spec.factors.items():
        if path.partition(".")[0] in OF_THE_BASE:
            message = "all scenarios have the base's, so its levels would not differ: leave it out"
            faults.append(tree.fault(("factors", path), message))
        if isinstance(factor, Span) and spec.design.kind is DesignKind.FULL:
            message = (
                "a range needs design: {kind: latin_hypercube, points: ...}; or give a list of "
                "levels"
            )
            faults.append(tree.fault(("factors", path), message))
        elif not isinstance(factor, Span):
            for n, level in enumerate(factor.levels):
                if level in factor.levels[:n]:
                    at: Path = ("factors", path, "levels", n)
                    faults.append(tree.fault(at, "stands twice", got=level))
    if spec.design.kind is not DesignKind.FULL and not spec.factors:
        faults.append(tree.fault(("design",), "there are no factors to design with"))


def _indicators(
    spec: ExperimentFile,
    tree: Tree,
    base: Scenario | None,
    kpis: Mapping[str, Indicator] | None,
    faults: list[Fault],
) -> None:
    asked: list[tuple[Path, Any]] = []
    if isinstance(spec.replications, UntilPrecise):
        goals = spec.replications.until
        asked += [(("replications", "until", n), goal) for n, goal in enumerate(goals)]
    if spec.choice is not None:
        asked.append((("choice",), spec.choice))
    for path, one in asked:
        at: Path = (*path, "kpi")
        if kpis is not None and one.kpi not in kpis:
            _unknown(tree, at, "indicator", one.kpi, kpis, faults)
        elif kpis is not None and isinstance(one, Goal):
            if kpis[one.kpi].aggregation is Aggregation.EXACT:
                message = "holds no chance, so it is known at once: name another indicator"
                faults.append(tree.fault(at, message, got=one.kpi))
        elif kpis is not None and kpis[one.kpi].better is Better.NEITHER:
            message = "no direction of it is better, so none is best: name another indicator"
            faults.append(tree.fault(at, message, got=one.kpi))
        groups = None if base is None else base.groups
        if groups is not None and one.group_kind == "group" and one.group not in groups:
            _unknown(tree, (*path, "group"), "group of the base", one.group, groups, faults)


def _together(spec: ExperimentFile, tree: Tree, faults: list[Fault]) -> None:
    paired = spec.common_random_numbers
    if spec.choice is not None:
        ocba = spec.choice.method is ChoiceMethod.OCBA
        if ocba and paired:
            message = "ocba needs common_random_numbers: false; with them, take kn or bootstrap"
            faults.append(tree.fault(("choice", "method"), message))
        if not ocba and not paired:
            message = f"{spec.choice.method} needs common_random_numbers: true; else take ocba"
            faults.append(tree.fault(("choice", "method"), message))
    if isinstance(spec.replications, UntilPrecise) and not paired:
        message = "stops by the PAIRED difference, which needs common_random_numbers: true"
        faults.append(tree.fault(("replications",), message))
    if spec.sensitivity is not None and not paired:
        message = "draws are paired, which needs common_random_numbers: true"
        faults.append(tree.fault(("sensitivity",), message))


def _ids(
    spec: ExperimentFile, tree: Tree, scenarios: Sequence[Scenario], faults: list[Fault]
) -> None:
    ids = [s.id for s in scenarios]
    for n, variant in enumerate(scenarios[1:]):
        if Counter(ids)[variant.id] > 1 and variant.id in ids[: n + 1]:
            message = "stands for two scenarios"
            faults.append(tree.fault(("variants", n), message, got=variant.id))
    for path, factor in spec.factors.items():
        for n, one in enumerate(factor.of):
            if one not in ids:
                at: Path = ("factors", path, "of", n)
                _unknown(tree, at, "id of base or variants", one, ids, faults)


def _parameters(spec: ExperimentFile, tree: Tree, base: Scenario, faults: list[Fault]) -> None:
    asked = spec.sensitivity
    if asked is None or asked.parameters == "all_assumed":
        return
    items = base.parameters.items
    for n, key in enumerate(asked.parameters):
        at: Path = ("sensitivity", "parameters", n)
        if key not in items:
            _unknown(tree, at, "parameter", key, items, faults)
        elif items[key].range is None:
            faults.append(tree.fault(at, "has no range to draw from", got=key))
        elif items[key].status is not Status.ASSUMED:
            message = "is not assumed: only assumed parameters are drawn from their ranges"
            faults.append(tree.fault(at, message, got=key))


def _unknown(
    tree: Tree, path: Path, what: str, got: str, known: Iterable[str], faults: list[Fault]
) -> None:
    near = nearest_word(got, known)
    faults.append(tree.fault(path, f"unknown {what}", got=got, did_you_mean=near))
