"""The results folder: written aside, renamed when it is complete, read back by name.

``manifest.json``, ``scenarios/<id>.yaml``, ``kpis.parquet``, ``comparison.parquet`` and
``replications/<scenario>/<nnnn>/{incidents,units,staff[,events]}.parquet``; beside those tables
``indicators.npz`` holds the components of the indicators, and ``keys.json`` the keys of the unit of
work, written last. ``equal_service.json`` is what the search for equal service found.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.scenario import resolved_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    import pandas as pd

    from emergency_sim.scenario import Scenario

MANIFEST: Final = "manifest.json"
KPIS: Final = "kpis.parquet"
INDICATORS: Final = "indicators.npz"
KEYS: Final = "keys.json"
TABLES: Final = ("incidents", "units", "staff")
EVENTS: Final = "events"
CHECKSUMS: Final = "checksums.sha256"
DESIGN: Final = "design.parquet"
SEARCH: Final = "equal_service.json"
OURS: Final = frozenset(
    {
        MANIFEST, KPIS, CHECKSUMS, DESIGN, SEARCH, "scenarios", "comparison.parquet", "replications",
        "sensitivity", "tables", "maps",
    }
)  # fmt: skip
"""What we write into a results folder, and may replace there."""
SHARDS: Final = ".shards"
"""Ends the name of a folder in which the shards of an experiment lie side by side."""
TEMPORARY: Final = ".tmp"
"""Ends the name of a file that is being written."""
PARTS: Final = ".parts-"
"""Begins the name of a folder in which the log of a replication in parts is put together."""
MARK: Final = ".emergency_sim"
"""Lies in a folder in the making; its lock is held by the run that writes there."""


def unit_folder(root: Path, scenario: str, replication: int) -> Path:
    """Return the folder of one replication of one scenario."""
    return root / "replications" / scenario / f"{replication:04d}"


def other_shards(shard: Path) -> list[Path]:
    """Return the folders beside a shard's, finished or not, where it lies in a folder of shards."""
    together = shard.absolute().parent
    return sorted(together.iterdir()) if together.name.endswith(SHARDS) else []


def is_locked(folder: Path) -> bool:
    """Return whether a run is writing to a folder in the making."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        return False
    with (folder / MARK).open("a") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def is_results(folder: Path) -> bool:
    """Return whether a folder holds results of ours."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and "schema_version" in manifest


def check_out(out: Path) -> None:
    """Refuse a folder that holds something else; nothing is written.

    Raises
    ------
    InputFaults
        ``out`` is a file, or a folder that holds what we did not write.
    """
    if out.is_dir():
        if any(out.iterdir()) and not is_results(out):
            raise _fault("the folder holds something else; name a new or an empty one", out)
    elif out.exists() or out.is_symlink():
        raise _fault("is no folder", out)


def _fault(message: str, got: Path) -> InputFaults:
    return InputFaults([Fault(file="--out", message=message, got=str(got))])


class Staging:
    """A results folder in the making; units that an interrupted run finished are kept in it.

    Parameters
    ----------
    out
        Where the results go in the end.

    Raises
    ------
    InputFaults
        ``out`` holds something else, cannot be written, or another run is writing to it.
    """

    def __init__(self, out: Path) -> None:
        self.out = out.absolute()
        self.folder = self.out.with_name(f".{self.out.name}.partial")
        self._old = self.out.with_name(f".{self.out.name}.old")
        check_out(out)
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            if self._old.exists() and not self.out.exists():
                self._old.replace(self.out)  # a run was stopped between the two renames
            self._enter()
        except OSError as error:
            raise _fault(f"cannot be written: {error.strerror}", out) from None

    def _enter(self) -> None:
        mark = self.folder / MARK
        if self.folder.exists() and not mark.exists() and any(self.folder.iterdir()):
            raise _fault("beside it lies a folder that we did not write", self.folder)
        self.folder.mkdir(exist_ok=True)
        self._lock = mark.open("a")
        try:
            import fcntl
        except ImportError:  # no such locks on this system
            return
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(mark.stat(), os.fstat(self._lock.fileno())):
                raise BlockingIOError  # that run has put its results in their place meanwhile
        except OSError:
            holder = self._lock_holder(mark)
            self._lock.close()
            message = (
                f"another run is writing to it{holder}: wait until it has ended, stop it, or name "
                "another folder"
            )
            raise _fault(message, self.out) from None
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()} {socket.gethostname()}")
        self._lock.flush()
        self._sweep_parts()  # gigabytes, which this run may need

    @staticmethod
    def _lock_holder(mark: Path) -> str:
        """Return which process holds the lock, as far as it is known."""
        try:
            number, _, host = mark.read_text(encoding="utf-8").partition(" ")
        except (OSError, ValueError):
            return ""
        if not number.isdigit():
            return ""
        return f" (process {number}{'' if host == socket.gethostname() else f' on {host}'})"

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Keep finished units for the next try; without any, leave nothing behind."""
        self._lock.close()
        if self.folder.exists() and not any(self.folder.rglob(KEYS)):
            shutil.rmtree(self.folder)

    def sweep(self, keep: set[tuple[str, int]]) -> None:
        """Delete units of work that do not belong to these results.

        Parameters
        ----------
        keep
            (scenario, replication) that do.
        """
        for unit in sorted(self.folder.glob("replications/*/*")):
            if not unit.name.isdigit() or (unit.parent.name, int(unit.name)) not in keep:
                shutil.rmtree(unit)
                if not any(unit.parent.iterdir()):
                    unit.parent.rmdir()
        self._sweep_parts()
        # of a process that was killed while it wrote
        for left in self.folder.rglob(f"*{TEMPORARY}"):
            left.unlink(missing_ok=True)

    def _sweep_parts(self) -> None:
        """Delete what a run that was killed had in between; its workers may still write there."""
        for left in list(self.folder.rglob(f"{PARTS}*")):
            shutil.rmtree(left, ignore_errors=True)

    def publish(self) -> None:
        """Put the folder in its place; what others added to the old one moves along.

        The lock is held until then: whoever waits for it must not take a folder that goes.
        """
        self._exchange()
        (self.out / MARK).unlink()
        self._lock.close()

    def _exchange(self) -> None:
        if not self.out.exists():
            self.folder.replace(self.out)
            return
        if self._old.exists():
            shutil.rmtree(self._old)
        self.out.replace(self._old)
        self.folder.replace(self.out)
        for entry in self._old.iterdir():
            if entry.name not in OURS and entry.name != MARK:
                entry.replace(self.out / entry.name)
        shutil.rmtree(self._old)


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Give another name to write to; the file gets its own name when it is complete."""
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}{TEMPORARY}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_scenarios(scenarios: Sequence[Scenario], folder: Path) -> None:
    """Write ``scenarios/<id>.yaml``: everything that decides each scenario's results."""
    (folder / "scenarios").mkdir(exist_ok=True)
    for scenario in scenarios:
        with aside(folder / "scenarios" / f"{scenario.id}.yaml") as path:
            path.write_text(resolved_yaml(scenario), encoding="utf-8")


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame of results as parquet, NaN as null, without a trace of clock or machine."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd")


def write_json(value: Any, path: Path) -> None:
    """Write JSON in UTF-8; NaN is refused."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
