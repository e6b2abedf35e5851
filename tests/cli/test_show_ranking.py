"""The indicators named beforehand in the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emergency_sim.analysis.choice import Decision, Method, Question
from emergency_sim.analysis.no_increase import KsPart, KsTest, Outcome
from emergency_sim.analysis.ranking import Ranked, Ranking
from emergency_sim.analysis.verdict import Verdict
from emergency_sim.cli.show_ranking import (
    LONGEST,
    print_choice,
    print_ks_outcomes,
    print_primary,
    print_rankings,
)
from emergency_sim.domain.indicators import Better
from emergency_sim.experiment.designed.choosing import Asked, Chosen
from tests.report.test_comparison_words import ROW, STUDIED, TURNED, plain


def test_three_uncertainties_of_the_primary_indicators(capsys: pytest.CaptureFixture[str]) -> None:
    other = replace(ROW, note="exploratory; if the assumed values hold", kpi="response_time_p90")
    print_primary([ROW, replace(TURNED, group_kind="concerned", group="concerned"), other], "en")
    out = plain(capsys.readouterr().out)
    lines = out.splitlines()
    assert lines[0].strip() == "Named beforehand: three uncertainties side by side"
    assert "90th percentile" not in out
    [mine] = [x for x in lines if x.startswith("Median response time, the whole")]
    for cell in ("10.0", "-2.0", "-3.0 to -1.0", "-5.0 to +1.0", "not studied", "better, if"):
        assert cell in mine
    assert "-4.0 to -0.5" in out
    assert "better as given, but the sign" in out


def test_nothing_primary_nothing_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_primary([replace(ROW, note="exploratory")], "en")
    assert capsys.readouterr().out == ""


def structures(n: int) -> Ranking:
    entries = tuple(
        Ranked(scenario=f"s{i:02}", value=5.0 + i, ci_low=4.0 + i, ci_high=6.0 + i,
               probability_best=float(i == 0), may_be_best=i < 2)
        for i in range(n)
    )  # fmt: skip
    return Ranking(
        kpi="response_time_median", group_kind="all", group="all", unit="min", better="lower",
        replications=20, probability=0.95, indifference=1.0, best="s00", entries=entries,
        reason=None,
    )  # fmt: skip


def test_a_ranking_has_a_row_a_structure_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [replace(ROW, variant_id="s00"), replace(ROW, variant_id="s02", verdict="worse")]
    print_rankings([structures(3)], rows, "s01", "en")
    out = plain(capsys.readouterr().out)
    assert "Median response time, the whole region (min): from best to worst" in out
    first, second, third = (next(x for x in out.splitlines() if f" s0{i} " in x) for i in range(3))
    assert first.split()[:4] == ["1", "s00", "5.0", "-2.0"]
    assert first.split()[-3:] == ["%", "yes", "better"]
    assert second.split()[-2:] == ["yes", "base"]
    assert third.split()[-2:] == ["no", "worse"]
    assert "Best: s00, with at least 95 % probability" in out
    assert "Assumed values" not in out
    assert "The range over the assumed values was not studied" in out
    print_rankings([structures(3)], [replace(STUDIED, variant_id="s00")], "s01", "en")
    out = capsys.readouterr().out
    assert "Assumed values" in out
    assert "was not studied" not in out


def test_a_long_ranking_is_cut_but_not_the_base(capsys: pytest.CaptureFixture[str]) -> None:
    print_rankings([structures(LONGEST + 10)], [], f"s{LONGEST + 9}", "nb")
    out = capsys.readouterr().out
    assert f"s{LONGEST - 1} " in out
    assert f"s{LONGEST} " not in out
    assert f"s{LONGEST + 9} " in out
    assert "… og 9 til i filen." in out


def test_ks_outcomes_of_many_variants(capsys: pytest.CaptureFixture[str]) -> None:
    part = KsPart(part="duty_hours", kpi="rostered_person_hours", unit="h/week", base=2000.0,
                  variant=2012.5, difference=12.5, low=None, high=None, verdict=Verdict.WORSE,
                  note="exact")  # fmt: skip
    test = KsTest(
        variant_id="v@equal_service",
        outcome=Outcome.FAILED,
        duty_hours=part,
        standby=replace(part, part="standby", low=-40.0, high=34.0),
        cost=replace(part, part="cost", unit="NOK/week"),
    )
    print_ks_outcomes([test], "en")
    out = plain(capsys.readouterr().out)
    assert "v (equal service)   failed" in out
    assert "+12.5 (-40.0 to +34.0)" in out
    print_ks_outcomes([], "en")
    assert capsys.readouterr().out == ""


def test_a_choice_says_who_is_out_and_who_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    asked = Asked(key=("response_time_p90", "all", "all"), method=Method.KN)
    question = Question(scenarios=("a", "b", "c"), better=Better.LOWER, indifference=2.0)
    decision = Decision(
        best="b", leader="b", contenders=("b",), eliminated={"c": 20, "a": 45}, alike=("a",),
        means={"a": 14.0, "b": 12.5, "c": 30.0}, used={"a": 45, "b": 45, "c": 20},
    )  # fmt: skip
    chosen = Chosen(asked=asked, scenarios=("a", "b", "c"), ranking=None, replications=20,
                    question=question, decision=decision)  # fmt: skip
    print_choice(chosen, "en")
    lines = capsys.readouterr().out.splitlines()
    rows = [" ".join(x.split()) for x in lines]
    assert [x for x in rows if x[:2] in ("a ", "b ", "c ")] == [
        "b 12.5 45 chosen",
        "a 14.0 45 out after 45",
        "c 30.0 20 out after 20",
    ]
    assert any(x.startswith("Best: b, with at least 95 % probability") for x in rows)
    same = replace(decision, means=dict.fromkeys("abc", 12.5), eliminated={}, alike=("b", "c"))
    print_choice(replace(chosen, decision=same), "en")
    out = capsys.readouterr().out
    assert "chosen" not in out
    assert out.count("as the others") == 3
    assert "nothing to choose between" in out
    print_choice(replace(chosen, decision=None), "en")
    assert capsys.readouterr().out == ""
