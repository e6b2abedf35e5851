"""Which places are built up: towns of more than 10,000 people, and settlements of 200 (N8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.districts.sources.cells import Cells

SQUARE_M: Final = 1000.0
"""Side of the squares by which density is judged, whatever the cells' own size."""
TOWN_SQUARE: Final = 200.0
"""People in a square of a town's tettsted; squares touch by side or corner."""
TOWN_MINIMUM: Final = 10_000.0
"""A town has more people than this (R7)."""
SETTLEMENT_SQUARE: Final = 80.0
"""People in a square of a smaller settlement; squares touch by a side."""
SETTLEMENT_MINIMUM: Final = 200.0


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """What each cell belongs to.

    Parameters
    ----------
    town
        bool: in the tettsted of more than 10,000 people (tettbygd).
    settlement
        bool: in a settlement of 200 people or more, towns included.
    """

    town: NDArray[np.bool_]
    settlement: NDArray[np.bool_]


def density_of(cells: Cells) -> Density:
    """Return which cells lie in towns and settlements.

    Parameters
    ----------
    cells
        Also those beyond the district, or a town at its border is cut off from its people.
    """
    east = np.floor(cells.x / SQUARE_M).astype(np.int64)
    north = np.floor(cells.y / SQUARE_M).astype(np.int64)
    squares, square = np.unique(np.column_stack((east, north)), axis=0, return_inverse=True)
    square = square.reshape(-1)
    people = np.bincount(square, cells.population, minlength=len(squares))
    town = _built_up(squares, people, TOWN_SQUARE, corners=True) > TOWN_MINIMUM
    other = _built_up(squares, people, SETTLEMENT_SQUARE, corners=False) >= SETTLEMENT_MINIMUM
    return Density(town[square], (town | other)[square])


def _built_up(
    squares: NDArray[Any], people: NDArray[Any], threshold: float, *, corners: bool
) -> NDArray[Any]:
    """Return per square the people of the settlement that it is part of; 0 where it is in none."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    dense = np.flatnonzero(people >= threshold)
    at = {(int(x), int(y)): k for k, (x, y) in enumerate(squares[dense])}
    steps = [(1, 0), (0, 1), *([(1, 1), (1, -1)] if corners else [])]
    pairs = [
        (k, other)
        for (x, y), k in at.items()
        for dx, dy in steps
        if (other := at.get((x + dx, y + dy))) is not None
    ]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    touching = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(dense.size,) * 2)
    _, label = connected_components(touching, directed=False)
    result = np.zeros(len(squares))
    if dense.size:
        result[dense] = np.bincount(label, people[dense])[label]
    return result
