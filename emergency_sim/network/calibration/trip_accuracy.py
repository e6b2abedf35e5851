"""How well speeds predict trips that they were not fitted to, and whether new ones are better."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.calibration.trip_fit import fit
from emergency_sim.network.calibration.trip_noise import HIGH, LOW, quantile
from emergency_sim.network.calibration.trip_terms import FEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.network.calibration.trip_fit import Sample, Speeds, Term

FOLDS: Final = 5
BANDS_KM: Final = (0.0, 5.0, 15.0, 40.0, float("inf"))
CRITICAL: Final = 1.645
"""Standard errors by which the held-out error must have fallen: 5 % one-sided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Errors of predictions on trips.

    Parameters
    ----------
    median_s
        Median of the absolute error, seconds.
    mape
        Mean of the absolute error as a share of the observed seconds.
    bias
        Median of expected / observed, less 1: below 0 the trips take longer than expected.
    coverage
        Share of trips between the predicted p10 and p90; it should be 0.80.
    """

    median_s: float
    mape: float
    bias: float
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Errors on one set of held-out trips by the present and by the fitted speeds.

    Parameters
    ----------
    profile
        Index into PROFILES.
    km_from, km_to
        Length of the way by the present speeds; 0 and infinity: all.
    trips
        How many.
    before, after
        Errors.
    gain
        Mean fall of the absolute log error, trip by trip.
    gain_error
        Its standard error; infinite for fewer than two trips.
    """

    profile: int
    km_from: float
    km_to: float
    trips: int
    before: Errors
    after: Errors
    gain: float
    gain_error: float

    @property
    def better(self) -> bool:
        """Whether the fitted speeds are better by more than chance (5 % one-sided)."""
        return self.trips >= FEWEST and self.gain > CRITICAL * self.gain_error


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOut:
    """Predictions for trips by speeds that were fitted without them; one element each."""

    before: NDArray[Any]
    after: NDArray[Any]
    sigma: NDArray[Any]


def hold_out(
    sample: Sample, group: NDArray[Any], present: Speeds, terms: Sequence[Term]
) -> HeldOut:
    """Return predictions for each trip by a fit to the other parts of the trips.

    Parameters
    ----------
    sample
        Trips.
    group
        uint64 of each trip, from a hash of its row: its remainder is the part.
    present, terms
        As :func:`emergency_sim.network.calibration.trip_fit.fit`.

    Notes
    -----
    The ways among which a trip takes its quickest are those that all trips together led to; which of
    them it takes is decided by the speeds of the fit without it.
    """
    before, after = present.predict(sample), np.zeros(len(sample))
    sigma = np.full(len(sample), present.sigma)
    part = (group % np.uint64(FOLDS)).astype(int)
    for k in range(FOLDS):
        held = part == k
        if held.any() and not held.all():
            fitted = fit(present, terms, sample.chosen(~held))
            after[held] = fitted.predict(sample.chosen(held))
            sigma[held] = fitted.sigma
        else:
            after[held] = before[held]
    return HeldOut(before=before, after=after, sigma=sigma)


def accuracies(sample: Sample, held: HeldOut, present_sigma: float) -> list[Accuracy]:
    """Return errors by profile, all lengths first, then by length where there are trips."""
    km = sample.ways[0].metres / 1000
    bands = [(0.0, float("inf")), *pairwise(BANDS_KM)]
    rows = []
    for profile in np.unique(sample.profile).tolist():
        for low, high in bands:
            at = (sample.profile == profile) & (km >= low) & (km < high)
            if at.any():
                rows.append(_accuracy(sample.seconds, held, at, present_sigma, profile, low, high))
    return rows


def _accuracy(
    seconds: NDArray[Any],
    held: HeldOut,
    at: NDArray[Any],
    present_sigma: float,
    profile: int,
    low: float,
    high: float,
) -> Accuracy:
    observed, before, after = seconds[at], held.before[at], held.after[at]
    gain = np.abs(np.log(observed / before)) - np.abs(np.log(observed / after))
    n = len(observed)
    error = float(gain.std(ddof=1) / np.sqrt(n)) if n > 1 else float("inf")
    return Accuracy(
        profile=profile, km_from=low, km_to=high, trips=n,
        before=errors(observed, before, np.full(n, present_sigma)),
        after=errors(observed, after, held.sigma[at]),
        gain=float(gain.mean()), gain_error=error,
    )  # fmt: skip


def errors(observed: NDArray[Any], expected: NDArray[Any], sigma: NDArray[Any]) -> Errors:
    """Return the errors of expected seconds and of the quantiles that sigma gives."""
    absolute = np.abs(expected - observed)
    low, high = (
        expected * np.array([quantile(1.0, s, p) for s in sigma.tolist()]) for p in (LOW, HIGH)
    )
    return Errors(
        median_s=float(np.median(absolute)),
        mape=float((absolute / observed).mean()),
        bias=float(np.median(expected / observed) - 1),
        coverage=float(((observed >= low) & (observed <= high)).mean()),
    )
