"""``manifest.json``: what was run, with what, on what kind of machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from emergency_sim.experiment.folder import provenance
from emergency_sim.scenario import resolved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.experiment.comparing.staffing_search import EqualService
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.experiment.work.plan import Plan, Shard
    from emergency_sim.scenario import Experiment, Scenario


def manifest_of(
    kind: str,
    scenarios: Sequence[Scenario],
    replications: dict[str, int],
    workers: Workers,
    *,
    seconds: dict[str, float],
    counts: dict[str, int],
) -> dict[str, Any]:
    """Return what was run, with what; parameters that differ stand in the scenario's entry.

    Parameters
    ----------
    kind
        ``run`` or ``comparison``.
    scenarios
        The base first.
    replications
        By scenario id.
    workers
        Who did the work.
    seconds
        What the parts took.
    counts
        Replications simulated, reused and rescored.
    """
    base = scenarios[0]
    return {
        "schema_version": provenance.SCHEMA_VERSION,
        "kind": kind,
        "base": base.id,
        "seed": base.run.seed,
        "replications": replications,
        "days": base.run.days,
        "warm_up_days": base.run.warm_up_days,
        **scenario_entries(scenarios),
        "inputs": provenance.input_hashes(scenarios),
        "versions": provenance.versions(),
        "git": provenance.git_commit(),
        "machine": provenance.machine(workers),
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": seconds,
        "replications_by_origin": counts,
    }


def scenario_entries(scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Return ``scenarios``, resolved, and ``parameters``, those of the first scenario."""
    common = resolved(scenarios[0])["parameters"]
    entries: dict[str, Any] = {}
    for scenario in scenarios:
        values = resolved(scenario)
        own = values.pop("parameters")
        changed = {k: v for k, v in own.items() if common.get(k) != v}
        entries[scenario.id] = {**values, "changed_parameters": changed}
    return {"scenarios": entries, "parameters": common}


def experiment_entry(experiment: Experiment) -> dict[str, Any]:
    """Return which experiment it was, and what its file says, as JSON values."""
    spec = experiment.spec
    return {
        "id": spec.id,
        "name": {"nb": spec.name.nb, "en": spec.name.en},
        "hash": provenance.experiment_hash(experiment),
        "file": experiment.file.name,
        "says": provenance.said(spec),
        "points": [{"id": p.id, "of": p.of, "values": p.values} for p in experiment.points],
    }


def shard_manifest(
    experiment: Experiment,
    shard: Shard,
    plan: Plan,
    workers: Workers,
    *,
    sets: Sequence[str],
    seconds: dict[str, float],
    counts: dict[str, int],
) -> dict[str, Any]:
    """Return what one share of an experiment is, so that all shares can be put together.

    Parameters
    ----------
    experiment, shard
        Whose share, and which.
    plan
        Of all shares together.
    workers, seconds, counts
        As in :func:`manifest_of`.
    sets
        As laid over the scenarios.
    """
    replications = {s.id: plan.count(s) for s in plan.scenarios}
    found = manifest_of(
        "shard", plan.scenarios, replications, workers, seconds=seconds, counts=counts
    )
    asked = experiment.spec.replications
    return found | {
        "experiment": experiment_entry(experiment),
        "shard": {"number": shard.number, "of": shard.of},
        # Where it was started: merge reads the file again. Results hold no path.
        "started_with": {
            "file": str(experiment.file.absolute()),
            "sets": list(sets),
            "replications": asked if isinstance(asked, int) else None,
            "events": experiment.spec.events,
        },
    }


def search_result(found: EqualService) -> dict[str, Any]:
    """Return what the search for equal service found, as JSON values."""
    return {
        "rounds": found.rounds,
        "runs": found.runs,
        "held": found.held,
        "waits_p90_min": {
            clinic: {name: None if pair is None else list(pair) for name, pair in waits.items()}
            for clinic, waits in found.waits.items()
        },
        "doctors": [
            {"clinic": c.clinic, "line": c.line, "hours": c.hours, "given": c.given,
             "equal": c.equal}
            for c in found.changes
        ],
    }  # fmt: skip
