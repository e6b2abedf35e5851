"""What the function of an indicator returns: observations, sums, or exact values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.sums import weighted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emergency_sim.analysis.table import Coded


@dataclass(frozen=True, slots=True)
class Observations:
    """One number an incident, call or patient; the groups are those of the incident.

    Parameters
    ----------
    rows
        Row of the incident table of each observation; an incident may have several or none.
    values
        Numbers: minutes for a quantile, 0 or 1 for a share, 1 for a rate.
    extra
        Groups of the observations themselves, by kind; they replace the incident's.
    """

    rows: NDArray[Any]
    values: NDArray[Any]
    extra: Mapping[str, Coded] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """Sums of one kind of group.

    Parameters
    ----------
    kind
        Kind of group.
    labels
        Groups.
    numerator, denominator
        Sums per group.
    n
        What they rest on: number of duties, missions ... per group.
    """

    kind: str
    labels: tuple[str, ...]
    numerator: NDArray[Any]
    denominator: NDArray[Any]
    n: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Sums:
    """Numerators and denominators by group."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ExactPart:
    """Values of one kind of group that hold no chance; NaN: none, ``inf``: beyond all bounds."""

    kind: str
    labels: tuple[str, ...]
    values: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Exact:
    """Values of the district itself, the same in every replication (R20)."""

    parts: tuple[ExactPart, ...]


Measure = Observations | Sums | Exact


def by_place(
    weights: Mapping[str, tuple[tuple[str, ...], NDArray[Any]]],
    numerator: NDArray[Any],
    denominator: NDArray[Any] | float,
    n: NDArray[Any],
) -> Sums:
    """Return sums per place as sums per group.

    Parameters
    ----------
    weights
        From :func:`~emergency_sim.analysis.groups.place_weights`.
    numerator, n
        Per place of the frame.
    denominator
        Per place of the frame, or one number for every group (weeks).
    """
    parts = []
    for kind, (labels, weight) in weights.items():
        below = (
            np.full(len(labels), denominator)
            if isinstance(denominator, float)
            else weighted(weight, denominator)
        )
        number = (weight > 0).astype("float64") @ n
        parts.append(Part(kind, labels, weighted(weight, numerator), below, number))
    return Sums(tuple(parts))
