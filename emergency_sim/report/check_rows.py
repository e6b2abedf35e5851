"""A check as rows: of the contract's JSON, and of CSV files."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.kpis import KPIS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emergency_sim.analysis.observed.kpi_rows import KpiRow
    from emergency_sim.analysis.observed.rows import Rows
    from emergency_sim.analysis.observed.stage_comparison import StageRow
    from emergency_sim.analysis.observed.volumes import VolumeRow

LOG: Final = "log"
"""Stands for the variant: the simulation is the base, the log what is compared with it."""


def contract_rows(
    stages: Sequence[StageRow], volumes: Sequence[VolumeRow], kpis: Sequence[KpiRow]
) -> list[dict[str, Any]]:
    """Return all rows with the contract's keys; the verdict of a stage is its level."""
    rows = []
    for s in stages:
        for name, base, variant, low, high in (
            ("median", s.median_simulation, s.median_log, s.median_low, s.median_high),
            ("p90", s.p90_simulation, s.p90_log, s.p90_low, s.p90_high),
        ):
            note = f"n simulated {s.n_simulation}"
            if math.isfinite(s.ks):
                note += f"; KS {s.ks:.3f}, p {s.ks_p:.2g}; Cliff's delta {s.delta:+.3f}"
            rows.append(
                _row(
                    f"stage_{s.stage}_{name}", "urgency", s.urgency, "s", "neither", base, variant,
                    low, high, s.n_log, s.level.value, note, s.reason,
                )
            )  # fmt: skip
    for v in volumes:
        spread = math.isnan(v.log)
        note = "share that would have to move; interval: if only chance were at work" if spread else (
            f"log over simulation {v.ratio:.3f} ({v.low:.3f} to {v.high:.3f})")  # fmt: skip
        rows.append(
            _row(
                v.name, "all" if v.group == "all" else "group", v.group,
                "share" if spread else "1/day", "neither", 0.0 if spread else v.simulation,
                v.ratio if spread else v.log, v.low if spread else math.nan,
                v.high if spread else math.nan, v.n_log, v.level.value, note,
                "the interval is that of the ratio, in the note",
            )
        )  # fmt: skip
    for k in kpis:
        better = KPIS[k.kpi].indicator.better.value
        low = high = math.nan
        rows.append(
            _row(
                k.kpi, k.group_kind, k.group, k.unit, better, k.simulation, k.log, low, high,
                k.n_log, None, _interval_note(k), "only the simulation has an interval: see the note",
            )
        )  # fmt: skip
    return rows


def _interval_note(k: KpiRow) -> str:
    if k.low is None or k.high is None:
        return "the simulation has too few"
    return f"simulated {k.low:.4g} to {k.high:.4g}"


def _row(
    kpi: str, kind: str, group: str, unit: str, better: str, base: float | None,
    variant: float | None, low: float, high: float, n: int, verdict: str | None, note: str,
    reason: str,
) -> dict[str, Any]:  # fmt: skip
    known = _finite(base) is not None and _finite(variant) is not None
    row = {
        "kpi": kpi, "group_kind": kind, "group": group, "unit": unit, "better": better,
        "variant_id": LOG, "base": _finite(base), "variant": _finite(variant),
        "difference": variant - base if known and variant is not None and base is not None else None,
        "ci_low": _finite(low), "ci_high": _finite(high), "p_holm": None, "n": n,
        "verdict": verdict, "note": note,
    }  # fmt: skip
    empty = any(row[x] is None for x in ("base", "variant", "difference", "ci_low", "ci_high"))
    return row | {"reason": (reason or "too few observations") if empty else None}


def _finite(x: float | None) -> float | None:
    return None if x is None or not math.isfinite(x) else float(x)


def plain_rows(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return dataclasses as mappings of JSON values; what is not finite becomes None."""
    found = []
    for row in rows:
        plain = {f.name: getattr(row, f.name) for f in dataclasses.fields(row)}
        found.append({
            k: _finite(v) if isinstance(v, float) else getattr(v, "value", v)
            for k, v in plain.items()
        })  # fmt: skip
    return found


def set_aside_rows(tables: Iterable[Rows]) -> list[dict[str, Any]]:
    """Return every row of the log that is not used: file, line, column, what is wrong."""
    found = []
    for rows in tables:
        for rejected in rows.rejected:
            found += [
                {"file": rows.cells.path.name, "line": fault.line, "column": fault.column,
                 "name": fault.path, "why": fault.message, "got": str(fault.got)}
                for fault in rejected.faults(limit=len(rejected.rows))
            ]  # fmt: skip
        found += [
            {"file": rows.cells.path.name, "line": line, "column": 1, "name": "",
             "why": "not as many cells as the header", "got": str(cells)}
            for cells, line in rows.cells.short
        ]  # fmt: skip
    return sorted(found, key=lambda r: (r["file"], r["line"], r["column"]))
