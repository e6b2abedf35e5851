"""Travel times at points of the roads made into a grid, and the grid into bands of equal time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.projection import CRS
from emergency_sim.network.snapping import ACCESS_KMH, DETOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CUT_M: Final = 5_000.0
"""A place farther from any road than this has no travel time by car; map cells end there, too."""
NEAREST: Final = 4
"""Points of the road that a cell may be reached from; more of them would drive across fjords."""
CELL_SIZES_M: Final = (10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_000.0, 5_000.0)
MOST_CELLS: Final = 2_500_000
"""Norway in cells of 1 km, a county of 250 m, a town of 10 or 25 m: each about a second."""
_SECONDS: Final = 60.0
_OFF_BORDER: Final = 1e-4
"""Minutes: a value on a border belongs to the class above it, and is drawn so much above it."""
_DECIMALS: Final = 2
"""Of metres: the corners that two bands share are the same to the last digit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeGrid:
    """Travel times of the squares of a grid.

    Parameters
    ----------
    minutes
        float32, shape (rows, columns), northernmost row first, at the centres of the cells; NaN
        where nobody gets to.
    west, north
        Outer corner of the first cell, in metres.
    cell_m
        Side of a cell in metres.
    crs
        Of the coordinates.
    """

    minutes: NDArray[np.float32]
    west: float
    north: float
    cell_m: float
    crs: str = CRS

    def centres(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return x of each column and y of each row, float64."""
        rows, columns = self.minutes.shape
        x = self.west + (np.arange(columns) + 0.5) * self.cell_m
        y = self.north - (np.arange(rows) + 0.5) * self.cell_m
        return x, y

    def minus(self, other: TimeGrid) -> TimeGrid:
        """Return the minutes of this grid less those of another one with the same cells.

        Raises
        ------
        ValueError
            The other grid has other cells.
        """
        same = (self.west, self.north, self.cell_m, self.crs, self.minutes.shape)
        if same != (other.west, other.north, other.cell_m, other.crs, other.minutes.shape):
            raise ValueError("the grids have different cells: make both with the same bounds")
        return replace(self, minutes=self.minutes - other.minutes)


def cell_size(width_m: float, height_m: float) -> float:
    """Return the finest of :data:`CELL_SIZES_M` that cuts an area into few enough cells.

    Examples
    --------
    >>> cell_size(9_000, 11_000), cell_size(260_000, 180_000), cell_size(1_150_000, 1_550_000)
    (10.0, 250.0, 1000.0)
    """
    fits = (s for s in CELL_SIZES_M if (width_m / s + 2) * (height_m / s + 2) <= MOST_CELLS)
    return next(fits, CELL_SIZES_M[-1])


def points_along(
    lines: NDArray[Any],
    *,
    start_s: NDArray[Any],
    end_s: NDArray[Any],
    forward_s: NDArray[Any],
    backward_s: NDArray[Any],
    step_m: float,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return points on roads between their ends, and the seconds from there to the destination.

    Parameters
    ----------
    lines
        Shapely LineStrings in metres. Leave out what nobody can leave half way: ferries, tunnels.
    start_s, end_s
        float64 per line: seconds from its first and from its last point to the destination;
        ``inf`` where there is no way.
    forward_s, backward_s
        float64 per line: seconds of the whole line in its direction and against it; ``inf`` where
        it is closed that way.
    step_m
        No piece between neighbouring points is longer.

    Returns
    -------
    tuple
        x and y in metres, and seconds; all float64, without the ends of the lines.

    Notes
    -----
    A car at the share f of a line drives on to its end or turns back to its start:
    seconds = min(end_s + (1 - f) forward_s, start_s + f backward_s).
    """
    import shapely

    pieces = np.maximum(np.ceil(shapely.length(lines) / step_m), 1).astype(np.int64)
    inner = pieces - 1
    line = np.repeat(np.arange(len(pieces)), inner)
    first = np.repeat(np.cumsum(inner) - inner, inner)
    share = (np.arange(len(line)) - first + 1) / pieces[line]
    xy = shapely.get_coordinates(
        shapely.line_interpolate_point(np.asarray(lines)[line], share, normalized=True)
    )
    onward = np.asarray(end_s, float)[line] + (1 - share) * np.asarray(forward_s, float)[line]
    back = np.asarray(start_s, float)[line] + share * np.asarray(backward_s, float)[line]
    return xy[:, 0], xy[:, 1], np.minimum(onward, back)


def time_grid(
    x: NDArray[Any],
    y: NDArray[Any],
    seconds: NDArray[Any],
    *,
    bounds: tuple[float, float, float, float] | None = None,
    cell_m: float | None = None,
    cut_m: float = CUT_M,
    off_road_kmh: float = ACCESS_KMH,
    detour: float = DETOUR,
) -> TimeGrid:
    """Return the travel times of the squares of a grid: the road's and the way beside the road.

    Parameters
    ----------
    x, y
        Points of the roads, EPSG:25833 metres, each place once: nodes, and points between nodes
        that lie far apart.
    seconds
        float64 per point; ``inf`` where the destination is out of reach. Such points count as the
        roads that they are: around an island without a ferry nobody gets to the mainland's road.
    bounds
        West, south, east and north of the grid, moved outwards to whole cells; None: the points
        and the cut around them.
    cell_m
        Side of a cell; None: by :func:`cell_size`.
    cut_m
        Cells whose centre is farther from any point have no time.
    off_road_kmh, detour
        The way beside the road: so many times the straight line, at this speed.

    Returns
    -------
    TimeGrid
        Minutes: min over the :data:`NEAREST` nearest points of their seconds and the way to them.

    Raises
    ------
    ValueError
        There are no points.
    """
    from scipy.spatial import cKDTree

    points = np.column_stack((np.asarray(x, float), np.asarray(y, float)))
    times = np.asarray(seconds, float)
    if len(points) == 0:
        raise ValueError("there are no points to reckon travel times from")
    if bounds is None:
        low, high = points.min(axis=0) - cut_m, points.max(axis=0) + cut_m
        bounds = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    west, south, east, north = bounds
    cell = cell_m or cell_size(east - west, north - south)
    west, north = math.floor(west / cell) * cell, math.ceil(north / cell) * cell
    shape = math.ceil((north - south) / cell), math.ceil((east - west) / cell)
    grid = TimeGrid(minutes=np.full(shape, np.nan, np.float32), west=west, north=north, cell_m=cell)
    rows, columns = _cells_near(points, grid, cut_m)
    cx, cy = grid.centres()
    metres, at = cKDTree(points).query(
        np.column_stack((cx[columns], cy[rows])), k=NEAREST, distance_upper_bound=cut_m
    )
    per_metre = detour * 3.6 / off_road_kmh
    reached = np.append(times, np.inf)[at] + np.where(np.isfinite(metres), metres, 0.0) * per_metre
    best = reached.min(axis=1) / _SECONDS
    grid.minutes[rows, columns] = np.where(np.isfinite(best), best, np.nan)
    return grid


def _cells_near(
    points: NDArray[Any], grid: TimeGrid, cut_m: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return rows and columns of all cells that may lie within the cut: most of a box is sea."""
    from scipy.ndimage import distance_transform_edt

    margin = math.ceil(cut_m / grid.cell_m) + 1  # points outside the grid count inside it
    rows, columns = grid.minutes.shape
    empty = np.ones((rows + 2 * margin, columns + 2 * margin), dtype=bool)
    row = np.floor((grid.north - points[:, 1]) / grid.cell_m).astype(np.int64) + margin
    column = np.floor((points[:, 0] - grid.west) / grid.cell_m).astype(np.int64) + margin
    inside = (row >= 0) & (row < empty.shape[0]) & (column >= 0) & (column < empty.shape[1])
    empty[row[inside], column[inside]] = False
    if empty.all():
        return np.empty(0, np.int64), np.empty(0, np.int64)
    cells = distance_transform_edt(empty)[margin : margin + rows, margin : margin + columns]
    near = cells <= cut_m / grid.cell_m + 1  # a point may lie in a corner of its cell
    row, column = np.nonzero(near)
    return row, column


def bands(grid: TimeGrid, breaks: Sequence[float]) -> tuple[Any, ...]:
    """Return the area of each class of minutes as one valid shapely MultiPolygon, maybe empty.

    Parameters
    ----------
    grid
        Minutes, or a change of minutes.
    breaks
        Borders between the classes, rising.

    Returns
    -------
    tuple
        One more than breaks: below the first, between each two, from the last on. They do not
        overlap, and together they are the area between the centres of the cells with a value.

    Notes
    -----
    Minutes run straight between the centres of neighbouring cells, corners of three are kept.
    """
    import shapely
    from contourpy import FillType, contour_generator

    nothing = shapely.MultiPolygon()
    levels = (-np.inf, *breaks, np.inf)
    if min(grid.minutes.shape) < 2:
        return (nothing,) * (len(levels) - 1)
    x, y = grid.centres()
    minutes = grid.minutes.astype(float)
    for border in breaks:  # a contour through a centre would touch itself there
        minutes[np.abs(minutes - border) < _OFF_BORDER] = border + _OFF_BORDER
    contours = contour_generator(
        x, y, np.ma.masked_invalid(minutes), fill_type=FillType.OuterOffset, corner_mask=True
    )
    return tuple(_multipolygon(*contours.filled(low, high)) for low, high in pairwise(levels))


def _multipolygon(outlines: list[Any], offsets: list[Any]) -> Any:
    """Return filled contours (an outer ring, then its holes) as one valid multipolygon."""
    import shapely

    polygons = [
        shapely.Polygon(ring[0], ring[1:])
        for points, starts in zip(outlines, offsets, strict=True)
        for ring in [[np.round(points[a:b], _DECIMALS) for a, b in pairwise(starts)]]
    ]
    valid = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(shapely.get_parts(valid))
    areas = [p for p in parts if p.geom_type == "Polygon" and p.area > 0]
    together = shapely.MultiPolygon(areas)
    if not together.is_valid:  # polygons that share a side
        together = shapely.union_all(areas)
    return shapely.MultiPolygon(list(shapely.get_parts(together)))
