"""Whether a run would throw away finished results of another experiment."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emergency_sim.experiment.folder import store
from emergency_sim.experiment.folder.manifest import scenario_entries
from emergency_sim.experiment.folder.provenance import NO_PART_OF_A_UNIT, experiment_hash

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.experiment.work.plan import Shard
    from emergency_sim.scenario import Experiment


def would_lose(folder: Path, experiment: Experiment, shard: Shard | None) -> str:
    """Return what would be lost if the experiment were run into a folder; empty: nothing.

    The same experiment, and one with more replications or scenarios of it, lose nothing: finished
    units of work are taken over.

    Parameters
    ----------
    folder
        The results folder.
    experiment, shard
        What is to be run.
    """
    if not store.is_results(folder):
        return ""
    manifest = json.loads((folder / store.MANIFEST).read_text(encoding="utf-8"))
    if shard is not None or manifest.get("kind") == "shard":
        own = manifest.get("shard")
        mine = None if shard is None else {"number": shard.number, "of": shard.of}
        if own != mine:
            return "there are results of something else, not of this shard"
    entry = manifest.get("experiment")
    if not isinstance(entry, dict):
        return f"there are results of a {manifest.get('kind')}, not of an experiment"
    if entry.get("hash") == experiment_hash(experiment):
        return ""
    most = experiment.most_replications
    ids = {s.id for s in experiment.scenarios}
    theirs = {k: n for k, n in manifest["replications"].items() if "@" not in k}
    if set(theirs) <= ids and _same_scenarios(manifest, experiment, set(theirs)):
        if (more := max(theirs.values(), default=0)) <= most:
            return ""
        return f"there are results of more replications, {more} (of {manifest.get('finished')})"
    return (
        f"there are results of another experiment (of {manifest.get('finished')}, "
        f"{len(theirs)} scenarios)"
    )


def _same_scenarios(manifest: dict[str, Any], experiment: Experiment, ids: set[str]) -> bool:
    """Return whether some scenarios are still what they were, so that their units are taken over."""
    base = experiment.base
    # as a comparison lays them out: with the length, the seed and the calendar of the base
    same = [replace(v, run=base.run, calendar=base.calendar) for v in experiment.others]
    now = json.loads(json.dumps(scenario_entries([base, *same]), allow_nan=False))
    return bool(
        now["parameters"] == manifest.get("parameters")
        and all(
            _of_a_unit(now["scenarios"][i]) == _of_a_unit(manifest["scenarios"][i]) for i in ids
        )
    )


def _of_a_unit(entry: dict[str, Any]) -> dict[str, Any]:
    run = {k: v for k, v in entry["run"].items() if k not in NO_PART_OF_A_UNIT}
    return {k: v for k, v in entry.items() if k != "groups"} | {"run": run}
