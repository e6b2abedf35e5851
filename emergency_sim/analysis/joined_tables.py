"""Tables of parts that have nobody in common, joined: the same as the tables of one log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.groups import place_weights
from emergency_sim.analysis.hourly_series import in_hours
from emergency_sim.analysis.joined_log import in_order, numbers_of
from emergency_sim.analysis.table import Coded, Table
from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.domain.events import EventColumns

ORDERS: Final[dict[str, tuple[str, ...]]] = {
    "incidents": ("arises_s", "id"),
    "calls": ("rings_s", "row"),
    "missions": ("alarmed_s", "incident"),
    "shifts": ("starts_s", "unit"),
    "duties": ("person", "starts_s"),
}
"""Columns by which the rows of each table stand in order; they are the log's canonical order."""


@dataclass(slots=True)
class PartTables:
    """What the log of one part comes to; :func:`join` empties it.

    Parameters
    ----------
    tables
        With the frame of the whole; without weights, and the hourly numbers in milliseconds.
    alarmed
        int64: milliseconds of the alarms, in order of the missions' numbers.
    """

    tables: Tables
    alarmed: NDArray[Any]

    @classmethod
    def of(cls, log: EventColumns, frame: DistrictFrame) -> PartTables:
        """Return the tables of the log of a part.

        Parameters
        ----------
        log, frame
            What happened in the part, and the district that it is a part of.
        """
        return cls(Tables.of_part(log, frame), in_order(log, log.mission, Kind.ALARMED))


def join(parts: Sequence[PartTables]) -> Tables:
    """Return the tables of all parts together.

    Parameters
    ----------
    parts
        Of one replication of one scenario, at least one. Their columns are taken out of them one
        by one, so that the whole is never held twice.

    Notes
    -----
    Missions are numbered in the order of their alarms over all parts, as one log numbers them; of
    alarms of several parts in the same millisecond that of the first part comes first.
    """
    frame = parts[0].tables.frame
    _renumber(parts)
    sizes = [len(p.tables.incidents) for p in parts]
    at, incidents = _joined([p.tables.incidents for p in parts], ORDERS["incidents"])
    place = np.empty(len(at), "int64")
    place[at] = np.arange(len(at))
    for part, begin in zip(parts, np.cumsum([0, *sizes]).tolist(), strict=False):
        calls = part.tables.calls.columns
        calls["row"] = place[begin + part.tables.calls["row"]]

    def joined(name: str) -> Table:
        return _joined([getattr(p.tables, name) for p in parts], ORDERS[name])[1]

    return replace(
        parts[0].tables,
        incidents=incidents,
        calls=joined("calls"),
        missions=joined("missions"),
        shifts=joined("shifts"),
        duties=joined("duties"),
        manning=_added([p.tables.manning for p in parts]),
        weights=place_weights(frame),
        operators_busy_s=np.sum([p.tables.operators_busy_s for p in parts], axis=0),
        hourly=in_hours(np.sum([p.tables.hourly for p in parts], axis=0)),
    )


def _renumber(parts: Sequence[PartTables]) -> None:
    """Give missions the numbers that they have over all parts."""
    for part, number in zip(parts, numbers_of([p.alarmed for p in parts]), strict=True):
        missions = part.tables.missions
        missions.columns["mission"] = number[missions["mission"]]


def _joined(tables: Sequence[Table], order: tuple[str, ...]) -> tuple[NDArray[Any], Table]:
    """Return which row of all tables, one after the other, comes where, and the table."""
    keys = [_column([t.columns[name] for t in tables], tidy=True) for name in order]
    at = np.lexsort([k.codes if isinstance(k, Coded) else k for k in reversed(keys)])
    in_order = bool((at[1:] > at[:-1]).all())
    columns: dict[str, Any] = {}
    for name in list(tables[0].columns):
        column = _column([t.columns.pop(name) for t in tables])
        columns[name] = column if in_order else _taken(column, at)
    return at, Table(columns)


def _taken(column: NDArray[Any] | Coded, at: NDArray[Any]) -> NDArray[Any] | Coded:
    return column.take(at) if isinstance(column, Coded) else column[at]


def _column(columns: Sequence[NDArray[Any] | Coded], *, tidy: bool = False) -> NDArray[Any] | Coded:
    """Return the columns one after the other; texts under common labels, ``tidy``: sorted ones."""
    texts = [c for c in columns if isinstance(c, Coded)]
    if not texts:
        return np.concatenate([c for c in columns if not isinstance(c, Coded)])
    first = texts[0].labels
    if not tidy and all(c.labels is first or c.labels == first for c in texts):
        return Coded(np.concatenate([c.codes for c in texts]), first)
    labels, tables = _common(tuple(c.labels for c in texts))
    codes = [table[c.codes] for table, c in zip(tables, texts, strict=True)]
    return Coded(np.concatenate(codes), labels)


@lru_cache(maxsize=4)
def _common(texts: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], list[NDArray[Any]]]:
    """Return all labels, sorted, and where those of each column are among them; the last is none."""
    labels = tuple(sorted({label for own in texts for label in own}))
    number = {label: k for k, label in enumerate(labels)}
    return labels, [np.array([*(number[x] for x in own), -1], "int32") for own in texts]


def _added(tables: Sequence[Table]) -> Table:
    """Return tables with the same rows, their numbers added."""
    first = tables[0].columns
    return Table(
        {
            name: column if isinstance(column, Coded) else np.sum([t[name] for t in tables], axis=0)
            for name, column in first.items()
        }
    )
