"""Colours, classes and how numbers are written: one look for maps, charts and tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

THIN_SPACE: Final = "\N{THIN SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
NONE: Final = "\N{EN DASH}"

SEA: Final = "#eef3f7"
LAND: Final = "#dfe3e6"
INK: Final = "#22303c"
QUIET: Final = "#5d6b78"
ROAD: Final = "#ffffff"
FERRY: Final = "#7f97ad"
EDGE: Final = "#a9b6c2"
SITE: Final = "#d7301f"

YLGNBU: Final = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
"""ColorBrewer YlGnBu in five classes: told apart by colour-blind readers and in grey print."""
DIVERGING: Final = ("#01665e", "#5ab4ac", "#c7eae5", "#f2f2f0", "#f6e8c3", "#d8b365", "#8c510a")
"""ColorBrewer BrBG reversed: shorter is green, no change is light grey, longer is brown."""

SERIES: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's colours for lines and points: told apart by colour-blind readers."""
VERDICTS: Final = {
    "better": ("#01665e", "^"), "worse": ("#a6450c", "v"), "no_relevant_difference": (QUIET, "o"),
    "cannot_tell": ("#7d8a96", "D"), "": ("#9aa7b3", "s"),
}  # fmt: skip
"""Colour and mark of each verdict: the mark says it, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Classes of a map.

    Parameters
    ----------
    breaks
        Borders between the classes, rising, in minutes; a class holds its lower border.
    colours
        One more than borders.
    signed
        Write a sign before the borders.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    signed: bool = False

    def __post_init__(self) -> None:
        if len(self.colours) != len(self.breaks) + 1:
            raise ValueError("there must be one colour more than breaks")

    def colour(self, value: float) -> str:
        """Return the colour of a value.

        Examples
        --------
        >>> TRAVEL.colour(0) == YLGNBU[0], TRAVEL.colour(60) == YLGNBU[4]
        (True, True)
        """
        return self.colours[sum(value >= b for b in self.breaks)]

    def labels(self, lang: str) -> list[str]:
        """Return the text of each class."""
        said = [number(b, 0, lang, signed=self.signed) for b in self.breaks]
        below, above = {"nb": ("under", "og over"), "en": ("under", "and over")}[lang]
        to = {"nb": " til ", "en": " to "}[lang] if self.signed else "\N{EN DASH}"
        middle = [f"{a}{to}{b}" for a, b in pairwise(said)]
        return [f"{below} {said[0]}", *middle, f"{said[-1]} {above}"]


TRAVEL: Final = Classes(breaks=(12, 25, 40, 60), colours=YLGNBU)
"""Travel time to a clinic."""
RESPONSE: Final = Classes(breaks=(8, 12, 18, 25), colours=YLGNBU)
"""Response time; 12 and 25 minutes are the national aims."""
CHANGE: Final = Classes(breaks=(-10, -5, -1, 1, 5, 10), colours=DIVERGING, signed=True)
"""Change of a travel time."""
RESPONSE_CHANGE: Final = Classes(breaks=(-3, -2, -1, 1, 2, 3), colours=DIVERGING, signed=True)
"""Change of a response time."""

CLASSES: Final = {
    "travel": TRAVEL, "response": RESPONSE, "change": CHANGE, "response_change": RESPONSE_CHANGE,
}  # fmt: skip
"""By the names under which figures take them."""


def number(value: float | None, digits: int, lang: str, *, signed: bool = False) -> str:
    r"""Return a number as people write it: decimal comma in Norwegian, thin space in thousands.

    Examples
    --------
    >>> number(12345.67, 1, "nb"), number(-0.04, 1, "en"), number(None, 1, "en")
    ('12\u2009345,7', '0.0', '–')
    >>> number(1.5, 1, "en", signed=True), number(-1.5, 1, "nb", signed=True)
    ('+1.5', '−1,5')
    """
    if value is None or not math.isfinite(value):
        return NONE
    text = f"{abs(value):,.{digits}f}"
    zero = not any(c in "123456789" for c in text)
    text = text.replace(",", THIN_SPACE)
    if lang == "nb":
        text = text.replace(".", ",")
    sign = "" if zero else MINUS if value < 0 else "+" if signed else ""
    return sign + text


_DIGITS: Final = {
    "min": 1, "s": 0, "share": 1, "h/week": 1, "1/day": 1, "1/week": 1, "1/1000/yr": 1,
    "NOK/week": 0,
}  # fmt: skip


def amount(value: float | None, unit: str, lang: str, *, signed: bool = False) -> str:
    r"""Return a value in sensible digits for its unit; shares in per cent.

    Examples
    --------
    >>> amount(0.1234, "share", "en"), amount(12.345, "min", "nb"), amount(1234.6, "h/week", "en")
    ('12.3', '12,3', '1\u2009235')
    """
    if value is None:
        return NONE
    digits = _DIGITS.get(unit, 2)
    if unit == "share":
        value *= 100
    elif abs(value) >= 1000:
        digits = 0
    return number(value, digits, lang, signed=signed)


_UNITS: Final = {
    "nb": {
        "min": "min", "s": "s", "share": "%", "h/week": "t/uke", "1/day": "per døgn",
        "1/week": "per uke", "1/1000/yr": "per 1000 og år", "NOK/week": "kr/uke",
    },
    "en": {
        "min": "min", "s": "s", "share": "%", "h/week": "h/week", "1/day": "per day",
        "1/week": "per week", "1/1000/yr": "per 1000 a year",
    },
}  # fmt: skip


def unit_name(unit: str, lang: str) -> str:
    """Return a unit as it stands in tables.

    Examples
    --------
    >>> unit_name("share", "en"), unit_name("h/week", "nb"), unit_name("km", "nb")
    ('%', 't/uke', 'km')
    """
    return _UNITS[lang].get(unit, unit)
