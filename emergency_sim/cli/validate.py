"""``validate``: a scenario without simulating it: shifts as weeks, gaps, warnings, demand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.cli.options import AsJson, Common, Lang, Sets, load_all

if TYPE_CHECKING:
    from emergency_sim.scenario import Scenario

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MARKS: Final = ".#2"
"""An hour that is covered 0, 1, 2 or more times."""


def validate(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="Files or bundled names.")
    ],
    sets: Sets = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Check scenarios: each shift as a week, hidden rules, hours without service, demand."""
    options = Common(
        replications=None, days=None, seed=None, jobs=None, out=None, sets=tuple(sets or ()),
        lang=lang,
    )  # fmt: skip
    found = load_all(scenarios, options)
    looks = [_look(s) for s in found]
    if as_json:
        text = {"schema_version": 1, "scenarios": looks}
        typer.echo(json.dumps(text, ensure_ascii=False, indent=1, allow_nan=False))
        return
    for scenario, look in zip(found, looks, strict=True):
        _print(scenario, look, lang)


def _look(scenario: Scenario) -> dict[str, Any]:
    """Return everything that ``validate`` says about a scenario."""
    from emergency_sim.calendar import hidden_rules
    from emergency_sim.experiment.comparing.outlook import (
        demand_outlook,
        hours_without_service,
        parameter_status,
    )
    from emergency_sim.experiment.compile import compile_scenario

    compiled = compile_scenario(scenario)
    shifts = {
        name: {
            "hours": text,
            "used_by": users,
            "cover": _cover(text),
            "hours_by_cover": _hours(text),
            "hidden_rules": hidden_rules(text),
        }
        for name, (text, users) in sorted(_texts(scenario).items())
    }
    return {
        "id": scenario.id,
        "valid": True,
        "shifts": shifts,
        "clinic_choice": scenario.policies.clinic_choice.value,
        "hours_without_service": hours_without_service(compiled),
        "warnings": [*scenario.warnings, *compiled.ground.region.warnings],
        "demand": demand_outlook(compiled),
        "parameters": parameter_status(scenario),
    }


def _texts(scenario: Scenario) -> dict[str, tuple[str, int]]:
    """Return by shift name (or by text) the opening_hours and how many lines and places use them."""
    used: dict[str, int] = dict.fromkeys(scenario.shifts, 0)
    for places in (
        scenario.amk, scenario.legevaktsentraler, scenario.legevakter, scenario.fastlege_offices,
        scenario.satellites, scenario.units,
    ):  # fmt: skip
        for place in places.values():
            if not place.in_service:
                continue
            hours = [place.hours] if hasattr(place, "hours") else []
            for people in ("operators", "doctors", "nurses"):
                lines = getattr(place, people, {})
                hours += [line.hours for line in lines.values()] if isinstance(lines, dict) else []
            for text in hours:
                used[text] = used.get(text, 0) + 1
    return {name: (scenario.opening_hours(name), count) for name, count in used.items()}


def _cover(text: str) -> dict[str, str]:
    from emergency_sim.calendar.shifts import coverage_of_week

    counts = coverage_of_week(text).reshape(7, 24)
    return {
        day: "".join(MARKS[min(int(c), 2)] for c in row)
        for day, row in zip(DAYS, counts, strict=True)
    }


def _hours(text: str) -> dict[str, int]:
    from emergency_sim.calendar.shifts import coverage_of_week

    counts = coverage_of_week(text)
    return {
        "0": int((counts == 0).sum()),
        "1": int((counts == 1).sum()),
        "2+": int((counts > 1).sum()),
    }


def _print(scenario: Scenario, look: dict[str, Any], lang: str) -> None:
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
    from emergency_sim.report.style import number

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
