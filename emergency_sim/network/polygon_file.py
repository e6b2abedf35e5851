"""Polygons from a user's map: GeoJSON, GeoPackage, shapefile and the like, read with care."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any, Final

from emergency_sim.domain.errors import Fault, InputFaults

ENDINGS: Final = frozenset({".geojson", ".json", ".gpkg", ".shp", ".fgb", ".kml", ".gml"})
"""Files of polygons that are read; also packed (``.geojson.gz``)."""
_HEAD: Final = 65_536
_ELSEWHERE: Final = re.compile(rb"<(OGR|GDAL)\w*(DataSource|Dataset)", re.IGNORECASE)
_SHOWN: Final = 80


def read_polygons(path: Path | str) -> Any:
    """Return the rows of a file as a GeoDataFrame of polygons with a reference system.

    Parameters
    ----------
    path
        Its ending is one of :data:`ENDINGS`, maybe with ``.gz``.

    Raises
    ------
    InputFaults
        There is no such file, it is no map, only names data elsewhere, says no reference system, or
        holds anything but polygons.
    """
    import geopandas
    from shapely.errors import ShapelyError

    name, file = str(path), Path(path)

    def refuse(message: str, got: Any = ...) -> InputFaults:
        return InputFaults([Fault(file=name, message=message, got=got)])

    if name.startswith("/vsi"):
        raise refuse("GDAL's virtual paths are refused: give a file")
    if not file.is_file():
        raise refuse("there is no such file")
    packed = file.suffix == ".gz"
    ending = (file.with_suffix("") if packed else file).suffix.lower()
    if ending not in ENDINGS:
        known = ", ".join(sorted(ENDINGS))
        raise refuse(f"is no file of polygons that is read here ({known})", file.suffix)
    if names_elsewhere(file):
        raise refuse("names data that lie elsewhere: give the file that holds them")
    full = file.resolve().as_posix()
    try:
        frame = geopandas.read_file(f"/vsigzip/{full}" if packed else full)
    # The errors of pyogrio and of pyproj are RuntimeErrors.
    except (RuntimeError, ValueError, OSError, ShapelyError) as error:
        why = " ".join(str(error).replace(full, file.name).split())[:_SHOWN]
        raise refuse(f"cannot be read as polygons: {why}") from None
    if len(frame) == 0 or not isinstance(frame, geopandas.GeoDataFrame):
        raise refuse("holds no polygon: draw the area as a polygon")
    if frame.geometry.isna().any():
        raise refuse("holds a row without a polygon: leave it out")
    if frame.crs is None:
        remedy = "save it with one, such as EPSG:4326 or EPSG:25833"
        raise refuse(f"has no reference system (CRS): {remedy}")
    kinds = sorted(set(frame.geom_type) - {"Polygon", "MultiPolygon"})
    if kinds:
        raise refuse("holds something that is no polygon: leave it out", ", ".join(kinds))
    return frame


def names_elsewhere(file: Path) -> bool:
    """Return whether GDAL would take a file, whatever its ending, for the address of other data.

    Such files (``<OGRVRTDataSource>``, ``<OGRWFSDataSource>`` ...) may name servers.
    """
    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rb") as stream:
            head = stream.read(_HEAD)
    except (OSError, EOFError):
        return False  # reading it says what is wrong
    return _ELSEWHERE.search(head) is not None
