"""The folder of a travel study: classes, states of places, titles, and what may be replaced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from emergency_sim.districts.travel_answer import flight
from emergency_sim.districts.travel_study import situation
from emergency_sim.domain.errors import InputFaults
from emergency_sim.network import Driving
from emergency_sim.report.style import YLGNBU
from emergency_sim.report.travel_areas import (
    around_m,
    bounds_of,
    place_areas,
    road_lines,
    times_between_roads,
)
from emergency_sim.report.travel_output import (
    _Study,
    is_travel_output,
    travel_classes,
    write_travel_output,
)
from emergency_sim.report.travel_words import heading, subtitle, what
from tests.districts.test_travel_study import EAST, PLACES, WEST
from tests.network.small_networks import Link
from tests.network.test_reach import region
from tests.report.travel_answers import CHOICES, answered


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_classes_span_the_colours_whatever_their_number(count: int) -> None:
    found = travel_classes(tuple(10.0 * k for k in range(1, count + 1)))
    assert len(found.colours) == count + 1 == len(set(found.colours))
    assert (found.colours[0], found.colours[-1]) == (YLGNBU[0], YLGNBU[-1])


def test_people_by_class_are_everybody() -> None:
    study = _Study(answered())
    assert study._people("before") == (110.0, 50.0, 0.0, 1.0)
    assert study._people("after") == (100.0, 50.0, 0.0, 11.0)
    assert sum(study._people("change")) == 161.0
    assert list(study.grids) == list(study.bands) == ["before", "after", "change"]


def test_each_place_has_its_own_area() -> None:
    areas = place_areas(answered())
    points = shapely.points(PLACES.x, PLACES.y)
    inside = shapely.intersects(areas[:, None], points[None, :])
    assert (inside == np.eye(4, dtype=bool)).all()
    assert (shapely.area(shapely.intersection(areas[:-1], areas[1:])) == 0).all()
    squares = place_areas(answered(cell_m=250.0))
    assert shapely.area(squares).tolist() == [62_500.0] * 4
    same = replace(
        PLACES, x=np.full(4, 5_000.0), y=np.zeros(4)
    )  # several zones at one node share its area
    assert len(set(place_areas(answered(places=same)))) == 1


def test_times_beside_the_road_grow_and_end() -> None:
    answer = answered(changes=False)
    grid = times_between_roads(answer, answer.before)

    def at(x: float, y: float) -> float:
        row, column = int((grid.north - y) // grid.cell_m), int((x - grid.west) // grid.cell_m)
        return float(grid.minutes[row, column])

    cell = grid.cell_m / 1000
    assert at(10_000, 0) == pytest.approx(10, abs=cell + 0.1)
    assert at(10_000, 1_000) == pytest.approx(10 + 1.95, abs=2 * cell + 0.3)
    assert np.isnan(at(10_000, around_m(answer) / 2 + 500))
    assert np.isnan(at(22_500, 0)), "nobody lives on a ferry"
    west, south, east, north = bounds_of(answer)
    assert west < PLACES.x.min() < PLACES.x.max() < east
    assert south < PLACES.y.min() < PLACES.y.max() < north


@pytest.mark.parametrize(("towards", "there"), [(False, True), (True, False)])
def test_a_one_way_road_is_driven_its_way(towards: bool, there: bool) -> None:
    roads = region(2, [Link(0, 1, 10_000, oneway=True)], [(0, 0), (10_000, 0)])
    places = replace(
        PLACES, ids=("a",), names=("A",), x=np.array([9_000.0]), y=np.zeros(1),
        people=np.ones(1), municipality=("1",), district=("",),
    )  # fmt: skip
    found = situation(roads, Driving(), [WEST], places, towards=towards)
    answer = replace(answered(changes=False), places=places, before=found)
    grid = times_between_roads(answer, found)
    row, column = int(grid.north // grid.cell_m), int((9_000 - grid.west) // grid.cell_m)
    assert np.isfinite(grid.minutes[row, column]) == there
    if there:
        assert grid.minutes[row, column] == pytest.approx(9, abs=0.2)


def test_lines_are_those_that_run_and_lie_in_the_box() -> None:
    answer = answered()
    bounds = bounds_of(answer)
    assert answer.after is not None
    assert road_lines(answer.before, bounds)[1] == ["primary"] * 3 + ["ferry"]
    assert road_lines(answer.after, bounds)[1] == ["primary"] * 3
    assert road_lines(answer.before, (0.0, -1.0, 5_000.0, 1.0))[1] == ["primary"]


def test_states_of_places_and_what_each_map_shows() -> None:
    answer = answered()
    assert [answer.state(f.id) for f in (WEST, EAST)] == ["open", "closed"]
    study = _Study(answer)
    shown = {
        name: [(s.name, s.state) for s in study._map_sites(name)]
        for name in ("before", "after", "change")
    }
    assert shown == {
        "before": [("West", "open"), ("East", "open")],
        "after": [("West", "open")],
        "change": [("West", "open"), ("East", "closed")],
    }
    again = replace(answer, before=answer.after, after=answer.before)
    assert again.state("east") == "opened"


def test_the_manifest_has_no_path_and_no_clock() -> None:
    found = answered(inputs={"b": "2", "a": "1"}).manifest()
    assert list(found["inputs"]) == ["a", "b"]
    assert found["date_of_network"] is None
    assert found["notes"] == ["Mind the ferry."]


def test_titles_in_both_languages() -> None:
    english = answered()
    assert (what(english), heading(english)) == ("the places", "Travel time to the places")
    assert subtitle(english).startswith("Ordinary car, as if always open, summer, 161 people")
    choices = {**CHOICES, "direction": "from", "profile": "ambulance_blue", "at": "Sa 03:00",
               "season": "winter", "winter_roads": "closed", "quantile": 0.9}  # fmt: skip
    norwegian = answered(lang="nb", choices=choices)
    assert heading(norwegian) == "Kjøretid fra stedene"
    for words in (
        "Ambulanse med blålys", "lørdag kl. 03:00", "vinter", "vinterstengte veier stengt",
        "90 % av turene tar kortere tid", "161 innbyggere",
    ):  # fmt: skip
        assert words in subtitle(norwegian)
    facilities = tuple(replace(f, kind="legevakt") for f in english.before.facilities)
    clinics = replace(english, before=replace(english.before, facilities=facilities))
    assert heading(clinics) == "Travel time to legevakt"


def test_a_helicopter_takes_the_nearest_base() -> None:
    found = flight([WEST, EAST], PLACES.x, PLACES.y, 5.0, 240.0)
    metres = np.minimum(
        np.hypot(PLACES.x - WEST.x, PLACES.y), np.hypot(PLACES.x - EAST.x, PLACES.y)
    )
    assert found.minutes == pytest.approx(5 + metres / 4_000)


def test_only_a_folder_of_ours_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Study, "draw", lambda *_: None)
    answer, out = answered(changes=False), tmp_path / "out"
    write_travel_output(out, answer)
    assert is_travel_output(out)
    write_travel_output(out, answer)
    (out / "travel_time.gpkg").unlink()
    with pytest.raises(InputFaults, match="holds something else"):
        write_travel_output(out, answer)


def test_a_failure_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr(_Study, "draw", fail)
    with pytest.raises(RuntimeError, match="no ink"):
        write_travel_output(tmp_path / "out", answered(changes=False))
    assert list(tmp_path.iterdir()) == []
