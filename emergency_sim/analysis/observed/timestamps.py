"""Times as a log writes them: strictly read, put on a clock without jumps, jumps counted.

Model time has 24 hours in every day (assumption A1). So an incident's first time is taken as the
clock on the wall shows it, and all after that is the time that really passed (assumption A60): hours
of the week are right, and so is every duration, also in the nights when the clock is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE: Final = np.int64(-(2**62))
"""Stands for an empty cell."""
BAD: Final = np.int64(-(2**62) - 1)
"""Stands for a cell that is no time."""
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a clock on the wall
_FAST: Final = frozenset("dmYHMS")
_ROLLED_DAYS: Final = np.array([0, 0, 3, 0, 1, 0, 1, 0, 0, 1, 0, 1])
"""By month: first days that a day which does not exist (31 April) would become."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Times:
    """One column of times.

    Parameters
    ----------
    wall_ms, true_ms
        int64 milliseconds since 1970 by the clock on the wall, and as time really passed;
        :data:`NONE` where the cell is empty, :data:`BAD` where it is no time.
    repeated
        Cells in the hour that comes twice in autumn.
    """

    wall_ms: NDArray[np.int64]
    true_ms: NDArray[np.int64]
    repeated: NDArray[np.bool_]


def read_times(cells: Any, time_format: str, time_zone: str) -> Times:
    """Return a column of times.

    Parameters
    ----------
    cells
        pyarrow array of text; empty cells are no fault.
    time_format
        As ``strptime``: day, month, year, hour, minute and perhaps second.
    time_zone
        IANA name.

    Notes
    -----
    A time in the hour that the clock skips in spring does not exist and is bad. One in the hour that
    comes twice is taken as the first of the two; :func:`settle_repeated` moves it when the row says
    otherwise.
    """
    empty = np.array(cells.to_numpy(zero_copy_only=False) == "", bool)
    wall = _wall_ms(cells, time_format)
    wall[empty] = NONE
    known = wall > NONE
    repeated = np.zeros(len(wall), bool)
    true = wall.copy()
    if known.any():
        true[known], repeated[known], skipped = _true_ms(wall[known], time_zone)
        at = np.flatnonzero(known)[skipped]
        wall[at] = true[at] = BAD
    return Times(wall_ms=wall, true_ms=true, repeated=repeated)


def settle_repeated(columns: list[Times]) -> None:
    """Move times of the repeated hour by an hour where the row would otherwise run backwards.

    Parameters
    ----------
    columns
        A row's times in the order in which they happen; changed in place.
    """
    hour = 3_600_000
    before = np.full(len(columns[0].wall_ms), NONE)
    for one in columns:
        later = one.repeated & (one.true_ms < before) & (before > NONE)
        one.true_ms[later] += hour
        before = np.maximum(before, one.true_ms)


def _wall_ms(cells: Any, time_format: str) -> NDArray[np.int64]:
    letters = {time_format[i + 1] for i, c in enumerate(time_format[:-1]) if c == "%"}
    if not letters <= _FAST:
        return _slow(cells, time_format)
    import pyarrow.compute as pc

    parsed = pc.strptime(cells, format=time_format, unit="ms", error_is_null=True)
    wall = parsed.cast("int64").fill_null(int(BAD)).to_numpy(zero_copy_only=False).astype("int64")
    # strptime lets the 31st of February be the 2nd of March, and 60 seconds a minute.
    days = wall.astype("datetime64[ms]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    rolled = _ROLLED_DAYS[months.astype("int64") % 12]
    odd = (days - months).astype("int64") < rolled
    odd |= pc.match_substring(cells, ":60").to_numpy(zero_copy_only=False)
    texts, back = np.unique(
        cells.filter(np.asarray(odd)).to_numpy(zero_copy_only=False).astype(str),
        return_inverse=True,
    )
    fine = np.array([_is_time(str(x), time_format) for x in texts], bool)
    at = np.flatnonzero(odd)
    wall[at[~fine[back]]] = BAD
    return np.asarray(wall)


def _is_time(text: str, time_format: str) -> bool:
    try:
        datetime.strptime(text, time_format)  # noqa: DTZ007 - a clock on the wall
    except ValueError:
        return False
    return True


def _slow(cells: Any, time_format: str) -> NDArray[np.int64]:
    import pandas as pd

    texts = pd.Series(cells.to_numpy(zero_copy_only=False), dtype=object)
    parsed = pd.to_datetime(texts, format=time_format, errors="coerce").astype("datetime64[ms]")
    wall = parsed.to_numpy().astype("int64")
    return np.where(parsed.isna().to_numpy(), BAD, wall)


def _true_ms(
    wall: NDArray[np.int64], time_zone: str
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Return time as it passed, which lie in a repeated hour, and which do not exist.

    The offset of each hour that occurs is asked once.
    """
    zone = ZoneInfo(time_zone)
    quarter = 900_000  # zones change at whole quarters of an hour
    slots, back = np.unique(wall // quarter, return_inverse=True)
    offsets = np.zeros((len(slots), 2), "int64")
    for i, slot in enumerate(slots.tolist()):
        moment = _EPOCH + timedelta(milliseconds=slot * quarter)
        for fold in (0, 1):
            shift = zone.utcoffset(moment.replace(fold=fold))
            offsets[i, fold] = 0 if shift is None else round(shift.total_seconds() * 1000)
    first, second = offsets[:, 0], offsets[:, 1]
    true = wall - first[back]
    return true, (first > second)[back], np.flatnonzero((first < second)[back])
