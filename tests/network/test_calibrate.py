"""Calibration against known speeds.

Trips are drawn by named streams with fixed seeds, so that nothing fails by chance. With other seeds
each tolerance, about four standard errors of the fit, would be missed in fewer than one run in a
thousand, except where a test says another rate.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emergency_sim.bundled import network_path
from emergency_sim.domain.streams import Streams
from emergency_sim.network import Driving, FerryClass, Profile, SpeedTable, read_region, read_speeds
from emergency_sim.network.calibration.calibrate import (
    Calibration,
    Priors,
    calibrate,
    present_speeds,
)
from emergency_sim.network.calibration.trip_ends import PROFILES
from emergency_sim.network.calibration.trip_fit import Speeds
from emergency_sim.network.calibration.trip_routes import quickest_ways
from emergency_sim.network.calibration.trips import read_trips
from emergency_sim.network.speed_rows import Quantity, SpeedRow
from tests.network.trip_world import CLASSES, drawn_trips, rows, town, with_speeds

CAR, AMBULANCE, BLUE = Profile.CAR, Profile.AMBULANCE, Profile.AMBULANCE_BLUE
PRIOR = {CAR: 1.0, AMBULANCE: 1.1, BLUE: 0.9}


def generator(name: str) -> np.random.Generator:
    return Streams(seed=20240101).generator(name)


def calibrated(tmp_path, region, text: str, priors: Priors | None = None) -> Calibration:
    path = tmp_path / "trips.csv"
    path.write_text(text, encoding="utf-8")
    return calibrate(region, read_trips(path, region), priors)


def factor_of(found: Calibration, profile: Profile, highway: str) -> float:
    """Return the fitted factor on a class' seconds, the overall factor included."""
    p = PROFILES.index(profile)
    return float(found.fitted.by_class(p, 0, len(found.classes))[found.classes.index(highway)])


# ------------------------------------------------------------------ known truth

TRUE = {"primary": 0.85, "secondary": 1.0, "residential": 1.4}


@pytest.fixture(scope="module")
def known(tmp_path_factory) -> Calibration:
    region = town()
    truth = with_speeds(region, SpeedTable(rows(**TRUE, signal_s=25.0)))
    text = drawn_trips(
        truth, generator("known"), 700, {CAR: 1.05, AMBULANCE: 1.25, BLUE: 0.8},
        outliers=0.05, winter=1.25, night=1.15,
    )  # fmt: skip
    return calibrated(tmp_path_factory.mktemp("known"), region, text)


@pytest.mark.parametrize(("profile", "overall"), [(CAR, 1.05), (AMBULANCE, 1.25), (BLUE, 0.8)])
def test_known_factors_come_back(known, profile, overall):
    for highway, true in TRUE.items():
        assert factor_of(known, profile, highway) == pytest.approx(true * overall, rel=0.13)
    p = PROFILES.index(profile)
    assert np.exp(known.fitted.log_of("hours", p, FerryClass.NIGHT)) == pytest.approx(
        1.15, rel=0.08
    )
    assert np.exp(known.fitted.log_of("hours", p, FerryClass.EVENING)) == pytest.approx(1, rel=0.09)
    signal, _ = known.fitted.delays(p)
    assert 12 < signal[0] < 38, "half-way at least: the delay is shrunk towards 12"


def test_known_winter_and_noise_come_back(known):
    assert known.parameters["drive.winter_factor"] == pytest.approx(1.25, rel=0.05)
    assert known.parameters["drive.noise_sigma"] == pytest.approx(0.2 * 1.07, rel=0.1)


def test_held_out_quantiles_hold_what_they_promise(known):
    """2100 trips: 0.80 within 0.035, four standard errors, and fewer before."""
    whole = [a for a in known.accuracy if a.km_to == np.inf and a.km_from == 0]
    assert len(whole) == 3
    trips = np.array([a.trips for a in whole])
    after = np.average([a.after.coverage for a in whole], weights=trips)
    before = np.average([a.before.coverage for a in whole], weights=trips)
    assert after == pytest.approx(0.8, abs=0.035)
    assert before < 0.7
    for a in whole:
        assert a.better
        assert a.after.median_s < a.before.median_s
        assert a.after.mape < a.before.mape
        assert abs(a.after.bias) < 0.04
    assert set(known.verdict.values()) == {"better"}


def test_bands_of_length_hold_every_trip_once(known):
    for profile in range(3):
        own = [a for a in known.accuracy if a.profile == profile]
        assert own[0].trips == sum(a.trips for a in own[1:])


def test_the_table_and_the_parameters_give_the_fitted_times(known, tmp_path):
    path = tmp_path / "speeds.csv"
    path.write_text(known.table.text(), encoding="utf-8")
    table = read_speeds(path)
    fitted = [r for r in table.rows if r.status == "derived"]
    assert fitted
    for r in fitted:
        assert (
            r.source
            == f"fitted to {len(known.trips)} trips of trips.csv, SHA-256 {known.trips.digest}"
        )
        assert r.low < r.value < r.high
    region = with_speeds(town(), table)
    trips = known.trips
    predicted = known.fitted.predict(_sample(region, known))
    for k in range(0, len(trips), 97):
        profile = PROFILES[trips.profile[k]]
        way = Driving(
            profile=profile, factor=known.parameters[profile.factor_parameter],
            hours=FerryClass(trips.hours[k]),
        )  # fmt: skip
        seconds = region.travel_times(way).between(trips.begin.node[k], trips.end.node[k])
        if trips.month[k] in Priors().winter_months:
            seconds *= known.parameters["drive.winter_factor"]
        assert seconds == pytest.approx(predicted[k], rel=1e-3)


def _sample(region, found):
    from emergency_sim.network.calibration.calibrate import _sample as sample

    def pace(p, hours):
        return found.fitted.pace(p, hours, len(CLASSES))

    ways = quickest_ways(town(), found.trips, pace)
    return sample(found.trips, (ways,), Priors())


def test_more_og_romsdal(tmp_path):
    """Primary roads are 8 % of the time driven there: their standard error is four times as large."""
    region = read_region(network_path("more-og-romsdal"))
    true = {"trunk": 0.85, "primary": 1.0, "secondary": 1.2}
    truth = with_speeds(region, SpeedTable(rows(**true)))
    text = drawn_trips(truth, generator("county"), 500, {BLUE: 0.8}, outliers=0.05)
    found = calibrated(tmp_path, region, text)
    assert found.verdict["ambulance_blue"] == "better"
    for highway, factor in true.items():
        within = 0.16 if highway == "primary" else 0.08
        assert factor_of(found, BLUE, highway) == pytest.approx(factor * 0.8, rel=within)
    whole = found.accuracy[0]
    assert whole.after.coverage == pytest.approx(0.8, abs=0.075)
    assert found.verdict["car"] == "no trips"
    assert {r.profile for r in found.table.rows} == {"ambulance_blue"}


def test_all_seconds_times_a_number_move_the_overall_factor_by_it(tmp_path):
    region = town(SpeedTable(rows(primary=1.0)))
    found = [
        calibrated(tmp_path, region, drawn_trips(region, generator("x"), 300, {CAR: 1.0}, times=t))
        for t in (1.0, 1.3)
    ]
    one, other = (np.exp(c.fitted.log_of("overall", 0)) for c in found)
    assert other / one == pytest.approx(1.3, rel=0.01)
    for highway in CLASSES:
        one, other = (factor_of(c, CAR, highway) for c in found)
        assert other / one == pytest.approx(1.3, rel=0.01)


# ------------------------------------------------------------------ no signal


def test_trips_at_the_present_speeds_change_nothing(tmp_path):
    """The one-sided 5 % test would pass 3 or more of 12 by chance in 2 % of all seeds, if it erred
    as often as it may; fits without a signal are worse than the present speeds, so it errs less.
    """
    region, better = town(), 0
    for k in range(12):
        text = drawn_trips(region, generator(f"null{k}"), 120, {BLUE: 0.9}, sigma=0.15)
        found = calibrated(tmp_path, region, text)
        better += found.verdict["ambulance_blue"] == "better"
        for highway in CLASSES:
            within = 0.25 if highway == "residential" else 0.12  # 8 % of the time driven
            assert factor_of(found, BLUE, highway) == pytest.approx(0.9, rel=within)
    assert better < 3


def test_what_is_not_better_is_not_recommended(tmp_path):
    region = town()
    found = calibrated(tmp_path, region, drawn_trips(region, generator("null"), 100, {CAR: 1.0}))
    assert found.verdict["car"] == "not better"
    assert not found.recommended
    assert found.parameters == {}
    assert found.table.text() == region.network.speeds.text()


def test_too_few_trips_keep_the_prior(tmp_path):
    region = town()
    text = drawn_trips(region, generator("few"), 29, {CAR: 1.0}, times=2.0)
    found = calibrated(tmp_path, region, text)
    assert found.verdict == {
        "car": "too few trips", "ambulance": "no trips", "ambulance_blue": "no trips"
    }  # fmt: skip
    assert not found.recommended
    assert found.fitted.terms == ()
    more = text + drawn_trips(region, generator("more"), 1, {CAR: 1.0}, times=2.0).split("\n")[1]
    assert calibrated(tmp_path, region, more).verdict["car"] == "better"


def test_a_rare_profile_keeps_its_numbers_beside_a_common_one(tmp_path):
    region = town()
    text = drawn_trips(region, generator("a"), 200, {CAR: 1.4})
    text += drawn_trips(region, generator("b"), 10, {BLUE: 2.0}).partition("\n")[2]
    found = calibrated(tmp_path, region, text)
    assert found.verdict["ambulance_blue"] == "too few trips"
    assert "drive.factor.ambulance_blue" not in found.parameters
    assert {r.profile for r in found.table.rows if r.status == "derived"} == {"car"}
    assert sum("fewer than 30 trips" in why for _, why in found.trips.left_out) == 10


# ------------------------------------------------------------------ robust, and the same each time


def test_wild_trips_move_little(tmp_path):
    region = town()
    text = drawn_trips(region, generator("wild"), 300, {CAR: 1.0})
    lines = text.splitlines()
    for k in range(1, 300, 20):  # 5 %: six times as long
        cells = lines[k].split(",")
        cells[3] = f"{6 * float(cells[3]):.0f}"
        lines[k] = ",".join(cells)
    plain, wild = (calibrated(tmp_path, region, t) for t in (text, "\n".join(lines)))
    for highway in CLASSES:
        moved = factor_of(wild, CAR, highway) / factor_of(plain, CAR, highway)
        assert moved == pytest.approx(1.0, abs=0.06), "least squares move by 9 %"


def test_the_order_of_the_file_does_not_matter(tmp_path):
    region = town()
    lines = drawn_trips(region, generator("order"), 60, {CAR: 1.2, BLUE: 0.7}).splitlines()
    one = calibrated(tmp_path, region, "\n".join(lines))
    other = calibrated(tmp_path, region, "\n".join([lines[0], *lines[:0:-1]]))
    assert other.parameters == pytest.approx(one.parameters, rel=1e-3)
    for a, b in zip(one.accuracy, other.accuracy, strict=True):
        assert (a.trips, a.profile) == (b.trips, b.profile)
        assert a.after.median_s == pytest.approx(b.after.median_s, rel=1e-4)


def test_ways_are_chosen_anew_by_the_fitted_speeds(tmp_path):
    region = town()
    truth = with_speeds(region, SpeedTable(rows(primary=1.9, secondary=0.8, signal_s=12.0)))
    text = drawn_trips(truth, generator("ways"), 400, {CAR: 1.0}, sigma=0.1)
    found = calibrated(tmp_path, region, text)
    assert found.rounds > 1

    def metres(speeds: Speeds):
        return quickest_ways(
            region, found.trips, lambda p, hours: speeds.pace(p, hours, len(CLASSES))
        ).metres

    assert (np.abs(metres(found.fitted) - metres(found.present)) > 1).mean() > 0.2
    assert factor_of(found, CAR, "primary") == pytest.approx(1.9, rel=0.1)


def test_present_speeds_are_those_of_travel_times(tmp_path):
    region = town(SpeedTable((*rows(primary=1.2, signal_s=12.0), SpeedRow(
        quantity=Quantity.SIGNAL_S, hours="night", value=3.0))))  # fmt: skip
    path = tmp_path / "trips.csv"
    path.write_text(drawn_trips(region, generator("p"), 60, PRIOR))
    trips = read_trips(path, region)
    present = present_speeds(region.network, Priors())
    ways = quickest_ways(region, trips, lambda p, hours: present.pace(p, hours, len(CLASSES)))
    from emergency_sim.network.calibration.calibrate import _sample as sample

    winter_free = replace(sample(trips, (ways,), Priors()), winter=np.zeros(len(trips), bool))
    seconds = present.predict(winter_free)
    for k in range(len(trips)):
        way = Driving(
            profile=PROFILES[trips.profile[k]], hours=FerryClass(trips.hours[k]),
            factor=PRIOR[PROFILES[trips.profile[k]]],
        )  # fmt: skip
        expected = region.travel_times(way).between(trips.begin.node[k], trips.end.node[k])
        assert seconds[k] == pytest.approx(expected, abs=0.05)
