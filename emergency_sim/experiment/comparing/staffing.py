"""Doctors on the duty lines of clinics: read, replaced, and where two scenarios differ in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emergency_sim.scenario import duty_lines, resolved
from emergency_sim.scenario.policies_schema import ClinicChoice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.domain.places import DutyLine
    from emergency_sim.scenario import Scenario

Staffing = dict[str, dict[str, int]]
"""Doctors by clinic and duty line."""


def changes_structure(base: Scenario, variant: Scenario) -> bool:
    """Return whether clinics, who goes to which, satellites, or who is on duty there differ."""
    if base.policies.clinic_choice is not variant.policies.clinic_choice:
        return True
    a, b = resolved(base), resolved(variant)
    keys = ("legevakter", "fastlege_offices", "satellites")
    if any(a.get(key) != b.get(key) for key in keys):
        return True
    common = a.get("shifts", {}).keys() & b.get("shifts", {}).keys()
    return any(a["shifts"][name] != b["shifts"][name] for name in common)


def staffing_of(scenario: Scenario, clinics: Sequence[str]) -> Staffing:
    """Return the doctors on the lines of some clinics."""
    return {k: {name: line.count for name, line in lines_of(scenario, k).items()} for k in clinics}


def lines_of(scenario: Scenario, clinic: str) -> Mapping[str, DutyLine]:
    """Return the doctors' duty lines of a clinic by name."""
    own = scenario.legevakter[clinic]
    return duty_lines(own.doctors, own.hours, own)


def with_staffing(scenario: Scenario, staffing: Staffing, *, suffix: str) -> Scenario:
    """Return the scenario with so many doctors on these lines, under another id."""
    clinics = dict(scenario.legevakter)
    for key, counts in staffing.items():
        lines = lines_of(scenario, key)
        doctors = {name: replace(line, count=counts[name]) for name, line in lines.items()}
        clinics[key] = replace(clinics[key], doctors=doctors)
    return replace(scenario, id=f"{scenario.id}@{suffix}", legevakter=clinics)


def clinics_to_search(base: Scenario, variant: Scenario) -> list[str]:
    """Return the clinics in service whose doctors, hours, areas or satellites are others.

    Where people choose the nearest clinic, here or in the base, a change of one may change the
    patients of any: then all are searched.
    """
    a, b = resolved(base), resolved(variant)
    choices = (base.policies.clinic_choice, variant.policies.clinic_choice)
    anywhere = ClinicChoice.NEAREST in choices and changes_structure(base, variant)
    touched = {
        satellite.legevakt
        for key, satellite in variant.satellites.items()
        if a["satellites"].get(key) != b["satellites"].get(key)
    }
    return [
        key
        for key, clinic in variant.legevakter.items()
        if clinic.in_service
        and (anywhere or a["legevakter"].get(key) != b["legevakter"][key] or key in touched)
        and any(c for c in staffing_of(variant, [key])[key].values())
    ]
