"""Potential incidents: drawn once, shared by all scenarios that differ within the envelope (R4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Potential:
    """Incidents that may happen, sorted by (time, entry, ordinal), and their uniform numbers.

    The row number, counted from ``first``, is the incident's ``id`` in every scenario. Nothing here
    depends on what a variant changes: staffing, sites, factors on demand, durations.

    Parameters
    ----------
    start
        Date of second 0.
    time_s, zone, age, entry
        Columns as in the incident table; ``age`` is -1 where a record does not say.
    uniforms
        float64 by draw (:mod:`emergency_sim.demand.draws`); 0 where the entry has no such draw.
    envelope
        Multiple of ``per_person`` at which they were drawn.
    per_person
        float64 (entries, ages): the base's rates per person and year.
    recorded
        They come from a file: nothing is thinned away and none can be added.
    first
        Id of the first row: a stretch of days holds a stretch of all potential incidents.
    given
        Columns of the incident table that the record states, NaN where it is silent.
    """

    start: date
    time_s: NDArray[Any]
    zone: NDArray[Any]
    age: NDArray[Any]
    entry: NDArray[Any]
    uniforms: dict[str, NDArray[Any]]
    envelope: float
    per_person: NDArray[Any]
    recorded: bool = False
    first: int = 0
    given: dict[str, NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of potential incidents."""
        return len(self.time_s)
