"""Places with the people who live there, as columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Places with the people who live there, as columns.

    Parameters
    ----------
    ids
        Id of each place, unique.
    x, y
        float64: its centre, EPSG:25833 metres.
    population
        float64: people.
    municipality
        Number of the municipality, ``""`` where the file does not tell.
    names
        Name of each place, maybe empty.
    size_m
        Side of the squares; 0 where the places are points.
    file
        The file as the user named it.
    """

    ids: tuple[str, ...]
    x: NDArray[Any]
    y: NDArray[Any]
    population: NDArray[Any]
    municipality: tuple[str, ...]
    names: tuple[str, ...]
    size_m: float
    file: str

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.ids)

    @property
    def people(self) -> float:
        """Return how many people live in all places together."""
        return float(self.population.sum())

    def where(self, chosen: NDArray[Any]) -> Cells:
        """Return the places of a mask (bool) or of indices (int), in that order."""
        at = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        rows = at.tolist()
        return replace(
            self,
            ids=tuple(self.ids[k] for k in rows),
            x=self.x[at],
            y=self.y[at],
            population=self.population[at],
            municipality=tuple(self.municipality[k] for k in rows),
            names=tuple(self.names[k] for k in rows),
        )
