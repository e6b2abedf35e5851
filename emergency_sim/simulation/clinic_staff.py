"""Who works at a clinic: duties, coming from home and going back (R14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emergency_sim.simulation import kinds
from emergency_sim.simulation.allocator import BACKUP, Allocator
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.people import Person, shifts
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.ways import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.world import ClinicSpec


class ClinicStaff(Allocator):
    """The comings and goings of the people of one clinic."""

    __slots__ = ("_away_for", "_overtime", "_waited_for", "due", "inside", "unmanned")

    def __init__(self, chain: Chain, index: int, spec: ClinicSpec) -> None:
        super().__init__(chain, index, spec)
        self._waited_for = any(d.at_home for d in self.doctors)
        self.due: list[float] = []
        self.inside = 0
        self.unmanned = False
        self._away_for = NULL
        self._overtime = False  # whether somebody may be on duty whose shift is over

    def open(self) -> None:
        """Start everybody's duty plan."""
        for person in (*self.doctors, *self.nurses):
            self._env.start(shifts(self._chain, person, self))

    def came(self, person: Person) -> None:
        """Somebody has come on duty: colleagues whose shift is over may go."""
        self._note_duty()
        self._let_go()
        self._note_manning()
        if self._queue:
            self._env.start(self._after_the_change())

    def _after_the_change(self) -> Generator[Any, Any, None]:
        """Review when everybody whose shift ends in this very instant has been told so."""
        yield 0.0
        self.review()

    def shift_over(self, person: Person) -> None:
        """Go home, unless something has begun or patients would be left without a doctor (R9)."""
        self._overtime = True
        self._let_go()

    def _note_duty(self) -> None:
        self.doctors_on = [d for d in self.doctors if d.on_duty]
        self.nurses_on = [n for n in self.nurses if n.on_duty]

    def _let_go(self) -> None:
        """Let everybody off duty whose shift is over and who is not needed any more."""
        if not self._overtime:
            return
        overtime = False
        for team, patients in ((self.doctors_on, True), (self.nurses_on, False)):
            for person in team:
                if person.leaving:
                    relieved = any(p.on_duty and not p.leaving for p in team)
                    if not person.busy and (
                        relieved or not (patients and (self.due or self._doctor_wanted))
                    ):
                        person.goes_off()
                    else:
                        overtime = True
        self._overtime = overtime
        self._note_duty()
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
        for doctor in self.doctors_on:
            if doctor.at_home and doctor.present and not doctor.busy and not doctor.leaving:
                self._env.start(self._goes_home(doctor))

    def _goes_home(self, doctor: Person) -> Generator[Any, Any, None]:
        chain = self._chain
        doctor.busy = True
        doctor.present = False
        write = chain.write
        write((
            self._env._now, kinds.LEAVES_SITE, NULL, NULL, NULL, doctor.actor, self.name, NAN, NULL,
        ))  # fmt: skip
        self._note_manning()
        doctor.begins(chain.code.drive, NULL, self.name)
        yield chain.roads.drive(
            "car", self._env._now, self.spot, Spot(doctor.spec.home), noise=1.0, ferry_u=0.5
        ).seconds
        doctor.ends(chain.code.drive, NULL, self.name)
        self.finished(doctor)

    def _call_in(self, doctor: Person, case: Case) -> None:
        self._env.start(self._comes_in(doctor, case))

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
        write = chain.write
        write((
            self._env._now, kinds.AT_SITE, NULL, NULL, NULL, doctor.actor, self.name, NAN, NULL,
        ))  # fmt: skip
        self._note_manning()
        self.finished(doctor)

    def expect(self, case: Case, due: float) -> None:
        """A patient is on the way: a doctor who waits at home sets out in time."""
        self.due.append(due)
        if self._waited_for:
            self._env.start(self._prepare(case, due))

    def _prepare(self, case: Case, due: float) -> Generator[Any, Any, None]:
        chain = self._chain
        homes = [d for d in self.doctors if d.at_home]
        homes.sort(key=_is_backup)  # bakvakt last
        # Whoever is on duty by then; at closing time nobody is, and the one on duty now stays.
        then = [d for d in homes if d.duty_begins(due) < FOREVER]
        then = then or [d for d in homes if d.on_duty]
        if not then:
            return
        lead = case.drawn.doctor_leave_s[case.row] + chain.roads.expected(
            "car", self._env._now, Spot(then[0].spec.home), self.spot
        )
        begins = then[0].duty_begins(due)
        leaves = due - lead if begins == FOREVER else max(due - lead, begins)
        if leaves > self._env._now:
            yield leaves - self._env._now
            if due not in self.due and not self._doctor_wanted:
                return  # the patient comes later, or not here
        stay = self.doctors_on
        if begins < FOREVER:  # others are relieved before the patient comes
            stay = [d for d in stay if d.duty_begins(due) < FOREVER]
        if not any(d.present or d.coming for d in stay):
            for doctor in (*then, *homes):
                if doctor.available and not doctor.present:
                    self._call_in(doctor, case)
                    return

    def _note_manning(self) -> None:
        """Write down when the last doctor on duty goes out, and when one is back (R14, assumption A38).

        A bakvakt counts when at the clinic: asleep at home he or she mans nothing.
        """
        unmanned = False
        for doctor in self.doctors_on:
            if doctor.present or not _is_backup(doctor):
                unmanned = doctor.out
                if not unmanned:
                    break
        if unmanned != self.unmanned:
            self.unmanned = unmanned
            chain = self._chain
            kind = kinds.UNMANNED if unmanned else kinds.MANNED
            code = self._away_for if unmanned else NULL
            write = chain.write
            write((
                self._env._now, kind, NULL, NULL, NULL, self.name, self.name, NAN, code,
            ))  # fmt: skip

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
