"""Which legevakter, hospitals and AMK a district has, and where they join the roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.health_regions import health_region
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network import Driving
from emergency_sim.network.reach import Reach
from emergency_sim.network.snapping import Snapped, snap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.districts.making.zones import Zones
    from emergency_sim.districts.sources.legevakter import ListedLegevakt
    from emergency_sim.districts.sources.open_data import OpenData
    from emergency_sim.districts.sources.register import PublicSite
    from emergency_sim.network import Region

FARTHEST_M: Final = 5_000.0
"""A site farther from any road is off the network."""
OUTSIDE_HOSPITALS: Final = 2
"""So many hospitals outside the district, the nearest for its people, are in it as well."""
NO_WAY_S: Final = 1e6
"""Stands for no way."""
ANOTHER_REGION: Final = 1e15
"""Seconds times people that put any AMK of another health region behind."""
AMK_TOWNS: Final = (
    "kirkenes", "tromsø", "bodø", "sandnessjøen", "namsos", "trondheim", "ålesund", "førde",
    "haukeland universitetssykehus, bergen", "haugesund", "stavanger", "arendal", "tønsberg",
    "drammen", "oslo universitetssykehus", "gjøvik",
)  # fmt: skip
"""Hospitals beside which the 16 AMK are thought to be (assumed; their number is published)."""
SPECIAL: Final = (
    "oslo universitetssykehus", "haukeland universitetssykehus, bergen", "st. olavs",
    "nord-norge, tromsø", "stavanger",
)  # fmt: skip
"""Hospitals that are thought to have PCI and a trauma centre (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DistrictSites:
    """The places of a district that the registers name.

    Parameters
    ----------
    legevakter
        Those that serve the district's municipalities.
    hospitals
        Those in the district, then the nearest outside it.
    inside
        bool per hospital: in the district.
    place
        Where legevakter, then hospitals, join the roads.
    off_road
        Names of sites farther from any road than :data:`FARTHEST_M`, with the distance.
    amk
        Hospitals beside which AMK are, each with the numbers of the municipalities it answers for.
    """

    legevakter: tuple[ListedLegevakt, ...]
    hospitals: tuple[PublicSite, ...]
    inside: tuple[bool, ...]
    place: Snapped
    off_road: tuple[str, ...]
    amk: tuple[tuple[PublicSite, tuple[str, ...]], ...]


def district_sites(
    region: Region,
    data: OpenData,
    zones: Zones,
    numbers: Sequence[str],
    legevakter: Sequence[int],
    *,
    whole_country: bool,
) -> DistrictSites:
    """Return the legevakter, hospitals and AMK of a district.

    Parameters
    ----------
    region
        Roads.
    data
        Registers.
    zones
        Where the district's people are.
    numbers
        Its municipalities.
    legevakter
        Indices of those that serve them.
    whole_country
        Sites off the network are joined to it and named; AMK are 16, not one.

    Raises
    ------
    InputFaults
        Sites of a district that lie off the network, each with its distance.
    """
    clinics = tuple(data.legevakter.legevakter[k] for k in legevakter)
    everywhere = _snapped(region, data.hospitals)
    minutes = _minutes_to_people(region, everywhere, zones)
    own = data.municipalities.holding(
        np.array([h.x for h in data.hospitals]), np.array([h.y for h in data.hospitals])
    )
    inside = np.isin(own, [data.municipalities.index(n) for n in numbers])
    elsewhere = ~inside & np.isfinite(minutes) & (everywhere.metres <= FARTHEST_M)
    near = np.argsort(np.where(elsewhere, minutes, np.inf), kind="stable")
    outside = [k for k in near[:OUTSIDE_HOSPITALS].tolist() if elsewhere[k]]
    chosen = [*np.flatnonzero(inside).tolist(), *outside]
    sites = (*clinics, *(data.hospitals[k] for k in chosen))
    place = _snapped(region, sites)
    off_road = [
        (site.name, metres / 1000)
        for site, metres in zip(sites, place.metres.tolist(), strict=True)
        if metres > FARTHEST_M
    ]
    if off_road and not whole_country:
        raise InputFaults(
            Fault(
                file="--network",
                message=f"{name} lies {km:.1f} km from the network's nearest road: build a "
                "network that reaches it",
            )
            for name, km in off_road
        )
    return DistrictSites(
        legevakter=clinics,
        hospitals=tuple(data.hospitals[k] for k in chosen),
        inside=tuple(bool(inside[k]) for k in chosen),
        place=place,
        off_road=tuple(f"{name} ({km:.1f} km)" for name, km in off_road),
        amk=_amk(region, data, zones, clinics, everywhere, numbers, whole_country=whole_country),
    )


def functions_of(hospital: PublicSite) -> str:
    """Return what a hospital is thought to be able to do (assumed)."""
    special = any(word in hospital.name.casefold() for word in SPECIAL)
    return "acute surgery stroke_ct birth" + (" pci trauma" if special else "")


def _snapped(region: Region, sites: Sequence[Any]) -> Snapped:
    return snap(region, np.array([s.x for s in sites]), np.array([s.y for s in sites]))


def _minutes_to_people(
    region: Region, places: Snapped, zones: Zones, municipality: int | None = None
) -> NDArray[Any]:
    """Return the mean minutes from the zones' people to each place; of those who reach it.

    A place that fewer than half of the people reach counts as out of reach.
    """
    seconds = Reach(region, Driving(), places).seconds(zones.place)
    people = zones.population
    if municipality is not None:
        here = zones.municipality == municipality
        seconds, people = seconds[:, here], people[here]
    reached = np.isfinite(seconds)
    living = reached @ people
    total = np.where(reached, seconds, 0.0) @ people
    mean = np.full(len(places), np.inf)
    np.divide(total / 60, living, out=mean, where=living >= people.sum() / 2)
    return mean


def _shared_legevakt(
    data: OpenData, clinics: Sequence[ListedLegevakt], numbers: Sequence[str]
) -> list[list[str]]:
    """Return the municipalities in groups: those with a legevakt in common are in one."""
    index = {one.name: k for k, one in enumerate(data.legevakter.legevakter)}
    group = {number: [number] for number in numbers}
    for clinic in clinics:
        served = [n for n in data.legevakter.served(index[clinic.name]) if n in group]
        for number in served[1:]:
            first, other = group[served[0]], group[number]
            if first is not other:
                first += other
                group |= dict.fromkeys(other, first)
    return list({id(one): one for one in group.values()}.values())


def _amk(
    region: Region,
    data: OpenData,
    zones: Zones,
    clinics: Sequence[ListedLegevakt],
    everywhere: Snapped,
    numbers: Sequence[str],
    *,
    whole_country: bool,
) -> tuple[tuple[PublicSite, tuple[str, ...]], ...]:
    """Return the AMK: one beside the nearest of their hospitals, or all of them.

    Of all Norway's each answers for whole legevakt districts of its own health region, those that
    are nearest to it.
    """
    names = [h.name.casefold() for h in data.hospitals]
    known = [k for k, name in enumerate(names) if any(town in name for town in AMK_TOWNS)]
    known = known or list(range(len(names)))
    places = Snapped(
        link=everywhere.link[known], fraction=everywhere.fraction[known],
        metres=everywhere.metres[known], x=everywhere.x[known], y=everywhere.y[known],
    )  # fmt: skip
    if not whole_country:
        minutes = _minutes_to_people(region, places, zones)
        return ((data.hospitals[known[int(minutes.argmin())]], tuple(numbers)),)
    seconds = Reach(region, Driving(), places).seconds(zones.place)
    seconds = np.where(np.isfinite(seconds), seconds, NO_WAY_S)
    near = data.municipalities.holding(places.x, places.y).tolist()
    regions = [health_region(data.municipalities.numbers[m]) for m in near]
    people = np.bincount(zones.municipality, zones.population, len(data.municipalities))
    answered: dict[int, list[str]] = {}
    for together in _shared_legevakt(data, clinics, numbers):
        chosen = [data.municipalities.index(n) for n in together]
        here = np.flatnonzero(np.isin(zones.municipality, chosen))
        own = health_region(together[int(np.argmax(people[chosen]))])
        away = np.array([own in regions and region != own for region in regions])
        way = seconds[:, here] @ zones.population[here] + away * ANOTHER_REGION
        answered.setdefault(int(way.argmin()), []).extend(together)
    order = {number: k for k, number in enumerate(numbers)}
    answered = {k: sorted(served, key=order.__getitem__) for k, served in answered.items()}
    return tuple(
        (data.hospitals[known[k]], tuple(served)) for k, served in sorted(answered.items())
    )
