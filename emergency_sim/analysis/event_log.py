"""The event log as a pandas frame, as parquet and as CSV; all three give the same indicators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.table import categories
from emergency_sim.domain.events import EventColumns, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

COLUMNS: Final = (
    "time_ms", "kind", "incident", "call", "mission", "actor", "place", "value", "code",
)  # fmt: skip
"""The columns of the contract, in the order of files."""

WHOLE = ("incident", "call", "mission")
TEXT = ("actor", "place", "code")
FORMULA = ("=", "+", "-", "@")


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
        for name in TEXT:
            codes, labels = pd.factorize(frame[name] if name in frame else pd.Series([None] * n))
            place = np.array([names.setdefault(str(x), len(names)) for x in labels], "int32")
            coded[name] = np.where(codes >= 0, np.append(place, -1)[codes], -1).astype("int32")
        whole = {
            name: frame[name].astype("Int64").fillna(-1).to_numpy("int64")
            if name in frame
            else np.full(n, -1, "int64")
            for name in WHOLE
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
        for name in WHOLE:
            array = getattr(c, name)
            out[name] = pd.arrays.IntegerArray(np.where(array < 0, 0, array), array < 0)
        for name in TEXT:
            out[name] = categories(*_compact(getattr(c, name), c.names))
        out["value"] = c.value
        return pd.DataFrame({name: out[name] for name in COLUMNS})

    def write_parquet(self, path: Path) -> None:
        """Write the log: zstd, integers delta-encoded, texts as dictionary."""
        import pyarrow.parquet as pq

        pq.write_table(self.arrow(), path, **parquet_settings())

    def arrow(self, *, whole: bool = False) -> pa.Table:
        """Return the log as an arrow table, texts as dictionary.

        Parameters
        ----------
        whole
            The dictionaries hold all names, so that tables of one log fit together.
        """
        import pyarrow as pa

        c = self.columns
        arrays: dict[str, Any] = {"time_ms": pa.array(c.time_ms)}
        codes, labels = _kinds(c.kind) if whole else _compact(c.kind, [], True)
        arrays["kind"] = pa.DictionaryArray.from_arrays(codes, labels)
        for name in WHOLE:
            array = getattr(c, name)
            arrays[name] = pa.array(array, mask=array < 0)
        for name in TEXT:
            codes, labels = _compact(getattr(c, name), c.names)
            if whole:
                codes, labels = getattr(c, name), list(c.names)
            arrays[name] = pa.DictionaryArray.from_arrays(
                pa.array(codes, mask=codes < 0), pa.array(labels, pa.string())
            )
        arrays["value"] = pa.array(c.value, mask=np.isnan(c.value))
        return pa.table({name: arrays[name] for name in COLUMNS})

    @classmethod
    def read_parquet(cls, path: Path) -> EventLog:
        """Return the log that :meth:`write_parquet` wrote."""
        import pyarrow.parquet as pq

        return cls.from_frame(pq.read_table(path, columns=list(COLUMNS)).to_pandas())

    def write_csv(self, path: Path) -> None:
        """Write the log as CSV; nulls are empty, texts that look like a formula are escaped."""
        frame = self.frame()
        for name in TEXT:
            renamed = [f"'{x}" if x.startswith(FORMULA) else x for x in frame[name].cat.categories]
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
        from emergency_sim.analysis.event_csv import read_columns

        return cls.from_frame(read_columns(path))


def parquet_settings() -> dict[str, Any]:
    """Return how logs are written: zstd, integers delta-encoded, texts as dictionary."""
    return {
        "compression": "zstd",
        "use_dictionary": ["kind", *TEXT],
        "column_encoding": dict.fromkeys(("time_ms", *WHOLE), "DELTA_BINARY_PACKED"),
    }


def log_schema() -> pa.Schema:
    """Return the arrow schema of a log."""
    import pyarrow as pa

    text = pa.dictionary(pa.int32(), pa.string())
    of = {"time_ms": pa.int64(), "value": pa.float64()} | dict.fromkeys(WHOLE, pa.int64())
    return pa.schema([(name, of.get(name, text)) for name in COLUMNS])


def _kinds(kind: NDArray[Any]) -> tuple[NDArray[np.int32], list[str]]:
    """Return codes and labels of all kinds."""
    number = np.full(128, -1, "int32")
    number[[int(k) for k in Kind]] = np.arange(len(Kind))
    return number[kind], [k.name.lower() for k in Kind]


def _compact(
    codes: NDArray[Any], names: Sequence[str], by_value: bool = False
) -> tuple[NDArray[np.int32], list[str]]:
    """Return codes and labels of only those names that occur, labels sorted."""
    labels = {int(k): k.name.lower() for k in Kind} if by_value else dict(enumerate(names))
    used = sorted((labels[int(c)], int(c)) for c in np.unique(codes) if c >= 0)
    table = np.full(max(int(codes.max(initial=-1)) + 2, 1), -1, "int32")
    table[[c for _, c in used]] = np.arange(len(used))
    return table[codes], [label for label, _ in used]
