"""Each rule of a way's tags, by its own smallest way."""

import math

import pytest

from emergency_sim.network.osm.tags import CLASSES, RANK, RoadChoice, Side, read_way

ALL = RoadChoice(service="all", tracks="all")
OPEN, BUS = Side("open", None), Side("emergency", None)


def rule(choice=ALL, **tags):
    tags = {key.replace("__", ":"): value for key, value in tags.items()}
    tags.setdefault("highway", "tertiary")
    return read_way(tags, choice)


@pytest.mark.parametrize("highway", CLASSES)
def test_classes_are_kept_under_their_own_names(highway):
    assert rule(highway=highway).rule.highway == highway


@pytest.mark.parametrize(
    ("highway", "why"),
    [
        ("construction", "not built yet"),
        ("proposed", "not built yet"),
        ("pedestrian", "walkers only"),
        ("footway", "no road for cars"),
        ("cycleway", "no road for cars"),
        ("bus_guideway", "no road for cars"),
        ("raceway", "no road for cars"),
    ],
)
def test_what_is_no_road_is_counted(highway, why):
    assert rule(highway=highway) == (None, (why,))


def test_an_area_is_no_road():
    assert rule(area="yes").notes == ("area",)
    assert rule(area="no").rule is not None


@pytest.mark.parametrize(
    ("kind", "some"),
    [
        (None, True),
        ("alley", True),
        ("emergency_access", True),
        ("bus", True),
        ("driveway", False),
        ("parking_aisle", False),
        ("drive-through", False),
        ("something else", False),
    ],
)
def test_service_roads_by_choice(kind, some):
    tags = {"highway": "service"} | ({"service": kind} if kind else {})
    assert read_way(tags, RoadChoice(service="all")).rule is not None
    assert (read_way(tags, RoadChoice(service="some")).rule is not None) == some
    assert read_way(tags, RoadChoice(service="none")) == (None, ("service road not wanted",))


def test_tracks_by_choice():
    good, bad = ({"highway": "track", "tracktype": grade} for grade in ("grade1", "grade3"))
    kept = {
        tracks: [read_way(tags, RoadChoice(tracks=tracks)).rule is not None for tags in (good, bad)]
        for tracks in ("none", "good", "all")
    }
    assert kept == {"none": [False, False], "good": [True, False], "all": [True, True]}


def test_a_choice_that_does_not_exist():
    with pytest.raises(ValueError, match="none, some, all"):
        RoadChoice(service="few")
    with pytest.raises(ValueError, match="none, good, all"):
        RoadChoice(tracks="few")


@pytest.mark.parametrize(
    ("tags", "sides"),
    [
        ({}, (OPEN, OPEN)),
        ({"oneway": "yes"}, (OPEN, None)),
        ({"oneway": "true"}, (OPEN, None)),
        ({"oneway": "1"}, (OPEN, None)),
        ({"oneway": "-1"}, (None, OPEN)),
        ({"oneway": "reverse"}, (None, OPEN)),
        ({"oneway": "no"}, (OPEN, OPEN)),
        ({"oneway": "alternating"}, (OPEN, OPEN)),
        ({"oneway": "nonsense"}, (OPEN, OPEN)),
        ({"junction": "roundabout"}, (OPEN, None)),
        ({"junction": "circular"}, (OPEN, None)),
        ({"junction": "roundabout", "oneway": "no"}, (OPEN, OPEN)),
        ({"junction": "yes"}, (OPEN, OPEN)),
        ({"highway": "motorway"}, (OPEN, None)),
        ({"highway": "motorway_link"}, (OPEN, None)),
        ({"highway": "motorway", "oneway": "no"}, (OPEN, OPEN)),
        ({"highway": "trunk"}, (OPEN, OPEN)),
        ({"oneway": "yes", "oneway__bus": "no"}, (OPEN, BUS)),
        ({"oneway": "yes", "oneway__psv": "no"}, (OPEN, BUS)),
        ({"oneway": "-1", "oneway__bus": "no"}, (BUS, OPEN)),
        ({"oneway": "yes", "oneway__bus": "yes"}, (OPEN, None)),
        ({"oneway": "yes", "oneway__motor_vehicle": "no"}, (OPEN, OPEN)),
        ({"oneway": "no", "oneway__motorcar": "yes"}, (OPEN, None)),
    ],
)
def test_directions(tags, sides):
    way = rule(**tags).rule
    assert (way.forward, way.backward) == sides


def test_a_reversible_road_is_open_both_ways_and_counted():
    way, notes = rule(oneway="reversible")
    assert (way.forward, way.backward) == (OPEN, OPEN)
    assert notes == ("reversible road taken as open both ways",)


def test_each_direction_has_its_limit():
    way = rule(maxspeed__forward="60", maxspeed__backward="80").rule
    assert (way.forward.limit, way.backward.limit) == (60, 80)


def test_a_strange_limit_is_counted_and_unknown():
    way, notes = rule(maxspeed="fast")
    assert way.forward.limit is None
    assert notes == ("limit not understood: fast",)


@pytest.mark.parametrize(
    ("tags", "access"),
    [
        ({"access": "private"}, "private"),
        ({"motor_vehicle": "destination"}, "destination"),
        ({"motor_vehicle": "no", "bus": "yes"}, "emergency"),
        ({"highway": "busway"}, "emergency"),
        ({"highway": "busway", "access": "yes"}, "open"),
        ({"highway": "service", "service": "emergency_access"}, "emergency"),
        ({"highway": "service", "service": "bus"}, "emergency"),
        ({"highway": "pedestrian", "emergency": "yes"}, "emergency"),
        ({"highway": "pedestrian", "motor_vehicle": "destination"}, "destination"),
        ({"highway": "pedestrian", "motor_vehicle": "private"}, "private"),
    ],
)
def test_access_of_ways(tags, access):
    assert rule(**tags).rule.forward.access == access


def test_a_walkers_street_with_cars_is_a_living_street():
    assert rule(highway="pedestrian", motor_vehicle="delivery").rule.highway == "living_street"


@pytest.mark.parametrize("tags", [{"access": "no"}, {"motor_vehicle": "no"}, {"motorcar": "no"}])
def test_what_is_closed_to_cars_is_counted(tags):
    assert rule(**tags) == (None, ("closed to cars",))


@pytest.mark.parametrize(
    ("tags", "name", "value"),
    [
        ({"tunnel": "yes"}, "tunnel", True),
        ({"tunnel": "avalanche_protector"}, "tunnel", True),
        ({"tunnel": "no"}, "tunnel", False),
        ({"tunnel": "building_passage"}, "tunnel", False),
        ({"bridge": "viaduct"}, "bridge", True),
        ({"bridge": "no"}, "bridge", False),
        ({"ref": "Fv60"}, "road", "Fv60"),
        ({"name": "Storgata"}, "name", "Storgata"),
        ({"junction": "circular"}, "roundabout", True),
        ({"seasonal": "summer"}, "winter", True),
        ({"motor_vehicle__conditional": "no @ (Nov-May)"}, "winter", True),
        ({"access": "no", "access__conditional": "yes @ (Jun-Sep)"}, "winter", True),
        ({"access__conditional": "yes @ (Jun-Sep)"}, "winter", False),
    ],
)
def test_what_else_a_way_says(tags, name, value):
    assert getattr(rule(**tags).rule, name) == value


def test_a_road_of_ice_is_left_out():
    assert rule(ice_road="yes").notes == ("road of snow or ice",)


def test_a_ferry():
    ferry = read_way(
        {
            "route": "ferry",
            "duration": "0:30",
            "interval": "20",
            "name": "A - B",
            "highway": "path",
        },
        RoadChoice(),
    ).rule
    assert (ferry.highway, ferry.name, ferry.crossing_min, ferry.interval_min) == (
        "ferry",
        "A - B",
        30,
        20,
    )
    unknown = read_way({"route": "ferry"}, RoadChoice()).rule
    assert math.isnan(unknown.crossing_min)
    assert unknown.forward == unknown.backward == OPEN


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"motor_vehicle": "no"}, "ferry without cars"),
        ({"foot": "yes"}, "ferry for people on foot"),
    ],
)
def test_a_ferry_without_cars_is_counted(tags, why):
    assert read_way({"route": "ferry"} | tags, RoadChoice()) == (None, (why,))


def test_a_ferry_that_rests_in_winter_or_goes_one_way():
    ferry = read_way({"route": "ferry", "seasonal": "summer", "oneway": "yes"}, RoadChoice()).rule
    assert ferry.winter
    assert ferry.backward is None


def test_ranks_fall_from_the_motorway_to_the_track():
    main = ["motorway", "trunk", "primary", "secondary", "tertiary", "trunk_link"]
    minor = ["residential", "living_street", "service"]
    ranks = [RANK[kind] for kind in main + minor]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)
    assert set(RANK) == set(CLASSES)
