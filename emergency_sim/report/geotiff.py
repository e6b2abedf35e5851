"""Travel times as a cloud-optimised GeoTIFF: minutes before, after and changed, a band each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.new_folder import new_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from emergency_sim.network.isochrones import TimeGrid

NO_DATA: Final = -9999.0
"""Nobody gets there; no change of minutes is so large."""
UNIT: Final = "minutes"
_TILE: Final = 256
"""Side of a tile in cells: a town's grid, too, has an overview."""


def write_geotiff(
    path: Path, grids: Mapping[str, TimeGrid], *, tags: Mapping[str, str] | None = None
) -> None:
    """Write grids into one cloud-optimised GeoTIFF: tiled, with overviews, deflated.

    Parameters
    ----------
    path
        File to write; an older one is replaced once the new one is complete.
    grids
        By the name of their band, such as ``minutes_before``; all with the same cells.
    tags
        Of the file: title, source, licence, which wait for ferries the minutes hold (R8).

    Raises
    ------
    ValueError
        No grids, or grids with different cells.
    InputFaults
        The file cannot be written there.
    """
    import rasterio

    if not grids:
        raise ValueError("there is no grid to write")
    first = next(iter(grids.values()))
    for grid in grids.values():
        first.minus(grid)  # refuses other cells
    values = np.stack([grid.minutes for grid in grids.values()])
    rows, columns = first.minutes.shape
    profile: dict[str, Any] = {
        "driver": "COG", "width": columns, "height": rows, "count": len(grids),
        "dtype": "float32", "crs": first.crs, "nodata": NO_DATA,
        "transform": rasterio.Affine(first.cell_m, 0, first.west, 0, -first.cell_m, first.north),
        "compress": "DEFLATE", "predictor": "YES", "blocksize": _TILE,
        "overview_resampling": "AVERAGE",
    }  # fmt: skip
    with new_file(path) as aside, rasterio.open(aside, "w", **profile) as file:
        file.write(np.where(np.isnan(values), np.float32(NO_DATA), values))
        file.descriptions = tuple(grids)
        file.units = (UNIT,) * len(grids)
        file.update_tags(**dict(tags or {}))
