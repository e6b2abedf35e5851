"""A user's own areas: polygons with ids and names, and which of them each place lies in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.polygon_file import read_polygons
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

    def inside(self, x: NDArray[Any], y: NDArray[Any], within_m: float = 0.0) -> NDArray[np.bool_]:
        """Return which points lie in one of the areas, or so near to one.

        Parameters
        ----------
        x, y
            EPSG:25833 metres.
        within_m
            Outlines end at the coast, and the middle of a square or of a zone may lie in the sea.
        """
        import shapely

        points = shapely.points(x, y)
        _, point = shapely.STRtree(points).query(
            self.polygons, predicate="dwithin", distance=within_m
        )
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


def read_outlines(path: Path) -> Outlines:
    """Read polygons from GeoJSON, GeoPackage or any vector file that GDAL knows.

    Parameters
    ----------
    path
        With a column of ids (see :data:`ID_COLUMNS`); another CRS is reprojected.

    Raises
    ------
    InputFaults
        No such file, no vector file, no CRS, no ids, an id twice, something else than polygons, or
        a file that only names data elsewhere.
    """
    import shapely

    frame = read_polygons(path)
    label = next((c for c in ID_COLUMNS if c in frame.columns), None)
    if label is None:
        message = f"has none of the columns {', '.join(ID_COLUMNS)}"
        raise _refused(path, message, list(frame.columns))
    if frame[label].isna().any():
        raise _refused(path, f"has an area without {label}")
    ids = tuple(_word(value) for value in frame[label])
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise _refused(path, f"{label} stands twice", twice[0])
    polygons = np.asarray(shapely.make_valid(frame.geometry.to_crs(CRS).to_numpy()))
    if shapely.is_empty(polygons).any() or not np.isfinite(shapely.bounds(polygons)).all():
        raise _refused(path, "holds an area that is empty or not on the Earth: check its CRS")
    naming = next((c for c in NAME_COLUMNS if c in frame.columns), label)
    names = frame[naming].where(frame[naming].notna(), frame[label])
    return Outlines(ids=ids, names=tuple(_word(value) for value in names), polygons=polygons)


def _refused(path: Path, message: str, got: Any = ...) -> InputFaults:
    return InputFaults([Fault(file=str(path), message=message, got=got)])


def _word(value: Any) -> str:
    """Return an id or a name as text; whole numbers without decimals."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)
