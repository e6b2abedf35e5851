"""Maps of minutes before and after a change, and of the change itself, as PNG and SVG."""

from __future__ import annotations

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
_SIZE: Final = (15.6, 6.2)
_DPI: Final = 130


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
    """

    title: str
    values: NDArray[Any]
    classes: Classes
    places: tuple[MapPlace, ...] = ()
    missing: str = ""


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
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    with look():
        canvas = Canvas(figsize=_SIZE, facecolor="white")
        FigureCanvasAgg(canvas)
        n = len(figure.panels)
        left, width, gap = 0.012, 0.976 / n, 0.012
        for i, panel in enumerate(figure.panels):
            axes = canvas.add_axes((left + i * width, 0.085, width - gap, 0.765))
            _panel(axes, panel, cells, figure.lang, scale=i == 0)
        canvas.text(left, 0.972, figure.title, size=17, weight="bold", color=INK, va="top")
        canvas.text(left, 0.925, figure.subtitle, size=11, color=QUIET, va="top")
        words = TEXTS[figure.lang]
        foot = f"{words['source']}: {SOURCE}. {words['cells_note']}"
        canvas.text(left, 0.016, foot, size=8.5, color=QUIET, va="bottom")
        if figure.note:
            canvas.text(left, 0.047, figure.note, size=9.5, color=INK, va="bottom")
        save(canvas, paths, dpi=_DPI)


def _panel(axes: Any, panel: Panel, cells: MapCells, lang: str, *, scale: bool) -> None:
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
    axes.add_collection(
        LineCollection(list(cells.ferries), colors=FERRY, linewidths=0.7, linestyles=(0, (3, 2)))
    )
    west, south, east, north = cells.bounds
    room = 0.04 * (north - south)
    axes.set_xlim(west - 3_000, east + 3_000)
    axes.set_ylim(south - room, north + room)
    axes.set_aspect("equal", anchor="C")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color("#c9d3db")
        side.set_linewidth(0.8)
    draw_places(axes, panel.places)
    draw_legend(axes, panel.classes, panel.places, lang, missing=panel.missing if few else "")
    if scale:
        draw_scale_bar(axes)
