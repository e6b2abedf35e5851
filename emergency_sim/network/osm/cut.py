"""Cutting what was read to a box or a polygon."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.osm.source import RawOsm, assemble
from emergency_sim.network.polygon_file import read_polygons

if TYPE_CHECKING:
    from numpy.typing import NDArray

BBOX, POLYGON = "--bbox", "--polygon"


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
    import shapely

    name, frame = str(path), read_polygons(path)
    shape = shapely.union_all(shapely.make_valid(frame.to_crs("EPSG:4326").geometry.values))
    if shape.is_empty or shape.area == 0:
        raise _fault(name, "its polygon is empty", ...)
    if not np.isfinite(shape.bounds).all():
        raise _fault(name, "does not lie on the Earth: check its reference system", ...)
    shapely.prepare(shape)
    west, south, east, north = (float(side) for side in shape.bounds)
    return Cut(bounds=(west, south, east, north), shape=shape, option=POLYGON, value=name)


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
