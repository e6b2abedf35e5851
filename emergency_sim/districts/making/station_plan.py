"""Stations and cars of a district by rule, at its legevakter and hospitals and where zones begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.districts.making import stations as st
from emergency_sim.districts.making.staffing import cars
from emergency_sim.network import Driving, Profile, unproject
from emergency_sim.network.reach import Reach
from emergency_sim.network.snapping import Snapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.districts.making.district_sites import DistrictSites
    from emergency_sim.districts.making.zones import Zones
    from emergency_sim.districts.sources.open_data import OpenData
    from emergency_sim.network import Region

MOST_CANDIDATES: Final = 1_500
"""Of so many zones, those with most people too far from any legevakt or hospital, one may be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStation:
    """One station.

    Parameters
    ----------
    place
        Its place among the zones, legevakter and hospitals, in this order.
    name, municipality
        What it is called, and where it is.
    lon, lat
        Degrees.
    cars, day_cars
        Round the clock, and from 08 to 20.
    """

    place: int
    name: str
    municipality: str
    lon: float
    lat: float
    cars: int
    day_cars: int


def plan_stations(
    region: Region, data: OpenData, zones: Zones, sites: DistrictSites, numbers: Sequence[str]
) -> list[PlannedStation]:
    """Return the stations of a district.

    Parameters
    ----------
    region
        Roads.
    data
        Municipalities.
    zones
        Where people are.
    sites
        Legevakter and hospitals; those in the district are the first candidates.
    numbers
        The district's municipalities.
    """
    count = len(sites.legevakter)
    base = [k for k, one in enumerate(sites.legevakter) if one.host in numbers]
    base += [count + k for k, inside in enumerate(sites.inside) if inside]
    weight = zones.points.weight
    in_zone = np.bincount(zones.point_zone, weight, minlength=len(zones))
    beside = (
        np.bincount(zones.point_zone, weight * zones.point_way.seconds, minlength=len(zones))
        / in_zone
    )
    limit = np.where(zones.town, st.TOWN_LIMIT_S, st.RURAL_LIMIT_S)
    driving = Driving(profile=Profile.AMBULANCE)

    def drive(places: Snapped) -> np.ndarray:  # seconds to the zones' people
        return Reach(region, driving, places, towards=False).seconds(zones.place) + beside

    from_base = drive(_some(sites.place, base)) if base else np.empty((0, len(zones)))
    late = (from_base > limit).all(axis=0) & ~zones.boat
    late_people = np.where(late, zones.population, 0.0)
    more = np.argsort(-late_people, kind="stable")[:MOST_CANDIDATES]
    more = more[late_people[more] > 0]
    if not base and not more.size:
        more = np.argsort(-zones.population, kind="stable")[:1]
    from_zones = drive(_some(zones.place, more)) if more.size else np.empty((0, len(zones)))
    wanted = cars(
        float(zones.population[zones.town].sum()), float(zones.population[~zones.town].sum())
    )
    chosen = st.place_stations(
        np.vstack((from_base, from_zones)), zones.population, limit, len(base), wanted
    )
    lon, lat = unproject(zones.x, zones.y)
    planned = []
    for station in chosen:
        if station.candidate < len(base):
            k = base[station.candidate]
            site = sites.legevakter[k] if k < count else sites.hospitals[k - count]
            name = site.name
            x, y = np.array([site.x]), np.array([site.y])
            municipality = data.municipalities.numbers[data.municipalities.holding(x, y)[0]]
            place, at = len(zones) + k, (site.lon, site.lat)
        else:
            place = int(more[station.candidate - len(base)])
            m = int(zones.municipality[place])
            municipality, name = data.municipalities.numbers[m], data.municipalities.names[m]
            at = float(lon[place]), float(lat[place])
        planned.append(
            PlannedStation(
                place=place, name=f"Ambulansestasjon {name}", municipality=municipality,
                lon=at[0], lat=at[1], cars=station.cars, day_cars=station.day_cars,
            )
        )  # fmt: skip
    return planned


def _some(places: Snapped, rows: Sequence[int] | np.ndarray) -> Snapped:
    at = np.asarray(rows, dtype=np.int64)
    return Snapped(
        link=places.link[at], fraction=places.fraction[at], metres=places.metres[at],
        x=places.x[at], y=places.y[at],
    )  # fmt: skip
