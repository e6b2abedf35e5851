"""Cutting what was read to a box or a polygon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.osm.source import RawOsm, assemble

if TYPE_CHECKING:
    from numpy.typing import NDArray

BBOX, POLYGON = "--bbox", "--polygon"
OUTLINES: Final = {".geojson", ".json", ".gpkg", ".shp", ".fgb", ".kml", ".gml"}


_HEAD: Final = 65_536
_ELSEWHERE: Final = re.compile(rb"<(OGR|GDAL)\w*(DataSource|Dataset)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """An area in degrees.

    Parameters
    ----------
    bounds
        West, south, east, north.
    shape
        A shapely polygon in lon, lat; None for the box of the bounds.
    option, value
        What the user typed, to be named in faults.
    """

    bounds: tuple[float, float, float, float]
    shape: Any = None
    option: str = BBOX
    value: str = ""

    @property
    def said(self) -> str:
        """Return the option as typed, of a file its name only: no path of this computer."""
        return f"{self.option} {Path(self.value).name if self.shape is not None else self.value}"

    def holds(self, lon: NDArray[Any], lat: NDArray[Any]) -> NDArray[Any]:
        """Return (bool) which places lie in the area; the edge of a box belongs to it."""
        west, south, east, north = self.bounds
        inside: NDArray[Any] = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if self.shape is not None:
            import shapely

            near = np.flatnonzero(inside)
            inside[near] = shapely.contains_xy(self.shape, lon[near], lat[near])
        return inside


def read_bbox(text: str) -> Cut:
    """Return the box of ``west,south,east,north`` in degrees.

    Raises
    ------
    InputFaults
        It is no box.

    Examples
    --------
    >>> read_bbox("7.0,62.5,8.0,63.0").bounds
    (7.0, 62.5, 8.0, 63.0)
    """
    form = "four numbers west,south,east,north in degrees, such as 7.0,62.5,8.0,63.0"
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise _fault(BBOX, f"write {form}", text) from None
    if not (-180 <= west <= 180 and -180 <= east <= 180 and abs(south) <= 90 and abs(north) <= 90):
        raise _fault(BBOX, f"is not in degrees: write {form}", text)
    if west >= east or south >= north:
        raise _fault(BBOX, f"is empty (west < east, south < north): write {form}", text)
    return Cut(bounds=(west, south, east, north), value=text)


def read_polygon(path: Path | str) -> Cut:
    """Return the area of all polygons in a file, in degrees.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, Shapefile, FlatGeobuf, KML or GML, in any reference system.

    Raises
    ------
    InputFaults
        It cannot be read, has no reference system, or holds anything but polygons.
    """
    name, file = str(path), Path(path)
    if name.startswith("/vsi"):
        raise _fault(name, "GDAL's virtual paths are refused: give a file", ...)
    if not file.is_file():
        raise _fault(name, "there is no such file", ...)
    if file.suffix.lower() not in OUTLINES:
        message = f"is no file of polygons that is read here ({', '.join(sorted(OUTLINES))})"
        raise _fault(name, message, file.suffix)
    if names_elsewhere(file):
        raise _fault(name, "names data that lie elsewhere: give the file that holds them", ...)
    import geopandas
    import shapely

    try:
        frame = geopandas.read_file(file)
    except Exception as error:  # noqa: BLE001 - each driver of GDAL raises its own
        why = " ".join(str(error).split())
        raise _fault(name, f"cannot be read as polygons: {why}", ...) from None
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.geometry.isna().all():
        raise _fault(name, "holds no polygon: draw the area as a polygon", ...)
    if frame.crs is None:
        remedy = "save it with one, such as EPSG:4326 or EPSG:25833"
        raise _fault(name, f"has no reference system (CRS): {remedy}", ...)
    frame = frame[~frame.geometry.isna()]
    kinds = sorted(set(frame.geometry.geom_type) - {"Polygon", "MultiPolygon"})
    if kinds:
        raise _fault(name, "holds something that is no polygon: leave it out", ", ".join(kinds))
    shape = shapely.union_all(shapely.make_valid(frame.to_crs("EPSG:4326").geometry.values))
    if shape.is_empty or shape.area == 0:
        raise _fault(name, "its polygon is empty", ...)
    if not np.isfinite(shape.bounds).all():
        raise _fault(name, "does not lie on the Earth: check its reference system", ...)
    shapely.prepare(shape)
    west, south, east, north = (float(side) for side in shape.bounds)
    return Cut(bounds=(west, south, east, north), shape=shape, option=POLYGON, value=name)


def names_elsewhere(file: Path) -> bool:
    """Return whether GDAL would take a file, whatever its ending, for the address of other data.

    Such files (``<OGRVRTDataSource>``, ``<OGRWFSDataSource>`` ...) may name servers.
    """
    import gzip

    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rb") as stream:
            head = stream.read(_HEAD)
    except (OSError, EOFError):
        return False  # reading it says what is wrong
    return _ELSEWHERE.search(head) is not None


def cut_to(raw: RawOsm, area: Cut) -> tuple[RawOsm, int]:
    """Return what lies in an area, and how many ferries its edge cut off.

    Parameters
    ----------
    raw
        Nodes and ways.
    area
        The area.

    Returns
    -------
    RawOsm
        Each way from its first to its last node in the area. A ferry whose ends are not both in it
        is left out: half a crossing leads nowhere.
    int
        Number of those ferries, of which at least one node lies in the area.
    """
    if len(raw) == 0:
        return raw, 0
    inside = area.holds(raw.lon, raw.lat)[np.searchsorted(raw.node_id, raw.refs)]
    position = np.arange(len(raw.refs))
    begin, end = raw.offsets[:-1], raw.offsets[1:]
    first = np.minimum.reduceat(np.where(inside, position, len(position)), begin)
    last = np.maximum.reduceat(np.where(inside, position, -1), begin)
    ferry = np.array([tags.get("route") == "ferry" for tags in raw.way_tags], dtype=bool)
    half = ferry & (last >= 0) & ~((first == begin) & (last == end - 1))
    chosen = np.flatnonzero((last > first) & ~half)
    count = last[chosen] - first[chosen] + 1
    offsets = np.r_[0, np.cumsum(count)].astype(np.int64)
    at = np.arange(offsets[-1]) + np.repeat(first[chosen] - offsets[:-1], count)
    kept = assemble(
        node_id=raw.node_id,
        lon=raw.lon,
        lat=raw.lat,
        node_tags=raw.node_tags,
        way_id=raw.way_id[chosen],
        way_tags=[raw.way_tags[k] for k in chosen.tolist()],
        refs=raw.refs[at],
        offsets=offsets,
    )
    return kept, int(half.sum())


def _fault(file: str, message: str, got: object) -> InputFaults:
    return InputFaults([Fault(file=file, message=message, got=got)])
