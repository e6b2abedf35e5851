"""Response time of each incident and, where it has none, why (R18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.table import Coded

if TYPE_CHECKING:
    from emergency_sim.analysis.district_frame import DistrictFrame

STATUSES: Final = (
    "responded", "unserved", "cancelled", "urgency_changed", "other_unit", "unfinished",
)  # fmt: skip
"""What became of an incident that should have a response time.

``unserved`` and ``cancelled`` count as failures of the target; the last three are excluded: AMK
changed the urgency under way; another unit than a road ambulance came and no road ambulance; nobody
had come when the log ended.
"""
FAILURES: Final = ("unserved", "cancelled")
EXCLUDED: Final = ("urgency_changed", "other_unit", "unfinished")


def add_response(columns: dict[str, Any], frame: DistrictFrame) -> None:
    """Add ``response_s`` (NaN for none), ``response_status`` and ``whole_clock_s``.

    Notes
    -----
    Default: from the inquiry's registration at AMK (cases from 116117: at the transfer) to the
    first road ambulance parked at the scene; assigned acute; one value an incident. The
    whole clock (first ring to scene) leaves out what a clinic's doctor orders.
    """
    settings = frame.settings
    start = columns["registered_s"]
    registered = np.isfinite(start)
    if settings.response_start == "first_ring":
        start = np.where(np.isfinite(columns["first_ring_s"]), columns["first_ring_s"], start)
    scene = columns["road_on_scene_s"]
    wanted = registered & columns["amk_urgency"].isin(settings.response_urgencies)
    tests = (
        columns["amk_urgency_changed"],
        np.isfinite(scene),
        columns["unserved"],
        columns["cancelled"],
        np.isfinite(columns["first_help_s"]),
    )
    names = ("urgency_changed", "responded", "unserved", "cancelled", "other_unit")
    status = np.select(tests, [STATUSES.index(n) for n in names], STATUSES.index("unfinished"))
    columns["response_status"] = Coded(np.where(wanted, status, -1), STATUSES)
    responded = wanted & (status == STATUSES.index("responded"))
    columns["response_s"] = np.where(responded, scene - start, np.nan)
    called = responded & ~columns["origin"].isin(("clinic", "booked"))
    columns["whole_clock_s"] = np.where(called, scene - columns["first_ring_s"], np.nan)
