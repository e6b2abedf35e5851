"""Which tags close a road in winter."""

import pytest

from emergency_sim.network.osm.seasons import read_seasons


@pytest.mark.parametrize(
    "tags",
    [
        {"seasonal": "yes"},
        {"seasonal": "summer"},
        {"seasonal": "spring;summer;autumn"},
        {"access:conditional": "no @ winter"},
        {"access:conditional": "no @ (winter)"},
        {"motor_vehicle:conditional": "no @ snow"},
        {"motor_vehicle:conditional": "no @ (Nov-May)"},
        {"motor_vehicle:conditional": "no @ (Nov - May)"},
        {"motor_vehicle:conditional": "no @ (Oct 15-Jun 1)"},
        {"motor_vehicle:conditional": "no @ (Oct 15 - Jun 01)"},
        {"vehicle:conditional": "no @ Dec,Jan,Feb"},
        {"access:conditional": "no @ (November 1-April 30)"},
        {"access:conditional": "delivery @ (06:00-11:00); no @ (Nov-May)"},
        {"motor_vehicle:conditional": "no @ (2023 Nov 15-2024 May 1)"},
    ],
)
def test_closed_in_winter(tags):
    assert read_seasons(tags).closed_in_winter


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"seasonal": "no"},
        {"seasonal": ""},
        {"access:conditional": "no @ (22:00-06:00)"},
        {"access:conditional": "no @ (Nov-Mar 22:00-06:00)"},
        {"access:conditional": "no @ (May-Sep)"},
        {"access:conditional": "no @ (weight > 3.5)"},
        {"access:conditional": "yes @ (Nov-May)"},
        {"access:conditional": "no @ (Mo-Fr 07:00-09:00)"},
        {"motor_vehicle:conditional": "yes @ winter", "access:conditional": "no @ winter"},
        {"access:conditional": "no @ (maybe)"},
    ],
)
def test_open_in_winter(tags):
    assert not read_seasons(tags).closed_in_winter


def test_open_by_exception_in_summer():
    assert read_seasons({"motor_vehicle:conditional": "yes @ (Jun-Sep)"}).opens
    assert not read_seasons({"motor_vehicle:conditional": "yes @ (Jun-Sep 08:00-20:00)"}).opens


@pytest.mark.parametrize(
    "tags", [{"winter_road": "yes"}, {"ice_road": "yes"}, {"seasonal": "winter"}]
)
def test_a_road_of_snow(tags):
    assert read_seasons(tags).only_in_winter
