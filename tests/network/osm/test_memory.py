"""How much memory a file needs and how much there is."""

import pytest

from emergency_sim.network.osm.memory import available_bytes, reading_bytes


@pytest.mark.parametrize("name", ["a.osm.pbf", "A.PBF", "a.osm", "a.osm.gz", "a.osm.bz2"])
def test_a_larger_file_needs_more(name):
    assert 0 < reading_bytes(name, 1_000) < reading_bytes(name, 1_000_000_000)


def test_what_is_free_is_read_from_the_system(tmp_path):
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    1000 kB\n", encoding="ascii")
    assert available_bytes(meminfo) == 819_200
    assert available_bytes(tmp_path / "absent") > 100_000_000
    assert available_bytes() > 0
