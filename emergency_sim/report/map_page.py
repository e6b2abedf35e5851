"""Where map, legend and words stand on a page of A4, upright or across."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from emergency_sim.report.map_labels import Box

MM_PER_INCH: Final = 25.4
A4: Final = (210.0, 297.0)
_MARGIN: Final = 9.0
_LINE: Final = 3.7
SUBTITLE_MM: Final = 4.4
_INSET: Final = 2.5
"""From the frame of the map to a legend inside it."""
_FREE: Final = 0.04
"""Share of the legend that may cover land."""
_AIR: Final = 0.02
"""Room around what must be seen, in parts of its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A page; all measures in millimetres from its lower left corner.

    Parameters
    ----------
    page
        Width and height.
    map_mm, legend_mm
        Left, bottom, width and height.
    bounds
        What the map shows: west, south, east, north in metres.
    """

    page: tuple[float, float]
    map_mm: Box
    legend_mm: Box
    bounds: Box

    left_mm: float = _MARGIN
    bottom_mm: float = _MARGIN
    line_mm: float = _LINE

    @property
    def top_mm(self) -> float:
        """Return where the title begins."""
        return self.page[1] - _MARGIN

    @property
    def scale(self) -> float:
        """Return the denominator of the map's scale."""
        return (self.bounds[2] - self.bounds[0]) * 1000.0 / self.map_mm[2]

    @property
    def mark_points(self) -> float:
        """Return the diameter of a facility's mark: smaller where there are many of them."""
        return 4.0 if self.scale > 3e6 else 6.0

    @property
    def type_points(self) -> float:
        """Return the size of a facility's name."""
        return 6.2 if self.scale > 3e6 else 7.5

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return a place as parts of the page."""
        return x / self.page[0], y / self.page[1]

    def share(self, box: Box) -> Box:
        """Return left, bottom, width and height as parts of the page."""
        return (*self.at(box[0], box[1]), *self.at(box[2], box[3]))


def lay_out(
    bounds: Box, cover: Any, legend: tuple[float, float], *, lines: int, subtitle: int
) -> Frame:
    """Return the page on which a region is largest, its legend where nothing lies under it.

    Parameters
    ----------
    bounds
        West, south, east and north of the region in metres.
    cover
        Shapely geometry of what the legend should not hide. If it finds no such corner, it stands
        beside the map or, on an upright page, below it.
    legend
        Its width and height in millimetres.
    lines
        Lines of words below the map.
    subtitle
        Lines of it.
    """
    below = _MARGIN + lines * _LINE + 2.0
    above = _MARGIN + 8.0 + (6.0 + SUBTITLE_MM * (subtitle - 1) if subtitle else 0.0)
    tries = []
    for page in (A4, A4[::-1]):
        whole = (_MARGIN, below, page[0] - 2 * _MARGIN, page[1] - above - below)
        found = _free_corner(whole, bounds, cover, legend)
        if found is not None:
            tries.append(Frame(page=page, map_mm=whole, legend_mm=found[0], bounds=found[1]))
        left, bottom, width, height = whole
        if page[0] < page[1]:
            own = (left, bottom + legend[1] + _INSET, width, height - legend[1] - _INSET)
            table = (left, bottom, *legend)
        else:
            own = (left, bottom, width - legend[0] - _INSET, height)
            table = (left + width - legend[0], bottom + height - legend[1], *legend)
        tries.append(Frame(page=page, map_mm=own, legend_mm=table, bounds=_seen(bounds, own)))
    return min(tries, key=lambda frame: frame.scale)


def _seen(bounds: Box, frame: Box, at: tuple[float, float] = (0.5, 0.5)) -> Box:
    """Return the bounds made larger until they have the frame's shape.

    What is added lies west and south of them at 1, east and north at 0, halved at 0.5.
    """
    west, south, east, north = bounds
    width, height = (east - west) * (1 + _AIR), (north - south) * (1 + _AIR)
    metres = max(width / frame[2], height / frame[3])
    x = west - (east - west) * _AIR / 2 - at[0] * (metres * frame[2] - width)
    y = south - (north - south) * _AIR / 2 - at[1] * (metres * frame[3] - height)
    return x, y, x + metres * frame[2], y + metres * frame[3]


def _free_corner(
    frame: Box, bounds: Box, cover: Any, legend: tuple[float, float]
) -> tuple[Box, Box] | None:
    """Return the place of a legend inside the map, and what the map shows then; or None.

    The lower right is the scale bar's. First the region stays in the middle, then it moves away.
    """
    import shapely

    left, bottom, width, height = frame
    west, east = left + _INSET, left + width - _INSET - legend[0]
    south, north = bottom + _INSET, bottom + height - _INSET - legend[1]
    parts = shapely.make_valid(shapely.get_parts(cover))
    parts = shapely.intersection(parts, shapely.box(*bounds))
    corners = ((west, north), (east, north), (west, south))
    for aside in (False, True):
        found: list[tuple[float, Box, Box]] = []
        for x, y in corners:
            at = (float(x == west), float(y == south)) if aside else (0.5, 0.5)
            seen = _seen(bounds, frame, at)
            metres = (seen[2] - seen[0]) / width
            x0, y0 = seen[0] + (x - left) * metres, seen[1] + (y - bottom) * metres
            box = shapely.box(x0, y0, x0 + legend[0] * metres, y0 + legend[1] * metres)
            hidden = float(shapely.area(shapely.intersection(parts, box)).sum() / box.area)
            found.append((hidden, (x, y, *legend), seen))
        best = min(found)
        if best[0] <= _FREE:
            return best[1], best[2]
    return None
