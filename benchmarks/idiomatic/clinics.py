"""Legevakt and satellite: people, rooms, and a joint allocator, for no standard resource can do it.

Doctor, nurse and room are wanted together or not at all, in order of urgency; a doctor may be at home
or out. So each clinic keeps a sorted list of wishes, each with an event that succeeds when all of it
is free at the same time.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Any

from benchmarks.idiomatic.travel import DAY, INFINITY, Address
from emergency_sim.domain.incident import Disposition, Entry, SatelliteOutcome, Urgency
from emergency_sim.simulation.purposes import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    import simpy

    from benchmarks.idiomatic.draws import Incident
    from benchmarks.idiomatic.model import Model
    from emergency_sim.simulation.world import ClinicSpec, PersonSpec, SatelliteSpec


class Person:
    """A doctor or a nurse."""

    def __init__(self, model: Model, spec: PersonSpec, site: str) -> None:
        self.model = model
        self.id = spec.id
        self.site = site
        self.form = spec.form.value
        self.duty = spec.duty
        self.home = Address(spec.home)
        self.at_home = self.form in ("home", "backup")  # waits there
        self.on_duty = self.leaving = self.busy = self.present = self.out = False
        self.coming = False
        self.duty_ends = 0.0

    def starts_duty(self) -> None:
        """Come on duty; what the last shift began is finished in this one."""
        if self.leaving:
            self.write_end(self.model.env.now - self.duty_ends)
        self.on_duty = True
        finishing = self.busy or (self.leaving and self.present)
        if not finishing:
            self.present = not self.at_home
        self.leaving = False
        self.model.record("duty_starts", actor=self.id, place=self.site, code=self.form)

    def duty_since(self, time: float) -> float | None:
        """Return since when the person is on duty by plan at a time, or None."""
        since, last = None, None
        for start, end in zip(self.duty.start.tolist(), self.duty.end.tolist(), strict=True):
            if start > time:
                break
            if start != last:
                since = start
            last = end
        return since if last is not None and time < last else None

    def goes_off(self) -> None:
        """Go off duty, perhaps late."""
        self.on_duty = self.leaving = self.present = False
        self.write_end(self.model.env.now - self.duty_ends)

    def write_end(self, overtime: float) -> None:
        """Write down the end of a duty."""
        self.model.record(
            "duty_ends", actor=self.id, place=self.site, value=overtime, code=self.form
        )

    def begins(self, task: str, i: Incident | None, place: str) -> None:
        """Active work begins."""
        incident = None if i is None else i.id
        self.model.record("task_starts", incident=incident, actor=self.id, place=place, code=task)

    def ends(self, task: str, i: Incident | None, place: str) -> None:
        """Active work ends."""
        incident = None if i is None else i.id
        self.model.record("task_ends", incident=incident, actor=self.id, place=place, code=task)

    def shifts(self, site: Clinic | Satellite) -> Iterator[simpy.Event]:
        """Follow the duty plan."""
        env = self.model.env
        starts, ends = self.duty.start.tolist(), self.duty.end.tolist()
        for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if start > env.now:
                yield env.timeout(start - env.now)
            self.starts_duty()
            site.came()
            yield env.timeout(end - env.now)
            self.duty_ends = end
            if n + 1 < len(starts) and starts[n + 1] == end:
                self.write_end(0.0)
                continue
            self.leaving = True
            site.shift_over()


class Wish:
    """Somebody waits for a doctor, a nurse and a room at the same time."""

    def __init__(
        self, env: simpy.Environment, key: tuple[int, float, int], i: Incident,
        doctor: str | None, nurse: bool, room: bool,
    ) -> None:  # fmt: skip
        self.key = key
        self.incident = i
        self.doctor = doctor
        self.nurse = nurse
        self.room = room
        self.granted = env.event()


class Clinic:
    """One clinic."""

    def __init__(self, model: Model, number: int, spec: ClinicSpec) -> None:
        self.model = model
        self.env = model.env
        self.number = number
        self.spec = spec
        self.id = spec.id
        self.address = Address(spec.place)
        doctors = sorted(spec.doctors, key=lambda p: p.form == "backup")
        self.doctors = [Person(model, p, self.id) for p in doctors]
        self.nurses = [Person(model, p, self.id) for p in spec.nurses]
        self.rooms = spec.rooms
        self.due: list[float] = []
        self.inside = 0
        self.unmanned = False
        self.away_for: str | None = None
        self.wishes: list[Wish] = []
        for person in self.doctors + self.nurses:
            self.env.process(person.shifts(self))

    # people

    def came(self) -> None:
        """Somebody has come on duty."""
        self.let_go()
        if self.wishes:
            self.env.process(self.allocate_after_change())

    def allocate_after_change(self) -> Iterator[simpy.Event]:
        """Grant wishes when all shifts that end in this instant have ended."""
        yield self.env.timeout(0)
        self.allocate()

    def shift_over(self) -> None:
        """Somebody's shift is over."""
        self.let_go()

    def doctor_wanted(self) -> bool:
        """Return whether somebody is in the house or waits for a doctor."""
        return self.inside > 0 or any(wish.doctor for wish in self.wishes)

    def let_go(self) -> None:
        """Whose shift is over goes home, doctors only if relieved or nobody needs them."""
        for doctor in self.doctors:
            if doctor.leaving and not doctor.busy:
                relieved = any(d.on_duty and not d.leaving for d in self.doctors)
                if relieved or not (self.due or self.doctor_wanted()):
                    doctor.goes_off()
        for nurse in self.nurses:
            if nurse.leaving and not nurse.busy:
                nurse.goes_off()
        self.note_manning()

    def note_manning(self) -> None:
        """Write down whether every doctor on duty is out."""
        on_duty = [d for d in self.doctors if d.on_duty and (d.present or d.form != "backup")]
        unmanned = bool(on_duty) and all(d.out for d in on_duty)
        if unmanned != self.unmanned:
            self.unmanned = unmanned
            kind = "unmanned" if unmanned else "manned"
            code = self.away_for if unmanned else None
            self.model.record(kind, actor=self.id, place=self.id, code=code)

    def free(self, person: Person) -> None:
        """Somebody is done with a task."""
        person.busy = False
        self.let_go()
        self.allocate()
        self.rest()

    def rest(self) -> None:
        """Let go home who is not needed."""
        self.let_go()
        soon = self.env.now + self.model.world.rules.home_doctor_stays_s
        if self.doctor_wanted() or any(due <= soon for due in self.due):
            return
        for doctor in self.doctors:
            idle = doctor.on_duty and doctor.present and not doctor.busy and not doctor.leaving
            if idle and doctor.at_home:
                doctor.busy = True
                doctor.present = False
                self.env.process(self.goes_home(doctor))

    def goes_home(self, doctor: Person) -> Iterator[simpy.Event]:
        """Drive home."""
        self.model.record("leaves_site", actor=doctor.id, place=self.id)
        self.note_manning()
        doctor.begins("drive", None, self.id)
        travel = self.model.travel
        drive = travel.drive("car", self.env.now, self.address, doctor.home, 1.0, 0.5)
        yield self.env.timeout(drive.seconds)
        doctor.ends("drive", None, self.id)
        self.free(doctor)

    def call_in(self, doctor: Person, i: Incident) -> None:
        """Ask a doctor at home to come."""
        doctor.busy = True
        doctor.coming = True
        self.env.process(self.comes_in(doctor, i))

    def comes_in(self, doctor: Person, i: Incident) -> Iterator[simpy.Event]:
        """Drive to the clinic."""
        doctor.begins("drive", i, self.id)
        yield self.env.timeout(i.doctor_leave)
        travel = self.model.travel
        drive = travel.drive("car", self.env.now, doctor.home, self.address, 1.0, 0.5)
        yield self.env.timeout(drive.seconds)
        doctor.ends("drive", i, self.id)
        doctor.coming = False
        doctor.present = True
        self.model.record("at_site", actor=doctor.id, place=self.id)
        self.note_manning()
        self.free(doctor)

    def expect(self, i: Incident, due: float) -> None:
        """A patient is on the way."""
        self.due.append(due)
        if any(d.at_home for d in self.doctors):
            self.env.process(self.prepare(i, due))

    def prepare(self, i: Incident, due: float) -> Iterator[simpy.Event]:
        """Have a doctor at the clinic when the patient comes."""
        env, travel = self.env, self.model.travel
        homes = [d for d in self.doctors if d.at_home]
        homes.sort(key=lambda d: d.form == "backup")
        planned = [d for d in homes if d.duty_since(due) is not None]
        if not planned:
            planned = [d for d in homes if d.on_duty]
        if not planned:
            return
        away = travel.expected("car", env.now, planned[0].home, self.address)
        leaves = due - (i.doctor_leave + away)
        since = planned[0].duty_since(due)
        if since is not None:
            leaves = max(leaves, since)
        if leaves > env.now:
            yield env.timeout(leaves - env.now)
            if due not in self.due and not self.doctor_wanted():
                return
        staying = [d for d in self.doctors if d.on_duty]
        if since is not None:
            staying = [d for d in staying if d.duty_since(due) is not None]
        if not any(d.present or d.coming for d in staying):
            for doctor in planned + homes:
                if doctor.on_duty and not doctor.busy and not doctor.present:
                    self.call_in(doctor, i)
                    return

    # the allocator

    def wish(
        self, urgency: int, i: Incident, *, doctor: str | None, nurse: bool = False,
        room: bool = False, since: float | None = None,
    ) -> Wish:  # fmt: skip
        """Wait in line for what is needed; ``granted`` succeeds with (doctor, nurse)."""
        key = (urgency, self.env.now if since is None else since, i.id)
        wish = Wish(self.env, key, i, doctor, nurse, room)
        insort(self.wishes, wish, key=lambda w: w.key)
        self.allocate()
        return wish

    def allocate(self) -> None:
        """Grant every wish, in order, of which all parts are free."""
        nurses_on_duty = [n for n in self.nurses if n.on_duty]
        for wish in list(self.wishes):
            if wish.room and self.rooms == 0:
                continue
            nurse = doctor = None
            if wish.nurse and nurses_on_duty:
                nurse = next((n for n in nurses_on_duty if not n.busy), None)
                if nurse is None:
                    continue
            if wish.doctor:
                doctor = self.find_doctor(wish)
                if doctor is None:
                    continue
                doctor.busy = True
            if nurse is not None:
                nurse.busy = True
            if wish.room:
                self.rooms -= 1
            self.wishes.remove(wish)
            wish.granted.succeed((doctor, nurse))

    def find_doctor(self, wish: Wish) -> Person | None:
        """Return a free doctor; at the site somebody may have to be called in first."""
        free = [d for d in self.doctors if d.on_duty and not d.busy]
        present = next((d for d in free if d.present), None)
        absent = [d for d in free if not d.present]
        at_home = next((d for d in absent if d.form != "backup"), None)
        backup = next((d for d in absent if d.form == "backup"), None)
        if wish.doctor == "here":
            if present is None:
                called = at_home or backup
                coming = any(d.coming for d in self.doctors)
                if called is not None and not coming:
                    self.call_in(called, wish.incident)
            return present
        if wish.doctor == "out":
            return at_home or present or backup
        return present or at_home or backup

    # patients

    def travel(self, i: Incident, delay: float) -> Iterator[Any]:
        """Come to the clinic and be seen."""
        model, env, travel = self.model, self.env, self.model.travel
        home = model.address(i)
        closed = travel.opens("car", env.now, home, self.address)
        if closed == INFINITY:
            model.unserved(i, "no way to the clinic")
            return
        expected = travel.expected("car", env.now + closed, home, self.address)
        if not i.own_car:
            delay += model.world.rules.taxi_wait_s
        delay = max(delay, closed)
        due = env.now + delay + expected
        self.expect(i, due)
        yield env.timeout(delay)
        clinic = self
        if not self.spec.open[model.slot()]:
            clinic = model.clinic_for(i.area) or self
            if clinic is not self:
                self.due.remove(due)
                self.rest()
                if travel.opens("car", env.now, home, clinic.address) == INFINITY:
                    model.unserved(i, "no way to the clinic")
                    return
                expected = travel.expected("car", env.now, home, clinic.address)
                due = env.now + min(expected, DAY)
                clinic.expect(i, due)
                model.record(
                    "redirected", incident=i.id, actor=self.id, place=clinic.id, code="closed"
                )
        closed = travel.opens("car", env.now, home, clinic.address)
        if closed > 0:
            clinic.due.remove(due)
            expected = travel.expected("car", env.now + closed, home, clinic.address)
            due = env.now + closed + expected
            clinic.expect(i, due)
            clinic.rest()
            yield env.timeout(closed)
        model.record(
            "sets_out", incident=i.id, actor=clinic.id, place=model.zone_id(i), value=expected,
            code="own_car" if i.own_car else "taxi",
        )  # fmt: skip
        drive = travel.drive("car", env.now, home, clinic.address, i.car_noise, i.ferry)
        yield env.timeout(drive.seconds)
        clinic.due.remove(due)
        yield from clinic.visit(i, drive.seconds)

    def visit(self, i: Incident, under_way: float) -> Iterator[Any]:
        """Nurse, doctor, and home or to hospital."""
        model, env = self.model, self.env
        urgency = i.urgency if i.lvs_urgency == Urgency.NONE else i.lvs_urgency
        arrived = env.now
        self.inside += 1
        model.record("arrives", incident=i.id, actor=self.id, place=self.id, value=under_way)
        if self.nurses and i.nurse > 0 and urgency != Urgency.ACUTE:
            wish = self.wish(urgency, i, doctor=None, nurse=True, since=arrived)
            _, nurse = yield wish.granted
            if nurse is not None:
                nurse.begins("reception", i, self.id)
                yield env.timeout(i.nurse)
                nurse.ends("reception", i, self.id)
                self.free(nurse)
            model.record("received", incident=i.id, actor=self.id, place=self.id)
        if i.entry == Entry.WALK_IN:
            model.record(
                "triaged", incident=i.id, actor=self.id, value=float(urgency), code="reception"
            )
            if i.disposition in (Disposition.ADVICE, Disposition.FASTLEGE):
                model.record("decided", incident=i.id, actor=self.id, code="advice")
                self.inside -= 1
                self.rest()
                self.leaves(i, "advice")
                model.end(i, "advice")
                return
        acute = urgency == Urgency.ACUTE
        wish = self.wish(urgency, i, doctor="here", nurse=acute, room=True, since=arrived)
        doctor, nurse = yield wish.granted
        model.record(
            "doctor_starts", incident=i.id, actor=doctor.id, place=self.id, code="consultation"
        )
        doctor.begins("consultation", i, self.id)
        if nurse is not None:
            nurse.begins("consultation", i, self.id)
        yield env.timeout(i.consultation)
        model.record(
            "doctor_ends", incident=i.id, actor=doctor.id, place=self.id, code="consultation"
        )
        doctor.ends("consultation", i, self.id)
        self.rooms += 1
        self.inside -= 1
        if nurse is None:
            self.allocate()
        else:
            nurse.ends("consultation", i, self.id)
            self.free(nurse)
        env.process(self.documents(doctor, i))
        if i.hospital_after and model.units_serve:
            self.leaves(i, "hospital")
            amk = model.amk_for(i.area)
            yield from amk.handed_over(i, model.true_urgency(i), "clinic", self.address)
        else:
            self.leaves(i, "home")
        model.end(i, "seen")

    def leaves(self, i: Incident, where: str) -> None:
        """Write down that the patient leaves."""
        self.model.record("leaves_clinic", incident=i.id, actor=self.id, place=self.id, code=where)

    def documents(self, doctor: Person, i: Incident) -> Iterator[simpy.Event]:
        """Write the journal; then the doctor is free."""
        if i.documentation > 0:
            doctor.begins("documentation", i, self.id)
            yield self.env.timeout(i.documentation)
            doctor.ends("documentation", i, self.id)
        self.free(doctor)

    def phones(self, i: Incident) -> Iterator[Any]:
        """The doctor calls the patient."""
        model, place = self.model, self.model.zone_id(i)
        doctor, _ = yield self.wish(i.lvs_urgency, i, doctor="anywhere").granted
        model.record("doctor_starts", incident=i.id, actor=doctor.id, place=place, code="phone")
        doctor.begins("phone", i, place)
        yield self.env.timeout(i.doctor_phone)
        model.record("doctor_ends", incident=i.id, actor=doctor.id, place=place, code="phone")
        doctor.ends("phone", i, place)
        model.end(i, "doctor_phone")
        yield from self.documents(doctor, i)

    def informed(self, i: Incident) -> Iterator[Any]:
        """AMK tells a doctor of an acute incident."""
        model, place = self.model, self.model.zone_id(i)
        model.record("doctor_alerted", incident=i.id, actor=self.id, place=place, code="informed")
        seconds = model.world.rules.alert_call_s
        wish = self.wish(-1, i, doctor="anywhere")
        yield wish.granted | self.env.timeout(seconds)
        if wish.granted.triggered:
            doctor, _ = wish.granted.value
            doctor.begins("phone", i, place)
            yield self.env.timeout(seconds)
            doctor.ends("phone", i, place)
            self.free(doctor)
        else:
            self.wishes.remove(wish)
        model.end(i)

    def goes_out(self, i: Incident, *, call_out: bool) -> Iterator[Any]:
        """A doctor drives to the patient."""
        model, env, travel = self.model, self.env, self.model.travel
        place = model.zone_id(i)
        task = "call_out" if call_out else "home_visit"
        if call_out:
            model.record("doctor_alerted", incident=i.id, actor=self.id, place=place, code=task)
            wish = self.wish(-1, i, doctor="out")
            yield wish.granted | env.timeout(model.world.rules.call_out_max_wait_s)
            if not wish.granted.triggered:
                self.wishes.remove(wish)
                model.record("doctor_unavailable", incident=i.id, actor=self.id, place=place)
                model.end(i)
                return
        else:
            wish = self.wish(i.lvs_urgency, i, doctor="out")
            yield wish.granted
        doctor, _ = wish.granted.value
        patient = model.address(i)
        start = self.address if doctor.present else doctor.home
        doctor.out = True
        self.away_for = task
        self.note_manning()
        doctor.begins(task, i, place)
        wait = i.doctor_leave
        if doctor.present:
            wait = min(wait, model.world.rules.doctor_leaves_site_s)
        yield env.timeout(wait)
        profile = "ambulance" if call_out else "car"
        there = travel.drive(profile, env.now, start, patient, i.car_noise, i.ferry)
        if there.seconds == INFINITY:
            model.record("doctor_unavailable", incident=i.id, actor=self.id, place=place)
            if call_out:
                model.end(i)
            else:
                model.unserved(i, "no way by road at this hour")
        else:
            yield env.timeout(there.seconds)
            who = {"incident": i.id, "actor": doctor.id, "place": place}
            model.record("doctor_on_scene", **who, code="doctor")
            model.record("doctor_starts", **who, code=task)
            yield env.timeout(i.home_visit)
            model.record("doctor_ends", **who, code=task)
            wait = model.lookup(i.id, Purpose.DOCTOR_BACK, 0)
            back = travel.drive("car", env.now, patient, start, i.car_noise, wait)
            seconds = back.seconds if back.seconds < INFINITY else there.seconds
            if call_out:
                model.end(i)
            else:
                if i.hospital_after and model.units_serve:
                    amk = model.amk_for(i.area)
                    yield from amk.handed_over(i, model.true_urgency(i), "clinic", patient)
                model.end(i, "home_visit")
            yield env.timeout(seconds)
        doctor.ends(task, i, place)
        doctor.out = False
        self.note_manning()
        yield from self.documents(doctor, i)


class Satellite:
    """One satellite: its nurses, and the clinic whose doctors are on video."""

    def __init__(self, model: Model, spec: SatelliteSpec, clinic: Clinic) -> None:
        self.model = model
        self.env = model.env
        self.spec = spec
        self.id = spec.id
        self.clinic = clinic
        self.address = Address(spec.place)
        self.nurses = [Person(model, p, self.id) for p in spec.nurses]
        self.booked = 0
        self.closed = False  # every nurse is out
        self.queue: list[tuple[tuple[int, float, int], simpy.Event]] = []
        for nurse in self.nurses:
            self.env.process(nurse.shifts(self))

    @property
    def manned(self) -> bool:
        """Whether a nurse is there."""
        return any(n.on_duty and not n.leaving and not n.out for n in self.nurses)

    def reaches(self, i: Incident) -> bool:
        """Return whether there is a way now."""
        travel, home = self.model.travel, self.model.address(i)
        return travel.expected("car", self.env.now, self.address, home) < INFINITY

    def came(self) -> None:
        """A nurse has come on duty."""
        self.let_go()
        self.allocate()

    def shift_over(self) -> None:
        """A nurse's shift is over."""
        self.let_go()

    def let_go(self) -> None:
        """Whose shift is over goes home when nobody is booked, or somebody else is there."""
        for nurse in self.nurses:
            if nurse.leaving and not nurse.busy:
                relieved = any(n.on_duty and not n.leaving for n in self.nurses)
                if relieved or self.booked == 0:
                    nurse.goes_off()

    def allocate(self) -> None:
        """Give free nurses to those who wait."""
        for nurse in self.nurses:
            if self.queue and nurse.on_duty and not nurse.busy:
                _, event = self.queue.pop(0)
                nurse.busy = True
                event.succeed(nurse)

    def free(self, nurse: Person) -> None:
        """A nurse is done."""
        nurse.busy = False
        self.let_go()
        self.allocate()

    def nurse(self, i: Incident, urgency: int) -> simpy.Event:
        """Wait for a nurse."""
        event = self.env.event()
        insort(self.queue, ((urgency, self.env.now, i.id), event), key=lambda entry: entry[0])
        self.allocate()
        return event

    def patient(self, i: Incident) -> Iterator[Any]:
        """Come, see the nurse, perhaps the doctor on video, go home or on to the clinic."""
        model, env, travel = self.model, self.env, self.model.travel
        self.booked += 1
        home = model.address(i)
        delay = i.leave_home
        if not i.own_car:
            delay += model.world.rules.taxi_wait_s
        yield env.timeout(delay)
        closed = travel.opens("car", env.now, home, self.address)
        if closed > 0:
            yield env.timeout(closed)
        drive = travel.drive("car", env.now, home, self.address, i.car_noise, i.ferry)
        model.record(
            "sets_out", incident=i.id, actor=self.id, place=model.zone_id(i),
            value=drive.seconds, code="own_car" if i.own_car else "taxi",
        )  # fmt: skip
        yield env.timeout(drive.seconds)
        model.record("arrives", incident=i.id, actor=self.id, place=self.id, value=drive.seconds)
        nurse = yield self.nurse(i, i.lvs_urgency)
        yield from self.treat(i, nurse, i.satellite_outcome, self.id)
        self.booked -= 1
        self.free(nurse)
        if i.satellite_outcome in (
            SatelliteOutcome.SENT_ON, SatelliteOutcome.SENT_ON_AFTER_VIDEO,
        ):  # fmt: skip
            yield from self.sent_on(i)
            return
        hospital = i.hospital_after and model.units_serve
        where = "hospital" if hospital else "home"
        model.record("leaves_clinic", incident=i.id, actor=self.id, place=self.id, code=where)
        if hospital:
            amk = model.amk_for(i.area)
            yield from amk.handed_over(i, model.true_urgency(i), "clinic", self.address)
        model.end(i, "satellite")

    def sent_on(self, i: Incident) -> Iterator[Any]:
        """Drive on to the clinic of this hour."""
        model, env, travel = self.model, self.env, self.model.travel
        clinic = model.clinic_for(i.area) or self.clinic
        model.record("redirected", incident=i.id, actor=self.id, place=clinic.id, code="sent_on")
        closed = travel.opens("car", env.now, self.address, clinic.address)
        if closed == INFINITY:
            model.unserved(i, "no way to the clinic")
            return
        if closed > 0:
            yield env.timeout(closed)
        wait = model.lookup(i.id, Purpose.SENT_ON, 0)
        drive = travel.drive("car", env.now, self.address, clinic.address, i.car_noise, wait)
        due = env.now + drive.seconds
        clinic.expect(i, due)
        model.record(
            "sets_out", incident=i.id, actor=clinic.id, place=self.id, value=drive.seconds,
            code="own_car",
        )  # fmt: skip
        yield env.timeout(drive.seconds)
        clinic.due.remove(due)
        yield from clinic.visit(i, drive.seconds)

    def treat(
        self, i: Incident, nurse: Person, outcome: SatelliteOutcome, place: str
    ) -> Iterator[Any]:
        """The nurse's work, the doctor on video joining towards the end."""
        model, env = self.model, self.env
        model.record("satellite_nurse_starts", incident=i.id, actor=nurse.id, place=place)
        nurse.begins("satellite_patient", i, place)
        with_video = outcome in (
            SatelliteOutcome.NURSE_AND_VIDEO, SatelliteOutcome.SENT_ON_AFTER_VIDEO,
        )  # fmt: skip
        video = i.video if with_video else 0.0
        yield env.timeout(max(0.0, i.satellite_nurse - video))
        if video > 0:
            model.record("video_waits", incident=i.id, actor=nurse.id, place=place)
            clinic = model.video_clinic(i.area, self.clinic)
            doctor, _ = yield clinic.wish(i.lvs_urgency, i, doctor="anywhere").granted
            model.record("video_starts", incident=i.id, actor=doctor.id, place=place)
            doctor.begins("video", i, place)
            yield env.timeout(video)
            doctor.ends("video", i, place)
            model.record("video_ends", incident=i.id, actor=doctor.id, place=place)
            env.process(clinic.documents(doctor, i))
        nurse.ends("satellite_patient", i, place)
        model.record(
            "satellite_ends", incident=i.id, actor=nurse.id, place=place,
            code=outcome.name.lower(),
        )  # fmt: skip

    def home_visit(self, i: Incident) -> Iterator[Any]:
        """The nurse visits the patient with the doctor on video."""
        self.booked += 1
        nurse = yield self.nurse(i, i.lvs_urgency)
        place = self.model.zone_id(i)
        yield from self.drives_out(nurse, i, "home_visit")
        yield from self.treat(i, nurse, SatelliteOutcome.NURSE_AND_VIDEO, place)
        if i.hospital_after and self.model.units_serve:
            amk = self.model.amk_for(i.area)
            patient = self.model.address(i)
            yield from amk.handed_over(i, self.model.true_urgency(i), "clinic", patient)
        yield from self.drives_back(nurse, i)
        self.booked -= 1
        self.model.end(i, "home_visit_nurse")
        self.free(nurse)

    def responds(self, i: Incident) -> Iterator[Any]:
        """The nurse is the first responder near by."""
        place = self.model.zone_id(i)
        nurse = next((n for n in self.nurses if n.on_duty and not n.busy and not n.leaving), None)
        if nurse is None or self.queue:
            return
        nurse.busy = True
        self.model.begin(i)
        yield from self.drives_out(nurse, i, "first_response")
        nurse.begins("first_response", i, place)
        yield self.env.timeout(i.on_scene)
        nurse.ends("first_response", i, place)
        self.model.end(i)
        yield from self.drives_back(nurse, i)
        self.free(nurse)

    def drives_out(self, nurse: Person, i: Incident, why: str) -> Iterator[Any]:
        """Close the satellite and drive to the patient."""
        model, env, place = self.model, self.env, self.model.zone_id(i)
        nurse.out = True
        if not self.manned:
            self.closed = True
            model.record("satellite_closes", incident=i.id, actor=self.id, place=self.id, code=why)
        nurse.begins("drive", i, place)
        closed = model.travel.opens("car", env.now, self.address, model.address(i))
        if closed > 0:
            yield env.timeout(closed)
        drive = model.travel.drive(
            "car", env.now, self.address, model.address(i), i.car_noise, i.ferry
        )
        yield env.timeout(drive.seconds)
        nurse.ends("drive", i, place)
        model.record("doctor_on_scene", incident=i.id, actor=nurse.id, place=place, code="nurse")

    def drives_back(self, nurse: Person, i: Incident) -> Iterator[Any]:
        """Drive back and open."""
        model, env, patient = self.model, self.env, self.model.address(i)
        nurse.begins("drive", i, self.id)
        yield env.timeout(model.travel.opens("car", env.now, patient, self.address))
        wait = model.lookup(i.id, Purpose.NURSE_BACK, 0)
        drive = model.travel.drive("car", env.now, patient, self.address, i.car_noise, wait)
        yield env.timeout(drive.seconds)
        nurse.ends("drive", i, self.id)
        nurse.out = False
        if self.closed:
            self.closed = False
            model.record("satellite_opens", incident=i.id, actor=self.id, place=self.id)
