"""The indicators (R18); importing the package files all of them."""

from emergency_sim.analysis.kpis import telephony  # isort: skip  (the order is the reports')
from emergency_sim.analysis.kpis import response  # isort: skip
from emergency_sim.analysis.kpis import access  # isort: skip
from emergency_sim.analysis.kpis import clinics  # isort: skip
from emergency_sim.analysis.kpis import units  # isort: skip
from emergency_sim.analysis.kpis import staff  # isort: skip
from emergency_sim.analysis.kpis import standby  # isort: skip
from emergency_sim.analysis.kpis.registry import KPIS, Kpi, kpi

__all__ = [
    "KPIS",
    "Kpi",
    "access",
    "clinics",
    "kpi",
    "response",
    "staff",
    "standby",
    "telephony",
    "units",
]
