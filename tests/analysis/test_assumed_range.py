"""The range over the assumed parameters: when a verdict stands without a condition (R22)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergency_sim.analysis.assumed_range import with_range
from emergency_sim.analysis.comparison_rows import JSON_FIELDS, ComparisonRow, row_frame, rows_of
from emergency_sim.analysis.verdict import IF_ASSUMED

KEY = ("v", "response_time_median", "all", "all")


def row(verdict: str | None = "better", difference: float = -2.0, **more: object) -> ComparisonRow:
    given = {
        "kpi": KEY[1], "group_kind": "all", "group": "all", "unit": "min", "better": "lower",
        "variant_id": "v", "base": 10.0, "variant": 10.0 + difference, "difference": difference,
        "ci_low": difference - 1, "ci_high": difference + 1, "p_holm": 0.01, "n": 100,
        "verdict": verdict, "note": f"primary; {IF_ASSUMED}", "reason": None, "spread_low": -3.0,
        "spread_high": 1.0,
    }  # fmt: skip
    return ComparisonRow(**(given | more))  # type: ignore[arg-type]


def ranged(one: ComparisonRow, values: object) -> ComparisonRow:
    [found] = with_range([one], {KEY: values})  # type: ignore[dict-item]
    return found


def draws(negative: int, positive: int, size: float = 2.0) -> np.ndarray:
    return np.concatenate([np.full(negative, -size), np.full(positive, size)])


@pytest.mark.parametrize("verdict", ["better", "worse"])
def test_nine_of_ten_draws_with_the_sign_take_the_condition_away(verdict: str) -> None:
    difference = -2.0 if verdict == "better" else 2.0
    values = draws(45, 5) if verdict == "better" else draws(5, 45)
    found = ranged(row(verdict, difference), values)
    assert found.verdict == verdict
    assert IF_ASSUMED not in found.note
    assert found.note == "primary; the same sign in 90 % of 50 draws of the assumed values"
    assert (found.same_sign, found.draws, found.as_given) == (0.9, 50, None)


def test_one_draw_less_and_the_verdict_is_gone() -> None:
    found = ranged(row(), draws(44, 6))
    assert found.verdict == "cannot_tell"
    assert (found.as_given, found.agree) == ("better", 0.88)
    assert "better as given, but the same sign in 88 % of 50 draws" in found.note
    assert found.more is None


def test_a_range_that_is_no_wider_than_single_periods_may_be_chance() -> None:
    """The row's single periods span 4 min; these draws span 4 and, a hundredfold, 400."""
    for size, chance in ((2.0, True), (200.0, False)):
        found = ranged(row(), draws(40, 10, size))
        assert found.by_chance is chance
        assert ("more replications of each draw" in found.note) is chance
    [found] = with_range([row()], {KEY: draws(40, 10)}, replications=4)  # chance is half as wide
    assert found.by_chance is False
    assert ranged(row(), draws(50, 0)).by_chance is None


def test_under_fifty_draws_the_condition_stays() -> None:
    found = ranged(row(), draws(49, 0))
    assert found.verdict == "better"
    assert "if the assumed values hold (49 draws of them, at least 50 are needed)" in found.note
    assert found.same_sign == 1.0


def test_without_a_study_nothing_changes() -> None:
    assert with_range([row()], {}) == (row(),)
    assert ranged(row(), np.full(60, np.nan)) == row()
    alone = row(variant_id=None)
    assert with_range([alone], {KEY: draws(50, 0)}) == (alone,)


def test_no_relevant_difference_must_stay_irrelevant() -> None:
    """The signs turn in half of the draws: that is no objection while all are too small to matter."""
    small = row("no_relevant_difference", -0.1)
    kept = ranged(small, draws(25, 25, 0.9))
    assert kept.verdict == "no_relevant_difference"
    assert "within the relevant difference in 100 % of 50 draws" in kept.note
    lost = ranged(small, np.concatenate([draws(20, 20, 0.9), draws(5, 5, 1.1)]))
    assert lost.verdict == "cannot_tell"
    assert (lost.as_given, lost.agree) == ("no_relevant_difference", 0.8)


@pytest.mark.parametrize("verdict", ["cannot_tell", None])
def test_what_chance_leaves_open_stays_open(verdict: str | None) -> None:
    found = ranged(row(verdict, more=40, note="primary"), draws(50, 0))
    assert (found.verdict, found.more, found.note) == (verdict, 40, "primary")
    assert found.draws == 50


def test_the_range_is_from_the_5th_to_the_95th_percentile() -> None:
    values = np.linspace(-10, 0, 101)
    found = ranged(row(), np.append(values, np.nan))
    assert (found.range_low, found.range_high) == pytest.approx((-9.5, -0.5))
    assert found.draws == 101
    assert found.same_sign == pytest.approx(100 / 101)  # nothing is no sign


def test_no_difference_agrees_with_no_difference() -> None:
    found = ranged(row("no_relevant_difference", 0.0), np.zeros(50))
    assert found.same_sign == 1.0
    assert found.verdict == "no_relevant_difference"


def test_the_three_uncertainties_are_columns_and_not_in_the_contract() -> None:
    found = ranged(row(), draws(44, 6))
    frame = row_frame([found, row("cannot_tell", more=40)])
    assert frame.loc[0, ["ci_low", "spread_low", "range_low"]].tolist() == [-3.0, -3.0, -2.0]
    assert frame["draws"].tolist()[0] == 50
    assert frame["more"].tolist()[1] == 40
    assert tuple(found.to_json()) == JSON_FIELDS
    json.dumps(found.to_json(), allow_nan=False)


def test_rows_come_back_from_their_file(tmp_path: Path) -> None:
    rows = (
        ranged(row(), draws(44, 6)),
        row("cannot_tell", more=40),
        row(None, p_holm=None, base=None, spread_low=None, n=None, reason="nobody in this group"),
    )
    row_frame(rows).to_parquet(tmp_path / "c.parquet", index=False)
    assert rows_of(pd.read_parquet(tmp_path / "c.parquet")) == rows
    assert rows_of(row_frame(rows)) == rows
