"""How incidents begin: each at its time, by its own way into the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.incident import Entry, IfNotPresented, Urgency
from emergency_sim.domain.units import SLOT
from emergency_sim.simulation import kinds
from emergency_sim.simulation.case import Case
from emergency_sim.simulation.drawn import Drawn
from emergency_sim.simulation.legevaktsentral import PRIORITY_116117, PRIORITY_PROFESSIONAL
from emergency_sim.simulation.recorder import NULL, ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from numpy.typing import NDArray

    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.drawn import Stretch

CALL_113 = int(Entry.CALL_113)


class Beginnings:
    """Lets incidents begin, and knows when each one did.

    That an incident has begun and what is the matter stands in the table already; these two events
    are therefore written as columns afterwards, see :meth:`rows`.

    Parameters
    ----------
    incidents
        Stretches of the table, in order of time; the next one is asked for when it is needed.
    """

    __slots__ = (
        "_chain", "_given", "_incidents", "_lvs", "_stretch", "_times", "_ways", "_written",
    )  # fmt: skip

    def __init__(self, chain: Chain, incidents: Iterator[Stretch]) -> None:
        self._chain = chain
        self._incidents = incidents
        self._stretch: Stretch | None = None
        self._times: list[float] = []  # of the present stretch's incidents that have begun
        self._given = 0  # of these, how many rows have been asked for
        self._written: list[NDArray[Any]] = []  # of earlier stretches, not asked for yet
        self._lvs = [chain.lvs_for(area) for area in range(len(chain.world.area_ids))]
        telephone = bool(chain.amk)
        ways: dict[Entry, Callable[[Case], None]] = dict.fromkeys(Entry, self._units_only)
        ways[Entry.WALK_IN] = self._walks_in
        ways[Entry.CALL_116117] = ways[Entry.INQUIRY_116117] = self._rings_116117
        ways[Entry.PROFESSIONAL_LVS] = self._professional_rings_lvs
        if telephone:
            ways[Entry.CALL_113] = ways[Entry.INQUIRY_113] = self._rings_113
            ways[Entry.PROFESSIONAL_AMK] = self._professional
            ways[Entry.BOOKED] = self._booked
        self._ways = [ways[entry] for entry in Entry]

    def arrivals(self) -> Generator[Any, Any, None]:
        """Let each incident begin at its time."""
        chain, ways, begun = self._chain, self._ways, self._times.append
        env = chain.env
        for stretch in self._incidents:
            self._turn_to(stretch)
            drawn: Any = Drawn(stretch)
            rows = zip(drawn.time_s, drawn.entry, drawn.presents, strict=True)
            for row, (time, entry, presents) in enumerate(rows):
                if time > env._now:
                    yield time - env._now
                begun(env._now)
                case = Case(chain, drawn, row)
                if presents or entry == CALL_113:
                    ways[entry](case)
                else:
                    self._stays_away(case)

    def _turn_to(self, stretch: Stretch) -> None:
        if self._stretch is not None:
            self._written.append(self._records(self._stretch))
        self._stretch = stretch
        self._times.clear()
        self._given = 0

    def rows(self) -> NDArray[Any]:
        """Return what is known of the incidents that have begun since the last time, by time.

        Two records each; an inquiry without need of help has the first one only.
        """
        parts, self._written = self._written, []
        if self._stretch is not None:
            parts.append(self._records(self._stretch))
            self._given = len(self._times)
        return np.concatenate(parts) if parts else np.empty(0, ROW)

    def _records(self, stretch: Stretch) -> NDArray[Any]:
        """Return the records of the stretch's incidents that have begun and were not given yet."""
        chain, table = self._chain, stretch.table
        rows = slice(stretch.begin + self._given, stretch.begin + len(self._times))
        time = np.array(self._times[self._given :], float)
        n, zone, urgency = len(time), table["zone"][rows], table["urgency"][rows]
        area = np.array(chain.zone_area, dtype="i4")[zone]
        first = np.zeros(n, dtype=ROW)
        first["time_s"], first["kind"], first["incident"] = time, kinds.INCIDENT, table["id"][rows]
        first["call"] = first["mission"] = NULL
        first["place"] = np.array(chain.zone_name, dtype="i4")[zone]
        second = first.copy()
        clinic_of = chain.world.clinic_of
        slot = np.minimum(time // SLOT, chain.last_slot).astype("i4")
        clinic = [clinic_of[a][s] for a, s in zip(area.tolist(), slot.tolist(), strict=True)]
        names = np.array([*(clinic.name for clinic in chain.clinics), NULL])  # number -1: no clinic
        first["actor"] = names[clinic]
        first["value"] = urgency
        first["code"] = np.array(chain.code.entries)[table["entry"][rows]]
        second["kind"] = kinds.NEED
        second["actor"] = np.array(chain.area_name)[area]
        second["value"] = table["age"][rows]
        second["code"] = np.array(chain.code.problems)[table["problem"][rows]]
        both: NDArray[Any] = np.stack((first, second), axis=1).ravel()
        needed = np.stack((np.ones(n, bool), urgency != Urgency.NONE), axis=1).ravel()
        records: NDArray[Any] = both[needed]
        return records

    # -- ways in -----------------------------------------------------------------------------------

    def _rings_116117(self, case: Case) -> None:
        chain, lvs = self._chain, self._lvs[case.area]
        if lvs is None:
            chain.unserved(case, "no legevaktsentral")
        else:
            chain.env.start(lvs.call_116117(case, chain.code.line_116117, PRIORITY_116117))

    def _professional_rings_lvs(self, case: Case) -> None:
        chain, lvs = self._chain, self._lvs[case.area]
        if lvs is None:
            chain.unserved(case, "no legevaktsentral")
        else:
            line = chain.code.line_professional
            chain.env.start(lvs.call_116117(case, line, PRIORITY_PROFESSIONAL))

    def _rings_113(self, case: Case) -> None:
        self._chain.env.start(self._chain.amk_for(case.area).call_113(case))

    def _professional(self, case: Case) -> None:
        self._chain.env.start(self._chain.amk_for(case.area).professional(case))

    def _booked(self, case: Case) -> None:
        self._chain.amk_for(case.area).booked(case)

    def _walks_in(self, case: Case) -> None:
        chain = self._chain
        clinic = chain.clinic_for(case.area)
        if clinic is None:
            chain.unserved(case, "no clinic at this hour")
        else:
            chain.env.start(clinic.travel(case, delay=0.0))

    def _units_only(self, case: Case) -> None:
        """Without telephony an incident is a request for units at once."""
        chain = self._chain
        urgency = Urgency(min(case.drawn.urgency[case.row], Urgency.REGULAR))
        chain.boards[0].register(chain.env._now, case, urgency, chain.code.line_113, NULL)
        chain.boards[0].order(case, urgency)
        case.end()

    def _stays_away(self, case: Case) -> None:
        """It is too far to come (R3): nobody hears of it, or 113 does."""
        chain, c, row = self._chain, case.drawn, case.row
        instead, clinic = c.if_not_presented[row], chain.clinic_for(case.area)
        write = chain.write
        write((
            chain.env._now, kinds.NOT_PRESENTED, case.id, NULL, NULL,
            NULL if clinic is None else clinic.name, case.zone_name,
            float(c.urgency[row]), chain.code.instead[instead],
        ))  # fmt: skip
        if instead == IfNotPresented.CALL_113 and chain.amk:
            self._rings_113(case)
        else:
            case.end("not_presented")
