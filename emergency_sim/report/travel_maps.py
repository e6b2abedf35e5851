"""A map of travel times, or of their change, on a page of A4 for print and screen."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.report.map_backdrop import BEYOND, Backdrop, draw_areas, draw_lines
from emergency_sim.report.map_canvas import look, save
from emergency_sim.report.map_labels import STATES, Box, MapSite, draw_sites
from emergency_sim.report.map_legend import Legend, draw_legend_table
from emergency_sim.report.map_marks import draw_scale_bar
from emergency_sim.report.map_page import A4, MM_PER_INCH, SUBTITLE_MM, Frame, lay_out
from emergency_sim.report.map_texts import map_word
from emergency_sim.report.style import INK, LAND, QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.report.style import Classes

_SUBTITLE_SIGNS: Final = 0.48
_FOOT_SIGNS: Final = 0.68
"""Signs per millimetre of a page's width that surely fit beside each other."""
DPI: Final = 220
"""Of a PNG: sharp in print, 1,800 by 2,600 dots."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelMap:
    """One map.

    Parameters
    ----------
    title, subtitle
        What is shown.
    areas
        A shapely geometry per class, maybe empty (:func:`areas_by_class` of zones or cells,
        :func:`emergency_sim.network.isochrones.bands`).
    classes
        Borders and colours.
    missing
        Area of those that nobody can get to, or None; ``missing_label`` says why.
    rest_label
        What a map leaves bare, such as "outside, or far from a road"; empty: nothing.
    people
        Inhabitants per class, then maybe of the missing; empty: not known.
    sites, site_word
        Facilities, and what they are: "legevakt".
    notes
        Lines above the source: which wait for ferries, whose clinic (R8, R9).
    source
        Sources and licences.
    lang
        ``nb`` or ``en``.
    """

    title: str
    areas: Sequence[Any]
    classes: Classes
    source: str
    subtitle: str = ""
    missing: Any = None
    missing_label: str = ""
    rest_label: str = ""
    people: tuple[float, ...] = ()
    sites: tuple[MapSite, ...] = ()
    site_word: str = ""
    notes: tuple[str, ...] = field(default=())
    lang: str = "nb"


def areas_by_class(
    shapes: NDArray[Any], minutes: NDArray[Any], classes: Classes
) -> tuple[tuple[Any, ...], Any]:
    """Return zones or cells joined to one area per class, and the area of those without minutes.

    Parameters
    ----------
    shapes
        Shapely polygons.
    minutes
        float64 per shape; NaN or ``inf``: nobody gets there.
    classes
        Borders.
    """
    import shapely

    known = np.isfinite(minutes)
    of = np.searchsorted(classes.breaks, minutes, side="right")
    shapes = np.asarray(shapes, dtype=object)
    joined = [shapely.union_all(shapes[known & (of == i)]) for i in range(len(classes.colours))]
    return tuple(joined), shapely.union_all(shapes[~known])


def draw_travel_map(
    travel: TravelMap,
    backdrop: Backdrop,
    paths: Sequence[Path],
    *,
    beside: Sequence[TravelMap] = (),
) -> None:
    """Draw a map into files; their names end in ``.png`` or ``.svg``.

    Parameters
    ----------
    travel
        What to show.
    backdrop
        What lies under it.
    paths
        Files to write.
    beside
        Maps to compare it with: all get the same page, scale and place of the legend.

    Raises
    ------
    ValueError
        There are not as many areas as classes.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if len(travel.areas) != len(travel.classes.colours):
        raise ValueError("each class needs one area, even if it is empty")
    legend = _legend(travel, backdrop)
    frame = _frame((travel, *beside), backdrop)
    left, bottom, _, room = frame.legend_mm
    width, height = legend.size_mm()
    up = bottom if _stands_low(frame) else bottom + room - height
    with look():
        page = (frame.page[0] / MM_PER_INCH, frame.page[1] / MM_PER_INCH)
        canvas = Figure(figsize=page, facecolor="white")
        FigureCanvasAgg(canvas)
        canvas.set_dpi(DPI)
        axes = canvas.add_axes(frame.share(frame.map_mm))
        west, south, east, north = frame.bounds
        axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
        bare = backdrop.land is None and backdrop.around is None
        axes.set_facecolor(LAND if bare else BEYOND)
        for side in axes.spines.values():
            side.set(color="#c9d3db", linewidth=0.8)
        draw_areas(axes, backdrop, frame.scale, _fills(travel))
        draw_lines(axes, backdrop, frame.bounds, frame.scale)
        draw_scale_bar(axes)
        table = canvas.add_axes(frame.share((left, up, width, height)), zorder=10)
        draw_legend_table(table, legend)
        draw_sites(
            axes,
            travel.sites,
            points=frame.mark_points,
            size=frame.type_points,
            taken=_taken(axes, table),
        )
        _write(canvas, travel, frame)
        save(canvas, paths, dpi=DPI)


def _frame(maps: Sequence[TravelMap], backdrop: Backdrop) -> Frame:
    """Return the page that suits all of some maps."""
    import shapely

    sizes = [_legend(one, backdrop).size_mm() for one in maps]
    cover = shapely.union_all([shapely.union_all(_cover(one, backdrop)) for one in maps])
    return lay_out(
        backdrop.bounds,
        cover,
        (max(width for width, _ in sizes), max(height for _, height in sizes)),
        lines=max(len(_foot(one, A4[0])) for one in maps),
        subtitle=max(len(_subtitle(one, A4[0])) for one in maps),
    )


def _stands_low(frame: Frame) -> bool:
    """Return whether the legend stands in the lower half of the map."""
    middle = frame.legend_mm[1] + frame.legend_mm[3] / 2
    return middle < frame.map_mm[1] + frame.map_mm[3] / 2


def _legend(travel: TravelMap, backdrop: Backdrop) -> Legend:
    import shapely

    bare = travel.missing is None or shapely.is_empty(travel.missing)
    marked = {site.state for site in travel.sites}
    return Legend(
        classes=travel.classes,
        lang=travel.lang,
        people=travel.people,
        missing="" if bare else travel.missing_label or map_word("no_way", travel.lang),
        rest=travel.rest_label,
        states=tuple(state for state in STATES if state in marked),
        site_word=travel.site_word,
        ferries="ferry" in set(backdrop.highway),
    )


def _cover(travel: TravelMap, backdrop: Backdrop) -> Any:
    """Return what the legend should leave free."""
    import shapely

    parts = [*travel.areas, travel.missing] if backdrop.land is None else [backdrop.land]
    boxes = [shapely.simplify(p, 500.0) for p in parts if p is not None]
    return shapely.GeometryCollection([p for p in boxes if not p.is_empty])


def _fills(travel: TravelMap) -> list[tuple[Any, dict[str, Any]]]:
    """Return each area with matplotlib's words for how it is filled."""
    fills: list[tuple[Any, dict[str, Any]]] = [
        (area, {"facecolor": colour, "edgecolor": colour, "linewidth": 0.2})
        for area, colour in zip(travel.areas, travel.classes.colours, strict=True)
    ]
    if travel.missing is not None:
        bare = {"facecolor": LAND, "edgecolor": "#9aa7b3", "linewidth": 0.0, "hatch": "////"}
        fills.append((travel.missing, bare))
    return fills


def _taken(axes: Any, table: Any) -> list[Box]:
    """Return the pixels of the legend and of the scale bar."""
    legend, frame = table.get_window_extent(), axes.get_window_extent()
    return [
        (legend.x0, legend.y0, legend.x1, legend.y1),
        (frame.x1 - 0.38 * frame.width, frame.y0, frame.x1, frame.y0 + 0.1 * frame.height),
    ]


def _subtitle(travel: TravelMap, width_mm: float) -> list[str]:
    """Return the lines of the subtitle on a page."""
    return textwrap.wrap(travel.subtitle, int(width_mm * _SUBTITLE_SIGNS))


def _foot(travel: TravelMap, width_mm: float) -> list[str]:
    """Return the lines below the map on a page: notes, then the source."""
    said = (*travel.notes, f"{map_word('source', travel.lang)}: {travel.source}")
    return [line for text in said for line in textwrap.wrap(text, int(width_mm * _FOOT_SIGNS))]


def _write(canvas: Any, travel: TravelMap, frame: Frame) -> None:
    """Write title, subtitle, notes and source around the map."""
    x, y = frame.at(frame.left_mm, frame.top_mm)
    canvas.text(x, y, travel.title, size=15, weight="bold", color=INK, va="top")
    for number, line in enumerate(_subtitle(travel, frame.page[0])):
        x, y = frame.at(frame.left_mm, frame.top_mm - 7.6 - number * SUBTITLE_MM)
        canvas.text(x, y, line, size=9.5, color=QUIET, va="top")
    for number, line in enumerate(reversed(_foot(travel, frame.page[0]))):
        x, y = frame.at(frame.left_mm, frame.bottom_mm + number * frame.line_mm)
        canvas.text(x, y, line, size=7.6, color=QUIET, va="bottom")
