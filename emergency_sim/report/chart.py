"""A finished picture: shown by a notebook, written to files, and said in words."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.report.map_canvas import look, save
from emergency_sim.report.style import INK, QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

SCREEN_DPI: Final = 100
"""Of a picture in a notebook; files are sharper."""
FILE_DPI: Final = 200
_COLOURS: Final = 200
"""Flat colours need no more; the picture is a third as large."""
_SIGNS: Final = 14.5
"""Signs of small type that surely fit beside each other on an inch."""
_GRID: Final = "#e3e8ec"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Chart:
    """A picture and what it says.

    Parameters
    ----------
    figure
        Of matplotlib.
    words
        Its text for those who do not see it; a notebook keeps it beside the picture.
    """

    figure: Any
    words: str

    def __repr__(self) -> str:
        """Return the words."""
        return self.words

    def save(self, *paths: str | Path) -> None:
        """Write the picture into files whose names end in ``.png`` or ``.svg``.

        Parameters
        ----------
        *paths
            Files to write; the same picture gives the same bytes.
        """
        with look():
            save(self.figure, [Path(path) for path in paths], dpi=FILE_DPI)

    def _repr_png_(self) -> bytes:
        """Return the picture as a notebook shows it."""
        from PIL import Image

        whole, small = BytesIO(), BytesIO()
        with look():
            self.figure.savefig(whole, dpi=SCREEN_DPI, metadata={"Software": None})
        with Image.open(whole) as image:
            flat = image.convert("RGB").quantize(
                _COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE
            )
            flat.save(small, format="png", optimize=True)
        return small.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Words around a picture.

    Parameters
    ----------
    title, subtitle
        Above: what is shown.
    note
        Below: what the picture does not know.
    """

    title: str
    subtitle: str = ""
    note: str = ""


def sheet(
    heading: Heading,
    *,
    body: float,
    width: float = 9.6,
    columns: int = 1,
    rows: int = 1,
    left: float = 0.75,
    right: float = 0.25,
    below: float = 0.5,
    above: float = 0.0,
    gap: float = 0.35,
    **grid: Any,
) -> tuple[Any, Any]:
    """Return a figure with its words, and room for axes in it (an array, row by row).

    Parameters
    ----------
    heading
        Words above and below.
    body
        Inches of height for all axes and the gaps between them; the words come on top.
    width
        Inches of the whole figure.
    columns, rows
        How many axes.
    left, right, below, above
        Inches beside, below and above the axes for what stands there.
    gap
        Inches between axes.
    **grid
        As in matplotlib's ``Figure.subplots``.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    subtitle = _wrapped(heading.subtitle, width * 0.86)
    note = _wrapped(heading.note, width)
    top = 0.46 + 0.2 * len(subtitle) + 0.12 + above
    low = 0.1 + 0.165 * len(note) + below
    height = top + body + low
    with look():
        figure = Figure(figsize=(width, height), facecolor="white")
        FigureCanvasAgg(figure)
        wide = (width - left - right - gap * (columns - 1)) / columns
        high = (body - gap * (rows - 1)) / rows
        axes = figure.subplots(
            rows, columns, squeeze=False,
            gridspec_kw={
                "left": left / width, "right": 1 - right / width, "top": 1 - top / height,
                "bottom": low / height, "wspace": gap / wide, "hspace": gap / high,
            },
            **grid,
        )  # fmt: skip
        x = 0.12 / width
        figure.text(
            x, 1 - 0.12 / height, heading.title, size=13.5, weight="bold", color=INK, va="top"
        )
        for k, line in enumerate(subtitle):
            figure.text(x, 1 - (0.44 + 0.2 * k) / height, line, size=9.5, color=QUIET, va="top")
        for k, line in enumerate(reversed(note)):
            figure.text(x, (0.08 + 0.165 * k) / height, line, size=8, color=QUIET, va="bottom")
        for each in axes.flat:
            plain(each)
    return figure, axes


def _wrapped(text: str, width: float) -> list[str]:
    return textwrap.wrap(text, int(width * _SIGNS)) if text else []


def plain(axes: Any, *, grid: str = "x") -> None:
    """Take away what does not tell anything: frame, ticks; a faint grid stays.

    Parameters
    ----------
    axes
        Of matplotlib.
    grid
        ``x``, ``y``, ``both`` or nothing.
    """
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=9, labelcolor=INK)
    axes.grid(visible=False)
    if grid:
        axes.grid(axis=grid, color=_GRID, linewidth=0.8)
    axes.xaxis.label.set(color=QUIET, size=9)
    axes.yaxis.label.set(color=QUIET, size=9)


def legend(axes: Any, handles: Sequence[Any], *, columns: int = 1, **where: Any) -> None:
    """Draw a legend without a frame.

    Parameters
    ----------
    axes
        Of matplotlib.
    handles
        Patches and lines with their labels.
    columns
        Beside each other.
    **where
        As in matplotlib's ``legend``; default: where there is room.
    """
    axes.legend(
        handles=handles, ncols=columns, frameon=False, fontsize=8.8, labelcolor=INK,
        **({"loc": "best", "handlelength": 1.4, "columnspacing": 1.3, "labelspacing": 0.4} | where),
    )  # fmt: skip
