"""A unit's missions: turnout, driving, on scene, with the patient, clear, returning.

A unit may be sent again while it drives back, and may be taken from a less urgent incident while it
drives there; then it starts from its true position on the road (MODEL.md, "Units").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.incident import Urgency
from emergency_sim.simulation import kinds
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.purposes import Purpose
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.unit_on_duty import (
    IDLE,
    RETURNING,
    STAND_DOWN,
    TO_SCENE,
    WORKING,
    UnitOnDuty,
)
from emergency_sim.simulation.ways import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.domain.travel import Position
    from emergency_sim.simulation.request import Request
    from emergency_sim.simulation.routes import Leg

ACUTE: Final = Urgency.ACUTE
DRIVE_AGAIN, TRANSPORT = Purpose.DRIVE_AGAIN, Purpose.TRANSPORT


class Unit(UnitOnDuty):
    """The story of one unit."""

    __slots__ = ()

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
            request.conveys and request.conveyor is None and "transport" in self.spec.capabilities
        )
        if conveys:
            request.conveyor = self
        yield c.on_scene_s[row] if request.slot == 0 else c.on_scene2_s[row]
        helped = request.slot > 0 or request.conveyor not in (None, self)
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
        write = chain.write
        write((
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
        ferry_u = 0.0
        if roads.by_ferry(profile, env._now, self.at, destination.spot):
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
        write = chain.write
        write((
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
