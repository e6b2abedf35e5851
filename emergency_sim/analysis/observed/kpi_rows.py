"""The published indicators of a log beside those of a simulation, by the same functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.replication import replication_kpis
from emergency_sim.analysis.storage import kpi_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.analysis.observed.mapped_log import MappedLog
    from emergency_sim.analysis.tables import Tables

NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "response_time_median": ("missions.on_scene",),
    "response_time_p90": ("missions.on_scene",),
    "response_within_target": ("missions.on_scene", "area"),
    "response_excluded_share": ("missions.on_scene", "missions.outcome"),
    "whole_clock_median": ("missions.on_scene", "missions.rings", "missions.origin"),
    "missions_per_day": (),
    "missions_per_1000": (),
    "amk_answer_within_10s": ("calls.answered", "line 113"),
    "amk_answer_time_median": ("calls.answered", "line 113"),
    "lvs_answer_within_120s": ("calls.answered", "line 116117"),
    "lvs_abandoned": ("calls.answered", "line 116117"),
    "clinic_wait_acute_median": ("clinic.urgency", "all clinics"),
    "clinic_wait_urgent_median": ("clinic.urgency", "all clinics"),
    "clinic_wait_urgent_p90": ("clinic.urgency", "all clinics"),
    "clinic_wait_regular_median": ("clinic.urgency", "all clinics"),
    "clinic_wait_regular_p90": ("clinic.urgency", "all clinics"),
}
"""What a log must tell for an indicator; all others need what no such log holds: rosters, roads, who
else came to the scene."""

GROUP_KINDS: Final = ("all", "area_class", "municipality", "concerned")


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiRow:
    """One indicator in one group.

    Parameters
    ----------
    kpi, group_kind, group, unit
        Which.
    log, n_log
        Of the log; None: nothing to count.
    simulation, low, high
        Of the simulation with its 95 % interval; None: too few.
    """

    kpi: str
    group_kind: str
    group: str
    unit: str
    log: float | None
    n_log: int
    simulation: float | None
    low: float | None
    high: float | None


def compare_kpis(
    log: Tables, simulation: Sequence[ComparisonRow], mapped: MappedLog
) -> list[KpiRow]:
    """Return the indicators that the log can tell, in the order of the registry.

    Parameters
    ----------
    log
        Tables of the log.
    simulation
        Rows of a run.
    mapped
        The log: what it tells.
    """
    told = _told(log, mapped)
    names = [name for name in KPIS if name in NEEDS and set(NEEDS[name]) <= told]
    rows = kpi_rows("log", 0, replication_kpis(log))
    ours = {
        (kpi, kind, group): (value, n)
        for kpi, kind, group, value, n in zip(
            rows["kpi"], rows["group_kind"], rows["group"], rows["value"].tolist(),
            rows["n"].tolist(), strict=True,
        )
    }  # fmt: skip
    theirs = {(r.kpi, r.group_kind, r.group): r for r in simulation}
    found = []
    for name in names:
        for key, (value, n) in ours.items():
            if key[0] != name or key[1] not in GROUP_KINDS or not n:
                continue
            if key[1] != "all" and mapped.placed_by == "nothing":
                continue
            by_area = "area" in told and "missions.on_scene" in NEEDS[name]
            if key[1] == "area_class" and not by_area:
                continue
            row = theirs.get(key)
            found.append(
                KpiRow(
                    kpi=name, group_kind=key[1], group=key[2], unit=KPIS[name].indicator.unit,
                    log=value if np.isfinite(value) else None, n_log=int(n),
                    simulation=None if row is None else row.base,
                    low=None if row is None else row.ci_low,
                    high=None if row is None else row.ci_high,
                )
            )  # fmt: skip
    return found


def _told(log: Tables, mapped: MappedLog) -> set[str]:
    told = set(mapped.known)
    if mapped.placed_by in ("zone", "coordinates"):
        told.add("area")  # a municipality's number does not say whether the place is a town
    line = log.calls.text("line")
    if "calls" in mapped.tables:
        told |= {f"line {x}" for x in ("113", "116117") if line.equals(x).any()}
    legevakter = {p.id for p in log.frame.places if p.kind == "legevakt"}
    if "clinic" in mapped.tables and legevakter <= set(mapped.tables["clinic"].words("clinic")[1]):
        told.add("all clinics")
    return told
