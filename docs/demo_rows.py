"""Writes the demo's main rows into MODEL.md, from a results folder.

``python docs/demo_rows.py results/demo`` from the top of the repository, after ``emergency-sim demo``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd

from emergency_sim.analysis.kpis import KPIS

MODEL = Path(__file__).resolve().parents[1] / "MODEL.md"
VARIANTS = ("molde-satellites", "six-districts")
EQUAL = "@equal_service"
SHOWN = (
    "response_time_median",
    "response_time_p90",
    "clinic_travel_time_median",
    "clinic_travel_time_median_any_site",
    "clinic_travel_time_median_used",
    "clinic_wait_urgent_p90",
    "clinic_wait_regular_p90",
    "call_out_delay_p90",
    "oncall_hours_per_week",
    "active_hours_per_week",
    "disturbed_night_share",
    "weekend_frequency",
    "clinic_unmanned_share",
    "contacts_per_1000",
    "not_presented",
    "video_consultations",
    "duty_person_hours",
    "standby_person_hours",
)
GROUPS = (("concerned", "concerned"), ("all", "all"))


def number(value: float, unit: str) -> str:
    """Return a figure with the digits that its unit deserves; shares in per cent."""
    if pd.isna(value):
        return "–"
    if unit == "share":
        return f"{100 * value:.1f}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2
    return f"{value:,.{digits}f}"


def difference(row: pd.Series) -> str:
    """Return a difference with its interval, or marked as exact."""
    unit = str(row["unit"])
    text = f"{'+' if row['difference'] > 0 else ''}{number(row['difference'], unit)}"
    if not pd.isna(row["ci_low"]):
        text += f" ({number(row['ci_low'], unit)} to {number(row['ci_high'], unit)})"
    elif "exact" in row["note"]:
        text += " exact"
    verdict = "" if pd.isna(row["verdict"]) else f" {row['verdict'].replace('_', ' ')}"
    return text.replace("-", "−") + verdict


def table(rows: pd.DataFrame, variant: str) -> str:
    """Return the Markdown table of one variant, as given and in equal service."""
    keyed = rows.set_index(["variant_id", "kpi", "group_kind", "group"])
    lines = [f"| `{variant}` | group | base | as given | equal service |", "|---|---|---|---|---|"]
    for kpi in SHOWN:
        for kind, group in GROUPS:
            key = (variant, kpi, kind, group)
            if key not in keyed.index:
                continue
            row, equal = keyed.loc[key], keyed.loc[(variant + EQUAL, *key[1:])]
            unit = "%" if row["unit"] == "share" else row["unit"]
            name = f"{KPIS[kpi].indicator.title_en}, {unit}"
            base = number(row["base"], str(row["unit"]))
            lines.append(f"| {name} | {group} | {base} | {difference(row)} | {difference(equal)} |")
    return "\n".join(lines)


def main() -> None:
    """Write both tables between their markers."""
    rows = pd.read_parquet(Path(sys.argv[1]) / "comparison.parquet")
    text = "\n\n".join(table(rows, variant) for variant in VARIANTS)
    begin, end = "<!-- demo: begin -->", "<!-- demo: end -->"
    old = MODEL.read_text(encoding="utf-8")
    marked = f"{begin}\n{text}\n{end}"
    new = re.sub(f"{begin}.*?{end}", lambda _: marked, old, flags=re.DOTALL)
    MODEL.write_text(new, encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
