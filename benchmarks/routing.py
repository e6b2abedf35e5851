"""Quickest ways side by side with networkx, on drawn road networks: same milliseconds, CPU time.

    python benchmarks/routing.py [--county-only] [--nodes 60000] [--norway-nodes 1000000]
        [--rounds 3] [--cache DIR]

A county (100 × 500 matrix, one to all, one to one) is searched by networkx as an osmnx user calls
it, by scipy and by the contraction hierarchy of the extra ``[fast]``; a country by the latter two.
Every answer is compared. Figures are medians of CPU seconds of this process. What the hierarchy
prepares once is timed apart; with ``--cache`` it is read from there the next time.
The last line is ``RESULT {json}``. A target that is missed is said so; the exit code is 1 only
where engines differ.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from emergency_sim.domain.travel import NO_WAY
from emergency_sim.network.paths.engines import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

CELL_M = 165.0
"""Side of a cell of the grid: with it 60,000 nodes are a town and its surroundings."""

TARGETS = {
    "county_matrix_s": (1.0, "100 x 500 with scipy"),
    "norway_nearest_s": (0.5, "nearest of 1,000 for every node with scipy"),
    "norway_matrix_s": (30.0, "1,000 x 14,000 with the fast engine"),
    "norway_path_ms": (2.0, "path with the fast engine"),
}
RATIO_AT_LEAST = 30.0


class Roads(NamedTuple):
    """A drawn network: nodes in Morton order, directed arcs with whole milliseconds."""

    nodes: int
    tail: NDArray[Any]
    head: NDArray[Any]
    ms: NDArray[Any]
    x: NDArray[Any]
    y: NDArray[Any]


def road_like(nodes: int, seed: int = 1) -> Roads:
    """Draw about ``nodes`` nodes with 2.5 arcs each, as road networks have.

    A grid of streets of 80 to 250 m. Every 64th line is a main road (90 km/h), every 16th a county
    road (70), every 4th a collector (50); of the small streets between them (30 km/h) 53 % are
    removed, and 4 % of the rest are one-way. The largest part in which every node reaches every
    other is kept, in Morton (Z) order.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    rng = np.random.default_rng(seed)
    side = max(2, int(np.sqrt(nodes / 0.92)))  # 8 % of the grid falls off
    grid = np.arange(side * side).reshape(side, side)
    one = np.concatenate((grid[:, :-1].ravel(), grid[:-1].ravel()))
    two = np.concatenate((grid[:, 1:].ravel(), grid[1:].ravel()))
    line = np.concatenate(
        (np.repeat(np.arange(side), side - 1), np.tile(np.arange(side), side - 1))
    )
    speed = np.select([line % 64 == 0, line % 16 == 0, line % 4 == 0], [90.0, 70.0, 50.0], 30.0)
    keep = (speed > 30) | (rng.random(one.size) < 0.47)
    one, two, speed = one[keep], two[keep], speed[keep]
    ms = np.rint(rng.uniform(80, 250, one.size) * 3600 / speed).astype(np.int64)
    back = ~((rng.random(one.size) < 0.04) & (speed == 30))
    tail, head = np.concatenate((one, two[back])), np.concatenate((two, one[back]))
    ms = np.concatenate((ms, ms[back]))
    size = side * side
    links = csr_array((np.ones(tail.size), (tail, head)), shape=(size, size))
    _, part = connected_components(links, directed=True, connection="strong")
    kept = np.flatnonzero(part == np.bincount(part).argmax())
    y, x = np.divmod(kept, side)
    order = np.argsort(_morton(x, y), kind="stable")
    number = np.full(size, -1)
    number[kept[order]] = np.arange(kept.size)
    tail, head = number[tail], number[head]
    there = (tail >= 0) & (head >= 0)
    return Roads(
        kept.size, tail[there], head[there], ms[there], x[order] * CELL_M, y[order] * CELL_M
    )


def _morton(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """Return the bits of x and y interleaved."""
    code = np.zeros(x.shape, dtype=np.int64)
    for bit in range(20):
        code |= ((x >> bit & 1) << 2 * bit) | ((y >> bit & 1) << (2 * bit + 1))
    return code


def timed(work: Callable[[], Any], rounds: int = 1) -> tuple[float, Any]:
    """Return the median of CPU seconds, and the last result."""
    seconds, result = [], None
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), result


def engines_on(roads: Roads, cache: Path | None) -> tuple[Any, Any, dict[str, float]]:
    """Return scipy's and the fast engine (None without the extra) and what they took to prepare."""
    arcs = roads.nodes, roads.tail, roads.head, roads.ms
    scipy_s, plain = timed(lambda: make_engine("scipy", *arcs))

    def prepared() -> Any:
        return make_engine("fast", *arcs, x=roads.x, y=roads.y, cache=cache)

    seconds = {"scipy_prepare_s": scipy_s}
    try:
        seconds["fast_prepare_s"], fast = timed(prepared)
    except ModuleNotFoundError:
        return plain, None, seconds
    seconds["fast_times_s"], _ = timed(lambda: fast.between(0, 0))  # a metric of these times
    return plain, fast, seconds


def by_networkx(roads: Roads) -> Any:
    """Return the graph that osmnx would give, with ``travel_time`` on its edges."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(roads.nodes))
    graph.add_weighted_edges_from(
        zip(roads.tail.tolist(), roads.head.tolist(), roads.ms.tolist(), strict=True),
        weight="travel_time",
    )
    return graph


def length(engine: Any, path: list[int]) -> int:
    """Return the milliseconds of a path's arcs."""
    at, there = engine.arcs_between(np.array(path[:-1], int), np.array(path[1:], int))
    return int(engine.ms[at].sum()) if np.all(there) else NO_WAY


def county(nodes: int, rounds: int, cache: Path | None) -> tuple[dict[str, Any], list[str]]:
    """Return figures of a county, and where engines differ."""
    import networkx as nx

    roads = road_like(nodes)
    rng = np.random.default_rng(2)
    sources = rng.choice(roads.nodes, min(100, roads.nodes), replace=False)
    targets = rng.choice(roads.nodes, min(500, roads.nodes), replace=False)
    pairs = rng.choice(roads.nodes, (10, 2)).tolist()
    plain, fast, seconds = engines_on(roads, cache)
    graph = by_networkx(roads)
    found: dict[str, Any] = {"county_nodes": roads.nodes, "county_arcs": int(roads.tail.size)}
    found |= {f"county_{name}": value for name, value in seconds.items()}
    wrong = []

    few = sources[:rounds].tolist()
    nx_s, nx_rows = [], []
    ours_s: list[float] = []
    for k in few:  # in turn
        took, row = timed(
            lambda k=k: nx.single_source_dijkstra_path_length(graph, k, weight="travel_time")
        )
        nx_s.append(took)
        nx_rows.append([row[j] for j in range(roads.nodes)])
        ours_s.append(timed(lambda k=k: plain.distances([k]), 5)[0])
    if not np.array_equal(plain.distances(few), np.array(nx_rows)):
        wrong.append("county: one to all by scipy and by networkx")
    found["county_networkx_one_to_all_s"] = statistics.median(nx_s)
    found["county_one_to_all_s"] = statistics.median(ours_s)
    found["networkx_ratio"] = found["county_networkx_one_to_all_s"] / found["county_one_to_all_s"]

    found["county_matrix_s"], matrix = timed(lambda: plain.matrix(sources, targets), rounds)
    if not np.array_equal(matrix[:rounds], np.array(nx_rows)[:, targets]):
        wrong.append("county: matrix by scipy and by networkx")
    nx_path_s, nx_paths = timed(
        lambda: [nx.dijkstra_path(graph, i, j, weight="travel_time") for i, j in pairs]
    )
    found["county_networkx_path_ms"] = 1000 * nx_path_s / len(pairs)
    expected = [length(plain, path) for path in nx_paths]
    for name, engine in (("scipy", plain), ("fast", fast)):
        if engine is None:
            continue
        path_s, paths = timed(lambda e=engine: [e.path(i, j) for i, j in pairs], rounds)
        found[f"county_{name}_path_ms"] = 1000 * path_s / len(pairs)
        if [length(plain, path) for path in paths] != expected:
            wrong.append(f"county: paths by {name} and by networkx")
    if fast is not None:
        found["county_fast_matrix_s"], other = timed(lambda: fast.matrix(sources, targets), rounds)
        if not np.array_equal(matrix, other):
            wrong.append("county: matrix by scipy and by the fast engine")
    return found, wrong


def country(nodes: int, rounds: int, cache: Path | None) -> tuple[dict[str, Any], list[str]]:
    """Return figures of a country, and where engines differ."""
    roads = road_like(nodes)
    rng = np.random.default_rng(3)
    sources = rng.choice(roads.nodes, min(1000, roads.nodes), replace=False)
    targets = rng.choice(roads.nodes, min(14_000, roads.nodes), replace=False)
    pairs = rng.choice(roads.nodes, (50, 2)).tolist()
    plain, fast, seconds = engines_on(roads, cache)
    found: dict[str, Any] = {"norway_nodes": roads.nodes, "norway_arcs": int(roads.tail.size)}
    found |= {f"norway_{name}": value for name, value in seconds.items()}
    wrong = []
    found["norway_one_to_all_s"], row = timed(lambda: plain.distances(sources[:1]), rounds)
    found["norway_nearest_s"], (ms, _) = timed(lambda: plain.nearest(sources), rounds)
    found["norway_nearest_towards_s"], _ = timed(
        lambda: plain.nearest(sources, towards=True), rounds
    )
    if not (ms <= row[0]).all() or ms[sources].any():
        wrong.append("norway: the nearest is farther than one of them")
    if fast is not None:
        found["norway_matrix_s"], matrix = timed(lambda: fast.matrix(sources, targets))
        if not np.array_equal(matrix[:3], plain.matrix(sources[:3], targets)):
            wrong.append("norway: matrix by scipy and by the fast engine")
        if not np.array_equal(matrix.min(axis=0), ms[targets]):
            wrong.append("norway: the nearest by scipy and the matrix by the fast engine")
        path_s, paths = timed(lambda: [fast.path(i, j) for i, j in pairs], rounds)
        found["norway_path_ms"] = 1000 * path_s / len(pairs)
        found["norway_path_nodes"] = round(statistics.mean(len(path) for path in paths))
        if [length(plain, path) for path in paths[:3]] != [
            plain.between(i, j) for i, j in pairs[:3]
        ]:
            wrong.append("norway: paths by the fast engine and times by scipy")
    return found, wrong


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--county-only", action="store_true")
    parser.add_argument("--nodes", type=int, default=60_000, help="of the county")
    parser.add_argument("--norway-nodes", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cache", type=Path, help="folder that keeps what is prepared once")
    options = parser.parse_args(arguments)

    found, wrong = county(options.nodes, options.rounds, options.cache)
    if not options.county_only:
        more, too = country(options.norway_nodes, options.rounds, options.cache)
        found, wrong = found | more, wrong + too
    for name, value in found.items():
        shown = f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"
        print(f"{name:32}{shown:>14}")
    print()
    for name, (most, what) in TARGETS.items():
        if name in found:
            met = "met" if found[name] <= most else "MISSED"
            unit = "ms" if name.endswith("_ms") else "s"
            print(f"{what}: {found[name]:.3g} {unit}, at most {most:g} {unit}: {met}")
    met = "met" if found["networkx_ratio"] >= RATIO_AT_LEAST else "MISSED"
    print(f"networkx / scipy one to all: {found['networkx_ratio']:.0f}, at least 30: {met}")
    print("all answers equal" if not wrong else "\n".join(["ANSWERS DIFFER", *wrong]))
    result = {k: v if isinstance(v, int) else round(v, 4) for k, v in found.items()}
    print("RESULT " + json.dumps(result | {"equal": not wrong}))
    return 0 if not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
