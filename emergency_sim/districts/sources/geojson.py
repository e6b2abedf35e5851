"""Reading GeoJSON strictly: features with their properties, in degrees, from plain or packed files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.districts.sources.packed import read_bytes
from emergency_sim.domain.errors import NOTHING, Fault, InputFaults

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LARGEST_FILE: Final = 200 * 1024 * 1024
"""Bytes once unpacked."""
_DEGREES: Final = ("CRS84", "4326", "4258")


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a file.

    Parameters
    ----------
    number
        1-based place in the file.
    properties
        As they stand in the file.
    geometry
        Degrees, EPSG:4326.
    """

    number: int
    properties: dict[str, Any]
    geometry: BaseGeometry

    def text(self, key: str) -> str:
        """Return a property as text without space around it; ``""`` where it is missing."""
        value = self.properties.get(key)
        return "" if value is None else str(value).strip()


def read_features(path: Path | str, faults: list[Fault]) -> list[Feature]:
    """Return the features of a GeoJSON file that have a geometry in degrees.

    Parameters
    ----------
    path
        A plain file, or one packed with gzip.
    faults
        Everything wrong with the file is appended: not GeoJSON, cut short, another CRS, features
        without geometry or with coordinates that are no degrees.
    """
    shown = str(path)
    try:
        collection = _collection(read_bytes(Path(path), LARGEST_FILE), shown)
    except InputFaults as error:
        faults.extend(error.faults)
        return []
    found = []
    for number, raw in enumerate(collection, 1):
        feature, wrong, got = _feature(number, raw)
        if feature is None:
            faults.append(Fault(file=shown, path=f"features[{number}]", message=wrong, got=got))
        else:
            found.append(feature)
    if not collection:
        faults.append(Fault(file=shown, message="there are no features"))
    return found


def _collection(data: bytes, shown: str) -> list[Any]:
    """Return the raw features of a collection in degrees."""

    def refuse(message: str, got: Any = NOTHING, line: int = 1, column: int = 1) -> InputFaults:
        return InputFaults([Fault(file=shown, line=line, column=column, message=message, got=got)])

    try:
        top = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise refuse("is not UTF-8: save it as UTF-8") from None
    except json.JSONDecodeError as error:
        message = f"is not JSON, or cut short: {error.msg}"
        raise refuse(message, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise refuse("is nested too deeply") from None
    if not isinstance(top, dict) or top.get("type") != "FeatureCollection":
        raise refuse("is no FeatureCollection of GeoJSON")
    crs = json.dumps(top.get("crs")) if top.get("crs") else ""
    if crs and not any(name in crs for name in _DEGREES):
        raise refuse("is in another CRS: save it in degrees (EPSG:4326)", got=crs)
    features = top.get("features")
    if not isinstance(features, list):
        raise refuse("has no list of features")
    return features


def _feature(number: int, raw: Any) -> tuple[Feature | None, str, Any]:
    """Return the feature, or what is wrong with it and the offending value."""
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    properties = raw.get("properties") if isinstance(raw, dict) else None
    if not isinstance(properties, dict):
        return None, "is no feature with properties", NOTHING
    try:
        geometry = shape(raw.get("geometry"))
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None, "has no geometry that can be read", NOTHING
    if geometry.is_empty:
        return None, "has an empty geometry", NOTHING
    west, south, east, north = geometry.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        message = "lies outside the degrees of the globe: save it in EPSG:4326"
        return None, message, [round(v, 1) for v in geometry.bounds]
    return Feature(number, properties, geometry), "", NOTHING
