"""The kinds of demand a scenario may ask for: drawn (``poisson``) or recorded (``replay``)."""

from __future__ import annotations

from dataclasses import dataclass, field

from emergency_sim.domain.registry import Registry

DEMAND_MODELS: Registry[object] = Registry("demand model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """Multipliers on the base rate; those that concern an incident are multiplied together.

    Parameters
    ----------
    all
        On everything.
    entry
        By name of an entry (``call_113``, ``call_116117`` ...).
    area
        By name of an area of ``zones.csv``.
    age
        By age group (``80-89`` ...).
    """

    all: float = 1.0
    entry: dict[str, float] = field(default_factory=dict)
    area: dict[str, float] = field(default_factory=dict)
    age: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value in (self.all, *self.entry.values(), *self.area.values(), *self.age.values()):
            if not 0 <= value < float("inf"):
                raise ValueError("factors must be finite and at least 0")


@DEMAND_MODELS.register("poisson")
@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson:
    """Incidents from published rates, by zone, age, hour and season.

    Parameters
    ----------
    envelope
        Potential incidents are drawn at so many times the base rate, at least 1; no scenario may
        ask for more (R4).
    distance_decay
        People further from their clinic than in the base present less often (R3).
    decay_at_satellites
        The distance to a satellite counts too (off: the pilot saw no change in use).
    factor
        Multipliers on the base rate.
    """

    envelope: float = 2.0
    distance_decay: bool = True
    decay_at_satellites: bool = False
    factor: Factor = field(default_factory=Factor)

    def __post_init__(self) -> None:
        if not 1 <= self.envelope <= 10:
            raise ValueError("envelope must be from 1 to 10")


@DEMAND_MODELS.register("replay")
@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Recorded incidents from a CSV file; what the file does not say is drawn.

    Parameters
    ----------
    incidents
        Path of the incidents, relative to the scenario.
    missions
        Path of the units' part (on-scene times by slot), or None.
    distance_decay, decay_at_satellites
        As for ``poisson``; a clinic nearer than in the base is refused, for the record holds no
        further incidents.
    """

    incidents: str
    missions: str | None = None
    distance_decay: bool = False
    decay_at_satellites: bool = False
