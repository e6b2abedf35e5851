"""Reading .osm.pbf, .osm, .osm.bz2 and .osm.gz with pyosmium, in two passes."""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.osm.cut import Cut, cut_to
from emergency_sim.network.osm.memory import available_bytes, reading_bytes
from emergency_sim.network.osm.source import NODE_TAGS, WAY_TAGS, RawOsm, assemble
from emergency_sim.network.osm.tags import READ_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable

SUFFIXES: Final = (".pbf", ".osm", ".osm.bz2", ".osm.gz")
SMALL_FILE: Final = 4_000_000
"""Bytes below which nodes are picked in Python: pyosmium's own filter by id takes up to 1.5 GB of
memory where ids lie far apart (memory.py), and saves time only in larger files."""
_WAY_TAGS, _NODE_TAGS = frozenset(WAY_TAGS), frozenset(NODE_TAGS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OsmFile:
    """What was read from a file.

    Parameters
    ----------
    raw
        Its roads and ferries.
    date
        Instant of the data (ISO 8601, as the file's header says it), or "".
    sha256
        Of the whole file.
    cut_ferries
        Ferries that the edge of the area cut off.
    """

    raw: RawOsm
    date: str
    sha256: str
    cut_ferries: int = 0


def read_osm(path: Path | str, area: Cut | None = None, *, available: int | None = None) -> OsmFile:
    """Return the roads and ferries of a file of OpenStreetMap.

    Parameters
    ----------
    path
        Ends in .osm.pbf, .osm, .osm.bz2 or .osm.gz.
    area
        Leaves out what lies outside.
    available
        Bytes of memory that may be used; by default those that are free.

    Returns
    -------
    OsmFile
        With the file's date and hash.

    Raises
    ------
    InputFaults
        It is missing, empty, truncated, no OpenStreetMap, without roads (in the area), or too
        large for the memory.

    Notes
    -----
    The first pass takes the ways, the second the nodes that they use; both are filtered in C++. A
    file that is too large for that is read with an area all the same, in a slower way: the nodes
    of the area first, then the ways that use them.
    """
    name, file = str(path), Path(path)
    _check(name, file)
    room = available_bytes() if available is None else available
    need = reading_bytes(name, file.stat().st_size)
    if need > room and area is None:
        message = (
            f"needs about {need / 1e9:.1f} GB of memory and {room / 1e9:.1f} GB are free: give "
            "--bbox west,south,east,north or --polygon FILE, or take a smaller extract"
        )
        raise InputFaults([Fault(file=name, message=message)])
    try:
        date, extent = _header(name)
        raw = _two_passes(name, area if need > room else None)
    except (RuntimeError, OSError) as error:
        why = " ".join(str(error).split())
        message = f"cannot be read as OpenStreetMap data ({why}): download it again"
        raise InputFaults([Fault(file=name, message=message)]) from None
    cut_ferries = 0
    if area is not None:
        if len(raw):
            extent = (
                f"{raw.lon.min():.3f},{raw.lat.min():.3f},{raw.lon.max():.3f},{raw.lat.max():.3f}"
            )
        whole, (raw, cut_ferries) = len(raw), cut_to(raw, area)
        if len(raw) == 0 and (whole or need > room):
            message = f"there are no roads of {name} in it; they lie within {extent or 'elsewhere'}"
            raise InputFaults([Fault(file=area.option, message=message, got=area.value)])
    if len(raw) == 0:
        message = "there are no roads in it: take an extract with ways tagged highway=*"
        raise InputFaults([Fault(file=name, message=message)])
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return OsmFile(raw=raw, date=date, sha256=sha256, cut_ferries=cut_ferries)


def _check(name: str, file: Path) -> None:
    """Refuse what cannot be a file of OpenStreetMap before it is opened."""
    message = ""
    if name.startswith("/vsi"):
        message = "GDAL's virtual paths are refused: give a file"
    elif not file.is_file():
        message = "there is no such file"
    elif not name.lower().endswith(SUFFIXES):
        message = f"is no file that is read here: it must end in {', '.join(SUFFIXES)} or .graphml"
    elif file.stat().st_size == 0:
        message = "the file is empty: download it again"
    if message:
        raise InputFaults([Fault(file=name, message=message)])


def _header(name: str) -> tuple[str, str]:
    """Return the date of the file and its extent as text, "" where the header lacks them."""
    import osmium

    with osmium.io.Reader(name, osmium.osm.osm_entity_bits.NOTHING) as reader:
        header = reader.header()
        date = header.get("osmosis_replication_timestamp") or header.get("timestamp")
        box = header.box()
        if not box.valid():
            return date, ""
        low, high = box.bottom_left, box.top_right
        return date, f"{low.lon:.3f},{low.lat:.3f},{high.lon:.3f},{high.lat:.3f}"


def _two_passes(name: str, area: Cut | None) -> RawOsm:
    """Return the ways for cars and their nodes; with an area, only ways that have a node in it."""
    import osmium

    wanted = [("highway", kind) for kind in READ_CLASSES] + [("route", "ferry")]
    ways: Any = osmium.FileProcessor(name, osmium.osm.WAY)
    ways = ways.with_filter(osmium.filter.TagFilter(*wanted))
    if area is not None:
        ways = ways.with_filter(_nodes_within(name, area).contains_filter())
    way_id, offsets, refs = array("q"), array("q", [0]), array("q")
    way_tags: list[dict[str, str]] = []
    for way in ways:
        refs.extend([node.ref for node in way.nodes])
        offsets.append(len(refs))
        way_id.append(way.id)
        way_tags.append({key: value for key, value in way.tags if key in _WAY_TAGS})
    used = np.unique(np.frombuffer(refs, np.int64))
    node_id, lon, lat, node_tags = _nodes(name, used.tolist())
    return assemble(
        node_id=np.frombuffer(node_id, np.int64),
        lon=np.frombuffer(lon, np.float64),
        lat=np.frombuffer(lat, np.float64),
        node_tags=node_tags,
        way_id=np.frombuffer(way_id, np.int64),
        way_tags=way_tags,
        refs=np.frombuffer(refs, np.int64),
        offsets=np.frombuffer(offsets, np.int64),
    )


def _nodes(
    name: str, wanted: Iterable[int]
) -> tuple[array[int], array[float], array[float], dict[int, dict[str, str]]]:
    """Return ids, degrees and the tags of interest of some nodes."""
    import osmium

    node_id, lon, lat = array("q"), array("d"), array("d")
    node_tags: dict[int, dict[str, str]] = {}
    nodes: Any = osmium.FileProcessor(name, osmium.osm.NODE)
    few = Path(name).stat().st_size < SMALL_FILE
    chosen = set(wanted) if few else set()
    for node in nodes if few else nodes.with_filter(osmium.filter.IdFilter(wanted)):
        place = node.location
        if not place.valid() or (few and node.id not in chosen):
            continue
        node_id.append(node.id)
        lon.append(place.lon)
        lat.append(place.lat)
        tags = node.tags
        if len(tags) and ("barrier" in tags or "highway" in tags):
            node_tags[node.id] = {key: value for key, value in tags if key in _NODE_TAGS}
    return node_id, lon, lat, node_tags


def _nodes_within(name: str, area: Cut) -> Any:
    """Return pyosmium's set of the nodes in the area's box."""
    import osmium

    west, south, east, north = area.bounds
    within = osmium.IdTracker()
    nodes: Any = osmium.FileProcessor(name, osmium.osm.NODE)
    for node in nodes:
        place = node.location
        if place.valid() and west <= place.lon <= east and south <= place.lat <= north:
            within.add_node(node.id)
    return within
