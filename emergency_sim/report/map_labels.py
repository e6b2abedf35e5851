"""Facilities on a map: marks by state, and names where they cover nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.report.style import INK, SITE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STATES: Final = ("open", "opened", "closed")
_MARKS: Final[dict[str, dict[str, Any]]] = {
    "open": {"marker": "o", "color": SITE, "edgecolor": "white", "linewidth": 0.9},
    "opened": {"marker": "*", "color": SITE, "edgecolor": "white", "linewidth": 0.8},
    "closed": {"marker": "X", "color": "white", "edgecolor": INK, "linewidth": 1.0},
}
"""Told apart by shape, so that grey print tells them apart, too."""
_SIZES: Final = {"open": 1.0, "opened": 4.2, "closed": 2.2}

Box = tuple[float, float, float, float]
"""West, south, east and north in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSite:
    """A facility on a map.

    Parameters
    ----------
    name
        Written beside the mark where there is room; may be empty.
    x, y
        EPSG:25833 metres.
    state
        ``open``; or ``opened`` or ``closed`` by the change that the map shows.
    """

    name: str
    x: float
    y: float
    state: str = "open"


def mark(state: str, points: float) -> dict[str, Any]:
    """Return matplotlib's words for the mark of a facility.

    Parameters
    ----------
    state
        One of :data:`STATES`.
    points
        Diameter of the mark of an open one.
    """
    return _MARKS[state] | {"s": _SIZES[state] * points**2}


def draw_sites(
    axes: Any, sites: Sequence[MapSite], *, points: float = 5.5, size: float = 7.5,
    taken: Sequence[Box] = (),
) -> int:  # fmt: skip
    """Mark facilities and write names that cover no mark, no other name and nothing taken.

    Parameters
    ----------
    axes
        Of the map, its place and limits set.
    sites
        Names of earlier ones go first; those that open or close before all others.
    points
        Diameter of a mark.
    size
        Of the type, in points.
    taken
        What else must stay free, in pixels: the legend.

    Returns
    -------
    int
        Names that found no room.
    """
    from matplotlib.patheffects import withStroke

    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    inside = [s for s in sites if west <= s.x <= east and south <= s.y <= north]
    for state in STATES:
        own = [s for s in inside if s.state == state]
        z = 5 + STATES.index(state) * 0.1
        axes.scatter([s.x for s in own], [s.y for s in own], zorder=z, **mark(state, points))
    renderer = axes.figure.canvas.get_renderer()
    pixel = renderer.points_to_pixels(1.0)
    frame = axes.get_window_extent(renderer)
    at = {id(s): axes.transData.transform((s.x, s.y)) for s in inside}
    used = list(taken)
    for site in inside:
        x, y = at[id(site)]
        r = 0.5 * points * _SIZES[site.state] ** 0.5 * pixel
        used.append((x - r, y - r, x + r, y + r))
    halo = [withStroke(linewidth=2.2, foreground="white")]
    left_out = 0
    for site in sorted(inside, key=lambda s: s.state == "open"):
        if not site.name:
            continue
        text = axes.text(
            site.x, site.y, site.name, size=size, color=INK, path_effects=halo, zorder=6,
            ha="left", va="bottom", weight="normal" if site.state == "open" else "bold",
        )  # fmt: skip
        extent = text.get_window_extent(renderer)
        x, y = at[id(site)]
        off = (0.5 * points * _SIZES[site.state] ** 0.5 + 1.5) * pixel
        for west_px, south_px in _places(x, y, extent.width, extent.height, off):
            box = (west_px, south_px, west_px + extent.width, south_px + extent.height)
            within = (
                frame.x0 < box[0] and box[2] < frame.x1 and frame.y0 < box[1] and box[3] < frame.y1
            )
            if within and not any(_overlap(box, other) for other in used):
                text.set_position(axes.transData.inverted().transform(box[:2]))
                used.append(box)
                break
        else:
            text.remove()
            left_out += 1
    return left_out


def _places(
    x: float, y: float, width: float, height: float, off: float
) -> Iterator[tuple[float, float]]:
    """Yield lower left corners for a name, the best first: right, left, above, below, corners."""
    middle = y - height / 2
    yield x + off, middle
    yield x - off - width, middle
    yield x - width / 2, y + off
    yield x - width / 2, y - off - height
    near = 0.6 * off
    for up in (y + near, y - near - height):
        yield x + near, up
        yield x - near - width, up


def _overlap(a: Box, b: Box) -> bool:
    """Return whether two boxes share more than a side.

    Examples
    --------
    >>> _overlap((0, 0, 2, 2), (1, 1, 3, 3)), _overlap((0, 0, 1, 1), (1, 0, 2, 1))
    (True, False)
    """
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
