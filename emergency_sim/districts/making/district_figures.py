"""What a new district holds, in figures, and what its user should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.making import staffing

if TYPE_CHECKING:
    from emergency_sim.districts.making.district_sites import DistrictSites
    from emergency_sim.districts.making.site_rows import SiteRows
    from emergency_sim.districts.making.zones import Zones
    from emergency_sim.districts.sources.open_data import OpenData
    from emergency_sim.network import Region


FAR_M: Final = 2_000.0
"""Farther from a road than this few people live (1.6 % of Norway, over the main roads of N1000)."""
SOME_FAR: Final = 0.05
MANY_FAR: Final = 0.25
"""Shares of people so far from a road that are worth a word, and too many for a district."""


def share_far(zones: Zones) -> float:
    """Return the share of the people who live far from any road and take no boat."""
    part, people = zones.points.part, zones.points.population
    of_point = (people / np.bincount(part, minlength=len(people)))[part]
    far = (zones.point_place.metres > FAR_M) & ~zones.boat[zones.point_zone]
    return float(of_point[far].sum() / max(float(people.sum()), 1.0))


def figures_of(
    region: Region,
    zones: Zones,
    rows: list[dict[str, Any]],
    sites: SiteRows,
    numbers: tuple[str, ...],
) -> dict[str, Any]:
    """Return what is counted.

    Parameters
    ----------
    region, zones, rows, sites
        The district's roads, zones, rows of ``zones.csv`` and rows of ``sites.csv``.
    numbers
        Its municipalities.
    """
    units = sites.of("unit")
    by_day = sum(row["hours"] == staffing.DAY_CAR for row in units)
    people = sum(row["population"] for row in rows)
    return {
        "municipalities": len(numbers),
        "people": people,
        "zones": len(rows),
        "nodes": len(region.node_ids),
        "links": len(region.lines()),
        "people_in_towns": sum(row["population"] for row in rows if row["tettbygd"]),
        "boat_zones": sum(1 for row in rows if row["note"]),
        "boat_people": sum(row["population"] for row in rows if row["note"]),
        "legevakter": len(sites.of("legevakt")),
        "hospitals": len(sites.of("hospital")),
        "amk": len(sites.of("amk")),
        "stations": len(sites.of("station")),
        "cars": len(units),
        "day_cars": by_day,
        "car_hours_a_week": 168 * (len(units) - by_day) + 84 * by_day,
        "cars_by_ratio": round(
            staffing.cars_by_ratio(
                float(zones.population[zones.town].sum()),
                float(zones.population[~zones.town].sum()),
            ),
            2,
        ),
    }


def notes_of(
    data: OpenData,
    zones: Zones,
    sites: DistrictSites,
    numbers: tuple[str, ...],
    empty: list[str],
    figures: dict[str, Any],
) -> list[str]:
    """Return what the user should know, one sentence each.

    Parameters
    ----------
    data, zones, sites
        Where it comes from, its zones and its places.
    numbers
        Its municipalities.
    empty
        Names of those that were left out because nobody lives there.
    figures
        Of :func:`figures_of`.
    """
    names = dict(zip(data.municipalities.numbers, data.municipalities.names, strict=True))
    notes = []
    if figures["boat_people"]:
        where = sorted(
            {names[data.municipalities.numbers[m]] for m in zones.municipality[zones.boat]}
        )
        notes.append(
            f"{figures['boat_people']} people in {figures['boat_zones']} zones have more than 1 km "
            f"of water to the nearest road and are reached by boat (N6): {', '.join(where)}"
        )
    without = [names[n] for n in data.legevakter.without if n in numbers]
    if without:
        notes.append(f"not on the list of legevakter, given to the nearest: {', '.join(without)}")
    unmatched = [f"{name} ({legevakt})" for legevakt, name in data.legevakter.unmatched]
    if unmatched:
        notes.append(f"names on the list that no municipality bears: {', '.join(unmatched)}")
    if sites.off_road:
        notes.append(
            f"sites off the network, joined to the nearest road: {', '.join(sites.off_road)}"
        )
    far = share_far(zones)
    if far > SOME_FAR:
        notes.append(
            f"{100 * far:.0f} % of the people live more than {FAR_M / 1000:g} km from the network's "
            "roads: does it cover the district?"
        )
    if empty:
        notes.append(f"left out, nobody lives there: {', '.join(empty)}")
    return notes
