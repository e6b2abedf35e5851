"""Everything that chance decides about the incidents, drawn before the first event."""

from __future__ import annotations

from emergency_sim.demand.calibration import CALIBRATIONS, calibrate
from emergency_sim.demand.distance_decay import DecayInputs
from emergency_sim.demand.incidents import realise
from emergency_sim.demand.models import DEMAND_MODELS, Factor, Poisson, Replay
from emergency_sim.demand.potential import Potential
from emergency_sim.demand.rates import Rates
from emergency_sim.demand.table import draw_potential

__all__ = [
    "CALIBRATIONS",
    "DEMAND_MODELS",
    "DecayInputs",
    "Factor",
    "Poisson",
    "Potential",
    "Rates",
    "Replay",
    "calibrate",
    "draw_potential",
    "realise",
]
