"""A user's own areas: polygons with ids and names, and which of them each place lies in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.projection import CRS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ID_COLUMNS: Final = ("kommunenummer", "id", "number", "nummer", "code")
NAME_COLUMNS: Final = ("kommunenavn", "name", "navn", "title")
"""Columns that ids and names are looked for in, the first that is there counts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlines:
    """Areas in the order of the file.

    Parameters
    ----------
    ids, names
        Strings; without a column of names the ids.
    polygons
        Valid shapely polygons in EPSG:25833.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    polygons: NDArray[Any]

    def inside(self, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which points lie in one of the areas."""
        import shapely

        points = shapely.points(x, y)
        _, point = shapely.STRtree(points).query(self.polygons, predicate="intersects")
        found = np.zeros(len(points), dtype=bool)
        found[point] = True
        return found

    def holding(self, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.int64]:
        """Return per point the index of the area that it lies in, or else of the nearest."""
        import shapely

        points = shapely.points(x, y)
        found = np.full(len(points), -1, dtype=np.int64)
        area, point = shapely.STRtree(points).query(self.polygons, predicate="intersects")
        found[point[::-1]] = area[::-1]
        left = np.flatnonzero(found < 0)
        if left.size:
            found[left] = shapely.STRtree(self.polygons).nearest(points[left])
        return found


def read_outlines(path: Path, option: str = "--outlines") -> Outlines:
    """Read polygons from GeoJSON, GeoPackage or any vector file that GDAL knows.

    Parameters
    ----------
    path
        With a column of ids (see :data:`ID_COLUMNS`); another CRS is reprojected.
    option
        How faults name it where the file itself cannot be read.

    Raises
    ------
    InputFaults
        No such file, no vector file, no CRS, no ids, an id twice, something else than polygons.
    """
    import geopandas
    import shapely
    from pyogrio.errors import DataSourceError

    def refuse(message: str, got: Any = ...) -> InputFaults:
        return InputFaults([Fault(file=str(path), message=message, got=got)])

    if path.as_posix().startswith("/vsi"):
        raise InputFaults(
            [Fault(file=option, message="is no file of this computer", got=str(path))]
        )
    if not path.is_file():
        raise refuse("there is no such file")
    name = str(path)
    try:
        frame = geopandas.read_file(f"/vsigzip/{path.resolve()}" if path.suffix == ".gz" else name)
    except (DataSourceError, ValueError, UnicodeDecodeError) as error:
        raise refuse(f"cannot be read as a map: {' '.join(str(error).split())[:80]}") from None
    if len(frame) == 0:
        raise refuse("there are no areas in it")
    if frame.crs is None:
        raise refuse("says no CRS: save it with one (EPSG:4326 or EPSG:25833)")
    label = next((c for c in ID_COLUMNS if c in frame.columns), None)
    if label is None:
        raise refuse(f"has none of the columns {', '.join(ID_COLUMNS)}", list(frame.columns))
    kinds = sorted(set(frame.geom_type.dropna()) - {"Polygon", "MultiPolygon"})
    if kinds or frame.geometry.isna().any():
        raise refuse("must hold polygons only", kinds or "an empty geometry")
    ids = tuple(str(value) for value in frame[label])
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise refuse(f"{label} stands twice", twice[0])
    naming = next((c for c in NAME_COLUMNS if c in frame.columns), label)
    return Outlines(
        ids=ids,
        names=tuple(str(value) for value in frame[naming]),
        polygons=np.asarray(shapely.make_valid(frame.geometry.to_crs(CRS).to_numpy())),
    )
