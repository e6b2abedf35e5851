"""The results folder: written aside, renamed when it is complete, read back by name.

``manifest.json``, ``scenarios/<id>.yaml``, ``kpis.parquet``, ``comparison.parquet`` and
``replications/<scenario>/<nnnn>/{incidents,units,staff[,events]}.parquet``; beside those tables
``indicators.npz`` holds the components of the indicators and the keys of the unit of work.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.table import Coded
from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from types import TracebackType

    import pandas as pd

    from emergency_sim.analysis.table import Table

MANIFEST: Final = "manifest.json"
INDICATORS: Final = "indicators.npz"
TABLES: Final = ("incidents", "units", "staff")
EVENTS: Final = "events"
OURS: Final = frozenset(
    {MANIFEST, "scenarios", "kpis.parquet", "comparison.parquet", "replications", "tables", "maps"}
)
"""What we write into a results folder, and may replace there."""
_MARK: Final = ".emergency_sim"


def unit_folder(root: Path, scenario: str, replication: int) -> Path:
    """Return the folder of one replication of one scenario."""
    return root / "replications" / scenario / f"{replication:04d}"


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
        mark = self.folder / _MARK
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
        except OSError:
            raise _fault("another run is writing to it", self.out) from None

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
        if self.folder.exists() and not any(self.folder.rglob(INDICATORS)):
            shutil.rmtree(self.folder)

    def publish(self, keep: set[tuple[str, int]]) -> None:
        """Put the folder in its place; what others added to the old one moves along.

        Parameters
        ----------
        keep
            (scenario, replication) that belong to these results; other units are deleted.
        """
        for unit in sorted(self.folder.glob("replications/*/*")):
            if (unit.parent.name, int(unit.name)) not in keep:
                shutil.rmtree(unit)
                if not any(unit.parent.iterdir()):
                    unit.parent.rmdir()
        self._lock.close()
        (self.folder / _MARK).unlink()
        if not self.out.exists():
            self.folder.replace(self.out)
            return
        if self._old.exists():
            shutil.rmtree(self._old)
        self.out.replace(self._old)
        self.folder.replace(self.out)
        for entry in self._old.iterdir():
            if entry.name not in OURS:
                entry.replace(self.out / entry.name)
        shutil.rmtree(self._old)


def adopt(source: Path, target: Path) -> None:
    """Make the finished unit in ``source`` also one of ``target`` (hard links where possible)."""
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(source.iterdir()):
        aside = target / f"{file.name}.{os.getpid()}.tmp"
        aside.unlink(missing_ok=True)
        try:
            aside.hardlink_to(file)
        except OSError:
            shutil.copyfile(file, aside)
        aside.replace(target / file.name)


def write_table(table: Table, path: Path) -> None:
    """Write a table as parquet: seconds (``_s``) as int64 milliseconds (``_ms``), delta-encoded."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays: dict[str, Any] = {}
    delta, dictionary = [], []
    for name, column in table.columns.items():
        if isinstance(column, Coded):
            tidy = column.tidy()
            codes = np.asarray(tidy.codes, "int32")
            arrays[name] = pa.DictionaryArray.from_arrays(
                pa.array(codes, mask=codes < 0), pa.array(tidy.labels, pa.string())
            )
            dictionary.append(name)
        elif name.endswith("_s"):
            known = np.isfinite(column)
            ms = np.rint(np.where(known, column, 0.0) * 1000).astype("int64")
            arrays[f"{name[:-1]}ms"] = pa.array(ms, mask=~known)
            delta.append(f"{name[:-1]}ms")
        elif column.dtype.kind in "iu":
            arrays[name] = pa.array(column.astype("int64"))
            delta.append(name)
        elif column.dtype.kind == "f":
            arrays[name] = pa.array(column, mask=np.isnan(column))
        else:
            arrays[name] = pa.array(column)
    encoding = dict.fromkeys(delta, "DELTA_BINARY_PACKED")
    pq.write_table(
        pa.table(arrays), path, compression="zstd", use_dictionary=dictionary or False,
        column_encoding=encoding or None,
    )  # fmt: skip


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame of results as parquet, NaN as null, without a trace of clock or machine."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd")


def read_table(path: Path) -> pd.DataFrame:
    """Return a table that :func:`write_table` wrote; times in seconds again (``_s``)."""
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(path).to_pandas()
    times = [str(name) for name in frame if str(name).endswith("_ms")]
    frame[times] = frame[times].astype("float64") / 1000.0
    return frame.rename(columns={name: f"{name[:-2]}s" for name in times})


def read_columns(path: Path, names: list[str]) -> pd.DataFrame:
    """Return some columns of a parquet file as they are stored."""
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(path, columns=names).to_pandas()
    return frame


def write_json(value: Any, path: Path) -> None:
    """Write JSON in UTF-8; NaN is refused."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
