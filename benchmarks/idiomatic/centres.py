"""AMK and legevaktsentral: operators are a PriorityResource, a call is a process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import simpy

from emergency_sim.domain.incident import Disposition, Entry, Urgency
from emergency_sim.simulation.purposes import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.idiomatic.draws import Incident
    from benchmarks.idiomatic.model import Model
    from benchmarks.idiomatic.travel import Address
    from emergency_sim.simulation.world import CentreSpec, PersonSpec

ENDLESS = 1e9


class Operators(simpy.PriorityResource):
    """Operators who come and go; whoever is on the telephone at the end of a shift finishes."""

    def __init__(self, env: simpy.Environment) -> None:
        super().__init__(env, capacity=1)
        self._capacity = 0
        self.finishing = 0

    def come(self) -> None:
        """One more operator; the first in the queue is answered."""
        self._capacity += 1
        self._trigger_put(None)

    def go(self) -> None:
        """One operator less, now or when a call is over."""
        if self.count < self.capacity:
            self._capacity -= 1
        else:
            self.finishing += 1

    def hang_up(self, request: Any) -> None:
        """A call is over."""
        if self.finishing:
            self.finishing -= 1
            self._capacity -= 1
        self.release(request)


class Centre:
    """A call centre with one queue."""

    def __init__(self, model: Model, spec: CentreSpec) -> None:
        self.model = model
        self.env = model.env
        self.spec = spec
        self.id = spec.id
        self.operators = Operators(model.env)
        self.other: Centre | None = None
        for person in spec.operators:
            self.env.process(self.shifts(person))

    def shifts(self, person: PersonSpec) -> Iterator[simpy.Event]:
        """Follow the duty plan of one operator."""
        env, record = self.env, self.model.record
        for start, end in zip(person.duty.start.tolist(), person.duty.end.tolist(), strict=True):
            if start > env.now:
                yield env.timeout(start - env.now)
            record("duty_starts", actor=person.id, place=self.id, code=person.form.value)
            self.operators.come()
            yield env.timeout(end - env.now)
            self.operators.go()
            record("duty_ends", actor=person.id, place=self.id, value=0.0, code=person.form.value)

    def call(
        self,
        i: Incident,
        line: str,
        priority: int,
        patience: float,
        pickup: float,
        *,
        transferred: bool = False,
    ) -> Iterator[Any]:
        """Ring, wait in the queue, perhaps give up and ring again; gives the answered call."""
        env, model = self.env, self.model
        for attempt in range(6):
            number = model.next_call()
            rang = env.now
            model.record(
                "rings", incident=i.id, call=number, actor=self.id, place=model.zone_id(i),
                value=float(attempt), code=line,
            )  # fmt: skip
            answered = yield from self.queue(priority, patience)
            if answered is not None:
                centre, request = answered
                if pickup > 0:
                    yield env.timeout(pickup)
                model.record(
                    "answered", incident=i.id, call=number, actor=centre.id,
                    value=env.now - rang, code=line,
                )  # fmt: skip
                return centre, request, number
            model.record(
                "gave_up", incident=i.id, call=number, actor=self.id, value=env.now - rang,
                code=line,
            )  # fmt: skip
            again = i.redials
            if attempt > 0:
                often = model.world.rules.redials_again
                ordinal = attempt + 6 if transferred else attempt
                again = model.lookup(i.id, Purpose.REDIAL, ordinal) < often
            if not again:
                return None
            model.record("redials", incident=i.id, actor=self.id, value=i.redial_pause)
            yield env.timeout(i.redial_pause)
        return None

    def queue(self, priority: int, patience: float) -> Iterator[Any]:
        """Wait for an operator, after a while also for one of the other centre."""
        env = self.env
        request = self.operators.request(priority=priority)
        overflow = self.spec.overflow_after_s
        if self.other is None or patience <= overflow:
            yield request | env.timeout(patience)
            if request.triggered:
                return self, request
            request.cancel()
            return None
        yield request | env.timeout(overflow)
        if request.triggered:
            return self, request
        second = self.other.operators.request(priority=priority)
        yield request | second | env.timeout(patience - overflow)
        if request.triggered:
            if second.triggered:
                self.other.operators.hang_up(second)
            else:
                second.cancel()
            return self, request
        request.cancel()
        if second.triggered:
            return self.other, second
        second.cancel()
        return None

    def hang_up(self, i: Incident, answered: Any, line: str) -> None:
        """The call is written up and the operator free."""
        centre, request, number = answered
        self.model.record("call_ends", incident=i.id, call=number, actor=centre.id, code=line)
        centre.operators.hang_up(request)


class Amk(Centre):
    """The emergency medical communication centre."""

    def reach(self, i: Incident, line: str, patience: float) -> Iterator[Any]:
        """Ring AMK."""
        return (yield from self.call(i, line, 0, patience, i.amk_pickup))

    def finish(
        self, i: Incident, answered: Any, line: str, outcome: str | None = None
    ) -> Iterator[Any]:
        """Write up."""
        if i.amk_wrap > 0:
            yield self.env.timeout(i.amk_wrap)
        self.hang_up(i, answered, line)
        self.model.end(i, outcome)

    def triaged(self, i: Incident) -> None:
        """Write down the urgency that AMK assigns."""
        self.model.record(
            "triaged", incident=i.id, actor=self.id, value=float(i.amk_urgency), code="amk"
        )

    def call_113(self, i: Incident) -> Iterator[Any]:
        """Somebody rings 113."""
        model = self.model
        model.begin(i)
        answered = yield from self.reach(i, "113", i.patience)
        if answered is None:
            model.end(i, "gave_up")
            return
        lvs = model.lvs_for(i.area)
        inquiry = i.entry == Entry.INQUIRY_113
        ambulance = not inquiry and (i.amk_urgency != Urgency.REGULAR or lvs is None)
        if ambulance:
            model.board.register(i, i.amk_urgency, "113", self.id)
        yield self.env.timeout(i.amk_interview)
        if inquiry:
            yield from self.finish(i, answered, "113", "inquiry")
            return
        self.triaged(i)
        if ambulance:
            model.board.order(i, i.amk_urgency)
        else:
            model.record(
                "transferred", incident=i.id, call=answered[2], actor=self.id, place=lvs.id,
                code="lvs",
            )  # fmt: skip
            model.begin(i)
            self.env.process(lvs.transferred(i))
        yield from self.finish(i, answered, "113")

    def professional(self, i: Incident) -> Iterator[Any]:
        """A fastlege or an institution orders an ambulance."""
        model = self.model
        model.begin(i)
        answered = yield from self.reach(i, "professional", i.patience)
        if answered is None:
            model.end(i, "gave_up")
            return
        model.board.register(i, i.amk_urgency, "professional", self.id)
        yield self.env.timeout(i.amk_interview)
        self.triaged(i)
        model.board.order(i, i.amk_urgency)
        yield from self.finish(i, answered, "professional")

    def booked(self, i: Incident) -> None:
        """A booked transport is due."""
        model = self.model
        model.begin(i)
        model.board.register(i, Urgency.REGULAR, "booked", self.id)
        model.board.order(i, Urgency.REGULAR)
        model.end(i)

    def handed_over(
        self, i: Incident, urgency: Urgency, origin: str, where: Address | None = None
    ) -> Iterator[Any]:
        """LVS, a clinic or a doctor on a visit hands a patient over."""
        model = self.model
        model.board.register(i, urgency, origin, self.id)
        answered = yield from self.reach(i, "professional", ENDLESS)
        if answered is None:
            return
        yield self.env.timeout(i.amk_interview)
        if where is None:
            model.board.order(i, urgency)
        else:
            model.board.want(i, urgency, where, slot=0, conveys=True, at_clinic=True)
        model.begin(i)
        self.env.process(self.finish(i, answered, "professional"))


class Legevaktsentral(Centre):
    """The operators of 116117."""

    def call_116117(self, i: Incident) -> Iterator[Any]:
        """A patient, a relative or a health professional rings."""
        self.model.begin(i)
        if i.entry == Entry.PROFESSIONAL_LVS:
            answered = yield from self.call(i, "professional", 1, i.patience, i.lvs_pickup)
        else:
            answered = yield from self.call(i, "116117", 2, i.patience, i.lvs_pickup)
        yield from self.talk(i, answered)

    def transferred(self, i: Incident) -> Iterator[Any]:
        """AMK hands over a caller who needs no ambulance."""
        answered = yield from self.call(i, "116117", 1, i.patience, i.lvs_pickup, transferred=True)
        yield from self.talk(i, answered)

    def talk(self, i: Incident, answered: Any) -> Iterator[Any]:
        """Interview, decide, write up."""
        model, env = self.model, self.env
        if answered is None:
            model.end(i, "gave_up")
            return
        number = answered[2]
        yield env.timeout(i.lvs_interview)
        if i.entry == Entry.INQUIRY_116117:
            yield from self.wrap_up(i, answered)
            model.end(i, "inquiry")
            return
        model.record(
            "triaged", incident=i.id, call=number, actor=self.id, value=float(i.lvs_urgency),
            code="lvs",
        )  # fmt: skip
        model.record(
            "decided", incident=i.id, call=number, actor=self.id, code=i.disposition.name.lower()
        )
        if i.disposition != Disposition.AMBULANCE:
            model.begin(i)
            self.refer(i)
        elif model.units_serve:
            amk = model.amk_for(i.area)
            model.record(
                "transferred", incident=i.id, call=number, actor=self.id, place=amk.id, code="amk"
            )
            yield from amk.handed_over(i, i.lvs_urgency, "lvs")
        yield from self.wrap_up(i, answered)
        model.end(i)

    def wrap_up(self, i: Incident, answered: Any) -> Iterator[Any]:
        """Write up."""
        if i.lvs_wrap > 0:
            yield self.env.timeout(i.lvs_wrap)
        professional = i.entry == Entry.PROFESSIONAL_LVS
        self.hang_up(i, answered, "professional" if professional else "116117")

    def refer(self, i: Incident) -> None:
        """Do what the operator has decided."""
        model = self.model
        if i.disposition == Disposition.ADVICE:
            model.end(i, "advice")
        elif i.disposition == Disposition.FASTLEGE:
            model.end(i, "fastlege")
        elif i.disposition == Disposition.HOME_VISIT:
            model.home_visit(i)
        elif i.disposition == Disposition.CONSULTATION:
            model.book(i)
        else:
            clinic = model.clinic_for(i.area)
            if clinic is None:
                model.unserved(i, "no clinic at this hour")
            else:
                self.env.process(clinic.phones(i))
