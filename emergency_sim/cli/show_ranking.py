"""The indicators named beforehand in the terminal: three uncertainties, rankings, KS' outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.cli.terminal import COLOURS, console, grid
from emergency_sim.domain.indicators import Better
from emergency_sim.report import tables
from emergency_sim.report.comparison_phrases import phrase
from emergency_sim.report.comparison_words import (
    all_the_same,
    choice_sentence,
    group_words,
    ranking_sentence,
    structure_name,
)
from emergency_sim.report.point_names import NO_NAMES
from emergency_sim.report.style import NONE, amount, number, unit_name
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.analysis.no_increase import KsTest
    from emergency_sim.analysis.ranking import Ranking
    from emergency_sim.experiment.designed.choosing import Chosen

LONGEST: Final = 20
"""Structures of a ranking that are printed; besides these only the base and who may be the best."""


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
    base: str,
    lang: str,
    names: Mapping[str, str] = NO_NAMES,
) -> None:
    """Print a table of structures, by their ids, from best to worst for each primary indicator.

    Parameters
    ----------
    rankings
        Of a comparison.
    rows
        Its rows: change from the base, interval, verdict.
    base
        Id of the base.
    lang
        ``nb`` or ``en``.
    names
        What is said instead of an id, by id.
    """
    found = {(r.variant_id, r.kpi, r.group_kind, r.group): r for r in rows}
    studied = any(r.draws for r in rows)
    for ranking in rankings:
        title = phrase(
            "ranking_title",
            lang,
            kpi=tables.title(ranking.kpi, lang),
            group=group_words(ranking.group_kind, ranking.group, lang),
            unit=unit_name(ranking.unit, lang),
        )
        columns = [("", True), (phrase("structure", lang), False), (say("value", lang), True),
                   (say("difference", lang), True), (phrase("mean_interval", lang), True),
                   (phrase("single_periods", lang), True)]  # fmt: skip
        if studied:
            columns.append((phrase("assumed_values", lang), True))
        columns += [(phrase("chance_best", lang), True), (phrase("may_be_best", lang), False),
                    (say("verdict", lang), False)]  # fmt: skip
        table = grid(title, columns)
        left_out = 0
        for place, entry in enumerate(ranking.entries, 1):
            if place > LONGEST and not entry.may_be_best and entry.scenario != base:
                left_out += 1
                continue
            row = found.get((entry.scenario, ranking.kpi, ranking.group_kind, ranking.group))
            cells = [NONE] * (4 if studied else 3)
            word = phrase("the_base", lang) if entry.scenario == base else NONE
            if row is not None:
                line = tables.line(row, lang)
                cells = [line.difference, line.interval, line.spread]
                cells += [line.assumed] if studied else []
                word = _coloured(line)
            chance, may = entry.probability_best, entry.may_be_best
            table.add_row(
                str(place),
                structure_name(entry.scenario, names, lang),
                amount(entry.value, ranking.unit, lang),
                *cells,
                NONE if chance is None else f"{number(100 * chance, 0, lang)} %",
                NONE if may is None else phrase("yes" if may else "no", lang),
                word,
            )
        screen = console()
        screen.print(table)
        if left_out:
            screen.print(phrase("left_out", lang, n=left_out))
        screen.print(ranking_sentence(ranking, names, lang), markup=False, highlight=False)
        screen.print()
    if rankings and not studied:
        console().print(phrase("not_studied_at_all", lang))


def print_choice(chosen: Chosen, lang: str, names: Mapping[str, str] = NO_NAMES) -> None:
    """Print the choice: what KN or OCBA found, structure by structure and in words.

    Parameters
    ----------
    chosen
        What was found; without a procedure its ranking says it all (:func:`print_rankings`).
    lang
        ``nb`` or ``en``.
    names
        What is said instead of an id, by id.
    """
    decision, question = chosen.decision, chosen.question
    if decision is None or question is None:
        return
    kpi, kind, group = chosen.asked.key
    unit = KPIS[kpi].indicator.unit
    title = phrase(
        "choice_title",
        lang,
        kpi=tables.title(kpi, lang),
        group=group_words(kind, group, lang),
        unit=unit_name(unit, lang),
    )
    table = grid(
        title,
        [(phrase("structure", lang), False), (phrase("mean", lang), True),
         (phrase("replications", lang), True), (phrase("standing", lang), False)],
    )  # fmt: skip
    higher = question.better is Better.HIGHER
    for name in sorted(decision.means, key=lambda x: decision.means[x], reverse=higher):
        standing = phrase("in", lang) if name in decision.contenders else NONE
        if name in decision.eliminated:
            standing = phrase("out", lang, n=decision.eliminated[name])
        if all_the_same(decision):
            standing = phrase("same", lang)
        elif name == decision.best:
            standing = f"[bold]{phrase('chosen', lang)}[/bold]"
        table.add_row(
            structure_name(name, names, lang),
            amount(decision.means[name], unit, lang),
            str(decision.used[name]),
            standing,
        )
    screen = console()
    screen.print(table)
    said = choice_sentence(decision, question, kpi, names, lang)
    screen.print(said, markup=False, highlight=False)


def print_ks_outcomes(
    tests: Sequence[KsTest], lang: str, names: Mapping[str, str] = NO_NAMES
) -> None:
    """Print KS' test of many variants, a row each (R17).

    Parameters
    ----------
    tests
        Of a comparison.
    lang
        ``nb`` or ``en``.
    names
        What is said instead of an id, by id.
    """
    if not tests:
        return
    table = grid(
        say("ks", lang),
        [(phrase("structure", lang), False), (phrase("outcome", lang), False)]
        + [(f"{say(f'ks_{p.part}', lang)}, {unit_name(p.unit, lang)}", True)
           for p in tests[0].parts],
    )  # fmt: skip
    for test in tests:
        changes = []
        for part in test.parts:
            said = amount(part.difference, part.unit, lang, signed=True)
            if part.low is not None and part.high is not None:
                low, high = (amount(x, part.unit, lang, signed=True) for x in (part.low, part.high))
                said = f"{said} ({low} {say('to', lang)} {high})"
            changes.append(said)
        table.add_row(
            structure_name(test.variant_id, names, lang), say(f"ks_{test.outcome}", lang), *changes
        )
    console().print(table)


def _coloured(line: tables.Line) -> str:
    style = COLOURS[line.kind]
    return f"[{style}]{line.verdict}[/{style}]" if style else line.verdict
