"""Files of one unit of work: written with their checksums, believed only as long as these hold."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from emergency_sim.analysis.replication import replication_kpis
from emergency_sim.analysis.storage import write_replication, write_table
from emergency_sim.domain.errors import UnfinishedError
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.folder.provenance import file_hash
from emergency_sim.experiment.work.plan import Keep

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from emergency_sim.analysis.event_log import EventLog
    from emergency_sim.analysis.joined_log import LogSpool
    from emergency_sim.analysis.tables import Tables
    from emergency_sim.experiment.work.plan import Unit

LOG: Final = f"{store.EVENTS}.parquet"


class FinishedUnit(NamedTuple):
    """What ``keys.json`` says: the unit's two keys, and its files with their SHA-256."""

    keys: tuple[str, str]
    files: dict[str, str]


def read(place: Path) -> FinishedUnit | None:
    """Return what a unit's folder holds; None where nothing is finished."""
    try:
        text = json.loads((place / store.KEYS).read_text(encoding="utf-8"))
        keys = str(text["log"]), str(text["indicators"])
        return FinishedUnit(keys, {str(k): str(v) for k, v in text["files"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def damaged(place: Path, files: Mapping[str, str]) -> str:
    """Return which of a unit's files is not as it was written, and how; empty: none.

    Parameters
    ----------
    place
        The unit's folder.
    files
        Names and SHA-256.
    """
    for name, digest in sorted(files.items()):
        path = place / name
        where = f"{place.parent.name}/{place.name}/{name}"
        if not path.is_file():
            return f"{where} is missing"
        if file_hash(path) != digest:
            return f"{where} is not as it was written ({path.stat().st_size} bytes)"
    return ""


def wanted(unit: Unit) -> frozenset[str]:
    """Return the files that a finished unit must have."""
    names = {store.INDICATORS}
    if unit.keep is Keep.TABLES:
        names |= {f"{name}.parquet" for name in store.TABLES}
    if unit.events:
        names.add(LOG)
    return frozenset(names)


def write(
    tables: Tables,
    log: EventLog | LogSpool | Path | None,
    target: Path,
    unit: Unit,
    keys: tuple[str, str],
) -> None:
    """Write the files of a replication, its keys with their checksums last.

    Parameters
    ----------
    tables, log
        Of the replication; of a log that was written before, its file, which stays as it is.
    target
        Its folder.
    unit
        Says what is kept.
    keys
        Of log and indicators.

    Raises
    ------
    UnfinishedError
        The results folder is no longer in the making: its run has ended.
    """
    if not (unit.folder / store.MARK).exists():
        message = f"{unit.folder} is gone: the run that this unit belongs to has ended"
        raise UnfinishedError(message, done=0, missing=1)
    target.mkdir(parents=True, exist_ok=True)
    (target / store.KEYS).unlink(missing_ok=True)
    names = wanted(unit)
    for old in target.iterdir():
        if old.name not in names and old.suffix != store.TEMPORARY:
            old.unlink(missing_ok=True)  # another worker, given up too early, may do the same
    parts = zip(store.TABLES, (tables.incidents, tables.missions, tables.duties), strict=True)
    for name, table in parts:
        if f"{name}.parquet" in names:
            with store.aside(target / f"{name}.parquet") as path:
                write_table(table, path)
    if LOG in names and log is not None:
        _write_log(log, target / LOG)
    with store.aside(target / store.INDICATORS) as path:
        write_replication(replication_kpis(tables), path)
    _write_keys(target, names, keys)


def _write_log(log: EventLog | LogSpool | Path, file: Path) -> None:
    if not isinstance(log, Path):
        with store.aside(file) as path:
            log.write_parquet(path)
    elif log != file:
        _take_over(log, file)


def _take_over(old: Path, new: Path) -> None:
    """Give a finished file a second place, as a hard link where that is possible."""
    with store.aside(new) as path:
        path.unlink(missing_ok=True)
        try:
            os.link(old, path)
        except OSError:
            shutil.copyfile(old, path)


def _write_keys(target: Path, names: Collection[str], keys: tuple[str, str]) -> None:
    files = {name: file_hash(target / name) for name in sorted(names)}
    with store.aside(target / store.KEYS) as path:
        store.write_json({"log": keys[0], "indicators": keys[1], "files": files}, path)


def adopt(source: Path, target: Path, names: Collection[str]) -> None:
    """Make the finished unit in ``source`` also one of ``target`` (hard links where possible).

    Parameters
    ----------
    source, target
        Folders of the unit.
    names
        Files that are taken over; its keys come last.
    """
    found = read(source)
    if found is None:
        raise ValueError(f"{source} holds no finished unit")
    target.mkdir(parents=True, exist_ok=True)
    for name in sorted(names):
        _take_over(source / name, target / name)
    _write_keys(target, names, found.keys)


def without_log(unit: Path) -> None:
    """Delete the event log of a finished unit; its keys no longer name it."""
    found = read(unit)
    if found is None or LOG not in found.files:
        return
    _write_keys(unit, [name for name in found.files if name != LOG], found.keys)
    (unit / LOG).unlink()
