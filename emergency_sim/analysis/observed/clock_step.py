"""Durations of a log in whole minutes, and what such a clock would have shown of a simulation's.

Two clock times cut to the minute differ by whole minutes: a turn-out of 80 seconds is one minute or
two. A simulation knows its times to the second. Set side by side as they are, the same turn-outs have
medians of 60 and 80 seconds, and every short stage of such a log looks wrong.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.domain.streams import Streams
from emergency_sim.domain.units import MINUTE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.observed.stages import Durations

MOSTLY: Final = 0.9
"""Share of a stage's durations in whole minutes from which on its clock is one of minutes."""


def step_of(seconds: NDArray[np.float64]) -> float:
    """Return the step of the clock behind durations, in seconds: 60 or 1.

    Zeros tell nothing, and with them alone it is 1.

    Examples
    --------
    >>> step_of(np.array([0.0, 60.0, 180.0])), step_of(np.array([0.0, 61.0, 180.0]))
    (60.0, 1.0)
    """
    some = seconds[seconds > 0]
    return float(MINUTE) if len(some) and np.mean(some % MINUTE == 0) >= MOSTLY else 1.0


def as_the_clock_shows(sample: Durations, step_s: float, key: str) -> Durations:
    """Return durations as the difference of two times that are cut to the step.

    Parameters
    ----------
    sample
        True durations; where in the step they begin is drawn evenly.
    step_s
        Step of the clock.
    key
        Name of the random stream.
    """
    begins = Streams(seed=0).generator(f"check/clock/{key}").random(len(sample)) * step_s
    return replace(sample, seconds=np.floor((begins + sample.seconds) / step_s) * step_s)


def spread_over_step(sample: Durations, step_s: float, key: str) -> Durations:
    """Return durations on a clock's steps, equal ones spread evenly over a step about them.

    So that quantiles do not jump by whole steps: the usual median of grouped values. Which of the
    equal ones comes where is drawn, and has nothing to do with its day.

    Parameters
    ----------
    sample
        Durations in whole steps.
    step_s
        Step of the clock.
    key
        Name of the random stream.
    """
    drawn = Streams(seed=0).generator(f"check/spread/{key}").random(len(sample))
    order = np.lexsort((drawn, sample.seconds))
    _, first, number = np.unique(sample.seconds[order], return_index=True, return_counts=True)
    place = np.arange(len(sample)) - np.repeat(first, number)
    offset = np.empty(len(sample))
    offset[order] = (place + 0.5) / np.repeat(number, number) - 0.5
    return replace(sample, seconds=np.maximum(sample.seconds + offset * step_s, 0.0))
