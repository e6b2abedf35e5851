"""Rows as text and as CSV."""

import csv
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from emergency_sim.analysis.compare import ComparisonRow
from emergency_sim.report import tables
from emergency_sim.report.style import amount
from emergency_sim.report.texts import LANGUAGES, TEXTS, VERDICTS

ROW = ComparisonRow(
    kpi="response_time_median", group_kind="all", group="all", unit="min", better="lower",
    variant_id="v", base=10.04, variant=12345.6, difference=-1.25, ci_low=-2.0, ci_high=-0.5,
    p_holm=0.01, n=100, verdict="better", note="primary", reason=None, spread_low=None,
    spread_high=None,
)  # fmt: skip


def test_a_row_is_said_in_both_languages() -> None:
    english, norwegian = (tables.line(ROW, lang) for lang in ("en", "nb"))
    assert (english.title, english.base, english.variant) == (
        "Median response time", "10.0", "12\N{THIN SPACE}346",
    )  # fmt: skip
    assert english.interval == "−2.0 to −0.5"
    assert english.primary
    assert (norwegian.title, norwegian.base) == ("Median responstid", "10,0")
    assert (norwegian.interval, norwegian.verdict) == ("−2,0 til −0,5", "bedre")


@pytest.mark.parametrize(
    ("note", "said"), [("primary; exact", "exact"), ("exploratory; too_few", "too few")]
)
def test_a_row_without_interval_says_why(note: str, said: str) -> None:
    row = replace(ROW, ci_low=None, ci_high=None, note=note)
    line = tables.line(replace(row, spread_low=-9.0, spread_high=9.0), "en")
    assert line.interval == said
    assert line.spread == ("–" if "too_few" in note else "−9.0 to +9.0")


def test_an_interval_of_a_share_stays_a_share() -> None:
    row = replace(ROW, variant_id=None, unit="share", base=0.9, ci_low=-0.2, ci_high=1.4)
    assert tables.line(row, "en").interval == "0.0 to 100.0"


def test_no_interval_of_a_value_holds_what_cannot_be() -> None:
    assert tables.possible(-0.8, 31.3, "min") == (0.0, 31.3)
    assert tables.possible(0.773, 1.057, "share") == (0.773, 1.0)


def test_nothing_against_nothing_has_no_verdict() -> None:
    row = replace(ROW, base=0.0, variant=0.0, difference=0.0, verdict="no_relevant_difference")
    assert tables.line(row, "en").verdict == "–"


def test_rows_are_picked_in_the_order_of_the_report() -> None:
    other = replace(ROW, kpi="clinic_travel_time_median")
    elsewhere = replace(ROW, group="x")
    picked = tables.pick([other, elsewhere, ROW], variant="v", group_kind="all", group="all")
    assert picked == [ROW, other]


def test_a_formula_in_a_name_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    tables.write_dicts([asdict(replace(ROW, group="=HYPERLINK(1)", ci_low=None))], path)
    with path.open(encoding="utf-8", newline="") as file:
        [row] = list(csv.DictReader(file))
    assert row["group"] == "'=HYPERLINK(1)"
    assert row["ci_low"] == ""
    assert float(row["difference"]) == -1.25  # a number keeps its sign


def test_headlines_are_indicators() -> None:
    from emergency_sim.analysis.kpis import KPIS

    assert set(tables.HEADLINES) | set(tables.SERVICE) <= set(KPIS)


def test_both_languages_have_the_same_words() -> None:
    assert set(TEXTS) == set(LANGUAGES) == set(VERDICTS)
    assert set(TEXTS["nb"]) == set(TEXTS["en"])


def test_units_are_written_with_sensible_digits() -> None:
    assert amount(0.5, "share", "nb") == "50,0"
    assert amount(None, "min", "en") == "–"
    assert amount(2.0, "s", "en") == "2"
