"""Files of every kind are read alike; bad ones are refused with a remedy."""

import bz2
import gzip
import hashlib

import numpy as np
import osmium
import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network.osm import pbf
from emergency_sim.network.osm.cut import read_bbox
from emergency_sim.network.osm.pbf import read_osm
from tests.network.osm.drawing import data, place, raw, xml

WAYS = {
    1: ([10, 20, 30], {"highway": "primary", "maxspeed": "80", "name": "Øvre vei"}),
    2: ([30, 40], {"route": "ferry", "duration": "0:30"}),
    3: ([40, 50], {"highway": "service", "access": "private"}),
}
OTHERS = {
    7: ([20, 21], {"highway": "footway"}),
    8: ([20, 22], {"building": "yes"}),
    9: ([23, 24], {"route": "bus"}),
}
NODES = {20: {"barrier": "bollard", "material": "steel"}, 30: {"name": "nothing of interest"}}


def same(one, other):
    assert one.way_tags == other.way_tags
    assert one.node_tags == other.node_tags
    for name in ("node_id", "way_id", "refs", "offsets"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    np.testing.assert_allclose(one.lon, other.lon, atol=1e-7)
    np.testing.assert_allclose(one.lat, other.lat, atol=1e-7)


@pytest.fixture
def files(tmp_path):
    text = xml(WAYS | OTHERS, NODES)
    (tmp_path / "a.osm").write_text(text, encoding="utf-8")
    (tmp_path / "a.osm.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "a.osm.bz2").write_bytes(bz2.compress(text.encode()))
    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(tmp_path / "a.osm")):
            writer.add(thing)
    return tmp_path


@pytest.mark.parametrize("small", [0, 4_000_000])
@pytest.mark.parametrize("suffix", ["osm", "osm.gz", "osm.bz2", "osm.pbf"])
def test_every_format_gives_the_same(files, suffix, small, monkeypatch):
    monkeypatch.setattr(pbf, "SMALL_FILE", small)
    got = read_osm(files / f"a.{suffix}")
    same(got.raw, raw(WAYS, {20: {"barrier": "bollard"}}))
    content = (files / f"a.{suffix}").read_bytes()
    assert got.sha256 == hashlib.sha256(content).hexdigest()
    assert got.date == ""


def test_the_date_of_the_file(tmp_path):
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2025-03-01T20:21:22Z")
    file = tmp_path / "a.osm.pbf"
    (tmp_path / "a.osm").write_text(xml(WAYS), encoding="utf-8")
    with osmium.SimpleWriter(str(file), header=header) as writer:
        for thing in osmium.FileProcessor(str(tmp_path / "a.osm")):
            writer.add(thing)
    assert read_osm(file).date == "2025-03-01T20:21:22Z"


@pytest.mark.parametrize("room", [None, 1])
def test_a_box_cuts_the_same_whether_memory_is_short_or_not(files, room):
    (west, _), (east, _) = place(15), place(35)
    box = read_bbox(f"{west},60,{east},63")
    got = read_osm(files / "a.osm.pbf", box, available=room)
    assert got.raw.refs.tolist() == [10, 20, 30]
    assert got.cut_ferries == 1


def test_ways_whose_nodes_are_absent_are_cut(tmp_path):
    file = tmp_path / "a.osm"
    file.write_text(xml(WAYS).replace('<node id="10"', '<node id="999"'), encoding="utf-8")
    assert read_osm(file).raw.refs.tolist() == [20, 30, 30, 40, 40, 50]


def bad_files(top):
    binary = (top / "a.osm.pbf").read_bytes()
    text = (top / "a.osm").read_text(encoding="utf-8")
    contents = {
        "empty.osm.pbf": (b"", "the file is empty"),
        "cut.osm.pbf": (binary[: len(binary) - 40], "cannot be read as OpenStreetMap data"),
        "cut.osm": (text[:700].encode(), "cannot be read as OpenStreetMap data"),
        "cut.osm.gz": (gzip.compress(text.encode())[:150], "cannot be read as OpenStreetMap data"),
        "cut.osm.bz2": (bz2.compress(text.encode())[:150], "cannot be read as OpenStreetMap data"),
        "picture.osm.pbf": (b"\x89PNG\r\n\x1a\n" + b"x" * 500, "cannot be read as OpenStreetMap"),
        "page.osm.pbf": (b"<html><body>404</body></html>", "cannot be read as OpenStreetMap"),
        "page.osm": (b"<html><body>404</body></html>", "cannot be read as OpenStreetMap"),
        "buildings.osm": (xml(OTHERS).encode(), "there are no roads in it"),
        "map.geojson": (b"{}", "must end in .pbf, .osm, .osm.bz2, .osm.gz"),
    }
    for name, (content, message) in contents.items():
        (top / name).write_bytes(content)
        yield top / name, message
    yield top / "missing.osm.pbf", "there is no such file"
    yield top, "there is no such file"
    yield "/vsicurl/http://example.org/a.osm.pbf", "virtual paths are refused"


def test_bad_files_are_refused_at_their_first_line(files):
    for path, message in bad_files(files):
        with pytest.raises(InputFaults, match=message) as refused:
            read_osm(path)
        assert str(refused.value).startswith(f"{path}:1:1: ")


def test_a_file_too_large_for_the_memory_names_the_remedy(files):
    with pytest.raises(InputFaults, match=r"GB of memory .* give --bbox"):
        read_osm(files / "a.osm.pbf", available=100)


@pytest.mark.parametrize("room", [None, 1])
def test_a_box_outside_the_file_says_where_the_file_lies(files, room):
    with pytest.raises(InputFaults, match=r"no roads of .* in it") as refused:
        read_osm(files / "a.osm", read_bbox("1,1,2,2"), available=room)
    assert str(refused.value).startswith("--bbox:1:1: ")
    if room is None:
        assert "they lie within 7.010,62.500,7.050,62.500" in str(refused.value)


def test_a_box_in_a_file_without_roads_is_not_to_blame(tmp_path):
    file = tmp_path / "a.osm"
    file.write_text(xml(OTHERS), encoding="utf-8")
    with pytest.raises(InputFaults, match="there are no roads in it"):
        read_osm(file, read_bbox("1,1,2,2"))


def test_a_real_file_cut_short(tmp_path):
    whole = data("osm/oslo_east.osm.pbf").read_bytes()
    (tmp_path / "half.osm.pbf").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputFaults, match="download it again"):
        read_osm(tmp_path / "half.osm.pbf")


def test_a_real_file_says_its_date():
    assert read_osm(data("osm/liechtenstein.osm.pbf")).date == "2015-07-27T21:14:01Z"
