"""``network build``: from a file of roads to a region's folder, with a report of what was left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.new_folder import new_folder
from emergency_sim.network.built import is_network, of_region, people_at, write_network
from emergency_sim.network.description import as_yaml
from emergency_sim.network.osm.road_tables import BARRIER, FERRY
from emergency_sim.network.osm.source import RawOsm, assemble
from emergency_sim.network.osm.tags import RoadChoice, read_way
from emergency_sim.network.osm.topology import build_tables
from emergency_sim.network.projection import CRS, project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.network.osm.road_tables import RoadTables
    from emergency_sim.network.speed_table import SpeedTable

OSM_LICENCE: Final = "OpenStreetMap contributors, ODbL 1.0"
MOST_STRETCH: Final = 0.02
"""How much too long a straight line may be: in Finnmark, farthest from 15 degrees east, 0.5 %."""
SHOWN: Final = 20
"""So many names of ferries that were left out are written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where roads come from.

    Parameters
    ----------
    name
        Of the file, or the place that was fetched.
    date
        Of the data (ISO 8601), or ``""``.
    sha256
        Of the file, or ``""``.
    licence
        Of the data.
    area
        What they were cut to, as the user wrote it, or ``""``.
    notes
        What is doubtful about the source, one sentence each.
    """

    name: str
    date: str = ""
    sha256: str = ""
    licence: str = OSM_LICENCE
    area: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Where people live: x, y in EPSG:25833 metres and how many, float64 each."""

    x: NDArray[Any]
    y: NDArray[Any]
    count: NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A network that was built.

    Parameters
    ----------
    tables
        Its nodes and links.
    source
        Where they come from.
    people_dropped, people_kept
        People of the region nearest to a road that was dropped, and the others; None where nobody
        said where people live.
    without_ferries
        Ferries left out by name.
    """

    tables: RoadTables
    source: Source
    people_dropped: float | None = None
    people_kept: float | None = None
    without_ferries: tuple[str, ...] = ()
    choice: RoadChoice = field(default_factory=RoadChoice)

    def kilometres(self) -> dict[str, float]:
        """Return kilometres by class, ferries included, each road once."""
        km: Counter[str] = Counter()
        for kind, metres in zip(self.tables.highway, self.tables.length_m.tolist(), strict=True):
            if kind != BARRIER:
                km[kind] += metres / 1000
        return {kind: round(km[kind], 1) for kind in sorted(km)}

    def ferries(self) -> tuple[str, ...]:
        """Return the names of the ferries (or their link ids), sorted."""
        tables = self.tables
        rows = [k for k, kind in enumerate(tables.highway) if kind == FERRY]
        return tuple(sorted({tables.name[k] or tables.link_id[k] for k in rows}))

    def description(self, name: str) -> dict[str, Any]:
        """Return what network.yaml says."""
        tables, dropped = self.tables, self.tables.dropped
        source = self.source
        return {
            "id": name,
            "name": name,
            "crs": CRS,
            "licence": source.licence,
            "source": {
                "name": source.name,
                "date": source.date or None,
                "sha256": source.sha256 or None,
                "area": source.area or None,
                "notes": list(source.notes) or None,
            },
            "choices": {
                "service": self.choice.service,
                "tracks": self.choice.tracks,
                "ferry_departures_per_hour": list(self.choice.departures),
                "ferry_kmh": self.choice.ferry_kmh,
                "without_ferries": list(self.without_ferries),
            },
            "holds": {
                "nodes": len(tables.node_id),
                "links": len(tables),
                "ferries": sum(kind == FERRY for kind in tables.highway),
                "km": self.kilometres(),
            },
            "dropped": {
                "parts": dropped.parts,
                "nodes": dropped.nodes,
                "links": dropped.links,
                "km": dropped.km,
                "people": None if self.people_dropped is None else round(self.people_dropped),
                "people_kept": None if self.people_kept is None else round(self.people_kept),
                "ferries": _first(dropped.ferries),
                "ferries_not_tied_to_a_road": _first(dropped.untied),
            },
            "left_out_or_doubtful": dict(sorted(tables.counts.items())),
        }


def _stretched(roads: RawOsm | RoadTables) -> str:
    """Return what to say of roads so far from Norway that its metres are too long there, or ""."""
    from pyproj import Proj

    scale = Proj(CRS).get_factors(roads.lon, roads.lat).meridional_scale
    most = float(np.max(np.where(np.isfinite(scale), scale, np.inf), initial=1.0))
    if most < 1 + MOST_STRETCH:
        return ""
    return (
        f"the area lies far outside {CRS}: straight lines (ways beside the roads, the 5 km that a "
        f"place may lie from one, maps) come out up to {100 * (most - 1):.0f} % too long; the "
        "roads' own lengths and times are right"
    )


def _first(names: Sequence[str]) -> list[str]:
    more = [f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return [*names[:SHOWN], *more]


def build(
    roads: RawOsm | RoadTables,
    source: Source,
    speeds: SpeedTable,
    *,
    choice: RoadChoice | None = None,
    without_ferries: Sequence[str] = (),
    people: People | None = None,
) -> Built:
    """Return the network of roads that were read.

    Parameters
    ----------
    roads
        Nodes and ways; or finished tables, as an export of ours gives them back.
    source
        Where they come from.
    speeds
        Gives roads their speeds.
    choice
        Which roads are wanted.
    without_ferries
        Names of ferries to leave out.
    people
        Where people live, to count those whose road was dropped.

    Raises
    ------
    InputFaults
        A name that no ferry has.
    NotPossibleError
        No way is a road that is wanted.
    """
    choice = choice or RoadChoice()
    far = _stretched(roads)
    if far:
        source = replace(source, notes=(*source.notes, far))
    if isinstance(roads, RawOsm):
        if without_ferries:
            roads = leave_out_ferries(roads, without_ferries, choice)
        tables = build_tables(roads, choice, speeds.build_speed)
    elif without_ferries:
        message = "an exported network keeps its ferries: build from the file it was made from"
        raise InputFaults([Fault(file="--without-ferry", message=message, got=without_ferries[0])])
    else:
        tables = roads
    dropped_people = kept_people = None
    if people is not None:
        nodes = project(tables.lon, tables.lat)
        lost = project(tables.dropped.node_lon, tables.dropped.node_lat)
        along = project(tables.shape_lon, tables.shape_lat)
        here = of_region(people.x, people.y, nodes, lost, along)
        gone = here & people_at(people.x, people.y, nodes, lost)
        dropped_people = float(people.count[gone].sum())
        kept_people = float(people.count[here & ~gone].sum())
    return Built(
        tables=tables,
        source=source,
        people_dropped=dropped_people,
        people_kept=kept_people,
        without_ferries=tuple(without_ferries),
        choice=choice,
    )


def write(built: Built, out: Path, speeds: SpeedTable) -> None:
    """Write a network into a folder of its own, as a whole or not at all.

    Raises
    ------
    InputFaults
        The folder holds something else or cannot be written.
    """
    text = as_yaml(built.description(out.resolve().name))
    with new_folder(out, ours=is_network) as folder:
        write_network(folder, built.tables, speeds, text)


def leave_out_ferries(raw: RawOsm, names: Sequence[str], choice: RoadChoice) -> RawOsm:
    """Return the ways without the ferries of some names.

    Raises
    ------
    InputFaults
        A name that no ferry has.
    """
    ferries = {
        k: tags.get("name") or f"w{raw.way_id[k]}"
        for k, tags in enumerate(raw.way_tags)
        if tags.get("route") == "ferry" and read_way(tags, choice).rule is not None
    }
    known = set(ferries.values())
    faults = [
        Fault(
            file="--without-ferry", message="no ferry has this name", got=name,
            did_you_mean=nearest_word(name, known),
        )
        for name in names if name not in known
    ]  # fmt: skip
    if faults:
        raise InputFaults(faults)
    keep = np.array([ferries.get(k) not in names for k in range(len(raw))], dtype=bool)
    count = np.diff(raw.offsets)
    return assemble(
        node_id=raw.node_id,
        lon=raw.lon,
        lat=raw.lat,
        node_tags=raw.node_tags,
        way_id=raw.way_id[keep],
        way_tags=[tags for tags, kept in zip(raw.way_tags, keep.tolist(), strict=True) if kept],
        refs=raw.refs[np.repeat(keep, count)],
        offsets=np.concatenate(([0], np.cumsum(count[keep]))),
    )
