"""A region's nodes and links as rows that can be cut and written again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network import unproject
from emergency_sim.network.parquet_tables import LINKS_FILE, write_parquet_tables
from emergency_sim.network.tables import LINKS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.network import Region

Rows = dict[str, Any]
"""Columns by name: numpy arrays of one length."""

_WORDS: Final = frozenset(
    {"link_id", "from", "to", "road", "highway", "name", "status", "source", "access"}
)
_WHOLE: Final = frozenset(
    {"tunnel", "bridge", "oneway", "winter", "signals", "yields", "yields_back"}
)


def read_rows(folder: Path, region: Region) -> tuple[Rows, Rows]:
    """Return the nodes and the links of a folder that was read without a fault.

    Parameters
    ----------
    folder
        The region's folder.
    region
        What was read from it: gives the order of nodes and links, and lines where there are none.
    """
    import pandas as pd

    if (folder / LINKS_FILE).exists():
        table = pd.read_parquet(folder / LINKS_FILE)
    else:
        table = pd.read_csv(
            folder / "links.csv", dtype=str, keep_default_na=False, skipinitialspace=True
        )
    links: Rows = {}
    for name in LINKS:
        given = table[name] if name in table else pd.Series([None] * len(table))
        if name in _WORDS:
            links[name] = given.fillna("").astype(str).str.strip().to_numpy(object)
        else:
            numbers = pd.to_numeric(given, errors="coerce").to_numpy(float)
            links[name] = np.nan_to_num(numbers) if name in _WHOLE else numbers
    links["access"] = np.where(links["access"] == "", "open", links["access"])
    links["line"] = region.lines()
    nodes: Rows = {
        "node_id": np.array(region.node_ids, dtype=object),
        "name": np.array(region.node_names or ("",) * len(region.node_ids), dtype=object),
        "x": region.x,
        "y": region.y,
    }
    return nodes, links


def write_rows(folder: Path, nodes: Rows, links: Rows) -> None:
    """Write nodes.parquet and links.parquet.

    Parameters
    ----------
    folder
        Exists; earlier files are replaced.
    nodes, links
        As :func:`read_rows` gives them.
    """
    import shapely

    lon, lat = unproject(nodes["x"], nodes["y"])
    degrees = shapely.transform(
        links["line"], lambda p: np.round(np.column_stack(unproject(p[:, 0], p[:, 1])), 6)
    )
    given = {name: values for name, values in links.items() if name != "line"}
    whole = {name: given[name].astype(np.int64) for name in _WHOLE - {"signals"}}
    write_parquet_tables(
        folder,
        {**nodes, "lon": np.round(lon, 7), "lat": np.round(lat, 7)},
        {**given, **whole, "geometry": list(shapely.to_wkb(degrees))},
    )


def some_rows(rows: Rows, at: NDArray[Any]) -> Rows:
    """Return the rows of a mask or of indices."""
    return {name: values[at] for name, values in rows.items()}
