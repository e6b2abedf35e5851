"""What a sensitivity analysis costs, said before it begins (R24)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from emergency_sim.experiment.sensitivity.effects import LEADING


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Replications of scenarios, and how long they take.

    Parameters
    ----------
    parts
        (what, replications of scenarios) by stage.
    cpu_s
        CPU seconds of all of them.
    jobs
        How many run at a time.
    """

    parts: tuple[tuple[str, int], ...]
    cpu_s: float
    jobs: int

    @property
    def replications(self) -> int:
        """Replications of scenarios in all."""
        return sum(n for _, n in self.parts)

    @property
    def wall_s(self) -> float:
        """Seconds on the clock, if the processors are free."""
        return self.cpu_s / max(self.jobs, 1)

    def sentence(self) -> str:
        """Return the estimate in words.

        Examples
        --------
        >>> Cost(parts=(("draws", 100),), cpu_s=4160.0, jobs=2).sentence()[13:72]
        '100 replications of scenarios (draws 100), about 1 h 10 min'
        """
        told = ", ".join(f"{name} {n}" for name, n in self.parts)
        return (
            f"sensitivity: {self.replications} replications of scenarios ({told}), "
            f"{duration(self.cpu_s)} of CPU time, {duration(self.wall_s)} with {self.jobs} "
            f"job{'' if self.jobs == 1 else 's'}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return it for the manifest."""
        return {"parts": dict(self.parts), "cpu_s": round(self.cpu_s, 1), "jobs": self.jobs}


def estimate(
    *,
    scenarios: int,
    dimensions: int,
    seconds: float,
    jobs: int,
    draws: tuple[int, int] | None = None,
    trajectories: tuple[int, int] | None = None,
    sobol: tuple[int, int, int] | None = None,
) -> Cost:
    """Return what a sensitivity analysis costs.

    Parameters
    ----------
    scenarios
        Base and variants.
    dimensions
        How many things are varied.
    seconds
        CPU seconds of one replication of one scenario, measured.
    jobs
        How many run at a time.
    draws, trajectories
        How many, and replications of each point.
    sobol
        Blocks, leading dimensions at most, replications.
    """
    parts: list[tuple[str, int]] = []
    if draws is not None:
        parts.append(("draws", draws[0] * draws[1] * scenarios))
    if trajectories is not None:
        parts.append(("Morris", trajectories[0] * (dimensions + 1) * trajectories[1] * scenarios))
    if sobol is not None:
        most = min(sobol[1], LEADING, dimensions)
        parts.append(("Sobol", sobol[0] * (most + 2) * sobol[2] * scenarios))
    total = sum(n for _, n in parts)
    return Cost(parts=tuple(parts), cpu_s=total * seconds, jobs=jobs)


def duration(seconds: float) -> str:
    """Return a duration in words, rounded as an estimate is.

    Examples
    --------
    >>> [duration(s) for s in (20, 89, 3600, 5000, 400000)]
    ['less than a minute', 'about 2 min', 'about 1 h', 'about 1 h 25 min', 'about 111 h']
    """
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return "less than a minute"
    if minutes < 60:
        return f"about {minutes} min"
    if minutes >= 600:
        return f"about {round(minutes / 60)} h"
    hours, rest = divmod(5 * math.ceil(minutes / 5), 60)
    return f"about {hours} h" + (f" {rest} min" if rest else "")
