"""What the rest of the model needs to know about distance (one interface for every engine)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

KM_PER_MINUTE: Final = 1.0
"""What a minute on a ferry counts as kilometres (R3), and a minute of a matrix without lengths."""


NO_WAY: Final = 2**31 - 1
"""Stands in matrices of whole milliseconds (int32) where there is no way."""


class Position(NamedTuple):
    """Where a unit is between two nodes.

    Parameters
    ----------
    tail, head
        Nodes (indices of the network) behind and ahead.
    elapsed_s, remaining_s
        Expected seconds back to ``tail`` and on to ``head``.
    reversible
        False on a ferry: the unit cannot turn before the quay (R8).
    """

    tail: int
    head: int
    elapsed_s: float
    remaining_s: float
    reversible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FerryLeg:
    """A ferry on a path: interval between departures and crossing time, in seconds."""

    headway_s: float
    crossing_s: float


class TravelTimes(Protocol):
    """Expected travel times of one profile in one ferry class of the hour, between network nodes.

    Seconds; ``inf`` where there is no way. A ferry counts its crossing and half its headway.
    """

    @property
    def quickest(self) -> bool:
        """Whether times are those of quickest ways: none is longer than by way of a third node."""
        ...

    def between(self, i: int, j: int) -> float:
        """Return expected seconds from node ``i`` to node ``j``."""
        ...

    def rows(self, sources: Sequence[int], targets: Sequence[int] | None = None) -> NDArray[Any]:
        """Return float64 seconds, shape (sources, targets); without targets: to all nodes."""
        ...

    def among(self, places: Sequence[int]) -> NDArray[Any] | None:
        """Return int32 milliseconds between all pairs of places where a cache keeps them, or None.

        2^31-1 where there is no way.
        """
        ...

    def nearest(
        self, sources: Sequence[int], *, towards: bool = False
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return per node the seconds from the nearest source and its position in ``sources``.

        Or, ``towards``, to the nearest source: patients who drive to a clinic.
        """
        ...

    def kilometres(
        self, sources: Sequence[int], targets: Sequence[int] | None = None
    ) -> NDArray[Any]:
        """Return float64 km along the quickest ways, shape as of rows; see R3 for ferries."""
        ...

    def path(self, i: int, j: int) -> list[int]:
        """Return the nodes from ``i`` to ``j``, both included; empty where there is no way."""
        ...

    def ferries(self, i: int, j: int) -> tuple[FerryLeg, ...]:
        """Return the ferries on the path from ``i`` to ``j`` in order."""
        ...

    def position(
        self, i: int, j: int, t: float, *, road_factor: float = 1.0, waits: Sequence[float] = ()
    ) -> Position:
        """Return where a unit is ``t`` seconds after leaving ``i`` for ``j``.

        ``road_factor`` multiplies road arcs; ``waits`` are the real waits in seconds at the ferries
        of the path (default: half the headway).
        """
        ...

    def from_position(self, position: Position, j: int) -> float:
        """Return expected seconds from ``position`` to node ``j``, turning back if that is quicker."""
        ...
