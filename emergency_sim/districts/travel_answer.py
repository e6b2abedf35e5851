"""The answer to a question about travel times: what reports are written from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.network.flight import flight_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.districts.facilities import Facility
    from emergency_sim.districts.sources.outlines import Outlines
    from emergency_sim.districts.travel_study import Places, Row, Situation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flight:
    """Coverage by helicopter: straight line, activation, speed; weather and missions left out.

    Parameters
    ----------
    bases
        Where helicopters stand.
    activation_min, speed_kmh
        Minutes until one is in the air, and its speed.
    minutes
        float64 per place: from the nearest base.
    """

    bases: tuple[Facility, ...]
    activation_min: float
    speed_kmh: float
    minutes: NDArray[Any]


def flight(
    bases: Sequence[Facility], x: NDArray[Any], y: NDArray[Any], activation: float, kmh: float
) -> Flight:
    """Return the minutes of a helicopter from the nearest base to places.

    Parameters
    ----------
    bases
        At least one.
    x, y
        Places in EPSG:25833 metres.
    activation, kmh
        Minutes until it is in the air, and speed.
    """
    minutes, _ = flight_minutes(
        x, y, np.array([(base.x, base.y) for base in bases]), activation_min=activation,
        speed_kmh=kmh,
    )  # fmt: skip
    return Flight(bases=tuple(bases), activation_min=activation, speed_kmh=kmh, minutes=minutes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelAnswer:
    """Travel times before, and after where something changes.

    Parameters
    ----------
    name
        Of the network.
    places
        Where people live.
    before, after
        The situations; ``after`` None: nothing changes.
    breaks
        Borders of the classes, minutes.
    worse_min
        A change of more minutes than this counts.
    rows
        The table.
    municipality_names
        Names by number, as far as they are known.
    outlines
        The user's own areas, or None.
    cell_m
        Side of the places' squares; 0: points.
    flight
        Coverage by helicopter, or None.
    lang
        ``nb`` or ``en``.
    licence, date
        Of the network.
    choices
        What was asked, by name of option.
    inputs
        Name and SHA-256 of each file that was read.
    notes
        What the reader must know, one sentence each.
    """

    name: str
    places: Places
    before: Situation
    after: Situation | None
    breaks: tuple[float, ...]
    worse_min: float
    rows: tuple[Row, ...]
    municipality_names: dict[str, str] = field(default_factory=dict)
    outlines: Outlines | None = None
    cell_m: float = 0.0
    flight: Flight | None = None
    lang: str = "en"
    licence: str = ""
    date: str = ""
    choices: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def manifest(self) -> dict[str, Any]:
        """Return what the figures rest on; no path and no clock."""
        return {
            "network": self.name,
            "licence": self.licence,
            "date_of_network": self.date or None,
            "choices": self.choices,
            "inputs": dict(sorted(self.inputs.items())),
            "notes": list(self.notes),
        }

    def state(self, ident: str) -> str:
        """Return whether a facility is ``open`` in both situations, ``opened`` or ``closed``."""
        before = ident in {f.id for f in self.before.facilities}
        after = self.after is None or ident in {f.id for f in self.after.facilities}
        if before and after:
            return "open"
        return "closed" if before else "opened"
