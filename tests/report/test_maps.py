"""Maps: cells that cover the zones and nothing beyond the cut, and files that hold what they say."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from emergency_sim.bundled import network_path
from emergency_sim.network import Region, read_region
from emergency_sim.report import style
from emergency_sim.report.map_cells import CUT_M, MapCells, map_cells
from emergency_sim.report.map_marks import MapPlace
from emergency_sim.report.maps import Figure, Panel, draw


@pytest.fixture(scope="module")
def region() -> Region:
    return read_region(network_path("more-og-romsdal"))


@pytest.fixture(scope="module")
def cells(region: Region) -> MapCells:
    found = map_cells(region)
    assert found is not None
    return found


def test_every_zone_lies_in_its_own_cell(region: Region, cells: MapCells) -> None:
    zones = region.zones
    assert zones is not None
    points = shapely.points(np.asarray(zones.x), np.asarray(zones.y))
    assert len(cells.cells) == len(zones)
    assert shapely.dwithin(points, np.array(cells.cells), 100.0).all()


def test_cells_do_not_overlap(cells: MapCells) -> None:
    areas = shapely.area(np.array(cells.cells))
    unique = np.unique(shapely.to_wkb(np.array(cells.cells)), return_index=True)[1]
    together = shapely.area(shapely.union_all(np.array(cells.cells)))
    assert areas[unique].sum() == pytest.approx(together, rel=0.01)


def test_cells_end_at_the_cut(region: Region, cells: MapCells) -> None:
    zones = region.zones
    assert zones is not None
    points = shapely.MultiPoint(np.column_stack((zones.x, zones.y)))
    near = shapely.union(
        shapely.buffer(points, CUT_M + 200),
        shapely.buffer(shapely.MultiLineString(list(cells.roads)), CUT_M + 200),
    )
    beyond = shapely.difference(shapely.union_all(np.array(cells.cells)), near)
    assert shapely.area(beyond) < 1e-3 * shapely.area(near)


def test_a_figure_is_drawn_and_is_the_same_twice(cells: MapCells, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    minutes = rng.uniform(0, 70, len(cells.cells))
    minutes[:3] = np.nan
    west, south, east, north = cells.bounds
    middle = MapPlace(name="Molde", kind="legevakt", x=(west + east) / 2, y=(south + north) / 2)
    figure = Figure(
        title="Reisetid",
        subtitle="minutter",
        panels=(
            Panel(title="Før", values=minutes, classes=style.TRAVEL, places=(middle,)),
            Panel(title="Endring", values=minutes - 30, classes=style.CHANGE, missing="ingen vei"),
        ),
        note="Merknad.",
        lang="nb",
    )
    for name in ("a", "b"):
        draw(figure, cells, [tmp_path / f"{name}.png", tmp_path / f"{name}.svg"])
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert (tmp_path / "a.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert text == (tmp_path / "b.svg").read_text(encoding="utf-8")
    for words in ("Reisetid", "Merknad.", "Kartverket CC BY 4.0, SSB NLOD", "50 km", "ingen vei"):
        assert f"<!-- {words}" in text or words in text
    for colour in (*style.YLGNBU, style.LAND):
        assert colour in text


def test_a_matrix_has_no_map(tmp_path: Path) -> None:
    from emergency_sim.network import read_matrix

    (tmp_path / "t.csv").write_text(",a,b\na,0,60\nb,60,0\n", encoding="utf-8")
    assert map_cells(read_matrix(tmp_path / "t.csv")) is None


def test_colours_change_at_the_breaks() -> None:
    classes = style.CHANGE
    assert [classes.colour(v) for v in (-10.01, -1, 0, 0.99, 1, 10)] == [
        classes.colours[i] for i in (0, 3, 3, 3, 4, 6)
    ]
    assert len(classes.labels("nb")) == len(classes.colours)
    with pytest.raises(ValueError, match="one colour more"):
        style.Classes(breaks=(1.0,), colours=("red",))
