"""The real data, and a toy country small enough to draw by hand."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from emergency_sim.network import unproject

AGES = ("0-5", "6-15", "16-19", "20-29", "30-49", "50-66", "67-79", "80-89", "90+")


def real_data(repository: Path) -> Path:
    """Return the folder of real data, or skip."""
    folder = Path(os.environ.get("EMERGENCY_SIM_DATA") or repository / ".." / "shared" / "data")
    if not (folder / "norway").is_dir():
        pytest.skip(f"data absent: no folder 'norway' in {folder}")
    return folder


def feature(properties: dict[str, Any], kind: str, coordinates: Any) -> dict[str, Any]:
    """Return one feature of GeoJSON."""
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_features(path: Path, features: list[dict[str, Any]], **other: Any) -> Path:
    """Write a collection, packed where the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    collection = {"type": "FeatureCollection", "features": features, **other}
    data = json.dumps(collection, ensure_ascii=False).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def lonlat(x: float, y: float) -> list[float]:
    """Return degrees of metres."""
    return [float(v) for v in unproject(x, y)]


def square(x: float, y: float, width: float, height: float) -> list[list[list[float]]]:
    """Return the ring of a rectangle given by its corner to the south-west, in metres."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return [[lonlat(*corner) for corner in corners]]


def write_ages(path: Path, people: dict[str, list[int]]) -> Path:
    """Write the table of people by age."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [",".join(("kommunenummer", "municip_name", *AGES, "total"))]
    for number, ages in people.items():
        rows.append(",".join((number, "name", *map(str, ages), str(sum(ages)))))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
