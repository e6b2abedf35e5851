"""What a run or a comparison says in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.cli.terminal import COLOURS, console, grid
from emergency_sim.report import tables
from emergency_sim.report.sentences import ks_sentence, warm_up_sentence
from emergency_sim.report.style import NONE, amount, number, unit_name
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.experiment.api import Comparison
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.experiment.results import Results
    from emergency_sim.scenario import Scenario

NAMED: Final = "concerned"
WHOLE: Final = ("all", "all")


def show_run(results: Results, scenario: Scenario, lang: str) -> None:
    """Print the indicators of one scenario: named groups first, then the whole region."""
    screen = console()
    count, days = results.replications(scenario.id), results.manifest["days"]
    screen.print(
        f"[bold]{_name(scenario, lang)}[/bold]: {count} replications of {days} counted days, "
        f"seed {results.manifest['seed']}\n"
    )
    groups = [(NAMED, name) for name in scenario.groups]
    for kind, group in (*groups, WHOLE):
        found = tables.pick(results.rows, variant=None, group_kind=kind, group=group)
        table = grid(
            say("region", lang) if kind == "all" else group,
            [(say("indicator", lang), False), (say("value", lang), True),
             (say("interval", lang), True), (say("unit", lang), False)],
        )  # fmt: skip
        for row in found:
            line = tables.line(row, lang)
            table.add_row(line.title, line.base, line.interval, line.unit)
        screen.print(table)


def show_comparison(found: Comparison, lang: str) -> None:
    """Print a comparison: for each variant those concerned first, then the whole region."""
    screen = console()
    findings = found.findings
    by_id = {s.id: s for s in findings.scenarios}
    base = findings.scenarios[0]
    manifest = found.results.manifest
    screen.print(
        f"\n[bold]{_name(base, lang)}[/bold] against "
        + " and ".join(f"[bold]{_name(by_id[v], lang)}[/bold]" for v in _variants(found))
    )
    screen.print(
        f"{findings.replications[base.id]} replications of {manifest['days']} counted days spread "
        f"over the year, the same incidents in all scenarios, seed {manifest['seed']}"
    )
    for variant in _variants(found):
        scenario = by_id[variant]
        screen.rule(f"[bold]{_name(scenario, lang)}[/bold]", align="left")
        if NAMED in scenario.groups:
            names = ", ".join(area_names(findings.compiled[base.id], scenario.groups[NAMED]))
            _print_group(found, variant, (NAMED, NAMED), f"{say('concerned', lang)}: {names}", lang)
        _print_group(found, variant, WHOLE, say("region", lang), lang)
        _print_service(found, variant, lang)
        _print_ks_test(found, variant, lang)
        _print_decay(found, variant, lang)
        _print_overlap(found, variant)


def _variants(found: Comparison) -> list[str]:
    """Return the variants as given, or in equal service where only that was run."""
    ids = list(dict.fromkeys(r.variant_id for r in found.rows if r.variant_id))
    plain = [v for v in ids if "@" not in v]
    return plain or [v for v in ids if v.endswith("@equal_service")]


def _print_group(
    found: Comparison, variant: str, group: tuple[str, str], title: str, lang: str
) -> None:
    picked = tables.pick(found.rows, variant=variant, group_kind=group[0], group=group[1])
    if not picked:
        return
    table = grid(
        title,
        [(say("indicator", lang), False), (say("base", lang), True), (say("after", lang), True),
         (say("difference", lang), True), (say("interval", lang), True),
         (say("unit", lang), False), (say("verdict", lang), False)],
    )  # fmt: skip
    for row in picked:
        line = tables.line(row, lang)
        mark = "[bold]*[/bold] " if line.primary else "  "
        style = COLOURS[line.kind]
        word = f"[{style}]{line.verdict}[/{style}]" if style else line.verdict
        table.add_row(
            mark + line.title, line.base, line.variant, line.difference, line.interval, line.unit,
            word,
        )  # fmt: skip
    console().print(table)


def _print_service(found: Comparison, variant: str, lang: str) -> None:
    """Print hours, hours per doctor and waits together: as given and in equal service (R15)."""
    base_id = variant.partition("@")[0]
    equal = found.equal_service.get(base_id)
    if equal is None:
        return
    screen = console()
    twin = f"{base_id}@equal_service"
    kind = NAMED if _has(found.rows, variant, NAMED) else "all"
    for group_kind in dict.fromkeys((kind, "all")):
        group = NAMED if group_kind == NAMED else "all"
        both = [
            {r.kpi: r for r in tables.pick(found.rows, variant=v, group_kind=group_kind,
                                           group=group, kpis=tables.SERVICE)}
            for v in (variant, twin)
        ]  # fmt: skip
        given, same = both
        where = say("concerned" if group_kind == NAMED else "region", lang)
        table = grid(
            f"{say('service', lang)}: {where}",
            [(say("indicator", lang), False), (say("base", lang), True),
             (say("as_given", lang), True), (say("equal", lang), True),
             (say("unit", lang), False)],
        )  # fmt: skip
        for name in tables.SERVICE:
            row, other = given.get(name), same.get(name)
            some = row or other
            if some is None:
                continue
            table.add_row(
                tables.title(name, lang),
                amount(some.base, some.unit, lang),
                *(
                    amount(one.difference, one.unit, lang, signed=True) if one else NONE
                    for one in (row, other)
                ),
                unit_name(some.unit, lang),
            )
        screen.print(table)
    changed = [c for c in equal.changes if c.given != c.equal]
    said = ", ".join(f"{c.clinic} {c.line} {c.given} to {c.equal}" for c in changed)
    count = found.findings.replications[twin]
    screen.print(
        f"Changes from the base; in equal service from {count} replications. The search took "
        f"{equal.rounds} rounds ({equal.runs} pilot runs): doctors {said or 'as given'}."
    )
    unjudged = [clinic for clinic, held in equal.held.items() if held is None]
    if unjudged:
        screen.print(
            f"Too few patients in the pilots to judge: {', '.join(unjudged)} (doctors as given)."
        )
    half = [
        clinic
        for clinic, waits in equal.waits.items()
        if equal.held[clinic] is not None and any(pair is None for pair in waits.values())
    ]
    if half:
        screen.print(
            f"Judged by yellow patients' waits alone, call-outs being too few: {', '.join(half)}."
        )
    missed = [clinic for clinic, held in equal.held.items() if held is False]
    if missed:
        screen.print(
            f"Not reached in the search: {', '.join(missed)} (more doctors did not shorten the wait "
            "to the base's, or the search ended first)."
        )


def _print_ks_test(found: Comparison, variant: str, lang: str) -> None:
    """Print KS' test of a variant as given and in equal service, a sentence each (R17)."""
    own = [
        test
        for test in found.ks_tests
        if test.variant_id.partition("@")[0] == variant.partition("@")[0]
    ]
    for test in own:
        staffing = "equal" if test.variant_id.endswith("@equal_service") else "as_given"
        where = f" ({say(staffing, lang).lower()})" if len(own) > 1 else ""
        console().print(ks_sentence(test, lang, where), markup=False, highlight=False)


def _has(rows: Sequence[ComparisonRow], variant: str, kind: str) -> bool:
    return any(r.variant_id == variant and r.group_kind == kind for r in rows)


def _print_decay(found: Comparison, variant: str, lang: str) -> None:
    """Print load and contacts with distance decay on and off side by side (R3)."""
    from emergency_sim.experiment.comparison import DECAY_KPIS, DECAY_OFF

    screen = console()
    twin = f"{variant.partition('@')[0]}@{DECAY_OFF}"
    kind = NAMED if _has(found.rows, twin, NAMED) else "all"
    group = NAMED if kind == NAMED else "all"
    on = {r.kpi: r for r in tables.pick(found.rows, variant=variant, group_kind=kind, group=group,
                                        kpis=DECAY_KPIS)}  # fmt: skip
    off = {r.kpi: r for r in tables.pick(found.rows, variant=twin, group_kind=kind, group=group,
                                         kpis=DECAY_KPIS)}  # fmt: skip
    if not off:
        screen.print(
            "Distance decay: no way is longer or shorter where it applies (it is off where a "
            "satellite is open); with decay off the figures are the same."
        )
        return
    count = found.findings.replications[twin]
    where = say("concerned" if kind == NAMED else "region", lang)
    table = grid(
        f"{say('decay', lang)}: {where}",
        [(say("indicator", lang), False), (say("decay_on", lang), True),
         (say("decay_off", lang), True), (say("unit", lang), False)],
    )  # fmt: skip
    for name, row in off.items():
        own = on.get(name)
        table.add_row(
            tables.title(name, lang),
            amount(own.difference, row.unit, lang, signed=True) if own else NONE,
            amount(row.difference, row.unit, lang, signed=True),
            unit_name(row.unit, lang),
        )
    screen.print(table)
    screen.print(f"Changes from the base; with decay off from {count} replications.")


def _print_overlap(found: Comparison, variant: str) -> None:
    for o in found.overlaps:
        if o.variant_id == variant:
            console().print(
                f"Incidents: {number(o.both, 0, 'en')} in both, {number(o.only_base, 0, 'en')} only "
                f"in the base, {number(o.only_variant, 0, 'en')} only in the variant."
            )


def show_limits(
    results: Results, scenario: Scenario, out: Path | None, files: Sequence[str], lang: str
) -> None:
    """Print what the numbers rest on, what they do not say, and where the rest is."""
    from emergency_sim.experiment.outlook import assumed_structure, parameter_status

    screen = console()
    status, structure = parameter_status(scenario), assumed_structure(scenario)
    screen.print(
        f"\n* primary indicator, named beforehand; Holm's correction over these and the variants. "
        f"All others are exploratory.\n"
        f"The intervals say how precise the mean is. They do not say how years differ, nor how wrong "
        f"the assumed values may be:\n"
        f"{status['assumed']} of {sum(status[k] for k in ('published', 'derived', 'assumed'))} "
        f"parameters and {structure['assumed']} of {structure['all']} places, duty lines and units "
        f"are assumed; every verdict holds only if they do."
    )
    screen.print(
        warm_up_sentence(results.manifest["warm_up"], scenario.id, lang),
        markup=False,
        highlight=False,
    )
    if out is not None:
        screen.print(f"The full table: {', '.join(str(out / name) for name in files)}")


def area_names(compiled: Compiled, areas: Sequence[str]) -> list[str]:
    """Return the municipalities of areas in words; a part of one is named after its own suffix."""
    zones = compiled.ground.zones
    names: dict[str, Any] = dict(zip(zones.area, zones.municipality_name, strict=True))
    return [
        names.get(area, area) if "-" not in area else area.partition("-")[2].capitalize()
        for area in areas
    ]


def _name(scenario: Scenario, lang: str) -> str:
    return scenario.name.nb if lang == "nb" else scenario.name.en
