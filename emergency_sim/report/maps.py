"""Maps of minutes before and after a change, and of the change itself, as PNG and SVG."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.report.map_canvas import look, outline, save
from emergency_sim.report.map_marks import MapPlace, draw_legend, draw_places, draw_scale_bar
from emergency_sim.report.style import (
    EDGE,
    FERRY,
    INK,
    LAND,
    QUIET,
    ROAD,
    SEA,
    Classes,
)
from emergency_sim.report.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.report.map_cells import MapCells

SOURCE: Final = "Kartverket CC BY 4.0, SSB NLOD"
_PANEL: Final = (5.2, 6.2)
"""Width of one of three panels and height of a figure, in inches; a single map is wider."""
_ALONE: Final = 7.4
_DPI: Final = 130
_SIGNS: Final = {11.0: 12.2, 9.5: 13.6, 8.5: 15.6}
"""Signs of a size of type that surely fit on an inch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One of the maps of a figure.

    Parameters
    ----------
    title
        Above the map.
    values
        Minutes per zone; NaN: no value.
    classes
        Colours.
    places
        What is marked.
    missing
        What it means that a zone has no value.
    borders
        Shapely geometries whose edges are drawn, such as municipalities.
    """

    title: str
    values: NDArray[Any]
    classes: Classes
    places: tuple[MapPlace, ...] = ()
    missing: str = ""
    borders: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of maps beside each other.

    Parameters
    ----------
    title, subtitle
        What is shown, in words.
    panels
        Left to right.
    note
        Below, before the source.
    lang
        ``nb`` or ``en``.
    """

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    note: str = ""
    lang: str = "en"


def draw(figure: Figure, cells: MapCells, paths: Sequence[Path]) -> None:
    """Draw a figure into files; their names end in ``.png`` or ``.svg``.

    Parameters
    ----------
    figure
        What to draw.
    cells
        Areas and lines of the region.
    paths
        Files to write.
    """
    with look():
        save(drawn(figure, cells), paths, dpi=_DPI)


def drawn(figure: Figure, cells: MapCells) -> Any:
    """Return matplotlib's figure of some maps beside each other.

    Parameters
    ----------
    figure
        What to draw.
    cells
        Areas and lines of the region.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    n = len(figure.panels)
    width_in, height_in = (_ALONE if n == 1 else _PANEL[0] * n), _PANEL[1]
    words = TEXTS[figure.lang]
    foot = _lines(f"{words['source']}: {SOURCE}. {words['cells_note']}", 8.5, width_in)
    notes = _lines(figure.note, 9.5, width_in)
    subtitle = _lines(figure.subtitle, 11.0, width_in)
    more = 0.155 * (len(foot) - 1) + 0.175 * max(len(notes) - 1, 0)
    over = 0.19 * max(len(subtitle) - 1, 0)
    height_in += more + over
    with look():
        canvas = Canvas(figsize=(width_in, height_in), facecolor="white")
        FigureCanvasAgg(canvas)
        left, width, gap = 0.1872 / width_in, (1 - 0.3744 / width_in) / n, 0.1872 / width_in
        bottom, high = (0.527 + more) / height_in, 4.743 / height_in
        for i, panel in enumerate(figure.panels):
            axes = canvas.add_axes((left + i * width, bottom, width - gap, high))
            _panel(axes, panel, cells, figure.lang, scale=i == 0, alone=n == 1)
        top = height_in - 0.1736
        canvas.text(
            left, top / height_in, figure.title, size=17, weight="bold", color=INK, va="top"
        )
        for k, line in enumerate(subtitle):
            y = (height_in - 0.465 - 0.19 * k) / height_in
            canvas.text(left, y, line, size=11, color=QUIET, va="top")
        for k, line in enumerate(reversed(foot)):
            y = (0.0992 + 0.155 * k) / height_in
            canvas.text(left, y, line, size=8.5, color=QUIET, va="bottom")
        for k, line in enumerate(reversed(notes)):
            y = (0.2914 + 0.155 * (len(foot) - 1) + 0.175 * k) / height_in
            canvas.text(left, y, line, size=9.5, color=INK, va="bottom")
        return canvas


def _lines(text: str, size: float, width_in: float) -> list[str]:
    return textwrap.wrap(text, int((width_in - 0.37) * _SIGNS[size])) if text else []


def _panel(
    axes: Any, panel: Panel, cells: MapCells, lang: str, *, scale: bool, alone: bool
) -> None:
    from matplotlib.collections import LineCollection, PathCollection

    axes.set_facecolor(SEA)
    axes.set_title(panel.title, size=12, color=INK, loc="left", pad=7)
    values = np.asarray(panel.values, float)
    known = np.isfinite(values)
    shapes = [outline(cell) for cell in cells.cells]
    colours = [panel.classes.colour(v) if k else LAND for v, k in zip(values, known, strict=True)]
    fill = PathCollection(shapes, facecolors=colours, edgecolors=colours, linewidths=0.25)
    axes.add_collection(fill)
    few = [s for s, k in zip(shapes, known, strict=True) if not k]
    if few:
        axes.add_collection(
            PathCollection(few, facecolors="none", edgecolors="#9aa7b3", linewidths=0, hatch="////")
        )
    axes.add_collection(LineCollection(list(cells.roads), colors=ROAD, linewidths=0.55, alpha=0.8))
    edge = PathCollection(
        [outline(cells.outline)], facecolors="none", edgecolors=EDGE, linewidths=0.6
    )
    axes.add_collection(edge)
    for border in panel.borders:
        axes.add_collection(
            PathCollection([outline(border)], facecolors="none", edgecolors=INK, linewidths=0.55)
        )
    axes.add_collection(
        LineCollection(list(cells.ferries), colors=FERRY, linewidths=0.7, linestyles=(0, (3, 2)))
    )
    west, south, east, north = cells.bounds
    room = 0.04 * (north - south)
    axes.set_xlim(west - 3_000, east + 3_000)
    axes.set_ylim(south - room, north + room)
    axes.set_aspect("equal", anchor="W" if alone else "C")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color("#c9d3db")
        side.set_linewidth(0.8)
    draw_places(axes, panel.places)
    draw_legend(axes, panel.classes, panel.places, lang, missing=panel.missing if few else "")
    if scale:
        draw_scale_bar(axes)
