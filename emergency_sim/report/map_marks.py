"""What lies on a map: places with their names, the legend, the scale bar."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.report.style import INK, LAND, SITE, Classes
from emergency_sim.report.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARKERS: Final = {"legevakt": ("o", 34), "satellite": ("^", 38), "station": ("s", 13)}
_COMMON_WORDS: Final = re.compile(
    r"^(lokal (vakt)?lege (i|for)|legevakten i|ålesund legevakt, stasjon) "
    r"|( interkommunale| og omegn)? legevakt$| (omsorgssenter|sjukeheim|helsetun|helsehus)$",
    re.IGNORECASE,
)


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


def short_name(name: str) -> str:
    """Return the name of a site without the words that every site of its kind has.

    Examples
    --------
    >>> short_name("Molde interkommunale legevakt"), short_name("Lokal lege i Rauma")
    ('Molde', 'Rauma')
    """
    return _COMMON_WORDS.sub("", name).strip() or name


def draw_places(axes: Any, places: Sequence[MapPlace]) -> None:
    """Mark places, and write their names where there is room.

    Parameters
    ----------
    axes
        Of one map, its limits set.
    places
        Names of earlier ones go first.
    """
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
    named: list[MapPlace] = []
    for place in places:
        if any(
            p.name == place.name and abs(p.x - place.x) + abs(p.y - place.y) < 1e4 for p in named
        ):
            continue  # a satellite in the house of the local doctor
        named.append(place)
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


def draw_legend(
    axes: Any, classes: Classes, places: Sequence[MapPlace], lang: str, *, missing: str
) -> None:
    """Draw the legend of one map.

    Parameters
    ----------
    axes, classes, places
        As on the map.
    lang
        ``nb`` or ``en``.
    missing
        What it means that a zone has no value; empty: every zone has one.
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    words = TEXTS[lang]
    labels = classes.labels(lang)
    handles: list[Any] = [
        Patch(facecolor=colour, edgecolor="#8896a3", linewidth=0.4, label=label)
        for colour, label in zip(classes.colours, labels, strict=True)
    ]
    if missing:
        handles.append(
            Patch(facecolor=LAND, edgecolor="#9aa7b3", hatch="////", linewidth=0, label=missing)
        )
    for kind, (marker, _) in _MARKERS.items():
        if any(p.kind == kind for p in places):
            handles.append(
                Line2D(
                    [], [], marker=marker, linestyle="none", markersize=6, markeredgecolor="white",
                    color=SITE if kind != "station" else INK, label=words[kind],
                )
            )  # fmt: skip
    legend = axes.legend(
        handles=handles, title=words["change_minutes" if classes.signed else "minutes"],
        loc="upper left", fontsize=8, title_fontsize=8.5, frameon=True, framealpha=0.93,
        edgecolor="#c9d3db", borderpad=0.7, labelspacing=0.38, handlelength=1.5,
    )  # fmt: skip
    legend.get_title().set_color(INK)
    legend._legend_box.align = "left"


def scale_length_m(width_m: float) -> float:
    """Return the longest of 1, 2, 5, 10, 20 … metres that is at most 0.3 of a map's width.

    Examples
    --------
    >>> scale_length_m(4_000), scale_length_m(260_000), scale_length_m(1_100_000)
    (1000.0, 50000.0, 200000.0)
    """
    room = 0.3 * width_m
    ten = 10.0 ** math.floor(math.log10(room))
    return max(step * ten for step in (1, 2, 5) if step * ten <= room)


def draw_scale_bar(axes: Any) -> None:
    """Draw a scale bar of a round length in the lower right corner."""
    from matplotlib.patheffects import withStroke

    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    length = scale_length_m(east - west)
    x, y = east - 0.05 * (east - west) - length, south + 0.045 * (north - south)
    tick = 0.008 * (north - south)
    halo = [withStroke(linewidth=3.0, foreground="white")]
    axes.plot(
        [x, x, x, x + length, x + length, x + length],
        [y - tick, y + tick, y, y, y - tick, y + tick],
        color=INK, linewidth=1.4, zorder=7, path_effects=halo,
    )  # fmt: skip
    said = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.text(
        x + length / 2, y + 1.6 * tick, said, ha="center", va="bottom", size=8.5, color=INK,
        zorder=7, bbox={"facecolor": "white", "alpha": 0.6, "linewidth": 0, "pad": 1.0},
    )  # fmt: skip
