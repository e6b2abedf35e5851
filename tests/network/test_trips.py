"""Observed trips: what is read, where it is put on the network, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network import (
    Driving,
    FerryClass,
    MatrixNetwork,
    Profile,
    RoadTravelTimes,
    SpeedTable,
    project,
    read_region,
    unproject,
)
from emergency_sim.network.calibration.calibrate import NO_WAY, Priors, calibrate, present_speeds
from emergency_sim.network.calibration.trip_ends import PROFILES
from emergency_sim.network.calibration.trip_routes import quickest_ways
from emergency_sim.network.calibration.trips import read_trips
from emergency_sim.network.reach import Reach
from emergency_sim.network.snapping import Snapped
from tests.network.small_networks import write_region
from tests.network.trip_world import CLASSES, HEADER, rows, town

GOOD = "n0,n30,2023-01-10T12:00,600,car"


@pytest.fixture(scope="module")
def region():
    return town()


def read(tmp_path, region, *lines: str, header: str = HEADER):
    path = tmp_path / "trips.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return read_trips(path, region)


def faults(tmp_path, region, *lines: str, header: str = HEADER) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read(tmp_path, region, *lines, header=header)
    return [str(f).partition("trips.csv:")[2] or str(f) for f in caught.value.faults]


# ------------------------------------------------------------------ what is read


def test_urgency_says_who_drives_and_departure_when(tmp_path, region):
    trips = read(
        tmp_path,
        region,
        "n0,n30,2023-01-10T12:00,600,acute",
        "n0,n30,2023-07-10 18:00:30,601.5,urgent",
        "n0,n30,2023-01-10T22:59,602,regular",
        "n0,n30,2023-01-10T23:00,603,car",
        "n0,n30,2023-01-10T05:59,604,",
    )
    assert [PROFILES[k] for k in trips.profile] == [
        Profile.AMBULANCE_BLUE, Profile.AMBULANCE, Profile.AMBULANCE, Profile.CAR, Profile.CAR
    ]  # fmt: skip
    day, evening, night = FerryClass
    assert trips.hours.tolist() == [day, evening, evening, night, night]
    assert trips.month.tolist() == [1, 7, 1, 1, 1]
    assert trips.seconds.tolist() == [600, 601.5, 602, 603, 604]
    assert trips.line.tolist() == [2, 3, 4, 5, 6]


def test_a_zone_is_turned_into_norwegian_time(tmp_path, region):
    trips = read(
        tmp_path,
        region,
        "n0,n30,2023-01-31T22:30:00Z,600,car",  # 23:30 in winter
        "n0,n30,2023-06-30T22:30:00+00:00,600,car",  # 00:30 of July in summer
        "n0,n30,2023-01-10T22:30,600,car",
    )
    assert trips.hours.tolist() == [FerryClass.NIGHT, FerryClass.NIGHT, FerryClass.EVENING]
    assert trips.month.tolist() == [1, 7, 1]


def test_ends_are_nodes_degrees_or_metres(tmp_path, region):
    lon, lat = unproject(region.x[0] + 100, region.y[0] + 40)
    trips = read(
        tmp_path,
        region,
        "n0,n30,2023-01-10T12:00,600,car",
        f"{lon:.7f} {lat:.7f},n30,2023-01-10T12:00,600,car",
        f'"{lon:.7f}, {lat:.7f}",n30,2023-01-10T12:00,600,car',
        f"{region.x[0] + 100} {region.y[0] + 40},n30,2023-01-10T12:00,600,car",
    )
    assert trips.begin.node.tolist() == [0, -1, -1, -1]
    assert trips.end.node.tolist() == [30] * 4
    assert trips.begin.link[1] == trips.begin.link[3] >= 0
    assert trips.begin.metres.tolist() == pytest.approx([0, 40, 40, 40], abs=0.05)
    assert trips.begin.fraction[3] == pytest.approx(100 / 600)
    other = "departure,urgency,seconds,from_lon,from_lat,to,vehicle"
    again = read(
        tmp_path, region, f"2023-01-10T12:00,car,600,{lon:.7f},{lat:.7f},n30,A12", header=other
    )
    assert again.begin.link.tolist() == [trips.begin.link[1]]


def test_impossible_speeds_are_left_out_and_named(tmp_path, region):
    metres = np.hypot(region.x[30] - region.x[0], region.y[30] - region.y[0])
    at = [metres / kmh * 3.6 for kmh in (199, 201, 3.1, 2.9, 50, 50, 50, 50, 50, 50)]
    trips = read(
        tmp_path,
        region,
        *(f"n0,n30,2023-01-10T12:{k:02d},{s:.3f},car" for k, s in enumerate(at)),
    )
    assert trips.line.tolist() == [2, 4, 6, 7, 8, 9, 10, 11]
    assert [line for line, _ in trips.left_out] == [3, 5]
    assert "faster than 200 km/h" in trips.left_out[0][1]
    assert "slower than 3 km/h" in trips.left_out[1][1]


def test_many_impossible_speeds_are_a_fault_of_the_file(tmp_path, region):
    lines = [f"n0,n30,2023-01-10T12:{k:02d},{10 + k},acute" for k in range(5)]  # minutes
    (fault,) = faults(tmp_path, region, *lines)
    assert fault.startswith("2:1: 5 of 5 trips are faster than 200 km/h")
    assert "are the times seconds" in fault
    assert "Lines 2, 3, 4, 5, 6" in fault


# ------------------------------------------------------------------ what is refused


BAD = [
    ("n0,n30,2023-01-10T12:00,600,acut", "urgency: must be one of acute", "'acute'"),
    ("n0,n30,2023-01-10T12:00,-600,car", "seconds: must be more than 0", "'-600'"),
    ("n0,n30,2023-01-10T12:00,0,car", "seconds: must be more than 0", "'0'"),
    ("n0,n30,2023-01-10T12:00,90000,car", "seconds: must be more than 0 and at most 86400", None),
    ("n0,n30,2023-01-10T12:00,ten,car", "seconds: must be a number", None),
    ("n0,n30,2023-01-10T12:00,,car", "seconds: must be a number", None),
    ("n0,n30,2023-01-10,600,car", "departure: must be a date with a time of day", None),
    ("n0,n30,Sa 03:00,600,car", "departure: must be a date with a time of day", None),
    ("n0,n30,2023-02-30T12:00,600,car", "departure: must be a date with a time of day", None),
    ("n0,m30,2023-01-10T12:00,600,car", "to: is no node of the network", "'n30'"),
    (",n30,2023-01-10T12:00,600,car", "from: is empty: give from, or from_lon and from_lat", None),
    ("62.7 7.1,n30,2023-01-10T12:00,600,car", "from: looks like latitude first", "'62.7 7.1'"),
    ("n0,n30,2023-01-10T12:00,600", "the row has 4 cells, the header 5", None),
]


@pytest.mark.parametrize(("line", "message", "got"), BAD)
def test_a_fault_names_its_line(tmp_path, region, line, message, got):
    (fault,) = faults(tmp_path, region, GOOD, line)
    assert fault.startswith("3:")
    assert message in fault
    assert got is None or got in fault


def test_all_faults_come_at_once(tmp_path, region):
    found = faults(tmp_path, region, *(line for line, _, _ in BAD))
    assert [int(f.split(":")[0]) for f in found] == list(range(2, 2 + len(BAD)))


def test_a_row_that_stands_twice_is_refused(tmp_path, region):
    (fault,) = faults(tmp_path, region, GOOD, "n1,n30,2023-01-10T12:00,600,car", GOOD)
    assert fault.startswith("4:")
    assert "stands already on line 2" in fault


def test_an_end_off_the_network_is_named_with_its_distance(tmp_path, region):
    x, y = region.x[0] - 2500.0, region.y[0]
    lon, lat = unproject(x, y)
    near = unproject(region.x[0] - 1990.0, y)
    ok = f"{near[0]:.6f} {near[1]:.6f},n30,2023-01-10T12:00,600,car"
    (fault,) = faults(tmp_path, region, ok, f"n30,{lon:.6f} {lat:.6f},2023-01-10T12:00,600,car")
    assert fault.startswith("3:")
    assert "lies 2.5 km from the nearest road of the network, more than 2 km" in fault
    assert f"{lon:.6f} {lat:.6f}" in fault


def test_missing_columns_and_empty_files(tmp_path, region):
    (fault,) = faults(
        tmp_path, region, "n0,2023-01-10T12:00,600,car", header="from,departure,seconds,urgency"
    )
    assert "the column 'to' is missing" in fault
    (fault,) = faults(
        tmp_path, region, "n0,n1,2023-01-10T12:00,600", header="from,to,departure,seconds"
    )
    assert "the column 'urgency' is missing" in fault
    assert faults(tmp_path, region) == ["1:1: there are no trips"]
    matrix = replace(region, network=MatrixNetwork(node_ids=("a",), seconds=np.zeros((1, 1))))
    assert faults(tmp_path, matrix, GOOD) == ["--network:1:1: a matrix has no roads to calibrate"]
    with pytest.raises(InputFaults, match="there is no such file"):
        read_trips(tmp_path / "none.csv", region)


# ------------------------------------------------------------------ the ways


def test_ways_between_places_take_what_reach_says(tmp_path, region):
    """Ends anywhere along roads, also two on one road, against the searches of ``travel-time``."""
    rng = np.random.Generator(np.random.Philox(3))
    roads = region.network
    n, links = 60, len(roads.link_ids)
    link = rng.integers(links, size=(2, n))
    link[1, :10] = link[0, :10]
    fraction = rng.random((2, n))
    ends = roads.link_ends[link]
    x, y = (
        z[ends[..., 0]] * (1 - fraction) + z[ends[..., 1]] * fraction for z in (region.x, region.y)
    )
    trips = read(
        tmp_path,
        region,
        *(
            f"{x[0, k]:.4f} {y[0, k]:.4f},{x[1, k]:.4f} {y[1, k]:.4f},2023-06-10T12:{k:02d},"
            f"{max(1, 0.1 * np.hypot(x[0, k] - x[1, k], y[0, k] - y[1, k])):.0f},acute"
            for k in range(n)
        ),
    )
    assert len(trips) == n
    present = present_speeds(roads, Priors())
    ways = quickest_ways(region, trips, lambda p, hours: present.pace(p, hours, len(CLASSES)))
    assert ways.found.all()
    seconds = 0.9 * ways.base_s.sum(axis=1) + 12.0 * ways.signals
    driving = Driving(profile=Profile.AMBULANCE_BLUE, factor=0.9)
    places = [
        Snapped(link=e.link, fraction=e.fraction, metres=e.metres, x=e.x, y=e.y)
        for e in (trips.begin, trips.end)
    ]
    expected = np.diag(Reach(region, driving, places[0], towards=False).seconds(places[1]))
    assert seconds == pytest.approx(expected, abs=0.05)
    assert (ways.metres > 0).all()


def test_ferries_and_missing_ways_are_left_out_and_named(tmp_path):
    region = read_region(write_region(tmp_path / "region"))
    trips = read(
        tmp_path,
        region,
        "a,b,2023-06-10T12:00,70,car",
        "b,a,2023-06-10T12:00,70,car",
        "a,d,2023-06-10T12:00,2400,car",  # the ferry runs by day
        "a,d,2023-06-10T02:00,2400,car",  # and not at night
        "c,d,2023-06-10T12:00,170,car",
        "a,b,2023-06-10T12:00,71,acute",
    )
    found = calibrate(region, trips)
    assert found.verdict["car"] == "too few trips"
    reasons = dict(found.trips.left_out)
    assert "takes a ferry" in reasons[4]
    assert reasons[5] == NO_WAY
    assert found.trips.line.tolist() == [2, 3, 6, 7]


def test_trips_too_short_to_tell_are_left_out(tmp_path, region):
    x, y = region.x[0], region.y[0]
    trips = read(
        tmp_path, region, f"n0,{x + 100} {y},2023-06-10T12:00,30,car", GOOD, GOOD[:-3] + "acute"
    )
    assert dict(calibrate(region, trips).trips.left_out)[2] == "expected to take less than 30 s"


def test_a_place_beside_the_road_takes_its_time_too(tmp_path, region):
    quiet = replace(region, network=replace(region.network, speeds=SpeedTable(rows())), _search={})
    beside = f"{region.x[0] - 1000} {region.y[0]}"
    trips = read(tmp_path, quiet, f"{beside},n30,2023-06-10T12:00,600,car")
    present = present_speeds(quiet.network, Priors())
    ways = quickest_ways(quiet, trips, lambda p, hours: present.pace(p, hours, len(CLASSES)))
    assert ways.access_s[0] == pytest.approx(1000 * 1.3 / (40 / 3.6))
    way = RoadTravelTimes(quiet.network).between(0, 30)
    assert ways.base_s.sum() == pytest.approx(way, abs=0.05)


def test_degrees_are_those_of_the_models_projection(region):
    x, y = project(*unproject(region.x[:3], region.y[:3]))
    assert x == pytest.approx(region.x[:3], abs=0.01)
    assert y == pytest.approx(region.y[:3], abs=0.01)
