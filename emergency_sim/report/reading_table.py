"""Rows of results as a table to be read: names in words, sensible digits, verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emergency_sim.report.tables import HEADLINES, line, pick
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from emergency_sim.analysis.compare import ComparisonRow


def reading_table(
    rows: Iterable[ComparisonRow],
    *,
    variant: str | None = None,
    group: tuple[str, str] = ("all", "all"),
    kpis: Sequence[str] = HEADLINES,
    lang: str = "en",
) -> pd.DataFrame:
    """Return rows as texts, one indicator a line.

    Parameters
    ----------
    rows
        Of results or of a comparison.
    variant
        Id of a variant; None: rows of one scenario, which have a value and no difference.
    group
        Kind of group and group.
    kpis
        Which indicators, from above.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        There is no such row.
    """
    import pandas as pd

    found = [
        line(row, lang)
        for row in pick(rows, variant=variant, group_kind=group[0], group=group[1], kpis=kpis)
    ]
    if not found:
        raise ValueError(f"no row of {variant or 'the scenario'} in {group[0]} {group[1]}")
    columns = {say("indicator", lang): [x.title for x in found]}
    columns[say("unit", lang)] = [x.unit for x in found]
    if variant is None:
        columns[say("value", lang)] = [x.base for x in found]
        columns[say("interval", lang)] = [x.interval for x in found]
    else:
        columns[say("before", lang)] = [x.base for x in found]
        columns[say("after", lang)] = [x.variant for x in found]
        columns[say("difference", lang)] = [x.difference for x in found]
        columns[say("interval", lang)] = [x.interval for x in found]
        columns[say("verdict", lang)] = [x.verdict for x in found]
    return pd.DataFrame(columns).set_index(say("indicator", lang))
