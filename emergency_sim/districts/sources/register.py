"""The public register of acute hospitals: names and positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from emergency_sim.districts.sources.geojson import read_features
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network import project

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.districts.sources.geojson import Feature

KNOWN_GAPS: Final = (
    "The register of acute hospitals names the trust rather than the house, lacks Kristiansund and "
    "has Hjelset, which replaces Molde."
)
"""What is known to be wrong with the register of hospitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSite:
    """One place of a register.

    Parameters
    ----------
    name
        With its town where the register's name does not tell which house it is.
    lon, lat
        Degrees, EPSG:4326.
    x, y
        EPSG:25833 metres.
    """

    name: str
    lon: float
    lat: float
    x: float
    y: float


def read_hospitals(path: Path | str) -> tuple[PublicSite, ...]:
    """Return the acute hospitals of a register (``navn``, ``poststed``).

    Raises
    ------
    InputFaults
        Everything wrong with the file.
    """
    faults: list[Fault] = []
    found = []
    for feature in read_features(path, faults):
        at = point_of(feature, str(path), faults)
        house, town = feature.text("navn"), feature.text("poststed")
        told = not town or town.casefold() in house.casefold()
        called = house if told else f"{house}, {town}"
        if not called:
            where = f"features[{feature.number}]"
            faults.append(Fault(file=str(path), path=where, message="has no navn"))
        elif at is not None:
            lon, lat, x, y = at
            found.append(PublicSite(name=called, lon=lon, lat=lat, x=x, y=y))
    if faults:
        raise InputFaults(faults)
    return tuple(found)


def point_of(feature: Feature, file: str, faults: list[Fault]) -> tuple[float, ...] | None:
    """Return lon, lat, x and y of a feature that is a point; None, and a fault, where it is not."""
    path = f"features[{feature.number}]"
    if feature.geometry.geom_type != "Point":
        got = feature.geometry.geom_type
        faults.append(Fault(file=file, path=path, message="must be a point", got=got))
        return None
    lon, lat = float(feature.geometry.x), float(feature.geometry.y)
    x, y = (float(v) for v in project(lon, lat))
    return lon, lat, x, y
