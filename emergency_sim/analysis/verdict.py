"""What a difference amounts to: better, worse, no relevant difference, cannot tell (R24)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from emergency_sim.analysis.statistics import ALPHA
from emergency_sim.domain.indicators import Better

if TYPE_CHECKING:
    from emergency_sim.analysis.statistics import Precision
    from emergency_sim.domain.indicators import Indicator

IF_ASSUMED: Final = "if the assumed values hold"
"""Said with every verdict until the range over the assumed parameters is known (R22)."""
NO_DIRECTION: Final = "differs; neither direction is better"


class Verdict(StrEnum):
    """Words for a difference."""

    BETTER = "better"
    WORSE = "worse"
    NO_RELEVANT_DIFFERENCE = "no_relevant_difference"
    CANNOT_TELL = "cannot_tell"


WORDS: Final = {
    "nb": {
        Verdict.BETTER: "bedre, hvis de antatte verdiene holder",
        Verdict.WORSE: "dårligere, hvis de antatte verdiene holder",
        Verdict.NO_RELEVANT_DIFFERENCE: "ingen relevant forskjell, hvis de antatte verdiene holder",
        Verdict.CANNOT_TELL: "kan ikke avgjøres",
    },
    "en": {
        Verdict.BETTER: f"better, {IF_ASSUMED}",
        Verdict.WORSE: f"worse, {IF_ASSUMED}",
        Verdict.NO_RELEVANT_DIFFERENCE: f"no relevant difference, {IF_ASSUMED}",
        Verdict.CANNOT_TELL: "cannot tell",
    },
}


def certain_verdict(indicator: Indicator, difference: float) -> Verdict | None:
    """Return the verdict on a difference without chance; None where no direction is better."""
    # a hair's breadth of rounding must not decide
    if abs(difference) < indicator.relevant_difference * (1 - 1e-9):
        return Verdict.NO_RELEVANT_DIFFERENCE
    return _direction(indicator, difference)


def verdict(
    indicator: Indicator, difference: float, sure: Precision, p_holm: float | None
) -> Verdict | None:
    """Return the verdict on an estimated difference; None where no direction is better.

    Parameters
    ----------
    indicator
        Direction and relevant difference.
    difference
        Variant less base.
    sure
        Its precision.
    p_holm
        Adjusted p of the primary family; None: exploratory, the 95 % interval decides.

    Notes
    -----
    No relevant difference = two one-sided tests: the 90 % interval lies within plus and minus the
    relevant difference. That comes first: a difference may be certain and too small to matter.
    """
    if -indicator.relevant_difference < sure.low90 and sure.high90 < indicator.relevant_difference:
        return Verdict.NO_RELEVANT_DIFFERENCE
    differs = sure.low > 0 or sure.high < 0 if p_holm is None else p_holm < ALPHA
    return _direction(indicator, difference) if differs else Verdict.CANNOT_TELL


def _direction(indicator: Indicator, difference: float) -> Verdict | None:
    if indicator.better is Better.NEITHER:
        return None
    improves = (difference > 0) == (indicator.better is Better.HIGHER)
    return Verdict.BETTER if improves else Verdict.WORSE
