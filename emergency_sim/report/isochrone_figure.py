"""Isochrones of several questions beside each other, on the same map and in the same colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from emergency_sim.districts.travel_study import change_of
from emergency_sim.network.isochrones import bands
from emergency_sim.report.chart import Chart, Heading, legend, sheet
from emergency_sim.report.map_backdrop import BEYOND, Backdrop, draw_areas, draw_lines
from emergency_sim.report.map_labels import MapSite, draw_sites
from emergency_sim.report.map_marks import draw_scale_bar, short_name
from emergency_sim.report.map_texts import map_word
from emergency_sim.report.style import CHANGE, INK, LAND, QUIET, Classes, number
from emergency_sim.report.travel_areas import place_areas, road_lines, times_between_roads
from emergency_sim.report.travel_output import travel_classes
from emergency_sim.report.travel_words import what

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emergency_sim.districts.travel_answer import TravelAnswer
    from emergency_sim.report.map_labels import Box

Shows = Literal["before", "after", "change"]

_METRES_PER_INCH: Final = 0.0254
_WIDTH: Final = 9.6
_ALONE: Final = 7.0
_GAP: Final = 0.5
"""Inches: the figure, a map that stands alone, between maps."""
_AROUND_M: Final = 7_500.0
_HATCHED: Final[dict[str, Any]] = {
    "facecolor": LAND,
    "edgecolor": "#7f8c98",
    "linewidth": 0.0,
    "hatch": "////",
}
_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "beyond": "over {limit} min: {share} %", "worse": "innbyggere som får over {limit} min mer: {n}",
        "unreached": "{n} nås ikke",
    },
    "en": {
        "beyond": "over {limit} min: {share} %", "worse": "people with over {limit} min more: {n}",
        "unreached": "{n} not reached",
    },
}  # fmt: skip


def isochrone_figure(
    answers: Mapping[str, TravelAnswer],
    *,
    shows: Shows = "before",
    title: str,
    subtitle: str = "",
    note: str = "",
    around: Box | None = None,
    columns: int = 2,
) -> Chart:
    """Return maps of minutes, or of their change.

    Parameters
    ----------
    answers
        Heading of each map and what was asked; all of one network.
    shows
        ``before``, ``after``, or ``change``: after less before.
    title, subtitle, note
        Words above and below.
    around
        West, south, east and north in EPSG:25833 metres; None: all places.
    columns
        Maps in a row.

    Raises
    ------
    ValueError
        An answer has no after.
    """
    first = next(iter(answers.values()))
    box = around or _bounds(first)
    columns = min(columns, len(answers))
    rows = -(-len(answers) // columns)
    wide = (_WIDTH - 0.24 - _GAP * (columns - 1)) / columns if columns > 1 else _ALONE
    high = wide * (box[3] - box[1]) / (box[2] - box[0])
    heading = Heading(title=title, subtitle=subtitle, note=note)
    figure, axes = sheet(
        heading, body=rows * high + (rows - 1) * _GAP, columns=columns, rows=rows, left=0.12,
        right=0.12 if columns > 1 else _WIDTH - 0.12 - _ALONE, gap=_GAP, below=0.1, above=0.85,
    )  # fmt: skip
    classes = CHANGE if shows == "change" else travel_classes(first.breaks)
    said = []
    for place, (name, answer) in zip(axes.flat, answers.items(), strict=False):
        _draw(place, answer, shows, classes, box, wide)
        text = _says(answer, shows)
        place.set_title(name, loc="left", size=10.5, color=INK, weight="bold", pad=18)
        place.text(
            0,
            1.0 + 0.05 / high,
            text,
            transform=place.transAxes,
            size=8.8,
            color=QUIET,
            va="bottom",
        )
        said.append(f"{name}: {text}")
    for place in axes.flat[len(answers) :]:
        place.set_visible(False)
    any_lost = any(_lost(answer, shows).any() for answer in answers.values())
    _legend(axes.flat[0], classes, first, shows, lost=any_lost)
    return Chart(figure=figure, words=f"{title}: {'; '.join(said)}.")


def _bounds(answer: TravelAnswer) -> Box:
    """Return the box of the places and what is nearest around them."""
    x, y = answer.places.x, answer.places.y
    return (
        float(x.min()) - _AROUND_M, float(y.min()) - _AROUND_M,
        float(x.max()) + _AROUND_M, float(y.max()) + _AROUND_M,
    )  # fmt: skip


def _draw(
    axes: Any, answer: TravelAnswer, shows: Shows, classes: Classes, box: Box, wide: float
) -> None:
    """Draw one map."""
    import shapely

    after = answer.after
    if shows != "before" and after is None:
        raise ValueError("nothing changes in this answer: it has no after")
    situations = {"before": answer.before, "after": after or answer.before}
    grids = {name: times_between_roads(answer, found) for name, found in situations.items()}
    grid = grids["after"].minus(grids["before"]) if shows == "change" else grids[shows]
    west, south, east, north = box
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
    axes.set_aspect("equal")
    axes.set_facecolor(BEYOND)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set(visible=True, color="#c9d3db", linewidth=0.8)
    scale = (east - west) / (wide * _METRES_PER_INCH)
    found = situations["before" if shows == "change" else shows]
    lines, highway, _ = road_lines(found, box)
    areas = bands(grid, classes.breaks)
    fills: list[tuple[Any, dict[str, Any]]] = [
        (area, {"facecolor": colour, "edgecolor": colour, "linewidth": 0.2})
        for area, colour in zip(areas, classes.colours, strict=True)
    ]
    lost = _lost(answer, shows)
    if lost.any():
        around = shapely.union_all(place_areas(answer)[lost])
        rest = shapely.difference(around, shapely.union_all(list(areas)))
        fills.append((rest, _HATCHED))
    backdrop = Backdrop(bounds=box, lines=lines, highway=highway)
    draw_areas(axes, backdrop, scale, fills)
    draw_lines(axes, backdrop, box, scale)
    draw_scale_bar(axes)
    draw_sites(axes, _sites(answer, shows), points=5.0, size=7.2)


def _lost(answer: TravelAnswer, shows: Shows) -> NDArray[np.bool_]:
    """Return which places nobody gets to; of the change, to which nobody gets any more."""
    before = np.isinf(answer.before.least)
    after = before if answer.after is None else np.isinf(answer.after.least)
    return np.asarray({"before": before, "after": after, "change": after & ~before}[shows])


def _sites(answer: TravelAnswer, shows: Shows) -> list[MapSite]:
    """Return the places of one map; only the map of the change says which of them change."""
    both = {f.id: f for f in answer.before.facilities}
    if answer.after is not None:
        both |= {f.id: f for f in answer.after.facilities}
    hidden = {"before": "opened", "after": "closed"}.get(shows, "")
    named = len(both) <= 20
    return [
        MapSite(
            name=short_name(one.name) if named else "", x=one.x, y=one.y,
            state=answer.state(one.id) if shows == "change" else "open",
        )
        for one in both.values()
        if answer.state(one.id) != hidden
    ]  # fmt: skip


def _says(answer: TravelAnswer, shows: Shows) -> str:
    """Return the figures under a map's heading."""
    words, lang, people = _WORDS[answer.lang], answer.lang, answer.places.people
    if shows == "change":
        assert answer.after is not None
        longer = float(people[change_of(answer.before, answer.after) > answer.worse_min].sum())
        limit = number(answer.worse_min, 0, lang)
        return words["worse"].format(n=number(longer, 0, lang), limit=limit)
    found = answer.before if shows == "before" else answer.after
    assert found is not None
    parts = [
        words["beyond"].format(
            limit=number(limit, 0, lang),
            share=number(100 * float(people[found.least > limit].sum() / people.sum()), 1, lang),
        )
        for limit in answer.breaks[-2:]
    ]
    lost = float(people[~np.isfinite(found.least)].sum())
    if lost:
        parts.append(words["unreached"].format(n=number(lost, 0, lang)))
    return ", ".join(parts)


def _legend(axes: Any, classes: Classes, answer: TravelAnswer, shows: Shows, *, lost: bool) -> None:
    """Draw one legend for all maps, above them."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    lang = answer.lang
    handles: list[Any] = [
        Patch(facecolor=c, edgecolor="#8896a3", linewidth=0.4, label=label)
        for c, label in zip(classes.colours, classes.labels(lang), strict=True)
    ]
    if lost:
        label = map_word("lost" if shows == "change" else "no_way", lang)
        handles.append(Patch(**_HATCHED, label=label))
    else:
        handles.append(Patch(facecolor=BEYOND, edgecolor=LAND, label=map_word("rest", lang)))
    handles.append(
        Line2D(
            [], [], marker="o", linestyle="none", color="#d7301f", markeredgecolor="white",
            markersize=6, label=what(answer),
        )
    )  # fmt: skip
    height = float(axes.figure.get_figheight())
    up = axes.get_position().y1 + 0.45 / height
    title = map_word("change_minutes" if shows == "change" else "minutes", lang)
    legend(
        axes, handles, columns=len(handles), columnspacing=0.9, handlelength=1.1,
        handletextpad=0.5, loc="lower left", borderaxespad=0, title=title,
        title_fontsize=8.8, alignment="left", bbox_to_anchor=(0.12 / _WIDTH, up),
        bbox_transform=axes.figure.transFigure,
    )  # fmt: skip
