"""Rows of ``zones.csv``: whole people by age, rounded places, names and notes."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network import unproject
from emergency_sim.network.zone_table import AGE_COLUMNS, ZONES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.districts.making.zones import Zones
    from emergency_sim.districts.sources.municipalities import Municipalities

BY_BOAT: Final = "reached by boat: 20 min and 30 km/h over the water (N6)"


def whole_people(population: NDArray[Any], ages: NDArray[Any]) -> NDArray[np.int64]:
    """Return whole people by zone and age that add up to whole people by age.

    Parameters
    ----------
    population
        float64 per zone of one municipality.
    ages
        int64 by age group: what the zones add up to.

    Notes
    -----
    Each age group is shared by the zones' people with largest remainders; what a zone lost in one
    group it gains first in the next.

    Examples
    --------
    >>> whole_people(np.array([3.0, 1.0]), np.array([2, 2])).tolist()
    [[2, 1], [0, 1]]
    """
    share = population / population.sum()
    carry = np.zeros(len(population))
    columns = []
    for people in ages:
        exact = share * people + carry
        whole = np.maximum(np.floor(exact), 0.0)
        missing = int(people - whole.sum())
        order = np.argsort(-(exact - whole), kind="stable")
        if missing >= 0:
            np.add.at(whole, order[np.arange(missing) % len(order)], 1)
        else:  # who got more than their share gives back
            some = order[::-1][whole[order[::-1]] > 0]
            whole[some[:-missing]] -= 1
        carry = exact - whole
        columns.append(whole)
    return np.column_stack(columns).astype(np.int64)


def zone_rows(
    zones: Zones,
    node: NDArray[Any],
    mean_s: NDArray[Any],
    spread_s: NDArray[Any],
    municipalities: Municipalities,
    *,
    scaled: bool,
) -> list[dict[str, Any]]:
    """Return the rows of zones with people.

    Parameters
    ----------
    zones
        In order of municipality.
    node
        Id of each zone's node.
    mean_s, spread_s
        Access times.
    municipalities
        Their names and people by age.
    scaled
        The zones of a municipality add up to its people by age exactly; otherwise they have its
        mix of ages and their own number.
    """
    lon, lat = unproject(zones.x, zones.y)
    rows = []
    for m in np.unique(zones.municipality).tolist():
        here = np.flatnonzero(zones.municipality == m)
        ages = municipalities.people[m]
        if not scaled:
            ages = _rounded(zones.population[here].sum() * ages / ages.sum())
        by_age = whole_people(zones.population[here], ages.astype(np.int64))
        name, number = municipalities.names[m], municipalities.numbers[m]
        living = [k for k in range(len(here)) if by_age[k].sum()]
        width = len(str(len(living)))
        for n, k in enumerate(living, 1):
            z = int(here[k])
            rows.append(
                {
                    "zone_id": f"z{number}-{n:0{max(width, 2)}d}",
                    "name": f"{name} {n}" if len(living) > 1 else name,
                    "municipality": number,
                    "municipality_name": name,
                    "area": number,
                    "node": node[z],
                    "x": round(float(zones.x[z]), -1),
                    "y": round(float(zones.y[z]), -1),
                    "lon": f"{lon[z]:.4f}",
                    "lat": f"{lat[z]:.4f}",
                    "population": int(by_age[k].sum()),
                    **dict(zip(AGE_COLUMNS, by_age[k].tolist(), strict=True)),
                    "access_mean_s": round(float(mean_s[z])),
                    "access_sd_s": round(float(spread_s[z])),
                    "tettbygd": int(zones.town[z]),
                    "tettsted200": int(zones.settlement[z]),
                    "status": "derived",
                    "note": BY_BOAT if zones.boat[z] else "",
                }
            )
    for row in rows:
        row["x"], row["y"] = int(row["x"]), int(row["y"])
    return rows


def _rounded(values: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers with the rounded sum, by largest remainders."""
    whole: NDArray[Any] = np.floor(values)
    missing = round(float(values.sum())) - int(whole.sum())
    whole[np.argsort(-(values - whole), kind="stable")[:missing]] += 1
    return whole


def write_zones(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write the table."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(ZONES), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
