"""A scenario becomes plain arrays: the only place where scenario, network, demand and calendar meet."""

from emergency_sim.experiment.compile.compiled import Compiled, compile_scenario

__all__ = ["Compiled", "compile_scenario"]
