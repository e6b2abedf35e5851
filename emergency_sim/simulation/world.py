"""Everything the simulation knows of a scenario: plain numbers and lists, compiled beforehand.

``experiment/compile.py`` makes it; the simulation never sees a scenario, a file or a random generator.
"Place" is an index into :attr:`World.place_node`; "slot" a quarter of an hour since the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emergency_sim.domain.clock import Horizon
    from emergency_sim.domain.places import DutyForm
    from emergency_sim.domain.schedule import Intervals
    from emergency_sim.domain.travel import TravelTimes
    from emergency_sim.policies import DestinationPolicy, DispatchPolicy, ReferralPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSpec:
    """One place in a duty plan: whoever fills it, it is one person at a time.

    ``home`` is the place where a home-duty doctor waits.
    """

    id: str
    form: DutyForm
    home: int
    duty: Intervals


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreSpec:
    """AMK or a legevaktsentral with the duty plans of its operators."""

    id: str
    operators: tuple[PersonSpec, ...]
    overflow_to: int | None
    overflow_after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicSpec:
    """A legevakt, a local duty doctor or a fastlege duty office; ``open`` per slot."""

    id: str
    place: int
    rooms: int
    doctors: tuple[PersonSpec, ...]
    nurses: tuple[PersonSpec, ...]
    open: list[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SatelliteSpec:
    """A satellite; ``clinic`` is the one whose doctors are on video."""

    id: str
    place: int
    clinic: int
    nurses: tuple[PersonSpec, ...]
    takes_urgent: bool
    home_visits: bool
    first_response_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSpec:
    """A unit with its shifts; ``board`` is the number of the board on which it is."""

    id: str
    type: str
    capabilities: frozenset[str]
    road: bool
    station: str
    place: int
    crew_at_home: bool
    shifts: Intervals
    board: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalSpec:
    """A hospital and what it can do."""

    id: str
    place: int
    functions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Times and switches that are not drawn."""

    chute_station_expected_s: float = 90.0
    chute_home_expected_s: float = 330.0
    home_doctor_stays_s: float = 1800.0
    call_out_max_wait_s: float = 900.0
    call_out_max_drive_s: float = 3600.0
    doctor_leaves_site_s: float = 120.0
    alert_call_s: float = 120.0
    redials_again: float = 0.75
    taxi_wait_s: float = 900.0
    winter_factor: float = 1.0
    fcfs: bool = False
    return_to_base: bool = True
    turnout: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A scenario as the simulation sees it.

    Parameters
    ----------
    zone_ids, zone_place, zone_area
        Per zone: id, place, index of its area.
    area_ids, area_outside
        Ids of the areas; whether an area stands for people from outside the region.
    place_node
        Node of the network per place.
    travel
        By profile (``car``, ``ambulance``, ``ambulance_blue``): one TravelTimes per ferry class.
    profile_factor
        By profile: factor on road seconds; multiplies the access time of an incident.
    winter
        Per day of the run: whether the winter factor applies.
    amk_of, lvs_of
        Per area: index of the centre, or None.
    clinic_of, call_out_of, home_visit_of, satellite_of
        Per area and slot: index, or -1.
    board_of_amk
        Per AMK: number of the board whose units it sends; empty: one board for all.
    to_the_end
        The run lasts at least until the last demand, so that parts of a country end together.
    """

    horizon: Horizon
    zone_ids: tuple[str, ...]
    zone_place: list[int]
    zone_area: list[int]
    area_ids: tuple[str, ...]
    area_outside: list[bool]
    place_node: list[int]
    travel: dict[str, tuple[TravelTimes, ...]]
    profile_factor: dict[str, float]
    winter: list[bool]
    amk: tuple[CentreSpec, ...]
    lvs: tuple[CentreSpec, ...]
    clinics: tuple[ClinicSpec, ...]
    satellites: tuple[SatelliteSpec, ...]
    hospitals: tuple[HospitalSpec, ...]
    units: tuple[UnitSpec, ...]
    amk_of: list[int | None]
    lvs_of: list[int | None]
    clinic_of: list[list[int]]
    call_out_of: list[list[int]]
    home_visit_of: list[list[int]]
    satellite_of: list[list[int]]
    dispatch: DispatchPolicy
    destination: DestinationPolicy
    referral: ReferralPolicy
    rules: Rules
    board_of_amk: tuple[int, ...] = ()
    to_the_end: bool = False
