"""What a run or a comparison says in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.pooling import COMMON
from emergency_sim.cli.show_ranking import print_ks_outcomes, print_primary, print_rankings
from emergency_sim.cli.show_staffing import NAMED, print_decay, print_ks_test, print_service
from emergency_sim.cli.terminal import COLOURS, console, grid
from emergency_sim.report import tables
from emergency_sim.report.comparison_phrases import phrase
from emergency_sim.report.comparison_words import beyond_tables, listed
from emergency_sim.report.point_names import point_names
from emergency_sim.report.sentences import warm_up_sentence
from emergency_sim.report.style import number
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.experiment.api import Comparison
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.experiment.folder.results import Results
    from emergency_sim.scenario import Scenario

WHOLE: Final = ("all", "all")
ONE_BY_ONE: Final = 3
"""With more variants than these a comparison is said in rankings."""
ROUGH: Final = 20
"""Replications under which intervals are rough: their coverage is tested with so many (R24)."""


def show_run(results: Results, scenario: Scenario, lang: str) -> None:
    """Print the indicators of one scenario: named groups first, then the whole region."""
    screen = console()
    count, days = results.replications(scenario.id), results.manifest["days"]
    length = phrase("length", lang, count=count, days=days)
    seed = phrase("seed", lang, seed=results.manifest["seed"])
    screen.print(f"[bold]{_name(scenario, lang)}[/bold]: {length}, {seed}\n")
    groups = [(NAMED, name) for name in scenario.groups]
    for kind, group in (*groups, WHOLE):
        found = tables.pick(results.rows, variant=None, group_kind=kind, group=group)
        table = grid(
            say("region" if kind == "all" else NAMED, lang) if group in ("all", NAMED) else group,
            [(say("indicator", lang), False), (say("value", lang), True),
             (phrase("mean_interval", lang), True), (phrase("single_periods", lang), True),
             (say("unit", lang), False)],
        )  # fmt: skip
        for row in found:
            line = tables.line(row, lang)
            table.add_row(line.title, line.base, line.interval, line.spread, line.unit)
        screen.print(table)


def show_comparison(found: Comparison, lang: str, *, short: bool = False) -> bool:
    """Print a comparison: variant by variant, or in rankings where there are many.

    Parameters
    ----------
    found
        The comparison.
    lang
        ``nb`` or ``en``.
    short
        In rankings also where there are few.

    Returns
    -------
    bool
        Whether it was said in rankings.
    """
    screen = console()
    findings = found.findings
    by_id = {s.id: s for s in findings.scenarios}
    base = findings.scenarios[0]
    manifest = found.results.manifest
    variants = _variants(found)
    choice = manifest.get("choice")  # the tables leave out what a choice ran beyond these
    count = choice["replications_of_tables"] if choice else findings.replications[base.id]
    ranked = short or len(variants) > ONE_BY_ONE
    if ranked:
        screen.print()
        for one in (base.id, *variants):
            screen.print(f"[bold]{one}[/bold]: {_name(by_id[one], lang)}", highlight=False)
    else:
        names = [f"[bold]{_name(by_id[v], lang)}[/bold]" for v in variants]
        against = f"{phrase('against', lang)} {listed(names, lang)}"
        screen.print(f"\n[bold]{_name(base, lang)}[/bold] {against}")
    length = phrase("length", lang, count=count, days=manifest["days"])
    seed = phrase("seed", lang, seed=manifest["seed"])
    chance = "paired" if manifest.get("common_random_numbers", True) else "independent"
    screen.print(f"{length} {phrase(chance, lang)}, {seed}")
    if count < ROUGH:
        screen.print(phrase("few", lang))
    if (said := beyond_tables(choice, lang)) is not None:
        screen.print(said, markup=False, highlight=False)
    if ranked:
        screen.print(phrase("many", lang, n=len(variants)))
        screen.print()
        points = point_names(manifest)
        print_rankings(findings.rankings, found.rows, base.id, lang, points)
        print_ks_outcomes(found.ks_tests, lang, points)
        return ranked
    for variant in variants:
        scenario = by_id[variant]
        screen.rule(f"[bold]{_name(scenario, lang)}[/bold]", align="left")
        print_primary([r for r in found.rows if r.variant_id == variant], lang)
        if NAMED in scenario.groups:
            areas = ", ".join(area_names(findings.compiled[base.id], scenario.groups[NAMED]))
            _print_group(found, variant, (NAMED, NAMED), f"{say('concerned', lang)}: {areas}", lang)
        _print_group(found, variant, WHOLE, say("region", lang), lang)
        print_service(found, variant, lang)
        print_ks_test(found, variant, lang)
        print_decay(found, variant, lang)
        _print_overlap(found, variant, lang)
    return ranked


def show_compared(found: Comparison, base: Scenario, out: Path | None, lang: str) -> None:
    """Print a comparison, what it rests on, and where its tables are.

    Parameters
    ----------
    found
        The comparison.
    base
        The scenario whose parameters are counted.
    out
        Where the tables are; None: nowhere.
    lang
        ``nb`` or ``en``.
    """
    show_comparison(found, lang)
    files = ["tables/comparison.csv", "comparison.parquet", "manifest.json"]
    show_limits(found.results, base, out, files, lang, found.rows)


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


def _print_overlap(found: Comparison, variant: str, lang: str) -> None:
    for o in found.overlaps:
        if o.variant_id == variant:
            both, base, own = (number(n, 0, lang) for n in (o.both, o.only_base, o.only_variant))
            console().print(phrase("overlap", lang, both=both, base=base, variant=own))
            if o.only_base or o.only_variant:
                _print_group(found, variant, COMMON, phrase("common", lang), lang)


def show_limits(
    results: Results,
    scenario: Scenario,
    out: Path | None,
    files: Sequence[str],
    lang: str,
    rows: Sequence[ComparisonRow] = (),
) -> None:
    """Print what the numbers rest on, what they do not say, and where the rest is.

    Parameters
    ----------
    results, scenario
        What was run; the scenario whose parameters are counted.
    out, files
        Where the tables are.
    lang
        ``nb`` or ``en``.
    rows
        Of a comparison; none after a run.
    """
    from emergency_sim.experiment.comparing.outlook import assumed_structure, parameter_status

    screen = console()
    status, structure = parameter_status(scenario), assumed_structure(scenario)
    screen.print()
    if rows:
        tests = sum(r.note.startswith("primary") and "exact" not in r.note for r in rows)
        for line in (phrase("family", lang, n=tests), phrase("brackets", lang)):
            screen.print(line)
        screen.print(phrase("medians", lang))
    screen.print(phrase("means", lang))
    draws = max((r.draws or 0 for r in rows), default=0)
    screen.print(
        phrase(
            "assumed_studied" if draws else "assumed",
            lang,
            a=status["assumed"],
            b=sum(status[k] for k in ("published", "derived", "assumed")),
            c=structure["assumed"],
            d=structure["all"],
            draws=draws,
        )
    )
    screen.print(
        warm_up_sentence(results.manifest["warm_up"], scenario.id, lang),
        markup=False,
        highlight=False,
    )
    if out is not None:
        screen.print(f"{phrase('table', lang)}: {', '.join(str(out / name) for name in files)}")


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
