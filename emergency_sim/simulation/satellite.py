"""A satellite legevakt: the nurse first, then nurse and video doctor together, some are sent on (R11).

The nurse stays with the patient while they wait for the doctor; the doctor, who belongs to the serving
clinic, does not wait. While the nurse is out, on a home visit or as first responder, it is closed.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.incident import SatelliteOutcome
from emergency_sim.simulation import kinds
from emergency_sim.simulation.allocator import Task
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.people import Person, shifts
from emergency_sim.simulation.purposes import Purpose
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.ways import Spot

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.legevakt import Clinic
    from emergency_sim.simulation.world import SatelliteSpec

OUTCOMES: Final = tuple(o.name.lower() for o in SatelliteOutcome)
WITH_VIDEO: Final = (SatelliteOutcome.NURSE_AND_VIDEO, SatelliteOutcome.SENT_ON_AFTER_VIDEO)
SENT_ON: Final = (SatelliteOutcome.SENT_ON, SatelliteOutcome.SENT_ON_AFTER_VIDEO)


class Satellite:
    """One satellite with its nurses and the patients who are booked there."""

    __slots__ = (
        "_chain", "_closed", "_env", "_queue", "booked", "clinic", "name", "nurses", "spec", "spot",
    )  # fmt: skip

    def __init__(self, chain: Chain, spec: SatelliteSpec, clinic: Clinic) -> None:
        self._chain = chain
        self._env = chain.env
        self.spec = spec
        self.clinic = clinic
        self.name = chain.names[spec.id]
        self.spot = Spot(spec.place)
        self.nurses = [Person(chain, p, spec.place, self.name) for p in spec.nurses]
        self.booked = 0
        self._closed = False  # every nurse is out
        self._queue: list[Task] = []

    def open(self) -> None:
        """Start the nurses' duty plans."""
        for nurse in self.nurses:
            self._env.start(shifts(self._chain, nurse, self))

    @property
    def manned(self) -> bool:
        """Whether a nurse is on duty and at the satellite."""
        return any(n.on_duty and not n.leaving and not n.out for n in self.nurses)

    # -- nurses ------------------------------------------------------------------------------------

    def came(self, person: Person) -> None:
        """A nurse has come on duty."""
        self._let_go()
        self._review()

    def shift_over(self, person: Person) -> None:
        """Go home when those who are booked have been seen."""
        self._let_go()

    def _let_go(self) -> None:
        for nurse in self.nurses:
            if nurse.leaving and not nurse.busy:
                relieved = any(n.on_duty and not n.leaving for n in self.nurses)
                if relieved or self.booked == 0:
                    nurse.goes_off()

    def _review(self) -> None:
        for nurse in self.nurses:
            if not self._queue:
                return
            if nurse.available:
                task = self._queue.pop(0)
                nurse.busy = True
                task.nurse_given = nurse
                if task.process is not None:
                    task.process.wake(nurse)

    def _free(self, nurse: Person) -> None:
        nurse.busy = False
        self._let_go()  # who has been relieved takes nobody more
        self._review()

    def _ask_nurse(self, case: Case, urgency: int) -> Generator[Any, Any, Person]:
        task = Task((urgency, self._env._now, case.id), case, doctor=None, nurse=True)
        insort(self._queue, task)
        self._review()
        if task.nurse_given is None:
            task.process = self._env.running
            nurse: Person = yield FOREVER
            return nurse
        return task.nurse_given

    # -- the patient's way -------------------------------------------------------------------------

    def patient(self, case: Case, urgency: int) -> Generator[Any, Any, None]:
        """Come to the satellite, see the nurse, perhaps the doctor on video, perhaps be sent on."""
        chain, env, c, row = self._chain, self._env, case.drawn, case.row
        write, code = chain.write, chain.code
        self.booked += 1
        home = case.home
        delay = c.leave_home_s[row]
        if not c.own_car[row]:
            delay += chain.world.rules.taxi_wait_s
        yield delay
        closed = chain.roads.opens("car", env._now, home, self.spot)
        if closed > 0:  # no ferry: the patient leaves home for the first one
            yield closed
        leg = chain.roads.drive(
            "car", env._now, home, self.spot, noise=c.car_noise[row], ferry_u=c.ferry_u[row]
        )
        write((
            env._now, kinds.SETS_OUT, case.id, NULL, NULL, self.name, chain.zone_name[case.zone],
            leg.seconds, code.own_car if c.own_car[row] else code.taxi,
        ))  # fmt: skip
        yield leg.seconds
        write((
            env._now, kinds.ARRIVES, case.id, NULL, NULL, self.name, self.name, leg.seconds, NULL,
        ))  # fmt: skip
        nurse = yield from self._ask_nurse(case, urgency)
        outcome = SatelliteOutcome(c.satellite_outcome[row])
        yield from self._together(case, nurse, outcome, self.name)
        self.booked -= 1
        self._free(nurse)
        if outcome in SENT_ON:
            yield from self._sent_on(case)
            return
        hospital = c.hospital_after[row] and chain.can_convey
        write((
            env._now, kinds.LEAVES_CLINIC, case.id, NULL, NULL, self.name, self.name, NAN,
            code.hospital if hospital else code.home,
        ))  # fmt: skip
        if hospital:
            yield from chain.amk_for(case.area).from_clinic(case, self.spot)
        case.end("satellite")

    def _sent_on(self, case: Case) -> Generator[Any, Any, None]:
        """Drive on to the clinic that serves the area now, and be seen there."""
        chain, env, c, row = self._chain, self._env, case.drawn, case.row
        clinic = chain.clinic_for(case.area) or self.clinic
        write = chain.write
        write((
            env._now, kinds.REDIRECTED, case.id, NULL, NULL, self.name, clinic.name, NAN,
            chain.code.sent_on,
        ))  # fmt: skip
        closed = chain.roads.opens("car", env._now, self.spot, clinic.spot)
        if closed == FOREVER:
            chain.unserved(case, "no way to the clinic")
            return
        if closed > 0:
            yield closed
        leg = chain.roads.drive(
            "car", env._now, self.spot, clinic.spot, noise=c.car_noise[row],
            ferry_u=chain.lookup(case.id, Purpose.SENT_ON, 0),
        )  # fmt: skip
        clinic.expect(case, env._now + leg.seconds)
        due = clinic.due[-1]
        write = chain.write
        write((
            env._now, kinds.SETS_OUT, case.id, NULL, NULL, clinic.name, self.name, leg.seconds,
            chain.code.own_car,
        ))  # fmt: skip
        yield leg.seconds
        clinic.due.remove(due)
        yield from clinic.visit(case, leg.seconds)

    def _together(
        self, case: Case, nurse: Person, outcome: SatelliteOutcome, place: int
    ) -> Generator[Any, Any, None]:
        """The nurse's work with the patient, the video doctor joining at its end (assumption A34)."""
        chain, env, c, row = self._chain, self._env, case.drawn, case.row
        write, code = chain.write, chain.code
        write((
            env._now, kinds.SATELLITE_NURSE_STARTS, case.id, NULL, NULL, nurse.actor,
            place, NAN, NULL,
        ))  # fmt: skip
        nurse.begins(code.satellite_patient, case.id, place)
        video = c.video_s[row] if outcome in WITH_VIDEO else 0.0
        yield max(0.0, c.satellite_nurse_s[row] - video)
        if video > 0:
            write((
                env._now, kinds.VIDEO_WAITS, case.id, NULL, NULL, nurse.actor, place, NAN, NULL,
            ))  # fmt: skip
            clinic = chain.video_clinic(case.area, self.clinic)
            key = (c.lvs_urgency[row], env._now, case.id)
            doctor = yield from clinic.doctor_for(Task(key, case, doctor="anywhere"))
            write((
                env._now, kinds.VIDEO_STARTS, case.id, NULL, NULL, doctor.actor, place, NAN, NULL,
            ))  # fmt: skip
            doctor.begins(code.video, case.id, place)
            yield video
            doctor.ends(code.video, case.id, place)
            write((
                env._now, kinds.VIDEO_ENDS, case.id, NULL, NULL, doctor.actor, place, NAN, NULL,
            ))  # fmt: skip
            env.start(clinic.documents(doctor, case))
        nurse.ends(code.satellite_patient, case.id, place)
        write((
            env._now, kinds.SATELLITE_ENDS, case.id, NULL, NULL, nurse.actor, place, NAN,
            code.satellite_outcomes[outcome],
        ))  # fmt: skip

    # -- the nurse elsewhere -----------------------------------------------------------------------

    def home_visit(self, case: Case, urgency: int) -> Generator[Any, Any, None]:
        """The nurse visits the patient at home with the doctor on video; the satellite is closed."""
        chain = self._chain
        place = chain.zone_name[case.zone]
        self.booked += 1
        nurse = yield from self._ask_nurse(case, urgency)
        home = case.home
        yield from self._out(nurse, case, home, chain.code.home_visit)
        yield from self._together(case, nurse, SatelliteOutcome.NURSE_AND_VIDEO, place)
        if case.drawn.hospital_after[case.row] and chain.can_convey:
            yield from chain.amk_for(case.area).from_home_visit(case)
        yield from self._back(nurse, case, home)
        self.booked -= 1
        case.end("home_visit_nurse")
        self._free(nurse)

    def responds(self, case: Case) -> Generator[Any, Any, None]:
        """The nurse drives to an acute incident until the ambulance takes over (assumption A35)."""
        chain, c, row = self._chain, case.drawn, case.row
        nurse = next((n for n in self.nurses if n.available and not n.leaving), None)
        if nurse is None or self._queue:
            return
        nurse.busy = True
        case.begin()
        place = chain.zone_name[case.zone]
        home = case.home
        yield from self._out(nurse, case, home, chain.code.first_response)
        nurse.begins(chain.code.first_response, case.id, place)
        yield c.on_scene_s[row]
        nurse.ends(chain.code.first_response, case.id, place)
        case.end()
        yield from self._back(nurse, case, home)
        self._free(nurse)

    def _out(self, nurse: Person, case: Case, to: Spot, why: int) -> Generator[Any, Any, None]:
        chain, env, c, row = self._chain, self._env, case.drawn, case.row
        nurse.out = True
        write = chain.write
        if not self.manned:
            self._closed = True
            write((
                env._now, kinds.SATELLITE_CLOSES, case.id, NULL, NULL, self.name, self.name, NAN, why,
            ))  # fmt: skip
        place = chain.zone_name[case.zone]
        nurse.begins(chain.code.drive, case.id, place)
        closed = chain.roads.opens("car", env._now, self.spot, to)
        if closed > 0:
            yield closed
        leg = chain.roads.drive(
            "car", env._now, self.spot, to, noise=c.car_noise[row], ferry_u=c.ferry_u[row]
        )
        yield leg.seconds
        nurse.ends(chain.code.drive, case.id, place)
        write = chain.write
        write((
            env._now, kinds.DOCTOR_ON_SCENE, case.id, NULL, NULL, nurse.actor, place, NAN,
            chain.code.nurse,
        ))  # fmt: skip

    def _back(self, nurse: Person, case: Case, home: Spot) -> Generator[Any, Any, None]:
        chain, env, c, row = self._chain, self._env, case.drawn, case.row
        nurse.begins(chain.code.drive, case.id, self.name)
        yield chain.roads.opens("car", env._now, home, self.spot)
        leg = chain.roads.drive(
            "car",
            env._now,
            home,
            self.spot,
            noise=c.car_noise[row],
            ferry_u=chain.lookup(case.id, Purpose.NURSE_BACK, 0),
        )
        yield leg.seconds
        nurse.ends(chain.code.drive, case.id, self.name)
        nurse.out = False
        if self._closed:
            self._closed = False
            write = chain.write
            write((
                env._now, kinds.SATELLITE_OPENS, case.id, NULL, NULL, self.name, self.name, NAN, NULL,
            ))  # fmt: skip

    def reaches(self, case: Case) -> bool:
        """Whether there is a way between the satellite and the patient at this hour."""
        chain = self._chain
        home = case.home
        return chain.roads.expected("car", self._env._now, self.spot, home) < FOREVER
