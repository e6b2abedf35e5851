"""Whether results are still what they were: bytes, indicators, and a few replications run again."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.experiment.designed.experiment_run import (
    Callbacks,
    open_session,
    read_experiment,
)
from emergency_sim.experiment.folder import checksums, store
from emergency_sim.experiment.folder.place import Place
from emergency_sim.experiment.folder.provenance import experiment_hash, file_hash
from emergency_sim.experiment.folder.results import Results, kpi_frame, read_scenario
from emergency_sim.experiment.work import unit_files
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.experiment.work.runner import carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from emergency_sim.scenario import Experiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was looked at, and what is wrong.

    Parameters
    ----------
    files
        How many files have a checksum.
    changed, missing, unknown
        Files that differ from their checksums, are gone, or have none.
    indicators
        ``kpis.parquet`` follows from the components, byte for byte; None: could not be looked at.
    rerun
        Replications of scenarios that were simulated again.
    differ
        Those of them that gave other bytes.
    """

    files: int
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    indicators: bool | None = None
    rerun: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        wrong = (*self.changed, *self.missing, *self.unknown, *self.differ)
        return self.files > 0 and not wrong and self.indicators is not False

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**asdict(self), "good": self.good}


def verify(
    folder: Path,
    *,
    rerun: int = 0,
    experiment: str | Path | None = None,
    sets: Sequence[str] = (),
    say: Callable[[str], None] | None = None,
) -> Verified:
    """Look whether results are still what they were.

    Parameters
    ----------
    folder
        Results folder.
    rerun
        So many replications of scenarios are simulated again and compared, chosen at random.
    experiment, sets
        The experiment's file, if it is to be run again, and what was laid over its scenarios.
    say
        Called with a line about every replication that is run again.

    Raises
    ------
    InputFaults
        The folder holds no results, or they cannot be run again from that file.
    """
    results = Results.load(folder)
    try:
        found = checksums.differences(folder)
        files = len(checksums.read(folder))
    except ValueError as error:
        raise InputFaults([Fault(file=str(folder), message=str(error))]) from None
    verified = Verified(
        files=files, changed=found.changed, missing=found.missing, unknown=found.unknown
    )
    if not found.changed and not found.missing and results.manifest["kind"] != "shard":
        verified = replace(verified, indicators=_follows(results))
    if rerun:
        loaded = _same_experiment(results, experiment, sets)
        done, differ = _run_again(results, loaded, rerun, say)
        verified = replace(verified, rerun=done, differ=differ)
    return verified


def _follows(results: Results) -> bool:
    """Return whether ``kpis.parquet`` follows from the components of the replications."""
    kpis = results.kpis
    parts = []
    for name in results.scenarios:
        own = kpis[(kpis["scenario"] == name) & kpis["replication"].isna()]
        keys = zip(own["kpi"], own["group_kind"], own["group"], strict=True)
        exact = dict(zip(keys, own["value"].tolist(), strict=True))
        parts.append(read_scenario(results.folder, name, results.replications(name), exact))
    with tempfile.TemporaryDirectory(prefix="emergency_sim-") as temporary:
        again = Path(temporary) / store.KPIS
        store.write_frame(kpi_frame(parts), again)
        return file_hash(again) == file_hash(results.folder / store.KPIS)


def _same_experiment(results: Results, file: str | Path | None, sets: Sequence[str]) -> Experiment:
    entry = results.manifest.get("experiment")
    folder = str(results.folder)
    if not isinstance(entry, dict):
        message = "only experiments can be run again; these results are of another kind"
        raise InputFaults([Fault(file=folder, message=message)])
    if file is None:
        message = f"name the experiment's file ({entry['file']}) with --experiment"
        raise InputFaults([Fault(file=folder, message=message)])
    asked = entry["says"]["replications"]
    named = {text.partition("=")[0].strip() for text in sets}
    lengths = {"run.days": results.manifest["days"], "run.seed": results.manifest["seed"]}
    own = (f"{k}={v}" for k, v in lengths.items() if k not in named)  # --days and --seed
    loaded = read_experiment(
        file, (*sets, *own), replications=asked if isinstance(asked, int) else None,
        events=bool(entry["says"]["events"]),
    )  # fmt: skip
    if experiment_hash(loaded) != entry["hash"]:
        message = (
            f"is not the experiment that {folder} holds: it, its inputs or what was laid over it "
            "with --set have changed"
        )
        raise InputFaults([Fault(file=str(file), message=message)])
    return loaded


def _run_again(
    results: Results, experiment: Experiment, count: int, say: Callable[[str], None] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Simulate some replications of scenarios in a temporary folder and compare their bytes."""
    differ: list[str] = []
    done: list[str] = []
    with Place(None) as place:
        session = open_session(
            experiment, place, workers=Workers(jobs=1), callbacks=Callbacks(),
            kept=(results.folder,),
        )  # fmt: skip
        plan = session.plan(experiment.most_replications)
        pairs = sorted(
            (name, k) for name, k in plan.pairs() if k < results.replications(name)
        )  # fmt: skip
        chance = np.random.default_rng()
        for i in sorted(chance.choice(len(pairs), min(count, len(pairs)), replace=False)):
            name, k = pairs[i]
            done.append(f"{name}/{k:04d}")
            carry_out(plan, session.folder, workers=session.workers, only={(name, k)})
            mine = unit_files.read(store.unit_folder(session.folder, name, k))
            theirs = unit_files.read(store.unit_folder(results.folder, name, k))
            same = mine is not None and theirs is not None and mine.files == theirs.files
            if not same:
                differ.append(done[-1])
            if say is not None:
                say(f"{done[-1]}: {'the same bytes' if same else 'OTHER BYTES'}")
    return tuple(done), tuple(differ)
