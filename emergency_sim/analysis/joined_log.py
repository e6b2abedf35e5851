"""Event logs of parts that have nobody in common, joined to one file without holding it whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from emergency_sim.analysis.event_log import EventLog, log_schema, parquet_settings
from emergency_sim.domain.events import EventColumns, Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

NUMBERS: Final = ("time_ms", "kind", "incident", "call", "mission", "value")
TEXTS: Final = ("actor", "place", "code")
SLICE_MS: Final = 7 * 86_400_000
"""So much time is joined at once: a week of a country is a million events."""


def write_column(column: NDArray[Any], path: Path) -> None:
    """Write a column of numbers to a ``.npy`` file.

    Raises
    ------
    OSError
        With the reason: to a file of its own making numpy writes what does not fit on a disk without
        saying that it is full.
    """
    with path.open("wb") as file:
        np.save(_Written(file.write), column, allow_pickle=False)


class _Written(NamedTuple):
    """A file as far as numpy needs it, and not so far that it writes past Python."""

    write: Callable[[bytes], int]


@dataclass(slots=True)
class LogSpool:
    """Takes the logs of the parts one by one, lays them on disk, and writes the whole log.

    Parameters
    ----------
    folder
        Exists, and is the spool's own; whoever made it deletes it.
    """

    folder: Path
    _names: list[tuple[str, ...]] = field(default_factory=list)
    _alarmed: list[NDArray[Any]] = field(default_factory=list)
    _rang: list[NDArray[Any]] = field(default_factory=list)

    def add(self, log: EventColumns) -> None:
        """Take the log of one part."""
        for name in (*NUMBERS, *TEXTS):
            write_column(getattr(log, name), self._file(len(self._names), name))
        self._names.append(log.names)
        self._alarmed.append(in_order(log, log.mission, Kind.ALARMED))
        self._rang.append(in_order(log, log.call, Kind.RINGS))

    def write_parquet(self, path: Path) -> None:
        """Write all logs as one: times never fall, missions and calls are numbered over all parts.

        Parameters
        ----------
        path
            Parquet, as :meth:`~emergency_sim.analysis.event_log.EventLog.write_parquet` writes it.
        """
        import pyarrow.parquet as pq

        names = tuple(sorted({name for own in self._names for name in own}))
        number = {name: k for k, name in enumerate(names)}
        parts = [
            {name: np.load(self._file(n, name), mmap_mode="r") for name in (*NUMBERS, *TEXTS)}
            for n in range(len(self._names))
        ]
        texts = [np.array([*(number[x] for x in own), -1], "int32") for own in self._names]
        missions, calls = numbers_of(self._alarmed), numbers_of(self._rang)
        last = max((int(p["time_ms"][-1]) for p in parts if len(p["time_ms"])), default=0)
        with pq.ParquetWriter(path, log_schema(), **parquet_settings()) as file:
            for begin in range(0, last + 1, SLICE_MS):
                pieces = []
                for n, part in enumerate(parts):
                    a, b = np.searchsorted(part["time_ms"], (begin, begin + SLICE_MS))
                    piece = {name: np.asarray(part[name][a:b]) for name in part}
                    piece["mission"] = missions[n][piece["mission"]]
                    piece["call"] = calls[n][piece["call"]]
                    piece |= {name: texts[n][piece[name]] for name in TEXTS}
                    pieces.append(piece)
                order = np.argsort(np.concatenate([p["time_ms"] for p in pieces]), kind="stable")
                columns: dict[str, Any] = {
                    name: np.concatenate([p[name] for p in pieces])[order] for name in pieces[0]
                }
                file.write_table(EventLog(EventColumns(names=names, **columns)).arrow(whole=True))

    def _file(self, part: int, name: str) -> Path:
        return self.folder / f"{part}-{name}.npy"


def in_order(log: EventColumns, numbers: NDArray[Any], kind: Kind) -> NDArray[Any]:
    """Return the milliseconds at which what has numbers from 1 on begins, by number.

    Parameters
    ----------
    log
        Of one part.
    numbers
        Its missions or calls.
    kind
        With which they begin.
    """
    rows = np.flatnonzero((log.kind == int(kind)) & (numbers >= 0))
    which, first = np.unique(numbers[rows], return_index=True)
    found = np.zeros(int(which.max(initial=0)), "int64")
    found[which - 1] = log.time_ms[rows[first]]
    return found


def numbers_of(parts: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """Return, for each part, the number over all parts by the part's own number; -1 stays -1.

    Parameters
    ----------
    parts
        As of :func:`in_order`. What begins earlier has the lower number; in the same millisecond
        a part keeps its own order, and the part that comes first goes before the others.
    """
    every = np.concatenate(parts) if parts else np.zeros(0, "int64")
    rank = np.empty(len(every), "int64")
    rank[np.argsort(every, kind="stable")] = np.arange(1, len(every) + 1)
    ends = np.cumsum([0, *(len(p) for p in parts)])
    return [np.concatenate(([-1], rank[ends[n] : ends[n + 1]], [-1])) for n in range(len(parts))]
