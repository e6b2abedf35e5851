"""The event log as a pandas frame, as parquet and as CSV; all three give the same indicators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.table import categories
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.events import EventColumns, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

COLUMNS: Final = (
    "time_ms", "kind", "incident", "call", "mission", "actor", "place", "value", "code",
)  # fmt: skip
"""The columns of the contract, in the order of files."""

_WHOLE = ("incident", "call", "mission")
_TEXT = ("actor", "place", "code")
_NEEDED = ("time_ms", "kind", "incident")
_KEYS = ("scenario", "replication")
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class EventLog:
    """What happened in one replication, or in a real service.

    Parameters
    ----------
    columns
        The events as arrays.

    Examples
    --------
    >>> log = EventLog.from_rows([(0, "incident", 7, None, None, "molde", "z1", 2.0, "call_113")])
    >>> len(log), log.frame()["kind"].tolist()
    (1, ['incident'])
    """

    columns: EventColumns

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.columns)

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[Any]]) -> EventLog:
        """Return the log of tuples in the order of :data:`COLUMNS`; None stands for null."""
        import pandas as pd

        frame = pd.DataFrame(
            {
                name: pd.Series([row[i] for row in rows], dtype=object)
                for i, name in enumerate(COLUMNS)
            }
        )
        return cls.from_frame(frame)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> EventLog:
        """Return the log of a frame with the contract's columns, sorted by time (stable).

        Parameters
        ----------
        frame
            Columns of :data:`COLUMNS`; ``call``, ``mission``, ``actor``, ``place``, ``value`` and
            ``code`` may be missing and are null then.
        """
        import pandas as pd

        n = len(frame)
        names: dict[str, int] = {}
        coded: dict[str, Any] = {}
        for name in _TEXT:
            codes, labels = pd.factorize(frame[name] if name in frame else pd.Series([None] * n))
            place = np.array([names.setdefault(str(x), len(names)) for x in labels], "int32")
            coded[name] = np.where(codes >= 0, np.append(place, -1)[codes], -1).astype("int32")
        whole = {
            name: frame[name].astype("Int64").fillna(-1).to_numpy("int64")
            if name in frame
            else np.full(n, -1, "int64")
            for name in _WHOLE
        }
        codes, labels = pd.factorize(frame["kind"])
        kinds = np.array([Kind[str(label).upper()] for label in labels], "int16")
        value = frame["value"] if "value" in frame else pd.Series(np.full(n, np.nan))
        time_ms = frame["time_ms"].to_numpy("int64")
        order = np.argsort(time_ms, kind="stable")
        return cls(
            EventColumns(
                time_ms=time_ms[order],
                kind=kinds[codes][order] if n else np.zeros(0, "int16"),
                value=pd.to_numeric(value).to_numpy("float64", na_value=np.nan)[order],
                names=tuple(names),
                **{name: array[order] for name, array in (coded | whole).items()},
            )
        )

    def frame(self) -> pd.DataFrame:
        """Return the log as a frame: texts as categories, nullable integers, NaN for no value."""
        import pandas as pd

        c = self.columns
        out: dict[str, Any] = {"time_ms": c.time_ms}
        out["kind"] = categories(*_compact(c.kind, [k.name.lower() for k in Kind], True))
        for name in _WHOLE:
            array = getattr(c, name)
            out[name] = pd.arrays.IntegerArray(np.where(array < 0, 0, array), array < 0)
        for name in _TEXT:
            out[name] = categories(*_compact(getattr(c, name), c.names))
        out["value"] = c.value
        return pd.DataFrame({name: out[name] for name in COLUMNS})

    def write_parquet(self, path: Path) -> None:
        """Write the log: zstd, integers delta-encoded, texts as dictionary."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        c = self.columns
        arrays: dict[str, Any] = {"time_ms": pa.array(c.time_ms)}
        codes, labels = _compact(c.kind, [k.name.lower() for k in Kind], True)
        arrays["kind"] = pa.DictionaryArray.from_arrays(codes, labels)
        for name in _WHOLE:
            array = getattr(c, name)
            arrays[name] = pa.array(array, mask=array < 0)
        for name in _TEXT:
            codes, labels = _compact(getattr(c, name), c.names)
            arrays[name] = pa.DictionaryArray.from_arrays(
                pa.array(codes, mask=codes < 0), pa.array(labels, pa.string())
            )
        arrays["value"] = pa.array(c.value, mask=np.isnan(c.value))
        pq.write_table(
            pa.table({name: arrays[name] for name in COLUMNS}),
            path,
            compression="zstd",
            use_dictionary=["kind", *_TEXT],
            column_encoding=dict.fromkeys(("time_ms", *_WHOLE), "DELTA_BINARY_PACKED"),
        )

    @classmethod
    def read_parquet(cls, path: Path) -> EventLog:
        """Return the log that :meth:`write_parquet` wrote."""
        import pyarrow.parquet as pq

        return cls.from_frame(pq.read_table(path, columns=list(COLUMNS)).to_pandas())

    def write_csv(self, path: Path) -> None:
        """Write the log as CSV; nulls are empty, texts that look like a formula are escaped."""
        frame = self.frame()
        for name in _TEXT:
            renamed = [f"'{x}" if x.startswith(_FORMULA) else x for x in frame[name].cat.categories]
            frame[name] = frame[name].cat.rename_categories(renamed)
        frame.to_csv(path, index=False, lineterminator="\n")

    @classmethod
    def read_csv(cls, path: Path) -> EventLog:
        """Return the log of a CSV file: our own, or a real log mapped to the same columns.

        Raises
        ------
        InputFaults
            With file, line and column of every cell that cannot be read.
        """
        import pandas as pd

        try:
            raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
            raise InputFaults(
                [Fault(file=str(path), message=f"not a CSV table: {error}")]
            ) from None
        faults = _header_faults(str(path), list(raw.columns))
        if faults:
            raise InputFaults(faults)
        frame = pd.DataFrame(index=raw.index)
        for name in (c for c in raw.columns if c in COLUMNS):
            cells = raw[name].to_numpy(object)
            frame[name], bad = _READERS[name](cells)
            faults += [
                Fault(
                    file=str(path),
                    line=int(i) + 2,
                    column=list(raw.columns).index(name) + 1,
                    path=name,
                    message=_WANTED[name],
                    got=cells[i],
                    did_you_mean=_nearest_kind(cells[i]) if name == "kind" else None,
                )
                for i in np.flatnonzero(bad)
            ]
        if faults:
            raise InputFaults(faults)
        return cls.from_frame(frame)


def _compact(
    codes: NDArray[Any], names: Sequence[str], by_value: bool = False
) -> tuple[NDArray[np.int32], list[str]]:
    """Return codes and labels of only those names that occur, labels sorted."""
    labels = {int(k): k.name.lower() for k in Kind} if by_value else dict(enumerate(names))
    used = sorted((labels[int(c)], int(c)) for c in np.unique(codes) if c >= 0)
    table = np.full(max(int(codes.max(initial=-1)) + 2, 1), -1, "int32")
    table[[c for _, c in used]] = np.arange(len(used))
    return table[codes], [label for label, _ in used]


def _header_faults(path: str, header: list[str]) -> list[Fault]:
    faults = [
        Fault(file=path, path=name, message="column is missing")
        for name in _NEEDED
        if name not in header
    ]
    for i, name in enumerate(header):
        if name not in (*COLUMNS, *_KEYS):
            faults.append(
                Fault(
                    file=path,
                    column=i + 1,
                    message="unknown column",
                    got=name,
                    did_you_mean=nearest_word(name, COLUMNS),
                )
            )
    return faults


def _nearest_kind(cell: str) -> str | None:
    return nearest_word(cell, [k.name.lower() for k in Kind])


def _read_numbers(
    cells: NDArray[Any], whole: bool, nullable: bool
) -> tuple[Any, NDArray[np.bool_]]:
    out: list[Any] = []
    bad = np.zeros(len(cells), bool)
    for i, cell in enumerate(cells):
        if cell == "":
            out.append(None)
            bad[i] = not nullable
            continue
        try:
            number = int(cell) if whole else float(cell)
        except ValueError:
            number = np.nan
        ok = number >= 0 if whole else np.isfinite(number)
        bad[i] = not ok
        out.append(number if ok else None)
    import pandas as pd

    return pd.array(out, dtype="Int64" if whole else "Float64"), bad


def _read_times(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    return _read_numbers(cells, whole=True, nullable=False)


def _read_whole(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    return _read_numbers(cells, whole=True, nullable=True)


def _read_floats(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    return _read_numbers(cells, whole=False, nullable=True)


def _read_kinds(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    known = {k.name.lower() for k in Kind}
    return cells, np.array([cell not in known for cell in cells], bool)


def _read_text(cells: NDArray[Any]) -> tuple[Any, NDArray[np.bool_]]:
    plain = [c[1:] if c[:1] == "'" and c[1:].startswith(_FORMULA) else c for c in cells]
    import pandas as pd

    values = pd.Series([c or None for c in plain], dtype=object)
    return values.to_numpy(), np.zeros(len(cells), bool)


_READERS: Final = {
    "time_ms": _read_times,
    "kind": _read_kinds,
    "value": _read_floats,
    **dict.fromkeys(_WHOLE, _read_whole),
    **dict.fromkeys(_TEXT, _read_text),
}
_WANTED: Final = {
    "time_ms": "must be a whole number of milliseconds, at least 0",
    "kind": "is no kind of event (MODEL.md has the table)",
    "value": "must be a number or empty",
    **dict.fromkeys(_WHOLE, "must be a whole number, at least 0, or empty"),
}
