"""The points on which a cell's people are thought to live: spread evenly over its land (N7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.districts.sources.cells import Cells

SIDE: Final = 3
"""A cell is seen as so many by so many points."""
DENSE_SIDE: Final = 5
"""The same of a cell with more people than a zone may hold, which is cut into parts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LivingPlaces:
    """Points where people live, and the parts of cells that they make up.

    Parameters
    ----------
    x, y
        float64 per point, EPSG:25833.
    part
        int64 per point: its part of a cell; points of a part have the same number of people.
    cell
        int64 per part: the cell that it is of.
    population
        float64 per part: people.
    """

    x: NDArray[Any]
    y: NDArray[Any]
    part: NDArray[np.int64]
    cell: NDArray[np.int64]
    population: NDArray[Any]

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.cell)

    @property
    def weight(self) -> NDArray[Any]:
        """Return the people per point."""
        count = np.bincount(self.part, minlength=len(self))
        return np.asarray((self.population / count)[self.part])

    def middle(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return x and y of the middle of each part."""
        count = np.bincount(self.part, minlength=len(self))
        x = np.bincount(self.part, self.x, minlength=len(self)) / count
        y = np.bincount(self.part, self.y, minlength=len(self)) / count
        return x, y


def living_places(cells: Cells, land: NDArray[Any], most: NDArray[Any]) -> LivingPlaces:
    """Return the points of cells, those on land.

    Parameters
    ----------
    cells
        Squares of one size, or points.
    land
        Shapely polygons, EPSG:25833. A cell without land in it has one point: the nearest of land.
    most
        float64 per cell: people whom one part may hold. A cell with more is cut into strips from
        west to east with the same number of people.
    """
    parts = np.maximum(np.ceil(cells.population / most), 1).astype(np.int64)
    dense = parts > 1
    if cells.size_m <= 0:
        point_cell = np.arange(len(cells))
        x, y = cells.x, cells.y
        parts = np.ones(len(cells), np.int64)
    else:
        grids = [
            _grid(cells, np.flatnonzero(~dense), SIDE),
            _grid(cells, np.flatnonzero(dense), DENSE_SIDE),
        ]
        x, y, point_cell = (np.concatenate(column) for column in zip(*grids, strict=True))
        x, y, point_cell = _on_land(cells, land, x, y, point_cell)
    order = np.lexsort((y, x, point_cell))
    x, y, point_cell = x[order], y[order], point_cell[order]
    count = np.bincount(point_cell, minlength=len(cells))
    parts = np.minimum(parts, count)
    first = np.cumsum(count) - count
    rank = np.arange(len(x)) - first[point_cell]
    strip = rank * parts[point_cell] // count[point_cell]
    part = (np.cumsum(parts) - parts)[point_cell] + strip
    cell = np.repeat(np.arange(len(cells)), parts)
    return LivingPlaces(
        x=x, y=y, part=part, cell=cell, population=(cells.population / parts)[cell]
    )  # fmt: skip


def _grid(cells: Cells, rows: NDArray[Any], side: int) -> tuple[NDArray[Any], ...]:
    """Return x, y and cell of the points of some cells."""
    steps = ((np.arange(side) + 0.5) / side - 0.5) * cells.size_m
    dx, dy = (grid.ravel() for grid in np.meshgrid(steps, steps))
    x = (cells.x[rows][:, None] + dx).ravel()
    y = (cells.y[rows][:, None] + dy).ravel()
    return x, y, np.repeat(rows, side * side)


def _on_land(
    cells: Cells,
    land: NDArray[Any],
    x: NDArray[Any],
    y: NDArray[Any],
    cell: NDArray[Any],
) -> tuple[NDArray[Any], ...]:
    """Leave out points at sea; a cell without any on land gets the nearest of land."""
    import shapely

    tree = shapely.STRtree(shapely.points(x, y))
    on_land = np.zeros(len(x), dtype=bool)
    on_land[tree.query(land, predicate="intersects")[1]] = True
    dry = np.bincount(cell[on_land], minlength=len(cells)) > 0
    lost = np.unique(cell[~dry[cell]])
    if lost.size:
        middle = shapely.points(cells.x[lost], cells.y[lost])
        pieces = shapely.get_parts(land)
        nearest = pieces[shapely.STRtree(pieces).nearest(middle)]
        foot = shapely.get_point(shapely.shortest_line(middle, nearest), 1)
        x = np.concatenate((x[on_land], shapely.get_x(foot)))
        y = np.concatenate((y[on_land], shapely.get_y(foot)))
        return x, y, np.concatenate((cell[on_land], lost))
    return x[on_land], y[on_land], cell[on_land]
