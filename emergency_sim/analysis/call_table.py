"""One row a call of an incident of the window: line, centre, answered or not, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.log_view import Scatter
from emergency_sim.analysis.table import Coded, Table
from emergency_sim.domain.events import Kind

if TYPE_CHECKING:
    from emergency_sim.analysis.log_view import LogView

LINES = ("113", "116117", "professional")


def call_table(view: LogView, incidents: Table) -> Table:
    """Return every ring of an incident of ``incidents``.

    Columns: ``row`` (position in ``incidents``), ``line``, ``centre``, ``rings_s``, ``wait_s``
    (ring to answer, NaN: never answered), ``gave_up``, ``attempt``.

    Notes
    -----
    A call that is passed on to another line with the same number is another row: rows are told
    apart by number and line. A log without call numbers has one row for each incident and line.
    """
    rings = view.rows(Kind.RINGS)
    row = Scatter(incidents["id"]).at(view.incident[rings])
    rings, row = rings[row >= 0], row[row >= 0]
    line = view.translate(LINES)
    keys = _keys(view, rings, line)
    keys, first = np.unique(keys, return_index=True)
    order = np.argsort(first)
    keys, rings, row = keys[order], rings[first[order]], row[first[order]]
    own = Scatter(keys)
    answered = view.rows(Kind.ANSWERED)
    gave_up = view.rows(Kind.GAVE_UP)
    at = own.first(answered, _keys(view, answered, line))
    rang = view.time_ms[rings] / 1000.0
    answer = np.append(view.time_ms / 1000.0, np.nan)[at]
    return Table(
        {
            "row": row,
            "line": Coded(line[view.code[rings]], LINES),
            "centre": view.text("actor", rings),
            "rings_s": rang,
            "wait_s": answer - rang,
            "gave_up": own.first(gave_up, _keys(view, gave_up, line)) >= 0,
            "attempt": view.value[rings],
        }
    )


def _keys(view: LogView, rows: Any, line: Any) -> Any:
    """Return one number for each (call, line), or (incident, line) where calls have no number."""
    call, incident = view.call[rows], view.incident[rows]
    number = np.where(call >= 0, 2 * call, 2 * incident + 1)
    return number * 4 + line[view.code[rows]] + 1
