"""The same model once more, as an experienced SimPy user would write it.

A second implementation of ``emergency_sim.simulation`` for the benchmark and for verification: plain
:class:`simpy.Environment`, ``env.timeout``, :class:`simpy.PriorityResource`, ``|`` for patience,
interrupts for units that are sent elsewhere, one process a call, scalar random draws when incidents
arise, travel times from numpy matrices, records as dicts. It shares with the engine only the compiled
:class:`World`, the road network's travel times, the policies and the parameters' values; from these it
must write the same event log.
"""

from benchmarks.idiomatic.draws import Draws, Incident
from benchmarks.idiomatic.model import Model
from benchmarks.idiomatic.travel import Travel

__all__ = ["Draws", "Incident", "Model", "Travel"]
