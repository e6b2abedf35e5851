"""A clinic's doctor elsewhere: on the telephone, on a home visit, called out to an acute incident.

While every doctor on duty is out the clinic is unmanned, and that is written down (R14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.simulation import kinds
from emergency_sim.simulation.allocator import Task
from emergency_sim.simulation.clinic_staff import ClinicStaff
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.purposes import Purpose
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.ways import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.people import Person

CALL_OUT_RANK: Final = -1
"""A call-out goes before every patient."""


class CallOuts(ClinicStaff):
    """What a clinic's doctors do away from its rooms."""

    __slots__ = ()

    def phones(self, case: Case) -> Generator[Any, Any, None]:
        """The doctor calls the patient."""
        chain, env, c, row = self._chain, self._env, case.drawn, case.row
        urgency = c.lvs_urgency[row]
        doctor = yield from self.doctor_for(
            Task((urgency, env._now, case.id), case, doctor="anywhere")
        )
        yield from self.works(doctor, case, chain.code.phone, c.doctor_phone_s[row])
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
        write = chain.write
        write((
            env._now, kinds.DOCTOR_ALERTED, case.id, NULL, NULL, self.name,
            chain.zone_name[case.zone], NAN, chain.code.informed,
        ))  # fmt: skip
        task = Task((CALL_OUT_RANK, env._now, case.id), case, doctor="anywhere")
        doctor = yield from self.doctor_within(task, chain.world.rules.alert_call_s)
        if doctor is not None:
            place = chain.zone_name[case.zone]
            doctor.begins(chain.code.phone, case.id, place)
            yield chain.world.rules.alert_call_s
            doctor.ends(chain.code.phone, case.id, place)
            self.finished(doctor)
        case.end()

    def goes_out(self, case: Case, *, call_out: bool) -> Generator[Any, Any, None]:
        """A doctor drives to the patient: home visit, or call-out (R14, assumption A27)."""
        chain, env, c = self._chain, self._env, case.drawn
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
        task = Task((rank, env._now, case.id), case, doctor="out")
        doctor = yield from self.doctor_within(task, patience)
        home = case.home
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
            if case.drawn.hospital_after[case.row] and chain.can_convey:
                yield from chain.amk_for(case.area).from_home_visit(case)
        case.end(None if call_out else "home_visit")
        yield seconds
