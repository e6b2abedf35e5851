"""How long a drive takes and where somebody is who drives: expected for deciding, real for driving."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from emergency_sim.domain.clock import GOLDEN
from emergency_sim.domain.travel import Position
from emergency_sim.domain.units import DAY, HOUR
from emergency_sim.simulation.ways import INFINITY, Spot, Ways, new

if TYPE_CHECKING:
    from emergency_sim.domain.travel import FerryLeg
    from emergency_sim.simulation.world import World

NO_WAITS: tuple[float, ...] = ()
ROUNDING_S = 1.0
"""Far more than what rounding to milliseconds can add up to on one way."""
FERRY_HOURS = (6, 18, 23, 30)
"""Hours at which a ferry class begins; 30 is 06 of the next day."""
CLASS_OF_HOUR = (2,) * 6 + (0,) * 12 + (1,) * 5 + (2,)


def ferry_class(now: float) -> int:
    """Return 0 (day, 06-18), 1 (evening, 18-23) or 2 (night): the hour class of the ferries (R8)."""
    return CLASS_OF_HOUR[int(now % DAY // HOUR)]


class Leg(NamedTuple):
    """A drive under way: enough to say where the driver is after any number of seconds.

    ``out_s`` and ``last_s`` are the real seconds before the first and after the last node.
    """

    ways: Ways
    start: int
    end: int
    out_s: float
    last_s: float
    left_at: float
    road_factor: float
    waits: tuple[float, ...]
    seconds: float


class Roads:
    """All ways of a world: kept from one replication to the next.

    What holds this hour is kept at hand: nearly everybody asks about now.
    """

    __slots__ = ("_from", "_now", "_season_now", "_to", "_ways", "_winter", "_winter_factor")

    def __init__(self, world: World) -> None:
        self._ways = {
            profile: tuple(
                Ways(times, world.place_node, world.profile_factor[profile]) for times in classes
            )
            for profile, classes in world.travel.items()
        }
        self._winter: list[bool] = world.winter
        self._winter_factor = world.rules.winter_factor
        self._turn(0.0)

    def at_season(self, world: World) -> Roads:
        """Return the same ways with the winter days of another replication's world."""
        other = Roads.__new__(Roads)
        other._ways = self._ways
        other._winter = world.winter
        other._winter_factor = world.rules.winter_factor
        other._turn(0.0)
        return other

    def _turn(self, now: float) -> None:
        """Put at hand what holds in the hour of ``now``."""
        self._from = now - now % HOUR
        self._to = self._from + HOUR
        number = ferry_class(now)
        self._now = {profile: classes[number] for profile, classes in self._ways.items()}
        self._season_now = self.season(now)

    def ways(self, profile: str, now: float) -> Ways:
        """Return the ways of a profile at an hour."""
        if not self._from <= now < self._to:
            self._turn(now)
        return self._now[profile]

    def ways_of(self, profile: str, time: float) -> Ways:
        """Return the ways of a profile at a time that may be another hour than the present one."""
        if self._from <= time < self._to:
            return self._now[profile]
        return self._ways[profile][ferry_class(time)]

    def season(self, now: float) -> float:
        """Return the factor on road seconds today."""
        day = int(now // DAY)
        winter = self._winter
        return self._winter_factor if winter[min(day, len(winter) - 1)] else 1.0

    def expected(self, profile: str, now: float, origin: Spot, to: Spot) -> float:
        """Return expected seconds between two spots, ferries at half their headway."""
        ways = self.ways_of(profile, now)
        start, out = origin
        end, last = to
        return (ways.rows[start] or ways.row(start))[end] + (out + last) * ways.access_factor

    @staticmethod
    def next_class(now: float) -> float:
        """Return when the next ferry class begins."""
        today = now - now % DAY
        return next(t for h in FERRY_HOURS if (t := today + h * HOUR) > now)

    def opens(self, profile: str, now: float, origin: Spot, to: Spot) -> float:
        """Return the seconds until there is a way: 0 now, ``inf`` if no ferry class has one (R8)."""
        classes = self._ways[profile]
        if classes[ferry_class(now)].row(origin.place)[to.place] != INFINITY:
            return 0.0
        time = now
        for _ in range(4):
            if classes[ferry_class(time)].row(origin.place)[to.place] != INFINITY:
                return time - now
            time = self.next_class(time)
        return INFINITY

    def by_ferry(self, profile: str, now: float, origin: Spot, to: Spot) -> bool:
        """Whether the way has a ferry now, or there is none at all: only then its waits matter."""
        ways, start, end = self.ways_of(profile, now), origin.place, to.place
        if (ways.rows[start] or ways.row(start))[end] == INFINITY:
            return True
        crossings = ways.crossings[start]
        known = crossings[end] if crossings is not None else None
        return bool(ways.ferries(start, end) if known is None else known)

    def seconds(
        self, profile: str, leaves: float, origin: Spot, to: Spot, *, noise: float, ferry_u: float
    ) -> float:
        """Return how long a drive that begins at ``leaves`` really takes; as :meth:`drive`."""
        ways = self.ways_of(profile, leaves)
        start, out = origin
        end, last = to
        seconds = (ways.rows[start] or ways.row(start))[end]
        if seconds == INFINITY:
            return INFINITY
        factor = noise * self.season(leaves)
        crossings = ways.crossings[start]
        ferries = crossings[end] if crossings is not None else None
        if ferries is None:
            ferries = ways.ferries(start, end)
        per_access = ways.access_factor * factor
        out, last = out * per_access, last * per_access
        if not ferries:
            return out + seconds * factor + last
        return _by_ferry(
            ways, start, end, out, last, leaves, factor, seconds, ferries, ferry_u
        ).seconds

    def drive(
        self, profile: str, now: float, origin: Spot, to: Spot, *, noise: float, ferry_u: float
    ) -> Leg:
        """Return the real drive: road seconds times season and noise (assumption A18).

        A ferry's class is that of the moment of leaving (assumption A20). The first ferry's wait is the
        share ``ferry_u`` of its headway; a further one's share is shifted by the golden ratio, which
        keeps it uniform.
        """
        ways = self.ways(profile, now)
        factor = noise * self._season_now
        start, out = origin
        end, last = to
        seconds = (ways.rows[start] or ways.row(start))[end]
        per_access = ways.access_factor * factor
        out, last = out * per_access, last * per_access
        nodes = ways.nodes
        crossings = ways.crossings[start]
        ferries = crossings[end] if crossings is not None else None
        if ferries is None and seconds != INFINITY:
            ferries = ways.ferries(start, end)
        if not ferries:
            seconds = out + seconds * factor + last
            return new(
                Leg, (ways, nodes[start], nodes[end], out, last, now, factor, NO_WAITS, seconds)
            )
        return _by_ferry(
            ways, nodes[start], nodes[end], out, last, now, factor, seconds, ferries, ferry_u
        )

    def drive_from(
        self,
        profile: str,
        now: float,
        position: Position,
        to: Spot,
        *,
        noise: float,
        ferry_u: float,
    ) -> Leg:
        """Return the real drive of somebody who is on the road, turning back where that is quicker."""
        ways = self.ways(profile, now)
        times = ways.times
        end = ways.nodes[to.place]
        first, start = position.remaining_s, position.head
        if position.reversible and position.elapsed_s + times.between(position.tail, end) < (
            first + times.between(start, end)
        ):
            first, start = position.elapsed_s, position.tail
        factor = noise * self._season_now
        seconds = times.between(start, end)
        ferries = times.ferries(start, end) if seconds != INFINITY else ()
        out = first * factor if position.reversible else first
        last = to.access_s * ways.access_factor * factor
        if not ferries:
            seconds = out + seconds * factor + last
            return Leg(ways, start, end, out, last, now, factor, NO_WAITS, seconds)
        return _by_ferry(ways, start, end, out, last, now, factor, seconds, ferries, ferry_u)

    def where(self, leg: Leg, now: float) -> Position:
        """Return where the driver of ``leg`` is: a true position on the road (MODEL.md, "Units")."""
        elapsed = now - leg.left_at
        factor = leg.road_factor or 1.0
        if elapsed < leg.out_s:  # before the first node of the leg
            rest = (leg.out_s - elapsed) / factor
            return Position(tail=leg.start, head=leg.start, elapsed_s=rest, remaining_s=rest)
        if leg.seconds - elapsed <= leg.last_s:  # past the last node already
            gone = max(0.0, elapsed - (leg.seconds - leg.last_s)) / factor
            return Position(tail=leg.end, head=leg.end, elapsed_s=gone, remaining_s=gone)
        return leg.ways.times.position(
            leg.start, leg.end, elapsed - leg.out_s, road_factor=leg.road_factor, waits=leg.waits
        )

    def at_least(self, profile: str, now: float, leg: Leg, to: Spot) -> float:
        """Return seconds below which nobody on ``leg`` can be expected at a spot; 0 if that is unclear.

        From the leg's first node it is quickest by way of where the driver is now, or quicker: so the
        rest is at least the whole less what has been driven. Not on a leg with ferries, whose real
        waits are not the expected ones, nor from a first node that is no place, nor at a lower speed
        than the leg's, nor by a matrix in which a way round may be quicker than the direct one.
        """
        ways = self.ways(profile, now)
        start = ways.number.get(leg.start)
        if leg.waits or start is None or not ways.times.quickest or not leg.road_factor:
            return 0.0
        driven = (now - leg.left_at - leg.out_s) / leg.road_factor
        if ways.access_factor > leg.ways.access_factor:
            return 0.0  # what is left to the next node is reckoned at the leg's own speed
        whole = (ways.rows[start] or ways.row(start))[to.place]
        return whole - max(0.0, driven) + to.access_s * ways.access_factor - ROUNDING_S

    def from_position(self, profile: str, now: float, position: Position, to: Spot) -> float:
        """Return expected seconds from a position to a spot, turning back where that is quicker."""
        ways = self.ways(profile, now)
        times = ways.times
        node = ways.nodes[to.place]
        ahead = position.remaining_s + times.between(position.head, node)
        if position.reversible:
            ahead = min(ahead, position.elapsed_s + times.between(position.tail, node))
        return ahead + to.access_s * ways.access_factor


def _by_ferry(
    ways: Ways,
    start: int,
    end: int,
    out_s: float,
    last_s: float,
    now: float,
    factor: float,
    seconds: float,
    ferries: tuple[FerryLeg, ...],
    ferry_u: float,
) -> Leg:
    waits = tuple(((ferry_u + GOLDEN * k) % 1.0) * leg.headway_s for k, leg in enumerate(ferries))
    fixed = sum(leg.crossing_s for leg in ferries)
    road = max(0.0, seconds - fixed - sum(leg.headway_s for leg in ferries) / 2)
    real = out_s + road * factor + fixed + sum(waits) + last_s
    return Leg(ways, start, end, out_s, last_s, now, factor, waits, real)
