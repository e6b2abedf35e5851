"""Who works at a clinic: duties, coming from home and going back, and the one allocator (R13, R14).

Doctor, nurse and room are taken together, ordered by (urgency, arrival, id); whoever waits holds
nothing.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from emergency_sim.domain.places import DutyForm
from emergency_sim.simulation import kinds
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.people import Person, shifts
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.routes import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.environment import Process
    from emergency_sim.simulation.world import ClinicSpec

BACKUP: Final = DutyForm.BACKUP


class Grant(NamedTuple):
    """Who was given to a task; they are busy now."""

    doctor: Person | None
    nurse: Person | None


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


class ClinicStaff:
    """The people and rooms of one clinic and the allocator that gives them to tasks."""

    __slots__ = (
        "_away_for", "_chain", "_env", "_overtime", "_queue", "_waited_for", "doctors", "due", "index",
        "inside", "name", "nurses", "rooms_free", "spec", "spot", "unmanned",
    )  # fmt: skip

    def __init__(self, chain: Chain, index: int, spec: ClinicSpec) -> None:
        self._chain = chain
        self._env = chain.env
        self.index = index
        self.spec = spec
        self.name = chain.names[spec.id]
        self.spot = Spot(spec.place)
        self.doctors = [Person(chain, p, spec.place, self.name) for p in spec.doctors]
        self._waited_for = any(d.at_home for d in self.doctors)
        self.nurses = [Person(chain, p, spec.place, self.name) for p in spec.nurses]
        self.rooms_free = spec.rooms
        self.due: list[float] = []
        self.inside = 0
        self.unmanned = False
        self._away_for = NULL
        self._overtime = False  # whether somebody may be on duty whose shift is over
        self._queue: list[Task] = []

    # -- people ------------------------------------------------------------------------------------

    def open(self) -> None:
        """Start everybody's duty plan."""
        for person in (*self.doctors, *self.nurses):
            self._env.start(shifts(self._chain, person, self))

    def came(self, person: Person) -> None:
        """Somebody has come on duty: colleagues whose shift is over may go."""
        self._let_go()
        self._note_manning()
        self.review()

    def shift_over(self, person: Person) -> None:
        """Go home, unless something has begun or patients would be left without a doctor (R9)."""
        self._overtime = True
        self._let_go()

    def _let_go(self) -> None:
        """Let everybody off duty whose shift is over and who is not needed any more."""
        if not self._overtime:
            return
        for team, patients in ((self.doctors, True), (self.nurses, False)):
            for person in team:
                if person.leaving and not person.busy:
                    relieved = any(p.on_duty and not p.leaving for p in team)
                    if relieved or not (patients and (self.due or self._doctor_wanted)):
                        person.goes_off()
        self._overtime = any(p.leaving for p in (*self.doctors, *self.nurses))
        self._note_manning()

    @property
    def _doctor_wanted(self) -> bool:
        """Whether somebody is in the house or waits for a doctor's call or visit."""
        if self.inside > 0:
            return True
        return bool(self._queue) and any(task.doctor is not None for task in self._queue)

    def finished(self, person: Person) -> None:
        """The person is free again: the next task, home, or off duty."""
        person.busy = False
        if self._overtime:
            self._let_go()  # who has been relieved takes nobody more
        if self._queue:
            self.review()
        if self._waited_for or self._overtime:
            self._rest()

    def _rest(self) -> None:
        """Nobody needs a doctor just now: off duty, or home until somebody is due (assumption A37)."""
        if self._overtime:
            self._let_go()
        if not self._waited_for or self._doctor_wanted:
            return
        soon = self._env._now + self._chain.world.rules.home_doctor_stays_s
        if any(due <= soon for due in self.due):
            return
        for doctor in self.doctors:
            if doctor.at_home and doctor.present and doctor.available and not doctor.leaving:
                self._env.start(self._goes_home(doctor))

    def _goes_home(self, doctor: Person) -> Generator[Any, Any, None]:
        chain = self._chain
        doctor.busy = True
        doctor.present = False
        chain.write((
            self._env._now, kinds.LEAVES_SITE, NULL, NULL, NULL, doctor.actor, self.name, NAN, NULL,
        ))  # fmt: skip
        self._note_manning()
        doctor.begins(chain.code.drive, NULL, self.name)
        yield chain.roads.drive(
            "car", self._env._now, self.spot, Spot(doctor.spec.home), noise=1.0, ferry_u=0.5
        ).seconds
        doctor.ends(chain.code.drive, NULL, self.name)
        self.finished(doctor)

    def _comes_in(self, doctor: Person, case: Case) -> Generator[Any, Any, None]:
        chain = self._chain
        doctor.busy = True
        doctor.coming = True
        doctor.begins(chain.code.drive, case.id, self.name)
        yield case.drawn.doctor_leave_s[case.row]
        yield chain.roads.drive(
            "car", self._env._now, Spot(doctor.spec.home), self.spot, noise=1.0, ferry_u=0.5
        ).seconds
        doctor.ends(chain.code.drive, case.id, self.name)
        doctor.coming = False
        doctor.present = True
        chain.write((
            self._env._now, kinds.AT_SITE, NULL, NULL, NULL, doctor.actor, self.name, NAN, NULL,
        ))  # fmt: skip
        self._note_manning()
        self.finished(doctor)

    def expect(self, case: Case, due: float) -> None:
        """A patient is on the way: a doctor who waits at home sets out in time."""
        self.due.append(due)
        if self._waited_for:
            self._env.start(self._call_in(case, due))

    def _call_in(self, case: Case, due: float) -> Generator[Any, Any, None]:
        chain = self._chain
        homes = [d for d in self.doctors if d.at_home and d.on_duty]
        homes.sort(key=_is_backup)  # bakvakt last
        if not homes:
            return
        lead = case.drawn.doctor_leave_s[case.row] + chain.roads.expected(
            "car", self._env._now, Spot(homes[0].spec.home), self.spot
        )
        if due - lead > self._env._now:
            yield due - lead - self._env._now
        if not any(d.on_duty and (d.present or d.coming) for d in self.doctors):
            for doctor in homes:
                if doctor.available and not doctor.present:
                    self._env.start(self._comes_in(doctor, case))
                    return

    def _note_manning(self) -> None:
        """Write down when the last doctor on duty goes out, and when one is back (R14, assumption A38).

        A bakvakt counts when at the clinic: asleep at home he or she mans nothing.
        """
        on_duty = [d for d in self.doctors if d.on_duty and (d.present or not _is_backup(d))]
        unmanned = bool(on_duty) and all(d.out for d in on_duty)
        if unmanned != self.unmanned:
            self.unmanned = unmanned
            chain = self._chain
            kind = kinds.UNMANNED if unmanned else kinds.MANNED
            code = self._away_for if unmanned else NULL
            chain.write((
                self._env._now, kind, NULL, NULL, NULL, self.name, self.name, NAN, code,
            ))  # fmt: skip

    # -- the allocator -----------------------------------------------------------------------------

    def takes(self, task: Task) -> Grant | None:
        """Queue for what the task needs; gives it if all of it is free at once, else None."""
        if self._queue:
            insort(self._queue, task)
            self.review()
        elif not self._given(task):
            self._queue.append(task)
        return task.grant

    def waits(self, task: Task, patience: float = FOREVER) -> Generator[Any, Any, Grant | None]:
        """Wait, after :meth:`takes`, until all that the task needs is free; None if patience ends."""
        task.process = self._env.running
        yield patience
        if task.grant is None:
            self._queue.remove(task)
        return task.grant

    def doctor_for(self, task: Task) -> Generator[Any, Any, Person]:
        """Wait for the task's doctor, however long it takes."""
        grant = self.takes(task) or (yield from self.waits(task))
        if grant is None or grant.doctor is None:
            raise RuntimeError("a task without a doctor was given the floor")
        return grant.doctor

    def doctor_within(self, task: Task, patience: float) -> Generator[Any, Any, Person | None]:
        """Wait for a doctor, but no longer than ``patience`` seconds."""
        grant = self.takes(task) or (yield from self.waits(task, patience))
        return None if grant is None else grant.doctor

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
        if task.nurse:
            on_duty, nurse = self._free_nurse()
            if nurse is None and on_duty:
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
        task.grant = Grant(doctor, nurse)
        return True

    def _free_nurse(self) -> tuple[bool, Person | None]:
        """Return whether any nurse is on duty, and the first who is free."""
        on_duty = False
        for nurse in self.nurses:
            if nurse.on_duty:
                if not nurse.busy:
                    return True, nurse
                on_duty = True
        return on_duty, None

    def _doctor_for(self, task: Task) -> Person | None:
        """Pick a free doctor; bakvakt last. For work at the site one at home is called in."""
        backup: Person | None = None
        at_home: Person | None = None
        present: Person | None = None
        where = task.doctor
        for d in self.doctors:
            if d.busy or not d.on_duty:
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
                self._env.start(self._comes_in(called, task.case))
            return None
        if where == "out":  # whoever is not needed at the site goes first
            return at_home or present or backup
        return present or at_home or backup

    def documents(self, doctor: Person, case: Case) -> Generator[Any, Any, None]:
        """The doctor writes the journal after the patient; then he or she is free."""
        chain = self._chain
        seconds = case.drawn.documentation_s[case.row]
        if seconds > 0:
            doctor.begins(chain.code.documentation, case.id, self.name)
            yield seconds
            doctor.ends(chain.code.documentation, case.id, self.name)
        self.finished(doctor)


def _is_backup(doctor: Person) -> bool:
    return doctor.spec.form is BACKUP
