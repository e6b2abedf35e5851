"""Travel between the places of a world: numpy matrices, real drives, positions on the road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.travel import Position

if TYPE_CHECKING:
    from emergency_sim.simulation.world import World

INFINITY = float("inf")
GOLDEN = 0.618033988749895
DAY, HOUR = 86_400.0, 3_600.0


@dataclass
class Address:
    """A place and the seconds of ordinary driving from its node to the door."""

    place: int
    access: float = 0.0


@dataclass
class Drive:
    """A drive under way."""

    times: Any
    start: int
    end: int
    out: float
    last: float
    left_at: float
    factor: float
    waits: tuple[float, ...]
    seconds: float


def ferry_class(now: float) -> int:
    """Return day, evening or night."""
    hour = (now % DAY) // HOUR
    if 6 <= hour < 18:
        return 0
    return 1 if 18 <= hour < 23 else 2


def next_class(now: float) -> float:
    """Return when the next of 06, 18 and 23 o'clock is."""
    midnight = now - now % DAY
    for hour in (6, 18, 23, 30):
        if midnight + hour * HOUR > now:
            return midnight + hour * HOUR
    raise AssertionError("30 o'clock is always ahead")


class Travel:
    """Matrices ``[profile][ferry class][from, to]`` of expected seconds, made once."""

    def __init__(self, world: World) -> None:
        self.nodes = nodes = np.array(world.place_node)
        self.times = world.travel
        self.matrix = {
            profile: [times.rows(nodes.tolist())[:, nodes] for times in classes]
            for profile, classes in world.travel.items()
        }
        self.factor = world.profile_factor
        self.winter = world.winter
        self.winter_factor = world.rules.winter_factor

    def season(self, now: float) -> float:
        """Return the factor on road seconds today."""
        day = min(int(now // DAY), len(self.winter) - 1)
        return self.winter_factor if self.winter[day] else 1.0

    def expected(self, profile: str, now: float, origin: Address, to: Address) -> float:
        """Return expected seconds, ferries at half their headway."""
        access = (origin.access + to.access) * self.factor[profile]
        return self.matrix[profile][ferry_class(now)][origin.place, to.place] + access

    def opens(self, profile: str, now: float, origin: Address, to: Address) -> float:
        """Return the seconds until there is a way: 0 if there is one now."""
        time = now
        for _ in range(4):
            if self.matrix[profile][ferry_class(time)][origin.place, to.place] < INFINITY:
                return time - now
            time = next_class(time)
        return INFINITY

    def drive(
        self, profile: str, now: float, origin: Address, to: Address, noise: float, ferry: float
    ) -> Drive:
        """Return the real drive."""
        k = ferry_class(now)
        factor = noise * self.season(now)
        access = self.factor[profile] * factor
        return self._drive(
            self.times[profile][k], int(self.nodes[origin.place]), int(self.nodes[to.place]),
            self.matrix[profile][k][origin.place, to.place], origin.access * access,
            to.access * access, now, factor, ferry,
        )  # fmt: skip

    def drive_from(
        self, profile: str, now: float, position: Position, to: Address, noise: float, ferry: float
    ) -> Drive:
        """Return the real drive of somebody on the road, who may turn."""
        times = self.times[profile][ferry_class(now)]
        end = int(self.nodes[to.place])
        ahead, back = position.remaining_s, position.elapsed_s
        start, first = position.head, ahead
        if position.reversible:
            by_tail = back + times.between(position.tail, end)
            if by_tail < ahead + times.between(position.head, end):
                start, first = position.tail, back
        factor = noise * self.season(now)
        out = first * factor if position.reversible else first
        last = to.access * self.factor[profile] * factor
        seconds = times.between(start, end)
        return self._drive(times, start, end, seconds, out, last, now, factor, ferry)

    def _drive(
        self, times: Any, start: int, end: int, seconds: float, out: float, last: float,
        now: float, factor: float, ferry: float,
    ) -> Drive:  # fmt: skip
        ferries = times.ferries(start, end) if seconds < INFINITY else ()
        waits = tuple(((ferry + GOLDEN * k) % 1.0) * f.headway_s for k, f in enumerate(ferries))
        if not ferries:
            return Drive(
                times, start, end, out, last, now, factor, (), out + seconds * factor + last
            )
        crossing = sum(f.crossing_s for f in ferries)
        road = max(0.0, seconds - crossing - sum(f.headway_s for f in ferries) / 2)
        real = out + road * factor + crossing + sum(waits) + last
        return Drive(times, start, end, out, last, now, factor, waits, real)

    def where(self, drive: Drive, now: float) -> Position:
        """Return where the driver is now."""
        gone = now - drive.left_at
        if gone < drive.out:
            rest = (drive.out - gone) / drive.factor
            return Position(tail=drive.start, head=drive.start, elapsed_s=rest, remaining_s=rest)
        if drive.seconds - gone <= drive.last:
            past = max(0.0, gone - (drive.seconds - drive.last)) / drive.factor
            return Position(tail=drive.end, head=drive.end, elapsed_s=past, remaining_s=past)
        return drive.times.position(
            drive.start, drive.end, gone - drive.out, road_factor=drive.factor, waits=drive.waits
        )

    def from_position(self, profile: str, now: float, position: Position, to: Address) -> float:
        """Return expected seconds from a position on the road."""
        times = self.times[profile][ferry_class(now)]
        node = int(self.nodes[to.place])
        seconds = position.remaining_s + times.between(position.head, node)
        if position.reversible:
            seconds = min(seconds, position.elapsed_s + times.between(position.tail, node))
        return seconds + to.access * self.factor[profile]
