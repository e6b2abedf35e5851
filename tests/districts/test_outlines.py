"""A user's own areas: read from any map, refused with a reason, never fetched from elsewhere."""

from __future__ import annotations

import gzip
import http.server
import json
import threading
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from emergency_sim.districts.sources.outlines import read_outlines
from emergency_sim.domain.errors import InputFaults

X, Y = 100_000.0, 6_900_000.0
BOXES = [shapely.box(X, Y, X + 1000, Y + 1000), shapely.box(X + 1000, Y, X + 3000, Y + 1000)]


def frame(**columns: Any) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(columns, geometry=BOXES, crs="EPSG:25833")


def written(path: Path, of: geopandas.GeoDataFrame) -> Path:
    of.to_file(path)
    return path


def said(path: Path) -> str:
    with pytest.raises(InputFaults) as caught:
        read_outlines(path)
    return str(caught.value)


@pytest.mark.parametrize("crs", ["EPSG:25833", "EPSG:25832", "EPSG:4326", "EPSG:3857"])
def test_any_reference_system_gives_the_same_areas(tmp_path: Path, crs: str) -> None:
    path = written(tmp_path / "a.gpkg", frame(id=["a", "b"], name=["A", None]).to_crs(crs))
    found = read_outlines(path)
    assert (found.ids, found.names) == (("a", "b"), ("A", "b"))
    assert shapely.area(found.polygons) == pytest.approx([1e6, 2e6], rel=1e-4)


def test_a_packed_map_and_its_columns_by_rank(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.geojson",
        frame(id=[7.0, 8.0], kommunenummer=["0301", "1506"], navn=["Oslo", "Molde"]).to_crs(4326),
    )
    (tmp_path / "b.geojson.gz").write_bytes(gzip.compress(path.read_bytes()))
    found = read_outlines(tmp_path / "b.geojson.gz")
    assert (found.ids, found.names) == (("0301", "1506"), ("Oslo", "Molde"))
    plain = written(tmp_path / "c.gpkg", frame(id=[7.0, 8.0]))
    assert read_outlines(plain).ids == read_outlines(plain).names == ("7", "8")


def test_points_in_beside_and_between_the_areas(tmp_path: Path) -> None:
    found = read_outlines(written(tmp_path / "a.gpkg", frame(id=["a", "b"])))
    x = X + np.array([500.0, 1000.0, 2999.0, 3400.0, 9000.0])
    y = np.full(5, Y + 500)
    assert found.inside(x, y).tolist() == [True, True, True, False, False]
    assert found.inside(x, y, 399.0).tolist() == [True, True, True, False, False]
    assert found.inside(x, y, 401.0).tolist() == [True, True, True, True, False]
    assert found.holding(x, y).tolist() == [0, 0, 1, 1, 1]  # on the border: the first


def test_a_bow_tie_is_mended(tmp_path: Path) -> None:
    tie = shapely.Polygon([(X, Y), (X + 1000, Y + 1000), (X + 1000, Y), (X, Y + 1000)])
    one = geopandas.GeoDataFrame({"id": ["a"]}, geometry=[tie], crs="EPSG:25833")
    [area] = read_outlines(written(tmp_path / "a.gpkg", one)).polygons
    assert area.is_valid
    assert area.area == pytest.approx(500_000)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"label": ["a", "b"]}, "has none of the columns kommunenummer, id"),
        ({"id": ["a", "a"]}, "id stands twice (got 'a')"),
        ({"id": ["a", None]}, "has an area without id"),
    ],
)
def test_bad_ids(tmp_path: Path, columns: dict[str, Any], words: str) -> None:
    assert words in said(written(tmp_path / "a.gpkg", frame(**columns)))


def test_what_is_no_map(tmp_path: Path) -> None:
    assert "there is no such file" in said(tmp_path / "nowhere.geojson")
    (tmp_path / "a.csv").write_text("id,name\n1,x\n")
    assert "is no file of polygons that is read here" in said(tmp_path / "a.csv")
    (tmp_path / "a.geojson").write_text("")
    assert "cannot be read as polygons" in said(tmp_path / "a.geojson")
    (tmp_path / "b.gpkg").write_bytes(b"SQLite format 3\0" + bytes(200))
    assert "cannot be read as polygons" in said(tmp_path / "b.gpkg")
    (tmp_path / "c.geojson.gz").write_bytes(gzip.compress(b"x" * 9000)[:20])
    assert "cannot be read as polygons" in said(tmp_path / "c.geojson.gz")
    empty = {"type": "FeatureCollection", "features": []}
    (tmp_path / "d.geojson").write_text(json.dumps(empty))
    assert "holds no polygon" in said(tmp_path / "d.geojson")
    for text in (said(tmp_path / "a.geojson"), said(tmp_path / "b.gpkg")):
        assert text.count(str(tmp_path)) == 1, "the file is named once, as the user named it"


def test_what_is_no_area(tmp_path: Path) -> None:
    points = geopandas.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(X, Y)], crs="EPSG:25833")
    assert "holds something that is no polygon" in said(written(tmp_path / "a.gpkg", points))
    hole = geopandas.GeoDataFrame({"id": ["a", "b"]}, geometry=[BOXES[0], None], crs="EPSG:25833")
    assert "holds a row without a polygon" in said(written(tmp_path / "b.gpkg", hole))
    nothing = geopandas.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Polygon()], crs="EPSG:25833")
    assert "empty" in said(written(tmp_path / "c.gpkg", nothing))


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_an_unknown_reference_system_is_not_guessed(tmp_path: Path) -> None:
    bare = frame(id=["a", "b"]).set_crs(None, allow_override=True)
    assert "has no reference system (CRS): save it with one" in said(
        written(tmp_path / "a.gpkg", bare)
    )


def test_no_server_is_ever_asked(tmp_path: Path) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/x.geojson"
    text = (
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/'
        f"{url}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    try:
        (tmp_path / "a.geojson").write_text(text)
        (tmp_path / "b.gml").write_text(f"<!-- -->\n{text}")
        (tmp_path / "c.geojson.gz").write_bytes(gzip.compress(text.encode()))
        (tmp_path / "d.gml").write_text(f"<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>")
        for name in ("a.geojson", "b.gml", "c.geojson.gz", "d.gml"):
            assert "names data that lie elsewhere" in said(tmp_path / name)
        assert "virtual paths are refused" in said(Path(f"/vsicurl/{url}"))
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []
