"""A legevakt: patients come, are received by a nurse and seen by a doctor, who may be called out.

Doctor, nurse and room are taken together by one allocator ordered by (urgency, arrival, id); whoever
waits holds nothing (R13). A fastlege duty office is a clinic too, with doctors in daytime (R10).
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Any, NamedTuple

from emergency_sim.domain.incident import Disposition, Urgency
from emergency_sim.domain.places import DutyForm
from emergency_sim.domain.units import DAY
from emergency_sim.simulation import kinds
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.people import Person, shifts
from emergency_sim.simulation.purposes import Purpose
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.routes import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.environment import Process
    from emergency_sim.simulation.world import ClinicSpec

CALL_OUT_RANK = -1


class Grant(NamedTuple):
    """Who was given to a task; they are busy now."""

    doctor: Person | None
    nurse: Person | None


class Task:
    """A wish for a doctor, a nurse and a room at the same time; ordered by urgency, arrival and id."""

    __slots__ = ("doctor", "grant", "key", "nurse", "nurse_given", "process", "room", "row")

    def __init__(
        self,
        key: tuple[int, float, int],
        row: int,
        *,
        doctor: str | None,
        nurse: bool = False,
        room: bool = False,
    ) -> None:
        self.key = key
        self.row = row
        self.doctor = doctor  # None, "here", "anywhere" or "out"
        self.nurse = nurse
        self.room = room
        self.grant: Grant | None = None
        self.nurse_given: Person | None = None
        self.process: Process | None = None

    def __lt__(self, other: Task) -> bool:
        return self.key < other.key


class Clinic:
    """The people and rooms of one clinic, and the patients' way through it."""

    __slots__ = (
        "_away_for", "_chain", "_env", "_overtime", "_queue", "doctors", "due", "index", "inside",
        "name", "nurses", "rooms_free", "spec", "spot", "unmanned",
    )  # fmt: skip

    def __init__(self, chain: Chain, index: int, spec: ClinicSpec) -> None:
        self._chain = chain
        self._env = chain.env
        self.index = index
        self.spec = spec
        self.name = chain.names[spec.id]
        self.spot = Spot(spec.place)
        self.doctors = [Person(chain, p, spec.place, self.name) for p in spec.doctors]
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
        return self.inside > 0 or any(task.doctor is not None for task in self._queue)

    def finished(self, person: Person) -> None:
        """The person is free again: the next task, home, or off duty."""
        person.busy = False
        self._let_go()  # who has been relieved takes nobody more
        self.review()
        self._rest()

    def _rest(self) -> None:
        """Nobody needs a doctor just now: off duty, or home until somebody is due."""
        self._let_go()
        if self._doctor_wanted:
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
        doctor.begins(chain.code.drive, NULL, self.name)
        yield chain.roads.drive(
            "car", self._env._now, self.spot, Spot(doctor.spec.home), noise=1.0, ferry_u=0.5
        ).seconds
        doctor.ends(chain.code.drive, NULL, self.name)
        self.finished(doctor)

    def _comes_in(self, doctor: Person, row: int) -> Generator[Any, Any, None]:
        chain = self._chain
        doctor.busy = True
        doctor.coming = True
        doctor.begins(chain.code.drive, chain.columns.id[row], self.name)
        yield chain.columns.doctor_leave_s[row]
        yield chain.roads.drive(
            "car", self._env._now, Spot(doctor.spec.home), self.spot, noise=1.0, ferry_u=0.5
        ).seconds
        doctor.ends(chain.code.drive, chain.columns.id[row], self.name)
        doctor.coming = False
        doctor.present = True
        chain.write((
            self._env._now, kinds.AT_SITE, NULL, NULL, NULL, doctor.actor, self.name, NAN, NULL,
        ))  # fmt: skip
        self.finished(doctor)

    def expect(self, row: int, due: float) -> None:
        """A patient is on the way: a doctor who waits at home sets out in time."""
        self.due.append(due)
        if any(d.at_home for d in self.doctors):
            self._env.start(self._call_in(row, due))

    def _call_in(self, row: int, due: float) -> Generator[Any, Any, None]:
        chain = self._chain
        homes = [d for d in self.doctors if d.at_home and d.on_duty]
        if not homes:
            return
        lead = chain.columns.doctor_leave_s[row] + min(
            chain.roads.expected("car", self._env._now, Spot(d.spec.home), self.spot) for d in homes
        )
        if due - lead > self._env._now:
            yield due - lead - self._env._now
        if not any(d.on_duty and d.present for d in self.doctors):
            for doctor in homes:
                if doctor.available and not doctor.present:
                    self._env.start(self._comes_in(doctor, row))
                    return

    def _note_manning(self) -> None:
        """Write down when the last doctor on duty leaves the clinic, and when one is back (R14)."""
        on_duty = [d for d in self.doctors if d.on_duty]
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

    def doctor_for(self, task: Task) -> Generator[Any, Any, tuple[Person, Person | None]]:
        """Wait for the task's doctor, and nurse if it needs one, however long it takes."""
        grant = yield from self._ask(task, FOREVER)
        if grant is None or grant.doctor is None:
            raise RuntimeError("a task without a doctor was given the floor")
        return grant.doctor, grant.nurse

    def doctor_within(self, task: Task, patience: float) -> Generator[Any, Any, Person | None]:
        """Wait for a doctor, but no longer than ``patience`` seconds."""
        grant = yield from self._ask(task, patience)
        return None if grant is None else grant.doctor

    def nurse_for(self, task: Task) -> Generator[Any, Any, Person | None]:
        """Wait for a nurse; None where no nurse is on duty."""
        grant = yield from self._ask(task, FOREVER)
        return None if grant is None else grant.nurse

    def _ask(self, task: Task, patience: float) -> Generator[Any, Any, Grant | None]:
        """Wait until everything the task needs is free at the same time; None if patience ends."""
        insort(self._queue, task)
        self.review()
        if task.grant is None:
            task.process = self._env.running
            yield patience
            if task.grant is None:
                self._queue.remove(task)
        return task.grant

    def review(self) -> None:
        """Give free people and rooms to waiting tasks, in their order, each all or nothing."""
        queue = self._queue
        if not queue:
            return
        nurse_on_duty = any(n.on_duty for n in self.nurses)
        for task in list(queue):
            if task.room and self.rooms_free == 0:
                continue
            nurse = None
            if task.nurse and nurse_on_duty:
                nurse = next((n for n in self.nurses if n.on_duty and not n.busy), None)
                if nurse is None:
                    continue
            doctor = None
            if task.doctor is not None:
                doctor = self._doctor_for(task)
                if doctor is None:
                    continue
                doctor.busy = True
            if nurse is not None:
                nurse.busy = True
            if task.room:
                self.rooms_free -= 1
            queue.remove(task)
            task.grant = Grant(doctor, nurse)
            if task.process is not None:
                task.process.wake(task.grant)

    def _doctor_for(self, task: Task) -> Person | None:
        """Pick a free doctor; bakvakt last. For work at the site one at home is called in."""
        backup: Person | None = None
        at_home: Person | None = None
        present: Person | None = None
        for d in self.doctors:
            if d.busy or not d.on_duty:
                continue
            if d.spec.form is DutyForm.BACKUP and not d.present:
                backup = backup or d
            elif d.present:
                present = present or d
            else:
                at_home = at_home or d
        if task.doctor == "here":
            if present is None:
                called = at_home or backup
                coming = any(d.coming for d in self.doctors)
                if called is not None and not coming:
                    self._env.start(self._comes_in(called, task.row))
            return present
        if task.doctor == "out":  # whoever is not needed at the site goes first
            return at_home or present or backup
        return present or at_home or backup

    # -- the patient's way -------------------------------------------------------------------------

    def travel(self, case: Case, *, delay: float) -> Generator[Any, Any, None]:
        """Go to the clinic by own car or taxi, be seen there, and leave."""
        chain, env, c = self._chain, self._env, self._chain.columns
        row = case.row
        home = Spot(chain.world.zone_place[case.zone], c.access_s[row])
        closed = chain.roads.opens("car", env._now, home, self.spot)
        if closed == FOREVER:
            chain.unserved(case, "no way to the clinic")
            return
        expected = chain.roads.expected("car", env._now + closed, home, self.spot)
        if not c.own_car[row]:
            delay += chain.world.rules.taxi_wait_s
        delay = max(delay, closed)  # nobody leaves home while the ferry does not run
        self.expect(row, env._now + delay + expected)
        due = self.due[-1]
        yield delay
        clinic = self
        if not self.spec.open[chain.slot()]:  # closed before the patient has left home
            clinic = chain.clinic_for(case.area) or self
            if clinic is not self:
                self.due.remove(due)
                self._rest()
                if chain.roads.opens("car", env._now, home, clinic.spot) == FOREVER:
                    chain.unserved(case, "no way to the clinic")
                    return
                expected = chain.roads.expected("car", env._now, home, clinic.spot)
                clinic.expect(row, env._now + min(expected, DAY))
                due = clinic.due[-1]
                chain.write((
                    env._now, kinds.REDIRECTED, case.id, NULL, NULL, self.name, clinic.name, NAN,
                    chain.code.closed,
                ))  # fmt: skip
        closed = chain.roads.opens("car", env._now, home, clinic.spot)
        if closed > 0:
            yield closed
        mode = chain.code.own_car if c.own_car[row] else chain.code.taxi
        chain.write((
            env._now, kinds.SETS_OUT, case.id, NULL, NULL, clinic.name, chain.zone_name[case.zone],
            expected, mode,
        ))  # fmt: skip
        leg = chain.roads.drive(
            "car", env._now, home, clinic.spot, noise=c.car_noise[row], ferry_u=c.ferry_u[row]
        )
        yield leg.seconds
        clinic.due.remove(due)
        yield from clinic.visit(case, leg.seconds)

    def visit(self, case: Case, seconds_under_way: float) -> Generator[Any, Any, None]:
        """Reception by a nurse, the doctor, and where to from there."""
        chain, env, c = self._chain, self._env, self._chain.columns
        write, code, row = chain.write, chain.code, case.row
        urgency: int = c.lvs_urgency[row]
        if urgency == Urgency.NONE:
            urgency = c.urgency[row]
        arrived = env._now
        self.inside += 1  # until the doctor is done: a doctor from home stays so long
        write((
            arrived, kinds.ARRIVES, case.id, NULL, NULL, self.name, self.name,
            seconds_under_way, NULL,
        ))  # fmt: skip
        key = (urgency, arrived, case.id)
        if self.nurses and c.nurse_s[row] > 0 and urgency != Urgency.ACUTE:
            nurse = yield from self.nurse_for(Task(key, row, doctor=None, nurse=True))
            if nurse is not None:
                nurse.begins(code.reception, case.id, self.name)
                yield c.nurse_s[row]
                nurse.ends(code.reception, case.id, self.name)
                self.finished(nurse)
            write((env._now, kinds.RECEIVED, case.id, NULL, NULL, self.name, self.name, NAN, NULL))
        if chain.triaged_at_reception(case):
            write((
                env._now, kinds.TRIAGED, case.id, NULL, NULL, self.name, NULL, float(urgency),
                code.reception,
            ))  # fmt: skip
            if c.disposition[row] in (Disposition.ADVICE, Disposition.FASTLEGE):
                write(
                    (
                        env._now,
                        kinds.DECIDED,
                        case.id,
                        NULL,
                        NULL,
                        self.name,
                        NULL,
                        NAN,
                        code.advice,
                    )
                )
                self.inside -= 1
                self._rest()
                self._leaves(case, code.advice)
                case.end("advice")
                return
        doctor, nurse = yield from self.doctor_for(
            Task(key, row, doctor="here", nurse=urgency == Urgency.ACUTE, room=True)
        )
        write((
            env._now, kinds.DOCTOR_STARTS, case.id, NULL, NULL, doctor.actor, self.name, NAN,
            code.consultation,
        ))  # fmt: skip
        doctor.begins(code.consultation, case.id, self.name)
        if nurse is not None:
            nurse.begins(code.consultation, case.id, self.name)
        yield c.consultation_s[row]
        write((
            env._now, kinds.DOCTOR_ENDS, case.id, NULL, NULL, doctor.actor, self.name, NAN,
            code.consultation,
        ))  # fmt: skip
        doctor.ends(code.consultation, case.id, self.name)
        self.rooms_free += 1
        self.inside -= 1
        if nurse is None:
            self.review()  # a colleague may use the room
        else:
            nurse.ends(code.consultation, case.id, self.name)
            self.finished(nurse)
        env.start(self.documents(doctor, case))
        if c.hospital_after[row] and chain.can_convey:
            self._leaves(case, code.hospital)
            yield from chain.amk_for(case.area).from_clinic(case, self)
        else:
            self._leaves(case, code.home)
        case.end("seen")

    def _leaves(self, case: Case, where: int) -> None:
        self._chain.write((
            self._env._now, kinds.LEAVES_CLINIC, case.id, NULL, NULL, self.name,
            self.name, NAN, where,
        ))  # fmt: skip

    def documents(self, doctor: Person, case: Case) -> Generator[Any, Any, None]:
        """The doctor writes the journal after the patient; then he or she is free."""
        chain = self._chain
        seconds = chain.columns.documentation_s[case.row]
        if seconds > 0:
            doctor.begins(chain.code.documentation, case.id, self.name)
            yield seconds
            doctor.ends(chain.code.documentation, case.id, self.name)
        self.finished(doctor)

    # -- the doctor elsewhere ----------------------------------------------------------------------

    def phones(self, case: Case) -> Generator[Any, Any, None]:
        """The doctor calls the patient."""
        chain, env, row = self._chain, self._env, case.row
        urgency = chain.columns.lvs_urgency[row]
        doctor, _ = yield from self.doctor_for(
            Task((urgency, env._now, case.id), row, doctor="anywhere")
        )
        yield from self.works(doctor, case, chain.code.phone, chain.columns.doctor_phone_s[row])
        case.end("doctor_phone")
        yield from self.documents(doctor, case)

    def works(
        self, doctor: Person, case: Case, task: int, seconds: float
    ) -> Generator[Any, Any, None]:
        """Do one piece of work with a patient, without moving."""
        chain, env = self._chain, self._env
        write = chain.write
        place = chain.zone_name[case.zone]
        write((env._now, kinds.DOCTOR_STARTS, case.id, NULL, NULL, doctor.actor, place, NAN, task))
        doctor.begins(task, case.id, place)
        yield seconds
        write((env._now, kinds.DOCTOR_ENDS, case.id, NULL, NULL, doctor.actor, place, NAN, task))
        doctor.ends(task, case.id, place)

    def informed(self, case: Case) -> Generator[Any, Any, None]:
        """AMK tells the doctor of an acute incident; he or she listens and stays where they are."""
        chain, env = self._chain, self._env
        chain.write((
            env._now, kinds.DOCTOR_ALERTED, case.id, NULL, NULL, self.name,
            chain.zone_name[case.zone], NAN, chain.code.informed,
        ))  # fmt: skip
        task = Task((CALL_OUT_RANK, env._now, case.id), case.row, doctor="anywhere")
        doctor = yield from self.doctor_within(task, chain.world.rules.alert_call_s)
        if doctor is not None:
            place = chain.zone_name[case.zone]
            doctor.begins(chain.code.phone, case.id, place)
            yield chain.world.rules.alert_call_s
            doctor.ends(chain.code.phone, case.id, place)
            self.finished(doctor)
        case.end()

    def goes_out(self, case: Case, *, call_out: bool) -> Generator[Any, Any, None]:
        """A doctor drives to the patient: home visit, or call-out to an acute incident (R14)."""
        chain, env, c = self._chain, self._env, self._chain.columns
        code, row, write = chain.code, case.row, chain.write
        place = chain.zone_name[case.zone]
        task_code = code.call_out if call_out else code.home_visit
        rank = CALL_OUT_RANK if call_out else c.lvs_urgency[row]
        patience = chain.world.rules.call_out_max_wait_s if call_out else FOREVER
        if call_out:
            write((
                env._now, kinds.DOCTOR_ALERTED, case.id, NULL, NULL, self.name,
                place, NAN, code.call_out,
            ))  # fmt: skip
        task = Task((rank, env._now, case.id), row, doctor="out")
        doctor = yield from self.doctor_within(task, patience)
        home = Spot(chain.world.zone_place[case.zone], c.access_s[row])
        if doctor is None:
            write((
                env._now, kinds.DOCTOR_UNAVAILABLE, case.id, NULL, NULL, self.name, place, NAN, NULL,
            ))  # fmt: skip
            case.end()
            return
        start = self.spot if doctor.present else Spot(doctor.spec.home)
        doctor.out = True
        self._away_for = task_code
        self._note_manning()
        doctor.begins(task_code, case.id, place)
        wait = c.doctor_leave_s[row]
        yield min(wait, chain.world.rules.doctor_leaves_site_s) if doctor.present else wait
        profile = "ambulance" if call_out else "car"
        leg = chain.roads.drive(
            profile, env._now, start, home, noise=c.car_noise[row], ferry_u=c.ferry_u[row]
        )
        if leg.seconds == FOREVER:
            write((
                env._now, kinds.DOCTOR_UNAVAILABLE, case.id, NULL, NULL, self.name, place, NAN, NULL,
            ))  # fmt: skip
            if call_out:
                case.end()
            else:
                chain.unserved(case, "no way by road at this hour")
        else:
            yield leg.seconds
            write((
                env._now, kinds.DOCTOR_ON_SCENE, case.id, NULL, NULL, doctor.actor, place, NAN,
                code.doctor,
            ))  # fmt: skip
            write((
                env._now, kinds.DOCTOR_STARTS, case.id, NULL, NULL, doctor.actor,
                place, NAN, task_code,
            ))  # fmt: skip
            yield c.home_visit_s[row]
            write((
                env._now, kinds.DOCTOR_ENDS, case.id, NULL, NULL, doctor.actor,
                place, NAN, task_code,
            ))  # fmt: skip
            back = chain.roads.drive(
                "car",
                env._now,
                home,
                start,
                noise=c.car_noise[row],
                ferry_u=chain.lookup(case.id, Purpose.DOCTOR_BACK, 0),
            )
            seconds = back.seconds if back.seconds != FOREVER else leg.seconds
            yield from self._case_then_back(case, seconds, call_out=call_out)
        doctor.ends(task_code, case.id, place)
        doctor.out = False
        self._note_manning()
        yield from self.documents(doctor, case)

    def _case_then_back(
        self, case: Case, seconds: float, *, call_out: bool
    ) -> Generator[Any, Any, None]:
        """The patient's part ends when the doctor leaves; the doctor's when back."""
        if not call_out:
            chain = self._chain
            if chain.columns.hospital_after[case.row] and chain.can_convey:
                yield from chain.amk_for(case.area).from_home_visit(case)
        case.end(None if call_out else "home_visit")
        yield seconds
