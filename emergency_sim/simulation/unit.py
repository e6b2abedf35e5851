"""A unit's day: idle at base, alarmed, turnout, driving, on scene, with the patient, clear, returning.

A unit may be sent again while it drives back, and may be taken from a less urgent incident while it
drives there; then it starts from its true position on the road (MODEL.md, "Units").
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.events import Kind
from emergency_sim.domain.incident import Urgency
from emergency_sim.domain.units import DAY, HOUR
from emergency_sim.simulation import kinds
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.purposes import Purpose
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.routes import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.domain.travel import Position
    from emergency_sim.simulation.board import Board, Request
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.routes import Leg
    from emergency_sim.simulation.world import UnitSpec


class State(IntEnum):
    """What a unit is doing."""

    OFF = 0
    IDLE = 1
    ALARMED = 2
    TO_SCENE = 3
    WORKING = 4
    RETURNING = 5


ACUTE: Final = Urgency.ACUTE
DRIVE_AGAIN, TRANSPORT = Purpose.DRIVE_AGAIN, Purpose.TRANSPORT
OFF, IDLE, ALARMED = State.OFF, State.IDLE, State.ALARMED
TO_SCENE, WORKING, RETURNING = State.TO_SCENE, State.WORKING, State.RETURNING
UNDER_WAY: Final = (ALARMED, TO_SCENE, RETURNING)
"""Not idle, and may be sent elsewhere."""


class StandDown:
    """Told to a unit that is not needed after all."""


STAND_DOWN: Final = StandDown()


class Unit:
    """One unit and where it is."""

    __slots__ = (
        "_board", "_chain", "_env", "_next", "_process", "_ready_at", "_ready_expected", "actor", "at",
        "index", "leaving", "leg", "name_of_station", "request", "shift_ends", "spec", "state",
        "type_code",
    )  # fmt: skip

    def __init__(self, chain: Chain, board: Board, index: int, spec: UnitSpec) -> None:
        self._chain = chain
        self._board = board
        self._env = chain.env
        self.index = index
        self.spec = spec
        self.actor = chain.names[spec.id]
        self.type_code = chain.names[spec.type]
        self.name_of_station = chain.names[spec.station]
        self.state = OFF
        self.leaving = False
        self.shift_ends = 0.0
        self.at = Spot(spec.place)
        self.leg: Leg | None = None
        self.request: Request | None = None
        self._next: Request | None = None
        self._ready_at = 0.0
        self._ready_expected = 0.0
        self._process = self._env.start(self._life())

    # -- shifts ------------------------------------------------------------------------------------

    def shifts(self) -> Generator[Any, Any, None]:
        """Follow the unit's shifts."""
        env, duty = self._env, self.spec.shifts
        starts, ends = duty.start.tolist(), duty.end.tolist()
        for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if start > env._now:
                yield start - env._now
            self._comes_on()
            yield end - env._now
            if i + 1 < len(starts) and starts[i + 1] == end:
                continue  # the next crew takes over in the car
            self.shift_ends = end
            self.leaving = True
            if self.state is IDLE:
                self._goes_off()

    def _comes_on(self) -> None:
        if self.state is not OFF:  # still finishing what the last shift began, or relieved
            if self.leaving:
                self._write(kinds.UNIT_OFF, NULL, value=self._env._now - self.shift_ends)
                self._write(kinds.UNIT_ON, NULL)
            self.leaving = False
            if self.state is RETURNING:
                self._board.review()
            return
        self._becomes(IDLE)
        self._write(kinds.UNIT_ON, NULL)
        self._board.review()

    def _goes_off(self) -> None:
        self._becomes(OFF)
        self.leaving = False
        self._write(kinds.UNIT_OFF, NULL, value=self._env._now - self.shift_ends)

    def _write(self, kind: Kind, mission: int, *, value: float = NAN) -> None:
        self._chain.write((
            self._env._now, kind, NULL, NULL, mission, self.actor, self.name_of_station, value,
            self.type_code,
        ))  # fmt: skip

    def _becomes(self, state: State) -> None:
        self.state = state
        if state in UNDER_WAY:
            self._board.under_way.add(self.index)
        else:
            self._board.under_way.discard(self.index)

    # -- what the dispatcher sees ------------------------------------------------------------------

    def expected_s(self, profile: str, scene: Spot) -> float:
        """Return the expected seconds until a unit that is under way is at ``scene``."""
        chain, now = self._chain, self._env._now
        if self.leg is None:  # still at its base, or clear this instant
            ready = max(0.0, self._ready_expected - now) if self.state is ALARMED else 0.0
            return ready + chain.roads.expected(profile, now, self.at, scene)
        position = chain.roads.where(self.leg, now)
        return chain.roads.from_position(profile, now, position, scene)

    def remaining_s(self) -> float:
        """Return the expected seconds until a unit that is alarmed is where it is sent."""
        if self.leg is not None and self.state is TO_SCENE:
            return self.leg.left_at + self.leg.seconds - self._env._now
        request = self.request
        return 0.0 if request is None else self.expected_s(request.profile, request.scene)

    def alarm(self, request: Request) -> None:
        """Send the unit: from its base, from the road home, or from a less urgent incident.

        A crew that is getting ready goes on with that, whoever it is sent to (assumption A17).
        """
        state, now = self.state, self._env._now
        self.request = request
        woken = self._process.wake(request)
        if not woken:  # it was alarmed in this instant already, or is just clear
            before, self._next = self._next, request
            if before is not None:
                self._taken_off(before, request, None)
        if state is IDLE or state is RETURNING:
            self._becomes(ALARMED)
            # Who was stood down in this very instant goes on getting ready for the next alarm.
            self._ready_at = max(now, self._ready_at)
            self._ready_expected = max(now, self._ready_expected)
            at_base = self.at.place == self.spec.place
            if state is IDLE and woken and at_base and self._chain.world.rules.turnout:
                self._ready_at = now + self._turnout(request)
                self._ready_expected = now + self._expected_turnout()

    def stand_down(self) -> None:
        """Tell a unit on its way that it is not needed."""
        self._process.wake(STAND_DOWN)

    # -- the story ---------------------------------------------------------------------------------

    def _life(self) -> Generator[Any, Any, None]:
        while True:
            request = yield FOREVER
            position: Position | None = None
            while request is not None:
                request, position = yield from self._mission(request, position)
                if request is None:
                    request, position = yield from self._return(position)

    def _mission(
        self, request: Request, position: Position | None
    ) -> Generator[Any, Any, tuple[Request | None, Position | None]]:
        """Serve one request; gives the next one if the unit is sent again before it is home.

        The first unit at the scene that can conveys, others assist (assumptions A22 and A23).
        """
        chain, env = self._chain, self._env
        case, mission = request.case, request.mission
        c = case.drawn
        row, zone = case.row, chain.zone_name[case.zone]
        write = chain.write
        if self.request is not request:  # taken off in the instant of the alarm
            taken = self._take_next()
            return self._taken_off(request, STAND_DOWN if taken is None else taken, position)
        if self._ready_at > env._now:
            cause = yield self._ready_at - env._now
            if cause is not None:
                return self._taken_off(request, cause, None)
        write((
            env._now, kinds.MOBILISED, case.id, NULL, mission, self.actor, self.name_of_station, NAN,
            NULL,
        ))  # fmt: skip
        self._becomes(TO_SCENE)
        leg = self._leg_to(request, position)
        if leg.seconds == FOREVER:
            self._board.cannot_reach(request)
            return None, position
        self.leg = leg
        cause = yield leg.seconds
        self.leg = None
        if cause is not None:
            return self._taken_off(request, cause, chain.roads.where(leg, env._now))
        self.at = request.scene
        self._becomes(WORKING)
        write((
            env._now, kinds.ON_SCENE, case.id, NULL, mission, self.actor, zone, NAN, self.type_code,
        ))  # fmt: skip
        conveys = (
            request.conveys and case.conveyor is None and "transport" in self.spec.capabilities
        )
        if conveys:
            case.conveyor = self
        yield c.on_scene_s[row] if request.slot == 0 else c.on_scene2_s[row]
        helped = request.slot > 0 or case.conveyor not in (None, self)
        outcome = chain.code.assisted if helped else chain.code.not_conveyed
        if conveys:
            outcome = yield from self._convey(request)
        conveyed = outcome == chain.code.conveyed
        self._board.released(request, self)
        where = chain.place_name(self)
        write((
            env._now, kinds.CLEAR, case.id, NULL, mission, self.actor,
            zone if where == NULL else where, NAN, outcome,
        ))  # fmt: skip
        case.end("conveyed" if conveyed else None if helped else "not_conveyed")
        return None, None

    def _turnout(self, request: Request) -> float:
        if (
            request.ordinal > 0
        ):  # a further crew for the same incident: its columns are used up (R6)
            return self._expected_turnout()
        c, row = request.case.drawn, request.case.row
        first = request.slot == 0
        if self.spec.crew_at_home:
            return float(c.turnout_home_s[row] if first else c.turnout2_home_s[row])
        if 7 <= (self._env._now % DAY) // HOUR < 23:
            return float(c.turnout_day_s[row] if first else c.turnout2_day_s[row])
        return float(c.turnout_night_s[row] if first else c.turnout2_night_s[row])

    def _expected_turnout(self) -> float:
        rules = self._chain.world.rules
        return (
            rules.chute_home_expected_s
            if self.spec.crew_at_home
            else rules.chute_station_expected_s
        )

    def _leg_to(self, request: Request, position: Position | None) -> Leg:
        chain, now, c = self._chain, self._env._now, request.case.drawn
        row = request.case.row
        if request.ordinal == 0:
            noise = c.drive_noise[row] if request.slot == 0 else c.drive2_noise[row]
            ferry_u = c.ferry2_u[row]
        else:  # sent again to the same incident: beyond the prepared columns (R6)
            key = 4 * request.ordinal + request.slot
            noise = 1.0
            ferry_u = chain.lookup(request.case.id, DRIVE_AGAIN, key)
        if position is None:
            return chain.roads.drive(
                request.profile, now, self.at, request.scene, noise=noise, ferry_u=ferry_u
            )
        return chain.roads.drive_from(
            request.profile, now, position, request.scene, noise=noise, ferry_u=ferry_u
        )

    def _taken_off(
        self, request: Request, cause: Any, position: Position | None
    ) -> tuple[Request | None, Position | None]:
        """Leave this mission: for a more urgent one, or because the unit is not needed."""
        chain = self._chain
        diverted = cause is not STAND_DOWN
        kind = kinds.DIVERTED if diverted else kinds.STOOD_DOWN
        chain.write((
            self._env._now, kind, request.case.id, NULL, request.mission, self.actor,
            NULL, NAN, NULL,
        ))  # fmt: skip
        if diverted:
            self._board.again(request)
            return cause, position
        request.case.end()
        return None, position

    def _convey(self, request: Request) -> Generator[Any, Any, int]:
        """Take the patient to the destination and hand over; gives the outcome's code."""
        chain, env, case = self._chain, self._env, request.case
        c, row, write = case.drawn, case.row, chain.write
        destination = chain.destination_of(request, self.at)
        if destination is None:
            return int(chain.code.not_conveyed)
        write((
            env._now, kinds.LEAVES_SCENE, case.id, NULL, request.mission, self.actor,
            chain.zone_name[case.zone], NAN, destination.name,
        ))  # fmt: skip
        self._board.released(request, self)
        profile = "ambulance_blue" if request.urgency == ACUTE else "ambulance"
        started = env._now
        roads, noise = chain.roads, c.transport_noise[row]
        ferry_u = chain.lookup(case.id, TRANSPORT, request.ordinal)
        leg = roads.drive(
            profile, env._now, self.at, destination.spot, noise=noise, ferry_u=ferry_u
        )
        if leg.seconds == FOREVER:  # no ferry: wait for the first one
            yield roads.opens(profile, env._now, self.at, destination.spot)
            leg = roads.drive(
                profile, env._now, self.at, destination.spot, noise=noise, ferry_u=ferry_u
            )
        clinic = destination.clinic
        due = env._now + leg.seconds
        if clinic is not None:
            clinic.expect(case, due)
        yield leg.seconds
        if clinic is not None:
            clinic.due.remove(due)
        self.at = destination.spot
        write((
            env._now, kinds.AT_DESTINATION, case.id, NULL, request.mission, self.actor,
            destination.name, NAN, NULL,
        ))  # fmt: skip
        if clinic is not None:
            case.begin()
            env.start(clinic.visit(case, env._now - started))
        yield c.handover_s[row]
        return int(chain.code.conveyed)

    def _return(
        self, position: Position | None
    ) -> Generator[Any, Any, tuple[Request | None, Position | None]]:
        """Drive back to base; gives the next request and where the unit is if sent on the way."""
        chain, env = self._chain, self._env
        self.request = None
        self._next = None
        base = Spot(self.spec.place)
        leg: Leg | None = None
        if position is None and (self.at == base or not chain.world.rules.return_to_base):
            self._becomes(IDLE)
        else:
            self._becomes(RETURNING)
            leg = self._way_home(position, base)
            while leg.seconds == FOREVER:  # no ferry at this hour: available where it is
                if not self.leaving:
                    self._board.review()
                taken = self._take_next()
                if taken is None:
                    taken = yield chain.roads.next_class(env._now) - env._now
                if taken is not None:
                    return taken, position
                leg = self._way_home(position, base)
        self.leg = leg
        if not self.leaving:
            self._board.review()
        taken = self._take_next()
        if taken is None and leg is not None:
            taken = yield leg.seconds
        if taken is not None:
            self.leg = None
            return taken, None if leg is None else chain.roads.where(leg, env._now)
        if leg is not None:
            self.leg = None
            self.at = base
            self._becomes(IDLE)
        chain.write((
            env._now, kinds.AT_BASE, NULL, NULL, NULL, self.actor, self.name_of_station, NAN, NULL,
        ))  # fmt: skip
        if self.leaving:
            self._goes_off()
        else:
            self._board.review()
            taken = self._take_next()
        return taken, None

    def _take_next(self) -> Request | None:
        """Return the request that was given to the unit while its process was running."""
        taken, self._next = self._next, None
        return taken

    def _way_home(self, position: Position | None, base: Spot) -> Leg:
        roads, now = self._chain.roads, self._env._now
        if position is None:
            return roads.drive("ambulance", now, self.at, base, noise=1.0, ferry_u=0.5)
        return roads.drive_from("ambulance", now, position, base, noise=1.0, ferry_u=0.5)
