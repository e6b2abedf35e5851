"""A legevakt: patients come, are received by a nurse and seen by a doctor.

A fastlege duty office is a clinic too, with doctors in daytime (R10).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.incident import Disposition, Entry, Urgency
from emergency_sim.domain.units import DAY
from emergency_sim.simulation.allocator import Task
from emergency_sim.simulation.call_outs import CallOuts
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.kinds import (
    ARRIVES,
    DECIDED,
    DOCTOR_ENDS,
    DOCTOR_STARTS,
    LEAVES_CLINIC,
    RECEIVED,
    REDIRECTED,
    SETS_OUT,
    TASK_ENDS,
    TASK_STARTS,
    TRIAGED,
)
from emergency_sim.simulation.recorder import NAN, NULL

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.ways import Spot


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
        chain, c, now, row = self._chain, case.drawn, self._env._now, case.row
        roads, home, closed = chain.roads, case.home, 0.0
        expected = roads.expected("car", now, home, self.spot)
        if expected == FOREVER:
            closed = roads.opens("car", now, home, self.spot)
            if closed == FOREVER:
                chain.unserved(case, "no way to the clinic")
                return
            expected = roads.expected("car", now + closed, home, self.spot)
        mode = chain.code.own_car
        if not c.own_car[row]:
            mode = chain.code.taxi
            delay += chain.world.rules.taxi_wait_s
        if delay < closed:  # nobody leaves home while the ferry does not run
            delay = closed
        leaves = now + delay
        due = leaves + expected
        self.expect(case, due)
        drive = FOREVER
        if self.spec.open[chain.slot_of(leaves)]:
            drive = roads.seconds(
                "car", leaves, home, self.spot, noise=c.car_noise[row], ferry_u=c.ferry_u[row]
            )
        if drive == FOREVER:
            yield delay
            yield from self._goes_elsewhere(case, home, expected, due)
            return
        write = chain.write
        write((
            leaves, SETS_OUT, case.id, NULL, NULL, self.name, case.zone_name, expected, mode,
        ))  # fmt: skip
        yield leaves + drive - now
        self.due.remove(due)
        yield from self.visit(case, drive)

    def _goes_elsewhere(
        self, case: Case, home: Spot, expected: float, due: float
    ) -> Generator[Any, Any, None]:
        """Leave home when the clinic has closed or the ferry does not run."""
        chain, env, c = self._chain, self._env, case.drawn
        row, roads = case.row, chain.roads
        clinic: Clinic = self
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
                write = chain.write
                write((
                    env._now, REDIRECTED, case.id, NULL, NULL, self.name, clinic.name, NAN,
                    chain.code.closed,
                ))  # fmt: skip
        noise, ferry_u = c.car_noise[row], c.ferry_u[row]
        drive = roads.seconds("car", env._now, home, clinic.spot, noise=noise, ferry_u=ferry_u)
        if (
            drive == FOREVER
        ):  # no ferry: due by the first one, and nobody waits at the clinic till then
            closed = roads.opens("car", env._now, home, clinic.spot)
            clinic.due.remove(due)
            expected = roads.expected("car", env._now + closed, home, clinic.spot)
            due = env._now + closed + expected
            clinic.expect(case, due)
            clinic._rest()
            yield closed
            drive = roads.seconds("car", env._now, home, clinic.spot, noise=noise, ferry_u=ferry_u)
        mode = chain.code.own_car if c.own_car[row] else chain.code.taxi
        write = chain.write
        write((
            env._now, SETS_OUT, case.id, NULL, NULL, clinic.name, case.zone_name, expected, mode,
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
            arrived, ARRIVES, case.id, NULL, NULL, self.name, self.name, seconds_under_way, NULL,
        ))  # fmt: skip
        seconds = c.nurse_s[row]
        if self.nurses and seconds > 0 and urgency != ACUTE:
            grant = self.nurse_at_once() or (
                yield from self.granted(
                    Task((urgency, arrived, case.id), case, doctor=None, nurse=True)
                )
            )
            nurse = None if grant is None else grant[1]
            if nurse is not None:
                nurse.works(code.reception, case.id, self.name, env._now, env._now + seconds)
                yield seconds
                self.finished(nurse)
            write((env._now, RECEIVED, case.id, NULL, NULL, self.name, self.name, NAN, NULL))
        if c.entry[row] == WALK_IN and self._only_advised(case, urgency):
            return
        acute = urgency == ACUTE
        grant = self.meeting_at_once(with_nurse=acute) or (
            yield from self.granted(
                Task((urgency, arrived, case.id), case, doctor="here", nurse=acute, room=True)
            )
        )
        doctor, nurse = grant or (None, None)
        if doctor is None:
            raise RuntimeError("a patient was given the floor without a doctor")
        begins, seconds = env._now, c.consultation_s[row]
        ends = begins + seconds
        actor, task = doctor.actor, code.consultation
        write((
            begins, DOCTOR_STARTS, case.id, NULL, NULL, actor, self.name, NAN, task,
            begins, TASK_STARTS, case.id, NULL, NULL, actor, self.name, NAN, task,
            ends, DOCTOR_ENDS, case.id, NULL, NULL, actor, self.name, NAN, task,
            ends, TASK_ENDS, case.id, NULL, NULL, actor, self.name, NAN, task,
        ))  # fmt: skip
        if nurse is not None:
            nurse.works(task, case.id, self.name, begins, ends)
        yield seconds
        self.rooms_free += 1
        self.inside -= 1
        if nurse is not None:
            self.finished(nurse)
        elif self._queue:
            self.review()  # a colleague may use the room
        if c.hospital_after[row] and chain.can_convey:
            env.start(self.documents(doctor, case))
            write((
                ends, LEAVES_CLINIC, case.id, NULL, NULL, self.name, self.name, NAN, code.hospital,
            ))  # fmt: skip
            yield from chain.amk_for(case.area).from_clinic(case, self.spot)
            case.end("seen")
            return
        seconds = c.documentation_s[row]
        if seconds > 0:
            doctor.works(code.documentation, case.id, self.name, ends, ends + seconds)
        write((
            ends, LEAVES_CLINIC, case.id, NULL, NULL, self.name, self.name, NAN, code.home,
        ))  # fmt: skip
        case.end("seen")
        if seconds > 0:
            yield seconds
        self.finished(doctor)

    def _only_advised(self, case: Case, urgency: int) -> bool:
        """Nobody has triaged a walk-in yet; some go home with advice."""
        now, write, code = self._env._now, self._chain.write, self._chain.code
        write((
            now, TRIAGED, case.id, NULL, NULL, self.name, NULL, urgency, code.reception,
        ))  # fmt: skip
        if case.drawn.disposition[case.row] not in ONLY_ADVICE:
            return False
        write((now, DECIDED, case.id, NULL, NULL, self.name, NULL, NAN, code.advice))
        self.inside -= 1
        self._rest()
        write((now, LEAVES_CLINIC, case.id, NULL, NULL, self.name, self.name, NAN, code.advice))
        case.end("advice")
        return True
