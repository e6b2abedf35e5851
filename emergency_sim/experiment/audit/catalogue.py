"""Which results there are, how they were made, and what may be thrown away."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from emergency_sim.experiment.folder import store

if TYPE_CHECKING:
    from pathlib import Path


class State(StrEnum):
    """How far results are."""

    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    RUNNING = "running"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One results folder, or what an interrupted run has left of one.

    Parameters
    ----------
    folder
        Where it lies; of an interrupted run the hidden folder beside its place.
    id
        Of the experiment, else the folder's name.
    kind
        ``run``, ``comparison``, ``experiment``, ``shard``; empty: not known yet.
    state
        Whether it is whole.
    finished
        Date and time (UTC), or empty.
    scenarios, replications
        How many scenarios, and replications of scenarios, there are.
    size_bytes
        Of all files.
    """

    folder: Path
    id: str
    kind: str
    state: State
    finished: str
    scenarios: int
    replications: int
    size_bytes: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values; the folder by its name only."""
        return {**asdict(self), "folder": self.folder.name, "state": self.state.value}


def entries(top: Path) -> list[Entry]:
    """Return the results in a folder, below it in folders of shards, and interrupted ones.

    Parameters
    ----------
    top
        A folder of results folders, or a results folder itself.
    """
    if store.is_results(top):
        return [entry(top)]
    found = []
    for folder in sorted(p for p in top.iterdir() if p.is_dir()):
        if store.is_results(folder) or _is_unfinished(folder):
            found.append(entry(folder))
        elif folder.name.endswith(store.SHARDS):
            found += entries(folder)
    return found


def entry(folder: Path) -> Entry:
    """Return what a folder is."""
    units = list(folder.glob(f"replications/*/*/{store.KEYS}"))
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    name = folder.name.removeprefix(".").removesuffix(".partial")
    if _is_unfinished(folder):
        state = State.RUNNING if store.is_locked(folder) else State.INTERRUPTED
        scenarios = len({p.parents[1].name for p in units})
        return Entry(
            folder=folder, id=name, kind="", state=state, finished="", scenarios=scenarios,
            replications=len(units), size_bytes=size,
        )  # fmt: skip
    manifest = json.loads((folder / store.MANIFEST).read_text(encoding="utf-8"))
    own = manifest.get("experiment") or {}
    whole = (folder / store.KPIS).is_file() or manifest.get("kind") == "shard"
    return Entry(
        folder=folder,
        id=str(own.get("id", name)),
        kind=str(manifest.get("kind", "")),
        state=State.COMPLETE if whole else State.DAMAGED,
        finished=str(manifest.get("finished", "")),
        scenarios=len(manifest.get("replications", {})),
        replications=len(units),
        size_bytes=size,
    )


def _is_unfinished(folder: Path) -> bool:
    partial = folder.name.startswith(".") and folder.name.endswith(".partial")
    return partial and (folder / store.MARK).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubbish:
    """Something that may be thrown away.

    Parameters
    ----------
    path
        A folder or file.
    what
        In words.
    size_bytes
        How much room it takes.
    """

    path: Path
    what: str
    size_bytes: int


def rubbish(top: Path, *, partial: bool, events: bool, whole: bool) -> list[Rubbish]:
    """Return what may be thrown away; what a run is writing to is not among it.

    Parameters
    ----------
    top
        As in :func:`entries`.
    partial
        What interrupted runs have left.
    events
        Event logs of complete results.
    whole
        Complete results, altogether.
    """
    found = []
    for one in entries(top):
        if one.state is State.INTERRUPTED and partial:
            what = f"interrupted run of {one.id}, {one.replications} replications of scenarios"
            found.append(Rubbish(path=one.folder, what=what, size_bytes=one.size_bytes))
        elif one.state in (State.COMPLETE, State.DAMAGED) and whole:
            what = f"results of {one.kind} {one.id}"
            found.append(Rubbish(path=one.folder, what=what, size_bytes=one.size_bytes))
        elif one.state is State.COMPLETE and events:
            logs = sorted(one.folder.glob(f"replications/*/*/{store.EVENTS}.parquet"))
            if logs:
                size = sum(p.stat().st_size for p in logs)
                what = f"{len(logs)} event logs of {one.id}"
                found.append(Rubbish(path=one.folder, what=what, size_bytes=size))
    return found


def throw_away(one: Rubbish) -> None:
    """Delete it: a folder, or the event logs of complete results (their checksums, too)."""
    from emergency_sim.experiment.folder import checksums
    from emergency_sim.experiment.work import unit_files

    if "event logs" not in one.what:
        shutil.rmtree(one.path)
        return
    for unit in sorted(one.path.glob("replications/*/*")):
        unit_files.without_log(unit)
    checksums.write(one.path)
