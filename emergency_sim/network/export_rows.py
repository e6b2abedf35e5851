"""The attributes of roads and ferries as other tools get them."""

from __future__ import annotations

import csv
import math
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.parquet_tables import DEPARTURES, LINKS_FILE
from emergency_sim.network.speeds import ACCESS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from emergency_sim.network.road_network import RoadNetwork
    from emergency_sim.network.speeds import Driving

DETAILS: Final = ("road", "tunnel", "bridge", "status", "source")
"""Columns of links that no travel time needs, so that a `Region` does not hold them."""
_OSM_WAY: Final = re.compile(r"w(-?\d{1,18})\.")
_NO_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NO_XML.sub("", text)


def edge_rows(
    network: RoadNetwork, driving: Driving, details: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    """Return the attributes of every arc, without those that are unknown.

    Parameters
    ----------
    network
        Roads and ferries.
    driving
        Whose seconds ``travel_time`` holds; ``inf`` where it may not drive.
    details
        Of the links: see `read_details`.

    Returns
    -------
    list of dict
        osmnx's names where it has one (length, speed_kph, maxspeed, oneway, reversed), the names
        of ``links.csv`` elsewhere.
    """
    seconds = np.where(network.usable(driving), network.arc_ms(driving) / 1000, math.inf)
    along = network.tail == network.link_ends[network.link, 0]
    directions = np.bincount(network.link, minlength=len(network.link_ids))
    wait, runs = network.wait_ms, network.runs
    timetable = network.ferry & ((wait > 0) | ~runs).any(axis=0)
    departures = np.where(runs & (wait > 0), 1_800_000.0 / np.maximum(wait, 1), 0.0)
    rows = []
    for arc, link in enumerate(network.link.tolist()):
        link_id = network.link_ids[link]
        way = _OSM_WAY.match(link_id)
        row: dict[str, Any] = {
            "link_id": clean(link_id),
            "link": link,
            "osmid": int(way[1]) if way else link + 1,
            "highway": network.classes[network.highway[arc]],
            "name": clean(network.link_names[link]),
            "oneway": bool(directions[link] == 1),
            "reversed": not bool(along[arc]),
            "length": float(network.length_m[arc]),
            "travel_time": float(seconds[arc]),
            "speed_kph": float(network.speed_kmh[arc]),
        }
        if network.limit_kmh is not None:
            row["maxspeed"] = f"{float(network.limit_kmh[arc])!r}".removesuffix(".0")
        if network.access is not None:
            row["access"] = ACCESS[network.access[arc]]
        if network.winter is not None and network.winter[arc]:
            row["winter"] = "yes"
        for key, count in (("signals", network.signals), ("yields", network.yields)):
            if count is not None and count[arc]:
                row[key] = float(count[arc])
        if network.ferry[arc]:
            row["route"] = "ferry"
            row["crossing_min"] = float(network.crossing_ms[arc]) / 60_000
            if timetable[arc]:
                row |= dict(zip(DEPARTURES, departures[:, arc].tolist(), strict=True))
            if network.callout[arc]:
                row["callout_min"] = float(network.callout_ms[arc]) / 60_000
        row |= _described(details, link)
        rows.append({key: value for key, value in row.items() if not _unknown(value)})
    return rows


def _described(details: Mapping[str, list[str]], link: int) -> dict[str, str]:
    """Return the details of one link under OpenStreetMap's names."""
    found = {name: clean(cells[link]) for name, cells in details.items()}
    row: dict[str, str] = {key: found[key] for key in ("status", "source") if key in found}
    row["ref"] = found.get("road", "")
    for key in ("tunnel", "bridge"):
        row[key] = "yes" if found.get(key, "") in {"1", "1.0"} else ""
    return row


def _unknown(value: object) -> bool:
    return value in ("", "nan") or (isinstance(value, float) and math.isnan(value))


def read_details(folder: Path) -> dict[str, list[str]]:
    """Return the columns of a folder's links that a `Region` does not hold, as texts.

    Parameters
    ----------
    folder
        Of a region that was read without fault.

    Returns
    -------
    dict
        Columns of :data:`DETAILS`, one text per link, empty where nothing is known.
    """
    if (folder / LINKS_FILE).exists():
        import pyarrow.parquet as pq

        table = pq.read_table(folder / LINKS_FILE)
        columns = {name: table[name].to_pylist() for name in DETAILS if name in table.column_names}
    else:
        with (folder / "links.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        columns = {name: [row.get(name) for row in rows] for name in DETAILS}
    return {
        name: ["" if cell is None else str(cell) for cell in cells]
        for name, cells in columns.items()
    }
