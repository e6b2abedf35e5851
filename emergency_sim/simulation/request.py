"""What is asked of AMK: one unit for an incident."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from emergency_sim.domain.incident import Urgency
from emergency_sim.policies import Need
from emergency_sim.simulation.recorder import NULL

if TYPE_CHECKING:
    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.unit import Unit
    from emergency_sim.simulation.ways import Spot


ACUTE: Final = Urgency.ACUTE


class Request:
    """One unit is wanted for an incident; ordered by urgency, then by time (or by time alone)."""

    __slots__ = (
        "case", "conveys", "from_clinic", "key", "mission", "need", "ordinal", "profile", "scene",
        "slot", "unit", "urgency",
    )  # fmt: skip

    def __init__(
        self,
        case: Case,
        *,
        slot: int,
        urgency: Urgency,
        scene: Spot,
        conveys: bool,
        zone: str,
        from_clinic: bool,
    ) -> None:
        self.case = case
        self.from_clinic = from_clinic
        self.slot = slot
        self.urgency = urgency
        self.scene = scene
        self.conveys = conveys
        self.need = Need(urgency, zone)
        self.profile = "ambulance_blue" if urgency is ACUTE else "ambulance"
        self.mission = NULL
        self.ordinal = -1
        self.unit: Unit | None = None
        self.key: tuple[int, float, int] = (0, 0.0, 0)

    def __lt__(self, other: Request) -> bool:
        return self.key < other.key

    @property
    def conveyor(self) -> Unit | None:
        """Who conveys the patient from where this unit is wanted: the scene, or a clinic."""
        return self.case.transferor if self.from_clinic else self.case.conveyor

    @conveyor.setter
    def conveyor(self, unit: Unit) -> None:
        if self.from_clinic:
            self.case.transferor = unit
        else:
            self.case.conveyor = unit
