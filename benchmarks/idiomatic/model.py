"""The chain: arrivals, who serves whom, and the records."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import simpy

from benchmarks.idiomatic.centres import Amk, Centre, Legevaktsentral
from benchmarks.idiomatic.clinics import Clinic, Satellite
from benchmarks.idiomatic.travel import DAY, HOUR, INFINITY, Address
from benchmarks.idiomatic.units import Board, Request
from emergency_sim.domain.incident import Entry, Urgency
from emergency_sim.policies import Destination, Patient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.idiomatic.draws import Incident
    from benchmarks.idiomatic.travel import Travel
    from emergency_sim.simulation.world import World

SLOT = 900.0
GRACE_DAYS = 3


class Model:
    """One replication.

    Parameters
    ----------
    world
        As for the engine.
    day
        Gives the potential incidents of a day in order of time.
    lookup
        Uniforms for what depends on the path.
    travel
        Travel times of the world.
    """

    def __init__(
        self,
        world: World,
        day: Callable[[int], list[Incident]],
        lookup: Callable[[int, int, int], float],
        travel: Travel,
    ) -> None:
        self.world = world
        self.day = day
        self.lookup = lookup
        self.travel = travel
        self.env = simpy.Environment()
        self.log: list[dict[str, Any]] = []
        self.open: dict[int, Incident] = {}
        self.calls = self.missions = 0
        self.amk = [Amk(self, spec) for spec in world.amk]
        self.lvs = [Legevaktsentral(self, spec) for spec in world.lvs]
        self.overflow(self.amk)
        self.overflow(self.lvs)
        self.clinics = [Clinic(self, n, spec) for n, spec in enumerate(world.clinics)]
        self.satellites = [Satellite(self, s, self.clinics[s.clinic]) for s in world.satellites]
        self.board = Board(self)
        self.units_serve = bool(world.units) and bool(world.amk)
        self.sites: list[tuple[str, Address, Clinic | None]] = [
            (h.id, Address(h.place), None) for h in world.hospitals
        ]
        self.sites += [(c.id, c.address, c) for c in self.clinics]

    @staticmethod
    def overflow(centres: list[Any]) -> None:
        """Join centres whose calls go over to another one."""
        for centre in centres:
            if centre.spec.overflow_to is not None:
                other: Centre = centres[centre.spec.overflow_to]
                centre.other = other

    def run(self) -> list[dict[str, Any]]:
        """Run until every counted incident has ended; gives the records."""
        env, horizon = self.env, self.world.horizon
        env.process(self.arrivals())
        until = horizon.window_end_s
        env.run(math.nextafter(until, INFINITY))  # what happens at that second is part of it
        counted = set(self.open)
        while counted & set(self.open) and until < horizon.end_s + GRACE_DAYS * DAY:
            until += HOUR
            env.run(math.nextafter(until, INFINITY))
        for i in self.open.values():
            self.record("closed", incident=i.id, place=self.zone_id(i), code="open_at_end")
        return self.log

    # records

    def record(self, kind: str, **fields: Any) -> None:
        """Write an event."""
        fields["time"] = self.env.now
        fields["kind"] = kind
        self.log.append(fields)

    def next_call(self) -> int:
        """Return the next call's number."""
        self.calls += 1
        return self.calls

    def next_mission(self) -> int:
        """Return the next mission's number."""
        self.missions += 1
        return self.missions

    # incidents

    def arrivals(self) -> Iterator[simpy.Event]:
        """Draw each day's incidents and let them begin at their times."""
        env, world = self.env, self.world
        number = 0
        for day in range(world.horizon.total_days):
            for i in self.day(day):
                i.id = number
                number += 1
                if not i.happens:
                    continue
                i.area = world.zone_area[i.zone]
                if self.closed_to_outsiders(i):
                    continue
                if i.time > env.now:
                    yield env.timeout(i.time - env.now)
                self.arises(i)

    def closed_to_outsiders(self, i: Incident) -> bool:
        """Return whether somebody from outside finds no clinic here at this hour."""
        outside = self.world.area_outside[i.area]
        return outside and self.world.clinic_of[i.area][int(i.time // SLOT)] < 0

    def arises(self, i: Incident) -> None:
        """Somebody needs help, or asks something."""
        env = self.env
        clinic = self.clinic_for(i.area)
        self.record(
            "incident", incident=i.id, actor=clinic.id if clinic else None,
            place=self.zone_id(i), value=float(i.urgency), code=i.entry.name.lower(),
        )  # fmt: skip
        if i.urgency != Urgency.NONE:
            self.record(
                "need", incident=i.id, actor=self.world.area_ids[i.area], place=self.zone_id(i),
                value=float(i.age), code=i.problem.name.lower(),
            )  # fmt: skip
        i.under_way = 0
        i.outcome = "ended"
        i.units = []
        i.conveyor = {}
        self.open[i.id] = i
        if i.entry in (Entry.CALL_113, Entry.INQUIRY_113):
            env.process(self.amk_for(i.area).call_113(i))
        elif i.entry == Entry.PROFESSIONAL_AMK:
            env.process(self.amk_for(i.area).professional(i))
        elif i.entry == Entry.BOOKED:
            self.amk_for(i.area).booked(i)
        elif i.entry == Entry.WALK_IN:
            self.begin(i)
            if clinic is None:
                self.unserved(i, "no clinic at this hour")
            else:
                env.process(clinic.travel(i, 0.0))
        else:
            lvs = self.lvs_for(i.area)
            if lvs is None:
                self.begin(i)
                self.unserved(i, "no legevaktsentral")
            else:
                env.process(lvs.call_116117(i))

    def begin(self, i: Incident) -> None:
        """Something more is under way for an incident."""
        i.under_way += 1

    def end(self, i: Incident, outcome: str | None = None) -> None:
        """One thing has come to its end; the last one closes the incident."""
        if outcome is not None:
            i.outcome = outcome
        i.under_way -= 1
        if i.under_way == 0:
            self.record("closed", incident=i.id, place=self.zone_id(i), code=i.outcome)
            del self.open[i.id]

    def unserved(self, i: Incident, why: str) -> None:
        """Nobody can help at this hour; people from outside have their own services."""
        if self.world.area_outside[i.area]:
            self.end(i, "elsewhere")
            return
        self.record("unserved", incident=i.id, place=self.zone_id(i), code=why)
        self.end(i, "unserved")

    # who and where

    def zone_id(self, i: Incident) -> str:
        """Return the id of the incident's zone."""
        return self.world.zone_ids[i.zone]

    def address(self, i: Incident) -> Address:
        """Return where the patient is."""
        return Address(self.world.zone_place[i.zone], i.access)

    def site_at(self, address: Address) -> str | None:
        """Return the hospital or clinic where a unit stands."""
        for site, at, _ in self.sites:
            if at is address:
                return site
        return None

    def slot(self) -> int:
        """Return the quarter of an hour."""
        return min(int(self.env.now // SLOT), len(self.world.clinic_of[0]) - 1)

    def amk_for(self, area: int) -> Amk:
        """Return an area's AMK."""
        return self.amk[self.world.amk_of[area] or 0]

    def lvs_for(self, area: int) -> Legevaktsentral | None:
        """Return an area's legevaktsentral."""
        number = self.world.lvs_of[area]
        return None if number is None else self.lvs[number]

    def clinic_for(self, area: int) -> Clinic | None:
        """Return an area's clinic at this hour."""
        number = self.world.clinic_of[area][self.slot()]
        return None if number < 0 else self.clinics[number]

    def video_clinic(self, area: int, usual: Clinic) -> Clinic:
        """Return the clinic whose doctor is on video."""
        if any(doctor.on_duty for doctor in usual.doctors):
            return usual
        return self.clinic_for(area) or usual

    def satellite_for(self, area: int) -> Satellite | None:
        """Return an area's satellite if it is open and manned."""
        number = self.world.satellite_of[area][self.slot()]
        if number < 0 or not self.satellites[number].manned:
            return None
        return self.satellites[number]

    @staticmethod
    def true_urgency(i: Incident) -> Urgency:
        """Return the urgency with which a doctor orders an ambulance."""
        return Urgency.ACUTE if i.urgency == Urgency.ACUTE else Urgency.URGENT

    # decisions

    def book(self, i: Incident) -> None:
        """A patient is to be seen at the satellite or the clinic."""
        satellite = self.satellite_for(i.area)
        if satellite is not None and satellite.reaches(i):
            patient = Patient(i.lvs_urgency, i.problem)
            if self.world.referral.to_satellite(
                patient, takes_urgent=satellite.spec.takes_urgent, waiting=satellite.booked
            ):
                self.env.process(satellite.patient(i))
                return
        clinic = self.clinic_for(i.area)
        if clinic is None:
            self.unserved(i, "no clinic at this hour")
        else:
            self.env.process(clinic.travel(i, i.leave_home))

    def home_visit(self, i: Incident) -> None:
        """A patient is to be visited by a nurse with video or by a doctor."""
        satellite = self.satellite_for(i.area)
        if (
            satellite is not None
            and satellite.spec.home_visits
            and i.lvs_urgency != Urgency.ACUTE
            and satellite.reaches(i)
        ):
            self.env.process(satellite.home_visit(i))
            return
        number = self.world.home_visit_of[i.area][self.slot()]
        if number < 0:
            self.unserved(i, "no doctor for home visits at this hour")
        else:
            self.env.process(self.clinics[number].goes_out(i, call_out=False))

    def alert_doctor(self, i: Incident) -> None:
        """The duty doctor is alerted, and drives out or not."""
        number = self.world.call_out_of[i.area][self.slot()]
        if number < 0:
            return
        clinic = self.clinics[number]
        self.begin(i)
        away = self.travel.expected("ambulance", self.env.now, clinic.address, self.address(i))
        if i.doctor_goes and away <= self.world.rules.call_out_max_drive_s:
            self.env.process(clinic.goes_out(i, call_out=True))
        else:
            self.env.process(clinic.informed(i))

    def alert_satellite(self, i: Incident) -> None:
        """The satellite's nurse is alerted if near enough."""
        satellite = self.satellite_for(i.area)
        if satellite is None or satellite.spec.first_response_s <= 0:
            return
        away = self.travel.expected("car", self.env.now, satellite.address, self.address(i))
        if away <= satellite.spec.first_response_s:
            self.env.process(satellite.responds(i))

    def destination(
        self, request: Request, origin: Address
    ) -> tuple[str, Address, Clinic | None] | None:
        """Return where the patient is taken."""
        i = request.incident
        options = [
            Destination(n, "hospital", self.seconds(origin, self.sites[n][1]), spec.functions)
            for n, spec in enumerate(self.world.hospitals)
        ]
        to_legevakt = i.to_legevakt and not request.at_clinic
        if to_legevakt:
            clinic = self.clinic_for(i.area)
            if clinic is not None and any(d.on_duty for d in clinic.doctors):
                number = len(self.world.hospitals) + clinic.number
                seconds = self.seconds(origin, clinic.address)
                options.append(Destination(number, "legevakt", seconds, frozenset()))
        patient = Patient(request.urgency, i.problem, to_legevakt)
        chosen = self.world.destination.choose(patient, options)
        return None if chosen is None else self.sites[chosen]

    def seconds(self, origin: Address, to: Address) -> float:
        """Return expected seconds with a patient, the wait for a closed ferry included."""
        now = self.env.now
        closed = self.travel.opens("ambulance", now, origin, to)
        if closed == INFINITY:
            return INFINITY
        return closed + self.travel.expected("ambulance", now + closed, origin, to)
