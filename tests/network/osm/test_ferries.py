"""Durations of ferries, and which ferries carry cars."""

import math

import pytest

from emergency_sim.network.osm.ferries import no_car_ferry, read_crossing, read_minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("0:35", 35),
        ("00:35", 35),
        ("1:05", 65),
        ("00:35:00", 35),
        ("00:35:30", 35.5),
        ("35", 35),
        ("7.5", 7.5),
        ("35 min", 35),
        ("35 minutes", 35),
        ("1 h 5 min", 65),
        ("2 hours", 120),
        ("PT35M", 35),
        ("PT1H5M", 65),
        ("P0DT0H35M0S", 35),
        ("pt20m", 20),
    ],
)
def test_minutes(text, minutes):
    assert read_minutes(text) == pytest.approx(minutes)


@pytest.mark.parametrize(
    "text", ["", "soon", "0", "0:00", "PT", "P", "25:00", "1441", "-5", "10-20"]
)
def test_no_minutes(text):
    assert read_minutes(text) is None


def test_what_is_not_understood_is_counted():
    crossing, interval, notes = read_crossing({"duration": "soon", "interval": "often"})
    assert math.isnan(crossing)
    assert math.isnan(interval)
    assert notes == ("duration of a ferry not understood", "interval of a ferry not understood")
    assert read_crossing({"duration": "0:20", "interval": "0:30"}) == (20, 30, ())


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({}, None),
        ({"motor_vehicle": "yes"}, None),
        ({"motorcar": "yes", "foot": "yes"}, None),
        ({"foot": "yes", "ferry": "trunk"}, None),
        ({"motor_vehicle": "no"}, "ferry without cars"),
        ({"motorcar": "no"}, "ferry without cars"),
        ({"vehicle": "no", "foot": "yes"}, "ferry without cars"),
        ({"access": "no", "motor_vehicle": "yes"}, None),
        ({"foot": "yes"}, "ferry for people on foot"),
        ({"foot": "no"}, None),
    ],
)
def test_which_ferries_carry_cars(tags, why):
    assert no_car_ferry(tags) == why
