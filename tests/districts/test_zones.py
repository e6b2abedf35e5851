"""Zones hold everybody once, keep to one piece of land, and are small in towns."""

from dataclasses import replace

import numpy as np
import pytest

from emergency_sim.districts.making.clusters import (
    FEWEST,
    SPARSE_WIDEST_S,
    WIDEST_S,
    cut_into_zones,
)
from emergency_sim.districts.making.density import density_of
from emergency_sim.districts.making.living_places import living_places
from emergency_sim.districts.making.zones import MOST, Zones, make_zones
from emergency_sim.districts.sources.open_data import OpenData
from emergency_sim.network import Region


@pytest.fixture(scope="module")
def zones(roads: Region, data: OpenData) -> Zones:
    return make_zones(
        roads, data.cells, data.municipality, data.density, data.municipalities.outlines
    )


def test_a_town_is_touching_squares_with_more_than_ten_thousand_people(data: OpenData) -> None:
    town = data.density.town

    assert data.cells.population[town].sum() == pytest.approx(12_000)
    assert set((data.cells.x[town] // 1000).tolist()) == {101, 102, 103, 104}
    # The valley has 100 people a square: settlements of two that touch, but none of 200 alone.
    lonely = (data.cells.x // 1000 == 106) & (data.cells.y < 6_910_000)
    assert not data.density.settlement[lonely].any()


def test_a_town_of_ten_thousand_is_no_town(data: OpenData) -> None:
    rows = np.flatnonzero(data.density.town)
    cells = data.cells.where(rows)
    fewer = type(cells)(
        ids=cells.ids, x=cells.x, y=cells.y, population=np.full(len(cells), 2_500.0),
        municipality=cells.municipality, names=cells.names, size_m=1000.0, file="",
    )  # fmt: skip

    assert not density_of(fewer).town.any()
    assert density_of(fewer).settlement.all()


def test_everybody_is_in_one_zone(zones: Zones, data: OpenData) -> None:
    assert zones.population.sum() == pytest.approx(data.cells.people)
    assert np.bincount(zones.point_zone, zones.points.weight) == pytest.approx(zones.population)
    for m in range(len(data.municipalities)):
        living = data.cells.population[data.municipality == m].sum()
        assert zones.population[zones.municipality == m].sum() == pytest.approx(living)


def test_zones_are_small_in_towns(zones: Zones) -> None:
    assert zones.population.max() <= MOST
    assert zones.town.sum() >= 12_000 / 1_500
    assert not zones.town[zones.population < 500].any()


def test_an_islet_without_road_is_a_zone_of_its_own_by_boat(zones: Zones) -> None:
    assert zones.boat.sum() == 1
    boat = int(np.flatnonzero(zones.boat)[0])
    assert zones.population[boat] == pytest.approx(30)
    seconds = zones.point_way.seconds[zones.point_zone == boat]
    # 20 minutes and the way to the road at y = 5.5 km: 7 km at 30 km/h.
    assert seconds.mean() == pytest.approx(1200 + 7_000 / (30 / 3.6), rel=0.02)


def test_no_zone_spans_a_ferry_or_a_border(zones: Zones, roads: Region, data: OpenData) -> None:
    island = data.municipalities.index("0103")
    assert set(zones.place.link[zones.municipality == island].tolist()) == {3}
    assert 3 not in zones.place.link[zones.municipality != island]
    # Nor where all is one municipality, and however few people live on the island.
    few = replace(data.cells, population=np.where(data.cells.x > 121_000, 3.0, 100.0))
    one = make_zones(
        roads, few, np.zeros(len(few), np.int64), data.density, data.municipalities.outlines
    )
    across = one.points.x > 121_000
    assert not set(one.point_zone[across].tolist()) & set(one.point_zone[~across].tolist())


def test_dense_cells_are_cut_into_strips_with_the_same_number_of_people(data: OpenData) -> None:
    rows = np.flatnonzero(data.density.town)
    cells = data.cells.where(rows)

    points = living_places(cells, data.municipalities.outlines, np.full(len(rows), 1_000.0))

    parts = np.bincount(points.cell)
    assert (parts == np.ceil(cells.population / 1_000)).all()
    assert points.population[points.cell == 0] == pytest.approx(cells.population[0] / parts[0])
    x, _ = points.middle()
    assert (np.diff(x[points.cell == 0]) > 0).all()


def test_nobody_lives_in_the_sea(data: OpenData) -> None:
    coast = data.cells.where(np.array([0]))
    at_shore = type(coast)(
        ids=("s", "o"), x=np.array([100_000.0, 97_000.0]), y=np.array([6_905_500.0] * 2),
        population=np.array([10.0, 10.0]), municipality=("", ""), names=("", ""), size_m=1000.0,
        file="",
    )  # fmt: skip

    points = living_places(at_shore, data.municipalities.outlines, np.full(2, 1e9))

    assert (points.x >= 99_999).all()
    assert points.weight.sum() == pytest.approx(20)
    assert np.bincount(points.cell[points.part]).tolist() == [6, 1]


def test_zones_are_neither_too_wide_nor_too_large() -> None:
    at = np.arange(0, 3000, 100.0)
    seconds = np.abs(at[:, None] - at)
    people = np.full(len(at), 100.0)

    zones = cut_into_zones(seconds, people, 450)

    assert sorted(np.concatenate(zones).tolist()) == list(range(len(at)))
    for members in zones:
        assert people[members].sum() <= 450
        assert np.ptp(at[members]) <= SPARSE_WIDEST_S
    dense = cut_into_zones(seconds, people * 10, 1e9)
    assert max(np.ptp(at[members]) for members in dense) <= WIDEST_S


def test_a_few_people_join_their_neighbours_but_not_across_the_sea() -> None:
    at = np.array([0.0, 100.0, 900.0, 1e5])
    people = np.array([500.0, 400.0, FEWEST - 1, 1.0])

    zones = cut_into_zones(np.abs(at[:, None] - at), people, 1_450)

    assert sorted(z.tolist() for z in zones) == [[0, 1, 2], [3]]
