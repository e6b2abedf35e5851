"""Places that people travel to, or units come from: from a table, or from a district's sites.csv."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.sources.geojson import read_features
from emergency_sim.districts.sources.register import point_of
from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.csv_rows import Row
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.network.projection import project, unproject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.network.region import Region

KINDS: Final = (
    "legevakt", "satellite", "fastlege", "hospital", "station", "helicopter_base", "helicopter",
    "amk", "lvs",
)  # fmt: skip
SHOWN: Final = 15
"""So many places are listed where a name is unknown."""
FARTHEST_M: Final = 5_000.0
"""A site farther from any road than this is no site of this network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """One place.

    Parameters
    ----------
    id, name
        As given; the name may be the id.
    lon, lat, x, y
        Degrees, and metres in EPSG:25833.
    kind
        Kind of site, or ``""``.
    hours
        When it is open (opening_hours), or ``""``: always.
    serves
        Areas whose people belong to it; empty: not said.
    """

    id: str
    name: str
    lon: float
    lat: float
    x: float
    y: float
    kind: str = ""
    hours: str = ""
    serves: tuple[str, ...] = ()


def facility(ident: str, name: str, lon: float, lat: float, **more: Any) -> Facility:
    """Return a place given in degrees."""
    x, y = (float(v) for v in project(lon, lat))
    return Facility(id=ident, name=name or ident, lon=lon, lat=lat, x=x, y=y, **more)


_COLUMNS: Final[ct.Columns] = {
    "id": ct.optional(ct.text, ""),
    "name": ct.optional(ct.text, ""),
    "lon": ct.optional(ct.within(ct.number, -180, 180)),
    "lat": ct.optional(ct.within(ct.number, -90, 90)),
    "node": ct.optional(ct.text, ""),
    "kind": ct.optional(ct.text, ""),
    "in_service": ct.optional(ct.yes_no, True),
    "hours": ct.optional(ct.text, ""),
    "serves": ct.optional(ct.words, ()),
    "unit_type": ct.optional(ct.text, ""),
}


def read_facilities(path: Path, region: Region, kind: str | None = None) -> tuple[Facility, ...]:
    """Read places.

    Parameters
    ----------
    path
        CSV with ``name`` (or ``id``) and ``lon`` and ``lat``, or ``node``; also ``hours`` if some
        are not always open. A district's sites.csv is such a table. Or GeoJSON of points with
        ``name`` (or ``navn``, or ``id``).
    region
        Whose nodes ``node`` names.
    kind
        Only places of this kind that are in service.

    Raises
    ------
    InputFaults
        Everything wrong with the table: no places, a name twice, neither degrees nor a node that
        the network knows.
    """
    if kind is None and path.name.endswith((".geojson", ".json", ".geojson.gz")):
        return _from_geojson(path)
    faults: list[Fault] = []
    table = read_table(path, _COLUMNS, faults=faults, other_columns=True)
    has = set(table.header)
    if table.header and not (has & {"name", "id"} and ({"lon", "lat"} <= has or "node" in has)):
        message = "needs a column name or id, and lon and lat (degrees) or node"
        raise InputFaults([*faults, Fault(file=str(path), message=message, got=list(table.header))])
    found: list[Facility] = []
    seen: dict[str, int] = {}
    nodes = {name: k for k, name in enumerate(region.node_ids)}
    for row in table:
        if kind is not None and not (row["in_service"] and _kind(row) == kind):
            continue
        ident = row["id"] or row["name"]
        if not ident:
            faults.append(row.fault("name", "the place has neither a name nor an id"))
            continue
        if ident in seen:
            label = "id" if row["id"] else "name"
            message = f"stands already on line {seen[ident]}"
            faults.append(row.fault(label, message, got=ident))
            continue
        seen[ident] = row.line
        more = {"kind": row["kind"], "hours": row["hours"], "serves": tuple(row["serves"])}
        if row["lon"] is not None and row["lat"] is not None:
            found.append(facility(ident, row["name"], row["lon"], row["lat"], **more))
        elif row["node"] in nodes:
            at = nodes[row["node"]]
            x, y = float(region.x[at]), float(region.y[at])
            lon, lat = (float(v) for v in unproject(x, y))  # a table may know metres only
            label = row["name"] or ident
            found.append(Facility(id=ident, name=label, lon=lon, lat=lat, x=x, y=y, **more))
        elif row["node"]:
            near = nearest_word(row["node"], nodes)
            message = "there is no such node in the network"
            faults.append(row.fault("node", message, got=row["node"], did_you_mean=near))
        else:
            faults.append(row.fault("lon", "give lon and lat, or a node of the network"))
    if not faults and not found:
        what = "places" if kind is None else f"places of kind {kind} in service"
        faults.append(Fault(file=str(path), message=f"there are no {what}"))
    if faults:
        raise InputFaults(faults)
    return tuple(found)


_NAMES: Final = ("name", "navn", "id")
"""Properties of a GeoJSON feature that may name it, the first that is there counts."""


def _from_geojson(path: Path) -> tuple[Facility, ...]:
    """Return the points of a GeoJSON file in degrees."""
    faults: list[Fault] = []
    found: dict[str, Facility] = {}
    for feature in read_features(path, faults):
        where = f"features[{feature.number}]"
        at = point_of(feature, str(path), faults)
        name = next((text for key in _NAMES if (text := feature.text(key))), "")
        if not name:
            message = f"has none of {', '.join(_NAMES)}"
            faults.append(Fault(file=str(path), path=where, message=message))
        elif name in found:
            message = "another feature has this name"
            faults.append(Fault(file=str(path), path=where, message=message, got=name))
        elif at is not None:
            found[name] = facility(name, name, at[0], at[1], hours=feature.text("hours"))
    if faults:
        raise InputFaults(faults)
    return tuple(found.values())


def _kind(row: Row) -> str:
    """Return the kind of a row; a unit is what its type says."""
    return str(row["unit_type"] if row["kind"] == "unit" else row["kind"])


def open_facilities(
    facilities: Sequence[Facility], is_open: Callable[[str], bool], *, file: str
) -> tuple[Facility, ...]:
    """Return the places that are open.

    Parameters
    ----------
    facilities
        All of them.
    is_open
        Whether opening_hours hold at the hour asked for; raises ValueError for what is none.
    file
        How faults name the table.

    Raises
    ------
    InputFaults
        Hours that are none; or nothing is open.
    """
    faults, found = [], []
    for one in facilities:
        try:
            if not one.hours or is_open(one.hours):
                found.append(one)
        except ValueError as error:
            faults.append(
                Fault(file=file, path=f"{one.id}.hours", message=str(error), got=one.hours)
            )
    if not faults and not found:
        faults.append(Fault(file="--at", message="none of the places is open at that hour"))
    if faults:
        raise InputFaults(faults)
    return tuple(found)


def off_network(facilities: Sequence[Facility], metres: NDArray[Any], *, file: str) -> list[Fault]:
    """Return a fault for each place that lies more than 5 km from any road, with its distance."""
    return [
        Fault(
            file=file, path=facilities[k].id, got=facilities[k].name,
            message=f"lies {metres[k] / 1000:.1f} km from the nearest road of the network: check "
            "lon and lat, or build the network for a larger area",
        )
        for k in np.flatnonzero(~(np.asarray(metres) <= FARTHEST_M)).tolist()
    ]  # fmt: skip


def named(facilities: Sequence[Facility], names: Sequence[str], option: str) -> tuple[str, ...]:
    """Return the ids of places given by id or name, without regard to case.

    Raises
    ------
    InputFaults
        Every name that no place has, and every one that several have.
    """
    known = [word for one in facilities for word in (one.name, one.id)]
    bearers: dict[str, list[str]] = {}
    for one in facilities:
        bearers.setdefault(one.name.casefold(), []).append(one.id)
    by_name = {name: ids[0] for name, ids in bearers.items()}
    by_name |= {one.id.casefold(): one.id for one in facilities}
    by_id = {one.id.casefold() for one in facilities}
    faults = [
        Fault(
            file=option, got=name,
            message=f"several places have this name: give an id ({', '.join(bearers[word])})",
        )
        for name in names
        if len(bearers.get(word := name.casefold(), ())) > 1 and word not in by_id
    ]  # fmt: skip
    faults += [
        Fault(
            file=option, got=name,
            message=f"there is no such place; there are: {', '.join(f.name for f in facilities)}"
            if len(facilities) <= SHOWN else "there is no such place",
            did_you_mean=nearest_word(name, known),
        )
        for name in names if name.casefold() not in by_name
    ]  # fmt: skip
    if faults:
        raise InputFaults(faults)
    return tuple(dict.fromkeys(by_name[name.casefold()] for name in names))
