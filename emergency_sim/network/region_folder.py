"""A region from its folder: nodes and links as CSV or parquet, and what else lies beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network import speed_table
from emergency_sim.network.parquet_tables import LINKS_FILE, read_parquet_tables
from emergency_sim.network.region import Region
from emergency_sim.network.speeds import Driving
from emergency_sim.network.tables import read_csv_tables
from emergency_sim.network.zone_table import read_zones

if TYPE_CHECKING:
    from emergency_sim.domain.zones import ZoneTable
    from emergency_sim.network.node_columns import NodeColumns
    from emergency_sim.network.road_network import RoadNetwork


def read_region(folder: Path | str) -> Region:
    """Read a region's folder and check it as a whole.

    Parameters
    ----------
    folder
        Holds nodes.csv and links.csv by hand, or nodes.parquet and links.parquet as ``network
        build`` writes them; zones.csv makes it a district, speeds.csv gives it speeds by hour and
        profile.

    Returns
    -------
    Region
        With warnings of what is doubtful but not wrong.

    Raises
    ------
    InputFaults
        Everything that is wrong in all files.
    """
    top = Path(folder)
    if not top.is_dir():
        raise InputFaults([Fault(file=str(folder), message="there is no such folder")])
    faults: list[Fault] = []
    geometry = None
    if (top / LINKS_FILE).exists():
        nodes, links, geometry = read_parquet_tables(top, faults)
        node_keys = frozenset(nodes.node_id)
    else:
        nodes, links, node_keys = read_csv_tables(top, faults)
    zones = None
    if (top / "zones.csv").exists():
        zones = read_zones(top / "zones.csv", nodes.index, set(node_keys), faults)
    speeds = speed_table.SpeedTable()
    if (top / speed_table.FILE).exists():
        try:
            speeds = speed_table.read_speeds(top / speed_table.FILE)
        except InputFaults as error:
            faults += error.faults
    if faults:
        raise InputFaults(faults)
    if zones is not None:
        zones = _placed(zones, nodes)
    network = links.network(nodes.node_id, nodes.x, nodes.y, speeds)
    unreachable, warnings = _connection(network, zones)
    if speeds.by_season():
        message = (
            f"{speed_table.FILE} has factors by season: travel-time uses them, a simulation the "
            "parameter drive.winter_factor by month instead"
        )
        warnings = (*warnings, message)
    name = top.resolve().name
    return Region(
        network=network,
        zones=zones,
        node_ids=network.node_ids,
        x=nodes.x,
        y=nodes.y,
        lon=nodes.lon,
        lat=nodes.lat,
        node_names=nodes.name,
        meta={"id": name, "name": name},
        unreachable_zones=unreachable,
        warnings=warnings,
        geometry=geometry,
    )


def _placed(zones: ZoneTable, nodes: NodeColumns) -> ZoneTable:
    """Return the zones, those without coordinates at their nodes'."""
    no_xy = ~(np.isfinite(zones.x) & np.isfinite(zones.y))
    no_degrees = ~(np.isfinite(zones.lon) & np.isfinite(zones.lat))
    return replace(
        zones,
        x=np.where(no_xy, nodes.x[zones.node], zones.x),
        y=np.where(no_xy, nodes.y[zones.node], zones.y),
        lon=np.where(no_degrees, nodes.lon[zones.node], zones.lon),
        lat=np.where(no_degrees, nodes.lat[zones.node], zones.lat),
    )


def _connection(
    network: RoadNetwork, zones: ZoneTable | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the zones outside the largest connected part by day, and warnings about it.

    The largest part is the one where most people live (of a network without zones: most nodes).
    """
    part = network.graph(Driving()).components()
    warnings = []
    if zones is None or len(zones) == 0:
        main = int(np.bincount(part).argmax())
        unreachable: tuple[str, ...] = ()
    else:
        people = np.bincount(part[zones.node], weights=zones.population.sum(axis=1) + 1e-9)
        main = int(people.argmax())
        cut_off = np.flatnonzero(part[zones.node] != main)
        unreachable = tuple(zones.ids[k] for k in cut_off)
        if unreachable:
            count = round(float(zones.population[cut_off].sum()))
            warnings.append(
                f"{len(unreachable)} zones with {count} people cannot be driven to by day from the "
                f"others: {', '.join(unreachable)}"
            )
    outside = [network.node_ids[k] for k in np.flatnonzero(part != main)]
    if outside:
        shown = ", ".join(outside[:10]) + (" ..." if len(outside) > 10 else "")
        warnings.append(f"{len(outside)} nodes are cut off from the rest by day: {shown}")
    return unreachable, tuple(warnings)
