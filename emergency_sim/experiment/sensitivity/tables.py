"""Sensitivity as tables: draws, effects and indices by figure, with value, range and source."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.experiment.sensitivity.dimensions import CALIBRATION, chosen_calibration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from emergency_sim.experiment.sensitivity.effects import MorrisEffect, SobolIndex
    from emergency_sim.experiment.sensitivity.outcomes import Outcomes, RowKey
    from emergency_sim.experiment.sensitivity.sampling import Design

DIFFERENCE: Final = "difference"
BASE: Final = "base"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Figure:
    """One number of a point: a variant's paired difference, or the base's level.

    Parameters
    ----------
    what
        ``difference`` or ``base``.
    variant
        Id; of the base empty.
    kpi, group_kind, group
        Of the indicator.
    """

    what: str
    variant: str
    kpi: str
    group_kind: str
    group: str

    @property
    def relevant(self) -> float:
        """Smallest difference that matters."""
        return KPIS[self.kpi].indicator.relevant_difference


def figures_of(
    outcomes: Outcomes,
) -> dict[Figure, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return every figure at all points: differences of all variants first, then the base.

    Returns
    -------
    dict
        By figure: its values, shape (points,), and those of single replications, shape (points,
        replications).
    """
    found: dict[Figure, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
    for (variant, kpi, kind, group), pair in outcomes.values.items():
        if variant:
            key = Figure(
                what=DIFFERENCE, variant=variant, kpi=kpi, group_kind=kind, group=group
            )  # fmt: skip
            single = outcomes.single[variant, kpi, kind, group]
            found[key] = pair[:, 1] - pair[:, 0], single[:, :, 1] - single[:, :, 0]
    for (variant, kpi, kind, group), pair in outcomes.values.items():
        key = Figure(what=BASE, variant="", kpi=kpi, group_kind=kind, group=group)
        found[key] = pair[:, 0], outcomes.single[variant, kpi, kind, group][:, :, 0]
    return found


def draws_frame(design: Design, outcomes: Outcomes) -> pd.DataFrame:
    """Return one row a variant, indicator, group and draw: base, variant and their difference."""
    import pandas as pd

    keys = [d.key for d in design.dimensions]
    numbers = [design.numbers(p) for p in range(len(design.unit))]
    calibration = [
        chosen_calibration(n[CALIBRATION]) if CALIBRATION in keys else "as given" for n in numbers
    ]
    parts = []
    for (variant, kpi, kind, group), pair in outcomes.values.items():
        parts.append(
            pd.DataFrame(
                {
                    "variant_id": variant, "kpi": kpi, "group_kind": kind, "group": group,
                    "draw": np.arange(len(pair)), "calibration": calibration,
                    "base": pair[:, 0], "variant": pair[:, 1], "difference": pair[:, 1] - pair[:, 0],
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def points_frame(design: Design) -> pd.DataFrame:
    """Return one row a point: its block, its first replication, the number of each dimension."""
    import pandas as pd

    rows = []
    for p in range(len(design.unit)):
        numbers = design.numbers(p)
        rows.append(
            {"point": p, "block": int(design.block[p]), "replication": design.replications_of(p)[0]}
            | {d.key: numbers[d.key] for d in design.dimensions}
        )
    return pd.DataFrame(rows)


def effects_frame(
    design: Design, effects: Mapping[Figure, Sequence[MorrisEffect | SobolIndex]]
) -> pd.DataFrame:
    """Return one row a figure and dimension, with the dimension's value, range and source."""
    import pandas as pd

    by_key = {d.key: d for d in design.dimensions}
    rows: list[dict[str, Any]] = []
    for figure, found in effects.items():
        for effect in found:
            d = by_key[effect.key]
            measures = asdict(effect)
            rows.append(
                asdict(figure)
                | {"unit": KPIS[figure.kpi].indicator.unit, "relevant_difference": figure.relevant}
                | {"parameter": measures.pop("key"), **measures}
                | {
                    "moved": d.what, "as_given": d.given, "low": d.low, "high": d.high,
                    "parameter_unit": d.unit, "status": d.status, "source": d.source,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRow:
    """A difference over the draws.

    Parameters
    ----------
    variant_id, kpi, group_kind, group
        Of what.
    low, median, high
        5th, 50th and 95th percentile.
    positive
        Share of the draws in which the difference is above 0.
    by_calibration
        The same by calibration: a headline holds only if both give its sign (R2).
    draws
        With a difference.
    """

    variant_id: str
    kpi: str
    group_kind: str
    group: str
    low: float
    median: float
    high: float
    positive: float
    by_calibration: dict[str, float]
    draws: int


def range_rows(
    design: Design, outcomes: Outcomes, wanted: Sequence[tuple[str, str, str]]
) -> list[RangeRow]:
    """Return the differences of the wanted indicators over the draws, all variants.

    Parameters
    ----------
    design, outcomes
        Of the draws.
    wanted
        Indicator, kind of group, group.
    """
    keys = [d.key for d in design.dimensions]
    chosen = None
    if CALIBRATION in keys:
        numbers = [design.numbers(p)[CALIBRATION] for p in range(len(design.unit))]
        chosen = np.array([chosen_calibration(x) for x in numbers])
    rows = []
    for key, values in outcomes.differences().items():
        if not key[0] or key[1:] not in wanted:
            continue
        rows.append(_range_row(key, values, chosen))
    return rows


def _range_row(key: RowKey, values: NDArray[Any], chosen: NDArray[Any] | None) -> RangeRow:
    known = np.isfinite(values)
    some = values[known]
    low, median, high = (
        (float(x) for x in np.quantile(some, [0.05, 0.5, 0.95])) if len(some) else (np.nan,) * 3
    )
    by: dict[str, float] = {}
    if chosen is not None:
        for name in sorted(set(chosen.tolist())):
            own = values[known & (chosen == name)]
            by[name] = float(np.mean(own > 0)) if len(own) else float("nan")
    return RangeRow(
        variant_id=key[0], kpi=key[1], group_kind=key[2], group=key[3], low=low, median=median,
        high=high, positive=float(np.mean(some > 0)) if len(some) else float("nan"),
        by_calibration=by, draws=len(some),
    )  # fmt: skip
