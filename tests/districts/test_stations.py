"""Stations by rule: first where legevakter are, then where most people are out of reach."""

import numpy as np
import pytest

from emergency_sim.districts.making import staffing
from emergency_sim.districts.making.stations import STATIONS_PER_CAR, place_stations

PLACES = np.array([0.0, 1_000.0, 2_000.0, 3_000.0, 6_000.0])
"""Seconds along one road; the last two are far from the others."""
PEOPLE = np.array([9_000.0, 500.0, 500.0, 2_000.0, 1_000.0])
DRIVE = np.abs(PLACES[:, None] - PLACES)
LIMIT = np.full(5, 1_100.0)


def test_a_legevakt_comes_before_better_places() -> None:
    chosen = place_stations(DRIVE[[1, 0, 3, 4]], PEOPLE, LIMIT, 1, 2)

    assert chosen[0].candidate == 0
    assert len(chosen) == 2


def test_the_next_station_is_where_most_people_are_out_of_reach() -> None:
    chosen = place_stations(DRIVE, PEOPLE, LIMIT, 1, 10)

    # From 0 the first two are reached; 2000 brings 2,500 people, 6000 then the last 1,000.
    assert [s.candidate for s in chosen] == [0, 2, 4]
    assert sum(s.cars + s.day_cars for s in chosen) == 10


def test_stations_leave_cars_for_towns() -> None:
    chosen = place_stations(DRIVE, PEOPLE, LIMIT, 1, 3)

    assert len(chosen) == np.ceil(3 * STATIONS_PER_CAR)
    two = place_stations(DRIVE, PEOPLE, LIMIT, 1, 4)
    assert max(two, key=lambda s: s.cars + s.day_cars).candidate == 0


def test_few_people_out_of_reach_get_no_station() -> None:
    chosen = place_stations(DRIVE, np.array([9_000.0, 500, 500, 100, 100]), LIMIT, 1, 10)

    assert [s.candidate for s in chosen] == [0, 2]


def test_two_sites_at_one_place_have_one_station() -> None:
    beside = np.vstack((DRIVE[0], DRIVE[0] + 60, DRIVE))

    chosen = place_stations(beside, PEOPLE, LIMIT, 2, 10)

    assert chosen[0].candidate == 0
    assert 1 not in [s.candidate for s in chosen]


def test_one_car_of_every_station_is_there_round_the_clock() -> None:
    chosen = place_stations(DRIVE, PEOPLE, LIMIT, 1, 14)

    assert all(s.cars >= 1 for s in chosen)
    by_day = sum(s.day_cars for s in chosen)
    assert 0 < by_day <= round(14 * staffing.DAY_CAR_SHARE)


def test_there_is_a_station_though_nobody_is_reached() -> None:
    nowhere = np.full((2, 5), np.inf)
    nowhere[1, 4] = 5_000.0

    assert len(place_stations(nowhere, PEOPLE, LIMIT, 0, 2)) == 1


def test_the_share_of_day_cars_gives_the_hours_of_a_car() -> None:
    mean = 168 * (1 - staffing.DAY_CAR_SHARE) + 84 * staffing.DAY_CAR_SHARE

    assert mean * staffing.HOURS_A_YEAR / 168 == pytest.approx(staffing.CAR_HOURS_A_YEAR)


def test_the_rule_gives_the_default_districts_cars_within_a_quarter() -> None:
    assert staffing.cars(95_250, 177_919) == pytest.approx(42.5, rel=0.25)


@pytest.mark.parametrize("shift", [staffing.DAG, staffing.KVELD, staffing.HELG, staffing.NATT])
def test_more_people_never_need_fewer_staff(shift: str) -> None:
    for rule in (staffing.doctors, staffing.operators):
        counts = [rule(people, shift) for people in range(100, 800_000, 10_000)]
        assert counts[0] == 1
        assert counts == sorted(counts)
