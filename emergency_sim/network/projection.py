"""From degrees to the model's metres and back (EPSG:25833)."""

from __future__ import annotations

from functools import cache
from typing import Any

CRS = "EPSG:25833"
DEGREES = "EPSG:4258"
"""ETRS89, the datum of EPSG:25833; within decimetres of WGS 84."""


@cache
def _transformer(source: str, target: str) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def project(lon: Any, lat: Any) -> tuple[Any, Any]:
    """Return x and y in metres (EPSG:25833) of degrees; numbers or arrays.

    Examples
    --------
    >>> x, y = project(15.0, 62.0)
    >>> round(x), round(y)
    (500000, 6874180)
    """
    x, y = _transformer(DEGREES, CRS).transform(lon, lat)
    return x, y


def unproject(x: Any, y: Any) -> tuple[Any, Any]:
    """Return lon and lat in degrees of metres in EPSG:25833; numbers or arrays."""
    lon, lat = _transformer(CRS, DEGREES).transform(x, y)
    return lon, lat
