"""What lies under and between the areas of a map: land, borders, roads and ferries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.report.map_canvas import outline
from emergency_sim.report.style import EDGE, FERRY, LAND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.report.map_labels import Box

_ROADS: Final[dict[str, tuple[float, float]]] = {
    "motorway": (1.1, 1e9), "trunk": (0.9, 1e9), "primary": (0.7, 1e9), "secondary": (0.5, 2.5e6),
    "tertiary": (0.4, 1.5e6), "unclassified": (0.3, 4e5), "residential": (0.3, 2e5),
}  # fmt: skip
"""Width in points, and the scale's denominator up to which a class of road is drawn."""
_OTHER_ROADS: Final = (0.2, 6e4)
_ROAD_INK: Final = "#56636f"
BEYOND: Final = "#f7f8f9"
"""Around the land of a map that has land: sea or another country, so not blue."""
_PAPER_MM: Final = 0.05
"""Shapes are drawn to this accuracy on paper."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backdrop:
    """What lies under the minutes, the same on each map of a region.

    Parameters
    ----------
    bounds
        West, south, east and north of what must be seen, EPSG:25833 metres.
    lines
        Shapely LineStrings of roads and ferries, each once, not once per direction.
    highway
        Class of each line; ``ferry`` for a ferry.
    land
        Shapely polygons that all else is cut to (a box for a town inland), or None: what has
        minutes is land.
    around
        Land beyond that the map says nothing about, or None.
    borders
        Shapely lines or polygons whose outline is drawn, such as municipalities; or None.
    """

    bounds: Box
    lines: NDArray[Any]
    highway: Sequence[str]
    land: Any = None
    around: Any = None
    borders: Any = None


def draw_areas(
    axes: Any, backdrop: Backdrop, scale: float, fills: Sequence[tuple[Any, dict[str, Any]]]
) -> None:
    """Draw land and, cut to it, areas; the edges of the land and borders above them.

    Parameters
    ----------
    axes
        Of the map, with its limits.
    backdrop
        Land and borders.
    scale
        Denominator: shapes are drawn no finer than paper shows.
    fills
        Shapely polygons, and matplotlib's words for how they are filled.
    """
    import shapely
    from matplotlib.patches import PathPatch
    from matplotlib.transforms import TransformedPatchPath

    tolerance = _PAPER_MM / 1000 * scale
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    # Cut a little outside the frame: an SVG clips to the land only, and is heavy with what is not
    # seen.
    margin = max(east - west, north - south) / 100
    seen = shapely.box(west - margin, south - margin, east + margin, north + margin)
    frame = shapely.box(west, south, east, north)

    def cut(shape: Any, box: Any = seen) -> Any:
        return _of_dimension(shapely.intersection(shapely.make_valid(shape), box))

    def draw(shape: Any, **how: Any) -> Any:
        patch = PathPatch(outline(shapely.simplify(shape, tolerance)), **how)
        return axes.add_patch(patch)

    if backdrop.around is not None:
        draw(cut(backdrop.around), facecolor=LAND, edgecolor=EDGE, linewidth=0.3, zorder=0.5)
    clip = None
    if backdrop.land is not None:
        land = cut(backdrop.land, frame)
        clip = TransformedPatchPath(draw(land, facecolor=LAND, linewidth=0, zorder=1))
    for area, how in fills:
        if area.is_empty:
            continue
        patch = draw(area, zorder=2, **how)
        if clip is not None:
            patch.set_clip_path(clip)
    for shape, colour, width in (
        (backdrop.borders, "#ffffff", 0.45), (backdrop.land, "#8fa1b1", 0.4)
    ):  # fmt: skip
        if shape is not None:
            shapes = shapely.intersection(shapely.make_valid(shape), seen)
            _draw_edges(axes, shapely.simplify(shapes, tolerance), colour, width)


def _of_dimension(shape: Any) -> Any:
    """Return the polygons of a shape that was cut: a cut along an edge leaves lines."""
    import shapely

    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([p for p in parts if p.geom_type == "Polygon"])


def _draw_edges(axes: Any, shape: Any, colour: str, width: float) -> None:
    import shapely
    from matplotlib.collections import LineCollection

    parts = shapely.get_parts(shape)
    areas = shapely.get_dimensions(parts) == 2
    edges = shapely.get_parts(np.where(areas, shapely.boundary(parts), parts))
    points = [shapely.get_coordinates(line) for line in edges]
    axes.add_collection(LineCollection(points, colors=colour, linewidths=width, zorder=2.5))


def draw_lines(axes: Any, backdrop: Backdrop, bounds: Box, scale: float) -> None:
    """Draw the roads that are worth it at the map's scale, the main ones on top, and ferries.

    Parameters
    ----------
    axes
        Of the map.
    backdrop
        Roads and ferries.
    bounds
        What the map shows, in metres.
    scale
        Its denominator.
    """
    import shapely
    from matplotlib.collections import LineCollection

    highway = np.asarray(backdrop.highway, dtype=str)
    inside = shapely.intersects(backdrop.lines, shapely.box(*bounds))
    thin = 0.55 if scale > 3e6 else 1.0 if scale > 1e5 else 1.7
    tolerance = _PAPER_MM / 1000 * scale
    for name in sorted(set(highway.tolist()), key=lambda n: _ROADS.get(n, _OTHER_ROADS)[0]):
        width, to_scale = _ROADS.get(name.removesuffix("_link"), _OTHER_ROADS)
        ferry = name == "ferry"
        if scale > to_scale and not ferry:
            continue
        own = shapely.simplify(backdrop.lines[inside & (highway == name)], tolerance)
        axes.add_collection(
            LineCollection(
                [shapely.get_coordinates(line) for line in own],
                colors=FERRY if ferry else _ROAD_INK,
                linewidths=0.9 * min(thin, 1.0) if ferry else width * thin,
                linestyles=(0, (3, 1.6)) if ferry else "solid",
                alpha=1.0 if ferry else 0.62,
                zorder=3,
            )
        )
