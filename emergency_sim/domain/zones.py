"""The zones of a district as columns: where people live and how far in they live (R7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneTable:
    """Zones in the order of ``zones.csv``; with a matrix network every named point is a zone.

    Parameters
    ----------
    ids, names, municipality, municipality_name, area
        Strings per zone; ``area`` is the smallest set of zones that is served as one.
    node
        int64, index of the zone's network node.
    population
        float64, shape (zones, 9): people by age group (domain.incident.AGE_GROUPS).
    access_mean_s, access_sd_s
        float64: mean and spread of the car's time from node to address, beyond the matrix.
    tettbygd
        bool: in a tettsted of more than 10,000 inhabitants.
    outside
        bool: stands for people outside the region who only use a clinic in it (no ambulance demand).
    x, y, lon, lat
        float64: EPSG:25833 metres and degrees; NaN where unknown.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    municipality: tuple[str, ...]
    municipality_name: tuple[str, ...]
    area: tuple[str, ...]
    node: NDArray[Any]
    population: NDArray[Any]
    access_mean_s: NDArray[Any]
    access_sd_s: NDArray[Any]
    tettbygd: NDArray[Any]
    outside: NDArray[Any]
    x: NDArray[Any]
    y: NDArray[Any]
    lon: NDArray[Any]
    lat: NDArray[Any]

    def __len__(self) -> int:
        """Return the number of zones."""
        return len(self.ids)
