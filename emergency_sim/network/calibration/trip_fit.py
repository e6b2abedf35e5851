"""Fitting speeds to observed seconds: robust regression in logarithms, shrunk towards a prior."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.calibration.trip_noise import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.network.calibration.trip_routes import Pace, Ways

PRIOR_SD: Final = {
    "overall": 0.30, "class": 0.15, "signal": 0.50, "yield": 0.50, "hours": 0.15, "winter": 0.10,
}  # fmt: skip
"""How far, in logarithms, a fitted number is thought to lie from the present one (assumption A57).

The overall factor is left to the data (-26 % to +35 % within one of them): it also holds when a
crew presses its buttons. Classes of road differ by 15 % from each other; delays, which nobody has
measured here, by half as much again; hours of the day and winter by what their ranges allow."""
HUBER: Final = 1.345
"""Residuals beyond so many standard deviations count as if they were there: 95 % efficiency."""
SMALLEST_SIGMA: Final = 0.01
TURNS: Final = 10
STEPS: Final = 25
SMALL_STEP: Final = 1e-5
LONGEST_STEP: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Trips as the fit sees them; one element each.

    Parameters
    ----------
    seconds
        float64: observed.
    profile, hours
        int8.
    winter
        bool.
    ways
        Candidates: each holds one way of every trip, the first by the present speeds.
    """

    seconds: NDArray[Any]
    profile: NDArray[Any]
    hours: NDArray[Any]
    winter: NDArray[Any]
    ways: tuple[Ways, ...]

    def __len__(self) -> int:
        """Return the number of trips."""
        return len(self.seconds)

    def chosen(self, which: NDArray[Any]) -> Sample:
        """Return some of the trips."""
        names = ("seconds", "profile", "hours", "winter")
        arrays = {name: getattr(self, name)[which] for name in names}
        return Sample(**arrays, ways=tuple(w.chosen(which) for w in self.ways))


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One number to fit: a factor on a present one.

    Parameters
    ----------
    kind
        overall, class, signal, yield, hours or winter.
    profile
        Whose; -1: everybody's.
    key
        Classes of road (indices) or the class of hours.
    share
        Of a group of classes: its part of all seconds; the parts of a profile's groups are 1 in all.
    """

    kind: str
    profile: int = -1
    key: tuple[int, ...] = ()
    share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Speeds:
    """Speeds that predict: the present ones times fitted factors.

    Parameters
    ----------
    factor
        float64 per profile: present overall factors.
    signal_s, yield_s
        float64, shape (profiles, 3): present delays, by class of hours.
    winter_factor
        Present.
    terms
        What is fitted.
    logs
        float64 per term: log of the factor on the present number.
    covariance
        Of ``logs``; None: nothing was fitted.
    sigma
        Of the log-normal noise.
    """

    factor: NDArray[Any]
    signal_s: NDArray[Any]
    yield_s: NDArray[Any]
    winter_factor: float
    sigma: float
    terms: tuple[Term, ...] = ()
    logs: NDArray[Any] = field(default_factory=lambda: np.zeros(0))
    covariance: NDArray[Any] | None = None

    def log_of(self, kind: str, profile: int, key: int | None = None) -> float:
        """Return the log of the factor on a present number; classes relative to their mean."""
        for term, value in zip(self.terms, self._centred(), strict=True):
            same = term.kind == kind and term.profile in (profile, -1)
            if same and (key is None or key in term.key):
                return float(value)
        return 0.0

    def predict(self, sample: Sample) -> NDArray[Any]:
        """Return the expected seconds of each trip on the quickest of its ways."""
        return self.quickest(sample)[0]

    def by_class(self, profile: int, hours: int, classes: int) -> NDArray[Any]:
        """Return the factor on the table's seconds per class of road."""
        common = np.log(self.factor[profile]) + self.log_of("overall", profile)
        common += self.log_of("hours", profile, hours)
        own = [self.log_of("class", profile, k) for k in range(classes)]
        return np.asarray(np.exp(common + np.array(own)))

    def delays(self, profile: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the seconds at a signal and where way is given, by class of hours."""
        signal = self.signal_s[profile] * np.exp(self.log_of("signal", profile))
        return signal, self.yield_s[profile] * np.exp(self.log_of("yield", profile))

    def pace(self, profile: int, hours: int, classes: int) -> Pace:
        """Return the speeds by which ways are chosen."""
        signal, gives_way = self.delays(profile)
        factor = self.by_class(profile, hours, classes)
        return factor, float(signal[hours]), float(gives_way[hours])

    def ranges(self) -> NDArray[Any]:
        """Return log, low and high (95 %) of each term as fitted, shape (terms, 3)."""
        logs = self._centred()
        if self.covariance is None:
            return np.column_stack((logs, logs, logs))
        centring = self.centring()
        error = 1.96 * np.sqrt(np.maximum(np.diag(centring @ self.covariance @ centring.T), 0))
        return np.column_stack((logs, logs - error, logs + error))

    def _centred(self) -> NDArray[Any]:
        return np.asarray(self.centring() @ self.logs)

    def centring(self) -> NDArray[Any]:
        """Return the matrix that takes each profile's mean over classes off its classes.

        What all classes share is the overall factor's alone.
        """
        matrix = np.eye(len(self.terms))
        of_class = [k for k, t in enumerate(self.terms) if t.kind == "class"]
        for k in of_class:
            for other in of_class:
                if self.terms[k].profile == self.terms[other].profile:
                    matrix[k, other] -= self.terms[other].share
        return matrix

    def quickest(self, sample: Sample) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the expected seconds of each trip, and which of its ways it takes."""
        all_seconds = np.stack([self.seconds(sample, ways)[0] for ways in sample.ways])
        best = all_seconds.argmin(axis=0)
        return np.take_along_axis(all_seconds, best[None], axis=0)[0], best

    def seconds(self, sample: Sample, ways: Ways) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the seconds by given ways and their log-derivatives, shape (trips, terms)."""
        n = len(sample)
        seconds, slopes = np.zeros(n), np.zeros((n, len(self.terms)))
        logs = self._centred()
        for profile in np.unique(sample.profile).tolist():
            at = np.flatnonzero(sample.profile == profile)
            own = [(k, t) for k, t in enumerate(self.terms) if t.profile == profile]
            by_class = np.ones(ways.base_s.shape[1])
            by_hours, hours = np.ones(3), sample.hours[at]
            for k, term in own:
                if term.kind == "class":
                    by_class[list(term.key)] = np.exp(logs[k])
                elif term.kind == "hours":
                    by_hours[list(term.key)] = np.exp(logs[k])
            overall = self.factor[profile] * np.exp(self.log_of("overall", profile))
            signal_s, yield_s = self.delays(profile)
            parts = ways.base_s[at] * by_class * by_hours[hours, None] * overall
            road = parts.sum(axis=1)
            driven = road + overall * ways.access_s[at]
            signals, gives_way = (
                signal_s[hours] * ways.signals[at],
                yield_s[hours] * ways.yields[at],
            )
            total = driven + signals + gives_way
            seconds[at] = total
            for k, term in own:
                slope = {"overall": driven, "signal": signals, "yield": gives_way}.get(term.kind)
                if term.kind == "class":
                    slope = parts[:, list(term.key)].sum(axis=1)
                elif term.kind == "hours":
                    slope = road * np.isin(hours, term.key)
                slopes[at, k] = slope / total
        winter = self.winter_factor * np.exp(self.log_of("winter", -1))
        slopes[:, [k for k, t in enumerate(self.terms) if t.kind == "winter"]] = sample.winter[
            :, None
        ]
        return seconds * np.where(sample.winter, winter, 1.0), slopes @ self.centring()


def fit(present: Speeds, terms: Sequence[Term], sample: Sample) -> Speeds:
    """Return the speeds that fit the observed seconds best, not far from the present ones.

    Parameters
    ----------
    present
        Prior: all its factors stay where trips say nothing.
    terms
        What to fit.
    sample
        Trips of the profiles of the terms.

    Notes
    -----
    Minimises the sum of Huber's loss of log(observed / expected) / s, and of (log factor / prior
    sd) squared / 2, by reweighted Gauss-Newton steps; s is the scaled median absolute residual of
    the step before. In turn, each trip takes the quickest of its ways by the speeds so far, and the
    speeds are fitted to these ways, until no trip changes its way.
    """
    prior = np.array([PRIOR_SD[t.kind] ** -2 for t in terms])
    now = replace(present, terms=tuple(terms), logs=np.zeros(len(terms)))
    before: NDArray[Any] | None = None
    curvature = np.diag(prior)
    for _ in range(TURNS):
        best = now.quickest(sample)[1]
        if before is not None and (best == before).all():
            break
        now, curvature = _on_ways(now, sample, _taken(sample.ways, best), prior)
        before = best
    log_ratio = np.log(sample.seconds / now.predict(sample))
    sigma = max(SMALLEST_SIGMA, spread(log_ratio, len(terms)))
    return replace(now, sigma=sigma, covariance=np.linalg.inv(curvature))


def _on_ways(
    now: Speeds, sample: Sample, ways: Ways, prior: NDArray[Any]
) -> tuple[Speeds, NDArray[Any]]:
    """Return the speeds that fit best on given ways, and the curvature of the loss there."""
    curvature = np.diag(prior)
    for _ in range(STEPS):
        expected, slopes = now.seconds(sample, ways)
        log_ratio = np.log(sample.seconds / expected)
        scale = max(SMALLEST_SIGMA, float(np.median(np.abs(log_ratio))) / 0.6745)
        weight = np.minimum(1.0, HUBER * scale / np.maximum(np.abs(log_ratio), 1e-12)) / scale**2
        curvature = (slopes * weight[:, None]).T @ slopes + np.diag(prior)
        step = np.linalg.solve(curvature, slopes.T @ (weight * log_ratio) - prior * now.logs)
        longest = float(np.abs(step).max(initial=0.0))
        now = replace(now, logs=now.logs + step * min(1.0, LONGEST_STEP / max(longest, 1e-12)))
        if longest < SMALL_STEP:
            break
    return now, curvature


def _taken(ways: tuple[Ways, ...], best: NDArray[Any]) -> Ways:
    """Return of each trip the way whose number is given."""
    at = np.arange(len(best))
    fields = {n: np.stack([getattr(w, n) for w in ways])[best, at] for n in ways[0].__slots__}
    return replace(ways[0], **fields)
