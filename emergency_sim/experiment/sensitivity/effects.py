"""What each dimension does to one figure: Morris' elementary effects and Sobol's indices (SALib)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.experiment.sensitivity.chance import chance_of_effects, chance_of_totals
from emergency_sim.experiment.sensitivity.sampling import generator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from emergency_sim.experiment.sensitivity.sampling import Design

LEVEL: Final = 0.95
LEADING: Final = 6
"""Most dimensions that Sobol's indices are worked out for (R24)."""
FEWEST_BLOCKS: Final = 4
"""Blocks with a figure under which Sobol's indices say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MorrisEffect:
    """Elementary effects of one dimension on one figure, for a move over the whole range.

    Parameters
    ----------
    key
        Of the dimension.
    mu, mu_star, sigma
        Mean, mean of the absolute values, standard deviation of the elementary effects: the figure
        moves by ``mu_star`` or so when the dimension goes from low to high; a sigma near or above
        it means that how much depends on the others.
    mu_star_conf
        Half-width of the 95 % interval of ``mu_star`` (SALib's bootstrap).
    chance
        What ``mu_star`` stays under in 95 of 100 cases if nothing but chance is at work: a smaller
        one cannot be told from chance. NaN: not known, from one replication a point.
    flips
        Steps across which the figure changes its sign.
    steps
        Elementary effects there are.
    """

    key: str
    mu: float
    mu_star: float
    sigma: float
    mu_star_conf: float
    chance: float
    flips: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SobolIndex:
    """Share of one figure's variance that goes with a dimension.

    Parameters
    ----------
    key
        Of the dimension.
    first, first_conf
        With the dimension alone, and the half-width of its 95 % interval.
    total, total_conf
        With the dimension and all that it does together with others.
    chance
        What ``total`` stays under in 95 of 100 cases if nothing but chance is at work; NaN: not
        known.
    """

    key: str
    first: float
    first_conf: float
    total: float
    total_conf: float
    chance: float


def morris_effects(
    design: Design, figure: NDArray[Any], single: NDArray[Any] | None = None, *, seed: int
) -> list[MorrisEffect]:
    """Return the effects of all dimensions on a figure, in their order.

    Parameters
    ----------
    design
        Of Morris.
    figure
        Shape (points,); trajectories in which it is somewhere NaN are left out.
    single
        The same in each replication, shape (points, replications): what chance makes is known by
        it. None: it is not.
    seed
        Of the experiment; the bootstrap has a stream of its own.

    Returns
    -------
    list
        Empty, if no trajectory has the figure everywhere.
    """
    from SALib.analyze import morris as salib

    rows, values = _whole_blocks(design, figure)
    if not len(values):
        return []
    size = len(design.dimensions) + 1
    found = salib.analyze(
        design.problem(), rows, values, conf_level=LEVEL, num_levels=design.levels,
        seed=generator(seed, "morris/bootstrap"),
    )  # fmt: skip
    chance = chance_of_effects(design, figure[:, None] if single is None else single)
    flips, steps = _sign_changes(rows.reshape(-1, size, size - 1), values.reshape(-1, size))
    return [
        MorrisEffect(
            key=d.key, mu=float(found["mu"][i]), mu_star=float(found["mu_star"][i]),
            sigma=float(np.nan_to_num(found["sigma"][i])),
            mu_star_conf=float(np.nan_to_num(found["mu_star_conf"][i])),
            chance=float(chance[i]), flips=int(flips[i]), steps=steps,
        )
        for i, d in enumerate(design.dimensions)
    ]  # fmt: skip


def sobol_indices(
    design: Design, figure: NDArray[Any], single: NDArray[Any] | None = None, *, seed: int
) -> list[SobolIndex]:
    """Return first-order and total indices of a figure, in the order of the dimensions.

    Parameters
    ----------
    design, figure, single, seed
        As for :func:`morris_effects`, with Saltelli's blocks.

    Returns
    -------
    list
        Empty, if the figure does not vary or too few blocks have it.

    Notes
    -----
    An index of a sample may be a little below 0 or above 1; its interval says how little.
    """
    from SALib.analyze import sobol as salib

    _, values = _whole_blocks(design, figure)
    size = len(design.dimensions) + 2
    if len(values) < FEWEST_BLOCKS * size or not np.ptp(values) > 0:
        return []
    with warnings.catch_warnings():  # 0 / 0 where a resample holds one value only
        warnings.simplefilter("ignore", RuntimeWarning)
        found = salib.analyze(
            design.problem(), values, calc_second_order=False, conf_level=LEVEL,
            seed=generator(seed, "sobol/bootstrap"),
        )  # fmt: skip
    # the variance by which SALib divides: of the first and the last point of each block
    spread = float(np.var(values.reshape(-1, size)[:, [0, -1]]))
    chance = chance_of_totals(design, figure[:, None] if single is None else single, spread)
    columns = (found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], chance)
    return [
        SobolIndex(key=d.key, first=float(a), first_conf=float(b), total=float(c),
                   total_conf=float(e), chance=float(f))
        for d, a, b, c, e, f in zip(design.dimensions, *columns, strict=True)
    ]  # fmt: skip


def leading(
    effects: Mapping[Any, Iterable[MorrisEffect]],
    relevant: Mapping[Any, float],
    most: int = LEADING,
) -> list[str]:
    """Return the dimensions that move the figures most, at most ``most``, the first one first.

    Parameters
    ----------
    effects
        By figure.
    relevant
        By figure: the smallest difference that matters in it. A dimension counts by its largest
        effect in so many of these, so that minutes and hours weigh alike.
    most
        At most six (R24).

    Examples
    --------
    >>> def one(key, mu_star):
    ...     return MorrisEffect(
    ...         key=key,
    ...         mu=0.0,
    ...         mu_star=mu_star,
    ...         sigma=0.0,
    ...         mu_star_conf=0.0,
    ...         chance=0.0,
    ...         flips=0,
    ...         steps=4,
    ...     )
    >>> found = {"wait": [one("a", 9.0), one("b", 3.0)], "hours": [one("a", 0.0), one("b", 90.0)]}
    >>> leading(found, {"wait": 1.0, "hours": 60.0})
    ['a', 'b']
    """
    weight: dict[str, float] = {}
    for figure, found in effects.items():
        for e in found:
            weight[e.key] = max(weight.get(e.key, 0.0), e.mu_star / relevant[figure])
    order = sorted(weight, key=lambda key: -weight[key])
    return [key for key in order if weight[key] > 0][: min(most, LEADING)]


def _whole_blocks(
    design: Design, figure: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rows and values of the blocks in which the figure is nowhere NaN."""
    values = np.asarray(figure, "float64")
    bad = set(design.block[~np.isfinite(values)].tolist())
    keep = np.array([b not in bad for b in design.block.tolist()], bool)
    return design.unit[keep], values[keep]


def _sign_changes(rows: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    """Return by dimension over how many steps the sign changes, and how many steps each has."""
    flips = np.zeros(rows.shape[2], np.int64)
    for row, value in zip(rows, values, strict=True):
        moved = np.abs(np.diff(row, axis=0)).argmax(axis=1)
        changed = np.sign(value[1:]) * np.sign(value[:-1]) < 0
        np.add.at(flips, moved, changed)
    return flips, len(rows)


def ranked(effects: Sequence[MorrisEffect]) -> list[MorrisEffect]:
    """Return effects with the largest first; ties in the order of the dimensions."""
    return sorted(effects, key=lambda e: -e.mu_star)
