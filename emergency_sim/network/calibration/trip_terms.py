"""Which numbers observed trips can tell: classes of road are put together until trips are enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.calibration.trip_fit import Term
from emergency_sim.network.speeds import FerryClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.network.calibration.trip_fit import Sample, Speeds

FEWEST: Final = 30
"""Trips below which a number is not fitted: of a profile, a class of hours, a season, with signals."""
LARGE_PART: Final = 0.1
"""A trip tells of a group of classes where so much of its time is spent on them."""

_BY_RANK: Final = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
    "living_street", "service",
)  # fmt: skip


def terms_of(sample: Sample, present: Speeds, classes: Sequence[str]) -> list[Term]:
    """Return what can be fitted to a sample.

    Parameters
    ----------
    sample
        Its first ways are those by the present speeds.
    present
        A delay of 0 is not fitted: it has no logarithm.
    classes
        Names of the classes of road.

    Returns
    -------
    list of Term
        For each profile with at least :data:`FEWEST` trips its overall factor, its groups of
        classes where there are two or more, its delays and hours; and winter, once for all, where
        a profile has trips enough in both seasons.
    """
    terms: list[Term] = []
    seasons = False
    for profile in np.unique(sample.profile).tolist():
        own = sample.chosen(sample.profile == profile)
        if len(own) < FEWEST:
            continue
        terms.append(Term(kind="overall", profile=profile))
        terms += _groups(own.ways[0].base_s, classes, profile)
        for kind, count, delay in (
            ("signal", own.ways[0].signals, present.signal_s[profile]),
            ("yield", own.ways[0].yields, present.yield_s[profile]),
        ):
            if (delay > 0).all() and (count >= 1).sum() >= FEWEST:
                terms.append(Term(kind=kind, profile=profile))
        by_hours = np.bincount(own.hours, minlength=3)
        if by_hours[FerryClass.DAY] >= FEWEST:
            terms += [
                Term(kind="hours", profile=profile, key=(int(hours),))
                for hours in (FerryClass.EVENING, FerryClass.NIGHT)
                if by_hours[hours] >= FEWEST
            ]
        seasons |= bool(min(own.winter.sum(), (~own.winter).sum()) >= FEWEST)
    if seasons:
        terms.append(Term(kind="winter"))
    return terms


def _groups(base_s: NDArray[Any], classes: Sequence[str], profile: int) -> list[Term]:
    """Return groups of classes of neighbouring rank, each with trips enough."""
    part = base_s / np.maximum(base_s.sum(axis=1, keepdims=True), 1e-9)
    driven = [k for k in _in_rank(classes) if base_s[:, k].any()]
    groups: list[list[int]] = []
    rest: list[int] = []
    for k in driven:
        rest.append(k)
        if (part[:, rest].sum(axis=1) >= LARGE_PART).sum() >= FEWEST:
            groups.append(rest)
            rest = []
    if rest and groups:
        groups[-1] += rest
    if len(groups) < 2:
        return []
    total = base_s.sum()
    return [
        Term(
            kind="class", profile=profile, key=tuple(group),
            share=float(base_s[:, group].sum() / total),
        )
        for group in groups
    ]  # fmt: skip


def _in_rank(classes: Sequence[str]) -> list[int]:
    """Return the positions of classes from the highest to the lowest, ramps after their road."""

    def rank(k: int) -> tuple[int, str]:
        plain = classes[k].removesuffix("_link")
        return (_BY_RANK.index(plain) if plain in _BY_RANK else len(_BY_RANK), classes[k])

    return sorted(range(len(classes)), key=rank)
