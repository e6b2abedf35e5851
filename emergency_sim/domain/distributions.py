"""Distributions as frozen plug-ins: each turns uniforms into values by its quantile function.

Uniforms are drawn once per incident (R6); a changed distribution changes the value that the same
uniform gives, so scenarios stay paired.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma
from typing import TYPE_CHECKING, Protocol

import numpy as np

from emergency_sim.domain.registry import Registry
from emergency_sim.domain.units import MINUTE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Distribution(Protocol):
    """A duration's distribution; values in seconds, never negative."""

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the values at the probabilities ``u``."""
        ...

    @property
    def mean_s(self) -> float:
        """Mean in seconds."""
        ...


DISTRIBUTIONS: Registry[Distribution] = Registry("distribution")


@DISTRIBUTIONS.register("constant")
@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """Always the same.

    Parameters
    ----------
    minutes
        The value, at least 0.
    """

    minutes: float

    def __post_init__(self) -> None:
        if not 0 <= self.minutes < float("inf"):
            raise ValueError("minutes must be finite and at least 0")

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the constant, shaped like ``u``."""
        return np.full_like(np.asarray(u, float), self.minutes * MINUTE)

    @property
    def mean_s(self) -> float:
        """Mean in seconds."""
        return self.minutes * MINUTE


@DISTRIBUTIONS.register("exponential")
@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential:
    """Exponential distribution.

    Parameters
    ----------
    mean_minutes
        Mean, above 0.
    """

    mean_minutes: float

    def __post_init__(self) -> None:
        if not 0 < self.mean_minutes < float("inf"):
            raise ValueError("mean_minutes must be finite and above 0")

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return ``-mean * log(1 - u)``."""
        scale = self.mean_minutes * MINUTE
        return np.asarray(-scale * np.log1p(-np.asarray(u, float)), float)

    @property
    def mean_s(self) -> float:
        """Mean in seconds."""
        return self.mean_minutes * MINUTE


@DISTRIBUTIONS.register("lognormal")
@dataclass(frozen=True, slots=True, kw_only=True)
class LogNormal:
    """Log-normal distribution by its median.

    Parameters
    ----------
    median_minutes
        Median, above 0.
    sigma
        Standard deviation of the logarithm, at least 0.
    """

    median_minutes: float
    sigma: float

    def __post_init__(self) -> None:
        if not 0 < self.median_minutes < float("inf"):
            raise ValueError("median_minutes must be finite and above 0")
        if not 0 <= self.sigma <= 3:
            raise ValueError("sigma must be from 0 to 3")

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return ``median * exp(sigma * z(u))``."""
        return np.exp(self.sigma * normal_quantile(u)) * (self.median_minutes * MINUTE)

    @property
    def mean_s(self) -> float:
        """Mean in seconds: ``median * exp(sigma^2 / 2)``."""
        return float(self.median_minutes * MINUTE * np.exp(self.sigma**2 / 2))


@DISTRIBUTIONS.register("mean_spread")
@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSpread:
    """Log-normal by mean and standard deviation.

    Parameters
    ----------
    mean_minutes
        Mean, above 0.
    sd_minutes
        Standard deviation, at least 0.
    """

    mean_minutes: float
    sd_minutes: float

    def __post_init__(self) -> None:
        if not 0 < self.mean_minutes < float("inf") or not 0 <= self.sd_minutes < float("inf"):
            raise ValueError("mean_minutes must be above 0 and sd_minutes at least 0")

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the quantiles of the log-normal with this mean and spread."""
        variance = np.log1p((self.sd_minutes / self.mean_minutes) ** 2)
        mean = self.mean_minutes * MINUTE
        return np.asarray(
            mean * np.exp(np.sqrt(variance) * normal_quantile(u) - variance / 2), float
        )

    @property
    def mean_s(self) -> float:
        """Mean in seconds."""
        return self.mean_minutes * MINUTE


@DISTRIBUTIONS.register("weibull")
@dataclass(frozen=True, slots=True, kw_only=True)
class Weibull:
    """Weibull distribution by its median.

    Parameters
    ----------
    median_minutes
        Median, above 0.
    shape
        Above 0; 1 is the exponential distribution, more has a shorter tail.
    """

    median_minutes: float
    shape: float

    def __post_init__(self) -> None:
        if not 0 < self.median_minutes < float("inf"):
            raise ValueError("median_minutes must be finite and above 0")
        if not 0.1 <= self.shape <= 50:
            raise ValueError("shape must be from 0.1 to 50")

    @property
    def _scale_s(self) -> float:
        return float(self.median_minutes * MINUTE / np.log(2) ** (1 / self.shape))

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return ``scale * (-log(1 - u))^(1 / shape)``."""
        waits = -np.log1p(-np.asarray(u, float))
        return np.asarray(self._scale_s * waits ** (1 / self.shape), float)

    @property
    def mean_s(self) -> float:
        """Mean in seconds: ``scale * gamma(1 + 1 / shape)``."""
        return self._scale_s * gamma(1 + 1 / self.shape)


_A = (
    3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3,
)  # fmt: skip
_B = (
    1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
    5.2264952788528545610e3,
)  # fmt: skip
_C = (
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
    3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4,
)  # fmt: skip
_D = (
    1.0, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
    1.05075007164441684324e-9,
)  # fmt: skip
_E = (
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7,
)  # fmt: skip
_F = (
    1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
    2.04426310338993978564e-15,
)  # fmt: skip


def normal_quantile(u: ArrayLike) -> NDArray[np.float64]:
    """Return the standard normal quantile at probabilities ``u`` in (0, 1).

    Uniforms are kept inside ``[2^-54, 1 - 2^-54]``, so 0 gives a finite value.

    Notes
    -----
    Wichura's rational approximation PPND16 (Applied Statistics algorithm AS 241, 1988), relative
    accuracy about 1e-16; scipy's ``ndtri`` would break the rule that the domain needs numpy alone.
    The coefficients are published constants; a test compares with scipy.

    Examples
    --------
    >>> normal_quantile([0.5, 0.975]).round(6).tolist()
    [0.0, 1.959964]
    """
    p = np.clip(np.asarray(u, float), 2.0**-54, 1 - 2.0**-53)
    q = p - 0.5
    r = 0.180625 - q * q
    result = np.asarray(q * _ratio(_A, _B, np.maximum(r, 0.0)))
    tail = np.abs(q) > 0.425
    if tail.any():
        p, q = p[tail], q[tail]
        s = np.sqrt(-np.log(np.minimum(p, 1 - p)))
        value = _ratio(_C, _D, s - 1.6)
        far = s > 5
        if far.any():
            value[far] = _ratio(_E, _F, s[far] - 5)
        result[tail] = np.copysign(value, q)
    return result


def _ratio(
    top: tuple[float, ...], bottom: tuple[float, ...], r: NDArray[np.float64]
) -> NDArray[np.float64]:
    a = np.full_like(r, top[-1])
    b = np.full_like(r, bottom[-1])
    for x, y in zip(top[-2::-1], bottom[-2::-1], strict=True):
        a *= r
        a += x
        b *= r
        b += y
    a /= b
    return a
