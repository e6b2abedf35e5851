"""The three decisions that a scenario can choose rules for, and what the decider sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from emergency_sim.domain.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.domain.incident import Problem, Urgency


class Need(NamedTuple):
    """A request for one unit, as the dispatcher sees it.

    ``urgency`` is the assigned one; ``zone`` the zone's id; ``capability`` what the unit must have.
    """

    urgency: Urgency
    zone: str
    capability: str = "transport"


class Candidate(NamedTuple):
    """A unit on duty that could be sent.

    ``unit`` is its place in the scenario's list (ties are broken by it, never by a name);
    ``expected_s`` the expected seconds to the scene, turnout included; ``serving`` the urgency of the
    mission it is driving to and would leave, or None when it is free; ``remaining_s`` the expected
    seconds to that scene.
    """

    unit: int
    id: str
    expected_s: float
    capabilities: frozenset[str]
    serving: Urgency | None = None
    remaining_s: float = 0.0


class DispatchPolicy(Protocol):
    """Who goes."""

    def choose(self, need: Need, candidates: Sequence[Candidate]) -> int | None:
        """Return the ``unit`` of the chosen candidate, or None to let the request wait."""
        ...

    @property
    def preempts(self) -> bool:
        """Whether units on their way to less urgent incidents are offered as candidates."""
        ...

    @property
    def uses_returning(self) -> bool:
        """Whether units on their way back are offered as candidates."""
        ...

    def looks_at(self, need: Need) -> int | None:
        """Return how many of the quickest capable idle units are enough to choose by; None: all.

        Other units are then offered only if they may come before the last of these.
        """
        ...


class Patient(NamedTuple):
    """A patient to be conveyed or referred, as the crew or the operator sees it."""

    urgency: Urgency
    problem: Problem
    to_legevakt: bool = False


class Destination(NamedTuple):
    """A place that could take the patient: its number, expected seconds, kind and functions."""

    place: int
    kind: str
    expected_s: float
    functions: frozenset[str]


class DestinationPolicy(Protocol):
    """Where to."""

    def choose(self, patient: Patient, options: Sequence[Destination]) -> int | None:
        """Return the ``place`` of the chosen option, or None if none will do."""
        ...


class ReferralPolicy(Protocol):
    """Which clinic: the satellite or the legevakt itself."""

    def to_satellite(self, patient: Patient, *, takes_urgent: bool, waiting: int) -> bool:
        """Return whether the patient is booked at the open satellite.

        ``waiting`` is the number of patients booked there and not yet finished.
        """
        ...


DISPATCH: Registry[DispatchPolicy] = Registry("dispatch policy")
DESTINATION: Registry[DestinationPolicy] = Registry("destination policy")
REFERRAL: Registry[ReferralPolicy] = Registry("referral policy")
