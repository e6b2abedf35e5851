"""Who passes which barrier."""

import pytest

from emergency_sim.network.osm.nodes import read_barrier

BY_ALL = None


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ({}, BY_ALL),
        ({"barrier": "cattle_grid"}, BY_ALL),
        ({"barrier": "cattle_grid", "access": "no"}, BY_ALL),
        ({"barrier": "toll_booth"}, BY_ALL),
        ({"barrier": "border_control"}, BY_ALL),
        ({"barrier": "sally_port"}, BY_ALL),
        ({"barrier": "entrance"}, BY_ALL),
        ({"barrier": "height_restrictor"}, BY_ALL),
        ({"barrier": "gate"}, BY_ALL),
        ({"barrier": "gate", "access": "yes"}, BY_ALL),
        ({"barrier": "gate", "motor_vehicle": "destination"}, BY_ALL),
        ({"barrier": "gate", "locked": "no"}, BY_ALL),
        ({"barrier": "gate", "locked": "yes"}, "emergency"),
        ({"barrier": "lift_gate", "locked": "yes", "emergency": "no"}, "closed"),
        ({"barrier": "gate", "access": "no"}, "emergency"),
        ({"barrier": "gate", "access": "private"}, "emergency"),
        ({"barrier": "gate", "motor_vehicle": "no"}, "emergency"),
        ({"barrier": "lift_gate", "access": "private"}, "emergency"),
        ({"barrier": "lift_gate"}, BY_ALL),
        ({"barrier": "swing_gate", "access": "no"}, "emergency"),
        ({"barrier": "gate", "access": "no", "emergency": "no"}, "closed"),
        ({"barrier": "bollard"}, "emergency"),
        ({"barrier": "bollard", "access": "no"}, "emergency"),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, BY_ALL),
        ({"barrier": "bollard", "bicycle": "yes"}, "emergency"),
        ({"barrier": "chain"}, "emergency"),
        ({"barrier": "bollard", "emergency": "no"}, "closed"),
        ({"barrier": "block"}, "closed"),
        ({"barrier": "jersey_barrier"}, "closed"),
        ({"barrier": "wall"}, "closed"),
        ({"barrier": "log"}, "closed"),
        ({"barrier": "debris"}, "closed"),
        ({"barrier": "block", "motor_vehicle": "yes"}, BY_ALL),
        ({"barrier": "block", "access": "no", "emergency": "yes"}, "emergency"),
        ({"barrier": "a new kind"}, BY_ALL),
        ({"barrier": "a new kind", "access": "private"}, "emergency"),
    ],
)
def test_barrier(tags, passes):
    assert read_barrier(tags) == passes
