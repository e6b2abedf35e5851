"""Shares of people beyond limits, and means, against sums by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.districts.beyond import by_group, group_travel, weighted_quantile

INF = float("inf")


def test_figures_of_a_group():
    found = group_travel(
        "x", np.array([10.0, 40.0, 50.0, 70.0, INF]), np.array([4.0, 2, 2, 1, 1]), (40, 60)
    )
    assert found.people == 10
    assert found.beyond == (4.0, 2.0)  # exactly 40 minutes is not beyond 40
    assert found.share(0) == 0.4
    assert found.mean_min == pytest.approx((40 + 80 + 100 + 70) / 9)
    assert found.median_min == 40.0
    assert found.p90_min == 70.0
    assert found.unreached == 1.0


def test_quantiles_are_of_all_people_and_say_nothing_beyond_those_who_are_reached():
    found = group_travel("x", np.array([10.0, INF]), np.array([8.0, 2.0]), (40,))
    assert (found.median_min, found.p90_min, found.mean_min) == (10.0, None, 10.0)


def test_a_group_without_people_or_ways_has_no_mean():
    nobody = group_travel("x", np.array([10.0]), np.array([0.0]), (40,))
    assert (nobody.mean_min, nobody.median_min, nobody.share(0)) == (None, None, None)
    cut_off = group_travel("x", np.array([INF]), np.array([5.0]), (40,))
    assert (cut_off.mean_min, cut_off.share(0), cut_off.unreached) == (None, 1.0, 5.0)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 200), st.integers(0, 50)), min_size=1)
)
def test_groups_share_out_everybody(rows):
    names = [r[0] for r in rows]
    minutes, people = (np.array([r[k] for r in rows], float) for k in (1, 2))
    groups = by_group(names, minutes, people, (40, 60))
    whole = group_travel("all", minutes, people, (40, 60))
    assert [g.group for g in groups] == sorted(set(names))
    assert sum(g.people for g in groups) == whole.people
    for k in range(2):
        assert sum(g.beyond[k] for g in groups) == pytest.approx(whole.beyond[k])
    for g in groups:
        alone = np.array([n == g.group for n in names])
        assert g == group_travel(g.group, minutes[alone], people[alone], (40, 60))


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 5)), min_size=1))
def test_quantiles_are_those_of_people_in_a_row(rows):
    values, weights = (np.array([r[k] for r in rows], float) for k in (0, 1))
    in_a_row = sorted(v for v, n in rows for _ in range(n))
    for share in (0.1, 0.5, 0.9):
        found = weighted_quantile(values, weights, share)
        if not in_a_row:
            assert found is None
        else:
            at = int(np.ceil(share * len(in_a_row) - 1e-9)) - 1
            assert found == in_a_row[max(at, 0)]
