"""Sums that do not depend on how many threads the linear algebra library may use."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.analysis.sums import counted, weighted

SCRIPT = """
import hashlib
import numpy as np
from emergency_sim.analysis.statistics import Pooled, ratio_draws
random = np.random.Generator(np.random.Philox(5))
said = hashlib.sha256()
for replications, groups, resamples in ((3, 500, 2000), (8, 500, 400), (20, 1033, 2000)):
    weights = random.integers(0, 4, (resamples, replications)).astype(float)
    above, below = random.random((2, replications, groups)) * 1e5
    said.update(ratio_draws(weights, above, below).tobytes())
    values = np.sort(random.lognormal(6, 1, 30_000))
    owners = random.integers(0, replications, len(values))
    said.update(Pooled(values, owners).draws(0.9, weights).tobytes())
print(said.hexdigest())
"""


def test_draws_do_not_depend_on_the_number_of_threads() -> None:
    """One machine has two processors, another sixty-four: both give the same bytes."""
    found = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2", "4")
    }
    assert len(found) == 1


@given(st.integers(0, 5), st.integers(0, 6), st.integers(0, 7), st.integers(0, 99))
def test_it_is_the_product(m: int, k: int, n: int, seed: int) -> None:
    random = np.random.Generator(np.random.Philox(seed))
    counts = random.integers(0, 9, (m, k)).astype(float)
    values = random.normal(size=(k, n)) * 10.0 ** random.integers(-9, 9, n)
    expected = counts @ values
    np.testing.assert_allclose(
        counted(counts, values), expected, rtol=0, atol=1e-14 * (np.abs(values).max(initial=0) * 60)
    )
    if n:
        np.testing.assert_allclose(weighted(counts, values[:, 0]), expected[:, 0], rtol=1e-9)


def test_no_order_of_the_terms_changes_a_bit() -> None:
    random = np.random.Generator(np.random.Philox(2))
    counts = random.integers(0, 5, (50, 40)).astype(float)
    values = random.lognormal(0, 8, (40, 30))
    order = random.permutation(40)
    assert np.array_equal(counted(counts, values), counted(counts[:, order], values[order]))
    assert not np.array_equal(counts @ values, counts[:, order] @ values[order])


def test_columns_without_finite_values_stay_themselves() -> None:
    found = counted(np.ones((1, 2)), np.array([[np.nan, np.inf, 0.0], [1.0, 1.0, 0.0]]))
    assert np.isnan(found[0, 0])
    assert found[0, 1] == np.inf
    assert found[0, 2] == 0.0


def test_the_smallest_numbers_are_counted_too() -> None:
    values = np.array([[1e-310, 5e-324, 3e-309], [-3e-320, 5e-324, 0.0]])
    assert np.array_equal(counted(np.array([[2, 1]]), values), np.array([[2, 1]]) @ values)


def test_parts_of_a_replication_are_refused() -> None:
    with pytest.raises(ValueError, match="whole"):
        counted(np.array([[0.5]]), np.array([[1.0]]))
