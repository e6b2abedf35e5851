"""AMK: a call to 113 is answered, the caller is interviewed, urgency is assigned, units are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.incident import Entry, Urgency
from emergency_sim.simulation import kinds
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.telephone import Centre, Ringing

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.board import Board
    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.ways import Spot

URGENCIES: Final = tuple(Urgency)
ACUTE, URGENT, REGULAR = Urgency.ACUTE, Urgency.URGENT, Urgency.REGULAR
INQUIRY_113: Final = int(Entry.INQUIRY_113)
PRIORITY_113: Final = 0
PRIORITY_TRANSFERRED: Final = 1
ENDLESS: Final = 1e9
"""Patience of an operator or a doctor who hands a patient over: they stay on the line."""


class Amk(Centre):
    """The emergency medical communication centre of the health trust.

    ``board`` holds the units that it sends.
    """

    __slots__ = ("board",)

    board: Board

    def call_113(self, case: Case) -> Generator[Any, Any, None]:
        """Somebody rings 113; units are alerted when the interview is over (assumption A15)."""
        chain, c, row = self._chain, case.drawn, case.row
        line = chain.code.line_113
        urgency: int = c.amk_urgency[row]
        ringing = self.rings(case, line) or (
            yield from self.waits(case, line, priority=PRIORITY_113, patience=c.patience_s[row])
        )
        if ringing is None:
            case.end("gave_up")
            return
        centre, call = ringing[:2]
        answered = self._answers(case, ringing, line)
        entry = c.entry[row]
        lvs = chain.lvs_for(case.area)
        ambulance = entry != INQUIRY_113 and (urgency != REGULAR or lvs is None)
        if ambulance:
            self.board.register(answered, case, urgency, chain.code.from_113, self.name)
        yield answered + c.amk_interview_s[row] - self._env._now
        if entry == INQUIRY_113:
            yield from self._finish(centre, case, call, line, "inquiry")
            return
        self._triaged(case, urgency)
        if ambulance or lvs is None:
            self.board.order(case, URGENCIES[urgency])
            yield from self._finish(centre, case, call, line, None)
            return
        write = chain.write
        write((
            self._env._now, kinds.TRANSFERRED, case.id, call, NULL, self.name, lvs.name, NAN,
            chain.code.lvs,
        ))  # fmt: skip
        case.begin()
        self._env.start(
            lvs.call_116117(case, chain.code.line_116117, PRIORITY_TRANSFERRED, transferred=True)
        )
        yield from self._finish(centre, case, call, line, None)

    def professional(self, case: Case) -> Generator[Any, Any, None]:
        """A fastlege or an institution orders an ambulance on the professionals' line."""
        chain, c, row = self._chain, case.drawn, case.row
        line = chain.code.line_professional
        ringing = self.rings(case, line) or (
            yield from self.waits(case, line, priority=PRIORITY_113, patience=c.patience_s[row])
        )
        if ringing is None:
            case.end("gave_up")
            return
        centre, call = ringing[:2]
        answered = self._answers(case, ringing, line)
        urgency = URGENCIES[c.amk_urgency[row]]
        self.board.register(answered, case, urgency, chain.code.professional, self.name)
        yield answered + c.amk_interview_s[row] - self._env._now
        self._triaged(case, urgency)
        self.board.order(case, urgency)
        yield from self._finish(centre, case, call, line, None)

    def from_lvs(self, case: Case, urgency: Urgency) -> Generator[Any, Any, None]:
        """The legevaktsentral transfers a caller who needs an ambulance: the clock starts here (R18)."""
        yield from self._handed_over(case, urgency, self._chain.code.from_lvs, at=None)

    def from_clinic(self, case: Case, clinic: Spot) -> Generator[Any, Any, None]:
        """A clinic's or a satellite's doctor orders transport to hospital."""
        urgency = self._true_urgency(case)
        yield from self._handed_over(case, urgency, self._chain.code.from_clinic, at=clinic)

    def from_home_visit(self, case: Case) -> Generator[Any, Any, None]:
        """A doctor at or on video to the patient's home orders transport; nobody else is alerted."""
        yield from self._handed_over(
            case, self._true_urgency(case), self._chain.code.from_clinic, at=case.home
        )

    def booked(self, case: Case) -> None:
        """A booked transport is due: no call, the order lies at AMK."""
        chain = self._chain
        self.board.register(self._env._now, case, REGULAR, chain.code.booked, self.name)
        self.board.order(case, REGULAR)
        case.end()

    def _handed_over(
        self, case: Case, urgency: Urgency, origin: int, *, at: Spot | None
    ) -> Generator[Any, Any, None]:
        chain = self._chain
        line = chain.code.line_professional
        self.board.register(self._env._now, case, urgency, origin, self.name)
        ringing = self.rings(case, line) or (
            yield from self.waits(case, line, priority=PRIORITY_113, patience=ENDLESS)
        )
        if ringing is None:
            return
        centre, call = ringing[:2]
        answered = self._answers(case, ringing, line)
        yield answered + case.drawn.amk_interview_s[case.row] - self._env._now
        if at is None:
            self.board.order(case, urgency)
        else:
            self.board.order_from(case, urgency, at)
        case.begin()
        self._env.start(self._finish(centre, case, call, line, None))

    def _true_urgency(self, case: Case) -> Urgency:
        true = URGENCIES[case.drawn.urgency[case.row]]
        return ACUTE if true is ACUTE else URGENT

    def _answers(self, case: Case, ringing: Ringing, line: int) -> float:
        """The operator picks up; gives when."""
        centre, call, rang = ringing
        answered: float = self._env._now + case.drawn.amk_pickup_s[case.row]
        write = self._chain.write
        write((
            answered, kinds.ANSWERED, case.id, call, NULL, centre.name, NULL, answered - rang, line,
        ))  # fmt: skip
        return answered

    def _triaged(self, case: Case, urgency: int) -> None:
        chain = self._chain
        write = chain.write
        write((
            self._env._now, kinds.TRIAGED, case.id, NULL, NULL, self.name, NULL, urgency,
            chain.code.amk,
        ))  # fmt: skip

    def _finish(
        self, centre: Centre, case: Case, call: int, line: int, outcome: str | None
    ) -> Generator[Any, Any, None]:
        """Write up; then the operator is free."""
        wrap = case.drawn.amk_wrap_s[case.row]
        if wrap > 0:
            yield wrap
        centre.hang_up(case.id, call, line)
        case.end(outcome)
