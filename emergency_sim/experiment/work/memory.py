"""What a process remembers from one unit of work to the next, and whether it may do them at all."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.domain.errors import UnfinishedError
from emergency_sim.experiment.compile import Compiled, compile_scenario
from emergency_sim.experiment.folder import provenance

if TYPE_CHECKING:
    from emergency_sim.demand import Potential
    from emergency_sim.experiment.work.plan import Unit
    from emergency_sim.scenario import Scenario

COMPILED_KEPT: Final = 16
ONE_AT_A_TIME: Final = threading.RLock()
"""What is remembered here is not made for threads (dask's workers may have some). The thread that
does a unit may do one of its parts too: the last one that lost workers have left."""


def refuse_other_sources(unit: Unit) -> None:
    """See that this process has the sources and versions that the unit's keys were made with.

    Raises
    ------
    UnfinishedError
        It has others.
    """
    if unit.made_in != provenance.THIS_PROCESS and unit.sources != _sources_here(unit.libraries):
        raise UnfinishedError(
            "a worker runs other sources or versions of emergency_sim or of "
            f"{', '.join(unit.libraries)} than this process: install the same everywhere and "
            "start the workers again",
            done=0, missing=len(unit.tasks),
        )  # fmt: skip


@cache
def _sources_here(libraries: tuple[str, ...]) -> str:
    return provenance.code_hash(libraries)


_POTENTIAL: dict[tuple[str, int], Potential] = {}


def potential_here(reference: Compiled, unit: Unit) -> Potential:
    """Return the reference's potential incidents; the last ones drawn are kept."""
    at = (unit.reference_token, unit.replication)
    if at not in _POTENTIAL:
        _POTENTIAL.clear()
        _POTENTIAL[at] = reference.potential(unit.replication)
    return _POTENTIAL[at]


_COMPILED: OrderedDict[tuple[str, str], Compiled] = OrderedDict()


def compiled_here(scenario: Scenario, token: str, unit: Unit) -> Compiled:
    """Return a scenario compiled, from this process' memory where it is there.

    Parameters
    ----------
    scenario, token
        What is compiled, and its hash.
    unit
        Whose reference it has.
    """
    at = (token, unit.reference_token)
    if at not in _COMPILED:
        reference = None if token == unit.reference_token else unit.reference
        _COMPILED[at] = compile_scenario(scenario, reference)
    _COMPILED.move_to_end(at)
    while len(_COMPILED) > COMPILED_KEPT:
        _COMPILED.popitem(last=False)
    return _COMPILED[at]


def same_people(a: Compiled, b: Compiled) -> bool:
    """Return whether two scenarios have the same zones with the same people in them.

    Only then their incidents are the same ones by number (R4).
    """
    mine, theirs = a.ground.zones, b.ground.zones
    return mine.ids == theirs.ids and np.array_equal(mine.population, theirs.population)
