"""The order along the Z-curve."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.network.morton import morton_code, morton_order


def test_a_grid_is_walked_in_the_shape_of_a_z():
    x, y = (side.ravel() for side in np.meshgrid(np.arange(4.0), np.arange(4.0)))
    walk = list(zip(x[morton_order(x, y)], y[morton_order(x, y)], strict=True))
    assert walk[:6] == [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (3, 0)]
    assert walk[-1] == (3, 3)


def test_the_code_takes_the_bits_in_turn():
    side = 2.0**32 - 1
    code = morton_code(np.array([0.0, 5.0, 0.0, side]), np.array([0.0, 0.0, 3.0, side]))
    assert code.tolist() == [0, 0b010001, 0b001010, 2**64 - 1]


def test_places_alike_stay_in_their_order():
    assert morton_order([7.0, 7.0, 7.0], [1.0, 1.0, 1.0]).tolist() == [0, 1, 2]
    assert morton_order([], []).tolist() == []


@given(st.lists(st.tuples(st.floats(-1e6, 1e7), st.floats(-1e6, 1e7)), max_size=50))
def test_every_place_is_there_once(places):
    x, y = np.array(places).reshape(-1, 2).T
    assert sorted(morton_order(x, y).tolist()) == list(range(len(places)))
