"""From roads that were read to a folder and back: the same network, as a whole or not at all."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.bundled import bundled_root
from emergency_sim.domain.errors import InputFaults
from emergency_sim.network import Driving, Profile, read_region, read_speeds
from emergency_sim.network.build import People, Source, build, leave_out_ferries, write
from emergency_sim.network.built import region_of
from emergency_sim.network.osm.tags import RoadChoice
from emergency_sim.network.projection import project
from tests.network.osm.drawing import place, raw

SPEEDS = read_speeds(bundled_root() / "networks" / "speeds.csv")
SOURCE = Source(name="by hand", date="2026-01-01T00:00:00Z", sha256="00")
# A main road with a side road, a ferry to an island road, and a road that nothing joins.
WAYS = {
    1: ([1, 11, 21], {"highway": "primary", "maxspeed": "80", "ref": "Rv1"}),
    2: ([11, 12], {"highway": "residential", "maxspeed": "30"}),
    3: ([21, 31], {"route": "ferry", "name": "Vest–Øst", "duration": "00:20", "interval": "00:30"}),
    4: ([31, 41, 42], {"highway": "secondary", "seasonal": "summer"}),
    5: ([70, 71], {"highway": "tertiary"}),
    6: ([12, 13], {"highway": "residential"}),
}  # fmt: skip
NODES = {12: {"barrier": "bollard"}, 11: {"highway": "traffic_signals"}}


def built():
    return build(raw(WAYS, NODES), SOURCE, SPEEDS)


def test_a_folder_gives_back_the_network_that_was_written(tmp_path):
    write(built(), tmp_path / "n", SPEEDS)
    read, made = read_region(tmp_path / "n"), region_of(built().tables, SPEEDS, name="n")
    assert read.node_ids == made.node_ids
    assert read.network.link_names == made.network.link_names
    assert read.network.speeds.rows == SPEEDS.rows
    everybody = list(range(len(read.node_ids)))
    for driving in (Driving(), Driving(profile=Profile.AMBULANCE_BLUE, factor=0.9)):
        there, here = (r.travel_times(driving).rows(everybody) for r in (read, made))
        assert (there == here).all()
    assert (read.x == made.x).all()
    for one, other in zip(read.lines(), made.lines(), strict=True):
        assert one.equals_exact(other, 0.0)


def test_a_car_stops_at_the_bollard_and_an_ambulance_does_not(tmp_path):
    write(built(), tmp_path / "n", SPEEDS)
    region = read_region(tmp_path / "n")
    a, b = region.index("n11"), region.index("n13")
    assert region.travel_times(Driving()).between(a, b) == float("inf")
    ambulance = Driving(profile=Profile.AMBULANCE_BLUE)
    assert region.travel_times(ambulance).between(a, b) < float("inf")
    without = Driving(profile=Profile.AMBULANCE_BLUE, keys=False)
    assert region.travel_times(without).between(a, b) == float("inf")


def test_a_road_that_is_closed_in_winter_is_a_setting(tmp_path):
    write(built(), tmp_path / "n", SPEEDS)
    region = read_region(tmp_path / "n")
    a, b = region.index("n31"), region.index("n42")
    assert region.travel_times(Driving()).between(a, b) < float("inf")
    assert region.travel_times(Driving(winter_roads=False)).between(a, b) == float("inf")


def test_what_was_dropped_is_told_in_kilometres_and_people(tmp_path):
    x, y = project(*np.array([place(70), place(1)]).T)
    people = People(x=np.asarray(x), y=np.asarray(y), count=np.array([7.0, 100.0]))
    found = build(raw(WAYS, NODES), SOURCE, SPEEDS, people=people)
    assert (found.people_dropped, found.people_kept) == (7.0, 100.0)
    assert found.tables.dropped.km == {"tertiary": pytest.approx(1.11, abs=0.01)}
    assert found.description("n")["dropped"]["people"] == 7
    assert found.ferries() == ("Vest–Øst",)
    assert built().people_dropped is None


def test_a_ferry_left_out_by_name_takes_its_island_along():
    found = build(raw(WAYS, NODES), SOURCE, SPEEDS, without_ferries=["Vest–Øst"])
    assert found.ferries() == ()
    assert "n41" not in found.tables.node_id
    assert "n11" in found.tables.node_id
    with pytest.raises(InputFaults, match="did you mean 'Vest–Øst'"):
        leave_out_ferries(raw(WAYS), ["Vest-Øst"], RoadChoice())


def test_the_same_input_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write(built(), tmp_path / name / "n", SPEEDS)
    for file in ("nodes.parquet", "links.parquet", "network.yaml", "speeds.csv"):
        one, other = ((tmp_path / name / "n" / file).read_bytes() for name in ("a", "b"))
        assert one == other, file


def test_geopandas_opens_the_links(tmp_path):
    import geopandas

    write(built(), tmp_path / "n", SPEEDS)
    frame = geopandas.read_parquet(tmp_path / "n" / "links.parquet")
    assert frame.crs.to_epsg() == 4326 or frame.crs.to_string() == "OGC:CRS84"
    assert set(frame.geom_type) == {"LineString"}
    assert frame.loc[frame.highway == "ferry", "crossing_min"].tolist() == [20.0]


def test_only_networks_are_replaced(tmp_path):
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(InputFaults, match="holds something else"):
        write(built(), tmp_path, SPEEDS)
    write(built(), tmp_path / "n", SPEEDS)
    write(built(), tmp_path / "n", SPEEDS)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["letter", "n"]


KILLED = """
import os, signal, sys
from pathlib import Path
from emergency_sim.network import built
from tests.network.test_built import SOURCE, SPEEDS, WAYS, raw
from emergency_sim.network import build
real = built.write_parquet_tables
def half(folder, nodes, links):
    real(folder, nodes, links)
    os.kill(os.getpid(), signal.SIGKILL)
built.write_parquet_tables = half
build.write(build.build(raw(WAYS), SOURCE, SPEEDS), Path(sys.argv[1]), SPEEDS)
"""


def test_a_killed_build_leaves_no_network(tmp_path, repository: Path):
    out = tmp_path / "n"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(out)], check=False, cwd=repository,
        env={**os.environ, "PYTHONPATH": str(repository)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert not out.exists()
    write(built(), out, SPEEDS)
    assert [p.name for p in tmp_path.iterdir()] == ["n"]


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("links.parquet", b"", "is no parquet file"),
        ("links.parquet", b"PAR1 and then nothing", "is no parquet file"),
        ("nodes.parquet", None, "there is no such file"),
        ("speeds.csv", b"profile,quantity\n", "the column 'value' is missing"),
    ],
)
def test_a_damaged_folder_is_refused(tmp_path, file, content, message):
    write(built(), tmp_path / "n", SPEEDS)
    path = tmp_path / "n" / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputFaults, match=message):
        read_region(tmp_path / "n")


def test_links_that_contradict_themselves_are_refused(tmp_path):
    import pandas as pd

    write(built(), tmp_path / "n", SPEEDS)
    path = tmp_path / "n" / "links.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, "to"] = "nowhere"
    frame.loc[1, "length_m"] = -1.0
    frame.loc[2, "access"] = "perhaps"
    frame.loc[frame.highway == "ferry", "crossing_min"] = float("nan")
    frame.loc[3, "link_id"] = frame.loc[4, "link_id"]
    frame.to_parquet(path)
    with pytest.raises(InputFaults) as refused:
        read_region(tmp_path / "n")
    text = str(refused.value)
    for words in ("no such node", "at least 0", "must be one of open", "minutes of crossing"):
        assert words in text
    assert "links.parquet:5:1: link_id: the id stands already" in text


def test_a_folder_that_somebody_added_to_is_not_replaced(tmp_path):
    write(built(), tmp_path / "n", SPEEDS)
    write(built(), tmp_path / "n", SPEEDS)  # what is ours alone may be
    (tmp_path / "n" / "zones.csv").write_text("zone_id\n", encoding="utf-8")
    with pytest.raises(InputFaults, match="holds something else"):
        write(built(), tmp_path / "n", SPEEDS)
    assert (tmp_path / "n" / "zones.csv").is_file()


@pytest.mark.parametrize(("east", "said"), [(0.0, False), (23.0, False), (-80.0, True)])
def test_roads_where_our_metres_are_too_long_say_so(east, said):
    drawing = raw(WAYS, NODES)
    moved = dataclasses.replace(drawing, lon=drawing.lon + east)
    notes = build(moved, SOURCE, SPEEDS).source.notes
    assert any("too long" in note for note in notes) == said
