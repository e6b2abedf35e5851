"""Times of a log: strict, and right in the nights when the clock is changed."""

import pyarrow as pa
import pytest

from emergency_sim.analysis.observed.timestamps import BAD, NONE, read_times, settle_repeated

FORM = "%d.%m.%Y %H:%M:%S"
HOUR = 3_600_000


def _read(*cells: str, form: str = FORM, zone: str = "Europe/Oslo"):
    return read_times(pa.array(cells), form, zone)


@pytest.mark.parametrize(
    "cell",
    [
        "31.02.2024 10:00:00", "31.04.2024 10:00:00", "01.02.2024 24:00:01", "2024-02-01 10:00:00",
        "01.02.2024 10:00:60", "01.02.2024 10:00:00x", "01.02.2024", "i dag",
        "31.03.2024 02:30:00",
    ],
)  # fmt: skip
def test_what_is_no_time_is_bad(cell: str) -> None:
    """The last one lies in the hour that the clock skips."""
    times = _read(cell, "01.02.2024 10:00:00", "")
    assert times.true_ms.tolist() == [BAD, 1_706_778_000_000, NONE]


def test_clock_and_passing_time_differ_by_the_zone() -> None:
    winter, summer = (_read(c) for c in ("15.01.2024 12:00:00", "15.07.2024 12:00:00"))
    assert winter.wall_ms[0] - winter.true_ms[0] == HOUR
    assert summer.wall_ms[0] - summer.true_ms[0] == 2 * HOUR


def test_an_hour_passes_over_the_skipped_one() -> None:
    times = _read("31.03.2024 01:30:00", "31.03.2024 03:30:00")
    assert times.true_ms[1] - times.true_ms[0] == HOUR


def test_the_repeated_hour_is_settled_by_the_row() -> None:
    """02:50 and then 02:10: the second one is of the second round."""
    first, second = _read("27.10.2024 02:50:00"), _read("27.10.2024 02:10:00")
    assert first.repeated.all()
    assert second.repeated.all()
    settle_repeated([first, second])
    assert second.true_ms[0] - first.true_ms[0] == HOUR // 3


def test_fractions_of_seconds_and_short_years() -> None:
    times = _read("01.02.24 10:00:00.250", form="%d.%m.%y %H:%M:%S.%f", zone="UTC")
    assert times.true_ms[0] == 1_706_781_600_250
    assert _read("31.02.24 10:00:00.250", form="%d.%m.%y %H:%M:%S.%f").true_ms[0] == BAD
