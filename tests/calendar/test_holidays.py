"""Public holidays are those of the `holidays` library; half-days are a named list."""

from datetime import date

import holidays
import pytest

from emergency_sim.calendar import half_days, public_holidays


@pytest.mark.parametrize("year", range(2020, 2041))
def test_public_holidays_equal_the_holidays_library(year: int) -> None:
    expected = set(holidays.country_holidays("NO", years=year))
    assert public_holidays(date(year, 1, 1), date(year, 12, 31)) == expected


def test_both_ends_are_included() -> None:
    assert public_holidays(date(2024, 5, 17), date(2024, 5, 17)) == {date(2024, 5, 17)}
    assert public_holidays(date(2024, 5, 18), date(2024, 5, 18)) == frozenset()


def test_half_days() -> None:
    assert half_days(date(2025, 1, 1), date(2025, 12, 31)) == {
        date(2025, 4, 16): "Wednesday before Easter",
        date(2025, 12, 24): "Christmas Eve",
        date(2025, 12, 31): "New Year's Eve",
    }


@pytest.mark.parametrize("year", range(2020, 2041))
def test_a_half_day_is_no_public_holiday(year: int) -> None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    assert not set(half_days(first, last)) & public_holidays(first, last)
    assert len(half_days(first, last)) == 3


def test_days_in_the_wrong_order() -> None:
    with pytest.raises(ValueError, match="before the first"):
        public_holidays(date(2024, 2, 1), date(2024, 1, 1))
