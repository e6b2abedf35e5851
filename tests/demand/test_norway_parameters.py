"""The parameter file: nothing without unit, range, source and status, and nothing unreadable."""

import re
from pathlib import Path

import pytest

from emergency_sim.domain.distributions import DISTRIBUTIONS
from emergency_sim.domain.parameters import Parameters, Status
from emergency_sim.experiment.sensitivity.variation import rule_of
from emergency_sim.scenario import load_scenario

PUBLISHED = re.compile(
    r"19\d\d|20[012]\d|doi:|SSB|NKLM|Helsedirektoratet|Norsk hjerneslagregister|R2|same paper"
)


def test_every_parameter_is_complete(raw):
    for key, entry in raw.items():
        assert set(entry) == {"value", "unit", "range", "source", "status"}, key
        assert entry["status"] in {s.value for s in Status}, key
        assert len(entry["source"]) > 5, key
        assert entry["unit"], key


def test_published_and_derived_numbers_say_where_from(raw):
    for key, entry in raw.items():
        if entry["status"] == "published":
            assert PUBLISHED.search(entry["source"]), key


def test_ranges_hold_the_value(raw):
    for key, entry in raw.items():
        value = entry["value"]
        if isinstance(value, dict) and "kind" in value:
            value = value[next(k for k in value if k != "kind")]
        if isinstance(value, int | float):
            assert entry["range"] is not None, key
            low, high = entry["range"]
            assert low <= value <= high, key
            assert low < high, key
        elif entry["range"] is not None:  # of a factor on shares, errors or weights: 1 is as given
            low, high = entry["range"]
            assert 0 < low < 1 < high, key


def test_assumed_numbers_can_be_varied_whatever_their_form(parameters: Parameters):
    """The few that cannot are definitions, lists of names, or empty."""
    still = {
        key
        for key, one in parameters.items.items()
        if one.status is Status.ASSUMED and rule_of(one) is None
    }
    assert still == {
        "triage.matrix.identity",
        "demand.municipality_season",
        "distance.if_not_presented",
        "drive.winter_months",
        "convey.legevakt_problems",
    }


def test_distributions_can_be_made_over_their_range(raw):
    made = 0
    for key, entry in raw.items():
        value = entry["value"]
        if not (isinstance(value, dict) and "kind" in value):
            continue
        fields = {k: v for k, v in value.items() if k != "kind"}
        first = next(iter(fields))
        for number in (fields[first], *entry["range"]):
            law = DISTRIBUTIONS[value["kind"]](**{**fields, first: number})
            assert law.mean_s >= 0, key
            made += 1
    assert made > 60


def test_the_scenario_loader_reads_it(repository: Path, parameters: Parameters):
    loaded = load_scenario(repository / "scenarios" / "more-og-romsdal.yaml").parameters
    assert set(loaded) == set(parameters)
    for key in parameters:
        assert loaded.items[key].unit == parameters.items[key].unit


@pytest.mark.parametrize(
    "key",
    [
        "drive.factor.car",
        "drive.factor.ambulance",
        "drive.factor.ambulance_blue",
        "drive.winter_factor",
        "drive.winter_months",
        "dispatch.chute_station_expected_min",
        "dispatch.chute_home_expected_min",
        "clinic.home_doctor_stays_min",
        "clinic.call_out_max_wait_min",
        "clinic.reception_nurse",
        "amk.transfer_interview",
        "patients.taxi_wait_min",
        "staff.inhabitants_per_doctor",
        "staff.legevakt_share",
        "clinic.call_out_max_drive_min",
        "doctors.documentation",
        "doctors.leave_site_min",
        "doctors.alert_call_min",
    ],
)
def test_keys_that_other_parts_read_are_there(parameters: Parameters, key: str):
    assert key in parameters
