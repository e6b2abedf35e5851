"""The event log in canonical order, cut by kind: what the tables are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.table import Coded
from emergency_sim.domain.events import EventColumns, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INTEGERS = ("time_ms", "kind", "incident", "call", "mission")
_CODES = ("actor", "place", "code")


def canonical_order(log: EventColumns) -> NDArray[np.int64]:
    """Return the order of rows by time, then kind, incident, mission, call, texts and value.

    Rows of one time may stand in any order in a log; everything computed in this order is the same.
    """
    n = len(log)
    if n == 0:
        return np.zeros(0, "int64")
    incident = log.incident.astype("int64") + 1
    span = int(incident.max()) + 1
    if int(log.time_ms.max() + 1) * 128 * span < 2**62 and int(log.time_ms.min()) >= 0:
        key = (log.time_ms.astype("int64") * 128 + log.kind) * span + incident
        order = np.argsort(key, kind="stable")
        key = key[order]
        tied = np.zeros(n, bool)
        tied[1:] = key[1:] == key[:-1]
    else:
        order = np.lexsort((incident, log.kind, log.time_ms))
        columns = [log.time_ms[order], log.kind[order], incident[order]]
        tied = np.zeros(n, bool)
        tied[1:] = np.logical_and.reduce([c[1:] == c[:-1] for c in columns])
    if tied.any():
        either = tied.copy()
        either[:-1] |= tied[1:]
        places = np.flatnonzero(either)
        rows = order[places]
        block = np.cumsum(~tied)[places]
        rank = _rank(log.names)
        order[places] = rows[
            np.lexsort(
                (
                    log.value[rows],
                    rank[log.code[rows]],
                    rank[log.place[rows]],
                    rank[log.actor[rows]],
                    log.call[rows],
                    log.mission[rows],
                    block,
                )
            )
        ]
    return order


def _rank(names: tuple[str, ...]) -> NDArray[np.int32]:
    """Return the place of each name in alphabetical order, and -1 for null."""
    rank = np.empty(len(names) + 1, "int32")
    rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    rank[-1] = -1
    return rank


def taken(column: NDArray[Any], at: NDArray[Any], nothing: float) -> NDArray[Any]:
    """Return a column of a log at some rows, ``nothing`` where the row is -1.

    Only the rows asked for are touched: a log is ten times as long as its incidents.
    """
    kind = column.dtype if isinstance(nothing, int) else np.float64
    out = np.full(len(at), nothing, kind)
    known = at >= 0
    out[known] = column[at[known]]
    return out


class LogView:
    """One log, ordered canonically, with the rows of each kind at hand.

    Parameters
    ----------
    log
        Events in any order.
    """

    def __init__(self, log: EventColumns) -> None:
        order = canonical_order(log)
        identical = bool((order[1:] > order[:-1]).all()) if len(order) > 1 else True
        for name in (*_INTEGERS, "value"):
            column = getattr(log, name)
            setattr(self, name, column if identical else column[order])
        # Numbers of names are the recorder's business: sums are made in the order of the names.
        rank = _rank(log.names)
        for name in _CODES:
            column = getattr(log, name)
            setattr(self, name, rank[column if identical else column[order]])
        self.names = tuple(sorted(log.names))
        self._position = {name: i for i, name in enumerate(self.names)}
        self._tables: dict[tuple[str, ...], NDArray[np.int32]] = {}
        by_kind = np.argsort(self.kind.astype("int16"), kind="stable")
        counts = np.bincount(self.kind, minlength=128) if len(log) else np.zeros(128, "int64")
        ends = np.cumsum(counts)
        self._rows = {
            kind: np.sort(by_kind[ends[kind] - counts[kind] : ends[kind]]) for kind in Kind
        }

    time_ms: NDArray[Any]
    kind: NDArray[Any]
    incident: NDArray[Any]
    call: NDArray[Any]
    mission: NDArray[Any]
    actor: NDArray[Any]
    place: NDArray[Any]
    code: NDArray[Any]
    value: NDArray[Any]

    def rows(self, *kinds: Kind) -> NDArray[np.int64]:
        """Return the row numbers of some kinds of events, in order of time."""
        if len(kinds) == 1:
            rows: NDArray[np.int64] = self._rows[kinds[0]]
            return rows
        return np.sort(np.concatenate([self._rows[k] for k in kinds]))

    def with_code(self, rows: NDArray[Any], *codes: str) -> NDArray[Any]:
        """Return those of ``rows`` whose code is one of ``codes``."""
        wanted = [self._position[c] for c in codes if c in self._position]
        if not wanted:
            return rows[:0]
        keep = self.code[rows] == wanted[0]
        for code in wanted[1:]:
            keep |= self.code[rows] == code
        return np.asarray(rows[keep])

    def text(self, name: str, rows: NDArray[Any]) -> Coded:
        """Return a text column at ``rows``; row -1 gives none."""
        return Coded(getattr(self, name), self.names).take(rows)

    def translate(self, labels: tuple[str, ...]) -> NDArray[np.int32]:
        """Return for each name of the log its position in ``labels`` (-1), one longer for null."""
        table = self._tables.get(labels)
        if table is None:
            table = self._tables[labels] = np.full(len(self.names) + 1, -1, "int32")
            for i, label in enumerate(labels):
                at = self._position.get(label)
                if at is not None:
                    table[at] = i
        return table


class Scatter:
    """Events to rows of a table: the first, last and number of each key.

    Parameters
    ----------
    keys
        Key of each row of the table (distinct, at least 0).
    """

    def __init__(self, keys: NDArray[Any]) -> None:
        self.size = len(keys)
        top = int(keys.max(initial=-1))
        self._dense: NDArray[Any] | None = None
        if top < 8 * self.size + 4_000_000:
            self._dense = np.full(top + 2, -1, "int64")
            self._dense[keys] = np.arange(self.size)
            self._top = top
        else:
            self._order = np.argsort(keys, kind="stable")
            self._sorted = keys[self._order]

    def at(self, keys: NDArray[Any]) -> NDArray[np.int64]:
        """Return the row of each key, -1 where the table has none."""
        if self._dense is not None:
            inside = np.where((keys >= 0) & (keys <= self._top), keys, self._top + 1)
            return np.asarray(self._dense[inside])
        place = np.minimum(np.searchsorted(self._sorted, keys), self.size - 1)
        return np.where(self._sorted[place] == keys, self._order[place], -1)

    def first(self, rows: NDArray[Any], keys: NDArray[Any]) -> NDArray[np.int64]:
        """Return per table row the first of ``rows`` with its key, -1 for none.

        Parameters
        ----------
        rows
            Row numbers of the log in order of time.
        keys
            Key of each of them.
        """
        return self._pick(rows[::-1], keys[::-1])

    def last(self, rows: NDArray[Any], keys: NDArray[Any]) -> NDArray[np.int64]:
        """Return per table row the last of ``rows`` with its key, -1 for none."""
        return self._pick(rows, keys)

    def count(self, keys: NDArray[Any], weights: NDArray[Any] | None = None) -> NDArray[np.float64]:
        """Return per table row the number (or sum of weights) of the keys."""
        at = self.at(keys)
        kept = at >= 0
        return np.bincount(
            at[kept], weights=None if weights is None else weights[kept], minlength=self.size
        ).astype("float64")

    def _pick(self, rows: NDArray[Any], keys: NDArray[Any]) -> NDArray[np.int64]:
        at = self.at(keys)
        out = np.full(self.size + 1, -1, "int64")
        out[at] = rows  # of several, the last assignment stays; at -1: the spare last place
        return out[:-1]
