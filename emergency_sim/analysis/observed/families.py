"""Distributions fitted by maximum likelihood, as the log's coarse clock saw them.

A duration of a log is the difference of two clock times in whole seconds or minutes, so it may be up
to a step off on either side, small errors more often than large ones (a triangle). Its likelihood is
the probability that a family gives to just that: families with and without a density are scored
alike, and a short stage of a log in whole minutes is not fitted to the steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LEAST: Final = 1e-9
"""Least probability of one observation: a single absurd row must not decide between families."""
_GAUSS: Final = ((0.1127016653792583, 5 / 18), (0.5, 8 / 18), (0.8872983346207417, 5 / 18))
"""Points and weights of Gauss and Legendre's rule on (0, 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Durations counted by value.

    Parameters
    ----------
    values
        Distinct seconds, rising.
    counts
        How often, or with which weight.
    step_s
        Step of the clock.
    """

    values: NDArray[np.float64]
    counts: NDArray[np.float64]
    step_s: float

    @classmethod
    def of(cls, seconds: NDArray[np.float64], step_s: float) -> Sample:
        """Return durations rounded to the step and counted."""
        values, counts = np.unique(np.rint(seconds / step_s) * step_s, return_counts=True)
        return cls(values=values, counts=counts.astype("float64"), step_s=step_s)

    @property
    def n(self) -> float:
        """Number of durations."""
        return float(self.counts.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A family with its values, as a parameter file writes it.

    Parameters
    ----------
    family
        Name of the registered distribution.
    values
        Its fields.
    """

    family: str
    values: tuple[tuple[str, float], ...]

    def plain(self) -> dict[str, Any]:
        """Return the mapping of a parameter file."""
        return {"kind": self.family, **dict(self.values)}

    def first(self) -> float:
        """Return the first field: the one that ranges are given of."""
        return self.values[0][1]

    def cdf(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the distribution function."""
        return FAMILIES[self.family].cdf(dict(self.values), np.asarray(seconds, float))

    def shown_cdf(self, values: NDArray[np.float64], step_s: float) -> NDArray[np.float64]:
        """Return the chance that the clock shows so much or less: values in whole steps."""
        total = np.zeros(len(values))
        for at, weight in _GAUSS:  # where in the step it begins
            until = values + at * step_s
            total += weight * np.where(until > 0, self.cdf(np.maximum(until, 0.0)), 0.0)
        return total

    def log_scores(self, values: NDArray[np.float64], step_s: float) -> NDArray[np.float64]:
        """Return the logarithm of the probability of each value's step."""
        total = np.zeros(len(values))
        for at, weight in _GAUSS:  # a triangle is a mixture of all narrower intervals
            reach = at * step_s
            below = np.where(values > reach, self.cdf(np.maximum(values - reach, 0.0)), 0.0)
            total += weight * (self.cdf(values + reach) - below)
        return np.log(np.maximum(total, LEAST))


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """How one family is fitted.

    Parameters
    ----------
    fields
        Number of values.
    fit
        From a sample to the fields.
    cdf
        From the fields and seconds to probabilities.
    """

    fields: int
    fit: Callable[[Sample], dict[str, float]]
    cdf: Callable[[dict[str, float], NDArray[np.float64]], NDArray[np.float64]]


def fit_family(name: str, sample: Sample) -> Fitted:
    """Return a family fitted to a sample by maximum likelihood."""
    return Fitted(family=name, values=tuple(FAMILIES[name].fit(sample).items()))


def _weighted_median(sample: Sample) -> float:
    total = np.cumsum(sample.counts)
    return float(sample.values[np.searchsorted(total, total[-1] / 2)])


def _fit_constant(sample: Sample) -> dict[str, float]:
    return {"minutes": _weighted_median(sample) / MINUTE}


def _cdf_constant(values: dict[str, float], x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(x >= values["minutes"] * MINUTE, float)


def _fit_exponential(sample: Sample) -> dict[str, float]:
    mean = float(np.average(sample.values, weights=sample.counts))
    return {"mean_minutes": max(mean, sample.step_s / 10) / MINUTE}


def _cdf_exponential(values: dict[str, float], x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-np.expm1(-x / (values["mean_minutes"] * MINUTE)))


def log_of(seconds: NDArray[np.float64], step_s: float) -> NDArray[np.float64]:
    """Return logarithms; what is no longer than a quarter of a step counts as that."""
    return np.log(np.maximum(seconds, step_s / 4))


def log_moments(sample: Sample) -> tuple[float, float]:
    """Return mean and standard deviation of the logarithms."""
    logs = log_of(sample.values, sample.step_s)
    mean = float(np.average(logs, weights=sample.counts))
    return mean, float(np.sqrt(np.average((logs - mean) ** 2, weights=sample.counts)))


def _fit_lognormal(sample: Sample) -> dict[str, float]:
    mean, sd = log_moments(sample)

    def values(x: NDArray[np.float64]) -> dict[str, float]:
        return {
            "median_minutes": float(np.exp(x[0])) / MINUTE,
            "sigma": _held(np.exp(x[1]), 0.02, 3),
        }

    return _best("lognormal", values, [mean, np.log(_held(sd, 0.05, 2.5))], sample)


def _cdf_lognormal(values: dict[str, float], x: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtr

    with np.errstate(divide="ignore"):
        z = np.log(x / (values["median_minutes"] * MINUTE)) / max(values["sigma"], 1e-9)
    return np.asarray(ndtr(z))


def _fit_weibull(sample: Sample) -> dict[str, float]:
    _, sd = log_moments(sample)

    def values(x: NDArray[np.float64]) -> dict[str, float]:
        return {
            "median_minutes": float(np.exp(x[0])) / MINUTE,
            "shape": _held(np.exp(x[1]), 0.1, 50),
        }

    start = [
        np.log(max(_weighted_median(sample), sample.step_s / 4)),
        np.log(1.28 / _held(sd, 0.1, 5)),
    ]
    return _best("weibull", values, start, sample)


def _cdf_weibull(values: dict[str, float], x: NDArray[np.float64]) -> NDArray[np.float64]:
    shape = values["shape"]
    return np.asarray(-np.expm1(-np.log(2) * (x / (values["median_minutes"] * MINUTE)) ** shape))


def _best(
    name: str,
    values: Callable[[NDArray[np.float64]], dict[str, float]],
    start: list[float],
    sample: Sample,
) -> dict[str, float]:
    from scipy.optimize import minimize

    def badness(x: NDArray[np.float64]) -> float:
        fitted = Fitted(family=name, values=tuple(values(x).items()))
        return (
            -float(np.sum(sample.counts * fitted.log_scores(sample.values, sample.step_s)))
            / sample.n
        )

    found = minimize(
        badness, start, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-9, "maxiter": 400}
    )
    return values(found.x)


def _held(x: float, low: float, high: float) -> float:
    return float(min(max(x, low), high))


FAMILIES: Final[dict[str, Family]] = {
    "constant": Family(fields=1, fit=_fit_constant, cdf=_cdf_constant),
    "exponential": Family(fields=1, fit=_fit_exponential, cdf=_cdf_exponential),
    "lognormal": Family(fields=2, fit=_fit_lognormal, cdf=_cdf_lognormal),
    "weibull": Family(fields=2, fit=_fit_weibull, cdf=_cdf_weibull),
}
"""Families in order of simplicity; ``mean_spread`` is the log-normal once more by other fields."""
