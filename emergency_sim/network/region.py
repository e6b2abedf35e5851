"""A region: its network, its zones and what could not be reached."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.matrix_times import MatrixTravelTimes
from emergency_sim.network.projection import project
from emergency_sim.network.road_network import RoadNetwork
from emergency_sim.network.snapping import has_doors
from emergency_sim.network.speeds import CAR_ACCESS, Driving
from emergency_sim.network.travel_times import RoadTravelTimes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.domain.zones import ZoneTable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatrixNetwork:
    """Named points and the times between them (``kind: matrix``).

    Parameters
    ----------
    node_ids
        Names of the points.
    seconds
        float64, shape (points, points); ``inf`` where there is no way.
    """

    node_ids: tuple[str, ...]
    seconds: NDArray[Any]

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.node_ids)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """What a region's folder, or a matrix file, says.

    Parameters
    ----------
    network
        Roads and ferries, or the times between points.
    zones
        Where people live; None: a network, not a district. With a matrix every point is a zone,
        with nobody in it.
    node_ids
        Ids in the order of the nodes' indices.
    x, y, lon, lat
        float64 per node: EPSG:25833 metres and degrees; NaN where unknown.
    node_names
        Names of the nodes, maybe empty.
    meta
        ``id`` and ``name``: those of the folder or file.
    unreachable_zones
        Ids of zones that a car cannot drive to from most of the others, and back, by day.
    warnings
        What is doubtful, one sentence each.
    geometry
        Per link its line as WKB in degrees (bytes), or None where links are straight.
    """

    network: RoadNetwork | MatrixNetwork
    zones: ZoneTable | None
    node_ids: tuple[str, ...]
    x: NDArray[Any]
    y: NDArray[Any]
    lon: NDArray[Any]
    lat: NDArray[Any]
    node_names: tuple[str, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)
    unreachable_zones: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    geometry: tuple[bytes, ...] | None = None
    _search: dict[str, Any] = field(default_factory=dict, repr=False)

    def index(self, node_id: str) -> int:
        """Return the index of a node.

        Raises
        ------
        KeyError
            No node has this id.
        """
        if "index" not in self._search:
            self._search["index"] = {name: k for k, name in enumerate(self.node_ids)}
        return int(self._search["index"][node_id])

    def nearest_node(self, x: float, y: float) -> tuple[int, float]:
        """Return the node nearest to a point (EPSG:25833), and the metres between them.

        Only nodes at a road that cars may use, and where one can stop, count.

        Raises
        ------
        ValueError
            The region has no coordinates, as with a matrix.
        """
        if "tree" not in self._search:
            self._search["tree"] = self._tree()
        nodes, tree = self._search["tree"]
        metres, at = tree.query((x, y))
        return int(nodes[at]), float(metres)

    def travel_times(
        self, driving: Driving | None = None, *, engine: str = "scipy", cache: Path | None = None
    ) -> RoadTravelTimes | MatrixTravelTimes:
        """Return travel times of one way of driving; a matrix only knows its overall factor.

        Parameters
        ----------
        driving
            Who drives, when and how; default: an ordinary car by day.
        engine
            One of :data:`~emergency_sim.network.paths.engines.ENGINES`; all give the same.
        cache
            Folder in which matrices are kept; None: none are.
        """
        driving = driving or Driving()
        if isinstance(self.network, MatrixNetwork):
            return MatrixTravelTimes(self.network.seconds, factor=driving.factor)
        return RoadTravelTimes(self.network, driving, engine=engine, cache=cache)

    @property
    def ferry_names(self) -> tuple[str, ...]:
        """Names of the ferries, in alphabetical order: what :meth:`without_ferries` takes."""
        network = self.network
        if not isinstance(network, RoadNetwork):
            return ()
        links = np.unique(network.link[np.asarray(network.ferry, bool)]).tolist()
        return tuple(sorted({network.link_names[k] for k in links} - {""}))

    def without_ferries(self, names: Sequence[str], *, asked_by: str = "--without-ferry") -> Region:
        """Return the region where the ferries of these names (or link ids) do not run.

        Raises
        ------
        InputFaults
            A name that no ferry has; a matrix has none.
        """
        if isinstance(self.network, MatrixNetwork):
            faults = [Fault(file=asked_by, message="a matrix has no ferries", got=names[0])]
            raise InputFaults(faults)
        network = self.network.without_ferries(names, asked_by=asked_by)
        return replace(self, network=network, _search={})

    def lines(self) -> NDArray[Any]:
        """Return a shapely LineString in EPSG:25833 per link: as built, or straight between nodes.

        Raises
        ------
        ValueError
            The region is a matrix.
        """
        if "lines" not in self._search:
            self._search["lines"] = _lines(self)
        lines: NDArray[Any] = self._search["lines"]
        return lines

    def _tree(self) -> tuple[NDArray[Any], Any]:
        from scipy.spatial import cKDTree

        usable = np.isfinite(self.x) & np.isfinite(self.y)
        if isinstance(self.network, RoadNetwork):
            linked = np.zeros(len(self.node_ids), dtype=bool)
            access, by_car = self.network.access, has_doors(self.network)[self.network.link]
            if access is not None:
                by_car &= access <= CAR_ACCESS
            linked[self.network.tail[by_car]] = linked[self.network.head[by_car]] = True
            usable &= linked & ~self.network.fenced_in(Driving())
        nodes = np.flatnonzero(usable)
        if nodes.size == 0:
            raise ValueError("the network has no nodes with coordinates: name a node instead")
        return nodes, cKDTree(np.column_stack((self.x[nodes], self.y[nodes])))


def _lines(region: Region) -> NDArray[Any]:
    import shapely

    network = region.network
    if not isinstance(network, RoadNetwork):
        raise ValueError("a matrix has no lines")
    if region.geometry is not None:
        return np.asarray(
            shapely.transform(
                shapely.from_wkb(list(region.geometry)),
                lambda points: np.column_stack(project(points[:, 0], points[:, 1])),
            )
        )
    xy = np.column_stack((region.x, region.y))
    return np.asarray(shapely.linestrings(xy[network.link_ends]))
