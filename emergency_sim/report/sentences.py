"""Outcomes that are said in a sentence: KS' test, and whether the warm-up was long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emergency_sim.report.style import amount, number, unit_name
from emergency_sim.report.texts import say, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emergency_sim.analysis.no_increase import KsPart, KsTest


def ks_sentence(test: KsTest, lang: str, staffing: str = "") -> str:
    """Return KS' test of a variant: its outcome, then duty hours, standby and cost (R17).

    Parameters
    ----------
    test
        What was found.
    lang
        ``nb`` or ``en``.
    staffing
        Said after the test's name.
    """
    parts = "; ".join(_part(part, lang) for part in test.parts)
    return f"{say('ks', lang)}{staffing}: {say(f'ks_{test.outcome}', lang)}. {parts}."


def _part(part: KsPart, lang: str) -> str:
    """Return one part: before and after, the change and how sure it is, the verdict."""
    said = f"{say(f'ks_{part.part}', lang)}: {verdict(part.verdict, lang)}"
    if part.difference is None:
        return said
    values = f"{amount(part.base, part.unit, lang)} {say('to', lang)} "
    values += f"{amount(part.variant, part.unit, lang)} {unit_name(part.unit, lang)}"
    change = amount(part.difference, part.unit, lang, signed=True)
    sure = say(part.note, lang) if part.note else ""
    if part.low is not None and part.high is not None:
        ends = (amount(x, part.unit, lang, signed=True) for x in (part.low, part.high))
        sure = f" {say('to', lang)} ".join(ends)
        if part.part == "cost":
            sure = f"{sure} {say('over_rates', lang)}"
            sure += f"; {say(part.note, lang)}" if part.note else ""
        else:
            sure = f"{say('interval', lang)} {sure}"
    return f"{said}, {values} ({change}{', ' if sure else ''}{sure})"


def warm_up_sentence(check: Mapping[str, Any], scenario: str, lang: str) -> str:
    """Return whether the warm-up was long enough, with the figures of one scenario (R19).

    Parameters
    ----------
    check
        As it stands in the manifest.
    scenario
        Whose figures are said; of others, only what was too short.
    lang
        ``nb`` or ``en``.
    """
    outcome = check["outcome"]
    word = say("warm_up_cannot_tell" if outcome == "cannot_tell" else outcome, lang)
    said = f"{say('warm_up', lang).format(days=check['warm_up_days'])}: {word}"
    if check["reason"]:
        said += f", {say(check['reason'], lang)}"
    rows = check["rows"]
    own = [r for r in rows if r["scenario"] == scenario and r["span"] == "first_week"]
    own += [r for r in rows if r["outcome"] == "too_short" and r not in own]
    if not own:
        return f"{said}."
    figures = "; ".join(_compared(row, scenario, lang) for row in own)
    return f"{said} ({say('warm_up_first', lang)}: {figures})."


def _compared(row: Mapping[str, Any], scenario: str, lang: str) -> str:
    name = say(row["series"], lang)
    if row["scenario"] != scenario:
        name = f"{row['scenario']}, {name}"
    if row["span"] == "first_day":
        name += f" ({say('first_day', lang)})"
    said = f"{name} {number(100 * row['difference'], 1, lang, signed=True)} %"
    if row["ci_low"] is None:
        return said
    low, high = (number(100 * row[k], 1, lang, signed=True) for k in ("ci_low", "ci_high"))
    return f"{said} ({low} {say('to', lang)} {high})"
