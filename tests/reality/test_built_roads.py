"""Roads built from the open data against the default district's tables, measured by another program.

`networks/more-og-romsdal/measure.py` simplifies the same main roads in its own way. Both have the
same speeds, so without ferries (the tables have timetables, the built network SSB's effective
speed) the times between zones and clinics must agree.
"""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.network import Driving, Region, RoadNetwork, read_region, read_speeds
from emergency_sim.network.build import Source, build
from emergency_sim.network.built import region_of
from emergency_sim.network.osm.pbf import read_osm
from emergency_sim.network.reach import Reach
from emergency_sim.network.snapping import snap

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("EMERGENCY_SIM_DATA") or ROOT.parent / "shared" / "data") / "norway"
ROADS = DATA / "norway_n1000.osm.pbf"

pytestmark = pytest.mark.skipif(not ROADS.is_file(), reason=f"data absent: {ROADS.name}")


def without_ferries(region: Region) -> Region:
    network = region.network
    assert isinstance(network, RoadNetwork)
    return replace(region, network=replace(network, runs=network.runs & ~network.ferry), _search={})


def test_the_same_roads_give_the_same_times():
    speeds = read_speeds(ROOT / "networks" / "speeds.csv")
    built = build(read_osm(ROADS).raw, Source(name=ROADS.name), speeds)
    norway = without_ferries(region_of(built.tables, speeds, name="norway"))
    hand = without_ferries(read_region(ROOT / "networks" / "more-og-romsdal"))
    zones = hand.zones
    assert zones is not None
    with (ROOT / "networks" / "more-og-romsdal" / "sites.csv").open(encoding="utf-8") as stream:
        clinics = [
            hand.index(row["node"])
            for row in csv.DictReader(stream)
            if row["kind"] == "legevakt" and row["in_service"] == "yes"
        ]
    sites = snap(norway, hand.x[clinics], hand.y[clinics])
    places = snap(norway, hand.x[zones.node], hand.y[zones.node])
    found = Reach(norway, Driving(), sites, towards=False).seconds(places)
    measured = hand.travel_times().rows(clinics)[:, zones.node]
    far = np.isfinite(found) & np.isfinite(measured) & (measured > 300)
    assert far.sum() > 5_000
    ratio = found[far] / measured[far]
    low, middle, high = np.quantile(ratio, (0.01, 0.5, 0.99))
    assert middle == pytest.approx(1.0, abs=0.005)
    assert 0.95 < low < high < 1.05
    # Where one has a way and the other has none, a quay or an island road was tied otherwise.
    assert (np.isfinite(found) != np.isfinite(measured)).mean() < 0.02
