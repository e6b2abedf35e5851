"""One row of a comparison: values, precision, verdict, and why something is missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from emergency_sim.analysis.ranking import Ranking

JSON_FIELDS: Final = (
    "kpi", "group_kind", "group", "unit", "better", "variant_id", "base", "variant", "difference",
    "ci_low", "ci_high", "p_holm", "n", "verdict", "note", "reason",
)  # fmt: skip
_FLOATS: Final = (
    "base", "variant", "difference", "ci_low", "ci_high", "p_holm", "spread_low", "spread_high",
    "range_low", "range_high", "same_sign", "agree",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One indicator in one group, base against one variant; None, never NaN, where there is nothing.

    Parameters
    ----------
    kpi, group_kind, group, unit, better
        What it is.
    variant_id
        Variant; None in a table of one scenario.
    base, variant, difference
        Values and variant less base. The difference of two medians is that of the pooled medians.
    ci_low, ci_high
        95 % interval of the difference (of the value, in a table of one scenario).
    p_holm
        Adjusted p; only in the primary family.
    n
        Observations; of base and variant the fewer (of rates and totals the more).
    verdict, note
        In words; ``primary`` or ``exploratory``, ``exact``, ``structural``, ``too_few``.
    reason
        Why something is None.
    spread_low, spread_high
        5th and 95th percentile over single replications of the difference (of the value, in a table
        of one scenario): the spread of single periods, not the precision of the mean (R22).
    range_low, range_high
        5th and 95th percentile of the difference over draws of the assumed parameters (R22); None:
        not studied.
    same_sign, draws
        Share of these draws with the sign of the difference, and how many there are.
    as_given, agree
        Verdict with the parameters as given, where too few of the draws agree with it, and their
        share; then ``verdict`` is ``cannot_tell``.
    by_chance
        With ``as_given``: the draws differ hardly more than single periods do.
    more
        Where the verdict is ``cannot_tell`` for chance: how many more replications would tell, with
        80 % chance, if the difference is as estimated, and at least up to 20 in all; None: no number
        that anybody would run.
    """

    kpi: str
    group_kind: str
    group: str
    unit: str
    better: str
    variant_id: str | None
    base: float | None
    variant: float | None
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    p_holm: float | None
    n: int | None
    verdict: str | None
    note: str
    reason: str | None
    spread_low: float | None
    spread_high: float | None
    range_low: float | None = None
    range_high: float | None = None
    same_sign: float | None = None
    draws: int | None = None
    as_given: str | None = None
    agree: float | None = None
    by_chance: bool | None = None
    more: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the row of the contract's JSON."""
        return {name: getattr(self, name) for name in JSON_FIELDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How many incidents are in base and variant, over all replications (R4)."""

    variant_id: str
    both: int
    only_base: int
    only_variant: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Rows in the order of the report, and how far the scenarios have the same incidents.

    Parameters
    ----------
    rows, overlaps
        By variant.
    rankings
        Base and variants from best to worst in each primary indicator; from two variants on.
    """

    rows: tuple[ComparisonRow, ...]
    overlaps: tuple[Overlap, ...]
    rankings: tuple[Ranking, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame (comparison.parquet)."""
        return row_frame(self.rows)


def row_frame(rows: Iterable[ComparisonRow]) -> pd.DataFrame:
    """Return rows as a frame; columns without any value keep their kind."""
    import pandas as pd

    frame = pd.DataFrame([asdict(row) for row in rows])
    whole = ("n", "draws", "more")
    kinds = dict.fromkeys(_FLOATS, "float64") | dict.fromkeys(whole, "Int64")
    kinds |= {"as_given": "string", "by_chance": "boolean"}
    return frame.astype({name: kind for name, kind in kinds.items() if name in frame})


def rows_of(frame: pd.DataFrame) -> tuple[ComparisonRow, ...]:
    """Return the rows of a frame that :func:`row_frame` made, as read back from a file."""
    import pandas as pd

    names = [f.name for f in fields(ComparisonRow) if f.name in frame]
    whole = {"n", "draws", "more"}
    rows = []
    for values in zip(*(frame[name].tolist() for name in names), strict=True):
        given: dict[str, Any] = {
            name: None if pd.isna(x) else int(x) if name in whole else x
            for name, x in zip(names, values, strict=True)
        }
        rows.append(ComparisonRow(**given))
    return tuple(rows)
