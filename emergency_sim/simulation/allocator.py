"""The one allocator of a clinic (R13): doctor, nurse and room together, all or nothing.

Ordered by (urgency, arrival, id); whoever waits holds nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import insort
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.places import DutyForm
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.people import Person
from emergency_sim.simulation.ways import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.environment import Process
    from emergency_sim.simulation.world import ClinicSpec

BACKUP: Final = DutyForm.BACKUP
Grant = tuple[Person | None, Person | None]
"""The doctor and the nurse who were given to a task; they are busy now."""


class Task:
    """A wish for a doctor, a nurse and a room at the same time; ordered by urgency, arrival and id."""

    __slots__ = ("case", "doctor", "grant", "key", "nurse", "nurse_given", "process", "room")

    def __init__(
        self,
        key: tuple[int, float, int],
        case: Case,
        *,
        doctor: str | None,
        nurse: bool = False,
        room: bool = False,
    ) -> None:
        self.key = key
        self.case = case
        self.doctor = doctor  # None, "here", "anywhere" or "out"
        self.nurse = nurse
        self.room = room
        self.grant: Grant | None = None
        self.nurse_given: Person | None = None
        self.process: Process | None = None

    def __lt__(self, other: Task) -> bool:
        return self.key < other.key


class Allocator(ABC):
    """The people and rooms of one clinic and who waits for them.

    ``doctors_on`` and ``nurses_on`` are those of ``doctors`` and ``nurses`` who are on duty, in the same
    order.
    """

    __slots__ = (
        "_chain", "_env", "_queue", "doctors", "doctors_on", "index", "name", "nurses", "nurses_on",
        "rooms_free", "spec", "spot",
    )  # fmt: skip

    def __init__(self, chain: Chain, index: int, spec: ClinicSpec) -> None:
        self._chain = chain
        self._env = chain.env
        self.index = index
        self.spec = spec
        self.name = chain.names[spec.id]
        self.spot = Spot(spec.place)
        # Bakvakt last, in whatever order the scenario has them (assumption A37).
        doctors = sorted(spec.doctors, key=lambda p: p.form is BACKUP)
        self.doctors = [Person(chain, p, spec.place, self.name) for p in doctors]
        self.nurses = [Person(chain, p, spec.place, self.name) for p in spec.nurses]
        self.doctors_on: list[Person] = []
        self.nurses_on: list[Person] = []
        self.rooms_free = spec.rooms
        self._queue: list[Task] = []

    @abstractmethod
    def _call_in(self, doctor: Person, case: Case) -> None:
        """Ask a doctor at home to come to the clinic."""

    # -- at once -----------------------------------------------------------------------------------

    def nurse_at_once(self) -> Grant | None:
        """Give a free nurse, or nobody if none is on duty; None: one must wait (:meth:`granted`)."""
        if self._queue:
            return None
        for nurse in self.nurses_on:
            if not nurse.busy:
                nurse.busy = True
                return None, nurse
        return None if self.nurses_on else (None, None)

    def meeting_at_once(self, *, with_nurse: bool) -> Grant | None:
        """Give a room, a doctor who is there and perhaps a nurse; None: one must wait."""
        if self._queue or not self.rooms_free:
            return None
        for doctor in self.doctors_on:
            if doctor.present and not doctor.busy:
                nurse = None
                if with_nurse:
                    grant = self.nurse_at_once()
                    if grant is None:
                        return None
                    nurse = grant[1]
                doctor.busy = True
                self.rooms_free -= 1
                return doctor, nurse
        return None

    # -- in the queue ------------------------------------------------------------------------------

    def granted(self, task: Task, patience: float = FOREVER) -> Generator[Any, Any, Grant | None]:
        """Wait until all that the task needs is free at once; None if patience ends before."""
        if self._queue:
            insort(self._queue, task)
            self.review()
        elif not self._given(task):
            self._queue.append(task)
        if task.grant is None:
            task.process = self._env.running
            yield patience
            if task.grant is None:
                self._queue.remove(task)
        return task.grant

    def doctor_for(self, task: Task) -> Generator[Any, Any, Person]:
        """Wait for the task's doctor, however long it takes."""
        grant = yield from self.granted(task)
        if grant is None or grant[0] is None:
            raise RuntimeError("a task without a doctor was given the floor")
        return grant[0]

    def doctor_within(self, task: Task, patience: float) -> Generator[Any, Any, Person | None]:
        """Wait for a doctor, but no longer than ``patience`` seconds."""
        grant = yield from self.granted(task, patience)
        return None if grant is None else grant[0]

    def review(self) -> None:
        """Give free people and rooms to waiting tasks, in their order, each all or nothing."""
        queue = self._queue
        for task in queue[:]:
            if self._given(task):
                queue.remove(task)
                if task.process is not None:
                    task.process.wake(task.grant)

    def _given(self, task: Task) -> bool:
        """Give a task all that it needs, or nothing; a doctor at home may be called in for it."""
        if task.room and self.rooms_free == 0:
            return False
        nurse = None
        if task.nurse and self.nurses_on:
            nurse = next((n for n in self.nurses_on if not n.busy), None)
            if nurse is None:
                return False
        doctor = None
        if task.doctor is not None:
            doctor = self._doctor_for(task)
            if doctor is None:
                return False
            doctor.busy = True
        if nurse is not None:
            nurse.busy = True
        if task.room:
            self.rooms_free -= 1
        task.grant = doctor, nurse
        return True

    def _doctor_for(self, task: Task) -> Person | None:
        """Pick a free doctor; bakvakt last. For work at the site one at home is called in."""
        backup: Person | None = None
        at_home: Person | None = None
        present: Person | None = None
        where = task.doctor
        for d in self.doctors_on:
            if d.busy:
                continue
            if d.present:
                if where == "here":
                    return d
                present = present or d
            elif d.spec.form is BACKUP:
                backup = backup or d
            else:
                at_home = at_home or d
        if where == "here":
            called = at_home or backup
            if called is not None and not any(d.coming for d in self.doctors):
                self._call_in(called, task.case)
            return None
        if where == "out":  # whoever is not needed at the site goes first
            return at_home or present or backup
        return present or at_home or backup
