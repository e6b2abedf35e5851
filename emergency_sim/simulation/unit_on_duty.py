"""A unit on duty: its shifts, what the dispatcher sees of it, and how it is alarmed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.events import Kind
from emergency_sim.domain.units import DAY, HOUR
from emergency_sim.simulation import kinds
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.ways import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.domain.travel import Position
    from emergency_sim.simulation.board import Board
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.request import Request
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


OFF, IDLE, ALARMED = State.OFF, State.IDLE, State.ALARMED
TO_SCENE, WORKING, RETURNING = State.TO_SCENE, State.WORKING, State.RETURNING
UNDER_WAY: Final = (ALARMED, TO_SCENE, RETURNING)
"""Not idle, and may be sent elsewhere."""


class StandDown:
    """Told to a unit that is not needed after all."""


STAND_DOWN: Final = StandDown()


class UnitOnDuty(ABC):
    """One unit and where it is; what it does on a mission is told in ``unit.py``."""

    __slots__ = (
        "_board", "_chain", "_env", "_next", "_process", "_ready_at", "_ready_expected", "_under_way",
        "actor", "at", "index", "leaving", "leg", "name_of_station", "request", "shift_ends", "spec",
        "state", "type_code",
    )  # fmt: skip

    def __init__(self, chain: Chain, board: Board, index: int, spec: UnitSpec) -> None:
        self._chain = chain
        self._env = chain.env
        self._board = board
        self._under_way = board.under_way
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
        write = self._chain.write
        write((
            self._env._now, kind, NULL, NULL, mission, self.actor, self.name_of_station, value,
            self.type_code,
        ))  # fmt: skip

    def _becomes(self, state: State) -> None:
        self.state = state
        if state in UNDER_WAY:
            self._under_way.add(self.index)
        else:
            self._under_way.discard(self.index)

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
        """Return the expected seconds until a unit that is alarmed is where it is sent (A16)."""
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

    # -- told elsewhere ----------------------------------------------------------------------------

    @abstractmethod
    def _life(self) -> Generator[Any, Any, None]:
        """Live through the run: missions, and ways home."""

    @abstractmethod
    def _taken_off(
        self, request: Request, cause: Any, position: Position | None
    ) -> tuple[Request | None, Position | None]:
        """Return what the unit goes on with when it was taken off a request, and from where."""
