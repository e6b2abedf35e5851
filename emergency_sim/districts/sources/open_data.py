"""The open data of a district, read together: people, municipalities, legevakter and hospitals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.making.density import Density, density_of
from emergency_sim.districts.sources.data_folder import DataFile, find_files
from emergency_sim.districts.sources.legevakter import LegevaktList, read_legevakter
from emergency_sim.districts.sources.municipalities import Municipalities, read_municipalities
from emergency_sim.districts.sources.population import read_population
from emergency_sim.districts.sources.register import PublicSite, read_hospitals
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.districts.sources.cells import Cells

KINDS: Final = ("municipalities", "ages", "legevakter", "hospitals")
OWN: Final = "own population"
"""Kind of the user's own table in :attr:`OpenData.files`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenData:
    """What the files say of the whole country.

    Parameters
    ----------
    files
        Where it was read from.
    cells
        People; those of SSB's grid are scaled to the municipalities' totals (N11).
    municipality
        int64 per cell: index of the municipality.
    density
        Of the cells.
    municipalities, legevakter, hospitals
        See their modules.
    scaled
        Whether the people were scaled.
    """

    files: tuple[DataFile, ...]
    cells: Cells
    municipality: NDArray[np.int64]
    density: Density
    municipalities: Municipalities
    legevakter: LegevaktList
    hospitals: tuple[PublicSite, ...]
    scaled: bool


def read_open_data(folder: Path | str, population: Path | None = None) -> OpenData:
    """Read the files of a data folder, all of their faults at once.

    Parameters
    ----------
    folder
        See :mod:`emergency_sim.districts.sources.data_folder`.
    population
        The user's own table of people instead of SSB's grid; its figures stay as they are.

    Raises
    ------
    InputFaults
        Missing files, or everything that is wrong in those there are.
    """
    wanted = KINDS if population is not None else ("population", *KINDS)
    files = find_files(folder, wanted)
    if population is not None:
        files[OWN] = DataFile(OWN, population)
    faults: list[Fault] = []

    def reading(read: Any, *paths: Path) -> Any:
        try:
            return read(*paths)
        except InputFaults as error:
            faults.extend(error.faults)
            return None

    people_file = files[OWN if population is not None else "population"]
    cells = reading(read_population, people_file.path)
    municipalities = reading(read_municipalities, files["municipalities"].path, files["ages"].path)
    hospitals = reading(read_hospitals, files["hospitals"].path)
    legevakter: Any = None
    if municipalities is not None:
        legevakter = reading(
            lambda path: read_legevakter(path, municipalities), files["legevakter"].path
        )
    if faults:
        raise InputFaults(faults)
    inside = _municipality(cells, municipalities)
    if population is None:
        factors = municipalities.factors(cells, inside)
        cells = replace(cells, population=cells.population * factors[inside])
    return OpenData(
        files=tuple(files.values()),
        cells=cells,
        municipality=inside,
        density=density_of(cells),
        municipalities=municipalities,
        legevakter=legevakter,
        hospitals=hospitals,
        scaled=population is None,
    )


def _municipality(cells: Cells, municipalities: Municipalities) -> NDArray[np.int64]:
    """Return where cells are: as the table says, or else by the outlines."""
    inside = municipalities.holding(cells.x, cells.y)
    known = {number: k for k, number in enumerate(municipalities.numbers)}
    faults = []
    for k, number in enumerate(cells.municipality):
        if not number:
            continue
        if number in known:
            inside[k] = known[number]
        else:
            message = f"{cells.ids[k]}: there is no municipality with this number"
            near = nearest_word(number, known)
            faults.append(
                Fault(
                    file=cells.file,
                    path="municipality",
                    message=message,
                    got=number,
                    did_you_mean=near,
                )
            )
    if faults:
        raise InputFaults(faults[:50])
    return inside


def choose(
    data: OpenData, legevakter: Sequence[str], municipalities: Sequence[str], *, all_norway: bool
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the numbers of the district's municipalities and the indices of their legevakter.

    Parameters
    ----------
    data
        Where to look them up.
    legevakter, municipalities
        Names, and numbers or names; of the three ways one is used.
    all_norway
        Everything.

    Raises
    ------
    InputFaults
        None or several of the three, or words that are not known; all of them at once.
    """
    given = [bool(legevakter), bool(municipalities), all_norway]
    if sum(given) != 1:
        message = "give one of --legevakt, --municipalities and --all-norway"
        raise InputFaults([Fault(file="district new", message=message)])
    if legevakter:
        found = data.legevakter.find(legevakter, "--legevakt")
        numbers = {number for k in found for number in data.legevakter.served(k)}
    elif municipalities:
        numbers = set(data.municipalities.chosen(municipalities, "--municipalities"))
    else:
        numbers = set(data.municipalities.numbers)
    ordered = tuple(sorted(numbers))
    serving = {k for number in ordered for k in data.legevakter.serving(number)}
    return ordered, tuple(sorted(serving))
