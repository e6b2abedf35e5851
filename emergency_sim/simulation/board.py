"""AMK's board: who wants a unit, and who goes. Decisions are the dispatch policy's."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.incident import Urgency
from emergency_sim.policies import Candidate
from emergency_sim.simulation import kinds
from emergency_sim.simulation.recorder import NAN, NULL
from emergency_sim.simulation.request import Request
from emergency_sim.simulation.unit import Unit
from emergency_sim.simulation.unit_on_duty import State
from emergency_sim.simulation.ways import Spot

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from emergency_sim.simulation.case import Case
    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.ways import Ways

INFINITY = float("inf")
new = tuple.__new__
ACUTE: Final = Urgency.ACUTE
IDLE, ALARMED = State.IDLE, State.ALARMED
TO_SCENE, RETURNING = State.TO_SCENE, State.RETURNING


class Board:
    """The units of one AMK, or of all, and the requests that wait for one.

    ``under_way`` holds the numbers of the units that are not idle and may be sent elsewhere.
    """

    __slots__ = (
        "_all", "_bases", "_chain", "_chute", "_env", "_fcfs", "_order", "_orders", "_policy",
        "_specs", "_wait_at_base", "_waiting", "under_way", "units",
    )  # fmt: skip

    def __init__(self, chain: Chain, number: int) -> None:
        self._chain = chain
        self._env = chain.env
        self._policy = chain.world.dispatch
        self._fcfs = chain.world.rules.fcfs
        self._order = 0
        self._waiting: list[Request] = []
        self.units: list[Unit] = []
        self.under_way: set[int] = set()
        rules = chain.world.rules
        self._specs = specs = tuple(u for u in chain.world.units if u.board == number)
        self._chute = (0.0, 0.0)  # at the station, at home
        if rules.turnout:
            self._chute = (rules.chute_station_expected_s, rules.chute_home_expected_s)
        self._wait_at_base = rules.return_to_base
        self._all = range(len(specs))
        self._orders: dict[Ways, dict[int, list[int]]] = {}
        self._bases = tuple((u.place, self._chute[u.crew_at_home]) for u in specs)

    def open(self) -> None:
        """Start the units' shifts."""
        self.units = [Unit(self._chain, self, i, u) for i, u in enumerate(self._specs)]
        for unit in self.units:
            self._env.start(unit.shifts())
        self._env.start(self._ferry_hours())

    def _ferry_hours(self) -> Generator[Any, Any, None]:
        """Where no ferry went there may be one now: look at who waits again."""
        env, roads = self._env, self._chain.roads
        while True:
            yield roads.next_class(env._now) - env._now
            self.review()

    def register(self, time: float, case: Case, urgency: int, origin: int, centre: int) -> None:
        """AMK registers the inquiry at ``time``: the response clock starts (R18)."""
        write = self._chain.write
        write((
            time, kinds.REGISTERED, case.id, NULL, NULL, centre,
            self._chain.zone_name[case.zone], urgency, origin,
        ))  # fmt: skip

    def order(self, case: Case, urgency: Urgency) -> None:
        """AMK has decided: one or two units (assumption A22), the duty doctor, a nurse near by."""
        chain, c, row = self._chain, case.drawn, case.row
        scene = case.home
        conveys = bool(c.conveyed[row])
        self._want(case, urgency, scene, slot=0, conveys=conveys)
        if urgency is ACUTE:
            if c.units_needed[row] > 1:
                self._want(case, urgency, scene, slot=1, conveys=conveys)
            if c.doctor_alerted[row]:
                chain.alert_doctor(case)
            chain.alert_satellite(case)

    def order_from(self, case: Case, urgency: Urgency, where: Spot) -> None:
        """A doctor's patient, at a clinic or at home, is to be taken to hospital by one unit."""
        self._want(case, urgency, where, slot=0, conveys=True, from_clinic=True)

    def _want(
        self,
        case: Case,
        urgency: Urgency,
        scene: Spot,
        *,
        slot: int,
        conveys: bool,
        from_clinic: bool = False,
    ) -> None:
        zone = self._chain.world.zone_ids[case.zone]
        self._request(
            Request(
                case, slot=slot, urgency=urgency, scene=scene, conveys=conveys, zone=zone,
                from_clinic=from_clinic,
            )
        )  # fmt: skip

    def _request(self, request: Request) -> None:
        """A unit is wanted: send one now, or let the request wait."""
        chain, case = self._chain, request.case
        now = self._env._now
        case.begin()
        write = chain.write
        write((
            now, kinds.REQUESTED, case.id, NULL, NULL, chain.amk_name(case.area),
            chain.zone_name[case.zone], request.urgency, chain.code.slots[request.slot],
        ))  # fmt: skip
        if not self._reachable(request, now):
            self.cannot_reach(request)
            return
        self._order += 1
        rank = 0 if self._fcfs else int(request.urgency)
        request.key = (rank, now, self._order)
        self._send_or_wait(request)

    def _reachable(self, request: Request, now: float) -> bool:
        ways, to = self._chain.roads.ways(request.profile, now), request.scene.place
        for unit in self.units:
            place = unit.at.place
            if (ways.rows[place] or ways.row(place))[to] < INFINITY:
                return True
        return False

    def again(self, request: Request) -> None:
        """The unit was taken for a more urgent incident: another one is wanted, in the old place."""
        request.unit = None
        self._send_or_wait(request)

    def _send_or_wait(self, request: Request) -> None:
        if not self._send(request):
            insort(self._waiting, request)

    def review(self) -> None:
        """A unit has become available: give it to the first request that it suits."""
        if self._waiting:
            for request in list(self._waiting):
                if self._send(request):
                    self._waiting.remove(request)

    def _send(self, request: Request) -> bool:
        candidates = self._candidates(request)
        if not candidates:
            return False
        chosen = self._policy.choose(request.need, candidates)
        if chosen is None:
            return False
        chain, unit, case = self._chain, self.units[chosen], request.case
        how = chain.code.idle
        if unit.state is RETURNING:
            how = chain.code.returning
        elif unit.state is not IDLE:
            how = chain.code.diverted
        request.mission = chain.next_mission()
        request.ordinal += 1
        request.unit = unit
        case.units = (*case.units, unit)
        expected = next(c for c in candidates if c.unit == chosen).expected_s
        write = chain.write
        write((
            self._env._now, kinds.ALARMED, case.id, NULL, request.mission, unit.actor,
            unit.name_of_station, expected, how,
        ))  # fmt: skip
        unit.alarm(request)
        return True

    def _candidates(self, request: Request) -> list[Candidate]:
        """Return the units that could go, as the policy may see them: idle ones, then on the road.

        Units wait at their bases, so the order of their expected times to a place is always the same:
        of a policy that needs the quickest few only, no others are looked at.
        """
        policy, scene, profile = self._policy, request.scene, request.profile
        now = self._env._now
        ways = self._chain.roads.ways(profile, now)
        rows, to, factor = ways.rows, scene.place, ways.access_factor
        last = scene.access_s * factor
        chute, units = self._chute, self.units
        enough, expected = policy.looks_at(request.need), INFINITY
        order: Sequence[int] = self._all
        if enough is not None and self._wait_at_base:
            order = self._quickest_first(ways, to)
        else:
            enough = len(units)
        capability, found = request.need.capability, []
        for index in order:
            unit = units[index]
            if unit.state is IDLE and not unit.leaving:
                spec = unit.spec
                place, access_s = unit.at
                seconds = (rows[place] or ways.row(place))[to]
                expected = seconds + access_s * factor + (chute[spec.crew_at_home] + last)
                fields = (index, spec.id, expected, spec.capabilities, None, 0.0)
                found.append(new(Candidate, fields))  # a third of the time of Candidate(...)
                if capability in spec.capabilities:
                    enough -= 1
                    if not enough:
                        break
        if self.under_way:
            found += self._under_way(request, INFINITY if enough else expected)
        return found

    def _quickest_first(self, ways: Ways, to: int) -> list[int]:
        known = self._orders.get(ways)
        if known is None:
            known = self._orders[ways] = ways.orders(self._bases)
        order = known.get(to)
        if order is None:
            order = known[to] = ways.order(to, self._bases)
        return order

    def _under_way(self, request: Request, slower: float) -> list[Candidate]:
        """Return the units that drive back, or are sent to somebody less urgent (assumption A16).

        Those that would come later than ``slower`` seconds from now can be left out.
        """
        policy, profile, scene = self._policy, request.profile, request.scene
        returning, preempting = policy.uses_returning, policy.preempts
        roads, now = self._chain.roads, self._env._now
        found: list[Candidate] = []
        for index in sorted(self.under_way):
            unit = self.units[index]
            serving: Urgency | None = None
            if unit.state is not RETURNING:
                if not preempting or unit.request is None:
                    continue
                serving = unit.request.urgency
                if serving <= request.urgency:
                    continue
            elif not returning:
                continue
            if unit.leaving:
                continue
            leg = unit.leg
            if leg is not None and roads.at_least(profile, now, leg, scene) > slower:
                continue
            expected = unit.expected_s(profile, scene)
            remaining = 0.0 if serving is None else unit.remaining_s()
            spec = unit.spec
            found.append(Candidate(index, spec.id, expected, spec.capabilities, serving, remaining))
        return found

    def released(self, request: Request, unit: Unit) -> None:
        """The patient is looked after: units still on the way are stood down (R12).

        Only those that are wanted at the same place: who hands over at a clinic may be at it still
        when the doctor there has asked for the way to hospital.
        """
        case, at_clinic = request.case, request.from_clinic
        if not self._waiting and len(case.units) == 1:
            return
        if request.conveyor not in (None, unit):
            return
        for waiting in [r for r in self._waiting if r.case is case and r.from_clinic is at_clinic]:
            self._waiting.remove(waiting)
            case.end()
        for other in case.units:
            asked = other.request
            on_its_way = other.state in (ALARMED, TO_SCENE)
            if other is unit or not on_its_way or asked is None:
                continue
            if asked.case is case and asked.from_clinic is at_clinic:
                other.request = None
                other.stand_down()

    def cannot_reach(self, request: Request) -> None:
        """No road and no ferry at this hour: nobody waits for the morning (assumption A21)."""
        chain, case = self._chain, request.case
        write = chain.write
        write((
            self._env._now, kinds.UNSERVED, case.id, NULL, NULL, NULL,
            chain.zone_name[case.zone], NAN,
            chain.names["no way by road at this hour"],
        ))  # fmt: skip
        case.end("unserved")
