"""A grid's values, place, units and layout are found again by another program."""

from pathlib import Path

import numpy as np
import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network.isochrones import TimeGrid
from emergency_sim.report.geotiff import NO_DATA, write_geotiff

rasterio = pytest.importorskip("rasterio")


def grid(seed: int, *, west: float = 100_000.0) -> TimeGrid:
    rng = np.random.default_rng(seed)
    minutes = rng.uniform(0, 90, (700, 520)).astype(np.float32)
    minutes[:40, :30] = np.nan
    return TimeGrid(minutes=minutes, west=west, north=6_900_000.0, cell_m=250.0)


def test_another_program_finds_the_same_values_in_the_same_place(tmp_path: Path) -> None:
    before, after = grid(1), grid(2)
    grids = {
        "minutes_before": before,
        "minutes_after": after,
        "change_minutes": after.minus(before),
    }
    write_geotiff(tmp_path / "t.tif", grids, tags={"licence": "SSB NLOD", "wait": "ferjer: dag"})
    with rasterio.open(tmp_path / "t.tif") as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.compression.value == "DEFLATE"
        assert file.block_shapes == [(256, 256)] * 3
        assert file.overviews(1) == [2, 4]
        assert file.crs.to_epsg() == 25833
        assert tuple(file.transform)[:6] == (250, 0, 100_000, 0, -250, 6_900_000)
        assert file.descriptions == tuple(grids)
        assert file.units == ("minutes",) * 3
        assert file.nodata == NO_DATA
        assert file.tags()["licence"] == "SSB NLOD"
        assert file.tags()["wait"] == "ferjer: dag"
        read = file.read(masked=True)
        assert read.mask[:, :40, :30].all()
        assert read.mask.sum() == 3 * 40 * 30
        for band, one in zip(read, grids.values(), strict=True):
            assert np.array_equal(band.filled(np.nan), one.minutes, equal_nan=True)
        x, y = before.centres()
        value = next(file.sample([(x[77], y[501])], indexes=1))
        assert value == before.minutes[501, 77]
    assert [p.name for p in tmp_path.iterdir()] == ["t.tif"]


def test_the_same_grid_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_geotiff(tmp_path / f"{name}.tif", {"minutes": grid(1)})
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


def test_what_is_wrong_leaves_the_older_file(tmp_path: Path) -> None:
    write_geotiff(tmp_path / "t.tif", {"minutes": grid(1)})
    older = (tmp_path / "t.tif").read_bytes()
    with pytest.raises(ValueError, match="different cells"):
        write_geotiff(tmp_path / "t.tif", {"a": grid(1), "b": grid(2, west=0.0)})
    with pytest.raises(ValueError, match="no grid"):
        write_geotiff(tmp_path / "t.tif", {})
    assert (tmp_path / "t.tif").read_bytes() == older


@pytest.mark.parametrize("place", ["letter/t.tif", "/vsimem/t.tif"])
def test_a_place_that_cannot_be_written_is_a_fault(tmp_path: Path, place: str) -> None:
    (tmp_path / "letter").write_text("no folder")
    with pytest.raises(InputFaults, match=r"t\.tif:1:1: "):
        write_geotiff(tmp_path / place, {"minutes": grid(1)})
