"""Where a log's incidents are: zones of a scenario, or the log's own municipalities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.observed.rows import Rows
    from emergency_sim.domain.log_mapping import LogMapping

FARTHEST_M: Final = 30_000.0
"""Coordinates further than this from every zone are not in the region."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ZonePlaces:
    """The zones that a log is laid on.

    Parameters
    ----------
    ids, municipality
        Per zone.
    population
        Per zone.
    x, y
        Per zone, EPSG:25833 in metres.
    """

    ids: tuple[str, ...]
    municipality: tuple[str, ...]
    population: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def largest(self) -> dict[str, int]:
        """Return per municipality its zone with the most people."""
        found: dict[str, int] = {}
        for zone in np.argsort(self.population, kind="stable").tolist():
            found[self.municipality[zone]] = zone
        return found


def zones_of(
    rows: Rows, mapping: LogMapping, places: ZonePlaces | None, projected: Any = None
) -> tuple[NDArray[np.int64], tuple[str, ...], str]:
    """Return the zone of each row (-1: unknown), all zones' ids, and by what they were found.

    Parameters
    ----------
    rows, mapping
        The table.
    places
        The scenario's zones; None: one zone a municipality of the log.
    projected
        Function from (lon, lat) to (x, y); needed for coordinates in degrees.

    Notes
    -----
    A zone's id comes before coordinates (the nearest zone within 30 km), and these before the
    municipality's number, which says no more than the municipality's largest zone.
    """
    codes, labels = rows.words("municipality")
    numbers = [x.zfill(4) if x.isdigit() else x for x in labels]
    if places is None:
        ids = tuple(dict.fromkeys(numbers))
        at = np.array([*(ids.index(n) for n in numbers), -1], "int64")
        return at[codes], ids, "municipality"
    largest = places.largest()
    at = np.array([*(largest.get(n, -1) for n in numbers), -1], "int64")
    zone, by = at[codes], "municipality"
    if rows.has("east"):
        near = _nearest(rows, mapping, places, projected)
        zone, by = np.where(near >= 0, near, zone), "coordinates"
    if rows.has("zone"):
        codes, labels = rows.words("zone")
        position = {name: i for i, name in enumerate(places.ids)}
        own = np.array([*(position.get(x, -1) for x in labels), -1], "int64")[codes]
        zone, by = np.where(own >= 0, own, zone), "zone"
    return zone, places.ids, by


def _nearest(
    rows: Rows, mapping: LogMapping, places: ZonePlaces, projected: Any
) -> NDArray[np.int64]:
    from scipy.spatial import cKDTree

    east, north = (rows.numbers(name, mapping.decimal) for name in ("east", "north"))
    known = np.isfinite(east) & np.isfinite(north)
    out = np.full(len(rows), -1, "int64")
    if not known.any():
        return out
    x, y = east[known], north[known]
    if mapping.crs == "EPSG:4326":
        x, y = projected(x, y)
    there = np.flatnonzero(np.isfinite(places.x) & np.isfinite(places.y))
    tree = cKDTree(np.column_stack((places.x[there], places.y[there])))
    away, zone = tree.query(np.column_stack((x, y)))
    out[known] = np.where(away <= FARTHEST_M, there[zone], -1)
    return out
