"""Whether the groups that an experiment asks about exist: seen in the first replication."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.storage import read_replication
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.indicators import Aggregation
from emergency_sim.experiment.comparing.groups import NAMED
from emergency_sim.experiment.folder import store
from emergency_sim.scenario.experiment_parts import placed_in
from emergency_sim.scenario.experiment_schema import UntilPrecise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from emergency_sim.scenario import Experiment


def check_groups(experiment: Experiment, unit: Path) -> None:
    """Refuse kinds of groups that an indicator does not have, and groups that are not of a kind.

    Parameters
    ----------
    experiment
        What is asked.
    unit
        Folder of a finished replication of the base.

    Raises
    ------
    InputFaults
        As soon as one replication is done, rather than when all of them are.
    """
    there = _groups(unit)
    faults = []
    for path, one in _asked(experiment):
        if one.group_kind in ("group", NAMED):
            continue  # checked by name when the file was read
        indicator = KPIS[one.kpi].indicator
        if indicator.aggregation is Aggregation.EXACT:
            continue
        kinds = there.get(one.kpi, {})
        if one.group_kind not in kinds:
            message = f"{one.kpi} has no such kind of groups; it has {', '.join(sorted(kinds))}"
            near = nearest_word(one.group_kind, kinds)
            faults.append((f"{path}.group_kind", message, one.group_kind, near))
        elif one.group not in kinds[one.group_kind]:
            known = sorted(kinds[one.group_kind])
            near = nearest_word(one.group, known)
            some = ", ".join(known[:8]) + (" ..." if len(known) > 8 else "")
            message = f"there is no such {one.group_kind}; there are {some}"
            faults.append((f"{path}.group", message, one.group, near))
    if faults:
        file = str(experiment.file)
        found = [
            Fault(file=file, path=path, message=message, got=got, did_you_mean=near)
            for path, message, got, near in faults
        ]
        raise InputFaults(placed_in(experiment.file, found))


def _asked(experiment: Experiment) -> Iterator[tuple[str, Any]]:
    spec = experiment.spec
    for n, one in enumerate(spec.primary):
        yield f"primary.{n}", one
    if isinstance(spec.replications, UntilPrecise):
        for n, goal in enumerate(spec.replications.until):
            yield f"replications.until.{n}", goal
    if spec.choice is not None:
        yield "choice", spec.choice


def _groups(unit: Path) -> dict[str, dict[str, set[str]]]:
    """Return the groups of every indicator by kind."""
    kpis = read_replication(unit / store.INDICATORS)
    found: dict[str, dict[str, set[str]]] = {}
    for kpi, kind, group in kpis.ratios:
        found.setdefault(kpi, {}).setdefault(kind, set()).add(group)
    for kpi, sample in kpis.samples.items():
        for kind, groupings in sample.groups.items():
            for coded in groupings:
                found.setdefault(kpi, {}).setdefault(kind, set()).update(coded.labels)
    return found
