"""A region's nodes and links as parquet, with the lines of the links: what ``network build`` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault
from emergency_sim.network.link_columns import FERRY, LinkColumns
from emergency_sim.network.node_columns import NodeColumns
from emergency_sim.network.speeds import ACCESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

NODES_FILE: Final = "nodes.parquet"
LINKS_FILE: Final = "links.parquet"
DEPARTURES: Final = ("dep_day", "dep_evening", "dep_night")

_TEXT, _NUMBER, _WHOLE, _BYTES = "text", "number", "whole number", "line"
_NODE_COLUMNS: Final = {
    "node_id": _TEXT, "name": _TEXT, "x": _NUMBER, "y": _NUMBER, "lon": _NUMBER, "lat": _NUMBER,
}  # fmt: skip
_LINK_COLUMNS: Final = {
    "link_id": _TEXT, "from": _TEXT, "to": _TEXT, "road": _TEXT, "highway": _TEXT,
    "length_m": _NUMBER, "speed_kmh": _NUMBER, "tunnel": _WHOLE, "bridge": _WHOLE,
    "oneway": _WHOLE, "name": _TEXT, "crossing_min": _NUMBER, "dep_day": _NUMBER,
    "dep_evening": _NUMBER, "dep_night": _NUMBER, "callout_min": _NUMBER, "status": _TEXT,
    "source": _TEXT, "limit_kmh": _NUMBER, "access": _TEXT, "winter": _WHOLE, "signals": _NUMBER,
    "yields": _WHOLE, "yields_back": _WHOLE, "geometry": _BYTES,
}  # fmt: skip


def write_parquet_tables(folder: Path, nodes: Mapping[str, Any], links: Mapping[str, Any]) -> None:
    """Write nodes.parquet and links.parquet into an existing folder.

    Parameters
    ----------
    folder
        Where they go.
    nodes, links
        Columns by name (those of ``nodes.csv`` and ``links.csv``, missing numbers NaN); ``geometry``
        of the links holds WKB LineStrings in degrees from ``from`` to ``to``.
    """
    _write(folder / NODES_FILE, nodes, _NODE_COLUMNS)
    _write(folder / LINKS_FILE, links, _LINK_COLUMNS)


def _write(path: Path, values: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {_TEXT: pa.string(), _NUMBER: pa.float64(), _WHOLE: pa.int16(), _BYTES: pa.binary()}
    arrays = [
        pa.array(values[name], type=types[kind], from_pandas=kind == _NUMBER)
        for name, kind in columns.items()
    ]
    table = pa.table(dict(zip(columns, arrays, strict=True)))
    if "geometry" in columns:  # GeoParquet 1.0: geopandas and QGIS open it as a layer
        geo = {
            "version": "1.0.0",
            "primary_column": "geometry",
            "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["LineString"]}},
        }
        table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, path, compression="zstd")


def read_parquet_tables(
    folder: Path, faults: list[Fault]
) -> tuple[NodeColumns, LinkColumns, tuple[bytes, ...] | None]:
    """Read nodes.parquet and links.parquet.

    Parameters
    ----------
    folder
        Holds both.
    faults
        Everything that is wrong is appended, with the number of the first row it concerns.

    Returns
    -------
    NodeColumns, LinkColumns, tuple of bytes or None
        And the lines of the links as WKB; None after a fault.
    """
    before = len(faults)
    nodes = _read(folder / NODES_FILE, _NODE_COLUMNS, faults)
    links = _read(folder / LINKS_FILE, _LINK_COLUMNS, faults)
    if len(faults) > before:
        return _no_nodes(), _no_links(), None
    found = NodeColumns(
        tuple(nodes["node_id"]), tuple(nodes["name"]),
        *(np.asarray(nodes[c], float) for c in ("x", "y", "lon", "lat")),
    )  # fmt: skip
    columns = link_columns(found, links, str(folder / LINKS_FILE), faults)
    if len(set(found.node_id)) < len(found.node_id):
        faults.append(
            Fault(file=str(folder / NODES_FILE), path="node_id", message="an id stands twice")
        )
    if not columns.link_id:
        faults.append(Fault(file=str(folder / LINKS_FILE), message="there are no links"))
    return found, columns, tuple(links["geometry"])


def _read(path: Path, columns: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
    """Return the columns as numpy arrays or lists of strings."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except FileNotFoundError:
        faults.append(
            Fault(file=str(path), message="there is no such file: build the network again")
        )
        return {}
    except (pa.ArrowException, OSError) as error:
        message = (
            f"is no parquet file ({' '.join(str(error).split())[:60]}): build the network again"
        )
        faults.append(Fault(file=str(path), message=message))
        return {}
    found: dict[str, Any] = {}
    for name, kind in columns.items():
        if name not in table.column_names:
            faults.append(Fault(file=str(path), path=name, message="the column is missing"))
            continue
        column = table[name]
        try:
            if kind in (_TEXT, _BYTES):
                wanted = pa.string() if kind == _TEXT else pa.binary()
                found[name] = column.cast(wanted).to_pylist()
            else:
                found[name] = column.cast(pa.float64()).to_numpy()
        except pa.ArrowException:
            message = f"holds no {kind}s but {column.type}"
            faults.append(Fault(file=str(path), path=name, message=message))
    return found


def link_columns(
    nodes: NodeColumns, links: Mapping[str, Any], file: str, faults: list[Fault]
) -> LinkColumns:
    """Return the links of a file as checked columns.

    Parameters
    ----------
    nodes
        The nodes that the links name.
    links
        Columns by name: lists of strings, float64 numbers.
    file
        How faults name the file.
    faults
        What contradicts itself is appended.
    """
    ferry = np.array([h == FERRY for h in links["highway"]], dtype=bool)
    begin, end = (
        np.array([nodes.index.get(n, -1) for n in links[side]], dtype=np.int64)
        for side in ("from", "to")
    )
    access = np.array([_index(ACCESS, a or "open") for a in links["access"]], dtype=np.int8)
    departures = np.array([links[label] for label in DEPARTURES]).reshape(3, -1)
    given = np.isfinite(departures)
    length, speed, crossing = links["length_m"], links["speed_kmh"], links["crossing_min"]
    first_row: dict[str | None, int] = {None: -1}  # nothing is no id
    rows_of = enumerate(links["link_id"])
    twice = np.array([first_row.setdefault(name, k) != k for k, name in rows_of], dtype=bool)
    for path, wrong, message in (
        ("link_id", twice, "the id stands already, or is missing"),
        ("from", begin < 0, "there is no such node in nodes.parquet"),
        ("to", end < 0, "there is no such node in nodes.parquet"),
        ("to", (begin == end) & (begin >= 0), "the link ends where it begins"),
        ("length_m", ~(length >= 0), "must be a number of metres, at least 0"),
        (
            "speed_kmh",
            ~ferry & ~((speed >= 1) & (speed <= 150)),
            "a road has a speed from 1 to 150",
        ),
        ("crossing_min", ferry & ~(crossing > 0), "a ferry has minutes of crossing"),
        ("dep_day", given.any(axis=0) & ~given.all(axis=0), "all three departures, or none"),
        ("dep_day", (departures < 0).any(axis=0), "must not be negative"),
        ("oneway", ~np.isin(links["oneway"], (-1, 0, 1)), "must be 0, 1 or -1"),
        ("access", access < 0, f"must be one of {', '.join(ACCESS)}"),
    ):
        rows = np.flatnonzero(wrong)
        if rows.size:
            more = f" ({rows.size} rows)" if rows.size > 1 else ""
            first = int(rows[0])
            faults.append(
                Fault(
                    file=file,
                    line=first + 1,
                    path=path,
                    message=message + more,
                    got=links[path][first],
                )
            )
    return LinkColumns(
        link_id=tuple(links["link_id"]),
        name=tuple(n or "" for n in links["name"]),
        highway=tuple(links["highway"]),
        begin=begin,
        end=end,
        length_m=length,
        speed_kmh=speed,
        limit_kmh=links["limit_kmh"],
        oneway=np.nan_to_num(links["oneway"]).astype(np.int8),
        crossing_min=crossing,
        departures=departures,
        callout_min=links["callout_min"],
        access=access,
        tunnel=links["tunnel"] == 1,
        winter=links["winter"] == 1,
        signals=np.nan_to_num(links["signals"]),
        yields=links["yields"] == 1,
        yields_back=links["yields_back"] == 1,
    )


def _index(words: Sequence[str], word: str) -> int:
    return words.index(word) if word in words else -1


def _nothing(dtype: Any = float) -> NDArray[Any]:
    return np.empty(0, dtype=dtype)


def _no_nodes() -> NodeColumns:
    return NodeColumns((), (), _nothing(), _nothing(), _nothing(), _nothing())


def _no_links() -> LinkColumns:
    return LinkColumns(
        link_id=(), name=(), highway=(), begin=_nothing(np.int64), end=_nothing(np.int64),
        length_m=_nothing(), speed_kmh=_nothing(), limit_kmh=_nothing(), oneway=_nothing(np.int8),
        crossing_min=_nothing(), departures=np.empty((3, 0)), callout_min=_nothing(),
        access=_nothing(np.int8), tunnel=_nothing(bool), winter=_nothing(bool), signals=_nothing(),
        yields=_nothing(bool), yields_back=_nothing(bool),
    )  # fmt: skip
