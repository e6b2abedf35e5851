"""Rows of results as lines of text tables and as CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.report.comparison_words import verdict_words
from emergency_sim.report.style import NONE, amount, unit_name
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from emergency_sim.analysis.compare import ComparisonRow

HEADLINES: Final = (
    "response_time_median",
    "response_time_p90",
    "response_within_target",
    "unserved_share",
    "clinic_travel_time_median",
    "clinic_travel_over_40",
    "clinic_travel_over_60",
    "clinic_travel_time_median_any_site",
    "clinic_travel_time_median_used",
    "clinic_wait_urgent_p90",
    "call_out_delay_p90",
    "call_outs_missed",
    "contacts_per_1000",
    "not_presented",
    "video_consultations",
    "home_visits_doctor",
    "home_visits_nurse_video",
    "oncall_hours_per_week",
    "active_hours_per_week",
    "disturbed_night_share",
    "weekend_frequency",
    "clinic_unmanned_share",
    "duty_person_hours",
    "standby_person_hours",
    "active_person_hours",
    "duty_cost",
    "task_share",
    "amk_answer_within_10s",
    "lvs_answer_within_120s",
)
"""Indicators of the terminal's table, in its order; the files hold all of them."""
SERVICE: Final = (
    "duty_person_hours",
    "standby_person_hours",
    "duty_cost",
    "oncall_hours_per_week",
    "active_hours_per_week",
    "disturbed_night_share",
    "clinic_wait_urgent_p90",
    "call_out_delay_p90",
    "call_outs_missed",
)
"""What staffing is judged by: hours, hours per doctor and waits stand together (R15)."""
_FORMULA: Final = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row as text.

    Parameters
    ----------
    title, unit, base, variant, difference, interval, spread, assumed, verdict
        Cells; the spread of single periods and the range over the assumed values stand beside the
        interval (R22).
    kind
        ``better``, ``worse`` or ``""``: how the verdict may be coloured.
    primary
        One of the indicators named beforehand.
    """

    title: str
    unit: str
    base: str
    variant: str
    difference: str
    interval: str
    spread: str
    assumed: str
    verdict: str
    kind: str
    primary: bool


def title(kpi: str, lang: str) -> str:
    """Return an indicator's name in words."""
    indicator = KPIS[kpi].indicator
    return indicator.title_nb if lang == "nb" else indicator.title_en


def pick(
    rows: Iterable[ComparisonRow],
    *,
    variant: str | None,
    group_kind: str,
    group: str,
    kpis: Sequence[str] = HEADLINES,
) -> list[ComparisonRow]:
    """Return the rows of one variant and group that there are, in the order of ``kpis``."""
    found = {
        r.kpi: r
        for r in rows
        if r.variant_id == variant and r.group_kind == group_kind and r.group == group
    }
    return [found[name] for name in kpis if name in found]


def line(row: ComparisonRow, lang: str, *, condition: bool = False) -> Line:
    """Return a row as text.

    Parameters
    ----------
    row
        Of a comparison, or of one scenario.
    lang
        ``nb`` or ``en``.
    condition
        Say in every verdict that it holds if the assumed values do (R22); else it is said once.
    """
    kind = row.verdict if row.verdict in ("better", "worse") else ""
    return Line(
        title=title(row.kpi, lang),
        unit=unit_name(row.unit, lang),
        base=amount(row.base, row.unit, lang),
        variant=amount(row.variant, row.unit, lang),
        difference=amount(row.difference, row.unit, lang, signed=True),
        interval=interval(row, lang),
        spread=_ends(row.spread_low, row.spread_high, row, lang),
        assumed=_ends(row.range_low, row.range_high, row, lang),
        verdict=verdict_words(row, lang, condition=condition),
        kind=kind,
        primary=row.note.startswith("primary"),
    )


def interval(row: ComparisonRow, lang: str) -> str:
    """Return the 95 % interval as text, or why there is none."""
    if row.ci_low is not None and row.ci_high is not None:
        signed = row.variant_id is not None
        low, high = row.ci_low, row.ci_high
        if not signed:
            low, high = possible(low, high, row.unit)
        return _ends(low, high, row, lang)
    for word in ("exact", "structural", "too_few"):
        if word in row.note:
            return say(word, lang)
    return NONE


def possible(low: float, high: float, unit: str) -> tuple[float, float]:
    """Return an interval of a value cut to what can be: nothing is negative, no share above 1."""
    return max(low, 0.0), min(high, 1.0) if unit == "share" else high


def _ends(low: float | None, high: float | None, row: ComparisonRow, lang: str) -> str:
    if low is None or high is None or "too_few" in row.note:
        return NONE
    signed = row.variant_id is not None
    first, last = (amount(x, row.unit, lang, signed=signed) for x in (low, high))
    return f"{first} {say('to', lang)} {last}"


def write_dicts(dicts: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write mappings with the same keys as CSV (UTF-8); what looks like a formula is escaped.

    Parameters
    ----------
    dicts
        At least one.
    path
        File to write.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(dicts[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: _cell(v) for k, v in one.items()} for one in dicts)


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
