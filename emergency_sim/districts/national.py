"""All of Norway from a folder of open data: roads, people, municipalities and legevakter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from emergency_sim.districts.sources.data_folder import SOURCES, find_files
from emergency_sim.districts.sources.legevakter import read_legevakter
from emergency_sim.districts.sources.municipalities import read_municipalities
from emergency_sim.districts.sources.population import read_population
from emergency_sim.domain.errors import InputFaults
from emergency_sim.network.build import Built, Source, build
from emergency_sim.network.built import region_of
from emergency_sim.network.osm.pbf import read_osm

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.districts.sources.cells import Cells
    from emergency_sim.districts.sources.data_folder import DataFile
    from emergency_sim.districts.sources.legevakter import LegevaktList
    from emergency_sim.districts.sources.municipalities import Municipalities
    from emergency_sim.domain.errors import Fault
    from emergency_sim.network.region import Region
    from emergency_sim.network.speed_table import SpeedTable

NEEDED: Final = ("roads", "population", "municipalities", "ages", "legevakter")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class National:
    """What the national table is made from.

    Parameters
    ----------
    region
        The main roads and ferries of the country.
    built
        How they were built, and what was left out.
    cells, municipalities, listed
        People, municipalities and legevakter.
    files
        Where each came from, by kind.
    """

    region: Region
    built: Built
    cells: Cells
    municipalities: Municipalities
    listed: LegevaktList
    files: dict[str, DataFile]


def read_national(folder: Path | str, speeds: SpeedTable) -> National:
    """Read a data folder.

    Parameters
    ----------
    folder
        With the files of :data:`~emergency_sim.districts.sources.data_folder.FILES`.
    speeds
        Gives the roads their speeds.

    Raises
    ------
    InputFaults
        Files that are missing, all at once; or everything wrong with them.
    """
    files = find_files(folder, NEEDED)
    faults: list[Fault] = []
    municipalities = cells = listed = osm = None
    try:
        municipalities = read_municipalities(files["municipalities"].path, files["ages"].path)
        listed = read_legevakter(files["legevakter"].path, municipalities)
    except InputFaults as error:
        faults += error.faults
    try:
        cells = read_population(files["population"].path)
    except InputFaults as error:
        faults += error.faults
    try:
        osm = read_osm(files["roads"].path)
    except InputFaults as error:
        faults += error.faults
    if municipalities is None or listed is None or cells is None or osm is None:
        raise InputFaults(faults)
    source = Source(
        name=files["roads"].path.name,
        date=osm.date,
        sha256=osm.sha256,
        licence=SOURCES["roads"][1],
    )
    built = build(osm.raw, source, speeds)
    return National(
        region=region_of(built.tables, speeds, name="norway"),
        built=built,
        cells=cells,
        municipalities=municipalities,
        listed=listed,
        files=files,
    )
