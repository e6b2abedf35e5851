"""What ``validate`` finds in a scenario, and in an experiment with all its scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.errors import InputFaults
from emergency_sim.report.point_names import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from emergency_sim.domain.errors import Fault
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.scenario import Experiment, Scenario

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MARKS: Final = ".#2"
"""An hour that is covered 0, 1, 2 or more times."""
MOST_NAMED: Final = 3
"""Scenarios that are named beside a fault or warning that several of them have."""
SCENARIO: Final = "scenario"
"""File of a fault of a scenario in memory."""


def look_at_scenario(scenario: Scenario) -> dict[str, Any]:
    """Return everything that ``validate`` says about a scenario.

    Raises
    ------
    InputFaults
        It cannot be simulated.
    """
    from emergency_sim.calendar import hidden_rules
    from emergency_sim.experiment.comparing.outlook import (
        demand_outlook,
        hours_without_service,
        parameter_status,
    )
    from emergency_sim.experiment.compile import compile_scenario

    with _in_its_file(scenario):
        compiled = compile_scenario(scenario)
        demand = demand_outlook(compiled)
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
        "demand": demand,
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


def look_at_experiment(
    experiment: Experiment, told: Callable[[str, int, int], None] | None = None
) -> dict[str, Any]:
    """Return what ``validate`` says about an experiment: what it asks, and each scenario in short.

    Parameters
    ----------
    experiment
        As loaded.
    told
        Called with the stage, how many scenarios are checked and how many there are.

    Raises
    ------
    InputFaults
        Scenarios that cannot be simulated, or not compared with the base.
    """
    from emergency_sim.experiment.folder.provenance import said

    base, points = experiment.base, {point.id: point for point in experiment.points}
    found: list[dict[str, Any]] = []
    faults: dict[Fault, list[str]] = {}
    compiled_base: Compiled | None = None
    for n, scenario in enumerate(experiment.scenarios):
        try:
            compiled, look = _in_short(scenario, base, compiled_base)
        except InputFaults as error:
            for fault in error.faults:
                faults.setdefault(fault, []).append(scenario.id)
        else:
            point = points.get(scenario.id)
            look |= {"of": point.of, "values": point.values} if point is not None else {}
            found.append(look)
            compiled_base = compiled_base or (compiled if scenario is base else None)
        if told is not None:
            told("validate", n + 1, len(experiment.scenarios))
    if faults:
        raise InputFaults(_with_scenarios(f, ids, experiment) for f, ids in faults.items())
    return {
        "id": experiment.spec.id,
        "valid": True,
        "variants": [s.id for s in experiment.others if s.id not in points],
        "points": len(points),
        "most_replications": experiment.most_replications * len(experiment.scenarios),
        "days": base.run.days,
        "warm_up_days": base.run.warm_up_days,
        "seed": base.run.seed,
        "primary": [f"{p.kpi} ({p.group_kind}, {p.group})" for p in base.primary],
        "says": said(experiment.spec),
        "scenarios": found,
    }


def _in_short(
    scenario: Scenario, base: Scenario, compiled_base: Compiled | None
) -> tuple[Compiled, dict[str, Any]]:
    """Return a scenario of an experiment as it will be compiled, and what is odd about it."""
    from emergency_sim.experiment.comparing.layout import other_people
    from emergency_sim.experiment.comparing.outlook import demand_outlook, hours_without_service
    from emergency_sim.experiment.compile import compile_scenario

    scenario = replace(scenario, run=base.run, calendar=base.calendar)
    with _in_its_file(scenario):
        compiled = compile_scenario(scenario, base)
        if compiled_base is not None and (faults := other_people(compiled, compiled_base)):
            raise InputFaults(faults)
        demand = demand_outlook(compiled)
    hidden = [
        f"{name}: {line}" for name, (text, _) in _texts(scenario).items() for line in _hidden(text)
    ]
    without = hours_without_service(compiled)
    gaps = [
        f"{area}: {hours:g} hours of a plain week without service"
        for area, hours in without.items()
    ]
    return compiled, {
        "id": scenario.id,
        "valid": True,
        "incidents_a_day": demand.get("incidents_a_day"),
        "warnings": [*hidden, *gaps, *scenario.warnings, *compiled.ground.region.warnings],
    }


@cache
def _hidden(text: str) -> list[str]:
    from emergency_sim.calendar import hidden_rules

    return hidden_rules(text)


@contextmanager
def _in_its_file(scenario: Scenario) -> Iterator[None]:
    """Give faults of a scenario in memory the place in its file."""
    from emergency_sim.scenario.experiment_parts import placed_in

    try:
        yield
    except InputFaults as error:
        found = list(error.faults)
        if scenario.files:
            mine = [f for f in found if f.file == SCENARIO]
            others = [f for f in found if f.file != SCENARIO]
            found = [*others, *placed_in(scenario.files[0], mine)]
        raise InputFaults(found) from None


def _with_scenarios(fault: Fault, ids: Sequence[str], experiment: Experiment) -> Fault:
    """Return a fault that says in which scenarios of an experiment it is."""
    if len(ids) == len(experiment.scenarios):
        return fault
    names = labels({point.id: point.values for point in experiment.points})
    return replace(fault, message=f"{fault.message} (in {some(ids, names)})")


def some(ids: Sequence[str], names: Mapping[str, str] | None = None) -> str:
    """Return the first few ids, and how many there are beside them.

    Examples
    --------
    >>> some(["a"]), some(list("abcde"))
    ('a', 'a, b, c and 2 more')
    """
    said = ", ".join((names or {}).get(one, one) for one in ids[:MOST_NAMED])
    left = len(ids) - MOST_NAMED
    return f"{said} and {left} more" if left > 0 else said
