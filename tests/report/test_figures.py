"""Figures of results: what they say is right, in both languages, and the same twice."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import emergency_sim as es
from emergency_sim.analysis.ranking import Ranked, Ranking
from emergency_sim.report.chart import Heading, sheet
from emergency_sim.report.phases import COLOURS, WORDS
from emergency_sim.report.style import VERDICTS
from tests.analysis.test_spans import STORY

MINUTE = 60.0


def incidents() -> pd.DataFrame:
    """Return ten incidents in towns, one of them reached by nobody, and four elsewhere."""
    town = [MINUTE * m for m in range(4, 13)]
    return pd.DataFrame(
        {
            "area_class": ["tettbygd"] * 10 + ["grisgrendt"] * 4,
            "response_status": ["responded"] * 9 + ["unserved"] + ["responded"] * 4,
            "response_s": [*town, np.nan, 600.0, 1200.0, 1800.0, 2400.0],
        }
    )


def test_nobody_reached_counts_against_the_aim() -> None:
    says = repr(es.response_figure(incidents()))
    assert "10 incidents, median 8.0 min, 90.0 % within 12 min" in says
    assert "4 incidents, median 25.0 min, 50.0 % within 25 min" in says
    assert "90,0 % innen 12 min" in repr(es.response_figure(incidents(), lang="nb"))
    with pytest.raises(ValueError, match="no incident"):
        es.response_figure(incidents().iloc[:0])


def test_a_chart_is_the_same_file_twice_and_a_small_picture(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "a.svg", "b.svg"):
        es.response_figure(incidents()).save(tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    picture = es.response_figure(incidents())._repr_png_()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 60_000


def test_words_make_room_for_themselves() -> None:
    short, _ = sheet(Heading(title="x"), body=2.0)
    long, _ = sheet(Heading(title="x", subtitle="word " * 60, note="word " * 80), body=2.0)
    assert long.get_figheight() > short.get_figheight() + 0.5


def test_an_incident_is_told_with_its_response_time() -> None:
    rows = [
        *STORY[:4],
        (20_000, "registered", 7, None, None, "amk", "z1", 0.0, "lvs"),
        *STORY[4:6],
        (620_000, "on_scene", 7, None, 3, "bil-1", "z1", None, "ambulance"),
    ]
    events = es.EventLog.from_rows(rows).frame()
    chart = es.incident_figure(events)
    assert "bil-1 drives there from minute 1.5 to 10.3" in repr(chart)
    texts = [text.get_text() for text in chart.figure.axes[0].texts]
    assert "response time 10.0 min" in texts
    assert "responstid 10,0 min" in [
        text.get_text() for text in es.incident_figure(events, lang="nb").figure.axes[0].texts
    ]
    two = pd.concat([events, events.assign(incident=8)])
    with pytest.raises(ValueError, match="one incident"):
        es.incident_figure(two)


def missions() -> pd.DataFrame:
    """Return a mission over midnight and one of another replication."""
    nan = float("nan")
    one = {
        "replication": 0, "unit": "bil-1", "alarmed_s": 86_400 - 1800.0, "mobilised_s": 86_400 - 1700.0,
        "on_scene_s": 86_400 - 600.0, "leaves_scene_s": nan, "at_destination_s": nan,
        "clear_s": 86_400 + 1800.0, "task_ends_s": 86_400 + 3600.0,
    }  # fmt: skip
    return pd.DataFrame([one, {**one, "replication": 1}])


def test_a_day_ends_at_midnight() -> None:
    own = missions().query("replication == 0")
    assert "1 missions, busy for 0.5 hours" in repr(es.unit_day_figure(own, ["bil-1"], 0))
    assert "1 missions, busy for 1.0 hours" in repr(es.unit_day_figure(own, ["bil-1"], 1))
    assert "0 missions, busy for 0.0 hours" in repr(es.unit_day_figure(own, ["bil-1"], 2))
    with pytest.raises(ValueError, match="one replication"):
        es.unit_day_figure(missions(), ["bil-1"], 0)


def test_the_week_begins_on_its_weekday() -> None:
    ten_to_noon = np.array([11.9, 11.95, 3.0]) * 3600
    says = repr(es.week_figure({"calls": ten_to_noon}, weeks=2, first_day=2))
    assert "most 1.0 on Wednesday at 11" in says
    assert "mest 1,0 mandag kl. 11" in repr(es.week_figure({"x": ten_to_noon}, weeks=2, lang="nb"))


def rows() -> pd.DataFrame:
    """Return three rows of a comparison: better, worse beyond the axis, exact."""
    common = {"group_kind": "all", "group": "all", "note": ""}
    return pd.DataFrame(
        [
            {"kpi": "response_time_median", "variant_id": "v", "base": 10.0, "variant": 8.0,
             "difference": -2.0, "ci_low": -2.5, "ci_high": -1.5, "verdict": "better", **common},
            {"kpi": "response_within_target", "variant_id": "v", "base": 0.9, "variant": 0.5,
             "difference": -0.4, "ci_low": -0.5, "ci_high": -0.3, "verdict": "worse", **common},
            {"kpi": "clinic_travel_time_median", "variant_id": "v", "base": 5.0, "variant": 5.0,
             "difference": 0.0, "ci_low": np.nan, "ci_high": np.nan,
             "verdict": "no_relevant_difference", **common},
        ]
    )  # fmt: skip


WANTED = [
    ("response_time_median", "all", "all"), ("response_within_target", "all", "all"),
    ("clinic_travel_time_median", "all", "all"),
]  # fmt: skip


def test_better_lies_to_the_right_whichever_direction_is_better() -> None:
    chart = es.forest_figure(rows(), WANTED, {"v": "new"}, base="old")
    axes = chart.figure.axes[0]
    marks = [line for line in axes.get_lines() if line.get_marker() not in ("None", "", None)]
    at = {line.get_marker(): float(line.get_xdata()[0]) for line in marks}
    assert at[VERDICTS["better"][1]] == pytest.approx(2.0)  # a minute is the relevant difference
    assert at["<"] == -6.0  # 40 percentage points: beyond the axis
    assert at[VERDICTS["no_relevant_difference"][1]] == 0.0
    assert "Median response time, new: 10.0 to 8.0 min, better" in repr(chart).replace(
        ", v:", ", new:"
    )
    nb = repr(es.forest_figure(rows(), WANTED, {"v": "ny"}, base="gammel", lang="nb"))
    assert "10,0 til 8,0 min, bedre" in nb


def test_a_row_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="no row response_time_median, all, all, other"):
        es.forest_figure(rows(), WANTED[:1], {"other": "x"}, base="old")


def test_every_phase_has_a_colour_and_words() -> None:
    assert COLOURS.keys() == WORDS["nb"].keys() == WORDS["en"].keys()


# ------------------------------------------------------------ replications


def replications() -> pd.DataFrame:
    """Return an indicator of two scenarios in four replications, and one that only one has."""
    rows = [
        {"scenario": name, "replication": k, "kpi": "response_time_median", "group_kind": "all",
         "group": "all", "value": value}
        for name, values in {"a": [10.0, 12.0, 9.0, 11.0], "b": [9.0, 10.8, 8.2, 10.0, 7.0]}.items()
        for k, value in enumerate(values)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    frame["replication"] = frame["replication"].astype("Int64")
    return frame


KEY = ("response_time_median", "all", "all")


def test_values_are_paired_by_replication() -> None:
    pair = es.paired_values(replications(), KEY, "a", "b")
    assert pair.difference.tolist() == pytest.approx([-1.0, -1.2, -0.8, -1.0])
    paired, apart = pair.half_widths(), pair.half_widths(paired=False)
    assert len(paired) == 3
    # by hand: t(3) = 3.1824, s = 0.16330; t(6) = 2.4469, both variances 1.66667 and 1.29333
    assert paired[-1] == pytest.approx(3.182446 * 0.163299 / 2, rel=1e-4)
    assert apart[-1] == pytest.approx(2.446912 * (2.96 / 4) ** 0.5, rel=1e-4)
    with pytest.raises(ValueError, match="a and c share no two replications"):
        es.paired_values(replications(), KEY, "a", "c")


def test_precision_is_no_spread() -> None:
    pair = es.paired_values(replications(), KEY, "a", "b")
    says = repr(es.spread_figure([pair]))
    assert "mean −1.0 (−1.3 to −0.7), single periods −1.2 to −0.8 min" in says
    assert "snitt −1,0 (−1,3 til −0,7)" in repr(es.spread_figure([pair], lang="nb"))
    says = repr(es.precision_figure(pair))
    assert "after 4 replications ± 0.3 min with the same incidents, ± 2.1 min without" in says
    assert "65.6 times as many" in says


def test_who_may_be_best_is_marked() -> None:
    entries = tuple(
        Ranked(
            scenario=name, value=value, ci_low=value - 1, ci_high=value + 1, probability_best=share,
            may_be_best=maybe,
        )
        for name, value, share, maybe in [("x", 14.0, 0.8, True), ("y", 16.0, 0.2, False)]
    )  # fmt: skip
    ranking = Ranking(
        kpi="response_time_median", group_kind="all", group="all", unit="min", better="lower",
        replications=20, probability=0.95, indifference=1.0, best="x", entries=entries, reason=None,
    )  # fmt: skip
    says = repr(es.ranking_figure(ranking, {"x": "two cars"}))
    assert "two cars 14.0 min, best in 80 % of resamples, may be the best; y 16.0 min" in says
    assert not says.endswith("may be the best.")
    with pytest.raises(ValueError, match="no structure"):
        es.ranking_figure(dataclasses.replace(ranking, entries=()))


def test_known_and_simulated_stand_on_one_axis() -> None:
    table = pd.DataFrame(
        {"figure": ["wait"], "target": [200.0], "simulated": [210.0], "standard_error": [10.0],
         "kind": ["exact"]}
    )  # fmt: skip
    chart = es.reference_figure(table, title="Title")
    assert "wait: 200 known, 210 simulated" in repr(chart)
    mark = next(x for x in chart.figure.axes[0].get_lines() if x.get_marker() == "o")
    ends = [x.get_xdata() for x in chart.figure.axes[0].get_lines() if x.get_linewidth() > 2.5]
    assert [float(x) for x in ends[0]] == pytest.approx([0.95, 1.15])
    assert float(mark.get_xdata()[0]) == pytest.approx(1.05)
    with pytest.raises(ValueError, match="above zero"):
        es.reference_figure(table.assign(simulated=0.0), title="Title")


# ------------------------------------------------------------ maps


def test_municipalities_are_named_with_their_values() -> None:
    region = es.load_region("more-og-romsdal")
    values = pd.Series({"Molde": 7.4, "1539": 11.2, "": 3.0})
    chart = es.municipality_map(region, {"Minutes": values}, title="Title", digits=1)
    assert "Molde 7.4" in repr(chart)
    assert "Rauma 11.2" in repr(chart)
    assert "Aure –" in repr(chart)
    with pytest.raises(ValueError, match="Oslo: the region has no such municipality"):
        es.municipality_map(region, {"Minutes": pd.Series({"Oslo": 1.0})}, title="Title")


def test_travel_times_day_and_night() -> None:
    day, night = es.travel_times(at="Sa 12:00"), es.travel_times(at="Sa 03:00")
    over = [one.places.people[one.before.least > 60].sum() for one in (day, night)]
    share = f"over 60 min: {100 * over[1] / night.places.people.sum():.1f} %"
    assert over[1] > over[0]
    says = repr(es.isochrone_figure({"Night": night}, title="Title"))
    assert share in says
    assert "not reached" in says
    assert "over 60 min" in repr(es.isochrone_figure({"Day": day}, title="Title", columns=1))
    far = night.before.least >= 60
    reached = far & (night.before.least < float("inf"))
    share = 100 * night.places.people[reached].sum() / night.places.people.sum()
    bars = repr(es.travel_classes_figure({"night": night}, title="Title"))
    assert f"60 and over {share:.1f} %, not reached 1.0 %" in bars
    with pytest.raises(ValueError, match="no after"):
        es.isochrone_figure({"Night": night}, shows="change", title="Title")


def test_a_closed_legevakt_is_marked_and_counted() -> None:
    closed = es.travel_times(close=["Rauma legevakt"])
    longer = next(row["people_longer"] for row in es.travel_rows(closed))
    number = f"{longer:,.0f}".replace(",", "\N{THIN SPACE}")
    chart = es.isochrone_figure({"x": closed}, shows="change", title="Title")
    assert f"people with over 10 min more: {number}" in repr(chart)


def test_what_cannot_be_asked_is_said() -> None:
    with pytest.raises(ValueError, match="profile must be one of"):
        es.travel_times(profile="bicycle")
    with pytest.raises(ValueError, match="quantile"):
        es.travel_times(quantile=1.0)
    with pytest.raises(es.InputFaults, match="must be a day"):
        es.travel_times(at="Saturday")


def test_ferries_have_names_that_can_be_taken_away() -> None:
    region = es.load_region("more-og-romsdal")
    assert len(region.ferry_names) == 40
    assert list(region.ferry_names) == sorted(region.ferry_names)
    for name in region.ferry_names:
        region.without_ferries([name])
