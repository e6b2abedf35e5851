"""A zone's node time and its access time together are the time of its people."""

from pathlib import Path

import numpy as np

from emergency_sim.districts.making.access import LEAST_S, access_times
from emergency_sim.districts.making.cut_links import cut_roads
from emergency_sim.districts.making.new_district import joined
from emergency_sim.districts.making.road_rows import read_rows, write_rows
from emergency_sim.districts.making.zones import make_zones
from emergency_sim.districts.sources.open_data import OpenData
from emergency_sim.network import Driving, Region, read_region
from emergency_sim.network.reach import Reach
from emergency_sim.network.snapping import snap
from tests.districts.country import X, Y


def test_node_and_access_together_are_the_peoples_time(
    roads: Region, data: OpenData, country: tuple[Path, Path], tmp_path: Path
) -> None:
    zones = make_zones(
        roads, data.cells, data.municipality, data.density, data.municipalities.outlines
    )
    clinic = snap(roads, np.array([X + 2_500.0]), np.array([Y + 5_500.0]))
    cut = cut_roads(*read_rows(country[0], roads), joined(zones.place, clinic))
    write_rows(tmp_path, cut.nodes, cut.links)
    after = read_region(tmp_path)
    nodes = np.array([after.index(n) for n in cut.node])
    link_ids, fraction = cut.moved(zones.point_place)
    number = {name: k for k, name in enumerate(after.network.link_ids)}
    links = np.array([number[name] for name in link_ids])

    mean, spread = access_times(after, zones, nodes[:-1], links, fraction, [[], [int(nodes[-1])]])

    to_points = Reach(roads, Driving(), clinic, towards=False).seconds(zones.point_place)[0]
    to_points += zones.point_way.seconds
    weight = zones.points.weight
    true = np.bincount(zones.point_zone, weight * to_points) / np.bincount(zones.point_zone, weight)
    to_node = after.travel_times(Driving()).rows([int(nodes[-1])])[0, nodes[:-1]]
    beside = np.bincount(zones.point_zone, weight * zones.point_way.seconds) / zones.population
    held = (mean <= LEAST_S) | (np.abs(mean - beside) < 1e-6)  # an added time is never negative
    assert np.abs((to_node + mean - true)[~held]).max(initial=0) < 0.1
    assert (to_node + mean >= true - 0.1).all()
    assert not held.all()
    assert (spread <= 1.5 * mean + 1e-9).all()
