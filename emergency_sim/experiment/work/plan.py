"""What is simulated into one folder, cut into units of work."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from emergency_sim.experiment.folder import provenance
from emergency_sim.scenario import scenario_hash

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from emergency_sim.scenario import Scenario

UNITS_PER_WORKER: Final = 6
"""Replications are cut into chunks of scenarios until each worker has about so many units."""


class Keep(StrEnum):
    """What of a replication is kept."""

    TABLES = "tables"
    """Indicators and the tables of incidents, units and staff."""
    INDICATORS = "indicators"
    """Only the components of the indicators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One share of the replications; all scenarios of a replication are in the same share.

    Parameters
    ----------
    number
        1 ... ``of``.
    of
        How many shares there are.

    Raises
    ------
    ValueError
        There is no such share.
    """

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise ValueError(f"shard must be from 1/{self.of} to {self.of}/{self.of}")

    def has(self, replication: int) -> bool:
        """Return whether a replication (from 0) is in this share."""
        return replication % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One replication of one scenario within a unit.

    Parameters
    ----------
    scenario, token
        What is simulated, and its hash.
    keys
        Key of its event log, and of the indicators made from it.
    """

    scenario: Scenario
    token: str
    keys: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One replication of a chunk of scenarios that share their potential incidents.

    Parameters
    ----------
    replication
        0-based number.
    tasks
        One a scenario.
    reference, reference_token
        The scenario in which distance decay is 1 and whose potential incidents are drawn, and its
        hash.
    folder
        Results folder in the making.
    previous
        Results of an earlier run whose units may be taken over, or None.
    events
        Keep event logs.
    keep
        What else is kept.
    own_incidents
        Every scenario draws its own potential incidents instead of the reference's.
    sources
        Hash of the code that the keys were made with; a worker with another one refuses.
    libraries
        Whose versions are in that hash.
    made_in
        Names the process that made the unit.
    """

    replication: int
    tasks: tuple[Task, ...]
    reference: Scenario
    reference_token: str
    folder: Path
    previous: Path | None = None
    events: bool = False
    keep: Keep = Keep.TABLES
    own_incidents: bool = False
    sources: str = ""
    libraries: tuple[str, ...] = ()
    made_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is to be simulated into one folder.

    Parameters
    ----------
    scenarios
        The reference first.
    replications
        How many of each scenario, by id; a scenario that is not named has those of its own ``run``.
    events
        Keep event logs.
    keep
        What else is kept of a replication.
    common_random_numbers
        All scenarios meet the same potential incidents, winters and draws; False: every scenario
        but the reference has a seed of its own, so that scenarios are independent.
    """

    scenarios: tuple[Scenario, ...]
    replications: Mapping[str, int] = field(default_factory=dict)
    events: bool = False
    keep: Keep = Keep.TABLES
    common_random_numbers: bool = True

    def count(self, scenario: Scenario) -> int:
        """Return how many replications a scenario has."""
        return self.replications.get(scenario.id, scenario.run.replications)

    def pairs(self, shard: Shard | None = None) -> set[tuple[str, int]]:
        """Return every (scenario, replication) of the plan, or of one share of it."""
        return {
            (s.id, k)
            for s in self.scenarios
            for k in range(self.count(s))
            if shard is None or shard.has(k)
        }

    def keys(self) -> dict[str, dict[int, tuple[str, str]]]:
        """Return the keys of every unit of work, by scenario and replication."""
        reference = self.scenarios[0]
        return {
            s.id: provenance.unit_keys(
                self._seeded(s), None if s is reference else reference, range(self.count(s)),
                own_incidents=self._apart(s),
            )
            for s in self.scenarios
        }  # fmt: skip

    def units(
        self,
        folder: Path,
        previous: Path | None,
        side_by_side: int,
        shard: Shard | None = None,
    ) -> list[Unit]:
        """Return the units of work, replication by replication.

        Parameters
        ----------
        folder, previous
            Results folder in the making, and results of an earlier run.
        side_by_side
            How many units run at a time: chunks are as large as that leaves nobody idle.
        shard
            Only this share.
        """
        reference = self.scenarios[0]
        seeded = {s.id: self._seeded(s) for s in self.scenarios}
        tokens = {name: scenario_hash(s) for name, s in seeded.items()}
        keys = self.keys()
        numbers = [
            k for k in range(max(map(self.count, self.scenarios))) if shard is None or shard.has(k)
        ]
        wanted = max(1, -(-side_by_side * UNITS_PER_WORKER // max(1, len(numbers))))
        size = max(1, -(-len(self.scenarios) // (wanted if side_by_side > 1 else 1)))
        libraries = provenance.libraries(*self.scenarios)
        sources, here = provenance.code_hash(libraries), provenance.THIS_PROCESS
        units = []
        for k in numbers:
            own = [s.id for s in self.scenarios if k < self.count(s)]
            for i in range(0, len(own), size):
                tasks = tuple(
                    Task(scenario=seeded[name], token=tokens[name], keys=keys[name][k])
                    for name in own[i : i + size]
                )
                units.append(
                    Unit(
                        replication=k, tasks=tasks, reference=reference,
                        reference_token=tokens[reference.id], folder=folder, previous=previous,
                        events=self.events, keep=self.keep,
                        own_incidents=not self.common_random_numbers, sources=sources,
                        libraries=libraries, made_in=here,
                    )
                )  # fmt: skip
        return units

    def _apart(self, scenario: Scenario) -> bool:
        return not self.common_random_numbers and scenario is not self.scenarios[0]

    def _seeded(self, scenario: Scenario) -> Scenario:
        """Return the scenario, where scenarios are independent with the seed that its id gives."""
        if not self._apart(scenario):
            return scenario
        words = hashlib.sha256(f"{scenario.run.seed} {scenario.id}".encode()).digest()
        seed = int.from_bytes(words[:8], "big") >> 1
        return replace(scenario, run=replace(scenario.run, seed=seed))
