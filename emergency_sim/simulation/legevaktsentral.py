"""Legevaktsentral: a call to 116117 is answered, triaged, and ends in one of six dispositions (R5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.incident import Disposition, Entry, Urgency
from emergency_sim.simulation.amk import URGENCIES
from emergency_sim.simulation.kinds import ANSWERED, DECIDED, TRANSFERRED, TRIAGED
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.telephone import Centre

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.case import Case

DISPOSITIONS: Final = tuple(Disposition)
ADVICE, FASTLEGE = Disposition.ADVICE, Disposition.FASTLEGE
DOCTOR_PHONE, HOME_VISIT = Disposition.DOCTOR_PHONE, Disposition.HOME_VISIT
AMBULANCE: Final = Disposition.AMBULANCE
PROFESSIONAL_LVS: Final = int(Entry.PROFESSIONAL_LVS)  # as the columns hold them
INQUIRY_116117: Final = int(Entry.INQUIRY_116117)
PRIORITY_PROFESSIONAL: Final = 1
PRIORITY_116117: Final = 2


class Legevaktsentral(Centre):
    """The operators who answer 116117 for one or more legevakt districts."""

    __slots__ = ()

    def call_116117(
        self, case: Case, line: int, priority: int, *, transferred: bool = False
    ) -> Generator[Any, Any, None]:
        """A patient, a relative or a professional rings, or AMK hands over a caller.

        Answer, interview, decide; the operator is busy until that is written up (assumption A14).
        """
        chain, env, c, row = self._chain, self._env, case.drawn, case.row
        ringing = self.rings(case, line) or (
            yield from self.waits(
                case, line, priority=priority, patience=c.patience_s[row], transferred=transferred
            )
        )
        if ringing is None:
            case.end("gave_up")
            return
        centre, call, rang = ringing
        now, write = env._now, chain.write
        answered = now + c.lvs_pickup_s[row]
        write((
            answered, ANSWERED, case.id, call, NULL, centre.name, NULL, answered - rang, line,
        ))  # fmt: skip
        decided = answered + c.lvs_interview_s[row]
        yield decided - now
        outcome = None
        if c.entry[row] == INQUIRY_116117:
            outcome = "inquiry"
        else:
            urgency = URGENCIES[c.lvs_urgency[row]]
            disposition = DISPOSITIONS[c.disposition[row]]
            write((
                decided, TRIAGED, case.id, call, NULL, self.name, NULL, urgency,
                chain.code.lvs,
                decided, DECIDED, case.id, call, NULL, self.name, NULL, NAN,
                chain.code.dispositions[disposition],
            ))  # fmt: skip
            if disposition is ADVICE:
                outcome = "advice"
            elif disposition is FASTLEGE:
                outcome = "fastlege"
            elif disposition is not AMBULANCE:
                case.under_way += 1
                self.refer(case, disposition, urgency)
            elif chain.can_convey:
                amk = chain.amk_for(case.area)
                write((
                    decided, TRANSFERRED, case.id, call, NULL, self.name, amk.name, NAN,
                    chain.code.amk,
                ))  # fmt: skip
                yield from amk.from_lvs(case, urgency)  # stays on the line until AMK has the caller
        wrap = c.lvs_wrap_s[row]
        if wrap > 0:
            yield wrap
        centre.hang_up(case.id, call, line)
        case.end(outcome)

    def refer(self, case: Case, disposition: Disposition, urgency: Urgency) -> None:
        """Start what the operator has decided, which is one more thing under way."""
        chain, env = self._chain, self._env
        if disposition is DOCTOR_PHONE:
            clinic = chain.clinic_for(case.area)
            if clinic is None:
                chain.unserved(case, "no clinic at this hour")
            else:
                env.start(clinic.phones(case))
        elif disposition is HOME_VISIT:
            chain.home_visit(case, urgency)
        else:
            chain.book(case, urgency)
