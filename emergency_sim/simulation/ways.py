"""Expected ways between places, of one profile in one ferry class, looked up once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from emergency_sim.domain.travel import NO_WAY
from emergency_sim.domain.units import MS_PER_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.domain.travel import FerryLeg, TravelTimes

Bases = tuple[tuple[int, float], ...]
"""Where units wait: place, and the seconds that pass before one rolls."""
INFINITY = float("inf")
Ferries = tuple["FerryLeg", ...]
new = tuple.__new__


class Spot(NamedTuple):
    """A place and the seconds of ordinary driving from its node to the address (R7)."""

    place: int
    access_s: float = 0.0


class Ways:
    """Travel of one profile in one ferry class; rows and ferries are looked up once and kept."""

    __slots__ = (
        "_asked", "_orders", "_table", "access_factor", "crossings", "nodes", "number", "rows",
        "times",
    )  # fmt: skip

    def __init__(self, times: TravelTimes, nodes: list[int], access_factor: float) -> None:
        self.times = times
        self.nodes = nodes
        self.number = {node: place for place, node in enumerate(nodes)}
        self.access_factor = access_factor
        self._asked = False
        self._table: NDArray[Any] | None = None
        self.rows: list[list[float] | None] = [None] * len(nodes)
        self.crossings: list[list[Ferries | None] | None] = [None] * len(nodes)
        self._orders: dict[Bases, dict[int, list[int]]] = {}

    def row(self, origin: int) -> list[float]:
        """Return expected seconds from one place to every place."""
        row = self.rows[origin]
        if row is None:
            row = self.rows[origin] = self._found_row(origin)
        return row

    def _found_row(self, origin: int) -> list[float]:
        if not self._asked:  # once: a table of all pairs, if there is a cache for it
            self._asked, self._table = True, self.times.among(self.nodes)
        if self._table is None:
            seconds: list[float] = self.times.rows([self.nodes[origin]], self.nodes)[0].tolist()
            return seconds
        ms = self._table[origin]
        row: list[float] = np.where(ms == NO_WAY, INFINITY, ms / MS_PER_S).tolist()
        return row

    def order(self, to: int, bases: Bases) -> list[int]:
        """Return the numbers of ``bases`` in order of seconds to a place, the head start included."""
        seconds = [self.row(place)[to] + lead for place, lead in bases]
        return sorted(range(len(bases)), key=seconds.__getitem__)

    def orders(self, bases: Bases) -> dict[int, list[int]]:
        """Return the orders of ``bases`` that are known so far, by place; fill it with :meth:`order`."""
        return self._orders.setdefault(bases, {})

    def ferries(self, origin: int, to: int) -> Ferries:
        """Return the ferries on the way between two places."""
        row = self.crossings[origin]
        if row is None:
            row = self.crossings[origin] = [None] * len(self.nodes)
        legs = row[to]
        if legs is None:
            legs = row[to] = self.times.ferries(self.nodes[origin], self.nodes[to])
        return legs
