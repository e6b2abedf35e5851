"""What a comparison says about staffing, KS' test and distance decay in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from emergency_sim.cli.terminal import console, grid
from emergency_sim.report import tables
from emergency_sim.report.comparison_phrases import phrase
from emergency_sim.report.sentences import ks_sentence
from emergency_sim.report.style import NONE, amount, unit_name
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.experiment.api import Comparison

NAMED: Final = "concerned"


def print_service(found: Comparison, variant: str, lang: str) -> None:
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
    said = ", ".join(
        phrase("changed", lang, clinic=c.clinic, line=c.line, given=c.given, equal=c.equal)
        for c in changed
    )
    screen.print(
        phrase(
            "equal_changes",
            lang,
            count=found.findings.replications[twin],
            rounds=equal.rounds,
            runs=equal.runs,
            said=said or phrase("as_it_is", lang),
        )
    )
    unjudged = [clinic for clinic, held in equal.held.items() if held is None]
    if unjudged:
        screen.print(phrase("unjudged", lang, names=", ".join(unjudged)))
    half = [
        clinic
        for clinic, waits in equal.waits.items()
        if equal.held[clinic] is not None and any(pair is None for pair in waits.values())
    ]
    if half:
        screen.print(phrase("half_judged", lang, names=", ".join(half)))
    missed = [clinic for clinic, held in equal.held.items() if held is False]
    if missed:
        screen.print(phrase("not_reached", lang, names=", ".join(missed)))


def print_ks_test(found: Comparison, variant: str, lang: str) -> None:
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


def print_decay(found: Comparison, variant: str, lang: str) -> None:
    """Print load and contacts with distance decay on and off side by side (R3)."""
    from emergency_sim.experiment.comparing.comparison import DECAY_KPIS
    from emergency_sim.experiment.comparing.layout import DECAY_OFF

    screen = console()
    twin = f"{variant.partition('@')[0]}@{DECAY_OFF}"
    kind = NAMED if _has(found.rows, twin, NAMED) else "all"
    group = NAMED if kind == NAMED else "all"
    on = {r.kpi: r for r in tables.pick(found.rows, variant=variant, group_kind=kind, group=group,
                                        kpis=DECAY_KPIS)}  # fmt: skip
    off = {r.kpi: r for r in tables.pick(found.rows, variant=twin, group_kind=kind, group=group,
                                         kpis=DECAY_KPIS)}  # fmt: skip
    if not off:
        screen.print(phrase("no_decay", lang))
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
    screen.print(phrase("decay_changes", lang, count=count))
