"""Whether a clinic's patients wait longer than in the base, and when in the week they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from emergency_sim.experiment.comparing.pilots import MEASURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.experiment.comparing.pilots import Pilot

TOLERANCE_MIN: Final = 2.0
"""Minutes by which a p90 may exceed the base's and still be no worse (assumption A45)."""
FEWEST: Final = 30
"""Fewer patients than this in the pilots judge nothing."""

Waits = dict[str, tuple[float, float] | None]
"""By measure: p90 in the base and here, minutes; None: too few patients."""


class ClinicWaits(NamedTuple):
    """Waits of one clinic's patients.

    Parameters
    ----------
    excess
        Minutes by which the worse one exceeds what is allowed; at most 0: none does.
    waits
        By measure.
    late
        Per quarter of an hour of the week: patients who waited longer than the base's p90, by the
        measures that exceed what is allowed.
    """

    excess: float
    waits: Waits
    late: NDArray[Any]


def waits_against(key: str, base: Sequence[Pilot], found: Sequence[Pilot]) -> ClinicWaits:
    """Return the waits of a clinic's patients against those of the same incidents in the base.

    Parameters
    ----------
    key
        The clinic; its patients are the incidents of its district in ``found``.
    base, found
        Pilots of both scenarios, by replication.
    """
    excess = -float("inf")
    waits: Waits = {}
    late = np.zeros(672)
    for name in MEASURES:
        theirs, mine = [], []
        for a, b in zip(base, found, strict=True):
            chosen = b.district == key
            inside = np.isin(a.ids, b.ids[chosen])
            theirs.append(a.waits[name][inside])
            mine.append(np.stack([b.waits[name][chosen], b.quarter[chosen]]))
        old = np.concatenate(theirs)
        old = old[np.isfinite(old)]
        new, quarter = np.concatenate(mine, axis=1)
        some = np.isfinite(new)
        new, quarter = new[some], quarter[some].astype("int64")
        if min(len(old), len(new)) < FEWEST:
            waits[name] = None
            continue
        allowed = float(np.quantile(old, 0.9))
        now = float(np.quantile(new, 0.9))
        waits[name] = (allowed, now)
        over = now - allowed - TOLERANCE_MIN
        excess = max(excess, over)
        if over > 0:
            late += np.bincount(quarter[new > allowed], minlength=672)
    return ClinicWaits(excess=excess, waits=waits, late=late)
