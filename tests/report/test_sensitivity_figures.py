"""Pictures and words of a sensitivity analysis, of small tables whose truth is plain."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergency_sim.report.range_figure import range_figure
from emergency_sim.report.sensitivity_figures import effects_figure, shares_figure
from emergency_sim.report.sensitivity_tables import SensitivityTables
from emergency_sim.report.sensitivity_words import study_sentences

WAIT = ("clinic_wait_urgent_p90", "concerned", "concerned")


def draws() -> pd.DataFrame:
    n = 50
    difference = np.linspace(-2.0, 8.0, n)
    return pd.DataFrame(
        {
            "variant_id": "after", "kpi": WAIT[0], "group_kind": WAIT[1], "group": WAIT[2],
            "draw": np.arange(n), "calibration": np.where(np.arange(n) < 25, "ssb", "watchtower"),
            "base": 30.0, "variant": 30.0 + difference, "difference": difference,
        }
    )  # fmt: skip


def effects() -> pd.DataFrame:
    rows = [
        ("clinic.consultation", 9.0, 9.0, 1.0, 0.5, 0), ("calibration", -4.0, 4.0, 6.0, 2.0, 3),
        ("cost.operator", 0.0, 0.0, 0.0, 0.0, 0),
    ]  # fmt: skip
    return pd.DataFrame(
        [
            {
                "what": "difference", "variant": "after", "kpi": WAIT[0], "group_kind": WAIT[1],
                "group": WAIT[2], "unit": "min", "relevant_difference": 10.0, "parameter": key,
                "mu": mu, "mu_star": star, "sigma": sigma, "mu_star_conf": conf, "flips": flips,
                "steps": 10, "moved": "value", "as_given": 1.0, "low": 0.0, "high": 2.0,
                "parameter_unit": "min", "status": "assumed", "source": "-", "first": star / 20,
                "first_conf": 0.1, "total": star / 15, "total_conf": 0.1,
            }
            for key, mu, star, sigma, conf, flips in rows
        ]
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "nb"])
def test_the_range_shows_every_draw(tmp_path: Path, lang: str):
    chart = range_figure(draws(), [WAIT, ("duty_cost", "all", "all")], {("after", *WAIT): 3.0},
                         lang=lang)  # fmt: skip
    (axes,) = chart.figure.axes
    assert len(axes.get_yticklabels()) == 1  # no draw has the second one
    dots = np.concatenate([line.get_xdata() for line in axes.lines if line.get_markersize() == 3.6])
    assert sorted(dots) == pytest.approx(np.linspace(-2, 8, 50))
    ends = {"en": "−1.5 to +7.5 min", "nb": "−1,5 til +7,5 min"}[lang]
    assert ends in chart.words
    assert "80 %, " in chart.words
    assert "(ssb 60 / 40 %, watchtower 100 / 0 %)" in chart.words
    chart.save(tmp_path / "range.png")
    with pytest.raises(ValueError, match="no draw"):
        range_figure(draws(), [("duty_cost", "all", "all")])


@pytest.mark.parametrize("lang", ["en", "nb"])
def test_effects_are_ordered_and_what_does_nothing_is_counted(lang: str):
    chart = effects_figure(effects(), lang=lang)
    (axes,) = chart.figure.axes
    labels = [text.get_text() for text in axes.get_yticklabels()]
    assert labels[0].startswith("clinic.consultation")
    assert labels[1] == "calibration (ssb, watchtower)"
    assert len(labels) == 2
    assert [bar.get_width() for bar in axes.patches[:2]] == [9.0, 4.0]
    said = {
        "en": "calibration from ssb to watchtower: lowers it by about 4.0 min, the sign changes in "
        "3 of 10 steps",
        "nb": "calibration fra ssb til watchtower: minker med omtrent 4,0 min, fortegnet skifter i "
        "3 av 10 steg",
    }[lang]
    assert said in chart.words
    note = " ".join(text.get_text() for text in chart.figure.texts)
    assert {"en": "1 of the 3 things", "nb": "1 av 3 ting"}[lang] in note
    with pytest.raises(ValueError, match="nothing that is varied"):
        effects_figure(effects().tail(1))


@pytest.mark.parametrize("lang", ["en", "nb"])
def test_what_cannot_be_told_from_chance_is_pale_and_says_so(lang: str, tmp_path: Path):
    known = effects().assign(chance=[2.5, 5.0, 0.0])
    chart = effects_figure(known, lang=lang)
    (axes,) = chart.figure.axes
    first, second = axes.patches[:2]
    assert first.get_alpha() > 2 * second.get_alpha()
    marks = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "D"]
    assert marks == [2.5, 5.0]
    beside = {"en": "may be chance", "nb": "kan være tilfeldig"}[lang]
    assert [text.get_text() for text in axes.texts].count(beside) == 1
    told = {"en": "not distinguishable from chance", "nb": "kan ikke skilles fra tilfeldigheter"}[
        lang
    ]
    assert chart.words.count(told) == 1
    chart.save(tmp_path / "effects.png")
    note = " ".join(text.get_text() for text in chart.figure.texts)
    unknown = " ".join(
        text.get_text() for text in effects_figure(effects(), lang=lang).figure.texts
    )
    one = {"en": "one replication a", "nb": "én gjentakelse"}[lang]
    assert one not in " ".join(note.split())
    assert one in " ".join(unknown.split())


@pytest.mark.parametrize(("chance", "second"), [([2.5, 5.0, 0.0], "5.0, not distinguishable"),
                                                ([np.nan] * 3, "not known")])  # fmt: skip
def test_the_table_says_what_chance_alone_does(chance: list[float], second: str):
    tables = SensitivityTables(
        draws=None, effects=effects().assign(chance=chance), shares=None, as_given={}
    )
    (table,) = tables.effect_tables("en")
    assert [row[5] for row in table.rows][1] == second
    assert len(table.rows) == 2


def test_shares_that_chance_makes_are_pale():
    chart = shares_figure(effects().head(2).assign(chance=[0.1, 0.4]), lang="en")
    (axes,) = chart.figure.axes
    alone, together, _, small = axes.patches[:4]
    assert (alone.get_alpha(), together.get_alpha()) == (1.0, 1.0)
    assert small.get_alpha() < 0.5
    assert "calibration 20 % (27 %, not distinguishable from chance)" in chart.words


def test_shares_of_variance_are_ordered_by_the_total():
    chart = shares_figure(effects(), lang="en")
    assert "clinic.consultation 45 % (60 %); calibration 20 % (27 %)" in chart.words
    with pytest.raises(ValueError, match="no indices"):
        shares_figure(effects().head(0))


def test_what_was_left_out_and_rejected_is_said():
    study = {
        "left_out": {"drive.winter_months": "a list"},
        "designs": {"morris": {"rejected": {"amb.acute_from_clinic: more than there are": 4}}},
    }
    left_out, rejected = study_sentences(study, "en")
    assert left_out == "Not varied: drive.winter_months."
    assert rejected == (
        "4 trajectories were rejected because their values contradict each other "
        "(amb.acute_from_clinic: more than there are)."
    )
    assert list(study_sentences({"left_out": {}, "designs": {}}, "nb")) == []
