"""The third uncertainty: the range of a difference over the assumed parameters (R22)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.verdict import IF_ASSUMED, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from emergency_sim.analysis.comparison_rows import ComparisonRow

FEWEST_DRAWS: Final = 50
"""Draws under which nothing is said about the assumed values (R22)."""
ENOUGH: Final = 0.9
"""Share of the draws that must agree with a verdict (R22)."""
HARDLY_MORE: Final = 1.25
"""So much wider than the spread of single periods the range of 50 draws easily is by chance."""

DrawKey = tuple[str, str, str, str]
"""Variant, indicator, kind of group, group."""


def with_range(
    rows: Iterable[ComparisonRow],
    draws: Mapping[DrawKey, Sequence[float]],
    *,
    replications: int = 1,
) -> tuple[ComparisonRow, ...]:
    """Return rows with their range over the assumed parameters, and verdicts that take it in.

    Parameters
    ----------
    rows
        Of a comparison with all parameters as given.
    draws
        Differences, variant less base, one a draw of the parameters; base and variant with the same
        draw and the same incidents. NaN: none in this draw. The chance of a draw's own
        replications is in them, so a range can only be too wide.
    replications
        Of each draw.

    Notes
    -----
    ``range_low`` and ``range_high`` are the 5th and 95th percentile. "Better" and "worse" stand
    without a condition if at least 90 % of at least 50 draws have the sign of the difference; "no
    relevant difference" if as many lie within the relevant difference. Otherwise the verdict is
    "cannot tell", and ``as_given`` and the note keep what holds with the values as given: more
    replications tell nothing here, better values would. If however the draws differ hardly more
    than single periods do, it may be their chance that turned the sign: then ``by_chance`` asks for
    more replications of each draw.
    """
    return tuple(_ranged(row, draws, replications) for row in rows)


def _ranged(
    row: ComparisonRow, draws: Mapping[DrawKey, Sequence[float]], replications: int
) -> ComparisonRow:
    if row.variant_id is None or row.difference is None:
        return row
    found = draws.get((row.variant_id, row.kpi, row.group_kind, row.group))
    if found is None:
        return row
    values = np.asarray(found, "float64")
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return row
    low, high = (float(x) for x in np.quantile(values, [0.05, 0.95]))
    same = float(np.mean(np.sign(values) == math.copysign(1.0, row.difference)))
    if row.difference == 0:
        same = float(np.mean(values == 0))
    ranged = replace(row, range_low=low, range_high=high, same_sign=same, draws=len(values))
    if row.verdict is None or row.verdict == Verdict.CANNOT_TELL:
        return ranged
    if len(values) < FEWEST_DRAWS:
        few = f"{len(values)} draws of them, at least {FEWEST_DRAWS} are needed"
        return replace(ranged, note=row.note.replace(IF_ASSUMED, f"{IF_ASSUMED} ({few})"))
    relevant = KPIS[row.kpi].indicator.relevant_difference
    equal = row.verdict == Verdict.NO_RELEVANT_DIFFERENCE
    agree = float(np.mean(np.abs(values) < relevant)) if equal else same
    what = "within the relevant difference" if equal else "the same sign"
    said = f"{what} in {100 * agree:.0f} % of {len(values)} draws of the assumed values"
    if agree >= ENOUGH:
        return replace(ranged, note=row.note.replace(IF_ASSUMED, said))
    word = row.verdict.replace("_", " ")
    by_chance = False
    if row.spread_low is not None and row.spread_high is not None:
        chance = (row.spread_high - row.spread_low) / math.sqrt(replications)
        by_chance = high - low <= HARDLY_MORE * chance
    also = "; no wider than single periods: more replications of each draw" if by_chance else ""
    return replace(
        ranged,
        verdict=Verdict.CANNOT_TELL.value,
        as_given=row.verdict,
        agree=agree,
        by_chance=by_chance,
        note=row.note.replace(IF_ASSUMED, f"{word} as given, but {said}{also}"),
    )
