"""Where the files of a folder of open data are: the newest of each kind, or what is missing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from collections.abc import Iterable

FILES: Final[dict[str, str]] = {
    "population": "ssb_population_1km_*.csv.gz",
    "ages": "municipality_population_by_age_*.csv",
    "municipalities": "municipalities_*.geojson.gz",
    "legevakter": "legevakter_*.geojson",
    "hospitals": "hospitals.geojson",
    "roads": "norway_n1000.osm.pbf",
}
"""Name of each file; ``*`` stands for its year, and the highest is taken."""
SOURCES: Final[dict[str, tuple[str, str]]] = {
    "population": ("inhabitants per square kilometre", "SSB, NLOD / CC BY 4.0"),
    "ages": ("inhabitants by municipality and age", "SSB, NLOD"),
    "municipalities": ("outlines of the municipalities", "Kartverket, CC BY 4.0"),
    "legevakter": ("the official list of legevakter (NKLM), geocoded", "public list"),
    "hospitals": ("acute hospitals, geocoded", "public register"),
    "roads": ("main roads and ferries (N1000)", "Kartverket, CC BY 4.0"),
}
"""What each file tells and its licence."""
SUBFOLDER: Final = "norway"
"""The files may lie in the folder itself or in this one inside it."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of the data folder.

    Parameters
    ----------
    kind
        Its key in :data:`FILES`.
    path
        Where it is.
    """

    kind: str
    path: Path

    @property
    def year(self) -> str:
        """Return the year in the file's name, or ``""``."""
        digits = "".join(c for c in self.path.name.split("_")[-1] if c.isdigit())
        return digits if len(digits) == 4 else ""

    def sha256(self) -> str:
        """Return the SHA-256 of the file as hexadecimal text."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


def find_files(folder: Path | str, kinds: Iterable[str]) -> dict[str, DataFile]:
    """Return the newest file of each kind that is wanted.

    Parameters
    ----------
    folder
        The user's data folder.
    kinds
        Keys of :data:`FILES`.

    Raises
    ------
    InputFaults
        There is no such folder, or files are missing; all of them are named.
    """
    top = Path(folder)
    if not top.is_dir():
        raise InputFaults(
            [Fault(file="--data", message="there is no such folder", got=str(folder))]
        )
    inner = top / SUBFOLDER
    found: dict[str, DataFile] = {}
    faults = []
    for kind in kinds:
        matches = sorted(p for at in (top, inner) for p in at.glob(FILES[kind]) if p.is_file())
        if matches:
            found[kind] = DataFile(kind, max(matches, key=lambda p: p.name))
        else:
            what = SOURCES[kind][0]
            message = f"{FILES[kind]} ({what}) is not in the folder or in its '{SUBFOLDER}'"
            faults.append(Fault(file=str(folder), message=message))
    if faults:
        raise InputFaults(faults)
    return found
