"""Tables of a travel study: every cell of a hand-made one, and nothing that a sheet would run."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergency_sim.report.travel_tables import travel_rows, unreached, write_csv, write_tables
from tests.districts.test_travel_study import PLACES
from tests.report.travel_answers import answered


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_rows_before_and_after() -> None:
    rows = travel_rows(answered())
    json.dumps(rows, allow_nan=False)
    whole = rows[0]
    assert (whole["kind"], whole["people"], whole["people_after"]) == ("all", 161, 161)
    assert whole["share_over_12"] == round(51 / 161, 6)
    assert whole["share_over_40_after"] == round(11 / 161, 6)
    assert (whole["unreached"], whole["unreached_after"]) == (1, 11)
    assert (whole["people_longer"], whole["people_shorter"]) == (10, 0)
    by_group = {row["group"]: row for row in rows}
    assert by_group["1"]["name"] == "=One"
    assert by_group["2"]["name"] == "2"  # nobody knows its name
    east = by_group["east"]
    assert (east["name"], east["people_nearest"], east["people_nearest_after"]) == (
        "East",
        10,
        None,
    )
    assert east["people_after"] is east["mean_min_after"] is east["share_over_12_after"] is None


def test_rows_without_a_change_have_no_after() -> None:
    rows = travel_rows(answered(changes=False))
    assert not [key for row in rows for key in row if key.endswith("_after")]
    assert "people_longer" not in rows[0]


def test_who_is_not_reached() -> None:
    found = unreached(answered())
    assert [(one["place"], one["people"], one["before"], one["after"]) for one in found] == [
        ("c", 10, True, False), ("far", 1, False, False),
    ]  # fmt: skip
    nobody = replace(PLACES, people=np.array([100.0, 50.0, 10.0, 0.0]))
    assert unreached(answered(changes=False, places=nobody)) == []
    [alone] = unreached(answered(changes=False))
    assert (alone["place"], alone["name"], alone["after"]) == ("far", "Far", None)


def test_the_files_hold_the_rows(tmp_path: Path) -> None:
    answer = answered()
    write_tables(tmp_path, answer)
    assert {p.name for p in tmp_path.iterdir()} == {
        "travel_time.csv", "places.csv", "places_by_facility.parquet", "longer.csv",
    }  # fmt: skip
    rows = read(tmp_path / "travel_time.csv")
    assert len(rows) == len(travel_rows(answer))
    assert rows[1]["name"] == "'=One"
    places = {row["id"]: row for row in read(tmp_path / "places.csv")}
    assert places["a"]["minutes"] == places["a"]["minutes_after"] == "5.0"
    assert (places["c"]["facility"], places["c"]["facility_after"]) == ("East", "")
    assert (places["c"]["minutes_after"], places["c"]["change_min"]) == ("", "")
    assert places["far"]["minutes"] == ""
    assert [row["id"] for row in read(tmp_path / "longer.csv")] == ["c"]
    pairs = pd.read_parquet(tmp_path / "places_by_facility.parquet")
    assert pairs.groupby("situation").size().to_dict() == {"before": 6, "after": 2}
    at = pairs[(pairs.place == "c") & (pairs.facility == "west")]
    assert at.minutes.tolist() == [50.0]  # by ferry, before only


def test_longer_names_the_most_people_first(tmp_path: Path) -> None:
    people = PLACES.people.copy()
    people[:] = [1.0, 5.0, 3.0, 0.0]
    answer = answered(places=replace(PLACES, people=people), worse_min=-1.0)
    write_tables(tmp_path, answer)
    assert [row["id"] for row in read(tmp_path / "longer.csv")] == ["b", "c", "a", "far"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@sum", "\tx", "\rx"])
def test_text_that_could_be_a_formula_is_escaped(tmp_path: Path, text: str) -> None:
    write_csv(tmp_path / "t.csv", ["name", "n"], [[text, -3.5], [None, 2]])
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as stream:
        _, first, second = csv.reader(stream)
    assert first == [f"'{text}".replace("\r", "\n"), "-3.5"]
    assert second == ["", "2"]
