"""A legevakt district, or some municipalities, or all of Norway, as a folder that is ready to run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.making import district_texts as texts
from emergency_sim.districts.making.access import access_times
from emergency_sim.districts.making.cut_links import cut_roads
from emergency_sim.districts.making.density import Density
from emergency_sim.districts.making.district_figures import (
    FAR_M,
    MANY_FAR,
    figures_of,
    notes_of,
    share_far,
)
from emergency_sim.districts.making.district_roads import district_roads
from emergency_sim.districts.making.district_sites import DistrictSites, district_sites
from emergency_sim.districts.making.fill_sites import PlacedStation, fill, people_of
from emergency_sim.districts.making.first_scenario import write_apart
from emergency_sim.districts.making.road_rows import read_rows
from emergency_sim.districts.making.site_rows import SiteRows, slug
from emergency_sim.districts.making.station_plan import plan_stations
from emergency_sim.districts.making.zone_rows import write_zones, zone_rows
from emergency_sim.districts.making.zones import Zones, make_zones
from emergency_sim.districts.sources.open_data import OpenData, choose, read_open_data
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.new_folder import check_new_folder, new_folder
from emergency_sim.network import RoadNetwork, read_region, unproject
from emergency_sim.network.snapping import Snapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.network import Region

ASIDE: Final = ("speeds.csv",)
"""Files of the network that go with the district as they are."""
SCENARIO: Final = "scenario.yaml"
TEMPLATE: Final = "variant-template.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDistrict:
    """What was written.

    Parameters
    ----------
    folder, scenario
        Where.
    name
        Of the district.
    figures
        Numbers by what they count.
    notes
        What the user should know, one sentence each.
    about
        What its texts are made of.
    """

    folder: Path
    scenario: Path
    name: str
    figures: dict[str, Any]
    notes: tuple[str, ...]
    about: texts.About


def new_district(
    network: Path,
    data_folder: Path,
    out: Path,
    *,
    legevakter: Sequence[str] = (),
    municipalities: Sequence[str] = (),
    all_norway: bool = False,
    population: Path | None = None,
    scenario: Path | None = None,
) -> NewDistrict:
    """Write a district's folder: roads, zones, sites, a first scenario and what is assumed in it.

    Parameters
    ----------
    network
        Folder of a network that holds the district's roads.
    data_folder
        Open data, see :mod:`emergency_sim.districts.sources.data_folder`.
    out
        New folder; nothing is written there before everything is done.
    legevakter, municipalities, all_norway
        One of the three: which municipalities.
    population
        One's own table of people instead of SSB's grid.
    scenario
        Where the first scenario is written as well, under the id of this file's name; None: nowhere.

    Raises
    ------
    InputFaults
        Whatever is wrong with folders, files and words.
    """
    faults: list[Fault] = []
    try:
        check_new_folder(out)
    except InputFaults as error:
        faults += error.faults
    if scenario is not None and Path(scenario).exists():
        message = "exists already: name a new file"
        faults.append(Fault(file="--scenario", message=message, got=str(scenario)))
    region, data = None, None
    numbers: tuple[str, ...] = ()
    serving: tuple[int, ...] = ()
    try:
        region = read_region(network)
        if not isinstance(region.network, RoadNetwork):
            raise InputFaults([Fault(file=str(network), message="is a matrix, not roads")])
    except InputFaults as error:
        faults += error.faults
    try:
        data = read_open_data(data_folder, population)
        numbers, serving = choose(data, legevakter, municipalities, all_norway=all_norway)
    except InputFaults as error:
        faults += error.faults
    if faults or region is None or data is None:
        raise InputFaults(faults)
    numbers, empty = _lived_in(data, numbers)
    zones = _zones(region, data, numbers)
    if share_far(zones) > MANY_FAR:
        message = (
            f"{100 * share_far(zones):.0f} % of the people live more than {FAR_M / 1000:g} km from "
            "its roads: build a network that covers the whole district"
        )
        raise InputFaults([Fault(file="--network", message=message, got=str(network))])
    sites = district_sites(region, data, zones, numbers, serving, whole_country=all_norway)
    with new_folder(out) as aside:
        found = _write(
            aside, region, Path(network), data, numbers, zones, sites, empty,
            name=_name(data, legevakter, numbers, serving, all_norway=all_norway),
            folder_name=Path(out).absolute().name, all_norway=all_norway,
        )  # fmt: skip
    if scenario is not None:
        write_apart(Path(scenario), Path(out), found.about)
    first = Path(out) / SCENARIO if scenario is None else Path(scenario)
    return replace(found, folder=Path(out), scenario=first)


def _lived_in(data: OpenData, numbers: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Return the municipalities that have people, and the names of the others."""
    people = dict(zip(data.municipalities.numbers, people_of(data), strict=True))
    cells = np.bincount(data.municipality, data.cells.population, minlength=len(people))
    lived = tuple(n for n in numbers if cells[data.municipalities.index(n)] >= 1)
    if not lived:
        message = "nobody lives in the municipalities chosen"
        raise InputFaults([Fault(file=data.cells.file, message=message, got=" ".join(numbers[:8]))])
    names = [
        data.municipalities.names[data.municipalities.index(n)] for n in numbers if n not in lived
    ]
    return lived, names


def _zones(region: Region, data: OpenData, numbers: tuple[str, ...]) -> Zones:
    chosen = [data.municipalities.index(n) for n in numbers]
    rows = np.flatnonzero(np.isin(data.municipality, chosen))
    density = Density(data.density.town[rows], data.density.settlement[rows])
    cells = data.cells.where(rows)
    return make_zones(region, cells, data.municipality[rows], density, data.municipalities.outlines)


def _name(
    data: OpenData,
    legevakter: Sequence[str],
    numbers: Sequence[str],
    serving: Sequence[int],
    *,
    all_norway: bool,
) -> str:
    if all_norway:
        return "Norge"
    if legevakter:
        return " og ".join(data.legevakter.legevakter[k].name for k in serving)
    names = [data.municipalities.names[data.municipalities.index(n)] for n in numbers]
    return ", ".join(names[:4]) + (f" og {len(names) - 4} til" if len(names) > 4 else "")


def joined(*places: Snapped) -> Snapped:
    """Return places one after another."""
    return Snapped(
        **{
            key: np.concatenate([getattr(p, key) for p in places])
            for key in ("link", "fraction", "metres", "x", "y")
        }
    )


def _write(
    aside: Path,
    region: Region,
    network: Path,
    data: OpenData,
    numbers: tuple[str, ...],
    zones: Zones,
    sites: DistrictSites,
    empty: list[str],
    *,
    name: str,
    folder_name: str,
    all_norway: bool,
) -> NewDistrict:
    cut = cut_roads(*read_rows(network, region), joined(zones.place, sites.place))
    zone_node, site_node = cut.node[: len(zones)], cut.node[len(zones) :]
    for file in ASIDE:
        if (network / file).is_file():
            shutil.copyfile(network / file, aside / file)
    point_link, point_fraction = cut.moved(zones.point_place)
    mine = district_roads(aside, cut, data, numbers, point_link, whole=all_norway)
    index = {node: k for k, node in enumerate(mine.node_ids)}
    stations = plan_stations(region, data, zones, sites, numbers)
    at_station = [cut.node[s.place] for s in stations]
    clinics = [index[n] for n in site_node[: len(sites.legevakter)]]
    network_links = mine.network.link_ids if isinstance(mine.network, RoadNetwork) else ()
    number_of = {link: k for k, link in enumerate(network_links)}
    mean_s, spread_s = access_times(
        mine,
        zones,
        np.array([index[n] for n in zone_node]),
        np.array([number_of[link] for link in point_link], dtype=np.int64),
        point_fraction,
        [[index[n] for n in at_station], clinics],
    )
    rows = zone_rows(zones, zone_node, mean_s, spread_s, data.municipalities, scaled=data.scaled)
    write_zones(aside / "zones.csv", rows)
    as_of = next((f.year for f in data.files if f.kind == "legevakter"), "") or "2024"
    site_rows = SiteRows(as_of)
    placed = [
        PlacedStation(
            name=s.name, municipality=s.municipality, node=node, lon=s.lon, lat=s.lat,
            cars=s.cars, day_cars=s.day_cars,
        )
        for s, node in zip(stations, at_station, strict=True)
    ]  # fmt: skip
    fill(
        site_rows,
        data,
        sites,
        numbers,
        site_node.tolist(),
        _offices(data, zones, zone_node),
        placed,
    )
    site_rows.write(aside / "sites.csv")
    figures = figures_of(mine, zones, rows, site_rows, numbers)
    notes = notes_of(data, zones, sites, numbers, empty, figures)
    identity = slug(folder_name)
    about = texts.About(
        id=identity, name=name, as_of=as_of, figures=figures, notes=notes, numbers=numbers,
        all_norway=all_norway,
    )  # fmt: skip
    texts.write_texts(aside, about, data, network)
    return NewDistrict(
        folder=aside, scenario=aside / SCENARIO, name=name, figures=figures, notes=tuple(notes),
        about=about,
    )  # fmt: skip


def _offices(
    data: OpenData, zones: Zones, node: NDArray[Any]
) -> dict[str, tuple[str, float, float]]:
    """Return where most people of each municipality live: node, lon and lat of that zone."""
    lon, lat = unproject(zones.x, zones.y)
    found: dict[str, tuple[str, float, float]] = {}
    for k, m in enumerate(zones.municipality.tolist()):  # larger zones come first
        found.setdefault(data.municipalities.numbers[m], (str(node[k]), lon[k], lat[k]))
    return found
