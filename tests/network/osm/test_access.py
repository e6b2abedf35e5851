"""Who may drive, by the most special tag."""

import pytest

from emergency_sim.network.osm.access import read_access


@pytest.mark.parametrize(
    ("tags", "access"),
    [
        ({}, "open"),
        ({"access": "yes"}, "open"),
        ({"access": "permissive"}, "open"),
        ({"access": "designated"}, "open"),
        ({"access": "destination"}, "destination"),
        ({"access": "customers"}, "destination"),
        ({"access": "delivery"}, "destination"),
        ({"access": "private"}, "private"),
        ({"access": "permit"}, "private"),
        ({"motor_vehicle": "agricultural"}, "private"),
        ({"motor_vehicle": "forestry"}, "private"),
        ({"motor_vehicle": "agricultural;forestry"}, "private"),
        ({"motor_vehicle": "private;destination"}, "destination"),
        ({"access": "no"}, "closed"),
        ({"access": "no", "vehicle": "yes"}, "open"),
        ({"access": "no", "motor_vehicle": "yes"}, "open"),
        ({"vehicle": "no", "motor_vehicle": "private"}, "private"),
        ({"motor_vehicle": "yes", "motorcar": "no"}, "closed"),
        ({"motorcar": "yes", "motor_vehicle": "no", "vehicle": "no", "access": "no"}, "open"),
        ({"access": "no", "emergency": "yes"}, "emergency"),
        ({"access": "no", "emergency": "designated"}, "emergency"),
        ({"motor_vehicle": "no", "bus": "yes"}, "emergency"),
        ({"motor_vehicle": "no", "psv": "designated"}, "emergency"),
        ({"access": "psv"}, "emergency"),
        ({"access": "private", "emergency": "no"}, "closed"),
        ({"emergency": "no"}, "open"),
        ({"access": "nobody has heard of it"}, "open"),
    ],
)
def test_access(tags, access):
    assert read_access(tags) == access
