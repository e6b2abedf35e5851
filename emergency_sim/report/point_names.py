"""What a point of a design is called in tables: its id, and its factor values in short."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection

NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
"""Every structure is called by its id."""
FEWEST_WORDS: Final = 2
"""Words that are left of a path: ``vakt.count`` says more than ``count``."""


def short_paths(paths: Collection[str]) -> dict[str, str]:
    """Return the end of each dotted path: long enough to be told from the other ones.

    Parameters
    ----------
    paths
        Of the factors; ``.value`` at the end of a parameter's is left out.

    Examples
    --------
    >>> short_paths(["legevakter.molde.doctors.vakt.count"])
    {'legevakter.molde.doctors.vakt.count': 'vakt.count'}
    >>> list(short_paths(["units.a.crew.count", "units.b.crew.count"]).values())
    ['a.crew.count', 'b.crew.count']
    >>> short_paths(["parameters.drive.winter_factor.value"])
    {'parameters.drive.winter_factor.value': 'drive.winter_factor'}
    """
    words = {path: _words(path) for path in paths}
    short = {}
    for path, own in words.items():
        others = [w for p, w in words.items() if p != path]
        n = min(FEWEST_WORDS, len(own))
        while n < len(own) and any(w[-n:] == own[-n:] for w in others):
            n += 1
        short[path] = ".".join(own[-n:])
    return short


def _words(path: str) -> list[str]:
    words = path.split(".")
    return words[:-1] if words[0] == "parameters" and words[-1] == "value" else words


def point_values(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the factor values of each point of a design in short.

    Parameters
    ----------
    manifest
        Of results; without a design there are none.

    Examples
    --------
    >>> point = {
    ...     "id": "a.001",
    ...     "of": "a",
    ...     "values": {"policies.queue": "fcfs", "demand.envelope": 3},
    ... }
    >>> point_values({"experiment": {"points": [point]}})
    {'a.001': 'policies.queue=fcfs, demand.envelope=3'}
    """
    return _in_short(_points(manifest))


def point_names(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the id of each point of a design with its factor values in brackets.

    Parameters
    ----------
    manifest
        Of results.
    """
    return labels(_points(manifest))


def labels(points: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the same of points that were not run yet.

    Parameters
    ----------
    points
        Factor values by path, by id.
    """
    return {name: f"{name} ({values})" for name, values in _in_short(points).items()}


def _points(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = (manifest.get("experiment") or {}).get("points", [])
    return {point["id"]: point["values"] for point in found}


def _in_short(points: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    short = short_paths(list(dict.fromkeys(path for values in points.values() for path in values)))
    return {
        name: ", ".join(f"{short[path]}={shown(value)}" for path, value in values.items())
        for name, values in points.items()
    }


def shown(value: Any) -> str:
    """Return a factor's value as short as it can be read.

    Examples
    --------
    >>> [shown(v) for v in (2, 1.0833333333, True, "fcfs", ["1506", "1547"], None)]
    ['2', '1.083', 'true', 'fcfs', '["1506", "1547"]', 'null']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.4g}"
    return json.dumps(value, ensure_ascii=False)
