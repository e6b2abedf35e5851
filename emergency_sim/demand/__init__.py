"""Everything that chance decides about the incidents, drawn before the first event."""

from __future__ import annotations

from emergency_sim.demand.models import DEMAND_MODELS, Factor, Poisson, Replay

__all__ = ["DEMAND_MODELS", "Factor", "Poisson", "Replay"]
