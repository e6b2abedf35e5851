"""Whether what the scenario names exists, and whether its parts belong together."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.calendar import check as check_hours
from emergency_sim.calendar import hidden_rules
from emergency_sim.domain.errors import nearest_word
from emergency_sim.scenario.coverage import Coverage
from emergency_sim.scenario.policies_schema import UnitsServe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from emergency_sim.domain.errors import Fault
    from emergency_sim.scenario.geography import Geography
    from emergency_sim.scenario.tree import Path, Tree

CAPABILITIES: Final = ("transport", "ambulance_care", "first_aid", "assessment", "doctor")
SITES: Final = (
    "amk",
    "legevaktsentraler",
    "legevakter",
    "fastlege_offices",
    "satellites",
    "hospitals",
    "stations",
)
_REFERENCES: Final = (
    ("legevakter", "lvs", "legevaktsentraler"),
    ("fastlege_offices", "lvs", "legevaktsentraler"),
    ("satellites", "legevakt", "legevakter"),
    ("units", "station", "stations"),
    ("units", "type", "unit_types"),
    ("amk", "overflow_to", "amk"),
    ("legevaktsentraler", "overflow_to", "legevaktsentraler"),
)
_AREA_KEYS: Final = ("serves", "call_out_area", "home_visit_area")
MATRIX: Final = "triage.matrix."
_NEEDS: Final = (
    ("legevaktsentraler", "legevakter", "a legevaktsentral needs a legevakt to refer to"),
    ("satellites", "legevaktsentraler", "satellites are booked by a legevaktsentral"),
    ("amk", "units", "AMK needs units to send"),
)
_MUNICIPALITY = re.compile(r"(\d{4})?", re.ASCII)


def check(
    parts: Mapping[str, Any],
    tree: Tree,
    geography: Geography | None,
    *,
    kpis: Collection[str] | None,
    faults: list[Fault],
    warnings: list[str],
) -> None:
    """Look for what is wrong between the parts of a scenario, and for what is odd.

    Parameters
    ----------
    parts
        The scenario's objects by key; entries with a fault of their own are left out.
    tree
        Where they were written; ids of entries left out are known from here.
    geography
        Names in the network, or None where it could not be read.
    kpis
        Names of the indicators, or None.
    faults, warnings
        Findings are appended here. Hours without service are looked for only when nothing else is
        wrong, because a fault elsewhere would look like a gap.
    """
    for section, key, target in _REFERENCES:
        _references(parts, tree, section, key, target, faults)
    _hours(parts, tree, faults, warnings)
    _things(parts, tree, faults)
    if geography is not None:
        _geography(parts, tree, geography, faults)
    _reporting(parts, tree, kpis, faults)
    _together(parts, tree, faults, warnings)
    if not faults and geography is not None:
        Coverage(parts, tree, geography, faults, warnings).look()


def _entries(parts: Mapping[str, Any], section: str) -> Iterator[tuple[str, Any]]:
    yield from (parts.get(section) or {}).items()


def _unknown(
    tree: Tree, path: Path, what: str, got: Any, known: Iterable[str], faults: list[Fault]
) -> None:
    near = nearest_word(got, known)
    faults.append(tree.fault(path, f"unknown {what}", got=got, did_you_mean=near))


def _references(
    parts: Mapping[str, Any],
    tree: Tree,
    section: str,
    key: str,
    target: str,
    faults: list[Fault],
) -> None:
    known = tree.get((target,))
    ids = set(known) if isinstance(known, dict) else set()
    if target == "unit_types" and known is None:
        ids = {"ambulance"}  # the default that nobody needs to write
    for name, thing in _entries(parts, section):
        wanted = getattr(thing, key)
        path: Path = (section, name, key)
        if wanted is None:
            continue
        if wanted not in ids:
            _unknown(tree, path, f"id of {target}", wanted, ids, faults)
        elif section == target and wanted == name:
            faults.append(tree.fault(path, "must be another one", got=wanted))
        elif thing.in_service and target != "unit_types":
            other = (parts.get(target) or {}).get(wanted)
            if other is not None and not other.in_service:
                faults.append(tree.fault(path, "is not in service", got=wanted))


def _duty_lines(parts: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for section in ("amk", "legevaktsentraler", "legevakter", "fastlege_offices", "satellites"):
        for name, place in _entries(parts, section):
            for key in ("operators", "doctors", "nurses"):
                lines = getattr(place, key, None)
                if isinstance(lines, dict):
                    for line, duty in lines.items():
                        yield (section, name, key, line), duty


def _hours(parts: Mapping[str, Any], tree: Tree, faults: list[Fault], warnings: list[str]) -> None:
    shifts = parts.get("shifts") or {}
    written = [((*path, "hours"), duty.hours) for path, duty in _duty_lines(parts)]
    for section in ("legevakter", "fastlege_offices", "satellites", "units"):
        written += [((section, n, "hours"), p.hours) for n, p in _entries(parts, section)]
    used = {text for _, text in written}
    for name, text in shifts.items():
        written.append((("shifts", name), text))
        if name not in used:
            warnings.append(str(tree.fault(("shifts", name), "this shift is not used")))
    wrong: dict[str, list[str]] = {}
    for path, text in written:
        if text in shifts and path[0] != "shifts":
            continue
        if text not in wrong:
            wrong[text] = check_hours(text)
            if not wrong[text]:
                warnings += [str(tree.fault(path, odd)) for odd in hidden_rules(text)]
        for why in wrong[text]:
            near = nearest_word(text, shifts)
            message = why if path[0] == "shifts" else f"no shift of this name and {why}"
            faults.append(tree.fault(path, message, got=text, did_you_mean=near))


def _things(parts: Mapping[str, Any], tree: Tree, faults: list[Fault]) -> None:
    for name, kind in _entries(parts, "unit_types"):
        for word in sorted(kind.capabilities - set(CAPABILITIES)):
            path: Path = ("unit_types", name, "capabilities")
            _unknown(tree, path, "capability", word, CAPABILITIES, faults)
    for section in SITES:
        for name, site in _entries(parts, section):
            if not _MUNICIPALITY.fullmatch(site.municipality):
                path = (section, name, "municipality")
                faults.append(tree.fault(path, "must have four digits", got=site.municipality))
    order = getattr(getattr(parts.get("policies"), "dispatch", None), "order", {})
    units = tree.get(("units",))
    for zone, preferred in order.items():
        for n, unit in enumerate(preferred):
            if not isinstance(units, dict) or unit not in units:
                path = ("policies", "dispatch", "order", zone, n)
                _unknown(tree, path, "id of units", unit, units or (), faults)
    parameters = parts.get("parameters")
    triage = parts.get("triage")
    if parameters is not None and triage is not None:
        matrices = [k.removeprefix(MATRIX) for k in parameters if k.startswith(MATRIX)]
        for key in ("amk", "lvs"):
            if matrices and getattr(triage, key) not in matrices:
                got = getattr(triage, key)
                _unknown(tree, ("triage", key), "confusion matrix", got, matrices, faults)


def _geography(
    parts: Mapping[str, Any], tree: Tree, geography: Geography, faults: list[Fault]
) -> None:
    unknown_area = partial(_unknown, tree, what="area", known=geography.areas, faults=faults)
    for section in SITES:
        for name, site in _entries(parts, section):
            if geography.nodes and site.node is not None and site.node not in geography.nodes:
                path: Path = (section, name, "node")
                _unknown(tree, path, "node of the network", site.node, geography.nodes, faults)
            for key in _AREA_KEYS:
                for n, area in enumerate(getattr(site, key, None) or ()):
                    if area not in geography.areas:
                        unknown_area(path=(section, name, key, n), got=area)
    for group, areas in _entries(parts, "groups"):
        for n, area in enumerate(areas):
            if area not in geography.areas:
                unknown_area(path=("groups", group, n), got=area)
    factor = getattr(parts.get("demand"), "factor", None)
    for area in getattr(factor, "area", {}):
        if area not in geography.areas:
            unknown_area(path=("demand", "factor", "area", area), got=area)


def _reporting(
    parts: Mapping[str, Any], tree: Tree, kpis: Collection[str] | None, faults: list[Fault]
) -> None:
    groups = parts.get("groups") or {}
    seen = set()
    for n, one in enumerate(parts.get("primary") or ()):
        if kpis is not None and one.kpi not in kpis:
            _unknown(tree, ("primary", n, "kpi"), "indicator", one.kpi, kpis, faults)
        if one.group_kind == "group" and one.group not in groups:
            _unknown(tree, ("primary", n, "group"), "group", one.group, groups, faults)
        if one in seen:
            faults.append(tree.fault(("primary", n), "stands twice"))
        seen.add(one)


def _own_units(parts: Mapping[str, Any], tree: Tree, faults: list[Fault]) -> None:
    """Look for units that no AMK could send, where each AMK sends its own (assumption A64)."""
    policies = parts.get("policies")
    if policies is None or policies.units_serve is not UnitsServe.OWN_AMK:
        return
    centres = [c for _, c in _entries(parts, "amk") if c.in_service]
    if not centres:
        message = "units that serve their own AMK need one: amk is empty"
        faults.append(tree.fault(("policies", "units_serve"), message))
        return
    everywhere = any(not c.serves for c in centres)
    served = {area for c in centres for area in c.serves}
    used = {u.station for _, u in _entries(parts, "units") if u.in_service}
    for name, station in _entries(parts, "stations"):
        if name in used and not everywhere and station.municipality not in served:
            message = "policies.units_serve is own_amk, and no AMK answers for this municipality"
            path: Path = ("stations", name, "municipality")
            faults.append(tree.fault(path, message, got=station.municipality))


def _together(
    parts: Mapping[str, Any], tree: Tree, faults: list[Fault], warnings: list[str]
) -> None:
    def in_service(section: str) -> bool:
        return any(place.in_service for _, place in _entries(parts, section))

    for section, needed, message in _NEEDS:
        if in_service(section) and not in_service(needed) and not tree.get((needed,)):
            faults.append(tree.fault((section,), f"{message}: {needed} is empty"))
    _own_units(parts, tree, faults)
    hospitals = [h for _, h in _entries(parts, "hospitals") if h.in_service]
    if hospitals and not any("acute" in h.functions for h in hospitals):
        faults.append(tree.fault(("hospitals",), "no hospital in service has the function acute"))
    if in_service("units") and not hospitals:
        warnings.append(
            str(tree.fault(("units",), "no hospital: every patient stays at the scene"))
        )
