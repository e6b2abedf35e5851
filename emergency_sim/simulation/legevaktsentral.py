"""Legevaktsentral: a call to 116117 is answered, triaged, and ends in one of six dispositions (R5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.incident import Disposition, Entry, Urgency
from emergency_sim.policies import Patient
from emergency_sim.simulation import kinds
from emergency_sim.simulation.amk import URGENCIES, rings
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.telephone import Centre

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case

DISPOSITIONS: Final = tuple(Disposition)
PRIORITY_PROFESSIONAL: Final = 1
PRIORITY_116117: Final = 2


class Legevaktsentral(Centre):
    """The operators who answer 116117 for one or more legevakt districts."""

    __slots__ = ()

    def call_116117(self, row: int) -> Generator[Any, Any, None]:
        """A patient, a relative or a health professional rings."""
        chain, c = self._chain, self._chain.columns
        case = chain.case(row)
        case.begin()
        professional = c.entry[row] == Entry.PROFESSIONAL_LVS
        answered = yield from rings(
            self, case,
            chain.code.line_professional if professional else chain.code.line_116117,
            priority=PRIORITY_PROFESSIONAL if professional else PRIORITY_116117,
            patience=c.patience_s[row],
            pickup=c.lvs_pickup_s[row],
        )  # fmt: skip
        if answered is None:
            case.end("gave_up")
            return
        yield from self._talk(case, *answered)

    def transferred(self, case: Case) -> Generator[Any, Any, None]:
        """AMK hands over a caller who needs no ambulance."""
        chain, c = self._chain, self._chain.columns
        answered = yield from rings(
            self, case, chain.code.line_116117, priority=PRIORITY_PROFESSIONAL,
            patience=c.patience_s[case.row], pickup=c.lvs_pickup_s[case.row],
        )  # fmt: skip
        if answered is None:
            case.end("gave_up")
            return
        yield from self._talk(case, *answered)

    def _talk(self, case: Case, centre: Centre, call: int) -> Generator[Any, Any, None]:
        chain, env, c, row = self._chain, self._env, self._chain.columns, case.row
        professional = c.entry[row] == Entry.PROFESSIONAL_LVS
        line = chain.code.line_professional if professional else chain.code.line_116117
        yield c.lvs_interview_s[row]
        if c.entry[row] == Entry.INQUIRY_116117:
            yield from self._wrap_up(centre, case, call, line)
            case.end("inquiry")
            return
        urgency = URGENCIES[c.lvs_urgency[row]]
        chain.write((
            env._now, kinds.TRIAGED, case.id, call, NULL, self.name, NULL,
            float(urgency), chain.code.lvs,
        ))  # fmt: skip
        disposition = DISPOSITIONS[c.disposition[row]]
        chain.write((
            env._now, kinds.DECIDED, case.id, call, NULL, self.name, NULL, NAN,
            chain.code.dispositions[disposition],
        ))  # fmt: skip
        if disposition is Disposition.AMBULANCE:
            if chain.can_convey:
                amk = chain.amk_for(case.area)
                chain.write((
                    env._now, kinds.TRANSFERRED, case.id, call, NULL, self.name, amk.name, NAN,
                    chain.code.amk,
                ))  # fmt: skip
                yield from amk.from_lvs(
                    case, urgency
                )  # the operator stays until AMK has the caller
        else:
            case.begin()
            self.refer(case, disposition, urgency)
        yield from self._wrap_up(centre, case, call, line)
        case.end()

    def _wrap_up(
        self, centre: Centre, case: Case, call: int, line: int
    ) -> Generator[Any, Any, None]:
        wrap = self._chain.columns.lvs_wrap_s[case.row]
        if wrap > 0:
            yield wrap
        centre.hang_up(case.id, call, line)

    def refer(self, case: Case, disposition: Disposition, urgency: Urgency) -> None:
        """Start what the operator has decided; ``case.begin`` was called for it."""
        chain, env = self._chain, self._env
        if disposition is Disposition.ADVICE:
            case.end("advice")
        elif disposition is Disposition.FASTLEGE:
            case.end("fastlege")
        elif disposition is Disposition.DOCTOR_PHONE:
            clinic = chain.clinic_for(case.area)
            if clinic is None:
                chain.unserved(case, "no clinic at this hour")
            else:
                env.start(clinic.phones(case))
        elif disposition is Disposition.HOME_VISIT:
            chain.home_visit(case, urgency)
        else:
            chain.book(case, urgency)

    @staticmethod
    def patient(case: Case, urgency: Urgency) -> Patient:
        """Return the patient as the operator sees him or her."""
        return Patient(urgency, case.chain.problem(case.row))
