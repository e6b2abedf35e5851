"""What a comparison says in words, in both languages."""

from __future__ import annotations

from dataclasses import replace
from string import Formatter

import pytest

from emergency_sim.analysis.choice import Decision, Question
from emergency_sim.analysis.comparison_rows import ComparisonRow
from emergency_sim.analysis.ranking import Ranked, Ranking
from emergency_sim.domain.indicators import Better
from emergency_sim.report import tables
from emergency_sim.report.comparison_phrases import PHRASES
from emergency_sim.report.comparison_words import (
    beyond_tables,
    choice_sentence,
    group_words,
    ranking_sentence,
    round_up,
    structure_name,
    verdict_words,
)

ROW = ComparisonRow(
    kpi="response_time_median", group_kind="all", group="all", unit="min", better="lower",
    variant_id="v", base=10.0, variant=8.0, difference=-2.0, ci_low=-3.0, ci_high=-1.0,
    p_holm=0.01, n=100, verdict="better", note="primary; if the assumed values hold", reason=None,
    spread_low=-5.0, spread_high=1.0,
)  # fmt: skip
STUDIED = replace(
    ROW, note="primary; the same sign in 98 % of 50 draws of the assumed values", range_low=-4.0,
    range_high=-0.5, same_sign=0.98, draws=50,
)  # fmt: skip
TURNED = replace(STUDIED, verdict="cannot_tell", as_given="better", agree=0.77, same_sign=0.77)


def plain(text: str) -> str:
    return text.replace("\N{THIN SPACE}", " ").replace("\N{MINUS SIGN}", "-")


@pytest.mark.parametrize(
    ("row", "condition", "english", "norwegian"),
    [
        (ROW, False, "better", "bedre"),
        (ROW, True, "better, if the assumed values hold", "bedre, hvis de antatte verdiene holder"),
        (STUDIED, True, "better", "bedre"),
        (
            TURNED,
            True,
            "better as given, but the sign rests on assumed values (turned in 23 % of 50 draws)",
            (
                "bedre som oppgitt, men fortegnet hviler på antatte verdier (snudde i 23 % av 50 "
                "trekninger)"
            ),
        ),
        (
            replace(TURNED, as_given="no_relevant_difference", agree=0.6),
            False,
            (
                "no relevant difference as given, but that rests on assumed values (relevant in 40 % of "
                "50 draws)"
            ),
            (
                "ingen relevant forskjell som oppgitt, men det hviler på antatte verdier (relevant i "
                "40 % av 50 trekninger)"
            ),
        ),
        (
            replace(ROW, verdict="cannot_tell", more=123),
            True,
            "cannot tell (about 130 more)",
            "kan ikke avgjøres (ca. 130 til)",
        ),
        (
            replace(ROW, verdict="cannot_tell"),
            True,
            "cannot tell (over 10 000 more)",
            "kan ikke avgjøres (over 10 000 til)",
        ),
        (
            replace(ROW, verdict=None, better="neither"),
            True,
            "differs; neither is better",
            "ulik; ingen retning er bedre",
        ),
        (replace(ROW, verdict=None), True, "–", "–"),
    ],
)
def test_verdicts_in_words(
    row: ComparisonRow, condition: bool, english: str, norwegian: str
) -> None:
    assert plain(verdict_words(row, "en", condition=condition)) == english
    assert plain(verdict_words(row, "nb", condition=condition)) == norwegian


def test_three_uncertainties_stand_side_by_side() -> None:
    line = tables.line(STUDIED, "en", condition=True)
    assert [plain(x) for x in (line.interval, line.spread, line.assumed)] == [
        "-3.0 to -1.0", "-5.0 to +1.0", "-4.0 to -0.5",
    ]  # fmt: skip
    assert line.kind == "better"
    assert tables.line(TURNED, "en").kind == ""
    assert tables.line(ROW, "nb").assumed == "–"


def ranking(best: str | None, kpi: str = "response_time_median", near: bool = True) -> Ranking:
    chances = (("a", 0.8, True), ("b@equal_service", 0.2, near), ("c", 0.0, False))
    entries = tuple(
        Ranked(scenario=name, value=1.0 * i, ci_low=None, ci_high=None, probability_best=p,
               may_be_best=may)
        for i, (name, p, may) in enumerate(chances)
    )  # fmt: skip
    return Ranking(
        kpi=kpi, group_kind="all", group="all", unit="min", better="lower", replications=20,
        probability=0.95, indifference=1.0, best=best, entries=entries, reason=None,
    )  # fmt: skip


def test_which_is_best_by_the_bootstrap() -> None:
    names = {"a": "Alpha", "b": "Beta"}
    assert ranking_sentence(ranking("a"), names, "en") == (
        "Best: Alpha, with at least 95 % probability, if differences under 1.0 min do not matter. "
        "Cannot be told apart from: Beta (equal service). Compared: the indicator over all "
        "replications together, in pairs."
    )
    assert "All others are worse, with the same probability" in ranking_sentence(
        ranking("a", near=False), names, "en"
    )
    assert ranking_sentence(ranking(None), names, "nb").startswith(
        "Ingen er klart best: med 95 % sannsynlighet er den beste blant Alpha og Beta (lik tjeneste)."
    )
    exact = ranking("a", kpi="oncall_hours_per_week")
    assert ranking_sentence(exact, {}, "en") == (
        "Best: a; there is no chance in this indicator. The same value: b (equal service)."
    )
    assert ranking_sentence(replace(ranking(None), reason="one replication"), {}, "nb") == (
        "Rekkefølgen har ingen sannsynligheter: én gjentakelse."
    )


def test_where_none_can_be_told_from_another_none_is_called_the_best() -> None:
    """Naming one as the best and then all others as its equals would say two things at once."""
    one = ranking("a")
    alike = replace(one, entries=tuple(replace(e, may_be_best=True) for e in one.entries))
    said = ranking_sentence(alike, {"a": "Alpha"}, "en")
    assert said.startswith(
        "The 3 structures cannot be told apart. Alpha leads: with at least 95 % probability none is "
        "better by 1.0 min or more. Compared:"
    )
    assert ranking_sentence(replace(alike, best=None), {}, "nb").startswith(
        "De 3 strukturene kan ikke skilles fra hverandre etter 20 gjentakelser: hver av dem kan være "
        "best. "
    )
    same = replace(alike, entries=tuple(replace(e, value=2.0) for e in alike.entries))
    assert ranking_sentence(same, {}, "en").startswith(
        "There is nothing to choose between: the 3 structures have the same value in this indicator."
    )
    assert ranking_sentence(replace(same, kpi="oncall_hours_per_week"), {}, "nb") == (
        "Det er ingenting å velge mellom: de 3 strukturene har samme verdi, og det er ingen "
        "tilfeldighet i denne indikatoren."
    )


QUESTION = Question(scenarios=("a", "b", "c"), better=Better.LOWER, indifference=0.02)


def test_which_is_best_by_a_procedure() -> None:
    def said(decision: Decision, lang: str = "en") -> str:
        return plain(choice_sentence(decision, QUESTION, "response_within_target", {}, lang))

    found = Decision(best="a", leader="a", contenders=("a",), alike=("c",), used={"a": 40})
    assert said(found).startswith(
        "Best: a, with at least 95 % probability, if differences under 2.0 percentage points do not "
        "matter. Cannot be told apart from: c. Compared: the mean of the values of each replication "
        "by itself"
    )
    assert "Alle de andre er dårligere, med samme sannsynlighet" in said(
        replace(found, alike=()), "nb"
    )
    all_ = replace(found, alike=("c", "b"), means={"a": 0.9, "b": 0.89, "c": 0.9})
    assert said(all_).startswith(
        "The 3 structures cannot be told apart. a leads: with at least 95 % probability none is better "
        "by 2.0 percentage points or more. Compared:"
    )
    assert said(replace(all_, means=dict.fromkeys("abc", 0.9)), "nb").startswith(
        "Det er ingenting å velge mellom: de 3 strukturene har samme verdi i denne indikatoren. "
    )
    open_ = Decision(leader="a", contenders=("a", "b"), used={"a": 200, "b": 200, "c": 30},
                     at_most=1234)  # fmt: skip
    assert said(open_).startswith(
        "Not settled after 200 replications: a and b may still be the best, a leads. It is settled "
        "after 1 234 replications of each at the latest."
    )
    by_ocba = Decision(best="b", leader="b", contenders=("b",), probability=0.97)
    assert said(by_ocba).startswith(
        "Best: b, with an estimated probability of 97 %, if differences"
    )
    spent = Decision(leader="b", contenders=("b", "a", "c"), used={"b": 50}, probability=0.6)
    assert "Estimated probability that the leader is the best: 60 %." in said(spent)


def test_every_reason_of_a_ranking_has_words() -> None:
    reasons = (
        "one replication", "too few observations in a structure",
        "too few replications with observations", "a structure has nobody in this group",
    )  # fmt: skip
    import inspect

    from emergency_sim.analysis import ranking as source

    text = inspect.getsource(source)
    assert all(f'"{r}"' in text for r in reasons)
    assert text.count("reason = ") + text.count("reason, draws = ") == len(reasons) + 1
    assert all(r in PHRASES[lang] for r in reasons for lang in PHRASES)


def test_both_languages_have_the_same_phrases_and_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert set(PHRASES["nb"]) == set(PHRASES["en"])
    for key, text in PHRASES["en"].items():
        assert blanks(text) == blanks(PHRASES["nb"][key]), key


def test_names_and_numbers() -> None:
    assert [round_up(n) for n in (1, 99, 100, 101, 9999)] == [1, 99, 100, 110, 10000]
    assert structure_name("x@decay_off", {}, "en") == "x (decay_off)"
    assert group_words("all", "all", "nb") == "hele regionen"
    assert group_words("district", "molde", "en") == "molde"


def test_what_a_choice_ran_is_not_in_the_tables() -> None:
    choice = {"replications_of_tables": 20, "decision": {"used": {"a": 85, "b": 85, "c": 25}}}
    assert (beyond_tables(choice, "en") or "").startswith(
        "The tables count the first 20 replications of each structure, as the file asks. The choice "
        "ran more (up to 85)"
    )
    assert "opptil 85" in (beyond_tables(choice, "nb") or "")
    assert beyond_tables({**choice, "replications_of_tables": 85}, "en") is None
    assert beyond_tables({**choice, "decision": None}, "en") is None
    assert beyond_tables(None, "en") is None
