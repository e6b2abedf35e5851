"""The legend of a travel-time map: its classes with the people in them, and what is marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.report.map_labels import mark
from emergency_sim.report.map_texts import map_word
from emergency_sim.report.style import FERRY, INK, LAND, QUIET, number

if TYPE_CHECKING:
    from emergency_sim.report.style import Classes

_ROW: Final = 4.7
"""Millimetres from line to line."""
_EDGE: Final = 2.6
_SWATCH: Final = 6.0
_NAMES: Final = 34.0
_FIGURES: Final = 19.0
_SHARES: Final = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """What a legend says.

    Parameters
    ----------
    classes
        Of the map.
    lang
        ``nb`` or ``en``.
    people
        Inhabitants per class; after them, if there is one more, those without a value. Empty:
        not known.
    missing, rest
        What hatched areas and bare land are; empty: there are none.
    states
        Which marks of facilities the map has.
    site_word
        What facilities they are.
    ferries
        Whether the map has ferries.
    """

    classes: Classes
    lang: str
    people: tuple[float, ...] = ()
    missing: str = ""
    rest: str = ""
    states: tuple[str, ...] = ()
    site_word: str = ""
    ferries: bool = False

    def size_mm(self) -> tuple[float, float]:
        """Return width and height in millimetres."""
        width = 2 * _EDGE + _SWATCH + 2.5 + _NAMES
        if self.people:
            width += _FIGURES + _SHARES - 6
        rows = 1 + len(self.classes.colours) + bool(self.missing) + bool(self.rest)
        rows += len(self.states) + self.ferries
        gap = 1.6 if self.states or self.ferries else 0.0
        return width, 2 * _EDGE + rows * _ROW + gap


def draw_legend_table(axes: Any, legend: Legend) -> None:
    """Draw a legend into axes of exactly its size.

    Parameters
    ----------
    axes
        Placed on the page, as large as :meth:`Legend.size_mm` says.
    legend
        What to say.
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    width, height = legend.size_mm()
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    axes.set_facecolor((1, 1, 1, 0.94))
    for side in axes.spines.values():
        side.set(color="#c9d3db", linewidth=0.7)
    y = _EDGE + _ROW / 2
    lang = legend.lang
    heading = map_word("change_minutes" if legend.classes.signed else "minutes", lang)
    small = {"size": 7.2, "color": QUIET, "va": "center_baseline"}
    axes.text(_EDGE, y, heading, size=8.4, color=INK, weight="bold", va="center_baseline")
    if legend.people:
        axes.text(width - _EDGE - _SHARES, y, map_word("people", lang), ha="right", **small)
        axes.text(width - _EDGE, y, map_word("share", lang), ha="right", **small)
    for index, (colour, label, hatch) in enumerate(_areas(legend)):
        y += _ROW
        axes.add_patch(
            Rectangle(
                (_EDGE, y - 1.6), _SWATCH, 3.2, facecolor=colour, linewidth=0.4,
                edgecolor="#8896a3", hatch=hatch,
            )
        )  # fmt: skip
        _say(axes, y, label)
        if index < len(legend.people):
            _people(axes, legend, index, y)
    y += 1.6
    for state in legend.states:
        y += _ROW
        axes.scatter(_EDGE + _SWATCH / 2, y, **mark(state, 5.5))
        words = [legend.site_word] if legend.site_word else []
        if state != "open" or not words:
            words.append(map_word(state, lang))
        _say(axes, y, " ".join(words))
    if legend.ferries:
        y += _ROW
        axes.add_line(
            Line2D(
                [_EDGE, _EDGE + _SWATCH], [y, y], color=FERRY, linewidth=1.1,
                linestyle=(0, (3, 1.6)),
            )
        )  # fmt: skip
        _say(axes, y, map_word("ferry", lang))


def _areas(legend: Legend) -> list[tuple[str, str, str]]:
    """Return colour, words and hatching of all areas, those with people first."""
    labels = legend.classes.labels(legend.lang)
    rows = [(c, label, "") for c, label in zip(legend.classes.colours, labels, strict=True)]
    if legend.missing:
        rows.append((LAND, legend.missing, "////"))
    if legend.rest:
        rows.append((LAND, legend.rest, ""))
    return rows


def _say(axes: Any, y: float, words: str) -> None:
    axes.text(_EDGE + _SWATCH + 2.5, y, words, size=8, color=INK, va="center_baseline")


def _people(axes: Any, legend: Legend, index: int, y: float) -> None:
    width = legend.size_mm()[0]
    total = sum(legend.people)
    share = 100 * legend.people[index] / total if total else None
    look: dict[str, Any] = {"size": 8, "color": INK, "va": "center_baseline", "ha": "right"}
    said = number(legend.people[index], 0, legend.lang)
    axes.text(width - _EDGE - _SHARES, y, said, **look)
    axes.text(width - _EDGE, y, f"{number(share, 1, legend.lang)} %", **look)
