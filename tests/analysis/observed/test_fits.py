"""Families, hold-out and intervals on durations whose distribution is known."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from emergency_sim.analysis.observed.day_profile import fit_profile
from emergency_sim.analysis.observed.families import FAMILIES, Fitted, Sample, fit_family
from emergency_sim.analysis.observed.fitting import distance_to, fit_stage, held_out
from emergency_sim.domain.distributions import DISTRIBUTIONS
from emergency_sim.domain.streams import Streams

DATES = [date(2024, 1, 1) + timedelta(days=d) for d in range(28)]
SOME = (
    Fitted(family="constant", values=(("minutes", 2.0),)),
    Fitted(family="exponential", values=(("mean_minutes", 3.0),)),
    Fitted(family="lognormal", values=(("median_minutes", 2.0), ("sigma", 0.5))),
    Fitted(family="weibull", values=(("median_minutes", 2.0), ("shape", 1.7))),
)


def _as_a_clock_shows(fitted: Fitted, n: int, step_s: float, name: str) -> np.ndarray:
    """Return durations between two times that are cut to the step."""
    random = Streams(seed=9).generator(name)
    fields = dict(fitted.values)
    true = DISTRIBUTIONS[fitted.family](**fields).quantile(random.random(n))
    begins = random.random(n) * 86_400
    return np.asarray(np.floor((begins + true) / step_s) - np.floor(begins / step_s)) * step_s


@pytest.mark.parametrize("fitted", SOME, ids=lambda f: f.family)
@pytest.mark.parametrize("step_s", [1.0, 60.0])
def test_scores_are_probabilities_of_what_a_clock_shows(fitted: Fitted, step_s: float) -> None:
    values = np.arange(0, 3 * 3600, step_s)
    shares = np.exp(fitted.log_scores(values, step_s))
    assert shares.sum() == pytest.approx(1, abs=2e-3 if fitted.family != "constant" else 0.3)
    if fitted.family != "constant":
        seen = _as_a_clock_shows(fitted, 200_000, step_s, "scores")
        for k in (0, 1, 2, 3):
            assert shares[k] == pytest.approx(np.mean(seen == k * step_s), abs=4e-3)


@pytest.mark.parametrize("fitted", SOME, ids=lambda f: f.family)
def test_the_cdf_is_that_of_the_registered_distribution(fitted: Fitted) -> None:
    if fitted.family == "constant":
        assert fitted.cdf(np.array([119.0, 121.0])).tolist() == [0, 1]
        return
    u = np.linspace(0.01, 0.99, 50)
    seconds = DISTRIBUTIONS[fitted.family](**dict(fitted.values)).quantile(u)
    np.testing.assert_allclose(fitted.cdf(seconds), u, atol=1e-9)


@pytest.mark.parametrize("fitted", SOME[1:], ids=lambda f: f.family)
@pytest.mark.parametrize("step_s", [1.0, 60.0])
def test_values_come_back_also_from_a_clock_of_minutes(fitted: Fitted, step_s: float) -> None:
    """40,000 durations of two minutes: within 2 %, five standard errors or more."""
    seconds = _as_a_clock_shows(fitted, 40_000, step_s, "fit")
    found = fit_family(fitted.family, Sample.of(seconds, step_s))
    for (name, value), (_, truth) in zip(found.values, fitted.values, strict=True):
        assert value == pytest.approx(truth, rel=0.02), name


@pytest.mark.parametrize("fitted", SOME[1:], ids=lambda f: f.family)
@pytest.mark.parametrize("step_s", [1.0, 60.0])
def test_the_distance_is_no_larger_for_the_steps_of_the_clock(
    fitted: Fitted, step_s: float
) -> None:
    """30 logs of the family itself: p is under .05 in few of them, under .001 in none."""
    low = []
    for k in range(30):
        seconds = _as_a_clock_shows(fitted, 900, step_s, f"distance/{k}")
        low.append(distance_to(fitted, seconds, step_s)[1])
    assert np.mean(np.array(low) < 0.05) <= 0.2
    assert min(low) > 0.001
    longer = Fitted(
        family=fitted.family,
        values=((fitted.values[0][0], 1.5 * fitted.first()), *fitted.values[1:]),
    )
    assert distance_to(longer, seconds, step_s)[1] < 0.001


def test_the_family_that_made_them_is_chosen_and_the_simplest_of_equals() -> None:
    day = np.arange(1400) % 28
    for fitted in SOME[1:]:
        seconds = _as_a_clock_shows(fitted, 1400, 1.0, "choice")
        found = fit_stage(seconds, day, DATES, 1.0, "x")
        assert found is not None
        assert found.chosen.family == fitted.family
        assert found.held_out == held_out(DATES)[day].sum()
        assert found.ks_p > 0.001
    random = Streams(seed=9).generator("wide")
    other = stats.gamma(4).rvs(1400, random_state=random) * 60
    found = fit_stage(other, day, DATES, 1.0, "x")
    assert found is not None
    assert found.chosen.family in ("lognormal", "weibull")


def test_two_parameters_are_not_taken_where_one_does() -> None:
    """A Weibull scores a trifle better on exponential durations now and then; it is not proposed."""
    chosen = []
    for k in range(30):
        seconds = _as_a_clock_shows(SOME[1], 300, 1.0, f"simple/{k}")
        found = fit_stage(seconds, np.arange(300) % 28, DATES, 1.0, "x")
        assert found is not None
        chosen.append(found.chosen.family)
    assert chosen.count("exponential") >= 24


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """200 logs of ten days, 60 durations each: at least 91 % hold it (0.95 less 2.6 errors of 1.5 %).

    With Student's factor for ten days they are rather too wide than too narrow.
    """
    dates = DATES[:10]
    inside = 0
    for k in range(200):
        seconds = _as_a_clock_shows(SOME[2], 60, 1.0, f"cover/{k}")
        found = fit_stage(seconds, np.arange(60) % 10, dates, 1.0, f"cover/{k}")
        assert found is not None
        if found.chosen.family == "lognormal":
            inside += found.low <= 2.0 <= found.high
        else:
            inside += 1  # another family has another first field; it is rare
    assert 0.91 <= inside / 200 < 1


def test_days_held_out_depend_on_their_dates_alone() -> None:
    whole = held_out(DATES)
    assert whole[5:20].tolist() == held_out(DATES[5:20]).tolist()
    year = held_out([DATES[0] + timedelta(days=d) for d in range(366)])
    assert 0.25 < year.mean() < 0.42


def test_profiles() -> None:
    """Flat incidents get a flat profile; a wave of two to one is found, smoothed, hour by hour."""
    random = Streams(seed=9).generator("profile")
    free = np.array([d.weekday() >= 5 for d in DATES])
    wave = 1 + 0.35 * np.sin(2 * np.pi * (np.arange(24) - 8) / 24)
    for weights, kinds in ((np.ones(24), {"flat"}), (wave, {"smoothed", "hour by hour"})):
        hour = random.choice(24, 1600, p=weights / weights.sum())
        day = random.integers(0, 28, 1600)
        found = fit_profile(hour, day, DATES, free)
        assert found is not None
        assert found.chosen in kinds
        assert np.abs(found.weights - weights).max() < 0.25
        assert (
            np.mean((found.low <= weights) & (weights <= found.high)) > 0.8
            or found.chosen == "flat"
        )
    assert fit_profile(np.zeros(199, int), np.zeros(199, int), DATES, free) is None


def test_families_are_registered_distributions() -> None:
    assert set(FAMILIES) <= set(DISTRIBUTIONS)
