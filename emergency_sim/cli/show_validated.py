"""What ``validate`` prints of a scenario and of an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.cli.validated import MARKS, some
from emergency_sim.report.comparison_words import group_words, margin_words
from emergency_sim.report.point_names import labels, shown
from emergency_sim.report.style import number
from emergency_sim.scenario.experiment_schema import (
    ChoiceMethod,
    DesignKind,
    Levels,
    Staffing,
    UntilPrecise,
)

if TYPE_CHECKING:
    from emergency_sim.scenario import Experiment, Scenario
    from emergency_sim.scenario.experiment_schema import Choice, Factor, Goal, Sensitivity

STAFFINGS: Final = {
    Staffing.AS_GIVEN: "as given",
    Staffing.EQUAL_SERVICE: "equal service, which is searched for first",
    Staffing.BOTH: "as given, and in equal service, which is searched for first",
}


def print_scenario(scenario: Scenario, look: dict[str, Any], lang: str) -> None:
    """Print a scenario: its shifts as weeks, hours without service, warnings, demand.

    Parameters
    ----------
    scenario, look
        What was loaded, and what was found in it.
    lang
        ``nb`` or ``en``: of its name and of numbers.
    """
    name = scenario.name.nb if lang == "nb" else scenario.name.en
    typer.echo(f"{scenario.id}: {name}: valid")
    typer.echo(f"\nShifts in a plain week ({MARKS[0]} none, {MARKS[1]} covered, 2 twice or more)")
    for key, shift in look["shifts"].items():
        hours = shift["hours_by_cover"]
        said = f"{key} = {shift['hours']}" if key != shift["hours"] else key
        typer.echo(
            f"  {said}\n    used {shift['used_by']} times; hours covered 0/1/2+ times: "
            f"{hours['0']}/{hours['1']}/{hours['2+']}"
        )
        for day, row in shift["cover"].items():
            typer.echo(f"    {day} {row}")
        for warning in shift["hidden_rules"]:
            typer.echo(f"    warning: {warning}")
    typer.echo(f"\nClinic choice: {look['clinic_choice']}")
    without = look["hours_without_service"]
    typer.echo(f"\nHours of a plain week without service: {'' if without else 'none'}")
    for area, hours in without.items():
        typer.echo(f"  {area}: {hours:g}")
    for warning in look["warnings"]:
        typer.echo(f"  warning: {warning}")
    demand = look["demand"]
    typer.echo("\nDemand")
    for key, value in demand.items():
        shown = number(value, 0 if value > 100 else 2, lang) if isinstance(value, float) else value
        typer.echo(f"  {key.replace('_', ' ')}: {shown}")
    counts = look["parameters"]
    typer.echo(
        f"\nParameters: {counts['published']} published, {counts['derived']} derived, "
        f"{counts['assumed']} assumed\n"
    )


def print_experiment(experiment: Experiment, look: dict[str, Any], lang: str) -> None:
    """Print an experiment: what it asks, a line a scenario, and each warning once.

    Parameters
    ----------
    experiment, look
        What was loaded, and what was found in it.
    lang
        ``nb`` or ``en``: of its name and of numbers.
    """
    spec = experiment.spec
    typer.echo(f"{spec.id}: {spec.name.nb if lang == 'nb' else spec.name.en}: valid")
    for line in _asked(experiment, look, lang):
        typer.echo(f"  {line}")
    names = labels({p.id: p.values for p in experiment.points})
    typer.echo("\nScenarios")
    for one in look["scenarios"]:
        demand = one["incidents_a_day"]
        said = "" if demand is None else f", {number(demand, 0, lang)} incidents a day"
        if one["warnings"]:
            said += f", {len(one['warnings'])} warning{'s' if len(one['warnings']) > 1 else ''}"
        typer.echo(f"  {names.get(one['id'], one['id'])}: valid{said}")
    where: dict[str, list[str]] = {}
    for one in look["scenarios"]:
        for warning in one["warnings"]:
            where.setdefault(warning, []).append(one["id"])
    for warning, ids in where.items():
        everywhere = len(ids) == len(look["scenarios"])
        typer.echo(f"  warning: {warning} ({'in all of them' if everywhere else some(ids, names)})")
    typer.echo("")


def _asked(experiment: Experiment, look: dict[str, Any], lang: str) -> list[str]:
    """Return what an experiment asks, a line each."""
    spec, points = experiment.spec, len(experiment.points)
    parts = [f"base {experiment.base.id}"]
    if look["variants"]:
        parts.append(f"{_count(len(look['variants']), 'variant')} ({some(look['variants'])})")
    if points:
        design = "every level with every other"
        if spec.design.kind is not DesignKind.FULL:
            design = f"latin hypercube of {spec.design.points} in each"
        parts.append(
            f"{_count(points, 'point')} of {_count(len(spec.factors), 'factor')} ({design})"
        )
    lines = [f"{_count(len(experiment.scenarios), 'scenario')}: {', '.join(parts)}"]
    lines += [f"  {path}: {_levels(factor)}" for path, factor in spec.factors.items()]
    most = f"{number(look['most_replications'], 0, lang)} in all"
    asked = spec.replications
    if isinstance(asked, UntilPrecise):
        goals = "; ".join(_goal(one, lang) for one in asked.until)
        looks = ", ".join(map(str, asked.schedule()))
        lines += [f"replications: until the paired differences are known: {goals}",
                  f"  looked at after {looks} of each scenario, so at most {most}"]  # fmt: skip
    else:
        lines.append(f"replications: {experiment.most_replications} of each scenario, {most}")
    lines += [
        (f"  of {_count(look['days'], 'counted day')} after {look['warm_up_days']} of warm-up, seed "
         f"{look['seed']}, "
         + ("the same incidents in all scenarios" if spec.common_random_numbers
            else "every scenario with incidents of its own")),
        f"staffing: {STAFFINGS[spec.staffing]}",
        f"primary indicators: {', '.join(look['primary']) or 'none'}",
        f"choice of the best: {_choice(spec.choice, lang)}",
        f"sensitivity: {_sensitivity(spec.sensitivity)}",
    ]  # fmt: skip
    return lines


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _levels(factor: Factor) -> str:
    if isinstance(factor, Levels):
        said = ", ".join(shown(level) for level in factor.levels)
    else:
        said = f"{factor.low:g} to {factor.high:g}"
    return f"{said} (only in {', '.join(factor.of)})" if factor.of else said


def _goal(goal: Goal, lang: str) -> str:
    margin = margin_words(goal.half_width, KPIS[goal.kpi].indicator.unit, lang)
    return f"{goal.kpi} ({group_words(goal.group_kind, goal.group, lang)}) to within {margin}"


def _choice(choice: Choice | None, lang: str) -> str:
    if choice is None:
        return "not asked for"
    indicator = KPIS[choice.kpi].indicator
    margin = choice.indifference or indicator.relevant_difference
    further = choice.method is not ChoiceMethod.BOOTSTRAP
    return (
        f"by {choice.kpi} ({group_words(choice.group_kind, choice.group, lang)}) with {choice.method}, "
        f"{100 * choice.probability:g} %, differences under "
        f"{margin_words(margin, indicator.unit, lang)} do not matter"
        + (", with further replications where it needs them" if further else "")
    )


def _sensitivity(asked: Sensitivity | None) -> str:
    if asked is None:
        return "not asked for"
    parts = []
    if asked.range is not None:
        parts.append(f"range over {_count(asked.range.draws, 'draw')}")
    if asked.morris is not None:
        parts.append(f"Morris with {asked.morris.trajectories} trajectories")
    if asked.sobol is not None:
        parts.append(f"Sobol with {_count(asked.sobol.points, 'point')}")
    keys = asked.parameters
    parts.append(
        "all assumed parameters" if isinstance(keys, str) else _count(len(keys), "parameter")
    )
    parts += [f"{name} moved by {100 * share:g} %" for name, share in asked.levers.items()]
    return ", ".join(parts)
