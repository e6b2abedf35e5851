"""Designs of sensitivity: paired draws, Morris' trajectories, Saltelli's blocks; bad points told.

Points are rows of the unit cube. A point whose parameters contradict each other is never run and
never mended in silence: it is drawn anew (draws), or its whole trajectory or block is left out, and
the design says how many and why.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import NotPossibleError
from emergency_sim.domain.streams import Streams
from emergency_sim.experiment.sensitivity.dimensions import CALIBRATION
from emergency_sim.experiment.sensitivity.points import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from emergency_sim.experiment.sensitivity.dimensions import Dimension

    Contradiction = Callable[[Mapping[str, float]], str | None]

SOBOL: Final = "sobol"
TRIES: Final = 20
"""So many times what is wanted is drawn before giving up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Points to be run.

    Parameters
    ----------
    kind
        ``range``, ``morris`` or ``sobol``.
    dimensions
        Columns of ``unit``.
    unit
        Points in the unit cube, shape (points, dimensions).
    block
        Draw, trajectory or Saltelli block of each point.
    replications
        A point.
    levels
        Of Morris' grid; 0: none.
    rejected
        Reason and how often, of draws, trajectories or blocks that were left out.
    """

    kind: str
    dimensions: tuple[Dimension, ...]
    unit: NDArray[Any]
    block: NDArray[Any]
    replications: int
    rejected: tuple[tuple[str, int], ...]
    levels: int = 0

    @property
    def blocks(self) -> int:
        """How many draws, trajectories or blocks."""
        return int(self.block.max(initial=-1)) + 1

    def numbers(self, point: int) -> dict[str, float]:
        """Return the number of each dimension at a point."""
        return numbers_of(self.dimensions, self.unit[point])

    def replications_of(self, point: int) -> range:
        """Return the replications in which a point is run.

        Those of its draw or trajectory, so that chance differs from one to the next. All of
        Saltelli's blocks have the same ones: what differs between weeks is no parameter's share.
        """
        first = 0 if self.kind == SOBOL else int(self.block[point]) * self.replications
        return range(first, first + self.replications)

    def problem(self) -> dict[str, Any]:
        """Return the problem as SALib describes it, in the unit cube."""
        names = [d.key for d in self.dimensions]
        return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def generator(seed: int, name: str) -> np.random.Generator:
    """Return the stream of a design: keyed by name, apart from all streams of incidents (R6)."""
    return Streams(seed=seed).generator(f"design/{name}")


def draws(
    dimensions: tuple[Dimension, ...],
    number: int,
    *,
    seed: int,
    replications: int,
    contradiction: Contradiction,
) -> Design:
    """Return a Latin hypercube over all dimensions at once; bad points are drawn anew.

    Each half of the draws has one of the calibrations (R2), where that is a dimension. A draw that
    contradicts itself keeps its calibration, and its other numbers are drawn anew, independently.

    Raises
    ------
    NotPossibleError
        Hardly any point is free of contradictions.
    """
    from scipy.stats import qmc

    stream = generator(seed, "range")
    size = len(dimensions)
    unit = qmc.LatinHypercube(size, rng=stream).random(number)
    fixed = [i for i, d in enumerate(dimensions) if d.key == CALIBRATION]
    again = generator(seed, "range/again")
    reasons: Counter[str] = Counter()
    for row in unit:
        while (reason := contradiction(numbers_of(dimensions, row))) is not None:
            reasons[reason] += 1
            _not_for_ever(reasons, number)
            fresh = again.random(size)
            fresh[fixed] = row[fixed]
            row[:] = fresh
    return Design(
        kind="range", dimensions=dimensions, unit=unit, block=np.arange(number),
        replications=replications, rejected=tuple(reasons.most_common()),
    )  # fmt: skip


def morris(
    dimensions: tuple[Dimension, ...],
    trajectories: int,
    *,
    levels: int,
    seed: int,
    replications: int,
    contradiction: Contradiction,
) -> Design:
    """Return trajectories of Morris through SALib, one step a dimension; bad ones are replaced.

    Raises
    ------
    NotPossibleError
        Hardly any trajectory is free of contradictions.
    """
    from SALib.sample import morris as salib

    problem = _problem(dimensions)
    stream = generator(seed, "morris")
    reasons: Counter[str] = Counter()
    kept: list[NDArray[Any]] = []
    while len(kept) < trajectories:
        one = salib.sample(problem, 1, num_levels=levels, seed=stream)
        reason = _first_reason(dimensions, one, contradiction)
        if reason is None:
            kept.append(one)
        else:
            reasons[reason] += 1
            _not_for_ever(reasons, trajectories)
    return _in_blocks("morris", dimensions, kept, replications, reasons, levels)


def saltelli(
    dimensions: tuple[Dimension, ...],
    points: int,
    *,
    seed: int,
    replications: int,
    contradiction: Contradiction,
) -> Design:
    """Return Saltelli's blocks for Sobol's indices through SALib; bad ones are left out.

    Parameters
    ----------
    dimensions
        At least two.
    points
        Blocks, a power of 2; each has ``dimensions + 2`` points.

    Raises
    ------
    NotPossibleError
        Fewer than half of the blocks are free of contradictions.
    """
    from SALib.sample import sobol as salib

    stream = generator(seed, "sobol")
    rows = salib.sample(_problem(dimensions), points, calc_second_order=False, seed=stream)
    blocks = rows.reshape(points, len(dimensions) + 2, len(dimensions))
    reasons: Counter[str] = Counter()
    kept = []
    for block in blocks:
        reason = _first_reason(dimensions, block, contradiction)
        if reason is None:
            kept.append(block)
        else:
            reasons[reason] += 1
    if 2 * len(kept) < points:
        raise NotPossibleError(_too_many(reasons))
    return _in_blocks(SOBOL, dimensions, kept, replications, reasons, 0)


def _in_blocks(
    kind: str,
    dimensions: tuple[Dimension, ...],
    kept: list[NDArray[Any]],
    replications: int,
    reasons: Counter[str],
    levels: int,
) -> Design:
    size = len(kept[0])
    return Design(
        kind=kind, dimensions=dimensions, unit=np.concatenate(kept),
        block=np.repeat(np.arange(len(kept)), size), replications=replications,
        rejected=tuple(reasons.most_common()), levels=levels,
    )  # fmt: skip


def _problem(dimensions: tuple[Dimension, ...]) -> dict[str, Any]:
    nothing = np.zeros(0)
    return Design(
        kind="", dimensions=dimensions, unit=nothing, block=nothing, replications=1, rejected=()
    ).problem()


def _first_reason(
    dimensions: tuple[Dimension, ...], rows: NDArray[Any], contradiction: Contradiction
) -> str | None:
    for row in rows:
        reason = contradiction(numbers_of(dimensions, row))
        if reason is not None:
            return reason
    return None


def _not_for_ever(reasons: Counter[str], wanted: int) -> None:
    if sum(reasons.values()) > TRIES * wanted:
        raise NotPossibleError(_too_many(reasons))


def _too_many(reasons: Counter[str]) -> str:
    said = "; ".join(f"{n} times {reason}" for reason, n in reasons.most_common(3))
    return f"most points of the sensitivity design contradict themselves: {said}; narrow the ranges"
