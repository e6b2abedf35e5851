"""Logs of the parts of a country: numbers of missions and calls over all, columns on disk."""

from pathlib import Path

import numpy as np
import pytest

from emergency_sim.analysis.joined_log import numbers_of, write_column
from emergency_sim.domain.errors import storage_failure


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


def test_a_column_that_does_not_fit_says_why(tmp_path: Path) -> None:
    """Of a country these are the largest files of all, and the first for which a disk is too small."""
    resource = pytest.importorskip("resource")
    column = np.arange(100_000)
    write_column(column, tmp_path / "whole.npy")
    assert np.array_equal(np.load(tmp_path / "whole.npy"), column)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large") as caught:
            write_column(column, tmp_path / "part.npy")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "a quota is used up" in storage_failure(caught.value)
