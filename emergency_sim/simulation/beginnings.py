"""How incidents begin: each at its time, by its own way into the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.incident import Entry, IfNotPresented, Urgency
from emergency_sim.domain.units import SLOT
from emergency_sim.simulation import kinds
from emergency_sim.simulation.case import Case
from emergency_sim.simulation.recorder import NULL, ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import NDArray

    from emergency_sim.simulation.chain import Chain

CALL_113 = int(Entry.CALL_113)


class Beginnings:
    """Lets incidents begin, and knows when each one did.

    That an incident has begun and what is the matter stands in the table already; these two events
    are therefore written as columns afterwards, see :meth:`rows`.
    """

    __slots__ = ("_chain", "_lvs", "_times", "_ways")

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._times: list[float] = []
        self._lvs = [chain.lvs_for(area) for area in range(len(chain.world.area_ids))]
        telephone = bool(chain.amk)
        ways: dict[Entry, Callable[[int, int], None]] = dict.fromkeys(Entry, self._units_only)
        ways[Entry.WALK_IN] = self._walks_in
        for entry in (Entry.CALL_116117, Entry.INQUIRY_116117, Entry.PROFESSIONAL_LVS):
            ways[entry] = self._rings_116117
        if telephone:
            ways[Entry.CALL_113] = ways[Entry.INQUIRY_113] = self._rings_113
            ways[Entry.PROFESSIONAL_AMK] = self._professional
            ways[Entry.BOOKED] = self._booked
        self._ways = [ways[entry] for entry in Entry]

    def arrivals(self) -> Generator[Any, Any, None]:
        """Let each incident begin at its time."""
        chain, ways, begun = self._chain, self._ways, self._times.append
        env, c = chain.env, chain.columns
        area_of = np.array(chain.zone_area, dtype="i4")[chain.incidents["zone"]].tolist()
        rows = zip(c.time_s, area_of, c.entry, c.presents, strict=True)
        for row, (time, area, entry, presents) in enumerate(rows):
            if time > env._now:
                yield time - env._now
            begun(env._now)
            if presents or entry == CALL_113:
                ways[entry](row, area)
            else:
                self._stays_away(row, area)

    def rows(self) -> NDArray[Any]:
        """Return what is known of the incidents that have begun: two records each, by time.

        An inquiry without need of help has the first one only.
        """
        chain, table, n = self._chain, self._chain.incidents, len(self._times)
        time, zone, urgency = np.array(self._times), table["zone"][:n], table["urgency"][:n]
        area = np.array(chain.zone_area, dtype="i4")[zone]
        first = np.zeros(n, dtype=ROW)
        first["time_s"], first["kind"], first["incident"] = time, kinds.INCIDENT, table["id"][:n]
        first["call"] = first["mission"] = NULL
        first["place"] = np.array(chain.zone_name, dtype="i4")[zone]
        second = first.copy()
        clinic_of = chain.world.clinic_of
        slot = np.minimum(time // SLOT, chain.last_slot).astype("i4")
        clinic = [clinic_of[a][s] for a, s in zip(area.tolist(), slot.tolist(), strict=True)]
        names = np.array([*(clinic.name for clinic in chain.clinics), NULL])  # number -1: no clinic
        first["actor"] = names[clinic]
        first["value"] = urgency
        first["code"] = np.array(chain.code.entries)[table["entry"][:n]]
        second["kind"] = kinds.NEED
        second["actor"] = np.array(chain.area_name)[area]
        second["value"] = table["age"][:n]
        second["code"] = np.array(chain.code.problems)[table["problem"][:n]]
        both: NDArray[Any] = np.stack((first, second), axis=1).ravel()
        needed = np.stack((np.ones(n, bool), urgency != Urgency.NONE), axis=1).ravel()
        rows: NDArray[Any] = both[needed]
        return rows

    # -- ways in -----------------------------------------------------------------------------------

    def _rings_116117(self, row: int, area: int) -> None:
        chain = self._chain
        lvs = self._lvs[area]
        if lvs is not None:
            chain.env.start(lvs.call_116117(row))
        else:
            chain.unserved(Case(chain, row), "no legevaktsentral")

    def _rings_113(self, row: int, area: int) -> None:
        self._chain.env.start(self._chain.amk_for(area).call_113(row))

    def _professional(self, row: int, area: int) -> None:
        self._chain.env.start(self._chain.amk_for(area).professional(row))

    def _booked(self, row: int, area: int) -> None:
        self._chain.amk_for(area).booked(row)

    def _walks_in(self, row: int, area: int) -> None:
        chain = self._chain
        case, clinic = Case(chain, row), chain.clinic_for(area)
        if clinic is None:
            chain.unserved(case, "no clinic at this hour")
        else:
            chain.env.start(clinic.travel(case, delay=0.0))

    def _units_only(self, row: int, area: int) -> None:
        """Without telephony an incident is a request for units at once."""
        chain = self._chain
        case = Case(chain, row)
        urgency = Urgency(min(chain.columns.urgency[row], Urgency.REGULAR))
        chain.board.register(case, urgency, chain.code.line_113, NULL)
        chain.board.order(case, urgency)
        case.end()

    def _stays_away(self, row: int, area: int) -> None:
        """It is too far to come (R3): nobody hears of it, or 113 does."""
        chain, c = self._chain, self._chain.columns
        instead, clinic = c.if_not_presented[row], chain.clinic_for(area)
        chain.write((
            chain.env._now, kinds.NOT_PRESENTED, c.id[row], NULL, NULL,
            NULL if clinic is None else clinic.name, chain.zone_name[c.zone[row]],
            float(c.urgency[row]), chain.code.instead[instead],
        ))  # fmt: skip
        if instead == IfNotPresented.CALL_113 and chain.amk:
            self._rings_113(row, area)
        else:
            Case(chain, row).end("not_presented")
