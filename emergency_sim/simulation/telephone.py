"""A call centre's operators and its queue: an operator is busy from answer to wrap-up."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from emergency_sim.simulation.kinds import (
    CALL_ENDS,
    DUTY_ENDS,
    DUTY_STARTS,
    GAVE_UP,
    REDIALS,
    RINGS,
)
from emergency_sim.simulation.purposes import Purpose
from emergency_sim.simulation.recorder import NAN, NULL

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.environment import Process
    from emergency_sim.simulation.world import CentreSpec, PersonSpec

MOST_REDIALS = 5
Ringing = tuple["Centre", int, float]
"""A call that is answered: the centre whose operator answers, the call's number, when it rang."""


class Waiting:
    """A caller in the queue; ``gone`` when hung up or moved to another centre."""

    __slots__ = ("gone", "process")

    def __init__(self, process: Process) -> None:
        self.process = process
        self.gone = False


class Centre:
    """Operators on shifts who take calls by priority, then in order of ringing."""

    __slots__ = ("_chain", "_env", "_leaving", "_order", "_queue", "free", "name", "other", "spec")

    def __init__(self, chain: Chain, spec: CentreSpec) -> None:
        self._chain = chain
        self._env = chain.env
        self.spec = spec
        self.name = chain.names[spec.id]
        self.free = 0
        self.other: Centre | None = None
        self._leaving = 0
        self._order = 0
        self._queue: list[tuple[int, int, Waiting]] = []

    def open(self) -> None:
        """Start the operators' shifts."""
        for person in self.spec.operators:
            self._env.start(self._shifts(person))

    def _shifts(self, person: PersonSpec) -> Generator[Any, Any, None]:
        chain, env = self._chain, self._env
        actor, form = chain.names[person.id], chain.names[person.form.value]
        for start, end in zip(person.duty.start.tolist(), person.duty.end.tolist(), strict=True):
            if start > env._now:
                yield start - env._now
            write = chain.write
            write((
                env._now, DUTY_STARTS, NULL, NULL, NULL, actor, self.name, NAN, form,
            ))  # fmt: skip
            self._free_one()
            yield end - env._now
            if self.free > 0:
                self.free -= 1
            else:
                self._leaving += 1  # whoever is done first goes; the call is finished
            write = chain.write
            write((
                env._now, DUTY_ENDS, NULL, NULL, NULL, actor, self.name, 0.0, form,
            ))  # fmt: skip

    def take(self) -> bool:
        """Take a free operator at once, if there is one (nobody is passed over: see ``release``)."""
        if self.free > 0:
            self.free -= 1
            return True
        return False

    def release(self) -> None:
        """An operator is free: leaves if the shift is over, else takes the next caller."""
        if self._leaving:
            self._leaving -= 1
        else:
            self._free_one()

    def _free_one(self) -> None:
        queue = self._queue
        while queue:
            waiting = heappop(queue)[2]
            if not waiting.gone:
                waiting.gone = True
                waiting.process.wake(self)
                return
        self.free += 1

    def rings(self, case: Case, line: int, attempt: int = 0) -> Ringing | None:
        """A call rings; it is given if an operator is free and takes it at once, else None."""
        chain, now = self._chain, self._env._now
        chain.calls = number = chain.calls + 1
        write = chain.write
        write((
            now, RINGS, case.id, number, NULL, self.name, case.zone_name, attempt, line,
        ))  # fmt: skip
        if self.free > 0:  # nobody waits then, see _free_one
            self.free -= 1
            return self, number, now
        return None

    def waits(
        self, case: Case, line: int, *, priority: int, patience: float, transferred: bool = False
    ) -> Generator[Any, Any, Ringing | None]:
        """Wait, after :meth:`rings`, until answered; gives the call that is (assumption A13).

        A caller who gives up may ring again, at most five times; None if nobody ever answered.
        ``transferred``: the second centre that hears of this caller.
        """
        chain, env = self._chain, self._env
        for attempt in range(1 + MOST_REDIALS):
            if attempt > 0:
                ringing = self.rings(case, line, attempt)
                if ringing is not None:
                    return ringing
            number, rang = chain.calls, env._now
            centre = yield from self._queues(priority, patience)
            if centre is not None:
                return centre, number, rang
            now = env._now
            write = chain.write
            write((
                now, GAVE_UP, case.id, number, NULL, self.name, NULL, now - rang, line,
            ))  # fmt: skip
            if not self._again(case, attempt, transferred=transferred):
                return None
            pause = case.drawn.redial_s[case.row]
            write = chain.write
            write((now, REDIALS, case.id, NULL, NULL, self.name, NULL, pause, NULL))
            yield pause
        return None

    def _queues(self, priority: int, patience: float) -> Generator[Any, Any, Centre | None]:
        """Wait in the queue; gives the centre whose operator answers, or None if patience ends.

        After ``overflow_after_s`` the caller moves to the other centre, if there is one.
        """
        waiting = Waiting(self._env.running)
        self._enqueue(priority, waiting)
        if self.other is None or patience <= self.spec.overflow_after_s:
            answered = yield patience
        else:
            answered = yield self.spec.overflow_after_s
            if answered is None:
                if self.other.take():
                    waiting.gone = True
                    return self.other
                self.other._enqueue(priority, waiting)  # in both queues: whoever is free first
                answered = yield patience - self.spec.overflow_after_s
        if answered is None:
            waiting.gone = True
            return None
        centre: Centre = answered
        return centre

    def _enqueue(self, priority: int, waiting: Waiting) -> None:
        self._order += 1
        heappush(self._queue, (priority, self._order, waiting))

    def _again(self, case: Case, attempt: int, *, transferred: bool) -> bool:
        """Return whether the caller rings again: one either is such a caller or not, then by chance."""
        chain = self._chain
        if attempt == 0:
            return bool(case.drawn.redials[case.row])
        ordinal = attempt + (1 + MOST_REDIALS if transferred else 0)
        return chain.lookup(case.id, Purpose.REDIAL, ordinal) < chain.world.rules.redials_again

    def hang_up(self, incident: int, call: int, line: int) -> None:
        """The call is over and written down; the operator is free."""
        write = self._chain.write
        write((
            self._env._now, CALL_ENDS, incident, call, NULL, self.name, NULL, NAN, line,
        ))  # fmt: skip
        if self._queue or self._leaving:
            self.release()
        else:
            self.free += 1
