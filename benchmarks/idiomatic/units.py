"""Units as processes that are interrupted, and AMK's board of requests."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Any

import simpy

from benchmarks.idiomatic.travel import INFINITY, Address, Drive, next_class
from emergency_sim.domain.incident import Urgency
from emergency_sim.policies import Candidate, Need
from emergency_sim.simulation.purposes import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.idiomatic.draws import Incident
    from benchmarks.idiomatic.model import Model
    from emergency_sim.domain.travel import Position
    from emergency_sim.simulation.world import UnitSpec

NOT_NEEDED = "not needed"


class Request:
    """One unit is wanted for an incident."""

    def __init__(
        self, i: Incident, urgency: Urgency, scene: Address, slot: int, conveys: bool
    ) -> None:
        self.incident = i
        self.urgency = urgency
        self.scene = scene
        self.slot = slot
        self.conveys = conveys
        self.profile = "ambulance_blue" if urgency == Urgency.ACUTE else "ambulance"
        self.at_clinic = False
        self.mission = 0
        self.sent = 0
        self.key: tuple[int, float, int] = (0, 0.0, 0)

    def same_place(self, other: Request) -> bool:
        """Return whether the other unit is wanted for the same patient at the same place."""
        return self.incident is other.incident and self.at_clinic == other.at_clinic


class Board:
    """All units, and all requests that wait for one."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.env = model.env
        self.policy = model.world.dispatch
        self.waiting: list[Request] = []
        self.requests = 0
        self.units = [Unit(model, n, spec) for n, spec in enumerate(model.world.units)]
        for unit in self.units:
            self.env.process(unit.shifts())
        self.env.process(self.ferry_hours())

    def ferry_hours(self) -> Iterator[simpy.Event]:
        """Look at who waits when other ferries go."""
        while True:
            yield self.env.timeout(next_class(self.env.now) - self.env.now)
            self.review()

    def register(self, i: Incident, urgency: Urgency, origin: str, centre: str) -> None:
        """Write down that AMK has the inquiry."""
        self.model.record(
            "registered", incident=i.id, actor=centre, place=self.model.zone_id(i),
            value=float(urgency), code=origin,
        )  # fmt: skip

    def order(self, i: Incident, urgency: Urgency) -> None:
        """Ask for what AMK has decided to send."""
        scene = self.model.address(i)
        self.want(i, urgency, scene, slot=0, conveys=i.conveyed)
        if urgency == Urgency.ACUTE:
            if i.units_needed == 2:
                self.want(i, urgency, scene, slot=1, conveys=i.conveyed)
            if i.doctor_alerted:
                self.model.alert_doctor(i)
            self.model.alert_satellite(i)

    def want(
        self,
        i: Incident,
        urgency: Urgency,
        scene: Address,
        *,
        slot: int,
        conveys: bool,
        at_clinic: bool = False,
    ) -> None:
        """Ask for one unit."""
        model, now = self.model, self.env.now
        request = Request(i, urgency, scene, slot, conveys)
        request.at_clinic = at_clinic
        model.begin(i)
        model.record(
            "requested", incident=i.id, actor=model.amk[0].id, place=model.zone_id(i),
            value=float(urgency), code=str(slot),
        )  # fmt: skip
        if all(
            model.travel.expected(request.profile, now, unit.at, scene) == INFINITY
            for unit in self.units
        ):
            self.out_of_reach(request)
            return
        self.requests += 1
        rank = 0 if model.world.rules.fcfs else int(urgency)
        request.key = (rank, now, self.requests)
        self.send_or_wait(request)

    def out_of_reach(self, request: Request) -> None:
        """No road and no ferry at this hour."""
        self.model.unserved(request.incident, "no way by road at this hour")

    def send_or_wait(self, request: Request) -> None:
        """Send a unit, or put the request in the queue."""
        if not self.send(request):
            insort(self.waiting, request, key=lambda r: r.key)

    def review(self) -> None:
        """A unit is available: does it suit a waiting request."""
        for request in list(self.waiting):
            if self.send(request):
                self.waiting.remove(request)

    def send(self, request: Request) -> bool:
        """Send the unit that the policy chooses."""
        model, i = self.model, request.incident
        candidates = [c for c in (unit.candidate(request) for unit in self.units) if c]
        chosen = self.policy.choose(self.need(request), candidates) if candidates else None
        if chosen is None:
            return False
        unit = self.units[chosen]
        how = {"idle": "idle", "returning": "returning"}.get(unit.state, "diverted")
        request.mission = model.next_mission()
        request.sent += 1
        i.units.append(unit)
        expected = next(c.expected_s for c in candidates if c.unit == chosen)
        model.record(
            "alarmed", incident=i.id, mission=request.mission, actor=unit.id,
            place=unit.spec.station, value=expected, code=how,
        )  # fmt: skip
        unit.alarm(request)
        return True

    def need(self, request: Request) -> Need:
        """Return what the policy sees of a request."""
        return Need(request.urgency, self.model.zone_id(request.incident))

    def release(self, request: Request, unit: Unit) -> None:
        """The patient is looked after: other units are not needed."""
        i = request.incident
        if i.conveyor.get(request.at_clinic, unit) is not unit:
            return
        for other in [r for r in self.waiting if r.same_place(request)]:
            self.waiting.remove(other)
            self.model.end(i)
        for other_unit in i.units:
            if (
                other_unit is not unit
                and other_unit.request is not None
                and other_unit.request.same_place(request)
                and other_unit.state in ("alarmed", "to_scene")
            ):
                other_unit.request = None
                if other_unit.listening:
                    other_unit.process.interrupt(NOT_NEEDED)


class Unit:
    """One unit."""

    def __init__(self, model: Model, number: int, spec: UnitSpec) -> None:
        self.model = model
        self.env = model.env
        self.number = number
        self.spec = spec
        self.id = spec.id
        self.state = "off"
        self.leaving = False
        self.shift_ends = 0.0
        self.base = Address(spec.place)
        self.at = self.base
        self.drive: Drive | None = None
        self.request: Request | None = None
        self.next_request: Request | None = None
        self.ready_at = 0.0
        self.ready_expected = 0.0
        self.listening = True  # false from an alarm until the crew has heard it
        self.called: simpy.Event = model.env.event()
        self.process = self.env.process(self.life())

    def record(self, kind: str, **fields: Any) -> None:
        """Write an event of this unit."""
        self.model.record(kind, actor=self.id, **fields)

    def shifts(self) -> Iterator[simpy.Event]:
        """Follow the unit's shifts."""
        env = self.env
        starts, ends = self.spec.shifts.start.tolist(), self.spec.shifts.end.tolist()
        for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if start > env.now:
                yield env.timeout(start - env.now)
            if self.state == "off":
                self.state = "idle"
                self.record("unit_on", place=self.spec.station, code=self.spec.type)
                self.model.board.review()
            elif self.leaving:  # the new crew waits for the car
                self.leaving = False
                overtime = env.now - self.shift_ends
                self.record(
                    "unit_off", place=self.spec.station, value=overtime, code=self.spec.type
                )
                self.record("unit_on", place=self.spec.station, code=self.spec.type)
                if self.state == "returning":
                    self.model.board.review()
            yield env.timeout(end - env.now)
            if n + 1 < len(starts) and starts[n + 1] == end:
                continue
            self.shift_ends = end
            self.leaving = True
            if self.state == "idle":
                self.goes_off()

    def goes_off(self) -> None:
        """The crew goes home."""
        self.state = "off"
        self.leaving = False
        overtime = self.env.now - self.shift_ends
        self.record("unit_off", place=self.spec.station, value=overtime, code=self.spec.type)

    def candidate(self, request: Request) -> Candidate | None:
        """Return the unit as the dispatcher sees it, if it could go."""
        if self.leaving:
            return None
        policy, model, now = self.model.world.dispatch, self.model, self.env.now
        profile, scene = request.profile, request.scene
        if self.state == "idle":
            expected = model.travel.expected(profile, now, self.at, scene)
            rules = model.world.rules
            if rules.turnout and self.spec.crew_at_home:
                expected += rules.chute_home_expected_s
            elif rules.turnout:
                expected += rules.chute_station_expected_s
            return Candidate(self.number, self.id, expected, self.spec.capabilities)
        if self.state == "returning" and policy.uses_returning:
            expected = self.expected(profile, scene)
            return Candidate(self.number, self.id, expected, self.spec.capabilities)
        if (
            self.state in ("alarmed", "to_scene")
            and policy.preempts
            and self.request is not None
            and self.request.urgency > request.urgency
        ):
            remaining = self.expected(self.request.profile, self.request.scene)
            return Candidate(
                self.number, self.id, self.expected(profile, scene), self.spec.capabilities,
                self.request.urgency, remaining,
            )  # fmt: skip
        return None

    def expected(self, profile: str, scene: Address) -> float:
        """Return expected seconds from where the unit is."""
        travel, now = self.model.travel, self.env.now
        if self.drive is None:
            rest = max(0.0, self.ready_expected - now) if self.state == "alarmed" else 0.0
            return rest + travel.expected(profile, now, self.at, scene)
        return travel.from_position(profile, now, travel.where(self.drive, now), scene)

    def alarm(self, request: Request) -> None:
        """Send the unit, wherever it is."""
        now, rules = self.env.now, self.model.world.rules
        if self.state in ("idle", "returning"):
            idle = self.state == "idle" and not self.called.triggered
            self.state = "alarmed"
            self.ready_at = max(now, self.ready_at)
            self.ready_expected = max(now, self.ready_expected)
            if idle and self.at.place == self.spec.place and rules.turnout:
                self.ready_at = now + self.turnout(request)
                self.ready_expected = now + self.usual_turnout()
        self.request = request
        hears, self.listening = self.listening, False
        if not self.called.triggered:
            self.called.succeed(request)
        elif self.env.active_process is self.process or not hears:
            before, self.next_request = self.next_request, request
            if before is not None:
                self.taken_off(before, request, None)
        else:
            self.process.interrupt(request)

    def life(self) -> Iterator[Any]:
        """Wait for an alarm, serve, return, and so on."""
        while True:
            self.called = self.env.event()
            request = yield self.called
            position: Position | None = None
            while request is not None:
                request, position = yield from self.serve(request, position)
                if request is None:
                    request, position = yield from self.back(position)

    def serve(self, request: Request, position: Position | None) -> Iterator[Any]:
        """Serve one request; gives the next one if the unit is sent elsewhere on its way."""
        model, env, i = self.model, self.env, request.incident
        self.listening = True
        if self.request is not request:
            other, self.next_request = self.next_request, None
            return self.taken_off(request, other or NOT_NEEDED, position)
        if self.ready_at > env.now:
            try:
                yield env.timeout(self.ready_at - env.now)
            except simpy.Interrupt as interrupt:
                return self.taken_off(request, interrupt.cause, None)
        self.record("mobilised", incident=i.id, mission=request.mission, place=self.spec.station)
        self.state = "to_scene"
        drive = self.drive_to(request, position)
        if drive.seconds == INFINITY:
            model.board.out_of_reach(request)
            return None, position
        self.drive = drive
        try:
            yield env.timeout(drive.seconds)
        except simpy.Interrupt as interrupt:
            self.drive = None
            return self.taken_off(request, interrupt.cause, model.travel.where(drive, env.now))
        self.drive = None
        self.at = request.scene
        self.state = "working"
        self.record(
            "on_scene", incident=i.id, mission=request.mission, place=model.zone_id(i),
            code=self.spec.type,
        )  # fmt: skip
        nobody = request.at_clinic not in i.conveyor
        conveys = request.conveys and nobody and "transport" in self.spec.capabilities
        if conveys:
            i.conveyor[request.at_clinic] = self
        yield env.timeout(i.on_scene2 if request.slot else i.on_scene)
        helped = request.slot > 0 or request.at_clinic in i.conveyor
        outcome = "assisted" if helped else "not_conveyed"
        if conveys:
            outcome = yield from self.convey(request)
        model.board.release(request, self)
        place = model.site_at(self.at) or model.zone_id(i)
        self.record("clear", incident=i.id, mission=request.mission, place=place, code=outcome)
        if outcome == "conveyed":
            model.end(i, "conveyed")
        else:
            model.end(i, None if helped else "not_conveyed")
        return None, None

    def turnout(self, request: Request) -> float:
        """Return the chute time of this crew at this hour."""
        if request.sent > 1:
            return self.usual_turnout()
        day, night, home = request.incident.turnout[request.slot]
        if self.spec.crew_at_home:
            return home
        return day if 7 <= self.env.now % 86_400 // 3_600 < 23 else night

    def usual_turnout(self) -> float:
        """Return what the dispatcher counts on."""
        rules = self.model.world.rules
        if self.spec.crew_at_home:
            return rules.chute_home_expected_s
        return rules.chute_station_expected_s

    def drive_to(self, request: Request, position: Position | None) -> Drive:
        """Return the drive to the scene."""
        model, i, now = self.model, request.incident, self.env.now
        if request.sent == 1:
            noise, ferry = i.drive_noise[request.slot], i.ferry2
        else:
            noise = 1.0
            ferry = model.lookup(i.id, Purpose.DRIVE_AGAIN, 4 * (request.sent - 1) + request.slot)
        if position is None:
            return model.travel.drive(request.profile, now, self.at, request.scene, noise, ferry)
        return model.travel.drive_from(request.profile, now, position, request.scene, noise, ferry)

    def taken_off(
        self, request: Request, cause: Request | str, position: Position | None
    ) -> tuple[Request | None, Position | None]:
        """Leave a mission on the way."""
        i = request.incident
        if cause is NOT_NEEDED:
            self.record("stood_down", incident=i.id, mission=request.mission)
            self.model.end(i)
            return None, position
        self.record("diverted", incident=i.id, mission=request.mission)
        self.model.board.send_or_wait(request)
        return cause, position

    def convey(self, request: Request) -> Iterator[Any]:
        """Take the patient to hospital or legevakt."""
        model, env, i, travel = self.model, self.env, request.incident, self.model.travel
        destination = model.destination(request, self.at)
        if destination is None:
            return "not_conveyed"
        site, address, clinic = destination
        self.record(
            "leaves_scene", incident=i.id, mission=request.mission, place=model.zone_id(i),
            code=site,
        )  # fmt: skip
        model.board.release(request, self)
        left = env.now
        closed = travel.opens(request.profile, env.now, self.at, address)
        if closed > 0:
            yield env.timeout(closed)
        wait = model.lookup(i.id, Purpose.TRANSPORT, request.sent - 1)
        drive = travel.drive(request.profile, env.now, self.at, address, i.transport_noise, wait)
        due = env.now + drive.seconds
        if clinic is not None:
            clinic.expect(i, due)
        yield env.timeout(drive.seconds)
        if clinic is not None:
            clinic.due.remove(due)
        self.at = address
        self.record("at_destination", incident=i.id, mission=request.mission, place=site)
        if clinic is not None:
            model.begin(i)
            env.process(clinic.visit(i, env.now - left))
        yield env.timeout(i.handover)
        return "conveyed"

    def back(self, position: Position | None) -> Iterator[Any]:
        """Return to base; gives the next request if the unit is sent again on its way."""
        model, env, travel = self.model, self.env, self.model.travel
        self.request = self.next_request = None
        drive = None
        if position is None and (self.at == self.base or not model.world.rules.return_to_base):
            self.state = "idle"
        else:
            self.state = "returning"
            drive = self.drive_home(position)
            while drive.seconds == INFINITY:
                if not self.leaving:
                    model.board.review()
                if self.next_request is not None:
                    request, self.next_request = self.next_request, None
                    return request, position
                try:
                    yield env.timeout(next_class(env.now) - env.now)
                except simpy.Interrupt as interrupt:
                    return interrupt.cause, position
                drive = self.drive_home(position)
        self.drive = drive
        if not self.leaving:
            model.board.review()
        request, self.next_request = self.next_request, None
        if request is None and drive is not None:
            try:
                yield env.timeout(drive.seconds)
            except simpy.Interrupt as interrupt:
                request = interrupt.cause
        self.drive = None
        if request is not None:
            return request, None if drive is None else travel.where(drive, env.now)
        if drive is not None:
            self.at = self.base
            self.state = "idle"
        self.record("at_base", place=self.spec.station)
        if self.leaving:
            self.goes_off()
        else:
            model.board.review()
        request, self.next_request = self.next_request, None
        return request, None

    def drive_home(self, position: Position | None) -> Drive:
        """Return the drive to the base."""
        travel, now = self.model.travel, self.env.now
        if position is None:
            return travel.drive("ambulance", now, self.at, self.base, 1.0, 0.5)
        return travel.drive_from("ambulance", now, position, self.base, 1.0, 0.5)
