"""The indicators named beforehand in the terminal: three uncertainties, rankings, KS' outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emergency_sim.cli.terminal import COLOURS, console, grid
from emergency_sim.report import tables
from emergency_sim.report.comparison_phrases import phrase
from emergency_sim.report.comparison_words import (
    group_words,
    ranking_sentence,
    structure_name,
)
from emergency_sim.report.sentences import ks_sentence
from emergency_sim.report.style import NONE, amount, number, unit_name
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.analysis.no_increase import KsTest
    from emergency_sim.analysis.ranking import Ranking


def print_primary(rows: Sequence[ComparisonRow], lang: str) -> None:
    """Print the primary indicators of one variant with the three uncertainties (R22).

    Parameters
    ----------
    rows
        Of one variant.
    lang
        ``nb`` or ``en``.
    """
    own = [r for r in rows if r.note.startswith("primary")]
    if not own:
        return
    table = grid(
        phrase("primary_title", lang),
        [(say("indicator", lang), False), (say("base", lang), True),
         (say("difference", lang), True), (phrase("mean_interval", lang), True),
         (phrase("single_periods", lang), True), (phrase("assumed_values", lang), True),
         (say("unit", lang), False), (say("verdict", lang), False)],
    )  # fmt: skip
    for row in own:
        line = tables.line(row, lang, condition=True)
        table.add_row(
            f"{line.title}, {group_words(row.group_kind, row.group, lang)}",
            line.base,
            line.difference,
            line.interval,
            line.spread,
            line.assumed if row.draws else phrase("not_studied", lang),
            line.unit,
            _coloured(line),
        )
    console().print(table)


def print_rankings(
    rankings: Sequence[Ranking],
    rows: Sequence[ComparisonRow],
    names: Mapping[str, str],
    base: str,
    lang: str,
) -> None:
    """Print a table of structures from best to worst for each primary indicator.

    Parameters
    ----------
    rankings
        Of a comparison.
    rows
        Its rows: change from the base, interval, verdict.
    names
        Names by scenario id.
    base
        Id of the base.
    lang
        ``nb`` or ``en``.
    """
    found = {(r.variant_id, r.kpi, r.group_kind, r.group): r for r in rows}
    for ranking in rankings:
        key = (ranking.kpi, ranking.group_kind, ranking.group)
        table = grid(
            phrase(
                "ranking_title",
                lang,
                kpi=tables.title(ranking.kpi, lang),
                group=group_words(ranking.group_kind, ranking.group, lang),
                unit=unit_name(ranking.unit, lang),
            ),
            [("", True), (phrase("structure", lang), False), (say("value", lang), True),
             (say("difference", lang), True), (phrase("mean_interval", lang), True),
             (phrase("single_periods", lang), True), (phrase("assumed_values", lang), True),
             (phrase("chance_best", lang), True), (phrase("may_be_best", lang), False),
             (say("verdict", lang), False)],
        )  # fmt: skip
        for place, entry in enumerate(ranking.entries, 1):
            row = found.get((entry.scenario, *key))
            cells = (NONE, NONE, NONE, NONE)
            word = phrase("the_base", lang) if entry.scenario == base else NONE
            if row is not None:
                line = tables.line(row, lang)
                cells = (line.difference, line.interval, line.spread, line.assumed)
                word = _coloured(line)
            chance = entry.probability_best
            may = entry.may_be_best
            table.add_row(
                str(place),
                structure_name(entry.scenario, names, lang),
                amount(entry.value, ranking.unit, lang),
                *cells,
                NONE if chance is None else f"{number(100 * chance, 0, lang)} %",
                NONE if may is None else phrase("yes" if may else "no", lang),
                word,
            )
        console().print(table)
        console().print(ranking_sentence(ranking, names, lang), markup=False, highlight=False)
        console().print()


def print_ks_outcomes(tests: Sequence[KsTest], names: Mapping[str, str], lang: str) -> None:
    """Print KS' test of many variants, a sentence each (R17).

    Parameters
    ----------
    tests
        Of a comparison.
    names
        Names by scenario id.
    lang
        ``nb`` or ``en``.
    """
    for test in tests:
        name = structure_name(test.variant_id, names, lang)
        said = f"{name}. {ks_sentence(test, lang)}"
        console().print(said, markup=False, highlight=False)


def _coloured(line: tables.Line) -> str:
    style = COLOURS[line.kind]
    return f"[{style}]{line.verdict}[/{style}]" if style else line.verdict
