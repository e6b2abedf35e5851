"""How long ferries take and how often they go: from their tags, or from their length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.osm.ferries import LONGEST_MIN, SHORTEST_MIN
from emergency_sim.network.osm.road_tables import FERRY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.osm.chains import Chains
    from emergency_sim.network.osm.strands import Strands
    from emergency_sim.network.osm.tags import RoadChoice

_MOST_PER_HOUR: Final = 60.0
TAGGED, ASSUMED_WAIT, BY_LENGTH = range(3)
STATUS: Final = ("published", "assumed", "derived")
SOURCE: Final = (
    "OSM duration and interval",
    "OSM duration; departures assumed",
    "length at SSB's effective speed of ferries, wait included",
)


def crossings(
    strands: Strands,
    chains: Chains,
    piece_m: NDArray[Any],
    ends: tuple[NDArray[Any], NDArray[Any]],
    choice: RoadChoice,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return per chain minutes of crossing, departures per hour and where they come from.

    Parameters
    ----------
    strands, chains
        Roads and ferries.
    piece_m
        float64 per piece: metres.
    ends
        int64, twice, per chain: its first and last node.
    choice
        What is assumed of ferries.

    Returns
    -------
    minutes, per_hour
        float64; shape (chains,) and (chains, 3); NaN where they do not apply.
    origin
        int64 per chain: index into :data:`STATUS` and :data:`SOURCE`, -1 on a road.

    Notes
    -----
    The duration of a way that others meet at sea is shared out over its pieces by length. Half a
    crossing's wait belongs to each quay: where legs meet at sea, nobody waits twice.
    """
    chain_count = len(chains.offsets) - 1
    crossing, per_hour = np.full(chain_count, np.nan), np.full((chain_count, 3), np.nan)
    origin = np.full(chain_count, -1, dtype=np.int64)
    way = strands.way[chains.strand]
    way_m = np.bincount(way, weights=piece_m, minlength=len(strands.rules))
    is_ferry = np.array([rule.highway == FERRY for rule in strands.rules], dtype=bool)
    ferries = np.flatnonzero(is_ferry[way[chains.offsets[:-1]]])
    at_sea = _at_sea(is_ferry[way[chains.offsets[:-1]]], ends, len(strands.hold))
    for k in ferries.tolist():
        pieces = slice(chains.offsets[k], chains.offsets[k + 1])
        metres, of = float(piece_m[pieces].sum()), int(way[pieces][0])
        rule = strands.rules[of]
        if np.isfinite(rule.crossing_min):
            minutes = rule.crossing_min * metres / max(float(way_m[of]), 1e-9)
            tagged = np.isfinite(rule.interval_min)
            departures = np.array((60 / rule.interval_min,) * 3 if tagged else choice.departures)
            quays = 2 - int(at_sea[ends[0][k]]) - int(at_sea[ends[1][k]])
            often = np.where(departures > 0, _MOST_PER_HOUR, 0.0)
            per_hour[k] = np.minimum(departures * 2 / quays, often) if quays else often
            origin[k] = TAGGED if tagged else ASSUMED_WAIT
        else:
            minutes = metres / 1000 / choice.ferry_kmh * 60
            origin[k] = BY_LENGTH
        crossing[k] = round(float(np.clip(minutes, SHORTEST_MIN, LONGEST_MIN)), 3)
    return crossing, per_hour, origin


def _at_sea(
    ferry: NDArray[Any], ends: tuple[NDArray[Any], NDArray[Any]], nodes: int
) -> NDArray[Any]:
    """Return (bool) the nodes where two ferries or more meet and no road does."""
    boats, roads = (
        np.bincount(np.r_[ends[0][which], ends[1][which]], minlength=nodes)
        for which in (ferry, ~ferry)
    )
    at_sea: NDArray[Any] = (boats > 1) & (roads == 0)
    return at_sea
