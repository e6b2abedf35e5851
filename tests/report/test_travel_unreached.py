"""Who is not reached, or no longer, is seen on the map and counted in its legend."""

import dataclasses

import numpy as np
import pytest
import shapely

from emergency_sim.districts.travel_answer import TravelAnswer
from emergency_sim.districts.travel_study import situation, table
from emergency_sim.network import Driving
from emergency_sim.report import travel_output
from emergency_sim.report.travel_areas import times_between_roads
from tests.districts.test_travel_study import PLACES, REGION, WEST

NEAR = dataclasses.replace(PLACES, y=np.zeros(4))  # all beside the road, the ferry before the third


def answer(places=NEAR) -> TravelAnswer:
    before = situation(REGION, Driving(), [WEST], places)
    after = situation(REGION.without_ferries(["ferry 3"]), Driving(), [WEST], places)
    return TravelAnswer(
        name="drawn", places=places, before=before, after=after, breaks=(12.0, 40.0),
        worse_min=10.0, rows=tuple(table(places, before, after, (12.0, 40.0), 10.0)),
        municipality_names={}, outlines=None, cell_m=0.0, flight=None, lang="en",
        licence="none", date="2026-01-01T00:00:00Z",
        choices={"direction": "to", "to": "sites.csv", "profile": "car", "season": "summer",
                 "at": None, "winter_roads": "open", "quantile": None, "close": [], "open": [],
                 "without_ferries": ["ferry 3"]},
    )  # fmt: skip


@pytest.fixture
def maps(monkeypatch, tmp_path):
    drawn = {}

    def draw(travel, _, paths, **_more):
        drawn[paths[0]] = travel

    monkeypatch.setattr(travel_output, "draw_travel_map", draw)
    travel_output._Study(answer()).draw(tmp_path)
    return {path.stem: travel for path, travel in drawn.items()}


def test_an_island_that_loses_its_ferry_is_hatched_and_counted(maps):
    island, mainland = shapely.Point(30_000, 0), shapely.Point(5_000, 0)
    assert maps["map_before"].missing is None
    assert len(maps["map_before"].people) == 3
    for name, label in (("map_after", "no way"), ("map_change", "no longer reached")):
        travel = maps[name]
        assert travel.missing.contains(island)
        assert not travel.missing.intersects(mainland)
        assert travel.missing_label == label
        assert travel.people[-1] == 10.0
        assert sum(travel.people) == NEAR.people.sum()
    assert maps["map_change"].people[-2] == 0.0  # not also "10 minutes and over"


def test_an_island_with_a_quay_and_no_road_is_on_the_map():
    at = dataclasses.replace(
        NEAR, x=np.array([5_000.0, 15_000.0, 30_000.0, 25_000.0]),
        node=np.array([0, 1, 4, 3]), access_s=np.zeros(4),
    )  # fmt: skip
    found = answer(at)
    # The island's only road is taken away; its people live at the quay, node 3.
    closed = found.before.region.network
    links = closed.link == 2
    roads = dataclasses.replace(closed, runs=closed.runs & ~links)
    region = dataclasses.replace(found.before.region, network=roads, _search={})
    before = situation(region, Driving(), [WEST], at)
    grid = times_between_roads(dataclasses.replace(found, before=before), before)
    x, y = grid.centres()
    row, column = np.abs(y).argmin(), np.abs(x - 25_000).argmin()
    assert grid.minutes[row, column] == pytest.approx(20 + 15 + 10, abs=0.5)
