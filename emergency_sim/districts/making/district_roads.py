"""The roads that a district needs, written into its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.districts.making.kept_nodes import MARGIN_M, needed_nodes
from emergency_sim.districts.making.road_rows import some_rows, write_rows
from emergency_sim.network import RoadNetwork, read_region

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.districts.making.cut_links import CutRoads
    from emergency_sim.districts.sources.open_data import OpenData
    from emergency_sim.network import Region


def district_roads(
    aside: Path,
    cut: CutRoads,
    data: OpenData,
    numbers: tuple[str, ...],
    point_link: NDArray[Any],
    *,
    whole: bool,
) -> Region:
    """Write the roads that the district needs; return them as they are read."""
    import shapely

    write_rows(aside, cut.nodes, cut.links)
    if whole:
        return read_region(aside)
    full = read_region(aside)
    if not isinstance(full.network, RoadNetwork):
        raise ValueError("a matrix has no roads")
    index = {node: k for k, node in enumerate(full.node_ids)}
    kept = needed_nodes(full.network, [index[n] for n in cut.node])
    area = shapely.union_all(
        [data.municipalities.outlines[data.municipalities.index(n)] for n in numbers]
    ).buffer(MARGIN_M, quad_segs=2)
    shapely.prepare(area)
    kept |= shapely.contains_xy(area, full.x, full.y)
    lived = np.isin(cut.links["link_id"], point_link)
    ends = full.network.link_ends
    kept[ends[lived].ravel()] = True
    links = kept[ends].all(axis=1)
    used = np.zeros(len(kept), dtype=bool)
    used[ends[links].ravel()] = True
    write_rows(aside, some_rows(cut.nodes, used), some_rows(cut.links, links))
    return read_region(aside)
