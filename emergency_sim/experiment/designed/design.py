"""Points of a space-filling design, and the table that says which values each scenario has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.domain.streams import Streams
from emergency_sim.scenario.experiment_schema import Levels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from emergency_sim.scenario.experiment_points import Point
    from emergency_sim.scenario.experiment_schema import Design, Factor


def latin_hypercube(
    factors: Mapping[str, Factor], design: Design, seed: int
) -> list[dict[str, Any]]:
    """Return points spread over all ranges and levels: every slice of every factor holds one.

    Parameters
    ----------
    factors
        Ranges and levels by dotted path.
    design
        How many points.
    seed
        Of the experiment. Each factor has a stream keyed by its path (R6): a further factor changes
        no other factor's values.

    Raises
    ------
    InputFaults
        Two points have the same values.

    Notes
    -----
    scipy.stats.qmc.LatinHypercube in one dimension for each factor. n points hold each of k levels
    n / k times, rounded up or down.
    """
    from scipy.stats import qmc

    columns = {}
    for path, factor in factors.items():
        stream = Streams(seed=seed).generator(f"design/latin_hypercube/{path}")
        u = qmc.LatinHypercube(1, rng=stream).random(design.points)[:, 0]
        columns[path] = [_value(factor, float(x)) for x in u]
    points = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    _refuse_twins(points)
    return points


def _value(factor: Factor, u: float) -> Any:
    if isinstance(factor, Levels):
        return factor.levels[int(u * len(factor.levels))]
    return factor.low + (factor.high - factor.low) * u


def _refuse_twins(points: list[dict[str, Any]]) -> None:
    first: dict[str, int] = {}
    for n, point in enumerate(points, start=1):
        text = json.dumps(point, sort_keys=True, default=str)
        if text in first:
            message = (
                f"points {first[text]} and {n} have the same values: take fewer points, another "
                "run.seed, or design: full, which has every combination once"
            )
            raise InputFaults([Fault(file="experiment", path="design.points", message=message,
                                     got=len(points))])  # fmt: skip
        first[text] = n


def design_table(points: Iterable[Point]) -> pd.DataFrame:
    """Return one row a scenario of the design: its id, what it varies, a column a factor.

    A factor that a scenario does not have is null in it; lists and mappings are JSON.

    Parameters
    ----------
    points
        In the order of the design.
    """
    import pandas as pd

    rows = [
        {"id": point.id, "scenario": point.of}
        | {path: _cell(value) for path, value in point.values.items()}
        for point in points
    ]
    frame = pd.DataFrame(rows)
    for path in list(frame)[2:]:
        kinds = {type(v) for v in frame[path] if v is not None and v == v}
        if len(kinds - {int, float, np.float64}) > 0 and len(kinds) > 1:
            frame[path] = [None if v is None or v != v else str(v) for v in frame[path]]
    return frame


def _cell(value: Any) -> Any:
    plain = isinstance(value, str | int | float | bool) or value is None
    return value if plain else json.dumps(value, sort_keys=True, ensure_ascii=False)
