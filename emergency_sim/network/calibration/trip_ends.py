"""Where observed trips begin and end: at a node, or at a place along a road near by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import nearest_word
from emergency_sim.network.projection import project
from emergency_sim.network.snapping import snap
from emergency_sim.network.speeds import Driving, Profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.domain.csv_rows import Row
    from emergency_sim.domain.errors import Fault
    from emergency_sim.network.region import Region

PROFILES: Final = tuple(Profile)
_PAIR = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[\s,;]\s*([+-]?\d+(?:\.\d+)?)")
_LATITUDES, _LONGITUDES = (57.0, 82.0), (3.0, 33.0)
_MOST_COMPARED = 5000
"""Nodes among which the one that was probably meant is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ends:
    """Where trips begin, or end; one element each.

    Parameters
    ----------
    node
        int64: node; -1 where the place lies along a link.
    link
        int64: link; -1 where the place is a node.
    fraction
        float64, 0 to 1: where on the link, from its node ``from``.
    metres
        float64: from the place to the road.
    x, y
        float64: the place itself, EPSG:25833.
    """

    node: NDArray[Any]
    link: NDArray[Any]
    fraction: NDArray[Any]
    metres: NDArray[Any]
    x: NDArray[Any]
    y: NDArray[Any]

    def chosen(self, which: NDArray[Any]) -> Ends:
        """Return the places of some trips."""
        return Ends(**{name: getattr(self, name)[which] for name in self.__slots__})


def read_ends(
    rows: Sequence[Row],
    side: str,
    region: Region,
    profile: NDArray[Any],
    farthest_m: float,
    faults: list[Fault],
) -> Ends:
    """Return the places of one side (``from`` or ``to``) of all trips.

    Parameters
    ----------
    rows
        Of the file.
    side
        Name of the column with a node's id or a pair of coordinates; its degrees stand in the
        columns with ``_lon`` and ``_lat`` after it.
    region
        Its network is of roads.
    profile
        Index into :data:`PROFILES` per row: whose roads count.
    farthest_m
        Most metres to a road.
    faults
        What cannot be placed is appended here.
    """
    n = len(rows)
    ends = Ends(
        node=np.full(n, -1), link=np.full(n, -1), fraction=np.zeros(n), metres=np.zeros(n),
        x=np.full(n, np.nan), y=np.full(n, np.nan),
    )  # fmt: skip
    for k, row in enumerate(rows):
        _place(row, side, region, ends, k, faults)
    for number, who in enumerate(PROFILES):
        at = np.flatnonzero((profile == number) & (ends.node < 0) & np.isfinite(ends.x))
        if not at.size:
            continue
        found = snap(region, ends.x[at], ends.y[at], Driving(profile=who))
        ends.link[at], ends.fraction[at], ends.metres[at] = found.link, found.fraction, found.metres
        for k in at[found.metres > farthest_m]:
            message = (
                f"lies {ends.metres[k] / 1000:.1f} km from the nearest road of the network, more than "
                f"{farthest_m / 1000:g} km: leave the trip out, or take a network that reaches there"
            )
            faults.append(rows[k].fault(_column(rows[k], side), message, got=_shown(rows[k], side)))
    return ends


def _column(row: Row, side: str) -> str:
    return side if row[side] else f"{side}_lon"


def _shown(row: Row, side: str) -> str:
    return str(row[side] or f"{row[f'{side}_lon']} {row[f'{side}_lat']}")


def _place(row: Row, side: str, region: Region, ends: Ends, k: int, faults: list[Fault]) -> None:
    """Put in the node, or the metres, of one end of a trip."""
    text, lon, lat = row[side], row[f"{side}_lon"], row[f"{side}_lat"]
    if text:
        pair = _PAIR.fullmatch(text)
        if pair is None:
            _node(row, side, region, ends, k, faults)
            return
        lon, lat = (float(number) for number in pair.groups())
    elif lon is None or lat is None:
        faults.append(row.fault(side, f"is empty: give {side}, or {side}_lon and {side}_lat"))
        return
    if _within(lon, _LATITUDES) and _within(lat, _LONGITUDES):
        message = "looks like latitude first: write the longitude first"
        faults.append(row.fault(_column(row, side), message, got=_shown(row, side)))
    elif abs(lon) <= 180 and abs(lat) <= 90:
        ends.x[k], ends.y[k] = project(lon, lat)
    else:
        ends.x[k], ends.y[k] = lon, lat


def _node(row: Row, side: str, region: Region, ends: Ends, k: int, faults: list[Fault]) -> None:
    try:
        node = region.index(row[side])
    except KeyError:
        ids = region.node_ids
        near = nearest_word(row[side], ids) if len(ids) <= _MOST_COMPARED else None
        message = "is no node of the network, nor a longitude and a latitude"
        faults.append(row.fault(side, message, got=row[side], did_you_mean=near))
        return
    ends.node[k], ends.x[k], ends.y[k] = node, region.x[node], region.y[node]


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
