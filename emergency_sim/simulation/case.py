"""What the run knows of one incident while it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emergency_sim.simulation import kinds
from emergency_sim.simulation.recorder import NAN, NULL

if TYPE_CHECKING:
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.unit import Unit

NOBODY: tuple[Unit, ...] = ()


class Case:
    """An incident in progress; it ends when nothing that was begun for it is left (R13).

    ``begin`` and ``end`` count the things under way: a call, a unit's mission, a visit to a clinic.
    It is opened for a first one, so that needs no ``begin``.
    """

    __slots__ = (
        "area", "chain", "conveyor", "id", "outcome", "row", "under_way", "units", "zone",
        "zone_name",
    )  # fmt: skip

    def __init__(self, chain: Chain, row: int) -> None:
        columns = chain.columns
        self.chain = chain
        self.row = row
        self.id: int = columns.id[row]
        self.zone: int = columns.zone[row]
        self.zone_name: int = chain.zone_name[self.zone]
        self.area: int = chain.zone_area[self.zone]
        self.under_way = 1
        self.outcome = "ended"
        self.units: tuple[Unit, ...] = NOBODY
        self.conveyor: Unit | None = None
        chain.is_open[row] = 1

    def begin(self) -> None:
        """Something more is under way."""
        self.under_way += 1

    def end(self, outcome: str | None = None) -> None:
        """One thing has come to its end; the last one closes the incident."""
        if outcome is not None:
            self.outcome = outcome
        self.under_way -= 1
        if self.under_way == 0:
            chain = self.chain
            write = chain.write
            write((
                chain.env._now, kinds.CLOSED, self.id, NULL, NULL, NULL, self.zone_name, NAN,
                chain.names[self.outcome],
            ))  # fmt: skip
            chain.is_open[self.row] = 0
