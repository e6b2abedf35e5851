"""What stands in an opening_hours text: its rules and its time ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

DAY_MINUTES = 1440
_CLOCK = r"(\d{1,2}):(\d{2})"
_RANGE = re.compile(rf"{_CLOCK}\s*-\s*{_CLOCK}")
_TIME = re.compile(_CLOCK)
_QUOTED = re.compile(r'"[^"]*"')
_REFUSED = (
    (re.compile(r"\b(sunrise|sunset|dawn|dusk)\b"), "the sun's times are not known here"),
    (re.compile(r"\bSH\b"), "there is no calendar of school holidays; write the dates"),
    (re.compile(r"\bunknown\b"), "a shift is open or closed, never unknown"),
    (re.compile(r"\d:\d{2}\s*\+"), "an open end; write when the shift ends"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """One ``08:00-15:00`` of a text.

    Parameters
    ----------
    position, length
        Where it stands in the text.
    start, end
        Minutes since midnight; ``end`` is above ``start`` (a night ends after 1440).
    """

    position: int
    length: int
    start: int
    end: int


def without_comments(text: str) -> str:
    """Return the text with quoted comments blanked, every place kept."""
    return _QUOTED.sub(lambda m: " " * len(m.group()), text)


def rules(text: str) -> list[str]:
    """Return the rules that are separated by ``;``.

    Examples
    --------
    >>> rules("Mo-Fr 08:00-16:00; PH off")
    ['Mo-Fr 08:00-16:00', 'PH off']
    """
    cuts = [-1, *(m.start() for m in re.finditer(";", without_comments(text))), len(text)]
    parts = (text[a + 1 : b].strip() for a, b in pairwise(cuts))
    return [part for part in parts if part]


def time_ranges(text: str) -> list[TimeRange]:
    """Return the time ranges in the order of the text."""
    found: list[TimeRange] = []
    for match in _RANGE.finditer(without_comments(text)):
        h1, m1, h2, m2 = (int(x) for x in match.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        found.append(
            TimeRange(
                position=match.start(),
                length=match.end() - match.start(),
                start=start,
                end=end if end > start else end + DAY_MINUTES,
            )
        )
    return found


def with_gaps_between_shifts(text: str) -> str | None:
    """Return the text with a minute cut off each range that another range follows at once.

    The evaluated text loses where one shift ends and the next begins; with the gaps it shows.
    Midnight is mere notation (``00:00-08:00,23:00-24:00``) and gets none. None: nothing to cut.
    """
    all_ranges = time_ranges(text)
    result = text
    for one in reversed(all_ranges):
        border = one.end % DAY_MINUTES
        followed = border and any(
            other is not one and other.start % DAY_MINUTES == border for other in all_ranges
        )
        if followed and one.end - one.start > 1:
            short = f"{clock(one.start)}-{clock((one.end - 1) % DAY_MINUTES)}"
            result = result[: one.position] + short + result[one.position + one.length :]
    return None if result == text else result


def with_free_hour(text: str, hour: int) -> tuple[str, int] | None:
    """Return the text with all times of ``hour`` moved into an empty neighbour hour, and that hour.

    None: the text has no time in ``hour``.

    Raises
    ------
    ValueError
        Both neighbour hours have times too.
    """
    hours = {int(m.group(1)) % 24 for m in _TIME.finditer(without_comments(text))}
    if hour not in hours:
        return None
    target = next((h for h in (hour + 1, hour - 1) if h not in hours), None)
    if target is None:
        raise ValueError(
            f"times in each of the hours {hour - 1:02d}, {hour:02d} and {hour + 1:02d} cannot be "
            "told apart on the day when the clocks go forward"
        )

    def moved(match: re.Match[str]) -> str:
        h = int(match.group(1))
        return f"{h - hour + target:02d}:{match.group(2)}" if h % 24 == hour else match.group()

    return _TIME.sub(moved, text), target


def refusals(text: str) -> list[str]:
    """Return why the model cannot use a text that the syntax allows."""
    plain = without_comments(text)
    return [why for pattern, why in _REFUSED if pattern.search(plain)]


def clock(minutes: int) -> str:
    """Return minutes since midnight as ``hh:mm``."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
