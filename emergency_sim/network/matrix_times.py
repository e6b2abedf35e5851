"""Expected travel times from a matrix (domain.travel.TravelTimes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import NotPossibleError
from emergency_sim.domain.travel import KM_PER_MINUTE, FerryLeg, Position
from emergency_sim.domain.units import MS_PER_S
from emergency_sim.network.paths.shortest_paths import LONGEST_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class MatrixTravelTimes:
    """Travel times from a matrix: between two points nothing is known but the time.

    Parameters
    ----------
    seconds
        Shape (points, points), row = from, column = to; rounded to whole milliseconds. ``inf``
        where there is no way. It need not be symmetric, nor its diagonal zero.
    factor
        Of the profile; multiplies every time.

    Raises
    ------
    ValueError
        Not square, NaN or negative.
    NotPossibleError
        A time of 2**31 - 1 ms or more.

    Notes
    -----
    A unit on its way from o to d reaches x after min(elapsed + t(o, x), remaining + t(d, x)).
    """

    quickest = False

    def __init__(self, seconds: NDArray[Any], *, factor: float = 1.0) -> None:
        matrix = np.asarray(seconds, dtype=np.float64)
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
            raise ValueError("a matrix of travel times is square")
        if np.isnan(matrix).any() or (matrix < 0).any():
            raise ValueError("travel times must not be negative or NaN")
        if not (np.isfinite(factor) and factor > 0):
            raise ValueError("the factor on driving times must be a positive number")
        ms = np.rint(matrix * MS_PER_S * factor)
        if np.max(ms, where=np.isfinite(ms), initial=0.0) >= LONGEST_MS:
            raise NotPossibleError("a time of the matrix is 25 days or more")
        self._seconds = ms / MS_PER_S
        self._seconds.setflags(write=False)

    def between(self, i: int, j: int) -> float:
        """Return seconds from point ``i`` to point ``j``."""
        return float(self._seconds[i, j])

    def rows(self, sources: Sequence[int], targets: Sequence[int] | None = None) -> NDArray[Any]:
        """Return float64 seconds, shape (sources, targets); without targets: to all points."""
        rows = self._seconds[np.asarray(sources, dtype=np.int64)]
        return rows if targets is None else rows[:, np.asarray(targets, dtype=np.int64)]

    def among(self, places: Sequence[int]) -> None:
        """Return nothing: a matrix is in memory anyway."""

    def nearest(
        self, sources: Sequence[int], *, towards: bool = False
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return per point the seconds from the nearest source and that source's position.

        Of equally near sources the first counts; ``inf`` and -1 where none reaches.

        Parameters
        ----------
        sources
            Points.
        towards
            From each point to its nearest source instead.
        """
        points = len(self._seconds)
        if len(sources) == 0:
            return np.full(points, np.inf), np.full(points, -1)
        rows = self.rows(range(points), sources).T if towards else self.rows(sources)
        position = rows.argmin(axis=0)
        seconds = rows[position, np.arange(points)]
        return seconds, np.where(np.isfinite(seconds), position, -1)

    def path(self, i: int, j: int) -> list[int]:
        """Return ``[i, j]``, ``[i]`` where they are the same, or nothing where there is no way."""
        if i == j:
            return [i]
        return [i, j] if self.between(i, j) != float("inf") else []

    def ferries(self, i: int, j: int) -> tuple[FerryLeg, ...]:
        """Return no ferries: a matrix does not know of any."""
        return ()

    def position(
        self, i: int, j: int, t: float, *, road_factor: float = 1.0, waits: Sequence[float] = ()
    ) -> Position:
        """Return where a unit is ``t`` seconds after leaving ``i`` for ``j``, in expected seconds.

        Raises
        ------
        ValueError
            There is no way, the factor is not positive, or waits for ferries are given.
        """
        whole = self.between(i, j)
        if whole == float("inf"):
            raise ValueError(f"there is no way from point {i} to point {j}")
        if not road_factor > 0:
            raise ValueError("road_factor must be positive")
        if len(waits):
            raise ValueError("a matrix has no ferries")
        elapsed = min(max(t, 0.0) / road_factor, whole)
        return Position(tail=i, head=j, elapsed_s=elapsed, remaining_s=whole - elapsed)

    def from_position(self, position: Position, j: int) -> float:
        """Return expected seconds from ``position`` to point ``j``, turning back if quicker."""
        ahead = position.remaining_s + self.between(position.head, j)
        if not position.reversible:
            return ahead
        return min(ahead, position.elapsed_s + self.between(position.tail, j))

    def kilometres(
        self, sources: Sequence[int], targets: Sequence[int] | None = None
    ) -> NDArray[Any]:
        """Return float64 kilometres, shape as of rows: a minute counts 1 km (assumed)."""
        return self.rows(sources, targets) / 60 * KM_PER_MINUTE
