"""``network calibrate``: what it writes, says and refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest

from emergency_sim.bundled import network_path
from emergency_sim.cli import network_calibrate as command
from emergency_sim.domain.errors import InputFaults, NotPossibleError
from emergency_sim.domain.streams import Streams
from emergency_sim.network import Profile, read_region, read_speeds
from emergency_sim.network.calibration.calibrate import OTHER_ACUTE, Priors
from tests.network.trip_world import drawn_trips

BLUE = Profile.AMBULANCE_BLUE


def generator(name: str) -> np.random.Generator:
    return Streams(seed=20240101).generator(name)


@pytest.fixture
def county(tmp_path):
    region = read_region(network_path("more-og-romsdal"))
    path = tmp_path / "trips.csv"
    path.write_text(drawn_trips(region, generator("command"), 80, {BLUE: 1.4}), encoding="utf-8")
    return path


def test_the_command_writes_a_table_and_says_when_to_commit_it(county, tmp_path, capsys):
    out = tmp_path / "new" / "speeds.csv"
    command.calibrate(county, network_path("more-og-romsdal"), out)
    said = capsys.readouterr().out
    assert "BEFORE the first comparison" in said
    assert "R25" in said
    assert "parameters.drive.factor.ambulance_blue.value=1.3" in said or "value=1.4" in said
    assert {r.status for r in read_speeds(out).rows} == {"derived"}
    assert [p.name for p in out.parent.iterdir()] == ["speeds.csv"]
    command.calibrate(county, network_path("more-og-romsdal"), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["recommended"] is True
    assert found["trips"]["used"] + len(found["trips"]["left_out"]) == 80
    assert {r["profile"] for r in found["held_out"]} == {"ambulance_blue"}


def test_the_command_refuses_to_write_what_is_not_better(tmp_path, capsys):
    folder = network_path("more-og-romsdal")
    region = read_region(folder)
    path, out = tmp_path / "trips.csv", tmp_path / "speeds.csv"
    path.write_text(drawn_trips(region, generator("same"), 60, {BLUE: 0.9}), encoding="utf-8")
    with pytest.raises(NotPossibleError, match="was not written"):
        command.calibrate(path, folder, out)
    assert "NOT better" in capsys.readouterr().out
    assert not out.exists()
    with pytest.raises(InputFaults, match="--acute-prior"):
        command.calibrate(path, folder, acute_prior="oslo")


def test_priors_are_those_of_the_parameter_set():
    assert command.present_priors() == Priors()
    brief = command.present_priors("brief")
    assert brief.factor["ambulance_blue"] == OTHER_ACUTE == 0.795
    assert brief.factor["ambulance"] == 1.1
