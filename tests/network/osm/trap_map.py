"""A map with everything that reading with osmnx can lose, and how two readings are compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emergency_sim.bundled import bundled_root
from emergency_sim.network import Driving, Profile, read_speeds
from emergency_sim.network.built import region_of
from emergency_sim.network.osm.source import RawOsm
from emergency_sim.network.osm.tags import RoadChoice
from emergency_sim.network.osm.topology import build_tables
from tests.network.osm.drawing import fifty

WAYS = {
    101: ([11, 21, 31], {"highway": "primary", "maxspeed": "80", "ref": "E39", "name": "Storvegen"}),
    102: ([31, 41], {"highway": "secondary", "oneway": "-1", "maxspeed": "60"}),
    103: ([31, 41], {"highway": "residential", "oneway": "yes"}),
    104: ([52, 62, 63, 53, 52], {"highway": "secondary", "junction": "roundabout"}),
    105: ([41, 52], {"highway": "secondary", "maxspeed:forward": "50", "maxspeed:backward": "70"}),
    106: (
        [63, 73],
        {"route": "ferry", "duration": "0:30", "interval": "00:20", "name": "Sund–Nes"},
    ),
    107: ([73, 83, 84, 85, 83], {"highway": "tertiary", "maxspeed": "NO:rural"}),
    108: ([21, 22, 23], {"highway": "residential"}),  # a bollard at 22
    109: ([11, 12, 13], {"highway": "unclassified", "motor_vehicle": "private"}),
    110: ([13, 23], {"highway": "service", "access": "no", "bus": "yes"}),
    111: (
        [53, 54, 64],
        {"highway": "tertiary", "motor_vehicle:conditional": "no @ (Nov-May)", "tunnel": "yes"},
    ),
    112: ([64, 85], {"route": "ferry", "foot": "yes"}),
    113: ([64, 74], {"route": "ferry", "motor_vehicle": "yes"}),
    114: ([74, 84], {"highway": "residential", "oneway": "yes", "oneway:bus": "no"}),
    115: ([74, 75], {"highway": "footway"}),
    116: ([75, 76], {"highway": "construction"}),
}  # fmt: skip
NODES = {
    22: {"barrier": "bollard"},
    31: {"highway": "traffic_signals"},
    84: {"barrier": "lift_gate", "access": "private"},
    12: {"highway": "turning_circle"},
}


def rings_turned(raw: RawOsm) -> RawOsm:
    """Return the same where every ring begins at its node of the lowest id."""
    refs = raw.refs.copy()
    for begin, end in zip(raw.offsets[:-1], raw.offsets[1:], strict=True):
        ring = refs[begin:end]
        if ring[0] == ring[-1] and len(set(ring.tolist())) == len(ring) - 1:
            turned = np.roll(ring[:-1], -int(ring[:-1].argmin()))
            refs[begin:end] = [*turned, turned[0]]
    return replace(raw, refs=refs)


def assert_same(one: RawOsm, other: RawOsm) -> None:
    """Compare two readings but for where rings begin."""
    assert np.array_equal(one.node_id, other.node_id)
    assert np.array_equal(one.lon, other.lon)
    assert np.array_equal(one.lat, other.lat)
    assert one.node_tags == other.node_tags
    assert np.array_equal(one.way_id, other.way_id)
    assert one.way_tags == other.way_tags
    assert np.array_equal(one.offsets, other.offsets)
    assert np.array_equal(rings_turned(one).refs, rings_turned(other).refs)


def assert_same_tables(one: RawOsm, other: RawOsm, choice: RoadChoice | None = None) -> None:
    """Compare the networks of two readings, link by link, but for where rings begin."""
    first, second = (
        build_tables(rings_turned(raw), choice or RoadChoice(), fifty) for raw in (one, other)
    )
    assert first.node_id == second.node_id
    assert first.counts == second.counts
    assert first.dropped.nodes == second.dropped.nodes
    assert first.dropped.km == second.dropped.km
    assert rows_of(first) == rows_of(second)


def assert_same_times(one: RawOsm, other: RawOsm, *, sources: int = 20) -> None:
    """Compare travel times between the nodes of both: a lonely loop may be cut elsewhere."""
    speeds = read_speeds(bundled_root() / "networks" / "speeds.csv")
    regions = [
        region_of(build_tables(raw, RoadChoice(), speeds.build_speed), speeds, name="same")
        for raw in (one, other)
    ]
    common = sorted(set(regions[0].node_ids) & set(regions[1].node_ids))
    assert len(common) >= 0.99 * max(len(region.node_ids) for region in regions)
    begin = common[:: max(1, len(common) // sources)]
    for driving in (Driving(), Driving(profile=Profile.AMBULANCE_BLUE, factor=0.9)):
        first, second = (
            np.asarray(region.travel_times(driving).rows([region.index(n) for n in begin]))[
                :, [region.index(n) for n in common]
            ]
            for region in regions
        )
        assert np.isfinite(first).mean() > 0.5
        assert np.array_equal(first, second)


def ways_of(raw: RawOsm) -> dict[int, list[int]]:
    """Return the nodes of each way."""
    runs = zip(raw.way_id.tolist(), raw.offsets[:-1], raw.offsets[1:], strict=True)
    return {way: raw.refs[begin:end].tolist() for way, begin, end in runs}


def rows_of(tables) -> list[tuple]:
    """Return one sorted row per link, its number within the way and its figures."""
    named = [name.rsplit(".", 1)[0] for name in tables.link_id]
    columns = [
        *(tables.tail, tables.head, tables.length_m.round(6), tables.limit_kmh, tables.oneway),
        *(tables.winter, tables.tunnel, tables.signals, tables.yields, tables.yields_back),
        *(tables.crossing_min, tables.dep_day, tables.dep_night),
    ]
    texts = [named, tables.highway, tables.road, tables.name, tables.access]
    numbers = (np.nan_to_num(column.astype(float), nan=-1).tolist() for column in columns)
    return sorted(zip(*numbers, *texts, strict=True))
