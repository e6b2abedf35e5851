"""Short runs of a few replications that say how long patients wait, and write nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.measures import Observations
from emergency_sim.analysis.tables import Tables
from emergency_sim.experiment.folder import provenance
from emergency_sim.experiment.work.attempts import run_all
from emergency_sim.experiment.work.memory import ONE_AT_A_TIME, refuse_other_sources
from emergency_sim.experiment.work.plan import Task, Unit
from emergency_sim.experiment.work.runner import replicate
from emergency_sim.scenario import scenario_hash

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Scenario

MEASURES: Final = ("clinic_wait_urgent_p90", "call_out_delay_p90")
"""Waits that staffing is judged by (R15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How much is spent on the search.

    Parameters
    ----------
    replications
        Pilot replications in each round.
    rounds
        Most rounds; so at most (rounds + 1) x replications runs a variant.
    days, warm_up_days
        Length of a pilot.
    """

    replications: int = 4
    rounds: int = 10
    days: int = 28
    warm_up_days: int = 3


@dataclass(frozen=True, slots=True)
class Pilot:
    """What one pilot replication of one scenario says about waits.

    Parameters
    ----------
    ids, district, quarter
        Per incident: id, clinic of its district, quarter of an hour of the week.
    waits
        Per measure minutes per incident, NaN where it has none.
    """

    ids: NDArray[Any]
    district: NDArray[Any]
    quarter: NDArray[Any]
    waits: dict[str, NDArray[Any]]


def pilots(units: tuple[Unit, ...]) -> list[Pilot]:
    """Simulate the first task of each unit, one scenario's replications; nothing is written.

    Raises
    ------
    UnfinishedError
        This process has other sources than the one that made the units.
    """
    with ONE_AT_A_TIME:
        for unit in units:
            refuse_other_sources(unit)
        return [_pilot(Tables.of(*replicate(unit, unit.tasks[0]))) for unit in units]


def _pilot(tables: Tables) -> Pilot:
    incidents, frame = tables.incidents, tables.frame
    own = incidents.text("district")
    waits = {}
    for name in MEASURES:
        found = KPIS[name].of(tables)
        if not isinstance(found, Observations):
            raise TypeError(f"{name} has no wait of each incident")
        column = np.full(len(incidents), np.nan)
        column[found.rows] = found.values
        waits[name] = column
    quarter = incidents["arises_s"] // 900 + frame.start.weekday() * 96
    return Pilot(
        ids=incidents["id"],
        district=np.array([*own.labels, ""])[own.codes],
        quarter=quarter.astype("int64") % 672,
        waits=waits,
    )


def shortened(scenario: Scenario, settings: SearchSettings) -> Scenario:
    """Return the scenario as long as a pilot."""
    run = replace(
        scenario.run, days=settings.days, warm_up_days=settings.warm_up_days, run_out_days=1,
        replications=settings.replications,
    )  # fmt: skip
    return replace(scenario, run=run)


def run_pilots(
    scenarios: Sequence[Scenario],
    base: Scenario,
    settings: SearchSettings,
    workers: Workers,
    folder: Path,
) -> dict[str, list[Pilot]]:
    """Return the pilots of each scenario, in order of replication.

    Parameters
    ----------
    scenarios, base
        What is simulated, and the reference.
    settings, workers, folder
        As in :func:`~emergency_sim.experiment.comparing.staffing_search.equal_service`.
    """
    token = scenario_hash(base)
    libraries = provenance.libraries(base, *scenarios)
    sources, here = provenance.code_hash(libraries), provenance.THIS_PROCESS
    # A scenario is compiled once in each process that simulates it: keep its replications together.
    size = max(1, len(scenarios) * settings.replications // workers.side_by_side())
    chunks: list[tuple[Unit, ...]] = []
    for scenario in scenarios:
        task = Task(scenario=scenario, token=scenario_hash(scenario), keys=("", ""))
        own = tuple(
            Unit(
                replication=k, reference=base, reference_token=token, folder=folder, tasks=(task,),
                sources=sources, libraries=libraries, made_in=here,
            )
            for k in range(settings.replications)
        )  # fmt: skip
        chunks += [own[i : i + size] for i in range(0, len(own), size)]
    found: dict[str, dict[int, Pilot]] = {s.id: {} for s in scenarios}

    def finished(units: tuple[Unit, ...], results: list[Pilot]) -> None:
        for unit, result in zip(units, results, strict=True):
            found[unit.tasks[0].scenario.id][unit.replication] = result

    run_all(pilots, chunks, workers, finished)
    return {name: [one[k] for k in sorted(one)] for name, one in found.items()}
