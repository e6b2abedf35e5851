"""Roads are cut where a zone begins or a site stands, so that each of them has a node of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.making.road_rows import Rows, some_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.network.snapping import Snapped

NEAR_END_M: Final = 30.0
"""A place so near to a node, or to another place, shares its node."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CutRoads:
    """Roads after the cuts.

    Parameters
    ----------
    nodes, links
        Their rows.
    node
        Per place: id of its node.
    _first, _bounds
        Per link before: number of its first piece, and the fractions where its pieces begin.
    """

    nodes: Rows
    links: Rows
    node: NDArray[Any]
    _first: NDArray[np.int64]
    _bounds: tuple[NDArray[Any], ...]

    def moved(self, places: Snapped) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the ids of the links that places lie on now, and the fractions along them."""
        piece = self._first[places.link].copy()
        fraction = places.fraction.astype(float).copy()
        order = np.argsort(places.link, kind="stable")
        found, start = np.unique(places.link[order], return_index=True)
        for k, rows in zip(found.tolist(), np.split(order, start[1:]), strict=True):
            bounds = self._bounds[k]
            if len(bounds) == 2:
                continue
            at = np.clip(np.searchsorted(bounds, fraction[rows], "right") - 1, 0, len(bounds) - 2)
            piece[rows] += at
            width = bounds[at + 1] - bounds[at]
            fraction[rows] = np.clip((fraction[rows] - bounds[at]) / width, 0.0, 1.0)
        return self.links["link_id"][piece], fraction


def cut_roads(nodes: Rows, links: Rows, places: Snapped, *, prefix: str = "p") -> CutRoads:
    """Return the roads with a node at every place.

    Parameters
    ----------
    nodes, links
        Rows of a region, in its order.
    places
        On which link, and where along it; never a ferry.
    prefix
        Ids of new nodes are this and a number.

    Notes
    -----
    Through a cut road one drives as long as before, but for the milliseconds that its pieces are
    rounded by. Signals of a road stay with its last piece, priority with the pieces at its ends.
    """
    index = {name: k for k, name in enumerate(nodes["node_id"])}
    taken = set(index)
    length = links["length_m"]
    by_link: dict[int, list[int]] = {}
    for place, link in enumerate(places.link.tolist()):
        by_link.setdefault(link, []).append(place)
    node_of = np.empty(len(places), dtype=object)
    cuts: dict[int, tuple[list[float], list[str]]] = {}
    new_id: list[str] = []
    new_x: list[float] = []
    new_y: list[float] = []
    for link in sorted(by_link):
        fractions: list[float] = []
        ids: list[str] = []
        for place in sorted(by_link[link], key=lambda p: places.fraction[p]):
            f = float(places.fraction[place])
            if f * length[link] <= NEAR_END_M or f <= 0:
                node_of[place] = links["from"][link]
            elif (1 - f) * length[link] <= NEAR_END_M or f >= 1:
                node_of[place] = links["to"][link]
            elif fractions and (f - fractions[-1]) * length[link] <= NEAR_END_M:
                node_of[place] = ids[-1]
            else:
                name = _free(prefix, len(new_id) + 1, taken)
                fractions.append(f)
                ids.append(name)
                new_id.append(name)
                new_x.append(float(places.x[place]))
                new_y.append(float(places.y[place]))
                node_of[place] = name
        if ids:
            cuts[link] = fractions, ids
    more: Rows = {
        "node_id": np.array(new_id, dtype=object),
        "name": np.array([""] * len(new_id), dtype=object),
        "x": np.array(new_x, dtype=float),
        "y": np.array(new_y, dtype=float),
    }
    pieces, first, bounds = _pieces(links, cuts)
    return CutRoads(
        nodes={name: np.concatenate((nodes[name], more[name])) for name in more},
        links=pieces,
        node=node_of,
        _first=first,
        _bounds=bounds,
    )


def _free(prefix: str, number: int, taken: set[str]) -> str:
    name = f"{prefix}{number:05d}"
    while name in taken:
        name = f"{prefix}{name}"
    taken.add(name)
    return name


def _pieces(
    links: Rows, cuts: dict[int, tuple[list[float], list[str]]]
) -> tuple[Rows, NDArray[np.int64], tuple[NDArray[Any], ...]]:
    """Return the rows of all pieces, the first piece of each link, and where its pieces begin."""
    from shapely.ops import substring

    count = len(links["link_id"])
    bounds = [np.array([0.0, 1.0])] * count
    number = np.ones(count, dtype=np.int64)
    for link, (fractions, _) in cuts.items():
        bounds[link] = np.array([0.0, *fractions, 1.0])
        number[link] = len(fractions) + 1
    first = np.cumsum(number) - number
    rows = some_rows(links, np.repeat(np.arange(count), number))
    for link, (_, ids) in cuts.items():
        at = slice(first[link], first[link] + number[link])
        name = links["link_id"][link]
        rows["link_id"][at] = [f"{name}.{k}" for k in range(1, number[link] + 1)]
        rows["from"][at] = [links["from"][link], *ids]
        rows["to"][at] = [*ids, links["to"][link]]
        rows["length_m"][at] = links["length_m"][link] * np.diff(bounds[link])
        line = links["line"][link]
        for k in range(number[link]):
            a, b = bounds[link][k : k + 2]
            rows["line"][first[link] + k] = substring(line, a, b, normalized=True)
        before_last = slice(at.start, at.stop - 1)
        rows["signals"][before_last] = 0
        rows["yields"][before_last] = 0
        rows["yields_back"][at.start + 1 : at.stop] = 0
    return rows, first, tuple(bounds)
