"""The whole chain of one replication: who is where, and which way a patient goes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emergency_sim.domain.incident import (
    Problem,
    Urgency,
)
from emergency_sim.domain.units import SLOT
from emergency_sim.policies import Destination, Patient
from emergency_sim.simulation import kinds
from emergency_sim.simulation.amk import Amk
from emergency_sim.simulation.board import Board
from emergency_sim.simulation.codes import Codes
from emergency_sim.simulation.environment import FOREVER, Environment
from emergency_sim.simulation.legevakt import Clinic
from emergency_sim.simulation.legevaktsentral import Legevaktsentral
from emergency_sim.simulation.recorder import NAN, NULL, Names, Recorder
from emergency_sim.simulation.satellite import Satellite
from emergency_sim.simulation.ways import Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from emergency_sim.domain.events import LogSink
    from emergency_sim.domain.streams import UniformLookup
    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.request import Request
    from emergency_sim.simulation.routes import Roads
    from emergency_sim.simulation.telephone import Centre
    from emergency_sim.simulation.unit import Unit
    from emergency_sim.simulation.world import World

PROBLEMS = tuple(Problem)
ACUTE = Urgency.ACUTE
new = tuple.__new__  # of a named tuple: a third of the time of calling its class


class Place:
    """A destination: where it is, what it is called, and the clinic if it is one."""

    __slots__ = ("clinic", "name", "spot")

    def __init__(self, name: int, spot: Spot, clinic: Clinic | None = None) -> None:
        self.name = name
        self.spot = spot
        self.clinic = clinic


class Chain:
    """Everything that lives during one replication.

    ``open_cases`` holds the incidents that have begun and not ended, by id, in order of beginning.
    """

    def __init__(self, world: World, roads: Roads, lookup: UniformLookup, sink: LogSink) -> None:
        self.world = world
        self.roads = roads
        self.lookup = lookup
        self.env = Environment()
        self.names = Names()
        self.recorder = Recorder(self.names, sink)
        self.write: Callable[[Any], None] = self.recorder.write
        self.code: Any = Codes(self.names)
        self.zone_name = [self.names[z] for z in world.zone_ids]
        self.zone_area = world.zone_area
        self.zone_place = world.zone_place
        self.area_name = [self.names[a] for a in world.area_ids]
        self.last_slot = len(world.clinic_of[0]) - 1 if world.clinic_of else 0
        self.calls = 0  # so far
        self._missions = 0
        self.open_cases: dict[int, Case] = {}
        self.clinics = [Clinic(self, i, c) for i, c in enumerate(world.clinics)]
        self.satellites = [Satellite(self, s, self.clinics[s.clinic]) for s in world.satellites]
        self.amk = [Amk(self, c) for c in world.amk]
        self.lvs = [Legevaktsentral(self, c) for c in world.lvs]
        centres: tuple[Sequence[Centre], ...] = (self.amk, self.lvs)
        for group in centres:
            for centre in group:
                if centre.spec.overflow_to is not None:
                    centre.other = group[centre.spec.overflow_to]
        self.boards = [Board(self, n) for n in range(1 + max(world.board_of_amk, default=0))]
        for number, amk in enumerate(self.amk):
            amk.board = self.boards[world.board_of_amk[number] if world.board_of_amk else 0]
        self.can_convey = bool(world.units) and bool(world.amk)
        self._hospitals = [
            (Place(self.names[h.id], Spot(h.place)), h.functions) for h in world.hospitals
        ]
        self._destinations = [
            *(place for place, _ in self._hospitals),
            *(Place(c.name, c.spot, c) for c in self.clinics),
        ]

        self._name_of = {id(place.spot): place.name for place in self._destinations}

    def open(self) -> None:
        """Start everybody's shifts."""
        for centre in (*self.amk, *self.lvs):
            centre.open()
        for clinic in self.clinics:
            clinic.open()
        for satellite in self.satellites:
            satellite.open()
        for board in self.boards:
            board.open()

    # -- numbers and names -------------------------------------------------------------------------

    def next_mission(self) -> int:
        """Return the next mission's number."""
        self._missions += 1
        return self._missions

    def slot(self) -> int:
        """Return the present quarter of an hour, at most the calendar's last."""
        return self.slot_of(self.env._now)

    def slot_of(self, time: float) -> int:
        """Return the quarter of an hour of a time, at most the calendar's last."""
        slot = int(time // SLOT)
        if slot > self.last_slot:
            return self.last_slot
        return slot

    def place_name(self, unit: Unit) -> int:
        """Return the name of the place where a unit stands after a mission."""
        return self._name_of.get(id(unit.at), NULL)

    @staticmethod
    def problem(case: Case) -> Problem:
        """Return what is the matter."""
        number: int = case.drawn.problem[case.row]
        return PROBLEMS[number]

    # -- cases -------------------------------------------------------------------------------------

    def unserved(self, case: Case, why: str) -> None:
        """Nobody can help at this hour: written down, never silently dropped.

        People from outside the region then have the services of their own municipality.
        """
        if self.world.area_outside[case.area]:
            case.end("elsewhere")
            return
        self.write((
            self.env._now, kinds.UNSERVED, case.id, NULL, NULL, NULL, self.zone_name[case.zone], NAN,
            self.names[why],
        ))  # fmt: skip
        case.end("unserved")

    # -- who serves --------------------------------------------------------------------------------

    def amk_for(self, area: int) -> Amk:
        """Return the AMK of an area; people from outside ring the region's first one."""
        return self.amk[self.world.amk_of[area] or 0]

    def amk_name(self, area: int) -> int:
        """Return the name of the AMK of an area, null where there is none."""
        return self.amk_for(area).name if self.amk else NULL

    def lvs_for(self, area: int) -> Legevaktsentral | None:
        """Return the legevaktsentral of an area, if it has one."""
        index = self.world.lvs_of[area]
        return None if index is None else self.lvs[index]

    def clinic_for(self, area: int) -> Clinic | None:
        """Return the clinic whose patients an area's people are now (R9, assumption A32)."""
        index = self.world.clinic_of[area][self.slot_of(self.env._now)]
        return None if index < 0 else self.clinics[index]

    def video_clinic(self, area: int, usual: Clinic) -> Clinic:
        """Return the clinic whose doctor is on video: the usual one if it has a doctor on duty."""
        if usual.doctors_on:
            return usual
        return self.clinic_for(area) or usual

    def satellite_for(self, area: int) -> Satellite | None:
        """Return the area's open and manned satellite, if any."""
        if not self.satellites:
            return None
        index = self.world.satellite_of[area][self.slot()]
        if index < 0 or not self.satellites[index].manned:
            return None
        return self.satellites[index]

    # -- decisions ---------------------------------------------------------------------------------

    def book(self, case: Case, urgency: Urgency) -> None:
        """A patient is to be seen: at the satellite or at the legevakt, as the policy says."""
        satellite = self.satellite_for(case.area)
        if satellite is not None and satellite.reaches(case):
            patient = Patient(urgency, self.problem(case))
            if self.world.referral.to_satellite(
                patient, takes_urgent=satellite.spec.takes_urgent, waiting=satellite.booked
            ):
                self.env.start(satellite.patient(case, urgency))
                return
        clinic = self.clinic_for(case.area)
        if clinic is None:
            self.unserved(case, "no clinic at this hour")
            return
        self.env.start(clinic.travel(case, delay=case.drawn.leave_home_s[case.row]))

    def home_visit(self, case: Case, urgency: Urgency) -> None:
        """A visit is to be made: by the satellite's nurse with video, or by a doctor."""
        satellite = self.satellite_for(case.area)
        if (
            satellite is not None
            and satellite.spec.home_visits
            and urgency is not ACUTE
            and satellite.reaches(case)
        ):
            self.env.start(satellite.home_visit(case, urgency))
            return
        index = self.world.home_visit_of[case.area][self.slot()]
        if index < 0:
            self.unserved(case, "no doctor for home visits at this hour")
            return
        self.env.start(self.clinics[index].goes_out(case, call_out=False))

    def alert_doctor(self, case: Case) -> None:
        """AMK alerts the duty doctor; some are to drive out, if it is not too far (R1)."""
        index = self.world.call_out_of[case.area][self.slot()]
        if index < 0:
            return
        clinic = self.clinics[index]
        case.begin()
        home = case.home
        away = self.roads.expected("ambulance", self.env._now, clinic.spot, home)
        near = away <= self.world.rules.call_out_max_drive_s
        if near and case.drawn.doctor_goes[case.row]:
            self.env.start(clinic.goes_out(case, call_out=True))
        else:
            self.env.start(clinic.informed(case))

    def alert_satellite(self, case: Case) -> None:
        """The satellite's nurse drives to an acute incident that is near enough."""
        satellite = self.satellite_for(case.area)
        if satellite is None or satellite.spec.first_response_s <= 0:
            return
        home = case.home
        away = self.roads.expected("car", self.env._now, satellite.spot, home)
        if away <= satellite.spec.first_response_s:
            self.env.start(satellite.responds(case))

    def destination_of(self, request: Request, origin: Spot) -> Place | None:
        """Return where the patient is taken, as the destination policy says (assumption A24)."""
        now, case = self.env._now, request.case
        to_legevakt = bool(case.drawn.to_legevakt[case.row]) and not request.from_clinic
        ways = self.roads.ways("ambulance", now)
        start, out = origin
        out *= ways.access_factor
        way = ways.rows[start] or ways.row(start)
        options = []
        for i, (place, functions) in enumerate(self._hospitals):
            seconds = way[place.spot.place] + out
            if seconds == FOREVER:  # not at this hour
                seconds = self._seconds(now, origin, place.spot)
            options.append(new(Destination, (i, "hospital", seconds, functions)))
        if to_legevakt:
            clinic = self.clinic_for(case.area)
            if clinic is not None and clinic.doctors_on:
                seconds = self._seconds(now, origin, clinic.spot)
                number = len(self._hospitals) + clinic.index
                options.append(Destination(number, "legevakt", seconds, frozenset()))
        patient = Patient(request.urgency, self.problem(case), to_legevakt)
        chosen = self.world.destination.choose(patient, options)
        return None if chosen is None else self._destinations[chosen]

    def _seconds(self, now: float, origin: Spot, to: Spot) -> float:
        seconds = self.roads.expected("ambulance", now, origin, to)
        if seconds < FOREVER:
            return seconds
        closed = self.roads.opens("ambulance", now, origin, to)
        if closed == FOREVER:
            return FOREVER
        return closed + self.roads.expected("ambulance", now + closed, origin, to)
