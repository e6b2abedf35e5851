"""Every way of writing a speed limit."""

import math

import pytest

from emergency_sim.network.osm.limits import read_limit, read_limits


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        ("50.0", 50),
        ("50 km/h", 50),
        ("50km/h", 50),
        ("80 kph", 80),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("10 knots", 18.52),
        ("none", 130),
        ("walk", 7),
        ("50;70", 50),
        ("70;50", 50),
        ("80|60", 60),
        ("NO:urban", 50),
        ("NO:rural", 80),
        ("NO:motorway", 100),
        ("no:urban", 50),
        ("SE:rural", 70),
        ("DK:motorway", 130),
        ("FI:urban", 50),
        ("DE:motorway", 130),
        ("DE:living_street", 7),
        ("AT:rural", 100),
        ("CH:rural", 80),
        ("LI:motorway", 120),
        ("FR:rural", 80),
        ("IT:urban", 50),
        ("NL:rural", 80),
        ("BE:trunk", 120),
        ("GB:nsl_single", 60 * 1.609344),
        ("UK:motorway", 70 * 1.609344),
        ("NO:30", 30),
        ("NO:zone30", 30),
        ("DE:zone30", 30),
        ("DE:zone:30", 30),
        ("GB:20", 20 * 1.609344),
        ("zone30", 30),
        ("5", 5),
        ("150", 150),
    ],
)
def test_a_limit_is_read(text, kmh):
    assert read_limit(text) == pytest.approx(kmh)


@pytest.mark.parametrize("text", ["signals", "variable", "implicit", "signals;variable"])
def test_a_limit_that_varies_is_unknown_but_understood(text):
    assert math.isnan(read_limit(text))


@pytest.mark.parametrize(
    "text", ["fast", "", ";", "4", "151", "500", "-50", "XX:urban", "NO:moon", "50 apples", "50-70"]
)
def test_a_text_that_nobody_understands_is_none(text):
    assert read_limit(text) is None


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"maxspeed": "60"}, 60, 60),
        ({"maxspeed:forward": "60"}, 60, None),
        ({"maxspeed": "80", "maxspeed:backward": "60"}, 80, 60),
        ({"maxspeed": "80", "maxspeed:forward": "signals"}, 80, 80),
        ({"maxspeed:type": "NO:urban"}, 50, 50),
        ({"source:maxspeed": "NO:rural"}, 80, 80),
        ({"zone:maxspeed": "NO:30"}, 30, 30),
        ({"zone:traffic": "NO:urban"}, 50, 50),
        ({"maxspeed": "40", "maxspeed:type": "NO:urban"}, 40, 40),
        ({"maxspeed": "signals", "maxspeed:type": "NO:motorway"}, 100, 100),
        ({"maxspeed:type": "sign", "source:maxspeed": "NO:urban"}, 50, 50),
        ({"source:maxspeed": "survey"}, None, None),
        ({}, None, None),
    ],
)
def test_limits_of_a_way(tags, forward, backward):
    limits = read_limits(tags)
    assert [None if math.isnan(v) else v for v in limits[:2]] == [forward, backward]
    assert limits.strange == ""


def test_a_strange_limit_is_named_and_what_else_is_known_is_used():
    assert read_limits({"maxspeed": "fast", "maxspeed:type": "NO:urban"}) == (50, 50, "fast")
    assert read_limits({"maxspeed": "50", "maxspeed:forward": "quick"}) == (50, 50, "quick")
