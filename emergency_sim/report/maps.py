"""Maps of minutes before and after a change, and of the change itself, as PNG and SVG."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.report.style import (
    EDGE,
    FERRY,
    INK,
    LAND,
    QUIET,
    ROAD,
    SEA,
    SITE,
    Classes,
)
from emergency_sim.report.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.report.map_cells import MapCells

SOURCE: Final = "Kartverket CC BY 4.0, SSB NLOD"
_MARKERS: Final = {"legevakt": ("o", 34), "satellite": ("^", 38), "station": ("s", 13)}
_COMMON_WORDS: Final = re.compile(
    r"^(lokal (vakt)?lege (i|for)|legevakten i|ålesund legevakt, stasjon) "
    r"|( interkommunale| og omegn)? legevakt$| (omsorgssenter|sjukeheim|helsetun|helsehus)$",
    re.IGNORECASE,
)
_SIZE: Final = (15.6, 6.2)
_DPI: Final = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPlace:
    """A place that is marked on a map.

    Parameters
    ----------
    name
        Shown beside the mark; may be empty.
    kind
        ``legevakt``, ``satellite`` or ``station``.
    x, y
        EPSG:25833 metres.
    """

    name: str
    kind: str
    x: float
    y: float


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


def short_name(name: str) -> str:
    """Return the name of a site without the words that every site of its kind has.

    Examples
    --------
    >>> short_name("Molde interkommunale legevakt"), short_name("Lokal lege i Rauma")
    ('Molde', 'Rauma')
    """
    return _COMMON_WORDS.sub("", name).strip() or name


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

    with _look():
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
        for path in paths:
            metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
            canvas.savefig(path, dpi=_DPI, metadata=metadata)


@contextmanager
def _look() -> Iterator[None]:
    import matplotlib as mpl

    settings: Any = {
        "font.family": "DejaVu Sans",
        "svg.hashsalt": "emergency_sim",
        "hatch.linewidth": 0.5,
        "hatch.color": "#9aa7b3",
    }
    with mpl.rc_context(settings):
        yield


def _panel(axes: Any, panel: Panel, cells: MapCells, lang: str, *, scale: bool) -> None:
    from matplotlib.collections import LineCollection, PathCollection

    axes.set_facecolor(SEA)
    axes.set_title(panel.title, size=12, color=INK, loc="left", pad=7)
    values = np.asarray(panel.values, float)
    known = np.isfinite(values)
    shapes = [_path(cell) for cell in cells.cells]
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
        [_path(cells.outline)], facecolors="none", edgecolors=EDGE, linewidths=0.6
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
    _places(axes, panel.places)
    _legend(axes, panel, lang, few=bool(few))
    if scale:
        _scale_bar(axes)


def _path(cell: Any) -> Any:
    """Return a shapely polygon or multipolygon as one matplotlib path."""
    import shapely
    from matplotlib.path import Path as Outline

    rings = [
        shapely.get_coordinates(ring)
        for part in shapely.get_parts(cell)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    if not rings:
        return Outline(np.zeros((1, 2)))
    return Outline.make_compound_path(*[Outline(ring, closed=True) for ring in rings])


def _places(axes: Any, places: Sequence[MapPlace]) -> None:
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2.2, foreground="white")]
    for kind, (marker, size) in _MARKERS.items():
        own = [p for p in places if p.kind == kind]
        axes.scatter(
            [p.x for p in own], [p.y for p in own], marker=marker, s=size, zorder=5,
            color=SITE if kind != "station" else INK, edgecolor="white", linewidth=0.9,
        )  # fmt: skip
    taken: list[tuple[float, float, float, float]] = []
    metres = (axes.get_xlim()[1] - axes.get_xlim()[0]) / 470.0  # of one point of type
    for place in places:
        box = _room_for(place, taken, metres, axes.get_xlim())
        if not place.name or box is None:
            continue
        taken.append(box)
        axes.text(
            box[0], (box[1] + box[3]) / 2, place.name, size=7.5, color=INK, va="center_baseline",
            path_effects=halo, zorder=6,
        )  # fmt: skip


def _room_for(
    place: MapPlace,
    taken: Sequence[tuple[float, float, float, float]],
    metres: float,
    sides: tuple[float, float],
) -> tuple[float, float, float, float] | None:
    """Return where a name fits beside its mark: west, south, east, north; None: nowhere."""
    width, height = 5.6 * len(place.name) * metres, 12.0 * metres
    off = 6.0 * metres
    for x, y in (
        (place.x + off, place.y - height / 2),
        (place.x - off - width, place.y - height / 2),
        (place.x - width / 2, place.y + off),
        (place.x - width / 2, place.y - off - height),
    ):
        box = (x, y, x + width, y + height)
        free = all(box[2] < a or c < box[0] or box[3] < b or d < box[1] for a, b, c, d in taken)
        if free and sides[0] < box[0] and box[2] < sides[1]:
            return box
    return None


def _legend(axes: Any, panel: Panel, lang: str, *, few: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    words = TEXTS[lang]
    labels = panel.classes.labels(lang)
    handles: list[Any] = [
        Patch(facecolor=colour, edgecolor="#8896a3", linewidth=0.4, label=label)
        for colour, label in zip(panel.classes.colours, labels, strict=True)
    ]
    if few:
        handles.append(
            Patch(
                facecolor=LAND, edgecolor="#9aa7b3", hatch="////", linewidth=0, label=panel.missing
            )
        )
    for kind, (marker, _) in _MARKERS.items():
        if any(p.kind == kind for p in panel.places):
            handles.append(
                Line2D(
                    [], [], marker=marker, linestyle="none", markersize=6, markeredgecolor="white",
                    color=SITE if kind != "station" else INK, label=words[kind],
                )
            )  # fmt: skip
    legend = axes.legend(
        handles=handles, title=words["change_minutes" if panel.classes.signed else "minutes"],
        loc="upper left", fontsize=8, title_fontsize=8.5, frameon=True, framealpha=0.93,
        edgecolor="#c9d3db", borderpad=0.7, labelspacing=0.38, handlelength=1.5,
    )  # fmt: skip
    legend.get_title().set_color(INK)
    legend._legend_box.align = "left"


def _scale_bar(axes: Any) -> None:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    km = 50 if east - west > 130_000 else 20 if east - west > 50_000 else 5
    x, y = east - 0.05 * (east - west) - km * 1000.0, south + 0.045 * (north - south)
    length, tick = km * 1000.0, 0.008 * (north - south)
    for a, b in (([x, x + length], [y, y]), ([x, x], [y - tick, y + tick])):
        axes.plot(a, b, color=INK, linewidth=1.4, zorder=7)
    axes.plot([x + length] * 2, [y - tick, y + tick], color=INK, linewidth=1.4, zorder=7)
    axes.text(
        x + length / 2, y + 1.6 * tick, f"{km} km", ha="center", va="bottom", size=8.5, color=INK,
        zorder=7,
    )  # fmt: skip
