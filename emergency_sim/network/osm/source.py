"""What is taken from OpenStreetMap, whichever way it was read: nodes, ways and their tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

WAY_TAGS: tuple[str, ...] = (
    # what it is
    "highway",
    "route",
    "ferry",
    "area",
    "junction",
    "service",
    "ref",
    "name",
    "tunnel",
    "bridge",
    "tracktype",
    # how fast
    "maxspeed",
    "maxspeed:forward",
    "maxspeed:backward",
    "maxspeed:type",
    "source:maxspeed",
    "zone:maxspeed",
    "zone:traffic",
    # which way
    "oneway",
    "oneway:vehicle",
    "oneway:motor_vehicle",
    "oneway:motorcar",
    "oneway:bus",
    "oneway:psv",
    "oneway:emergency",
    # who may
    "access",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "emergency",
    "bus",
    "psv",
    "foot",
    "access:conditional",
    "vehicle:conditional",
    "motor_vehicle:conditional",
    "motorcar:conditional",
    # when
    "seasonal",
    "winter_road",
    "ice_road",
    # ferries
    "duration",
    "interval",
)
"""Tags of ways that the rules read; all others are left behind when a file is read."""

NODE_TAGS: tuple[str, ...] = (
    "highway",
    "barrier",
    "locked",
    "access",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "emergency",
    "bus",
    "psv",
)
"""Tags of nodes that the rules read; a node is listed only if it has ``barrier`` or ``highway``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawOsm:
    """Nodes and ways as OpenStreetMap has them, before any rule.

    Only ways with ``highway`` or with ``route=ferry`` are here. Relations are not read: a ferry
    that is mapped as a relation only is not seen.

    Parameters
    ----------
    node_id
        int64, rising: ids of the nodes.
    lon, lat
        float64 per node: degrees.
    node_tags
        The tags (of :data:`NODE_TAGS`) of the nodes that have ``barrier`` or ``highway``, by id.
    way_id
        int64 per way; not unique where a way was cut into pieces.
    way_tags
        Per way: its tags (of :data:`WAY_TAGS`).
    refs
        int64: the ids of the nodes of all ways, one way after the other; all are in ``node_id``.
    offsets
        int64, ways + 1: way k has ``refs[offsets[k]:offsets[k + 1]]``, at least two.
    """

    node_id: NDArray[Any]
    lon: NDArray[Any]
    lat: NDArray[Any]
    node_tags: dict[int, dict[str, str]]
    way_id: NDArray[Any]
    way_tags: list[dict[str, str]]
    refs: NDArray[Any]
    offsets: NDArray[Any]

    def __len__(self) -> int:
        """Return the number of ways."""
        return len(self.way_tags)


def assemble(
    *,
    node_id: NDArray[Any],
    lon: NDArray[Any],
    lat: NDArray[Any],
    node_tags: Mapping[int, Mapping[str, str]],
    way_id: NDArray[Any],
    way_tags: Sequence[Mapping[str, str]],
    refs: NDArray[Any],
    offsets: NDArray[Any],
) -> RawOsm:
    """Return a `RawOsm` of parts in any order, some of whose nodes may be absent.

    A way is cut where a node is absent (extracts end so); a piece of fewer than two nodes is
    dropped, and so are nodes that no way has. A node that a way has twice running counts once.

    Parameters
    ----------
    node_id, lon, lat, node_tags, way_id, way_tags, refs, offsets
        As in `RawOsm`, but the nodes in any order and ``refs`` to any nodes.

    Returns
    -------
    RawOsm
        Sorted and complete.
    """
    refs = np.asarray(refs, dtype=np.int64)
    offsets = np.asarray(offsets, dtype=np.int64)
    ids, first = np.unique(np.asarray(node_id, dtype=np.int64), return_index=True)
    known = _is_in(refs, ids)
    way = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    again = np.r_[False, (refs[1:] == refs[:-1]) & (way[1:] == way[:-1])][: len(refs)]
    keep = known & ~again
    # A piece begins where the way does, and after every gap.
    gap = np.r_[True, (way[1:] != way[:-1]) | ~known[:-1]][: len(refs)]
    piece = np.cumsum(gap)[keep]
    refs, way = refs[keep], way[keep]
    _, begin, count = np.unique(piece, return_index=True, return_counts=True)
    long = count >= 2
    chosen = np.repeat(long, count)
    refs, of_way = refs[chosen], way[begin[long]]
    used = _is_in(ids, np.unique(refs))
    ids, first = ids[used], first[used]
    named = sorted(set(node_tags) & set(ids.tolist()))
    return RawOsm(
        node_id=ids,
        lon=np.asarray(lon, dtype=float)[first],
        lat=np.asarray(lat, dtype=float)[first],
        node_tags={node: dict(node_tags[node]) for node in named},
        way_id=np.asarray(way_id, dtype=np.int64)[of_way],
        way_tags=[dict(way_tags[k]) for k in of_way.tolist()],
        refs=refs,
        offsets=np.r_[0, np.cumsum(count[long])].astype(np.int64),
    )


def _is_in(values: NDArray[Any], sorted_ids: NDArray[Any]) -> NDArray[Any]:
    """Return which values are among the ids."""
    if len(sorted_ids) == 0:
        return np.zeros(len(values), dtype=bool)
    at = np.minimum(np.searchsorted(sorted_ids, values), len(sorted_ids) - 1)
    found: NDArray[Any] = sorted_ids[at] == values
    return found
