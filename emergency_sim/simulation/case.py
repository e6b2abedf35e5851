"""What the run knows of one incident while it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emergency_sim.simulation.kinds import CLOSED
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.ways import Spot, new

if TYPE_CHECKING:
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.unit import Unit


class Case:
    """An incident in progress; it ends when nothing that was begun for it is left (R13).

    ``begin`` and ``end`` count the things under way: a call, a unit's mission, a visit to a clinic.
    It is opened for a first one, so that needs no ``begin``. ``drawn.column[row]`` is what chance has
    decided about it.
    """

    # What most incidents never change stands here once for all of them.
    outcome = "ended"
    units: tuple[Unit, ...] = ()
    conveyor: Unit | None = None  # from the scene
    transferor: Unit | None = None  # from the clinic to hospital

    def __init__(self, chain: Chain, drawn: Any, row: int) -> None:
        self.chain = chain
        self.drawn = drawn
        self.row = row
        self.id: int = drawn.id[row]
        self.zone: int = drawn.zone[row]
        self.zone_name: int = chain.zone_name[self.zone]
        self.area: int = chain.zone_area[self.zone]
        self.under_way = 1
        chain.open_cases[self.id] = self

    @property
    def home(self) -> Spot:
        """Where the patient is."""
        return new(Spot, (self.chain.zone_place[self.zone], self.drawn.access_s[self.row]))

    def begin(self) -> None:
        """Something more is under way."""
        self.under_way += 1

    def end(self, outcome: str | None = None) -> None:
        """One thing has come to its end; the last one closes the incident."""
        if outcome is not None:
            self.outcome = outcome
        self.under_way -= 1
        if not self.under_way:
            chain = self.chain
            write = chain.write
            write((
                chain.env._now, CLOSED, self.id, NULL, NULL, NULL, self.zone_name, NAN,
                chain.names[self.outcome],
            ))  # fmt: skip
            del chain.open_cases[self.id]
