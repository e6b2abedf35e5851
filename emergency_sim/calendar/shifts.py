"""Shifts written as OSM opening_hours, evaluated to seconds of a run.

Time is naive local time in which every day has 24 hours (assumption A1). The library works in real
local time, so on the one day a year whose hour 02 does not exist its answer is put right here.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from emergency_sim.calendar import opening_hours_text as written
from emergency_sim.domain.schedule import Intervals
from emergency_sim.domain.units import DAY, HOUR, MINUTE, SLOT, WEEK

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from opening_hours import OpeningHours

PLAIN_WEEK: Final = date(2024, 1, 8)
"""Monday of a week without public holidays."""
HOLIDAY_WEEK: Final = date(2024, 4, 29)
"""Monday of a week whose Wednesday (1 May) is a public holiday."""
_MISSING_HOUR: Final = 2
_NOTHING: Final = "00:00-00:01"
"""Stands for a range that is left out: it covers no whole hour, and its rule stays a rule."""
_SAMPLE: Final = (date(2024, 1, 1), 731)

Span = tuple[float, float]


@lru_cache(maxsize=4096)
def _opening_hours(text: str) -> OpeningHours:
    """Return the parsed text: the only place where the library's class is made."""
    from opening_hours import OpeningHours

    return OpeningHours(text, timezone=ZoneInfo("Europe/Oslo"), country="NO")


class ShiftCalendar:
    """The days of one run, on which shifts can be laid.

    Parameters
    ----------
    start
        Date of second 0.
    days
        Length of the run in days.

    Examples
    --------
    >>> calendar = ShiftCalendar(date(2024, 1, 1), 7)
    >>> calendar.intervals("Mo-Fr 08:00-16:00; PH off").hours()
    32.0
    """

    __slots__ = ("days", "start")

    def __init__(self, start: date, days: int) -> None:
        if days < 1:
            raise ValueError(f"days must be at least 1 (got {days})")
        self.start = start
        self.days = days

    def intervals(self, text: str) -> Intervals:
        """Return when a shift is on, in seconds since midnight of ``start``, clipped to the days.

        A change of shift stays a border: where the text has two ranges of which one ends when the
        other begins (``08:00-15:00,15:00-22:00``); midnight is never one, because a night is often
        written ``00:00-08:00,23:00-24:00``.

        Raises
        ------
        ValueError
            The text is no opening_hours; :func:`check` says why.
        """
        return _intervals(text, self.start, self.days)


@lru_cache(maxsize=8192)
def _intervals(text: str, start: date, days: int) -> Intervals:
    faults = check(text)
    if faults:
        raise ValueError(f"{text!r}: {'; '.join(faults)}")
    spans = _open_spans(text, start, days)
    gapped = written.with_gaps_between_shifts(text)
    if gapped is not None:
        spans = _cut(spans, [a for a, _ in _open_spans(gapped, start, days)])
    array = np.array(spans, float).reshape(-1, 2)
    array.flags.writeable = False
    return Intervals(start=array[:, 0], end=array[:, 1])


def _open_spans(text: str, start: date, days: int) -> list[Span]:
    """Return the open spans, those that touch merged, in seconds since ``start``."""
    spans = _library_spans(text, start, days)
    for year in range(start.year, (start + timedelta(days=days)).year + 1):
        day = (_clocks_forward(year) - start).days
        moved = written.with_free_hour(text, _MISSING_HOUR)
        if 0 <= day < days and moved is not None:
            spans = _with_day(spans, day * DAY, _whole_day(*moved, start + timedelta(days=day)))
    return spans


def _library_spans(text: str, start: date, days: int) -> list[Span]:
    from opening_hours import State

    first = datetime.combine(start, time())
    spans: list[Span] = []
    for opens, closes, state, _ in _opening_hours(text).intervals(
        first, first + timedelta(days=days)
    ):
        if state != State.OPEN:
            continue
        a = (opens.replace(tzinfo=None) - first).total_seconds()
        b = (closes.replace(tzinfo=None) - first).total_seconds()
        if spans and spans[-1][1] == a:  # open with another comment
            a = spans.pop()[0]
        spans.append((a, b))
    return spans


def _clocks_forward(year: int) -> date:
    last = date(year, 3, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _whole_day(moved_text: str, target: int, day: date) -> list[Span]:
    """Return the spans of a day without hour 02, from a text whose 02 times stand in ``target``."""
    shift = (target - _MISSING_HOUR) * HOUR

    def back(t: float) -> float:
        return t - shift if target * HOUR <= t < (target + 1) * HOUR else t

    return [(back(a), back(b)) for a, b in _library_spans(moved_text, day, 1)]


def _with_day(spans: list[Span], at: float, day: list[Span]) -> list[Span]:
    """Return ``spans`` with the 24 hours from ``at`` replaced by ``day``."""
    parts = [(a, min(b, at)) for a, b in spans if a < at]
    parts += [(a + at, b + at) for a, b in day]
    parts += [(max(a, at + DAY), b) for a, b in spans if b > at + DAY]
    merged: list[Span] = []
    for a, b in parts:
        if merged and merged[-1][1] == a:
            merged[-1] = (merged[-1][0], b)
        else:
            merged.append((a, b))
    return merged


def _cut(spans: list[Span], borders: list[float]) -> list[Span]:
    """Return the spans cut at those borders that lie inside one."""
    result: list[Span] = []
    for a, b in spans:
        inside = [t for t in borders if a < t - MINUTE and t < b]
        edges = [a, *inside, b]
        result += list(pairwise(edges))
    return result


def check(text: str) -> list[str]:
    """Return what is wrong with an opening_hours text; empty: nothing.

    Examples
    --------
    >>> check("Mo-Fr 08:00-16:00; PH off")
    []
    >>> check("Mo-Fri 08:00-16:00")
    ["no opening_hours, from column 6: 'i 08:00-16:00'"]
    """
    from opening_hours import ParserError  # type: ignore[attr-defined]

    try:
        _opening_hours(text)
    except ParserError as error:
        place = re.search(r"--> \d+:(\d+)", str(error))
        column = int(place.group(1)) if place else 1
        return [f"no opening_hours, from column {column}: {text[column - 1 :]!r}"]
    faults = written.refusals(text)
    try:
        written.with_free_hour(text, _MISSING_HOUR)
    except ValueError as error:
        faults.append(str(error))
    return faults


def hidden_rules(text: str) -> list[str]:
    """Return warnings about rules that a later ``;`` rule hides, wholly or on one side of midnight.

    A later rule takes whole calendar days: the night that runs into such a day ends at midnight,
    and of a night that begins on such a day the part after midnight stays.

    Examples
    --------
    >>> hidden_rules("Mo-Fr 08:00-16:00; PH off")
    []
    >>> for line in hidden_rules("Mo-Fr 16:00-08:00; Sa 12:00-15:00"):
    ...     print(line)
    the night of 'Mo-Fr 16:00-08:00' is cut at midnight by a later rule (first on a Saturday);
    put a comma instead of ';' before the later rule, or give each day its own hours
    """
    start, days = _SAMPLE
    parts = written.rules(text)
    whole = _library_spans(text, start, days)
    borders = {t for span in whole for t in span}
    warnings: list[str] = []
    for i, rule in enumerate(parts[:-1]):
        others = "; ".join(parts[:i] + parts[i + 1 :])
        if _library_spans(others, start, days) == whole:
            warnings.append(f"{rule!r} changes nothing: a later rule hides it")
            continue
        if all(one.end <= written.DAY_MINUTES for one in written.time_ranges(rule)):
            continue  # written day by day: a midnight is where it was meant to be
        alone = _library_spans(rule, start, days)
        cut = [t for a, b in alone for t in _midnights(a, b) if t in borders]
        if cut:
            day = (datetime.combine(start, time()) + timedelta(seconds=cut[0])).strftime("%A")
            warnings.append(
                f"the night of {rule!r} is cut at midnight by a later rule (first on a {day}); "
                "put a comma instead of ';' before the later rule, or give each day its own hours"
            )
    return warnings


def _midnights(a: float, b: float) -> list[float]:
    """Return the midnights inside a span, the run's end left out."""
    inside = np.arange(np.floor(a / DAY) + 1, np.ceil(b / DAY)) * DAY
    return [float(t) for t in inside if t < _SAMPLE[1] * DAY]


def quarters_of_week(text: str, monday: date = PLAIN_WEEK) -> NDArray[np.bool_]:
    """Return for the 672 quarters of an hour from Monday 00:00 whether the shift is on."""
    return ShiftCalendar(monday, 7).intervals(text).slots(WEEK)


def hours_of_week(text: str, monday: date = PLAIN_WEEK) -> NDArray[np.bool_]:
    """Return for the 168 hours from Monday 00:00 whether the shift is on during all of the hour.

    Examples
    --------
    >>> int(hours_of_week("Mo-Fr 15:30-08:00").sum())
    80
    """
    quarters = quarters_of_week(text, monday)
    return np.asarray(quarters.reshape(168, int(HOUR / SLOT)).all(axis=1), bool)


def coverage_of_week(text: str, monday: date = PLAIN_WEEK) -> NDArray[np.int64]:
    """Return how many ranges of the text cover each of the 168 hours; 2 is an overlap to look at.

    Examples
    --------
    >>> cover = coverage_of_week("Mo-Fr 08:00-16:00, Mo 14:00-20:00")
    >>> cover[:24].tolist()
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0]
    """
    open_hours = hours_of_week(text, monday)
    counts = np.zeros(168, np.int64)
    ranges = written.time_ranges(text)
    for one in ranges:
        alone = text
        for other in reversed(ranges):
            if other is not one:
                alone = alone[: other.position] + _NOTHING + alone[other.position + other.length :]
        counts += hours_of_week(alone, monday)
    return np.asarray(np.where(open_hours, np.maximum(counts, 1), 0), np.int64)
