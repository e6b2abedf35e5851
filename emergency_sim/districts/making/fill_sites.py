"""The rows of a district's sites, from its places, stations and people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.districts.making import staffing as st
from emergency_sim.districts.making.district_sites import functions_of
from emergency_sim.districts.making.site_rows import RULE, SiteRows, slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.districts.making.district_sites import DistrictSites
    from emergency_sim.districts.sources.open_data import OpenData

HOUSE: Final = ("universitetssykehuset", "sjukehuset", "sykehuset", "sjukehus", "sykehus")
"""Words of hospitals' names that ids do without."""
PLACE: Final = "place by the list or register, geocoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedStation:
    """A station with its node.

    Parameters
    ----------
    name, municipality
        What it is called, and where it is.
    node
        Of the network.
    lon, lat
        Degrees.
    cars, day_cars
        Round the clock, and from 08 to 20.
    """

    name: str
    municipality: str
    node: str
    lon: float
    lat: float
    cars: int
    day_cars: int


def fill(
    rows: SiteRows,
    data: OpenData,
    sites: DistrictSites,
    numbers: Sequence[str],
    nodes: Sequence[str],
    offices: Mapping[str, tuple[str, float, float]],
    stations: Sequence[PlacedStation],
) -> None:
    """Add all rows of a district.

    Parameters
    ----------
    rows
        To be filled.
    data
        Names and people of municipalities.
    sites
        Its legevakter, hospitals and AMK.
    numbers
        Its municipalities.
    nodes
        Id of the node of each legevakt, then of each hospital.
    offices
        Node, lon and lat of each municipality's duty office.
    stations
        Where ambulances wait.
    """
    people = dict(zip(data.municipalities.numbers, people_of(data), strict=True))
    names = dict(zip(data.municipalities.numbers, data.municipalities.names, strict=True))
    for hospital, served in sites.amk:
        amk = rows.add(
            "amk", f"amk-{slug(hospital.name, HOUSE)}", name=f"AMK ved {hospital.name}",
            lon=f"{hospital.lon:.4f}", lat=f"{hospital.lat:.4f}", serves=served, hours="24/7",
            status="assumed", source=RULE,
            note="beside the hospital; answers here for the district's people only",
        )  # fmt: skip
        rows.staff_amk(amk, sum(people[n] for n in served))
    lvs_of = _legevakter(rows, data, sites, numbers, nodes, people, names)
    for number in numbers:
        if number in offices:
            node, lon, lat = offices[number]
            rows.office(number, names[number], node, lvs_of[number], people[number], (lon, lat))
    for k, hospital in enumerate(sites.hospitals):
        where = "" if sites.inside[k] else "outside the district, one of the nearest; "
        rows.add(
            "hospital", f"sykehus-{slug(hospital.name, HOUSE)}", name=hospital.name,
            node=nodes[len(sites.legevakter) + k], lon=f"{hospital.lon:.4f}",
            lat=f"{hospital.lat:.4f}", hours="24/7", functions=functions_of(hospital),
            status="published", source="public register of acute hospitals",
            note=f"{where}{PLACE}; functions assumed",
        )  # fmt: skip
    for station in stations:
        _station(rows, station)


def people_of(data: OpenData) -> list[float]:
    """Return the people per municipality: of the table, or of the user's own places."""
    if data.scaled:
        return [float(v) for v in data.municipalities.people.sum(axis=1)]
    import numpy as np

    count = np.bincount(
        data.municipality, data.cells.population, minlength=len(data.municipalities)
    )
    return [float(v) for v in count]


def _legevakter(
    rows: SiteRows,
    data: OpenData,
    sites: DistrictSites,
    numbers: Sequence[str],
    nodes: Sequence[str],
    people: Mapping[str, float],
    names: Mapping[str, str],
) -> dict[str, str]:
    """Add legevakter and their centres; return the centre of each municipality."""
    index = {one.name: k for k, one in enumerate(data.legevakter.legevakter)}
    lvs_of: dict[str, str] = {}
    for legevakt, node in zip(sites.legevakter, nodes, strict=False):
        served = data.legevakter.served(index[legevakt.name])
        own = [n for n in served if n in numbers]
        outside = [n for n in served if n not in numbers]
        elsewhere = round(sum(people[n] for n in outside))
        everybody = sum(people[n] for n in served)
        by_fallback = [names[n] for n in own if n not in legevakt.municipalities]
        note = f"{PLACE}; hours, staff and rooms assumed"
        if by_fallback:
            note += f"; {', '.join(by_fallback)} not on the list: nearest legevakt (assumed)"
        if outside:
            note += f"; people outside: {', '.join(names[n] for n in outside)}"
        place: dict[str, Any] = {
            "municipality": legevakt.host, "node": node, "lon": f"{legevakt.lon:.4f}",
            "lat": f"{legevakt.lat:.4f}", "serves": own,
        }  # fmt: skip
        if elsewhere:
            place["outside_population"] = elsewhere
        short = slug(legevakt.name)
        lvs = rows.add(
            "lvs", f"lvs-{short}", name=f"Legevaktsentral ved {legevakt.name}", hours="24/7",
            status="assumed", source=RULE, note="one beside each legevakt",
            **{key: value for key, value in place.items() if key != "outside_population"},
        )  # fmt: skip
        rows.staff_centre(lvs, everybody)
        clinic = rows.add(
            "legevakt", short, name=legevakt.name, hours=st.VAKT, lvs=lvs, priority=1,
            status="published", source="list of legevakter (NKLM)", note=note, **place,
        )  # fmt: skip
        clinic_row = rows.rows[-1]
        most = rows.staff_legevakt(clinic, everybody)
        clinic_row["rooms"] = 1 if most == 1 and everybody < st.ONSITE_FROM else 2 * most
        for number in own:
            lvs_of.setdefault(number, lvs)
    return lvs_of


def _station(rows: SiteRows, station: PlacedStation) -> None:
    """Add a station and its cars."""
    short = slug(station.name, (*HOUSE, "ambulansestasjon"))
    parent = rows.add(
        "station", f"st-{short}", name=station.name, municipality=station.municipality,
        node=station.node, lon=f"{station.lon:.4f}", lat=f"{station.lat:.4f}", hours="24/7",
        status="assumed", source=RULE,
    )  # fmt: skip
    for n in range(station.cars + station.day_cars):
        by_day = n >= station.cars
        rows.add(
            "unit", f"bil-{parent.removeprefix('st-')}-{n + 1}", parent=parent,
            name=f"{station.name} {n + 1}{' (dag)' if by_day else ''}",
            municipality=station.municipality, node=station.node,
            hours=st.DAY_CAR if by_day else "24/7", count=1, form="station",
            unit_type="ambulance", status="assumed", source=RULE,
        )  # fmt: skip
