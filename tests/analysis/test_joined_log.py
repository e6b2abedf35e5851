"""Numbers of missions and calls over all parts of a country."""

import numpy as np

from emergency_sim.analysis.joined_log import numbers_of


def test_what_begins_earlier_has_the_lower_number() -> None:
    first, second = numbers_of([np.array([5, 20, 30]), np.array([10, 25])])
    assert first[1:4].tolist() == [1, 3, 5]
    assert second[1:3].tolist() == [2, 4]
    assert first[-1] == second[-1] == -1  # null stays null


def test_in_the_same_millisecond_a_part_keeps_its_own_order() -> None:
    """A unit taken in the instant of its alarm: its old incident is alarmed again after the new one."""
    first, second = numbers_of([np.array([7, 7, 7]), np.array([7])])
    assert first[1:4].tolist() == [1, 2, 3]
    assert second[1:2].tolist() == [4]


def test_no_missions_at_all() -> None:
    (only,) = numbers_of([np.zeros(0, "int64")])
    assert only[np.array([-1, -1])].tolist() == [-1, -1]
