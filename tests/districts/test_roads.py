"""Cutting roads at places, and cutting a network to a district, change no time between its places."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.districts.making.cut_links import cut_roads
from emergency_sim.districts.making.kept_nodes import needed_nodes
from emergency_sim.districts.making.road_rows import read_rows, write_rows
from emergency_sim.network import Driving, Region, RoadNetwork, read_region
from emergency_sim.network.snapping import Snapped, snap
from tests.districts.country import X, Y


def places(roads: Region, *at: tuple[float, float]) -> Snapped:
    x, y = (np.array(column, float) for column in zip(*at, strict=True))
    return snap(roads, X + x, Y + y)


def test_every_place_gets_a_node_where_it_is(
    roads: Region, country: tuple[Path, Path], tmp_path: Path
) -> None:
    where = places(roads, (13_500, 5_600), (16_500, 5_500), (16_510, 5_500), (510, 5_500))

    cut = cut_roads(*read_rows(country[0], roads), where)
    write_rows(tmp_path, cut.nodes, cut.links)
    after = read_region(tmp_path)

    assert cut.node.tolist() == ["p00001", "p00002", "p00002", "a"]
    p1, p2 = after.index("p00001"), after.index("p00002")
    assert after.x[p1] == pytest.approx(X + 13_500, abs=1)
    times = after.travel_times(Driving())
    assert times.between(p1, p2) == pytest.approx(180, abs=0.01)  # 3 km at 60 km/h


def test_through_a_cut_road_one_drives_as_long_as_before(
    roads: Region, country: tuple[Path, Path], tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    where = places(roads, *((x, 5_500) for x in rng.uniform(500, 25_000, 40)))

    cut = cut_roads(*read_rows(country[0], roads), where)
    write_rows(tmp_path, cut.nodes, cut.links)
    after = read_region(tmp_path)

    before_s = roads.travel_times(Driving()).rows(range(len(roads.node_ids)))
    nodes = [after.index(n) for n in roads.node_ids]
    after_s = after.travel_times(Driving()).rows(nodes)[:, nodes]
    assert np.abs(before_s - after_s).max() <= 0.001 * 40
    lengths = cut.links["length_m"]
    assert lengths.sum() == pytest.approx(read_rows(country[0], roads)[1]["length_m"].sum())


def test_signals_and_priority_stay_with_the_ends(roads: Region, country: tuple[Path, Path]) -> None:
    nodes, links = read_rows(country[0], roads)
    links["signals"][2], links["yields"][2], links["yields_back"][2] = 1.5, 1, 1

    cut = cut_roads(nodes, links, places(roads, (13_500, 5_500), (16_500, 5_500)))

    of = [k for k, name in enumerate(cut.links["link_id"]) if name.startswith("l2.")]
    assert cut.links["signals"][of].tolist() == [0, 0, 1.5]
    assert cut.links["yields"][of].tolist() == [0, 0, 1]
    assert cut.links["yields_back"][of].tolist() == [1, 0, 0]


def test_points_move_with_the_pieces_of_their_road(
    roads: Region, country: tuple[Path, Path]
) -> None:
    cut = cut_roads(*read_rows(country[0], roads), places(roads, (13_500, 5_500)))

    link, fraction = cut.moved(places(roads, (12_000, 5_500), (15_000, 5_500), (3_000, 5_500)))

    assert link.tolist() == ["l2.1", "l2.2", "l0"]
    assert fraction == pytest.approx([0.5, 0.25, 0.5], abs=0.001)


def test_the_needed_part_has_the_same_times(roads: Region) -> None:
    network = roads.network
    assert isinstance(network, RoadNetwork)
    chosen = [roads.index(n) for n in ("b", "f")]

    kept = needed_nodes(network, chosen)

    assert {roads.node_ids[k] for k in np.flatnonzero(kept)} == {"b", "c", "d", "e", "f"}


def test_what_only_a_night_without_ferry_needs_is_kept(roads: Region) -> None:
    network = roads.network
    assert isinstance(network, RoadNetwork)
    # A road round by the far north from h to f, slower than the ferry while that runs.
    size = len(network.link_ids)
    more = {"tail": ["h", "f"], "head": ["f", "h"]}
    ends = {side: [roads.index(n) for n in names] for side, names in more.items()}

    def two(values: object, extra: object) -> np.ndarray:
        return np.concatenate((np.asarray(values), np.full(2, extra)))

    longer = replace(
        network,
        tail=np.concatenate((network.tail, ends["tail"])),
        head=np.concatenate((network.head, ends["head"])),
        link=two(network.link, size),
        link_ids=(*network.link_ids, "round"),
        link_names=(*network.link_names, ""),
        link_ends=np.vstack((network.link_ends, [ends["tail"][0], ends["head"][0]])),
        highway=two(network.highway, network.highway[0]),
        length_m=two(network.length_m, 90_000.0),
        speed_kmh=two(network.speed_kmh, 60.0),
        ferry=two(network.ferry, False),
        crossing_ms=two(network.crossing_ms, 0),
        wait_ms=np.column_stack((network.wait_ms, np.zeros((3, 2), np.int64))),
        runs=np.column_stack((network.runs, np.ones((3, 2), bool))),
        callout_ms=two(network.callout_ms, 0),
        callout=two(network.callout, False),
        limit_kmh=None, access=None, winter=None, signals=None, yields=None,
    )  # fmt: skip

    kept = needed_nodes(longer, [roads.index(n) for n in ("b", "f")])

    assert kept.all()
