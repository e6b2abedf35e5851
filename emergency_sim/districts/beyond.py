"""Travel times of people: how many have farther than a limit, and how far they have on average."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTravel:
    """Travel times of the people of one group.

    Parameters
    ----------
    group
        Its id.
    people
        How many live there.
    mean_min
        Mean over those who are reached (before and after, where a change is looked at), weighted by
        people; None where nobody is.
    median_min, p90_min
        Quantiles of all people; None where they fall on somebody who is not reached.
    beyond
        People with more minutes than each break; those who are not reached have more than any.
    unreached
        People whom no way by car leads to or from.
    """

    group: str
    people: float
    mean_min: float | None
    median_min: float | None
    p90_min: float | None
    beyond: tuple[float, ...]
    unreached: float

    def share(self, k: int) -> float | None:
        """Return the share of the people beyond break number ``k``; None without people."""
        return self.beyond[k] / self.people if self.people > 0 else None


def group_travel(
    group: str,
    minutes: NDArray[Any],
    people: NDArray[Any],
    breaks: Sequence[float],
    *,
    in_mean: NDArray[Any] | None = None,
) -> GroupTravel:
    """Return the travel times of a group.

    Parameters
    ----------
    group
        Its id.
    minutes
        float64 per place; ``inf``: not reached.
    people
        float64 per place.
    breaks
        Minutes.
    in_mean
        bool per place: of those reached only these count in the mean; None: all of them.

    Examples
    --------
    >>> group_travel("a", np.array([10.0, 50.0]), np.array([3.0, 1.0]), (40,)).beyond
    (1.0,)
    """
    reached = np.isfinite(minutes) & (people > 0)
    if in_mean is not None:
        reached &= in_mean
    weight, value = people[reached], minutes[reached]
    total = float(weight.sum())
    middle, late = (_finite(weighted_quantile(minutes, people, q)) for q in (0.5, 0.9))
    return GroupTravel(
        group=group,
        people=float(people.sum()),
        mean_min=float(np.average(value, weights=weight)) if total > 0 else None,
        median_min=middle,
        p90_min=late,
        beyond=tuple(float(people[minutes > b].sum()) for b in breaks),
        unreached=float(people[~np.isfinite(minutes)].sum()),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def by_group(
    groups: Sequence[str],
    minutes: NDArray[Any],
    people: NDArray[Any],
    breaks: Sequence[float],
    *,
    in_mean: NDArray[Any] | None = None,
) -> list[GroupTravel]:
    """Return the travel times of every group, in the order of their ids.

    Parameters
    ----------
    groups
        Id of each place's group.
    minutes, people, breaks, in_mean
        As for :func:`group_travel`.
    """
    ids, at = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
    order = np.argsort(at, kind="stable")
    bounds = np.searchsorted(at[order], np.arange(len(ids) + 1))
    return [
        group_travel(
            str(ids[k]),
            minutes[rows],
            people[rows],
            breaks,
            in_mean=None if in_mean is None else in_mean[rows],
        )
        for k, rows in enumerate(order[a:b] for a, b in pairwise(bounds))
    ]


def weighted_quantile(values: NDArray[Any], weights: NDArray[Any], share: float) -> float | None:
    """Return the least value that so large a share of the weight does not exceed; None without.

    Examples
    --------
    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), 0.5)
    2.0
    """
    if weights.sum() <= 0:
        return None
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    at = int(np.searchsorted(reached, share * reached[-1], side="left"))
    return float(values[order][min(at, len(values) - 1)])
