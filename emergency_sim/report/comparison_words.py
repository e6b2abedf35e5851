"""What a comparison says in words: verdicts, what would tell, which structure is best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.more_replications import MOST
from emergency_sim.domain.indicators import Aggregation
from emergency_sim.report.comparison_phrases import PHRASES, phrase
from emergency_sim.report.style import NONE, amount, number, unit_name
from emergency_sim.report.texts import say, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.analysis.choice import Decision, Question
    from emergency_sim.analysis.comparison_rows import ComparisonRow
    from emergency_sim.analysis.ranking import Ranking


def verdict_words(row: ComparisonRow, lang: str, *, condition: bool = False) -> str:
    """Return the verdict on a row: what would tell, and what it rests on.

    Parameters
    ----------
    row
        Of a comparison.
    lang
        ``nb`` or ``en``.
    condition
        Say "if the assumed values hold" where their range was not studied (R22).
    """
    if row.verdict is None:
        neither = row.better == "neither" and row.difference is not None
        return say("neither", lang) if neither else NONE
    if row.difference == 0 and row.base == 0:
        return NONE
    if row.as_given is not None:
        key = "beyond" if row.as_given == "no_relevant_difference" else "turned"
        share = number(100 * (1 - (row.agree or 0.0)), 0, lang)
        word = verdict(row.as_given, lang)
        said = phrase(key, lang, verdict=word, share=share, draws=row.draws)
        return said + (phrase("by_chance", lang) if row.by_chance else "")
    if row.verdict == "cannot_tell":
        if row.more is None:
            return phrase("never", lang, n=number(MOST, 0, lang))
        return phrase("more", lang, n=number(round_up(row.more), 0, lang))
    word = verdict(row.verdict, lang)
    unconditional = row.draws is not None and "of the assumed values" in row.note
    return word if unconditional or not condition else phrase("if_assumed", lang, verdict=word)


def round_up(n: int) -> int:
    """Return a forecast rounded up to two digits.

    Examples
    --------
    >>> round_up(7), round_up(101), round_up(1234)
    (7, 110, 1300)
    """
    unit: int = 10 ** max(0, len(str(n)) - 2)
    return -(-n // unit) * unit


def group_words(kind: str, group: str, lang: str) -> str:
    """Return a group in words."""
    if (kind, group) == ("all", "all"):
        return say("region", lang).lower()
    return say("concerned", lang).lower() if group == "concerned" else group


def structure_name(scenario: str, names: Mapping[str, str], lang: str) -> str:
    """Return a structure's name, with its staffing where that is not as given.

    Parameters
    ----------
    scenario
        Id; after ``@`` how it differs.
    names
        Names by id; ids without one are said as they are.
    lang
        ``nb`` or ``en``.
    """
    name, _, how = scenario.partition("@")
    said = names.get(name, name)
    if not how:
        return said
    how = phrase(how, lang) if how in PHRASES[lang] else how
    return f"{said[:-1]}, {how})" if said.endswith(")") else f"{said} ({how})"


def listed(names: Sequence[str], lang: str) -> str:
    """Return names as a list in words.

    Examples
    --------
    >>> listed(["A", "B", "C"], "nb")
    'A, B og C'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {phrase('and', lang)} {names[-1]}"


def margin_words(margin: float, unit: str, lang: str) -> str:
    """Return an indifference with its unit.

    Examples
    --------
    >>> margin_words(2.0, "min", "en"), margin_words(0.02, "share", "nb")
    ('2.0 min', '2,0 prosentpoeng')
    """
    name = phrase("points", lang) if unit == "share" else unit_name(unit, lang)
    return f"{amount(margin, unit, lang)} {name}"


def ranking_sentence(ranking: Ranking, names: Mapping[str, str], lang: str) -> str:
    """Return which structure is best, by the paired bootstrap.

    Parameters
    ----------
    ranking
        What was found.
    names
        Names by scenario id.
    lang
        ``nb`` or ``en``.
    """
    if ranking.reason is not None:
        return phrase("no_ranking", lang, reason=phrase(ranking.reason, lang))
    p = number(100 * ranking.probability, 0, lang)
    own = [structure_name(x, names, lang) for x in ranking.alike]
    leader = structure_name(ranking.entries[0].scenario, names, lang)
    n, everybody = len(ranking.entries), len(own) == len(ranking.entries) - 1
    same = everybody and len({e.value for e in ranking.entries}) == 1
    if KPIS[ranking.kpi].indicator.aggregation is Aggregation.EXACT:
        if same:
            return phrase("all_same_exact", lang, n=n)
        said = phrase("exact_best", lang, best=leader)
        return f"{said} {phrase('equals', lang, names=', '.join(own))}" if own else said
    margin = margin_words(ranking.indifference, ranking.unit, lang)
    if same:
        said = phrase("all_same", lang, n=n)
    elif everybody and ranking.best is None:
        said = phrase("all_open", lang, n=n, used=ranking.replications)
    elif everybody:
        said = phrase("all_alike", lang, n=n, best=leader, p=p, margin=margin)
    elif ranking.best is None:
        said = phrase("subset", lang, p=p, names=listed([leader, *own], lang))
    else:
        said = phrase("best", lang, best=leader, p=p, margin=margin) + _beside(own, lang)
    return f"{said} {phrase('pooled', lang)}"


def _beside(alike: Sequence[str], lang: str) -> str:
    """Return how the others stand to the best."""
    said = phrase("alike", lang, names=", ".join(alike)) if alike else phrase("apart", lang)
    return f" {said}"


def all_the_same(decision: Decision) -> bool:
    """Return whether every structure came out with exactly the same mean."""
    return len(decision.means) > 1 and len(set(decision.means.values())) == 1


def beyond_tables(choice: Mapping[str, Any] | None, lang: str) -> str | None:
    """Return that the tables leave out what a choice has run, None if it ran nothing further.

    Parameters
    ----------
    choice
        ``choice`` of the manifest.
    lang
        ``nb`` or ``en``.
    """
    if choice is None or choice["decision"] is None:
        return None
    n, most = choice["replications_of_tables"], max(choice["decision"]["used"].values(), default=0)
    return phrase("beyond_tables", lang, n=n, most=most) if most > n else None


def choice_sentence(
    decision: Decision, question: Question, kpi: str, names: Mapping[str, str], lang: str
) -> str:
    """Return what a procedure of selection found: KN or OCBA.

    Parameters
    ----------
    decision
        Its last answer.
    question
        What it was asked.
    kpi
        Indicator.
    names
        Names by scenario id.
    lang
        ``nb`` or ``en``.
    """

    def of(ids: Sequence[str]) -> list[str]:
        return [structure_name(x, names, lang) for x in ids]

    reached = None
    if decision.probability is not None:
        reached = number(100 * decision.probability, 0, lang)
    margin = margin_words(question.indifference, KPIS[kpi].indicator.unit, lang)
    p, n = number(100 * question.probability, 0, lang), len(question.scenarios)
    if all_the_same(decision):
        said = phrase("all_same", lang, n=n)
    elif decision.best is not None:
        [best] = of([decision.best])
        if reached is not None:
            said = phrase("ocba_best", lang, best=best, margin=margin, reached=reached)
        elif len(decision.alike) == n - 1:
            said = phrase("all_alike", lang, n=n, best=best, p=p, margin=margin)
        else:
            said = phrase("best", lang, best=best, p=p, margin=margin)
            said += _beside(of(decision.alike), lang)
    else:
        used = max(decision.used.values(), default=0)
        contenders = of(decision.contenders)
        said = phrase(
            "open", lang, used=used, names=listed(contenders, lang), leader="".join(contenders[:1])
        )
        if decision.at_most is not None:
            said += f" {phrase('open_bound', lang, n=number(decision.at_most, 0, lang))}"
        if reached is not None:
            said += f" {phrase('reached', lang, reached=reached)}"
    return f"{said} {phrase('single', lang)}"
