"""Fetching a place from servers: what comes is what a file gives; what goes wrong is said."""

import json
import socket
import time

import osmnx
import pytest
import shapely

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network.osm.cut import read_polygon
from emergency_sim.network.osm.overpass import fetch_place
from emergency_sim.network.osm.pbf import read_osm
from tests.network.osm.drawing import LAT, LON, STEP, xml
from tests.network.osm.servers import DATE, Town, serve
from tests.network.osm.trap_map import (
    NODES,
    WAYS,
    assert_same,
    assert_same_tables,
    assert_same_times,
    ways_of,
)


def box(columns, rows):
    """Return the outline round columns and rows 0 to n of the grid."""
    east, north = LON + (columns + 0.5) * STEP, LAT + (rows + 0.5) * STEP
    return json.loads(shapely.to_geojson(shapely.box(LON, LAT, east, north)))


@pytest.fixture
def pauses(monkeypatch):
    """Let osmnx's politeness pass without waiting; give the seconds it would have waited."""
    waited = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.fixture
def town():
    return Town(WAYS, NODES, box(9, 9))


def fetch(address, name="Sund, Norway", **more):
    return fetch_place(name, overpass_url=f"{address}/api", nominatim_url=address, **more)


def faults(address, **more):
    with pytest.raises(InputFaults) as caught:
        fetch(address, **more)
    return str(caught.value)


def test_a_place_is_what_the_file_of_it_is(town, pauses, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "sund.osm"
    file.write_text(xml(WAYS, NODES), encoding="utf-8")
    with serve(town) as address:
        got = fetch(address)
    ours = read_osm(file).raw
    assert_same(ours, got.raw)
    assert_same_tables(ours, got.raw)
    assert_same_times(ours, got.raw)
    ferries = [tags.get("duration") for tags in got.raw.way_tags if tags.get("route") == "ferry"]
    assert ferries == ["0:30", None, None]
    assert (got.place, got.date, got.cut_ferries) == ("Sund kommune, Norway", DATE, 0)
    assert set(town.asked) == {"/search", "/api/status", "/api/interpreter"}
    assert town.asked.count("/api/interpreter") == 2  # roads, and ferries
    assert all(agent.startswith("emergency-sim/") for agent in town.agents)
    assert list(tmp_path.iterdir()) == [file]
    assert max(pauses) <= 1


def test_a_place_is_cut_as_a_file_is_cut(pauses, tmp_path):
    """Also where a road leaves the place and comes back, and where a ferry ends outside."""
    ways = WAYS | {120: ([15, 25, 35], {"highway": "tertiary"})}
    outline = box(7, 5)
    # A bite: the way 120 leaves the place for some hundred metres.
    bite = shapely.box(LON + 1.9 * STEP, LAT + 4.8 * STEP, LON + 2.1 * STEP, LAT + 6.0 * STEP)
    outline = json.loads(
        shapely.to_geojson(shapely.from_geojson(json.dumps(outline)).difference(bite))
    )
    file, polygon = tmp_path / "sund.osm", tmp_path / "sund.geojson"
    file.write_text(xml(ways, NODES), encoding="utf-8")
    polygon.write_text(json.dumps(outline))
    with serve(Town(ways, NODES, outline)) as address:
        got = fetch(address)
    ours = read_osm(file, read_polygon(polygon))
    assert_same(ours.raw, got.raw)
    assert got.cut_ferries == ours.cut_ferries == 1
    assert ways_of(got.raw)[120] == [15, 25, 35]


def test_servers_are_named_by_the_environment(town, pauses):
    with serve(town) as address:
        named = {
            "EMERGENCY_SIM_OVERPASS_URL": f"{address}/api/",
            "EMERGENCY_SIM_NOMINATIM_URL": f"{address}/",
        }
        assert len(fetch_place("Sund", environment=named).raw)
    with pytest.raises(InputFaults, match="must begin with http"):
        fetch_place("Sund", environment={"EMERGENCY_SIM_OVERPASS_URL": "file:///etc/passwd"})


def test_a_server_of_ones_own_needs_no_slots(town, pauses):
    town.status = None
    with serve(town) as address:
        assert len(fetch(address).raw)
    assert max(pauses) <= 1  # osmnx waits a minute where it does not understand the status


def test_without_internet_the_remedy_is_an_extract(pauses):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    text = faults(nobody)
    assert f"cannot reach {nobody}" in text
    assert "network build --osm FILE" in text


def test_overpass_out_of_reach_is_said_at_once(town, pauses):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    with serve(town) as address, pytest.raises(InputFaults, match=f"cannot reach {nobody}/api"):
        fetch_place("Sund", overpass_url=f"{nobody}/api", nominatim_url=address)
    assert max(pauses) <= 1


@pytest.mark.parametrize(
    ("name", "outline", "said"),
    [
        ("Atlantis", box(9, 9), "no such place is known"),
        ("Sund", {"type": "Point", "coordinates": [LON, LAT]}, "the place has no outline"),
        ("  ", box(9, 9), "name a place"),
        ("Sund", box(2000, 900), "km2, more than 100,000"),
        ("Sund", {"type": "Polygon", "coordinates": [[[0, 0], [0, 0.1], [0.1, 0.1], [0, 0]]]},
         "there are no roads in this place"),
    ],
)  # fmt: skip
def test_places_that_cannot_be_fetched(town, pauses, name, outline, said):
    town.outline = outline
    with serve(town) as address:
        assert said in faults(address, name=name)


PAGE = "<html><head><title>x</title></head><body><p>Please log in</p></body></html>"


@pytest.mark.parametrize(
    ("path", "code", "body", "said"),
    [
        ("/search", 200, PAGE, "answered no data but a text (Please log in)"),
        ("/search", 403, PAGE, "answered 403 (Please log in)"),
        ("/search", 200, '[{"place": 1}]', "did not answer as Nominatim does"),
        ("/search", 200, '{"error": "x"}', "did not answer as Nominatim does"),
        ("/api/interpreter", 200, PAGE, "answered no data but a text (Please log in)"),
        ("/api/interpreter", 400, "<p>parse error</p>", "answered 400 (parse error)"),
        ("/api/interpreter", 200, "{}", "did not answer as Overpass does"),
        ("/api/interpreter", 200, '{"elements": [', "did not answer as Overpass does"),
        ("/api/interpreter", 200, '{"elements": []}', "there are no roads"),
        ("/api/interpreter", 429, PAGE, "is busy (429): try again"),
        ("/api/interpreter", 504, PAGE, "is busy (504): try again"),
    ],
)
def test_answers_that_are_no_data(town, pauses, path, code, body, said):
    town.instead[path] = (code, body)
    with serve(town) as address:
        assert said in faults(address, retries=1)
    busy = [pause for pause in pauses if pause > 1]
    assert len(busy) == (1 if code in {429, 504} else 0)


def test_half_of_the_data_is_refused(town, pauses):
    """Overpass says in a remark that it gave up; osmnx would take what there is."""
    town.remark = 'runtime error: Query timed out in "query" at line 1 after 180 seconds.'
    with serve(town) as address:
        text = faults(address)
    assert "did not give all of the data (runtime error: Query timed out" in text
    assert "smaller place" in text


def test_a_tag_called_remark_is_no_remark(town, pauses):
    town.ways = WAYS | {117: ([75, 74], {"highway": "service", "remark": "runtime error"})}
    with serve(town) as address:
        assert 117 in fetch(address).raw.way_id


def test_a_server_that_keeps_silent(town, pauses):
    town.silent.clear()
    with serve(town) as address:
        text = faults(address, timeout=0.2)
        town.silent.set()
    assert "cannot reach" in text
    assert "it took too long" in text


def test_no_third_party_is_asked_for_addresses(town, pauses, monkeypatch):
    """osmnx would ask Google where a server is that the machine cannot find."""
    seen = []

    def geocode(name):
        seen.append(osmnx.settings.doh_url_template)
        raise ConnectionError("name or service not known")

    monkeypatch.setattr(osmnx, "geocode_to_gdf", geocode)
    with serve(town) as address:
        assert "cannot reach" in faults(address)
    assert seen == [None]
    assert osmnx.settings.doh_url_template is not None
