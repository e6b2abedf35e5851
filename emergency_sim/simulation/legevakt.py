"""A legevakt: patients come, are received by a nurse and seen by a doctor.

A fastlege duty office is a clinic too, with doctors in daytime (R10).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.incident import Disposition, Entry, Urgency
from emergency_sim.domain.units import DAY
from emergency_sim.simulation import kinds
from emergency_sim.simulation.call_outs import CallOuts
from emergency_sim.simulation.clinic_staff import Task
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.recorder import NAN, NULL

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case


ACUTE, NONE = int(Urgency.ACUTE), int(Urgency.NONE)
WALK_IN: Final = int(Entry.WALK_IN)
ONLY_ADVICE: Final = (Disposition.ADVICE, Disposition.FASTLEGE)


class Clinic(CallOuts):
    """One clinic: the patients' way through it."""

    __slots__ = ()

    def travel(self, case: Case, *, delay: float) -> Generator[Any, Any, None]:
        """Go to the clinic by own car or taxi, be seen there, and leave.

        Taxis and closing times: assumptions A42 and A30; when people leave home: assumption A43.
        """
        chain, env, c = self._chain, self._env, case.drawn
        row = case.row
        home = case.home
        roads, closed = chain.roads, 0.0
        expected = roads.expected("car", env._now, home, self.spot)
        if expected == FOREVER:
            closed = roads.opens("car", env._now, home, self.spot)
            if closed == FOREVER:
                chain.unserved(case, "no way to the clinic")
                return
            expected = roads.expected("car", env._now + closed, home, self.spot)
        if not c.own_car[row]:
            delay += chain.world.rules.taxi_wait_s
        delay = max(delay, closed)  # nobody leaves home while the ferry does not run
        self.expect(case, env._now + delay + expected)
        due = self.due[-1]
        yield delay
        clinic = self
        if not self.spec.open[chain.slot()]:  # closed before the patient has left home
            clinic = chain.clinic_for(case.area) or self
            if clinic is not self:
                self.due.remove(due)
                self._rest()
                if roads.opens("car", env._now, home, clinic.spot) == FOREVER:
                    chain.unserved(case, "no way to the clinic")
                    return
                expected = roads.expected("car", env._now, home, clinic.spot)
                clinic.expect(case, env._now + min(expected, DAY))
                due = clinic.due[-1]
                chain.write((
                    env._now, kinds.REDIRECTED, case.id, NULL, NULL, self.name, clinic.name, NAN,
                    chain.code.closed,
                ))  # fmt: skip
        noise, ferry_u = c.car_noise[row], c.ferry_u[row]
        drive = roads.drive(
            "car", env._now, home, clinic.spot, noise=noise, ferry_u=ferry_u
        ).seconds
        if drive == FOREVER:  # no ferry
            yield roads.opens("car", env._now, home, clinic.spot)
            leg = roads.drive("car", env._now, home, clinic.spot, noise=noise, ferry_u=ferry_u)
            drive = leg.seconds
        mode = chain.code.own_car if c.own_car[row] else chain.code.taxi
        write = chain.write
        write((
            env._now, kinds.SETS_OUT, case.id, NULL, NULL, clinic.name, chain.zone_name[case.zone],
            expected, mode,
        ))  # fmt: skip
        yield drive
        clinic.due.remove(due)
        yield from clinic.visit(case, drive)

    def visit(self, case: Case, seconds_under_way: float) -> Generator[Any, Any, None]:
        """Reception by a nurse, the doctor, and where to from there (assumptions A28 and A29)."""
        chain, env, c = self._chain, self._env, case.drawn
        write, code, row = chain.write, chain.code, case.row
        urgency: int = c.lvs_urgency[row]
        if urgency == NONE:
            urgency = c.urgency[row]
        arrived = env._now
        self.inside += 1  # until the doctor is done: a doctor from home stays so long
        write((
            arrived, kinds.ARRIVES, case.id, NULL, NULL, self.name, self.name,
            seconds_under_way, NULL,
        ))  # fmt: skip
        key = (urgency, arrived, case.id)
        if self.nurses and c.nurse_s[row] > 0 and urgency != ACUTE:
            reception = Task(key, case, doctor=None, nurse=True)
            grant = self.takes(reception) or (yield from self.waits(reception))
            nurse = None if grant is None else grant.nurse
            if nurse is not None:
                nurse.begins(code.reception, case.id, self.name)
                yield c.nurse_s[row]
                nurse.ends(code.reception, case.id, self.name)
                self.finished(nurse)
            write((env._now, kinds.RECEIVED, case.id, NULL, NULL, self.name, self.name, NAN, NULL))
        if c.entry[row] == WALK_IN:  # nobody has triaged the patient yet
            write((
                env._now, kinds.TRIAGED, case.id, NULL, NULL, self.name, NULL, float(urgency),
                code.reception,
            ))  # fmt: skip
            if c.disposition[row] in ONLY_ADVICE:
                write((
                    env._now, kinds.DECIDED, case.id, NULL, NULL, self.name, NULL, NAN, code.advice,
                ))  # fmt: skip
                self.inside -= 1
                self._rest()
                self._leaves(case, code.advice)
                case.end("advice")
                return
        meeting = Task(key, case, doctor="here", nurse=urgency == ACUTE, room=True)
        grant = self.takes(meeting) or (yield from self.waits(meeting))
        if grant is None or grant.doctor is None:
            raise RuntimeError("a patient was given the floor without a doctor")
        doctor, nurse = grant.doctor, grant.nurse
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
        if c.hospital_after[row] and chain.can_convey:
            env.start(self.documents(doctor, case))
            self._leaves(case, code.hospital)
            yield from chain.amk_for(case.area).from_clinic(case, self)
            case.end("seen")
            return
        seconds = c.documentation_s[row]
        if seconds > 0:
            doctor.begins(code.documentation, case.id, self.name)
        self._leaves(case, code.home)
        case.end("seen")
        if seconds > 0:
            yield seconds
            doctor.ends(code.documentation, case.id, self.name)
        self.finished(doctor)

    def _leaves(self, case: Case, where: int) -> None:
        write = self._chain.write
        write((
            self._env._now, kinds.LEAVES_CLINIC, case.id, NULL, NULL, self.name,
            self.name, NAN, where,
        ))  # fmt: skip
