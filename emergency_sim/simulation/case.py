"""What the run knows of one incident while it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emergency_sim.simulation import kinds
from emergency_sim.simulation.recorder import NAN, NULL

if TYPE_CHECKING:
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.unit import Unit


class Case:
    """An incident in progress; it ends when nothing that was begun for it is left (R13).

    ``begin`` and ``end`` count the things under way: a call, a unit's mission, a visit to a clinic.
    """

    __slots__ = (
        "amk_urgency",
        "area",
        "chain",
        "conveyor",
        "id",
        "outcome",
        "row",
        "under_way",
        "units",
        "zone",
    )  # fmt: skip

    def __init__(self, chain: Chain, row: int) -> None:
        columns = chain.columns
        self.chain = chain
        self.row = row
        self.id: int = columns.id[row]
        self.zone: int = columns.zone[row]
        self.area: int = chain.world.zone_area[self.zone]
        self.amk_urgency: int = columns.amk_urgency[row]
        self.under_way = 0
        self.outcome = "ended"
        self.units: list[Unit] = []
        self.conveyor: Unit | None = None

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
            chain.write((
                chain.env._now, kinds.CLOSED, self.id, NULL, NULL, NULL,
                chain.zone_name[self.zone], NAN, chain.names[self.outcome],
            ))  # fmt: skip
            chain.closed(self.row)
