"""Orders in which a contraction hierarchy takes nodes away: found once, kept in memory and on disk."""

from __future__ import annotations

import shutil
import tempfile
import threading
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.paths.cache_folder import unwritable

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCHEMA: Final = 1
"""Changes when what is kept on disk does."""

TOPOLOGIES_KEPT: Final = 4
"""Prepared graphs kept in memory: those of a network's profiles and ferry classes are one."""

_kept: dict[str, Any] = {}
_lock = threading.Lock()


def topology_of(
    nodes: int,
    pairs: NDArray[Any],
    x: NDArray[Any] | None,
    y: NDArray[Any] | None,
    cache: Path | None,
) -> Any:
    """Return a graph prepared for any times on its arcs (``pyroutingkit.CCHTopology``).

    Parameters
    ----------
    nodes
        Number of nodes.
    pairs
        int64, sorted and distinct: tail times ``nodes`` plus head of each arc.
    x, y
        Where the nodes are; None: their numbers.
    cache
        Folder that keeps the order; None: memory only.

    Raises
    ------
    ModuleNotFoundError
        pyroutingkit is not installed.
    InputFaults
        The folder cannot be written.

    Notes
    -----
    A folder on disk that is not whole, or is of another graph, is thrown away and made anew: a wrong
    order would crash. It is written aside and then renamed, so that of several writers one wins.
    """
    number = max(nodes, 1)
    tail, head = (pairs // number).astype(np.uint32), (pairs % number).astype(np.uint32)
    if x is None or y is None:
        x, y = np.arange(nodes), np.zeros(nodes)
    across, along = x.astype(np.float32), y.astype(np.float32)
    total = sha256(f"{SCHEMA} {nodes} {pairs.size}".encode())
    for column in (tail, head, across, along):
        total.update(np.ascontiguousarray(column).data)
    key = total.hexdigest()
    with _lock:
        topology = _kept.pop(key, None)
        if topology is None:
            topology = _loaded_or_built(nodes, tail, head, across, along, cache, key)
        _kept[key] = topology  # the last one used comes last
        while len(_kept) > TOPOLOGIES_KEPT:
            del _kept[next(iter(_kept))]
    return topology


def _loaded_or_built(
    nodes: int,
    tail: NDArray[Any],
    head: NDArray[Any],
    x: NDArray[Any],
    y: NDArray[Any],
    cache: Path | None,
    key: str,
) -> Any:
    from pyroutingkit import CCHTopology

    topology = CCHTopology()
    folder = None if cache is None else Path(cache) / f"order-{key}"
    if folder is not None and folder.is_dir():
        if _whole(folder, nodes, tail, head):
            topology.load(str(folder))
            return topology
        shutil.rmtree(folder)
    if nodes:  # without nodes it crashes; nobody can ask anything of such a graph
        topology.build(tail, head, y, x, nodes)
        if folder is not None:
            try:
                _save(topology, folder)
            except OSError as error:
                raise unwritable(folder.parent, error) from error
    return topology


def _whole(folder: Path, nodes: int, tail: NDArray[Any], head: NDArray[Any]) -> bool:
    """Return whether a folder holds an order of exactly this graph."""
    try:
        found = {
            name: np.fromfile(folder / name, dtype=np.uint32)
            for name in ("node_count", "tail", "head", "order", "rank")
        }
    except OSError:
        return False
    order, rank = found["order"], found["rank"]
    return (
        found["node_count"].tolist() == [nodes]
        and np.array_equal(found["tail"], tail)
        and np.array_equal(found["head"], head)
        and order.size == rank.size == nodes
        and nodes > 0
        and int(order.max()) < nodes
        and np.array_equal(rank[order], np.arange(nodes))
    )


def _save(topology: Any, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".order-", dir=folder.parent))
    try:
        topology.save(str(aside))
        try:
            aside.replace(folder)
        except OSError:
            if not folder.is_dir():  # else another process was first, with the same content
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
