"""KS' test and the warm-up in a sentence, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from emergency_sim.analysis.hourly_series import SERIES
from emergency_sim.analysis.no_increase import KsPart, KsTest, Outcome
from emergency_sim.analysis.verdict import Verdict
from emergency_sim.analysis.warm_up import WarmUp, warm_up_check
from emergency_sim.report.sentences import ks_sentence, warm_up_sentence
from emergency_sim.report.texts import LANGUAGES, TEXTS

HOURS = KsPart(
    part="duty_hours", kpi="rostered_person_hours", unit="h/week", base=2000.0, variant=2012.5,
    difference=12.5, low=None, high=None, verdict=Verdict.WORSE, note="exact",
)  # fmt: skip
TEST = KsTest(
    variant_id="v",
    outcome=Outcome.FAILED,
    duty_hours=HOURS,
    standby=replace(HOURS, part="standby", difference=-3.0, low=-40.0, high=34.0,
                    verdict=Verdict.CANNOT_TELL, note=""),
    cost=replace(HOURS, part="cost", unit="NOK/week", base=1e6, variant=1.05e6, difference=5e4,
                 low=3e4, high=7e4, note="assumed rates"),
)  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\N{THIN SPACE}", " ").replace("\N{MINUS SIGN}", "-")


def test_ks_test_in_english() -> None:
    assert plain(ks_sentence(TEST, "en", " (as given)")) == (
        "KS' test, no increase in duty hours and standby (as given): failed. "
        "Rostered duty hours: worse, 2 000 to 2 012 h/week (+12.5, exact); "
        "Standby hours: cannot tell, 2 000 to 2 012 h/week (-3.0, 95 % CI -40.0 to +34.0); "
        "Cost beside it: worse, 1 000 000 to 1 050 000 NOK/week (+50 000, +30 000 to +70 000 over "
        "the range of the rates; assumed rates)."
    )


def test_ks_test_in_norwegian() -> None:
    said = plain(ks_sentence(TEST, "nb"))
    assert said.startswith("KS' test, ingen økning i vakttimer og beredskap: ikke bestått. ")
    assert "Vakttimer i turnus: dårligere, 2 000 til 2 012 t/uke (+12,5, eksakt)" in said
    assert "Beredskapstimer: kan ikke avgjøres" in said
    assert "over spennet i satsene; antatte satser)." in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_part_without_figures_is_said(lang: str) -> None:
    nothing = replace(TEST.cost, base=None, variant=None, difference=None, low=None, high=None,
                      verdict=Verdict.CANNOT_TELL)  # fmt: skip
    word = {"en": "cannot tell", "nb": "kan ikke avgjøres"}[lang]
    assert ks_sentence(replace(TEST, cost=nothing), lang).endswith(f": {word}.")
    assert all(f"ks_{outcome}" in TEXTS[lang] for outcome in Outcome)


def checked(scenarios: dict[str, float], replications: int = 6) -> dict[str, Any]:
    """Return the check of constant series that begin so much lower in their first week."""
    g = np.random.Generator(np.random.Philox(1))

    def one(lower: float) -> np.ndarray:
        series = 10 + 0.1 * g.standard_normal((len(SERIES), 4 * 168))
        series[:, :168] -= lower
        return np.concatenate([series, np.ones((1, 4 * 168))])

    hourly = {name: [one(x) for _ in range(replications)] for name, x in scenarios.items()}
    return warm_up_check(hourly, warm_up_days=0).to_json()


def test_a_warm_up_that_was_long_enough() -> None:
    check = checked({"base": 0.0, "v": 0.0}) | {"warm_up_days": 7}
    said = plain(warm_up_sentence(check, "base", "en"))
    assert said.startswith(
        "Warm-up of 7 days: long enough (first counted week against the later ones at the same "
        "hours of the week: units busy "
    )
    assert said.count("%") == len(SERIES)
    assert "lang nok (første talte uke mot de senere" in warm_up_sentence(check, "base", "nb")


def test_what_was_too_short_is_named_with_its_scenario() -> None:
    said = plain(warm_up_sentence(checked({"base": 0.0, "v": 2.0}), "base", "en"))
    assert "Warm-up of 0 days: too short (" in said
    assert "v, units busy -20" in said
    assert "v, open incidents (first day) -" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_and_outcome_has_words(lang: str) -> None:
    reasons = ("fewer than two counted weeks", "one replication", "nothing happened",
               "the intervals are too wide")  # fmt: skip
    assert {*reasons, *SERIES, "long_enough", "too_short"} <= set(TEXTS[lang])
    assert {WarmUp.LONG_ENOUGH.value, WarmUp.TOO_SHORT.value} <= set(TEXTS[lang])
    nothing = {"warm_up_days": 7, "outcome": "cannot_tell", "reason": reasons[0], "rows": []}
    assert warm_up_sentence(nothing, "base", lang).endswith(f"{TEXTS[lang][reasons[0]]}.")
