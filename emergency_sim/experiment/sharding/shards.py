"""What shards of an experiment hold, and whether together they are the whole of it."""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emergency_sim.domain.errors import Fault
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.work import unit_files
from emergency_sim.experiment.work.plan import Shard

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emergency_sim.experiment.work.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardFolder:
    """One shard's folder.

    Parameters
    ----------
    folder
        Where it lies.
    manifest
        What it says of itself.
    """

    folder: Path
    manifest: dict[str, Any]

    @property
    def experiment(self) -> str:
        """Hash of the experiment."""
        return str(self.manifest["experiment"]["hash"])

    @property
    def shard(self) -> Shard:
        """Which share it is."""
        own = self.manifest["shard"]
        return Shard(number=int(own["number"]), of=int(own["of"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Units of work of all shards.

    Parameters
    ----------
    units
        Folder of every (scenario, replication).
    twice
        Those that stand in several folders, with the same bytes; they count once.
    """

    units: dict[tuple[str, int], Path]
    twice: tuple[tuple[str, int], ...]


def read_shards(folders: Sequence[Path], faults: list[Fault]) -> list[ShardFolder]:
    """Return the shards in folders.

    Parameters
    ----------
    folders
        As named by the user.
    faults
        Faults are appended here: no shard, or one of another experiment.
    """
    found: list[ShardFolder] = []
    for folder in folders:
        try:
            manifest = json.loads((folder / store.MANIFEST).read_text(encoding="utf-8"))
            one = ShardFolder(folder=folder, manifest=manifest)
            found.append(one)
            _ = one.experiment, one.shard
        except (OSError, ValueError, KeyError, TypeError):
            found = [s for s in found if s.folder != folder]
            unfinished = folder.with_name(f".{folder.name}.partial").exists()
            message = "holds no finished shard, as experiment FILE --shard i/n makes it"
            if unfinished:
                message += "; a run of it was interrupted: the same command goes on"
            elif any(folder.glob(f"*/{store.MANIFEST}")):
                message += f"; for the folders in it: emergency-sim merge {folder}/*"
            faults.append(Fault(file=str(folder), message=message))
    for one in found[1:]:
        if one.experiment != found[0].experiment:
            message = f"is a shard of another experiment than {found[0].folder}"
            faults.append(Fault(file=str(one.folder), message=message, got=one.experiment[:12]))
        elif one.shard.of != found[0].shard.of:
            message = f"is cut into another number of shards than {found[0].folder}"
            faults.append(Fault(file=str(one.folder), message=message, got=str(one.shard)))
    return found


def gather(shards: Sequence[ShardFolder], plan: Plan, faults: list[Fault]) -> Gathered:
    """Return where every unit of work is.

    Parameters
    ----------
    shards
        Of one experiment.
    plan
        The whole of it.
    faults
        Faults are appended here: units that are missing, damaged, made by another version or from
        other input, or that differ between two folders.
    """
    keys = plan.keys()
    where: dict[tuple[str, int], Path] = {}
    files: dict[tuple[str, int], dict[str, str]] = {}
    twice: list[tuple[str, int]] = []
    bad: dict[Path, list[str]] = defaultdict(list)
    refused: set[tuple[str, int]] = set()
    for shard in shards:
        for name, k in sorted(plan.pairs()):
            place = store.unit_folder(shard.folder, name, k)
            found = unit_files.read(place)
            if found is None:
                continue
            if found.keys != keys[name][k]:
                bad[shard.folder].append(
                    f"{name}/{k:04d} was made by another version or from other input: run this "
                    "shard again"
                )
                refused.add((name, k))
            elif said := unit_files.damaged(place, found.files):
                bad[shard.folder].append(f"{said}: run this shard again")
                refused.add((name, k))
            elif (name, k) not in where:
                where[name, k], files[name, k] = place, found.files
            elif files[name, k] == found.files:
                twice.append((name, k))
            else:
                bad[shard.folder].append(
                    f"{name}/{k:04d} differs from that in {where[name, k].parents[2]}: one of the "
                    "two machines computes something else; run both shards again"
                )
    for folder, said_of in bad.items():
        more = f" (and {len(said_of) - 1} more)" if len(said_of) > 1 else ""
        faults.append(Fault(file=str(folder), message=said_of[0] + more))
    _missing(shards, plan, set(where) | refused, faults)
    return Gathered(units=where, twice=tuple(twice))


def _missing(
    shards: Sequence[ShardFolder],
    plan: Plan,
    there: set[tuple[str, int]],
    faults: list[Fault],
) -> None:
    """Say which shards are not (wholly) there, and the line that makes each."""
    if not shards:
        return
    first = shards[0]
    of = first.shard.of
    line = _line(first.manifest["started_with"])
    for number in range(1, of + 1):
        shard = Shard(number=number, of=of)
        lacking = plan.pairs(shard) - there
        if lacking:
            message = (
                f"shard {shard}: {len(lacking)} of {len(plan.pairs(shard))} replications of "
                f"scenarios are missing: {line} --shard {shard}"
            )
            faults.append(Fault(file="merge", message=message))


def _line(begun: dict[str, Any]) -> str:
    """Return the command line that made a shard, but for which one it is."""
    words = ["emergency-sim", "experiment", str(begun["file"])]
    words += [word for one in begun["sets"] for word in ("--set", str(one))]
    if begun["replications"] is not None:
        words += ["--replications", str(begun["replications"])]
    return shlex.join([*words, *(["--events"] if begun.get("events") else [])])
