"""Events put together column by column, many rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.observed.timestamps import NONE
from emergency_sim.domain.events import EventColumns, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WHOLE = ("incident", "call", "mission")
_NAMED = ("actor", "place", "code")


class EventRows:
    """Collects events; :meth:`columns` gives the log, sorted by time."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._parts: list[dict[str, NDArray[Any]]] = []

    def name(self, text: str) -> int:
        """Return the number that stands for a text."""
        return self._names.setdefault(text, len(self._names))

    def names(self, codes: NDArray[Any], labels: Sequence[str]) -> NDArray[np.int32]:
        """Return the numbers of coded texts; code -1 stays -1."""
        table = np.array([*(self.name(x) for x in labels), -1], "int32")
        return np.asarray(table[codes])

    def add(self, kind: Kind, time_ms: NDArray[np.int64], **columns: Any) -> None:
        """Add one event a row; rows whose time is NONE have none.

        Parameters
        ----------
        kind
            What happens.
        time_ms
            When.
        **columns
            ``incident``, ``call``, ``mission``, ``actor``, ``place``, ``value``, ``code``: arrays
            or one value for all; left out: null.
        """
        there = np.flatnonzero(time_ms > NONE)
        part: dict[str, NDArray[Any]] = {
            "time_ms": time_ms[there],
            "kind": np.full(len(there), int(kind), "int16"),
        }
        for name in (*_WHOLE, *_NAMED):
            value = np.asarray(columns.get(name, -1))
            part[name] = (value[there] if value.ndim else np.full(len(there), value)).astype(
                "int64" if name in _WHOLE else "int32"
            )
        value = np.asarray(columns.get("value", np.nan), "float64")
        part["value"] = value[there] if value.ndim else np.full(len(there), value)
        self._parts.append(part)

    def columns(self) -> EventColumns:
        """Return all events in order of time; what was collected is used up, a column at a time."""
        order = np.argsort(np.concatenate([p["time_ms"] for p in self._parts]), kind="stable")
        whole = {
            name: np.concatenate([part.pop(name) for part in self._parts])[order]
            for name in list(self._parts[0])
        }
        return EventColumns(names=tuple(self._names), **whole)
