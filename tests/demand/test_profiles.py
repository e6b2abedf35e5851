"""When incidents arise."""

from datetime import date, timedelta

import numpy as np
import pytest

from emergency_sim.demand.profiles import Profiles, season
from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.incident import Entry

YEAR = [date(2023, 1, 1) + timedelta(days=d) for d in range(365)]
HOLIDAYS = frozenset(
    {
        date(2023, 4, 6),
        date(2023, 4, 7),
        date(2023, 4, 10),
        date(2023, 5, 1),
        date(2023, 5, 17),
        date(2023, 5, 18),
        date(2023, 5, 29),
        date(2023, 12, 25),
        date(2023, 12, 26),
        date(2023, 1, 1),
    }
)


@pytest.fixture(scope="module")
def profiles(parameters):
    return Profiles(parameters, HOLIDAYS)


@pytest.mark.parametrize("entry", list(Entry))
def test_a_year_has_mean_one(profiles, entry):
    assert np.mean([profiles.day_factor(entry, d) for d in YEAR]) == pytest.approx(1, abs=0.006)


def test_forty_percent_of_contacts_on_days_off(profiles):
    factor = np.array([profiles.day_factor(Entry.CALL_116117, d) for d in YEAR])
    off = np.array([profiles.day_off(d) for d in YEAR])
    assert factor[off].sum() / factor.sum() == pytest.approx(0.40, abs=0.01)


def test_a_holiday_counts_as_a_sunday_for_the_legevakt_only(profiles):
    holiday, weekday, sunday = date(2023, 5, 17), date(2023, 5, 16), date(2023, 5, 21)
    for entry, ratio in ((Entry.WALK_IN, 1.45), (Entry.CALL_113, 1.0)):
        at = {d: profiles.day_factor(entry, d) for d in (holiday, weekday, sunday)}
        assert at[holiday] == at[sunday]
        assert at[holiday] / at[weekday] == pytest.approx(ratio)
    assert (
        profiles.hour_cdf(Entry.WALK_IN, holiday) == profiles.hour_cdf(Entry.WALK_IN, sunday)
    ).all()


def test_booked_transport_on_working_days_by_day(profiles):
    day = {d: profiles.day_factor(Entry.BOOKED, d) for d in YEAR}
    total = core = 0.0
    for d in YEAR:
        share = np.diff(profiles.hour_cdf(Entry.BOOKED, d))
        total += day[d]
        core += day[d] * share[8:18].sum() * (not profiles.day_off(d))
    assert core / total == pytest.approx(0.80, abs=0.005)


def test_hours_are_cumulative_shares(profiles):
    for entry in Entry:
        for d in YEAR[:7]:
            cdf = profiles.hour_cdf(entry, d)
            assert cdf[0] == 0
            assert cdf[-1] == 1
            assert (np.diff(cdf) >= 0).all()


def test_evening_is_the_legevakts_peak_and_day_the_ambulances(profiles):
    weekday = date(2023, 5, 16)
    legevakt = np.diff(profiles.hour_cdf(Entry.CALL_116117, weekday))
    ambulance = np.diff(profiles.hour_cdf(Entry.CALL_113, weekday))
    assert legevakt.argmax() in (17, 18)
    assert 10 <= ambulance.argmax() <= 14
    assert ambulance.max() / ambulance.min() == pytest.approx(2.4, abs=0.1)


def test_january_is_busier_than_june(profiles):
    tuesdays = date(2023, 1, 10), date(2023, 6, 13)
    january, june = (profiles.day_factor(Entry.CALL_113, d) for d in tuesdays)
    assert january / june == pytest.approx(1.06 / 0.97)


def test_the_season_of_one_municipality(changed):
    july = [1.0] * 6 + [3.0] + [1.0] * 5
    parameters = changed({"demand.municipality_season": {"1539": july}})
    factors = season(parameters, ("1539", "1506"))
    assert factors[0, 6] == 3
    assert factors.sum() == 23 + 3


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"profile.month": [1.0] * 11}, "profile.month"),
        ({"profile.ambulance": [0.0] * 24}, "profile.ambulance"),
        ({"profile.legevakt_weekday": [-1.0] + [1.0] * 23}, "profile.legevakt_weekday"),
    ],
)
def test_wrong_profiles_are_faults(changed, values, path):
    with pytest.raises(InputFaults) as caught:
        Profiles(changed(values))
    assert caught.value.faults[0].path == path


def test_a_wrong_season_is_a_fault(changed):
    with pytest.raises(InputFaults, match="twelve"):
        season(changed({"demand.municipality_season": {"1539": [1, 2]}}), ("1539",))
